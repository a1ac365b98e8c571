"""What the rest of Handvat may ask of storage about audits, in words of the domain.

`Audits` is for everybody in an audit: who reaches it, in which role, and what has to be accepted first. The
stores of interviews, findings and judgements have protocols of their own and ask `Audits.within` before anything else.

An audit is reached by its team (as long as they are in it) and by the office of its CI; what was heard, seen or judged
only by who is in the team and accepted both statements of that audit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from domain.actors import Invitation, Organisation
from domain.audit import Audit, AuditId, AuditKind, Facts, Passage, ProcessId, Stage, is_time_for
from domain.audit_days import Headcount, Variant
from domain.conduct import Acceptance, Statement, may_in_audit, missing_statements
from domain.framework import Framework, FrameworkId
from domain.independence import Tie, TieKind
from domain.roles import CONTENT_PERMISSIONS, OrganisationId, Permission, PersonId, Role, may
from domain.self_evaluation import Evaluation, EvaluationId
from storage.interfaces import Evaluations, Refusal

# ------------------------------------------------------------------------------------------ refusals


class StatementsMissing(Refusal):
    """The actor is in the team, but has to accept the statements of this audit before content opens."""

    def __init__(self, audit: AuditId, missing: Sequence[Statement]) -> None:
        super().__init__(f"audit {audit}: {', '.join(missing)}")
        self.audit = audit
        self.missing = tuple(missing)


class WrongStage(Refusal):
    """The actor's role allows this, but not in the stage that the audit is in."""

    def __init__(self, audit: AuditId, stage: Stage) -> None:
        super().__init__(f"audit {audit} is {stage}")
        self.audit = audit
        self.stage = stage


class NotIndependent(Refusal):
    """Somebody is tied to the organisation that is audited; `ties` are the reasons."""

    def __init__(self, ties: Sequence[Tie]) -> None:
        super().__init__(", ".join(tie.kind for tie in ties))
        self.ties = tuple(ties)


class LastOfficePerson(Refusal):
    """Nobody else could invite people or plan when this person goes."""


class StillLeads(Refusal):
    """Somebody leads audits that are under way; `organisations` are the names of who is audited."""

    def __init__(self, organisations: Sequence[str]) -> None:
        super().__init__("somebody else has to lead first")
        self.organisations = tuple(organisations)


# -------------------------------------------------------------------------------------------- values


class Engagement(Struct, frozen=True):
    """One audit as the actor takes part in it: the audit, who is audited, and in which role.

    `role` is the role in the team, None for an office person who is not in it; `is_office` says whether the actor
    acts for the office of the CI. `acceptances` are those of the whole team. `parts` are the people of the scope as
    they were typed in, and `base_days` the audit time of the other scheme of a combination.
    """

    audit: Audit
    organisation: Organisation
    person: PersonId
    role: Role | None
    is_office: bool
    acceptances: tuple[Acceptance, ...] = ()
    parts: tuple[Headcount, ...] = ()
    base_days: Fraction | None = None

    @property
    def id(self) -> AuditId:
        """The id of the audit."""
        return self.audit.id

    @property
    def missing(self) -> tuple[Statement, ...]:
        """What the actor still has to accept; nothing for who only plans."""
        return missing_statements(self.audit, self.person, self.acceptances) if self.role else ()

    @property
    def is_open(self) -> bool:
        """Whether content is open to the actor."""
        return self.role is not None and not self.missing

    def allows(self, permission: Permission) -> bool:
        """Say whether the actor's role ever allows this, whatever the stage and the statements."""
        as_office = self.is_office and permission not in CONTENT_PERMISSIONS and may(Role.CI_ADMIN, permission)
        return as_office or (self.role is not None and may(self.role, permission))

    def may(self, permission: Permission) -> bool:
        """Say whether the actor may do this now: by role, by stage, and content only with both statements."""
        if self.role and may_in_audit(self.audit, self.person, permission, self.acceptances):
            return True
        is_content = permission in CONTENT_PERMISSIONS
        as_office = self.is_office and not is_content and may(Role.CI_ADMIN, permission)
        return as_office and is_time_for(permission, self.audit)


class Counts(Struct, frozen=True):
    """The numbers of a menu, from one statement; `settled` counts norms with a consensus."""

    interviews: int = 0
    running: int = 0
    findings: int = 0
    in_tray: int = 0
    to_discuss: int = 0
    judged: int = 0  # norms that the actor judged
    settled: int = 0


