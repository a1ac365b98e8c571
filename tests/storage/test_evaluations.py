"""The round itself: starting, dividing, closing and reopening."""

from __future__ import annotations

from datetime import date

import pytest

from domain.framework import NormId
from domain.roles import Role
from domain.self_evaluation import EvaluationId, EvaluationStatus
from domain.verdicts import Verdict
from storage.interfaces import NotAllowed
from tests.storage.cast import D9, FRAMEWORK, V1, V2, Cast


def test_an_organisation_has_one_running_evaluation(cast: Cast) -> None:
    """Starting again returns the one it has."""
    with cast.plays("Samira") as samira:
        assert samira.evaluations.start(FRAMEWORK, cast.now) == samira.evaluation


def test_only_a_coordinator_starts(cast: Cast) -> None:
    """It decides which edition of the norms holds."""
    for name in ("Joost", "Rik", "Noor"):
        with cast.plays(name) as other, pytest.raises(NotAllowed):
            other.evaluations.start(FRAMEWORK, cast.now)


def test_an_evaluation_keeps_the_framework_it_started_with(cast: Cast) -> None:
    """A new edition is a new file; what runs goes on with the old one."""
    with cast.plays("Joost") as joost:
        assert joost.evaluations.framework(joost.evaluation).id == FRAMEWORK


def test_without_a_role_there_is_nothing(cast: Cast) -> None:
    """No empty evaluation of nobody's organisation."""
    with cast.plays("Noor") as noor:
        assert noor.evaluations.current() is None


def test_an_id_from_a_tap_is_looked_up(cast: Cast) -> None:
    """The store returns the same value as for the current one."""
    with cast.plays("Joost") as joost:
        again = joost.work.evaluations(joost.actor)
        assert again.get(joost.evaluation.id) == joost.evaluation
        with pytest.raises(NotAllowed):
            again.get(EvaluationId(999))


# ----------------------------------------------------------------------------------------------- dividing


def test_norms_are_given_to_several_people(cast: Cast) -> None:
    """A norm may need the manager and the professional."""
    with cast.plays("Samira") as samira:
        joost, priya = (cast.actor(samira.work, name).person for name in ("Joost", "Priya"))
        store, evaluation = samira.evaluations, samira.evaluation

        assert store.assign(evaluation, [V1, V2], joost, cast.now) == 2
        assert store.assign(evaluation, [V2, D9], priya, cast.now) == 2
        assert store.assign(evaluation, [V2, D9, D9], joost, cast.now) == 1
        assert store.unassign(evaluation, [V1, NormId("V3")], joost, cast.now) == 1

        assert store.assignments(evaluation) == {V2: (joost, priya), D9: (joost, priya)}


def test_norms_go_to_people_who_can_answer_them(cast: Cast) -> None:
    """Not to a reader, somebody of another organisation or a former colleague."""
    with cast.plays("Joost") as joost:
        joost.people.leave(cast.now)
    with cast.plays("Samira") as samira:
        for name in ("Rik", "Mo", "Joost", "Noor"):
            with pytest.raises(NotAllowed):
                samira.evaluations.assign(samira.evaluation, [V1], cast.actor(samira.work, name).person, cast.now)


def test_the_list_of_colleagues_counts_norms(cast: Cast) -> None:
    """Given, done of those by anybody, and judged by themselves."""
    with cast.plays("Samira") as samira:
        joost = cast.actor(samira.work, "Joost").person
        samira.evaluations.assign(samira.evaluation, [V1, V2], joost, cast.now)
        samira.evaluations.record_verdict(samira.evaluation, V1, Verdict.MET, seen=0, at=cast.now)
    with cast.plays("Joost") as colleague:
        colleague.evaluations.record_verdict(colleague.evaluation, D9, Verdict.MET, seen=0, at=cast.now)

        listed = {c.name: (c.assigned, c.done, c.answered) for c in colleague.people.colleagues(colleague.evaluation)}

    assert listed == {"Joost": (2, 1, 1), "Priya": (0, 0, 0), "Rik": (0, 0, 0), "Samira": (0, 0, 1)}


