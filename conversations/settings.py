"""Settings: what people choose for themselves, and for the organisation as its coordinator.

⚙️ Instellingen -> SETTINGS -> ✏️ Naam -> NAME | 🏷 Mijn functie | 🔔 | 🚪 Organisatie verlaten
"""

from __future__ import annotations

from enum import StrEnum

from conversations.acting import become, current_evaluation, framework_of, function_label, knows_function, needs, reread
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.menu import show_menu
from conversations.onboarding import name_problem, number_problem, tidy
from conversations.people_taps import InviteTap
from conversations.privacy import EraseOrganisationTap
from conversations.roster import WORKING_ROLES, roster_of
from conversations.taps import ColleaguesTap, HelpTap, MenuTap, PrivacyTap, SettingsTap, SwitchRoleTap, way_back
from domain.actors import Membership
from domain.framework import WhoCode
from domain.roles import Permission, Role
from storage.interfaces import LastCoordinator, MemberNumberTaken
from templates.common_screens import Trouble
from templates.people_screens import (
    AskFunction,
    AskNewName,
    AskNumberLater,
    ConfirmLeaving,
    HandOverFirst,
    MenuNews,
    ShowSettings,
)
from templates.render import label


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    SETTINGS = "settings"
    RENAMING = "renaming"
    NUMBERING = "numbering"
    LEAVING = "leaving"


class RenameTap(Tap, frozen=True):
    """To giving the organisation another name."""

    prefix = "xr"


class AskNumberTap(Tap, frozen=True):
    """To typing the member number that was skipped at the start, or was wrong."""

    prefix = "xm"


class AskOwnFunctionTap(Tap, frozen=True):
    """To choosing one's own function."""

    prefix = "xa"


class OwnFunctionTap(Tap, frozen=True):
    """Record one's own function, None for no function."""

    prefix = "xf"

    function: WhoCode | None


class NudgesTap(Tap, frozen=True):
    """Whether colleagues may nudge."""

    prefix = "xn"

    wants: bool


class LeaveTap(Tap, frozen=True):
    """Leave the organisation; asks first."""

    prefix = "xl"

    is_sure: bool


# ------------------------------------------------------------------------------------------------ steps


def open_settings(turn: Turn, _: object) -> State | None:
    """Show the settings."""
    return show_settings(turn)


def show_settings(turn: Turn, *, is_saved: bool = False) -> State | None:
    """Show what can be set in the current role; without one there is nothing to set."""
    membership = turn.actor.membership
    if membership is None:
        show_menu(turn)
        return State.SETTINGS
    turn.show(_settings(turn, membership, is_saved), settings_keyboard(turn, membership))
    return State.SETTINGS


def _settings(turn: Turn, membership: Membership, is_saved: bool) -> ShowSettings:
    organisation = membership.organisation
    framework = framework_of(turn, current_evaluation(turn))
    return ShowSettings(
        organisation=organisation.name,
        role=membership.role,
        function=function_label(framework, membership.function),
        wants_nudges=turn.actor.settings.wants_nudges,
        member_number=organisation.member_number,
        is_confirmed=organisation.is_confirmed,
        is_saved=is_saved,
    )


def ask_name(turn: Turn, _: RenameTap) -> State:
    """Ask for the new name of the organisation."""
    name = turn.actor.organisation.name if turn.actor.organisation else ""
    turn.show(AskNewName(name), way_back(SettingsTap()))
    return State.RENAMING


def take_name(turn: Turn, given: TextGiven) -> State | None:
    """Give the organisation its new name."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        old = turn.actor.organisation.name if turn.actor.organisation else ""
        turn.show(AskNewName(old, problem), way_back(SettingsTap()))
        return State.RENAMING
    turn.work.people(turn.actor).rename_organisation(name, turn.now)
    reread(turn)
    return show_settings(turn, is_saved=True)


def ask_number(turn: Turn, _: AskNumberTap) -> State:
    """Ask for the member number."""
    turn.show(AskNumberLater(), way_back(SettingsTap()))
    return State.NUMBERING


def take_number(turn: Turn, given: TextGiven) -> State | None:
    """Record the member number, which an office then has to confirm."""
    number = tidy(given.text)
    problem = number_problem(number)
    if problem is not None:
        turn.show(AskNumberLater(problem), way_back(SettingsTap()))
        return State.NUMBERING
    try:
        turn.work.people(turn.actor).set_member_number(number, turn.now)
    except MemberNumberTaken:
        turn.show(AskNumberLater(is_taken=True), way_back(SettingsTap()))
        return State.NUMBERING
    reread(turn)
    return show_settings(turn, is_saved=True)


def ask_own_function(turn: Turn, _: AskOwnFunctionTap) -> State:
    """Ask for which function this person speaks."""
    functions = framework_of(turn, current_evaluation(turn)).functions
    buttons = [Button(function.label, OwnFunctionTap(function.code)) for function in functions]
    without = Button(label("without_function"), OwnFunctionTap(None))
    turn.show(AskFunction(None, functions), Keyboard.flow(buttons, [without]) + way_back(SettingsTap()))
    return State.SETTINGS


def record_own_function(turn: Turn, tap: OwnFunctionTap) -> State | None:
    """Store this person's own function."""
    membership = turn.actor.membership
    if membership is None or not knows_function(framework_of(turn, current_evaluation(turn)), tap.function):
        show_trouble(turn, Trouble.AGED)
        return None
    turn.work.people(turn.actor).set_function(membership.id, tap.function, turn.now)
    reread(turn)
    return show_settings(turn, is_saved=True)


