"""Complaints in storage: who reaches what is decided in the query, and nobody with an interest gets to handle one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.cases import CaseKind, KeptTerm
from domain.complaints import (
    Capacity,
    ComplaintId,
    ComplaintRefused,
    ComplaintState,
    Given,
    Happening,
    Hindrance,
    HolderChoice,
    Interest,
    Notary,
    Side,
    Step,
    Subject,
)
from domain.independence import TieKind
from domain.roles import Role
from storage.complaint_interfaces import AlreadyPassedOn, ComplaintChanged, NewSignal
from storage.interfaces import NotAllowed
from storage.sql import complaint_tables as c
from storage.sql import register_tables as r
from storage.sql import tables as t
from storage.sql.actors import mark_unreachable
from storage.sql.complaint_rights import purge_cases
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.case_cast import CASE_CHATS, TEXT, CaseCast

NOTARIES = (Notary("mr. Aalders", "Tiel"), Notary("mr. Bos", "Geldermalsen"), Notary("mr. Crum", "Culemborg"))


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> CaseCast:
    cast = CaseCast(database, clock)
    cast.assemble()
    return cast


# ------------------------------------------------------------------------------------------------------- reporting


def test_a_signal_reaches_the_quality_officer_within_the_turn(cast: CaseCast) -> None:
    """Only theirs: neither the auditors nor the officer of another body."""
    received = cast.reported()

    assert [one.chat for one in received.listeners] == [CASE_CHATS["Quinten"]]
    assert received.has_officer
    assert received.decide_by == cast.now + timedelta(hours=48)
    assert received.number == "K2026-1"
    found = cast.case(received.id)
    assert (found.text, found.client, found.audit) == (TEXT, "Welzijn Rivierenland", cast.audit)
    assert found.complaint.state is ComplaintState.SIGNAL_RECEIVED
    assert found.complaint.has_claimant


def test_without_a_quality_officer_the_office_hears_of_it(cast: CaseCast) -> None:
    with cast.database.begin() as work:
        mark_unreachable(work, CASE_CHATS["Quinten"])

    received = cast.reported()

    assert {one.chat for one in received.listeners} == {CASE_CHATS["Bea"], CASE_CHATS["Ottelien"]}
    assert not received.has_officer


def test_numbers_count_per_body_and_year(cast: CaseCast, clock: MovableClock) -> None:
    numbers = [cast.reported().number, cast.reported("Ada", channel="oral").number]
    with cast.cases("Ina") as store:
        numbers.append(store.report(NewSignal(cast.ci_of("Otto"), "Iets"), cast.now).number)
    clock.now = clock.now + timedelta(days=60)

    assert [*numbers, cast.reported().number] == ["K2026-1", "K2026-2", "K2026-1", "K2027-1"]


def test_a_member_reports_to_who_audits_it_and_others_choose(cast: CaseCast) -> None:
    """Both bodies plan an audit of Samira's organisation in this cast; the secretariat sees all bodies."""
    with cast.cases("Samira") as store:
        assert {body.name for body in store.bodies()} == {"CI Kompas", "CI Anker"}
        assert {body.audit for body in store.bodies()} == {cast.audit, cast.other_audit}
    with cast.cases("Sanne") as store:
        assert [(body.name, body.audit) for body in store.bodies()] == [("CI Kompas", None), ("CI Anker", None)]
    with cast.cases("Ada") as store:
        assert [body.name for body in store.bodies()] == ["CI Kompas"]
        assert [client.name for client in store.clients()] == ["Welzijn Rivierenland"]
        with pytest.raises(NotAllowed):
            store.report(NewSignal(cast.ci_of("Otto"), "Niet mijn huis"), cast.now)


