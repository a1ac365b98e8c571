"""Complaints and client signals: everybody reports, the office decides, a handler without an interest treats.

A step is: hold the row if the actor reaches it, look up what the guards need, let the domain take the step, add its
event. Who reaches what, and who has an interest, stands in the queries (`storage.sql.complaint_reach`).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import MembershipId
from domain.audit import AuditId, Stage
from domain.case_procedure import CaseProcedure
from domain.cases import CaseRow
from domain.complaints import (
    Candidate,
    Capacity,
    Complaint,
    ComplaintId,
    ComplaintRefused,
    ComplaintState,
    Doer,
    Event,
    Given,
    Happening,
    Hindrance,
    Interest,
    Step,
    Subject,
    after,
    classify_by,
    note,
    running_term,
    take,
)
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role
from domain.self_evaluation import FileId
from domain.working_days import local_day
from storage.complaint_interfaces import (
    AlreadyPassedOn,
    Body,
    Client,
    ComplaintChanged,
    Dossier,
    HandlerOption,
    NewSignal,
    OwnCase,
    Person,
    Received,
)
from storage.interfaces import FileRef, NotAllowed
from storage.plan_interfaces import Addressee
from storage.sql import complaint_tables as c
from storage.sql import tables as t
from storage.sql.actors import clean_name, open_name, organisation_scope
from storage.sql.case_reminders import look_again, tick_off_first
from storage.sql.case_settings import procedure_at, procedure_of_row, treat_weeks_at
from storage.sql.complaint_reach import CASE, WITHIN, interests_of
from storage.sql.complaint_reading import (
    COMPLAINTS,
    case_row,
    client_of,
    complaint_of,
    events_of,
    holder_of,
    names_of,
    number_of,
    people_in,
    seal_event,
    text_of,
    typed_place,
)
from storage.sql.files import MAX_FILE_NAME, MAX_MEDIA_TYPE
from storage.sql.reach import Reach

_ID: Any = sa.bindparam("complaint")
_CI: Any = sa.bindparam("ci")
_OPEN = CASE.c.closed_at.is_(None)
_ALL_WITHIN = COMPLAINTS.where(WITHIN)
_OPEN_WITHIN = _ALL_WITHIN.where(_OPEN).order_by(None).order_by(CASE.c.due_on.asc().nulls_last(), CASE.c.id)
_OPEN_COUNT = sa.select(sa.func.count()).select_from(CASE).where(WITHIN, _OPEN)
_AMONG_WITHIN = _ALL_WITHIN.where(CASE.c.id.in_(sa.bindparam("among", expanding=True)))
_ONE_WITHIN = _ALL_WITHIN.where(CASE.c.id == _ID)
_OWN = COMPLAINTS.where(CASE.c.claimant_id == sa.bindparam("person"))
_ONE_OWN = _OWN.where(CASE.c.id == _ID)
_HELD = sa.select(CASE.c.id).where(CASE.c.id == _ID).with_for_update()
_CI_ROW = sa.select(t.organisation.c.id).where(t.organisation.c.id == _CI).with_for_update()
_LAST_SERIAL = sa.select(sa.func.max(CASE.c.serial)).where(CASE.c.ci_id == _CI, CASE.c.year == sa.bindparam("year"))
_FROM_ORIGIN = sa.select(CASE).where(CASE.c.ci_id == _CI, CASE.c.origin == sa.bindparam("origin"))
_ORIGINS = sa.select(CASE.c.origin).where(
    CASE.c.ci_id == _CI, CASE.c.audit_id == sa.bindparam("audit"), CASE.c.origin.is_not(None)
)
_CIS = (
    sa.select(t.organisation.c.id, t.organisation.c.name_sealed)
    .where(t.organisation.c.kind == OrganisationKind.CI.value, t.organisation.c.erased_at.is_(None))
    .order_by(t.organisation.c.id)
)
_AUDITING_US = (
    sa.select(t.audit.c.ci_id, sa.func.max(t.audit.c.id).label("audit_id"))
    .where(t.audit.c.organisation_id == sa.bindparam("organisation"), t.audit.c.stage != Stage.CANCELLED.value)
    .group_by(t.audit.c.ci_id)
)
_CLIENTS = (
    sa.select(t.organisation.c.id, t.organisation.c.name_sealed, sa.func.max(t.audit.c.id).label("audit_id"))
    .join(t.audit, t.audit.c.organisation_id == t.organisation.c.id)
    .where(t.audit.c.ci_id == _CI, t.audit.c.stage != Stage.CANCELLED.value)
    .group_by(t.organisation.c.id, t.organisation.c.name_sealed)
)
_AUDIT = sa.select(t.audit.c.id, t.audit.c.organisation_id).where(
    t.audit.c.id == sa.bindparam("audit"), t.audit.c.ci_id == _CI
)
_REACHABLE = (
    sa.select(t.membership.c.person_id, t.person.c.chat_id, t.membership.c.id, t.membership.c.role)
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .where(t.membership.c.ended_at.is_(None), t.person.c.is_reachable, t.person.c.chat_id.is_not(None))
    .order_by(t.membership.c.id)
)
_OF_ROLES = _REACHABLE.where(
    t.membership.c.organisation_id == sa.bindparam("organisation"),
    t.membership.c.role.in_(sa.bindparam("roles", expanding=True)),
)
_OF_PERSON = _REACHABLE.where(t.membership.c.person_id == sa.bindparam("whom"))
_LEADER = _REACHABLE.join(t.audit_member, t.audit_member.c.person_id == t.membership.c.person_id).where(
    t.audit_member.c.audit_id == sa.bindparam("audit"),
    t.audit_member.c.role == Role.TEAM_LEADER.value,
    t.audit_member.c.removed_at.is_(None),
    t.membership.c.organisation_id == sa.bindparam("organisation"),
)
_STAFF = (
    sa.select(t.membership.c.person_id, t.person.c.name_sealed, c.complaint_mark.c.kind)
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .outerjoin(
        c.complaint_mark,
        sa.and_(
            c.complaint_mark.c.complaint_id == _ID,
            c.complaint_mark.c.person_id == t.membership.c.person_id,
            c.complaint_mark.c.ended_at.is_(None),
        ),
    )
    .where(t.membership.c.organisation_id == _CI, t.membership.c.ended_at.is_(None))
    .distinct()
)


def _with_interests(person: Any) -> list[Any]:
    return [condition.label(interest.value) for interest, condition in interests_of(person).items()]


_IN_CORE_GROUP = sa.and_(
    t.membership.c.organisation_id == CASE.c.ci_id,
    t.membership.c.role == Role.COMPLAINT_HANDLER.value,
    t.membership.c.ended_at.is_(None),
)
_CORE_GROUP = (
    sa.select(t.membership.c.person_id, t.person.c.name_sealed, *_with_interests(t.membership.c.person_id))
    .select_from(CASE.join(t.membership, _IN_CORE_GROUP).join(t.person, t.person.c.id == t.membership.c.person_id))
    .where(CASE.c.id == _ID)
)
_ONE_OF_CORE_GROUP = _CORE_GROUP.where(t.membership.c.person_id == sa.bindparam("handler"))
_OF_HANDLER = sa.select(*_with_interests(CASE.c.handler_id)).where(CASE.c.id == _ID, CASE.c.handler_id.is_not(None))
#: The handler is only ever set together with the look at their interests.
_ASSIGN = CASE.update().where(
    CASE.c.id == _ID,
    ~sa.or_(*interests_of(sa.bindparam("handler")).values()),
    sa.exists().where(_IN_CORE_GROUP, t.membership.c.person_id == sa.bindparam("handler")),
)
_PROOF = (
    sa.select(c.complaint_event.c.file_id)
    .where(c.complaint_event.c.complaint_id == _ID, c.complaint_event.c.file_id.is_not(None))
    .order_by(c.complaint_event.c.number.desc())
    .limit(1)
)

_OFFICE = (Role.CI_ADMIN.value, Role.OFFICE_MANAGER.value)


class SqlComplaints(Reach):
    """Implements `storage.complaint_interfaces.Complaints`."""

    # ------------------------------------------------------------------------------------------- reporting

    def bodies(self) -> tuple[Body, ...]:
        """Return where the actor can report: their own body, or those that audit their organisation, else all."""
        own = self._require(Permission.REPORT_SIGNAL)
        organisation = self._actor.organisation
        if organisation is not None and organisation.kind is OrganisationKind.CI:
            return (Body(own, organisation.name),)
        names = {row.id: row.name_sealed for row in self._work.execute(_CIS).all()}
        auditing = self._work.execute(_AUDITING_US, {"organisation": own}).all()
        found = {row.ci_id: AuditId(row.audit_id) for row in auditing if row.ci_id in names}
        opened = self._work.vault.open
        return tuple(
            Body(OrganisationId(ci), opened(f"organisation.name:{ci}", names[ci]), found.get(ci))
            for ci in (found or names)
        )

    def procedure(self, ci: OrganisationId) -> CaseProcedure:
        """Return what a signal to a body would go by. Raises NotAllowed."""
        self._require(Permission.REPORT_SIGNAL)
        return procedure_at(self._work, ci)

    def clients(self) -> tuple[Client, ...]:
        """Return the organisations that the actor's certifying body audits, by name."""
        rows = self._work.execute(_CLIENTS, {"ci": self._at_body(Permission.REPORT_SIGNAL)}).all()
        opened = self._work.vault.open
        found = [
            Client(
                OrganisationId(row.id), opened(f"organisation.name:{row.id}", row.name_sealed), AuditId(row.audit_id)
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda client: client.name.casefold()))

    def report(self, new: NewSignal, at: datetime) -> Received:
        """Store a signal. Raises AlreadyPassedOn."""
        own = self._require(Permission.REPORT_SIGNAL)
        body = next((body for body in self.bodies() if body.id == new.ci), None)
        if body is None:
            raise NotAllowed("ci")
        self._work.execute(_CI_ROW, {"ci": new.ci})  # numbers of one body are given out one by one
        if new.origin and (before := self._work.execute(_FROM_ORIGIN, {"ci": new.ci, "origin": new.origin}).first()):
            raise AlreadyPassedOn(number_of(before))
        values = self._row_of(new, own, body, at)
        complaint = ComplaintId(self._work.execute(CASE.insert().values(values).returning(CASE.c.id)).scalar_one())
        self._add(complaint, new.ci, 1, Event(Happening.SIGNAL, at, self._actor.person, Given(new.text.strip())))
        self._audit("complaint_signal", f"complaint:{complaint}", at, new.ci)
        look_again(self._work, complaint, at)
        officers = self._addressees(_OF_ROLES, organisation=new.ci, roles=[Role.QUALITY_OFFICER.value])
        listeners = officers or self._addressees(_OF_ROLES, organisation=new.ci, roles=list(_OFFICE))
        signal = Complaint(new.subject, at)
        decide_by = classify_by(signal, procedure_at(self._work, new.ci))
        tick_off_first(self._work, complaint, local_day(decide_by), [one.person for one in listeners], at)
        number = f"K{values['year']}-{values['serial']}"
        return Received(complaint, number, decide_by, listeners, bool(officers))

    def _row_of(self, new: NewSignal, own: OrganisationId, body: Body, at: datetime) -> dict[str, Any]:
        year = local_day(at).year
        serial = (self._work.execute(_LAST_SERIAL, {"ci": new.ci, "year": year}).scalar() or 0) + 1
        kind = self._actor.organisation.kind if self._actor.organisation else None
        is_client = kind is OrganisationKind.MEMBER
        audit, audited = self._about(new, body)
        procedure = procedure_at(self._work, new.ci)
        if procedure.channel(new.channel) is None:
            raise NotAllowed("channel")
        is_about_holder = new.subject is Subject.CERTIFICATE_HOLDER
        client = own if is_client else None if is_about_holder else audited
        return {
            "ci_id": new.ci, "year": year, "serial": serial, "procedure": procedure.id,
            "treat_weeks": treat_weeks_at(self._work, new.ci),
            "subject": new.subject.value, "channel": new.channel, "origin": new.origin or None,
            "state": ComplaintState.SIGNAL_RECEIVED.value, "organisation_id": client, "audit_id": audit,
            "client_sealed": self._typed("client", new.ci, year, serial, new.client if client is None else ""),
            "holder_id": audited if is_about_holder and audited != own else None,
            "holder_sealed": self._typed("holder", new.ci, year, serial, new.holder if is_about_holder else ""),
            "is_for_organisation": new.is_for_organisation, "reporter_id": self._actor.person,
            "claimant_id": self._actor.person if is_client else None, "received_at": at, "received_on": local_day(at),
            "due_on": local_day(classify_by(Complaint(new.subject, at), procedure)), "version": 1,
        }  # fmt: skip

    def _about(self, new: NewSignal, body: Body) -> tuple[AuditId | None, OrganisationId | None]:
        """Return the audit that it is about and who was audited; a member speaks of its own audit."""
        audit = new.audit if new.audit is not None else body.audit
        if audit is None or (new.subject is Subject.CERTIFICATE_HOLDER and new.audit is None):
            return None, None
        if body.audit is not None and audit != body.audit:
            raise NotAllowed("audit")
        return self._audit_of(new.ci, audit)

    def _audit_of(self, ci: OrganisationId, audit: AuditId) -> tuple[AuditId, OrganisationId]:
        row = self._work.execute(_AUDIT, {"audit": audit, "ci": ci}).first()
        if row is None:
            raise NotAllowed("audit")
        return AuditId(row.id), OrganisationId(row.organisation_id)

    def _typed(self, which: str, ci: OrganisationId, year: int, serial: int, name: str) -> bytes | None:
        if not name.strip():
            return None
        place = typed_place(which, ci, year, serial)
        return self._work.vault.seal(organisation_scope(ci), place, clean_name(name))

    def passed_on(self, audit: AuditId) -> frozenset[str]:
        """Return the origins within an audit that were passed on already."""
        ci = self._at_body(Permission.REPORT_SIGNAL)
        return frozenset(self._work.execute(_ORIGINS, {"ci": ci, "audit": audit}).scalars())

    # ------------------------------------------------------------------------------------------- whoever complained

    def own(self) -> tuple[OwnCase, ...]:
        """Return what the actor complained about, the newest first."""
        rows = self._work.execute(_OWN, {"person": self._actor.person}).all()
        events = events_of(self._work, [row.id for row in rows])
        return tuple(self._own_case(row, events[row.id]) for row in reversed(rows))

    def own_case(self, complaint: ComplaintId) -> OwnCase:
        """Return one of them."""
        row = self._own_row(complaint)
        return self._own_case(row, events_of(self._work, [row.id])[row.id])

    def own_step(self, complaint: ComplaintId, step: Step, given: Given, at: datetime, *, seen: int) -> OwnCase:
        """Take a step as the one who complained."""
        row, now = self._hold_own(complaint, seen)
        self._store(row, now, take(now, step, self._claiming(), given, at, procedure_of_row(self._work, row)))
        return self.own_case(complaint)

    def own_note(self, complaint: ComplaintId, what: Happening, given: Given, at: datetime, *, seen: int) -> OwnCase:
        """Record something as the one who complained."""
        row, now = self._hold_own(complaint, seen)
        self._store(row, now, note(now, what, self._claiming(), given, at, procedure_of_row(self._work, row)))
        return self.own_case(complaint)

    def _own_row(self, complaint: ComplaintId) -> Any:
        row = self._work.execute(_ONE_OWN, {"person": self._actor.person, "complaint": complaint}).first()
        if row is None:
            raise NotAllowed("complaint")
        return row

    def _hold_own(self, complaint: ComplaintId, seen: int) -> tuple[Any, Complaint]:
        self._own_row(complaint)
        self._work.execute(_HELD, {"complaint": complaint})
        return self._read_held(self._own_row(complaint), seen)

    def _claiming(self) -> Doer:
        return Doer(self._actor.person, frozenset({Capacity.CLIENT}))

    def _own_case(self, row: Any, events: tuple[Event, ...]) -> OwnCase:
        found = complaint_of(self._work, row, events)
        return OwnCase(
            id=ComplaintId(row.id), number=number_of(row), rules=procedure_of_row(self._work, row),
            received_at=row.received_at,
            text=text_of(events, Happening.SIGNAL), complaint=found, outcome=text_of(events, Step.SHARE_OUTCOME),
            result=text_of(events, Step.END_MEDIATION), reason=text_of(events, Step.CLASSIFY_NO),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------- whoever works on it

    def waiting(self, limit: int | None = None) -> tuple[Dossier, ...]:
        """Return open complaints within reach, the first to end first: all of them, or so many at most."""
        statement = _OPEN_WITHIN if limit is None else _OPEN_WITHIN.limit(limit)
        return tuple(self._dossiers(self._work.execute(statement, self._reach()).all()))

    def how_many_wait(self) -> int:
        """Return how many open complaints there are within reach."""
        return int(self._work.execute(_OPEN_COUNT, self._reach()).scalar_one())

    def get(self, complaint: ComplaintId) -> Dossier:
        """Return one complaint."""
        [found] = self._dossiers([self._row(complaint)])
        row = self._work.execute(_OF_HANDLER, {"complaint": complaint}).first()
        return replace(found, handler_interests=_interests(row)) if row is not None else found

    def rows(self, first: date | None = None, last: date | None = None) -> tuple[CaseRow, ...]:
        """Return complaints and signals within reach for the casusregister: all, or what came in from day to day."""
        statement = _ALL_WITHIN
        if first is not None:
            statement = statement.where(CASE.c.received_on >= first)
        if last is not None:
            statement = statement.where(CASE.c.received_on <= last)
        return self._rows(self._work.execute(statement, self._reach()).all())

    def rows_of(self, complaints: Collection[int]) -> tuple[CaseRow, ...]:
        """Return those of these complaints that are within reach."""
        return self._rows(self._work.execute(_AMONG_WITHIN, self._reach() | {"among": list(complaints)}).all())

    def _rows(self, rows: Sequence[Any]) -> tuple[CaseRow, ...]:
        events = events_of(self._work, [row.id for row in rows])
        people = {person for row in rows for person in people_in(row, events[row.id])}
        names = names_of(self._work, people)
        return tuple(case_row(self._work, row, events[row.id], names, self._work.now) for row in rows)

    def row_of(self, complaint: ComplaintId) -> CaseRow:
        """Return one complaint as the casusregister shows it."""
        row = self._row(complaint)
        events = events_of(self._work, [row.id])[row.id]
        names = names_of(self._work, people_in(row, events))
        return case_row(self._work, row, events, names, self._work.now)

    def core_group(self, complaint: ComplaintId) -> tuple[HandlerOption, ...]:
        """Return who could handle a complaint, and why somebody could not; for the quality officer."""
        self._officer(complaint)
        rows = self._work.execute(_CORE_GROUP, {"complaint": complaint}).all()
        found = [
            HandlerOption(
                PersonId(row.person_id), open_name(self._work, row.person_id, row.name_sealed), _interests(row)
            )
            for row in rows
        ]
        return tuple(sorted(found, key=lambda option: (bool(option.interests), option.name.casefold(), option.person)))

    def people(self, complaint: ComplaintId) -> tuple[Person, ...]:
        """Return everybody who works for the body, to mark who is involved."""
        row = self._kept(complaint)
        marks: dict[int, Person] = {}
        for one in self._work.execute(_STAFF, {"complaint": complaint, "ci": row.ci_id}).all():
            name = open_name(self._work, one.person_id, one.name_sealed)
            marks[one.person_id] = Person(PersonId(one.person_id), name, Interest(one.kind) if one.kind else None)
        return tuple(sorted(marks.values(), key=lambda person: (person.name.casefold(), person.person)))

    def mark(self, complaint: ComplaintId, person: PersonId, mark: Interest | None, at: datetime) -> None:
        """Record that somebody is involved or that it is about them; None takes the mark away."""
        row = self._kept(complaint)
        if person not in {one.person for one in self.people(complaint)}:
            raise NotAllowed("person")
        if row.is_subject:
            raise ComplaintRefused([Hindrance.ABOUT_YOU])
        own = sa.and_(
            c.complaint_mark.c.complaint_id == complaint,
            c.complaint_mark.c.person_id == person,
            c.complaint_mark.c.ended_at.is_(None),
        )
        self._work.execute(c.complaint_mark.update().where(own).values(ended_at=at))
        if mark is not None:
            values = {"complaint_id": complaint, "person_id": person, "kind": mark.value,
                      "marked_by": self._actor.person, "marked_at": at}  # fmt: skip
            self._work.execute(c.complaint_mark.insert().values(values))
        self._audit(f"complaint_{mark.value if mark else 'unmarked'}", f"complaint:{complaint}:{person}", at)
        look_again(self._work, complaint, at)

    def place(self, complaint: ComplaintId, audit: AuditId, at: datetime) -> Dossier:
        """Record which audit a signal is about; only before it is decided on."""
        row = self._kept(complaint)
        if row.state != ComplaintState.SIGNAL_RECEIVED.value:
            raise ComplaintRefused([Hindrance.NOT_NOW])
        found, audited = self._audit_of(OrganisationId(row.ci_id), audit)
        is_about_holder = row.subject == Subject.CERTIFICATE_HOLDER.value
        whose = {"holder_id": audited} if is_about_holder else {}
        if not is_about_holder and row.claimant_id is None:
            whose = {"organisation_id": audited}
        self._work.execute(CASE.update().where(CASE.c.id == complaint).values({"audit_id": found, **whose}))
        self._audit("complaint_placed", f"complaint:{complaint}:audit:{audit}", at)
        return self.get(complaint)

    def step(self, complaint: ComplaintId, step: Step, given: Given, at: datetime, *, seen: int) -> Dossier:
        """Take a step."""
        row, now = self._hold(complaint, seen)
        if given.handler is not None:
            given = replace(given, handler=self._candidate(complaint, given.handler.person))
        event = take(now, step, self._doer(row), given, at, procedure_of_row(self._work, row))
        self._store(row, now, event)
        return self.get(complaint)

    def note(self, complaint: ComplaintId, what: Happening, given: Given, at: datetime, *, seen: int) -> Dossier:
        """Record something."""
        row, now = self._hold(complaint, seen)
        self._store(row, now, note(now, what, self._doer(row), given, at, procedure_of_row(self._work, row)))
        return self.get(complaint)

    # ------------------------------------------------------------------------------------------- proof and messages

    def want_file(
        self, complaint: ComplaintId, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched, under the certifying body."""
        row = self._row(complaint)
        name, media_type = name[:MAX_FILE_NAME], media_type[:MAX_MEDIA_TYPE]
        blob, scope = secrets.token_hex(16), organisation_scope(row.ci_id)
        values = {
            "organisation_id": row.ci_id, "media_type": media_type, "size": size, "blob": blob, "status": "wanted",
            "name_sealed": self._work.vault.seal(scope, f"stored_file.name:{blob}", name),
            "telegram_id_sealed": self._work.vault.seal(scope, f"stored_file.telegram_id:{blob}", telegram_id),
            "created_at": at,
        }  # fmt: skip
        insert = t.stored_file.insert().values(values).returning(t.stored_file.c.id)
        file = FileId(self._work.execute(insert).scalar_one())
        self._audit("file_wanted", f"stored_file:{file}", at)
        return FileRef(file, name, media_type, size, "wanted")

    def proof(self, complaint: ComplaintId) -> FileId | None:
        """Return the document that shows that the client is satisfied, if there is one."""
        self._row(complaint)
        found = self._work.execute(_PROOF, {"complaint": complaint}).scalar()
        return FileId(found) if found is not None else None

    def claimant(self, complaint: ComplaintId) -> Addressee | None:
        """Return who complained, None when they do not use the bot or cannot be reached."""
        return next(iter(self._addressees(_OF_PERSON, whom=self._row(complaint).claimant_id)), None)

    def officers(self, complaint: ComplaintId) -> tuple[Addressee, ...]:
        """Return the quality officers of the body."""
        row = self._any_row(complaint)
        return self._addressees(_OF_ROLES, organisation=row.ci_id, roles=[Role.QUALITY_OFFICER.value])

    def handler(self, complaint: ComplaintId) -> Addressee | None:
        """Return the handler, None when there is none within reach of the bot."""
        row = self._any_row(complaint)
        role = {"organisation": row.ci_id, "roles": [Role.COMPLAINT_HANDLER.value]}
        return next((one for one in self._addressees(_OF_ROLES, **role) if one.person == row.handler_id), None)

    def concerned(self, complaint: ComplaintId) -> tuple[tuple[Addressee, ...], tuple[Addressee, ...]]:
        """Return who hears of a decision about a certificate holder: their coordinators, and the team leader."""
        row = self._row(complaint)
        coordinators = self._addressees(_OF_ROLES, organisation=row.holder_id, roles=[Role.COORDINATOR.value])
        return coordinators, self._addressees(_LEADER, audit=row.audit_id, organisation=row.ci_id)

    def _addressees(self, statement: Any, **values: Any) -> tuple[Addressee, ...]:
        found: dict[int, Addressee] = {}
        for row in self._work.execute(statement, values).all():
            found.setdefault(row.chat_id, Addressee(PersonId(row.person_id), row.chat_id, MembershipId(row.id)))
        return tuple(found.values())

    # ------------------------------------------------------------------------------------------- parts

    def _at_body(self, permission: Permission) -> OrganisationId:
        """Return the certifying body that the actor works for. Raises NotAllowed."""
        organisation = self._actor.organisation
        if organisation is None or organisation.kind is not OrganisationKind.CI:
            raise NotAllowed("ci")
        return self._require(permission)

    def _reach(self) -> dict[str, Any]:
        """Return the parameters of `WITHIN`. Raises NotAllowed for who works on no cases."""
        keeps, handles = self._may(Permission.KEEP_CASES), self._may(Permission.HANDLE_CASES)
        if not (keeps or handles):
            raise NotAllowed("cases")
        ci = self._at_body(Permission.KEEP_CASES if keeps else Permission.HANDLE_CASES)
        return {"ci": ci, "person": self._actor.person, "keeps": keeps, "handles": handles}

    def _row(self, complaint: ComplaintId) -> Any:
        row = self._work.execute(_ONE_WITHIN, self._reach() | {"complaint": complaint}).first()
        if row is None:
            raise NotAllowed("complaint")
        return row

    def _any_row(self, complaint: ComplaintId) -> Any:
        """Return a complaint within reach, or one's own."""
        try:
            return self._row(complaint)
        except NotAllowed:
            return self._own_row(complaint)

    def _kept(self, complaint: ComplaintId) -> Any:
        """Return a complaint for who keeps the register. Raises NotAllowed for a handler."""
        self._require(Permission.KEEP_CASES)
        return self._row(complaint)

    def _officer(self, complaint: ComplaintId) -> Any:
        self._require(Permission.CLASSIFY_CASES)
        return self._row(complaint)

    def _hold(self, complaint: ComplaintId, seen: int) -> tuple[Any, Complaint]:
        """Keep a complaint as it is until this work ends, and return it if the actor reaches it."""
        self._row(complaint)
        self._work.execute(_HELD, {"complaint": complaint})
        return self._read_held(self._row(complaint), seen)

    def _read_held(self, row: Any, seen: int) -> tuple[Any, Complaint]:
        if row.version != seen:
            raise ComplaintChanged(f"complaint {row.id} is at version {row.version}")
        return row, complaint_of(self._work, row, events_of(self._work, [row.id])[row.id])

    def _candidate(self, complaint: ComplaintId, person: PersonId) -> Candidate:
        """Return somebody as the query knows them; whoever is not in the core group has no row there."""
        row = self._work.execute(_ONE_OF_CORE_GROUP, {"complaint": complaint, "handler": person}).first()
        return Candidate(person, row is not None, _interests(row) if row is not None else frozenset())

    def _capacities(self, row: Any) -> frozenset[Capacity]:
        found = set()
        if self._actor.role is Role.QUALITY_OFFICER:
            found |= {Capacity.QUALITY_OFFICER, Capacity.BOARD}
        if self._actor.role is Role.OFFICE_MANAGER:
            found.add(Capacity.OFFICE_MANAGER)
        if self._actor.role is Role.COMPLAINT_HANDLER and row.handler_id == self._actor.person and not row.has_interest:
            found.add(Capacity.HANDLER)
        return frozenset(found)

    def _doer(self, row: Any) -> Doer:
        return Doer(self._actor.person, self._capacities(row), bool(row.is_subject))

    def _store(self, row: Any, before: Complaint, event: Event) -> None:
        """Add an event, and keep on the row what queries need of it."""
        complaint = ComplaintId(row.id)
        rules = procedure_of_row(self._work, row)
        now = after(before, event, rules)
        term = running_term(now, rules)
        if event.what in (Step.ASSIGN, Step.REASSIGN) and now.handler is not None:
            assigned = self._work.execute(
                _ASSIGN.values(handler_id=now.handler), {"complaint": complaint, "handler": now.handler}
            )
            if not assigned.rowcount:
                raise ComplaintRefused([Hindrance.INVOLVED])
        self._add(complaint, OrganisationId(row.ci_id), now.version, event)
        values = {"state": now.state.value, "version": now.version, "closed_at": now.closed_at,
                  "due_on": term.due if term else None}  # fmt: skip
        self._work.execute(CASE.update().where(CASE.c.id == complaint).values(values))
        self._audit(f"complaint_{event.what}", f"complaint:{complaint}", event.at, OrganisationId(row.ci_id))
        look_again(self._work, complaint, event.at)

    def _add(self, complaint: ComplaintId, ci: OrganisationId, number: int, event: Event) -> None:
        values = {
            "complaint_id": complaint, "number": number, "what": str(event.what), "by": event.by, "at": event.at,
            "content_sealed": seal_event(self._work, ci, complaint, number, event.given), "file_id": event.given.file,
        }  # fmt: skip
        self._work.execute(c.complaint_event.insert(), values)

    def _dossiers(self, rows: Sequence[Any]) -> list[Dossier]:
        events = events_of(self._work, [row.id for row in rows])
        names = names_of(self._work, {person for row in rows for person in people_in(row, events[row.id])})
        return [self._dossier(row, events[row.id], names) for row in rows]

    def _dossier(self, row: Any, events: tuple[Event, ...], names: Mapping[PersonId, str]) -> Dossier:
        found, rules = complaint_of(self._work, row, events), procedure_of_row(self._work, row)
        return Dossier(
            id=ComplaintId(row.id), number=number_of(row), rules=rules, complaint=found, events=events,
            text=text_of(events, Happening.SIGNAL), channel=row.channel, is_for_organisation=row.is_for_organisation,
            reporter=PersonId(row.reporter_id), client=client_of(self._work, row), holder=holder_of(self._work, row),
            audit=AuditId(row.audit_id) if row.audit_id is not None else None, capacities=self._capacities(row),
            is_subject=bool(row.is_subject), term=running_term(found, rules), names=names,
        )  # fmt: skip


def _interests(row: Any) -> frozenset[Interest]:
    return frozenset(interest for interest in Interest if getattr(row, interest.value))
