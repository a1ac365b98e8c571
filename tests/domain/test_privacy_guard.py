"""The privacy guard warns for what belongs to one person, and seldom for anything else."""

from __future__ import annotations

import string
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.privacy_guard import PrivacyKind, findings, is_bsn
from tests.domain.cases import cases

digits = st.text(alphabet=string.digits, min_size=9, max_size=9)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))
bsns = st.integers(100_000_000, 999_999_800).map(lambda start: next(filter(is_bsn, candidates(start))))


def candidates(start: int) -> Iterator[str]:
    """Count on from a number of nine digits."""
    return (f"{start + step:09}" for step in range(100))


def seen(text: str) -> list[list[str]]:
    return [[finding.kind.value, text[finding.start : finding.end]] for finding in findings(text)]


@pytest.mark.parametrize("case", cases("privacy_cases.yaml"))
def test_the_guard_sees_what_people_type(case: dict[str, Any]) -> None:
    assert seen(case["text"]) == case["find"]


@given(digits)
def test_nine_digits_are_a_bsn_exactly_when_they_pass_the_eleven_test(number: str) -> None:
    assume(not number.startswith("0"))

    assert seen(f"nummer {number}.") == ([["bsn", number]] if is_bsn(number) else [])


@given(bsns, st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_never_passes_the_eleven_test(number: str, place: int, more: int) -> None:
    """That is what the test is for; so a BSN is told from a number that looks like it."""
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]

    assert not is_bsn(wrong)


@given(st.integers(10_000_000, 99_999_999), st.sampled_from(["06{}", "06-{}", "+316{}", "+31 6 {}", "0031 6 {}"]))
def test_every_mobile_number_is_seen(number: int, notation: str) -> None:
    text = notation.format(number)

    assert seen(f"Bel {text} even") == [["phone", text]]


@given(st.integers(0, 9_999_999_999), st.sampled_from(["ABNA", "RABO", "INGB", "TRIO"]))
def test_every_dutch_account_is_seen(account: int, bank: str) -> None:
    number = "".join(str(int(sign, 36)) for sign in f"{bank}{account:010}NL00")
    iban = f"NL{98 - int(number) % 97:02}{bank}{account:010}"

    assert seen(f"Rekening {iban}.") == [["iban", iban]]


@given(days, days)
def test_no_pair_of_dates_is_personal(start: date, end: date) -> None:
    """Plans and reports are full of them."""
    for form in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        assert seen(f"{start.strftime(form)} t/m {end.strftime(form)}") == []


@given(st.text(max_size=120))
def test_findings_stand_in_order_and_never_overlap(text: str) -> None:
    found = findings(text)

    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_a_long_text_is_read_quickly() -> None:
    """Digits and separators without end must not make the guard think for ever."""
    assert findings("0" * 20_000 + "1 " * 20_000 + "a@" * 5_000) == ()
    assert [finding.kind for finding in findings("x " * 20_000 + "0612345678")] == [PrivacyKind.PHONE]
