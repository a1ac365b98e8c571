"""How many statements the hot calls take, because statements are what a turn costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from domain.verdicts import Verdict
from tests.storage.cast import V1, V2, Cast, Part


@contextmanager
def counted(part: Part, most: int) -> Iterator[None]:
    """Let a block take at most so many statements."""
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    part.work.flush()
    sa.event.listen(part.work.connection, "before_cursor_execute", note)
    yield
    sa.event.remove(part.work.connection, "before_cursor_execute", note)
    assert len(statements) <= most, "\n".join(statements)


def test_a_verdict_takes_one_read_and_two_writes(cast: Cast) -> None:
    """Version and audit trail are gathered, so a group of turns adds one statement per table for them."""
    with cast.plays("Joost") as joost:
        store, evaluation = joost.evaluations, joost.evaluation
        with counted(joost, 3):
            store.record_verdict(evaluation, V1, Verdict.MET, seen=0, at=cast.now)
        with counted(joost, 3):
            store.record_verdict(evaluation, V1, Verdict.PARTIAL, seen=1, at=cast.now)
        with counted(joost, 1):
            store.record_verdict(evaluation, V1, Verdict.PARTIAL, seen=2, at=cast.now)
        store.record_verdict(evaluation, V2, Verdict.MET, seen=0, at=cast.now)
        with counted(joost, 2):
            joost.work.flush()


def test_an_overview_takes_one_statement(cast: Cast) -> None:
    """However many norms were answered; and `current` is asked once."""
    with cast.plays("Joost") as joost:
        for norm in joost.evaluations.framework(joost.evaluation).norms:
            joost.evaluations.record_verdict(joost.evaluation, norm.id, Verdict.MET, seen=0, at=cast.now)
    with cast.plays("Joost") as joost:
        with counted(joost, 1):
            evaluation = joost.evaluations.current()
        assert evaluation is not None
        with counted(joost, 1):
            assert len(joost.evaluations.states(evaluation)) == 49
            joost.evaluations.current()
            joost.evaluations.get(evaluation.id)


def test_a_norm_takes_two_statements_and_one_without_contributions(cast: Cast) -> None:
    """Contributions are asked for when the answer says that there are any."""
    with cast.plays("Joost") as joost:
        evaluation = joost.evaluation
        with counted(joost, 1):
            joost.evaluations.answer(evaluation, V1)
        for text in ("a", "b", "c"):
            joost.writes(text)
        with counted(joost, 2):
            assert len(joost.evaluations.answer(evaluation, V1).contributions) == 3


def test_a_contribution_takes_four_statements(cast: Cast) -> None:
    """Its number, its row, the counter of the norm, and what can be undone."""
    with cast.plays("Joost") as joost:
        joost.evaluations.current()
        with counted(joost, 4):
            joost.writes("a")


def test_lists_take_as_many_statements_for_many_as_for_few(cast: Cast) -> None:
    """No query per row."""
    with cast.plays("Samira") as samira:
        evaluation = samira.evaluation
        for name in ("Joost", "Priya"):
            person = cast.actor(samira.work, name).person
            samira.evaluations.assign(evaluation, [V1, V2], person, cast.now)
            samira.writes("a")
        with counted(samira, 3):
            samira.people.colleagues(evaluation)
        with counted(samira, 1):
            samira.people.names()
        with counted(samira, 2):
            samira.evaluations.answers(evaluation)
        with counted(samira, 1):
            samira.evaluations.undoable(evaluation)
        with counted(samira, 1):
            samira.evaluations.assignments(evaluation)
