"""Two processes at once on PostgreSQL: real connections, real threads, one outcome."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from domain.roles import Role
from domain.self_evaluation import ContributionKind, Purpose
from domain.verdicts import Verdict
from storage.interfaces import ChangedMeanwhile, EvaluationClosed, InvitationUnusable, LastCoordinator, Refusal
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from storage.sql.example import seed_example
from storage.sql.vault import Keyring
from storage.sql.work import SqlWork
from tests.conftest import MovableClock
from tests.storage.cast import CHATS, FRAMEWORK, V1, Cast
from tests.storage.test_people import EXAMPLE

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

Turn = Callable[[SqlWork], object]


@pytest.fixture
def other(database_url: str, keyring: Keyring, make_database: Callable[[str, Keyring], Database]) -> Database:
    """The same database, as a second process has it."""
    return make_database(database_url, Keyring(list(keyring.masters.values())))


def race(cast: Cast, other: Database, *turns: Turn) -> list[object]:
    """Run turns at the same moment, half of them on each process; return what came of each."""
    start = Barrier(len(turns))

    def run(number: int) -> object:
        database = (cast.database, other)[number % 2]
        start.wait()
        try:
            with database.begin() as work:
                return turns[number](work)
        except Refusal as refused:
            return refused
        except sa.exc.IntegrityError as error:
            return error

    with ThreadPoolExecutor(len(turns)) as threads:
        return list(threads.map(run, range(len(turns))))


def test_of_two_with_the_same_link_one_becomes_a_member(cast: Cast, other: Database) -> None:
    """A conditional UPDATE decides; the other is told that it was used."""
    for _ in range(10):
        with cast.plays("Samira") as samira:
            _, token = samira.people.invite(Role.READER, cast.now)

        outcomes = race(
            cast, other,
            lambda work, token=token: cast.people(work, "Noor").accept(token, cast.now),
            lambda work, token=token: cast.people(work, "Mo").accept(token, cast.now),
        )  # fmt: skip

        assert sum(isinstance(outcome, InvitationUnusable) for outcome in outcomes) == 1
        with cast.plays("Samira") as samira:
            readers = [c for c in samira.people.colleagues() if c.name in ("Noor", "Mo")]
            assert len(readers) == 1
            samira.people.remove(readers[0].membership, cast.now)


def test_receipts_have_no_doubles_and_no_gaps(cast: Cast, other: Database) -> None:
    """The number is counted up in the evaluation's own row."""

    def write(name: str, message: int) -> Turn:
        def turn(work: SqlWork) -> int:
            store = cast.evaluations(work, name)
            evaluation = store.current()
            assert evaluation is not None
            return store.contribute(
                evaluation, V1, ContributionKind.TEXT, Purpose.EXPLANATION, name, cast.now, message_id=message
            ).id

        return turn

    receipts: list[object] = []
    for message in range(8):
        receipts += race(cast, other, *(write(name, message) for name in ("Samira", "Joost", "Priya")))

    assert sorted(receipts) == list(range(1, 25))  # type: ignore[type-var]
    with cast.plays("Samira") as samira:
        assert len(samira.evaluations.answer(samira.evaluation, V1).contributions) == 24
        assert samira.evaluations.states(samira.evaluation)[V1].contributions == 24


def test_the_same_message_in_two_processes_is_stored_once(cast: Cast, other: Database) -> None:
    """A lane belongs to one process at a time; should that ever fail, nothing is doubled."""

    def write(work: SqlWork) -> object:
        store = cast.evaluations(work, "Joost")
        evaluation = store.current()
        assert evaluation is not None
        return store.contribute(
            evaluation, V1, ContributionKind.TEXT, Purpose.EXPLANATION, "Eens", cast.now, message_id=5
        )

    first, second = race(cast, other, write, write)

    assert first == second
    with cast.plays("Joost") as joost:
        assert joost.writes("Volgende", message=6).id == 2


