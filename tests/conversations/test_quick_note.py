"""Where a quick note is proposed to belong (scene 9): by what was learnt, and by what this team placed."""

from __future__ import annotations

from domain.framework import NormId
from templates.fieldwork_screens import NormsThatFit, ProposeNorms, ShowTray
from tests.conversations.field_stage import FieldStage, ada, shown, stage, tom
from tests.scenes.stage import StageChat

__all__ = ["ada", "stage", "tom"]

V8, V13 = NormId("V8"), NormId("V13")


def proposed(chat: StageChat) -> list[NormId]:
    return [proposal.norm.id for proposal in shown(chat, ProposeNorms).proposals]


def test_three_norms_are_proposed_with_the_words_that_pointed_there(stage: FieldStage, tom: StageChat) -> None:
    tom.sends("Teams delen geleerde lessen in het kenniscafé, verslag gezien")

    assert proposed(tom)[0] == V13
    assert len(proposed(tom)) == 3
    assert "kenniscafé" in shown(tom, ProposeNorms).proposals[0].words
    assert stage.finding(1).is_in_tray


def test_a_note_that_belongs_nowhere_stays_in_the_tray(stage: FieldStage, tom: StageChat) -> None:
    """A proposal for "lunch" would only be in the way; it can still be placed by hand."""
    tom.sends("straks bellen over lunch")

    assert proposed(tom) == []
    assert stage.finding(1).is_in_tray
    tom.taps("Zoek norm")
    tom.sends("vrijwilligers")
    assert {"D10", "O11"} <= {norm.id for norm in shown(tom, NormsThatFit).norms}


def test_where_a_colleague_placed_a_note_counts_for_the_next_one(
    stage: FieldStage, tom: StageChat, ada: StageChat
) -> None:
    """Every organisation has words of its own; the team of this audit teaches them, and nobody else learns them."""
    tom.sends("groene boekje gezien bij de balie")
    assert proposed(tom)[0] != V8
    ada.sends("groene boekje ligt in elk buurthuis")
    ada.taps("Zoek norm")
    ada.sends("V8")
    ada.taps(next(label for label in ada.labels if label.startswith("V8")))
    assert stage.finding(2).norms == (V8,)

    tom.sends("groene boekje gezien bij de balie, tweede locatie")

    assert proposed(tom)[0] == V8


def test_the_tray_proposes_as_well(stage: FieldStage, tom: StageChat) -> None:
    tom.sends("Teams delen geleerde lessen in het kenniscafé, verslag gezien")
    tom.taps("Later")
    tom.taps("Bakje 1")

    assert shown(tom, ShowTray).proposals[0].norm.id == V13
