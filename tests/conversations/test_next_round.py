"""A new self-evaluation starts from the last one: what was said, what the audit found, what was planned."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from conversations.round_taps import EarlierTap, NextRoundTap, StillSoTap, TakeEvidenceTap
from domain.framework import NormId
from domain.improvement_plan import Progress
from domain.self_evaluation import Answer, ContributionKind, Evaluation, Purpose
from domain.verdicts import Verdict
from storage.action_interfaces import NewEvidence
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.erasure import erase_organisation
from storage.sql.files import blob_names, mark_stored
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import ShowConflict, ShowNorm, ShowOverview
from templates.round_screens import ConfirmRound, ShowEarlier
from tests.conftest import MovableClock
from tests.conversations.plan_stage import PlanStage, shown
from tests.storage.audit_cast import FRAMEWORK
from tests.storage.plan_cast import V5

V1, V2, O1 = NormId("V1"), NormId("V2"), NormId("O1")


class RoundStage(PlanStage):
    """Samira closed a first round before the audit; its plan was approved, and V5 is done."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, clock)
        with database.begin() as work:
            store = work.evaluations(work.actor(self.samira.id))
            first = store.start(FRAMEWORK, self.now)
            store.record_verdict(first, V1, Verdict.MET, seen=None, at=self.now)
            store.record_verdict(first, V5, Verdict.PARTIAL, seen=None, at=self.now)
            store.record_improvement(first, V5, self.now, what="Intervisie", who="Teamleider", due_on=date(2026, 11, 1))
            store.record_reason(first, O1, "Wij hebben geen raad van toezicht", self.now)
            for kind, purpose, text in (
                (ContributionKind.TEXT, Purpose.EXPLANATION, "Wij overleggen elke week"),
                (ContributionKind.LINK, Purpose.EVIDENCE, "https://voorbeeld.nl/jaarverslag"),
            ):
                store.contribute(first, V5, kind, purpose, text, self.now, message_id=None)
            store.close(first, self.now)
        self.cast.hand_in()
        self.cast.approve()
        with self.cast.plans("Samira") as plans:
            plans.tick(self.cast.audit, Progress(V5, date(2026, 11, 20), "Vier verslagen"), self.now)

    def evaluation(self) -> Evaluation:
        """Return the evaluation that counts now."""
        with self.database.begin() as work:
            found = work.evaluations(work.actor(self.samira.id)).current()
            assert found is not None
            return found

    def answer(self, norm: NormId) -> Answer:
        with self.database.begin() as work:
            return work.evaluations(work.actor(self.samira.id)).answer(self.evaluation_in(work), norm)

    def evaluation_in(self, work: object) -> Evaluation:
        store = work.evaluations(work.actor(self.samira.id))  # type: ignore[attr-defined]
        found = store.current()
        assert isinstance(found, Evaluation)
        return found


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> RoundStage:
    return RoundStage(database, clock)


def begin(stage: RoundStage) -> None:
    """Start the second round."""
    stage.samira.sends("/zelfevaluatie")
    stage.samira.taps("Nieuwe ronde")
    assert shown(stage.samira, ConfirmRound).round == 2
    stage.samira.taps("Ja, beginnen")
    shown(stage.samira, ShowOverview)


def test_the_new_round_begins_empty_with_the_last_one_beside_it(stage: RoundStage) -> None:
    begin(stage)

    new = stage.evaluation()
    assert (new.round, new.is_open, shown(stage.samira, ShowOverview).progress.answered) == (2, True, 0)
    stage.samira.taps("Ronde 1 nalopen")
    earlier = shown(stage.samira, ShowEarlier)
    assert (earlier.header.norm.id, earlier.round, earlier.earlier) == (V1, 1, Verdict.MET)


def test_one_tap_keeps_what_still_holds_and_leads_on(stage: RoundStage) -> None:
    begin(stage)
    stage.samira.taps("Ronde 1 nalopen")
    stage.samira.taps("Klopt nog")

    after = shown(stage.samira, ShowEarlier)
    assert (after.header.norm.id, after.earlier) == (V2, Verdict.NOT_ASSESSED)
    assert "Klopt nog" not in stage.samira.labels
    assert stage.answer(V1).verdict is Verdict.MET


