"""Terms: dates worked out by hand, and what must hold whatever people record, in whatever order."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.audit import AuditId, AuditKind, ProcessId
from domain.deadlines import (
    Case,
    Renewal,
    Scenario,
    TermState,
    deadlines,
    next_up,
    renewal_of,
    scenario,
)
from domain.process import (
    EventId,
    EventKind,
    Party,
    ProcessEdition,
    ProcessEvent,
    Shift,
    certificate_date,
)
from domain.weighing import Outcome
from storage.process_content import load_processes
from tests.changing import replace

_CASES = yaml.safe_load((Path(__file__).parent / "deadline_cases.yaml").read_text(encoding="utf-8"))
EDITIONS = load_processes()
AUDIT = AuditId(1)


def _events(given: dict[str, Any]) -> list[ProcessEvent]:
    found = []
    for name, value in given.items():
        kind = EventKind(name)
        entries = value if isinstance(value, list) else [value]
        if len(entries) == 2 and isinstance(entries[1], str):
            entries = [tuple(entries)]
        for entry in entries:
            on, detail = entry if isinstance(entry, tuple) else (entry, "")
            found.append(ProcessEvent(EventId(len(found) + 1), AUDIT, kind, on, detail=detail))
    return found


def _case(case: dict[str, Any]) -> Case:
    outcome = case.get("outcome")
    return Case(
        AuditKind(case.get("kind", "initial_audit")),
        case.get("statements", False),
        Outcome(outcome) if outcome else None,
        case.get("previous_expiry"),
        Renewal(**case.get("renewal", {})),
    )


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_a_date_from_the_sources(case: dict[str, Any]) -> None:
    edition = EDITIONS[ProcessId(case.get("edition", "2021"))]

    found = deadlines(edition, _case(case), _events(case["given"]), case["today"])

    terms = {term.term: term for term in found}
    for name, (due, state, *party) in case["expect"].items():
        assert name in terms, sorted(terms)
        assert (terms[name].due or "-", terms[name].state) == (due, state), name
        assert [terms[name].party] == party or not party, name
    assert not set(case.get("absent", ())) & set(terms)
    if "next" in case:
        waiting = next_up(found)
        assert (waiting.term if waiting else None) == case["next"]


def test_the_path_says_why() -> None:
    """ "Waarom deze datum" is the path itself: no reaction came, so the draft counts as answered on its due date."""
    events = _events({"draft_received": date(2026, 12, 16)})

    found = deadlines(EDITIONS[ProcessId("2021")], Case(AuditKind.INITIAL), events, date(2027, 1, 2))

    final = next(term for term in found if term.step.id == "final_findings")
    assert [(link.event, link.on) for link in final.path] == [
        (EventKind.DRAFT_RESPONSE_RECEIVED, date(2026, 12, 30)),
        (EventKind.DRAFT_RECEIVED, date(2026, 12, 16)),
    ]
    assert final.path[0].lapsed is not None
    assert final.path[0].lapsed.id == "draft_response"
    assert final.step.source == "bijlage 6, stap 8 en 9"


def test_a_missing_date_is_named() -> None:
    events = _events({"findings_final": [date(2027, 7, 5), "followup_required"]})

    found = deadlines(EDITIONS[ProcessId("2021")], Case(AuditKind.RECERTIFICATION), events, date(2027, 7, 6))

    assert next(t for t in found if t.step.id == "followup_audit").missing is EventKind.CERTIFICATE_EXPIRY


def test_a_setting_moves_due_dates_to_a_working_day() -> None:
    """No source says so, so it is off; a CI that agrees on it switches it on for all."""
    edition = EDITIONS[ProcessId("2021")]
    shifted = replace(edition, settings=replace(edition.settings, shift=Shift.NEXT_WORKING_DAY))
    events = _events({"last_audit_day": date(2027, 3, 20)})  # two weeks later is a Saturday, then Easter Monday is far

    def due(edition: ProcessEdition) -> date | None:
        found = deadlines(edition, Case(AuditKind.INITIAL), events, date(2027, 3, 21), lambda day: day.weekday() < 5)
        return next(term.due for term in found if term.step.id == "draft_report")

    assert (due(edition), due(shifted)) == (date(2027, 4, 3), date(2027, 4, 5))


def test_a_renewed_certificate_follows_the_old_one() -> None:
    edition, made, old = EDITIONS[ProcessId("2021")], date(2027, 5, 24), date(2027, 3, 20)

    assert certificate_date(edition, AuditKind.RECERTIFICATION, made, old) == old
    assert certificate_date(edition, AuditKind.INITIAL, made, None) == made


@pytest.mark.parametrize(
    ("renewal", "today", "expected"),
    [
        (Renewal(), date(2027, 3, 20), None),
        (Renewal(finished_on=date(2027, 3, 20)), date(2027, 1, 1), Scenario.ON_TIME),
        (Renewal(under_way_on=date(2027, 3, 20)), date(2027, 3, 21), Scenario.UNDER_WAY),
        (Renewal(under_way_on=date(2027, 3, 21)), date(2027, 3, 22), Scenario.NOT_STARTED),
        (Renewal(under_way_on=date(2027, 1, 1)), date(2027, 9, 20), Scenario.UNDER_WAY),
        (Renewal(under_way_on=date(2027, 1, 1)), date(2027, 9, 21), Scenario.LAPSED),
    ],
)
def test_what_happens_on_the_expiry_date(renewal: Renewal, today: date, expected: Scenario | None) -> None:
    assert scenario(EDITIONS[ProcessId("2021")], date(2027, 3, 20), renewal, today) is expected


def test_a_re_audit_tells_the_old_certificate_how_far_it_is() -> None:
    given = {"ci_contracted": date(2027, 1, 15), "findings_final": [date(2027, 3, 1), "all_met"],
             "summary_received": [date(2027, 3, 8)], "summary_complete": date(2027, 3, 15)}  # fmt: skip

    found = renewal_of(EDITIONS[ProcessId("2021")], Case(AuditKind.RECERTIFICATION), _events(given), date(2027, 3, 16))

    assert found == Renewal(date(2027, 1, 15), date(2027, 3, 8), date(2027, 3, 15), None)


# --- whatever people record ------------------------------------------------------------------------------------------

_START = date(2026, 1, 1)
_NEEDS_OUTCOME = {EventKind.FINDINGS_FINAL, EventKind.FOLLOWUP_AUDIT_DONE}
_OUTCOMES = st.sampled_from([Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED])
_EVENT = st.builds(
    lambda kind, days, outcome: ProcessEvent(
        EventId(1), AUDIT, kind, _START + timedelta(days=days), detail=str(outcome) if kind in _NEEDS_OUTCOME else ""
    ),
    st.sampled_from(EventKind),
    st.integers(0, 1200),
    _OUTCOMES,
)
_CASE = st.builds(
    lambda kind, signed, outcome, expiry, begun: Case(
        kind, signed, outcome, _START + timedelta(days=expiry) if expiry else None,
        Renewal(_START + timedelta(days=begun) if begun else None),
    ),
    st.sampled_from(AuditKind), st.booleans(), st.none() | _OUTCOMES, st.none() | st.integers(1, 900),
    st.none() | st.integers(1, 900),
)  # fmt: skip
_EDITION = st.sampled_from(sorted(EDITIONS.values(), key=lambda edition: edition.id))
_TODAY = st.integers(0, 1500).map(lambda days: _START + timedelta(days=days))


@settings(max_examples=300, deadline=None)
@given(_EDITION, _CASE, st.lists(_EVENT, max_size=14), _TODAY, st.randoms(use_true_random=False))
def test_the_order_of_recording_plays_no_part(
    edition: ProcessEdition, case: Case, events: list[ProcessEvent], today: date, random: Any
) -> None:
    """Two people record the same things on different days, by phone and weeks later."""
    shuffled = list(events)
    random.shuffle(shuffled)

    assert deadlines(edition, case, events, today) == deadlines(edition, case, shuffled, today)


@settings(max_examples=300, deadline=None)
@given(_EDITION, _CASE, st.lists(_EVENT, max_size=14), _TODAY)
def test_no_term_stands_twice(edition: ProcessEdition, case: Case, events: list[ProcessEvent], today: date) -> None:
    found = deadlines(edition, case, events, today)

    assert len({term.term for term in found}) == len(found)
    assert all(isinstance(term.party, Party) for term in found)
    assert all(term.path for term in found if term.due is not None)


@settings(max_examples=200, deadline=None)
@given(_EDITION, _CASE, st.lists(_EVENT, min_size=1, max_size=12), _EVENT, _TODAY, st.integers(0, 11))
def test_a_correction_leaves_no_trace(
    edition: ProcessEdition, case: Case, events: list[ProcessEvent], wrong: ProcessEvent, today: date, at: int
) -> None:
    """What was recorded by mistake and withdrawn, or put right, is as if it had never been there."""
    mistaken = [*events[:at], wrong, *events[at:]]
    corrected = [event for event in mistaken if event is not wrong]

    deadlines(edition, case, mistaken, today)

    assert deadlines(edition, case, corrected, today) == deadlines(edition, case, events, today)


@st.composite
def _lives(draw: st.DrawFn) -> tuple[ProcessEdition, Case, list[ProcessEvent], date]:
    """A life as people lead it: whoever is next acts in time, too late or not at all, until the certificate."""
    edition, case = draw(_EDITION), Case(draw(st.sampled_from([AuditKind.INITIAL, AuditKind.RECERTIFICATION])))
    case = Case(case.kind, outcome=draw(_OUTCOMES))
    day, events = _START, [ProcessEvent(EventId(1), AUDIT, EventKind.LAST_AUDIT_DAY, _START)]
    for number in range(draw(st.integers(0, 14))):
        waiting = next_up(deadlines(edition, case, events, day))
        if waiting is None or not waiting.step.produces:
            break
        day += timedelta(days=draw(st.integers(0, 60)))
        kind = draw(st.sampled_from(waiting.step.produces))
        if kind is EventKind.CERTIFICATE_EXPIRY:
            break
        detail = str(draw(_OUTCOMES)) if kind in _NEEDS_OUTCOME else ""
        events.append(ProcessEvent(EventId(number + 2), AUDIT, kind, day, detail=detail))
    return edition, case, events, day


@settings(max_examples=400, deadline=None)
@given(_lives(), st.integers(0, 900))
def test_somebody_is_always_next(life: tuple[ProcessEdition, Case, list[ProcessEvent], date], waited: int) -> None:
    """A process that waits for nobody is forgotten; it only ends at a negative result, or with a certificate."""
    edition, case, events, day = life
    kinds = {event.kind for event in events}

    found = deadlines(edition, case, events, day + timedelta(days=waited))

    is_told = EventKind.SUMMARY_RECEIVED in kinds and kinds & {
        EventKind.CI_DECISION_NEGATIVE, EventKind.REVISED_PLAN_REJECTED, EventKind.FOLLOWUP_DECLINED,
        EventKind.FOLLOWUP_AUDIT_DONE,
    }  # fmt: skip
    is_decided = kinds & {EventKind.CI_DECISION_POSITIVE, EventKind.CI_DECISION_NEGATIVE}
    ends_there = is_decided and not edition.goes_to_swn
    is_over = (
        is_told or EventKind.CERTIFICATE_ISSUED in kinds or ends_there or _has_lapsed_into_nothing(edition, events)
    )
    assert next_up(found) is not None or is_over, [(term.term, term.state) for term in found]


def _has_lapsed_into_nothing(edition: ProcessEdition, events: list[ProcessEvent]) -> bool:
    """In 2017 a choice that nobody made counts as declined, and a negative advice may have been told already."""
    return edition.id == "2017" and any(event.kind is EventKind.SUMMARY_RECEIVED for event in events)


@settings(max_examples=200, deadline=None)
@given(_lives())
def test_time_alone_never_takes_a_term_away(life: tuple[ProcessEdition, Case, list[ProcessEvent], date]) -> None:
    """A term that was announced stays there with the same date, whatever day it is looked at."""
    edition, case, events, day = life
    before = {term.term: term.due for term in deadlines(edition, case, events, day)}

    after = {term.term: term.due for term in deadlines(edition, case, events, day + timedelta(days=400))}

    assert {term: after.get(term) for term in before} == before


def test_every_state_is_reached() -> None:
    """The cases above show each of them."""
    assert {state for case in _CASES for _, state, *_ in case["expect"].values()} == set(TermState)
