"""An audit on another framework speaks its words, from planning to decision: for everybody, behind every button.

The invented framework calls no verdict as the label does, so a word of the label that stayed behind shows anywhere.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import OfficeTap
from conversations.case_taps import SignalTap
from conversations.decision_taps import DecideTap, SendPartATap
from conversations.kit import Conversations
from conversations.report_taps import CorrectTap, ReportTap, RespondTap
from conversations.taps import CalculatorTap, ColleaguesTap, HelpTap, PrivacyTap, SettingsTap
from conversations.term_taps import RemindersTap
from conversations.trend_taps import TrendsTap
from domain.audit import Stage
from domain.framework import Framework, FrameworkId, NormId
from domain.improvement_plan import PlanEntry
from domain.process import EventKind
from domain.report import Ruling, VersionId
from domain.report_format import Moment
from domain.verdicts import Verdict
from storage.content import load_framework, load_frameworks
from storage.interfaces import NotAllowed
from storage.sql.database import Database
from templates.render import render
from templates.report_screens import ShowReport
from tests.changing import replace
from tests.conftest import MovableClock
from tests.conversations.looking_around import look_around
from tests.conversations.people_stage import CarefulStage
from tests.conversations.report_stage import shown
from tests.scenes.stage import StageChat
from tests.storage.report_cast import CHATS, ReportCast

GARDEN = Path(__file__).parents[1] / "domain" / "frameworks" / "buurttuin-1.yaml"
MAATSTAF = FrameworkId("ciio-maatstaf-2016")
#: What the label calls a verdict, and what belongs to the label alone.
WORDS_OF_THE_LABEL = ("voldoet", "verbeterpunt")
OF_THE_LABEL_ALONE = (
    "sociaal werk nederland", "swn", "secretariaat", "kwaliteitslabel", "certificaat", "het label", "register",
)  # fmt: skip
#: Where the audit is left: settings, help, the office, cost of the label, figures of the branch, what one is told.
ELSEWHERE = (
    SettingsTap, HelpTap, PrivacyTap, ColleaguesTap, OfficeTap, CalculatorTap, TrendsTap, SignalTap, RemindersTap,
)  # fmt: skip


class OtherCast(ReportCast):
    """The people of `ReportCast` around an audit on another framework."""

    def __init__(self, database: Database, clock: MovableClock, framework: Framework) -> None:
        database.frameworks = {framework.id: framework}
        super().__init__(database, clock)
        self.framework = framework


class OtherStage(CarefulStage):
    """Everybody with a chat; who looks around says which words of the label they saw."""

    def __init__(self, database: Database, clock: MovableClock, framework: Framework) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = OtherCast(database, clock, framework)
        self.cast.assemble()

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CHATS[name], name)

    def strange(self, words: tuple[str, ...], *names: str) -> list[str]:
        """Return where these people read one of these words; what was sent to them counts as well."""
        found = []
        for name in names:
            seen = look_around(self, self.of(name), ELSEWHERE)
            assert len(seen) > 10, f"{name} saw next to nothing"
            found += [
                f"{name} at {tap}: {line}"
                for tap, text in seen.items()
                for line in text.splitlines()
                if any(word in line.casefold() for word in words)
            ]
        return found

    def sends(self, moment: Moment, on: date) -> VersionId:
        """Let the report go to the member, who receives it."""
        version = self.cast.sent(moment)
        self.cast.received(on)
        return version


@pytest.fixture
def garden() -> Framework:
    """Four invented norms with words of their own, in a process without SWN; at most none not met and one partial."""
    found = load_framework(GARDEN)
    return replace(found, default_process="eigen", weighing=replace(found.weighing, is_own=True))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_word_of_the_label_is_left(database: Database, clock: MovableClock, garden: Framework) -> None:
    """Report, reaction, plan, additional investigation, addendum, decision, terms: all of it in words of the garden."""
    words = (*WORDS_OF_THE_LABEL, *OF_THE_LABEL_ALONE)
    stage = OtherStage(database, clock, garden)
    cast, today = stage.cast, stage.now.date()
    everybody = ("Tom", "Ada", "Bea")
    strange = stage.strange(words, *everybody)
    cast.settle_all(G1=Verdict.PARTIAL, G3=Verdict.NOT_MET)
    strange += stage.strange(words, "Tom", "Ada")

    draft = stage.sends(Moment.DRAFT, today)
    strange += stage.strange(words, "Tom", "Samira")
    samira = stage.of("Samira")
    samira.taps_old(CorrectTap(draft, NormId("G1")))
    samira.sends("Wij sproeien elke dag")
    samira.taps_old(RespondTap(draft, True))
    strange += stage.strange(words, "Tom", "Samira")
    with cast.reports("Tom") as reports:
        reports.rule(draft, NormId("G1"), Ruling.ANSWERED, "Dat staat er nu bij", stage.now, revision=1)
    cast.goes_to(Stage.CLOSED)
    stage.sends(Moment.FINAL, today)
    strange += stage.strange(words, "Tom", "Samira", "Bea")

    hands_in(stage)
    strange += stage.strange(words, "Tom", "Samira")
    with cast.database.begin() as work:
        plans = work.plans(work.actor(CHATS["Tom"]))
        plans.approve(cast.audit, today, stage.now, seen=plans.get(cast.audit).version)
    looks_again(stage)
    strange += stage.strange(words, "Tom")
    stage.sends(Moment.ADDENDUM, today)
    strange += stage.strange(words, "Samira")
    tom = stage.of("Tom")
    tom.taps_old(DecideTap(cast.audit, is_positive=True))
    tom.sends("Alles groeit en bloeit")
    strange += stage.strange(words, "Tom", "Samira", "Bea")

    assert strange == []
    told = [render(said.screen).casefold() for name in (*everybody, "Samira") for said in stage.of(name).received]
    assert [text for text in told if any(word in text for word in words)] == []


def hands_in(stage: OtherStage) -> None:
    """Let Samira say of every norm of the plan what they will do, and hand it in."""
    cast, today = stage.cast, stage.now.date()
    with cast.database.begin() as work:
        plans = work.plans(work.actor(CHATS["Samira"]))
        for norm in plans.get(cast.audit).needed:
            plans.write(cast.audit, PlanEntry(norm, "Vaker gieten", "De tuinier", today + timedelta(90), "Een lijst"),
                        stage.now)  # fmt: skip
        plans.submit(cast.audit, today, stage.now, seen=plans.get(cast.audit).version)


def looks_again(stage: OtherStage) -> None:
    """Let the team look again at every norm of the plan, and close the additional investigation."""
    cast = stage.cast
    with cast.database.begin() as work:
        plans = work.plans(work.actor(CHATS["Tom"]))
        for norm in plans.get(cast.audit).needed:
            plans.retest(cast.audit, norm, stage.now, verdict=Verdict.MET, text="Nu bloeit het")
        plans.finish_followup(cast.audit, stage.now.date(), stage.now)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_audit_on_the_maatstaf_has_nothing_of_the_label_alone(database: Database, clock: MovableClock) -> None:
    """CIIO's framework and SWN's label share words for verdicts; secretariat, register and certificate they do not."""
    words = ("verbeterpunt", *OF_THE_LABEL_ALONE)
    stage = OtherStage(database, clock, load_frameworks()[MAATSTAF])
    stage.cast.settle_all(Ko1=Verdict.PARTIAL)
    draft = stage.sends(Moment.DRAFT, stage.now.date())
    stage.of("Samira").taps_old(RespondTap(draft, True))
    stage.cast.goes_to(Stage.CLOSED)
    stage.sends(Moment.FINAL, stage.now.date())

    assert stage.strange(words, "Tom", "Samira", "Bea") == []


def test_part_a_of_another_framework_goes_nowhere(database: Database, clock: MovableClock, garden: Framework) -> None:
    """A forged button sends nothing, and storage refuses as well; the secretariat does not know of the audit."""
    stage = OtherStage(database, clock, garden)
    cast, today = stage.cast, stage.now.date()
    cast.settle_all()
    stage.sends(Moment.DRAFT, today)
    cast.goes_to(Stage.CLOSED)
    stage.sends(Moment.FINAL, today)
    tom = stage.of("Tom")
    tom.taps_old(DecideTap(cast.audit, is_positive=True))
    tom.sends("Alles groeit en bloeit")

    for is_mail in (True, False):
        tom.taps_old(SendPartATap(cast.audit, is_mail=is_mail, is_sure=True))
    tom.taps_old(ReportTap())
    overview = shown(tom, ShowReport)

    assert "Deel A in Word" not in tom.labels
    assert overview.missing == ()
    with database.begin() as work:
        actor = work.actor(CHATS["Tom"])
        with pytest.raises(NotAllowed):
            work.decisions(actor).send_part_a(cast.audit, today, stage.now)
        with pytest.raises(NotAllowed):
            work.reports(actor).freeze(cast.audit, Moment.SUMMARY, stage.now)
        with pytest.raises(NotAllowed):
            work.process(actor).record(cast.audit, EventKind.SUMMARY_RECEIVED, today, stage.now)
        assert EventKind.SUMMARY_RECEIVED not in {event.kind for event in work.process(actor).events(cast.audit)}
        assert work.process(work.actor(CHATS["Sanne"])).audits() == ()
