"""From an operator to an audit that runs: offices, the plan, the team, the statements and the menu (scene 7)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from conversations.all import ALL_CONVERSATIONS
from conversations.audit_conduct import AcceptTap, TieTap
from conversations.audit_plan import Field as PlanField
from conversations.audit_plan import FieldTap, MoveTap
from conversations.audit_taps import (
    ConductTap,
    HomeTap,
    NewAuditTap,
    OfficeTap,
    OpenAuditTap,
    PlanAuditTap,
    StagesTap,
    StatementsTap,
    TeamTap,
)
from conversations.audit_team import ChooseMemberTap, SeatTap, UnseatTap
from conversations.audits import AuditedTap, AuditKindTap
from conversations.kit import Conversations
from conversations.offices import AddOfficeTap, OfficeLinkTap, OfficeRoleTap
from domain.audit import AuditKind
from domain.audit import Stage as AuditStage
from domain.audit_days import DayStatus
from domain.conduct import Statement
from domain.independence import TieKind
from domain.roles import OrganisationId, PersonId, Role
from storage.sql import tables as t
from storage.sql.database import Database
from templates.audit_screens import (
    AddedToTeam,
    AskDates,
    AskName,
    ChooseMember,
    MenuCounts,
    NamePurpose,
    ShowAuditMenu,
    ShowAuditorMenu,
    ShowAudits,
    ShowDays,
    ShowOffice,
    ShowOfficeMenu,
    ShowOffices,
    ShowPlan,
    ShowStages,
    ShowStatement,
    ShowStatements,
    ShowTeam,
    StatementsToCopy,
    TieDeclared,
    TieTold,
)
from templates.common_screens import SayTrouble, Trouble
from templates.people_screens import MenuNews, NameProblem
from tests.conversations.audit_stage import (
    ADA,
    BEA,
    KOMPAS,
    OLGA,
    PIM,
    RIVERS,
    TOM,
    audit_stage,
    comes_in,
    current,
    filled_in,
    founded,
    founded_office,
    invited_for,
    planned,
    running,
    seated,
)
from tests.conversations.people_stage import told
from tests.scenes.stage import Stage, StageChat


@pytest.fixture
def stage(database: Database) -> Stage:
    return audit_stage(database)


# --------------------------------------------------------------------------------------- certifying bodies


def test_an_operator_makes_a_certifying_body(stage: Stage) -> None:
    """One name, and the link for its first office person goes out."""
    bea = founded_office(stage)

    assert bea.screen == ShowOfficeMenu(KOMPAS, Role.CI_ADMIN, (), news=MenuNews.JOINED)
    assert bea.labels[:5] == ["Nieuwe toetsing", "Rekenhulp", "Toetsingen", "Bureau", "Termijnen"]


def test_an_operator_sees_bodies_and_no_audits(stage: Stage) -> None:
    """The operator keeps the machine running and sees no content."""
    founded_office(stage)
    olga = stage.chat(OLGA, "Olga")

    olga.sends("/operator")
    assert olga.screen == ShowOffices(((KOMPAS, 1),))
    olga.sends("/toetsingen")

    assert olga.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_a_name_that_is_no_name_is_asked_again(stage: Stage) -> None:
    """The question stays open."""
    olga = stage.chat(OLGA, "Olga")
    olga.sends("/operator")
    olga.taps("CI toevoegen")

    olga.sends("12")

    assert olga.screen == AskName(NamePurpose.OFFICE, NameProblem.NO_LETTERS)


def test_somebody_else_is_no_operator(stage: Stage) -> None:
    """Neither by the command nor by a forged button."""
    bea = founded_office(stage)
    for tap in (AddOfficeTap(), OfficeLinkTap(OrganisationId(1))):
        bea.taps_old(tap)
        assert bea.screen == SayTrouble(Trouble.NOT_ALLOWED)
    bea.sends("/operator")

    assert bea.screen == SayTrouble(Trouble.NOT_ALLOWED)


def test_an_auditor_comes_in_by_invitation(stage: Stage) -> None:
    """And arrives in a menu of their own, which waits for a team."""
    bea = founded_office(stage)

    tom = invited_for(stage, bea, TOM, "Tom")

    assert tom.screen == ShowAuditorMenu(KOMPAS, Role.AUDITOR, MenuNews.JOINED)
    bea.sends("/bureau")
    assert isinstance(bea.screen, ShowOffice)
    assert [line.name for line in bea.screen.people] == ["Bea", "Tom"]


def test_an_old_button_makes_no_second_link(stage: Stage) -> None:
    """A link is only made when the choice is on the screen."""
    bea = founded_office(stage)

    bea.taps_old(OfficeRoleTap(Role.AUDITOR))

    assert told(bea) == []


def test_a_peer_auditor_says_where_they_come_from(stage: Stage) -> None:
    """Their own organisation is one tap; they never audit at home."""
    founded(stage, PIM, "Pim", "Buurtwerk Noord")
    bea = founded_office(stage)
    pim = invited_for(stage, bea, PIM, "Pim", Role.PEER_AUDITOR)

    pim.taps("Mijn organisatie")
    pim.taps("Buurtwerk Noord")

    assert "Mijn organisatie" not in pim.labels
    bea.sends("/bureau")
    assert isinstance(bea.screen, ShowOffice)
    assert [line.home for line in bea.screen.people] == ["", "Buurtwerk Noord"]


def test_a_peer_auditor_may_come_from_an_organisation_that_is_not_here(stage: Stage) -> None:
    """Name and number are enough."""
    bea = founded_office(stage)
    pim = invited_for(stage, bea, PIM, "Pim", Role.PEER_AUDITOR)

    pim.taps("Mijn organisatie")
    pim.taps("Andere organisatie")
    pim.sends("Buurtwerk Zuid")
    pim.sends("77")

    assert isinstance(pim.screen, ShowAuditorMenu)


# ------------------------------------------------------------------------------------------------ the plan


def test_an_audit_is_planned_with_what_is_known(stage: Stage) -> None:
    """Organisation, kind and variant make an audit; the rest is filled in afterwards."""
    bea = founded_office(stage)

    planned(bea)

    assert isinstance(bea.screen, ShowPlan)
    assert (bea.screen.organisation, bea.screen.member_number) == (RIVERS, "1234")
    assert bea.screen.proposal.status is DayStatus.INVALID


def test_a_finger_that_bounces_loses_nothing_on_the_way_to_an_audit(stage: Stage) -> None:
    """The second tap on a button arrives when the next question is there already."""
    bea = founded_office(stage)
    bea.taps_old(NewAuditTap())
    for tap in (AuditedTap(None), AuditedTap(None)):
        bea.taps_old(tap)
    bea.sends(RIVERS)
    bea.sends("1234")

    for tap in (AuditKindTap(AuditKind.INITIAL), AuditKindTap(AuditKind.INITIAL)):
        bea.taps_old(tap)
    bea.taps("CI")

    assert current(bea).organisation.name == RIVERS


def test_an_organisation_that_shared_is_one_tap(stage: Stage) -> None:
    """Its self-evaluation lies beside the audit from then on."""
    samira = founded(stage, 1001, "Samira", RIVERS)
    bea = founded_office(stage)
    samira.taps_old("sh")
    samira.taps("Toetser uitnodigen")
    comes_in(stage, samira, BEA, "Bea")
    bea.taps("Wissel van rol")
    bea.taps(f"1. {KOMPAS}")

    bea.taps("Nieuwe toetsing")
    bea.taps(RIVERS)
    bea.taps("Hertoetsing")
    bea.taps("CI")

    assert isinstance(bea.screen, ShowPlan)
    assert bea.screen.has_evaluation


def test_the_fields_are_stored_one_by_one(stage: Stage) -> None:
    """Leaving halfway loses nothing."""
    bea = founded_office(stage)
    planned(bea)

    filled_in(bea)
    bea.taps("Plaats")
    bea.sends("Kerkstraat 1, Tiel")

    audit = current(bea).audit
    assert (audit.scope, audit.place, audit.fte.total) == ("Sociaal werk in Tiel", "Kerkstraat 1, Tiel", 40)
    assert audit.days == (date(2026, 12, 1), date(2026, 12, 2))


def test_hours_become_fte_and_helpers_do_not_count(stage: Stage) -> None:
    """36 hours a week is one fte; who lends a hand is shown as left out."""
    bea = founded_office(stage)
    planned(bea)
    bea.taps("Fte")
    bea.taps("Professionals in dienst")
    bea.sends("450 uur")
    bea.taps("Andere vrijwilligers")
    bea.sends("30")

    assert current(bea).audit.fte.total == Fraction(450, 36)


def test_days_are_proposed_with_every_step(stage: Stage) -> None:
    """40 fte is 3,5 days by the table of §2.5, and the steps are on the screen."""
    bea = founded_office(stage)
    planned(bea)
    filled_in(bea)

    bea.taps("Dagen")

    assert isinstance(bea.screen, ShowDays)
    assert bea.screen.proposal.days == Fraction(7, 2)
    assert len(bea.screen.proposal.steps) == 5
    assert "3,5" in bea.text


def test_beyond_the_table_only_a_quote_helps(stage: Stage) -> None:
    """Nothing is extrapolated."""
    bea = founded_office(stage)
    planned(bea)
    bea.taps("Fte")
    bea.taps("Professionals in dienst")
    bea.sends("301")
    bea.taps("Terug")
    bea.taps("Dagen")

    assert isinstance(bea.screen, ShowDays)
    assert bea.screen.proposal.status is DayStatus.ASK_QUOTE
    assert "offerte" in bea.text


def test_a_combination_needs_the_days_of_the_other_scheme(stage: Stage) -> None:
    """Without them only the extra is known."""
    bea = founded_office(stage)
    planned(bea, "Combinatie")
    filled_in(bea)
    bea.taps("Dagen")
    bea.taps("Met HKZ")
    assert isinstance(bea.screen, ShowDays)
    assert bea.screen.proposal.status is DayStatus.EXTRA_ONLY

    bea.taps("Dagen ander schema")
    bea.sends("3,5")

    assert isinstance(bea.screen, ShowDays)
    assert bea.screen.proposal.days == 5


@pytest.mark.parametrize("typed", ["morgen misschien", "1 dec, gisteren", "1-1-2020"])
def test_a_date_that_is_none_changes_nothing(stage: Stage, typed: str) -> None:
    """The part that was not understood is named."""
    bea = founded_office(stage)
    planned(bea)
    filled_in(bea)
    bea.taps("Toetsdagen")

    bea.sends(typed)

    assert isinstance(bea.screen, AskDates)
    assert bea.screen.unread
    assert len(current(bea).audit.days) == 2


# ------------------------------------------------------------------------------------------------ the team


def test_who_comes_in_a_team_hears_it(stage: Stage) -> None:
    """With the role and the days, and one tap leads there."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    audit = planned(bea)
    filled_in(bea)

    seated(bea, "Tom", "Teamleider")

    days = (date(2026, 12, 1), date(2026, 12, 2))
    assert told(tom)[-1] == AddedToTeam("Bea", RIVERS, Role.TEAM_LEADER, days)
    tom.taps_old(OpenAuditTap(audit))
    assert isinstance(tom.screen, ShowAuditMenu)
    assert tom.screen.role is Role.TEAM_LEADER
    assert tom.labels[0] == "Lezen en akkoord"


