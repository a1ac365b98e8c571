"""The Dutch of coverage, verdicts, consensus and the end of a day: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from conversations.kit import MAX_LABEL
from domain.audit import AuditId, AuditKind, FindingKind, ProcessId, Stage, Tone
from domain.coverage import Fit, NormCoverage, Tally, coverage_of, overview
from domain.day_evaluation import DayAnswer, Mood
from domain.feedback import FeedbackPoint
from domain.framework import Norm, NormId
from domain.judging import Agreement, Blocker, Compared, Tipping, in_play, positions, result, room, tipping
from domain.privacy_guard import PrivacyKind
from domain.roles import PersonId
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from domain.weighing import Outcome, weigh
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from templates import judging_screens as s
from templates import render as renderer
from templates.render import MAX_TEXT, visible_length
from templates.screens import Screen
from tests.changing import replace
from tests.templates.saying import render

FRAMEWORK = next(iter(load_frameworks().values()))
RULES = load_audit_rules()
AT = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
LONG = "<b>Lang & breed</b> " * 205
DAY = date(2026, 12, 1)
EVERY_NORM = tuple(norm.id for norm in FRAMEWORK.norms)
PROCESS = RULES.processes[ProcessId("2021")]


def norm(norm_id: str = "D9") -> Norm:
    return FRAMEWORK.norm(NormId(norm_id))


def covered(norm_id: str = "V5", **tally: object) -> NormCoverage:
    counted = Tally(NormId(norm_id), **tally)  # type: ignore[arg-type]
    return coverage_of([counted], FRAMEWORK)[NormId(norm_id)]


def running(verdicts: dict[NormId, Verdict], kind: AuditKind = AuditKind.INITIAL) -> s.Running:
    found = result(verdicts, FRAMEWORK, RULES.weighings["2021"], PROCESS, kind)
    return s.Running(found.weighing, room(found.weighing), PROCESS.rule(room(found.weighing).outcome, kind), kind)


def mixed(not_met: int, partial: int) -> dict[NormId, Verdict]:
    """Return verdicts on all norms with so many that are not met and partial."""
    given = dict.fromkeys(EVERY_NORM, Verdict.MET)
    given |= dict.fromkeys(EVERY_NORM[:not_met], Verdict.NOT_MET)
    return given | dict.fromkeys(EVERY_NORM[not_met : not_met + partial], Verdict.PARTIAL)


def outcome(
    verdicts: dict[NormId, Verdict], kind: AuditKind = AuditKind.INITIAL, edition: str = "2021"
) -> s.ShowOutcome:
    process = RULES.processes[ProcessId(edition)]
    found = result(verdicts, FRAMEWORK, RULES.weighings[edition], process, kind)
    return s.ShowOutcome(
        "Rivierenland", process, found.weighing, found.rule, len(verdicts), 49, running(verdicts, kind)
    )


def verdicts(given: dict[NormId, Verdict], **changes: object) -> s.ShowVerdicts:
    counts = {verdict: sum(v is verdict for v in given.values()) for verdict in Verdict}
    plain = s.ShowVerdicts("Rivierenland", Stage.JUDGING, len(given), 49, counts, 0, 0, running(given))
    return replace(plain, **changes)  # type: ignore[arg-type]


def what_if(given: dict[NormId, Verdict]) -> s.ShowWhatIf:
    found = running(given)
    return s.ShowWhatIf(found, tipping(found.weighing, in_play(given, positions([], FRAMEWORK))))


def finding(text: str = "Zij vertellen erover", **changes: object) -> s.FindingLine:
    plain = s.FindingLine(137, text, ContributionKind.TEXT, FindingKind.QUOTE, Tone.STRONG, "Ada", AT)
    return replace(plain, **changes)  # type: ignore[arg-type]


def verdict_norm(**changes: object) -> s.ShowVerdictNorm:
    plain = s.ShowVerdictNorm(
        norm(), covered("D9"), 0, (), 0, 1, 0, Verdict.NOT_ASSESSED, "", Verdict.MET, None, may_judge=True
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def consensus_norm(**changes: object) -> s.ShowConsensusNorm:
    lines = (s.JudgementLine("Ada", Verdict.MET, ""), s.JudgementLine("", Verdict.PARTIAL, LONG))
    plain = s.ShowConsensusNorm(
        norm(),
        lines,
        ("Wim", ""),
        Agreement.SPLIT,
        Verdict.MET,
        BLOCKERS,
        Verdict.NOT_ASSESSED,
        "",
        "",
        may_settle=True,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


BLOCKERS = tuple(Blocker(rule, 2) for rule in RULES.blockers.values())
EMPTY = coverage_of([], FRAMEWORK)
ROUND = covered("V5", interviews=2, documents=1, kinds={FindingKind.DOCUMENT: 1, None: 2})
FITS = tuple(Fit(EMPTY[norm_id], is_also=False) for norm_id in EVERY_NORM[:5])
RUBRIC = FRAMEWORK.rubrics[0]
RUBRICS = {rubric.id: rubric.name for rubric in FRAMEWORK.rubrics}
ALL_ROUND = coverage_of([Tally(n, interviews=2, documents=1) for n in EVERY_NORM], FRAMEWORK)
ANSWER = DayAnswer(AuditId(1), DAY, "course", PersonId(1), AT, Mood.DISPLEASED, LONG)
QUESTIONS = RULES.day_questions
POINT = FeedbackPoint(norm(), Verdict.PARTIAL, LONG, ())
SHEET = tuple(s.SheetLine(section, POINT, (LONG,) * 3, 4) for section in s.Section for _ in range(2))

SCREENS: list[Screen] = [
    s.ShowCoverage(LONG, overview(EMPTY, FRAMEWORK), RUBRICS, tuple(EMPTY.values())[:14], 35),
    s.ShowCoverage("Rivierenland", overview(ALL_ROUND, FRAMEWORK), RUBRICS, ()),
    s.ChooseFunction(1),
    s.ChooseFunction(0),
    s.ShowFits("Leidinggevende", FITS, 12),
    s.ShowFits("P&O", (), 0),
    s.CoverageGrid(RUBRIC, 3, 15),
    s.ShowNormCoverage(ROUND, (1, 4), ("Professional", "P&O"), (), 2),
    s.ShowNormCoverage(covered("O16", uncounted=3), (), (), ("Leidinggevende", "P&O"), 0),
    s.ShowNormCoverage(replace(ROUND, is_exempt=True), (), (), (), 0),
    s.ShowNormMatches(LONG, (norm(), norm("O23"))),
    s.ShowNormMatches("qqq", ()),
    s.MakeCoveragePicture(),
    s.SayNotKept(tuple(PrivacyKind)),
    verdicts({}),
    verdicts(mixed(2, 7), settled=12, differing=4),
    verdicts(mixed(5, 0)),
    verdicts(dict.fromkeys(EVERY_NORM[:9], Verdict.NOT_APPLICABLE)),
    s.VerdictGrid(RUBRIC, True, 0, 49, 49),
    s.VerdictGrid(RUBRIC, False, 15, 3, 49),
    verdict_norm(),
    verdict_norm(
        findings=tuple(finding(LONG, is_to_discuss=True, author=LONG) for _ in range(5)), pages=400, total=2000,
        own=Verdict.PARTIAL, reason=LONG, settled=Verdict.MET, to_discuss=5, told=s.Told.JUDGED,
    ),
    verdict_norm(
        findings=tuple(finding("", form=form, kind=None, tone=None, author="") for form in ContributionKind)[:5],
        own=Verdict.NOT_APPLICABLE, member=None, covered=ROUND, total=5,
    ),
    verdict_norm(may_judge=False, covered=replace(ROUND, is_exempt=True)),
    s.AskJudgementReason(norm(), Verdict.NOT_APPLICABLE, LONG, "wie geen vrijwilligers heeft"),
    s.AskJudgementReason(norm(), Verdict.NOT_ASSESSED, ""),
    *(outcome(mixed(*counts)) for counts in ((0, 0), (4, 9), (5, 0), (0, 10))),
    *(outcome(mixed(5, 0), AuditKind.FOLLOWUP, edition) for edition in ("2021", "2017")),
    outcome({}),
    outcome(dict.fromkeys(EVERY_NORM, Verdict.NOT_APPLICABLE)),
    outcome(dict.fromkeys(EVERY_NORM[:8], Verdict.NOT_MET)),
    what_if({}),
    what_if(mixed(2, 7)),
    what_if(mixed(4, 10)),
    what_if(mixed(5, 0)),
    what_if(mixed(0, 0)),
    what_if(mixed(0, 1)),
    s.ShowComparison("Rivierenland", False, (), 0, 49),
    s.ShowComparison(LONG, True, tuple(Compared(n, Verdict.MET, Verdict.PARTIAL) for n in EVERY_NORM), 0, 0),
    s.ShowComparison("R", True, (Compared(EVERY_NORM[0], Verdict.MET, Verdict.NOT_APPLICABLE),), 40, 8),
    s.ShowConsensus(LONG, Stage.CONSENSUS, 0, 49, 9, (s.DifferenceLine(norm(), (Verdict.MET, Verdict.NOT_MET)),) * 20,
                    3, True, True, running({}), 4),
    s.ShowConsensus("R", Stage.JUDGING, 0, 49, 0, (), 49, False, True, running({})),
    s.ShowConsensus("R", Stage.CONSENSUS, 49, 49, 0, (), 0, False, False, running(mixed(0, 0))),
    s.ConsensusGrid(RUBRIC, 3, 15),
    consensus_norm(),
    consensus_norm(judgements=(), agreement=Agreement.NONE, blockers=(), may_settle=False, member=None),
    consensus_norm(verdict=Verdict.PARTIAL, rationale=LONG, override=LONG, told=s.Told.SETTLED),
    consensus_norm(rationale=LONG, told=s.Told.REOPENED),
    consensus_norm(verdict=Verdict.MET),
    *(s.AskRationale(norm(), verdict, BLOCKERS, LONG) for verdict in list(Verdict)[:4]),
    s.AskRationale(norm(), Verdict.MET, (), ""),
    s.AskOverride(norm(), Verdict.MET, BLOCKERS),
    s.ConsensusConflict(norm(), Verdict.MET, LONG, "", AT, LONG),
    s.ConsensusConflict(norm(), Verdict.NOT_ASSESSED, "", "Tom", AT),
    s.ConfirmAgreed(tuple(s.AgreedLine(n, list(Verdict)[i % 4], 1 + i % 2) for i, n in enumerate(EVERY_NORM)),
                    EVERY_NORM, is_changed=True),
    s.ConfirmAgreed((s.AgreedLine(EVERY_NORM[0], Verdict.MET, 2),), ()),
    s.ConfirmAgreed((), EVERY_NORM[:3]),
    s.ShowDay("R", None, 0, 0, (), False, False),
    s.ShowDay("R", None, 0, 2, (), False, False),
    s.ShowDay(LONG, DAY, 2, 2, tuple(s.DayLine(q, ANSWER, True) for q in QUESTIONS), True, True),
    s.ShowDay("R", DAY, 1, 2, tuple(s.DayLine(q, None) for q in QUESTIONS), False, False),
    s.AskDayAnswer(DAY, s.DayLine(QUESTIONS[0], None)),
    s.AskDayAnswer(DAY, s.DayLine(QUESTIONS[0], ANSWER, True, True)),
    s.ShowDay("R", DAY, 1, 2, tuple(s.DayLine(q, ANSWER, True, True) for q in QUESTIONS), False, False),
    s.AskDayAnswer(DAY, s.DayLine(QUESTIONS[0], ANSWER, True), is_changed=True),
    s.ShowFeedback(LONG, dict.fromkeys(s.Section, 2), SHEET, 0, 9, 3),
    s.ShowFeedback("R", dict.fromkeys(s.Section, 0), (), 0, 1, 0),
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
def test_nothing_has_to_be_cut_and_every_tag_closes_on_its_line(screen: Screen) -> None:
    """The end of a screen says what to do next."""
    text = render(screen)

    assert not text.endswith("\n…")
    for line in text.split("\n"):
        assert line.count("<b>") == line.count("</b>")


def test_every_kind_of_screen_is_rendered_here() -> None:
    kinds = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, Screen)}

    assert {kind for kind in kinds if hasattr(kind, "template")} == {type(screen) for screen in SCREENS}


@pytest.mark.parametrize("told", s.Told)
def test_everything_that_just_happened_is_said(told: s.Told) -> None:
    assert len(render(verdict_norm(told=told))) > len(render(verdict_norm()))


@pytest.mark.parametrize(
    "album", [s.KeptAlbum(EVERY_NORM[0], 3), s.KeptAlbum(EVERY_NORM[0], 1, 2), s.KeptAlbum(None, 0, 1)]
)
def test_an_album_is_counted(album: s.KeptAlbum) -> None:
    text = render(verdict_norm(album=album))

    assert ("bewaard als bevinding" in text, "20 MB" in text) == (bool(album.kept), bool(album.refused))


def test_labels_fit_a_small_phone() -> None:
    """Verdicts, signs, moods and counts included."""
    values = {
        "verdict_given": [words.in_audit for words in FRAMEWORK.verdicts], "mood": [*Mood], "mood_given": [*Mood],
        "settle_agreed": ["49"], "yes_settle_agreed": ["49"], "day_question": ["3"], "audit_day": ["12"],
        "coverage_sign": ["round", "begun", "none", "exempt"],
        "consensus_sign": ["met", "partial", "not_met", "not_applicable", "differs", "agreed", "open"],
    }  # fmt: skip
    source = (renderer.Path(renderer.__file__).parent / "labels/judging.j2").read_text(encoding="utf-8")
    for name in re.findall(r"macro (\w+)\(", source):
        for value in values.get(name, [""]):
            assert 0 < len(renderer.label(name, value)) <= MAX_LABEL


# --------------------------------------------------------------------------------------- what they say


def test_what_is_still_needed_is_said_in_words() -> None:
    """As in the screenplay: "D5: nog een document", "O16: nog 2 gesprekken (Mng of P&O)"."""
    needs = (covered("D5", interviews=3), covered("V7", interviews=1, documents=1), EMPTY[NormId("O16")])
    text = render(s.ShowCoverage("R", overview(EMPTY, FRAMEWORK), RUBRICS, needs))

    assert "D5: nog een document\n" in text
    assert "V7: nog 1 gesprek" in text
    assert re.search(r"O16: nog 2 gesprekken en nog een document", text)


def test_the_outcome_at_the_boundary_says_what_follows() -> None:
    """4 and 9 together are within; one more of either is not."""
    assert "verbeterplan binnen 4 weken" in render(outcome(mixed(4, 9)))
    for counts in ((5, 0), (0, 10)):
        text = render(outcome(mixed(*counts)))
        assert "Over de ondergrens" in text
        assert "aanvullend onderzoek binnen 6 maanden" in text


def test_what_if_names_the_room_that_is_left() -> None:
    """As in the issue: "2 niet, 7 deels: nog ruimte voor 2 en 2"."""
    assert "2 niet, 7 deels: nog ruimte voor 2 en 2." in render(what_if(mixed(2, 7)))


def test_every_way_to_tip_is_told() -> None:
    found = running(mixed(2, 7))
    ways = [Tipping(outcome_, verdict, EVERY_NORM[:3], 2) for outcome_ in (Outcome.ALL_MET, Outcome.PLAN_REQUIRED)
            for verdict in (None,)] + [Tipping(Outcome.FOLLOWUP_REQUIRED, Verdict.NOT_MET, EVERY_NORM, 3)]  # fmt: skip
    text = render(s.ShowWhatIf(found, tuple(ways)))

    assert "Over de ondergrens als 3 van deze 49" in text
    assert "Geen verbeterplan nodig" in text


def test_a_warning_is_shown_where_a_norm_is_not_round() -> None:
    assert "Nog niet rond" in render(verdict_norm())
    assert "Nog niet rond" not in render(verdict_norm(covered=ROUND))


def test_strong_points_come_first() -> None:
    text = render(SCREENS[-2])
    assert text.index("Dit gaat goed") < text.index("Dit kan beter") < text.index("💡 Tips")


def test_the_forecast_follows_the_weighing() -> None:
    assert weigh(mixed(5, 0), FRAMEWORK).is_over
    assert "over de ondergrens" in render(verdicts(mixed(5, 0)))
