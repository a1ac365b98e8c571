"""Which procedure counts for a certifying body: chosen by its quality officer, kept by whatever runs already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import MappingProxyType

import pytest

from domain.audit_rules import AuditRules
from domain.case_procedure import CaseProcedure, CaseProcedures
from domain.complaints import ComplaintState, Step, Term
from domain.process import Period
from domain.working_days import AMSTERDAM
from storage.case_interfaces import NotOffered
from storage.complaint_interfaces import NewSignal
from storage.interfaces import NotAllowed
from storage.sql.case_settings import SqlCaseSettings
from storage.sql.complaint_rights import purge_cases
from storage.sql.database import Database
from tests.changing import replace
from tests.conftest import MovableClock
from tests.storage.case_cast import CASE_CHATS, CaseCast

QUICK = "anker-1"


def quick(procedure: CaseProcedure) -> CaseProcedure:
    """Another body's procedure: decided within a day, and its words are kept for a year."""
    rules = procedure.complaint
    terms = {**rules.terms, "classify": replace(rules.terms["classify"], hours=24)}
    return replace(
        procedure, id=QUICK, title="Procedure van CI Anker", is_default=False,
        complaint=replace(rules, terms=MappingProxyType(terms), keep_years=1),
    )  # fmt: skip


@pytest.fixture
def audit_rules(audit_rules: AuditRules) -> AuditRules:
    """Two procedures to choose from."""
    own = audit_rules.cases.standard
    return replace(audit_rules, cases=CaseProcedures(MappingProxyType({QUICK: quick(own), own.id: own})))


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> CaseCast:
    cast = CaseCast(database, clock)
    cast.assemble()
    return cast


def setting(cast: CaseCast, name: str, act: Callable[[SqlCaseSettings, datetime], object]) -> None:
    """Let somebody set something, in a transaction of its own."""
    with cast.database.begin() as work:
        act(work.case_settings(work.actor(CASE_CHATS[name])), cast.now)


def test_a_case_keeps_the_procedure_that_it_began_with(cast: CaseCast) -> None:
    before = cast.reported()
    setting(cast, "Quinten", lambda store, at: store.choose(QUICK, at))
    after = cast.reported(text="Weer iets")

    assert before.decide_by == cast.now + timedelta(hours=48)
    assert after.decide_by == cast.now + timedelta(hours=24)
    for received, hours in ((before, 48), (after, 24)):
        found = cast.case(received.id)
        assert found.rules.complaint.terms["classify"].hours == hours
        assert found.term is not None
        assert found.term.ends_at == cast.now + timedelta(hours=hours)


def test_it_counts_for_ones_own_body_only(cast: CaseCast) -> None:
    """CI Anker did not choose: the default."""
    setting(cast, "Quinten", lambda store, at: store.choose(QUICK, at))

    with cast.cases("Ina") as store:
        elsewhere = store.report(NewSignal(cast.ci_of("Otto"), "Iets"), cast.now)

    assert elsewhere.decide_by == cast.now + timedelta(hours=48)


def test_an_own_aim_counts_for_what_begins_after_it(cast: CaseCast, clock: MovableClock) -> None:
    """In principle a month, says the source: two weeks is an aim that a body may set itself."""
    clock.now = datetime(2026, 12, 1, 9, tzinfo=AMSTERDAM)
    before = cast.in_treatment()
    setting(cast, "Quinten", lambda store, at: store.aim(2, at))
    after = cast.in_treatment()
    setting(cast, "Quinten", lambda store, at: store.aim(None, at))
    again = cast.in_treatment()

    dues = [cast.case(complaint).term for complaint in (before, after, again)]
    assert [term.due if term else None for term in dues] == [date(2027, 1, 1), date(2026, 12, 15), date(2027, 1, 1)]
    assert cast.case(after).rules.complaint.terms[Term.TREAT].period == Period(weeks=2)


def test_another_procedure_begins_without_the_aim_of_the_one_before(cast: CaseCast) -> None:
    setting(cast, "Quinten", lambda store, at: store.aim(2, at))
    setting(cast, "Quinten", lambda store, at: store.choose(QUICK, at))

    with cast.database.begin() as work:
        choice = work.case_settings(work.actor(CASE_CHATS["Ottelien"])).choice()
    assert (choice.said.id, choice.treat_weeks) == (QUICK, None)


@pytest.mark.parametrize("name", ["Ottelien", "Bea", "Kim", "Tom", "Samira", "Sanne", "Noor"])
def test_only_the_quality_officer_chooses(cast: CaseCast, name: str) -> None:
    for act in (lambda store, at: store.choose(QUICK, at), lambda store, at: store.aim(2, at)):
        with pytest.raises(NotAllowed):
            setting(cast, name, act)


def test_what_is_not_offered_is_refused(cast: CaseCast) -> None:
    for act in (lambda store, at: store.choose("anders", at), lambda store, at: store.aim(9, at)):
        with pytest.raises(NotOffered):
            setting(cast, "Quinten", act)


def test_words_are_kept_as_long_as_the_procedure_of_the_case_says(cast: CaseCast, clock: MovableClock) -> None:
    """A year for the one, seven for the other."""
    long = cast.reported().id
    setting(cast, "Quinten", lambda store, at: store.choose(QUICK, at))
    short = cast.reported(text="Weer iets").id
    for complaint in (long, short):
        cast.steps("Quinten", complaint, Step.CLASSIFY_NO, text="Een vraag")
    clock.now = clock.now + timedelta(days=500)

    with cast.database.begin() as work:
        assert purge_cases(work, cast.now) == 1

    assert cast.case(short).text == ""
    assert cast.case(long).text
    assert cast.case(short).complaint.state is ComplaintState.NOT_A_COMPLAINT
