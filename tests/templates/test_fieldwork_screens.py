"""The Dutch of the field work: every screen renders with hostile and long texts, and fits a message."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from domain.audit import FindingKind, Stage, Tone
from domain.framework import Framework, NormId
from domain.mapping import Strength
from domain.privacy_guard import PrivacyKind
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from storage.content import load_frameworks
from templates import fieldwork_screens as fs
from templates.fieldwork_screens import FieldEvent, FieldHeader, FieldNotice, FindingCard, Proposal, TalkLine
from templates.render import MAX_TEXT, render, visible_length
from templates.screens import Screen
from tests.changing import replace

FRAMEWORKS = list(load_frameworks().values())
LABEL = FRAMEWORKS[0]
NORM = LABEL.norms[4]
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOSTILE = "<b>&lt;x</i>\n</b> & {{ norm }} %} \u202e" + "lang " * 900
SHORT = "Zag het teamplan"
KINDS = tuple(PrivacyKind)


def card(text: str = SHORT) -> FindingCard:
    return FindingCard(
        137, tuple(n.id for n in LABEL.norms[:9]), text, ContributionKind.TEXT, FindingKind.QUOTE, Tone.BOTTLENECK,
        True, text, AT, 3,
    )  # fmt: skip


def counting(text: str = SHORT) -> FindingCard:
    """A finding of a combination audit, with everything that can be said about the other framework."""
    lines = tuple(
        fs.BasisLine(norm, NormId("V5"), strength, (1, 2), text, is_on=is_on)
        for norm in LABEL.norms[:3]
        for strength, is_on in ((None, True), *((strength, False) for strength in Strength))
    )
    return replace(card(text), bases=lines, also=tuple(line.norm.id for line in lines[:3]), other_framework=text)


def talk(text: str) -> TalkLine:
    return TalkLine(4, ("Professional", "P&O"), text, text, (text, text), is_own=True, is_running=True, started_at=AT)


def told(what: FieldEvent, text: str) -> FieldNotice:
    sensitive = KINDS if what is FieldEvent.EDITED else ()
    return FieldNotice(
        what, card(text), NORM.id, 2, 3, 7, 1, is_late=True, text=text, sensitive=sensitive, meanwhile=(card(text),) * 3
    )


def screens(text: str, framework: Framework = LABEL) -> list[Screen]:
    """Return every screen with as much on it as there can be."""
    notice = told(FieldEvent.STORED, text)
    header = FieldHeader(framework.norms[0], 1, 3, 4)
    proposals = tuple(Proposal(norm, (text[:40],)) for norm in framework.norms[:3])
    rubric = framework.rubrics[0]
    return [
        fs.ListTalks((talk(text),) * 8, 12, may_hold=False, notice=notice),
        fs.ChooseFunctions(5, ("Professional", "P&O")),
        fs.AskWhoIsThis(talk(text), KINDS),
        fs.AskWhereItIs(talk(text), KINDS),
        fs.ShowTalk(talk(text), 30, 4, notice),
        fs.AskInTalk(header, framework.norms[0].questions[0], 0, 3, ("Professional",), notice=notice),
        fs.AskInTalk(header, None, 0, 0, ()),
        fs.ShowHintsOfNorm(header, notice),
        fs.ShowMemberSays(header, Verdict.PARTIAL, text, (text,) * 3, 2, 4, text, notice),
        fs.ShowMemberSays(header, None),
        fs.PickNorm(rubric, card(text), is_also=True, notice=notice),
        fs.PickNorm(rubric),
        fs.NormsThatFit(text, framework.norms[:6], card(text)),
        fs.NormsThatFit(text, ()),
        fs.ShowAuditNorm(header, (card(text),) * 8, 0, 3, 24, notice),
        fs.ShowAuditNorm(header, (), 0, 1, 0),
        fs.ShowFinding(card(text), text, notice),
        fs.ShowFinding(counting(text), None, counted=counting(text).bases[:6]),
        fs.CountWhere(counting(text), rubric, counting(text).bases[:3]),
        fs.AskLine(card(text), notice),
        fs.AskReplacement(137, text, KINDS),
        fs.OfferNote(3, is_audit_day=True, notice=notice),
        fs.OfferNote(0, is_audit_day=False),
        fs.ProposeNorms(card(text), proposals, notice),
        fs.ProposeNorms(card(text), ()),
        fs.ShowTray(card(text), 0, 3, proposals, notice),
        fs.ShowTray(None, 0, 0),
        fs.NotKept(text[:60], Stage.CLOSED),
        fs.EditInOtherRole(),
        *(fs.TellField(told(event, text)) for event in FieldEvent),
    ]


def test_every_screen_is_looked_at() -> None:
    every = {kind for kind in vars(fs).values() if isinstance(kind, type) and issubclass(kind, Screen)} - {Screen}

    assert {type(screen) for screen in screens(SHORT)} == every


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
@pytest.mark.parametrize("text", [SHORT, HOSTILE], ids=["short", "hostile"])
def test_every_screen_fits_and_keeps_its_tags_on_one_line(text: str, framework: Framework) -> None:
    for screen in screens(text, framework):
        html = render(screen)

        assert html
        assert visible_length(html) <= MAX_TEXT
        for line in html.splitlines():
            assert Counter(re.findall(r"<(\w+)>", line)) == Counter(re.findall(r"</(\w+)>", line)), (screen, line)
        assert "<x" not in html
        assert "\n\n\n" not in html


def test_the_receipt_is_that_of_the_screenplay() -> None:
    short = replace(card(), norms=(NormId("V5"),), kind=None, tone=None, is_to_discuss=False)
    notice = FieldNotice(FieldEvent.STORED, short, NormId("V5"), 2, 3)

    assert render(fs.TellField(notice)) == "✔️ Bewaard #137 · V5 · 2 van 3"


def test_below_a_receipt_stands_the_question_about_the_other_framework() -> None:
    asked = replace(counting(), norms=(NormId("V5"),), kind=None, tone=None, is_to_discuss=False)
    asked = replace(asked, also=(), other_framework="CIIO Maatstaf")
    told_so = replace(asked, also=(NormId("Ko2"),))

    lines = [render(fs.TellField(FieldNotice(FieldEvent.STORED, card))).splitlines()[-1] for card in (asked, told_so)]
    assert lines == [
        "🔗 Telt dit ook voor CIIO Maatstaf? Tik aan wat klopt.",
        "🔗 Telt ook voor CIIO Maatstaf: Ko2",
    ]


def test_what_shows_findings_is_confidential() -> None:
    """Only a list of functions and refusals may leave the chat."""
    open_ = {type(screen) for screen in screens(SHORT) if not screen.is_confidential}

    assert open_ == {fs.ChooseFunctions, fs.NotKept, fs.EditInOtherRole}
