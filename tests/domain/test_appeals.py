"""Appeals: in time, in writing, by the right one, handled by nobody who had a part in it, and once only."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.appeals import (
    Appeal,
    AppealChannel,
    AppealHindrance,
    AppealId,
    AppealProcedure,
    AppealRefused,
    AppealState,
    AppealStep,
    Contested,
    HandlerHindrance,
    Inadmissible,
    Involved,
    Lodging,
    assign,
    can,
    close,
    complete,
    decide,
    handler_hindrances,
    inadmissible,
    is_attempt,
    judge_receipt,
    procedure_of,
    review,
    same_process,
    tick,
    treat_by,
)
from domain.audit import AuditId, AuditKind
from domain.process import Period, StepId
from domain.roles import OrganisationId, PersonId
from domain.working_days import local_day
from storage.complaint_content import load_case_procedure
from storage.process_content import load_processes
from tests.changing import replace
from tests.domain.cases import cases

WRITTEN = frozenset({AppealChannel.LETTER, AppealChannel.EMAIL})
EFFECTS = ("client_register_adapted", "certificate_adapted_if_needed")
PROCEDURE = AppealProcedure("CIIO procedure 2305", Period(months=1), WRITTEN, EFFECTS)
DAY = date(2027, 1, 20)
LODGED = Lodging(DAY, AppealChannel.EMAIL, is_from_holder=True, has_reasons=True)
DECIDED = Contested(AuditId(1), 1, date(2027, 1, 10), is_positive=False, mailed_on=date(2027, 1, 11))
APPEAL = Appeal(
    AppealId(1), AuditId(1), 1, OrganisationId(1), OrganisationId(2), LODGED, date(2027, 1, 11), reasons_on=DAY
)
HANDLER = PersonId(9)


def day_of(value: date | str) -> date:
    """Return a local day, of a moment as well."""
    return local_day(datetime.fromisoformat(value)) if isinstance(value, str) else value


@pytest.mark.parametrize("case", cases("appeal_cases.yaml"))
def test_when_an_appeal_is_treated(case: dict[str, Any]) -> None:
    told = case["given"]
    mailed_on = day_of(told["mailed"]) if "mailed" in told else None
    contested = replace(DECIDED, mailed_on=mailed_on, is_final=told.get("is_final", False))
    lodging = Lodging(
        day_of(told["received"]), AppealChannel(told.get("channel", "email")), told.get("is_from_holder", True),
        told.get("has_reasons", True),
    )  # fmt: skip

    assert {
        "last_day": PROCEDURE.last_day(mailed_on) if mailed_on else None,
        "against": inadmissible(lodging, contested, PROCEDURE),
    } == {**case["expect"], "against": tuple(Inadmissible(code) for code in case["expect"]["against"])}


def test_against_nothing_at_all() -> None:
    assert inadmissible(LODGED, None, PROCEDURE) == (Inadmissible.NO_DECISION,)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_there_is_always_a_whole_month(mailed_on: date) -> None:
    """Between 28 and 31 days, never into the month after next, and later mail never ends earlier."""
    last = PROCEDURE.last_day(mailed_on)

    assert timedelta(days=28) <= last - mailed_on <= timedelta(days=31)
    assert (last.year * 12 + last.month) - (mailed_on.year * 12 + mailed_on.month) == 1
    assert PROCEDURE.last_day(mailed_on + timedelta(days=1)) >= last


@given(
    st.dates(date(2027, 1, 1), date(2027, 4, 1)), st.sampled_from(AppealChannel), st.booleans(), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_every_reason_stands_on_its_own(
    received_on: date, channel: AppealChannel, is_holder: bool, has_reasons: bool, is_final: bool
) -> None:
    """All of them together, none because of another, and reasons never count."""
    lodging = Lodging(received_on, channel, is_holder, has_reasons)
    found = inadmissible(lodging, replace(DECIDED, is_final=is_final), PROCEDURE)

    assert (Inadmissible.ORAL in found) == (channel not in WRITTEN)
    assert (Inadmissible.NOT_CERTIFICATE_HOLDER in found) == (not is_holder)
    assert (Inadmissible.NO_FURTHER_APPEAL in found) == is_final
    assert (Inadmissible.LATE in found) == (received_on > date(2027, 2, 11))
    assert (Inadmissible.NO_DECISION in found) == (received_on < date(2027, 1, 11))
    assert len(set(found)) == len(found)


# ------------------------------------------------------------------------------------------------- who handles it


@pytest.mark.parametrize(
    ("involved", "expected"),
    [
        (Involved(), ()),
        (Involved(deciders=frozenset({HANDLER})), (HandlerHindrance.ORIGINAL_DECIDER,)),
        (Involved(leaders=frozenset({HANDLER})), (HandlerHindrance.TEAM_LEADER_OF_AUDIT,)),
        (Involved(auditors=frozenset({HANDLER})), (HandlerHindrance.ASSESSOR_OF_AUDIT,)),
        (Involved(tied=frozenset({HANDLER})), (HandlerHindrance.TIED,)),
        (
            Involved(*(frozenset({HANDLER}) for _ in range(4))),
            (
                HandlerHindrance.ORIGINAL_DECIDER,
                HandlerHindrance.TEAM_LEADER_OF_AUDIT,
                HandlerHindrance.ASSESSOR_OF_AUDIT,
                HandlerHindrance.TIED,
            ),
        ),
    ],
)
def test_nobody_handles_what_they_had_a_part_in(involved: Involved, expected: tuple[HandlerHindrance, ...]) -> None:
    assert handler_hindrances(HANDLER, involved, is_decider=True) == expected
    assert handler_hindrances(HANDLER, involved, is_decider=False) == (
        HandlerHindrance.NOT_CERTIFICATION_DECIDER,
        *expected,
    )
    assert handler_hindrances(PersonId(10), involved, is_decider=True) == ()


def test_an_additional_audit_belongs_to_the_audit_before_it() -> None:
    """Who audited on site after outcome c had a part in the decision; who audits two years later had not."""
    kinds = (AuditKind.FOLLOWUP, AuditKind.INITIAL, AuditKind.FOLLOWUP, AuditKind.RECERTIFICATION, AuditKind.FOLLOWUP)
    audits = [(AuditId(number), kind) for number, kind in enumerate(kinds)]

    assert same_process(audits, AuditId(1)) == same_process(reversed(audits), AuditId(2)) == {1, 2}
    assert same_process(audits, AuditId(3)) == same_process(audits, AuditId(4)) == {3, 4}
    assert AuditId(0) in same_process(audits, AuditId(0))
    assert same_process((), AuditId(7)) == {7}


# --------------------------------------------------------------------------------------------------- the way it goes


def under_review() -> Appeal:
    """Return an appeal that somebody is looking at."""
    return review(assign(judge_receipt(APPEAL, (), AppealStep.ACKNOWLEDGE), HANDLER, ()))


def refusal(step: Any) -> AppealHindrance:
    with pytest.raises(AppealRefused) as refused:
        step()
    return refused.value.hindrance


def test_from_receipt_to_closing_without_change() -> None:
    unchanged = decide(under_review(), " De weging klopt ", DAY, is_changed=False)
    closed = close(unchanged, PROCEDURE)

    assert (unchanged.state, unchanged.conclusion) == (AppealState.DECIDED_UNCHANGED, "De weging klopt")
    assert (closed.state, closed.to_do(PROCEDURE), closed.new_version) == (AppealState.CLOSED, (), None)


def test_a_changed_decision_is_closed_when_everything_followed_it() -> None:
    changed = decide(under_review(), "Het plan was er", DAY, is_changed=True, new_version=2)

    assert changed.to_do(PROCEDURE) == EFFECTS
    assert refusal(lambda: close(changed, PROCEDURE)) is AppealHindrance.EFFECTS
    assert refusal(lambda: tick(changed, "party", PROCEDURE)) is AppealHindrance.NOT_NOW
    once = tick(changed, EFFECTS[0], PROCEDURE)
    assert tick(once, EFFECTS[0], PROCEDURE) == once
    assert refusal(lambda: close(once, PROCEDURE)) is AppealHindrance.EFFECTS
    assert close(tick(once, EFFECTS[1], PROCEDURE), PROCEDURE).state is AppealState.CLOSED


def test_receipt_is_judged_by_the_reasons_and_not_by_a_button() -> None:
    late = (Inadmissible.LATE,)

    assert refusal(lambda: judge_receipt(APPEAL, late, AppealStep.ACKNOWLEDGE)) is AppealHindrance.INADMISSIBLE
    assert refusal(lambda: judge_receipt(APPEAL, (), AppealStep.REJECT)) is AppealHindrance.ADMISSIBLE
    rejected = judge_receipt(APPEAL, late, AppealStep.REJECT)
    assert (rejected.state, rejected.rejected_for) == (AppealState.REJECTED, late)
    assert refusal(lambda: judge_receipt(rejected, (), AppealStep.ACKNOWLEDGE)) is AppealHindrance.NOT_NOW


def test_reasons_may_come_later_and_the_first_day_stays() -> None:
    bare = replace(APPEAL, reasons_on=None)

    assert bare.needs_reasons
    whole = complete(bare, DAY + timedelta(days=5))
    assert (whole.reasons_on, whole.lodging.received_on) == (DAY + timedelta(days=5), DAY)
    assert refusal(lambda: complete(whole, DAY)) is AppealHindrance.NOT_NOW
    assert refusal(lambda: complete(bare, DAY - timedelta(days=1))) is AppealHindrance.NOT_NOW
    assert refusal(lambda: complete(replace(bare, state=AppealState.CLOSED), DAY)) is AppealHindrance.NOT_NOW


def test_no_conclusion_without_reasons() -> None:
    assert refusal(lambda: decide(under_review(), "  ", DAY, is_changed=True)) is AppealHindrance.NO_REASONS


def test_somebody_with_a_part_in_it_is_not_assigned() -> None:
    acknowledged = judge_receipt(APPEAL, (), AppealStep.ACKNOWLEDGE)

    hindered = (HandlerHindrance.ORIGINAL_DECIDER,)
    assert refusal(lambda: assign(acknowledged, HANDLER, hindered)) is AppealHindrance.HANDLER
    again = assign(under_review(), PersonId(11), ())
    assert (again.handler, again.state) == (PersonId(11), AppealState.HANDLER_ASSIGNED)


@given(st.sampled_from(AppealState), st.sampled_from(AppealStep))
def test_a_step_fits_its_state_or_changes_nothing(state: AppealState, step: AppealStep) -> None:
    appeal = replace(APPEAL, state=state, reasons_on=None)
    steps = {
        AppealStep.REJECT: lambda: judge_receipt(appeal, (Inadmissible.LATE,), AppealStep.REJECT),
        AppealStep.ACKNOWLEDGE: lambda: judge_receipt(appeal, (), AppealStep.ACKNOWLEDGE),
        AppealStep.COMPLETE: lambda: complete(appeal, DAY),
        AppealStep.ASSIGN: lambda: assign(appeal, HANDLER, ()),
        AppealStep.REVIEW: lambda: review(appeal),
        AppealStep.UPHOLD: lambda: decide(appeal, "Zo is het", DAY, is_changed=False),
        AppealStep.OVERTURN: lambda: decide(appeal, "Zo is het", DAY, is_changed=True, new_version=2),
        AppealStep.CLOSE: lambda: close(appeal, PROCEDURE),
    }
    if step not in steps:
        assert not can(appeal, step)
    elif can(appeal, step):
        assert steps[step]().version == appeal.version + 1
    else:
        assert refusal(steps[step]) is AppealHindrance.NOT_NOW
    assert not (state.is_over and can(appeal, step))


def test_a_target_is_the_bodys_own() -> None:
    assert treat_by(APPEAL, PROCEDURE) is None
    assert treat_by(APPEAL, replace(PROCEDURE, treat_within=Period(weeks=6))) == DAY + timedelta(weeks=6)


def test_the_content_file_says_it_all() -> None:
    """The rules take their numbers and codes from the procedure; the process counts with the same month."""
    cases_ = load_case_procedure()
    procedure = procedure_of(cases_)

    assert procedure.written == WRITTEN
    assert {reason.code for reason in cases_.appeal.admissibility} == set(Inadmissible)
    assert {guard.code for guard in cases_.appeal.handler_guards} == set(HandlerHindrance)
    assert set(cases_.appeal.states) == set(AppealState)
    assert procedure_of(cases_, Period(weeks=6)).treat_within == Period(weeks=6)
    assert procedure.treat_within is None
    with pytest.raises(ValueError, match="none after it"):
        procedure_of(replace(cases_, appeal=replace(cases_.appeal, has_further_appeal=True)))
    assert len(procedure.effects) == 3
    for edition in load_processes().values():
        assert edition.step(StepId("appeal")).within == procedure.lodge_within


# --------------------------------------------------------------------------------------------------- what is typed


@pytest.mark.parametrize(
    "text",
    [
        "ik ga in beroep", "Wij gaan in beroep tegen het besluit!", "We willen graag beroep aantekenen",
        "Hierbij teken ik beroep aan tegen uw besluit van 11 januari", "Hierbij stellen wij beroep in.", "beroep",
        "Ik wil beroep instellen", "in beroep tegen het negatieve besluit", "Onze organisatie gaat in beroep",
    ],
)  # fmt: skip
def test_who_appeals_by_chat_is_understood(text: str) -> None:
    assert is_attempt(text)


@pytest.mark.parametrize(
    "text",
    [
        "Wij gaan uit van het beroepsprofiel", "Ik ken de beroepscode", "Vrijwilligers doen een beroep op ons",
        "Wij willen een beroep doen op vrijwilligers", "Een beroepskracht begeleidt hen", "Kan de klant in beroep?",
        "V5", "",
        "Ik ga in beroep " + "en dan nog veel meer " * 30,
    ],
)  # fmt: skip
def test_other_words_are_left_alone(text: str) -> None:
    assert not is_attempt(text)
