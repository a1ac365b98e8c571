"""Whose every table is, how its rows are found, and what becomes of them at an erasure.

Exports and erasures follow this list, so a new table takes part as soon as it stands here; a table that does not is
told (`unlisted`, and a test), never forgotten in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from msgspec import Struct

from storage.sql import register_tables as c
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.actors import organisation_scope


class Whose(StrEnum):
    """On whose behalf a table is kept."""

    MEMBER = "member"  # a member organisation's own: comes with its archive, goes at its erasure
    SHARED = "shared"  # of an audit, written by or sent to the member: comes with its archive, stays with the audit
    AUDIT = "audit"  # of the certifying body and the secretariat: stays with the audit
    PERSON = "person"  # of one person: goes at their erasure
    MACHINE = "machine"  # what the machine needs for a while, or ids and moments only


class AtErasure(StrEnum):
    """What becomes of the rows when the organisation (or, of PERSON, the person) is erased."""

    DELETED = "deleted"
    EMPTIED = "emptied"  # the row stays for its id; every sealed column is emptied
    KEPT = "kept"


class Belonging(Struct, frozen=True):
    """Whose a table is; `path` is the column that leads to the owner, `ground` why rows stay where they do."""

    whose: Whose
    at_erasure: AtErasure
    path: str = ""
    ground: str = ""


def _member(path: str, at_erasure: AtErasure = AtErasure.DELETED, ground: str = "") -> Belonging:
    return Belonging(Whose.MEMBER, at_erasure, path, ground)


def _person(path: str = "person_id", at_erasure: AtErasure = AtErasure.DELETED, ground: str = "") -> Belonging:
    return Belonging(Whose.PERSON, at_erasure, path, ground)


def _kept(whose: Whose, path: str, ground: str) -> Belonging:
    return Belonging(whose, AtErasure.KEPT, path, ground)


_IDS_ONLY: Final = "ids and moments only, so that it stays clear what was done"
_DECISION: Final = "part of how the certifying body came to its decision; pseudonymised"
_CASE: Final = "the case register of the certifying body; the words go when the procedure says (keep_years)"
_OPINION: Final = (
    "numbers without a name, for counts that must not change; remarks go with whoever wrote them, and by their term"
)
_COUNTS: Final = "numbers of many organisations together; every cell that an erased one is in goes with it"
_FOR_A_WHILE: Final = "purged by its own term"

BELONGINGS: Final[Mapping[str, Belonging]] = {
    # the member organisation
    "organisation": _member("id", AtErasure.EMPTIED),
    "self_evaluation": _member("organisation_id", AtErasure.EMPTIED),
    "invitation": _member("organisation_id", AtErasure.EMPTIED),
    "membership": _member("organisation_id", AtErasure.EMPTIED),
    "stored_file": _member("organisation_id", AtErasure.EMPTIED),
    "answer": _member("evaluation_id"),
    "answer_version": _member("evaluation_id"),
    "contribution": _member("evaluation_id"),
    "contribution_version": _member("contribution_id"),
    "frozen_version": _member("evaluation_id"),
    "assignment": _member("evaluation_id"),
    "last_write": _member("evaluation_id"),
    "nudge": _member("organisation_id"),
    "evaluation_choice": _member("organisation_id"),
    "official_text": _member("scope"),
    "plan_owner": _member("audit_id"),
    "plan_evidence": _member("audit_id"),
    "appeal_letter": _member("organisation_id"),
    "trend_consent": _member("organisation_id"),
    "trend_point": _member("organisation_id"),
    "trend_source": _member("organisation_id"),
    # of an audit, and known to the member
    "improvement_plan": _kept(Whose.SHARED, "audit_id", _DECISION),
    "plan_entry": _kept(Whose.SHARED, "audit_id", _DECISION),
    "plan_progress": _kept(Whose.SHARED, "audit_id", _DECISION),
    "plan_review": _kept(Whose.SHARED, "audit_id", _DECISION),
    "report_version": _kept(Whose.SHARED, "sent", _DECISION),
    "report_correction": _kept(Whose.SHARED, "version_id", _DECISION),
    "report_ruling": _kept(Whose.SHARED, "version_id", _DECISION),
    "certificate": _kept(Whose.SHARED, "organisation_id", "the register of certificates"),
    "certificate_edition": _kept(Whose.SHARED, "certificate_id", "the register of certificates"),
    # of an audit
    "audit": _kept(Whose.AUDIT, "ci_id", _DECISION),
    "audit_pair": _kept(Whose.AUDIT, "host_id", _DECISION),
    "audit_day": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "audit_member": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "interview": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "finding": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "finding_norm": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "finding_version": _kept(Whose.AUDIT, "finding_id", _DECISION),
    "judgement": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "consensus": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "day_evaluation": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "audit_evaluation": _kept(Whose.AUDIT, "audit_id", _OPINION),
    "audit_evaluation_score": _kept(Whose.AUDIT, "audit_id", _OPINION),
    "plan_retest": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "report_field": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "report_sending": _kept(Whose.AUDIT, "version_id", _DECISION),
    "process_event": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "process_event_version": _kept(Whose.AUDIT, "event_id", _DECISION),
    "ci_decision": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "part_a": _kept(Whose.AUDIT, "audit_id", _DECISION),
    "certificate_status": _kept(Whose.AUDIT, "certificate_id", "the register of certificates"),
    "complaint": _kept(Whose.AUDIT, "ci_id", _CASE),
    "case_choice": _kept(Whose.AUDIT, "ci_id", _CASE),
    "complaint_event": _kept(Whose.AUDIT, "complaint_id", _CASE),
    "appeal": _kept(Whose.AUDIT, "audit_id", _CASE),
    "appeal_step": _kept(Whose.AUDIT, "appeal_id", _CASE),
    "appeal_effect": _kept(Whose.AUDIT, "appeal_id", _CASE),
    "appeal_target": _kept(Whose.AUDIT, "ci_id", _CASE),
    # one person
    "person": _person("id", AtErasure.EMPTIED),
    "audit_choice": _person(),
    "audit_evaluation_request": _person(),
    "tie": _person(),
    "complaint_mark": _person(),
    "peer_home": _person("membership_id"),
    "invitation_try": _person(),
    "reminder_sent": _person(),
    "reminder_snooze": _person(),
    "reminder_stop": _person(),
    "conversation_state": _person("chat_id"),
    # the machine
    "planned_erasure": _kept(Whose.MACHINE, "", _IDS_ONLY),
    "trend_publication": _kept(Whose.MACHINE, "", _COUNTS),
    "trend_cell": _kept(Whose.MACHINE, "", _COUNTS),
    "audit_trail": _kept(Whose.MACHINE, "", _IDS_ONLY),
    "next_reminder": _kept(Whose.MACHINE, "", _IDS_ONLY),
    "data_key": _kept(Whose.MACHINE, "", "wrapped keys; that of an erased organisation is deleted"),
    "inbox": _kept(Whose.MACHINE, "", _FOR_A_WHILE),
    "outbox": _kept(Whose.MACHINE, "", _FOR_A_WHILE),
}


def unlisted() -> list[str]:
    """Return the tables of which nobody said whose they are, and what is listed but is no table any more."""
    return sorted(set(t.metadata.tables) ^ set(BELONGINGS))


def tables_of(whose: Whose, at_erasure: AtErasure | None = None) -> Iterator[tuple[sa.Table, Belonging]]:
    """Return tables with what is said of them, those that refer to others before those that they refer to."""
    for table in reversed(t.metadata.sorted_tables):
        found = BELONGINGS.get(table.name)
        if found is not None and found.whose is whose and at_erasure in (None, found.at_erasure):
            yield table, found


def of_member(table: sa.Table, path: str, organisation: int) -> sa.ColumnElement[bool]:
    """Return which rows of a MEMBER or SHARED table are those of an organisation.

    Raises:
        KeyError: nobody said how this column leads to an organisation.
    """
    evaluations = sa.select(t.self_evaluation.c.id).where(t.self_evaluation.c.organisation_id == organisation)
    contributions = sa.select(t.contribution.c.id).where(t.contribution.c.evaluation_id.in_(evaluations))
    audits = sa.select(t.audit.c.id).where(t.audit.c.organisation_id == organisation)
    versions = sa.select(r.report_version.c.id).where(r.report_version.c.audit_id.in_(audits))
    told = r.report_sending.c.recipient == "member"
    sent = sa.select(r.report_sending.c.version_id).where(r.report_sending.c.version_id.in_(versions), told)
    certificates = sa.select(c.certificate.c.id).where(c.certificate.c.organisation_id == organisation)
    own = organisation_scope(organisation)
    conditions: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
        "id": lambda: table.c.id == organisation,
        "organisation_id": lambda: table.c.organisation_id == organisation,
        "evaluation_id": lambda: table.c.evaluation_id.in_(evaluations),
        "contribution_id": lambda: table.c.contribution_id.in_(contributions),
        "audit_id": lambda: table.c.audit_id.in_(audits),
        "version_id": lambda: table.c.version_id.in_(sent),
        "sent": lambda: table.c.id.in_(sent),
        "certificate_id": lambda: table.c.certificate_id.in_(certificates),
        "scope": lambda: table.c.scope == own,
    }
    return conditions[path]()


def of_person(table: sa.Table, path: str, person: int, chat: int | None) -> sa.ColumnElement[bool]:
    """Return which rows of a PERSON table are those of a person.

    Raises:
        KeyError: nobody said how this column leads to a person.
    """
    own = sa.select(t.membership.c.id).where(t.membership.c.person_id == person)
    conditions: dict[str, Callable[[], sa.ColumnElement[bool]]] = {
        "id": lambda: table.c.id == person,
        "person_id": lambda: table.c.person_id == person,
        "membership_id": lambda: table.c.membership_id.in_(own),
        "chat_id": lambda: table.c.chat_id == chat,
    }
    return conditions[path]()
