"""The improvement plan of an audit: the member writes, the team reads what was handed in, its leader decides.

A step is: hold the audit, compare with what the person saw, let the domain take the step, store it, record its event
in the process. The condition of who may is in the queries of `SqlProcess` (member) and `SqlAudits` (team).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import Actor
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import (
    OUTCOMES_WITH_PLAN,
    ImprovementPlan,
    PlanEntry,
    PlanHindrance,
    PlanRefused,
    PlanStatus,
    PlanStep,
    Progress,
    Retest,
    Review,
    after_followup,
    approve,
    decline,
    needed_norms,
    send_back,
    submit,
    untested,
)
from domain.judging import result
from domain.plan_actions import ActionEvidence
from domain.process import EventKind, Party, ProcessEvent
from domain.roles import OrganisationId, Permission, PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.interfaces import NotAllowed
from storage.plan_interfaces import Addressee, NoPlan, PlanChangedMeanwhile
from storage.process_interfaces import ProcessAudit
from storage.sql import plan_tables as p
from storage.sql import process_tables as process
from storage.sql import tables as t
from storage.sql.addressees import addressees
from storage.sql.audit_reach import audit_scope
from storage.sql.plan_evidence import evidence_by, evidence_of
from storage.sql.process_events import events_of, look_again
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")


def _newest(table: sa.Table) -> sa.Select[Any]:
    """Return the statement for the highest version per norm of one audit."""
    later = table.alias("later")
    is_superseded = sa.exists().where(
        later.c.audit_id == table.c.audit_id, later.c.norm == table.c.norm, later.c.version > table.c.version
    )
    return sa.select(table).where(table.c.audit_id == _AUDIT, ~is_superseded)


_ENTRIES, _PROGRESS, _RETESTS, _CONSENSUS = (
    _newest(table) for table in (p.plan_entry, p.plan_progress, p.plan_retest, t.consensus)
)
_PLAN = sa.select(p.improvement_plan).where(p.improvement_plan.c.audit_id == _AUDIT)
_REVIEWS = sa.select(p.plan_review).where(p.plan_review.c.audit_id == _AUDIT).order_by(p.plan_review.c.round)
_RULES = sa.select(t.audit.c.framework, t.audit.c.weighing, t.audit.c.process, t.audit.c.kind).where(
    t.audit.c.id == _AUDIT
)
_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT).with_for_update(key_share=True)
_VERSION = process.process_event_version
_NEWER = _VERSION.alias("newer")
#: The newest audit of an organisation with final findings; whether they ask for a plan is in their sealed detail.
_CURRENT = (
    sa.select(t.audit.c.id)
    .select_from(
        t.audit.join(process.process_event, process.process_event.c.audit_id == t.audit.c.id).join(
            _VERSION, _VERSION.c.event_id == process.process_event.c.id
        )
    )
    .where(
        t.audit.c.organisation_id == sa.bindparam("organisation"),
        process.process_event.c.kind == EventKind.FINDINGS_FINAL.value,
        ~_VERSION.c.is_withdrawn,
        ~sa.exists().where(_NEWER.c.event_id == _VERSION.c.event_id, _NEWER.c.version > _VERSION.c.version),
    )
    .order_by(t.audit.c.id.desc())
    .limit(1)
)


_TEXTS = (
    (p.plan_entry, "plan_entry.content", "content_sealed"),
    (p.plan_progress, "plan_progress.evidence", "evidence_sealed"),
    (p.plan_progress, "plan_progress.note", "note_sealed"),
    (p.plan_retest, "plan_retest.text", "text_sealed"),
)


class SqlPlans(Reach):
    """The improvement plans within the actor's reach; implements `storage.plan_interfaces.Plans`."""

    # ------------------------------------------------------------------------------------------- reading

    def current(self) -> AuditId | None:
        """Return the newest audit of the actor's organisation that asks for a plan; None for who writes none."""
        if not self._may(Permission.WRITE_PLAN):
            return None
        found = newest_final_audit(self._work, self._organisation())
        if found is None or _outcome(events_of(self._work, found)) not in OUTCOMES_WITH_PLAN:
            return None
        return found

    def get(self, audit: AuditId) -> ImprovementPlan:
        """Return a plan: the member sees what it writes, the team what was handed in the last time."""
        return self._read(self._reached(audit))

    def evidence(self, audit: AuditId) -> Mapping[NormId, tuple[ActionEvidence, ...]]:
        """Return the files that show that actions are done; for the coordinators and the team."""
        self._reached(audit)
        return evidence_of(self._work, audit)

    def status(self, audit: AuditId) -> PlanStatus | None:
        """Return how far the plan is, None when the findings ask for none (yet); for menus, without reading it."""
        self._reached(audit)
        return status_of(self._work, audit)

    def verdicts(self, audit: AuditId) -> Mapping[NormId, Verdict]:
        """Return what the final report of an audit says of every norm; nothing as long as there is none."""
        self._reached(audit)
        if outcome_of(self._work, audit) is None:
            return {}
        return after_followup(self._settled(audit), self.retests(audit))

    def rationales(self, audit: AuditId) -> Mapping[NormId, str]:
        """Return what the report says about the norms that the plan covers."""
        plan = self.get(audit)
        opened = self._work.vault.open
        return {
            NormId(row.norm): opened(f"consensus.rationale:{audit}:{row.norm}:{row.version}", row.rationale_sealed)
            for row in self._rows(_CONSENSUS, audit)
            if row.norm in plan.needed
        }

    # ------------------------------------------------------------------------------------------- the member

    def write(self, audit: AuditId, entry: PlanEntry, at: datetime) -> PlanEntry:
        """Keep an entry, whose version is the one that was seen; earlier versions are kept."""
        plan = self._hold(audit, Party.MEMBER)
        if not plan.status.is_writable:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        if entry.norm not in plan.needed:
            raise NotAllowed("norm")
        before = plan.entry(entry.norm)
        if before == entry:
            return before
        if before.version != entry.version:
            raise PlanChangedMeanwhile(plan)
        new = replace(entry, version=entry.version + 1)
        sealed = self._seal(audit, _place("plan_entry.content", audit, new), json.dumps(_plain(new)))
        self._add(p.plan_entry, audit, new, at, content_sealed=sealed)
        self._store(replace(plan, version=plan.version + 1), at)
        self._trail("plan_written", f"{audit}:{new.norm}", at)
        return new

    def submit(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Hand the plan in."""
        return self._step(submit(self._hold(audit, Party.MEMBER, seen), self._actor.person, at), on, at)

    def decline(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Choose against an additional investigation."""
        plan = self._hold(audit, Party.MEMBER, seen)
        if EventKind.FOLLOWUP_AUDIT_DONE in {event.kind for event in events_of(self._work, audit)}:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        return self._step(decline(plan), on, at)

    def tick(self, audit: AuditId, progress: Progress, at: datetime) -> Progress:
        """Keep how far an approved entry is; its version is the one that was seen."""
        plan = self._hold(audit, Party.MEMBER)
        if plan.status is not PlanStatus.APPROVED:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        if progress.norm not in plan.needed:
            raise NotAllowed("norm")
        before = plan.progress_of(progress.norm)
        if before == progress:
            return before
        if before.version != progress.version:
            raise PlanChangedMeanwhile(plan)
        return add_progress(self._work, self._actor, audit, progress, at)

    # ------------------------------------------------------------------------------------------- the CI

    def approve(self, audit: AuditId, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Approve the plan as it was seen."""
        return self._step(approve(self._hold(audit, Party.CI, seen), self._actor.person, at), on, at)

    def send_back(self, audit: AuditId, reason: str, on: date, at: datetime, *, seen: int) -> ImprovementPlan:
        """Send the plan back with a reason."""
        plan, edition = self._hold(audit, Party.CI, seen), self._work.process(self._actor).get(audit).edition
        return self._step(send_back(plan, edition, reason, self._actor.person, at), on, at)

    def retests(self, audit: AuditId) -> Mapping[NormId, Retest]:
        """Return what the additional investigation found; the member sees it once the investigation is done."""
        found = self._reached(audit)
        kinds = {event.kind for event in events_of(self._work, audit)}
        if found.party is Party.MEMBER and EventKind.FOLLOWUP_AUDIT_DONE not in kinds:
            return {}
        return self._retests(audit)

    def retest(
        self, audit: AuditId, norm: NormId, at: datetime, *, verdict: Verdict | None = None, text: str | None = None
    ) -> Retest:
        """Record what the additional investigation found at a norm of the plan; None leaves a part as it was."""
        plan = self._hold(audit, Party.CI)
        self._refuse_unless_testing(plan)
        if norm not in plan.needed:
            raise NotAllowed("norm")
        before = self._retests(audit).get(norm, Retest(norm, Verdict.NOT_ASSESSED))
        new = replace(before, verdict=verdict or before.verdict, text=before.text if text is None else text.strip())
        if new == before:
            return before
        new = replace(new, version=before.version + 1)
        sealed = self._seal_text(audit, _place("plan_retest.text", audit, new), new.text)
        self._add(p.plan_retest, audit, new, at, verdict=new.verdict.value, text_sealed=sealed)
        self._trail("retested", f"{audit}:{norm}", at)
        return new

    def after_followup(self, audit: AuditId) -> Outcome:
        """Return what the verdicts come to with what was tested anew."""
        self._within_team(audit, Permission.REVIEW_PLAN)
        return self._weigh_again(audit)

    def finish_followup(self, audit: AuditId, on: date, at: datetime) -> Outcome:
        """Close the additional investigation and return its outcome. Raises PlanRefused: a norm was not tested."""
        plan = self._hold(audit, Party.CI)
        self._refuse_unless_testing(plan)
        if untested(plan, self._retests(audit)):
            raise PlanRefused(PlanHindrance.INCOMPLETE)
        outcome = self._weigh_again(audit)
        self._work.process(self._actor).record(audit, EventKind.FOLLOWUP_AUDIT_DONE, on, at, outcome.value)
        return outcome

    # ------------------------------------------------------------------------------------------- messages

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side: the coordinators, the team leader, or the secretariat."""
        self._reached(audit)
        return addressees(self._work, audit, party)

    # ------------------------------------------------------------------------------------------- parts

    def _reached(self, audit: AuditId) -> ProcessAudit:
        """Return the audit when the actor writes or reads its plan. Raises NotAllowed, StatementsMissing."""
        found = self._work.process(self._actor).get(audit)
        if found.party is Party.MEMBER:
            self._require(Permission.WRITE_PLAN)
            return found
        self._within_team(audit, Permission.READ_AUDIT)
        return found

    def _within_team(self, audit: AuditId, permission: Permission) -> None:
        self._work.audits(self._actor).within(audit, permission)

    def _hold(self, audit: AuditId, party: Party, seen: int | None = None) -> ImprovementPlan:
        """Keep the audit as it is until this work ends, and return its plan if the actor may change it."""
        found = self._reached(audit)
        if found.party is not party:
            raise NotAllowed("plan")
        if party is Party.CI:
            self._within_team(audit, Permission.REVIEW_PLAN)
        self._work.execute(_HELD, {"audit": audit})
        plan = self._read(found)
        if seen is not None and plan.version != seen:
            raise PlanChangedMeanwhile(plan)
        return plan

    def _read(self, found: ProcessAudit) -> ImprovementPlan:
        audit = found.id
        outcome = _outcome(events_of(self._work, audit))
        if outcome not in OUTCOMES_WITH_PLAN or outcome is None:
            raise NoPlan(f"audit {audit}")
        row = self._work.execute(_PLAN, {"audit": audit}).first()
        reviews = self._work.execute(_REVIEWS, {"audit": audit}).all()
        status = PlanStatus(row.status) if row is not None else PlanStatus.DRAFT
        return ImprovementPlan(
            audit=audit,
            outcome=outcome,
            needed=self._needed(audit),
            status=status,
            entries=self._visible_entries(found, status, reviews),
            reviews=tuple(self._review(review) for review in reviews),
            progress=progress_of(self._work, audit) if status is PlanStatus.APPROVED else {},
            version=row.version if row is not None else 0,
        )

    def _visible_entries(self, found: ProcessAudit, status: PlanStatus, reviews: Any) -> Mapping[NormId, PlanEntry]:
        """Return what the actor sees of the entries: the team not what the member is still writing.

        After the talk about a second rejection both look at the same words.
        """
        shows_all = found.party is Party.MEMBER or status in (PlanStatus.TALK, PlanStatus.APPROVED)
        if shows_all:
            return entries_of(self._work, found.id)
        if not reviews:
            return {}
        text = self._work.vault.open(_review_place("entries", found.id, reviews[-1].round), reviews[-1].entries_sealed)
        return {entry.norm: entry for entry in map(_entry, json.loads(text))}

    def _needed(self, audit: AuditId) -> Mapping[NormId, Verdict]:
        verdicts = self._settled(audit)
        framework = self._work.frameworks[self._rules(audit).framework]
        return needed_norms({norm.id: verdicts[norm.id] for norm in framework.norms if norm.id in verdicts})

    def _settled(self, audit: AuditId) -> Mapping[NormId, Verdict]:
        return {NormId(row.norm): Verdict(row.verdict) for row in self._rows(_CONSENSUS, audit)}

    def _rules(self, audit: AuditId) -> Any:
        return self._work.execute(_RULES, {"audit": audit}).one()

    def _weigh_again(self, audit: AuditId) -> Outcome:
        row, rules = self._rules(audit), self._work.audit_rules
        verdicts = after_followup(self._settled(audit), self._retests(audit))
        framework, process_ = self._work.frameworks[row.framework], rules.processes[row.process]
        return result(verdicts, framework, rules.weighings[row.weighing], process_).weighing.outcome

    def _refuse_unless_testing(self, plan: ImprovementPlan) -> None:
        """An additional investigation follows on the plan, and ends with its event (bijlage 6 step 9c)."""
        if not plan.has_choice:
            raise PlanRefused(PlanHindrance.NO_CHOICE)
        kinds = {event.kind for event in events_of(self._work, plan.audit)}
        if plan.status in (PlanStatus.DRAFT, PlanStatus.DECLINED) or EventKind.FOLLOWUP_AUDIT_DONE in kinds:
            raise PlanRefused(PlanHindrance.NOT_NOW)

    def _step(self, step: PlanStep, on: date, at: datetime) -> ImprovementPlan:
        """Record the event of a step and store it; what somebody recorded by hand already is left as it stands."""
        plan = step.plan
        if step.event not in {event.kind for event in events_of(self._work, plan.audit)}:
            self._work.process(self._actor).record(plan.audit, step.event, on, at)
        self._store(plan, at)
        if plan.reviews:
            self._store_review(plan)
        self._trail(f"plan_{plan.status}", str(plan.audit), at)
        return plan

    def _store(self, plan: ImprovementPlan, at: datetime) -> None:
        values = {"status": plan.status.value, "version": plan.version, "changed_at": at}
        insert = self._work.upsert(p.improvement_plan).values(audit_id=plan.audit, **values)
        self._work.execute(insert.on_conflict_do_update(index_elements=["audit_id"], set_=values))

    def _store_review(self, plan: ImprovementPlan) -> None:
        """Keep the last round; what was handed in is frozen with it."""
        audit, review = plan.audit, plan.reviews[-1]
        reason = self._seal_text(audit, _review_place("reason", audit, review.round), review.reason)
        entries = json.dumps([_plain(plan.entry(norm)) for norm in plan.needed], ensure_ascii=False)
        judged = {
            "is_approved": review.is_approved, "reason_sealed": reason, "reviewed_by": review.reviewed_by,
            "reviewed_at": review.reviewed_at,
            "entries_sealed": self._seal(audit, _review_place("entries", audit, review.round), entries),
        }  # fmt: skip
        first = {"submitted_by": review.submitted_by, "submitted_at": review.submitted_at}
        insert = self._work.upsert(p.plan_review).values(audit_id=audit, round=review.round, **first, **judged)
        self._work.execute(insert.on_conflict_do_update(index_elements=["audit_id", "round"], set_=judged))

    def _add(self, table: sa.Table, audit: AuditId, item: PlanEntry | Retest, at: datetime, **values: Any) -> None:
        key = {"audit_id": audit, "norm": item.norm, "version": item.version}
        self._work.execute(table.insert(), key | values | {"written_by": self._actor.person, "written_at": at})

    def _rows(self, statement: Any, audit: AuditId) -> Collection[Any]:
        return self._work.execute(statement, {"audit": audit}).all()

    def _retests(self, audit: AuditId) -> Mapping[NormId, Retest]:
        opened = self._work.vault.open
        return {
            NormId(row.norm): Retest(
                NormId(row.norm),
                Verdict(row.verdict),
                opened(f"plan_retest.text:{audit}:{row.norm}:{row.version}", row.text_sealed),
                row.version,
            )
            for row in self._rows(_RETESTS, audit)
        }

    def _review(self, row: Any) -> Review:
        return _read_review(self._work, row)

    def _seal(self, audit: AuditId, place: str, text: str) -> bytes:
        return self._work.vault.seal(audit_scope(audit), place, text)

    def _seal_text(self, audit: AuditId, place: str, text: str) -> bytes | None:
        return self._seal(audit, place, text) if text else None

    def _trail(self, action: str, subject: str, at: datetime) -> None:
        self._audit(action, f"audit:{subject}", at)


def entries_of(work: SqlWork, audit: AuditId, norm: NormId | None = None) -> Mapping[NormId, PlanEntry]:
    """Return what the member wrote, at every norm or one, for who has established that the actor may read it."""
    found = {}
    for row in work.execute(_ENTRIES, {"audit": audit}).all():
        if norm is None or row.norm == norm:
            place = f"plan_entry.content:{audit}:{row.norm}:{row.version}"
            found[NormId(row.norm)] = _entry(json.loads(work.vault.open(place, row.content_sealed)))
    return found


def progress_of(work: SqlWork, audit: AuditId, norm: NormId | None = None) -> Mapping[NormId, Progress]:
    """Return how far entries are, all or one, for who has established that the actor may read it."""
    rows = (row for row in work.execute(_PROGRESS, {"audit": audit}).all() if norm is None or row.norm == norm)
    return {NormId(row.norm): _read_progress(work, row) for row in rows}


def _read_progress(work: SqlWork, row: Any) -> Progress:
    place = f"{row.audit_id}:{row.norm}:{row.version}"
    evidence = work.vault.open(f"plan_progress.evidence:{place}", row.evidence_sealed)
    note = work.vault.open(f"plan_progress.note:{place}", row.note_sealed)
    return Progress(NormId(row.norm), row.done_on, evidence, row.version, note)


def add_progress(work: SqlWork, actor: Actor, audit: AuditId, seen: Progress, at: datetime) -> Progress:
    """Keep how far an entry is as a version after the one that was seen, and let reminders follow."""
    new = replace(seen, version=seen.version + 1)
    sealed = {
        f"{name}_sealed": work.vault.seal(audit_scope(audit), _place(f"plan_progress.{name}", audit, new), text)
        for name, text in (("evidence", new.evidence), ("note", new.note))
        if text
    }
    values = {"audit_id": audit, "norm": new.norm, "version": new.version, "done_on": new.done_on}
    work.execute(p.plan_progress.insert(), values | sealed | {"written_by": actor.person, "written_at": at})
    work.audit("plan_progress", f"audit:{audit}:{new.norm}", actor, at)
    look_again(work, audit, at)
    return new


def plan_texts_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what somebody wrote in plans and additional investigations, for the export of their data."""
    opened = work.vault.open
    found: list[dict[str, Any]] = []
    for table, what, column in _TEXTS:
        rows = sa.select(table).where(table.c.written_by == person).order_by(table.c.written_at, table.c.norm)
        for row in work.execute(rows).all():
            place = f"{what}:{row.audit_id}:{row.norm}:{row.version}"
            text = opened(place, getattr(row, column))
            said = json.loads(text) if table is p.plan_entry else {"text": text}
            said |= {"audit_id": row.audit_id, "norm": row.norm, "version": row.version}
            found.append({"what_it_is": what, "at": row.written_at.isoformat(), **said})
    return found + evidence_by(work, person)


def rounds_of(work: SqlWork, audit: AuditId) -> tuple[tuple[Review, tuple[PlanEntry, ...]], ...]:
    """Return every round of a plan with what was handed in; for who has established that the actor may read it."""
    found = []
    for row in work.execute(_REVIEWS, {"audit": audit}).all():
        text = work.vault.open(_review_place("entries", audit, row.round), row.entries_sealed)
        found.append((_read_review(work, row), tuple(map(_entry, json.loads(text)))))
    return tuple(found)


def _read_review(work: SqlWork, row: Any) -> Review:
    audit = AuditId(row.audit_id)
    return Review(
        row.round, row.submitted_at, PersonId(row.submitted_by), row.is_approved,
        work.vault.open(_review_place("reason", audit, row.round), row.reason_sealed), row.reviewed_at,
        PersonId(row.reviewed_by) if row.reviewed_by is not None else None,
    )  # fmt: skip


def newest_final_audit(work: SqlWork, organisation: OrganisationId) -> AuditId | None:
    """Return the newest audit of an organisation with final findings."""
    found = work.execute(_CURRENT, {"organisation": organisation}).scalar()
    return AuditId(found) if found is not None else None


def outcome_of(work: SqlWork, audit: AuditId) -> Outcome | None:
    """Return the outcome of the final findings, None as long as there are none."""
    return _outcome(events_of(work, audit))


def status_of(work: SqlWork, audit: AuditId) -> PlanStatus | None:
    """Return how far the plan of an audit is, None when its findings ask for none; content stays out of it."""
    if outcome_of(work, audit) not in OUTCOMES_WITH_PLAN:
        return None
    row = work.execute(_PLAN, {"audit": audit}).first()
    return PlanStatus(row.status) if row is not None else PlanStatus.DRAFT


def _outcome(events: Collection[ProcessEvent]) -> Outcome | None:
    return next((event.outcome for event in events if event.kind is EventKind.FINDINGS_FINAL), None)


def _place(what: str, audit: AuditId, item: PlanEntry | Progress | Retest) -> str:
    return f"{what}:{audit}:{item.norm}:{item.version}"


def _review_place(what: str, audit: AuditId, round_: int) -> str:
    return f"plan_review.{what}:{audit}:{round_}"


def _plain(entry: PlanEntry) -> dict[str, Any]:
    return {
        "norm": entry.norm, "what": entry.what, "who": entry.who, "shown_by": entry.shown_by,
        "due_on": entry.due_on.isoformat() if entry.due_on else None, "version": entry.version,
    }  # fmt: skip


def _entry(plain: Mapping[str, Any]) -> PlanEntry:
    due_on = date.fromisoformat(plain["due_on"]) if plain["due_on"] else None
    return PlanEntry(NormId(plain["norm"]), plain["what"], plain["who"], due_on, plain["shown_by"], plain["version"])
