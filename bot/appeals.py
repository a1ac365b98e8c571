"""Reads what stands in the files around an appeal in one transaction, as the person who asked for them."""

from __future__ import annotations

from datetime import datetime

from documents.appeal_letter_data import AppealLetterData
from documents.audit_report_data import AuditReport
from domain.appeals import AppealId
from domain.audit import AuditId
from domain.working_days import AMSTERDAM
from storage.appeal_interfaces import Contestable
from storage.interfaces import NotAllowed, Work


def load_letter(work: Work, chat: int, audit: AuditId, now: datetime) -> tuple[AppealLetterData, Contestable]:
    """Return the letter of who may appeal against the decision on an audit, and that decision.

    Raises:
        NotAllowed
    """
    store = work.appeals(work.actor(chat))
    found, letter = store.contestable(audit), store.letter(audit)
    if not letter.is_complete:
        raise NotAllowed("letter")
    contested = found.contested
    data = AppealLetterData(
        organisation=found.organisation.name, member_number=found.organisation.member_number or "", ci=found.ci,
        kind=found.kind, is_positive=contested.is_positive, decided_on=contested.decided_on,
        mailed_on=contested.mailed_on, grounds=letter.grounds, request=letter.request,
        made_at=now.astimezone(AMSTERDAM),
    )  # fmt: skip
    return data, found


def load_appeal_report(work: Work, chat: int, appeal: AppealId) -> AuditReport:
    """Return the report that was sent, for who handles an appeal against the decision on it.

    Raises:
        NotAllowed
    """
    found = work.appeals(work.actor(chat)).report(appeal)
    if found is None:
        raise NotAllowed("report")
    report, version = found
    return AuditReport(report, version.moment, version.number, version.at.astimezone(AMSTERDAM), has_findings=True)
