"""Names in the reports of audits: a person who is erased is not named in them any more, and they keep their meaning.

Part A names the team, who proofread it and the contact of the member (`ReportField.names_people`); nothing else of a
report names anybody. What was frozen is the record of how a certificate came about and stays, with other words where
the name stood. Which name was printed is kept beside a frozen report, because people change their names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId
from domain.report_format import FieldId, Phrase
from domain.roles import PersonId
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.audit_reach import audit_scope

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_PERSON: Any = sa.bindparam("person")
#: Where a report may name somebody: audits in whose team they were, and those of organisations they belonged to.
_AUDITS = sa.union(
    sa.select(t.audit_member.c.audit_id).where(t.audit_member.c.person_id == _PERSON),
    sa.select(t.audit.c.id)
    .join(t.membership, t.membership.c.organisation_id.in_([t.audit.c.organisation_id, t.audit.c.ci_id]))
    .where(t.membership.c.person_id == _PERSON),
)
_OF_AUDITS: Any = sa.bindparam("audits", expanding=True)
_VERSIONS = sa.select(r.report_version).where(r.report_version.c.audit_id.in_(_OF_AUDITS))
_FIELDS = sa.select(r.report_field).where(
    r.report_field.c.audit_id.in_(_OF_AUDITS), r.report_field.c.field.in_(sa.bindparam("fields", expanding=True))
)


def take_name_from_reports(work: SqlWork, person: PersonId, name: str) -> None:
    """Put other words where the name of a person stands in a report, frozen or still being written."""
    form = work.audit_rules.report
    fields = [field.id for field in form.fields if field.names_people]
    audits = list(work.execute(_AUDITS, {"person": person}).scalars())
    if not audits:
        return
    instead = form.say(Phrase.ERASED_NAME)
    for row in work.execute(_VERSIONS, {"audits": audits}).all():
        _clean_version(work, row, person, name, fields, instead)
    for row in work.execute(_FIELDS, {"audits": audits, "fields": fields}).all():
        place = f"report_field.value:{row.audit_id}:{row.field}:{row.version}"
        text = work.vault.open(place, row.value_sealed)
        new = without(text, [name], instead)
        if new != text:
            key = (r.report_field.c.audit_id == row.audit_id) & (r.report_field.c.field == row.field)
            sealed = work.vault.seal(audit_scope(AuditId(row.audit_id)), place, new)
            update = r.report_field.update().where(key, r.report_field.c.version == row.version)
            work.execute(update.values(value_sealed=sealed))


def _clean_version(work: SqlWork, row: Any, person: PersonId, name: str, fields: list[FieldId], instead: str) -> None:
    place = f"report_version.content:{row.audit_id}:{row.number}"
    before = work.vault.open(place, row.content_sealed)
    content = json.loads(before)
    printed = content.get("names", {}).pop(str(person), "")
    for part in content["part_a"]:
        for line in part["lines"]:
            if line["field"] in fields:
                line["text"] = without(line["text"], [printed, name], instead)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if text != before:
        sealed = work.vault.seal(audit_scope(AuditId(row.audit_id)), place, text)
        work.execute(r.report_version.update().where(r.report_version.c.id == row.id).values(content_sealed=sealed))


def without(text: str, names: list[str], instead: str) -> str:
    """Return a text with other words for every one of these names, as whole words in any case."""
    for name in sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: instead, text, flags=re.IGNORECASE)
    return text


def names_of(names: Mapping[PersonId, str]) -> dict[str, str]:
    """Return names as they are kept beside a frozen report."""
    return {str(person): name for person, name in names.items()}
