"""Taps that lead to a part of an audit; which audit is meant is the one that the person chose."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Tap
from domain.audit import AuditId
from domain.framework import NormId


@dataclass(frozen=True)
class AuditsTap(Tap, prefix="aa"):
    """To the list of audits."""


@dataclass(frozen=True)
class OpenAuditTap(Tap, prefix="ax"):
    """Choose an audit and go to it: the only tap here that names one."""

    audit: AuditId


@dataclass(frozen=True)
class PlanAuditTap(Tap, prefix="ap"):
    """To the plan of the chosen audit."""


@dataclass(frozen=True)
class TeamTap(Tap, prefix="at"):
    """To the team of the chosen audit."""


@dataclass(frozen=True)
class ConductTap(Tap, prefix="as"):
    """To the statements that the person still has to accept."""


@dataclass(frozen=True)
class InterviewTap(Tap, prefix="ai"):
    """To the interviews of the chosen audit."""


@dataclass(frozen=True)
class NoteTap(Tap, prefix="an"):
    """To the quick note and the in-tray."""


@dataclass(frozen=True)
class CoverageTap(Tap, prefix="ac"):
    """To the coverage of the chosen audit."""


@dataclass(frozen=True)
class JudgeTap(Tap, prefix="aj"):
    """To the verdicts and the consensus."""


@dataclass(frozen=True)
class NormOfAuditTap(Tap, prefix="ao"):
    """To one norm of the chosen audit: what was found there, and what the member says of it."""

    norm: NormId


@dataclass(frozen=True)
class OfficeTap(Tap, prefix="of"):
    """To the people of the certifying body."""


@dataclass(frozen=True)
class HomeTap(Tap, prefix="ah"):
    """To saying from which member organisation a peer auditor comes."""


@dataclass(frozen=True)
class StagesTap(Tap, prefix="ae"):
    """To how far the audit is, and where it can go."""


@dataclass(frozen=True)
class StatementsTap(Tap, prefix="al"):
    """To the list of who accepted which statement, for the secretariat."""


@dataclass(frozen=True)
class NewAuditTap(Tap, prefix="aw"):
    """Begin to plan an audit."""
