"""The improvement plan in storage: who reaches it, that both sides see the same, and that nothing is overwritten."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from domain.improvement_plan import PlanEntry, PlanHindrance, PlanRefused, PlanStatus, Progress
from domain.process import EventKind, Party
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.audit_interfaces import StatementsMissing
from storage.interfaces import NotAllowed
from storage.plan_interfaces import NoPlan, PlanChangedMeanwhile
from storage.sql import plan_tables as p
from storage.sql import tables as t
from storage.sql.database import Database
from tests.changing import replace
from tests.conftest import MovableClock
from tests.storage.plan_cast import D9, LATER, OVER, V5, WITHIN, PlanCast
from tests.storage.process_cast import CHATS


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> PlanCast:
    """An audit within the threshold, with two norms to improve; its report is final."""
    cast = PlanCast(database, clock)
    cast.assemble()
    cast.finish()
    return cast


@pytest.fixture
def over(database: Database, clock: MovableClock) -> PlanCast:
    """An audit over the threshold."""
    cast = PlanCast(database, clock)
    cast.assemble()
    assert cast.finish(OVER) is Outcome.FOLLOWUP_REQUIRED
    return cast


# ------------------------------------------------------------------------------------------- who reaches it


@pytest.mark.parametrize("name", ["Bea", "Wim", "Pim", "Otto", "Ina", "Sanne", "Sam", "Noor"])
def test_nobody_else_reads_or_writes_a_plan(cast: PlanCast, name: str) -> None:
    """The office and the secretariat see no content, other bodies nothing at all; Wim left the team."""
    seen = cast.hand_in().version
    with cast.database.begin() as work:
        wim = t.audit_member.c.person_id == cast.person(work, "Wim")
        work.execute(t.audit_member.update().where(wim).values(removed_at=cast.now))

    with pytest.raises(NotAllowed):
        cast.plan(name)
    with cast.plans(name) as plans:
        assert plans.current() is None
        with pytest.raises(NotAllowed):
            plans.write(cast.audit, PlanEntry(V5, "Anders"), cast.now)
        with pytest.raises(NotAllowed):
            plans.approve(cast.audit, LATER, cast.now, seen=seen)


def test_an_auditor_reads_and_the_leader_decides(cast: PlanCast) -> None:
    handed_in = cast.hand_in()

    assert cast.plan("Ada").entry(V5).what == "Poging 1"
    with cast.plans("Ada") as plans, pytest.raises(NotAllowed):
        plans.approve(cast.audit, LATER, cast.now, seen=handed_in.version)
    with cast.plans("Tom") as plans, pytest.raises(NotAllowed):
        plans.submit(cast.audit, LATER, cast.now, seen=handed_in.version)
    with cast.plans("Samira") as plans, pytest.raises(NotAllowed):
        plans.approve(cast.audit, LATER, cast.now, seen=handed_in.version)


def test_who_has_not_accepted_the_statements_sees_nothing(cast: PlanCast) -> None:
    with cast.database.begin() as work:
        ada = t.audit_member.c.person_id == cast.person(work, "Ada")
        work.execute(t.audit_member.update().where(ada).values(conduct_accepted_at=None))

    with pytest.raises(StatementsMissing):
        cast.plan("Ada")


def test_without_final_findings_there_is_no_plan(database: Database, clock: MovableClock) -> None:
    cast = PlanCast(database, clock)
    cast.assemble()

    with cast.plans("Samira") as plans:
        assert plans.current() is None
    with pytest.raises(NoPlan):
        cast.plan("Samira")
    cast.finish({})
    with pytest.raises(NoPlan):
        cast.plan("Tom")


# ------------------------------------------------------------------------------------------- writing


def test_the_team_sees_that_there_is_a_draft_and_not_what_it_says(cast: PlanCast) -> None:
    """Both see the same state; a sentence that is still being written is the member's."""
    cast.fill_in()

    own, theirs = cast.plan("Samira"), cast.plan("Tom")

    assert (own.complete, theirs.complete) == (2, 0)
    assert own.status is theirs.status is PlanStatus.DRAFT
    assert own.needed == theirs.needed == WITHIN
    assert list(own.needed) == [V5, D9]


def test_the_member_reads_what_the_report_says_about_these_norms(cast: PlanCast) -> None:
    with cast.plans("Samira") as plans:
        assert plans.rationales(cast.audit) == {norm: f"Bij {norm} zagen wij dat het anders kan" for norm in (V5, D9)}


def test_a_norm_that_needs_nothing_gets_no_entry(cast: PlanCast) -> None:
    with cast.plans("Samira") as plans, pytest.raises(NotAllowed):
        plans.write(cast.audit, PlanEntry(next(iter(OVER)), "Iets"), cast.now)


