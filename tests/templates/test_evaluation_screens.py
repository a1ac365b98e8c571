"""The Dutch of the self-evaluation: every screen renders, fits, escapes and says what it should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from domain.framework import Norm, NormId
from domain.privacy_guard import PrivacyKind
from domain.progress import progress
from domain.self_evaluation import Closing, ContributionKind, ImprovementAction, MissingPart, Purpose
from domain.verdicts import Verdict
from domain.weighing import weigh
from storage.content import load_frameworks
from templates import evaluation_screens as s
from templates.evaluation_screens import Filter, Happened, Header, NormLine, Notice, Part, Quote
from templates.render import MAX_TEXT, visible_length
from templates.screens import Screen
from tests.changing import replace
from tests.templates.saying import render

FRAMEWORK = next(iter(load_frameworks().values()))
AT = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)
LONG = "<b>Lang & breed</b> " * 205
DUE = date(2027, 3, 1)


def norm(norm_id: str = "D9") -> Norm:
    return FRAMEWORK.norm(NormId(norm_id))


def header(verdict: Verdict = Verdict.NOT_ASSESSED, norm_id: str = "D9") -> Header:
    return Header(norm(norm_id), total=49, answered=29, verdict=verdict)


def quote(text: str = "Wij werken samen", **changes: object) -> Quote:
    plain = Quote(137, ContributionKind.TEXT, Purpose.EXPLANATION, text, "Joost", AT)
    return replace(plain, **changes)  # type: ignore[arg-type]


def overview(verdicts: dict[str, Verdict], **changes: object) -> s.ShowOverview:
    given = {NormId(norm_id): verdict for norm_id, verdict in verdicts.items()}
    counted = progress(FRAMEWORK, given)
    rubrics = tuple(s.RubricLine(FRAMEWORK.rubric(r.rubric).name, r.answered, r.total) for r in counted.rubrics)
    plain = s.ShowOverview(FRAMEWORK.name, counted, rubrics, weigh(given, FRAMEWORK), 1, None, may_write=True)
    return replace(plain, **changes)  # type: ignore[arg-type]


ACTION = ImprovementAction("Samen terugkijken", "teamleider Noord", DUE)
LONG_ACTION = ImprovementAction(LONG, LONG, DUE)
LINE = s.PlanLine(norm(), Verdict.PARTIAL, LONG_ACTION, (MissingPart.IMPROVEMENT_WHO,))
HINTED = next(n for n in FRAMEWORK.norms if n.not_applicable_hint)
EVERY_NORM = tuple(n.id for n in FRAMEWORK.norms)

SCREENS: list[Screen] = [
    overview({}),
    overview({"V1": Verdict.MET, "D9": Verdict.PARTIAL}, own=s.OwnShare(12, 3)),
    overview(dict.fromkeys(EVERY_NORM, Verdict.NOT_MET), notice=Notice(Happened.ALL_ANSWERED)),
    overview(dict.fromkeys(EVERY_NORM, Verdict.NOT_APPLICABLE), closed_at=AT, may_write=False),
    overview({"V1": Verdict.MET}, version=2, active=(s.ActiveColleague(LONG, NormId("D9"), AT),), may_write=False),
    s.ChooseFramework(
        (s.FrameworkLine("Kwaliteitslabel", True, 9, 49, ""), s.FrameworkLine("Maatstaf", False, 0, 18, "CC BY-NC-SA"))
    ),
    s.WaitForStart(),
    s.ChooseNorm(FRAMEWORK.rubrics[0], Filter.ALL, 15, 29, 49),
    s.ChooseNorm(FRAMEWORK.rubrics[0], Filter.OPEN, 0, 49, 49),
    s.ChooseNorm(None, Filter.MINE, 0, 0, 49),
    s.ShowMatches(LONG, (NormLine(norm(), Verdict.MET), NormLine(norm("O23")))),
    s.ShowMatches("qqq", ()),
    s.AskMeaning(LONG, (NormLine(norm()),), may_write=True),
    s.AskMeaning("", (), may_write=True),
    s.AskMeaning("mooi", (NormLine(norm()),), may_write=False),
    s.ConfirmClosing(Closing(EVERY_NORM, ()), 1),
    s.ConfirmClosing(Closing((NormId("D9"),), (NormId("V1"),)), 2),
    s.ConfirmClosing(Closing((), ()), 1),
    s.ShowDocuments(29, 49),
    s.ShowDocuments(29, 49, "excel", may_share=True),
    s.MakeScorecard(),
    s.ShowNorm(header(), ("Professional", "P&O")),
    s.ShowNorm(
        header(Verdict.PARTIAL), ("Professional",), (quote(LONG), quote(LONG)), 7, 2, 1, None, LONG_ACTION,
        ("Priya", "Joost"), may_write=True,
    ),
    s.ShowNorm(header(Verdict.NOT_APPLICABLE), ("Professional",), reason=LONG, evidence=1, may_write=False),
    s.ShowNorm(header(Verdict.NOT_MET), ("Professional",), is_closed=True, may_write=False),
    s.ShowConflict(header(Verdict.NOT_MET), mine=Verdict.MET, by="Priya", at=AT, explanation=quote(LONG)),
    s.ShowConflict(header(Verdict.MET), mine=Verdict.NOT_APPLICABLE, by="", at=AT),
    s.AskExample(header(Verdict.MET)),
    s.AskVisible(header(Verdict.PARTIAL)),
    s.AskImprovement(header(Verdict.PARTIAL)),
    s.AskImprovement(header(Verdict.PARTIAL), now=LONG),
    s.AskWho(header(Verdict.PARTIAL)),
    s.AskWho(header(Verdict.PARTIAL), now="teamleider"),
    s.AskWhen(header(Verdict.PARTIAL)),
    s.AskWhen(header(Verdict.PARTIAL), now=DUE),
    s.PickDate(header(Verdict.PARTIAL)),
    s.AskReason(header(Verdict.NOT_APPLICABLE), is_plausible=False),
    s.AskReason(header(Verdict.NOT_APPLICABLE, HINTED.id), is_plausible=True, now="Wij werken zonder vrijwilligers"),
    s.ShowRecap(header(Verdict.PARTIAL), ACTION),
    s.ShowRecap(header(Verdict.NOT_MET)),
    s.ShowRecap(header(Verdict.NOT_APPLICABLE), reason=LONG),
    s.ShowRecap(header(Verdict.MET)),
    *(s.AskSummary(header(), kind=kind, receipt=137) for kind in ContributionKind),
    s.ShowQuestion(header(), norm().questions[0], 0, 3, casework=True),
    s.ShowHints(header()),
    s.ShowGiven(header(), (quote(LONG),) * 8, 0, 2, 9),
    s.ShowGiven(header(), tuple(quote("", kind=kind, author="") for kind in ContributionKind), 0, 1, 6),
    s.ShowGiven(header(), (), 0, 1, 0),
    s.ShowItem(header(), quote(LONG), file_name=LONG, is_own=True),
    s.ShowItem(header(), quote("", kind=ContributionKind.VOICE, purpose=Purpose.REPLY)),
    s.ChooseOtherNorm(header(), 137, FRAMEWORK.rubrics[1]),
    s.ShowPlan((LINE,) * 8, 0, 7, 49, 3, may_write=True),
    s.ShowPlan((), 0, 1, 0, 0, may_write=True),
    s.TellNotice(Notice(Happened.EDITED, NormId("V5"), Part.EDIT, 137)),
]  # fmt: skip


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: type(screen).__name__)
def test_every_screen_renders_fits_a_message_and_escapes(screen: Screen) -> None:
    text = render(screen)

    assert text
    assert visible_length(text) <= MAX_TEXT
    assert "<b>Lang" not in text
    assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|&amp;amp;", text)
    assert not re.search(r"\n\n\n|[ \t]+$", text, re.MULTILINE)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: type(screen).__name__)
def test_no_tag_opens_on_one_line_and_closes_on_another(screen: Screen) -> None:
    """Cutting a long text at a line must keep every tag whole."""
    for line in render(screen).split("\n"):
        assert line.count("<b>") == line.count("</b>")


def test_every_kind_of_screen_is_rendered_here() -> None:
    kinds = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, Screen)}

    assert {kind for kind in kinds if hasattr(kind, "template")} == {type(screen) for screen in SCREENS}


@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("what", Happened)
def test_every_notice_renders_on_top_of_a_screen(what: Happened, part: Part) -> None:
    notice = Notice(
        what, NormId("V5"), part, 137, count=3, refused=1, is_late=True, question=0, verdict=Verdict.MET, text=LONG,
        day=DUE, theirs=LONG, by=LONG, sensitive=tuple(PrivacyKind), meanwhile=(quote(LONG), quote("", author="")),
    )  # fmt: skip

    text = render(s.ShowNorm(header(), ("Professional",), (quote(LONG),) * 2, notice=notice))

    assert "<b>D9 · Samenwerken met partners</b>" in text
    assert visible_length(text) <= MAX_TEXT
    assert not re.search(r"\bNone\b|[ \t]+$", text, re.MULTILINE)


def test_a_norm_reads_in_the_order_of_the_screenplay() -> None:
    screen = s.ShowNorm(header(Verdict.MET), ("Professional", "P&O"), (quote(),), evidence=2)

    lines = render(screen).split("\n")

    assert lines[0] == "<b>D9 · Samenwerken met partners</b> (24 van 49 · 29 ingevuld)"
    assert lines[1] == norm().essence
    assert lines[2] == "👤 Vooral voor: professional, P&amp;O"
    assert lines[-1] == "✍️ Toelichting: Wij werken samen (Joost, 12 nov) · 📎 2 bewijsstukken"


def test_the_receipt_is_one_short_line() -> None:
    text = render(s.AskExample(header(Verdict.MET), notice=Notice(Happened.STORED, NormId("V5"), receipt=137)))

    assert text.split("\n")[0] == "✔️ Bewaard #137 · V5"


def test_an_edit_is_told_in_one_short_line() -> None:
    text = render(s.TellNotice(Notice(Happened.EDITED, NormId("V5"), Part.EDIT, 137)))

    assert text == "✏️ Aangepast #137 · V5"


def test_the_overview_reads_like_the_screenplay() -> None:
    verdicts = dict.fromkeys(EVERY_NORM[:24], Verdict.MET) | dict.fromkeys(EVERY_NORM[24:28], Verdict.PARTIAL)

    lines = render(overview(verdicts | {EVERY_NORM[28]: Verdict.NOT_MET})).split("\n")

    assert lines[0] == "📋 <b>Zelfevaluatie</b> · Kwaliteitslabel Sterk Sociaal Werk"
    assert lines[1].endswith(" 29 van 49")
    assert lines[2] == "Vakmanschap 15/15 · Dienstverlening 11/11 · Organisatie en bestuur 3/23"
    assert lines[3] == "✅ 24 voldoet · 🟠 4 deels · ❌ 1 niet · ➖ 0 n.v.t."
    assert lines[5] == "Zoals het er nu voor staat, haal je de ondergrens: hoogstens 4 × niet en 9 × deels."
    assert lines[6] == "Er is nog ruimte voor 3 × niet en 5 × deels."


def test_beyond_the_threshold_the_overview_stays_kind() -> None:
    text = render(overview(dict.fromkeys(EVERY_NORM[:5], Verdict.NOT_MET)))

    assert "haal je de ondergrens nog niet" in text
    assert "Elke verbetering telt." in text


def test_the_warning_names_what_it_saw() -> None:
    notice = Notice(Happened.STORED, NormId("V5"), receipt=1, sensitive=(PrivacyKind.BSN, PrivacyKind.EMAIL))

    text = render(s.ShowNorm(header(), ("Professional",), notice=notice))

    assert "een BSN en een e-mailadres" in text
    assert "geen namen of gegevens van klanten" in text
