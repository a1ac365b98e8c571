"""What goes by itself: who is idle, what was announced, what is stopped because somebody came back, and what is erased.

    announce -> planned -> (somebody did something, or a coordinator said no) -> withdrawn
                        -> (erases_at has come) -> erased; the row stays as the log

Being idle is judged anew at every look, so that nothing goes that was used a minute ago.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.audit import AuditId
from domain.retention import PlannedErasure, RetentionTerm, TermId
from domain.roles import OrganisationId, OrganisationKind, PersonId, Role
from domain.working_days import local_day
from storage.sql import tables as t
from storage.sql.actors import load_actors
from storage.sql.audit_notes import OVER, erase_notes, idle_notes
from storage.sql.erasure import erase_organisation, erase_person
from storage.sql.register_tables import certificate
from storage.sql.retention_tables import planned_erasure as planned

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

ORGANISATION, PERSON, NOTES = "organisation", "person", "audit"
_BATCH = 50  # in one transaction
_RUNNING = sa.and_(planned.c.withdrawn_at.is_(None), planned.c.done_at.is_(None))


class Announced(Struct, frozen=True):
    """Who hears of what will go, and when; `organisation` is empty where it is about the person alone.

    `audit` is the one of which the notes go.
    """

    chats: tuple[int, ...]
    term: TermId
    erases_at: datetime
    organisation: str = ""
    audit: AuditId | None = None


class Erased(Struct, frozen=True):
    """What went, who hears of it, and how many rows it was."""

    subject: str
    chats: tuple[int, ...]
    organisation: str
    removed: int


# ---------------------------------------------------------------------------------------------- asked by people


def plan_erasure(work: SqlWork, organisation: OrganisationId, asked_by: PersonId, at: datetime) -> PlannedErasure:
    """Announce the erasure that a coordinator asked for; one that was announced before stays as it was."""
    term = work.audit_rules.retention.terms[TermId.ASKED]
    running = running_erasure(work, organisation)
    if running is not None and running.term is TermId.ASKED:
        return running
    if running is not None:
        withdraw(work, organisation, at)
    erases_at = term.erases_at(at, at)
    _insert(work, ORGANISATION, organisation, term, at, erases_at, asked_by)
    return PlannedErasure(term.id, erases_at, asked_by)


def running_erasure(work: SqlWork, organisation: OrganisationId) -> PlannedErasure | None:
    """Return what is announced for an organisation."""
    row = work.execute(sa.select(planned).where(_of(ORGANISATION, organisation))).first()
    return None if row is None else PlannedErasure(TermId(row.term), row.erases_at, row.asked_by)


def withdraw(work: SqlWork, organisation: OrganisationId, at: datetime) -> bool:
    """Stop what is announced for an organisation; False when there was nothing."""
    stopped = planned.update().where(_of(ORGANISATION, organisation)).values(withdrawn_at=at)
    return bool(work.execute(stopped).rowcount)


def keep_notes(work: SqlWork, audit: AuditId, body: OrganisationId, at: datetime) -> bool:
    """Stop the announced erasure of the notes of an audit of this body; False when there is none (any more)."""
    own = sa.exists().where(t.audit.c.id == planned.c.subject_id, t.audit.c.ci_id == body)
    stopped = planned.update().where(_of(NOTES, audit), own).values(withdrawn_at=at)
    return bool(work.execute(stopped).rowcount)


def _of(kind: str, subject: int) -> sa.ColumnElement[bool]:
    return sa.and_(planned.c.subject_kind == kind, planned.c.subject_id == subject, _RUNNING)


def _insert(
    work: SqlWork, kind: str, subject: int, term: RetentionTerm, at: datetime, erases_at: datetime,
    asked_by: PersonId | None = None,
) -> bool:  # fmt: skip
    """Announce; False when another process just did."""
    values = {"subject_kind": kind, "subject_id": subject, "term": term.id.value, "asked_by": asked_by,
              "announced_at": at, "erases_at": erases_at}  # fmt: skip
    insert = work.upsert(planned).values(values).on_conflict_do_nothing().returning(planned.c.id)
    return work.execute(insert).first() is not None


# ------------------------------------------------------------------------------------------------- who is idle


def _idle_organisations(before: datetime, today: Any) -> sa.Select[Any]:
    """Return the member organisations in which nothing happened since, and that no audit or certificate needs.

    One that only a certifying body made, for an audit, never had anybody in it and is the body's to keep.
    """
    o, own = t.organisation, t.organisation.c.id
    wrote = sa.exists().where(t.audit_trail.c.organisation_id == own, t.audit_trail.c.at >= before)
    came = (
        sa.exists()
        .where(t.conversation_state.c.updated_at >= before)
        .where(t.conversation_state.c.chat_id == t.person.c.chat_id, t.person.c.id == t.membership.c.person_id)
        .where(t.membership.c.organisation_id == own, t.membership.c.ended_at.is_(None))
    )
    ever = sa.exists().where(t.membership.c.organisation_id == own)
    audited = sa.exists().where(t.audit.c.organisation_id == own, t.audit.c.stage.not_in(OVER))
    certified = sa.exists().where(certificate.c.organisation_id == own, certificate.c.expires_on >= today)
    is_member = o.c.kind == OrganisationKind.MEMBER.value
    idle = (is_member, o.c.erased_at.is_(None), o.c.created_at < before, ever, ~wrote, ~came, ~audited, ~certified)
    return sa.select(own.label("id")).where(*idle).order_by(own)


def _idle_people(before: datetime) -> sa.Select[Any]:
    """Return the people without a role who did nothing since."""
    p = t.person
    came = sa.exists().where(t.conversation_state.c.chat_id == p.c.chat_id, t.conversation_state.c.updated_at >= before)
    role = sa.exists().where(t.membership.c.person_id == p.c.id, t.membership.c.ended_at.is_(None))
    idle = (p.c.chat_id.is_not(None), p.c.erased_at.is_(None), p.c.created_at < before, ~came, ~role)
    return sa.select(p.c.id).where(*idle).order_by(p.c.id)


def _idle(work: SqlWork, term: RetentionTerm, before: datetime, now: datetime) -> sa.Select[Any]:
    if term.id is TermId.IDLE_ORGANISATION:
        return _idle_organisations(before, local_day(now))
    if term.id is TermId.AUDIT_NOTES:
        postponed = timedelta(days=work.audit_rules.retention.postponed_days)
        return idle_notes(before, now - postponed, local_day(now))
    operators = sa.select(t.person.c.id).where(t.person.c.chat_id.in_(list(work.operators)))
    return _idle_people(before).where(t.person.c.id.not_in(operators))


_KINDS = {TermId.IDLE_ORGANISATION: ORGANISATION, TermId.IDLE_PERSON: PERSON, TermId.AUDIT_NOTES: NOTES}


# -------------------------------------------------------------------------------------------------- the heartbeat


def announce(work: SqlWork, now: datetime) -> list[Announced]:
    """Announce what will go because nothing happens with it, and return who has to hear of it."""
    said: list[Announced] = []
    for term_id, kind in _KINDS.items():
        term = work.audit_rules.retention.terms[term_id]
        running = sa.select(planned.c.subject_id).where(planned.c.subject_kind == kind, _RUNNING)
        before = term.idle_before(now)
        idle = sa.select(_idle(work, term, before, now).subquery().c.id)
        found = list(work.execute(idle).scalars())
        known = set(work.execute(running).scalars())
        for subject in [each for each in found if each not in known][:_BATCH]:
            erases_at = term.erases_at(before, now)
            if _insert(work, kind, subject, term, now, erases_at):
                said.append(_announced(work, kind, subject, term.id, erases_at))
    return said


def _announced(work: SqlWork, kind: str, subject: int, term: TermId, erases_at: datetime) -> Announced:
    if kind == PERSON:
        chat = work.execute(sa.select(t.person.c.chat_id).where(t.person.c.id == subject)).scalar_one()
        return Announced((chat,), term, erases_at)
    if kind == NOTES:
        audit = work.execute(sa.select(t.audit.c.ci_id, t.audit.c.organisation_id).where(t.audit.c.id == subject)).one()
        office = chats_of(work, audit.ci_id, Role.CI_ADMIN)
        return Announced(office, term, erases_at, _name(work, audit.organisation_id), AuditId(subject))
    coordinators = chats_of(work, subject, Role.COORDINATOR)
    return Announced(coordinators, term, erases_at, _name(work, subject))


def withdraw_used(work: SqlWork, now: datetime) -> int:
    """Stop what was announced for being idle and is used again; return how much."""
    stopped = 0
    for term_id, kind in _KINDS.items():
        term = work.audit_rules.retention.terms[term_id]
        own = sa.and_(_RUNNING, planned.c.term == term_id.value, planned.c.subject_kind == kind)
        for row in work.execute(sa.select(planned.c.id, planned.c.subject_id, planned.c.announced_at).where(own)).all():
            idle = _idle(work, term, row.announced_at, now).subquery()
            if work.execute(sa.select(idle.c.id).where(idle.c.id == row.subject_id)).first() is None:
                work.execute(planned.update().where(planned.c.id == row.id).values(withdrawn_at=now))
                stopped += 1
    return stopped


def carry_out(work: SqlWork, now: datetime) -> list[Erased]:
    """Erase what has had its time and its notice, and return what went."""
    due = sa.select(planned).where(_RUNNING, planned.c.erases_at <= now).order_by(planned.c.id).limit(_BATCH)
    gone: list[Erased] = []
    for row in work.execute(due.with_for_update(skip_locked=True)).all():
        erased = _ERASE[row.subject_kind](work, row.subject_id, now)
        done = planned.update().where(planned.c.id == row.id)
        work.execute(done.values(done_at=now, removed=erased.removed))
        gone.append(erased)
    return gone


def _erase_organisation(work: SqlWork, subject: int, now: datetime) -> Erased:
    organisation = OrganisationId(subject)
    name, chats = _name(work, organisation), chats_of(work, organisation)
    removed = erase_organisation(work, organisation, now)
    _note(work, f"organisation:{organisation}", "organisation_erased", now)
    return Erased(f"organisation:{organisation}", chats, name, removed)


def _erase_person(work: SqlWork, subject: int, now: datetime) -> Erased:
    chat = work.execute(sa.select(t.person.c.chat_id).where(t.person.c.id == subject)).scalar()
    actor = load_actors(work, [chat]).get(chat) if chat is not None else None
    if actor is not None:  # else they had themselves erased meanwhile
        erase_person(work, actor, now)
        _note(work, f"person:{subject}", "person_erased", now)
    return Erased(f"person:{subject}", (), "", int(actor is not None))


def _erase_notes(work: SqlWork, subject: int, now: datetime) -> Erased:
    removed = erase_notes(work, AuditId(subject), now)
    _note(work, f"audit:{subject}", "audit_notes_erased", now)
    return Erased(f"audit:{subject}", (), "", removed)  # the office heard the day beforehand


_ERASE = {ORGANISATION: _erase_organisation, PERSON: _erase_person, NOTES: _erase_notes}


def _note(work: SqlWork, subject: str, action: str, now: datetime) -> None:
    work.add(t.audit_trail, at=now, person_id=None, organisation_id=None, action=action, subject=subject)


def _name(work: SqlWork, organisation: int) -> str:
    sealed = sa.select(t.organisation.c.name_sealed).where(t.organisation.c.id == organisation)
    return work.vault.open(f"organisation.name:{organisation}", work.execute(sealed).scalar())


def chats_of(work: SqlWork, organisation: int, role: Role | None = None) -> tuple[int, ...]:
    """Return the chats of everybody who has a role in an organisation now, in order."""
    own = [t.membership.c.organisation_id == organisation, t.membership.c.ended_at.is_(None)]
    own += [t.membership.c.role == role.value] if role is not None else []
    people = sa.select(t.person.c.chat_id).join(t.membership, t.membership.c.person_id == t.person.c.id)
    reachable = (t.person.c.chat_id.is_not(None), t.person.c.is_reachable)
    found: Sequence[int] = work.execute(people.where(*own, *reachable)).scalars().all()
    return tuple(sorted(set(found)))


def forget_labels(work: SqlWork, ended_before: datetime) -> int:
    """Empty the words that people noted with invitations that ran out before; return how many."""
    old = sa.and_(t.invitation.c.expires_at < ended_before, t.invitation.c.label_sealed.is_not(None))
    return work.execute(t.invitation.update().where(old).values(label_sealed=None)).rowcount
