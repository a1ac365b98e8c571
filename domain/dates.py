"""Dates as people type them in Dutch: "1 dec", "1-12", "over 3 maanden", "eind maart".

The Dutch words stand here because reading them is grammar, not wording; what the bot says stands in
templates. A date without a year is the next one from today on; a period ("maart", "volgende week") is its
last day, because people give a day by which something is done. A date in the past is returned as
such: the caller decides. Months and years are calendar ones, clamped to the last day
(process-conventions, counting; own).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_NUMBERS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf")
_DAYS_AHEAD = {"vandaag": 0, "nu": 0, "morgen": 1, "overmorgen": 2}
_PARTS_OF_MONTH = {"begin": 1, "half": 15, "medio": 15}  # anything else is its last day
_HALF_YEARS = {"half": 6, "anderhalf": 18}
_MONTHS_IN = {"maand": 1, "kwartaal": 3, "jaar": 12}

_LEAD_IN = re.compile(r"^(?:uiterlijk|voor|vóór|op|per|vanaf|tegen|rond|in|klaar|de|het|ma|di|wo|do|vr|za|zo)\s+")
_BETWEEN_DAYS = re.compile(r"\s*(?:,|;|\n|&|\ben\b)\s*")
_BARE_DAY = re.compile(r"(?:[a-z]+\s+)?\d{1,2}e?")
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>\d{4}|\d{2})"


def add_months(day: date, months: int) -> date:
    """Return the same day so many months on (or back); a day that does not exist becomes the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, last_day(year, month + 1).day))


def last_day(year: int, month: int) -> date:
    """Return the last day of a month (1-12)."""
    return date(year, month, calendar.monthrange(year, month)[1])


def parse_date(text: str, today: date) -> date | None:
    """Return the day that a person means, or None when it is no day we understand or one that does not exist."""
    words = _without_lead_in(" ".join(text.lower().replace(",", " ").split()).rstrip(".!"))
    for pattern, read in _FORMS:
        if match := pattern.fullmatch(words):
            try:
                return read(match, today)
            except (ValueError, OverflowError):  # no such day, or no such month: another form may fit
                continue
    return None


def parse_days(text: str, today: date) -> tuple[tuple[str, date | None], ...]:
    """Return the days of a list as people write it, each with its words; None for what is no day.

    A bare number has the month of what follows: "1 en 2 december" is two days.
    """
    parts = [part for part in _BETWEEN_DAYS.split(text.strip().lower()) if part]
    whole, month = list[str](), ""
    for part in reversed(parts):
        bare = _BARE_DAY.match(part)
        is_bare = bare is not None and bare.end() == len(part)
        month = part[bare.end() :] if bare is not None and not is_bare else month
        whole.append(f"{part} {month}".strip() if is_bare else part)
    return tuple((part, parse_date(full, today)) for part, full in zip(parts, reversed(whole), strict=True))


def _without_lead_in(words: str) -> str:
    """Drop "uiterlijk", "op", "ma" and the like, and a weekday that stands before a date."""
    shorter = _LEAD_IN.sub("", words)
    for weekday in _WEEKDAYS:
        shorter = re.sub(rf"^{weekday}\s+(?=\d)", "", shorter)
    return shorter if shorter == words else _without_lead_in(shorter)


def _ymd(match: re.Match[str], _today: date) -> date:
    """Read "2026-12-01"."""
    return date(int(match["year"]), int(match["month"]), int(match["day"]))


def _day_month(match: re.Match[str], today: date) -> date:
    """Read "1-12", "1/12/26" and "1 december 2026"."""
    month = _month_number(match["month"])
    return _dated(match["year"], lambda year: date(year, month, int(match["day"])), today)


def _dated(year: str | None, make: Callable[[int], date], today: date) -> date:
    """Make a day in the year that was typed, or else the first from today on."""
    if year is not None:
        return make(int(year) if len(year) == 4 else 2000 + int(year))
    this_year = _try(make, today.year)
    return this_year if this_year and this_year >= today else make(today.year + 1)


def _try(make: Callable[[int], date], year: int) -> date | None:
    try:
        return make(year)
    except ValueError:
        return None


def _month_number(text: str) -> int:
    """Read "12", "dec" or "december"; "mrt" and "sept" are how people shorten those two.

    Raises:
        ValueError: it is no month.
    """
    if text.isdigit():
        return int(text)
    name = {"mrt": "maart"}.get(text, text)
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name) and len(name) >= 3:
            return number
    raise ValueError(text)


def _part_of_month(match: re.Match[str], today: date) -> date:
    """Read "begin maart" (the 1st), "half maart" (the 15th), "eind maart" and "maart" (the last day)."""
    month = _month_number(match["month"])
    day = _PARTS_OF_MONTH.get(match["part"] or "")
    return _dated(match["year"], lambda year: date(year, month, day) if day else last_day(year, month), today)


def _month_of_year(match: re.Match[str], _today: date) -> date:
    """Read "3-2027" as the last day of March."""
    return last_day(int(match["year"]), int(match["month"]))


