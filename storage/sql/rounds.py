"""The rounds of a self-evaluation: the next starts empty, with the last one beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from domain.audit import AuditId
from domain.framework import NormId
from domain.next_round import EarlierNorm, ShownDone, carried, carried_action, carried_kind
from domain.process import EventKind
from domain.roles import Permission
from domain.self_evaluation import Answer, ContributionKind, Evaluation, EvaluationId, FileId, Purpose
from domain.verdicts import Verdict
from domain.working_days import local_day
from storage.interfaces import ChangedMeanwhile, NotAllowed
from storage.plan_interfaces import NoPlan
from storage.round_interfaces import RoundRuns
from storage.sql import framework_tables as f
from storage.sql import tables as t
from storage.sql.contributions import to_evaluation
from storage.sql.evaluations import SqlEvaluations
from storage.sql.plans import SqlPlans, newest_final_audit
from storage.sql.process_events import events_of
from storage.sql.reach import Reach

_HELD = (
    sa.select(t.organisation.c.id)
    .where(t.organisation.c.id == sa.bindparam("organisation"), t.organisation.c.erased_at.is_(None))
    .with_for_update()
)
_LAST = (
    sa.select(t.self_evaluation)
    .where(
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
        t.self_evaluation.c.framework == sa.bindparam("framework"),
    )
    .order_by(t.self_evaluation.c.id.desc())
    .limit(1)
)
_PREVIOUS = sa.select(t.self_evaluation.c.previous_id).where(
    t.self_evaluation.c.id == sa.bindparam("evaluation"),
    t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
)


class SqlRounds(Reach):
    """Implements `storage.round_interfaces.Rounds`."""

    def start_next(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Start the next round after one that is closed. Raises NotAllowed, RoundRuns."""
        organisation = self._require(Permission.CLOSE_EVALUATION)
        # Two coordinators may start at once: the organisation's row lets them in one by one.
        if self._work.execute(_HELD, {"organisation": organisation}).first() is None:
            raise NotAllowed("organisation")
        self._work.ahead.forget()  # it was read before the organisation's row was ours
        row = self._work.execute(_LAST, {"organisation": organisation, "framework": evaluation.framework}).first()
        if row is None or row.organisation_id != evaluation.organisation:
            raise NotAllowed("evaluation")
        last = to_evaluation(row)
        if last.id != evaluation.id or last.is_open:
            raise RoundRuns(f"round {last.round}")
        values = {
            "organisation_id": organisation, "framework": last.framework, "round": last.round + 1,
            "previous_id": last.id, "started_at": at,
        }  # fmt: skip
        insert = t.self_evaluation.insert().values(values).returning(*t.self_evaluation.c)
        new = to_evaluation(self._work.execute(insert).one())
        chosen = f.evaluation_choice.c.evaluation_id == last.id
        self._work.execute(f.evaluation_choice.update().where(chosen).values(evaluation_id=new.id))
        self._audit("round_started", f"self_evaluation:{new.id}", at)
        return new

    def earlier(self, evaluation: Evaluation, norm: NormId) -> EarlierNorm | None:
        """Return what is known of a norm from the round before; None in a first round."""
        before = self._before(evaluation)
        if before is None:
            return None
        answer = SqlEvaluations(self._work, self._actor).answer(before, norm)
        audited, plans, audit = None, SqlPlans(self._work, self._actor), self._audited()
        found = EarlierNorm(norm, before.round, answer)
        if audit is None:
            return found
        audited = plans.verdicts(audit).get(norm)
        try:
            plan = plans.get(audit)
        except NoPlan:
            return EarlierNorm(norm, before.round, answer, audited)
        entry, left = plan.entries.get(norm), self._evidence_left(before, evaluation, norm)
        return EarlierNorm(norm, before.round, answer, audited, entry, plan.progress.get(norm), left)

    def keep(self, evaluation: Evaluation, norm: NormId, today: date, at: datetime, *, seen: int) -> Answer:
        """Record that the earlier answer still holds. Raises NotAllowed, ChangedMeanwhile, EvaluationClosed."""
        before = self._before(evaluation)
        store = SqlEvaluations(self._work, self._actor)
        answer = store.answer(before, norm) if before is not None else Answer(norm)
        if answer.verdict is Verdict.NOT_ASSESSED:
            raise NotAllowed("norm")
        now = store.answer(evaluation, norm)
        if now.version != seen:
            raise ChangedMeanwhile(now)
        store.record_verdict(evaluation, norm, answer.verdict, seen=seen, at=at)
        if answer.verdict is Verdict.NOT_APPLICABLE and answer.reason:
            store.record_reason(evaluation, norm, answer.reason, at)
        action = carried_action(answer, today)
        if action is not None:
            store.record_improvement(evaluation, norm, at, what=action.what, who=action.who, due_on=action.due_on)
        for item in carried(answer):
            file = self._carry_file(evaluation, item.file, at) if item.file is not None else None
            if file is not None or item.text.strip():
                kind = carried_kind(item, has_file=file is not None)
                store.contribute(evaluation, norm, kind, item.purpose, item.text, at, message_id=None, file=file)
        self.take_evidence(evaluation, norm, at)
        self._audit("answer_kept", f"answer:{evaluation.id}:{norm}", at)
        return store.answer(evaluation, norm)

    def take_evidence(self, evaluation: Evaluation, norm: NormId, at: datetime) -> int:
        """Let what shows that the action of the plan is done be evidence here. Raises NotAllowed, EvaluationClosed."""
        before = self._before(evaluation)
        left = self._evidence_left(before, evaluation, norm) if before is not None else ()
        store, evidence = SqlEvaluations(self._work, self._actor), Purpose.EVIDENCE
        taken = 0
        for item in left:
            file = self._carry_file(evaluation, item.file, at) if item.file is not None else None
            if file is not None or item.file is None:
                store.contribute(evaluation, norm, item.kind, evidence, item.text, at, message_id=None, file=file)
                taken += 1
        return taken

    def _evidence_left(self, before: Evaluation, evaluation: Evaluation, norm: NormId) -> tuple[ShownDone, ...]:
        """Return what shows that the action of the plan is done and does not lie at the norm yet; for a coordinator."""
        audit, plans = self._audited(), SqlPlans(self._work, self._actor)
        if audit is None or not self._is_of(audit, before):
            return ()
        try:
            said = plans.get(audit).progress_of(norm).evidence.strip()
        except NoPlan:
            return ()
        lies_there = SqlEvaluations(self._work, self._actor).answer(evaluation, norm).contributions
        known = self._contents(item.file for item in lies_there)
        is_said = bool(said) and said not in {item.text for item in lies_there}
        files = (item for item in plans.evidence(audit).get(norm, ()) if item.is_there)
        return (
            *((ShownDone(ContributionKind.TEXT, said),) if is_said else ()),
            *(ShownDone(i.kind, i.caption, i.file) for i in files if not self._contents([i.file]) & known),
        )

    def _is_of(self, audit: AuditId, before: Evaluation) -> bool:
        """Say whether an audit came after a round began, so that its plan is not that of an earlier one."""
        events = events_of(self._work, audit)
        final = next((event.on for event in events if event.kind is EventKind.FINDINGS_FINAL), None)
        began = sa.select(t.self_evaluation.c.started_at).where(t.self_evaluation.c.id == before.id)
        return final is not None and final >= local_day(self._work.execute(began).scalar_one())

    def _contents(self, files: Iterable[FileId | None]) -> set[str]:
        """Return by which names the contents of files lie in the store."""
        ids = [file for file in files if file is not None]
        return set(self._work.execute(sa.select(t.stored_file.c.blob).where(t.stored_file.c.id.in_(ids))).scalars())

    def _carry_file(self, evaluation: Evaluation, file: FileId, at: datetime) -> FileId | None:
        """Let a round refer to the content of a file of an earlier one; None when that is not there.

        The content is kept as long as any row names it (`files.blob_names`), so each round keeps its own.
        """
        organisation = self._require(Permission.ANSWER)
        own = sa.and_(t.stored_file.c.id == file, t.stored_file.c.organisation_id == organisation)
        row = self._work.execute(sa.select(t.stored_file).where(own, t.stored_file.c.status == "stored")).first()
        if row is None:
            return None
        same = {column.name: getattr(row, column.name) for column in t.stored_file.c if column.name != "id"}
        values = same | {"evaluation_id": evaluation.id, "telegram_id_sealed": None, "created_at": at}
        new = self._work.execute(t.stored_file.insert().values(values).returning(t.stored_file.c.id)).scalar_one()
        self._audit("file_carried", f"stored_file:{new}", at)
        return FileId(new)

    def _before(self, evaluation: Evaluation) -> Evaluation | None:
        """Return the round before, None for a first one. Raises NotAllowed."""
        organisation = self._require(Permission.READ_EVALUATION)
        found = self._work.execute(_PREVIOUS, {"evaluation": evaluation.id, "organisation": organisation}).scalar()
        return SqlEvaluations(self._work, self._actor).get(EvaluationId(found)) if found is not None else None

    def _audited(self) -> AuditId | None:
        """Return the last audit of the organisation with final findings; None for who does not see them."""
        if not self._may(Permission.WRITE_PLAN):
            return None
        return newest_final_audit(self._work, self._organisation())
