"""The Dutch of the screens about people: every screen, every variant, with names that try to break it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path

import msgspec
import pytest

import templates
from domain.actors import Invitation, InvitationId, Membership, MembershipId, Organisation
from domain.framework import Framework, Norm, NormId
from domain.roles import OrganisationId, OrganisationKind, PersonId, Role
from storage.content import load_frameworks
from storage.interfaces import InvitationState
from templates import people_screens as screens
from templates.commands import NEWCOMER, commands_for
from templates.people_screens import (
    ColleagueLine,
    ColleagueNotice,
    MenuNews,
    NameProblem,
    Portion,
    RubricPortion,
    ShowMenu,
)
from templates.render import MAX_TEXT, label, render, visible_length
from templates.screens import Screen

HOSTILE = '<b>Jan</b> & "co" {{ 7*7 }} </a> ' + "x" * 90
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = Path(templates.__file__).parent / "people"

FRAMEWORK: Framework = next(iter(load_frameworks().values()))
FUNCTIONS = FRAMEWORK.functions
NORMS: tuple[Norm, ...] = FRAMEWORK.norms
NORM_IDS: tuple[NormId, ...] = tuple(norm.id for norm in NORMS)


def membership(name: str, role: Role = Role.COLLEAGUE) -> Membership:
    organisation = Organisation(OrganisationId(1), OrganisationKind.MEMBER, name, is_confirmed=False)
    return Membership(MembershipId(1), PersonId(1), organisation, role)


def invitation(name: str, role: Role = Role.COLLEAGUE) -> Invitation:
    return Invitation(InvitationId(1), membership(name).organisation, role, None, name, NOW, NOW)


def line(name: str, role: Role = Role.COLLEAGUE, *, assigned: int = 3) -> ColleagueLine:
    return ColleagueLine(name, role, "P&O", assigned, 1, 2, is_reachable=False, last_norm=NormId("D9"), last_at=NOW)


def all_screens(name: str) -> list[Screen]:
    """Every screen in the variants that its template knows, with this name everywhere."""
    portion, roles = Portion(name, "P&O", 12), list(Role)
    return [
        screens.Welcome(),
        *(screens.AskOrganisationName(problem) for problem in (None, *NameProblem)),
        *(screens.AskMemberNumber(name, problem) for problem in (None, *NameProblem)),
        screens.NumberIsTaken("12", was_asked=True),
        screens.NumberIsTaken(name, was_asked=False),
        screens.SomebodyAsksToJoin(name, name),
        screens.AuditorsByInvitation(),
        *(screens.ShowInvitation(name, name, role, "P&O") for role in roles),
        *(screens.InvitationProblem(state.value) for state in InvitationState),
        screens.InvitationProblem("already_member", is_still_open=True),
        screens.InvitationDeclined(),
        *(screens.SomebodyJoined(name, name, role) for role in roles),
        screens.AskOwnFunction(name, FUNCTIONS),
        *(ShowMenu(name, role, False, 3, 49, 1, 2, news=MenuNews.JOINED) for role in roles),
        *(ShowMenu(name, Role.COORDINATOR, True, 49, 49, 0, 2, is_closed=True, news=news) for news in MenuNews),
        ShowMenu(name, Role.COLLEAGUE, True, 0, 0),
        screens.ChooseRole((membership(name), membership("B")), membership("B")),
        screens.ShowColleagues(name, tuple(line(name) for _ in range(12)), 1, 2, 1, may_manage=True),
        screens.ShowColleagues(name, (), 1, 1, 0, may_manage=False),
        *(screens.ShowColleague(line(name, role)) for role in roles),
        *(screens.ShowColleague(line(name, assigned=0), notice) for notice in ColleagueNotice),
        screens.AskFunction(name, FUNCTIONS),
        screens.AskFunction(None, FUNCTIONS),
        screens.ConfirmHandOver(name),
        *(screens.ConfirmRemoval(name, role) for role in roles),
        *(screens.Removed(name, role) for role in roles),
        screens.NudgeReceived(name, name, 1),
        screens.NudgeReceived(name, name, 12),
        screens.MadeCoordinator(name, name),
        screens.AccessEnded(name),
        *(screens.ChooseInvitation(role, FUNCTIONS) for role in (Role.COLLEAGUE, Role.COORDINATOR)),
        *(screens.InvitationMade(name, role, None, NOW) for role in roles),
        *(screens.ForwardInvitation(name, name, role, "https://t.me/b?start=x", NOW) for role in roles),
        *(screens.InvitationInWords(name, name, role) for role in roles),
        *(screens.ShowInvitations((invitation(name),) * 20, was) for was in (None, True, False)),
        screens.ShowInvitations(()),
        screens.ShowSharing(name, (name, name), 2),
        screens.ShowSharing(name, (), 0),
        screens.ShowDivision((portion,) * 30, 12, 49, 2, (name, name), (name,)),
        screens.ShowDivision((portion,), 0, 49, 1, (name,)),
        screens.NothingToDivide(),
        screens.DivideFor(portion, (RubricPortion("Vakmanschap", 1, 15),), NORM_IDS, 1),
        screens.DivideFor(portion, (), (), 0),
        screens.ChooseFunctionNorms(portion, FUNCTIONS),
        screens.ChooseNorms(portion, "Vakmanschap", 1, 15),
        screens.ShowProposal((portion,) * 30, (name,) * 5, 3),
        screens.ShowProposal((), (), 0),
        screens.NormsGiven(name, name, NORMS),
        screens.NormsGiven(name, name, NORMS[:1]),
        *(screens.ShowSettings(name, role, "P&O", True, "12", False, is_saved=True) for role in roles),
        screens.ShowSettings(name, Role.COLLEAGUE, None, False, None, True),
        *(screens.AskNewName(name, problem) for problem in (None, *NameProblem)),
        *(screens.AskNumberLater(problem) for problem in (None, *NameProblem)),
        screens.AskNumberLater(is_taken=True),
        screens.ConfirmLeaving(name, Role.COLLEAGUE),
        screens.HandOverFirst(name, has_colleagues=True),
        screens.HandOverFirst(name, has_colleagues=False),
        *(screens.ShowPrivacy(role) for role in (None, *roles)),
        screens.ShowPrivacy(Role.COORDINATOR, date(2027, 1, 8)),
        screens.DataComing(),
        screens.ArchiveComing(name),
        screens.ConfirmErasure((membership(name),)),
        screens.ConfirmErasure(()),
        screens.ErasureBlocked((name,), is_current=True),
        screens.ErasureBlocked((name, name), is_current=False),
        screens.AskNameToErase(name, 1, is_wrong=True),
        screens.OrganisationErased(name),
        screens.Goodbye(),
        *(screens.ShowHelp(role) for role in (None, *roles)),
        screens.Stopped(),
        *(screens.CommandMenu(role) for role in (NEWCOMER, *roles)),
    ]


def test_every_screen_is_tried() -> None:
    """A screen that is not in the list above is a screen that nobody has read."""
    known = {value for value in vars(screens).values() if isinstance(value, type) and issubclass(value, Screen)}

    assert known - {Screen} == {type(screen) for screen in all_screens("Priya")}


def test_every_template_belongs_to_a_screen() -> None:
    """A template that no screen names is text that nobody will ever see."""
    used = {screen.template for screen in all_screens("Priya")} | {"people/words.j2"}

    assert {f"people/{path.relative_to(PEOPLE)}" for path in PEOPLE.rglob("*.j2")} == used


@pytest.mark.parametrize("name", ["Priya", HOSTILE, "🙂" * 60, "مرحبا"])
def test_every_screen_can_be_sent(name: str) -> None:
    """Tags stay whole on a line, names are escaped once, and everything fits a message."""
    for screen in all_screens(name):
        text = render(screen)
        assert text, screen
        assert visible_length(text) <= MAX_TEXT
        assert "{{" not in text.replace("{{ 7*7 }}", "")
        for row in text.splitlines():
            assert Counter(re.findall(r"<(\w+)>", row)) == Counter(re.findall(r"</(\w+)>", row)), row
        assert set(re.findall(r"<(\w+)", text)) <= {"b", "i", "code"}, text


def test_no_screen_is_cut() -> None:
    """The longest screens fit whole: a list that ends in an ellipsis hides somebody."""
    for screen in all_screens("Priya van den Berg"):
        assert not render(screen).endswith("\n…"), screen


def test_every_screen_reads_without_leftovers() -> None:
    """No None, no empty brackets, no double spaces in front of a point."""
    for screen in all_screens("Priya"):
        text = re.sub(r"<[^>]+>", "", unescape(render(screen)))
        assert not re.search(r"None|True|False|\(\)| ,| \.( |$)|·\s*$|  ", text, re.MULTILINE), text


def test_plurals_are_right() -> None:
    """One norm stands open, two norms stand open."""
    assert "staat nog <b>1 norm</b> voor je open" in render(screens.NudgeReceived("Samira", "X", 1))
    assert "staan nog <b>2 normen</b> voor je open" in render(screens.NudgeReceived("Samira", "X", 2))


def test_the_welcome_says_what_the_screenplay_says() -> None:
    """Scene 1, and the honest line about encryption."""
    text = render(screens.Welcome())

    assert "<b>Handvat</b> helpt je op weg naar het Kwaliteitslabel Sterk Sociaal Werk." in text
    assert "Werk je bij een lidorganisatie of ben je toetser?" in text
    assert "niet end-to-end versleuteld" in text


def test_the_first_line_of_the_menu_names_the_role() -> None:
    """Scene 2: where am I, and as what?"""
    text = render(ShowMenu("Welzijn Rivierenland", Role.COORDINATOR, False, 29, 49, news=MenuNews.BECAME_COORDINATOR))

    lines = text.splitlines()
    assert lines[0] == "🏢 <b>Welzijn Rivierenland</b> · coördinator"
    assert "Je bent nu coördinator van <b>Welzijn Rivierenland</b>." in text
    assert "Nog niet bevestigd" in text
    assert "📋 Zelfevaluatie: 29 van 49 normen" in lines


def test_the_invitation_says_what_the_screenplay_says() -> None:
    """Scene 1, with a link."""
    text = render(screens.ShowInvitation("Samira", "Welzijn Rivierenland", Role.COLLEAGUE))

    assert "Samira nodigt je uit om mee te werken aan de zelfevaluatie van <b>Welzijn Rivierenland</b>." in text


@pytest.mark.parametrize("role", [None, *Role])
def test_privacy_answers_every_question(role: Role | None) -> None:
    """What, why, where, who and how long, in every role; and that Telegram keeps a copy."""
    text = render(screens.ShowPrivacy(role))

    assert all(f"<b>{word}?</b>" in text for word in ("Wat", "Waarom", "Waar", "Wie ziet het", "Hoe lang"))
    assert "Telegram" in text


@pytest.mark.parametrize("role", [None, NEWCOMER, *Role])
def test_commands_fit_telegram(role: str | None) -> None:
    """Lowercase names, a description that fits a line, no command twice."""
    commands = commands_for(role)

    names = [name for name, _ in commands]
    assert names[0] == "menu"
    assert {"help", "privacy", "stop"} <= set(names)
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]{1,32}", name) for name in names)
    assert all(3 <= len(description) <= 60 for _, description in commands)


def test_a_command_menu_offers_only_what_the_role_may_do() -> None:
    """An auditor who reads along does not manage colleagues; a newcomer has no settings."""
    assert "collegas" in dict(commands_for(Role.COORDINATOR))
    assert "collegas" not in dict(commands_for(Role.READER))
    assert "instellingen" not in dict(commands_for(None))


def test_labels_with_a_number_or_a_name_fit() -> None:
    """The longest value that a label gets still fits a button."""
    assert len(label("revoke", "20")) <= 24
    assert len(label("menu_go_on", "O23")) <= 24
    assert len(label("norm_by_norm", "O")) <= 24


def test_screens_hold_values_and_no_markup() -> None:
    """Dutch lives in templates; a screen never carries a sentence by default."""
    for screen in all_screens("Priya"):
        for field in msgspec.structs.fields(screen):
            value = getattr(screen, field.name)
            assert not isinstance(value, str) or "<" not in value


@pytest.mark.parametrize(
    "role", [Role.QUALITY_OFFICER, Role.OFFICE_MANAGER, Role.COMPLAINT_HANDLER, Role.APPEAL_HANDLER]
)
def test_who_works_on_cases_is_not_invited_for_a_self_evaluation(role: Role) -> None:
    invitations = (
        screens.ShowInvitation("Bea", "CI Kompas", role),
        screens.ForwardInvitation("Bea", "CI Kompas", role, "https://t.me/x", NOW),
        screens.InvitationInWords("Bea", "CI Kompas", role),
    )

    for text in map(render, invitations):
        assert "CI Kompas" in text
        assert "zelfevaluatie" not in text


@pytest.mark.parametrize(
    ("role", "where"),
    [(Role.COLLEAGUE, "Collega's"), (Role.AUDITOR, "Bureau"), (Role.COMPLAINT_HANDLER, "Bureau"),
     (Role.SWN_SECRETARIAT, "beheerder")],
)  # fmt: skip
def test_who_is_not_expected_can_be_taken_away_at_once(role: Role, where: str) -> None:
    """The message names the place in the menu of whoever reads it."""
    assert where in unescape(render(screens.SomebodyJoined("Ada", "CI Kompas", role)))