def test_two_coordinators_do_not_overwrite_each_other(cast: PlanCast) -> None:
    """The second hears how it is now; every version is kept, also the same words twice."""
    with cast.plans("Samira") as plans:
        first = plans.write(cast.audit, PlanEntry(V5, "Eerst"), cast.now)
        assert plans.write(cast.audit, first, cast.now) == first

        with pytest.raises(PlanChangedMeanwhile) as refused:
            plans.write(cast.audit, PlanEntry(V5, "Ook iets"), cast.now)
        plans.write(cast.audit, replace(first, who="Samira"), cast.now)

    assert refused.value.plan.entry(V5).what == "Eerst"
    assert (cast.plan().entry(V5).what, cast.plan().entry(V5).version) == ("Eerst", 2)
    with cast.database.begin() as work:
        assert work.execute(sa.select(sa.func.count()).select_from(p.plan_entry)).scalar_one() == 2


# ------------------------------------------------------------------------------------------- rounds


def test_returned_once_and_then_approved(cast: PlanCast) -> None:
    """Every step stands in the process as well, and what was handed in stays as it was."""
    cast.hand_in()
    assert cast.events("Samira")[EventKind.PLAN_RECEIVED] == LATER
    cast.send_back()
    cast.fill_in("Halverwege")
    assert cast.plan("Samira").reason == "Wie doet het?"
    assert cast.plan("Tom").entry(V5).what == "Poging 1"

    cast.hand_in()
    assert cast.plan("Tom").entry(V5).what == "Poging 2"
    done = cast.approve()

    assert (done.status, done.round) == (PlanStatus.APPROVED, 2)
    assert cast.plan("Samira") == cast.plan("Tom")
    assert {
        EventKind.PLAN_RECEIVED, EventKind.PLAN_REJECTED, EventKind.REVISED_PLAN_RECEIVED, EventKind.PLAN_APPROVED,
    } <= cast.events().keys()  # fmt: skip
    assert [(review.round, review.reason) for review in done.reviews] == [(1, "Wie doet het?"), (2, "")]


def test_nothing_is_decided_on_what_was_not_seen(cast: PlanCast) -> None:
    """Two leaders, or an old screen: the second decision changes nothing."""
    seen = cast.hand_in().version
    cast.send_back()

    with cast.plans("Tom") as plans, pytest.raises(PlanChangedMeanwhile):
        plans.approve(cast.audit, LATER, cast.now, seen=seen)
    assert EventKind.PLAN_APPROVED not in cast.events()


def test_an_incomplete_plan_leaves_no_event(cast: PlanCast) -> None:
    with cast.plans("Samira") as plans, pytest.raises(PlanRefused) as refused:
        plans.submit(cast.audit, LATER, cast.now, seen=0)

    assert refused.value.hindrance is PlanHindrance.INCOMPLETE
    assert EventKind.PLAN_RECEIVED not in cast.events()


def test_what_was_handed_in_cannot_be_changed(cast: PlanCast) -> None:
    cast.hand_in()

    with cast.plans("Samira") as plans, pytest.raises(PlanRefused):
        plans.write(cast.audit, replace(plans.get(cast.audit).entry(V5), what="Toch anders"), cast.now)


def test_after_a_second_rejection_both_look_at_the_same_words(cast: PlanCast) -> None:
    """The talk of step 9b.iii: what is agreed is written down, and then approved."""
    cast.hand_in()
    cast.send_back()
    cast.hand_in()
    assert cast.send_back("Nog te vaag").status is PlanStatus.TALK
    cast.fill_in("Zoals afgesproken")

    assert cast.plan("Tom").entry(V5).what == "Zoals afgesproken"
    assert cast.approve().reviews[-1].reason == "Nog te vaag"


# ------------------------------------------------------------------------------------------- progress


def test_progress_comes_after_approval_and_both_see_it(cast: PlanCast) -> None:
    done = Progress(V5, date(2027, 5, 20), "Verslagen in de map kwaliteit")
    cast.hand_in()
    with cast.plans("Samira") as plans, pytest.raises(PlanRefused):
        plans.tick(cast.audit, done, cast.now)
    cast.approve()

    with cast.plans("Samira") as plans:
        kept = plans.tick(cast.audit, done, cast.now)
        with pytest.raises(PlanChangedMeanwhile):
            plans.tick(cast.audit, replace(done, evidence="Iets anders"), cast.now)
        assert plans.tick(cast.audit, replace(kept, done_on=None), cast.now).version == 2
        plans.tick(cast.audit, replace(kept, version=2), cast.now)

    assert cast.plan("Tom").done == cast.plan("Samira").done == 1
    assert cast.plan("Tom").progress_of(V5).evidence == "Verslagen in de map kwaliteit"
    with cast.plans("Tom") as plans, pytest.raises(NotAllowed):
        plans.tick(cast.audit, done, cast.now)


