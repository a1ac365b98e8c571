"""Trends in the chat: what the branch learns, how others do, and taking part only when a coordinator says so."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from conversations.taps import MenuTap
from conversations.trend_taps import (
    BesideNormTap,
    BesidePageTap,
    DecideTap,
    PointsTap,
    PointTap,
    SharedPointsTap,
    SharePointTap,
    TrendFileTap,
    TrendPageTap,
    TrendsTap,
)
from domain.audit import AuditId, Stage
from domain.report_format import Moment
from domain.trends import Level, Order
from domain.verdicts import Verdict
from storage.sql import trend_tables as trend
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.screens import Screen
from templates.trend_screens import (
    ChoosePoints,
    ConfirmLeaving,
    ExplainTrends,
    LookAgain,
    MakeTrends,
    ShowBeside,
    ShowBesideNorm,
    ShowSharedPoints,
    ShowTrends,
    TrendTold,
)
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.scenes.stage import StageChat
from tests.storage.process_cast import CHATS
from tests.storage.report_cast import ReportCast
from tests.storage.trend_cast import D8, PUBLISHED, TrendCast

S = TypeVar("S", bound=Screen)
PARTIAL, MET = Verdict.PARTIAL, Verdict.MET


class TrendStage(CarefulStage):
    """The people of `TrendCast`, each with a chat, when the year has just been published."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = TrendCast(database, clock)
        self.cast.assemble()
        self.now = self.cast.at(PUBLISHED)

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CHATS[name], name)

    @property
    def norms(self) -> list[str]:
        """All norms of the framework."""
        return [norm.id for norm in next(iter(self.database.frameworks.values())).norms]

    def branch(self, improving: int = 6, fine: int = 4) -> None:
        """Let so many organisations take part, and publish."""
        self.cast.reports(improving, {norm: PARTIAL if norm == D8 else MET for norm in self.norms})  # type: ignore[misc]
        self.cast.reports(fine, dict.fromkeys(self.norms, MET))  # type: ignore[arg-type]
        self.cast.publish()


def shown(chat: StageChat, kind: type[S]) -> S:
    """Return the screen of a chat; fails when it is of another kind."""
    assert isinstance(chat.screen, kind), chat.screen
    return chat.screen


def said(chat: StageChat) -> Screen:
    """Return the last message that came besides the screen."""
    return chat.received[-1].screen


@pytest.fixture
def stage(database: Database, clock: MovableClock) -> TrendStage:
    return TrendStage(database, clock)


# ------------------------------------------------------------------------------------------------- the branch


def test_the_secretariat_sees_what_most_have_to_improve(stage: TrendStage) -> None:
    stage.branch()
    sanne = stage.of("Sanne")
    sanne.sends("/menu")
    sanne.taps("Trends")

    found = shown(sanne, ShowTrends)
    assert (found.lines[0].norm.id, found.lines[0].cell.improvements, found.lines[0].cell.applies) == ("D8", 6, 10)
    assert (found.pages, found.hidden) == (5, 0)
    assert "6 van 10 verbeterpunt" in sanne.text
    sanne.taps("Meer")
    assert shown(sanne, ShowTrends).page == 1
    sanne.taps("Sterke punten")
    assert shown(sanne, ShowTrends).order is Order.STRONG
    sanne.taps("tot en met 20 fte")
    group = shown(sanne, ShowTrends).group
    assert group is not None
    assert group.level is Level.SIZE


def test_without_a_publication_it_says_what_it_takes(stage: TrendStage) -> None:
    sanne = stage.of("Sanne")
    sanne.sends("/trends")

    found = shown(sanne, ShowTrends)
    assert (found.ends_on, found.lines) == (None, ())
    assert "minstens 5 organisaties" in sanne.text


def test_an_office_sees_its_own_audits(stage: TrendStage) -> None:
    stage.branch()
    bea, otto = stage.of("Bea"), stage.of("Otto")
    for chat in (bea, otto):
        chat.sends("/menu")
        chat.taps("Trends")

    assert shown(bea, ShowTrends).lines[0].cell.group.level is Level.CI
    assert "Alle organisaties" not in bea.labels
    assert shown(otto, ShowTrends).lines == ()
    assert "te weinig" in otto.text


def test_the_workbook_and_the_picture_are_queued(stage: TrendStage) -> None:
    stage.branch()
    sanne = stage.of("Sanne")
    sanne.sends("/trends")
    sanne.taps("Excel")
    assert not shown(sanne, MakeTrends).is_picture
    sanne.taps("Terug")
    sanne.taps("Plaatje")

    assert [(job.name, job.data["is_picture"]) for job in stage.jobs] == [("trends", False), ("trends", True)]


@pytest.mark.parametrize("name", ["Tom", "Ada", "Noor"])
def test_others_are_told_kindly(stage: TrendStage, name: str) -> None:
    stage.branch()
    chat = stage.of(name)
    for tap in (
        TrendsTap(), TrendPageTap(0, 0, Order.STRONG, 0), TrendFileTap(0, 0, is_picture=True), BesidePageTap(0),
        BesideNormTap(D8), SharedPointsTap(0, 0), DecideTap(True, True, 0, is_sure=True), PointsTap(),
    ):  # fmt: skip
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert stage.jobs == []


