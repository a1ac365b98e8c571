"""The report of an audit: fields in versions, what went out as it was, and what the member says of it.

A write is: hold the audit or the version, compare with what the person saw, add a row. Who reaches a version is a
condition of every statement: the team by its seat and its statements, the coordinators of the member by a sending to
them, the secretariat by a sending of part A.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import NormId
from domain.process import EventKind
from domain.report import (
    Channel,
    Correction,
    Recipient,
    Report,
    ReportVersion,
    Ruling,
    Sending,
    VersionId,
    compose,
    documents_field,
    suggestions_field,
)
from domain.report_check import ReportRefused, check
from domain.report_format import MAX_FIELD, FieldId, Moment
from domain.report_prefill import FieldText
from domain.roles import OrganisationKind, Permission, PersonId, Role
from domain.verdicts import Verdict
from domain.working_days import AMSTERDAM
from storage.audit_interfaces import Engagement
from storage.interfaces import NotAllowed
from storage.process_interfaces import AlreadyRecorded
from storage.report_interfaces import DraftedReport, FieldChanged, ReportReader, ResponseClosed
from storage.sql import report_codec
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.audit_reach import CI_ROLES, AuditReach, allowing, audit_scope, of_actor
from storage.sql.process_events import add_event, events_of
from storage.sql.report_facts import FactsReader, field_place
from storage.sql.report_names import names_of

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

ELSEWHERE = "*"  # the place of a correction that is about no norm

_AUDIT: Any = sa.bindparam("audit")
_VERSION: Any = sa.bindparam("version")
_OWN: Any = sa.bindparam("own_organisation")


def _was_sent_to(recipient: Recipient) -> Any:
    sent = r.report_sending
    return sa.exists().where(sent.c.version_id == r.report_version.c.id, sent.c.recipient == recipient.value)


#: Who reaches a version, by the side from which the actor comes.
_REACH = {
    "team": allowing(Permission.READ_AUDIT),
    "member": sa.and_(t.audit.c.organisation_id == _OWN, _was_sent_to(Recipient.MEMBER)),
    "swn": sa.and_(r.report_version.c.moment == Moment.SUMMARY.value, _was_sent_to(Recipient.SWN)),
}
_VERSIONS = {
    side: sa.select(r.report_version)
    .select_from(r.report_version.join(t.audit, t.audit.c.id == r.report_version.c.audit_id))
    .where(condition)
    .order_by(r.report_version.c.id.desc())
    for side, condition in _REACH.items()
}
_OF_AUDIT = {side: found.where(r.report_version.c.audit_id == _AUDIT) for side, found in _VERSIONS.items()}
_ONE = {side: found.where(r.report_version.c.id == _VERSION) for side, found in _VERSIONS.items()}
_NEWEST = _VERSIONS["member"].limit(1)
_SENDINGS = (
    sa.select(r.report_sending)
    .where(r.report_sending.c.version_id.in_(sa.bindparam("versions", expanding=True)))
    .order_by(r.report_sending.c.id)
)
_CORRECTIONS = (
    sa.select(r.report_correction)
    .where(r.report_correction.c.version_id == _VERSION)
    .order_by(r.report_correction.c.place, r.report_correction.c.revision)
)
_RULINGS = sa.select(r.report_ruling).where(r.report_ruling.c.version_id == _VERSION).order_by(r.report_ruling.c.number)
_READERS = (
    sa.select(t.person.c.id, t.person.c.chat_id, t.person.c.name_sealed, t.membership.c.id.label("membership_id"))
    .select_from(
        t.membership.join(t.person, t.person.c.id == t.membership.c.person_id).join(
            t.audit, t.audit.c.organisation_id == t.membership.c.organisation_id
        )
    )
    .where(
        t.audit.c.id == _AUDIT,
        t.membership.c.role == Role.COORDINATOR.value,
        t.membership.c.ended_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
    )
    .order_by(t.membership.c.id)
)
_WRITERS = (
    sa.select(t.person.c.chat_id)
    .join(t.audit_member, t.audit_member.c.person_id == t.person.c.id)
    .where(
        t.audit_member.c.audit_id == _AUDIT,
        t.audit_member.c.role == Role.TEAM_LEADER.value,
        t.audit_member.c.removed_at.is_(None),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
    )
)
_HELD_AUDIT = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT).with_for_update(key_share=True)
_HELD_VERSION = sa.select(r.report_version.c.id).where(r.report_version.c.id == _VERSION).with_for_update()
_EVENTS = {Moment.DRAFT: EventKind.DRAFT_RECEIVED, Moment.FINAL: EventKind.FINDINGS_FINAL}


class SqlReports(AuditReach):
    """Reports within the actor's reach; implements `storage.report_interfaces.Reports`."""

    # ----------------------------------------------------------------------------------------------- the team

    def drafted(self, audit: AuditId, moment: Moment, today: date) -> DraftedReport:
        """Return the report as it stands, as it would leave at a moment. Raises NotAllowed, StatementsMissing."""
        return self._drafted(self.within(audit, Permission.READ_AUDIT), moment, today)

    def _drafted(self, engagement: Engagement, moment: Moment, today: date) -> DraftedReport:
        reader = FactsReader(self._work, self._actor, engagement)
        facts, written = reader.facts(moment, today), reader.written()
        covered = reader.covered(facts)
        made = compose(self._work.audit_rules.report, facts, written, reader.material())
        versions = self._versions("team", _OF_AUDIT["team"], audit=engagement.id)
        drafts = [version for version in versions if version.moment is Moment.DRAFT]
        said = self._corrections(drafts[0].id) if drafts and drafts[0].responded_at else ()
        return DraftedReport(made, facts, covered, written, check(made, facts, covered, said))

    def had_followup(self, audit: AuditId) -> bool:
        """Say whether an additional investigation was done that the report has to tell of. Raises NotAllowed."""
        self.within(audit, Permission.READ_AUDIT)
        if all(event.kind is not EventKind.FOLLOWUP_AUDIT_DONE for event in events_of(self._work, audit)):
            return False
        found = self._work.plans(self._actor).retests(audit)
        return any(test.verdict is not Verdict.NOT_ASSESSED for test in found.values())

    def write(self, audit: AuditId, field: FieldId, text: str, at: datetime, *, seen: int) -> FieldText:
        """Write in a field. Raises FieldChanged, NotAllowed, WrongStage."""
        engagement = self._hold(audit)
        if not self._is_field(engagement, field) or len(text) > MAX_FIELD:
            raise NotAllowed("field")
        now = FactsReader(self._work, self._actor, engagement).written().get(field)
        if (now.version if now else 0) != seen:
            raise FieldChanged(field, now)
        new = FieldText(text.strip(), seen + 1)
        if now is not None and now.text == new.text:
            return now
        values = {
            "audit_id": audit, "field": field, "version": new.version, "written_by": self._actor.person,
            "written_at": at, "value_sealed": self._seal(audit, field_place(audit, field, new.version), new.text),
        }  # fmt: skip
        self._work.execute(r.report_field.insert(), values)
        self._audit("report_written", f"audit:{audit}:{field}", at)
        return new

    def _is_field(self, engagement: Engagement, field: FieldId) -> bool:
        framework = self._work.frameworks[engagement.audit.framework]
        changeable = {documents_field(rubric.id) for rubric in framework.rubrics}
        changeable |= {suggestions_field(norm.id) for norm in framework.norms}
        form = self._work.audit_rules.report.of_framework(framework).of_audit(had_followup=True)
        return form.has(field) or field in changeable

    def freeze(self, audit: AuditId, moment: Moment, at: datetime) -> ReportVersion:
        """Keep the report as it stands now, to be sent. Raises ReportRefused, NotAllowed, WrongStage."""
        engagement = self._hold(audit)
        if moment is Moment.SUMMARY and not self._work.audit_rules.editions[engagement.audit.process].goes_to_swn:
            raise NotAllowed("part_a")
        drafted = self._drafted(engagement, moment, at.astimezone(AMSTERDAM).date())
        if drafted.blockers:
            raise ReportRefused(drafted.blockers)
        before = self._versions("team", _OF_AUDIT["team"], audit=audit)
        number = max((version.number for version in before), default=0) + 1
        content = report_codec.written(drafted.made.report, names_of(drafted.facts.names))
        values = {
            "audit_id": audit, "number": number, "moment": moment.value, "frozen_by": self._actor.person,
            "outcome": drafted.facts.weighing.outcome.value, "frozen_at": at,
            "content_sealed": self._seal(audit, _content_place(audit, number), content),
        }  # fmt: skip
        insert = r.report_version.insert().values(values).returning(r.report_version.c.id)
        version = VersionId(self._work.execute(insert).scalar_one())
        self._audit(f"report_frozen_{moment.value}", f"audit:{audit}:{number}", at)
        return self.version(version)

    def readers(self, audit: AuditId) -> tuple[ReportReader, ...]:
        """Return the coordinators of the member who can be reached by chat. Raises NotAllowed."""
        self.within(audit, Permission.WRITE_REPORT)
        found: dict[int, ReportReader] = {}
        for row in self._work.execute(_READERS, {"audit": audit}).all():
            name = open_name(self._work, row.id, row.name_sealed)
            reader = ReportReader(PersonId(row.id), row.chat_id, MembershipId(row.membership_id), name)
            found.setdefault(row.id, reader)
        return tuple(found.values())

    def send(
        self, version: VersionId, recipient: Recipient, channel: Channel, at: datetime, *,
        person: PersonId | None = None, received_on: date | None = None,
    ) -> int:  # fmt: skip
        """Record that a version goes to somebody, and return the id of the sending. Raises NotAllowed."""
        found = self.version(version)
        self._hold(found.audit)
        is_for_swn = recipient is Recipient.SWN
        if is_for_swn != (found.moment is Moment.SUMMARY) or (person is None) != (channel is Channel.MAIL):
            raise NotAllowed("recipient")
        if person is not None and not is_for_swn and person not in {item.person for item in self.readers(found.audit)}:
            raise NotAllowed("person")
        values = {
            "version_id": version, "recipient": recipient.value, "channel": channel.value, "person_id": person,
            "sent_by": self._actor.person, "sent_at": at,
        }  # fmt: skip
        insert = r.report_sending.insert().values(values).returning(r.report_sending.c.id)
        sending = int(self._work.execute(insert).scalar_one())
        self._audit(f"report_sent_{recipient.value}", f"audit:{found.audit}:{found.number}", at)
        if received_on is not None:
            mark_received(self._work, sending, received_on, at)
        return sending

    def rule(
        self, version: VersionId, norm: NormId | None, ruling: Ruling, answer: str, at: datetime, *, revision: int
    ) -> Correction:
        """Record what the team leader makes of a correction. Raises NotAllowed, WrongStage, ResponseClosed."""
        found = self.version(version)
        self._hold(found.audit)
        now = next((item for item in self.corrections(version) if item.norm == norm), None)
        if now is None:
            raise NotAllowed("correction")
        if now.revision != revision:
            raise ResponseClosed
        said = answer.strip()[:MAX_FIELD]
        if (now.ruling, now.answer) == (ruling, said):
            return now
        place = norm or ELSEWHERE
        key = {"version": version, "place": place, "revision": revision}
        rulings = [row for row in self._work.execute(_RULINGS, {"version": version}).all() if _is_of(row, key)]
        number = len(rulings) + 1
        values = {
            "version_id": version, "place": place, "revision": revision, "number": number, "ruling": ruling.value,
            "answer_sealed": self._seal(found.audit, _ruling_place(version, place, revision, number), said),
            "ruled_by": self._actor.person, "ruled_at": at,
        }  # fmt: skip
        self._work.execute(r.report_ruling.insert(), values)
        self._audit("correction_ruled", f"audit:{found.audit}:{place}", at)
        return replace(now, ruling=ruling, answer=said)

    # ------------------------------------------------------------------------------------------- who has it

    def versions(self, audit: AuditId) -> tuple[ReportVersion, ...]:
        """Return what went out, as far as the actor may read it, the newest first."""
        side = self._side()
        return self._versions(side, _OF_AUDIT[side], audit=audit) if side else ()

    def version(self, version: VersionId) -> ReportVersion:
        """Return one version. Raises NotAllowed."""
        side = self._side()
        found = self._versions(side, _ONE[side], version=version) if side else ()
        if not found:
            raise NotAllowed("report")
        return found[0]

    def content(self, version: VersionId) -> Report:
        """Return a version as it was frozen; for the secretariat without part B. Raises NotAllowed."""
        found = self.version(version)
        row = self._work.execute(
            sa.select(r.report_version.c.content_sealed).where(r.report_version.c.id == version)
        ).one()
        report = report_codec.read(self._work.vault.open(_content_place(found.audit, found.number), row.content_sealed))
        return replace(report, rubrics=(), intro=(), addendum=None) if self._side() == "swn" else report

    def newest(self) -> ReportVersion | None:
        """Return the newest report that was sent to the actor's organisation; None when there is none."""
        if self._side() != "member":
            return None
        return next(iter(self._versions("member", _NEWEST)), None)

    def corrections(self, version: VersionId) -> tuple[Correction, ...]:
        """Return what the member says of a version; for the team once the reaction is complete. Raises NotAllowed."""
        found = self.version(version)
        if self._side() == "team" and found.responded_at is None:
            return ()
        return self._corrections(version) if self._side() in ("team", "member") else ()

    # -------------------------------------------------------------------------------------------- the member

    def correct(self, version: VersionId, norm: NormId | None, text: str, at: datetime) -> Correction | None:
        """Keep what is factually not right; an empty text takes it back. Raises NotAllowed, ResponseClosed."""
        found = self._respondable(version)
        if not found.awaits_response:
            raise ResponseClosed
        if (norm is not None and self.content(version).norm(norm) is None) or len(text) > MAX_FIELD:
            raise NotAllowed("norm")
        place, said = norm or ELSEWHERE, text.strip()
        rows = [row for row in self._work.execute(_CORRECTIONS, {"version": version}).all() if row.place == place]
        revision = rows[-1].revision + 1 if rows else 1
        sealed = self._seal(found.audit, _correction_place(version, place, revision), said) if said else None
        if not said and (not rows or rows[-1].text_sealed is None):
            return None
        values = {
            "version_id": version, "place": place, "revision": revision, "text_sealed": sealed,
            "written_by": self._actor.person, "written_at": at,
        }  # fmt: skip
        self._work.execute(r.report_correction.insert(), values)
        self._audit("correction_written", f"audit:{found.audit}:{place}", at)
        return Correction(version, norm, said, self._actor.person, at, revision) if said else None

    def writers(self, version: VersionId) -> tuple[int, ...]:
        """Return the chats of who leads the team, where they can be reached; for the member. Raises NotAllowed."""
        if self._side() != "member":
            raise NotAllowed("report")
        return tuple(self._work.execute(_WRITERS, {"audit": self.version(version).audit}).scalars())

    def respond(self, version: VersionId, at: datetime) -> ReportVersion:
        """Record that the reaction is complete. Raises NotAllowed, ResponseClosed."""
        found = self._respondable(version)
        if found.moment is not Moment.DRAFT:
            raise ResponseClosed
        if found.responded_at is not None:
            return found
        own = r.report_version.c.id == version
        values = {"responded_by": self._actor.person, "responded_at": at}
        self._work.execute(r.report_version.update().where(own).values(values))
        self._audit("report_responded", f"audit:{found.audit}:{found.number}", at)
        with suppress(AlreadyRecorded):  # of an earlier draft: the first time counts, and people correct it
            process = self._work.process(self._actor)
            process.record(found.audit, EventKind.DRAFT_RESPONSE_RECEIVED, at.astimezone(AMSTERDAM).date(), at)
        return self.version(version)

    def _respondable(self, version: VersionId) -> ReportVersion:
        """Hold a version that the member may say something about. Raises NotAllowed."""
        if self._side() != "member" or not self._may(Permission.RESPOND_TO_REPORT):
            raise NotAllowed("report")
        self._work.execute(_HELD_VERSION, {"version": version})
        return self.version(version)

    # ------------------------------------------------------------------------------------------------- parts

    def _side(self) -> str | None:
        """Return from which side the actor reads reports, None for who reads none."""
        organisation, role = self._actor.organisation, self._actor.role
        kind = organisation.kind if organisation else None
        if kind is OrganisationKind.CI and role in CI_ROLES:
            return "team"
        if kind is OrganisationKind.MEMBER and role is Role.COORDINATOR:
            return "member"
        return "swn" if kind is OrganisationKind.SWN and role is Role.SWN_SECRETARIAT else None

    def _hold(self, audit: AuditId) -> Engagement:
        """Keep the audit as it is until this work ends, for who writes its report. Raises NotAllowed, WrongStage."""
        self._work.execute(_HELD_AUDIT, {"audit": audit})
        return self.within(audit, Permission.WRITE_REPORT)

    def _versions(self, side: str, statement: Any, **values: Any) -> tuple[ReportVersion, ...]:
        parameters = of_actor(self._actor) if side == "team" else {}
        rows = self._work.execute(statement, parameters | {"own_organisation": self._organisation()} | values).all()
        sendings = self._sendings([row.id for row in rows])
        return tuple(
            ReportVersion(
                VersionId(row.id), AuditId(row.audit_id), row.number, Moment(row.moment), PersonId(row.frozen_by),
                row.frozen_at, tuple(sendings[row.id]), row.responded_at,
            )
            for row in rows
        )  # fmt: skip

    def _sendings(self, versions: Sequence[int]) -> Mapping[int, list[Sending]]:
        found: dict[int, list[Sending]] = defaultdict(list)
        for row in self._work.execute(_SENDINGS, {"versions": versions}).all() if versions else ():
            person = PersonId(row.person_id) if row.person_id else None
            found[row.version_id].append(
                Sending(Recipient(row.recipient), Channel(row.channel), person, row.sent_at, row.received_on)
            )
        return found

    def _corrections(self, version: VersionId) -> tuple[Correction, ...]:
        """Return the newest revision per place with the newest ruling on it."""
        newest = {row.place: row for row in self._work.execute(_CORRECTIONS, {"version": version}).all()}
        rulings = {(row.place, row.revision): row for row in self._work.execute(_RULINGS, {"version": version}).all()}
        standing = (row for row in newest.values() if row.text_sealed is not None)
        return tuple(self._correction(row, rulings.get((row.place, row.revision))) for row in standing)

    def _correction(self, row: Any, ruled: Any) -> Correction:
        opened, version = self._work.vault.open, VersionId(row.version_id)
        place = (version, row.place, row.revision)
        return Correction(
            version, None if row.place == ELSEWHERE else NormId(row.place),
            opened(_correction_place(*place), row.text_sealed), PersonId(row.written_by), row.written_at, row.revision,
            Ruling(ruled.ruling) if ruled else None,
            opened(_ruling_place(*place, ruled.number), ruled.answer_sealed) if ruled else "",
        )  # fmt: skip

    def _seal(self, audit: AuditId, place: str, text: str) -> bytes:
        return self._work.vault.seal(audit_scope(audit), place, text)