class SharedEvaluation(Struct, frozen=True):
    """An organisation that shared its self-evaluation with somebody of this CI."""

    organisation: Organisation
    evaluation: EvaluationId
    framework: FrameworkId


class NewAudit(Struct, frozen=True):
    """What the office fills in before an audit exists; the rest is added to the plan afterwards.

    `organisation` is one that shared its self-evaluation; otherwise `name` and `member_number` say who it is.
    """

    kind: AuditKind
    variant: Variant
    framework: FrameworkId
    organisation: OrganisationId | None = None
    name: str = ""
    member_number: str = ""


class PlanChange(Struct, frozen=True):
    """What changes in a plan; None leaves a field as it is."""

    scope: str | None = None
    parts: tuple[Headcount, ...] | None = None
    place: str | None = None
    days: tuple[date, ...] | None = None
    kind: AuditKind | None = None
    variant: Variant | None = None
    scheme: str | None = None
    base_days: Fraction | None = None
    process: ProcessId | None = None  # with the thresholds that go with it, unless `weighing` says otherwise
    weighing: str | None = None


class Candidate(Struct, frozen=True):
    """Somebody who can be in the team: `role` is their role at the CI, `home` where a peer auditor comes from.

    `ties` keep them from this audit; `in_team_as` is their role in it already.
    """

    person: PersonId
    name: str
    role: Role
    home: Organisation
    ties: tuple[Tie, ...] = ()
    in_team_as: Role | None = None


class OfficePerson(Struct, frozen=True):
    """Somebody who works for a CI, with what a list shows; `home` where a peer auditor comes from."""

    person: PersonId
    name: str
    role: Role
    home: Organisation | None = None


# ---------------------------------------------------------------------------------------- the stores


class Audits(Protocol):
    """The audits within the actor's reach."""

    def all(self) -> tuple[Engagement, ...]:
        """Return every audit within reach: what runs or comes first, then what is over."""
        ...

    def current(self) -> Engagement | None:
        """Return the audit that the actor chose, else the first that runs or comes; None when there is none."""
        ...

    def get(self, audit: AuditId) -> Engagement:
        """Return one audit. Raises NotAllowed when it is out of the actor's reach."""
        ...

    def choose(self, audit: AuditId) -> Engagement:
        """Make an audit the one that counts for the actor from now on. Raises NotAllowed."""
        ...

    def within(self, audit: AuditId, permission: Permission) -> Engagement:
        """Return an audit in which the actor may do this now.

        Raises:
            NotAllowed: out of reach, or the role does not allow it.
            StatementsMissing: it is content, and the statements were not accepted.
            WrongStage: not in this stage.
        """
        ...

    def names(self, audit: Audit) -> Mapping[PersonId, str]:
        """Return the names of everybody who is or was in the team. Raises NotAllowed."""
        ...

    def chats(self, audit: Audit) -> Mapping[PersonId, int]:
        """Return the chats of the team and of the office of the CI, where they can be reached. Raises NotAllowed."""
        ...

    def counts(self, audit: Audit) -> Counts:
        """Return the numbers of the menu, in one statement; zeros for who may not see content."""
        ...

    def framework(self, audit: Audit) -> Framework:
        """Return the framework edition of the audit."""
        ...

    def shared_evaluation(self, audit: Audit) -> tuple[Evaluation, Evaluations] | None:
        """Return the self-evaluation beside the audit with a store that only reads it; None when none is shared.

        Access ends when the member withdraws it.

        Raises:
            NotAllowed, StatementsMissing: as `within` for READ_AUDIT.
        """
        ...

    # The statements

    def accept(self, audit: AuditId, statement: Statement, at: datetime) -> Engagement:
        """Record that the actor accepts a statement of this audit; the first time counts. Raises NotAllowed."""
        ...

    def declare_tie(self, audit: AuditId, kind: TieKind, at: datetime) -> None:
        """Record that the actor is tied to the organisation, and take them out of the team. Raises NotAllowed."""
        ...

    # The plan

    def shared(self) -> tuple[SharedEvaluation, ...]:
        """Return the organisations that shared their self-evaluation with somebody of this CI. Raises NotAllowed."""
        ...

    def plan(self, new: NewAudit, at: datetime) -> Engagement:
        """Make an audit and choose it; a team leader who plans leads it. Raises NotAllowed."""
        ...

    def change(self, audit: AuditId, change: PlanChange, at: datetime) -> Engagement:
        """Change the plan; the editions of the rules only as long as nothing was agreed on.

        Raises:
            NotAllowed, WrongStage
        """
        ...

    def combine(self, audit: AuditId, framework: FrameworkId, at: datetime) -> Engagement:
        """Have an audit be about a second framework as well: an audit of its own with this plan, team and field work.

        Only before anything was agreed on; the second one is its `companion`.

        Raises:
            NotAllowed, WrongStage
        """
        ...

    def uncombine(self, audit: AuditId, at: datetime) -> Engagement:
        """Undo a combination that was not agreed on: the audit about the second framework is cancelled.

        Raises:
            NotAllowed, WrongStage
        """
        ...

    def candidates(self, audit: Audit) -> tuple[Candidate, ...]:
        """Return everybody of this CI who can be in the team, with what stands in the way. Raises NotAllowed."""
        ...

    def add_member(self, audit: AuditId, person: PersonId, role: Role, at: datetime) -> Engagement:
        """Put somebody of this CI in the team, or give them another role in it.

        A new team leader takes the place of the old one, who goes on as an auditor.

        Raises:
            NotAllowed, WrongStage
            NotIndependent: they are tied to the organisation.
        """
        ...

    def remove_member(self, audit: AuditId, person: PersonId, at: datetime) -> Engagement:
        """Take somebody out of the team; what they recorded stays. Raises NotAllowed, WrongStage."""
        ...

    def facts(self, engagement: Engagement) -> Facts:
        """Return what a passage to another stage has to know."""
        ...

    def passages(self, engagement: Engagement) -> tuple[Passage, ...]:
        """Return where the audit can go from here, with obstacles and warnings; the way on first."""
        ...

    def move(self, audit: AuditId, to: Stage, at: datetime) -> Engagement:
        """Bring the audit in another stage.

        Raises:
            domain.audit.StageRefused: something stands in the way.
            NotAllowed
        """
        ...


