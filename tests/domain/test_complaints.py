"""A complaint from signal to closing: every step, every guard, the terms, and no road around any of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.case_procedure import CaseProcedure
from domain.cases import KeptTerm
from domain.complaints import (
    Candidate,
    Capacity,
    Complaint,
    ComplaintRefused,
    ComplaintState,
    Doer,
    Event,
    Given,
    Happening,
    Hindrance,
    HolderChoice,
    Interest,
    Notary,
    Side,
    Step,
    Subject,
    Term,
    after,
    hindrances,
    kept_terms,
    list_faults,
    note,
    note_hindrances,
    replay,
    running_term,
    take,
)
from domain.roles import PersonId
from storage.complaint_content import load_case_procedure
from tests.changing import replace
from tests.domain.cases import cases

RULES = load_case_procedure()
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
QO, HANDLER, CLIENT = PersonId(1), PersonId(2), PersonId(3)
NOTARIES = tuple(Notary(f"mr. {name}", "Tiel") for name in ("Aalders", "Bos", "Crum"))


@pytest.fixture
def rules() -> CaseProcedure:
    return RULES


def standing(given: dict[str, Any]) -> Complaint:
    """Return a complaint as a case describes it."""
    notaries = [
        Notary(f"mr. {number}", has_ties=number == given.get("tied")) for number in range(given.get("notaries", 0))
    ]
    return Complaint(
        subject=Subject(given.get("subject", "own_work")), received_at=NOW, has_claimant=given.get("claimant", False),
        state=ComplaintState(given["state"]), is_satisfied=given.get("satisfied"),
        holder_choice=HolderChoice(given["holder_choice"]) if "holder_choice" in given else None,
        notaries=tuple(notaries), notary=given.get("chosen"), consents=frozenset(map(Side, given.get("consents", []))),
    )  # fmt: skip


def brought(with_: dict[str, Any]) -> Given:
    """Return what somebody brings to a step, as a case describes it."""
    handler = with_.get("handler")
    candidate = None
    if handler is not None:
        interests = frozenset(map(Interest, handler.get("interests", [])))
        candidate = Candidate(HANDLER, handler.get("core_group", True), interests)
    return Given(
        text=with_.get("text", ""), criterion=with_.get("criterion", ""), handler=candidate,
        is_satisfied=with_.get("satisfied"), file=with_.get("file"),
    )  # fmt: skip


@pytest.mark.parametrize("case", cases("complaint_cases.yaml"))
def test_a_step_is_taken_or_refused_with_every_reason(case: dict[str, Any], rules: CaseProcedure) -> None:
    complaint, step = standing(case["given"]), Step(case["step"])
    doer = Doer(QO, frozenset(map(Capacity, case["by"])), case.get("about_them", False))
    given_ = brought(case.get("with", {}))

    found = hindrances(complaint, step, doer, given_, rules)

    assert list(found) == case["expect"].get("refused", [])
    if found:
        with pytest.raises(ComplaintRefused) as refused:
            take(complaint, step, doer, given_, NOW, rules)
        assert refused.value.hindrances == found
    else:
        event = take(complaint, step, doer, given_, NOW, rules)
        assert after(complaint, event, rules).state is ComplaintState(case["expect"]["state"])


# ------------------------------------------------------------------------------------------------------ happenings

STAFF = Doer(QO, frozenset({Capacity.QUALITY_OFFICER, Capacity.BOARD}))
CLAIMANT = Doer(CLIENT, frozenset({Capacity.CLIENT}))


def complaint_in(state: ComplaintState, **values: Any) -> Complaint:
    return Complaint(Subject.OWN_WORK, NOW, state=state, **values)


@pytest.mark.parametrize(
    ("complaint", "what", "doer", "given_", "expected"),
    [
        (complaint_in(ComplaintState.OUTCOME_SHARED), Happening.REACTION, CLAIMANT, Given(is_satisfied=True), ()),
        (complaint_in(ComplaintState.OUTCOME_SHARED), Happening.REACTION, STAFF, Given(is_satisfied=True),
         (Hindrance.NOT_YOURS,)),
        (complaint_in(ComplaintState.CLOSED), Happening.REACTION, CLAIMANT, Given(),
         (Hindrance.NOT_NOW, Hindrance.NO_CHOICE)),
        (complaint_in(ComplaintState.REGISTERED), Happening.HOLDER_DECISION, STAFF,
         Given(choice=HolderChoice.NEXT_REGULAR_AUDIT), (Hindrance.NOT_ABOUT_HOLDER,)),
        (complaint_in(ComplaintState.ESCALATED), Happening.OFFER_NOTARIES, STAFF, Given(notaries=NOTARIES[:2]),
         (Hindrance.FEWER_THAN_THREE,)),
        (complaint_in(ComplaintState.ESCALATED, notaries=NOTARIES), Happening.CHOOSE_NOTARY, CLAIMANT, Given(number=3),
         (Hindrance.NO_CHOICE,)),
        (complaint_in(ComplaintState.ESCALATED, notaries=NOTARIES, has_claimant=True), Happening.CHOOSE_NOTARY, STAFF,
         Given(number=0), (Hindrance.CLAIMANT_CHOOSES,)),
        (complaint_in(ComplaintState.ESCALATED, has_claimant=True), Happening.CONSENT, STAFF, Given(side=Side.CLAIMANT),
         (Hindrance.NOT_YOURS,)),
        (complaint_in(ComplaintState.ESCALATED), Happening.CONSENT, STAFF, Given(side=Side.CLAIMANT), ()),
        (complaint_in(ComplaintState.ESCALATED, has_claimant=True), Happening.CONSENT, CLAIMANT, Given(side=Side.CI),
         (Hindrance.NOT_YOURS,)),
        (complaint_in(ComplaintState.IN_TREATMENT), Happening.MEASURE, CLAIMANT, Given("Zelf iets"),
         (Hindrance.NOT_YOURS,)),
        (complaint_in(ComplaintState.IN_TREATMENT), Happening.ROOT_CAUSE, STAFF, Given(" "), (Hindrance.NO_REASON,)),
        (complaint_in(ComplaintState.CLOSED), Happening.MEASURE, STAFF, Given("Te laat"), (Hindrance.NOT_NOW,)),
        (complaint_in(ComplaintState.CLOSED), Happening.THEME, STAFF, Given(theme="planning"), ()),
        (complaint_in(ComplaintState.CLOSED), Happening.THEME, STAFF, Given(theme="politics"), (Hindrance.NO_CHOICE,)),
        (complaint_in(ComplaintState.REGISTERED), Happening.SIGNAL, STAFF, Given("Nog een"), (Hindrance.NOT_NOW,)),
        (complaint_in(ComplaintState.REGISTERED), Happening.NOTE, replace(STAFF, is_subject=True), Given("Onzin"),
         (Hindrance.ABOUT_YOU,)),
    ],
)  # fmt: skip
def test_what_is_recorded_has_its_guards_too(
    complaint: Complaint, what: Happening, doer: Doer, given_: Given, expected: tuple[Hindrance, ...]
) -> None:
    assert note_hindrances(complaint, what, doer, given_, RULES) == expected
    if expected:
        with pytest.raises(ComplaintRefused):
            note(complaint, what, doer, given_, NOW, RULES)


def test_another_list_of_notaries_is_another_choice(rules: CaseProcedure) -> None:
    """Who chose the second of the old list did not choose the second of the new one."""
    chosen = complaint_in(ComplaintState.ESCALATED, notaries=NOTARIES, notary=1)

    assert after(chosen, Event(Happening.OFFER_NOTARIES, NOW, QO, Given(notaries=NOTARIES)), rules).notary is None


def test_a_list_of_notaries_is_told_all_its_faults(rules: CaseProcedure) -> None:
    bad = (Notary("Mr. Aalders"), Notary("mr.  aalders", has_ties=True))

    assert list_faults(bad, rules.mediation) == (Hindrance.FEWER_THAN_THREE, Hindrance.TIES, Hindrance.SAME_TWICE)
    assert list_faults(NOTARIES, rules.mediation) == ()


def test_a_new_outcome_asks_the_client_anew(rules: CaseProcedure) -> None:
    """The no of the first time does not stand in the way of the second solution."""
    said_no = complaint_in(ComplaintState.IN_TREATMENT, is_satisfied=False)

    assert after(said_no, Event(Step.SHARE_OUTCOME, NOW, HANDLER, Given("Beter")), rules).is_satisfied is None


# ----------------------------------------------------------------------------------------------------------- terms


def signal(at: datetime = NOW) -> Event:
    return Event(Happening.SIGNAL, at, CLIENT, Given("Te laat begonnen"))


def classified(at: datetime) -> Event:
    return Event(Step.CLASSIFY_YES, at, QO, Given(criterion="oral"))


@pytest.mark.parametrize(
    ("received", "until"),
    [
        (datetime(2026, 11, 20, 15, tzinfo=UTC), datetime(2026, 11, 22, 15, tzinfo=UTC)),  # a weekend counts as well
        (datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2027, 3, 29, 12, tzinfo=UTC)),  # 13:00 becomes 14:00 here
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)),  # 14:00 becomes 13:00 here
    ],
)
def test_48_hours_are_hours(received: datetime, until: datetime, rules: CaseProcedure) -> None:
    """Elapsed, so that a change of the clock moves the time of the day (domain book §6.0)."""
    term = running_term(replay(Subject.OWN_WORK, [signal(received)], rules, has_claimant=True), rules)

    assert term is not None
    assert (term.term, term.ends_at) == (Term.CLASSIFY, until)
    assert not term.is_late(until)
    assert term.is_late(until + timedelta(seconds=1))


def test_the_month_counts_from_registration_and_is_a_calendar_month(rules: CaseProcedure) -> None:
    """Registered on the last day of January, treated by the last of February; until midnight here."""
    registered = datetime(2027, 1, 31, 10, tzinfo=UTC)
    found = replay(Subject.OWN_WORK, [signal(registered), classified(registered)], rules, has_claimant=False)

    term = running_term(found, rules)

    assert term is not None
    assert (term.term, term.due, term.ends_at) == (Term.TREAT, date(2027, 2, 28), None)
    assert not term.is_late(datetime(2027, 2, 28, 22, 59, tzinfo=UTC))
    assert term.is_late(datetime(2027, 2, 28, 23, 1, tzinfo=UTC))


def test_the_terms_that_were_kept_are_counted(rules: CaseProcedure) -> None:
    """A day too late with the decision, in time with the outcome; the second outcome changes nothing about that."""
    chain = [
        signal(),
        classified(NOW + timedelta(hours=49)),
        Event(Step.ASSIGN, NOW + timedelta(days=3), QO, Given(handler=Candidate(HANDLER, is_in_core_group=True))),
        Event(Step.SHARE_OUTCOME, NOW + timedelta(days=9), HANDLER, Given("Excuses")),
        Event(Step.REOPEN, NOW + timedelta(days=10), HANDLER, Given("Niet goed genoeg")),
        Event(Step.SHARE_OUTCOME, NOW + timedelta(days=90), HANDLER, Given("Anders")),
    ]
    found = replay(Subject.OWN_WORK, chain, rules, has_claimant=False)

    assert kept_terms(found, rules) == (KeptTerm("classify", is_met=False), KeptTerm("treat", is_met=True))
    assert running_term(found, rules) is None
    assert found.version == len(chain)


def test_without_a_signal_there_is_no_complaint(rules: CaseProcedure) -> None:
    with pytest.raises(ValueError, match="begins with"):
        replay(Subject.OWN_WORK, [], rules, has_claimant=False)


# --------------------------------------------------------------------------------------------- no road around

_TEXTS = st.sampled_from(["", " ", "Zo is het"])
_ALL = Given(
    "Zo is het", "oral", Candidate(HANDLER, is_in_core_group=True), notaries=NOTARIES, number=1, side=Side.CI,
    choice=HolderChoice.SPECIAL_INVESTIGATION, theme="planning",
)  # fmt: skip
_GIVENS = st.sampled_from([_ALL, replace(_ALL, side=Side.CLAIMANT, is_satisfied=True)]) | st.builds(
    Given,
    text=_TEXTS,
    criterion=st.sampled_from(["", "oral", "labelled_letter", "anything"]),
    handler=st.none() | st.builds(Candidate, st.just(HANDLER), st.booleans(), st.frozensets(st.sampled_from(Interest))),
    is_satisfied=st.none() | st.booleans(),
    notaries=st.lists(st.sampled_from([*NOTARIES, Notary("mr. Dees", has_ties=True)]), max_size=4).map(tuple),
    number=st.none() | st.integers(-1, 4),
    side=st.none() | st.sampled_from(Side),
    choice=st.none() | st.sampled_from(HolderChoice),
    theme=st.sampled_from(["", "planning"]),
    file=st.none() | st.just(7),
)
_DOERS = st.sampled_from(
    [STAFF, CLAIMANT, Doer(HANDLER, frozenset({Capacity.HANDLER})), Doer(QO, frozenset(Capacity))]
) | st.builds(Doer, st.just(QO), st.frozensets(st.sampled_from(Capacity)), st.booleans())
_TRIES = st.lists(st.tuples(st.sampled_from([*Step, *Happening]), _DOERS, _GIVENS), max_size=40)


@settings(max_examples=150, deadline=None)
@given(subject=st.sampled_from(Subject), has_claimant=st.booleans(), tries=_TRIES)
def test_no_sequence_reaches_what_the_procedure_forbids(
    subject: Subject, tries: list[tuple[Step | Happening, Doer, Given]], *, has_claimant: bool
) -> None:
    """Whatever people try in whatever order: what was accepted follows the table, and the guards held."""
    transitions = RULES.complaint.transitions
    now = replay(subject, [signal()], RULES, has_claimant=has_claimant)
    for number, (what, doer, given_) in enumerate(tries, start=1):
        before, at = now, NOW + timedelta(hours=number)
        refused = (
            hindrances(now, what, doer, given_, RULES)
            if isinstance(what, Step)
            else note_hindrances(now, what, doer, given_, RULES)
        )
        if refused:
            continue
        event = Event(what, at, doer.person, given_)
        now = after(now, event, RULES)
        assert now.version == before.version + 1
        if isinstance(what, Happening):
            assert now.state is before.state
            continue
        assert (before.state, now.state) == (transitions[what].before, transitions[what].after)
        assert doer.capacities & {transitions[what].actor, *transitions[what].also}
        assert not before.state.is_over
        _check_guards(before, now, what, given_)


def _check_guards(before: Complaint, now: Complaint, what: Step, given_: Given) -> None:
    """Say once more, in other words, what has to hold after a step."""
    if now.state is ComplaintState.CLOSED:
        assert now.closed_at is not None
        assert given_.text.strip() or given_.file or before.is_satisfied
        if now.subject is Subject.CERTIFICATE_HOLDER:
            assert now.holder_choice is not None
    if what is Step.CLOSE:
        assert before.is_satisfied is not False
    if what in (Step.ASSIGN, Step.REASSIGN):
        assert given_.handler is not None
        assert given_.handler.is_in_core_group
        assert not given_.handler.interests
    if now.state is ComplaintState.MEDIATION:
        assert len({notary.name for notary in now.notaries}) >= RULES.mediation.notaries_offered
        assert not any(notary.has_ties for notary in now.notaries)
        assert now.notary is not None
        assert now.consents == frozenset(Side)
