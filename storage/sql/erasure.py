"""The rights of persons and organisations: see everything that is kept, and have it erased.

A person's erasure removes what names or reaches them. What they wrote belongs to the organisation and
stays, as of somebody whose name is no longer known. An organisation's erasure removes all content
and destroys its key, which makes copies in backups unreadable too.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import Actor
from domain.roles import OrganisationId, PersonId
from storage.sql import framework_tables as f
from storage.sql import plan_tables as plan
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.actors import open_name, organisation_scope
from storage.sql.appeal_rows import appeals_by
from storage.sql.audit_evaluations import evaluations_by, forget_evaluations, forget_evaluations_of
from storage.sql.belongings import AtErasure, Whose, of_member, of_person, tables_of
from storage.sql.certificates import decisions_by
from storage.sql.complaint_rights import complaints_by
from storage.sql.invitations import open_label
from storage.sql.plans import plan_texts_by
from storage.sql.report_names import take_name_from_reports
from storage.sql.reports import corrections_by
from storage.sql.trends import forget_trends, trend_choices_by

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT_LINES = 5000  # more would not fit a file that a phone opens

# -------------------------------------------------------------------------------------------------- erasing


def erase_person(work: SqlWork, actor: Actor, at: datetime) -> None:
    """Erase what names or reaches a person, whose roles have ended."""
    work.flush()
    person = actor.person
    _take_name_from_frozen_versions(work, person)
    sealed = work.execute(sa.select(t.person.c.name_sealed).where(t.person.c.id == person)).scalar()
    take_name_from_reports(work, person, open_name(work, person, sealed))
    work.execute(t.last_write.delete().where(t.last_write.c.person_id == person))
    # of the organisation, and about this person
    for table in (t.assignment, t.nudge, f.evaluation_choice, plan.plan_owner):
        work.execute(table.delete().where(table.c.person_id == person))
    forget_evaluations(work, person)
    for table, belonging in tables_of(Whose.PERSON, AtErasure.DELETED):
        work.execute(table.delete().where(of_person(table, belonging.path, person, actor.chat)))
    seats = sa.and_(t.audit_member.c.person_id == person, t.audit_member.c.removed_at.is_(None))
    work.execute(t.audit_member.update().where(seats).values(removed_at=at))  # that they signed is a decision record
    _forget_chat(work, actor.chat)
    work.execute(
        t.person.update()
        .where(t.person.c.id == person)
        .values(
            chat_id=None, name_sealed=None, active_membership_id=None, is_reachable=False, wants_nudges=True,
            is_welcomed=False, erased_at=at,
        )
    )  # fmt: skip


def _forget_chat(work: SqlWork, chat: int) -> None:
    """Forget which message of the chat was what, and what was still to be sent; the goodbye is queued after this."""
    for table in t.metadata.sorted_tables:
        if "chat_id" in table.c and "message_id" in table.c:
            own = table.update().where(table.c.chat_id == chat)
            work.execute(own.values(chat_id=None, message_id=None))
    work.execute(t.outbox.delete().where(t.outbox.c.lane == chat, t.outbox.c.done_at.is_(None)))


def _take_name_from_frozen_versions(work: SqlWork, person: PersonId) -> None:
    """A frozen version keeps the names of its day; an erased person has none any more."""
    organisations = sa.select(t.membership.c.organisation_id).where(t.membership.c.person_id == person)
    frozen = (
        sa.select(t.frozen_version, t.self_evaluation.c.organisation_id)
        .join(t.self_evaluation, t.self_evaluation.c.id == t.frozen_version.c.evaluation_id)
        .where(t.self_evaluation.c.organisation_id.in_(organisations))
    )
    for row in work.execute(frozen).all():
        place = f"frozen_version.content:{row.evaluation_id}:{row.version}"
        content = json.loads(work.vault.open(place, row.content_sealed))
        if content["names"].pop(str(person), None) is None:
            continue
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        sealed = work.vault.seal(organisation_scope(row.organisation_id), place, text)
        work.execute(t.frozen_version.update().where(t.frozen_version.c.id == row.id).values(content_sealed=sealed))


def erase_organisation(work: SqlWork, organisation: OrganisationId, at: datetime) -> int:
    """Erase all content of an organisation and destroy its key; return how many rows went.

    Only ids and the audit trail remain.
    """
    work.flush()
    # Hold the evaluations, so that nobody writes in them meanwhile.
    own = t.self_evaluation.c.organisation_id == organisation
    work.execute(sa.select(t.self_evaluation.c.id).where(own).order_by(t.self_evaluation.c.id).with_for_update())
    removed = 0
    forget_evaluations_of(work, organisation)
    forget_trends(work, organisation)  # before its sources: with them go the numbers of others that it is in
    for table, belonging in tables_of(Whose.MEMBER, AtErasure.DELETED):
        removed += work.execute(table.delete().where(of_member(table, belonging.path, organisation))).rowcount
    # Somebody whose turn began with the old roles finds them closed.
    work.execute(t.self_evaluation.update().where(own).values(status="closed", closed_at=at))
    work.execute(
        t.stored_file.update()
        .where(t.stored_file.c.organisation_id == organisation)
        .values(status="erased", name_sealed=None, telegram_id_sealed=None, sha256=None, media_type="", size=None)
    )
    _end_roles_and_links(work, organisation, at)
    work.execute(
        t.organisation.update()
        .where(t.organisation.c.id == organisation)
        .values(name_sealed=None, member_number_sealed=None, member_number_hash=None, erased_at=at)
    )
    work.vault.forget(organisation_scope(organisation))
    return removed


def _end_roles_and_links(work: SqlWork, organisation: OrganisationId, at: datetime) -> None:
    own = t.membership.c.organisation_id == organisation
    ended = sa.select(t.membership.c.id).where(own)
    chosen = t.person.c.active_membership_id.in_(ended)
    work.execute(t.person.update().where(chosen).values(active_membership_id=None))
    work.execute(t.membership.update().where(own, t.membership.c.ended_at.is_(None)).values(ended_at=at))
    links = t.invitation.c.organisation_id == organisation
    work.execute(t.invitation.update().where(links).values(label_sealed=None))
    work.execute(
        t.invitation.update()
        .where(links, t.invitation.c.accepted_at.is_(None), t.invitation.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


# ------------------------------------------------------------------------------------------------- exporting


def export_person(work: SqlWork, actor: Actor) -> dict[str, Any]:
    """Return everything that is kept about a person as plain JSON values."""
    work.flush()
    person = actor.person
    return {
        "person": _person(work, person),
        "memberships": _memberships(work, person),
        "contributions": _contributions(work, person),
        "answers": _answers(work, person),
        "assignments": _rows(work, t.assignment, t.assignment.c.person_id == person, "evaluation_id norm assigned_at"),
        "audit_teams": _rows(
            work, t.audit_member, t.audit_member.c.person_id == person,
            "audit_id role added_at removed_at conduct_accepted_at confidentiality_accepted_at statements_edition",
        ),
        "report_corrections": corrections_by(work, person),
        "plan_actions": _rows(work, plan.plan_owner, plan.plan_owner.c.person_id == person, "audit_id norm given_at"),
        "plan_texts": plan_texts_by(work, person),
        "decisions": decisions_by(work, person),
        "complaints": complaints_by(work, person),
        "appeals": appeals_by(work, person),
        "audit_evaluations": evaluations_by(work, person),
        "trends": trend_choices_by(work, person),
        "ties": _rows(work, t.tie, t.tie.c.person_id == person, "organisation_id kind declared_at"),
        "audit_choice": _rows(work, t.audit_choice, t.audit_choice.c.person_id == person, "audit_id"),
        "evaluation_choices": _rows(work, f.evaluation_choice, f.evaluation_choice.c.person_id == person,
                                    "organisation_id evaluation_id chosen_at"),
        "home_organisations": _rows(work, t.peer_home, of_person(t.peer_home, "membership_id", person, None),
                                    "organisation_id"),
        "nudges": _rows(work, t.nudge, t.nudge.c.person_id == person, "organisation_id on"),
        "reminders": _rows(work, p.reminder_sent, p.reminder_sent.c.person_id == person,
                           "subject_kind subject_id term due_on rung sent_at"),
        "reminders_stopped": _rows(work, p.reminder_stop, p.reminder_stop.c.person_id == person, "kind stopped_at"),
        "reminders_snoozed": _rows(work, p.reminder_snooze, p.reminder_snooze.c.person_id == person,
                                   "subject_kind subject_id term until"),
        "invitations": _invitations(work, person),
        "audit_trail": _audit_lines(work, person),
    }  # fmt: skip


def _person(work: SqlWork, person: PersonId) -> dict[str, Any]:
    row = work.execute(sa.select(t.person).where(t.person.c.id == person)).one()
    return {
        "id": row.id,
        "telegram_id": row.chat_id,
        "name": open_name(work, row.id, row.name_sealed),
        "since": _plain(row.created_at),
        "wants_nudges": row.wants_nudges,
        "is_reachable": row.is_reachable,
    }


def _memberships(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    rows = (
        sa.select(t.membership, t.organisation.c.name_sealed)
        .join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
        .where(t.membership.c.person_id == person)
        .order_by(t.membership.c.id)
    )
    return [
        {
            "organisation_id": row.organisation_id,
            "organisation": work.vault.open(f"organisation.name:{row.organisation_id}", row.name_sealed),
            "role": row.role,
            "function": row.function,
            "since": _plain(row.created_at),
            "until": _plain(row.ended_at),
        }
        for row in work.execute(rows).all()
    ]


def _contributions(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    own = t.contribution.c.author_id == person
    earlier = _earlier_texts(work, person)
    rows = (
        sa.select(t.contribution, t.stored_file.c.name_sealed, t.stored_file.c.blob)
        .outerjoin(t.stored_file, t.stored_file.c.id == t.contribution.c.file_id)
        .where(own)
        .order_by(t.contribution.c.id)
    )
    return [
        {
            "evaluation_id": row.evaluation_id,
            "receipt": row.receipt,
            "norm": row.norm,
            "kind": row.kind,
            "purpose": row.purpose,
            "text": work.vault.open(f"contribution.text:{row.evaluation_id}:{row.receipt}", row.text_sealed),
            "earlier_texts": earlier.get(row.id, []),
            "file": work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed) or None,
            "at": _plain(row.created_at),
            "edited_at": _plain(row.edited_at),
            "withdrawn_at": _plain(row.withdrawn_at),
        }
        for row in work.execute(rows).all()
    ]


def _earlier_texts(work: SqlWork, person: PersonId) -> dict[int, list[str]]:
    rows = (
        sa.select(t.contribution_version, t.contribution.c.evaluation_id, t.contribution.c.receipt)
        .join(t.contribution, t.contribution.c.id == t.contribution_version.c.contribution_id)
        .where(t.contribution.c.author_id == person)
        .order_by(t.contribution_version.c.contribution_id, t.contribution_version.c.version)
    )
    texts: dict[int, list[str]] = {}
    for row in work.execute(rows).all():
        place = f"contribution_version.text:{row.evaluation_id}:{row.receipt}:{row.version}"
        texts.setdefault(row.contribution_id, []).append(work.vault.open(place, row.text_sealed))
    return texts


def _answers(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what the person made of answers: verdicts, reasons, improvement actions and undoings."""
    rows = sa.select(t.answer_version).where(t.answer_version.c.changed_by == person).order_by(t.answer_version.c.id)
    return [
        {
            "evaluation_id": row.evaluation_id,
            "norm": row.norm,
            "version": row.version,
            "what": row.what,
            "at": _plain(row.changed_at),
            **_snapshot(work, row),
        }
        for row in work.execute(rows).all()
    ]


