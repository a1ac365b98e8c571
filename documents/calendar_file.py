"""Terms as a calendar file (RFC 5545): whole days, whose identity stays the same, so that a new file updates the old.

A term that was done stays in the file with a tick, because the appointment is in somebody's calendar already.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from documents import words
from documents.calendar_data import CalendarEntry, CalendarReport
from documents.plain_text import clean, file_stem, one_line

_LONGEST_NAME = 80


def render_calendar(report: CalendarReport) -> bytes:
    """Return the calendar file."""
    calendar = Calendar()
    calendar.add("prodid", "-//Handvat//Termijnen//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words.text("calendar.name"))
    for entry in report.entries:
        calendar.add_component(_event(entry, report.made_at))
    content: bytes = calendar.to_ical()
    return content


def calendar_file_name(report: CalendarReport) -> str:
    """Return a name such as "Termijnen Welzijn Rivierenland.ics", safe on every system."""
    name = file_stem(report.organisation, _LONGEST_NAME) if report.organisation else ""
    return words.text("file.calendar", organisation=name or words.text("calendar.all"))


def _event(entry: CalendarEntry, made_at: datetime) -> Event:
    event, stamp = Event(), made_at.astimezone(UTC).replace(microsecond=0)
    title = words.text("calendar.title", title=one_line(entry.title), organisation=one_line(entry.organisation))
    event.add("uid", f"{entry.identity}@handvat")
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", int(stamp.timestamp()) // 60)  # a later file is a newer version
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + timedelta(days=1))
    event.add("summary", f"✅ {title}" if entry.is_done else title)
    event.add("description", clean(entry.explanation))
    event.add("transp", "TRANSPARENT")
    return event
