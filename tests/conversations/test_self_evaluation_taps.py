"""The declarations of the self-evaluation as a whole: buttons fit, screens lead back, states lead on."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from conversations import evaluation_taps
from conversations.evaluation_desk import At, Memory
from conversations.evaluation_taps import Ask, DocumentKind
from conversations.kit import MAX_LABEL, MAX_TAP_BYTES, Conversations, OnMedia, OnTap, OnText, Tap
from conversations.self_evaluation import SELF_EVALUATION
from conversations.taps import MenuTap, NormTap
from domain.framework import Framework
from domain.self_evaluation import EvaluationId
from domain.verdicts import Verdict
from storage.content import load_frameworks
from templates.evaluation_screens import Filter, Part
from templates.render import MAX_TEXT, visible_length
from tests.conversations.evaluation_stage import D9, EvaluationStage, samira, stage
from tests.scenes.stage import StageChat

__all__ = ["samira", "stage"]

KINDS = [
    kind
    for kind in vars(evaluation_taps).values()
    if isinstance(kind, type) and issubclass(kind, Tap) and kind is not Tap
]
FRAMEWORKS = list(load_frameworks().values())
LARGE = 10**12  # more evaluations, receipts and messages than there will ever be


def longest(kind: type[Tap], norm: str, framework: Framework) -> Tap:
    """Return a tap of a kind with the longest value in every field."""
    values: dict[str, object] = {
        "norm": norm, "typed": norm, "to": norm, "framework": framework.id, "verdict": Verdict.NOT_APPLICABLE,
        "part": max(Part, key=len), "ask": max(Ask, key=len), "kind": max(DocumentKind, key=len),
        "filter": max(Filter, key=len), "rubric": max((r.id for r in framework.rubrics), key=len), "month": "2026-12",
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
    answered = {rule.kind for rule in SELF_EVALUATION.entry_points if isinstance(rule, OnTap)}

    assert set(KINDS) <= answered


def test_every_state_takes_text_and_files() -> None:
    for state in At:
        rules = SELF_EVALUATION.states[state]

        assert {type(rule) for rule in rules} >= {OnText, OnMedia}


def test_the_conversation_can_be_declared() -> None:
    assert Conversations([SELF_EVALUATION]).all == (SELF_EVALUATION,)


def test_what_is_remembered_belongs_to_one_evaluation() -> None:
    """After a switch of role nothing may be stored at the norm of another organisation."""
    memory = Memory(EvaluationId(1), norm=D9)

    assert Memory.of({"self_evaluation": memory.as_data()}, EvaluationId(1)) == memory
    assert Memory.of({"self_evaluation": memory.as_data()}, EvaluationId(2)) == Memory(EvaluationId(2))


def test_what_another_version_remembered_can_be_read() -> None:
    """A deploy in the middle of a conversation must not make anybody's next message fail."""
    kept = Memory(EvaluationId(1), norm=D9).as_data() | {"of_a_later_version": 1}
    del kept["asked"]

    assert Memory.of({"self_evaluation": kept}, EvaluationId(1)) == Memory(EvaluationId(1), norm=D9)


def test_what_is_remembered_is_plain_and_holds_no_text(stage: EvaluationStage, samira: StageChat) -> None:
    """Texts of people belong in the tables of answers; a place is stored as JSON."""
    samira.taps_old(NormTap(D9))
    samira.taps("Deels")
    for text in ("geheim een", "geheim twee", "geheim drie"):
        samira.sends(text)
    samira.sends_media(album="geheel")

    stored = json.dumps(samira.place.data)

    assert "geheim" not in stored
    assert Memory.of(json.loads(stored), EvaluationId(1)) == Memory.of(samira.place.data, EvaluationId(1))


def buttons_within(chat: StageChat) -> Iterator[Tap]:
    """Yield the taps of a screen that stay within the self-evaluation."""
    answered = {rule.kind for rule in SELF_EVALUATION.entry_points if isinstance(rule, OnTap)}
    for button in chat.keyboard.buttons:
        if button.tap is not None and type(button.tap) in answered:
            yield button.tap


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_every_screen_that_can_be_reached_fits_a_phone(stage: EvaluationStage, samira: StageChat) -> None:
    """Walk over every button from a norm full of long texts: labels, lengths and ways back hold everywhere."""
    samira.taps_old(NormTap(D9))
    for _ in range(3):
        samira.sends("Hélemaal <uitgeschreven> & lang " * 128)
    samira.sends_media(caption="x" * 1024, name="y" * 200)
    seen: set[tuple[type[Tap], str | None]] = set()
    waiting: list[Tap] = [NormTap(D9)]

    while waiting:
        tap = waiting.pop()
        kind = (type(tap), str(getattr(tap, "ask", getattr(tap, "verdict", ""))))
        if kind in seen or getattr(tap, "norm", D9) != D9:
            continue
        seen.add(kind)
        samira.taps_old(tap)
        check(samira)
        waiting += list(buttons_within(samira))

    assert len({kind for kind, _ in seen}) >= 20


def check(chat: StageChat) -> None:
    """The screen fits a message, its labels fit a row, and its last row leads back."""
    assert visible_length(chat.text) <= MAX_TEXT, chat.screen
    assert all(len(button.label) <= MAX_LABEL for button in chat.keyboard.buttons), chat.labels
    assert chat.keyboard.rows[-1][-1].tap == MenuTap(), chat.screen
    for line in chat.text.split("\n"):
        assert line.count("<b>") == line.count("</b>")


def test_every_norm_can_be_opened_and_every_label_fits(stage: EvaluationStage, samira: StageChat) -> None:
    for norm in stage.framework.norms:
        samira.taps_old(NormTap(norm.id))
        check(samira)
