"""The audit: a team holds interviews, records findings, judges every norm and settles what it holds of it.

    planned -> contracted -> running -> judging -> consensus -> closed
          \\____________\\-> cancelled

An auditor records a `Finding` at once, wherever it came from; it may serve several norms, or none yet (the in-tray).
Each auditor gives a `Judgement` per norm; the team leader records the `Consensus`, whose rationale becomes the text
of the report. Every value carries a `version`: storage keeps them all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from msgspec import Struct, field
from msgspec.structs import replace

from domain.audit_days import ScopeFte, Variant
from domain.framework import FrameworkId, NormId, WhoCode
from domain.roles import OrganisationId, Permission, PersonId, Role
from domain.self_evaluation import ContributionKind, EvaluationId, FileId
from domain.verdicts import Verdict

AuditId = NewType("AuditId", int)
InterviewId = NewType("InterviewId", int)
FindingId = NewType("FindingId", int)  # the number on the receipt: "Bewaard #137"
ProcessId = NewType("ProcessId", str)  # "2021": the edition of the process that the audit follows


class AuditKind(StrEnum):
    """Why there is an audit (handbook bijlage 6 step 1, 9c and 17); the values are stored."""

    INITIAL = "initial_audit"
    RECERTIFICATION = "recertification"
    FOLLOWUP = "followup_audit"


class Stage(StrEnum):
    """How far an audit is; the values are stored."""

    PLANNED = "planned"
    CONTRACTED = "contracted"
    RUNNING = "running"
    JUDGING = "judging"
    CONSENSUS = "consensus"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class FindingKind(StrEnum):
    """What was heard or seen (interview format); the values are stored."""

    EXAMPLE = "example"
    DOCUMENT = "document"
    REGISTRATION = "registration"
    QUOTE = "quote"
    OBSERVATION = "observation"

    @property
    def is_on_paper(self) -> bool:
        """Whether it is a document or registration that was seen (handbook bijlage 9)."""
        return self in (FindingKind.DOCUMENT, FindingKind.REGISTRATION)


class Tone(StrEnum):
    """What a finding says about the organisation; the values are stored."""

    STRONG = "strong"
    BOTTLENECK = "bottleneck"
    TIP = "tip"


class TeamMember(Struct, frozen=True):
    """Somebody in the team of one audit; `organisation` is where a peer auditor comes from, or the CI."""

    person: PersonId
    role: Role
    organisation: OrganisationId


class Companion(Struct, frozen=True):
    """The other half of a combination audit: an audit of its own about another framework, by the same team.

    `holds_fieldwork` when the interviews and findings of both halves are kept there.
    """

    audit: AuditId
    framework: FrameworkId
    holds_fieldwork: bool


class Audit(Struct, frozen=True):
    """One audit of one organisation.

    `process` and `weighing` are the editions of the rules; contracting fixes them. `days` are the audit days in their
    order; `scheme` is the other half of a combination, and `companion` that half when it is carried out here as well;
    `evaluation` the self-evaluation that the member shared.
    """

    id: AuditId
    organisation: OrganisationId
    ci: OrganisationId
    framework: FrameworkId
    process: ProcessId
    weighing: str
    kind: AuditKind = AuditKind.INITIAL
    variant: Variant = Variant.CI
    scheme: str | None = None
    scope: str = ""
    fte: ScopeFte = field(default_factory=ScopeFte)
    place: str = ""
    days: tuple[date, ...] = ()
    team: tuple[TeamMember, ...] = ()
    stage: Stage = Stage.PLANNED
    evaluation: EvaluationId | None = None
    version: int = 1
    companion: Companion | None = None

    @property
    def halves(self) -> tuple[AuditId, ...]:
        """This audit, and the other half of a combination."""
        return (self.id,) if self.companion is None else (self.id, self.companion.audit)

    @property
    def fieldwork(self) -> AuditId:
        """The audit under which its interviews and findings are kept: its own, or that of the other half."""
        return self.companion.audit if self.companion is not None and self.companion.holds_fieldwork else self.id

    @property
    def first_day(self) -> date | None:
        """The first audit day, by which the statements must be signed."""
        return min(self.days, default=None)

    @property
    def last_day(self) -> date | None:
        """The last audit day, from which the term of the draft report counts."""
        return max(self.days, default=None)

    @property
    def team_leader(self) -> PersonId | None:
        """Who leads the team."""
        return next((member.person for member in self.team if member.role is Role.TEAM_LEADER), None)

    def role_of(self, person: PersonId) -> Role | None:
        """Return the role of a person in this team, or None for who is not in it."""
        return next((member.role for member in self.team if member.person == person), None)

    def is_audit_day(self, day: date) -> bool:
        """Say whether the team is on site that day."""
        return day in self.days


class Interview(Struct, frozen=True):
    """A talk with one or more functions; nobody's name is kept (handbook bijlage 9).

    `number` counts the interviews of one audit from 1; `description` is function and team ("jongerenwerker, team
    Noord"); `participants` are the auditors who take part.
    """

    id: InterviewId
    audit: AuditId
    number: int
    functions: tuple[WhoCode, ...]
    description: str
    participants: tuple[PersonId, ...]
    started_at: datetime
    place: str = ""
    ended_at: datetime | None = None
    version: int = 1

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None


class Finding(Struct, frozen=True):
    """What one auditor heard or saw.

    `audit` is the half of a combination from which one looks: `norms` are of its framework, `also` those of the other
    framework at which the finding counts. Both are empty while it waits in the in-tray; `form` says how it was sent;
    `kind` and `tone` are None until somebody labels it; `is_to_discuss` asks for the whole team ("in de groep
    bespreken").
    """

    id: FindingId
    audit: AuditId
    norms: tuple[NormId, ...]
    text: str
    author: PersonId
    at: datetime
    kind: FindingKind | None = None
    tone: Tone | None = None
    form: ContributionKind = ContributionKind.TEXT
    file: FileId | None = None
    interview: InterviewId | None = None
    is_to_discuss: bool = False
    version: int = 1
    also: tuple[NormId, ...] = ()

    @property
    def is_in_tray(self) -> bool:
        """Whether it still has to be placed at a norm."""
        return not self.norms and not self.also


class Judgement(Struct, frozen=True):
    """What one auditor holds of one norm; `reason` says why, and has to when the norm does not apply."""

    norm: NormId
    auditor: PersonId
    verdict: Verdict
    at: datetime
    reason: str = ""
    version: int = 1


class Consensus(Struct, frozen=True):
    """What the team holds of one norm; `rationale` becomes the text of the report.

    `override` says why the norm was settled although it was not looked at well enough (domain book §8; own).
    """

    norm: NormId
    verdict: Verdict
    rationale: str
    by: PersonId
    at: datetime
    override: str = ""
    version: int = 1


#: What a file shows by its form; everything else waits for a label (own).
_KIND_OF_FORM: Mapping[ContributionKind, FindingKind] = MappingProxyType(
    {ContributionKind.DOCUMENT: FindingKind.DOCUMENT, ContributionKind.LINK: FindingKind.DOCUMENT}
)


def kind_of(form: ContributionKind) -> FindingKind | None:
    """Return the label that a finding gets by the form in which it was sent, or None where somebody has to say."""
    return _KIND_OF_FORM.get(form)


# --- The stages ------------------------------------------------------------------------------------------------------


class Hindrance(StrEnum):
    """Why an audit cannot go to a stage, or what to look at when it does."""

    NO_SUCH_STEP = "no_such_step"
    NO_SCOPE = "no_scope"
    NO_FTE = "no_fte"
    NO_TEAM_LEADER = "no_team_leader"
    TWO_TEAM_LEADERS = "two_team_leaders"
    NO_PEER_AUDITOR = "no_peer_auditor"
    TOO_FEW_ORGANISATIONS = "too_few_organisations"
    NOT_INDEPENDENT = "not_independent"
    NO_AUDIT_DAYS = "no_audit_days"
    STATEMENTS_MISSING = "statements_missing"
    INTERVIEW_RUNNING = "interview_running"
    IN_TRAY_NOT_EMPTY = "in_tray_not_empty"
    NORMS_NOT_SETTLED = "norms_not_settled"
    HAS_CONTENT = "has_content"
    REPORT_SENT = "report_sent"


class Facts(Struct, frozen=True):
    """What a passage has to know about an audit beside its own fields."""

    min_organisations: int = 1
    not_independent: Collection[PersonId] = ()
    without_statements: Collection[PersonId] = ()
    running_interviews: int = 0
    in_tray: int = 0
    unsettled: Collection[NormId] = ()
    has_content: bool = False
    is_report_sent: bool = False


class Passage(Struct, frozen=True):
    """Whether an audit may go to another stage: `obstacles` refuse it, `warnings` are shown first."""

    to: Stage
    obstacles: tuple[Hindrance, ...] = ()
    warnings: tuple[Hindrance, ...] = ()

    @property
    def is_allowed(self) -> bool:
        """Whether nothing refuses it."""
        return not self.obstacles


class StageRefused(Exception):
    """An audit cannot go to a stage; `passage` holds the reasons."""

    def __init__(self, passage: Passage) -> None:
        super().__init__(f"{passage.to}: {', '.join(passage.obstacles)}")
        self.passage = passage


#: Where one can go from a stage, the way on first; back is for who was too early (own).
NEXT_STAGES: Mapping[Stage, tuple[Stage, ...]] = MappingProxyType(
    {
        Stage.PLANNED: (Stage.CONTRACTED, Stage.CANCELLED),
        Stage.CONTRACTED: (Stage.RUNNING, Stage.PLANNED, Stage.CANCELLED),
        Stage.RUNNING: (Stage.JUDGING,),
        Stage.JUDGING: (Stage.CONSENSUS, Stage.RUNNING),
        Stage.CONSENSUS: (Stage.CLOSED, Stage.JUDGING, Stage.RUNNING),
        Stage.CLOSED: (Stage.CONSENSUS,),
        Stage.CANCELLED: (),
    }
)

#: What can be done in a stage, as far as the role allows it. Documents are read before the first audit day (bijlage 9);
#: an auditor may judge while it is fresh, and the team settles when all interviews are over.
STAGE_WORK: Mapping[Stage, frozenset[Permission]] = MappingProxyType(
    {
        Stage.PLANNED: frozenset({Permission.EDIT_AUDIT}),
        Stage.CONTRACTED: frozenset({Permission.EDIT_AUDIT, Permission.ADD_FINDING}),
        Stage.RUNNING: frozenset(
            {
                Permission.EDIT_AUDIT,
                Permission.HOLD_INTERVIEW,
                Permission.ADD_FINDING,
                Permission.JUDGE,
                Permission.EVALUATE_DAY,
                Permission.WRITE_REPORT,
            }
        ),
        Stage.JUDGING: frozenset(
            {
                Permission.ADD_FINDING,
                Permission.JUDGE,
                Permission.EVALUATE_DAY,
                Permission.WRITE_REPORT,
                Permission.REPLACE_LEADER,
            }
        ),
        Stage.CONSENSUS: frozenset(
            {
                Permission.ADD_FINDING,
                Permission.JUDGE,
                Permission.RECORD_CONSENSUS,
                Permission.EVALUATE_DAY,
                Permission.WRITE_REPORT,
                Permission.REPLACE_LEADER,
            }
        ),
        Stage.CLOSED: frozenset({Permission.WRITE_REPORT, Permission.REPLACE_LEADER}),
        Stage.CANCELLED: frozenset(),
    }
)

_ALWAYS = frozenset(
    {
        Permission.SEE_AUDIT,
        Permission.READ_AUDIT,
        Permission.LIST_STATEMENTS,
        Permission.MOVE_AUDIT,
        Permission.REVIEW_PLAN,  # what happened in the process says when
        Permission.DECIDE,
    }
)


def is_time_for(permission: Permission, audit: Audit) -> bool:
    """Say whether the stage of an audit lets this be done; looking is always possible."""
    return permission in _ALWAYS or permission in STAGE_WORK[audit.stage]


def passage(audit: Audit, to: Stage, facts: Facts) -> Passage:
    """Return what stands between an audit and a stage, in the order in which a person would solve it."""
    if to not in NEXT_STAGES[audit.stage]:
        return Passage(to, (Hindrance.NO_SUCH_STEP,))
    found = tuple(hindrance for hindrance, is_there in _hindrances(audit, to, facts) if is_there)
    return Passage(
        to,
        obstacles=tuple(hindrance for hindrance in found if hindrance not in _ONLY_WARN),
        warnings=tuple(hindrance for hindrance in found if hindrance in _ONLY_WARN),
    )


def move(audit: Audit, to: Stage, facts: Facts) -> Audit:
    """Return the audit in another stage.

    Raises:
        StageRefused: something stands in the way; nothing was changed.
    """
    way = passage(audit, to, facts)
    if not way.is_allowed:
        raise StageRefused(way)
    return replace(audit, stage=to)


# Whoever did not sign sees nothing, so the others need not wait (domain book §6.1, own); notes that lie in the in-tray
# can still be placed; how many organisations take part is agreed outside the bot.
_ONLY_WARN = frozenset({Hindrance.STATEMENTS_MISSING, Hindrance.IN_TRAY_NOT_EMPTY, Hindrance.TOO_FEW_ORGANISATIONS})


def _hindrances(audit: Audit, to: Stage, facts: Facts) -> tuple[tuple[Hindrance, bool], ...]:
    """Return everything that a stage looks at, with whether it is so."""
    if to is Stage.CONTRACTED:
        return _before_contract(audit, facts)
    if to is Stage.RUNNING:
        return (
            *_before_contract(audit, facts),
            (Hindrance.NO_AUDIT_DAYS, not audit.days),
            (Hindrance.STATEMENTS_MISSING, bool(facts.without_statements)),
        )
    if to in (Stage.PLANNED, Stage.CANCELLED):
        return ((Hindrance.HAS_CONTENT, facts.has_content),)
    if audit.stage is Stage.CLOSED:
        return ((Hindrance.REPORT_SENT, facts.is_report_sent),)
    return (
        (Hindrance.INTERVIEW_RUNNING, facts.running_interviews > 0),
        (Hindrance.IN_TRAY_NOT_EMPTY, facts.in_tray > 0),
        (Hindrance.NORMS_NOT_SETTLED, to is Stage.CLOSED and bool(facts.unsettled)),
    )


def _before_contract(audit: Audit, facts: Facts) -> tuple[tuple[Hindrance, bool], ...]:
    leaders = sum(member.role is Role.TEAM_LEADER for member in audit.team)
    peers = {member.organisation for member in audit.team if member.role is Role.PEER_AUDITOR}
    with_peers = audit.variant is Variant.INTERCOLLEGIAL
    return (
        (Hindrance.NO_SCOPE, not audit.scope.strip()),
        (Hindrance.NO_FTE, audit.fte.total <= 0),
        (Hindrance.NO_TEAM_LEADER, leaders == 0),
        (Hindrance.TWO_TEAM_LEADERS, leaders > 1),
        (Hindrance.NO_PEER_AUDITOR, with_peers and not peers),
        (Hindrance.TOO_FEW_ORGANISATIONS, with_peers and 0 < len(peers) < facts.min_organisations - 1),
        (Hindrance.NOT_INDEPENDENT, bool(facts.not_independent)),
    )


#: Agreed with the member and not over: somebody leads it all the time (own).
UNDER_WAY = frozenset({Stage.CONTRACTED, Stage.RUNNING, Stage.JUDGING, Stage.CONSENSUS})


def may_change_edition(audit: Audit) -> bool:
    """Say whether the editions of the rules can still be chosen; contracting fixes them (domain book §15)."""
    return audit.stage is Stage.PLANNED
