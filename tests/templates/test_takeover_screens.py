"""The Dutch of taking over from another framework: it renders, fits, escapes and says why."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from conversations.kit import MAX_LABEL
from domain.framework import FrameworkId, NormId
from domain.mapping import Strength
from domain.self_evaluation import ContributionKind, Purpose
from domain.takeover import MAX_TEXTS, near
from domain.verdicts import Verdict
from storage.content import load_frameworks
from storage.mapping_content import load_mapping, with_mapping
from templates import render as renderer
from templates.evaluation_screens import Filter, Header, Quote
from templates.render import MAX_TEXT, label, visible_length
from templates.takeover_screens import NearLine, ShowOtherFramework, TakenFrom, TextLine
from tests.templates.saying import render

FRAMEWORKS = with_mapping(load_frameworks())
LABEL, MAATSTAF = (FRAMEWORKS[FrameworkId(name)] for name in ("kwaliteitslabel-2019", "ciio-maatstaf-2016"))
LONG = "<b>Lang & breed</b> " * 205


def fullest(text: str) -> ShowOtherFramework:
    """The norm that most norms come close to, with all of them answered."""
    mapping = load_mapping(FRAMEWORKS)
    norm = max(MAATSTAF.norms, key=lambda norm: len(near(mapping, MAATSTAF.id, norm.id)))
    lines = tuple(
        NearLine(
            LABEL.norm(close.norm), close.strength, close.points, Verdict.PARTIAL, "Voldoet deels",
            tuple(p.name for p in MAATSTAF.principles_of(norm.id) if close.norm in p.norms),
        )
        for close in near(mapping, MAATSTAF.id, norm.id)
    )  # fmt: skip
    at = datetime(2026, 11, 1, tzinfo=UTC)
    quote = Quote(1, ContributionKind.TEXT, Purpose.EXPLANATION, text, text, at)
    return ShowOtherFramework(
        Header(norm, 18, 3, Verdict.NOT_ASSESSED), "Kwaliteitslabel", True, lines, Verdict.PARTIAL, "Deels",
        (TextLine(LABEL.norms[0], quote),) * MAX_TEXTS, 12, True,
    )  # fmt: skip


def bare(verdict: Verdict, *, near: bool) -> ShowOtherFramework:
    norm = LABEL.norm(NormId("V9"))
    lines = (NearLine(MAATSTAF.norms[0], Strength.WEAK, (), Verdict.NOT_ASSESSED, ""),) if near else ()
    return ShowOtherFramework(Header(norm, 49, 3, verdict), "CIIO Maatstaf", False, lines, None, "", (), 0, True)


@pytest.mark.parametrize("text", ["Wij werven samen", LONG], ids=["short", "long and hostile"])
def test_the_fullest_screen_is_whole_and_lets_nobody_write_markup(text: str) -> None:
    """Nobody takes over what was cut off the screen."""
    shown = render(fullest(text))

    assert visible_length(shown) <= MAX_TEXT
    assert "Typ dan hoe het hier zit" in shown
    assert "<b>Lang" not in shown
    assert not re.search(r"\n{3,}|[ \t]+$|\bNone\b", shown, re.MULTILINE)
    for row in shown.splitlines():
        assert row.count("<b>") == row.count("</b>"), row


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("near", [True, False])
def test_nothing_to_take_over_is_said(verdict: Verdict, near: bool) -> None:
    shown = render(bare(verdict, near=near))

    assert ("niets meer over te nemen" if near else "nog niets gezegd") in shown
    assert "Voorstel" not in shown


def test_the_reason_names_strength_points_and_principle() -> None:
    shown = render(fullest("Wij werven samen"))

    assert "Gaat voor een groot deel over hetzelfde (punt" in shown
    assert "; bij allebei telt betrokkenheid van medewerkers" in shown
    assert "ons oordeel" in shown


def test_the_first_line_says_where_a_text_came_from() -> None:
    assert render(TakenFrom("CIIO Maatstaf", 2, NormId("Me1"), 7, has_file=False)) == (
        "Overgenomen uit CIIO Maatstaf, Me1 #7 (ronde 2)."
    )


def test_every_label_fits_a_button() -> None:
    own = vars(renderer._template("labels/takeover.j2").module)
    names = [name for name in own if not name.startswith("_")]
    for name in names:
        assert 0 < len(label(name, "O23")) <= MAX_LABEL, name
    assert all(label("norm_filter", kind) for kind in Filter)
