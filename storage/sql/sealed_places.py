"""Where every sealed column says its values belong, so that all of them can be opened by whoever checks a backup.

Each module that seals knows its own places; here they stand together, as SQL that builds them from the row. A column
that is missing here is told (`unlisted`), never skipped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from msgspec import Struct

from storage.sql.tables import metadata
from storage.sql.vault import Unreadable, Vault

#: Table and column without "_sealed": the place as a pattern over the columns of the row and of the one it belongs to.
PLACES: Final[Mapping[str, str]] = {
    "person.name": "person.name:{id}",
    "organisation.name": "organisation.name:{id}",
    "organisation.member_number": "organisation.member_number:{id}",
    "invitation.label": "invitation.label:{token_hash}",
    "frozen_version.content": "frozen_version.content:{evaluation_id}:{version}",
    "answer.reason": "answer.reason:{evaluation_id}:{norm}",
    "answer.improve_what": "answer.improve_what:{evaluation_id}:{norm}",
    "answer.improve_who": "answer.improve_who:{evaluation_id}:{norm}",
    "answer_version.snapshot": "answer_version.snapshot:{evaluation_id}:{norm}:{version}",
    "stored_file.name": "stored_file.name:{blob}",
    "stored_file.telegram_id": "stored_file.telegram_id:{blob}",
    "contribution.text": "contribution.text:{evaluation_id}:{receipt}",
    "contribution_version.text": "contribution_version.text:{owner_evaluation_id}:{owner_receipt}:{version}",
    "conversation_state.data": "conversation_state:{chat_id}",
    "inbox.payload": "inbox:{update_id}",
    "outbox.payload": "outbox:{lane}",
    "audit.details": "audit.details:{id}",
    "interview.description": "interview.description:{audit_id}:{number}",
    "interview.place": "interview.place:{audit_id}:{number}",
    "finding.text": "finding.text:{audit_id}:{receipt}",
    "finding_version.snapshot": "finding_version.snapshot:{owner_audit_id}:{owner_receipt}:{version}",
    "judgement.reason": "judgement.reason:{audit_id}:{norm}:{auditor_id}:{version}",
    "consensus.rationale": "consensus.rationale:{audit_id}:{norm}:{version}",
    "consensus.override": "consensus.override:{audit_id}:{norm}:{version}",
    "day_evaluation.answer": "day_evaluation.answer:{audit_id}:{on}:{question}",
    "process_event_version.detail": "process_event.detail:{event_id}:{version}",
    "plan_review.entries": "plan_review.entries:{audit_id}:{round}",
    "plan_review.reason": "plan_review.reason:{audit_id}:{round}",
    "plan_entry.content": "plan_entry.content:{audit_id}:{norm}:{version}",
    "plan_progress.evidence": "plan_progress.evidence:{audit_id}:{norm}:{version}",
    "plan_progress.note": "plan_progress.note:{audit_id}:{norm}:{version}",
    "plan_evidence.caption": "plan_evidence.caption:{audit_id}:{norm}:{number}",
    "plan_retest.text": "plan_retest.text:{audit_id}:{norm}:{version}",
    "ci_decision.reason": "ci_decision.reason:{audit_id}:{version}",
    "appeal.description": "appeal.description:{audit_id}",
    "appeal.conclusion": "appeal.conclusion:{id}",
    "appeal_letter.content": "appeal_letter.content:{audit_id}:{decision_version}",
    "part_a.question": "part_a.question:{audit_id}:{number}",
    "certificate.content": "certificate.content:{code}",
    "certificate_edition.content": "certificate.content:{code}",
    "certificate_status.note": "certificate_status.note:{certificate_id}:{version}",
    "audit_evaluation.remark": "audit_evaluation.remark:{audit_id}:{person_id}:{version}",
    "trend_point.text": "trend_point.text:{organisation_id}:{audit_id}:{number}",
    "report_field.value": "report_field.value:{audit_id}:{field}:{version}",
    "report_version.content": "report_version.content:{audit_id}:{number}",
    "report_correction.text": "report_correction.text:{version_id}:{place}:{revision}",
    "complaint.client": "complaint.client:{ci_id}:{year}:{serial}",
    "complaint.holder": "complaint.holder:{ci_id}:{year}:{serial}",
    "complaint_event.content": "complaint_event.content:{complaint_id}:{number}",
    "official_text.content": "official_text.content:{id}",
    "report_ruling.answer": "report_ruling.answer:{version_id}:{place}:{revision}:{number}",
}

#: Whose columns a place names as owner_*, and by which column of the row it is found.
_OWNERS: Final[Mapping[str, tuple[str, str]]] = {
    "contribution_version": ("contribution", "contribution_id"),
    "finding_version": ("finding", "finding_id"),
}
_BATCH = 500


class Opened(Struct, frozen=True):
    """What came of opening one column: how many values opened, how many did not, and why the first did not."""

    column: str
    opened: int
    failed: int
    reason: str = ""


def sealed_columns() -> list[tuple[sa.Table, str]]:
    """Return every sealed column of this version, as its table and its name without "_sealed"."""
    return [
        (table, column.name.removesuffix("_sealed"))
        for table in metadata.sorted_tables
        for column in table.c
        if column.name.endswith("_sealed")
    ]


def unlisted() -> list[str]:
    """Return the sealed columns whose place is not known here."""
    return [f"{table.name}.{name}" for table, name in sealed_columns() if f"{table.name}.{name}" not in PLACES]


def open_all(connection: sa.Connection, vault: Vault) -> Iterator[Opened]:
    """Open every sealed value, a column at a time; nothing of what they say is kept."""
    for table, name in sealed_columns():
        if f"{table.name}.{name}" in PLACES:
            yield _open_column(connection, vault, table, name)


def opened_rows(
    connection: sa.Connection, vault: Vault, table: sa.Table, condition: sa.ColumnElement[bool]
) -> list[dict[str, Any]]:
    """Return rows with every sealed value opened, under the name of its column without "_sealed".

    Raises:
        KeyError: a sealed column is not listed here.
        Unreadable: a value does not open at its place.
    """
    found = connection.execute(_with_owner(table).where(condition).order_by(*table.primary_key)).mappings()
    return [_opened(vault, table, row) for row in found]


def _opened(vault: Vault, table: sa.Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.c:
        name = column.name.removesuffix("_sealed")
        if name == column.name:
            values[name] = row[name]
            continue
        sealed = row[column.name]
        place = _place(PLACES[f"{table.name}.{name}"], row) if sealed else ""
        values[name] = vault.open(place, bytes(sealed)) if sealed else None
    return values


def _open_column(connection: sa.Connection, vault: Vault, table: sa.Table, name: str) -> Opened:
    column = f"{table.name}.{name}"
    opened, failed, reason = 0, 0, ""
    for row in connection.execute(_query(table, name)).yield_per(_BATCH).mappings():
        if not row[f"{name}_sealed"]:
            continue  # emptied, because the column has to say something
        try:
            vault.open_bytes(_place(PLACES[column], row), bytes(row[f"{name}_sealed"]))
        except Unreadable as error:
            failed, reason = failed + 1, reason or str(error)
        else:
            opened += 1
    return Opened(column, opened, failed, reason)


def _query(table: sa.Table, name: str) -> sa.Select[Any]:
    return _with_owner(table).where(table.c[f"{name}_sealed"].is_not(None))


def _with_owner(table: sa.Table) -> sa.Select[Any]:
    """Return the query of all rows, each with the columns of the row it belongs to where its places name them."""
    query = sa.select(table)
    if table.name not in _OWNERS:
        return query
    owner_name, key = _OWNERS[table.name]
    owner = metadata.tables[owner_name]
    of_owner = [column.label(f"owner_{column.name}") for column in owner.c if not column.name.endswith("_sealed")]
    return query.join(owner, owner.c.id == table.c[key]).add_columns(*of_owner)


def _place(pattern: str, row: Mapping[Any, Any]) -> str:
    return pattern.format_map({name: _written(value) for name, value in row.items()})


def _written(value: Any) -> str:
    """Return a value as places write it."""
    if isinstance(value, date):
        return value.isoformat()
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
