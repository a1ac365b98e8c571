"""What stands on a certificate; apart, so that the bot need not load the typesetting."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct


class CertificateData(Struct, frozen=True):
    """What stands on a certificate; `is_valid` is False for a copy of one that was suspended or lapsed.

    An `edition` above 1 says so on the paper and in the code: what went out before does not count any more.
    """

    organisation: str
    scope: str
    ci: str
    number: str
    code: str
    norms_version: str
    valid_from: date
    expires_on: date
    made_at: datetime
    is_valid: bool = True
    edition: int = 1