def mark_received(work: SqlWork, sending: int, on: date, at: datetime) -> bool:
    """Record that what was sent was received, with the event from which the next term counts.

    By chat that is when Telegram took the message. Returns whether there was anything left to record; who sent it
    must still be known, because the event is theirs.
    """
    sent = r.report_sending
    row = work.execute(
        sa.select(
            sent, r.report_version.c.audit_id, r.report_version.c.moment, r.report_version.c.outcome, t.person.c.chat_id
        )
        .select_from(sent.join(r.report_version).join(t.person, t.person.c.id == sent.c.sent_by))
        .where(sent.c.id == sending)
    ).first()
    if row is None or row.received_on is not None:
        return False
    work.execute(sent.update().where(sent.c.id == sending).values(received_on=on))
    kind = _EVENTS.get(Moment(row.moment))
    if kind is not None and row.chat_id is not None:
        audit = AuditId(row.audit_id)
        work.execute(_HELD_AUDIT, {"audit": audit})  # two of the member may receive it at the same moment
        if all(event.kind is not kind for event in events_of(work, audit)):
            detail = row.outcome if kind is EventKind.FINDINGS_FINAL else ""
            add_event(work, work.actor(row.chat_id), audit, kind, on, at, detail)
    return True


def newest_sent(work: SqlWork, audit: AuditId) -> tuple[Report, ReportVersion] | None:
    """Return the newest report that went to the member; for who has established that the actor may read it."""
    sent = r.report_sending
    newest = (
        sa.select(r.report_version)
        .where(
            r.report_version.c.audit_id == audit,
            sa.exists().where(sent.c.version_id == r.report_version.c.id, sent.c.recipient == Recipient.MEMBER.value),
        )
        .order_by(r.report_version.c.id.desc())
        .limit(1)
    )
    row = work.execute(newest).first()
    if row is None:
        return None
    version = ReportVersion(
        VersionId(row.id), audit, row.number, Moment(row.moment), PersonId(row.frozen_by), row.frozen_at, (),
        row.responded_at,
    )  # fmt: skip
    content = work.vault.open(_content_place(audit, row.number), row.content_sealed)
    return report_codec.read(content), version