@pytest.mark.parametrize(
    "values", [{"channel": "pigeon"}, {"audit": 99}], ids=["a channel that is not there", "an audit that is not theirs"]
)
def test_a_forged_signal_is_refused(cast: CaseCast, values: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        cast.reported("Ada", **values)


def test_what_was_passed_on_is_not_passed_on_twice(cast: CaseCast) -> None:
    """Two auditors of one team both tap the button."""
    origin = f"day:{cast.audit}:2026-12-01:displeasure"
    cast.reported("Tom", audit=cast.audit, channel="evaluation_form", origin=origin)

    with pytest.raises(AlreadyPassedOn) as refused:
        cast.reported("Ada", audit=cast.audit, channel="evaluation_form", origin=origin)

    assert refused.value.number == "K2026-1"
    with cast.cases("Tom") as store:
        assert store.passed_on(cast.audit) == {origin}


# ----------------------------------------------------------------------------------------------------- who sees what


@pytest.mark.parametrize("name", ["Samira", "Tom", "Ada", "Bea", "Wim", "Sanne", "Sam", "Wies", "Kim", "Hans", "Noor"])
def test_who_has_no_part_in_it_does_not_reach_it(cast: CaseCast, name: str) -> None:
    """Kim and Hans are in the core group, but it was not given to them; Wies is officer elsewhere."""
    complaint = cast.reported().id

    with cast.cases(name) as store:
        for attempt in (
            lambda: store.get(complaint),
            lambda: store.people(complaint),
            lambda: store.core_group(complaint),
            lambda: store.step(complaint, Step.CLASSIFY_NO, Given("Weg"), cast.now, seen=1),
            lambda: store.note(complaint, Happening.NOTE, Given("Ik was hier"), cast.now, seen=1),
            lambda: store.mark(complaint, cast.who("Kim"), Interest.MARKED, cast.now),
            lambda: store.proof(complaint),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with cast.database.begin() as work:
        rows = work.cases(work.actor(CASE_CHATS[name])).rows() if name in ("Wies", "Kim", "Hans") else ()
        assert rows == ()
    assert cast.case(complaint).complaint.version == 1


def test_a_handler_reaches_only_what_was_given_to_them(cast: CaseCast) -> None:
    theirs, other = cast.in_treatment("Kim"), cast.in_treatment("Hans")

    assert cast.case(theirs, "Kim").capacities == {Capacity.HANDLER}
    with cast.cases("Kim") as store:
        assert [case.id for case in store.waiting()] == [theirs]
        assert [row.id for row in store.rows()] == [theirs]
        with pytest.raises(NotAllowed):
            store.get(other)
        with pytest.raises(NotAllowed):  # marking is the office's
            store.mark(theirs, cast.who("Hans"), Interest.MARKED, cast.now)
        with pytest.raises(NotAllowed):
            store.core_group(theirs)
    with cast.cases("Quinten") as store:
        assert {case.id for case in store.waiting()} == {theirs, other}


def test_whoever_complained_sees_how_it_stands_and_nothing_internal(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.notes("Kim", complaint, Happening.NOTE, text="Tom vertelt een ander verhaal")
    cast.notes("Kim", complaint, Happening.ROOT_CAUSE, text="Verkeerde afslag")
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses, en voortaan bellen we")

    with cast.cases("Samira") as store:
        [own] = store.own()
    shown = f"{own}"

    assert own.outcome == "Excuses, en voortaan bellen we"
    assert own.complaint.state is ComplaintState.OUTCOME_SHARED
    assert "ander verhaal" not in shown
    assert "afslag" not in shown
    with cast.cases("Sam") as store:  # a colleague of hers
        assert store.own() == ()
        with pytest.raises(NotAllowed):
            store.own_case(complaint)


# ---------------------------------------------------------------------------------------- separation of duties


def _options(cast: CaseCast, complaint: ComplaintId) -> dict[str, frozenset[Interest]]:
    with cast.cases("Quinten") as store:
        return {option.name: option.interests for option in store.core_group(complaint)}


def _is_refused(cast: CaseCast, complaint: ComplaintId, name: str) -> None:
    with pytest.raises(ComplaintRefused) as refused:
        cast.steps("Quinten", complaint, Step.ASSIGN, handler=name)
    assert Hindrance.INVOLVED in refused.value.hindrances or Hindrance.NOT_IN_CORE_GROUP in refused.value.hindrances
    assert cast.case(complaint).complaint.handler is None


def _registered(cast: CaseCast) -> ComplaintId:
    complaint = cast.reported().id
    cast.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="oral")
    return complaint


def test_who_was_in_the_team_is_no_handler_also_after_leaving_it(cast: CaseCast) -> None:
    cast.role_of("Ada", Role.COMPLAINT_HANDLER)
    with cast.database.begin() as work:
        own = t.audit_member.c.person_id == work.actor(CASE_CHATS["Ada"]).person
        work.execute(t.audit_member.update().where(own).values(removed_at=cast.now))
    complaint = _registered(cast)

    assert _options(cast, complaint) == {"Ada": {Interest.IN_TEAM}, "Hans": frozenset(), "Kim": frozenset()}
    _is_refused(cast, complaint, "Ada")


def test_who_decided_on_that_audit_is_no_handler(cast: CaseCast) -> None:
    with cast.database.begin() as work:
        values = {"audit_id": cast.audit, "version": 1, "is_positive": True, "on": cast.now.date(),
                  "reason_sealed": b"x", "decided_by": work.actor(CASE_CHATS["Kim"]).person,
                  "decided_at": cast.now}  # fmt: skip
        work.execute(r.ci_decision.insert().values(values))
    complaint = _registered(cast)

    assert _options(cast, complaint)["Kim"] == {Interest.DECIDED}
    _is_refused(cast, complaint, "Kim")


def test_who_belongs_to_the_client_or_declared_a_tie_is_no_handler(cast: CaseCast) -> None:
    """Hans worked there once; Kim advised them. Both said nothing about it here."""
    with cast.database.begin() as work:
        client = work.execute(sa.select(t.audit.c.organisation_id).where(t.audit.c.id == cast.audit)).scalar_one()
        hans, kim = (work.actor(CASE_CHATS[name]).person for name in ("Hans", "Kim"))
        seat = {"person_id": hans, "organisation_id": client, "role": "colleague", "created_at": cast.now,
                "ended_at": cast.now}  # fmt: skip
        work.execute(t.membership.insert().values(seat))
        tie = {"person_id": kim, "organisation_id": client, "kind": TieKind.ADVISED.value, "declared_at": cast.now}
        work.execute(t.tie.insert().values(tie))
    complaint = _registered(cast)

    assert _options(cast, complaint) == {"Hans": {Interest.TIED}, "Kim": {Interest.TIED}}
    _is_refused(cast, complaint, "Hans")
    _is_refused(cast, complaint, "Kim")


def test_who_complains_does_not_handle_it_in_another_role(cast: CaseCast) -> None:
    """Samira is in the core group as well, and her complaint is her own."""
    complaint = _registered(cast)
    cast.role_of("Samira", Role.COMPLAINT_HANDLER)

    assert {Interest.CLAIMANT, Interest.TIED} == _options(cast, complaint)["Samira"]
    _is_refused(cast, complaint, "Samira")


def test_who_is_not_in_the_core_group_or_works_elsewhere_is_no_handler(cast: CaseCast) -> None:
    complaint = _registered(cast)

    for name in ("Wim", "Ottelien", "Wies", "Ina", "Noor"):
        _is_refused(cast, complaint, name)


def test_an_interest_that_comes_to_light_later_closes_the_case_to_the_handler(cast: CaseCast) -> None:
    complaint = cast.in_treatment("Kim")
    with cast.cases("Ottelien") as store:
        store.mark(complaint, cast.who("Kim"), Interest.MARKED, cast.now)

    with cast.cases("Kim") as store:
        assert store.waiting() == ()
        with pytest.raises(NotAllowed):
            store.step(complaint, Step.SHARE_OUTCOME, Given("Nog snel"), cast.now, seen=3)
    assert cast.case(complaint).handler_interests == {Interest.MARKED}
    cast.steps("Quinten", complaint, Step.REASSIGN, handler="Hans")
    assert cast.case(complaint, "Hans").complaint.handler == cast.who("Hans")

    with cast.cases("Ottelien") as store:
        store.mark(complaint, cast.who("Kim"), None, cast.now)
    with cast.cases("Kim") as store, pytest.raises(NotAllowed):
        store.get(complaint)


def test_the_update_itself_refuses_an_interest(cast: CaseCast) -> None:
    """Whatever the rules above it would say: the statement that sets the handler looks once more."""
    from storage.sql.complaints import _ASSIGN

    complaint = _registered(cast)
    with cast.cases("Quinten") as store:
        store.mark(complaint, cast.who("Kim"), Interest.SUBJECT, cast.now)
    with cast.database.begin() as work:
        for name, expected in (("Kim", 0), ("Wim", 0), ("Hans", 1)):
            handler = work.actor(CASE_CHATS[name]).person
            done = work.execute(_ASSIGN.values(handler_id=handler), {"complaint": complaint, "handler": handler})
            assert done.rowcount == expected


def test_a_quality_officer_decides_nothing_about_themselves(cast: CaseCast) -> None:
    """They may read it, and somebody else decides; nor can they take the mark away."""
    complaint = cast.reported(text="Quinten belt nooit terug").id
    with cast.cases("Ottelien") as store:
        store.mark(complaint, cast.who("Quinten"), Interest.SUBJECT, cast.now)

    for step, given in ((Step.CLASSIFY_NO, {"text": "Onzin"}), (Step.CLASSIFY_YES, {"criterion": "oral"})):
        with pytest.raises(ComplaintRefused) as refused:
            cast.steps("Quinten", complaint, step, **given)
        assert refused.value.hindrances == (Hindrance.ABOUT_YOU,)
    with cast.cases("Quinten") as store, pytest.raises(ComplaintRefused):
        store.mark(complaint, cast.who("Quinten"), None, cast.now)
    cast.role_of("Hans", Role.QUALITY_OFFICER)
    assert cast.steps("Hans", complaint, Step.CLASSIFY_YES, criterion="oral").complaint.state is (
        ComplaintState.REGISTERED
    )


def test_only_who_works_for_the_body_can_be_marked(cast: CaseCast) -> None:
    complaint = cast.reported().id

    with cast.cases("Quinten") as store:
        assert "Wies" not in {person.name for person in store.people(complaint)}
        with pytest.raises(NotAllowed):
            store.mark(complaint, cast.who("Wies"), Interest.MARKED, cast.now)


# ------------------------------------------------------------------------------------------------- the whole way


def test_a_complaint_ends_with_the_client_satisfied(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.notes("Kim", complaint, Happening.MEASURE, text="Voortaan bellen we een dag eerder")
    cast.notes("Kim", complaint, Happening.THEME, theme="planning")
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")
    with pytest.raises(ComplaintRefused) as refused:
        cast.steps("Kim", complaint, Step.CLOSE)
    assert set(refused.value.hindrances) == {Hindrance.NOT_SATISFIED, Hindrance.NO_PROOF}

    with cast.cases("Samira") as store:
        seen = store.own_case(complaint).complaint.version
        store.own_note(complaint, Happening.REACTION, Given(is_satisfied=True), cast.now, seen=seen)
    closed = cast.steps("Kim", complaint, Step.CLOSE).complaint

    assert (closed.state, closed.is_satisfied) == (ComplaintState.CLOSED, True)
    with cast.database.begin() as work:
        [row] = work.cases(work.actor(CASE_CHATS["Ottelien"])).rows()
    assert (row.kind, row.number, row.theme, row.is_open) == (CaseKind.COMPLAINT, "K2026-1", "planning", False)
    assert [line.text for line in row.actions] == ["Voortaan bellen we een dag eerder"]
    assert [line.what for line in row.steps] == ["classify_yes", "assign", "share_outcome", "close"]
    assert row.is_formal_written is True
    assert all(term.is_met for term in row.kept_terms)
    assert len(row.kept_terms) == 2


def test_the_client_takes_no_step_of_the_office(cast: CaseCast) -> None:
    complaint = cast.in_treatment()

    with cast.cases("Samira") as store:
        seen = store.own_case(complaint).complaint.version
        for step in Step:
            if step is not Step.ESCALATE:
                with pytest.raises(ComplaintRefused):
                    store.own_step(complaint, step, Given("Zo", is_satisfied=True), cast.now, seen=seen)


def test_mediation_is_the_choice_of_the_client(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Meer kunnen we niet doen")
    with cast.cases("Samira") as store:
        seen = store.own_case(complaint).complaint.version
        store.own_step(complaint, Step.ESCALATE, Given("Zo kom ik niet verder"), cast.now, seen=seen)
    bad = (NOTARIES[0], Notary("mr. Dees", has_ties=True))
    with pytest.raises(ComplaintRefused) as refused:
        cast.notes("Quinten", complaint, Happening.OFFER_NOTARIES, notaries=bad)
    assert refused.value.hindrances == (Hindrance.FEWER_THAN_THREE, Hindrance.TIES)
    cast.notes("Quinten", complaint, Happening.OFFER_NOTARIES, notaries=NOTARIES)
    cast.notes("Quinten", complaint, Happening.CONSENT, side=Side.CI)
    with pytest.raises(ComplaintRefused) as refused:
        cast.notes("Quinten", complaint, Happening.CHOOSE_NOTARY, number=0)
    assert refused.value.hindrances == (Hindrance.CLAIMANT_CHOOSES,)

    with cast.cases("Samira") as store:
        for what, given in ((Happening.CHOOSE_NOTARY, Given(number=2)), (Happening.CONSENT, Given(side=Side.CLAIMANT))):
            seen = store.own_case(complaint).complaint.version
            store.own_note(complaint, what, given, cast.now, seen=seen)
        seen += 1
        store.own_step(complaint, Step.START_MEDIATION, Given(), cast.now, seen=seen)
    cast.notes("Ottelien", complaint, Happening.MEDIATION_NOTE, text="Eerste gesprek op 3 december")
    cast.steps("Quinten", complaint, Step.END_MEDIATION, text="Afspraken op papier")
    closed = cast.steps("Quinten", complaint, Step.CLOSE_AFTER_MEDIATION, text="Alles uitgevoerd", is_satisfied=True)

    assert closed.complaint.state is ComplaintState.CLOSED
    with cast.database.begin() as work:
        [row] = work.cases(work.actor(CASE_CHATS["Quinten"])).rows()
    assert row.escalation == "Zo kom ik niet verder · mr. Crum"


def test_a_claimant_who_left_the_bot_is_recorded_by_the_officer(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Meer kunnen we niet doen")
    cast.steps("Kim", complaint, Step.ESCALATE, text="Geen oplossing")
    cast.notes("Quinten", complaint, Happening.OFFER_NOTARIES, notaries=NOTARIES)
    with cast.database.begin() as work:
        mark_unreachable(work, CASE_CHATS["Samira"])

    cast.notes("Quinten", complaint, Happening.CHOOSE_NOTARY, number=0)
    for side in Side:
        cast.notes("Quinten", complaint, Happening.CONSENT, side=side)

    assert cast.steps("Quinten", complaint, Step.START_MEDIATION).complaint.state is ComplaintState.MEDIATION


def test_about_a_certificate_holder_the_board_decides_and_both_hear_of_it(cast: CaseCast) -> None:
    complaint = cast.about_holder()
    cast.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="oral")
    found = cast.notes("Quinten", complaint, Happening.HOLDER_DECISION, choice=HolderChoice.SPECIAL_INVESTIGATION)

    assert found.complaint.subject is Subject.CERTIFICATE_HOLDER
    assert found.holder == "Welzijn Rivierenland"
    assert found.complaint.holder_choice is HolderChoice.SPECIAL_INVESTIGATION
    with cast.cases("Quinten") as store:
        coordinators, leaders = store.concerned(complaint)
    assert [one.chat for one in coordinators] == [CASE_CHATS["Samira"]]
    assert [one.chat for one in leaders] == [CASE_CHATS["Tom"]]
    with pytest.raises(ComplaintRefused):
        cast.notes("Ottelien", complaint, Happening.HOLDER_DECISION, choice=HolderChoice.NEXT_REGULAR_AUDIT)


def test_a_signal_is_placed_at_an_audit_before_it_is_decided_on(cast: CaseCast) -> None:
    """A phone call about one of the audits; whoever was in that team is no handler from then on."""
    complaint = cast.reported("Ottelien", channel="phone", client="Gemeente Tiel").id
    assert cast.case(complaint).client == "Gemeente Tiel"

    with cast.cases("Ottelien") as store:
        assert store.place(complaint, cast.audit, cast.now).client == "Welzijn Rivierenland"
        with pytest.raises(NotAllowed):
            store.place(complaint, cast.other_audit, cast.now)
    cast.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="oral")
    with cast.cases("Ottelien") as store, pytest.raises(ComplaintRefused):
        store.place(complaint, cast.audit, cast.now)


# ----------------------------------------------------------------------------------------------------- two at once


def test_the_second_of_two_sees_that_somebody_was_first(cast: CaseCast) -> None:
    complaint = cast.reported().id
    with cast.cases("Quinten") as store:
        seen = store.get(complaint).complaint.version
    cast.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="oral")

    with cast.cases("Quinten") as store, pytest.raises(ComplaintChanged):
        store.step(complaint, Step.CLASSIFY_NO, Given("Toch niet"), cast.now, seen=seen)


def test_nothing_of_a_case_is_overwritten(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    for text in ("Haast", "Geen route"):
        cast.notes("Kim", complaint, Happening.ROOT_CAUSE, text=text)

    found = cast.case(complaint)

    assert [event.given.text for event in found.events if event.what == Happening.ROOT_CAUSE] == ["Haast", "Geen route"]
    with cast.database.begin() as work:
        count = sa.select(sa.func.count()).select_from(c.complaint_event)
        assert work.execute(count).scalar() == found.complaint.version == len(found.events)


# ------------------------------------------------------------------------------------------------ rights of people


def test_the_export_holds_what_somebody_wrote_and_nothing_of_others(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.notes("Kim", complaint, Happening.NOTE, text="Alleen voor het dossier")
    with cast.cases("Quinten") as store:
        store.mark(complaint, cast.who("Tom"), Interest.MARKED, cast.now)

    def exported(name: str) -> list[dict[str, Any]]:
        with cast.database.begin() as work:
            found: list[dict[str, Any]] = work.people(work.actor(CASE_CHATS[name])).export()["complaints"]
            return found

    assert [(one["what"], one["text"]) for one in exported("Samira")] == [("signal", TEXT)]
    assert [(one["what"], one["text"]) for one in exported("Kim")] == [("note", "Alleen voor het dossier")]
    assert [(one["number"], one["what"]) for one in exported("Tom")] == [("K2026-1", "marked_as_marked")]
    assert exported("Hans") == []


def test_who_is_erased_is_a_number_in_the_case(cast: CaseCast) -> None:
    """The case stays with the body; the name and the mark go, and there is nobody left to tap."""
    complaint = cast.in_treatment()
    with cast.cases("Quinten") as store:
        store.mark(complaint, cast.who("Ada"), Interest.MARKED, cast.now)
    with cast.database.begin() as work:
        work.people(work.actor(CASE_CHATS["Ada"])).erase(cast.now)
    with cast.database.begin() as work:
        people = work.people(work.actor(CASE_CHATS["Samira"]))
        people.hand_over(next(one.membership for one in people.colleagues() if one.name == "Sam"), cast.now)
        people.erase(cast.now)

    found = cast.case(complaint)

    assert cast.who("Samira") not in found.names
    assert not found.complaint.has_claimant
    assert found.text == TEXT
    with cast.database.begin() as work:
        assert work.execute(sa.select(c.complaint_mark)).all() == []


def test_after_so_many_years_only_what_is_counted_stays(cast: CaseCast, clock: MovableClock) -> None:
    complaint = cast.in_treatment()
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")
    cast.steps("Kim", complaint, Step.CLOSE, text="Brief van de klant", is_satisfied=True)
    other = cast.reported().id
    clock.now = clock.now.replace(year=2033)
    with cast.database.begin() as work:
        assert purge_cases(work, clock.now) == 0
    clock.now = clock.now + timedelta(days=2)
    with cast.database.begin() as work:
        assert purge_cases(work, clock.now) == 1
        assert purge_cases(work, clock.now) == 0

    with cast.database.begin() as work:
        rows = {row.id: row for row in work.cases(work.actor(CASE_CHATS["Quinten"])).rows()}
    assert (rows[complaint].description, rows[complaint].state) == ("", "closed")
    assert rows[complaint].kept_terms
    assert rows[other].description == TEXT


def test_a_document_of_a_case_is_reached_as_the_case_is(cast: CaseCast) -> None:
    complaint = cast.in_treatment()
    cast.steps("Kim", complaint, Step.SHARE_OUTCOME, text="Excuses")
    with cast.cases("Kim") as store:
        file = store.want_file(complaint, "brief.pdf", "application/pdf", 9, "tg", cast.now)
        seen = store.get(complaint).complaint.version
        store.step(complaint, Step.CLOSE, Given(is_satisfied=True, file=file.id), cast.now, seen=seen)
        assert store.proof(complaint) == file.id

    for name, is_theirs in (("Kim", True), ("Quinten", True), ("Ottelien", True), ("Hans", False), ("Wies", False),
                            ("Tom", False), ("Samira", False)):  # fmt: skip
        with cast.database.begin() as work:
            files = work.files(work.actor(CASE_CHATS[name]))
            if is_theirs:
                assert files.get(file.id).name == "brief.pdf"
            else:
                with pytest.raises(NotAllowed):
                    files.get(file.id)


def test_a_term_that_ran_out_counts_as_missed_also_while_nothing_was_done(cast: CaseCast, clock: MovableClock) -> None:
    """Whoever never decides would otherwise have the best figures."""
    cast.reported()
    clock.move(hours=47)
    with cast.database.begin() as work:
        [row] = work.cases(work.actor(CASE_CHATS["Quinten"])).rows()
    assert row.kept_terms == ()

    clock.move(hours=2)

    with cast.database.begin() as work:
        [row] = work.cases(work.actor(CASE_CHATS["Quinten"])).rows()
    assert row.kept_terms == (KeptTerm("classify", is_met=False),)
