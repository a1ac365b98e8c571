"""What the turns of a group are going to read, read for all of them at once.

Nearly every turn at a self-evaluation reads the evaluation, its verdicts and who was given which norm.
Turn by turn that is half of the statements of a group, and on PostgreSQL each is a way there and back.

    dispatcher: work.read_ahead(actors) -> a turn asks its store -> the store checks the actor, then looks here

Everything is kept under the organisation that it belongs to. Whatever this transaction writes to these
tables is forgotten here, by `SqlWork.execute`, so a turn sees what an earlier turn of its group did.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.framework import NormId
from domain.roles import OrganisationId, PersonId
from domain.self_evaluation import Evaluation, EvaluationId
from domain.verdicts import Verdict
from storage.interfaces import NormState
from storage.sql import framework_tables as f
from storage.sql import tables as t
from storage.sql.among import per_database
from storage.sql.contributions import to_evaluation, usual

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

Assignments = Mapping[NormId, tuple[PersonId, ...]]
States = Mapping[NormId, NormState]
Place = tuple[OrganisationId, EvaluationId]

# Held against closing (FOR UPDATE) with the weakest lock that does, so that what is read stays true for this group.
_CURRENT = per_database(
    lambda among: (
        sa.select(*t.self_evaluation.c, f.evaluation_choice.c.person_id)
        .select_from(
            t.self_evaluation.outerjoin(
                f.evaluation_choice, f.evaluation_choice.c.evaluation_id == t.self_evaluation.c.id
            )
        )
        .where(among(t.self_evaluation.c.organisation_id, "organisations"))
        .order_by(t.self_evaluation.c.id)
        .with_for_update(read=True, key_share=True, of=t.self_evaluation)
    )
)
_STATES = per_database(
    lambda among: sa.select(
        t.answer.c.evaluation_id, t.answer.c.norm, t.answer.c.verdict, t.answer.c.version, t.answer.c.contributions
    ).where(among(t.answer.c.evaluation_id, "evaluations"))
)
_ASSIGNMENTS = per_database(
    lambda among: (
        sa.select(t.assignment.c.evaluation_id, t.assignment.c.norm, t.assignment.c.person_id)
        .where(among(t.assignment.c.evaluation_id, "evaluations"))
        .order_by(t.assignment.c.assigned_at, t.assignment.c.person_id)
    )
)
_READ_TABLES = frozenset({t.self_evaluation, t.answer, t.assignment, f.evaluation_choice})
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


class ReadAhead:
    """Holds what was read; empty unless somebody asked for it."""

    def __init__(self) -> None:
        self.current: dict[OrganisationId, Evaluation | None] = {}
        self.chosen: dict[tuple[OrganisationId, PersonId], Evaluation] = {}
        self.several: frozenset[OrganisationId] = frozenset()  # who work with more than one framework
        self.states: dict[Place, States] = {}
        self.assignments: dict[Place, Assignments] = {}
        self._places: Mapping[EvaluationId, Place] = {}
        self._open: frozenset[Place] = frozenset()

    def load(self, work: SqlWork, organisations: Collection[OrganisationId]) -> None:
        """Read the current evaluations of these organisations and what belongs to them, in three statements."""
        rows = work.execute(_CURRENT[work.is_sqlite], {"organisations": list(organisations)}).all()
        held: dict[OrganisationId, list[Evaluation]] = {organisation: [] for organisation in organisations}
        self.chosen = {}
        for row in rows:
            evaluation = to_evaluation(row)
            held[evaluation.organisation].append(evaluation)
            if row.person_id is not None:
                self.chosen[evaluation.organisation, row.person_id] = evaluation
        self.current = {organisation: usual(evaluations) for organisation, evaluations in held.items()}
        frameworks = {organisation: {e.framework for e in evaluations} for organisation, evaluations in held.items()}
        self.several = frozenset(organisation for organisation, names in frameworks.items() if len(names) > 1)
        worked_on = [*self.current.values(), *self.chosen.values()]
        found = {evaluation.id: evaluation for evaluation in worked_on if evaluation is not None}.values()
        self._places = {evaluation.id: (evaluation.organisation, evaluation.id) for evaluation in found}
        self._open = frozenset(self._places[evaluation.id] for evaluation in found if evaluation.is_open)
        self.states, self.assignments = {}, {}
        if found:
            self._load_answers(work, self._places)

    def _load_answers(self, work: SqlWork, places: Mapping[EvaluationId, Place]) -> None:
        within = {"evaluations": list(places)}
        states: dict[Place, dict[NormId, NormState]] = {place: {} for place in places.values()}
        rows: Any = work.execute(_STATES[work.is_sqlite], within)
        for evaluation, norm, verdict, version, contributions in rows:
            states[places[evaluation]][norm] = NormState(_VERDICTS[verdict], version, contributions)
        given: dict[Place, dict[NormId, tuple[PersonId, ...]]] = {place: {} for place in places.values()}
        rows = work.execute(_ASSIGNMENTS[work.is_sqlite], within)
        for evaluation, norm, person in rows:
            norms = given[places[evaluation]]
            norms[norm] = (*norms.get(norm, ()), person)
        self.states |= states
        self.assignments |= given

    def is_unanswered(self, evaluation: Evaluation, norm: NormId) -> bool:
        """Say whether it was read, and held, that this evaluation is open and has no answer on this norm yet."""
        place = (evaluation.organisation, evaluation.id)
        states = self.states.get(place)
        return states is not None and place in self._open and norm not in states

    def forget(self) -> None:
        """Let everything be read anew, as after waiting for a lock."""
        self.current.clear()
        self._open = frozenset()
        self.chosen.clear()
        self.states.clear()
        self.assignments.clear()

    def written(self, table: Any, values: Any) -> None:
        """Forget what a statement of this transaction may have changed."""
        if table not in _READ_TABLES:
            return
        evaluation = values.get("evaluation_id") if isinstance(values, dict) else None
        if table is not t.answer or evaluation is None:
            self.forget()
        elif evaluation in self._places:
            self.states.pop(self._places[evaluation], None)
