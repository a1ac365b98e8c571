"""The buttons of the evaluation after an audit; one that comes with a message carries the role it was sent to."""

from __future__ import annotations

from conversations.kit import Tap
from domain.actors import MembershipId
from domain.audit import AuditId


class LookBackTap(Tap, frozen=True):
    """To the evaluation of an audit: the first question, or what was answered."""

    prefix = "Ea"

    audit: AuditId
    role: MembershipId | None = None


class BackQuestionTap(Tap, frozen=True):
    """To one question; beyond the last one to the remark."""

    prefix = "Eb"

    audit: AuditId
    number: int


class ScoreTap(Tap, frozen=True):
    """Agree or not with a statement, from 1 to 5; 0 leaves it open."""

    prefix = "Ec"

    audit: AuditId
    number: int
    score: int


class ClearRemarkTap(Tap, frozen=True):
    """Take the remark back."""

    prefix = "Ed"

    audit: AuditId


class FinishTap(Tap, frozen=True):
    """Ready: no reminder any more."""

    prefix = "Ee"

    audit: AuditId


class AskColleagueTap(Tap, frozen=True):
    """To whom else can look back; pages count from 0."""

    prefix = "Ef"

    audit: AuditId
    page: int


class AskThemTap(Tap, frozen=True):
    """Ask a colleague to look back as well."""

    prefix = "Eg"

    audit: AuditId
    membership: MembershipId
    page: int


class ResultsTap(Tap, frozen=True):
    """To what was answered about the audits of a certifying body; pages count from 0."""

    prefix = "Eh"

    page: int


class RemarksTap(Tap, frozen=True):
    """To the remarks; pages count from 0."""

    prefix = "Ei"

    page: int


class ResultsFileTap(Tap, frozen=True):
    """Make a workbook or a picture of the results."""

    prefix = "Ej"

    is_picture: bool