@pytest.mark.parametrize("is_group", [False, True])
def test_of_two_verdicts_at_once_the_second_is_a_conflict(cast: Cast, other: Database, is_group: bool) -> None:
    """Also on a norm that has no row yet, so that there is nothing to lock; and when a group read that beforehand."""

    def judge(name: str, verdict: Verdict, norm: str) -> Turn:
        def turn(work: SqlWork) -> object:
            if is_group:
                work.read_ahead([cast.actor(work, name)])
            store = cast.evaluations(work, name)
            evaluation = store.current()
            assert evaluation is not None
            return store.record_verdict(evaluation, norm, verdict, seen=0, at=cast.now)  # type: ignore[arg-type]

        return turn

    for number in range(1, 12):
        norm = f"D{number}"
        outcomes = race(
            cast, other, judge("Joost", Verdict.MET, norm), judge("Priya", Verdict.NOT_MET, norm)
        )  # fmt: skip

        # What a group gathers is refused as a whole; the dispatcher then takes its turns one by one.
        refused = sa.exc.IntegrityError if is_group else ChangedMeanwhile
        assert sum(isinstance(outcome, refused | ChangedMeanwhile) for outcome in outcomes) == 1
    with cast.database.begin() as work:
        versions = sa.select(sa.func.count(), sa.func.max(t.answer_version.c.version)).select_from(t.answer_version)
        assert tuple(work.execute(versions).one()) == (11, 1)


def test_nothing_is_written_in_an_evaluation_that_closes_at_that_moment(cast: Cast, other: Database) -> None:
    """The frozen version holds everything that was accepted, and nothing was accepted after it."""

    def write(work: SqlWork) -> object:
        store = cast.evaluations(work, "Joost")
        evaluation = store.current()
        assert evaluation is not None
        store.record_verdict(evaluation, V1, Verdict.PARTIAL, seen=None, at=cast.now)
        return store.record_verdict(evaluation, V1, Verdict.MET, seen=None, at=cast.now)

    def close(work: SqlWork) -> object:
        store = cast.evaluations(work, "Samira")
        evaluation = store.current()
        assert evaluation is not None
        return store.close(evaluation, cast.now)

    for _ in range(8):
        written, _ = race(cast, other, write, close)
        with cast.plays("Samira") as samira:
            frozen = samira.evaluations.frozen(samira.evaluation, samira.evaluation.version)
            assert frozen is not None
            assert frozen.answers == samira.evaluations.answers(samira.evaluation)
            assert isinstance(written, EvaluationClosed) or frozen.answers[V1] == written
            samira.evaluations.reopen(samira.evaluation, cast.now)


def test_two_coordinators_cannot_both_leave(cast: Cast, other: Database) -> None:
    """Somebody has to be able to invite."""
    with cast.plays("Samira") as samira:
        joost = next(c for c in samira.people.colleagues() if c.name == "Joost")
        samira.people.hand_over(joost.membership, cast.now)

    outcomes = race(
        cast, other,
        lambda work: cast.people(work, "Samira").leave(cast.now),
        lambda work: cast.people(work, "Joost").leave(cast.now),
    )  # fmt: skip

    assert sum(isinstance(outcome, LastCoordinator) for outcome in outcomes) == 1


def test_two_processes_that_meet_the_same_people_make_them_once(
    cast: Cast, other: Database, clock: MovableClock
) -> None:
    """Each with its own group of chats, in another order."""
    names = {chat: f"Nieuw {chat}" for chat in range(100, 140)}

    met = race(
        cast, other,
        lambda work: ensure_persons(work, names, clock.now),
        lambda work: ensure_persons(work, dict(reversed(names.items())), clock.now),
    )  # fmt: skip

    assert met[0] == met[1]


def test_two_replicas_that_start_together_make_one_example(cast: Cast, other: Database) -> None:
    """And one evaluation in it."""
    first, second = race(
        cast, other,
        lambda work: seed_example(work, lambda: (FRAMEWORK, EXAMPLE), cast.now),
        lambda work: seed_example(work, lambda: (FRAMEWORK, EXAMPLE), cast.now),
    )  # fmt: skip

    assert first == second


def test_two_coordinators_who_start_at_once_start_one_evaluation(cast: Cast, other: Database) -> None:
    """The organisation's row lets them in one by one."""
    with cast.database.begin() as work:
        cast.people(work, "Noor").create_organisation("Nieuw", None, cast.now)

    def start(work: SqlWork) -> object:
        return work.evaluations(work.actor(CHATS["Noor"])).start(FRAMEWORK, cast.now)

    first, second = race(cast, other, start, start)

    assert first == second
