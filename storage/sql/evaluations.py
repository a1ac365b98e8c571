"""The self-evaluations within an actor's reach: rounds, who does what, undoing and closing.

Answers and contributions have modules of their own; together they are the store of one actor.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.framework import FrameworkId, NormId
from domain.roles import OrganisationId, Permission, PersonId, Role, may
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    Evaluation,
    EvaluationId,
    FileId,
    ImprovementAction,
    Purpose,
)
from domain.verdicts import Verdict
from storage.interfaces import FrozenVersion, NotAllowed, Writing
from storage.sql import framework_tables as f
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.answers import Content
from storage.sql.contributions import Contributions, to_evaluation, usual
from storage.sql.process_events import look_at_audits_of

_ALL = (
    sa.select(*t.self_evaluation.c, f.evaluation_choice.c.person_id)
    .select_from(
        t.self_evaluation.outerjoin(
            f.evaluation_choice,
            sa.and_(
                f.evaluation_choice.c.evaluation_id == t.self_evaluation.c.id,
                f.evaluation_choice.c.person_id == sa.bindparam("person"),
            ),
        )
    )
    .where(t.self_evaluation.c.organisation_id == sa.bindparam("organisation"))
    .order_by(t.self_evaluation.c.id)
)
_GET = sa.select(t.self_evaluation).where(
    t.self_evaluation.c.id == sa.bindparam("evaluation"),
    t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
)
_LAST_WRITE = (
    sa.select(
        t.last_write.c.norm,
        t.last_write.c.what,
        t.last_write.c.version,
        t.last_write.c.contribution_id,
        t.answer.c.version.label("answer_version"),
        t.contribution.c.receipt,
        t.contribution.c.version.label("contribution_version"),
        t.contribution.c.withdrawn_at,
    )
    .select_from(
        t.last_write.join(t.self_evaluation, t.self_evaluation.c.id == t.last_write.c.evaluation_id)
        .outerjoin(t.contribution, t.contribution.c.id == t.last_write.c.contribution_id)
        .outerjoin(
            t.answer,
            sa.and_(t.answer.c.evaluation_id == t.last_write.c.evaluation_id, t.answer.c.norm == t.last_write.c.norm),
        )
    )
    .where(
        t.self_evaluation.c.id == sa.bindparam("evaluation"),
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
        t.self_evaluation.c.status == "open",
        t.last_write.c.person_id == sa.bindparam("person"),
        t.last_write.c.is_undone.is_(False),
    )
)
_ASSIGNMENTS = (
    sa.select(t.assignment.c.norm, t.assignment.c.person_id)
    .join(t.self_evaluation, t.self_evaluation.c.id == t.assignment.c.evaluation_id)
    .where(
        t.self_evaluation.c.id == sa.bindparam("evaluation"),
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
    )
    .order_by(t.assignment.c.assigned_at, t.assignment.c.person_id)
)
_LAST_ACTIVE = (
    sa.select(t.last_write.c.person_id, t.last_write.c.norm, t.last_write.c.written_at)
    .join(t.self_evaluation, t.self_evaluation.c.id == t.last_write.c.evaluation_id)
    .where(
        t.self_evaluation.c.id == sa.bindparam("evaluation"),
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
    )
)
_ANSWERING = [role.value for role in Role if may(role, Permission.ANSWER)]


class SqlEvaluations(Contributions):
    """Implements `storage.interfaces.Evaluations`; lives no longer than a turn, so `current` is asked once."""

    has_several = False  # known once `current` was asked
    _is_known = False
    _current: Evaluation | None = None

    def current(self) -> Evaluation | None:
        """Return the evaluation that the actor works on: the one of their choice, else that of their organisation.

        An organisation that works with more than one framework goes on with the first unless somebody chooses.
        """
        if not self._is_known:
            organisation = self._actor.organisation
            if organisation is not None and self._may(Permission.READ_EVALUATION):
                self._current = self._read_current(organisation.id)
            self._is_known = True
        return self._current

    def _read_current(self, organisation: OrganisationId) -> Evaluation | None:
        ahead = self._work.ahead
        if organisation in ahead.current:
            self.has_several = organisation in ahead.several
            return ahead.chosen.get((organisation, self._actor.person), ahead.current[organisation])
        rows = self._work.execute(_ALL, {"organisation": organisation, "person": self._actor.person}).all()
        self.has_several = len({row.framework for row in rows}) > 1
        chosen = next((to_evaluation(row) for row in rows if row.person_id is not None), None)
        return chosen or usual([to_evaluation(row) for row in rows])

    def side_by_side(self) -> Mapping[FrameworkId, Evaluation]:
        """Return the latest evaluation per framework of the actor's organisation, in the order they were started."""
        organisation = self._require(Permission.READ_EVALUATION)
        rows = self._work.execute(_ALL, {"organisation": organisation, "person": self._actor.person}).all()
        return {row.framework: to_evaluation(row) for row in rows}

    def choose(self, framework: FrameworkId, at: datetime) -> Evaluation:
        """Go on with the evaluation of another framework from now on; only the actor does. Raises NotAllowed."""
        organisation = self._require(Permission.READ_EVALUATION)
        evaluation = self.side_by_side().get(framework)
        if evaluation is None:
            raise NotAllowed("evaluation")
        own = {"person_id": self._actor.person, "organisation_id": organisation}
        values = {"evaluation_id": evaluation.id, "chosen_at": at}
        insert = self._work.upsert(f.evaluation_choice).values(own | values)
        self._work.execute(insert.on_conflict_do_update(index_elements=list(own), set_=values))
        return self._know(evaluation)

    def get(self, evaluation: EvaluationId) -> Evaluation:
        """Return one evaluation. Raises NotAllowed when it is out of the actor's reach."""
        if self._current is not None and self._current.id == evaluation:
            return self._current
        organisation = self._require(Permission.READ_EVALUATION)
        row = self._work.execute(_GET, {"evaluation": evaluation, "organisation": organisation}).first()
        if row is None:
            raise NotAllowed("evaluation")
        return to_evaluation(row)

    def start(self, framework: FrameworkId, at: datetime) -> Evaluation:
        """Start an evaluation against a framework and choose it, or the one that runs. Raises NotAllowed.

        Raises:
            KeyError: there is no such framework.
        """
        organisation = self._require(Permission.CLOSE_EVALUATION)
        edition = self._work.frameworks[framework].id
        # Two coordinators may start at once: the organisation's row lets them in one by one.
        own = sa.and_(t.organisation.c.id == organisation, t.organisation.c.erased_at.is_(None))
        if self._work.execute(sa.select(t.organisation.c.id).where(own).with_for_update()).first() is None:
            raise NotAllowed("organisation")
        self._is_known = False
        self._work.ahead.forget()  # it was read before the organisation's row was ours
        running = self.side_by_side()
        if edition in running:
            return self.choose(edition, at) if len(running) > 1 else self._know(running[edition])
        insert = t.self_evaluation.insert().values(organisation_id=organisation, framework=edition, started_at=at)
        row = self._work.execute(insert.returning(*t.self_evaluation.c)).one()
        self._audit("evaluation_started", f"self_evaluation:{row.id}", at)
        return self.choose(edition, at) if running else self._know(to_evaluation(row))

    # ------------------------------------------------------------------------------------------------ undoing

    def undoable(self, evaluation: Evaluation) -> Writing | None:
        """Return the actor's last write, unless it was undone or changed since by somebody, or all is closed."""
        row = self._last_write(evaluation)
        return Writing(NormId(row.norm), row.what, row.receipt) if row is not None else None

    def undo(self, evaluation: Evaluation, at: datetime) -> Writing | None:
        """Undo the actor's last write and return it; None when there is nothing (any more) to undo.

        Raises:
            NotAllowed: the actor may not write.
        """
        self._within(evaluation, Permission.ANSWER)
        row = self._last_write(evaluation)
        if row is None:
            return None
        undo = self._undo_answer if row.contribution_id is None else self._undo_contribution
        norm = undo(evaluation, row, at)
        if norm is None:
            return None
        own = sa.and_(t.last_write.c.evaluation_id == evaluation.id, t.last_write.c.person_id == self._actor.person)
        self._work.flush()  # undoing writes as well, and that is no write to undo
        self._work.execute(t.last_write.update().where(own).values(is_undone=True))
        return Writing(norm, row.what, row.receipt)

    def _last_write(self, evaluation: Evaluation) -> Any:
        """Return the actor's last write if it still stands as it was written, else None."""
        self._work.flush()  # it may be of this very transaction
        row = self._work.execute(_LAST_WRITE, self._within(evaluation) | {"person": self._actor.person}).first()
        if row is None:
            return None
        if row.contribution_id is not None:
            stands = row.contribution_version == row.version and row.withdrawn_at is None
        else:
            stands = row.answer_version == row.version
        return row if stands else None

    def _undo_answer(self, evaluation: Evaluation, write: Any, at: datetime) -> NormId | None:
        """Bring back what the answer was before, as a new version; None when it changed a moment ago."""
        norm = NormId(write.norm)
        before = self._hold(evaluation, norm)
        if before.version != write.version:
            return None
        earlier = self._content_of_version(evaluation, norm, write.version - 1)
        self._store(evaluation, norm, before, earlier, "undo", at)
        self._audit("write_undone", f"answer:{evaluation.id}:{norm}", at)
        return norm

    def _content_of_version(self, evaluation: Evaluation, norm: NormId, version: int) -> Content:
        """Return what an answer was at a version; empty before the first write."""
        if version == 0:
            return Content()
        self._work.flush()  # the version may be one that this very transaction made
        row = self._work.execute(
            sa.select(t.answer_version.c.snapshot_sealed).where(
                t.answer_version.c.evaluation_id == evaluation.id,
                t.answer_version.c.norm == norm,
                t.answer_version.c.version == version,
            )
        ).one()
        place = f"answer_version.snapshot:{evaluation.id}:{norm}:{version}"
        return Content.from_json(self._work.vault.open(place, row.snapshot_sealed))

    def _undo_contribution(self, evaluation: Evaluation, write: Any, at: datetime) -> NormId | None:
        """Withdraw a contribution, or bring back what it was before it was edited or moved."""
        row = self._find(evaluation, ContributionId(write.receipt))
        if write.what == "contribution":
            return NormId(row.norm) if self._withdraw(evaluation, row, at) else None
        self._hold(evaluation, NormId(row.norm))
        text, norm = self._earlier_version(row)
        return self._rewrite(evaluation, row, at, text=text, norm=norm).norm

    # ----------------------------------------------------------------------------------------------- dividing

    def assignments(self, evaluation: Evaluation) -> Mapping[NormId, tuple[PersonId, ...]]:
        """Return who each norm was given to, in the order in which they were."""
        within = self._within(evaluation)
        known = self._work.ahead.assignments.get((within["organisation"], evaluation.id))
        if known is not None:
            return known
        given: dict[NormId, tuple[PersonId, ...]] = {}
        for row in self._work.execute(_ASSIGNMENTS, within):
            given[NormId(row.norm)] = (*given.get(NormId(row.norm), ()), PersonId(row.person_id))
        return given

    def assign(self, evaluation: Evaluation, norms: Collection[NormId], person: PersonId, at: datetime) -> int:
        """Give norms to a colleague besides whoever has them; return how many were new. Raises NotAllowed."""
        organisation = self._within(evaluation, Permission.DIVIDE)["organisation"]
        self._check_assignable(evaluation, norms, person, organisation)
        if not norms:
            return 0
        rows = [
            {"evaluation_id": evaluation.id, "norm": norm, "person_id": person,
             "assigned_by": self._actor.person, "assigned_at": at}
            for norm in dict.fromkeys(norms)
        ]  # fmt: skip
        insert = self._work.upsert(t.assignment).values(rows).on_conflict_do_nothing()
        new = len(self._work.execute(insert.returning(t.assignment.c.norm)).all())
        self._audit("norms_assigned", f"person:{person}", at)
        return new

    def unassign(self, evaluation: Evaluation, norms: Collection[NormId], person: PersonId, at: datetime) -> int:
        """Take norms from a colleague again; return how many. Raises NotAllowed."""
        self._within(evaluation, Permission.DIVIDE)
        self.get(evaluation.id)
        gone = self._work.execute(
            t.assignment.delete().where(
                t.assignment.c.evaluation_id == evaluation.id,
                t.assignment.c.person_id == person,
                t.assignment.c.norm.in_(norms),
            )
        )
        self._audit("norms_unassigned", f"person:{person}", at)
        return gone.rowcount

    def last_active(self, evaluation: Evaluation) -> Mapping[PersonId, tuple[NormId, datetime]]:
        """Return where everybody wrote last, so that the coordinator sees who is where."""
        self._work.flush()
        rows = self._work.execute(_LAST_ACTIVE, self._within(evaluation))
        return {PersonId(row.person_id): (NormId(row.norm), row.written_at) for row in rows}

    def _check_assignable(
        self, evaluation: Evaluation, norms: Collection[NormId], person: PersonId, organisation: OrganisationId
    ) -> None:
        self.get(evaluation.id)
        if not all(self.framework(evaluation).has(norm) for norm in norms):
            raise NotAllowed("norm")
        colleague = sa.select(t.membership.c.id).where(
            t.membership.c.person_id == person,
            t.membership.c.organisation_id == organisation,
            t.membership.c.role.in_(_ANSWERING),
            t.membership.c.ended_at.is_(None),
        )
        if self._work.execute(colleague).first() is None:
            raise NotAllowed("person")

    # ------------------------------------------------------------------------------------------------ closing

    def close(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Freeze this version for the auditor; a closed evaluation stays as it is. Raises NotAllowed."""
        now = self._hold_evaluation(evaluation)
        if not now.is_open:
            return self._know(now)
        place = f"frozen_version.content:{now.id}:{now.version}"
        self._work.add(
            t.frozen_version,
            evaluation_id=now.id,
            version=now.version,
            content_sealed=self._seal(now, place, self._frozen_content(now)),
            frozen_at=at,
            frozen_by=self._actor.person,
        )
        look_at_audits_of(self._work, now.id, at)
        return self._change_status(now, "evaluation_closed", at, status="closed", closed_at=at, by=self._actor.person)

    def reopen(self, evaluation: Evaluation, at: datetime) -> Evaluation:
        """Start the next version with all answers; the frozen one stays. Raises NotAllowed."""
        now = self._hold_evaluation(evaluation)
        if now.is_open:
            return self._know(now)
        return self._change_status(now, "evaluation_reopened", at, status="open", version=now.version + 1)

    def frozen(self, evaluation: Evaluation, version: int) -> FrozenVersion | None:
        """Return an evaluation as it was when that version was closed, None when it never was."""
        self._within(evaluation)
        self.get(evaluation.id)
        self._work.flush()  # it may have been closed in this very transaction
        row = self._work.execute(
            sa.select(t.frozen_version).where(
                t.frozen_version.c.evaluation_id == evaluation.id, t.frozen_version.c.version == version
            )
        ).first()
        if row is None:
            return None
        place = f"frozen_version.content:{evaluation.id}:{version}"
        content = json.loads(self._work.vault.open(place, row.content_sealed))
        answers = {NormId(item["norm"]): _answer_from_json(item) for item in content["answers"]}
        names = {PersonId(int(person)): name for person, name in content["names"].items()}
        return FrozenVersion(version, row.frozen_at, answers, names)

    def _hold_evaluation(self, evaluation: Evaluation) -> Evaluation:
        """Return the evaluation as it is now; nobody writes in it until this transaction ends."""
        within = self._within(evaluation, Permission.CLOSE_EVALUATION)
        row = self._work.execute(_GET.with_for_update(), within).first()
        if row is None:
            raise NotAllowed("evaluation")
        return to_evaluation(row)

    def _change_status(
        self,
        evaluation: Evaluation,
        action: str,
        at: datetime,
        *,
        status: str,
        version: int | None = None,
        closed_at: datetime | None = None,
        by: PersonId | None = None,
    ) -> Evaluation:
        values = {"status": status, "version": version or evaluation.version, "closed_at": closed_at, "closed_by": by}
        update = t.self_evaluation.update().where(t.self_evaluation.c.id == evaluation.id).values(values)
        row = self._work.execute(update.returning(*t.self_evaluation.c)).one()
        self._audit(action, f"self_evaluation:{evaluation.id}:{row.version}", at)
        return self._know(to_evaluation(row))

    def _know(self, evaluation: Evaluation) -> Evaluation:
        self._is_known, self._current = True, evaluation
        return evaluation

    def _frozen_content(self, evaluation: Evaluation) -> str:
        """Return everything that the evaluation holds, as JSON."""
        answers = self.answers(evaluation)
        people = {item.author for answer in answers.values() for item in answer.contributions}
        people |= {answer.updated_by for answer in answers.values() if answer.updated_by is not None}
        rows = self._work.execute(sa.select(t.person.c.id, t.person.c.name_sealed).where(t.person.c.id.in_(people)))
        names = {str(row.id): open_name(self._work, row.id, row.name_sealed) for row in rows if row.name_sealed}
        content = {"answers": [_answer_to_json(answer) for answer in answers.values()], "names": names}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _answer_to_json(answer: Answer) -> dict[str, Any]:
    action = answer.improvement or ImprovementAction()
    return {
        "norm": answer.norm,
        "verdict": answer.verdict.value,
        "version": answer.version,
        "reason": answer.reason,
        "what": action.what,
        "who": action.who,
        "due_on": action.due_on.isoformat() if action.due_on else None,
        "updated_by": answer.updated_by,
        "updated_at": answer.updated_at.isoformat() if answer.updated_at else None,
        "contributions": [
            {"receipt": item.id, "kind": item.kind.value, "purpose": item.purpose.value, "text": item.text,
             "author": item.author, "at": item.at.isoformat(), "file": item.file}
            for item in answer.contributions
        ],
    }  # fmt: skip


def _answer_from_json(item: Mapping[str, Any]) -> Answer:
    norm = NormId(item["norm"])
    due_on = date.fromisoformat(item["due_on"]) if item["due_on"] else None
    content = Content(Verdict(item["verdict"]), item["reason"], item["what"], item["who"], due_on)
    return Answer(
        norm=norm,
        verdict=content.verdict,
        version=item["version"],
        reason=content.reason,
        contributions=tuple(_contribution_from_json(norm, part) for part in item["contributions"]),
        improvement=content.improvement,
        updated_by=PersonId(item["updated_by"]) if item["updated_by"] is not None else None,
        updated_at=datetime.fromisoformat(item["updated_at"]) if item["updated_at"] else None,
    )


def _contribution_from_json(norm: NormId, part: Mapping[str, Any]) -> Contribution:
    return Contribution(
        id=ContributionId(part["receipt"]),
        norm=norm,
        kind=ContributionKind(part["kind"]),
        purpose=Purpose(part["purpose"]),
        text=part["text"],
        author=PersonId(part["author"]),
        at=datetime.fromisoformat(part["at"]),
        file=FileId(part["file"]) if part["file"] is not None else None,
    )
