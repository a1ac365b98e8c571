"""A combination audit: one plan, one team, one set of findings; verdicts and a report per framework."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import Audit, AuditId, Finding, FindingId, FindingKind, Stage, Tone
from domain.audit_days import Variant
from domain.coverage import coverage_of
from domain.day_evaluation import Mood
from domain.framework import FrameworkId, NormId, WhoCode
from domain.judging import Draft
from domain.mapping import Strength
from domain.report_format import Moment
from domain.roles import Role
from domain.verdicts import Verdict
from storage.audit_content import load_audit_rules
from storage.audit_interfaces import PlanChange, WrongStage
from storage.content import load_frameworks
from storage.fieldwork_interfaces import FindingChange, FindingChanged, NewFinding
from storage.interfaces import NotAllowed
from storage.judging_interfaces import AnsweredMeanwhile
from storage.mapping_content import with_mapping
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.fieldwork import SqlFieldwork
from tests.changing import replace
from tests.conftest import MovableClock
from tests.storage.audit_cast import DAYS, AuditCast

MAATSTAF = FrameworkId("ciio-maatstaf-2016")
V2, V5, ME2, KO1 = (NormId(norm) for norm in ("V2", "V5", "Me2", "Ko1"))
P = WhoCode("P")


class PairedCast(AuditCast):
    """The audit of Kompas is about the label and the Maatstaf; `second` is the half about the Maatstaf."""

    second = AuditId(0)

    def assemble(self) -> None:
        super().assemble()
        with self.plays("Bea") as (_, audits):
            companion = audits.combine(self.audit, MAATSTAF, self.now).audit.companion
            assert companion is not None
            self.second = companion.audit

    def runs(self) -> None:
        """Let the team accept the statements, and the visit begin."""
        self.accept("Tom", "Ada")
        self.start()

    def half(self, audit: AuditId, name: str = "Tom") -> Audit:
        with self.plays(name) as (_, audits):
            return audits.get(audit).audit

    @contextmanager
    def field(self, name: str = "Tom") -> Iterator[SqlFieldwork]:
        with self.database.begin() as work:
            yield work.fieldwork(self.actor(work, name))

    def notes(self, text: str, *norms: NormId, audit: AuditId | None = None, name: str = "Tom", **more: Any) -> Finding:
        with self.field(name) as store:
            return store.record(audit or self.audit, NewFinding(text, norms=norms, **more), self.now)

    def counts(self, finding: Finding, *also: NormId, name: str = "Tom", audit: AuditId | None = None) -> Finding:
        with self.field(name) as store:
            change = FindingChange(also=also)
            return store.change(audit or finding.audit, finding.id, change, self.now, seen=finding.version)

    def moves(self, audit: AuditId, *stages: Stage) -> None:
        with self.plays("Tom") as (_, audits):
            for stage in stages:
                audits.move(audit, stage, self.now)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> PairedCast:
    database.frameworks = with_mapping(load_frameworks())
    cast = PairedCast(database, clock)
    cast.assemble()
    return cast


# ------------------------------------------------------------------------------------------------- one plan


def test_the_second_half_begins_with_the_plan_and_the_team_of_the_first(cast: PairedCast) -> None:
    first, second = cast.half(cast.audit), cast.half(cast.second)

    assert (second.framework, second.organisation, second.variant) == (
        MAATSTAF, first.organisation, Variant.COMBINATION,
    )  # fmt: skip
    assert (second.days, second.scope, second.place, second.fte) == (DAYS, "Alles", "Tiel", first.fte)
    assert [m.person for m in second.team] == [m.person for m in first.team]
    assert first.scheme == "ISO"  # the Maatstaf is a reading of it
    assert (first.fieldwork, second.fieldwork) == (cast.audit, cast.audit)
    assert first.halves == (cast.audit, cast.second)


def test_what_is_planned_for_one_half_holds_for_both(cast: PairedCast) -> None:
    with cast.plays("Bea") as (work, audits):
        audits.change(cast.second, PlanChange(scope="Jongerenwerk", days=DAYS[:1]), cast.now)
        audits.add_member(cast.audit, cast.person(work, "Wim"), Role.AUDITOR, cast.now)
        audits.add_member(cast.second, cast.person(work, "Ada"), Role.TEAM_LEADER, cast.now)
        audits.remove_member(cast.second, cast.person(work, "Tom"), cast.now)

    first, second = cast.half(cast.audit, "Bea"), cast.half(cast.second, "Bea")
    assert (first.scope, first.days) == (second.scope, second.days) == ("Jongerenwerk", DAYS[:1])
    assert [(m.person, m.role) for m in first.team] == [(m.person, m.role) for m in second.team]
    assert (len(first.team), first.team_leader) == (2, second.team_leader)


def test_the_statements_are_read_once(cast: PairedCast) -> None:
    cast.accept("Ada", audit=cast.second)

    for half in (cast.audit, cast.second):
        with cast.plays("Ada") as (_, audits):
            assert audits.get(half).is_open


def test_a_combination_stays_a_combination(cast: PairedCast) -> None:
    with cast.plays("Bea") as (_, audits), pytest.raises(NotAllowed):
        audits.change(cast.audit, PlanChange(variant=Variant.CI), cast.now)


def test_a_third_framework_or_the_same_one_twice_is_refused(cast: PairedCast) -> None:
    for framework in (FrameworkId("kwaliteitslabel-2019"), MAATSTAF, FrameworkId("bestaat-niet")):
        with cast.plays("Bea") as (_, audits), pytest.raises(NotAllowed):
            audits.combine(cast.audit, framework, cast.now)


def test_who_does_not_plan_combines_nothing(cast: PairedCast) -> None:
    for name in ("Ada", "Wim", "Otto", "Ina", "Samira"):
        with cast.plays(name) as (_, audits), pytest.raises(NotAllowed):
            audits.uncombine(cast.audit, cast.now)
    for name in ("Tom", "Bea", "Ada"):
        with cast.plays(name) as (_, audits), pytest.raises(NotAllowed):
            audits.combine(cast.other_audit, MAATSTAF, cast.now)


def test_before_it_is_agreed_on_the_two_can_be_taken_apart(cast: PairedCast) -> None:
    with cast.plays("Bea") as (_, audits):
        left = audits.uncombine(cast.second, cast.now)

    assert (left.id, left.audit.companion, left.audit.stage) == (cast.audit, None, Stage.PLANNED)
    assert cast.half(cast.second, "Bea").stage is Stage.CANCELLED
    assert cast.half(cast.second, "Bea").companion is None


def test_what_was_agreed_on_stays_together(cast: PairedCast) -> None:
    cast.runs()

    with cast.plays("Tom") as (_, audits), pytest.raises(WrongStage):
        audits.uncombine(cast.audit, cast.now)


# ------------------------------------------------------------------------------------------------ the stages


def test_the_halves_are_visited_together_and_settled_apart(cast: PairedCast) -> None:
    """One visit, so one stage; what the team settles about one framework says nothing about the other."""
    cast.runs()
    assert cast.half(cast.second).stage is Stage.RUNNING

    cast.moves(cast.second, Stage.JUDGING)
    assert cast.half(cast.audit).stage is Stage.JUDGING

    cast.moves(cast.audit, Stage.CONSENSUS)
    assert cast.half(cast.second).stage is Stage.JUDGING

    cast.moves(cast.second, Stage.CONSENSUS)
    cast.moves(cast.audit, Stage.RUNNING)  # interviews once more, because of the label
    assert cast.half(cast.second).stage is Stage.CONSENSUS


# ------------------------------------------------------------------------------- one set of interviews, findings


def test_an_interview_belongs_to_both_halves(cast: PairedCast) -> None:
    cast.runs()
    with cast.field() as store:
        one = store.open_interview(cast.audit, (P,), cast.now, seen=0)
        two = store.open_interview(cast.second, (P,), cast.now, seen=1)
    cast.notes("Ingewerkt", ME2, audit=cast.second, interview=one)

    with cast.field("Ada") as store:
        assert [i.number for i in store.interviews(cast.audit)] == [1, 2]
        assert store.interviews(cast.audit) == store.interviews(cast.second)
        assert store.brought_up(cast.second, one) == {ME2}
        assert store.brought_up(cast.audit, one) == frozenset()
        assert len(store.join_interview(cast.second, two.number).participants) == 2


def test_a_finding_is_stored_once_and_counts_for_both(cast: PairedCast) -> None:
    cast.runs()
    with cast.field() as store:
        talk = store.open_interview(cast.audit, (P,), cast.now, seen=0)
    note = cast.notes("Inwerkplan gezien", V2, interview=talk, kind=FindingKind.DOCUMENT)
    told = cast.counts(note, ME2)

    with cast.database.begin() as work:
        assert work.execute(sa.select(sa.func.count()).select_from(t.finding)).scalar_one() == 1
    assert (told.norms, told.also) == ((V2,), (ME2,))
    with cast.field("Ada") as store:
        seen = store.finding(cast.second, note.id)
        assert (seen.norms, seen.also, seen.text) == ((ME2,), (V2,), "Inwerkplan gezien")
        assert [found.id for found in store.at_norm(cast.second, ME2).findings] == [note.id]
        basis = store.counted(cast.audit, note.id)[0]
        assert (basis.norm, basis.via, basis.strength, basis.is_here) == (ME2, V2, Strength.STRONG, False)
        assert store.counted(cast.second, note.id)[0].is_here
    for half, norm in ((cast.audit, V2), (cast.second, ME2)):
        assert covered(cast, half, norm) == (2, 1, 1)


def covered(cast: PairedCast, half: AuditId, norm: NormId) -> tuple[int, int, int]:
    """Return tests, sources and documents of a norm, as both stores count them."""
    with cast.database.begin() as work:
        actor = cast.actor(work, "Tom")
        audit = work.audits(actor).get(half).audit
        framework = work.frameworks[audit.framework]
        one = coverage_of(work.fieldwork(actor).tallies(half), framework)[norm]
        other = coverage_of([found.tally for found in work.judging(actor).gathered(audit)], framework)[norm]
    assert one == other
    return one.tests, one.sources, one.documents


def test_a_finding_that_nobody_ticked_counts_for_one_framework(cast: PairedCast) -> None:
    cast.runs()
    cast.notes("Inwerkplan", V2, kind=FindingKind.DOCUMENT)

    assert covered(cast, cast.audit, V2)[2] == 1
    assert covered(cast, cast.second, ME2)[2] == 0


def test_counting_can_be_taken_back(cast: PairedCast) -> None:
    cast.runs()
    told = cast.counts(cast.notes("Inwerkplan", V2), ME2, KO1)
    cast.counts(told, KO1)
    with cast.field() as store:
        assert store.finding(cast.audit, told.id).also == (KO1,)
        before = store.undo(cast.audit, told.id, cast.now, seen=told.version + 1)
        assert before is not None
        assert set(before.also) == {ME2, KO1}
        basis = {found.norm: found.strength for found in store.counted(cast.audit, told.id)}
        assert basis == {KO1: None, ME2: Strength.STRONG}


def test_undoing_from_the_other_half_gives_back_the_same(cast: PairedCast) -> None:
    """A version keeps the norms of both, whichever half made it."""
    cast.runs()
    told = cast.counts(cast.notes("Inwerkplan", V2), ME2)
    with cast.field() as store:
        moved = store.change(cast.second, told.id, FindingChange(norms=(KO1,)), cast.now, seen=told.version)
        assert (moved.norms, moved.also) == ((KO1,), (V2,))
        undone = store.undo(cast.audit, told.id, cast.now, seen=moved.version)

    assert undone is not None
    assert (undone.norms, undone.also) == ((V2,), (ME2,))


def test_ticking_over_a_colleagues_change_is_refused(cast: PairedCast) -> None:
    cast.runs()
    note = cast.notes("Inwerkplan", V2)
    cast.counts(note, ME2, name="Ada")

    with pytest.raises(FindingChanged):
        cast.counts(note, KO1)


def test_only_norms_of_the_other_framework_and_only_in_a_combination(cast: PairedCast) -> None:
    cast.runs()
    note = cast.notes("Inwerkplan", V2)
    with pytest.raises(NotAllowed):
        cast.counts(note, V5)
    cast.accept("Ina", audit=cast.other_audit)
    cast.start("Ina", cast.other_audit)
    alone = cast.notes("Elders", V2, audit=cast.other_audit, name="Ina")
    with pytest.raises(NotAllowed):
        cast.counts(alone, ME2, name="Ina")


def test_nobody_else_reaches_a_finding_through_the_other_half(cast: PairedCast) -> None:
    cast.runs()
    note = cast.counts(cast.notes("Geheim", V2), ME2)

    for name in ("Bea", "Wim", "Pim", "Otto", "Ina", "Samira"):
        for half in (cast.audit, cast.second):
            with pytest.raises(NotAllowed), cast.field(name) as store:
                store.finding(half, note.id)
            with pytest.raises(NotAllowed), cast.field(name) as store:
                store.change(half, note.id, FindingChange(also=()), cast.now)
    cast.accept("Ina", audit=cast.other_audit)
    with pytest.raises(NotAllowed), cast.field("Ina") as store:
        store.finding(cast.other_audit, FindingId(note.id))


def test_one_in_tray_and_one_row_of_receipts(cast: PairedCast) -> None:
    cast.runs()
    loose = cast.notes("Nog geen norm", audit=cast.second)
    numbered = cast.notes("Inwerken", V2)

    with cast.field("Ada") as store:
        assert [found.id for found in store.in_tray(cast.audit).findings] == [loose.id]
        assert store.finding(cast.second, loose.id).is_in_tray
        assert not store.finding(cast.second, numbered.id).is_in_tray
    assert (loose.id, numbered.id) == (1, 2)


def test_one_half_can_be_closed_while_the_other_still_gathers(cast: PairedCast) -> None:
    cast.runs()
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=Stage.CLOSED.value))

    found = cast.notes("Toch nog iets", ME2, audit=cast.second)
    with pytest.raises(WrongStage):
        cast.notes("Te laat", V2)
    assert found.norms == (ME2,)


def test_frameworks_may_number_their_norms_alike(cast: PairedCast) -> None:
    """A home-made framework may have a V2 of its own."""
    label = cast.database.frameworks[FrameworkId("kwaliteitslabel-2019")]
    own = replace(label, id=FrameworkId("buurthuis"), name="Buurthuis", short_name="Buurthuis")
    cast.database.frameworks = {**cast.database.frameworks, own.id: own}
    with cast.plays("Bea") as (_, audits):
        audits.uncombine(cast.audit, cast.now)
        companion = audits.combine(cast.audit, own.id, cast.now).audit.companion
        assert companion is not None
    cast.runs()
    told = cast.counts(cast.notes("Inwerkplan", V2), V2, V5)

    assert (told.norms, told.also) == ((V2,), (V2, V5))
    with cast.field() as store:
        moved = store.change(cast.audit, told.id, FindingChange(norms=(V5,)), cast.now)
        assert (moved.norms, moved.also) == ((V5,), (V2, V5))
        assert store.finding(companion.audit, told.id).norms == (V2, V5)


def test_the_client_is_asked_once_a_day(cast: PairedCast) -> None:
    """One visit: what the client said in one half stands in the other, and is not asked again."""
    cast.runs()
    question = load_audit_rules().day_questions[0].id
    halves = [cast.half(cast.audit), cast.half(cast.second)]
    with cast.database.begin() as work:
        judging = work.judging(cast.actor(work, "Tom"))
        first = judging.answer_day(cast.second, DAYS[0], question, Mood.CONTENT, "Prettig gesprek", cast.now, seen=0)
    with cast.database.begin() as work:
        judging = work.judging(cast.actor(work, "Ada"))
        assert [judging.day_answers(half) for half in halves] == [(first,), (first,)]
        with pytest.raises(AnsweredMeanwhile):
            judging.answer_day(cast.audit, DAYS[0], question, Mood.CONTENT, "Anders", cast.now, seen=0)
    with cast.database.begin() as work:
        assert work.judging(cast.actor(work, "Wim")).day_answers(halves[0]) == ()


# ------------------------------------------------------------------------------------- verdicts and reports


def test_a_verdict_stays_with_its_framework(cast: PairedCast) -> None:
    """Domain book §11: never copy a verdict from one framework to the other."""
    cast.runs()
    cast.counts(cast.notes("Inwerkplan", V2), ME2)
    cast.moves(cast.audit, Stage.JUDGING)
    cast.moves(cast.audit, Stage.CONSENSUS)
    with cast.database.begin() as work:
        judging = work.judging(cast.actor(work, "Tom"))
        judging.judge(cast.audit, V2, cast.now, verdict=Verdict.MET)
        draft = Draft(V2, Verdict.MET, "Iedereen wordt ingewerkt", override="genoeg gezien")
        judging.settle(cast.audit, [draft], {}, cast.now)
        halves = [work.audits(cast.actor(work, "Tom")).get(half).audit for half in (cast.audit, cast.second)]

        assert [set(judging.consensus(half)) for half in halves] == [{V2}, set()]
        assert [len(judging.judgements(half)) for half in halves] == [1, 0]
        with pytest.raises(NotAllowed):
            judging.judge(cast.second, V2, cast.now, verdict=Verdict.MET)


def test_two_reports_from_one_audit(cast: PairedCast) -> None:
    """Each in its own wording and with its own findings; what counts for one only is not in the other."""
    cast.runs()
    both = cast.notes("Inwerkplan 2026", V2, kind=FindingKind.DOCUMENT)
    cast.counts(both, ME2)
    tip = cast.notes("Vraag vaker door", KO1, audit=cast.second)
    with cast.field() as store:
        store.change(cast.second, tip.id, FindingChange(tone=Tone.TIP), cast.now)
    cast.moves(cast.audit, Stage.JUDGING)

    with cast.database.begin() as work:
        actor = cast.actor(work, "Tom")
        label, maatstaf = (
            work.reports(actor).drafted(half, Moment.DRAFT, cast.now.date()).made.report
            for half in (cast.audit, cast.second)
        )
        audit = work.audits(actor).get(cast.audit).audit
        assert work.judging(actor).toned(audit) == ()

    assert (label.framework, maatstaf.framework) == ("Kwaliteitslabel Sterk Sociaal Werk", "CIIO Maatstaf 2016")
    assert "CC BY-NC-SA" in maatstaf.copyright
    assert [rubric.documents for rubric in label.rubrics if rubric.documents] == [("Inwerkplan 2026",)]
    assert [rubric.documents for rubric in maatstaf.rubrics if rubric.documents] == [("Inwerkplan 2026",)]
    told = maatstaf.norm(KO1)
    assert told is not None
    assert told.suggestions == ("Vraag vaker door",)
    assert not any("Vraag vaker door" in norm.suggestions for norm in label.norms)
