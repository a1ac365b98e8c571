"""Audits: the statements, the plan, the team and the stages; who reaches what is in `audit_reach`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import Membership, MembershipId
from domain.audit import (
    NEXT_STAGES,
    Audit,
    AuditId,
    Facts,
    Passage,
    ProcessId,
    Stage,
    may_change_edition,
    move,
    passage,
)
from domain.audit_days import Variant, fte_of
from domain.combination import goes_along, may_combine, scheme_of
from domain.conduct import Statement, without_statements
from domain.framework import Framework, FrameworkId, NormId
from domain.independence import Tie, TieKind, team_conflicts
from domain.roles import OrganisationId, Permission, PersonId, Role
from domain.self_evaluation import Evaluation, EvaluationId
from domain.verdicts import Verdict
from storage.audit_interfaces import (
    Candidate,
    Counts,
    Engagement,
    NewAudit,
    NotIndependent,
    PlanChange,
    SharedEvaluation,
    WrongStage,
)
from storage.interfaces import NotAllowed
from storage.sql import pair_tables as p
from storage.sql import tables as t
from storage.sql.actors import open_name, read_organisation
from storage.sql.audit_reach import ACCEPTED, CI_ROLES, AuditReach, allowing, fieldwork_of, of_actor
from storage.sql.evaluations import SqlEvaluations
from storage.sql.offices import member_by_number
from storage.sql.process_events import look_again, note_contract
from storage.sql.reports import has_final_report

#: Between these the office goes as well; the rest of the way is the team leader's.
_OFFICE_STAGES = frozenset({Stage.PLANNED, Stage.CONTRACTED, Stage.CANCELLED})
_LOOKING_IN = (Role.READER.value, Role.VISITOR.value)
_AUDIT: Any = sa.bindparam("audit")


#: The halves of a combination share their interviews and findings, so both count all of them.
_FIELDWORK = fieldwork_of(t.audit.c.id)


def _number(table: sa.Table, *conditions: Any) -> Any:
    return (
        sa.select(sa.func.count()).select_from(table).where(table.c.audit_id == _FIELDWORK, *conditions)
    ).scalar_subquery()


def _norms(table: sa.Table, *conditions: Any) -> Any:
    return (
        sa.select(sa.func.count(sa.distinct(table.c.norm))).where(table.c.audit_id == t.audit.c.id, *conditions)
    ).scalar_subquery()


_STANDS = t.finding.c.withdrawn_at.is_(None)
_NEWER = t.consensus.alias("newer")
#: The newest version of a consensus, unless that is a draft or was reopened.
_IS_SETTLED = sa.and_(
    t.consensus.c.verdict != Verdict.NOT_ASSESSED.value,
    ~sa.exists().where(
        _NEWER.c.audit_id == t.consensus.c.audit_id,
        _NEWER.c.norm == t.consensus.c.norm,
        _NEWER.c.version > t.consensus.c.version,
    ),
)
_COUNTS = sa.select(
    _number(t.interview).label("interviews"),
    _number(t.interview, t.interview.c.ended_at.is_(None)).label("running"),
    _number(t.finding, _STANDS).label("findings"),
    _number(t.finding, _STANDS, t.finding.c.in_tray).label("in_tray"),
    _number(t.finding, _STANDS, t.finding.c.is_to_discuss).label("to_discuss"),
    _norms(t.judgement, t.judgement.c.auditor_id == sa.bindparam("person")).label("judged"),
    _norms(t.consensus, _IS_SETTLED).label("settled"),
).where(t.audit.c.id == _AUDIT)
_COUNTS_IN_REACH = _COUNTS.where(allowing(Permission.READ_AUDIT))
_NAMES = (
    sa.select(t.person.c.id, t.person.c.name_sealed)
    .join(t.audit_member, t.audit_member.c.person_id == t.person.c.id)
    .where(t.audit_member.c.audit_id == _AUDIT, t.person.c.name_sealed.is_not(None))
)
_CI_PEOPLE = sa.and_(
    t.membership.c.organisation_id == sa.bindparam("ci"),
    t.membership.c.role.in_([role.value for role in CI_ROLES]),
    t.membership.c.ended_at.is_(None),
)
_CHATS = (
    sa.select(t.person.c.id, t.person.c.chat_id)
    .where(t.person.c.chat_id.is_not(None), t.person.c.is_reachable)
    .where(
        t.person.c.id.in_(
            sa.select(t.audit_member.c.person_id)
            .join(t.membership, t.membership.c.person_id == t.audit_member.c.person_id)
            .where(t.audit_member.c.audit_id == _AUDIT, t.audit_member.c.removed_at.is_(None), _CI_PEOPLE)
            .union(sa.select(t.membership.c.person_id).where(_CI_PEOPLE, t.membership.c.role == Role.CI_ADMIN.value))
        )
    )
)
_READER = t.membership.alias("reader")
_LATEST = sa.select(sa.func.max(t.self_evaluation.c.id)).group_by(
    t.self_evaluation.c.organisation_id, t.self_evaluation.c.framework
)
_SHARED = (
    sa.select(
        t.organisation.c.id.label("organisation_id"),
        t.organisation.c.kind,
        t.organisation.c.name_sealed.label("organisation_name"),
        t.organisation.c.member_number_sealed,
        t.organisation.c.is_confirmed,
        t.self_evaluation.c.id.label("evaluation_id"),
        t.self_evaluation.c.framework,
    )
    .select_from(t.organisation.join(t.self_evaluation, t.self_evaluation.c.organisation_id == t.organisation.c.id))
    .where(
        t.self_evaluation.c.id.in_(_LATEST),
        t.organisation.c.erased_at.is_(None),
        sa.exists().where(
            _READER.c.organisation_id == t.organisation.c.id,
            _READER.c.role == Role.READER.value,
            _READER.c.ended_at.is_(None),
            _READER.c.person_id == t.membership.c.person_id,
            _CI_PEOPLE,
        ),
    )
    .order_by(t.organisation.c.id, t.self_evaluation.c.id)
)
_CANDIDATES = (
    sa.select(
        t.membership.c.person_id,
        t.membership.c.role,
        t.person.c.name_sealed.label("person_name"),
        t.organisation.c.id.label("organisation_id"),
        t.organisation.c.kind,
        t.organisation.c.name_sealed.label("organisation_name"),
        t.organisation.c.member_number_sealed,
        t.organisation.c.is_confirmed,
        t.peer_home.c.organisation_id.label("home_id"),
    )
    .select_from(
        t.membership.join(t.person, t.person.c.id == t.membership.c.person_id)
        .outerjoin(t.peer_home, t.peer_home.c.membership_id == t.membership.c.id)
        .join(
            t.organisation,
            t.organisation.c.id == sa.func.coalesce(t.peer_home.c.organisation_id, t.membership.c.organisation_id),
        )
    )
    .where(_CI_PEOPLE)
    .order_by(t.membership.c.id)
)
_AUDITED: Any = sa.bindparam("audited")
#: What ties people to an organisation: roles there, past ones too; where peers come from; what they declared.
_TIES = (
    sa.select(t.membership.c.person_id, sa.literal(TieKind.BELONGS.value).label("kind"))
    .where(t.membership.c.organisation_id == _AUDITED, t.membership.c.role.not_in(_LOOKING_IN))
    .union(
        sa.select(t.membership.c.person_id, sa.literal(TieKind.OWN_ORGANISATION.value))
        .join(t.peer_home, t.peer_home.c.membership_id == t.membership.c.id)
        .where(t.peer_home.c.organisation_id == _AUDITED),
        sa.select(t.tie.c.person_id, t.tie.c.kind).where(t.tie.c.organisation_id == _AUDITED),
    )
)


class SqlAudits(AuditReach):
    """Implements `storage.audit_interfaces.Audits`."""

    def names(self, audit: Audit) -> Mapping[PersonId, str]:
        """Return the names of everybody who is or was in the team. Raises NotAllowed."""
        self._reached(audit)
        return {
            PersonId(row.id): open_name(self._work, row.id, row.name_sealed)
            for row in self._work.execute(_NAMES, {"audit": audit.id}).all()
        }

    def chats(self, audit: Audit) -> Mapping[PersonId, int]:
        """Return the chats of the team and of the office of the CI, where they can be reached. Raises NotAllowed."""
        self._reached(audit)
        rows = self._work.execute(_CHATS, {"audit": audit.id, "ci": audit.ci}).all()
        return {PersonId(row.id): row.chat_id for row in rows}

    def counts(self, audit: Audit) -> Counts:
        """Return the numbers of the menu, in one statement; zeros for who may not see content."""
        row = self._work.execute(_COUNTS_IN_REACH, of_actor(self._actor) | {"audit": audit.id}).first()
        return Counts(*row) if row is not None else Counts()

    def framework(self, audit: Audit) -> Framework:
        """Return the framework edition of the audit."""
        return self._work.framework(audit.framework, self._actor)

    def shared_evaluation(self, audit: Audit) -> tuple[Evaluation, SqlEvaluations] | None:
        """Return the self-evaluation beside the audit with a store that only reads it; None when none is shared."""
        self.within(audit.id, Permission.READ_AUDIT)
        about = (audit.organisation, audit.framework)
        found = {(shared.organisation.id, shared.framework): shared for shared in self._shared()}.get(about)
        if found is None:
            return None
        reader = Membership(MembershipId(0), self._actor.person, found.organisation, Role.READER)
        store = SqlEvaluations(self._work, replace(self._actor, membership=reader))
        return store.get(audit.evaluation or found.evaluation), store

    # ------------------------------------------------------------------------------------- the statements

    def accept(self, audit: AuditId, statement: Statement, at: datetime) -> Engagement:
        """Record that the actor accepts a statement of this audit; the first time counts. Raises NotAllowed."""
        engagement = self.get(audit)
        if engagement.role is None:
            raise NotAllowed("team")
        column = t.audit_member.c[ACCEPTED[statement]]
        halves = t.audit_member.c.audit_id.in_(engagement.audit.halves)  # who reads it once, read it for both
        own = sa.and_(halves, t.audit_member.c.person_id == self._actor.person)
        values = {column.name: at, "statements_edition": self._work.audit_rules.conduct.edition}
        accepted = self._work.execute(t.audit_member.update().where(own, column.is_(None)).values(values))
        if not accepted.rowcount:
            return engagement
        self._trail(f"accepted_{statement.value}", audit, at)
        return self.get(audit)

    def declare_tie(self, audit: AuditId, kind: TieKind, at: datetime) -> None:
        """Record that the actor is tied to the organisation, and take them out of the team. Raises NotAllowed."""
        engagement = self.get(audit)
        if engagement.role is None:
            raise NotAllowed("team")
        values = {"person_id": self._actor.person, "organisation_id": engagement.organisation.id, "kind": kind.value,
                  "declared_at": at}  # fmt: skip
        self._work.execute(self._work.upsert(t.tie).values(values).on_conflict_do_nothing())
        for half in engagement.audit.halves:
            self._leave(half, self._actor.person, at)
        self._trail("tie_declared", audit, at)

    # --------------------------------------------------------------------------------------------- the plan

    def shared(self) -> tuple[SharedEvaluation, ...]:
        """Return the organisations that shared their self-evaluation with somebody of this CI. Raises NotAllowed."""
        self._require(Permission.PLAN_AUDIT)
        first = {found.organisation.id: found for found in reversed(self._shared())}
        return tuple(reversed(first.values()))

    def plan(self, new: NewAudit, at: datetime) -> Engagement:
        """Make an audit and choose it; a team leader who plans leads it. Raises NotAllowed, NotIndependent."""
        ci = self._require(Permission.PLAN_AUDIT)
        of_actor(self._actor)
        organisation, evaluation = self._audited(new, at)
        framework = self._work.frameworks[new.framework]
        process = self._work.audit_rules.processes[ProcessId(framework.default_process)]
        values = {
            "organisation_id": organisation, "ci_id": ci, "framework": framework.id, "process": process.process,
            "weighing": process.weighing, "kind": new.kind.value, "variant": new.variant.value,
            "stage": Stage.PLANNED.value, "evaluation_id": evaluation, "planned_by": self._actor.person,
            "planned_at": at,
        }  # fmt: skip
        leads = self._actor.role is Role.TEAM_LEADER
        if leads:
            self._refuse_ties(organisation, self._actor.person)
        audit = AuditId(self._work.execute(t.audit.insert().values(values).returning(t.audit.c.id)).scalar_one())
        self._trail("audit_planned", audit, at)
        look_again(self._work, audit, at)
        if leads:
            self._seat(audit, self._actor.person, Role.TEAM_LEADER, ci, at)
        return self.choose(audit)

    def change(self, audit: AuditId, change: PlanChange, at: datetime) -> Engagement:
        """Change the plan; the editions of the rules only as long as nothing was agreed on.

        Raises:
            NotAllowed, WrongStage
        """
        if change.process or change.weighing:
            self._hold(audit)  # somebody else may be agreeing on it
        before = self.within(audit, Permission.EDIT_AUDIT)
        if before.audit.companion is not None and change.variant not in (None, Variant.COMBINATION):
            raise NotAllowed("variant")
        plan = _changed(before, change)
        if change.process or change.weighing:
            plan = self._with_edition(plan, change)
        if change.parts is not None:
            fte_of(plan.parts, self._work.audit_rules.days)  # refuses what the table does not know
        own = {
            "kind": plan.audit.kind.value, "process": plan.audit.process, "weighing": plan.audit.weighing,
        }  # fmt: skip
        for half in plan.audit.halves:
            self._write_plan(half, plan, own if half == audit else {})
            if change.days is not None:
                self._write_days(half, change.days)
            self._trail("audit_changed", half, at)
            look_again(self._work, half, at)
        return self.get(audit)

    def _write_plan(self, half: AuditId, plan: Engagement, own: Mapping[str, str]) -> None:
        """Store what both halves of a combination share, and what is one's own."""
        of_half = replace(plan, audit=replace(plan.audit, id=half))
        values = {
            "variant": plan.audit.variant.value, "details_sealed": self._seal_details(of_half),
            "version": t.audit.c.version + 1, **own,
        }  # fmt: skip
        self._work.execute(t.audit.update().where(t.audit.c.id == half).values(values))

    def _write_days(self, audit: AuditId, days: Sequence[date]) -> None:
        self._work.execute(t.audit_day.delete().where(t.audit_day.c.audit_id == audit))
        if days:
            rows = [{"audit_id": audit, "on": day} for day in sorted(set(days))]
            self._work.execute(t.audit_day.insert(), rows)

    # -------------------------------------------------------------------------------------- a combination

    def combine(self, audit: AuditId, framework: FrameworkId, at: datetime) -> Engagement:
        """Have an audit be about a second framework as well. Raises NotAllowed, WrongStage."""
        self._hold(audit)
        engagement = self.within(audit, Permission.EDIT_AUDIT)
        own = engagement.audit
        if framework not in self._work.frameworks or framework == own.framework or own.companion is not None:
            raise NotAllowed("framework")
        if not may_combine(own):
            raise WrongStage(audit, own.stage)
        scheme = own.scheme or scheme_of(self._work.frameworks[own.framework], framework)
        combined = self.change(audit, PlanChange(variant=Variant.COMBINATION, scheme=scheme), at)
        companion = self._make_companion(combined, framework, at)
        values = {"companion_id": companion, "host_id": audit, "paired_by": self._actor.person, "paired_at": at}
        self._work.execute(p.audit_pair.insert().values(values))
        self._trail("audit_combined", audit, at)
        look_again(self._work, companion, at)
        return self.get(audit)

    def _make_companion(self, engagement: Engagement, framework: FrameworkId, at: datetime) -> AuditId:
        """Return the audit about the second framework, with the plan and the team of the first."""
        own = engagement.audit
        process = self._work.audit_rules.processes[ProcessId(self._work.frameworks[framework].default_process)]
        shared = {(found.organisation.id, found.framework): found.evaluation for found in self._shared()}
        values = {
            "organisation_id": own.organisation, "ci_id": own.ci, "framework": framework,
            "process": process.process, "weighing": process.weighing, "kind": own.kind.value,
            "variant": own.variant.value, "stage": own.stage.value,
            "evaluation_id": shared.get((own.organisation, framework)), "planned_by": self._actor.person,
            "planned_at": at,
        }  # fmt: skip
        companion = AuditId(self._work.execute(t.audit.insert().values(values).returning(t.audit.c.id)).scalar_one())
        self._write_plan(companion, engagement, {})
        self._write_days(companion, own.days)
        columns = [column for column in t.audit_member.c if column.name != "audit_id"]
        team = sa.select(sa.literal(companion, sa.BigInteger), *columns).where(
            t.audit_member.c.audit_id == own.id, t.audit_member.c.removed_at.is_(None)
        )
        names = ["audit_id", *(column.name for column in columns)]
        self._work.execute(t.audit_member.insert().from_select(names, team))
        self._trail("audit_planned", companion, at)
        return companion

    def uncombine(self, audit: AuditId, at: datetime) -> Engagement:
        """Undo a combination: the second framework's audit is cancelled. Raises NotAllowed, WrongStage."""
        self._hold(audit)
        engagement = self.within(audit, Permission.EDIT_AUDIT)
        own, companion = engagement.audit, engagement.audit.companion
        if companion is None:
            raise NotAllowed("combination")
        if own.stage is not Stage.PLANNED:
            raise WrongStage(audit, own.stage)
        second = own.id if companion.holds_fieldwork else companion.audit
        self._work.execute(p.audit_pair.delete().where(p.audit_pair.c.companion_id == second))
        cancelled = {"stage": Stage.CANCELLED.value, "version": t.audit.c.version + 1}
        self._work.execute(t.audit.update().where(t.audit.c.id == second).values(cancelled))
        self._trail("audit_uncombined", own.fieldwork, at)
        self._trail(f"audit_{Stage.CANCELLED.value}", second, at)
        look_again(self._work, second, at)
        return self.choose(own.fieldwork)

    def candidates(self, audit: Audit) -> tuple[Candidate, ...]:
        """Return everybody of this CI who can be in the team, with what stands in the way. Raises NotAllowed."""
        self._seating(audit.id, Role.TEAM_LEADER)
        rows = self._work.execute(_CANDIDATES, {"ci": audit.ci}).all()
        ties = self._ties(audit.organisation)
        found = {row.person_id: self._candidate(audit, row, ties) for row in sorted(rows, key=_by_weight)}
        return tuple(sorted(found.values(), key=lambda candidate: (candidate.name.casefold(), candidate.person)))

    def add_member(self, audit: AuditId, person: PersonId, role: Role, at: datetime) -> Engagement:
        """Put somebody of this CI in the team, or give them another role in it.

        Raises:
            NotAllowed, WrongStage, NotIndependent
        """
        engagement = self._seating(audit, role)
        candidate = next((c for c in self.candidates(engagement.audit) if c.person == person), None)
        if candidate is None or role not in roles_in_team(candidate.role):
            raise NotAllowed("person")
        if candidate.ties:
            raise NotIndependent(candidate.ties)
        leader = engagement.audit.team_leader
        for half in engagement.audit.halves:
            if role is Role.TEAM_LEADER and leader not in (None, person):
                own = sa.and_(t.audit_member.c.audit_id == half, t.audit_member.c.person_id == leader)
                self._work.execute(t.audit_member.update().where(own).values(role=Role.AUDITOR.value))
            self._seat(half, person, role, candidate.home.id, at)
        return self.get(audit)

    def _seating(self, audit: AuditId, role: Role) -> Engagement:
        """Return an audit whose team may be changed: a leader can be replaced until the very end."""
        found = self.get(audit)
        replaces = role is Role.TEAM_LEADER and not found.may(Permission.EDIT_AUDIT)
        may_replace = replaces and found.may(Permission.REPLACE_LEADER)
        return self.within(audit, Permission.REPLACE_LEADER if may_replace else Permission.EDIT_AUDIT)

    def remove_member(self, audit: AuditId, person: PersonId, at: datetime) -> Engagement:
        """Take somebody out of the team; what they recorded stays. Raises NotAllowed, WrongStage."""
        engagement = self.within(audit, Permission.EDIT_AUDIT)
        if engagement.audit.role_of(person) is None:
            raise NotAllowed("person")
        for half in engagement.audit.halves:
            self._leave(half, person, at)
        if engagement.is_office or person != self._actor.person:
            return self.get(audit)
        return engagement  # a team leader who left sees no more of it

    def facts(self, engagement: Engagement) -> Facts:
        """Return what a passage to another stage has to know."""
        audit = engagement.audit
        counts = Counts(*self._work.execute(_COUNTS, {"audit": audit.id, "person": self._actor.person}).one())
        settled = sa.select(t.consensus.c.norm).where(t.consensus.c.audit_id == audit.id, _IS_SETTLED)
        done = {NormId(norm) for norm in self._work.execute(settled).scalars()}
        return Facts(
            min_organisations=self._work.audit_rules.days.variants[audit.variant].min_organisations,
            not_independent=[tie.person for tie in team_conflicts(audit, self._ties(audit.organisation))],
            without_statements=without_statements(audit, engagement.acceptances),
            running_interviews=counts.running,
            in_tray=counts.in_tray,
            unsettled=self.framework(audit).norm_ids - done,
            has_content=bool(counts.interviews or counts.findings or done),
            is_report_sent=has_final_report(self._work, audit.id),
        )

    def passages(self, engagement: Engagement) -> tuple[Passage, ...]:
        """Return where the audit can go from here, with obstacles and warnings; the way on first."""
        facts = self.facts(engagement)
        return tuple(
            passage(engagement.audit, stage, facts)
            for stage in NEXT_STAGES[engagement.audit.stage]
            if _may_move(engagement, stage)
        )

    def move(self, audit: AuditId, to: Stage, at: datetime) -> Engagement:
        """Bring the audit in another stage. Raises domain.audit.StageRefused, NotAllowed."""
        self._hold(audit)  # two people may move it at once
        engagement = self.get(audit)
        if not _may_move(engagement, to):
            raise NotAllowed(to.value)
        halves = (engagement, *self._along(engagement, to))
        moved = [move(half.audit, to, self.facts(half)) for half in halves]  # all, before one is written
        for half in moved:
            values = {"stage": half.stage.value, "version": t.audit.c.version + 1}
            self._work.execute(t.audit.update().where(t.audit.c.id == half.id).values(values))
            self._trail(f"audit_{to.value}", half.id, at)
            is_contracted = half.stage not in (Stage.PLANNED, Stage.CANCELLED)
            note_contract(self._work, self._actor, half.id, at, is_contracted=is_contracted)
            look_again(self._work, half.id, at)
        return self.get(audit)

    def _along(self, engagement: Engagement, to: Stage) -> tuple[Engagement, ...]:
        """Return the other half of a combination when it moves along."""
        if engagement.audit.companion is None:
            return ()
        other = self.get(engagement.audit.companion.audit)
        return (other,) if goes_along(engagement.audit, other.audit.stage, to) else ()

    # -------------------------------------------------------------------------------------------------- parts

    def _reached(self, audit: Audit) -> Engagement:
        return self.get(audit.id)

    def _hold(self, audit: AuditId) -> None:
        """Keep an audit as it is until this work ends; of a combination both halves, always in the same order."""
        pair = sa.select(p.audit_pair.c.host_id, p.audit_pair.c.companion_id).where(
            sa.or_(p.audit_pair.c.companion_id == audit, p.audit_pair.c.host_id == audit)
        )
        halves = {audit, *(half for row in self._work.execute(pair) for half in row)}
        held = sa.select(t.audit.c.id).where(t.audit.c.id.in_(halves)).order_by(t.audit.c.id).with_for_update()
        self._work.execute(held)

    def _with_edition(self, plan: Engagement, change: PlanChange) -> Engagement:
        """Return the plan under other rules. Raises NotAllowed, WrongStage."""
        audit, rules = plan.audit, self._work.audit_rules
        if not may_change_edition(audit):
            raise WrongStage(audit.id, audit.stage)
        process = change.process or audit.process
        framework = self._work.frameworks[audit.framework]
        if process not in {found.process for found in rules.processes_for(framework)}:
            raise NotAllowed("process")
        own, *others = rules.weighings_for(process)
        weighing = change.weighing or (own.version if change.process else audit.weighing)
        if weighing not in {rule.version for rule in (own, *others)}:
            raise NotAllowed("weighing")
        return replace(plan, audit=replace(audit, process=process, weighing=weighing))

    def _shared(self) -> tuple[SharedEvaluation, ...]:
        rows = self._work.execute(_SHARED, {"ci": self._organisation()}).all()
        return tuple(
            SharedEvaluation(
                read_organisation(self._work, row), EvaluationId(row.evaluation_id), FrameworkId(row.framework)
            )
            for row in rows
        )

    def _audited(self, new: NewAudit, at: datetime) -> tuple[OrganisationId, EvaluationId | None]:
        """Return who is audited and the self-evaluation that was shared with this CI. Raises NotAllowed."""
        shared = {(found.organisation.id, found.framework): found.evaluation for found in self._shared()}
        if new.organisation is not None and new.organisation not in {sharer for sharer, _ in shared}:
            raise NotAllowed("organisation")
        organisation = new.organisation or member_by_number(self._work, new.name, new.member_number, at)
        return organisation, shared.get((organisation, new.framework))

    def _candidate(self, audit: Audit, row: Any, ties: tuple[Tie, ...]) -> Candidate:
        person, role = PersonId(row.person_id), Role(row.role)
        own = dict.fromkeys(tie for tie in ties if tie.person == person)
        name = open_name(self._work, row.person_id, row.person_name)
        return Candidate(person, name, role, read_organisation(self._work, row), tuple(own), audit.role_of(person))

    def _ties(self, organisation: OrganisationId) -> tuple[Tie, ...]:
        rows = self._work.execute(_TIES, {"audited": organisation}).all()
        return tuple(Tie(PersonId(row.person_id), organisation, TieKind(row.kind)) for row in rows)

    def _refuse_ties(self, organisation: OrganisationId, person: PersonId) -> None:
        ties = tuple(tie for tie in self._ties(organisation) if tie.person == person)
        if ties:
            raise NotIndependent(ties)

    def _seat(self, audit: AuditId, person: PersonId, role: Role, home: OrganisationId, at: datetime) -> None:
        """Give somebody a place in the team; who comes back finds their statements still accepted."""
        values = {"audit_id": audit, "person_id": person, "role": role.value, "organisation_id": home, "added_at": at}
        again = {"role": role.value, "organisation_id": home, "removed_at": None}
        insert = self._work.upsert(t.audit_member).values(values)
        self._work.execute(insert.on_conflict_do_update(index_elements=["audit_id", "person_id"], set_=again))
        self._trail(f"team_{role.value}", audit, at)

    def _leave(self, audit: AuditId, person: PersonId, at: datetime) -> None:
        own = sa.and_(t.audit_member.c.audit_id == audit, t.audit_member.c.person_id == person)
        self._work.execute(t.audit_member.update().where(own).values(removed_at=at))
        choice = sa.and_(t.audit_choice.c.audit_id == audit, t.audit_choice.c.person_id == person)
        self._work.execute(t.audit_choice.delete().where(choice))
        self._trail("team_left", audit, at)


