"""A certificate that is made anew: what was replaced is kept, and an old code leads to what stands now."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from domain.certificate import CertificateStatus, EditionReason, StatusReason
from domain.process import EventKind
from domain.report import Channel, Recipient
from domain.report_format import Moment, Prefill
from storage.interfaces import NotAllowed
from storage.register_interfaces import NotTheTime, RegisterEntry
from storage.sql import register_tables as r
from storage.sql.database import Database
from storage.sql.erasure import erase_organisation
from storage.sql.sealed_places import open_all
from tests.conftest import MovableClock
from tests.storage.appeal_cast import APPEAL_CHATS, RECEIVED_ON, AppealCast, certified_and_appealed
from tests.storage.process_cast import CHATS
from tests.storage.test_register import MADE_ON, RegisterCast

REALLY_ON, REMADE_ON = date(2027, 1, 25), date(2027, 3, 1)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> RegisterCast:
    """A certificate that was made on 1 February 2027."""
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.certify()
    return cast


def correct(cast: RegisterCast, on: date = REALLY_ON) -> None:
    """Let the secretariat put the date of the certificate right."""
    with cast.keeps("Sanne") as process:
        event = next(e for e in process.events(cast.audit) if e.kind is EventKind.CERTIFICATE_ISSUED)
        process.correct(event, on, cast.now)


def current(cast: RegisterCast) -> RegisterEntry:
    """Return the certificate as the register has it."""
    with cast.registers() as register:
        (entry,) = register.entries()
        return entry


def remake(cast: RegisterCast, seen: int = 1) -> RegisterEntry:
    certificate = current(cast).certificate.id
    with cast.registers() as register:
        return register.remake(certificate, REMADE_ON, cast.now, seen=seen)


# ------------------------------------------------------------------------------------------- a date put right


def test_until_a_person_makes_it_anew_the_register_says_what_the_paper_says(cast: RegisterCast) -> None:
    before = current(cast)
    correct(cast)

    assert current(cast) == before
    with cast.registers() as register:
        assert register.waiting(REMADE_ON).to_remake == (before,)
        proposal = register.proposed_edition(cast.audit)
    assert proposal is not None
    assert (proposal.valid_from, proposal.expires_on) == (REALLY_ON, date(2029, 1, 25))
    assert proposal.reason is EditionReason.DATE_CORRECTED


def test_the_edition_before_is_kept_with_its_dates_its_code_and_the_reason(cast: RegisterCast) -> None:
    before = current(cast).certificate
    correct(cast)

    now = remake(cast).certificate

    assert (now.id, now.number, now.edition) == (before.id, before.number, 2)
    assert (now.valid_from, now.expires_on) == (REALLY_ON, date(2029, 1, 25))
    assert now.code != before.code
    with cast.registers() as register:
        (old,) = register.editions(now.id)
        assert register.waiting(REMADE_ON).to_remake == ()
    assert (old.number, old.code, old.valid_from, old.expires_on) == (1, before.code, MADE_ON, date(2029, 2, 1))
    assert (old.replaced_on, old.reason, old.scope) == (REMADE_ON, EditionReason.DATE_CORRECTED, "Alles")


def test_an_old_code_leads_to_what_stands_now(cast: RegisterCast) -> None:
    """Also after a third edition; a code of nobody leads nowhere."""
    codes = [current(cast).certificate.code]
    correct(cast)
    codes.append(remake(cast).certificate.code)
    correct(cast, date(2027, 1, 26))
    codes.append(remake(cast, seen=2).certificate.code)

    now = current(cast)

    with cast.registers() as register:
        assert [register.of_code(code) for code in codes] == [now, now, now]
        assert [old.number for old in register.editions(now.certificate.id)] == [2, 1]
        assert register.of_code("ABCD-EFGH-JKMN") is None
    assert now.certificate.code == codes[2]


def test_the_member_and_the_ci_see_which_editions_were_replaced(cast: RegisterCast) -> None:
    first = current(cast).certificate
    correct(cast)
    remake(cast)

    for name in ("Samira", "Tom"):
        with cast.decides(name) as decisions:
            assert [old.code for old in decisions.editions(first.id)] == [first.code]
            assert decisions.entry(first.id).certificate.edition == 2


def test_two_people_make_one_edition(cast: RegisterCast) -> None:
    """Who saw the first edition does not replace the second with it; without a difference there is nothing to make."""
    correct(cast)
    remake(cast)

    for seen in (1, 2):
        with pytest.raises(NotTheTime):
            remake(cast, seen)


def test_a_date_that_is_put_back_asks_for_nothing(cast: RegisterCast) -> None:
    correct(cast)
    correct(cast, MADE_ON)

    with cast.registers() as register:
        assert register.waiting(REMADE_ON).to_remake == ()


def test_what_lapsed_is_not_made_anew(cast: RegisterCast) -> None:
    entry = current(cast)
    with cast.registers() as register:
        register.set_status(
            entry.certificate.id, CertificateStatus.LAPSED, MADE_ON, StatusReason.OTHER, cast.now, seen=1
        )
    correct(cast)

    with cast.registers() as register:
        assert register.waiting(REMADE_ON).to_remake == ()
    with pytest.raises(NotTheTime):
        remake(cast)


@pytest.mark.parametrize("name", ["Tom", "Samira", "Bea", "Otto", "Noor", "Olga", "Ina", "Sam"])
def test_only_the_secretariat_makes_one_anew_or_asks_about_a_code(cast: RegisterCast, name: str) -> None:
    given = current(cast).certificate
    correct(cast)

    with cast.registers(name) as register:
        for attempt in (
            lambda: register.remake(given.id, REMADE_ON, cast.now, seen=1),
            lambda: register.proposed_edition(cast.audit),
            lambda: register.has_new_decision(given.id),
            lambda: register.editions(given.id),
            lambda: register.of_code(given.code),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert current(cast).certificate == given


@pytest.mark.parametrize("name", ["Bea", "Ina", "Sam", "Noor", "Sanne"])
def test_who_has_no_part_in_the_audit_sees_no_editions(cast: RegisterCast, name: str) -> None:
    given = current(cast).certificate
    correct(cast)
    remake(cast)

    with cast.decides(name) as decisions, pytest.raises(NotAllowed):
        decisions.editions(given.id)


def test_what_was_replaced_is_sealed_and_still_opens(cast: RegisterCast) -> None:
    """A drill of backups finds it at the place of its own code."""
    correct(cast)
    remake(cast)

    with cast.database.begin() as work:
        found = {item.column: item for item in open_all(work.connection, work.vault)}
        rows = work.execute(sa.select(r.certificate_edition)).all()
    opened = found["certificate_edition.content"]
    assert (opened.opened, opened.failed) == (1, 0)
    assert not any(b"Welzijn" in bytes(row.content_sealed) for row in rows)


def test_the_archive_of_the_member_holds_it(cast: RegisterCast) -> None:
    correct(cast)
    remake(cast)

    with cast.database.begin() as work:
        kept = work.people(work.actor(CHATS["Samira"])).export_organisation(cast.now)["tables"]

    assert [row["number"] for row in kept["certificate_edition"]] == [1]
    assert kept["certificate_edition"][0]["content"]["scope"] == "Alles"


# ------------------------------------------------------------------------------------------- after an appeal


@pytest.fixture
def appealed(database: Database, clock: MovableClock) -> AppealCast:
    """A certificate of a positive decision, of which the grounds were changed on appeal."""
    return certified_and_appealed(AppealCast(database, clock), clock)


def test_the_part_a_of_a_changed_decision_waits_although_there_is_a_certificate(appealed: AppealCast) -> None:
    with appealed.database.begin() as work:
        work.decisions(work.actor(APPEAL_CHATS["Tom"])).send_part_a(appealed.audit, RECEIVED_ON, appealed.now)

    with appealed.database.begin() as work:
        register = work.register(work.actor(CHATS["Sanne"]))
        waiting = register.waiting(RECEIVED_ON)
        (entry,) = register.entries()
        assert [item.part_a.number for item in waiting.to_check] == [2]
        assert (waiting.to_issue, waiting.to_remake) == ((), ())
        assert not register.has_new_decision(entry.certificate.id)


def test_after_part_a_by_mail_another_scope_makes_another_edition(appealed: AppealCast) -> None:
    """What part A says on paper is not known here, so nothing differs until somebody types it."""
    with appealed.database.begin() as work:
        work.decisions(work.actor(APPEAL_CHATS["Tom"])).send_part_a(appealed.audit, RECEIVED_ON, appealed.now)
    with appealed.database.begin() as work:
        register = work.register(work.actor(CHATS["Sanne"]))
        register.complete(appealed.audit, 2, RECEIVED_ON, appealed.now)
        (entry,) = register.entries()
        assert register.has_new_decision(entry.certificate.id)
        assert register.proposed_edition(appealed.audit) is None
        assert register.waiting(RECEIVED_ON).to_issue == ()

        now = register.remake(entry.certificate.id, RECEIVED_ON, appealed.now, seen=1, scope="Alleen Tiel")

        assert (now.scope, now.certificate.edition) == ("Alleen Tiel", 2)
        assert now.certificate.valid_from == entry.certificate.valid_from
        (old,) = register.editions(entry.certificate.id)
        assert (old.scope, old.reason) == ("Alles", EditionReason.DECISION_CHANGED)
        assert not register.has_new_decision(entry.certificate.id)
        with pytest.raises(NotTheTime):
            register.remake(entry.certificate.id, RECEIVED_ON, appealed.now, seen=2, scope="Alles")


def test_the_scope_of_part_a_by_chat_is_proposed(appealed: AppealCast) -> None:
    _fill_in_part_a(appealed, "Alleen Tiel")
    with appealed.database.begin() as work:
        tom = work.actor(APPEAL_CHATS["Tom"])
        reports, sanne = work.reports(tom), work.actor(CHATS["Sanne"]).person
        version = reports.freeze(appealed.audit, Moment.SUMMARY, appealed.now).id
        reports.send(version, Recipient.SWN, Channel.CHAT, appealed.now, person=sanne, received_on=RECEIVED_ON)
        work.decisions(tom).send_part_a(appealed.audit, RECEIVED_ON, appealed.now, version)
    with appealed.database.begin() as work:
        register = work.register(work.actor(CHATS["Sanne"]))
        register.complete(appealed.audit, 2, RECEIVED_ON, appealed.now)
        proposal = register.proposed_edition(appealed.audit)
        (entry,) = register.waiting(RECEIVED_ON).to_remake

    assert proposal is not None
    assert (proposal.printed.scope, proposal.reason) == ("Alleen Tiel", EditionReason.DECISION_CHANGED)
    assert entry.scope == "Alles"


def _fill_in_part_a(cast: AppealCast, scope: str) -> None:
    cast.round_off(cast.norms)
    with cast.database.begin() as work:
        store = work.reports(work.actor(APPEAL_CHATS["Tom"]))
        for item in store.drafted(cast.audit, Moment.SUMMARY, RECEIVED_ON).made.filled:
            is_scope = item.field.prefill is Prefill.SCOPE
            if is_scope or item.is_missing(Moment.SUMMARY):
                text = scope if is_scope else "Ingevuld"
                store.write(cast.audit, item.field.id, text, cast.now, seen=item.version)


def test_an_organisation_that_was_erased_keeps_nobody_from_their_work(cast: RegisterCast) -> None:
    """Its certificate stays in the register; nothing about it waits for the secretariat any more."""
    correct(cast)
    with cast.database.begin() as work:
        organisation = work.actor(CHATS["Samira"]).organisation
        assert organisation is not None
        erase_organisation(work, organisation.id, cast.now)

    with cast.registers() as register:
        waiting = register.waiting(date(2029, 1, 20))
        assert (waiting.to_remake, waiting.changes, waiting.notices) == ((), (), ())
        (entry,) = register.entries()
        assert register.proposal(entry.certificate.id, date(2029, 3, 1)) is None
        assert register.proposed_edition(cast.audit) is None


def test_part_a_of_an_organisation_that_was_erased_waits_for_nobody(database: Database, clock: MovableClock) -> None:
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.hand_in()
    cast.approve()
    cast.decide()
    cast.send()
    with cast.database.begin() as work:
        organisation = work.actor(CHATS["Samira"]).organisation
        assert organisation is not None
        erase_organisation(work, organisation.id, cast.now)

    with cast.registers() as register:
        assert register.waiting(MADE_ON).to_check == ()
