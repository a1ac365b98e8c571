"""The rights of people and how long cases are kept: what somebody wrote, whom to forget, and what goes in the end.

A case is a decision record of the certifying body: who is erased is a number in it from then on. So long after closing
as the procedure says, the words go as well, and what is counted stays.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.complaints import ComplaintId
from domain.process import Period
from domain.roles import PersonId
from domain.working_days import AMSTERDAM, local_day
from storage.sql import complaint_tables as c
from storage.sql import tables as t
from storage.sql.complaint_reading import events_of, number_of

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_HAND = c.complaint_event.c.by == sa.bindparam("person")
_WROTE_IN = (
    sa.select(c.complaint)
    .where(c.complaint.c.id.in_(sa.select(c.complaint_event.c.complaint_id).where(_HAND)))
    .order_by(c.complaint.c.id)
)
_MARKS = (
    sa.select(c.complaint_mark, c.complaint.c.year, c.complaint.c.serial)
    .join(c.complaint, c.complaint.c.id == c.complaint_mark.c.complaint_id)
    .where(c.complaint_mark.c.person_id == sa.bindparam("person"))
    .order_by(c.complaint_mark.c.id)
)


def complaints_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what somebody wrote in complaints, and where they were marked, for the export of their data."""
    rows = {row.id: row for row in work.execute(_WROTE_IN, {"person": person}).all()}
    events = events_of(work, list(rows))
    written = [
        {"number": number_of(rows[complaint]), "what": event.what, "text": event.given.text,
         "is_satisfied": event.given.is_satisfied, "at": event.at.isoformat()}
        for complaint, all_ in events.items()
        for event in all_
        if event.by == person
    ]  # fmt: skip
    marked = [
        {"number": number_of(row), "what": f"marked_as_{row.kind}", "at": row.marked_at.isoformat(),
         "until": row.ended_at.isoformat() if row.ended_at else None}
        for row in work.execute(_MARKS, {"person": person}).all()
    ]  # fmt: skip
    return [*written, *marked]


def purge_cases(work: SqlWork, now: datetime) -> int:
    """Erase the words of cases that were closed so long ago that nobody may keep them; return how many cases."""
    cases = _kept_long_enough(work, now)
    if not cases:
        return 0
    events = c.complaint_event.c.complaint_id.in_(cases)
    files = sa.select(c.complaint_event.c.file_id).where(events, c.complaint_event.c.file_id.is_not(None))
    gone = {"status": "erased", "name_sealed": None, "telegram_id_sealed": None, "sha256": None}
    work.execute(t.stored_file.update().where(t.stored_file.c.id.in_(files)).values(gone))
    work.execute(c.complaint_event.update().where(events).values(content_sealed=None))
    names = {"client_sealed": None, "holder_sealed": None, "claimant_id": None, "origin": None}
    work.execute(c.complaint.update().where(c.complaint.c.id.in_(cases)).values(names))
    work.execute(c.complaint_mark.delete().where(c.complaint_mark.c.complaint_id.in_(cases)))
    for case in cases:
        work.add(t.audit_trail, at=now, person_id=None, organisation_id=None, action="complaint_purged",
                 subject=f"complaint:{case}")  # fmt: skip
    return len(cases)


def _kept_long_enough(work: SqlWork, now: datetime) -> list[ComplaintId]:
    """Return the cases whose words have to go: each procedure says for how long they are kept."""
    procedures = work.audit_rules.cases
    edition = c.complaint.c.procedure
    has_words = c.complaint.c.id.in_(
        sa.select(c.complaint_event.c.complaint_id).where(c.complaint_event.c.content_sealed.is_not(None))
    )
    found: list[ComplaintId] = []
    for procedure in procedures.all.values():
        keep = Period(years=procedure.complaint.keep_years)
        before = datetime.combine(keep.before(local_day(now)), datetime.min.time(), AMSTERDAM)
        is_its = edition == procedure.id
        if procedure.is_default:  # what is not installed any more is read as the default
            is_its = sa.or_(is_its, edition.not_in(list(procedures.all)))
        old = sa.select(c.complaint.c.id).where(c.complaint.c.closed_at < before, is_its, has_words)
        found += [ComplaintId(case) for case in work.execute(old).scalars()]
    return found