class Offices(Protocol):
    """Certifying bodies: made by an operator, and peopled by their own office."""

    def found(self, name: str, at: datetime) -> tuple[Invitation, str]:
        """Make a certifying body and return the invitation for its first office person with the token.

        Raises:
            NotAllowed: the actor is no operator.
        """
        ...

    def invite_secretariat(self, name: str, at: datetime) -> tuple[Invitation, str]:
        """Return an invitation for the secretariat of SWN, which is made under this name the first time.

        Raises:
            NotAllowed: the actor is no operator.
        """
        ...

    def all(self) -> Mapping[OrganisationId, tuple[str, int]]:
        """Return name and number of office people of every certifying body, for an operator. Raises NotAllowed."""
        ...

    def invite_first(self, ci: OrganisationId, at: datetime) -> tuple[Invitation, str]:
        """Make another invitation for an office person of a certifying body, for an operator. Raises NotAllowed."""
        ...

    def people(self) -> tuple[OfficePerson, ...]:
        """Return everybody who works for the actor's CI, by name. Raises NotAllowed."""
        ...

    def chat_of(self, person: PersonId) -> int | None:
        """Return the chat of somebody who works for the actor's CI, None when unreachable. Raises NotAllowed."""
        ...

    def remove(self, person: PersonId, at: datetime) -> None:
        """End all roles of somebody at the actor's CI, and their places in its teams; what they wrote stays.

        Raises:
            NotAllowed: the actor keeps no office, or this person does not work there.
            LastOfficePerson, StillLeads
        """
        ...

    def home(self) -> Organisation | None:
        """Return the member organisation that the actor comes from as a peer auditor, None when not known yet."""
        ...

    def set_home(
        self, at: datetime, *, organisation: OrganisationId | None = None, name: str = "", member_number: str = ""
    ) -> Organisation:
        """Record from which member organisation the actor comes as a peer auditor: one of their own, or by number.

        Raises:
            NotAllowed: the actor is no peer auditor, or does not work there.
        """
        ...


__all__ = [
    "Audits", "Candidate", "Counts", "Engagement", "LastOfficePerson", "NewAudit", "NotIndependent",
    "OfficePerson", "Offices", "PlanChange", "SharedEvaluation", "StatementsMissing", "StillLeads", "WrongStage",
]  # fmt: skip
