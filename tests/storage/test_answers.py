"""Verdicts, reasons and improvement actions: what is kept, what is a conflict and what can be undone."""

from __future__ import annotations

from datetime import date

import pytest

from domain.framework import NormId
from domain.self_evaluation import Answer, ImprovementAction
from domain.verdicts import Verdict
from storage.interfaces import ChangedMeanwhile, NormState, NotAllowed, Writing
from tests.storage.cast import D9, V1, V2, Cast

MET, PARTIAL, NOT_MET = Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET


def judge(cast: Cast, name: str, verdict: Verdict, seen: int | None, norm: NormId = V1) -> Answer:
    """Let somebody record a verdict."""
    with cast.plays(name) as person:
        return person.evaluations.record_verdict(person.evaluation, norm, verdict, seen=seen, at=cast.now)


def answer(cast: Cast, norm: NormId = V1) -> Answer:
    """Return an answer as the coordinator sees it."""
    with cast.plays("Samira") as samira:
        return samira.evaluations.answer(samira.evaluation, norm)


def undo(cast: Cast, name: str) -> Writing | None:
    """Let somebody undo their last write."""
    with cast.plays(name) as person:
        return person.evaluations.undo(person.evaluation, cast.now)


# ---------------------------------------------------------------------------------------------- recording


def test_a_verdict_is_kept_with_who_and_when(cast: Cast) -> None:
    """The answer that comes back is what a screen shows next."""
    recorded = judge(cast, "Joost", MET, seen=0)

    assert recorded == answer(cast)
    assert (recorded.verdict, recorded.version, recorded.updated_at) == (MET, 1, cast.now)
    with cast.plays("Samira") as samira:
        assert samira.people.names()[recorded.updated_by] == "Joost"  # type: ignore[index]


def test_nothing_stored_is_an_empty_answer(cast: Cast) -> None:
    """A norm that nobody touched has version 0."""
    assert answer(cast, D9) == Answer(D9)


def test_the_same_verdict_again_changes_nothing(cast: Cast) -> None:
    """A double tap is one write, so that one undo takes it back."""
    judge(cast, "Joost", MET, seen=0)

    assert judge(cast, "Joost", MET, seen=0).version == 1
    assert judge(cast, "Samira", MET, seen=0).version == 1


def test_the_reason_makes_a_norm_not_applicable(cast: Cast) -> None:
    """Whoever types why, means that it does not apply."""
    with cast.plays("Joost") as joost:
        joost.evaluations.record_reason(joost.evaluation, V1, "Geen vrijwilligers.", cast.now)

    kept = answer(cast)
    assert (kept.verdict, kept.reason) == (Verdict.NOT_APPLICABLE, "Geen vrijwilligers.")


def test_the_reason_survives_another_verdict(cast: Cast) -> None:
    """Nothing that was typed gets lost by a tap; going back shows it again."""
    with cast.plays("Joost") as joost:
        joost.evaluations.record_reason(joost.evaluation, V1, "Geen vrijwilligers.", cast.now)

    judge(cast, "Joost", MET, seen=None)

    assert judge(cast, "Joost", Verdict.NOT_APPLICABLE, seen=None).reason == "Geen vrijwilligers."


def test_an_improvement_action_is_given_part_by_part(cast: Cast) -> None:
    """The questions come one by one, and each may be skipped."""
    with cast.plays("Joost") as joost:
        store, evaluation = joost.evaluations, joost.evaluation
        store.record_improvement(evaluation, V1, cast.now, what="Intervisie")
        store.record_improvement(evaluation, V1, cast.now, due_on=date(2027, 3, 1))
        store.record_improvement(evaluation, V1, cast.now, who="Priya")

    kept = answer(cast)
    assert kept.improvement == ImprovementAction("Intervisie", "Priya", date(2027, 3, 1))
    assert kept.verdict is Verdict.NOT_ASSESSED
    assert kept.version == 3


def test_an_empty_text_clears_a_part_of_the_improvement(cast: Cast) -> None:
    """None leaves it, so there has to be another way to clear it."""
    with cast.plays("Joost") as joost:
        joost.evaluations.record_improvement(joost.evaluation, V1, cast.now, what="Intervisie")
        assert joost.evaluations.record_improvement(joost.evaluation, V1, cast.now, what="").improvement is None


def test_a_norm_that_the_framework_lacks_is_refused(cast: Cast) -> None:
    """A tap carries what it likes."""
    with pytest.raises(NotAllowed):
        judge(cast, "Joost", MET, seen=0, norm=NormId("X1"))


def test_texts_are_kept_up_to_the_longest_message(cast: Cast) -> None:
    """Telegram lets nobody type more than 4096 characters; others might send more."""
    with cast.plays("Joost") as joost:
        kept = joost.evaluations.record_reason(joost.evaluation, V1, "é" * 5000, cast.now)

    assert kept.reason == "é" * 4096


def test_states_say_what_a_grid_needs(cast: Cast) -> None:
    """Norms without anything are left out."""
    judge(cast, "Joost", MET, seen=0)
    with cast.plays("Joost") as joost:
        joost.writes("Zie het teamplan.", norm=V2)

        states = joost.evaluations.states(joost.evaluation)

    assert states == {V1: NormState(MET, 1, 0), V2: NormState(Verdict.NOT_ASSESSED, 0, 1)}


def test_all_answers_come_with_their_contributions(cast: Cast) -> None:
    """Documents are made from one look at everything."""
    judge(cast, "Joost", MET, seen=0)
    with cast.plays("Joost") as joost:
        joost.writes("Eerste", norm=V1)
        joost.writes("Tweede", norm=V1)
        joost.writes("Los", norm=V2)

        answers = joost.evaluations.answers(joost.evaluation)

        assert answers == {norm: joost.evaluations.answer(joost.evaluation, norm) for norm in (V1, V2)}
    assert [item.text for item in answers[V1].contributions] == ["Eerste", "Tweede"]


