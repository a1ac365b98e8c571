"""The buttons of the field work: interviews, findings, quick notes and the in-tray.

Taps that lead somewhere are about the chosen audit; taps that write carry the audit as well, so that a button of one
audit never writes in another, and the version they saw where a colleague may have changed it.
"""

from __future__ import annotations

from enum import StrEnum

from conversations.kit import Tap
from domain.audit import AuditId, FindingId, FindingKind, Tone
from domain.framework import NormId, RubricId


class Put(StrEnum):
    """How a finding comes at a norm: in the place of where it was, or there as well."""

    MOVE = "m"
    ALSO = "a"


# ---------------------------------------------------------------------------------------- interviews


class TalksTap(Tap, frozen=True):
    """To the list of interviews."""

    prefix = "wt"


class FunctionsTap(Tap, frozen=True):
    """Choose with whom one speaks; bit n of `chosen` stands for function n of the framework."""

    prefix = "wf"

    chosen: int


class OpenTalkTap(Tap, frozen=True):
    """Open an interview with the chosen functions; `seen` is the last number on the screen."""

    prefix = "wo"

    audit: AuditId
    chosen: int
    seen: int


class TalkTap(Tap, frozen=True):
    """To one interview."""

    prefix = "wv"

    number: int


class GoOnTap(Tap, frozen=True):
    """Take part in an interview and go on with it; one that was ended is resumed."""

    prefix = "wg"

    audit: AuditId
    number: int


class EndTalkTap(Tap, frozen=True):
    """End an interview."""

    prefix = "we"

    audit: AuditId
    number: int


class DescribeTap(Tap, frozen=True):
    """Ask who is spoken to, as function and team."""

    prefix = "wd"

    number: int


class WhereTap(Tap, frozen=True):
    """Ask where an interview is held."""

    prefix = "wp"

    number: int


class QuestionOfNormTap(Tap, frozen=True):
    """To a question of a norm, in the interview that one is in."""

    prefix = "wq"

    norm: NormId
    index: int


class NextToAskTap(Tap, frozen=True):
    """To the next norm of the interview, after this one."""

    prefix = "wn"

    norm: NormId


class HintsOfNormTap(Tap, frozen=True):
    """To what counts as evidence at a norm."""

    prefix = "wh"

    norm: NormId


class MemberSaysTap(Tap, frozen=True):
    """To what the member says of a norm in its self-evaluation."""

    prefix = "wm"

    norm: NormId


class PickNormTap(Tap, frozen=True):
    """To the grid of norms, to go to one of them."""

    prefix = "wk"

    rubric: RubricId | None


# ------------------------------------------------------------------------------------------ findings


class FindingsTap(Tap, frozen=True):
    """To a page of the findings at a norm."""

    prefix = "wl"

    norm: NormId
    page: int


class FindingTap(Tap, frozen=True):
    """To one finding in full."""

    prefix = "wi"

    finding: FindingId


class KindTap(Tap, frozen=True):
    """Label a finding with a kind; None takes the label off."""

    prefix = "wa"

    audit: AuditId
    finding: FindingId
    kind: FindingKind | None
    version: int


class ToneTap(Tap, frozen=True):
    """Label a finding with a tone; None takes the label off."""

    prefix = "wb"

    audit: AuditId
    finding: FindingId
    tone: Tone | None
    version: int


class DiscussTap(Tap, frozen=True):
    """Ask for the whole team at a finding, or no longer."""

    prefix = "wc"

    audit: AuditId
    finding: FindingId
    is_to_discuss: bool
    version: int


class PlaceTap(Tap, frozen=True):
    """To the grid of norms, to place a finding."""

    prefix = "wr"

    finding: FindingId
    put: Put
    rubric: RubricId | None


class PutTap(Tap, frozen=True):
    """Place a finding at a norm."""

    prefix = "wz"

    audit: AuditId
    finding: FindingId
    norm: NormId
    put: Put
    version: int


class CountTap(Tap, frozen=True):
    """Have a finding count at a norm of the other half of a combination, or no longer."""

    prefix = "w6"

    audit: AuditId
    finding: FindingId
    theirs: NormId
    is_on: bool
    version: int


class CountWhereTap(Tap, frozen=True):
    """To the norms of the other half at which a finding may count."""

    prefix = "w7"

    finding: FindingId
    rubric: RubricId | None


class LinkTap(Tap, frozen=True):
    """Let a finding belong to an interview."""

    prefix = "wj"

    audit: AuditId
    finding: FindingId
    number: int
    version: int


class UndoFindingTap(Tap, frozen=True):
    """Undo the last write at a finding, if this version is still the present one."""

    prefix = "wu"

    audit: AuditId
    finding: FindingId
    version: int


class TakeBackTap(Tap, frozen=True):
    """Take back a finding of one's own."""

    prefix = "wx"

    audit: AuditId
    finding: FindingId


class LineTap(Tap, frozen=True):
    """Ask for a line about a finding that nobody can read, or for other words."""

    prefix = "wy"

    finding: FindingId


class SendFindingTap(Tap, frozen=True):
    """Send the file of a finding."""

    prefix = "ws"

    finding: FindingId


class KeepTypedTap(Tap, frozen=True):
    """Keep a norm id that was typed as text after all, at the norm that was open."""

    prefix = "w1"

    audit: AuditId
    norm: NormId | None
    typed: NormId
    message: int


# ------------------------------------------------------------------------------- privacy and the in-tray


class CutOutTap(Tap, frozen=True):
    """Take what looks like personal data out of a finding of one's own, everywhere."""

    prefix = "w2"

    audit: AuditId
    finding: FindingId


class ReplaceTap(Tap, frozen=True):
    """To other words for a finding of one's own with personal data, in every stage."""

    prefix = "w5"

    finding: FindingId


class EraseTap(Tap, frozen=True):
    """Take back a finding of one's own and erase its text."""

    prefix = "w3"

    audit: AuditId
    finding: FindingId


class TrayTap(Tap, frozen=True):
    """To the in-tray, one note at a time."""

    prefix = "w4"

    place: int