def test_answer_evidence_verdict_of_the_audit_and_plan_stand_together(stage: RoundStage) -> None:
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))

    earlier = shown(stage.samira, ShowEarlier)
    assert [quote.text for quote in earlier.explanations] == ["Wij overleggen elke week"]
    assert (earlier.evidence, earlier.audited) == (1, stage.database.frameworks[FRAMEWORK].words(Verdict.PARTIAL).short)
    assert earlier.entry is not None
    assert earlier.progress is not None
    assert (earlier.entry.what, earlier.progress.evidence) == ("Poging 1", "Vier verslagen")


def test_what_still_holds_is_taken_over_whole(stage: RoundStage) -> None:
    """Verdict, texts, links and the action; a day that has passed is asked anew."""
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))
    stage.samira.taps("Klopt nog")
    stage.samira.taps_old(EarlierTap(O1))
    stage.samira.taps("Klopt nog")

    answer = stage.answer(V5)
    assert answer.verdict is Verdict.PARTIAL
    assert [(item.kind, item.purpose, item.text) for item in answer.contributions] == [
        (ContributionKind.TEXT, Purpose.EXPLANATION, "Wij overleggen elke week"),
        (ContributionKind.LINK, Purpose.EVIDENCE, "https://voorbeeld.nl/jaarverslag"),
        (ContributionKind.TEXT, Purpose.EVIDENCE, "Vier verslagen"),  # which shows that the action is done
    ]
    assert answer.improvement is not None
    assert (answer.improvement.what, answer.improvement.due_on) == ("Intervisie", None)
    assert stage.answer(O1).reason == "Wij hebben geen raad van toezicht"


def test_evidence_files_go_along_and_share_their_content(stage: RoundStage) -> None:
    """The new round has a file of its own that refers to the same content; a file that never came leaves its text."""
    with stage.database.begin() as work:
        samira, first = work.actor(stage.samira.id), stage.evaluation_in(work)
        evaluations = work.evaluations(samira)
        evaluations.reopen(first, stage.now)
        first = stage.evaluation_in(work)
        for name, is_there in (("foto.jpg", True), ("kwijt.pdf", False)):
            photo, said = ContributionKind.PHOTO, f"bij {name}"
            file = work.files(samira).want(first, name, "image/jpeg", 9, "t1", stage.now).id
            evaluations.contribute(first, V5, photo, Purpose.EVIDENCE, said, stage.now, message_id=None, file=file)
            if is_there:
                mark_stored(work, file, media_type="image/jpeg", size=9, sha256=b"x")
        evaluations.close(first, stage.now)
        before = {ref.name for ref in work.files(samira).of(first).values()}
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))
    assert "Met ‘Klopt nog’ gaat het mee" in stage.samira.text
    stage.samira.taps("Klopt nog")

    kept = [item for item in stage.answer(V5).contributions if item.text.startswith("bij ")]
    assert [(item.kind, item.file is not None) for item in kept] == [
        (ContributionKind.PHOTO, True), (ContributionKind.TEXT, False),
    ]  # fmt: skip
    with stage.database.begin() as work:
        second = stage.evaluation_in(work)
        files = work.files(work.actor(stage.samira.id)).of(second)
        assert before == {"foto.jpg", "kwijt.pdf"}
        assert [(ref.name, ref.status) for ref in files.values()] == [("foto.jpg", "stored")]
        rows = work.execute(sa.select(t.stored_file).where(t.stored_file.c.status == "stored")).all()
        assert len({row.blob for row in rows}) == 1
        assert {row.evaluation_id for row in rows} == {first.id, second.id}
        gone = t.stored_file.update().where(t.stored_file.c.evaluation_id == first.id).values(status="erased")
        work.execute(gone)
        assert rows[0].blob in blob_names(work)  # the second round still refers to it
        erase_organisation(work, second.organisation, stage.now)
        assert rows[0].blob not in blob_names(work)


