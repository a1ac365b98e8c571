"""The example organisation: what a visitor walks through has to be complete, clean and convincing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from domain.framework import Framework, FrameworkId, NormId
from domain.privacy_guard import findings
from domain.roles import Role
from domain.self_evaluation import Answer, is_complete, missing_parts
from domain.verdicts import Verdict
from domain.weighing import Outcome, weigh
from storage.content import load_example
from storage.sql.database import Database
from storage.sql.example import seed_example
from templates.people_screens import ShowMenu
from tests.conversations.people_stage import WILLEM, people_stage
from tests.scenes.stage import Stage

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def stage(database: Database) -> Stage:
    """A stage on which the example is there, as in the running bot."""
    stage = people_stage(database)
    with stage.database.begin() as work:
        seed_example(work, load_example, stage.now)
    return stage


@pytest.fixture
def answers(stage: Stage) -> Mapping[NormId, Answer]:
    """All answers, as a visitor reaches them."""
    chat = stage.chat(WILLEM, "Willem")
    chat.sends("/start")
    chat.taps("Rondkijken")
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(chat.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        return evaluations.answers(evaluation)


@pytest.mark.usefixtures("answers")
def test_a_visitor_arrives_in_a_filled_organisation(stage: Stage) -> None:
    """Looking around is only worth it when there is something to see."""
    assert stage.chat(WILLEM, "Willem").screen == ShowMenu("Welzijn Rivierenland", Role.VISITOR, True, 49, 49)


def test_every_norm_is_answered_to_the_last_part(
    answers: Mapping[NormId, Answer], frameworks: Mapping[FrameworkId, Framework]
) -> None:
    """An example that skips a question teaches people to skip it."""
    framework = next(iter(frameworks.values()))

    assert answers.keys() == framework.norm_ids
    assert all(is_complete(answer) for answer in answers.values())
    assert [norm for norm, answer in answers.items() if missing_parts(answer)] == []


def test_norms_only_do_not_apply_where_that_is_plausible(
    answers: Mapping[NormId, Answer], frameworks: Mapping[FrameworkId, Framework]
) -> None:
    """A poor reason in the example would be copied."""
    framework = next(iter(frameworks.values()))
    inapplicable = [norm for norm, answer in answers.items() if answer.verdict is Verdict.NOT_APPLICABLE]

    assert sorted(inapplicable) == ["D11", "O20"]
    assert all(framework.norm(norm).not_applicable_hint for norm in inapplicable)


def test_the_example_passes_with_something_to_improve(
    answers: Mapping[NormId, Answer], frameworks: Mapping[FrameworkId, Framework]
) -> None:
    """Believable, and a plan to look at."""
    verdicts = {norm: answer.verdict for norm, answer in answers.items()}

    assert Counter(verdicts.values()) == {
        Verdict.MET: 40,
        Verdict.PARTIAL: 5,
        Verdict.NOT_MET: 2,
        Verdict.NOT_APPLICABLE: 2,
    }
    assert weigh(verdicts, next(iter(frameworks.values()))).outcome is Outcome.PLAN_REQUIRED


def test_the_example_holds_no_personal_data(answers: Mapping[NormId, Answer]) -> None:
    """It is the first thing people read, so it shows how to write without naming clients."""
    content: tuple[FrameworkId, Mapping[str, Any]] = load_example()
    people = {person["name"] for person in content[1]["people"]}

    for answer in content[1]["answers"].values():
        assert answer["by"] in people
        assert {part["author"] for part in answer.get("contributions", ())} <= people
    assert [item for answer in answers.values() for item in answer.contributions if findings(item.text)] == []