def _snapshot(work: SqlWork, row: Any) -> dict[str, Any]:
    place = f"answer_version.snapshot:{row.evaluation_id}:{row.norm}:{row.version}"
    content: dict[str, Any] = json.loads(work.vault.open(place, row.snapshot_sealed))
    return {"verdict": content["verdict"], "reason": content["reason"], "improve_what": content["what"],
            "improve_who": content["who"], "improve_due_on": content["due_on"]}  # fmt: skip


def _invitations(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    own = sa.or_(t.invitation.c.invited_by == person, t.invitation.c.accepted_by == person)
    rows = work.execute(sa.select(t.invitation).where(own).order_by(t.invitation.c.id)).all()
    fields = ("organisation_id", "role", "function", "created_at", "expires_at", "accepted_at", "revoked_at")
    return [
        {"is_made_by_you": row.invited_by == person, "label": open_label(work, row) if row.invited_by == person else ""}
        | {name: _plain(getattr(row, name)) for name in fields}
        for row in rows
    ]


def _audit_lines(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    about = sa.or_(t.audit_trail.c.person_id == person, t.audit_trail.c.subject == f"person:{person}")
    newest = sa.select(t.audit_trail).where(about).order_by(t.audit_trail.c.id.desc()).limit(_AUDIT_LINES)
    return [
        {
            "at": _plain(row.at),
            "by_you": row.person_id == person,
            "organisation_id": row.organisation_id,
            "action": row.action,
            "subject": row.subject,
        }
        for row in reversed(work.execute(newest).all())
    ]


def _rows(work: SqlWork, table: sa.Table, condition: sa.ColumnElement[bool], names: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names.split()]
    rows = work.execute(sa.select(*columns).where(condition)).all()
    return [{name: _plain(value) for name, value in row._mapping.items()} for row in rows]


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it."""
    return value.isoformat() if isinstance(value, date | datetime) else value