def test_what_shows_that_an_action_is_done_goes_along_as_evidence_once(stage: RoundStage) -> None:
    """Also when the answer changed, which is what actions are for; a file keeps its content and gets its own row."""
    audit = stage.cast.audit
    with stage.database.begin() as work:
        store = work.plan_actions(work.actor(stage.samira.id))
        new = NewEvidence(ContributionKind.PHOTO, "bord.jpg", "image/jpeg", 9, "t1", "Het bord in de hal")
        file = store.attach(audit, V5, new, stage.now).file
        mark_stored(work, file, media_type="image/jpeg", size=9, sha256=b"x")
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))
    assert "2 × bewijs bij deze actie" in stage.samira.text
    stage.samira.taps("Bewijs van de actie")

    assert shown(stage.samira, ShowEarlier).shown == 0
    assert "Bewijs van de actie" not in stage.samira.labels
    stage.samira.taps_old(TakeEvidenceTap(stage.evaluation().id, V5))
    stage.samira.taps("Klopt nog")
    taken = [item for item in stage.answer(V5).contributions if item.text in ("Vier verslagen", "Het bord in de hal")]
    assert [(item.kind, item.purpose, item.file is not None) for item in taken] == [
        (ContributionKind.TEXT, Purpose.EVIDENCE, False), (ContributionKind.PHOTO, Purpose.EVIDENCE, True),
    ]  # fmt: skip
    with stage.database.begin() as work:
        work.plan_actions(work.actor(stage.samira.id)).detach(audit, V5, 1, stage.now)
        files = work.files(work.actor(stage.samira.id)).of(stage.evaluation_in(work))
    assert [(ref.name, ref.status) for ref in files.values()] == [("bord.jpg", "stored")]


def test_a_colleague_takes_over_nothing_of_a_plan_that_they_do_not_see(stage: RoundStage) -> None:
    begin(stage)
    stage.sam.taps_old(EarlierTap(V5))
    assert shown(stage.sam, ShowEarlier).shown == 0

    stage.sam.taps_old(TakeEvidenceTap(stage.evaluation().id, V5))

    assert stage.answer(V5).contributions == ()


def test_what_changed_is_answered_anew(stage: RoundStage) -> None:
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))
    stage.samira.taps("Veranderd")
    shown(stage.samira, ShowNorm)
    assert "Ronde 1" in stage.samira.labels
    stage.samira.taps("Voldoet")

    assert stage.answer(V5).verdict is Verdict.MET
    assert stage.answer(V5).contributions == ()


def test_a_colleague_who_answered_meanwhile_is_not_overwritten(stage: RoundStage) -> None:
    begin(stage)
    stage.samira.taps_old(EarlierTap(V5))
    with stage.database.begin() as work:
        store = work.evaluations(work.actor(stage.sam.id))
        store.record_verdict(stage.evaluation_in(work), V5, Verdict.MET, seen=None, at=stage.now)

    stage.samira.taps("Klopt nog")

    shown(stage.samira, ShowConflict)
    assert stage.answer(V5).verdict is Verdict.MET


def test_a_round_begins_once_and_only_by_the_coordinator(stage: RoundStage) -> None:
    first = stage.evaluation()
    stage.sam.sends("/zelfevaluatie")
    assert "Nieuwe ronde" not in stage.sam.labels
    stage.sam.taps_old(NextRoundTap(first.id, is_sure=True))
    assert shown(stage.sam, SayTrouble).trouble is Trouble.NOT_ALLOWED
    begin(stage)

    stage.samira.taps_old(NextRoundTap(first.id, is_sure=True))

    assert shown(stage.samira, SayTrouble).trouble is Trouble.AGED
    assert stage.evaluation().round == 2


def test_nobody_else_reaches_an_earlier_round(stage: RoundStage) -> None:
    """A colleague sees what was said, and not what the audit found; others see nothing."""
    begin(stage)
    stage.sam.taps_old(EarlierTap(V5))
    earlier = shown(stage.sam, ShowEarlier)
    assert (earlier.audited, earlier.entry) == ("", None)
    assert [quote.text for quote in earlier.explanations] == ["Wij overleggen elke week"]

    for chat in (stage.tom, stage.ina, stage.sanne):
        chat.taps_old(EarlierTap(V5))
        assert isinstance(chat.screen, SayTrouble)
        chat.taps_old(StillSoTap(stage.evaluation().id, V5, 0))
        assert isinstance(chat.screen, SayTrouble)
    assert stage.answer(V5).verdict is Verdict.NOT_ASSESSED
