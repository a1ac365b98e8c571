"""The decision of the CI and part A on its way to the secretariat."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId
from domain.certificate import (
    CertificateId,
    DecisionFacts,
    DecisionHindrance,
    PartAState,
    ReplacedEdition,
    against_negative,
    against_positive,
)
from domain.improvement_plan import PlanStatus
from domain.process import EventKind, Party, ProcessEvent
from domain.report import VersionId
from domain.roles import OrganisationKind, Permission, Role
from storage.interfaces import NotAllowed
from storage.plan_interfaces import Addressee
from storage.process_interfaces import ProcessAudit
from storage.register_interfaces import Decision, DecisionRefused, NotTheTime, PartA, RegisterEntry, Standing
from storage.sql import register_tables as r
from storage.sql import tables as t
from storage.sql.addressees import addressees
from storage.sql.appeal_rows import is_under_appeal
from storage.sql.audit_reach import audit_scope
from storage.sql.certificates import (
    OF_AUDIT,
    OF_ORGANISATION,
    ONE,
    decision_of,
    decision_place,
    entries,
    part_a_of,
    replaced_editions,
)
from storage.sql.plans import outcome_of, status_of
from storage.sql.process_events import events_of
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == sa.bindparam("audit")).with_for_update(key_share=True)


class SqlDecisions(Reach):
    """Implements `storage.register_interfaces.Decisions`."""

    def get(self, audit: AuditId) -> Standing:
        """Return where an audit stands, for its team and for the member."""
        goes_to_swn = self._reached(audit).edition.goes_to_swn
        found = entries(self._work, OF_AUDIT, audit=audit)
        decision, part_a = decision_of(self._work, audit), part_a_of(self._work, audit)
        lies_there = part_a is not None and part_a.state is not PartAState.RETURNED
        is_due = goes_to_swn and decision is not None and (not lies_there or self._decided_since(part_a))
        return Standing(self._facts(audit), decision, part_a, found[0] if found else None, is_due)

    def decide(self, audit: AuditId, reason: str, on: date, at: datetime, *, is_positive: bool) -> Decision:
        """Record the decision of the CI. Raises DecisionRefused, NotTheTime."""
        self._hold(audit)
        if is_under_appeal(self._work, audit):  # then somebody else decides
            raise NotTheTime("appeal")
        facts, before = self._facts(audit), decision_of(self._work, audit)
        hindrance: DecisionHindrance | None = (against_positive if is_positive else against_negative)(facts)
        if hindrance is not None:
            raise DecisionRefused(hindrance)
        if not reason.strip() or (before is not None and (before.is_positive or not is_positive)):
            raise NotTheTime("decision")
        self._record(audit, EventKind.CI_DECISION_POSITIVE if is_positive else EventKind.CI_DECISION_NEGATIVE, on, at)
        new = Decision(audit, is_positive, on, reason.strip(), self._actor.person, before.version + 1 if before else 1)
        values = {
            "audit_id": audit, "version": new.version, "is_positive": is_positive, "on": on,
            "reason_sealed": self._seal(audit, decision_place(audit, new.version), new.reason),
            "decided_by": new.by, "decided_at": at,
        }  # fmt: skip
        self._work.execute(r.ci_decision.insert(), values)
        self._audit("decided_positive" if is_positive else "decided_negative", f"audit:{audit}", at)
        return new

    def send_part_a(self, audit: AuditId, on: date, at: datetime, report: VersionId | None = None) -> PartA:
        """Record that part A went to the secretariat.

        Raises:
            NotTheTime: no decision yet, or it lies there.
            NotAllowed: SWN has no part in this process.
        """
        self._hold(audit)
        if not self._reached(audit).edition.goes_to_swn:
            raise NotAllowed("part_a")
        decision, before = decision_of(self._work, audit), part_a_of(self._work, audit)
        lies_there = before is not None and before.state is not PartAState.RETURNED
        if decision is None or (lies_there and not self._decided_since(before)):
            raise NotTheTime("part_a")
        self._work.process(self._actor).record(audit, EventKind.SUMMARY_RECEIVED, on, at)
        new = PartA(audit, before.number + 1 if before else 1, PartAState.RECEIVED, on, report=report)
        values = {
            "audit_id": audit, "number": new.number, "report_version_id": report, "state": new.state.value, "on": on,
            "sent_by": self._actor.person, "sent_at": at,
        }  # fmt: skip
        self._work.execute(r.part_a.insert(), values)
        self._audit("part_a_sent", f"audit:{audit}:{new.number}", at)
        return new

    def own_entries(self) -> tuple[RegisterEntry, ...]:
        """Return the certificates of the actor's organisation, the newest first."""
        organisation = self._actor.organisation
        is_coordinator = self._actor.role is Role.COORDINATOR
        if organisation is None or organisation.kind is not OrganisationKind.MEMBER or not is_coordinator:
            return ()
        return entries(self._work, OF_ORGANISATION, organisation=organisation.id)

    def entry(self, certificate: CertificateId) -> RegisterEntry:
        """Return a certificate of an audit within the actor's reach."""
        found = entries(self._work, ONE, certificate=certificate)
        if not found:
            raise NotAllowed("certificate")
        self._reached(found[0].certificate.audit)
        return found[0]

    def editions(self, certificate: CertificateId) -> tuple[ReplacedEdition, ...]:
        """Return the editions of such a certificate that another one replaced, the newest first."""
        return replaced_editions(self._work, self.entry(certificate).certificate.id)

    def addressees(self, audit: AuditId, party: Party) -> tuple[Addressee, ...]:
        """Return who hears of a step on a side."""
        self._reached(audit)
        return addressees(self._work, audit, party)

    # ------------------------------------------------------------------------------------------------- parts

    def _reached(self, audit: AuditId) -> ProcessAudit:
        """Return the audit when the actor is of its team or coordinates the member. Raises NotAllowed."""
        found = self._work.process(self._actor).get(audit)
        if found.party is Party.MEMBER:
            return found
        self._work.audits(self._actor).within(audit, Permission.READ_AUDIT)
        return found

    def _hold(self, audit: AuditId) -> None:
        """Keep the audit as it is until this work ends, if the actor may decide about it. Raises NotAllowed."""
        self._work.audits(self._actor).within(audit, Permission.DECIDE)
        self._work.execute(_HELD, {"audit": audit})

    def _facts(self, audit: AuditId) -> DecisionFacts:
        return facts_of(self._work, audit)

    def _decided_since(self, sent: PartA | None) -> bool:
        """Say whether the decision was mended after part A went: then a new part A belongs to it."""
        if sent is None:
            return True
        made = sa.select(sa.func.max(r.ci_decision.c.decided_at)).where(r.ci_decision.c.audit_id == sent.audit)
        gone = sa.select(r.part_a.c.sent_at).where(r.part_a.c.audit_id == sent.audit, r.part_a.c.number == sent.number)
        decided_at: Any = self._work.execute(made).scalar_one()
        return bool(decided_at > self._work.execute(gone).scalar_one())

    def _record(self, audit: AuditId, kind: EventKind, on: date, at: datetime) -> ProcessEvent | None:
        """Record an event, unless somebody did by hand already."""
        if kind in {event.kind for event in events_of(self._work, audit)}:
            return None
        return self._work.process(self._actor).record(audit, kind, on, at)

    def _seal(self, audit: AuditId, place: str, text: str) -> bytes:
        return self._work.vault.seal(audit_scope(audit), place, text)


def facts_of(work: SqlWork, audit: AuditId) -> DecisionFacts:
    """Return what a decision on an audit follows from; for who has established that the actor may know."""
    events = events_of(work, audit)
    followup = next((event.outcome for event in events if event.kind is EventKind.FOLLOWUP_AUDIT_DONE), None)
    return DecisionFacts(outcome_of(work, audit), _plan_status(work, audit, events), followup)


def _plan_status(work: SqlWork, audit: AuditId, events: tuple[ProcessEvent, ...]) -> PlanStatus | None:
    """Return how far the plan is; one that was settled by mail is known by its event only."""
    status = status_of(work, audit)
    kinds = {event.kind for event in events}
    if status is not None and EventKind.PLAN_APPROVED in kinds:
        return PlanStatus.APPROVED
    return PlanStatus.DECLINED if status is not None and EventKind.FOLLOWUP_DECLINED in kinds else status
