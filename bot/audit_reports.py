"""Reads the report of an audit in one transaction, as the person who asked for it or the one whom it goes to."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from documents.audit_report_data import AuditReport
from domain.actors import Actor
from domain.audit import AuditId
from domain.report import ReportVersion, VersionId
from domain.report_format import Moment
from domain.working_days import AMSTERDAM
from storage.interfaces import NotAllowed, Work


class SentReport(Struct, frozen=True):
    """A version on its way to somebody."""

    version: ReportVersion
    document: AuditReport


def load_standing(work: Work, chat: int, audit: AuditId, now: datetime, *, is_summary: bool) -> AuditReport:
    """Return the report of an audit as it stands, a draft by nature; part A alone for the secretariat.

    Raises:
        NotAllowed, StatementsMissing
    """
    local, moment = now.astimezone(AMSTERDAM), Moment.SUMMARY if is_summary else Moment.DRAFT
    drafted = work.reports(work.actor(chat)).drafted(audit, moment, local.date())
    return AuditReport(drafted.made.report, moment, None, local, has_findings=not is_summary)


def load_version(work: Work, chat: int, version: VersionId, membership: int | None = None) -> SentReport:
    """Return a report as it was frozen, for the person behind a chat; in one of their roles when it is named.

    Raises:
        NotAllowed
    """
    store = work.reports(_in_role(work.actor(chat), membership))
    found = store.version(version)
    report, local = store.content(version), found.at.astimezone(AMSTERDAM)
    has_findings = found.moment is not Moment.SUMMARY
    return SentReport(found, AuditReport(report, found.moment, found.number, local, has_findings=has_findings))


def _in_role(actor: Actor, membership: int | None) -> Actor:
    """Return somebody in a role of theirs, whatever they do at this moment: what is sent to them waits for nobody."""
    if membership is None:
        return actor
    found = next((item for item in actor.memberships if item.id == membership), None)
    if found is None:
        raise NotAllowed("membership")
    return replace(actor, membership=found)
