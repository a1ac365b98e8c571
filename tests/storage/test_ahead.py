"""What is read for a whole group of turns is what each turn would have read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from domain.actors import Actor
from domain.verdicts import Verdict
from storage.interfaces import ChangedMeanwhile, NotAllowed
from storage.sql.work import SqlWork
from tests.storage.cast import CHATS, FRAMEWORK, V1, V2, Cast, Part
from tests.storage.test_statements import counted


@contextmanager
def group(cast: Cast) -> Iterator[SqlWork]:
    """One transaction for the turns of everybody, as the dispatcher opens it."""
    with cast.database.begin() as work:
        work.read_ahead(_everybody(cast, work))
        yield work


def _everybody(cast: Cast, work: SqlWork) -> list[Actor]:
    return [cast.actor(work, name) for name in CHATS]


def test_the_turns_of_a_group_read_without_statements(cast: Cast) -> None:
    """A statement for every turn is what a group is there to avoid."""
    with cast.plays("Samira") as samira:
        samira.evaluations.assign(samira.evaluation, [V1], samira.actor.person, cast.now)
        samira.evaluations.record_verdict(samira.evaluation, V2, Verdict.MET, seen=0, at=cast.now)
        wanted = (samira.evaluation, samira.evaluations.states(samira.evaluation), {V1: (samira.actor.person,)})

    with group(cast) as work:
        joost = Part(cast, work, "Joost")
        with counted(joost, 0):
            store, evaluation = joost.evaluations, joost.evaluation
            assert (evaluation, store.states(evaluation), store.assignments(evaluation)) == wanted
            assert store.answer(evaluation, V1).verdict is Verdict.NOT_ASSESSED


def test_a_turn_sees_what_an_earlier_turn_of_its_group_wrote(cast: Cast) -> None:
    """Two colleagues may tap at the same moment."""
    with group(cast) as work:
        joost, priya, samira = Part(cast, work, "Joost"), Part(cast, work, "Priya"), Part(cast, work, "Samira")
        joost.evaluations.record_verdict(joost.evaluation, V1, Verdict.PARTIAL, seen=0, at=cast.now)
        joost.writes("Zo doen wij dat", V1)
        samira.evaluations.assign(samira.evaluation, [V2], priya.actor.person, cast.now)

        state = priya.evaluations.states(priya.evaluation)[V1]
        assert (state.verdict, state.version, state.contributions) == (Verdict.PARTIAL, 1, 1)
        assert priya.evaluations.answer(priya.evaluation, V1).contributions[0].text == "Zo doen wij dat"
        assert priya.evaluations.assignments(priya.evaluation) == {V2: (priya.actor.person,)}


def test_a_verdict_needs_no_new_reading(cast: Cast) -> None:
    """The screen after it shows the count of all norms."""
    with group(cast) as work:
        joost = Part(cast, work, "Joost")
        joost.evaluations.record_verdict(joost.evaluation, V1, Verdict.MET, seen=0, at=cast.now)

        with counted(joost, 0):
            assert joost.evaluations.states(joost.evaluation)[V1].version == 1


def test_the_first_verdicts_of_a_group_are_one_statement(cast: Cast) -> None:
    """That there are no answers yet was read for everybody; they are written together when the group ends."""
    with group(cast) as work:
        joost, priya = Part(cast, work, "Joost"), Part(cast, work, "Priya")
        evaluation = joost.evaluation
        with counted(joost, 0):
            joost.evaluations.record_verdict(evaluation, V1, Verdict.MET, seen=0, at=cast.now)
            priya.evaluations.record_verdict(evaluation, V2, Verdict.PARTIAL, seen=0, at=cast.now)
            assert priya.evaluations.states(evaluation)[V1].verdict is Verdict.MET

    with cast.plays("Joost") as joost:
        assert joost.evaluations.states(joost.evaluation)[V2].verdict is Verdict.PARTIAL
        undone = joost.evaluations.undo(joost.evaluation, cast.now)
        assert undone is not None
        assert undone.norm == V1


def test_what_a_group_gathers_is_read_by_the_statements_after_it(cast: Cast) -> None:
    """Of two colleagues in one group who judge the same norm, the second is told; also a summary counts both."""
    with group(cast) as work:
        joost, priya = Part(cast, work, "Joost"), Part(cast, work, "Priya")
        joost.evaluations.record_verdict(joost.evaluation, V1, Verdict.MET, seen=0, at=cast.now)

        with pytest.raises(ChangedMeanwhile) as conflict:
            priya.evaluations.record_verdict(priya.evaluation, V1, Verdict.NOT_MET, seen=0, at=cast.now)

        assert conflict.value.answer.verdict is Verdict.MET
        assert set(joost.evaluations.answers(joost.evaluation)) == {V1}


def test_who_has_no_role_reads_nothing_ahead(cast: Cast) -> None:
    """What was read for others is behind the same question: may this actor see it."""
    with group(cast) as work:
        rivierenland = Part(cast, work, "Joost").evaluation

        assert Part(cast, work, "Noor").evaluations.current() is None
        for stranger in ("Noor", "Eva"):
            with pytest.raises(NotAllowed):
                Part(cast, work, stranger).evaluations.states(rivierenland)
            with pytest.raises(NotAllowed):
                Part(cast, work, stranger).evaluations.assignments(rivierenland)


def test_a_closed_evaluation_is_closed_for_the_rest_of_the_group(cast: Cast) -> None:
    """The coordinator may close it while a colleague taps."""
    with group(cast) as work:
        samira = Part(cast, work, "Samira")
        samira.evaluations.close(samira.evaluation, cast.now)

        assert not Part(cast, work, "Joost").evaluation.is_open


def test_an_evaluation_is_started_once_whatever_was_read_ahead(cast: Cast) -> None:
    """Both coordinators of an organisation may tap "begin" in one group."""
    with cast.database.begin() as work:
        cast.people(work, "Gast").create_organisation("Buurtwerk", None, cast.now)
    with group(cast) as work:
        first = cast.evaluations(work, "Gast").start(FRAMEWORK, cast.now)

        assert cast.evaluations(work, "Gast").start(FRAMEWORK, cast.now) == first
        assert cast.evaluations(work, "Gast").current() == first
