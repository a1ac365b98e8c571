"""One audit to try the rules on: who is in it, and short ways to make interviews, findings and judgements."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from domain.audit import (
    Audit,
    AuditId,
    Consensus,
    Finding,
    FindingId,
    FindingKind,
    Interview,
    InterviewId,
    Judgement,
    ProcessId,
    Stage,
    TeamMember,
    Tone,
)
from domain.audit_days import ScopeFte
from domain.framework import FrameworkId, NormId, WhoCode
from domain.roles import OrganisationId, PersonId, Role
from domain.verdicts import Verdict

CI, MEMBER, NEIGHBOUR, THIRD = OrganisationId(1), OrganisationId(2), OrganisationId(3), OrganisationId(4)
LEADER, AUDITOR, PEER = PersonId(10), PersonId(11), PersonId(12)
START = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)

TEAM = (
    TeamMember(LEADER, Role.TEAM_LEADER, CI),
    TeamMember(AUDITOR, Role.AUDITOR, CI),
    TeamMember(PEER, Role.PEER_AUDITOR, NEIGHBOUR),
)
AUDIT = Audit(
    id=AuditId(1),
    organisation=MEMBER,
    ci=CI,
    framework=FrameworkId("kwaliteitslabel-2019"),
    process=ProcessId("2021"),
    weighing="2021",
    scope="Alle teams",
    fte=ScopeFte(staff=Fraction(50), interns=Fraction(2), volunteers=Fraction(4)),
    days=(date(2026, 12, 1), date(2026, 12, 2)),
    team=TEAM,
    stage=Stage.RUNNING,
)


def interview(number: int, *functions: str, ended: bool = True) -> Interview:
    return Interview(
        InterviewId(number),
        AUDIT.id,
        number,
        tuple(WhoCode(code) for code in functions or ("P",)),
        "jongerenwerker, team Noord",
        (LEADER,),
        START,
        ended_at=START + timedelta(hours=1) if ended else None,
    )


def finding(
    number: int,
    *norms: str,
    kind: str | None = None,
    tone: str | None = None,
    interview: int | None = None,
    to_discuss: bool = False,
) -> Finding:
    return Finding(
        FindingId(number),
        AUDIT.id,
        tuple(NormId(norm) for norm in norms),
        f"bevinding {number}",
        AUDITOR,
        START + timedelta(minutes=number),
        kind=FindingKind(kind) if kind else None,
        tone=Tone(tone) if tone else None,
        interview=InterviewId(interview) if interview else None,
        is_to_discuss=to_discuss,
    )


def judgement(norm: str, auditor: PersonId, verdict: str, version: int = 1) -> Judgement:
    return Judgement(NormId(norm), auditor, Verdict(verdict), START, version=version)


def consensus(norm: str, verdict: str, rationale: str = "") -> Consensus:
    return Consensus(NormId(norm), Verdict(verdict), rationale, LEADER, START)
