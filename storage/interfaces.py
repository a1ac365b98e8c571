"""What the rest of Handvat may ask of storage, in words of the domain.

A `Work` is one transaction. Its stores are made for an actor and only ever reach what that actor
may see or change: the query authorises, not the button. A value that came out of a store may be
handed back to it within the same work; ids that came from a tap go through `get` or `find` first.

Every method that changes something writes the audit trail in the same transaction; what a person
only chooses for itself (`switch_to`, `set_wants_nudges`, `set_welcomed`) leaves no trace there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from domain.actors import Actor, Colleague, Invitation, InvitationId, Membership, MembershipId
from domain.framework import Framework, FrameworkId, NormId, WhoCode
from domain.retention import PlannedErasure
from domain.roles import OrganisationId, PersonId, Role
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    Evaluation,
    EvaluationId,
    FileId,
    Purpose,
)
from domain.suggest import Suggester
from domain.verdicts import Verdict

if TYPE_CHECKING:
    from domain.audit import AuditId
    from domain.audit_rules import AuditRules
    from storage.action_interfaces import PlanActions
    from storage.appeal_interfaces import Appeals
    from storage.audit_interfaces import Audits, Offices
    from storage.case_interfaces import CaseLessons, CaseRegister, CaseSettings
    from storage.complaint_interfaces import Complaints
    from storage.evaluation_interfaces import AuditEvaluations
    from storage.fieldwork_interfaces import Fieldwork
    from storage.judging_interfaces import Judging
    from storage.plan_interfaces import Plans
    from storage.process_interfaces import ProcessLog
    from storage.register_interfaces import Decisions, Register
    from storage.report_interfaces import Reports
    from storage.round_interfaces import Rounds
    from storage.trend_interfaces import Trends
    from storage.wording_interfaces import Wording

# ------------------------------------------------------------------------------------------ refusals


class Refusal(Exception):
    """Storage says no for a reason that a screen can tell; nothing was changed."""


class NotAllowed(Refusal):
    """The actor's role does not allow this, or it is not within the actor's reach at all."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed the answer since the screen was made; `answer` is how it is now."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"answer {answer.norm} is at version {answer.version}")
        self.answer = answer


class EvaluationClosed(Refusal):
    """The evaluation is closed; it has to be reopened first."""


class MemberNumberTaken(Refusal):
    """An organisation with this member number exists; `coordinators` can let the person in.

    `chats` are theirs as far as they can be reached: they are colleagues of nobody yet, so
    `People.chat_of` would refuse.
    """

    def __init__(self, coordinators: Sequence[PersonId], chats: Sequence[int] = ()) -> None:
        super().__init__("member number is in use")
        self.coordinators = tuple(coordinators)
        self.chats = tuple(chats)


class LastCoordinator(Refusal):
    """The only coordinator cannot leave before handing over."""


class InvitationState(StrEnum):
    """What an invitation link is worth at this moment."""

    OPEN = "open"
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    TOO_MANY_TRIES = "too_many_tries"
    ALREADY_MEMBER = "already_member"


class InvitationUnusable(Refusal):
    """The invitation cannot be accepted; `state` says why."""

    def __init__(self, state: InvitationState) -> None:
        super().__init__(state.value)
        self.state = state


# ---------------------------------------------------------------------------------------- the stores