def roles_in_team(role: Role) -> tuple[Role, ...]:
    """Return which roles somebody with a role at the CI can have in a team."""
    return (Role.PEER_AUDITOR,) if role is Role.PEER_AUDITOR else (Role.TEAM_LEADER, Role.AUDITOR)


def _may_move(engagement: Engagement, to: Stage) -> bool:
    is_planning = {engagement.audit.stage, to} <= _OFFICE_STAGES
    return engagement.allows(Permission.MOVE_AUDIT) or (is_planning and engagement.allows(Permission.PLAN_AUDIT))


def _by_weight(row: Any) -> int:
    """Let the role that counts for a team come last: who is both office person and auditor is an auditor."""
    return (Role.PEER_AUDITOR, Role.CI_ADMIN, Role.AUDITOR, Role.TEAM_LEADER).index(Role(row.role))


def _changed(before: Engagement, change: PlanChange) -> Engagement:
    """Return the plan with the given fields changed."""
    audit = before.audit
    return replace(
        before,
        parts=before.parts if change.parts is None else change.parts,
        base_days=before.base_days if change.base_days is None else change.base_days,
        audit=replace(
            audit,
            scope=audit.scope if change.scope is None else change.scope,
            place=audit.place if change.place is None else change.place,
            kind=change.kind or audit.kind,
            variant=change.variant or audit.variant,
            scheme=change.scheme or audit.scheme,
        ),
    )