@pytest.mark.parametrize("tap", [TrendPageTap(99, 99, Order.STRONG, 99), TrendPageTap(-1, -1, Order.STRONG, -1)])
def test_a_forged_page_shows_the_nearest(stage: TrendStage, tap: TrendPageTap) -> None:
    stage.branch()
    sanne = stage.of("Sanne")

    sanne.taps_old(tap)

    assert shown(sanne, ShowTrends).lines


# ------------------------------------------------------------------------------------------------- a member


def test_a_coordinator_reads_what_it_means_and_joins(stage: TrendStage) -> None:
    samira = stage.of("Samira")
    samira.sends("/menu")
    samira.taps("Trends")
    explained = shown(samira, ExplainTrends)
    assert (explained.takes_part, explained.may_decide) == (False, True)
    assert "minstens 5 organisaties samen" in samira.text

    samira.taps("Ja, wij doen mee")

    assert shown(samira, ExplainTrends).told is TrendTold.JOINED
    samira.taps("Terug")
    assert shown(samira, ShowBeside).lines == ()


def test_a_colleague_reads_it_and_cannot_decide(stage: TrendStage) -> None:
    sam = stage.of("Sam")
    sam.sends("/trends")

    assert not shown(sam, ExplainTrends).may_decide
    assert "Ja, wij doen mee" not in sam.labels
    sam.taps_old(DecideTap(True, False, 0, is_sure=True))
    assert shown(sam, SayTrouble).trouble is Trouble.NOT_ALLOWED


def test_six_of_ten_comparable_organisations(stage: TrendStage) -> None:
    stage.cast.own_report(dict.fromkeys(stage.norms, PARTIAL))  # type: ignore[arg-type]
    stage.cast.decides(takes_part=True)
    stage.branch()
    sam = stage.of("Sam")
    sam.sends("/trends")
    line = shown(sam, ShowBeside).lines[0]
    assert (line.norm.id, line.beside.cell.improvements, line.beside.cell.applies) == ("D8", 6, 10)

    sam.taps("D8")

    found = said(sam)
    assert isinstance(found, ShowBesideNorm)
    assert found.beside is not None
    from templates.render import render

    assert "6 van de 10 vergelijkbare organisaties" in render(found)


def test_from_a_norm_of_the_self_evaluation(stage: TrendStage) -> None:
    stage.cast.own_report(dict.fromkeys(stage.norms, PARTIAL))  # type: ignore[arg-type]
    stage.cast.decides(takes_part=True)
    stage.branch()
    samira = stage.of("Samira")
    samira.sends("/zelfevaluatie")
    samira.sends("D8")
    samira.taps("Vragen")

    samira.taps("Zo doen anderen het")

    assert isinstance(said(samira), ShowBesideNorm)
    samira.sends("Wij evalueren elk kwartaal met het team")  # the question is still open
    assert "Bewaard" in samira.text


def test_who_takes_no_part_is_told_what_it_means(stage: TrendStage) -> None:
    stage.branch()
    samira = stage.of("Samira")
    samira.taps_old(BesideNormTap(D8))

    found = said(samira)
    assert isinstance(found, ShowBesideNorm)
    assert (found.beside, found.takes_part) == (None, False)
    samira.taps_old(BesidePageTap(0))
    assert isinstance(samira.screen, ExplainTrends)


def test_stopping_is_asked_twice_and_takes_the_numbers_away(stage: TrendStage) -> None:
    stage.cast.own_report(dict.fromkeys(stage.norms, PARTIAL))  # type: ignore[arg-type]
    stage.cast.decides(takes_part=True)
    stage.branch()
    samira, sanne = stage.of("Samira"), stage.of("Sanne")
    samira.sends("/trends")
    samira.taps("Meedoen")
    samira.taps("Stoppen")
    assert isinstance(samira.screen, ConfirmLeaving)
    assert stage.cast.published()

    samira.taps("Ja, stoppen")

    assert shown(samira, ExplainTrends).told is TrendTold.LEFT
    assert stage.cast.published() == {}
    sanne.sends("/trends")
    assert shown(sanne, ShowTrends).lines == ()


def test_an_old_button_does_not_overrule_a_colleague(stage: TrendStage) -> None:
    stage.cast.decides(takes_part=True)
    samira = stage.of("Samira")

    samira.taps_old(DecideTap(False, False, 0, is_sure=True))

    assert shown(samira, ExplainTrends).told is TrendTold.CHANGED
    assert shown(samira, ExplainTrends).takes_part


# ------------------------------------------------------------------------------------------------- free text


