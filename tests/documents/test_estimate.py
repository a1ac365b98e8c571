"""The estimate on one page: days, prices with their year, and who counts."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from fractions import Fraction

import pytest

from documents.estimate import file_name, render_estimate
from documents.estimate_data import EstimateReport
from domain.working_days import AMSTERDAM
from storage.audit_content import load_audit_rules
from tests.documents.reading import pdf_reader, pdf_text, squeezed

TABLE = load_audit_rules().days
AT = datetime(2026, 11, 21, 12, tzinfo=AMSTERDAM)


def report(fte: Fraction | int) -> EstimateReport:
    return EstimateReport(Fraction(fte), TABLE, date(2026, 11, 21), AT)


def says(text: str, *words: str) -> bool:
    return all(squeezed(word) in text for word in words)


def test_days_and_prices_stand_on_one_page() -> None:
    """Handbook §2.5, row 41-50; bijlage 10: CIIO 1200, LRQA 1250 a day."""
    pdf = render_estimate(report(Fraction(85, 2)))

    assert len(pdf_reader(pdf).pages) == 1
    text = pdf_text(pdf)
    assert says(text, "42,5 fte", "4 dagen", "4,5 dagen", "1,5 dagen extra", "€ 4.800", "€ 5.625", "reizen apart")
    assert says(text, "LRQA: € 600, reizen apart")  # its day rate holds the travel, its feedback does not
    assert says(text, "Prijzen van 2022", "geen aanbod", "Snuffelstagiaires", "Bedrijfskritische vrijwilligers", "§2.5")


@pytest.mark.parametrize("fte", [Fraction(1, 3), 10, 300, 301, 99999])
def test_it_stays_one_page_for_every_amount(fte: Fraction | int) -> None:
    pdf = render_estimate(report(fte))

    assert len(pdf_reader(pdf).pages) == 1
    assert says(pdf_text(pdf), "vraag een offerte") == (fte > 300)


def test_it_can_be_made_in_another_process() -> None:
    of = report(40)

    assert file_name(pickle.loads(pickle.dumps(of))) == "Dagen en kosten 40 fte.pdf"