def set_nudges(turn: Turn, tap: NudgesTap) -> State | None:
    """Store whether colleagues may nudge this person."""
    turn.work.people(turn.actor).set_wants_nudges(tap.wants)
    reread(turn)
    return show_settings(turn, is_saved=True)


def leave(turn: Turn, tap: LeaveTap) -> State | None:
    """Ask, and then end this person's role; the only coordinator hands over first."""
    membership = turn.actor.membership
    if membership is None:
        show_menu(turn)
        return State.SETTINGS
    if not tap.is_sure:
        sure = Button(label("yes_leave"), LeaveTap(is_sure=True))
        turn.show(ConfirmLeaving(membership.organisation.name, membership.role), Keyboard.flow([sure]) + _back())
        return State.LEAVING
    try:
        turn.work.people(turn.actor).leave(turn.now)
    except LastCoordinator:
        return hand_over_first(turn, membership)
    turn.data.clear()
    become(turn)
    show_menu(turn, MenuNews.LEFT)
    return State.SETTINGS


def hand_over_first(turn: Turn, membership: Membership) -> State:
    """Say that somebody has to take over, and the ways to get there."""
    others = [person for person in roster_of(turn).workers if person.person != turn.actor.person]
    first = Button(label("menu_colleagues"), ColleaguesTap()) if others else _invite_button()
    erase = Button(label("erase_organisation"), EraseOrganisationTap())
    screen = HandOverFirst(membership.organisation.name, has_colleagues=bool(others))
    turn.show(screen, Keyboard.flow([first], [erase]) + _back())
    return State.LEAVING


def leave_once(turn: Turn, tap: LeaveTap) -> State | None:
    """A second tap on leaving must not leave the next organisation as well."""
    return leave(turn, tap) if not tap.is_sure else show_settings(turn)


# -------------------------------------------------------------------------------------------- keyboards


def settings_keyboard(turn: Turn, membership: Membership) -> Keyboard:
    """What can be set in this role."""
    works = membership.role in WORKING_ROLES
    wants = turn.actor.settings.wants_nudges
    manages = turn.actor.may(Permission.MANAGE_ORGANISATION)
    return Keyboard.flow(
        [
            Button(label("rename"), RenameTap()) if manages else None,
            Button(label("member_number"), AskNumberTap()) if manages else None,
            Button(label("own_function"), AskOwnFunctionTap()) if works else None,
            Button(label("nudges", "off" if wants else "on"), NudgesTap(not wants)) if works else None,
        ],
        [
            Button(label("menu_privacy"), PrivacyTap()),
            Button(label("menu_help"), HelpTap()),
            Button(label("switch_role"), SwitchRoleTap()),  # it leads to another organisation too
        ],
        [Button(label("leave"), LeaveTap(is_sure=False))],
    ) + way_back(MenuTap())


def _invite_button() -> Button:
    return Button(label("invite"), InviteTap(Role.COORDINATOR))


def _back() -> Keyboard:
    return way_back(SettingsTap())


SETTINGS = Conversation(
    name="settings",
    entry_points=[
        on_command("instellingen", open_settings),
        on_command("settings", open_settings),
        on_tap(SettingsTap, open_settings),
        on_tap(RenameTap, needs(Permission.MANAGE_ORGANISATION, ask_name)),
        on_tap(AskNumberTap, needs(Permission.MANAGE_ORGANISATION, ask_number)),
        on_tap(AskOwnFunctionTap, needs(Permission.ANSWER, ask_own_function)),
        on_tap(OwnFunctionTap, needs(Permission.ANSWER, record_own_function)),
        on_tap(NudgesTap, set_nudges),
        on_tap(LeaveTap, leave_once),
    ],
    states={
        State.SETTINGS: [],
        State.RENAMING: [on_text(take_name)],
        State.NUMBERING: [on_text(take_number)],
        State.LEAVING: [on_tap(LeaveTap, leave)],
    },
)

CONVERSATIONS = (SETTINGS,)
