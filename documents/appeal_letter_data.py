"""What stands in the letter of an appeal; apart, so that the bot need not load the typesetting."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct

from domain.audit import AuditKind


class AppealLetterData(Struct, frozen=True):
    """A letter to sign and mail; `mailed_on` is None while the day of the mail is not known, `made_at` is aware."""

    organisation: str
    member_number: str
    ci: str
    kind: AuditKind
    is_positive: bool
    decided_on: date
    mailed_on: date | None
    grounds: str
    request: str
    made_at: datetime
