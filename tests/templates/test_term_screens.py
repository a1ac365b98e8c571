"""The Dutch of the process: it renders, fits, and says what it should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from conversations.kit import MAX_LABEL
from domain.audit import AuditId, AuditKind, ProcessId
from domain.deadlines import Case, TermState, deadlines
from domain.framework import NormId
from domain.process import EventId, EventKind, Party, ProcessEvent
from domain.reminders import ReminderKind
from domain.working_days import USUAL_HOURS, Hours
from storage.process_content import load_processes
from templates import term_screens as s
from templates.render import MAX_TEXT, label, visible_length
from templates.screens import Screen
from tests.changing import replace
from tests.templates.saying import render

EDITIONS = load_processes()
EDITION = EDITIONS[ProcessId("2021")]
MOMENTS = EDITION.reminders
LONG = "<b>Lang & breed</b> " * 205
DUE = date(2026, 12, 16)
AT = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)
ACTION = s.ActionLine("Welzijn Rivierenland", NormId("D9"), "Samenwerken", DUE, 7)
EVENT = ProcessEvent(EventId(3), AuditId(1), EventKind.FINDINGS_FINAL, DUE, AT, detail="plan_required")


def line(state: TermState = TermState.OPEN, days: int | None = 7, *, own: bool = False) -> s.TermLine:
    due = date.fromordinal(date(2026, 12, 9).toordinal() + days) if days is not None else None
    return s.TermLine("Conceptrapport naar het lid", Party.CI, state, due, days, own)


def reminder(days: int, kind: ReminderKind = ReminderKind.TERM, *, own: bool = True) -> s.ReminderLine:
    return s.ReminderLine("Welzijn Rivierenland", "Conceptrapport naar het lid", DUE, days, kind, Party.CI, own)


def explained() -> s.ExplainTerm:
    events = [ProcessEvent(EventId(1), AuditId(1), EventKind.DRAFT_RECEIVED, date(2026, 12, 4))]
    found = deadlines(EDITION, Case(AuditKind.INITIAL), events, date(2026, 12, 21))
    term = next(each for each in found if each.step.id == "final_findings")
    links = (
        s.WhyLink("de reactie op het concept", date(2026, 12, 18), "Reageren op het concept"),
        s.WhyLink("de ontvangst van het conceptrapport", date(2026, 12, 4), None),
    )
    return s.ExplainTerm("Welzijn Rivierenland", term, links)


SCREENS: list[Screen] = [
    s.ShowTerms("Welzijn", EDITION.title, (line(), line(days=None)), (line(TermState.COMING, 40),), 3, line()),
    s.ShowTerms("Welzijn", EDITION.title, (), (), 0, None, EDITION.planning, "recorded"),
    s.ChooseProcess(0),
    s.ChooseProcess(3),
    *(s.ShowTerm("Welzijn", line(state), None, True, "snoozed") for state in TermState),
    s.ShowTerm("Welzijn", line(days=None), EDITION.events[EventKind.CERTIFICATE_EXPIRY], False),
    explained(),
    s.AskOutcome("Definitief rapport"),
    s.AskWhen("Definitief rapport", "future"),
    s.ShowEvents("Welzijn", ((EVENT, "Definitief rapport"),), "corrected"),
    s.ShowEvents("Welzijn", ()),
    s.ShowEvent("Definitief rapport", EVENT, (s.EventVersion(DUE, AT, False), s.EventVersion(DUE, AT, True))),
    s.ConfirmCorrection("Definitief rapport", DUE, DUE),
    s.ConfirmWithdrawal("Definitief rapport", DUE),
    s.EventConflict("Definitief rapport", EVENT),
    s.EventConflict("Definitief rapport", None),
    s.ChooseReminders({ReminderKind.LATE}, MOMENTS, USUAL_HOURS, 2),
    s.ChooseReminders((), replace(MOMENTS, term_days=(0,), action_before=1), USUAL_HOURS, 1),
    s.Remind((reminder(5),)),
    s.Remind((reminder(-2, ReminderKind.LATE, own=False),)),
    s.Remind((reminder(270, ReminderKind.RENEWAL),)),
    s.Remind((), (ACTION,)),
    s.Remind((), (replace(ACTION, days_left=-1),)),
    s.Remind((), (ACTION, replace(ACTION, days_left=-1, organisation=LONG, title=LONG))),
    s.Remind((reminder(3),), (ACTION,)),
    s.Remind((reminder(0), reminder(1), reminder(-1, own=False))),
    s.MakingFile(),
    s.MakingFile(True),
    s.CaptionCalendar("Welzijn", 4),
    s.CaptionCalendar(None, 0),
    s.CaptionTimeline("Welzijn", line()),
    s.CaptionTimeline("Welzijn", None),
]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: type(screen).__name__)
def test_every_screen_renders_without_gaps(screen: Screen) -> None:
    text = render(screen)

    assert 0 < visible_length(text) <= MAX_TEXT
    assert "None" not in text
    assert "Undefined" not in text
    assert not re.search(r" {2,}|\n{3,}", text)


@pytest.mark.parametrize(
    "screen",
    [
        s.ShowTerms(LONG, LONG, (), (), 0, None),
        s.ShowEvents(LONG, ()),
        s.Remind((s.ReminderLine(LONG, "Plan", DUE, 3, ReminderKind.TERM, Party.CI, True),) * 30),
    ],
    ids=lambda screen: type(screen).__name__,
)
def test_long_and_hostile_names_fit(screen: Screen) -> None:
    text = render(screen)

    assert visible_length(text) <= MAX_TEXT
    assert "<b>Lang" not in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (5, "moet over 5 dagen klaar zijn: wo 16 dec"),
        (1, "moet morgen klaar zijn"),
        (0, "moet vandaag klaar zijn."),
        (-1, "had wo 16 dec klaar moeten zijn, 1 dag geleden"),
    ],
)
def test_a_reminder_names_the_true_distance(days: int, said: str) -> None:
    kind = ReminderKind.LATE if days < 0 else ReminderKind.TERM

    assert said in render(s.Remind((reminder(days, kind),)))


def test_names_of_parties_stay_as_they_are() -> None:
    """The short name of the CI begins a sentence without losing its capitals."""
    late = render(s.ShowTerm("Welzijn", line(TermState.LATE, -3), None, True))

    assert "Was zo 6 dec, 3 dagen te laat\nDe CI is aan zet." in late
    assert "De CI is aan zet." in render(s.Remind((reminder(-2, ReminderKind.LATE, own=False),)))


def test_why_this_date_is_a_sentence() -> None:
    text = render(explained())

    assert "<b>1 jan 2027</b> is 2 weken na de reactie op het concept (18 dec 2026)." in text
    assert "“Reageren op het concept” was niet vastgelegd op 18 dec 2026" in text
    assert "📖 bijlage 6, stap 8 en 9" in text


def test_every_event_and_kind_has_a_label_that_fits() -> None:
    labels = [label("term_done", kind) for kind in EventKind]
    labels += [label(name, kind) for kind in ReminderKind for name in ("reminders_on", "reminders_off")]

    assert all(0 < len(each) <= MAX_LABEL for each in labels), labels


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=lambda edition: edition.id)
def test_every_step_can_be_explained(edition: object) -> None:
    """Each step and lapse of the files is a text for people."""
    for step in EDITIONS[edition.id].steps:  # type: ignore[attr-defined]
        assert step.title[0].isupper()
        assert not re.search(r"\bstep\b", step.source)


def test_the_settings_of_reminders_name_the_moments_of_the_edition() -> None:
    """The numbers are data: whoever changes them reads them here at once."""
    usual, other = (
        render(s.ChooseReminders((), moments, hours, looks_back))
        for moments, hours, looks_back in (
            (MOMENTS, USUAL_HOURS, 2),
            (
                replace(MOMENTS, term_days=(10, 1), before_expiry=(), action_before=5, action_after=2),
                Hours(10, 16),
                3,
            ),
        )
    )

    assert "14, 7, 3 en 1 dag van tevoren en op de dag zelf" in usual
    assert "12 maanden, 9 maanden, 6 maanden, 3 maanden, 6 weken en 2 weken van tevoren" in usual
    assert "7 dagen van tevoren, en 1 dag erna" in usual
    assert "10 en 1 dag van tevoren\n" in other
    assert "5 dagen van tevoren, en 2 dagen erna" in other
    assert ("tussen 9 en 18 uur" in usual, "hoogstens 2 keer" in usual) == (True, True)
    assert ("tussen 10 en 16 uur" in other, "hoogstens 3 keer" in other) == (True, True)


def test_a_reminder_of_an_action_names_its_norm_and_day() -> None:
    assert "De actie bij <b>D9 · Samenwerken</b>" in render(s.Remind((), (ACTION,)))
    assert "Hoe staat het ervoor?" in render(s.Remind((), (replace(ACTION, days_left=-1),)))
    assert "<b>Actie D9</b>" in render(s.Remind((reminder(3),), (ACTION,)))


@pytest.mark.parametrize(
    ("days", "said"),
    [(366, "over een jaar"), (275, "over 9 maanden"), (183, "over 6 maanden"), (91, "over 3 maanden"),
     (42, "over 42 dagen"), (1, "morgen")],
)  # fmt: skip
def test_a_certificate_that_lapses_far_away_is_counted_in_months(days: int, said: str) -> None:
    """Nobody knows what 275 days are; the date beside it is exact."""
    text = render(s.Remind((reminder(days, ReminderKind.RENEWAL),)))

    assert f", {said}." in text
