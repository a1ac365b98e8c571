"""Taps that lead to a part of an audit; which audit is meant is the one that the person chose."""

from __future__ import annotations

from conversations.kit import Tap
from domain.audit import AuditId
from domain.framework import NormId


class AuditsTap(Tap, frozen=True):
    """To the list of audits."""

    prefix = "aa"


class OpenAuditTap(Tap, frozen=True):
    """Choose an audit and go to it: the only tap here that names one."""

    prefix = "ax"

    audit: AuditId


class PlanAuditTap(Tap, frozen=True):
    """To the plan of the chosen audit."""

    prefix = "ap"


class TeamTap(Tap, frozen=True):
    """To the team of the chosen audit."""

    prefix = "at"


class ConductTap(Tap, frozen=True):
    """To the statements that the person still has to accept."""

    prefix = "as"


class InterviewTap(Tap, frozen=True):
    """To the interviews of the chosen audit."""

    prefix = "ai"


class NoteTap(Tap, frozen=True):
    """To the quick note and the in-tray."""

    prefix = "an"


class CoverageTap(Tap, frozen=True):
    """To the coverage of the chosen audit."""

    prefix = "ac"


class JudgeTap(Tap, frozen=True):
    """To the verdicts and the consensus."""

    prefix = "aj"


class NormOfAuditTap(Tap, frozen=True):
    """To one norm of the chosen audit: what was found there, and what the member says of it."""

    prefix = "ao"

    norm: NormId


class OfficeTap(Tap, frozen=True):
    """To the people of the certifying body."""

    prefix = "of"


class HomeTap(Tap, frozen=True):
    """To saying from which member organisation a peer auditor comes."""

    prefix = "ah"


class CombineTap(Tap, frozen=True):
    """To the second framework of the audit."""

    prefix = "pa"


class StagesTap(Tap, frozen=True):
    """To how far the audit is, and where it can go."""

    prefix = "ae"


class StatementsTap(Tap, frozen=True):
    """To the list of who accepted which statement, for the secretariat."""

    prefix = "al"


class NewAuditTap(Tap, frozen=True):
    """Begin to plan an audit."""

    prefix = "aw"
