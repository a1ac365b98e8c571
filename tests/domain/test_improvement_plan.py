"""The improvement plan of an audit, from draft to approved or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from domain.audit import AuditId, ProcessId
from domain.framework import NormId
from domain.improvement_plan import (
    ImprovementPlan,
    PlanEntry,
    PlanHindrance,
    PlanPart,
    PlanRefused,
    PlanStatus,
    Retest,
    after_followup,
    approve,
    decline,
    needed_norms,
    send_back,
    submit,
    untested,
)
from domain.process import EventKind, ProcessEdition
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.process_content import load_processes
from tests.changing import replace

SAMIRA, TOM = PersonId(1), PersonId(2)
NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
V1, V5, D9 = NormId("V1"), NormId("V5"), NormId("D9")
FULL = PlanEntry(V5, "Intervisie invoeren", "Teamleider Noord", date(2027, 6, 1), "Verslagen van vier bijeenkomsten", 1)
PLAN = ImprovementPlan(
    AuditId(1), Outcome.PLAN_REQUIRED, {V5: Verdict.PARTIAL, D9: Verdict.NOT_MET},
    entries={V5: FULL, D9: replace(FULL, norm=D9)},
)  # fmt: skip


@pytest.fixture(scope="module")
def editions() -> Mapping[ProcessId, ProcessEdition]:
    return load_processes()


@pytest.fixture
def edition(editions: Mapping[ProcessId, ProcessEdition]) -> ProcessEdition:
    return editions[ProcessId("2021")]


def refused(step: object, *arguments: object, **named: object) -> PlanHindrance:
    with pytest.raises(PlanRefused) as caught:
        step(*arguments, **named)  # type: ignore[operator]
    return caught.value.hindrance


def test_a_plan_covers_what_is_partial_or_not_met() -> None:
    verdicts = {V1: Verdict.MET, V5: Verdict.PARTIAL, D9: Verdict.NOT_MET, NormId("O1"): Verdict.NOT_APPLICABLE}

    assert needed_norms(verdicts) == PLAN.needed


def test_an_entry_says_what_is_missing_in_the_order_of_asking() -> None:
    assert PlanEntry(V5, what="Intervisie", who="  ").missing == (PlanPart.WHO, PlanPart.DUE_ON, PlanPart.SHOWN_BY)


def test_a_plan_with_a_gap_is_not_handed_in() -> None:
    """What, who, when and how for every norm: a norm without a word counts as a gap."""
    gap = replace(PLAN, entries={V5: FULL})

    assert gap.missing == {D9: tuple(PlanPart)}
    assert refused(submit, gap, SAMIRA, NOW) is PlanHindrance.INCOMPLETE


def test_returned_once_and_then_approved(edition: ProcessEdition) -> None:
    """Bijlage 6 step 9b.ii."""
    handed_in = submit(PLAN, SAMIRA, NOW)
    back = send_back(handed_in.plan, edition, " Wie doet het? ", TOM, NOW)
    again = submit(back.plan, SAMIRA, NOW)
    done = approve(again.plan, TOM, NOW)

    assert [step.event for step in (handed_in, back, again, done)] == [
        EventKind.PLAN_RECEIVED, EventKind.PLAN_REJECTED, EventKind.REVISED_PLAN_RECEIVED, EventKind.PLAN_APPROVED,
    ]  # fmt: skip
    assert (back.plan.status, back.plan.reason) == (PlanStatus.RETURNED, "Wie doet het?")
    assert (done.plan.status, done.plan.round) == (PlanStatus.APPROVED, 2)
    assert [review.is_approved for review in done.plan.reviews] == [False, True]


def test_a_second_rejection_is_a_talk_now_and_was_a_refusal(editions: Mapping[ProcessId, ProcessEdition]) -> None:
    """2021 has no automatic negative (9b.iii); 2017 has (B10b.ii)."""
    ends = {}
    for name in ("2021", "2017"):
        edition = editions[ProcessId(name)]
        again = submit(send_back(submit(PLAN, SAMIRA, NOW).plan, edition, "Te vaag", TOM, NOW).plan, SAMIRA, NOW)
        step = send_back(again.plan, edition, "Nog te vaag", TOM, NOW)
        assert step.event is EventKind.REVISED_PLAN_REJECTED
        ends[name] = step.plan

    assert {name: plan.status for name, plan in ends.items()} == {"2021": PlanStatus.TALK, "2017": PlanStatus.REFUSED}
    assert refused(submit, ends["2021"], SAMIRA, NOW) is PlanHindrance.NOT_NOW
    assert approve(ends["2021"], TOM, NOW).plan.status is PlanStatus.APPROVED
    assert refused(approve, ends["2017"], TOM, NOW) is PlanHindrance.NOT_NOW


def test_sending_back_needs_a_reason_and_a_plan_that_was_handed_in(edition: ProcessEdition) -> None:
    assert refused(send_back, submit(PLAN, SAMIRA, NOW).plan, edition, "  ", TOM, NOW) is PlanHindrance.NO_REASON
    assert refused(send_back, PLAN, edition, "Te vaag", TOM, NOW) is PlanHindrance.NOT_NOW
    assert refused(approve, PLAN, TOM, NOW) is PlanHindrance.NOT_NOW


def test_only_over_the_threshold_there_is_a_choice() -> None:
    """Bijlage 6 step 9c.i: not using the option."""
    over = replace(PLAN, outcome=Outcome.FOLLOWUP_REQUIRED)

    assert decline(over).event is EventKind.FOLLOWUP_DECLINED
    assert decline(over).plan.status.is_over
    assert refused(decline, PLAN) is PlanHindrance.NO_CHOICE
    assert refused(decline, submit(over, SAMIRA, NOW).plan) is PlanHindrance.NOT_NOW


def test_an_additional_investigation_looks_at_every_norm_of_the_plan() -> None:
    retests = {V5: Retest(V5, Verdict.MET, "Nu vast in het rooster"), D9: Retest(D9, Verdict.NOT_ASSESSED)}
    verdicts = {V1: Verdict.MET, **PLAN.needed}

    assert untested(PLAN, retests) == (D9,)
    assert after_followup(verdicts, retests) == {V1: Verdict.MET, V5: Verdict.MET, D9: Verdict.NOT_MET}