# ---------------------------------------------------------------------------------------------- conflicts


def test_somebody_elses_new_verdict_is_a_conflict(cast: Cast) -> None:
    """The second is shown what the first wrote, and chooses."""
    judge(cast, "Joost", MET, seen=0)

    with pytest.raises(ChangedMeanwhile) as refused:
        judge(cast, "Priya", NOT_MET, seen=0)

    assert refused.value.answer == answer(cast)
    assert answer(cast).verdict is MET


def test_choosing_on_purpose_overrides(cast: Cast) -> None:
    """After the choice there is no version to compare with."""
    judge(cast, "Joost", MET, seen=0)

    assert judge(cast, "Priya", NOT_MET, seen=None).verdict is NOT_MET


def test_who_saw_the_verdict_may_change_it(cast: Cast) -> None:
    """That is no conflict but a discussion."""
    judge(cast, "Joost", MET, seen=0)

    assert judge(cast, "Priya", NOT_MET, seen=1).version == 2


def test_your_own_old_screen_is_no_conflict(cast: Cast) -> None:
    """Changing your mind is not an error, whichever screen you tap."""
    judge(cast, "Joost", MET, seen=0)
    judge(cast, "Joost", PARTIAL, seen=1)

    assert judge(cast, "Joost", NOT_MET, seen=0).version == 3


def test_a_text_of_somebody_else_makes_no_verdict_stale(cast: Cast) -> None:
    """Only the verdict is compared: colleagues type while others tap."""
    judge(cast, "Priya", MET, seen=0)
    with cast.plays("Joost") as joost:
        joost.writes("Kijk maar.")
        joost.evaluations.record_improvement(joost.evaluation, V1, cast.now, what="Meer")

    assert judge(cast, "Samira", NOT_MET, seen=1).verdict is NOT_MET


# ------------------------------------------------------------------------------------------------ undoing


def test_undo_brings_the_former_answer_back_as_a_new_version(cast: Cast) -> None:
    """History is never rewritten."""
    judge(cast, "Joost", MET, seen=0)
    judge(cast, "Joost", NOT_MET, seen=1)

    assert undo(cast, "Joost") == Writing(V1, "verdict", None)

    assert (answer(cast).verdict, answer(cast).version) == (MET, 3)


def test_undo_of_the_first_write_leaves_an_open_norm(cast: Cast) -> None:
    """As if nobody had tapped."""
    judge(cast, "Joost", MET, seen=0)

    undo(cast, "Joost")

    assert (answer(cast).verdict, answer(cast).version) == (Verdict.NOT_ASSESSED, 2)


def test_nothing_is_undone_twice(cast: Cast) -> None:
    """After an undo there is nothing to undo until the next write."""
    judge(cast, "Joost", MET, seen=0)
    judge(cast, "Joost", PARTIAL, seen=1)
    undo(cast, "Joost")

    assert undo(cast, "Joost") is None
    assert answer(cast).verdict is MET

    judge(cast, "Joost", NOT_MET, seen=3)
    assert undo(cast, "Joost") is not None


def test_a_write_that_somebody_else_built_on_is_not_undone(cast: Cast) -> None:
    """Undoing would throw away the work of the other."""
    judge(cast, "Joost", MET, seen=0)
    judge(cast, "Priya", PARTIAL, seen=1)

    with cast.plays("Joost") as joost:
        assert joost.evaluations.undoable(joost.evaluation) is None
    assert undo(cast, "Joost") is None
    assert answer(cast).verdict is PARTIAL


def test_a_contribution_of_somebody_else_does_not_stop_an_undo(cast: Cast) -> None:
    """It is not part of the answer's own fields."""
    judge(cast, "Joost", MET, seen=0)
    with cast.plays("Priya") as priya:
        priya.writes("Ook gezien.")

    assert undo(cast, "Joost") == Writing(V1, "verdict", None)
    assert len(answer(cast).contributions) == 1


def test_undo_brings_reason_and_improvement_back(cast: Cast) -> None:
    """All fields of the answer belong to a version."""
    with cast.plays("Joost") as joost:
        store, evaluation = joost.evaluations, joost.evaluation
        store.record_improvement(evaluation, V1, cast.now, what="A", who="B", due_on=date(2027, 1, 1))
        store.record_reason(evaluation, V1, "Toch niet.", cast.now)

        assert store.undo(evaluation, cast.now) == Writing(V1, "reason", None)

        kept = store.answer(evaluation, V1)
    assert kept.improvement == ImprovementAction("A", "B", date(2027, 1, 1))
    assert (kept.reason, kept.verdict) == (None, Verdict.NOT_ASSESSED)


def test_everybody_undoes_only_their_own(cast: Cast) -> None:
    """The last write is one's own, on whatever norm."""
    judge(cast, "Joost", MET, seen=0, norm=V1)
    judge(cast, "Priya", MET, seen=0, norm=V2)

    assert undo(cast, "Joost") == Writing(V1, "verdict", None)
    assert answer(cast, V2).verdict is MET


def test_the_coordinator_sees_who_is_where(cast: Cast) -> None:
    """Where somebody wrote last, and when."""
    judge(cast, "Joost", MET, seen=0, norm=V2)

    with cast.plays("Samira") as samira:
        joost = cast.actor(samira.work, "Joost").person
        assert samira.evaluations.last_active(samira.evaluation) == {joost: (V2, cast.now)}
