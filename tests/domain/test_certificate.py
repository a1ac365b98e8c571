"""The decision of the CI, the dates of a certificate, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from domain.audit import AuditId, AuditKind, ProcessId
from domain.certificate import (
    NEXT_STATUS,
    Certificate,
    CertificateId,
    CertificateStatus,
    DecisionFacts,
    EditionProposal,
    EditionReason,
    Printed,
    StatusProposal,
    StatusReason,
    against_negative,
    against_positive,
    code_in,
    notice_from,
    proposed_edition,
    proposed_status,
    told_within,
    validity,
)
from domain.deadlines import Renewal
from domain.improvement_plan import PlanStatus
from domain.process import EventKind, Period, ProcessEdition
from domain.roles import OrganisationId
from domain.weighing import Outcome
from storage.process_content import load_processes
from tests.changing import replace
from tests.domain.cases import cases

CERTIFICATE = Certificate(
    CertificateId(1), "SSW-2024-0001", "ABCD-EFGH", OrganisationId(1), AuditId(1), OrganisationId(2),
    valid_from=date(2024, 12, 10), expires_on=date(2026, 12, 10), made_on=date(2024, 12, 10),
)  # fmt: skip


@pytest.fixture(scope="module")
def editions() -> Mapping[ProcessId, ProcessEdition]:
    return load_processes()


@pytest.mark.parametrize("case", cases("decision_cases.yaml"))
def test_what_the_ci_can_decide(case: dict[str, Any]) -> None:
    given = case["given"]
    facts = DecisionFacts(
        Outcome(given["outcome"]) if "outcome" in given else None,
        PlanStatus(given["plan"]) if "plan" in given else None,
        Outcome(given["followup"]) if "followup" in given else None,
    )

    assert {"positive": against_positive(facts), "negative": against_negative(facts)} == case["expect"]


@pytest.mark.parametrize("case", cases("certificate_cases.yaml"))
def test_what_becomes_of_a_certificate(case: dict[str, Any], editions: Mapping[ProcessId, ProcessEdition]) -> None:
    given = dict(case["given"])
    edition, today = editions[ProcessId(given.pop("edition"))], given.pop("today")
    certificate = replace(CERTIFICATE, status=CertificateStatus(given.pop("status", "certified")))

    over = given.pop("over_threshold_since", None)

    found = proposed_status(certificate, edition, Renewal(**given), today, over)

    expect = case["expect"]
    assert found == (
        StatusProposal(
            CertificateStatus(expect["status"]), expect["since"], StatusReason(expect["reason"]), expect.get("until")
        )
        if expect
        else None
    )
    assert found is None or found.status in NEXT_STATUS[certificate.status]


def test_from_when_outcome_c_suspends_is_a_setting(editions: Mapping[ProcessId, ProcessEdition]) -> None:
    """Literally from the final report on (9c.ii); an edition may say that it waits for the vervaldatum."""
    literal = editions[ProcessId("2021")]
    settings = replace(literal.settings, suspension_start_after_followup=EventKind.CERTIFICATE_EXPIRY)
    patient = replace(literal, settings=settings)
    over, renewal = date(2026, 10, 20), Renewal(under_way_on=date(2026, 6, 1))

    early, later = (
        proposed_status(CERTIFICATE, edition, renewal, date(2026, 11, 1), over) for edition in (literal, patient)
    )
    at_last = proposed_status(CERTIFICATE, patient, renewal, date(2026, 12, 11), over)

    assert early is not None
    assert (early.since, later) == (over, None)
    assert at_last is not None
    assert (at_last.status, at_last.since) == (CertificateStatus.SUSPENDED, date(2026, 12, 10))


@pytest.mark.parametrize("case", cases("edition_cases.yaml"))
def test_when_a_certificate_is_made_anew(case: dict[str, Any], editions: Mapping[ProcessId, ProcessEdition]) -> None:
    given, expect = case["given"], case["expect"]
    certificate = replace(CERTIFICATE, status=CertificateStatus(given.get("status", "certified")))
    printed = Printed("Welzijn", "CI Kompas", "Alles", "29 mei 2019")
    decided = replace(printed, scope=given["decided"]) if "decided" in given else None

    found = proposed_edition(certificate, editions[ProcessId("2021")], given.get("issued_on"), printed, decided)

    assert found == (
        EditionProposal(
            expect["valid_from"], expect["expires_on"], replace(printed, scope=expect["scope"]),
            EditionReason(expect["reason"]),
        )
        if expect
        else None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN"),
        ("geldt abcd-efgh-jk23 nog?", "ABCD-EFGH-JK23"),
        ("Certificaat SSW-2027-0001. Controlecode ABCD-EFGH-JKMN. Vergelijk met het register.", "ABCD-EFGH-JKMN"),
        ("SSW-2027-0001", None),
        ("XABCD-EFGH-JKMN", None),
        ("ABCD-EFGH", None),
        ("Welzijn-Oost", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_code_is_found_in_what_somebody_scans_or_types(said: str, code: str | None) -> None:
    assert code_in(said) == code


@pytest.mark.parametrize("edition", ["2021", "2017"])
def test_a_first_certificate_counts_from_the_day_it_is_made(
    edition: str, editions: Mapping[ProcessId, ProcessEdition]
) -> None:
    dates = validity(editions[ProcessId(edition)], AuditKind.INITIAL, date(2027, 3, 1), None)

    assert (dates.valid_from, dates.expires_on, dates.follows_on) == (date(2027, 3, 1), date(2029, 3, 1), False)


def test_the_next_one_follows_on_without_a_gap(editions: Mapping[ProcessId, ProcessEdition]) -> None:
    """§2.7 "aansluitend": also when it is made long before or, after a suspension, after the expiry."""
    edition, expiry = editions[ProcessId("2021")], date(2026, 12, 10)
    for made_on in (date(2026, 10, 1), date(2027, 4, 1)):
        dates = validity(edition, AuditKind.RECERTIFICATION, made_on, expiry)
        assert (dates.valid_from, dates.expires_on, dates.follows_on) == (expiry, date(2028, 12, 10), True)


def test_after_a_lapse_nothing_is_continued(editions: Mapping[ProcessId, ProcessEdition]) -> None:
    dates = validity(
        editions[ProcessId("2021")], AuditKind.RECERTIFICATION, date(2027, 9, 1), date(2026, 12, 10), has_lapsed=True
    )

    assert (dates.valid_from, dates.follows_on) == (date(2027, 9, 1), False)


def test_the_member_is_written_to_two_weeks_before(editions: Mapping[ProcessId, ProcessEdition]) -> None:
    """Bijlage 6 step 17.2 and 17.3; the older rules know no such letter."""
    assert notice_from(CERTIFICATE, editions[ProcessId("2021")]) == date(2026, 11, 26)
    assert notice_from(CERTIFICATE, editions[ProcessId("2017")]) is None


def test_one_may_refer_to_a_certificate_on_its_last_day() -> None:
    assert CERTIFICATE.is_valid_on(date(2026, 12, 10))
    assert not CERTIFICATE.is_valid_on(date(2026, 12, 11))
    assert not replace(CERTIFICATE, status=CertificateStatus.SUSPENDED).is_valid_on(date(2026, 1, 1))


def test_how_soon_swn_hears_of_a_negative_decision_is_that_of_the_edition() -> None:
    """Those of the label say a week: bijlage 5 B10, and in 2021 a step of our own. Of its own nobody tells SWN."""
    editions = load_processes()

    assert {str(name): told_within(edition) for name, edition in editions.items()} == {
        "2017": Period(weeks=1), "2021": Period(weeks=1), "eigen": None,
    }  # fmt: skip
    silent = replace(editions[ProcessId("2021")], steps=())
    assert told_within(silent) is None
