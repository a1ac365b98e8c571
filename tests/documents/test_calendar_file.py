"""The calendar file: whole days that a calendar recognises again when they move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from documents.calendar_data import CalendarEntry, CalendarReport
from documents.calendar_file import calendar_file_name, render_calendar

MADE = datetime(2026, 12, 9, 9, 0, tzinfo=UTC)


def entry(on: date, *, done: bool = False, title: str = "Conceptrapport naar het lid") -> CalendarEntry:
    return CalendarEntry("audit12-draft_report-1", on, title, "Welzijn; Noord, \nOost", "bijlage 6, stap 5", done)


def read(*entries: CalendarEntry, made_at: datetime = MADE) -> list[Any]:
    content = render_calendar(CalendarReport("Welzijn", entries, made_at))
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_term_is_a_whole_day() -> None:
    [event] = read(entry(date(2026, 12, 16)))

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 16), date(2026, 12, 17))
    assert str(event["SUMMARY"]) == "Conceptrapport naar het lid · Welzijn; Noord, Oost"


def test_a_term_that_moved_replaces_its_appointment() -> None:
    """The same identity with a higher number: that is how a calendar knows."""
    [before] = read(entry(date(2026, 12, 16)))
    [after] = read(entry(date(2026, 12, 18)), made_at=MADE + timedelta(hours=1))

    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt == date(2026, 12, 18)


def test_what_is_done_has_a_tick() -> None:
    [event] = read(entry(date(2026, 12, 16), done=True))

    assert str(event["SUMMARY"]).startswith("✅ ")


@pytest.mark.parametrize(
    "text",
    [
        "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:kwaad@voorbeeld.nl\r\nEND:VALARM",
        "x\nATTENDEE:mailto:kwaad@voorbeeld.nl", "x\rORGANIZER:x", "x\u2028DTSTART:20200101", "x\x0bURL:http://x",
        "x\x85UID:1",
        "\\nATTENDEE:x", 'a";X="b', "é" * 80 + "\r\nBEGIN:VEVENT", "x\0y\x1by",
    ],
)  # fmt: skip
def test_no_text_becomes_a_line_of_the_calendar(text: str) -> None:
    """An attendee or an alarm that somebody wrote into a name would be carried out by the calendar of another."""
    hostile = CalendarEntry("audit1-x-1", date(2026, 12, 16), text, text, text, False)
    content = render_calendar(CalendarReport(text, (hostile,), MADE))
    lines = content.decode().replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")

    assert len(read(hostile)) == 1
    names = [line.partition(":")[0].partition(";")[0] for line in lines if line]
    assert {"ATTENDEE", "ORGANIZER", "URL", "ACTION"}.isdisjoint(names)
    assert (names.count("BEGIN"), names.count("UID"), names.count("DTSTART")) == (2, 1, 1)
    assert not any(sign in line for line in lines for sign in "\n\r\x0b\x85\u2028\0\x1b")


def test_the_name_of_the_file() -> None:
    assert calendar_file_name(CalendarReport("Welzijn/Noord", (), MADE)).endswith(".ics")
    assert calendar_file_name(CalendarReport(None, (), MADE)) == "Termijnen alles.ics"