def test_the_office_lets_another_lead_while_the_team_judges(stage: Stage) -> None:
    """The team leader is gone; who leads from now on hears it, and nothing else of the team can be changed."""
    bea = founded_office(stage)
    invited_for(stage, bea, TOM, "Tom")
    ada = invited_for(stage, bea, ADA, "Ada")
    planned(bea)
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")
    seated(bea, "Ada", "Toetser")
    with stage.database.begin() as work:
        work.execute(t.audit.update().values(stage=AuditStage.JUDGING.value))

    bea.taps_old(TeamTap())
    assert "In het team" not in bea.labels
    bea.taps("Andere teamleider")
    assert [line.name for line in bea.screen.candidates] == ["Ada", "Bea"]  # type: ignore[union-attr]
    bea.taps("Ada")

    assert isinstance(bea.screen, ShowTeam)
    assert {line.name: line.role for line in bea.screen.team} == {"Ada": Role.TEAM_LEADER, "Tom": Role.AUDITOR}
    news = told(ada)[-1]
    assert isinstance(news, AddedToTeam)
    assert news.role is Role.TEAM_LEADER


def test_who_is_not_independent_is_listed_with_the_reason(stage: Stage) -> None:
    """And has no button."""
    bea = founded_office(stage)
    tom = founded(stage, TOM, "Tom", "Buurtwerk Noord")
    tom.taps_old("xm")
    tom.sends("1234")
    invited_for(stage, bea, TOM, "Tom")
    planned(bea)

    bea.taps_old(ChooseMemberTap())

    assert isinstance(bea.screen, ChooseMember)
    assert [line.ties for line in bea.screen.candidates] == [(), (TieKind.BELONGS,)]
    assert "Tom" not in bea.labels