def test_whoever_leaves_gives_their_norms_back(cast: Cast) -> None:
    """The coordinator has to see that nobody has them."""
    with cast.plays("Samira") as samira:
        joost = cast.actor(samira.work, "Joost").person
        samira.evaluations.assign(samira.evaluation, [V1], joost, cast.now)
    with cast.plays("Joost") as colleague:
        colleague.people.leave(cast.now)

    with cast.plays("Samira") as samira:
        assert samira.evaluations.assignments(samira.evaluation) == {}


# ------------------------------------------------------------------------------------------------ closing


def test_closing_freezes_what_the_auditor_gets(cast: Cast) -> None:
    """Later changes leave the frozen version as it was, names included."""
    with cast.plays("Joost") as joost:
        joost.evaluations.record_verdict(joost.evaluation, V1, Verdict.PARTIAL, seen=0, at=cast.now)
        joost.evaluations.record_improvement(
            joost.evaluation, V1, cast.now, what="Beter", who="Priya", due_on=date(2027, 2, 1)
        )
        joost.writes("Bewijs")
        before = joost.evaluations.answers(joost.evaluation)
    with cast.plays("Samira") as samira:
        closed = samira.evaluations.close(samira.evaluation, cast.now)
        assert (closed.status, closed.closed_at) == (EvaluationStatus.CLOSED, cast.now)
        reopened = samira.evaluations.reopen(closed, cast.now)
        samira.evaluations.record_verdict(reopened, V1, Verdict.MET, seen=None, at=cast.now)

        frozen = samira.evaluations.frozen(reopened, 1)

    assert frozen is not None
    assert frozen.answers == before
    assert set(frozen.names.values()) == {"Joost"}
    assert (frozen.version, frozen.frozen_at) == (1, cast.now)


def test_reopening_starts_the_next_version_of_the_same_evaluation(cast: Cast) -> None:
    """The id stays, so that every button in a chat keeps working; so do all answers."""
    with cast.plays("Samira") as samira:
        samira.writes("a")
        first = samira.evaluation
        reopened = samira.evaluations.reopen(samira.evaluations.close(first, cast.now), cast.now)

        assert (reopened.id, reopened.version, reopened.is_open) == (first.id, 2, True)
        assert reopened.closed_at is None
        assert samira.evaluations.current() == reopened
        assert samira.writes("b").id == 2
        assert samira.evaluations.frozen(reopened, 2) is None


def test_closing_or_reopening_twice_is_once(cast: Cast) -> None:
    """A double tap must not freeze twice."""
    with cast.plays("Samira") as samira:
        store, open_one = samira.evaluations, samira.evaluation
        closed = store.close(open_one, cast.now)
        assert store.close(open_one, cast.now) == closed

        reopened = store.reopen(closed, cast.now)
        assert store.reopen(closed, cast.now) == reopened


@pytest.mark.parametrize("name", ["Joost", "Rik", "Noor", "Eva"])
def test_nobody_else_closes(cast: Cast, name: str) -> None:
    """Closing is the coordinator's decision."""
    with cast.plays("Samira") as samira:
        evaluation = samira.evaluation
    with cast.plays(name) as other, pytest.raises(NotAllowed):
        other.evaluations.close(evaluation, cast.now)


def test_a_colleague_who_became_coordinator_may_close(cast: Cast) -> None:
    """Handing over hands over everything."""
    with cast.plays("Samira") as samira:
        colleague = next(c for c in samira.people.colleagues() if c.name == "Joost")
        samira.people.hand_over(colleague.membership, cast.now)
    with cast.plays("Joost") as joost:
        assert joost.actor.role is Role.COORDINATOR
        assert not joost.evaluations.close(joost.evaluation, cast.now).is_open