def _ahead(match: re.Match[str], today: date) -> date:
    """Read "over 3 maanden", "over een jaar", "2 weken"."""
    unit = match["unit"]
    count = int(match["count"]) if match["count"].isdigit() else _NUMBERS.index(match["count"].replace("é", "e"))
    if unit.startswith("da"):
        return today + timedelta(days=count)
    if unit.startswith("we"):
        return today + timedelta(weeks=count)
    months = {"m": 1, "k": 3, "j": 12}
    return add_months(today, count * months[unit[0]])


def _half_years_ahead(match: re.Match[str], today: date) -> date:
    """Read "over een half jaar", "anderhalf jaar"."""
    return add_months(today, _HALF_YEARS[match["half"]])


def _day_name(match: re.Match[str], today: date) -> date:
    """Read "vandaag", "morgen", "overmorgen"."""
    return today + timedelta(days=_DAYS_AHEAD[match["name"]])


def _weekday(match: re.Match[str], today: date) -> date:
    """Read "vrijdag" (the next one after today) and "volgende vrijdag" (the one in the week after this)."""
    wanted = _WEEKDAYS.index(match["weekday"])
    if match["next"]:
        return today + timedelta(days=7 - today.weekday() + wanted)
    return today + timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _end_of_this(match: re.Match[str], today: date) -> date:
    """Read "dit jaar", "eind van de maand", "deze week" (in a weekend: today)."""
    return max(_end_of(match["period"], today), today)


def _end_of_next(match: re.Match[str], today: date) -> date:
    """Read "volgende week", "eind volgend jaar"."""
    period = match["period"]
    ahead = today + timedelta(weeks=1) if period == "week" else add_months(today, _MONTHS_IN[period])
    return _end_of(period, ahead)


def _end_of(period: str, day: date) -> date:
    """Return the last day of the period around a day; of a week that is Friday."""
    if period == "week":
        return day + timedelta(days=4 - day.weekday())
    if period == "maand":
        return last_day(day.year, day.month)
    if period == "kwartaal":
        return last_day(day.year, (day.month + 2) // 3 * 3)
    return date(day.year, 12, 31)


def _year_end(match: re.Match[str], _today: date) -> date:
    """Read "eind 2027"."""
    return date(int(match["year"]), 12, 31)


def _quarter(match: re.Match[str], today: date) -> date:
    """Read "Q1 2027" and "1e kwartaal" as the last day of the quarter."""
    quarter = int(match["quarter"] or match["ordinal"])
    return _dated(match["year"], lambda year: last_day(year, quarter * 3), today)


def _week(match: re.Match[str], today: date) -> date:
    """Read "week 12" as the Friday of that ISO week."""
    return _dated(match["year"], lambda year: date.fromisocalendar(year, int(match["week"]), 5), today)


_Form = tuple[re.Pattern[str], Callable[[re.Match[str], date], date]]

_NUMBER = rf"(?P<count>\d{{1,3}}|één|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>dag|dagen|week|weken|maand|maanden|mnd|kwartaal|kwartalen|jaar|jaren)"
_PERIOD = r"(?P<period>week|maand|kwartaal|jaar)"
_NEXT = r"(?:volgende?|komende?)"
_FORMS: tuple[_Form, ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", _ymd),
        (rf"(?P<day>\d{{1,2}}) ?[-/.] ?(?P<month>\d{{1,2}})(?: ?[-/.] ?{_YEAR})?", _day_month),
        (rf"(?P<day>\d{{1,2}})(?:e|ste|de)?[- ]?{_MONTH}(?:[- ]{_YEAR})?", _day_month),
        (r"(?P<month>\d{1,2})[-/](?P<year>\d{4})", _month_of_year),
        (rf"(?P<name>{'|'.join(_DAYS_AHEAD)})", _day_name),
        (rf"(?P<next>volgende (?:week )?)?(?:komende |aanstaande )?(?P<weekday>{'|'.join(_WEEKDAYS)})", _weekday),
        (rf"(?:over |binnen )?{_NUMBER} ?{_UNIT}", _ahead),
        (r"(?:over |binnen )?(?:een )?(?P<half>half|anderhalf) ?jaar", _half_years_ahead),
        (rf"(?:einde? )?(?:van )?{_NEXT} {_PERIOD}", _end_of_next),
        (rf"(?:einde? (?:van )?(?:dit |deze |het |de )?|dit |deze ){_PERIOD}", _end_of_this),
        (r"(?:einde? )?(?P<year>\d{4})", _year_end),
        (rf"(?:q(?P<quarter>[1-4])|(?P<ordinal>[1-4])e kwartaal)(?: (?:van )?{_YEAR})?", _quarter),
        (rf"week (?P<week>\d{{1,2}})(?: (?:van )?{_YEAR})?", _week),
        (rf"(?:(?P<part>begin|half|medio|einde?) )?(?:van )?{_MONTH}(?: {_YEAR})?", _part_of_month),
    )
)