def test_a_forged_seat_is_refused_with_the_reason(stage: Stage) -> None:
    """Storage checks independence, not the button."""
    bea = founded_office(stage)
    tom = founded(stage, TOM, "Tom", "Buurtwerk Noord")
    tom.taps_old("xm")
    tom.sends("1234")
    invited_for(stage, bea, TOM, "Tom")
    planned(bea)
    with stage.database.begin() as work:
        person = work.actor(TOM).person

    bea.taps_old(SeatTap(current(bea).id, person, Role.AUDITOR))

    assert current(bea).audit.team == ()
    assert "niet toetsen" in bea.text


# ------------------------------------------------------------------------------------------ the statements


def test_content_opens_after_both_statements(stage: Stage) -> None:
    """Two taps, and the menu shows what there is to do."""
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    audit = planned(bea)
    seated(bea, "Tom", "Teamleider")
    tom.taps_old(OpenAuditTap(audit))

    tom.taps("Lezen en akkoord")
    assert isinstance(tom.screen, ShowStatement)
    tom.taps("Akkoord")
    assert isinstance(tom.screen, ShowStatement)
    assert tom.screen.number == 2
    tom.taps("Akkoord")

    assert isinstance(tom.screen, ShowAuditMenu)
    assert tom.screen.missing == ()
    assert tom.screen.counts == MenuCounts(0, 0, 0, 0, covered=0)


