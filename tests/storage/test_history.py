"""Whatever people do in whatever order: the answer, its versions and what can be undone agree.

The model is the plain meaning of the words, kept beside the database.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.framework import NormId
from domain.self_evaluation import ContributionId
from domain.verdicts import JUDGED_VERDICTS, Verdict
from storage.interfaces import ChangedMeanwhile, NotAllowed
from storage.sql import tables as t
from storage.sql.database import Database, create_engine
from storage.sql.vault import Keyring, MasterKey
from tests.storage.cast import V1, V2, Cast

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = st.sampled_from(["Samira", "Joost"])
NORMS = st.sampled_from([V1, V2])


class Norm:
    """What the model knows of one norm."""

    def __init__(self) -> None:
        self.history: list[tuple[Verdict, str | None]] = [(Verdict.NOT_ASSESSED, None)]
        self.judged: tuple[int, str] = (0, "")

    @property
    def now(self) -> tuple[Verdict, str | None]:
        return self.history[-1]

    def write(self, who: str, verdict: Verdict, reason: str | None) -> bool:
        """Make the next version; False when nothing changes."""
        if (verdict, reason) == self.now:
            return False
        if verdict is not self.now[0]:
            self.judged = (len(self.history), who)
        self.history.append((verdict, reason))
        return True


class History(RuleBasedStateMachine):
    """Two colleagues judge, explain, hand in, take back and undo."""

    template: ClassVar[Path]
    frameworks: ClassVar[object]

    @initialize()
    def begin(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        path = Path(self.directory.name) / "handvat.db"
        shutil.copy(self.template, path)
        keyring = Keyring([MasterKey(bytes(32))])
        self.database = Database(create_engine(f"sqlite:///{path}"), keyring, self.frameworks, lambda: NOW)  # type: ignore[arg-type]
        self.cast = Cast(self.database, lambda: NOW)
        self.cast.assemble()
        self.norms: dict[NormId, Norm] = {V1: Norm(), V2: Norm()}
        self.items: dict[int, list[object]] = {}  # receipt -> [author, norm, is there]
        self.last: dict[str, tuple[object, ...] | None] = {}

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.directory.cleanup()

    @rule(who=PEOPLE, norm=NORMS, verdict=st.sampled_from(JUDGED_VERDICTS), seen=st.sampled_from([None, 0, 1, 99]))
    def judge(self, who: str, norm: NormId, verdict: Verdict, seen: int | None) -> None:
        model = self.norms[norm]
        version, judge = model.judged
        is_conflict = seen is not None and version > seen and judge != who and verdict is not model.now[0]
        with self.cast.plays(who) as person:
            refusal = pytest.raises(ChangedMeanwhile) if is_conflict else nullcontext()
            with refusal:
                person.evaluations.record_verdict(person.evaluation, norm, verdict, seen=seen, at=NOW)
        if not is_conflict and model.write(who, verdict, model.now[1]):
            self.last[who] = ("verdict", norm, len(model.history) - 1)

    @rule(who=PEOPLE, norm=NORMS, reason=st.sampled_from(["Niet hier", "Anders"]))
    def explain(self, who: str, norm: NormId, reason: str) -> None:
        with self.cast.plays(who) as person:
            person.evaluations.record_reason(person.evaluation, norm, reason, NOW)
        if self.norms[norm].write(who, Verdict.NOT_APPLICABLE, reason):
            self.last[who] = ("reason", norm, len(self.norms[norm].history) - 1)

    @rule(who=PEOPLE, norm=NORMS)
    def hand_in(self, who: str, norm: NormId) -> None:
        with self.cast.plays(who) as person:
            receipt = person.writes("tekst", norm).id
        assert receipt == len(self.items) + 1
        self.items[receipt] = [who, norm, True]
        self.last[who] = ("contribution", receipt)

    @rule(who=PEOPLE, receipt=st.integers(1, 6))
    def take_back(self, who: str, receipt: int) -> None:
        item = self.items.get(receipt)
        may = item is not None and (item[0] == who or who == "Samira")
        with self.cast.plays(who) as person, nullcontext() if may else pytest.raises(NotAllowed):
            person.evaluations.withdraw(person.evaluation, ContributionId(receipt), NOW)
        if item is not None and may:
            item[2] = False

    @rule(who=PEOPLE)
    def undo(self, who: str) -> None:
        expected = self._undoable(who)
        with self.cast.plays(who) as person:
            undone = person.evaluations.undo(person.evaluation, NOW)
        assert (undone is not None) == (expected is not None)
        if expected is None:
            return
        if expected[0] == "contribution":
            self.items[expected[1]][2] = False  # type: ignore[index]
        else:
            model = self.norms[expected[1]]  # type: ignore[index]
            model.write(who, *model.history[-2])
        self.last[who] = None

    def _undoable(self, who: str) -> tuple[object, ...] | None:
        write = self.last.get(who)
        if write is None:
            return None
        if write[0] == "contribution":
            return write if self.items[write[1]][2] else None  # type: ignore[index]
        return write if len(self.norms[write[1]].history) - 1 == write[2] else None  # type: ignore[index]

    @invariant()
    def the_database_agrees(self) -> None:
        if not hasattr(self, "norms"):
            return
        with self.cast.plays("Samira") as samira:
            answers = samira.evaluations.answers(samira.evaluation)
            states = samira.evaluations.states(samira.evaluation)
            for norm, model in self.norms.items():
                there = [r for r, (_, at, is_there) in self.items.items() if at == norm and is_there]
                answer = answers.get(norm)
                found = (answer.verdict, answer.reason) if answer else (Verdict.NOT_ASSESSED, None)
                assert found == model.now
                assert [item.id for item in answer.contributions] == there if answer else not there
                if norm in states:
                    assert (states[norm].version, states[norm].contributions) == (len(model.history) - 1, len(there))
            for who in ("Samira", "Joost"):
                store = self.cast.evaluations(samira.work, who)
                assert (store.undoable(samira.evaluation) is None) == (self._undoable(who) is None)
            versions = sa.select(sa.func.count()).select_from(t.answer_version)
            assert samira.work.execute(versions).scalar() == sum(len(n.history) - 1 for n in self.norms.values())


@pytest.fixture(scope="module")
def machine(_sqlite_template: Path, frameworks: object) -> type[History]:
    History.template, History.frameworks = _sqlite_template, frameworks
    return History


def test_answers_versions_and_undo_agree_in_any_order(machine: type[History]) -> None:
    """Undo is where storage and people's expectations part first."""
    quick = settings(
        max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    machine.TestCase.settings = quick
    machine.TestCase().runTest()