def corrections_by(work: SqlWork, person: PersonId) -> list[dict[str, str | int | None]]:
    """Return what a person wrote about reports, every revision, as plain values for their export."""
    rows = work.execute(
        sa.select(r.report_correction, r.report_version.c.audit_id)
        .join(r.report_version, r.report_version.c.id == r.report_correction.c.version_id)
        .where(r.report_correction.c.written_by == person)
        .order_by(r.report_correction.c.written_at, r.report_correction.c.revision)
    ).all()
    return [
        {
            "audit_id": row.audit_id,
            "norm": None if row.place == ELSEWHERE else row.place,
            "text": work.vault.open(
                _correction_place(VersionId(row.version_id), row.place, row.revision), row.text_sealed
            ),
            "at": row.written_at.isoformat(),
        }
        for row in rows
    ]


def has_final_report(work: SqlWork, audit: AuditId) -> bool:
    """Say whether the final report of an audit went out; for who has established that the actor may know."""
    found = sa.select(r.report_version.c.id).where(
        r.report_version.c.audit_id == audit, r.report_version.c.moment == Moment.FINAL.value,
        sa.exists().where(r.report_sending.c.version_id == r.report_version.c.id),
    )  # fmt: skip
    return work.execute(found.limit(1)).first() is not None


def _is_of(row: Any, key: Mapping[str, object]) -> bool:
    return bool(row.place == key["place"] and row.revision == key["revision"])


def _content_place(audit: AuditId, number: int) -> str:
    return f"report_version.content:{audit}:{number}"


def _correction_place(version: VersionId, place: str, revision: int) -> str:
    return f"report_correction.text:{version}:{place}:{revision}"


def _ruling_place(version: VersionId, place: str, revision: int, number: int) -> str:
    return f"report_ruling.answer:{version}:{place}:{revision}:{number}"
