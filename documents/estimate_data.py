"""What the estimate on one page is made from, apart so that the bot need not load what draws it."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from msgspec import Struct

from domain.audit_days import DayTable


class EstimateReport(Struct, frozen=True):
    """So many fte in the scope, and the table to reckon with; `on` is the day whose prices hold."""

    fte: Fraction
    table: DayTable
    on: date
    made_at: datetime  # aware, in Europe/Amsterdam