class SharingStage(TrendStage):
    """Samira's final report went out with strong points in it."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        CarefulStage.__init__(self, database, Conversations(ALL_CONVERSATIONS))
        self.made = ReportCast(database, clock)
        self.made.assemble()
        self.made.settle_all()
        self.made.write("strengths", "Sterk team\nHeel Rivierenland kent het team")
        self.made.goes_to(Stage.CLOSED)
        self.made.sent(Moment.FINAL)
        self.made.received(date(2026, 12, 1))
        self.cast = TrendCast(database, clock)
        self.cast.audit = self.made.audit
        with database.begin() as work:
            self.cast.own = self.cast._organisation_of(work, "Samira")
            self.cast.ci = self.cast._organisation_of(work, "Bea")
        self.now = self.cast.now


@pytest.fixture
def sharing(database: Database, clock: MovableClock) -> SharingStage:
    return SharingStage(database, clock)


def shared(stage: TrendStage) -> int:
    with stage.database.begin() as work:
        return len(work.execute(trend.trend_point.select()).all())


def test_a_strong_point_is_shared_after_a_second_look(sharing: SharingStage) -> None:
    sharing.cast.decides(takes_part=True)
    samira = sharing.of("Samira")
    samira.sends("/trends")
    samira.taps("Meedoen")
    samira.taps("Teksten delen: uit")
    assert shown(samira, ExplainTrends).told is TrendTold.WITH_POINTS
    assert shared(sharing) == 0

    samira.taps("Kies teksten")
    assert shown(samira, ChoosePoints).lines[0].text == "Sterk team"
    samira.taps("1")
    assert shown(samira, LookAgain).text == "Sterk team"
    samira.taps("Delen")

    assert [line.is_shared for line in shown(samira, ChoosePoints).lines] == [True, False]
    assert shared(sharing) == 1
    samira.taps("1")
    samira.taps("Terugnemen")
    assert shared(sharing) == 0


def test_what_gives_the_organisation_away_cannot_be_shared(sharing: SharingStage) -> None:
    """A report with data of people cannot be sent at all; the name of the organisation is in many."""
    sharing.cast.decides(takes_part=True, shares_points=True)
    samira, audit = sharing.of("Samira"), sharing.made.audit
    samira.taps_old(PointTap(audit, 2))
    assert shown(samira, LookAgain).names_us
    assert "Delen" not in samira.labels

    samira.taps_old(SharePointTap(audit, 2, True))

    assert isinstance(samira.screen, LookAgain)
    assert shared(sharing) == 0


def test_without_consent_for_texts_nothing_is_shared(sharing: SharingStage) -> None:
    sharing.cast.decides(takes_part=True)
    samira = sharing.of("Samira")

    samira.taps_old(SharePointTap(sharing.made.audit, 1, True))

    assert shown(samira, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert shared(sharing) == 0


def test_taking_the_consent_back_takes_the_texts_back(sharing: SharingStage) -> None:
    sharing.cast.decides(takes_part=True, shares_points=True)
    samira = sharing.of("Samira")
    samira.taps_old(SharePointTap(sharing.made.audit, 1, True))
    assert shared(sharing) == 1
    samira.sends("/trends")
    samira.taps("Meedoen")

    samira.taps("Teksten delen: aan")

    assert shown(samira, ExplainTrends).told is TrendTold.WITHOUT_POINTS
    assert shared(sharing) == 0


@pytest.mark.parametrize("name", ["Sam", "Tom", "Bea", "Sanne"])
def test_nobody_else_chooses(sharing: SharingStage, name: str) -> None:
    sharing.cast.decides(takes_part=True, shares_points=True)
    chat = sharing.of(name)
    for tap in (PointsTap(), PointTap(sharing.made.audit, 1), SharePointTap(AuditId(sharing.made.audit), 1, True)):
        chat.taps_old(tap)
        assert shown(chat, SayTrouble).trouble is Trouble.NOT_ALLOWED
    assert shared(sharing) == 0


def test_texts_show_when_enough_organisations_share_them(sharing: SharingStage) -> None:
    sharing.cast.decides(takes_part=True, shares_points=True)
    samira = sharing.of("Samira")
    samira.taps_old(SharePointTap(sharing.made.audit, 1, True))
    sharing.cast.reports(6, {D8: PARTIAL})
    sharing.cast.publish()
    sharing.now = sharing.cast.now
    samira.taps_old(SharedPointsTap(0, 0))
    assert shown(samira, ShowSharedPoints).points == ()

    with sharing.database.begin() as work:  # four others share one each
        row = work.execute(trend.trend_point.select()).one()
        others = work.execute(trend.trend_source.select().where(trend.trend_source.c.audit_id != row.audit_id)).all()
        for other in others[:4]:
            place = f"trend_point.text:{other.organisation_id}:{other.audit_id}:1"
            sealed = work.vault.seal(f"organisation:{other.organisation_id}", place, f"Punt {other.audit_id}")
            values = {**row._mapping, "organisation_id": other.organisation_id, "audit_id": other.audit_id,
                      "number": 1, "text_sealed": sealed}  # fmt: skip
            work.execute(trend.trend_point.insert().values(values))
            own = trend.trend_consent.c.organisation_id == other.organisation_id
            work.execute(trend.trend_consent.update().where(own).values(shares_points=True))
    samira.taps_old(SharedPointsTap(0, 0))

    assert len(shown(samira, ShowSharedPoints).points) == 5
    assert "Rivierenland" not in samira.text
    samira.taps_old(MenuTap())
