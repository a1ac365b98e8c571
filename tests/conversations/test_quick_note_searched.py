"""A framework that nothing was learnt for: the words of its norms are searched."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from domain.framework import FrameworkId
from domain.suggest import Suggester
from templates.fieldwork_screens import ProposeNorms
from tests.conversations.field_stage import FieldStage, ada, shown, stage, tom
from tests.scenes.stage import StageChat

__all__ = ["ada", "stage", "tom"]


@pytest.fixture
def suggesters() -> Mapping[FrameworkId, Suggester]:
    return {}


def test_without_a_model_the_norms_are_searched(stage: FieldStage, tom: StageChat) -> None:
    tom.sends("vrijwilligersbeleid")

    first = shown(tom, ProposeNorms).proposals[0]
    assert (first.norm.id, first.words) == ("O11", ("vrijwilligersbeleid",))