class People(Protocol):
    """Persons, organisations, roles and invitations, as far as the actor reaches."""

    def names(self) -> Mapping[PersonId, str]:
        """Return the names of everybody who is or was in the actor's organisation.

        Somebody who had their name erased is missing: what they gave stays, as of a former colleague.
        Visitors of the example organisation do not see each other.
        """
        ...

    def create_organisation(self, name: str, member_number: str | None, at: datetime) -> Membership:
        """Create a member organisation that is not confirmed yet, with the actor as coordinator.

        Raises:
            MemberNumberTaken: an organisation with this number exists.
        """
        ...

    def rename_organisation(self, name: str, at: datetime) -> None:
        """Give the actor's organisation another name. Raises NotAllowed."""
        ...

    def set_member_number(self, number: str, at: datetime) -> None:
        """Record the member number of the actor's organisation, which has to be confirmed again.

        Raises:
            MemberNumberTaken: another organisation has this number.
            NotAllowed
        """
        ...

    def visit_example(self, at: datetime) -> Membership:
        """Let the actor look around in the example organisation, as a visitor."""
        ...

    def switch_to(self, membership: MembershipId) -> Membership:
        """Make another role of the actor the one that counts. Raises NotAllowed."""
        ...

    def colleagues(self, evaluation: Evaluation | None = None) -> tuple[Colleague, ...]:
        """Return everybody with a role in the actor's organisation (readers included), by name.

        With an evaluation their assigned and answered norms are counted.
        """
        ...

    def colleague(self, membership: MembershipId) -> Colleague:
        """Return one colleague of the actor's organisation. Raises NotAllowed."""
        ...

    def chat_of(self, person: PersonId) -> int | None:
        """Return the chat of somebody in the actor's organisation, None when unreachable. Raises NotAllowed."""
        ...

    def set_function(self, membership: MembershipId, function: WhoCode | None, at: datetime) -> None:
        """Record for which function code a colleague (or the actor) speaks. Raises NotAllowed."""
        ...

    def hand_over(self, membership: MembershipId, at: datetime) -> None:
        """Turn the role of a colleague into that of a coordinator; the actor stays one. Raises NotAllowed."""
        ...

    def remove(self, membership: MembershipId, at: datetime) -> None:
        """End the role of a colleague or reader; what they gave stays. Raises NotAllowed, LastCoordinator."""
        ...

    def leave(self, at: datetime) -> None:
        """End the actor's own role; what they gave stays. Raises LastCoordinator."""
        ...

    def invite(
        self, role: Role, at: datetime, *, function: WhoCode | None = None, label: str = ""
    ) -> tuple[Invitation, str]:
        """Make an invitation of 14 days and return it with its token (128 bits, URL-safe), which is not kept.

        Raises:
            NotAllowed: the actor may not invite for this role.
        """
        ...

    def open_invitations(self, at: datetime) -> tuple[Invitation, ...]:
        """Return the invitations of the actor's organisation that can still be accepted, newest first."""
        ...

    def revoke(self, invitation: InvitationId, at: datetime) -> bool:
        """Withdraw an invitation; False when it was used or withdrawn already. Raises NotAllowed."""
        ...

    def find_invitation(self, token: str, at: datetime) -> Invitation:
        """Return the open invitation behind a link; wrong tries are counted per person and hour.

        Catch the refusal within the step: the wrong try is stored in the same transaction.

        Raises:
            InvitationUnusable: unknown, used, expired, revoked, too many wrong tries, or used by the
                actor, who is a member by it.
        """
        ...

    def accept(self, token: str, at: datetime) -> Membership:
        """Accept an invitation, once, and make its role the actor's current one.

        Raises:
            InvitationUnusable: as find_invitation, or the actor has this role already.
        """
        ...

    def inviter_chat(self, invitation: InvitationId) -> int | None:
        """Return the chat of who made an invitation that the actor accepted, to tell them; None if unreachable."""
        ...

    def set_wants_nudges(self, wants: bool) -> None:
        """Record whether the actor wants to be nudged by colleagues."""
        ...

    def set_welcomed(self) -> None:
        """Remember that the actor has seen the honest lines of the start."""
        ...

    def may_nudge(self, person: PersonId, at: datetime) -> bool:
        """Claim the nudge of today for a colleague: False when they had one today or do not want any.

        Raises:
            NotAllowed: the actor may not nudge, or this is no colleague.
        """
        ...

    def export(self) -> dict[str, Any]:
        """Return everything that is kept about the actor as plain JSON values, in all organisations."""
        ...

    def erase(self, at: datetime) -> None:
        """Erase the actor's personal fields and end all roles; decision records stay, pseudonymised.

        Raises:
            LastCoordinator: the actor has to hand over (or delete the organisation) first.
        """
        ...

    def erase_organisation(self, at: datetime) -> None:
        """Erase the actor's organisation at once: content, files and key; only ids remain. Raises NotAllowed."""
        ...

    def plan_erasure(self, at: datetime) -> PlannedErasure:
        """Announce that the actor's organisation will be erased after the time to think. Raises NotAllowed."""
        ...

    def planned_erasure(self) -> PlannedErasure | None:
        """Return what is announced for the actor's organisation, None without one."""
        ...

    def keep_organisation(self, at: datetime) -> bool:
        """Stop the announced erasure; False when there is none (any more). Raises NotAllowed."""
        ...

    def keep_notes(self, audit: AuditId, at: datetime) -> bool:
        """Let the notes of an audit stay that were announced to go; False without any. Raises NotAllowed."""
        ...


