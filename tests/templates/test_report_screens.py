"""The Dutch of the report: every screen renders, fits a message, escapes what people wrote and says what to do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from conversations.kit import MAX_LABEL
from domain.addendum import Addendum
from domain.audit import AuditId, FindingId, Stage
from domain.framework import NormId
from domain.report import Channel, Correction, NormReport, Point, Recipient, ReportVersion, Ruling, Sending, VersionId
from domain.report_check import Obstacle, ReportBlocker
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldState, FilledField
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from templates import render as renderer
from templates import report_screens as s
from templates.render import MAX_TEXT, label, visible_length
from templates.screens import Screen
from tests.changing import replace
from tests.domain.report_cast import EVERY_NORM, FORM, FRAMEWORK
from tests.templates.saying import render

AT = datetime(2026, 12, 14, 15, 0, tzinfo=UTC)
LONG = "<b>Lang & breed</b> " * 140
DAY = date(2026, 12, 14)
V5 = NormId("V5")
SENT = Sending(Recipient.MEMBER, Channel.CHAT, PersonId(1), AT, DAY)
VERSION = ReportVersion(VersionId(1), AuditId(1), 1, Moment.DRAFT, PersonId(1), AT, (SENT,))
ROW = NormReport(
    V5, "Afspraken over je bijdrage", "Je spreekt af wat jij bijdraagt", Verdict.PARTIAL, LONG, (LONG,) * 12
)
BLOCKERS = (
    *(ReportBlocker(obstacle, EVERY_NORM) for obstacle in Obstacle if obstacle is not Obstacle.FIELD_MISSING),
    ReportBlocker(Obstacle.FIELD_MISSING, fields=tuple(field.id for field in FORM.fields)),
)
CORRECTION = Correction(VersionId(1), V5, LONG, PersonId(1), AT)
ANSWERED = replace(CORRECTION, ruling=Ruling.ANSWERED, answer=LONG)
ACCEPTED = replace(CORRECTION, norm=None, ruling=Ruling.ACCEPTED)
ADDENDUM = Addendum(DAY, Outcome.PLAN_REQUIRED, LONG, (), LONG)
COUNTS = dict.fromkeys(Verdict, 3)
LABELS = {field.id: field.label for field in FORM.fields}
SKETCH, STRENGTHS = FORM.field(FieldId("sketch")), FORM.field(FieldId("strengths"))
POINTS = tuple(Point(FindingId(n), (V5,), LONG[:290], n == 1) for n in range(8))


def filled(state: FieldState, text: str = "", proposal: str = "") -> FilledField:
    return FilledField(SKETCH, state, text, proposal)


def overview(**changes: object) -> s.ShowReport:
    plain = s.ShowReport("Rivierenland", Moment.DRAFT, (), 49, 49, (), (VERSION,), None, may_write=True)
    return replace(plain, **changes)  # type: ignore[arg-type]


SCREENS: list[Screen] = [
    overview(),
    overview(organisation=LONG, missing=tuple(LABELS.values()), blockers=BLOCKERS, settled=3, open_corrections=2),
    overview(versions=(replace(VERSION, sendings=()), replace(VERSION, responded_at=AT)), may_write=False),
    *(overview(told=told) for told in s.ReportTold),
    s.AskField("Schets", LONG, filled(FieldState.WRITTEN), LONG, LONG, 4, False),
    s.AskField("Schets", "", None, "", "", 0, True, s.ReportTold.KEPT),
    s.ChoosePoints(STRENGTHS, LONG[:800], POINTS, 5, s.ReportTold.FULL),
    s.ChoosePoints(STRENGTHS, "", (), 0),
    s.ShowBlock("Conclusies", 5, 7, tuple(filled(state, LONG, LONG) for state in FieldState) * 2, Moment.DRAFT),
    s.ShowBlock("Conclusies", 5, 7, tuple(filled(state) for state in FieldState), Moment.DRAFT),
    s.ShowReportNorms(FRAMEWORK.rubrics[0], COUNTS, "Getoetste documenten", (LONG,) * 20, True),
    s.ShowReportNorms(FRAMEWORK.rubrics[0], COUNTS, "Getoetste documenten", (), False),
    s.ShowReportNorm(ROW, 12, LONG, BLOCKERS[:3]),
    s.ShowReportNorm(replace(ROW, findings="", suggestions=()), 1, "", ()),
    s.ShowCloseOut(LONG, Moment.DRAFT, BLOCKERS, LABELS),
    s.ShowCloseOut("Rivierenland", Moment.FINAL, (), LABELS),
    s.ConfirmSend("Rivierenland", Moment.FINAL, (LONG, "Samira")),
    s.ConfirmSend("Rivierenland", Moment.DRAFT, ()),
    s.AskMailDate(Moment.DRAFT, s.ReportTold.NO_DATE),
    s.MakeReport(),
    s.MakeReport(is_summary=True),
    s.ShowCorrections(LONG, DAY, (CORRECTION, ANSWERED, ACCEPTED) * 6),
    s.ShowCorrections("Rivierenland", DAY, ()),
    s.ShowCorrections("Rivierenland", None, ()),
    s.ShowCorrection(CORRECTION, ROW, Stage.CONSENSUS),
    s.ShowCorrection(ANSWERED, ROW, Stage.CLOSED, s.ReportTold.ANSWERED),
    s.ShowCorrection(replace(CORRECTION, ruling=Ruling.ACCEPTED), ROW, Stage.CLOSED, s.ReportTold.ACCEPTED),
    s.ShowCorrection(ACCEPTED, None, Stage.CLOSED),
    s.AskAnswer(CORRECTION),
    s.TellResponse(LONG, 0),
    s.TellResponse("Rivierenland", 1),
    *(s.TellReport(LONG, LONG, moment) for moment in Moment),
    s.CaptionReport(LONG, Moment.DRAFT, True, False, DAY),
    s.CaptionReport("Rivierenland", Moment.SUMMARY, False, True, DAY),
    s.ShowMemberReport(LONG, VERSION, COUNTS, (CORRECTION, ANSWERED, ACCEPTED) * 6),
    s.ShowMemberReport("Kompas", replace(VERSION, responded_at=AT), COUNTS, (), s.ReportTold.RESPONDED),
    s.ShowMemberReport("Kompas", replace(VERSION, moment=Moment.FINAL), COUNTS, ()),
    s.ShowMemberReport("Kompas", replace(VERSION, moment=Moment.ADDENDUM), COUNTS, (), addendum=ADDENDUM),
    overview(moment=Moment.ADDENDUM, has_addendum=True, versions=(replace(VERSION, moment=Moment.ADDENDUM),)),
    overview(moment=Moment.SUMMARY, has_addendum=True),
    s.ShowMemberNorms("Vakmanschap", (LONG,) * 20, "Getoetste documenten"),
    s.ShowMemberNorms("Vakmanschap", (), "Getoetste documenten"),
    s.ShowMemberNorm(ROW, ANSWERED, True),
    s.ShowMemberNorm(ROW, replace(CORRECTION, ruling=Ruling.ACCEPTED), False),
    s.ShowMemberNorm(replace(ROW, suggestions=()), None, True, s.ReportTold.TAKEN_BACK),
    s.AskCorrection(ROW, LONG),
    s.AskCorrection(None, "", s.ReportTold.TOO_LONG),
    s.ConfirmResponse(0),
    s.ConfirmResponse(2),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: type(screen).__name__)
def test_every_screen_renders_fits_a_message_and_escapes(screen: Screen) -> None:
    text = render(screen)

    assert text
    assert visible_length(text) <= MAX_TEXT
    assert "<b>Lang" not in text
    assert "None" not in text
    assert not re.search(r"\bTrue\b|\bFalse\b|Obstacle\.|Verdict\.", text)


def test_every_screen_of_the_module_is_looked_at() -> None:
    made = {type(screen) for screen in SCREENS}

    own = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, Screen)}
    assert {kind for kind in own if kind.__module__ == s.__name__ and hasattr(kind, "template")} <= made


@pytest.mark.parametrize("obstacle", Obstacle)
def test_each_obstacle_says_what_to_do(obstacle: Obstacle) -> None:
    text = render(s.ShowCloseOut("Rivierenland", Moment.FINAL, (ReportBlocker(obstacle, (V5,)),), LABELS))

    assert "→" in text


def test_the_overview_says_it_as_the_screenplay_does() -> None:
    text = render(overview(missing=("Lidnummer SWN", "Scope certificaat", "Adres")))

    assert "3 velden ontbreken" in text
    assert "(Lidnummer SWN, Scope certificaat, Adres)" in text
    assert "Deel B: compleet" in text


def test_what_quotes_the_report_is_not_to_be_forwarded() -> None:
    assert s.ShowMemberNorm.is_confidential
    assert s.ShowCorrection.is_confidential
    assert not s.TellReport.is_confidential


def test_labels_fit_a_button() -> None:
    module = vars(renderer._ENVIRONMENT.get_template("labels/report.j2").module)
    for name in (key for key in module if not key.startswith("_")):
        given = {"member_report": "draft", "norm_before": "O23", "norm_after": "O23"}.get(name, "12")
        assert 0 < len(label(name, given)) <= MAX_LABEL, name