def test_the_list_for_the_secretariat_can_be_copied(stage: Stage) -> None:
    """Who accepted what and when; before the first audit day."""
    bea, _, _ = running(stage)

    bea.taps_old(StatementsTap())
    assert isinstance(bea.screen, ShowStatements)
    assert [line.conduct_on for line in bea.screen.lines] == [date(2026, 11, 23)] * 2
    bea.taps("Tekst voor de mail")

    copied = told(bea)[-1]
    assert isinstance(copied, StatementsToCopy)
    assert copied.member_number == "1234"


def test_who_knows_them_too_well_leaves_and_the_office_hears_it(stage: Stage) -> None:
    """Nobody audits an organisation they advised."""
    bea, tom, ada = running(stage)
    bea.received.clear()

    ada.taps_old(TieTap(current(ada).id, TieKind.ADVISED))

    assert ada.screen == TieDeclared(RIVERS)
    assert told(bea) == [TieTold("Ada", RIVERS, TieKind.ADVISED)]
    assert TieTold("Ada", RIVERS, TieKind.ADVISED) in told(tom)
    ada.sends("/menu")
    assert isinstance(ada.screen, ShowAuditorMenu)


# ------------------------------------------------------------------------------------- the menu, the stages


def test_the_menu_of_an_audit_that_runs(stage: Stage) -> None:
    """Scene 7: audit, role and dates first; then what there is to do."""
    _, tom, ada = running(stage)

    assert isinstance(tom.screen, ShowAuditMenu)
    assert (tom.screen.organisation, tom.screen.role, tom.screen.stage) == (
        RIVERS, Role.TEAM_LEADER, AuditStage.RUNNING
    )  # fmt: skip
    assert tom.labels == [
        "Gesprek",
        "Notitie",
        "Dekking",
        "Oordelen",
        "Rapport",
        "Termijnen",
        "Team",
        "Toetsingen",
        "Signaal doorgeven",
        "Instellingen",
    ]
    assert "Toetsing Welzijn Rivierenland" in tom.text.splitlines()[0]
    assert isinstance(ada.screen, ShowAuditMenu)
    assert ada.screen.role is Role.AUDITOR


def test_the_menu_of_the_office_says_what_waits(stage: Stage) -> None:
    """Missing statements and missing leaders, by date."""
    bea = founded_office(stage)
    invited_for(stage, bea, ADA, "Ada")
    planned(bea)
    seated(bea, "Ada")

    bea.sends("/menu")

    assert isinstance(bea.screen, ShowOfficeMenu)
    (line,) = bea.screen.audits
    assert (line.without_team, line.without_statements) == (True, 1)


def test_what_stands_in_the_way_is_said(stage: Stage) -> None:
    """An audit without scope, fte and leader cannot be agreed on."""
    bea = founded_office(stage)
    planned(bea)

    bea.taps("Fase")

    assert isinstance(bea.screen, ShowStages)
    assert len(bea.screen.passages[0].obstacles) == 3
    assert bea.labels == ["Afblazen", "Terug", "Menu"]


def test_a_forged_stage_changes_nothing(stage: Stage) -> None:
    """The obstacles hold for an old button too."""
    bea = founded_office(stage)
    planned(bea)

    bea.taps_old(MoveTap(current(bea).id, AuditStage.CONTRACTED, is_sure=True))

    assert current(bea).audit.stage is AuditStage.PLANNED


