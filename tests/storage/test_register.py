"""The decision, part A at the secretariat, and the register: who does what, when, and what is never overwritten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
import sqlalchemy as sa

from domain.audit import AuditId, AuditKind
from domain.audit_days import Variant
from domain.certificate import CertificateStatus, DecisionHindrance, PartAState, StatusReason
from domain.process import EventKind, Party
from domain.roles import Role
from domain.weighing import Outcome
from storage.audit_interfaces import NewAudit
from storage.interfaces import NotAllowed
from storage.register_interfaces import DecisionRefused, NotTheTime, RegisterEntry
from storage.sql import register_tables as r
from storage.sql.database import Database
from storage.sql.decisions import SqlDecisions
from storage.sql.process_events import add_event
from storage.sql.register import SqlRegister
from tests.conftest import MovableClock
from tests.storage.audit_cast import FRAMEWORK
from tests.storage.plan_cast import LATER, OVER, PlanCast
from tests.storage.process_cast import CHATS

MADE_ON = date(2027, 2, 1)


class RegisterCast(PlanCast):
    """Tom decides, Sanne keeps the register."""

    @contextmanager
    def decides(self, name: str) -> Iterator[SqlDecisions]:
        with self.database.begin() as work:
            yield work.decisions(work.actor(CHATS[name]))

    @contextmanager
    def registers(self, name: str = "Sanne") -> Iterator[SqlRegister]:
        with self.database.begin() as work:
            yield work.register(work.actor(CHATS[name]))

    def decide(self, *, is_positive: bool = True, on: date = LATER) -> None:
        with self.decides("Tom") as decisions:
            decisions.decide(self.audit, "Het plan is concreet", on, self.now, is_positive=is_positive)

    def send(self, on: date = LATER) -> None:
        with self.decides("Tom") as decisions:
            decisions.send_part_a(self.audit, on, self.now)

    def certify(self, on: date = MADE_ON) -> RegisterEntry:
        """Go all the way from an approved plan to a certificate."""
        self.hand_in()
        self.approve()
        self.decide()
        self.send()
        with self.registers() as register:
            register.complete(self.audit, 1, on, self.now)
            return register.issue(self.audit, on, self.now)

    def audit_again(self) -> AuditId:
        """Plan the next audit of the same organisation."""
        with self.database.begin() as work:
            new = NewAudit(AuditKind.RECERTIFICATION, Variant.CI, FRAMEWORK, name="Welzijn Rivierenland",
                           member_number="SWN1")  # fmt: skip
            return self.audits(work, "Bea").plan(new, self.now).id

    def happened(self, audit: AuditId, kind: EventKind, on: date, detail: str = "") -> None:
        """Let something have happened in another audit."""
        with self.database.begin() as work:
            add_event(work, work.actor(CHATS["Tom"]), audit, kind, on, self.now, detail)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> RegisterCast:
    """An audit within the threshold, with two norms to improve; its report is final."""
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    return cast


# ---------------------------------------------------------------------------------------------- the decision


def test_positive_comes_after_the_plan(cast: RegisterCast) -> None:
    """Bijlage 6 step 9b.i; the refusal says what is missing."""
    with cast.decides("Tom") as decisions, pytest.raises(DecisionRefused) as refused:
        decisions.decide(cast.audit, "Prima", LATER, cast.now, is_positive=True)
    assert refused.value.hindrance is DecisionHindrance.PLAN_NOT_APPROVED
    cast.hand_in()
    cast.approve()

    cast.decide()

    assert cast.events()[EventKind.CI_DECISION_POSITIVE] == LATER
    with cast.decides("Samira") as decisions:
        decision = decisions.get(cast.audit).decision
    assert decision is not None
    assert (decision.is_positive, decision.reason) == (True, "Het plan is concreet")


def test_a_plan_that_was_settled_by_mail_counts_as_well(cast: RegisterCast) -> None:
    """Then the bot knows only that it happened."""
    cast.record("Tom", EventKind.PLAN_APPROVED, LATER)

    cast.decide()

    assert EventKind.CI_DECISION_POSITIVE in cast.events()


def test_a_decision_is_made_once(cast: RegisterCast) -> None:
    cast.hand_in()
    cast.approve()
    cast.decide()

    with cast.decides("Tom") as decisions, pytest.raises(NotTheTime):
        decisions.decide(cast.audit, "Nog eens", LATER, cast.now, is_positive=True)


def test_declining_ends_in_a_negative_decision(database: Database, clock: MovableClock) -> None:
    """Outcome c, 9c.i: no certificate, and SWN hears of it."""
    cast = RegisterCast(database, clock)
    cast.assemble()
    assert cast.finish(OVER) is Outcome.FOLLOWUP_REQUIRED
    with cast.plans("Samira") as plans:
        plans.decline(cast.audit, LATER, cast.now, seen=0)
    with cast.decides("Tom") as decisions, pytest.raises(DecisionRefused):
        decisions.decide(cast.audit, "Toch goed", LATER, cast.now, is_positive=True)

    cast.decide(is_positive=False)
    cast.send()

    with cast.registers() as register:
        waiting = register.waiting(LATER)
        assert [item.decision.is_positive for item in waiting.to_check] == [False]
        register.complete(cast.audit, 1, LATER, cast.now)
        assert not register.waiting(LATER).to_issue
        with pytest.raises(NotTheTime):
            register.issue(cast.audit, LATER, cast.now)


@pytest.mark.parametrize("name", ["Ada", "Samira", "Bea", "Ina", "Sanne", "Sam", "Noor"])
def test_only_the_team_leader_decides(cast: RegisterCast, name: str) -> None:
    cast.hand_in()
    cast.approve()

    with cast.decides(name) as decisions:
        with pytest.raises(NotAllowed):
            decisions.decide(cast.audit, "Prima", LATER, cast.now, is_positive=True)
        with pytest.raises(NotAllowed):
            decisions.send_part_a(cast.audit, LATER, cast.now)

    assert EventKind.CI_DECISION_POSITIVE not in cast.events()


@pytest.mark.parametrize("name", ["Bea", "Ina", "Sam", "Noor"])
def test_who_has_no_part_in_it_reads_no_decision(cast: RegisterCast, name: str) -> None:
    cast.hand_in()
    cast.approve()
    cast.decide()

    with cast.decides(name) as decisions:
        with pytest.raises(NotAllowed):
            decisions.get(cast.audit)
        assert decisions.own_entries() == ()


# ---------------------------------------------------------------------------------------------- the secretariat


@pytest.mark.parametrize("name", ["Tom", "Samira", "Bea", "Otto", "Noor", "Olga"])
def test_only_the_secretariat_keeps_the_register(cast: RegisterCast, name: str) -> None:
    entry = cast.certify()
    given = entry.certificate

    with cast.registers(name) as register:
        for attempt in (
            lambda: register.waiting(MADE_ON),
            lambda: register.submission(cast.audit),
            lambda: register.complete(cast.audit, 1, MADE_ON, cast.now),
            lambda: register.issue(cast.audit, MADE_ON, cast.now),
            register.entries,
            lambda: register.entry(given.id),
            lambda: register.set_status(
                given.id, CertificateStatus.LAPSED, MADE_ON, StatusReason.OTHER, cast.now, seen=1
            ),
            lambda: register.addressees(cast.audit, Party.MEMBER),
        ):
            with pytest.raises(NotAllowed):
                attempt()


def test_the_secretariat_reaches_no_content(cast: RegisterCast) -> None:
    """Part A only: neither the plan nor what was found."""
    cast.certify()

    with pytest.raises(NotAllowed):
        cast.plan("Sanne")
    with cast.database.begin() as work:
        sanne = work.actor(CHATS["Sanne"])
        assert work.audits(sanne).all() == ()
        with pytest.raises(NotAllowed):
            work.decisions(sanne).get(cast.audit)


def test_part_a_goes_back_with_a_question_and_comes_again(cast: RegisterCast) -> None:
    """Bijlage 6 step 14a and 14b."""
    cast.hand_in()
    cast.approve()
    with cast.decides("Tom") as decisions, pytest.raises(NotTheTime):
        decisions.send_part_a(cast.audit, LATER, cast.now)
    cast.decide()
    cast.send()
    with cast.registers() as register:
        register.send_back(cast.audit, 1, "Het lidnummer ontbreekt", LATER, cast.now)
        assert register.waiting(LATER).to_check == ()
        with pytest.raises(NotTheTime):
            register.complete(cast.audit, 1, LATER, cast.now)

    with cast.decides("Tom") as decisions:
        part_a = decisions.get(cast.audit).part_a
        assert part_a is not None
        assert (part_a.state, part_a.question) == (PartAState.RETURNED, "Het lidnummer ontbreekt")
        assert decisions.send_part_a(cast.audit, date(2027, 1, 8), cast.now).number == 2

    with cast.registers() as register:
        assert [item.part_a.number for item in register.waiting(LATER).to_check] == [2]
    assert EventKind.SUMMARY_RETURNED in cast.events()


# ---------------------------------------------------------------------------------------------- certificates


def test_a_first_certificate(cast: RegisterCast) -> None:
    entry = cast.certify()

    certificate = entry.certificate
    assert (certificate.valid_from, certificate.expires_on) == (MADE_ON, date(2029, 2, 1))
    assert (entry.organisation, entry.ci, entry.scope) == ("Welzijn Rivierenland", "CI Kompas", "Alles")
    assert certificate.number == f"SSW-2027-{certificate.id:04d}"
    assert cast.events()[EventKind.CERTIFICATE_ISSUED] == MADE_ON
    with cast.decides("Samira") as decisions:
        assert decisions.own_entries() == (entry,)
        assert decisions.entry(certificate.id) == entry
    with cast.decides("Ina") as decisions, pytest.raises(NotAllowed):
        decisions.entry(certificate.id)
    with cast.registers() as register, pytest.raises(NotTheTime):
        register.issue(cast.audit, MADE_ON, cast.now)


def test_who_has_a_certificate_has_a_member_number_that_was_checked(cast: RegisterCast) -> None:
    with cast.database.begin() as work:
        before = cast.actor(work, "Samira").organisation
    cast.certify()
    with cast.database.begin() as work:
        after = cast.actor(work, "Samira").organisation

    assert before is not None
    assert after is not None
    assert (before.is_confirmed, after.is_confirmed) == (False, True)


def test_the_next_certificate_follows_on(cast: RegisterCast) -> None:
    """§2.7 "aansluitend": it is made before the old one lapses, and counts from that day."""
    cast.certify()
    first, again = cast.audit, cast.audit_again()
    with cast.plays("Bea") as (work, audits):
        audits.add_member(again, cast.person(work, "Tom"), Role.TEAM_LEADER, cast.now)
    cast.audit = again
    cast.accept("Tom", audit=again)
    cast.happened(again, EventKind.FINDINGS_FINAL, date(2028, 12, 1), Outcome.ALL_MET.value)
    cast.decide(on=date(2028, 12, 1))
    cast.send(date(2028, 12, 4))
    made_on = date(2028, 12, 11)
    with cast.registers() as register:
        register.complete(again, 1, made_on, cast.now)
        assert register.validity(again, made_on).follows_on
        entry = register.issue(again, made_on, cast.now)

        assert (entry.certificate.valid_from, entry.certificate.expires_on) == (date(2029, 2, 1), date(2031, 2, 1))
        assert register.entries() == (entry,)
    cast.audit = first
    assert cast.events()[EventKind.CERTIFICATE_ISSUED] == MADE_ON


def test_a_suspension_is_proposed_and_a_person_confirms_it(cast: RegisterCast) -> None:
    """Scenario 2: a re-audit is under way on the day of expiry; nothing changes by itself."""
    certificate = cast.certify().certificate
    cast.happened(cast.audit_again(), EventKind.CI_CONTRACTED, date(2028, 10, 1))
    today = date(2029, 2, 2)
    with cast.registers() as register:
        assert register.proposal(certificate.id, date(2029, 2, 1)) is None
        ((entry, change),) = register.waiting(today).changes
        assert (entry.certificate, change.status, change.reason) == (
            certificate, CertificateStatus.SUSPENDED, StatusReason.UNDER_WAY,
        )  # fmt: skip
        assert register.entry(certificate.id).certificate.status is CertificateStatus.CERTIFIED

        changed = register.set_status(
            certificate.id, change.status, change.since, change.reason, cast.now, seen=1, note="Gebeld"
        )

        assert (changed.certificate.status, changed.certificate.since) == (
            CertificateStatus.SUSPENDED, date(2029, 2, 1),
        )  # fmt: skip
        with pytest.raises(NotTheTime):
            register.set_status(certificate.id, CertificateStatus.LAPSED, today, StatusReason.OTHER, cast.now, seen=1)
        assert register.waiting(today).changes == ()


def test_without_a_re_audit_it_lapses_and_that_is_the_end(cast: RegisterCast) -> None:
    """Scenario 3, with the letter two weeks before."""
    certificate = cast.certify().certificate
    with cast.registers() as register:
        assert register.waiting(date(2029, 1, 17)).notices == ()
        assert [entry.certificate.id for entry in register.waiting(date(2029, 1, 18)).notices] == [certificate.id]
        register.note_notice(certificate.id, date(2029, 1, 18), cast.now)
        assert register.waiting(date(2029, 1, 19)).notices == ()
        change = register.proposal(certificate.id, date(2029, 2, 2))
        assert change is not None
        assert (change.status, change.reason) == (CertificateStatus.LAPSED, StatusReason.NOT_IN_TIME)
        register.set_status(certificate.id, change.status, change.since, change.reason, cast.now, seen=1)

        with pytest.raises(NotTheTime):
            register.set_status(
                certificate.id, CertificateStatus.CERTIFIED, MADE_ON, StatusReason.OTHER, cast.now, seen=2
            )


def test_outcome_c_of_the_next_audit_suspends_once_somebody_says_so(cast: RegisterCast) -> None:
    """9c.ii, literally: from the final report on, also while the old certificate still runs."""
    certificate = cast.certify().certificate
    cast.happened(cast.audit_again(), EventKind.FINDINGS_FINAL, date(2028, 12, 1), Outcome.FOLLOWUP_REQUIRED.value)
    with cast.registers() as register:
        change = register.proposal(certificate.id, date(2028, 12, 2))

    assert change is not None
    assert (change.status, change.since, change.reason) == (
        CertificateStatus.SUSPENDED, date(2028, 12, 1), StatusReason.OVER_THRESHOLD,
    )  # fmt: skip


def test_no_word_of_a_certificate_is_readable_in_the_database(cast: RegisterCast) -> None:
    cast.certify()

    with cast.database.begin() as work:
        tables = (r.ci_decision, r.part_a, r.certificate, r.certificate_status)
        rows = [value for table in tables for row in work.execute(sa.select(table)).all() for value in row]
    stored = b"".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in rows)
    assert not any(word in stored for word in (b"Welzijn", b"concreet", b"Alles"))


def test_a_person_gets_the_decisions_they_took(cast: RegisterCast) -> None:
    cast.certify()

    with cast.database.begin() as work:
        own, theirs = (work.people(work.actor(CHATS[name])).export()["decisions"] for name in ("Tom", "Samira"))

    assert [(item["is_positive"], item["reason"]) for item in own] == [(True, "Het plan is concreet")]
    assert theirs == []
