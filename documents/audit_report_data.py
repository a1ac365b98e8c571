"""The report of an audit as a document: the one value that Word and PDF are made from."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from domain.report import Report
from domain.report_format import Moment


class AuditReport(Struct, frozen=True):
    """A report, as it was frozen (`number` counts the versions of its audit) or as it stands now (None).

    A draft carries a watermark on every page. `has_findings` is False for part A alone. `made_at` is aware and already
    in Europe/Amsterdam.
    """

    report: Report
    moment: Moment
    number: int | None
    made_at: datetime
    has_findings: bool = True

    @property
    def is_concept(self) -> bool:
        """Whether every page has to say that it is a draft."""
        return self.number is None or self.moment is Moment.DRAFT
