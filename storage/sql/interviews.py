"""Interviews: numbered per audit, with who was spoken to as functions and who of the team takes part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NoReturn

import sqlalchemy as sa

from domain.audit import AuditId, Interview, InterviewId
from domain.framework import FrameworkId, NormId, WhoCode
from domain.roles import Permission, PersonId
from storage.interfaces import NotAllowed
from storage.sql import tables as t
from storage.sql.audit_reach import allowing, audit_scope, fieldwork_of, of_actor
from storage.sql.audits import SqlAudits
from storage.sql.reach import Reach

MAX_DESCRIPTION = 200
MAX_PLACE = 100

_AUDIT: Any = sa.bindparam("audit")
#: Under which the interviews and findings of the audit are kept: the host of a combination, else itself.
HOST = fieldwork_of(_AUDIT)
_INTERVIEWS = (
    sa.select(t.interview)
    .join(t.audit, t.audit.c.id == _AUDIT)
    .where(t.interview.c.audit_id == HOST)
    .order_by(t.interview.c.number)
)
_READABLE = _INTERVIEWS.where(allowing(Permission.READ_AUDIT))
_ONE = _READABLE.where(t.interview.c.number == sa.bindparam("number"))
_TO_CHANGE = _INTERVIEWS.where(
    allowing(Permission.HOLD_INTERVIEW), t.interview.c.number == sa.bindparam("number")
).with_for_update(of=t.interview)
_VIEW = t.audit.alias("view")
#: Holds the audit under which they are kept, so that two people who open an interview at once get numbers of their own.
_HELD = (
    sa.select(t.audit.c.id.label("host"), _VIEW.c.framework)
    .select_from(t.audit.join(_VIEW, _VIEW.c.id == _AUDIT))
    .where(t.audit.c.id == HOST, allowing(Permission.HOLD_INTERVIEW, _VIEW))
    .with_for_update(of=t.audit)
)
_BROUGHT_UP = (
    sa.select(t.finding_norm.c.norm)
    .distinct()
    .join(t.finding, t.finding.c.id == t.finding_norm.c.finding_id)
    .join(t.audit, t.audit.c.id == t.finding_norm.c.audit_id)
    .where(
        t.audit.c.id == _AUDIT,
        allowing(Permission.READ_AUDIT),
        t.finding.c.interview_id == sa.bindparam("interview"),
        t.finding.c.withdrawn_at.is_(None),
    )
)


class Interviews(Reach):
    """Opens, describes, ends and resumes interviews of the audits within the actor's reach."""

    def interviews(self, audit: AuditId) -> tuple[Interview, ...]:
        """Return all interviews of an audit, in order."""
        rows = self._work.execute(_READABLE, self._in(audit)).all()
        if not rows:
            self._check(audit, Permission.READ_AUDIT)
        return tuple(self._interview(row) for row in rows)

    def interview(self, audit: AuditId, number: int) -> Interview:
        """Return one interview. Raises NotAllowed when there is none with this number."""
        row = self._work.execute(_ONE, self._in(audit, number=number)).first()
        return self._interview(row) if row is not None else self._refuse(audit, Permission.READ_AUDIT, "interview")

    def open_interview(self, audit: AuditId, functions: Sequence[WhoCode], at: datetime, *, seen: int) -> Interview:
        """Open the next interview with the actor in it; a second tap returns what the first one opened."""
        held = self._work.execute(_HELD, self._in(audit)).first()
        if held is None:
            self._refuse(audit, Permission.HOLD_INTERVIEW, "audit")
        known = {function.code for function in self._work.frameworks[FrameworkId(held.framework)].functions}
        if not functions or not known.issuperset(functions):
            raise NotAllowed("function")
        before = self.interviews(audit)
        if (opened := self._opened_since(before, tuple(functions), seen)) is not None:
            return opened
        number = before[-1].number + 1 if before else 1
        values = {
            "audit_id": held.host, "number": number, "functions": list(functions),
            "participants": [self._actor.person], "started_at": at,
        }  # fmt: skip
        insert = t.interview.insert().values(values).returning(t.interview.c.id)
        id_ = InterviewId(self._work.execute(insert).scalar_one())
        self._audit("interview_opened", f"interview:{held.host}:{number}", at)
        return Interview(id_, AuditId(held.host), number, tuple(functions), "", (self._actor.person,), at)

    def _opened_since(
        self, interviews: Sequence[Interview], functions: tuple[WhoCode, ...], seen: int
    ) -> Interview | None:
        """Return what the actor opened with these functions after a screen was made."""
        me = self._actor.person
        mine = (i for i in interviews if i.number > seen and i.participants[:1] == (me,) and i.is_running)
        return next((interview for interview in mine if interview.functions == functions), None)

    def describe_interview(
        self, audit: AuditId, number: int, *, description: str | None = None, place: str | None = None
    ) -> Interview:
        """Record function and team, or where it is held. Only for who takes part."""
        row = self._held(audit, number)
        if self._actor.person not in row.participants:
            raise NotAllowed("interview")
        changed: dict[str, Any] = {}
        if description is not None:
            changed["description_sealed"] = self._seal_of(row, "description", description[:MAX_DESCRIPTION])
        if place is not None:
            changed["place_sealed"] = self._seal_of(row, "place", place[:MAX_PLACE])
        return self._changed(row, changed)

    def join_interview(self, audit: AuditId, number: int) -> Interview:
        """Let the actor take part; who does already changes nothing."""
        row = self._held(audit, number)
        return self._changed(row, self._with_me(row))

    def end_interview(self, audit: AuditId, number: int, at: datetime) -> Interview:
        """End an interview, for everybody in it; again changes nothing."""
        row = self._held(audit, number)
        if self._actor.person not in row.participants:
            raise NotAllowed("interview")
        if row.ended_at is not None:
            return self._interview(row)
        self._audit("interview_ended", f"interview:{row.audit_id}:{number}", at)
        return self._changed(row, {"ended_at": at})

    def resume_interview(self, audit: AuditId, number: int) -> Interview:
        """Go on with an interview that was ended, and take part in it."""
        row = self._held(audit, number)
        ended = {"ended_at": None} if row.ended_at is not None else {}
        return self._changed(row, self._with_me(row) | ended)

    def brought_up(self, audit: AuditId, interview: Interview) -> frozenset[NormId]:
        """Return the norms of an audit at which something was recorded in this interview."""
        found = self._work.execute(_BROUGHT_UP, self._in(audit, interview=interview.id))
        return frozenset(NormId(norm) for norm in found.scalars())

    # ------------------------------------------------------------------------------------------------ reach

    def _in(self, audit: AuditId, **values: Any) -> dict[str, Any]:
        """Return the parameters that every statement carries. Raises NotAllowed for who audits nothing."""
        return of_actor(self._actor) | {"audit": audit} | values

    def _check(self, audit: AuditId, permission: Permission) -> None:
        """Raise the refusal that fits. Raises NotAllowed, StatementsMissing, WrongStage."""
        engagement = SqlAudits(self._work, self._actor).within(audit, permission)
        if engagement.role is None:
            raise NotAllowed(permission.value)

    def _refuse(self, audit: AuditId, permission: Permission, what: str) -> NoReturn:
        """Say why a statement found nothing: the audit is not open to the actor, or there is no such thing in it."""
        self._check(audit, permission)
        raise NotAllowed(what)

    # -------------------------------------------------------------------------------------------- rows and values

    def _held(self, audit: AuditId, number: int) -> Any:
        """Return the row of an interview, held for a change."""
        row = self._work.execute(_TO_CHANGE, self._in(audit, number=number)).first()
        return row if row is not None else self._refuse(audit, Permission.HOLD_INTERVIEW, "interview")

    def _with_me(self, row: Any) -> dict[str, Any]:
        me = self._actor.person
        return {} if me in row.participants else {"participants": [*row.participants, me]}

    def _changed(self, row: Any, values: dict[str, Any]) -> Interview:
        """Store what changed and return the interview as it is now."""
        if values:
            values["version"] = row.version + 1
            update = t.interview.update().where(t.interview.c.id == row.id).values(values).returning(t.interview)
            row = self._work.execute(update).one()
        return self._interview(row)

    def _seal_of(self, row: Any, field: str, text: str) -> bytes:
        place = f"interview.{field}:{row.audit_id}:{row.number}"
        return self._work.vault.seal(audit_scope(row.audit_id), place, text)

    def _interview(self, row: Any) -> Interview:
        open_: Callable[[str, bytes | None], str] = self._work.vault.open
        return Interview(
            id=InterviewId(row.id),
            audit=AuditId(row.audit_id),
            number=row.number,
            functions=tuple(WhoCode(code) for code in row.functions),
            description=open_(f"interview.description:{row.audit_id}:{row.number}", row.description_sealed),
            participants=tuple(PersonId(person) for person in row.participants),
            started_at=row.started_at,
            place=open_(f"interview.place:{row.audit_id}:{row.number}", row.place_sealed),
            ended_at=row.ended_at,
            version=row.version,
        )
