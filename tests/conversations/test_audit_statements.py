"""How many statements a turn of an audit takes: as many with three hundred findings as with ten."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import CoverageTap, JudgeTap, NormOfAuditTap, NoteTap
from conversations.fieldwork_taps import FindingTap, GoOnTap
from conversations.judging_taps import ConsensusNormTap, ConsensusTap, NormCoverageTap, VerdictNormTap, VerdictTap
from conversations.kit import Conversations
from conversations.taps import MenuTap
from domain.audit import FindingId
from domain.verdicts import Verdict
from storage.fieldwork_interfaces import NewFinding
from storage.sql.database import Database
from tests.conversations.audit_stage import ADA, current
from tests.conversations.field_stage import V1, V5, FieldStage, interviewing

FEW, MANY = 10, 300


@pytest.fixture
def stage(database: Database) -> FieldStage:
    made = FieldStage(database)
    made.conversations = Conversations(ALL_CONVERSATIONS)
    interviewing(made.tom)
    return made


def finds(stage: FieldStage, number: int) -> None:
    """Let Ada find things at every norm in turn, and leave every tenth in the in-tray."""
    with stage.database.begin() as work:
        actor = work.actor(ADA)
        audit = work.audits(actor).current()
        assert audit is not None
        norms = work.audits(actor).framework(audit.audit).norms
        talk = work.fieldwork(actor).interviews(audit.id)[0]
        for place in range(number):
            at = () if place % 10 == 9 else (norms[place % len(norms)].id,)
            work.fieldwork(actor).record(
                audit.id, NewFinding("Zag het teamplan", norms=at, interview=talk if V1 in at else None), stage.now
            )


def turns_of(stage: FieldStage) -> dict[str, Callable[[], object]]:
    """Return the turns that an auditor takes all day."""
    tom, audit = stage.tom, current(stage.tom).id
    return {
        "menu": lambda: tom.taps_old(MenuTap()),
        "coverage": lambda: tom.taps_old(CoverageTap()),
        "coverage of a norm": lambda: tom.taps_old(NormCoverageTap(V1)),
        "verdicts": lambda: tom.taps_old(JudgeTap()),
        "verdict on a norm": lambda: tom.taps_old(VerdictNormTap(V1)),
        "giving a verdict": lambda: tom.taps_old(VerdictTap(audit, V1, Verdict.MET)),
        "consensus": lambda: tom.taps_old(ConsensusTap()),
        "consensus on a norm": lambda: tom.taps_old(ConsensusNormTap(V1)),
        "notes": lambda: tom.taps_old(NoteTap()),
        "a quick note": lambda: tom.sends("Teams delen geleerde lessen in het kenniscafé"),
        "the findings at a norm": lambda: tom.taps_old(NormOfAuditTap(V5)),
        "a finding": lambda: tom.taps_old(FindingTap(FindingId(1))),
        "into an interview": lambda: tom.taps_old(GoOnTap(audit, 1)),
        "a finding in an interview": lambda: tom.sends("Vertelt over het teamplan"),
    }


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_statements_per_turn_stay_the_same_as_the_audit_grows(stage: FieldStage) -> None:
    """Else an audit gets slower by the day, and nobody notices in a test with three findings."""
    counted: list[str] = []
    sa.event.listen(stage.database.engine, "before_cursor_execute", lambda *event: counted.append(event[2]))

    def count() -> dict[str, int]:
        found = {}
        for name, turn in turns_of(stage).items():
            counted.clear()
            turn()
            found[name] = len(counted)
        return found

    finds(stage, FEW)
    count()  # the first time also opens keys
    few = count()
    finds(stage, MANY - FEW)

    assert count() == few
    assert {name: number for name, number in few.items() if number > 24} == {}