# ------------------------------------------------------------------------------------------- outcome c


def test_declining_is_said_once_and_for_all(over: PlanCast) -> None:
    with over.plans("Samira") as plans:
        plan = plans.decline(over.audit, LATER, over.now, seen=0)
        with pytest.raises(PlanRefused):
            plans.submit(over.audit, LATER, over.now, seen=plan.version)

    assert plan.status is PlanStatus.DECLINED
    assert over.events()[EventKind.FOLLOWUP_DECLINED] == LATER


def test_the_additional_investigation_ends_with_its_outcome(over: PlanCast) -> None:
    """Every norm of the plan is tested; what became better brings it within the threshold."""
    over.hand_in()
    over.approve()
    with over.plans("Tom") as plans:
        for norm in list(OVER)[:-1]:
            plans.retest(over.audit, norm, over.now, verdict=Verdict.MET, text="Nu op orde")
        with pytest.raises(PlanRefused):
            plans.finish_followup(over.audit, LATER, over.now)
        plans.retest(over.audit, V5, over.now, verdict=Verdict.PARTIAL)
    with over.plans("Samira") as plans:
        assert plans.retests(over.audit) == {}

    with over.plans("Tom") as plans:
        assert plans.after_followup(over.audit) is Outcome.PLAN_REQUIRED
        assert plans.finish_followup(over.audit, LATER, over.now) is Outcome.PLAN_REQUIRED
        with pytest.raises(PlanRefused):
            plans.retest(over.audit, V5, over.now, verdict=Verdict.MET)

    assert over.events()[EventKind.FOLLOWUP_AUDIT_DONE] == LATER
    with over.plans("Samira") as plans:
        assert plans.retests(over.audit)[next(iter(OVER))].text == "Nu op orde"


def test_who_was_tested_anew_cannot_decline_any_more(over: PlanCast) -> None:
    over.hand_in()
    over.send_back()
    with over.plans("Tom") as plans:
        for norm in OVER:
            plans.retest(over.audit, norm, over.now, verdict=Verdict.NOT_MET)
        assert plans.finish_followup(over.audit, LATER, over.now) is Outcome.FOLLOWUP_REQUIRED

    with over.plans("Samira") as plans, pytest.raises(PlanRefused):
        plans.decline(over.audit, LATER, over.now, seen=plans.get(over.audit).version)


def test_only_over_the_threshold_something_is_tested_anew(cast: PlanCast) -> None:
    cast.hand_in()
    with cast.plans("Tom") as plans, pytest.raises(PlanRefused):
        plans.retest(cast.audit, V5, cast.now, verdict=Verdict.MET)


# ------------------------------------------------------------------------------------------- who hears of it


def test_each_side_has_its_addressees(cast: PlanCast) -> None:
    with cast.plans("Samira") as plans:
        found = {party: [person.chat for person in plans.addressees(cast.audit, party)] for party in Party}

    assert found == {
        Party.MEMBER: [CHATS["Samira"]], Party.CI: [CHATS["Tom"]], Party.SWN: [CHATS["Sanne"]],
    }  # fmt: skip


def test_no_word_of_a_plan_is_readable_in_the_database(over: PlanCast) -> None:
    over.hand_in()
    over.send_back("Kanariereden")
    with over.plans("Tom") as plans:
        plans.retest(over.audit, V5, over.now, verdict=Verdict.PARTIAL, text="Kanarietekst")

    with over.database.begin() as work:
        tables = (p.improvement_plan, p.plan_review, p.plan_entry, p.plan_progress, p.plan_retest)
        rows = [value for table in tables for row in work.execute(sa.select(table)).all() for value in row]

    stored = b"".join(bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode() for value in rows)
    assert not any(word in stored for word in (b"Kanarie", b"Poging", b"Teamleider"))


def test_a_person_gets_everything_they_wrote_in_a_plan(over: PlanCast) -> None:
    """Every version, whatever became of it; of others nothing."""
    over.hand_in()
    over.send_back()
    over.hand_in()
    with over.plans("Tom") as plans:
        plans.retest(over.audit, V5, over.now, verdict=Verdict.MET, text="Nu op orde")

    with over.database.begin() as work:
        own, theirs = (work.people(work.actor(CHATS[name])).export()["plan_texts"] for name in ("Samira", "Tom"))

    assert {item["what"] for item in own} == {"Poging 1", "Poging 2"}
    assert len(own) == 2 * len(OVER)
    assert [item["text"] for item in theirs] == ["Nu op orde"]
