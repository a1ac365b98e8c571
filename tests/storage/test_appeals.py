"""Appeals in storage: who reaches which, that nobody handles what they had a part in, and what follows a decision."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.appeals import (
    AppealChannel,
    AppealHindrance,
    AppealId,
    AppealRefused,
    AppealState,
    AppealStep,
    HandlerHindrance,
    Inadmissible,
    Lodging,
)
from domain.audit import AuditId, AuditKind
from domain.cases import CaseKind
from domain.independence import TieKind
from domain.process import EventKind
from domain.roles import Role
from storage.appeal_interfaces import AppealChangedMeanwhile, Audience, NotMailed, Told
from storage.interfaces import NotAllowed
from storage.register_interfaces import NotTheTime
from storage.sql import appeal_tables as a
from storage.sql import tables as t
from storage.sql.appeal_reminders import SUBJECT, look_at
from storage.sql.appeal_rows import purge_letters
from storage.sql.database import Database
from storage.sql.reminders import take_due
from tests.conftest import MovableClock
from tests.storage.appeal_cast import (
    APPEAL_CHATS,
    CONCLUSION,
    DECIDED_ON,
    MAILED_ON,
    REASON,
    RECEIVED_ON,
    AppealCast,
    appealed,
)

OUTSIDERS = ("Sam", "Bea", "Otto", "Ina", "Dex", "Noor", "Sanne", "Pim", "Wim")


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> AppealCast:
    """A negative decision was mailed, and a letter lies on the desk of the office."""
    return appealed(AppealCast(database, clock), clock)


# ------------------------------------------------------------------------------------------------------ receipt


def test_a_letter_in_time_is_acknowledged_and_stands_in_the_process(cast: AppealCast) -> None:
    view = cast.receive()

    assert (view.appeal.state, view.last_day, view.decision.reason) == (
        AppealState.RECEIVED, date(2027, 2, 12), REASON,
    )  # fmt: skip
    taken = cast.take("Omar", AppealStep.ACKNOWLEDGE, view.appeal.id)
    assert taken.appeal.state is AppealState.ACKNOWLEDGED
    assert [(line.step, line.by, line.on) for line in taken.log] == [
        (AppealStep.RECEIVE, "Omar", RECEIVED_ON), (AppealStep.ACKNOWLEDGE, "Omar", RECEIVED_ON),
    ]  # fmt: skip
    assert cast.events()[EventKind.APPEAL_RECEIVED] == RECEIVED_ON
    assert cast.events()[EventKind.DECISION_MAILED] == MAILED_ON


def test_all_reasons_not_to_treat_it_are_kept(cast: AppealCast) -> None:
    cast.goes_to(date(2027, 3, 1))
    view = cast.receive(date(2027, 3, 1), AppealChannel.ORAL, is_from_holder=False)
    with cast.appeals("Omar") as appeals:
        against = appeals.against(view.appeal.id)
        with pytest.raises(AppealRefused) as refused:
            appeals.judge_receipt(view.appeal.id, AppealStep.ACKNOWLEDGE, cast.now, seen=1)

    rejected = cast.take("Omar", AppealStep.REJECT, view.appeal.id).appeal

    assert refused.value.hindrance is AppealHindrance.INADMISSIBLE
    assert against == (Inadmissible.LATE, Inadmissible.ORAL, Inadmissible.NOT_CERTIFICATE_HOLDER)
    assert (rejected.state, rejected.rejected_for) == (AppealState.REJECTED, against)
    assert EventKind.APPEAL_RECEIVED not in cast.events()


def test_what_was_told_by_phone_may_still_be_written(cast: AppealCast) -> None:
    """A call is no appeal, and takes nothing away from the letter after it."""
    call = cast.receive(channel=AppealChannel.PHONE).appeal.id
    cast.take("Omar", AppealStep.REJECT, call)

    letter = cast.receive(RECEIVED_ON)

    assert cast.take("Omar", AppealStep.ACKNOWLEDGE, letter.appeal.id).appeal.state is AppealState.ACKNOWLEDGED


def test_reasons_that_come_later_move_nothing(cast: AppealCast) -> None:
    view = cast.receive(has_reasons=False)
    cast.goes_to(date(2027, 3, 10))
    with cast.appeals("Omar") as appeals:
        whole = appeals.complete(view.appeal.id, date(2027, 3, 9), cast.now, seen=1)
        assert appeals.against(view.appeal.id) == ()

    assert (whole.appeal.lodging.received_on, whole.appeal.reasons_on) == (RECEIVED_ON, date(2027, 3, 9))


def test_nothing_is_received_before_the_mail_is_known(database: Database, clock: MovableClock) -> None:
    cast = AppealCast(database, clock)
    cast.clock = clock
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.finish()
    cast.goes_to(DECIDED_ON)
    with cast.appeals("Omar") as appeals, pytest.raises(NotAllowed):
        appeals.contestable(cast.audit)  # there is no decision
    cast.decide_negatively()
    with pytest.raises(NotMailed):
        cast.receive(DECIDED_ON)
    for day in (DECIDED_ON - timedelta(days=1), DECIDED_ON + timedelta(days=1)):
        with pytest.raises(NotMailed):
            cast.mail(day)

    cast.mail(DECIDED_ON)
    cast.mail(DECIDED_ON)

    assert cast.receive(DECIDED_ON).appeal.mailed_on == DECIDED_ON


def test_the_day_of_the_mail_is_put_right_in_versions(cast: AppealCast) -> None:
    with cast.appeals("Omar") as appeals:
        found = appeals.record_mail(cast.audit, date(2027, 1, 14), cast.now)

    assert (found.contested.mailed_on, found.last_day) == (date(2027, 1, 14), date(2027, 2, 14))
    with cast.keeps("Tom") as process:
        mails = [event.on for event, _ in process.history(cast.audit) if event.kind is EventKind.DECISION_MAILED]
    assert mails == [MAILED_ON, date(2027, 1, 14)]


def test_nothing_comes_from_the_future(cast: AppealCast) -> None:
    with pytest.raises(AppealRefused) as refused:
        cast.receive(RECEIVED_ON + timedelta(days=1))
    assert refused.value.hindrance is AppealHindrance.AHEAD


def test_receipt_is_recorded_here_and_nowhere_else(cast: AppealCast) -> None:
    with cast.keeps("Tom") as process:
        assert not process.may_record(cast.audit, EventKind.APPEAL_RECEIVED)
        with pytest.raises(NotAllowed):
            process.record(cast.audit, EventKind.APPEAL_RECEIVED, RECEIVED_ON, cast.now)
    cast.to_handler()
    with cast.keeps("Tom") as process:
        event = next(e for e in process.events(cast.audit) if e.kind is EventKind.APPEAL_RECEIVED)
        with pytest.raises(NotAllowed):
            process.withdraw(event, cast.now)


# ------------------------------------------------------------------------------------------------- no second one


def test_a_second_appeal_is_rejected_at_once(cast: AppealCast) -> None:
    first = cast.to_handler()

    second = cast.receive().appeal

    assert (second.state, second.rejected_for) == (AppealState.REJECTED, (Inadmissible.NO_FURTHER_APPEAL,))
    with cast.appeals("Omar") as appeals:
        assert appeals.contestable(cast.audit).appeal == first
        assert not appeals.get(first).appeal.state.is_over


@pytest.mark.parametrize("step", [AppealStep.UPHOLD, AppealStep.OVERTURN])
def test_there_is_no_appeal_after_an_appeal(cast: AppealCast, step: AppealStep) -> None:
    cast.decided(step)
    with cast.appeals("Omar") as appeals:
        appeals.record_mail(cast.audit, RECEIVED_ON, cast.now)

    assert Inadmissible.NO_FURTHER_APPEAL in cast.receive().appeal.rejected_for


def test_the_database_refuses_a_second_one_too(cast: AppealCast) -> None:
    cast.receive()
    with cast.database.begin() as work:
        row = dict(work.execute(sa.select(a.appeal)).mappings().one())
        del row["id"]
        with pytest.raises(sa.exc.IntegrityError), work.connection.begin_nested():
            work.execute(a.appeal.insert(), row)


# ---------------------------------------------------------------------------------------- separation of duties


def test_who_had_a_part_in_it_is_not_offered(cast: AppealCast) -> None:
    appeal = cast.receive().appeal.id
    cast.take("Omar", AppealStep.ACKNOWLEDGE, appeal)
    with cast.appeals("Quinn") as appeals:
        found = {candidate.name: candidate.hindrances for candidate in appeals.candidates(appeal)}

    assert found == {
        "Ada": (HandlerHindrance.ASSESSOR_OF_AUDIT,),
        "Dirk": (),
        "Dora": (),
        "Tom": (HandlerHindrance.ORIGINAL_DECIDER, HandlerHindrance.TEAM_LEADER_OF_AUDIT),
    }


@pytest.mark.parametrize("name", ["Tom", "Ada", "Wim", "Quinn", "Bea", "Samira", "Dex", "Noor"])
def test_a_forged_tap_gives_it_to_nobody_else(cast: AppealCast, name: str) -> None:
    appeal = cast.receive().appeal.id
    cast.take("Omar", AppealStep.ACKNOWLEDGE, appeal)

    with pytest.raises(AppealRefused) as refused:
        cast.take("Quinn", AppealStep.ASSIGN, appeal, name)

    assert refused.value.hindrance is AppealHindrance.HANDLER


def seat(cast: AppealCast, audit: AuditId, *, is_over: bool = False) -> None:
    """Give Dora a place in the team of an audit; one that may be over already."""
    with cast.plays("Bea") as (work, audits):
        values = {
            "audit_id": audit, "person_id": work.actor(APPEAL_CHATS["Dora"]).person, "role": Role.AUDITOR.value,
            "organisation_id": audits.get(audit).audit.ci, "added_at": cast.now,
            "removed_at": cast.now if is_over else None,
        }  # fmt: skip
        work.execute(t.audit_member.insert(), values)


def another_audit(cast: AppealCast, kind: AuditKind) -> AuditId:
    """Plan another audit of the same organisation, led by Wim."""
    with cast.plays("Bea") as (work, _):
        again = cast._plan(work, "Bea", {"Wim": Role.TEAM_LEADER})
        work.execute(t.audit.update().where(t.audit.c.id == again).values(kind=kind.value))
        return again


def audits_the_same_process(cast: AppealCast) -> None:
    """Dora was for a while in the team of an additional audit."""
    seat(cast, another_audit(cast, AuditKind.FOLLOWUP), is_over=True)


def comes_into_the_team(cast: AppealCast) -> None:
    seat(cast, cast.audit)


def declares_a_tie(cast: AppealCast) -> None:
    with cast.plays("Bea") as (work, audits):
        tie = {"person_id": work.actor(APPEAL_CHATS["Dora"]).person, "kind": TieKind.ADVISED.value,
               "organisation_id": audits.get(cast.audit).organisation.id, "declared_at": cast.now}  # fmt: skip
        work.execute(t.tie.insert(), tie)


def stops_deciding(cast: AppealCast) -> None:
    with cast.plays("Bea") as (work, _):
        work.offices(work.actor(APPEAL_CHATS["Bea"])).remove(work.actor(APPEAL_CHATS["Dora"]).person, cast.now)


@pytest.mark.parametrize(
    "change", [audits_the_same_process, comes_into_the_team, declares_a_tie, stops_deciding], ids=lambda c: c.__name__
)
def test_who_gets_a_part_in_it_later_reaches_nothing_any_more(
    cast: AppealCast, change: Callable[[AppealCast], None]
) -> None:
    """The check is at the query and not at the moment of giving."""
    appeal = cast.to_handler()
    cast.take("Dora", AppealStep.REVIEW, appeal)
    with cast.appeals("Dora") as appeals:
        assert appeals.dossier(appeal).decisions[0].reason == REASON

    change(cast)

    with cast.appeals("Dora") as appeals:
        assert appeals.all() == ()
        for attempt in (
            lambda: appeals.get(appeal),
            lambda: appeals.dossier(appeal),
            lambda: appeals.report(appeal),
            lambda: appeals.decide(appeal, CONCLUSION, RECEIVED_ON, cast.now, is_changed=True, seen=4),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    with cast.appeals("Quinn") as appeals:
        assert appeals.get(appeal).handler_hindrances
    again = cast.take("Quinn", AppealStep.ASSIGN, appeal, "Dirk")
    assert (again.handler, again.appeal.state) == ("Dirk", AppealState.HANDLER_ASSIGNED)


def test_a_later_audit_of_the_same_organisation_is_another_process(cast: AppealCast) -> None:
    """Two years on there is another team; who is in it had no part in this decision."""
    appeal = cast.to_handler()
    seat(cast, another_audit(cast, AuditKind.RECERTIFICATION))

    with cast.appeals("Dora") as appeals:
        assert appeals.get(appeal).handler_hindrances == ()


@pytest.mark.parametrize("name", OUTSIDERS)
def test_who_has_no_part_in_it_reaches_nothing(cast: AppealCast, name: str) -> None:
    """Bea keeps the office and may record; the others find no appeal at all."""
    appeal = cast.to_handler()
    with cast.appeals(name) as appeals:
        attempts: list[Callable[[], object]] = [
            lambda: appeals.dossier(appeal),
            lambda: appeals.report(appeal),
            lambda: appeals.review(appeal, cast.now, seen=3),
            lambda: appeals.decide(appeal, "Zo", RECEIVED_ON, cast.now, is_changed=True, seen=3),
            lambda: appeals.assign(appeal, cast.person_in(appeals, "Dirk"), cast.now, seen=3),
            lambda: appeals.candidates(appeal),
            lambda: appeals.letter(cast.audit),
            lambda: appeals.write_letter(cast.audit, cast.now, grounds="Niet van mij"),
        ]
        if name != "Bea":
            assert appeals.all() == ()
            assert appeals.contestables() == ()
            attempts += [
                lambda: appeals.get(appeal),
                lambda: appeals.addressees(appeal, Audience.APPELLANT),
                lambda: appeals.contestable(cast.audit),
                lambda: appeals.record_mail(cast.audit, MAILED_ON, cast.now),
                lambda: appeals.close(appeal, cast.now, seen=3),
                lambda: appeals.note_told(appeal, Told.MAIL, cast.now),
            ]
        for attempt in attempts:
            with pytest.raises(NotAllowed):
                attempt()


@pytest.mark.parametrize("name", ["Samira", "Quinn", "Omar", "Dirk"])
def test_everybody_keeps_to_their_own_part(cast: AppealCast, name: str) -> None:
    """The appellant does not decide, the office does not handle, and another decider does not look over a shoulder."""
    appeal = cast.to_handler()
    steps = [AppealStep.REVIEW, AppealStep.OVERTURN]
    steps += [] if name == "Quinn" else [AppealStep.ASSIGN]
    steps += [] if name == "Omar" else [AppealStep.CLOSE, AppealStep.ACKNOWLEDGE]
    for step in steps:
        with pytest.raises(NotAllowed):
            cast.take(name, step, appeal, "Dirk")
    with cast.appeals(name) as appeals, pytest.raises(NotAllowed):
        appeals.dossier(appeal)


def test_the_appellant_sees_their_own_and_another_organisation_does_not(cast: AppealCast) -> None:
    appeal = cast.to_handler()

    with cast.appeals("Samira") as appeals:
        assert [view.appeal.id for view in appeals.all()] == [appeal]
        assert appeals.contestable(cast.audit).appeal == appeal


# ------------------------------------------------------------------------------------------------- the decision


def test_an_unchanged_decision_changes_nothing_else(cast: AppealCast) -> None:
    before = cast.events()
    view = cast.decided(AppealStep.UPHOLD)

    assert (view.appeal.state, view.appeal.conclusion) == (AppealState.DECIDED_UNCHANGED, CONCLUSION)
    assert cast.events() == before | {EventKind.APPEAL_RECEIVED: RECEIVED_ON}
    closed = cast.take("Omar", AppealStep.CLOSE, view.appeal.id)
    assert closed.appeal.state is AppealState.CLOSED
    with cast.appeals("Dora") as appeals:
        assert appeals.get(view.appeal.id).appeal.state is AppealState.CLOSED
        with pytest.raises(NotAllowed):
            appeals.dossier(view.appeal.id)  # the file closes with the appeal


def test_a_changed_decision_is_kept_beside_the_old_one_and_the_process_follows(cast: AppealCast) -> None:
    view = cast.decided(AppealStep.OVERTURN)

    with cast.appeals("Dora") as appeals:
        old, new = appeals.dossier(view.appeal.id).decisions
    assert (old.is_positive, old.reason, new.is_positive, new.reason) == (False, REASON, True, CONCLUSION)
    assert view.appeal.new_version == new.version == 2
    events = cast.events()
    assert EventKind.CI_DECISION_NEGATIVE not in events
    assert events[EventKind.CI_DECISION_POSITIVE] == RECEIVED_ON
    with cast.keeps("Tom") as process:
        withdrawn = [event.kind for event, is_withdrawn in process.history(cast.audit) if is_withdrawn]
        terms = {str(term.step.id) for term in process.terms(cast.audit, RECEIVED_ON)}
    assert withdrawn == [EventKind.CI_DECISION_NEGATIVE]
    assert not terms & {"negative_to_swn", "appeal"}
    with cast.database.begin() as work:
        standing = work.decisions(work.actor(APPEAL_CHATS["Samira"])).get(cast.audit)
    assert standing.decision == new


def test_a_positive_decision_may_be_contested_and_never_gets_worse(database: Database, clock: MovableClock) -> None:
    """On other grounds it stays positive; nothing in the process changes, and nobody was reminded to appeal."""
    cast = AppealCast(database, clock)
    cast.clock = clock
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.finish()
    cast.hand_in()
    cast.approve()
    cast.goes_to(DECIDED_ON)
    with cast.database.begin() as work:
        work.decisions(work.actor(APPEAL_CHATS["Tom"])).decide(
            cast.audit, "Sterk", DECIDED_ON, cast.now, is_positive=True
        )
    cast.goes_to(RECEIVED_ON)
    cast.mail()
    with cast.keeps("Samira") as process:
        assert "appeal" not in {str(term.step.id) for term in process.terms(cast.audit, RECEIVED_ON)}

    view = cast.decided(AppealStep.OVERTURN)

    with cast.appeals("Dora") as appeals:
        assert [found.is_positive for found in appeals.dossier(view.appeal.id).decisions] == [True, True]
    assert cast.events()[EventKind.CI_DECISION_POSITIVE] == DECIDED_ON


def test_a_certificate_waits_for_the_part_a_of_the_new_decision(cast: AppealCast) -> None:
    """The secretariat found part A of the negative decision complete; on appeal another one belongs to it."""

    def sends(number: int) -> None:
        with cast.database.begin() as work:
            work.decisions(work.actor(APPEAL_CHATS["Tom"])).send_part_a(cast.audit, RECEIVED_ON, cast.now)
        with cast.database.begin() as work:
            work.register(work.actor(APPEAL_CHATS["Sanne"])).complete(cast.audit, number, RECEIVED_ON, cast.now)

    sends(1)
    cast.goes_to(RECEIVED_ON, 11)
    cast.decided(AppealStep.OVERTURN)
    with cast.database.begin() as work:
        register = work.register(work.actor(APPEAL_CHATS["Sanne"]))
        assert register.waiting(RECEIVED_ON).to_issue == ()
        with pytest.raises(NotTheTime):
            register.issue(cast.audit, RECEIVED_ON, cast.now)
        assert work.decisions(work.actor(APPEAL_CHATS["Tom"])).get(cast.audit).is_part_a_due

    cast.goes_to(RECEIVED_ON, 12)
    sends(2)

    with cast.database.begin() as work:
        assert not work.decisions(work.actor(APPEAL_CHATS["Tom"])).get(cast.audit).is_part_a_due
        register = work.register(work.actor(APPEAL_CHATS["Sanne"]))
        assert len(register.waiting(RECEIVED_ON).to_issue) == 1
        assert register.issue(cast.audit, RECEIVED_ON, cast.now).certificate.valid_from == RECEIVED_ON


def test_the_office_ticks_off_what_follows_before_it_closes(cast: AppealCast) -> None:
    view = cast.decided(AppealStep.OVERTURN)
    appeal = view.appeal.id
    with cast.appeals("Omar") as appeals:
        to_do = view.appeal.to_do(appeals.procedure)
        with pytest.raises(AppealRefused) as refused:
            appeals.close(appeal, cast.now, seen=view.appeal.version)
        for effect in to_do:
            view = appeals.tick(appeal, effect, cast.now, seen=view.appeal.version)
        again = appeals.tick(appeal, to_do[0], cast.now, seen=view.appeal.version)

    assert refused.value.hindrance is AppealHindrance.EFFECTS
    assert (len(to_do), again.appeal.version) == (3, view.appeal.version)
    assert cast.take("Omar", AppealStep.CLOSE, appeal).appeal.state is AppealState.CLOSED


def test_nobody_decides_anew_while_an_appeal_runs(cast: AppealCast) -> None:
    """The team leader mends a negative decision otherwise (bijlage 5 B10c.i); under appeal somebody else decides."""
    appeal = cast.to_handler()
    cast.hand_in()
    cast.approve()
    cast.take("Dora", AppealStep.REVIEW, appeal)
    with cast.database.begin() as work, pytest.raises(NotTheTime):
        work.decisions(work.actor(APPEAL_CHATS["Tom"])).decide(
            cast.audit, "Toch", RECEIVED_ON, cast.now, is_positive=True
        )
    cast.take("Dora", AppealStep.UPHOLD, appeal)

    with cast.database.begin() as work:
        decisions = work.decisions(work.actor(APPEAL_CHATS["Tom"]))
        assert decisions.decide(cast.audit, "Toch", RECEIVED_ON, cast.now, is_positive=True).version == 2


def test_two_people_at_once_take_one_step(cast: AppealCast) -> None:
    appeal = cast.receive().appeal.id
    cast.take("Omar", AppealStep.ACKNOWLEDGE, appeal)
    with cast.appeals("Omar") as appeals, pytest.raises(AppealChangedMeanwhile):
        appeals.judge_receipt(appeal, AppealStep.ACKNOWLEDGE, cast.now, seen=1)


# ------------------------------------------------------------------------------------------------- around it


def test_a_target_is_the_bodys_own_and_off_by_default(cast: AppealCast) -> None:
    appeal = cast.to_handler()
    with cast.appeals("Omar") as appeals:
        assert appeals.get(appeal).due is None
        appeals.set_target(6, cast.now)
        assert appeals.get(appeal).due == RECEIVED_ON + timedelta(weeks=6)
    with cast.appeals("Dora") as appeals:
        assert appeals.all()[0].due == RECEIVED_ON + timedelta(weeks=6)
        with pytest.raises(NotAllowed):
            appeals.set_target(1, cast.now)
    with cast.appeals("Bea") as appeals:
        appeals.set_target(None, cast.now)
        assert appeals.get(appeal).due is None


def test_the_letter_stays_with_who_writes_it(cast: AppealCast) -> None:
    with cast.appeals("Samira") as appeals:
        assert not appeals.letter(cast.audit).is_complete
        appeals.write_letter(cast.audit, cast.now, grounds="  Het plan was er ")
        letter = appeals.write_letter(cast.audit, cast.now, request="Neem een nieuw besluit")

    assert (letter.grounds, letter.request, letter.is_complete) == ("Het plan was er", "Neem een nieuw besluit", True)
    for name in ("Omar", "Quinn", "Dora", "Tom", "Sam", "Otto"):
        with cast.appeals(name) as appeals, pytest.raises(NotAllowed):
            appeals.letter(cast.audit)


def test_everybody_who_has_to_hear_is_found(cast: AppealCast) -> None:
    appeal = cast.to_handler()
    names = {chat: name for name, chat in APPEAL_CHATS.items()}
    with cast.appeals("Omar") as appeals:
        found = {
            audience: sorted(names[person.chat] for person in appeals.addressees(appeal, audience))
            for audience in Audience
        }

    assert found == {
        Audience.APPELLANT: ["Samira"], Audience.OFFICE: ["Bea", "Omar"], Audience.QUALITY: ["Quinn"],
        Audience.HANDLER: ["Dora"], Audience.TEAM: ["Tom"], Audience.SWN: ["Sanne"],
    }  # fmt: skip


def test_the_log_says_how_the_appellant_heard(cast: AppealCast) -> None:
    appeal = cast.receive().appeal.id
    with cast.appeals("Omar") as appeals:
        appeals.note_told(appeal, Told.CHAT, cast.now)
    cast.take("Omar", AppealStep.ACKNOWLEDGE, appeal)
    with cast.appeals("Omar") as appeals:
        assert [line.told for line in appeals.get(appeal).log] == [Told.CHAT, Told.NOT_YET]
        appeals.note_told(appeal, Told.MAIL, cast.now)
        assert [line.told for line in appeals.get(appeal).log] == [Told.CHAT, Told.MAIL]


def test_my_data_holds_what_i_did_in_appeals(cast: AppealCast) -> None:
    cast.decided(AppealStep.UPHOLD)
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Mijn redenen")
    with cast.database.begin() as work:
        dora = work.people(work.actor(APPEAL_CHATS["Dora"])).export()["appeals"]
        samira = work.people(work.actor(APPEAL_CHATS["Samira"])).export()["appeals"]

    assert [step["step"] for step in dora["steps"]] == ["review", "uphold"]
    assert [found["text"] for found in dora["conclusions"]] == [CONCLUSION]
    assert [found["grounds"] for found in samira["letters"]] == ["Mijn redenen"]


def test_an_erased_organisation_leaves_no_letter(cast: AppealCast) -> None:
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Mijn redenen")
    with cast.database.begin() as work:
        work.people(work.actor(APPEAL_CHATS["Samira"])).erase_organisation(cast.now)
    with cast.database.begin() as work:
        assert work.execute(sa.select(a.appeal_letter)).all() == []


def test_an_unknown_appeal_is_not_yours(cast: AppealCast) -> None:
    for name in ("Samira", "Omar", "Quinn", "Dora"):
        with cast.appeals(name) as appeals, pytest.raises(NotAllowed):
            appeals.get(AppealId(999))


def test_a_lodging_is_judged_as_it_was_received(cast: AppealCast) -> None:
    """What came in is a value of its own: nothing of it changes with the steps."""
    appeal = cast.to_handler()
    with cast.appeals("Omar") as appeals:
        assert appeals.get(appeal).appeal.lodging == Lodging(
            RECEIVED_ON, AppealChannel.EMAIL, is_from_holder=True, has_reasons=True
        )


def test_an_appeal_stands_in_the_casusregister(cast: AppealCast) -> None:
    """With its steps and its conclusion, for the quality officer and the office manager; for nobody else."""
    view = cast.decided(AppealStep.UPHOLD)
    cast.take("Omar", AppealStep.CLOSE, view.appeal.id)
    for name in ("Quinn", "Omar"):
        with cast.database.begin() as work:
            (row,) = work.cases(work.actor(APPEAL_CHATS[name])).rows()
        assert (row.kind, row.number, row.client, row.state, row.is_open, row.handler) == (
            CaseKind.APPEAL, f"B2027-{view.appeal.id}", "Welzijn Rivierenland", "closed", False, "Dora",
        )  # fmt: skip
        assert (row.on, row.closed_on, row.is_formal_written) == (RECEIVED_ON, RECEIVED_ON, True)
        assert [line.what for line in row.steps] == ["receive", "acknowledge", "assign", "review", "uphold", "close"]
        assert [line.text for line in row.steps if line.text] == [CONCLUSION]
    for name in ("Bea", "Dora", "Samira", "Tom", "Otto"):
        with cast.database.begin() as work, pytest.raises(NotAllowed):
            work.cases(work.actor(APPEAL_CHATS[name])).rows()


def test_a_late_treatment_is_late_in_the_register_too(cast: AppealCast) -> None:
    cast.to_handler()
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
    for day, is_late in ((RECEIVED_ON + timedelta(weeks=4), False), (RECEIVED_ON + timedelta(weeks=4, days=1), True)):
        with cast.appeals("Omar") as appeals:
            (row,) = appeals.case_rows(day)
        assert (row.due, row.is_late) == (RECEIVED_ON + timedelta(weeks=4), is_late)


# -------------------------------------------------------------------------------------------------- the timers


def heard(cast: AppealCast) -> list[tuple[str, int]]:
    """Let the heartbeat look at what is due, and return who hears of an appeal with how many days left."""
    names = {chat: name for name, chat in APPEAL_CHATS.items()}
    with cast.database.begin() as work:
        due = [AppealId(subject) for kind, subject in take_due(work, cast.now) if kind == SUBJECT]
        notices = [notice for appeal in due for notice in look_at(work, appeal, cast.now)]
    return sorted((names[notice.chat], notice.days_left) for notice in notices)


def test_without_a_target_nobody_is_reminded(cast: AppealCast) -> None:
    """The source names no term for treatment."""
    cast.to_handler()
    for days in (0, 30, 300):
        cast.goes_to(RECEIVED_ON + timedelta(days=days))
        assert heard(cast) == []


def test_the_handler_hears_of_the_target_and_quality_when_it_is_late(cast: AppealCast) -> None:
    """Received on Wednesday 3 February; four weeks are Wednesday 3 March."""
    cast.to_handler()
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
    by_day = {}
    for days in range(1, 40):
        cast.goes_to(RECEIVED_ON + timedelta(days=days))
        if found := heard(cast):
            by_day[cast.now.date()] = found
        assert heard(cast) == []  # each once

    assert by_day == {
        date(2027, 2, 17): [("Dora", 14)],
        date(2027, 2, 24): [("Dora", 7)],
        date(2027, 2, 26): [("Dora", 5)],  # three days before is a Sunday
        date(2027, 3, 2): [("Dora", 1)],
        date(2027, 3, 3): [("Dora", 0)],
        date(2027, 3, 4): [("Dora", -1), ("Quinn", -1)],
        date(2027, 3, 11): [("Dora", -8), ("Quinn", -8)],
    }


def test_as_long_as_nobody_may_handle_it_quality_is_reminded(cast: AppealCast) -> None:
    appeal = cast.to_handler()
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
    comes_into_the_team(cast)
    cast.goes_to(date(2027, 2, 24))
    assert heard(cast) == [("Quinn", 7)]

    cast.take("Quinn", AppealStep.ASSIGN, appeal, "Dirk")
    cast.goes_to(date(2027, 3, 2))
    assert heard(cast) == [("Dirk", 1)]


def test_nobody_is_reminded_of_what_was_decided_or_of_no_target_any_more(cast: AppealCast) -> None:
    appeal = cast.to_handler()
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
        appeals.set_target(None, cast.now)
    cast.goes_to(date(2027, 2, 24))
    assert heard(cast) == []
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
    assert heard(cast) == [("Dora", 7)]
    cast.take("Dora", AppealStep.REVIEW, appeal)
    cast.take("Dora", AppealStep.UPHOLD, appeal)
    cast.goes_to(date(2027, 3, 4))
    assert heard(cast) == []


def test_at_night_and_in_a_weekend_it_waits(cast: AppealCast) -> None:
    cast.to_handler()
    with cast.appeals("Omar") as appeals:
        appeals.set_target(4, cast.now)
    for day, hour in ((date(2027, 2, 23), 20), (date(2027, 2, 24), 5)):
        cast.goes_to(day, hour)
        heard(cast)  # what came due before
        assert heard(cast) == []
    cast.goes_to(date(2027, 2, 24), 9)
    assert heard(cast) == [("Dora", 7)]


def test_a_letter_of_long_ago_goes(cast: AppealCast) -> None:
    with cast.appeals("Samira") as appeals:
        appeals.write_letter(cast.audit, cast.now, grounds="Het plan was er")
    with cast.database.begin() as work:
        assert purge_letters(work, cast.now) == 0
        assert purge_letters(work, cast.now + timedelta(seconds=1)) == 1
    with cast.appeals("Samira") as appeals:
        assert not appeals.letter(cast.audit).grounds
