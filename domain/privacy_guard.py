"""The privacy guard: finds what should not stand in a note about somebody's work.

It only warns, so it would rather miss an odd notation than cry wolf: every number that has a check
(BSN, IBAN) is checked, and dates, amounts, years and norm numbers are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class PrivacyKind(StrEnum):
    """What a piece of text looks like."""

    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    BSN = "bsn"


class PrivacyFinding(Struct, frozen=True):
    """Where something was found: `text[start:end]`, counted in characters."""

    kind: PrivacyKind
    start: int
    end: int


def findings(text: str) -> tuple[PrivacyFinding, ...]:
    """Return what in a text looks like personal data, in the order of the text and without overlap."""
    found: list[PrivacyFinding] = []
    for finding in (*_ibans(text), *_emails(text), *_phones(text), *_bsns(text)):
        if not any(finding.start < other.end and other.start < finding.end for other in found):
            found.append(finding)
    return tuple(sorted(found, key=lambda finding: finding.start))


# --- IBAN ------------------------------------------------------------------------------------------------------------

# The countries whose accounts turn up here, with the length that ISO 13616 gives their numbers.
_IBAN_LENGTHS = {"NL": 18, "BE": 16, "DE": 22}
_IBAN = re.compile(
    "|".join(
        rf"(?<!\w){country}\d\d(?:[ .-]?[A-Z0-9]){{{length - 4}}}(?!\w)" for country, length in _IBAN_LENGTHS.items()
    ),
    re.IGNORECASE | re.ASCII,
)


def _ibans(text: str) -> Iterator[PrivacyFinding]:
    for match in _IBAN.finditer(text):
        if is_iban(match[0]):
            yield PrivacyFinding(PrivacyKind.IBAN, *match.span())


def is_iban(text: str) -> bool:
    """Say whether the check of ISO 7064 (mod 97) holds; the length is not looked at."""
    account = re.sub(r"[^A-Z0-9]", "", text.upper())
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4]) or 0) % 97 == 1


# --- E-mail ----------------------------------------------------------------------------------------------------------

_EMAIL = re.compile(r"(?<![\w.+-])[\w+-]+(?:\.[\w+-]+)*@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")


def _emails(text: str) -> Iterator[PrivacyFinding]:
    for match in _EMAIL.finditer(text):
        yield PrivacyFinding(PrivacyKind.EMAIL, *match.span())


# --- Telephone -------------------------------------------------------------------------------------------------------

# Nine digits after +31 or 0. The first group is 6 or an area code; a date such as 06-12-2026 starts the same and is
# left alone. Numbers of public lines (0800, 0900) belong to nobody.
_GAP = r"[ ./-]{0,3}"
_PHONE = re.compile(
    rf"""(?<![\w.,/-])
    (?: (?:\+|00)31 {_GAP} (?:\(0\){_GAP})? [1-9](?:{_GAP}\d){{8}}
      | (?!0?\d[-/. ][01]?\d[-/. ](?:19|20)\d\d(?!\d)) (?!0[89]00) \(?0
        (?: 6\)?(?:{_GAP}\d){{8}} | [1-9]\d\)?(?:{_GAP}\d){{7}} | [1-9]\d\d\)?(?:{_GAP}\d){{6}} )
    ) (?!\w)""",
    re.VERBOSE | re.ASCII,
)


def _phones(text: str) -> Iterator[PrivacyFinding]:
    for match in _PHONE.finditer(text):
        yield PrivacyFinding(PrivacyKind.PHONE, *match.span())


# --- BSN -------------------------------------------------------------------------------------------------------------

# Nine digits in one piece, or in the groups people write: 123.456.789, 1234 56 789, 12 34 56 789.
_BSN = re.compile(
    r"(?<![\w.,/+€-])(?<!€ )(?:\d{9}|\d{3}([ .-])\d{3}\1\d{3}|\d{4}([ .-])\d{2}\2\d{3}|\d{2}([ .-])\d{2}\3\d{2}\3\d{3})"
    r"(?![\w/]|[.,-]\d)",
    re.ASCII,
)
_BSN_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)


def _bsns(text: str) -> Iterator[PrivacyFinding]:
    for match in _BSN.finditer(text):
        if is_bsn(match[0]):
            yield PrivacyFinding(PrivacyKind.BSN, *match.span())


def is_bsn(text: str) -> bool:
    """Say whether nine digits pass the eleven-test of a citizen service number (BSN)."""
    digits = [int(digit) for digit in re.sub(r"\D", "", text, flags=re.ASCII)]
    if len(digits) != len(_BSN_WEIGHTS) or not any(digits):
        return False
    return sum(weight * digit for weight, digit in zip(_BSN_WEIGHTS, digits, strict=True)) % 11 == 0