class NormState(Struct, frozen=True):
    """What a grid or overview needs of one norm: no text, so nothing has to be decrypted."""

    verdict: Verdict
    version: int
    contributions: int


class FileRef(Struct, frozen=True):
    """A file that a person sent: known at once, fetched later. `media_type` is what content proved, once fetched."""

    id: FileId
    name: str
    media_type: str
    size: int | None
    status: str  # wanted | stored | refused
    reason: str = ""


class Writing(Struct, frozen=True):
    """What can be undone: the latest write of the actor in an evaluation."""

    norm: NormId
    what: str  # verdict | reason | improvement | contribution | edit (of a contribution, or its move)
    receipt: int | None


class FrozenVersion(Struct, frozen=True):
    """An evaluation as it was when a version of it was closed, with the names that people had then."""

    version: int
    frozen_at: datetime
    answers: Mapping[NormId, Answer]
    names: Mapping[PersonId, str]


class Evaluations(Protocol):
    """The self-evaluations within the actor's reach, and what may be done with them."""

    #: Whether the organisation works with more than one framework; known once `current` was asked.
    has_several: bool

    def current(self) -> Evaluation | None:
        """Return the evaluation that the actor works on, open or closed: of their choice, else the usual one."""
        ...

    def side_by_side(self) -> Mapping[FrameworkId, Evaluation]:
        """Return the latest evaluation per framework, in the order they were started. Raises NotAllowed."""
        ...

    def choose(self, framework: FrameworkId, at: datetime) -> Evaluation:
        """Go on with the evaluation of another framework from now on; only the actor does. Raises NotAllowed."""
        ...

    def get(self, evaluation: EvaluationId) -> Evaluation:
        """Return one evaluation. Raises NotAllowed when it is out of the actor's reach."""
        ...

    def start(self, framework: FrameworkId, at: datetime) -> Evaluation:
        """Start an evaluation against a framework and choose it, or the one that runs. Raises NotAllowed."""
        ...

    def framework(self, evaluation: Evaluation) -> Framework:
        """Return the framework edition that the evaluation was started with."""
        ...

    def states(self, evaluation: Evaluation) -> Mapping[NormId, NormState]:
        """Return verdict, version and number of contributions of every norm that has any."""
        ...

    def answer(self, evaluation: Evaluation, norm: NormId) -> Answer:
        """Return the answer on one norm with all its contributions; an empty one when there is none."""
        ...

    def answers(self, evaluation: Evaluation) -> Mapping[NormId, Answer]:
        """Return every answer of the evaluation, for documents."""
        ...

    def record_verdict(
        self, evaluation: Evaluation, norm: NormId, verdict: Verdict, *, seen: int | None, at: datetime
    ) -> Answer:
        """Store a verdict. `seen` is the answer's version on the screen; None overrides (a deliberate choice).

        A write by the same person, or of the same verdict, is never a conflict; the latter changes nothing.

        Raises:
            ChangedMeanwhile: somebody else changed the verdict after that version.
            EvaluationClosed, NotAllowed
        """
        ...

    def record_reason(self, evaluation: Evaluation, norm: NormId, reason: str, at: datetime) -> Answer:
        """Store why a norm does not apply (the verdict becomes n.v.t. if it was not). Raises as record_verdict."""
        ...

    def record_improvement(
        self,
        evaluation: Evaluation,
        norm: NormId,
        at: datetime,
        *,
        what: str | None = None,
        who: str | None = None,
        due_on: date | None = None,
    ) -> Answer:
        """Store the given parts of the improvement action; None leaves a part, an empty text clears it."""
        ...

    def contribute(
        self,
        evaluation: Evaluation,
        norm: NormId,
        kind: ContributionKind,
        purpose: Purpose,
        text: str,
        at: datetime,
        *,
        message_id: int | None,
        file: FileId | None = None,
    ) -> Contribution:
        """Store what the actor typed or sent at a norm. The same message twice is stored once."""
        ...

    def edit_by_message(self, message_id: int, text: str, at: datetime) -> tuple[Evaluation, Contribution] | None:
        """Store the new text of the actor's own message, keeping the old version; None when it was none of ours.

        Raises:
            EvaluationClosed
        """
        ...

    def summarise(self, evaluation: Evaluation, contribution: ContributionId, text: str, at: datetime) -> Contribution:
        """Give the actor's own voice message or file a line of text. Raises NotAllowed."""
        ...

    def move(self, evaluation: Evaluation, contribution: ContributionId, norm: NormId, at: datetime) -> Contribution:
        """Move the actor's own contribution to another norm. Raises NotAllowed."""
        ...

    def withdraw(self, evaluation: Evaluation, contribution: ContributionId, at: datetime) -> None:
        """Take back the actor's own contribution (a coordinator may take back any). Raises NotAllowed."""
        ...

    def undoable(self, evaluation: Evaluation) -> Writing | None:
        """Return the actor's last write, unless it was undone or changed since by somebody."""
        ...

    def undo(self, evaluation: Evaluation, at: datetime) -> Writing | None:
        """Undo the actor's last write and return it; None when there is nothing (any more) to undo."""
        ...

    def assignments(self, evaluation: Evaluation) -> Mapping[NormId, tuple[PersonId, ...]]:
        """Return who each norm was given to."""
        ...

    def assign(self, evaluation: Evaluation, norms: Collection[NormId], person: PersonId, at: datetime) -> int:
        """Give norms to a colleague besides whoever has them; return how many were new. Raises NotAllowed."""
        ...

    def unassign(self, evaluation: Evaluation, norms: Collection[NormId], person: PersonId, at: datetime) -> int:
        """Take norms from a colleague again; return how many. Raises NotAllowed."""
        ...

    def last_active(self, evaluation: Evaluation) -> Mapping[PersonId, tuple[NormId, datetime]]:
        """Return where everybody wrote last, so that the coordinator sees who is where."""
        ...

    def close(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Freeze this version for the auditor; one that is closed stays as it is. Raises NotAllowed."""
        ...

    def reopen(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Start the next version with all answers; the frozen one stays. Raises NotAllowed."""
        ...

    def frozen(self, evaluation: Evaluation, version: int) -> FrozenVersion | None:
        """Return an evaluation as it was when that version was closed, None when it never was."""
        ...


class Files(Protocol):
    """Files that people sent with a norm of an evaluation within the actor's reach."""

    def want(
        self, evaluation: Evaluation, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched; the caller queues the job "fetch_file"."""
        ...

    def get(self, file: FileId) -> FileRef:
        """Return what is known of a file. Raises NotAllowed."""
        ...

    def of(self, evaluation: Evaluation) -> Mapping[FileId, FileRef]:
        """Return every file that was sent in an evaluation, for documents. Raises NotAllowed."""
        ...


class Work(Protocol):
    """One transaction: leaving it commits everything or nothing."""

    frameworks: Mapping[FrameworkId, Framework]
    suggesters: Mapping[FrameworkId, Suggester]  # for the frameworks that have one

    @property
    def audit_rules(self) -> AuditRules:
        """The rules of audits: day table, outcomes, statements."""
        ...

    def framework(self, framework: FrameworkId, actor: Actor) -> Framework:
        """Return a framework with the official wording that the actor may see; KeyError when it is not installed."""
        ...

    def wording(self, actor: Actor) -> Wording:
        """Return the official wording that operators import."""
        ...

    def people(self, actor: Actor) -> People:
        """Return the people within the actor's reach."""
        ...

    def evaluations(self, actor: Actor) -> Evaluations:
        """Return the self-evaluations within the actor's reach."""
        ...

    def files(self, actor: Actor) -> Files:
        """Return the files within the actor's reach."""
        ...

    def audits(self, actor: Actor) -> Audits:
        """Return the audits within the actor's reach."""
        ...

    def judging(self, actor: Actor) -> Judging:
        """Return coverage, judgements and consensus of the audits within the actor's reach."""
        ...

    def fieldwork(self, actor: Actor) -> Fieldwork:
        """Return the interviews and findings within the actor's reach."""
        ...

    def process(self, actor: Actor) -> ProcessLog:
        """Return what happened in the audits within the actor's reach."""
        ...

    def plans(self, actor: Actor) -> Plans:
        """Return the improvement plans within the actor's reach."""
        ...

    def plan_actions(self, actor: Actor) -> PlanActions:
        """Return the single actions of improvement plans within the actor's reach."""
        ...

    def reports(self, actor: Actor) -> Reports:
        """Return the reports of audits within the actor's reach."""
        ...

    def decisions(self, actor: Actor) -> Decisions:
        """Return the decisions of certifying bodies within the actor's reach."""
        ...

    def appeals(self, actor: Actor) -> Appeals:
        """Return the appeals within the actor's reach."""
        ...

    def rounds(self, actor: Actor) -> Rounds:
        """Return the rounds of the self-evaluations within the actor's reach."""
        ...

    def register(self, actor: Actor) -> Register:
        """Return the register of certificates, for the secretariat."""
        ...

    def complaints(self, actor: Actor) -> Complaints:
        """Return the complaints and signals within the actor's reach."""
        ...

    def cases(self, actor: Actor) -> CaseRegister:
        """Return the casusregister as far as the actor reaches."""
        ...

    def case_lessons(self, actor: Actor) -> CaseLessons:
        """Return what closed complaints teach, for the auditors of the actor's certifying body."""
        ...

    def case_settings(self, actor: Actor) -> CaseSettings:
        """Return by which procedure the actor's certifying body treats cases."""
        ...

    def audit_evaluations(self, actor: Actor) -> AuditEvaluations:
        """Return the evaluations after audits, each person's own and the counts of a certifying body."""
        ...

    def trends(self, actor: Actor) -> Trends:
        """Return the trends within the actor's reach."""
        ...

    def offices(self, actor: Actor) -> Offices:
        """Return the certifying bodies, as far as the actor has a say in them."""
        ...

    def actor(self, chat_id: int) -> Actor:
        """Return the actor behind a chat as it is now, after a change of role in this turn."""
        ...


__all__ = [
    "ChangedMeanwhile", "EvaluationClosed", "Evaluations", "FileRef", "Files", "FrozenVersion", "InvitationState",
    "InvitationUnusable", "LastCoordinator", "MemberNumberTaken", "NormState", "NotAllowed",
    "OrganisationId", "People", "Refusal", "Work", "Writing",
]  # fmt: skip
