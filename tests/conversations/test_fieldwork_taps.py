"""The declarations of the field work as a whole: buttons fit, all are answered, and turns cost the same for ever."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from conversations import fieldwork_taps
from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import InterviewTap, NormOfAuditTap, NoteTap
from conversations.field_desk import At, FieldAlbum, FieldMemory, Move
from conversations.fieldwork import FIELDWORK
from conversations.fieldwork_taps import Put, TrayTap
from conversations.kit import MAX_TAP_BYTES, Conversations, OnMedia, OnTap, OnText, Tap
from domain.audit import AuditId, FindingKind, Tone
from domain.framework import Framework
from storage.content import load_frameworks
from storage.fieldwork_interfaces import NewFinding
from tests.conversations.audit_stage import TOM, current
from tests.conversations.field_stage import D9, V5, FieldStage, interviewing, stage, tom
from tests.scenes.stage import StageChat

__all__ = ["stage", "tom"]

KINDS = [
    kind
    for kind in vars(fieldwork_taps).values()
    if isinstance(kind, type) and issubclass(kind, Tap) and kind is not Tap
]
FRAMEWORKS = list(load_frameworks().values())
LARGE = 10**12  # more audits, receipts and messages than there will ever be


def longest(kind: type[Tap], norm: str, framework: Framework) -> Tap:
    """Return a tap of a kind with the longest value in every field."""
    values: dict[str, object] = {
        "norm": norm, "typed": norm, "kind": max(FindingKind, key=len), "tone": max(Tone, key=len), "put": Put.ALSO,
        "rubric": max((r.id for r in framework.rubrics), key=len), "is_to_discuss": True, "is_on": True,
        "theirs": max((n.id for other in FRAMEWORKS for n in other.norms), key=len),
    }  # fmt: skip
    return kind(**{name: values.get(name, LARGE) for name in kind.__struct_fields__})  # type: ignore[arg-type]


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_tap_fits_a_button_and_comes_back_as_it_was(kind: type[Tap], framework: Framework) -> None:
    for norm in framework.norms:
        tap = longest(kind, norm.id, framework)

        assert len(tap.pack().encode()) <= MAX_TAP_BYTES
        assert Tap.unpack(tap.pack()) == tap


def test_every_kind_of_tap_is_answered() -> None:
    """A button in a chat stays tappable for ever, so every tap is an entry point."""
    answered = {rule.kind for rule in FIELDWORK.entry_points if isinstance(rule, OnTap)}

    assert {*KINDS, InterviewTap, NoteTap, NormOfAuditTap} <= answered


def test_every_state_takes_text_and_files() -> None:
    for state in At:
        assert {type(rule) for rule in FIELDWORK.states[state]} >= {OnText, OnMedia}


def test_all_conversations_go_together() -> None:
    assert FIELDWORK in Conversations(ALL_CONVERSATIONS).all


def test_what_is_remembered_belongs_to_one_audit() -> None:
    """After a switch to another audit nothing may be stored in an interview of the old one."""
    moves = (Move(5, At.ASKING, V5, 2, 0), Move(9, At.FINDING, None, 0, 7))
    memory = FieldMemory(AuditId(1), 2, V5, 1, (V5, D9), 7, moves=moves, album=FieldAlbum("a", V5, 2, (1, 2)))

    assert FieldMemory.of({"fieldwork": memory.as_data()}, AuditId(1)) == memory
    assert FieldMemory.of({"fieldwork": memory.as_data()}, AuditId(2)) == FieldMemory(AuditId(2))


# ------------------------------------------------------------------------------------- statements per turn


def test_turns_cost_as_many_statements_in_a_large_audit(stage: FieldStage, tom: StageChat) -> None:
    """An audit grows for two days; the last note may not take longer than the first."""
    interviewing(tom)
    costs(stage, tom)  # the first of each finds an empty list, and looks why
    small = costs(stage, tom)
    fill(stage, 500)

    assert costs(stage, tom) == small


def costs(stage: FieldStage, tom: StageChat) -> list[int]:
    """Return how many statements each of these turns takes."""
    return [
        statements(stage, lambda: tom.sends("Een bevinding in het gesprek")),
        statements(stage, lambda: tom.taps("Voorbeeld")),
        statements(stage, lambda: tom.taps("Volgende norm")),
        statements(stage, lambda: tom.taps_old(NormOfAuditTap(V5))),
        statements(stage, lambda: tom.sends("Nog een bij deze norm")),
        statements(stage, lambda: tom.sends("/menu")),
        statements(stage, lambda: tom.sends("vrijwilligers krijgen een cursus")),
        statements(stage, lambda: tom.taps_old(TrayTap(0))),
        statements(stage, lambda: tom.taps_old(InterviewTap())),
        statements(stage, lambda: tom.taps("Verder met 1")),
    ]


def statements(stage: FieldStage, act: Any) -> int:
    """Count the statements of a turn."""
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1

    sa.event.listen(stage.database.engine, "before_cursor_execute", counted)
    act()
    sa.event.remove(stage.database.engine, "before_cursor_execute", counted)
    return count


def fill(stage: FieldStage, number: int) -> None:
    """Let many findings be in the audit: at one norm, at several, in the in-tray."""
    audit = current(stage.tom).id
    with stage.database.begin() as work:
        store = work.fieldwork(work.actor(TOM))
        for place in range(number):
            norms = ((V5,), (V5, D9), ())[place % 3]
            store.record(audit, NewFinding(f"Bevinding {place}", norms=norms), stage.now)
