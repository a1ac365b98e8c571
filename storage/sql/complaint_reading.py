"""Rows of complaints and their events become domain values; for stores that know that the actor may."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.cases import CaseKind, CaseLine, CaseRow, KeptTerm
from domain.complaints import (
    STEPS,
    Candidate,
    Complaint,
    Event,
    Given,
    Happening,
    HolderChoice,
    Notary,
    Side,
    Step,
    Subject,
    kept_terms,
    replay,
    running_term,
)
from domain.roles import PersonId
from domain.working_days import local_day
from storage.sql import complaint_tables as c
from storage.sql import tables as t
from storage.sql.actors import open_name, organisation_scope
from storage.sql.case_settings import procedure_of_row
from storage.sql.complaint_reach import CASE, HAS_INTEREST, IS_SUBJECT

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_CLIENT = t.organisation.alias("client")
_HOLDER = t.organisation.alias("holder")
_CLAIMANT = t.person.alias("claimant")

#: Every complaint with what its sealed names need; `person` is the actor.
COMPLAINTS = (
    sa.select(
        CASE,
        _CLIENT.c.name_sealed.label("client_name"),
        _HOLDER.c.name_sealed.label("holder_name"),
        sa.and_(_CLAIMANT.c.chat_id.is_not(None), _CLAIMANT.c.is_reachable).label("has_claimant"),
        HAS_INTEREST.label("has_interest"),
        IS_SUBJECT.label("is_subject"),
    )
    .select_from(
        CASE.outerjoin(_CLIENT, _CLIENT.c.id == CASE.c.organisation_id)
        .outerjoin(_HOLDER, _HOLDER.c.id == CASE.c.holder_id)
        .outerjoin(_CLAIMANT, _CLAIMANT.c.id == CASE.c.claimant_id)
    )
    .order_by(CASE.c.id)
)
_EVENTS = (
    sa.select(c.complaint_event)
    .where(c.complaint_event.c.complaint_id.in_(sa.bindparam("complaints", expanding=True)))
    .order_by(c.complaint_event.c.complaint_id, c.complaint_event.c.number)
)
_NAMES = sa.select(t.person.c.id, t.person.c.name_sealed).where(
    t.person.c.id.in_(sa.bindparam("people", expanding=True))
)

_ACTIONS = frozenset({Happening.NOTE, Happening.MEASURE, Happening.MEDIATION_NOTE, Happening.LESSON})


def number_of(row: Any) -> str:
    """Return what a case is called: "K2026-3"."""
    return f"K{row.year}-{row.serial}"


def client_of(work: SqlWork, row: Any) -> str:
    """Return the name of the client, empty when it is not known or was erased."""
    return _named(work, row, "client", row.organisation_id, row.client_name, row.client_sealed)


def holder_of(work: SqlWork, row: Any) -> str:
    """Return the name of the certificate holder that it is about."""
    return _named(work, row, "holder", row.holder_id, row.holder_name, row.holder_sealed)


def _named(work: SqlWork, row: Any, which: str, organisation: int | None, name: bytes | None, typed: Any) -> str:
    if organisation is not None:
        return work.vault.open(f"organisation.name:{organisation}", name)
    return work.vault.open(typed_place(which, row.ci_id, row.year, row.serial), typed)


def typed_place(which: str, ci: int, year: int, serial: int) -> str:
    """Return where a typed name is sealed."""
    return f"complaint.{which}:{ci}:{year}:{serial}"


def seal_event(work: SqlWork, ci: int, complaint: int, number: int, given: Given) -> bytes:
    """Return what came with an event as it is stored."""
    text = json.dumps(_plain(given), ensure_ascii=False, separators=(",", ":"))
    return work.vault.seal(organisation_scope(ci), _place(complaint, number), text)


def _place(complaint: int, number: int) -> str:
    return f"complaint_event.content:{complaint}:{number}"


def _plain(given: Given) -> dict[str, Any]:
    values: dict[str, Any] = {
        "text": given.text, "criterion": given.criterion, "handler": given.handler.person if given.handler else None,
        "is_satisfied": given.is_satisfied, "number": given.number, "side": given.side, "choice": given.choice,
        "theme": given.theme, "notaries": [[one.name, one.place, one.has_ties] for one in given.notaries],
    }  # fmt: skip
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _given(plain: Mapping[str, Any], file: int | None) -> Given:
    handler = plain.get("handler")
    return Given(
        text=plain.get("text", ""),
        criterion=plain.get("criterion", ""),
        handler=Candidate(PersonId(handler), is_in_core_group=True) if handler is not None else None,
        is_satisfied=plain.get("is_satisfied"),
        notaries=tuple(Notary(*one) for one in plain.get("notaries", [])),
        number=plain.get("number"),
        side=Side(plain["side"]) if "side" in plain else None,
        choice=HolderChoice(plain["choice"]) if "choice" in plain else None,
        theme=plain.get("theme", ""),
        file=file,
    )


def events_of(work: SqlWork, complaints: Sequence[int]) -> Mapping[int, tuple[Event, ...]]:
    """Return the events of complaints, in one statement."""
    found: dict[int, list[Event]] = defaultdict(list)
    for row in work.execute(_EVENTS, {"complaints": list(complaints)}).all():
        text = work.vault.open(_place(row.complaint_id, row.number), row.content_sealed)
        given = _given(json.loads(text) if text else {}, row.file_id)
        found[row.complaint_id].append(Event(row.what, row.at, PersonId(row.by), given))
    return {complaint: tuple(events) for complaint, events in found.items()}


def complaint_of(work: SqlWork, row: Any, events: Iterable[Event]) -> Complaint:
    """Return how a complaint stands."""
    return replay(Subject(row.subject), events, procedure_of_row(work, row), has_claimant=bool(row.has_claimant))


def names_of(work: SqlWork, people: Iterable[int]) -> Mapping[PersonId, str]:
    """Return the names of people, without those that were erased."""
    rows = work.execute(_NAMES, {"people": sorted(set(people))}).all()
    return {PersonId(row.id): open_name(work, row.id, row.name_sealed) for row in rows if row.name_sealed is not None}


def people_in(row: Any, events: Iterable[Event]) -> set[PersonId]:
    """Return everybody who plays a part in a complaint."""
    found = {row.reporter_id, row.claimant_id, row.handler_id}
    for event in events:
        found |= {event.by, event.given.handler.person if event.given.handler else None}
    return {PersonId(person) for person in found if person is not None}


def text_of(events: Iterable[Event], *whats: str) -> str:
    """Return the words of the last event of these kinds, empty when there is none."""
    return next((event.given.text for event in reversed(tuple(events)) if event.what in whats), "")


def case_row(
    work: SqlWork, row: Any, events: tuple[Event, ...], names: Mapping[PersonId, str], now: datetime
) -> CaseRow:
    """Return a complaint as the casusregister shows it."""
    rules, found = procedure_of_row(work, row), complaint_of(work, row, events)
    term = running_term(found, rules)
    is_late = term is not None and term.is_late(now)
    missed = [KeptTerm(term.term, is_met=False)] if term is not None and is_late else []  # though nothing was done yet
    lines = [CaseLine(local_day(e.at), e.what, _words(e), names.get(e.by, "")) for e in events]
    return CaseRow(
        kind=_kind(found),
        id=row.id,
        number=number_of(row),
        on=local_day(row.received_at),
        client=client_of(work, row) or holder_of(work, row),
        description=text_of(events, Happening.SIGNAL),
        state=found.state,
        is_open=not found.state.is_over,
        is_formal_written=found.is_formal_written if found.criterion else None,
        handler=names.get(found.handler, "") if found.handler else "",
        due=term.due if term else None,
        is_late=is_late,
        kept_terms=(*kept_terms(found, rules), *missed),
        is_satisfied=found.is_satisfied,
        escalation=_escalation(found, events),
        root_cause=text_of(events, Happening.ROOT_CAUSE),
        references=text_of(events, Happening.REFERENCES),
        theme=found.theme,
        steps=tuple(line for line in lines if line.what in STEPS or line.what == Happening.HOLDER_DECISION),
        actions=tuple(line for line in lines if line.what in _ACTIONS),
        closed_on=local_day(found.closed_at) if found.closed_at else None,
        names=tuple(names[person] for person in people_in(row, events) if person in names),
    )


def _words(event: Event) -> str:
    """Return what an event says: its own words, or the code of what was chosen."""
    return event.given.text or (event.given.choice or "")


def _kind(found: Complaint) -> CaseKind:
    if found.registered_at is None:
        return CaseKind.SIGNAL
    return CaseKind.HOLDER_COMPLAINT if found.subject is Subject.CERTIFICATE_HOLDER else CaseKind.COMPLAINT


def _escalation(found: Complaint, events: tuple[Event, ...]) -> str:
    reason = text_of(events, Step.ESCALATE)
    has_notary = found.notary is not None and found.notary < len(found.notaries)
    notary = found.notaries[found.notary].name if has_notary and found.notary is not None else ""
    return " · ".join(part for part in (reason, notary) if part)
