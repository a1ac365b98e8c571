"""What an additional investigation adds to the report: a passage in part A and an addendum to part B."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from domain.addendum import Followup, followup_of
from domain.audit import AuditId
from domain.coverage import coverage_of
from domain.framework import NormId
from domain.improvement_plan import ImprovementPlan, PlanEntry, PlanStatus, Retest
from domain.judging import Advice
from domain.process import EventId, EventKind, ProcessEvent
from domain.report import compose
from domain.report_check import Obstacle, check
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldText
from domain.roles import PersonId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from tests.changing import replace
from tests.domain.report_cast import EVERY_NORM, FORM, FRAMEWORK, facts, settled

SHORT = {f"O{number}": Verdict.NOT_MET for number in range(1, 6)} | {"V5": Verdict.PARTIAL}
TESTED = date(2027, 3, 3)


def plan() -> ImprovementPlan:
    needed = {norm: SHORT[norm] for norm in EVERY_NORM if norm in SHORT}
    entries = {
        norm: PlanEntry(norm, f"Intervisie bij {norm}", "Karin de Wit", date(2027, 2, 1), "Vier verslagen", 1)
        for norm in needed
    }
    return ImprovementPlan(AuditId(1), Outcome.FOLLOWUP_REQUIRED, needed, PlanStatus.APPROVED, entries)


def event(outcome: Outcome = Outcome.PLAN_REQUIRED) -> ProcessEvent:
    at = datetime(2027, 3, 3, 12, tzinfo=UTC)
    return ProcessEvent(EventId(1), AuditId(1), EventKind.FOLLOWUP_AUDIT_DONE, TESTED, at, PersonId(1), outcome.value)


def followup(found: dict[str, Verdict] | None = None, done: ProcessEvent | None = None) -> Followup | None:
    now = dict.fromkeys(SHORT, Verdict.MET) if found is None else found
    retests = {NormId(n): Retest(NormId(n), verdict, f"Nu gezien bij {n}", 1) for n, verdict in now.items()}
    verdicts = {norm: item.verdict for norm, item in settled(**SHORT).items()}
    return followup_of(plan(), verdicts, retests, FRAMEWORK, done or event())


def test_every_norm_says_what_it_was_what_was_planned_and_what_it_is_now() -> None:
    found = followup(dict.fromkeys(SHORT, Verdict.MET) | {"V5": Verdict.PARTIAL})

    assert found is not None
    first = found.norms[0]
    assert [row.norm for row in found.norms] == [norm for norm in EVERY_NORM if norm in SHORT]
    assert (first.norm, first.before, first.now) == (NormId("V5"), Verdict.PARTIAL, Verdict.PARTIAL)
    assert (first.action, first.due_on) == ("Intervisie bij V5", date(2027, 2, 1))
    assert (first.shown_by, first.finding) == ("Vier verslagen", "Nu gezien bij V5")
    assert (found.counts[Verdict.MET], found.counts[Verdict.PARTIAL], found.counts[Verdict.NOT_MET]) == (48, 1, 0)


def test_who_does_it_stays_out_of_the_report() -> None:
    """A plan names people; a report never does."""
    report = compose(FORM, facts(settled(**SHORT), followup=followup()), {}, ()).report

    assert "Karin" not in repr(report)


def test_an_investigation_that_was_kept_on_paper_makes_no_addendum() -> None:
    assert followup({}) is None


def test_the_passage_follows_the_forty_fields_and_only_after_an_investigation() -> None:
    before = compose(FORM, facts(settled(**SHORT)), {}, ()).report
    after = compose(FORM, facts(settled(**SHORT), followup=followup()), {}, ()).report

    assert before.addendum is None
    assert sum(len(part.lines) for part in before.part_a) == 40
    assert after.part_a[:-1] == before.part_a
    texts = {line.field: line.text for line in after.part_a[-1].lines}
    assert after.part_a[-1].title == "Aanvullend onderzoek"
    assert texts[FieldId("followup_on")] == "3 maart 2027"
    assert "V5 Afspraken over je bijdrage: van +/- naar +" in texts[FieldId("followup_norms")]
    assert "49 voldoet" in texts[FieldId("followup_result")]


def test_the_addendum_says_in_the_words_of_part_a_how_it_went_and_what_it_means() -> None:
    written = {
        FieldId("followup_course"): FieldText("Op twee plekken, met vier functies."),
        FieldId("followup_result"): FieldText("Ruim binnen de ondergrens."),
    }
    made = compose(FORM, facts(settled(**SHORT), followup=followup()), written, ())

    addendum = made.report.addendum
    assert addendum is not None
    assert (addendum.course, addendum.conclusion) == (
        "Op twee plekken, met vier functies.", "Ruim binnen de ondergrens.",
    )  # fmt: skip
    assert made.report.part_a[-1].lines[-1].text == "Ruim binnen de ondergrens."
    assert made.report.norm(NormId("V5")).verdict is Verdict.PARTIAL  # type: ignore[union-attr]  # part B stays


@pytest.mark.parametrize(
    ("outcome", "approved", "advice"),
    [
        (Outcome.ALL_MET, False, "Positief, na het aanvullend onderzoek van 3 maart 2027."),
        (Outcome.PLAN_REQUIRED, True, "Positief, na het aanvullend onderzoek van 3 maart 2027."),
        (Outcome.PLAN_REQUIRED, False, ""),
        (Outcome.FOLLOWUP_REQUIRED, True, "Negatief."),
    ],
)
def test_the_advice_follows_the_new_verdicts_and_the_plan(outcome: Outcome, approved: bool, advice: str) -> None:
    """Domain book §5.5: within both limits and the plan for what remains approved, or negative."""
    events = {EventKind.PLAN_APPROVED: date(2027, 1, 20)} if approved else {}
    known = facts(
        settled(**SHORT), followup=followup(done=event(outcome)), advice=Advice.ON_HOLD, events=events,
        moment=Moment.SUMMARY,
    )  # fmt: skip

    filled = {item.field.id: item.proposal for item in compose(FORM, known, {}, ()).filled}

    assert filled[FieldId("advice")] == advice


def test_what_looks_like_data_of_a_person_keeps_the_addendum_in() -> None:
    found = followup()
    assert found is not None
    told = replace(found.norms[0], finding="Bel Karin op 06-12345678")
    known = facts(settled(**SHORT), followup=replace(found, norms=(told, *found.norms[1:])), moment=Moment.ADDENDUM)
    made = compose(FORM, known, {}, ())

    blockers = {item.obstacle: item.norms for item in check(made, known, coverage_of((), FRAMEWORK, EVERY_NORM))}

    assert blockers[Obstacle.PERSONAL_DATA] == (NormId("V5"),)
    assert Obstacle.FIELD_MISSING in blockers  # how it went is for people to write