def test_everything_fits_together() -> None:
    """No two conversations want the same tap or command."""
    assert Conversations(ALL_CONVERSATIONS).all


def test_somebody_with_two_audits_chooses(stage: Stage) -> None:
    """What is done next goes to the chosen one only."""
    bea = founded_office(stage)
    first = planned(bea)
    bea.taps_old(NewAuditTap())
    bea.taps("Andere organisatie")
    bea.sends("Buurtwerk Noord")
    bea.sends("99")
    bea.taps("Eerste toetsing")
    bea.taps("CI")
    bea.sends("/toetsingen")
    assert isinstance(bea.screen, ShowAudits)
    assert [line.is_current for line in bea.screen.audits] == [False, True]

    second = current(bea).id
    bea.taps(OpenAuditTap(first))

    assert current(bea).id == first
    bea.taps_old(MoveTap(second, AuditStage.CANCELLED, is_sure=True))
    assert current(bea).audit.stage is AuditStage.PLANNED


# ------------------------------------------------------------------------------------------- forged buttons


FORGED = (
    OfficeTap(), OfficeRoleTap(Role.CI_ADMIN), NewAuditTap(), PlanAuditTap(), TeamTap(), StagesTap(), StatementsTap(),
    ConductTap(), ChooseMemberTap(), FieldTap(PlanField.SCOPE), HomeTap(),
)  # fmt: skip


def outsider(stage: Stage) -> StageChat:
    """Return a coordinator of a member, who has nothing to do with audits."""
    return founded(stage, 1001, "Samira", "Buurtwerk Noord")


def test_a_member_reaches_nothing_of_an_audit(stage: Stage) -> None:
    """Every button, with forged ids: refused, and nothing changes."""
    _, tom, _ = running(stage)
    before = current(tom)
    samira = outsider(stage)
    with stage.database.begin() as work:
        person = work.actor(TOM).person

    for tap in (
        *FORGED, OpenAuditTap(before.id), SeatTap(before.id, person, Role.AUDITOR), UnseatTap(before.id, person),
        AcceptTap(before.id, Statement.CONFIDENTIALITY), TieTap(before.id, TieKind.STAKE),
        MoveTap(before.id, AuditStage.JUDGING, is_sure=True),
    ):  # fmt: skip
        samira.taps_old(tap)
        assert samira.screen == SayTrouble(Trouble.NOT_ALLOWED), tap

    assert current(tom) == before


def test_an_auditor_changes_no_plan(stage: Stage) -> None:
    """The office and the team leader plan; an auditor looks."""
    _, _, ada = running(stage)
    before = current(ada)

    for tap in (
        ChooseMemberTap(),
        FieldTap(PlanField.SCOPE),
        UnseatTap(before.id, PersonId(1)),
        NewAuditTap(),
        OfficeTap(),
    ):
        ada.taps_old(tap)
        assert ada.screen == SayTrouble(Trouble.NOT_ALLOWED), tap
    ada.taps_old(MoveTap(before.id, AuditStage.JUDGING, is_sure=True))

    assert current(ada) == before


def test_every_member_of_the_team_sees_the_team(stage: Stage) -> None:
    """Only who may change it gets names to tap."""
    _, tom, ada = running(stage)

    for chat, names in ((tom, ["Tom", "Ada"]), (ada, [])):
        chat.taps("Team")
        assert isinstance(chat.screen, ShowTeam)
        assert [label for label in chat.labels if label in ("Tom", "Ada")] == names


def test_accepting_again_is_no_error(stage: Stage) -> None:
    """A second tap on the statements of an old screen brings one to the menu."""
    _, tom, _ = running(stage)

    tom.taps_old(AcceptTap(current(tom).id, Statement.CONFIDENTIALITY))

    assert isinstance(tom.screen, ShowAuditMenu)


def test_an_answer_goes_to_the_audit_that_was_asked_about(stage: Stage) -> None:
    """When the question's audit is out of reach by then, the text lands in no other one."""
    bea, tom, _ = running(stage)
    tom.taps_old(FieldTap(PlanField.PLACE))
    with stage.database.begin() as work:
        leader = work.actor(TOM).person
    audit = current(bea).id
    planned(bea)
    seated(bea, "Tom", "Teamleider")
    bea.taps_old(OpenAuditTap(audit))
    bea.taps_old(UnseatTap(audit, leader))

    tom.sends("Kerkstraat 1")

    assert current(tom).audit.place == ""
    assert isinstance(tom.screen, ShowPlan)
