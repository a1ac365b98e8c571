"""The register of certificates, as the secretariat of SWN keeps it.

Part A comes in, is complete or goes back, and becomes a certificate; its status changes when a person says so. One that
says something else than what stands now is made anew, and the edition before it is kept. Whatever is written is
compared with what the person saw, and recorded in the process.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.audit import AuditId, AuditKind
from domain.certificate import (
    CODE_ALPHABET,
    NEXT_STATUS,
    Certificate,
    CertificateId,
    CertificateStatus,
    EditionProposal,
    PartAState,
    Printed,
    ReplacedEdition,
    StatusProposal,
    StatusReason,
    Validity,
    notice_from,
    proposed_edition,
    proposed_status,
    validity,
)
from domain.framework import FrameworkId
from domain.process import EventKind, Party
from domain.report_format import Prefill
from domain.roles import OrganisationId, OrganisationKind, Permission
from domain.weighing import Outcome
from storage.interfaces import NotAllowed
from storage.plan_interfaces import Addressee
from storage.register_interfaces import NotTheTime, RegisterEntry, Submission, Waiting
from storage.sql import process_tables as process
from storage.sql import register_tables as r
from storage.sql import tables as t
from storage.sql.addressees import addressees
from storage.sql.audit_reach import audit_scope
from storage.sql.certificates import (
    CERTIFICATES,
    OF_AUDIT,
    OF_CODE,
    OF_ORGANISATION,
    ONE,
    REGISTER_SCOPE,
    content_place,
    decision_of,
    entries,
    part_a_of,
    question_place,
    replaced_editions,
)
from storage.sql.process_cases import Process, process_of
from storage.sql.process_events import events_of
from storage.sql.reach import Reach

_LATER = r.part_a.alias("later")
_NEWEST = ~sa.exists().where(_LATER.c.audit_id == r.part_a.c.audit_id, _LATER.c.number > r.part_a.c.number)
_OPEN = (
    sa.select(r.part_a.c.audit_id)
    .outerjoin(r.certificate, r.certificate.c.audit_id == r.part_a.c.audit_id)
    .join(t.audit, t.audit.c.id == r.part_a.c.audit_id)
    .join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id)
    .where(
        t.organisation.c.erased_at.is_(None),
        _NEWEST,
        r.part_a.c.state != PartAState.RETURNED.value,
        # after a changed decision another part A comes, also when there is a certificate already
        sa.or_(r.certificate.c.id.is_(None), r.part_a.c.state == PartAState.RECEIVED.value),
    )
    .order_by(r.part_a.c.on, r.part_a.c.audit_id)
)
_CHECKED_SINCE = (
    r.part_a.c.audit_id == r.certificate.c.audit_id,
    r.part_a.c.state == PartAState.COMPLETE.value,
    r.part_a.c.checked_at > r.certificate.c.made_at,
)
_DAY = process.process_event_version
_NEWER_DAY = _DAY.alias("newer_day")
_ANOTHER_DAY = (
    process.process_event.c.audit_id == r.certificate.c.audit_id,
    process.process_event.c.kind == EventKind.CERTIFICATE_ISSUED.value,
    _DAY.c.event_id == process.process_event.c.id,
    ~_DAY.c.is_withdrawn,
    _DAY.c.on != r.certificate.c.valid_from,
    ~sa.exists().where(_NEWER_DAY.c.event_id == _DAY.c.event_id, _NEWER_DAY.c.version > _DAY.c.version),
)
_TO_COMPARE = (
    sa.select(r.certificate.c.id)
    .join(t.organisation, t.organisation.c.id == r.certificate.c.organisation_id)
    .where(
        t.organisation.c.erased_at.is_(None),
        sa.or_(sa.exists().where(*_ANOTHER_DAY), sa.exists().where(*_CHECKED_SINCE)),
    )
)
_DECIDED_ANEW = sa.select(r.part_a.c.number).where(
    r.certificate.c.id == sa.bindparam("certificate"), *_CHECKED_SINCE, _NEWEST
)
_MADE = sa.select(r.certificate).where(r.certificate.c.id == sa.bindparam("certificate"))
_PLAN = sa.select(t.audit.c.framework, t.audit.c.details_sealed, t.audit.c.ci_id, t.audit.c.organisation_id).where(
    t.audit.c.id == sa.bindparam("audit")
)
_OVERTAKEN = sa.select(r.part_a.c.audit_id).where(
    r.part_a.c.audit_id == sa.bindparam("audit"),
    r.part_a.c.number == sa.bindparam("number"),
    sa.exists().where(r.ci_decision.c.audit_id == r.part_a.c.audit_id, r.ci_decision.c.decided_at > r.part_a.c.sent_at),
)
_NAME = sa.select(t.organisation.c.id, t.organisation.c.name_sealed).where(
    t.organisation.c.id == sa.bindparam("organisation")
)
_DAYS = sa.select(t.audit_day.c.on).where(t.audit_day.c.audit_id == sa.bindparam("audit")).order_by(t.audit_day.c.on)
_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == sa.bindparam("audit")).with_for_update(key_share=True)
_ERASED = (
    sa.select(t.organisation.c.id)
    .join(r.certificate, r.certificate.c.organisation_id == t.organisation.c.id)
    .where(t.organisation.c.erased_at.is_not(None))
)
_RENEWING = (
    sa.select(t.audit.c.id)
    .where(
        t.audit.c.organisation_id == sa.bindparam("organisation"),
        t.audit.c.id > sa.bindparam("audit"),
        t.audit.c.kind == AuditKind.RECERTIFICATION.value,
        t.audit.c.process.in_(sa.bindparam("with_swn", expanding=True)),
        t.audit.c.stage != "cancelled",
    )
    .order_by(t.audit.c.id)
    .limit(1)
)
_WEIGHED_AGAIN = (
    sa.select(t.audit.c.organisation_id)
    .join(process.process_event, process.process_event.c.audit_id == t.audit.c.id)
    .where(t.audit.c.kind == sa.bindparam("kind"), process.process_event.c.kind == sa.bindparam("event"))
    .distinct()
)
#: Longer before its end than any notice is sent, nothing happens to a certificate by itself.
_NEAR = timedelta(days=60)


class SqlRegister(Reach):
    """Implements `storage.register_interfaces.Register`."""

    # ------------------------------------------------------------------------------------------- part A

    def waiting(self, today: date) -> Waiting:
        """Return what waits for the secretariat."""
        self._keep()
        found = [self.submission(AuditId(audit)) for audit in self._work.execute(_OPEN).scalars()]
        current = self._to_look_at(today)
        changes = [(entry, self._proposed(entry.certificate, today)) for entry in current]
        return Waiting(
            to_check=tuple(item for item in found if item.part_a.state is PartAState.RECEIVED),
            to_issue=tuple(item for item in found if _is_ready(item)),
            changes=tuple((entry, change) for entry, change in changes if change is not None),
            notices=tuple(entry for entry in current if self._needs_notice(entry.certificate, today)),
            to_remake=self._to_remake(),
        )

    def submission(self, audit: AuditId) -> Submission:
        """Return part A of an audit as it came in last."""
        self._keep()
        found = self._work.process(self._actor).get(audit)
        part_a, decision = part_a_of(self._work, audit), decision_of(self._work, audit)
        if part_a is None or decision is None:
            raise NotAllowed("part_a")
        plan = self._work.execute(_PLAN, {"audit": audit}).one()
        details = json.loads(self._work.vault.open(f"audit.details:{audit}", plan.details_sealed) or "{}")
        days = tuple(self._work.execute(_DAYS, {"audit": audit}).scalars())
        overtaken = self._work.execute(_OVERTAKEN, {"audit": audit, "number": part_a.number}).first()
        return Submission(
            part_a, decision, found.organisation, self._name(plan.ci_id), details.get("scope", ""), found.kind, days,
            is_overtaken=overtaken is not None,
        )  # fmt: skip

    def complete(self, audit: AuditId, number: int, on: date, at: datetime) -> Submission:
        """Record that part A is complete and correct in form. Raises NotTheTime."""
        self._check(audit, number)
        self._record(audit, EventKind.SUMMARY_COMPLETE, on, at)
        self._judge(audit, number, PartAState.COMPLETE, at)
        return self.submission(audit)

    def send_back(self, audit: AuditId, number: int, question: str, on: date, at: datetime) -> Submission:
        """Record what has to be completed or corrected. Raises NotTheTime."""
        self._check(audit, number)
        if not question.strip():
            raise NotTheTime("question")
        self._work.process(self._actor).record(audit, EventKind.SUMMARY_RETURNED, on, at)
        sealed = self._work.vault.seal(audit_scope(audit), question_place(audit, number), question.strip())
        self._judge(audit, number, PartAState.RETURNED, at, question_sealed=sealed)
        return self.submission(audit)

    def _check(self, audit: AuditId, number: int) -> None:
        """Refuse what was checked already, or is not the part A that was seen."""
        self._keep()
        self._work.execute(_HELD, {"audit": audit})
        part_a = self.submission(audit).part_a
        if part_a.number != number or part_a.state is not PartAState.RECEIVED:
            raise NotTheTime("part_a")

    def _judge(self, audit: AuditId, number: int, state: PartAState, at: datetime, **values: Any) -> None:
        own = sa.and_(r.part_a.c.audit_id == audit, r.part_a.c.number == number)
        checked = {"state": state.value, "checked_by": self._actor.person, "checked_at": at}
        self._work.execute(r.part_a.update().where(own).values(checked | values))
        self._audit(f"part_a_{state}", f"audit:{audit}:{number}", at)

    # ------------------------------------------------------------------------------------------- certificates

    def validity(self, audit: AuditId, on: date) -> Validity:
        """Return the dates that a certificate would carry if it were made on a day."""
        self._keep()
        found = self._process(audit, on)
        before = self._before(audit)
        if before is not None:
            has_lapsed = before.status is CertificateStatus.LAPSED
            return validity(found.edition, found.case.kind, on, before.expires_on, has_lapsed=has_lapsed)
        known = next((event.on for event in found.events if event.kind is EventKind.CERTIFICATE_EXPIRY), None)
        return validity(found.edition, found.case.kind, on, known or found.case.previous_expiry)

    def issue(self, audit: AuditId, on: date, at: datetime) -> RegisterEntry:
        """Make the certificate. Raises NotTheTime: part A is not complete, the decision is negative, or it is there."""
        self._keep()
        self._work.execute(_HELD, {"audit": audit})
        item, made = self.submission(audit), entries(self._work, OF_AUDIT, audit=audit)
        if made or not _is_ready(item):
            raise NotTheTime("certificate")
        dates = self.validity(audit, on)
        self._record(audit, EventKind.CERTIFICATE_ISSUED, dates.valid_from, at)
        certificate = self._insert(item, dates, on, at)
        self._confirm(item.organisation.id, at)
        self._audit("certificate_issued", f"certificate:{certificate}", at)
        return self.entry(certificate)

    def _confirm(self, organisation: OrganisationId, at: datetime) -> None:
        """Whoever grants a certificate has looked at the member number that stands in part A."""
        own = sa.and_(
            t.organisation.c.id == organisation,
            t.organisation.c.member_number_hash.is_not(None),
            t.organisation.c.is_confirmed.is_(False),
        )
        if self._work.execute(t.organisation.update().where(own).values(is_confirmed=True)).rowcount:
            self._audit("organisation_confirmed", f"organisation:{organisation}", at)

    def _insert(self, item: Submission, dates: Validity, on: date, at: datetime) -> CertificateId:
        audit = item.part_a.audit
        plan = self._work.execute(_PLAN, {"audit": audit}).one()
        made_now = self._made(self._printed(item, item.scope), on, at)
        values = made_now | {
            "number": made_now["code"], "audit_id": audit, "organisation_id": plan.organisation_id,
            "ci_id": plan.ci_id, "valid_from": dates.valid_from, "expires_on": dates.expires_on,
        }  # fmt: skip
        made = self._work.execute(r.certificate.insert().values(values).returning(r.certificate.c.id)).scalar_one()
        own = r.certificate.c.id == made
        self._work.execute(r.certificate.update().where(own).values(number=f"SSW-{on.year}-{made:04d}"))
        self._add_status(CertificateId(made), CertificateStatus.CERTIFIED, dates.valid_from, StatusReason.ISSUED, at, 1)
        return CertificateId(made)

    def _printed(self, item: Submission, scope: str) -> Printed:
        """Return what would be printed on a certificate of a part A."""
        plan = self._work.execute(_PLAN, {"audit": item.part_a.audit}).one()
        norms = self._work.frameworks[FrameworkId(plan.framework)].norms_version
        return Printed(item.organisation.name, item.ci, scope, norms)

    def _made(self, printed: Printed, on: date, at: datetime) -> dict[str, Any]:
        """Return what a row holds of a certificate that is made now: what is printed, with a code of its own."""
        code = "-".join("".join(secrets.choice(CODE_ALPHABET) for _ in range(4)) for _ in range(3))
        content = {
            "organisation": printed.organisation, "ci": printed.ci, "scope": printed.scope,
            "norms": printed.norms_version,
        }  # fmt: skip
        said = json.dumps(content, ensure_ascii=False)
        return {
            "code": code, "content_sealed": self._work.vault.seal(REGISTER_SCOPE, content_place(code), said),
            "made_on": on, "made_by": self._actor.person, "made_at": at,
        }  # fmt: skip

    def entries(self) -> tuple[RegisterEntry, ...]:
        """Return the newest certificate of every organisation, by name."""
        self._keep()
        newest: dict[int, RegisterEntry] = {}
        for entry in entries(self._work, CERTIFICATES):
            newest.setdefault(entry.certificate.organisation, entry)
        return tuple(sorted(newest.values(), key=lambda entry: (entry.organisation.casefold(), entry.certificate.id)))

    def entry(self, certificate: CertificateId) -> RegisterEntry:
        """Return one certificate."""
        self._keep()
        found = entries(self._work, ONE, certificate=certificate)
        if not found:
            raise NotAllowed("certificate")
        return found[0]

    # ------------------------------------------------------------------------------------------- editions

    def editions(self, certificate: CertificateId) -> tuple[ReplacedEdition, ...]:
        """Return the editions of a certificate that another one replaced, the newest first."""
        return replaced_editions(self._work, self.entry(certificate).certificate.id)

    def of_code(self, code: str) -> RegisterEntry | None:
        """Return the certificate that a code stands on, or stood on; None when it stands on none."""
        self._keep()
        return next(iter(entries(self._work, OF_CODE, code=code)), None)

    def proposed_edition(self, audit: AuditId, scope: str | None = None) -> EditionProposal | None:
        """Return the edition of an audit's certificate that should be made now; None while nothing differs."""
        self._keep()
        found = entries(self._work, OF_AUDIT, audit=audit)
        is_newest = found and found[0].certificate.id in {entry.certificate.id for entry in self.entries()}
        return self._edition(found[0], scope) if is_newest else None

    def has_new_decision(self, certificate: CertificateId) -> bool:
        """Say whether part A of a decision that was changed since is complete, so that other words may belong to it."""
        return self._decided_anew(self.entry(certificate)) is not None

    def remake(
        self, certificate: CertificateId, on: date, at: datetime, *, seen: int, scope: str | None = None
    ) -> RegisterEntry:
        """Make the proposed edition with a code of its own, and keep the one before. Raises NotTheTime."""
        audit = self.entry(certificate).certificate.audit
        self._work.execute(_HELD, {"audit": audit})
        before, proposal = self.entry(certificate), self.proposed_edition(audit, scope)
        if proposal is None or before.certificate.edition != seen:
            raise NotTheTime("edition")
        row = self._work.execute(_MADE, {"certificate": certificate}).one()
        kept = {
            name: getattr(row, name)
            for name in ("code", "valid_from", "expires_on", "made_on", "content_sealed", "made_by", "made_at")
        }
        replaced = kept | {
            "certificate_id": certificate, "number": seen, "reason": proposal.reason.value, "replaced_on": on,
            "replaced_by": self._actor.person, "replaced_at": at,
        }  # fmt: skip
        self._work.execute(r.certificate_edition.insert(), replaced)
        dates = {"valid_from": proposal.valid_from, "expires_on": proposal.expires_on}
        own = r.certificate.c.id == certificate
        self._work.execute(r.certificate.update().where(own).values(self._made(proposal.printed, on, at) | dates))
        self._audit("certificate_remade", f"certificate:{certificate}", at)
        return self.entry(certificate)

    def _edition(self, entry: RegisterEntry, scope: str | None = None) -> EditionProposal | None:
        certificate = entry.certificate
        if certificate.organisation in self._erased():
            return None
        events = events_of(self._work, certificate.audit)
        issued_on = next((event.on for event in events if event.kind is EventKind.CERTIFICATE_ISSUED), None)
        decided = self._decided_anew(entry)
        if decided is not None and scope:
            decided = replace(decided, scope=scope)
        rules = self._work.process(self._actor).get(certificate.audit).edition
        return proposed_edition(certificate, rules, issued_on, entry.printed, decided)

    def _decided_anew(self, entry: RegisterEntry) -> Printed | None:
        """Return what the part A of a decision that was changed since says, None when there is none."""
        audit = entry.certificate.audit
        if self._work.execute(_DECIDED_ANEW, {"certificate": entry.certificate.id}).first() is None:
            return None
        item = self.submission(audit)
        return self._printed(item, self._scope_of(item)) if _is_ready(item) else None

    def _scope_of(self, item: Submission) -> str:
        """Return the scope as part A says it, or as the plan of the audit has it when part A went by mail."""
        if item.part_a.report is None:
            return item.scope
        named = {field.id for field in self._work.audit_rules.report.fields if field.prefill is Prefill.SCOPE}
        parts = self._work.reports(self._actor).content(item.part_a.report).part_a
        said = next((line.text for part in parts for line in part.lines if line.field in named), "")
        return said.strip() or item.scope

    def _to_remake(self) -> tuple[RegisterEntry, ...]:
        differing = set(self._work.execute(_TO_COMPARE).scalars())
        if not differing:
            return ()
        found = (entry for entry in self.entries() if entry.certificate.id in differing)
        return tuple(entry for entry in found if self._edition(entry) is not None)

    # ------------------------------------------------------------------------------------------- status

    def proposal(self, certificate: CertificateId, today: date) -> StatusProposal | None:
        """Return the change of status that somebody should confirm now."""
        found = self.entry(certificate).certificate
        is_newest = found.id in {entry.certificate.id for entry in self.entries()}
        return self._proposed(found, today) if is_newest and found.organisation not in self._erased() else None

    def after_expiry(self, certificate: CertificateId, today: date) -> StatusProposal:
        """Return what becomes of a certificate on its vervaldatum as things are: suspended, or lapsed."""
        found = self.entry(certificate).certificate
        process_ = self._process(found.audit, today)
        on_the_day = replace(found, status=CertificateStatus.CERTIFIED)
        day_after = found.expires_on + timedelta(days=1)
        change = proposed_status(on_the_day, process_.edition, process_.case.renewal, max(today, day_after))
        return change or StatusProposal(CertificateStatus.LAPSED, found.expires_on, StatusReason.NOT_IN_TIME)

    def set_status(
        self, certificate: CertificateId, status: CertificateStatus, since: date, reason: StatusReason, at: datetime,
        *, seen: int, note: str = "",
    ) -> RegisterEntry:  # fmt: skip
        """Record that a certificate is suspended, lapsed or certified again. Raises NotTheTime."""
        now = self.entry(certificate).certificate
        self._work.execute(_HELD, {"audit": now.audit})
        now = self.entry(certificate).certificate
        if now.version != seen or status not in NEXT_STATUS[now.status]:
            raise NotTheTime("status")
        self._add_status(certificate, status, since, reason, at, seen + 1, note)
        self._audit(f"certificate_{status}", f"certificate:{certificate}", at)
        return self.entry(certificate)

    def note_notice(self, certificate: CertificateId, on: date, at: datetime) -> None:
        """Record that the member was written to about the expiry. Raises NotTheTime."""
        found = self.entry(certificate).certificate
        if not self._needs_notice(found, on):
            raise NotTheTime("notice")
        self._record(found.audit, EventKind.EXPIRY_NOTICE_SENT, on, at)

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side."""
        self._keep()
        return addressees(self._work, audit, party)

    # ------------------------------------------------------------------------------------------- parts

    def _keep(self) -> None:
        """Refuse everybody but the secretariat of SWN itself."""
        self._require(Permission.KEEP_REGISTER)
        organisation = self._actor.organisation
        if organisation is None or organisation.kind is not OrganisationKind.SWN:
            raise NotAllowed("register")

    def _process(self, audit: AuditId, today: date) -> Process:
        found = process_of(self._work, audit, today)
        if found is None:
            raise NotAllowed("audit")
        return found

    def _erased(self) -> set[int]:
        """Return the organisations whose certificate stays in the register, while nothing waits for them any more."""
        return set(self._work.execute(_ERASED).scalars())

    def _before(self, audit: AuditId) -> Certificate | None:
        """Return the certificate of the same organisation before this audit."""
        plan = self._work.execute(_PLAN, {"audit": audit}).one()
        found = entries(self._work, OF_ORGANISATION, organisation=plan.organisation_id)
        return next((entry.certificate for entry in found if entry.certificate.audit < audit), None)

    def _to_look_at(self, today: date) -> tuple[RegisterEntry, ...]:
        """Return the certificates that anything could be said of now: those near their end, suspended or renewing."""
        near = today + _NEAR
        weighed = {"kind": AuditKind.RECERTIFICATION.value, "event": EventKind.FINDINGS_FINAL.value}
        renewing, erased = set(self._work.execute(_WEIGHED_AGAIN, weighed).scalars()), self._erased()
        return tuple(
            entry
            for entry in self.entries()
            if entry.certificate.status is not CertificateStatus.LAPSED
            and entry.certificate.organisation not in erased
            and (entry.certificate.expires_on <= near or entry.certificate.organisation in renewing)
        )

    def _proposed(self, certificate: Certificate, today: date) -> StatusProposal | None:
        found = self._process(certificate.audit, today)
        over = self._over_since(certificate)
        return proposed_status(certificate, found.edition, found.case.renewal, today, over)

    def _over_since(self, certificate: Certificate) -> date | None:
        """Return the day from which outcome c of the next audit suspends, None when there is none."""
        values = {
            "organisation": certificate.organisation, "audit": certificate.audit,
            "with_swn": self._work.audit_rules.with_swn,
        }  # fmt: skip
        later: Sequence[Any] = self._work.execute(_RENEWING, values).scalars().all()
        if not later:
            return None
        events = events_of(self._work, AuditId(later[0]))
        final = next((event for event in events if event.kind is EventKind.FINDINGS_FINAL), None)
        return final.on if final is not None and final.outcome is Outcome.FOLLOWUP_REQUIRED else None

    def _needs_notice(self, certificate: Certificate, today: date) -> bool:
        found = self._process(certificate.audit, today)
        since = notice_from(certificate, found.edition)
        was_sent = EventKind.EXPIRY_NOTICE_SENT in {event.kind for event in found.events}
        is_renewed = found.case.renewal.certificate_on is not None or found.case.renewal.finished_on is not None
        is_over = certificate.status is CertificateStatus.LAPSED
        return since is not None and since <= today and not (was_sent or is_renewed or is_over)

    def _record(self, audit: AuditId, kind: EventKind, on: date, at: datetime) -> None:
        """Record an event, unless somebody did by hand already."""
        if kind not in {event.kind for event in events_of(self._work, audit)}:
            self._work.process(self._actor).record(audit, kind, on, at)

    def _add_status(
        self, certificate: CertificateId, status: CertificateStatus, since: date, reason: StatusReason, at: datetime,
        version: int, note: str = "",
    ) -> None:  # fmt: skip
        place = f"certificate_status.note:{certificate}:{version}"
        values = {
            "certificate_id": certificate, "version": version, "status": status.value, "since": since,
            "reason": reason.value, "set_by": self._actor.person, "set_at": at,
            "note_sealed": self._work.vault.seal(REGISTER_SCOPE, place, note.strip()) if note.strip() else None,
        }  # fmt: skip
        self._work.execute(r.certificate_status.insert(), values)

    def _name(self, organisation: int) -> str:
        row = self._work.execute(_NAME, {"organisation": organisation}).one()
        return self._work.vault.open(f"organisation.name:{row.id}", row.name_sealed)


def _is_ready(item: Submission) -> bool:
    """Say whether a certificate can be made of a part A: complete, positive, and about the decision as it stands."""
    return item.part_a.state is PartAState.COMPLETE and item.decision.is_positive and not item.is_overtaken
