"""The tables. What people typed, names and file names are sealed (`*_sealed`); ids and numbers are plain.

Partial indexes keep the hot queries as small as the work that is open, whatever the history.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite only counts an INTEGER primary key up by itself.
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Sealed(sa.LargeBinary):
    """Bytes, handed to the driver as they are: both drivers take and give bytes."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> None:
        """Leave what goes in as it is."""
        del dialect

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Leave what comes out as it is."""
        del dialect, coltype


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive datetime, and gives aware ones back on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("moments are aware")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give an aware moment back."""
        if value is None or value.tzinfo is not None:
            return value  # type: ignore[no-any-return]
        return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


def _table(name: str, *parts: sa.schema.SchemaItem, **kwargs: Any) -> sa.Table:
    return sa.Table(name, metadata, *parts, **kwargs)


def _ref(name: str, target: str, **kwargs: Any) -> sa.Column[Any]:
    return sa.Column(name, Id, sa.ForeignKey(target), **kwargs)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


data_key = _table(
    "data_key",
    sa.Column("id", Id, primary_key=True),
    sa.Column("scope", sa.String(60), nullable=False, unique=True),
    sa.Column("wrapped", Sealed, nullable=False),
    sa.Column("master_key", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

person = _table(
    "person",
    sa.Column("id", Id, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, unique=True),  # of the private chat = the Telegram user id; NULL once erased
    sa.Column("name_sealed", Sealed),
    sa.Column("active_membership_id", Id),  # no foreign key: it would point back at a table that points here
    sa.Column("is_reachable", sa.Boolean, nullable=False, default=True),
    sa.Column("wants_nudges", sa.Boolean, nullable=False, default=True),
    sa.Column("is_welcomed", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("erased_at", Moment),
    sqlite_autoincrement=True,
)

organisation = _table(
    "organisation",
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name_sealed", Sealed),
    sa.Column("member_number_sealed", Sealed),
    sa.Column("member_number_hash", Sealed, unique=True),
    sa.Column("is_confirmed", sa.Boolean, nullable=False, default=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("erased_at", Moment),
    sa.CheckConstraint("kind IN ('member', 'ci', 'swn', 'example')", name="kind"),
    sqlite_autoincrement=True,
)

membership = _table(
    "membership",
    sa.Column("id", Id, primary_key=True),
    _ref("person_id", "person.id", nullable=False),
    _ref("organisation_id", "organisation.id", nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("function", sa.String(12)),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_membership_person", "person_id"),
    sa.Index("ix_membership_organisation", "organisation_id"),
    sa.Index(
        "uq_membership_running", "person_id", "organisation_id", "role", unique=True, **_where("ended_at IS NULL")
    ),
    sqlite_autoincrement=True,
)

invitation = _table(
    "invitation",
    sa.Column("id", Id, primary_key=True),
    sa.Column("token_hash", Sealed, nullable=False, unique=True),
    _ref("organisation_id", "organisation.id", nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("function", sa.String(12)),
    sa.Column("label_sealed", Sealed),
    _ref("invited_by", "person.id", nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    _ref("accepted_by", "person.id"),
    sa.Column("accepted_at", Moment),
    sa.Column("revoked_at", Moment),
    sa.Index("ix_invitation_organisation", "organisation_id"),
    sqlite_autoincrement=True,
)

invitation_try = _table(
    "invitation_try",
    sa.Column("id", Id, primary_key=True),
    _ref("person_id", "person.id", nullable=False),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Index("ix_invitation_try_person", "person_id", "tried_at"),
    sqlite_autoincrement=True,
)

self_evaluation = _table(
    "self_evaluation",
    sa.Column("id", Id, primary_key=True),
    _ref("organisation_id", "organisation.id", nullable=False),
    sa.Column("framework", sa.String(60), nullable=False),
    sa.Column("round", sa.Integer, nullable=False, default=1),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("status", sa.String(10), nullable=False, default="open"),
    sa.Column("receipts", sa.Integer, nullable=False, default=0),  # the last receipt number that was given out
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    _ref("closed_by", "person.id"),
    _ref("previous_id", "self_evaluation.id"),
    sa.CheckConstraint("status IN ('open', 'closed')", name="status"),
    sa.UniqueConstraint("organisation_id", "framework", "round", "version"),
    sqlite_autoincrement=True,
)

frozen_version = _table(  # what the auditor gets: the evaluation as it was when it was closed
    "frozen_version",
    sa.Column("id", Id, primary_key=True),
    _ref("evaluation_id", "self_evaluation.id", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content_sealed", Sealed),
    sa.Column("frozen_at", Moment, nullable=False),
    _ref("frozen_by", "person.id", nullable=False),
    sa.UniqueConstraint("evaluation_id", "version"),
    sqlite_autoincrement=True,
)

answer = _table(
    "answer",
    _ref("evaluation_id", "self_evaluation.id", primary_key=True),
    sa.Column("norm", sa.String(20), primary_key=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contributions", sa.Integer, nullable=False, default=0),
    sa.Column("reason_sealed", Sealed),
    sa.Column("improve_what_sealed", Sealed),
    sa.Column("improve_who_sealed", Sealed),
    sa.Column("improve_due_on", sa.Date),
    sa.Column("verdict_version", sa.Integer, nullable=False, default=0),  # the version that set the verdict
    _ref("verdict_by", "person.id"),
    _ref("updated_by", "person.id"),
    sa.Column("updated_at", Moment, nullable=False),
)

answer_version = _table(  # append-only: what every write made of an answer
    "answer_version",
    sa.Column("id", Id, primary_key=True),
    _ref("evaluation_id", "self_evaluation.id", nullable=False),
    sa.Column("norm", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("what", sa.String(12), nullable=False),  # verdict | reason | improvement | undo
    sa.Column("snapshot_sealed", Sealed),  # JSON of the answer's own fields after the write
    _ref("changed_by", "person.id", nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("evaluation_id", "norm", "version"),
    sqlite_autoincrement=True,
)

stored_file = _table(
    "stored_file",
    sa.Column("id", Id, primary_key=True),
    _ref("organisation_id", "organisation.id", nullable=False),
    _ref("evaluation_id", "self_evaluation.id"),
    sa.Column("name_sealed", Sealed),
    sa.Column("telegram_id_sealed", Sealed),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.BigInteger),
    sa.Column("sha256", Sealed),
    sa.Column("blob", sa.String(64)),  # the random name below the data directory
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(40), nullable=False, default=""),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("status IN ('wanted', 'stored', 'refused', 'erased')", name="status"),
    sa.Index("ix_stored_file_organisation", "organisation_id"),
    sqlite_autoincrement=True,
)

contribution = _table(
    "contribution",
    sa.Column("id", Id, primary_key=True),
    _ref("evaluation_id", "self_evaluation.id", nullable=False),
    sa.Column("norm", sa.String(20), nullable=False),
    sa.Column("receipt", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("purpose", sa.String(12), nullable=False),
    sa.Column("text_sealed", Sealed),
    _ref("file_id", "stored_file.id"),
    _ref("author_id", "person.id", nullable=False),
    sa.Column("chat_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("edited_at", Moment),
    sa.Column("withdrawn_at", Moment),
    sa.UniqueConstraint("evaluation_id", "receipt"),
    sa.Index("ix_contribution_norm", "evaluation_id", "norm"),
    sa.Index("uq_contribution_message", "chat_id", "message_id", unique=True),
    sqlite_autoincrement=True,
)

contribution_version = _table(  # append-only: every text that a contribution had
    "contribution_version",
    sa.Column("id", Id, primary_key=True),
    _ref("contribution_id", "contribution.id", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("norm", sa.String(20), nullable=False),
    sa.Column("text_sealed", Sealed),
    _ref("changed_by", "person.id", nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("contribution_id", "version"),
    sqlite_autoincrement=True,
)

last_write = _table(  # per person: what "Ongedaan maken" would undo
    "last_write",
    _ref("evaluation_id", "self_evaluation.id", primary_key=True),
    _ref("person_id", "person.id", primary_key=True),
    sa.Column("norm", sa.String(20), nullable=False),
    sa.Column("what", sa.String(12), nullable=False),  # verdict | reason | improvement | contribution
    _ref("contribution_id", "contribution.id"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("is_undone", sa.Boolean, nullable=False, default=False),
    sa.Column("written_at", Moment, nullable=False),
)

assignment = _table(
    "assignment",
    _ref("evaluation_id", "self_evaluation.id", primary_key=True),
    sa.Column("norm", sa.String(20), primary_key=True),
    _ref("person_id", "person.id", primary_key=True),
    _ref("assigned_by", "person.id", nullable=False),
    sa.Column("assigned_at", Moment, nullable=False),
)

nudge = _table(  # the unique key keeps a nudge to one a day
    "nudge",
    _ref("person_id", "person.id", primary_key=True),
    _ref("organisation_id", "organisation.id", primary_key=True),
    sa.Column("on", sa.Date, primary_key=True),
    _ref("nudged_by", "person.id", nullable=False),
)

audit_trail = _table(  # append-only; ids and codes only
    "audit_trail",
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person_id", Id),
    sa.Column("organisation_id", Id),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False),
    sa.Index("ix_audit_trail_organisation", "organisation_id", "at"),
    sqlite_autoincrement=True,
)

conversation_state = _table(
    "conversation_state",
    sa.Column("chat_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("conversation", sa.String(40)),
    sa.Column("state", sa.String(40)),
    sa.Column("data_sealed", Sealed),
    sa.Column("screen_message_id", sa.BigInteger),
    sa.Column("update_id", sa.BigInteger, nullable=False, default=0),
    sa.Column("updated_at", Moment, nullable=False),
)

inbox = _table(
    "inbox",
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("lane", sa.BigInteger, nullable=False),
    sa.Column("payload_sealed", Sealed),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_at", sa.Float, nullable=False, default=0.0),  # epoch seconds; 0 = now
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("handled_at", Moment),
    sa.Column("is_parked", sa.Boolean, nullable=False, default=False),
    sa.Column("error", sa.String(200)),
    sa.Index("ix_inbox_open", "lane", "update_id", **_where("handled_at IS NULL")),
    sa.Index("ix_inbox_handled", "handled_at", **_where("handled_at IS NOT NULL")),
)

outbox = _table(
    "outbox",
    sa.Column("id", Id, primary_key=True),
    sa.Column("lane", sa.BigInteger),  # NULL: needs no order (jobs, command menus)
    sa.Column("kind", sa.String(12), nullable=False),  # screen | message | document | call | job
    sa.Column("payload_sealed", Sealed),
    sa.Column("unique_key", sa.String(120), unique=True),  # what must never be queued twice
    sa.Column("owner", sa.BigInteger),  # the process that is sending it; NULL: up for grabs
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("outcome", sa.String(12)),  # sent | superseded | parked | unreachable
    sa.Column("message_id", sa.BigInteger),
    sa.Column("error", sa.String(200)),
    sa.Index("ix_outbox_open", "lane", "id", **_where("done_at IS NULL")),
    sa.Index("ix_outbox_done", "done_at", **_where("done_at IS NOT NULL")),
    sqlite_autoincrement=True,
)

# ------------------------------------------------------------------------------------------------ audits
#
# What was heard, judged and written is sealed under the audit's own scope ("audit:12"). Every change of
# a finding, judgement or consensus is a version of its own; nothing is overwritten.

audit = _table(
    "audit",
    sa.Column("id", Id, primary_key=True),
    _ref("organisation_id", "organisation.id", nullable=False),  # who is audited
    _ref("ci_id", "organisation.id", nullable=False),
    sa.Column("framework", sa.String(60), nullable=False),
    sa.Column("process", sa.String(20), nullable=False),
    sa.Column("weighing", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("variant", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(12), nullable=False),
    _ref("evaluation_id", "self_evaluation.id"),
    sa.Column("details_sealed", Sealed),  # JSON: scope, fte, place, scheme
    sa.Column("receipts", sa.Integer, nullable=False, default=0),  # the last receipt number that was given out
    sa.Column("version", sa.Integer, nullable=False, default=1),
    _ref("planned_by", "person.id", nullable=False),
    sa.Column("planned_at", Moment, nullable=False),
    sa.Index("ix_audit_ci", "ci_id"),
    sa.Index("ix_audit_organisation", "organisation_id"),
    sqlite_autoincrement=True,
)

audit_day = _table(
    "audit_day",
    _ref("audit_id", "audit.id", primary_key=True),
    sa.Column("on", sa.Date, primary_key=True),
)

audit_member = _table(  # the team; statements are accepted per audit
    "audit_member",
    _ref("audit_id", "audit.id", primary_key=True),
    _ref("person_id", "person.id", primary_key=True),
    sa.Column("role", sa.String(20), nullable=False),
    _ref("organisation_id", "organisation.id", nullable=False),  # where this person comes from
    sa.Column("conduct_accepted_at", Moment),
    sa.Column("confidentiality_accepted_at", Moment),
    sa.Column("statements_edition", sa.String(60)),  # which text was read
    sa.Column("independent_declared_at", Moment),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("removed_at", Moment),
    sa.Index("ix_audit_member_person", "person_id"),
)

peer_home = _table(  # the member organisation that a peer auditor comes from
    "peer_home",
    _ref("membership_id", "membership.id", primary_key=True),
    _ref("organisation_id", "organisation.id", nullable=False),
)

tie = _table(  # what people declared themselves: they advised, work for or have a stake in an organisation
    "tie",
    _ref("person_id", "person.id", primary_key=True),
    _ref("organisation_id", "organisation.id", primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("declared_at", Moment, nullable=False),
)

audit_choice = _table(  # which audit counts for a person now
    "audit_choice",
    _ref("person_id", "person.id", primary_key=True),
    _ref("audit_id", "audit.id", nullable=False),
)

interview = _table(
    "interview",
    sa.Column("id", Id, primary_key=True),
    _ref("audit_id", "audit.id", nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("functions", sa.JSON, nullable=False),  # codes of the column "Wie"
    sa.Column("participants", sa.JSON, nullable=False),  # person ids
    sa.Column("description_sealed", Sealed),
    sa.Column("place_sealed", Sealed),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.UniqueConstraint("audit_id", "number"),
    sqlite_autoincrement=True,
)

finding = _table(
    "finding",
    sa.Column("id", Id, primary_key=True),
    _ref("audit_id", "audit.id", nullable=False),
    sa.Column("receipt", sa.Integer, nullable=False),
    _ref("interview_id", "interview.id"),
    _ref("author_id", "person.id", nullable=False),
    sa.Column("form", sa.String(10), nullable=False),
    sa.Column("kind", sa.String(14)),
    sa.Column("tone", sa.String(12)),
    sa.Column("is_to_discuss", sa.Boolean, nullable=False, default=False),
    sa.Column("text_sealed", Sealed),
    _ref("file_id", "stored_file.id"),
    sa.Column("chat_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("in_tray", sa.Boolean, nullable=False, default=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.UniqueConstraint("audit_id", "receipt"),
    sa.Index("uq_finding_message", "chat_id", "message_id", unique=True),
    sa.Index("ix_finding_tray", "audit_id", **_where("in_tray")),
    sqlite_autoincrement=True,
)

finding_norm = _table(  # one finding may serve several norms, of both halves of a combination
    "finding_norm",
    _ref("finding_id", "finding.id", primary_key=True),
    _ref("audit_id", "audit.id", primary_key=True),  # the half whose framework the norm is of
    sa.Column("norm", sa.String(20), primary_key=True),
    # Only where somebody had it count for the other half: on which basis, and who said so.
    sa.Column("strength", sa.String(10)),
    sa.Column("via", sa.String(20)),
    _ref("counted_by", "person.id"),
    sa.Column("counted_at", Moment),
    sa.Index("ix_finding_norm_audit", "audit_id", "norm"),
)

finding_version = _table(  # append-only
    "finding_version",
    sa.Column("id", Id, primary_key=True),
    _ref("finding_id", "finding.id", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("snapshot_sealed", Sealed),  # JSON; NULL once its text had to be erased
    _ref("changed_by", "person.id", nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
    sa.UniqueConstraint("finding_id", "version"),
    sqlite_autoincrement=True,
)

judgement = _table(  # append-only: the highest version of an auditor counts
    "judgement",
    _ref("audit_id", "audit.id", primary_key=True),
    sa.Column("norm", sa.String(20), primary_key=True),
    _ref("auditor_id", "person.id", primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reason_sealed", Sealed),
    sa.Column("judged_at", Moment, nullable=False),
)

consensus = _table(  # append-only: the highest version counts
    "consensus",
    _ref("audit_id", "audit.id", primary_key=True),
    sa.Column("norm", sa.String(20), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("rationale_sealed", Sealed),
    sa.Column("override_sealed", Sealed),
    _ref("recorded_by", "person.id", nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
)

day_evaluation = _table(  # the short evaluation with the client at the end of an audit day
    "day_evaluation",
    sa.Column("id", Id, primary_key=True),
    _ref("audit_id", "audit.id", nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("question", sa.String(40), nullable=False),
    sa.Column("answer_sealed", Sealed),
    sa.Column("is_signal", sa.Boolean, nullable=False, default=False),
    _ref("recorded_by", "person.id", nullable=False),
    sa.Column("recorded_at", Moment, nullable=False),
    sa.UniqueConstraint("audit_id", "on", "question"),
    sqlite_autoincrement=True,
)

# The tables of a topic of its own stand in a module of its own; the metadata is complete once this one is imported.
import storage.sql.appeal_tables  # noqa: E402
import storage.sql.complaint_tables  # noqa: E402
import storage.sql.evaluation_tables  # noqa: E402
import storage.sql.framework_tables  # noqa: E402
import storage.sql.pair_tables  # noqa: E402
import storage.sql.plan_tables  # noqa: E402
import storage.sql.process_tables  # noqa: E402
import storage.sql.register_tables  # noqa: E402
import storage.sql.report_tables  # noqa: E402
import storage.sql.retention_tables  # noqa: E402
import storage.sql.trend_tables  # noqa: E402, F401
