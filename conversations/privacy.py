"""Privacy: what is kept, everything about oneself as a file, and erasure.

    /privacy -> 📥 Mijn gegevens
             -> 🗑 Verwijderen -> SURE -> goodbye, and a later /start begins anew
                                       -> the only coordinator: hand over, or
                                          🗑 Organisatie wissen -> NAME (typed) -> gone

Everything here works in every role and without one, so the place somebody was at is left alone
until they decide something.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.acting import become, needs
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.roster import roster_of
from conversations.taps import ColleaguesTap, MenuTap, PrivacyTap, SwitchRoleTap, way_back
from domain.actors import Colleague
from domain.roles import Permission, Role
from storage.interfaces import LastCoordinator
from templates.commands import NEWCOMER
from templates.people_screens import (
    AskNameToErase,
    ConfirmErasure,
    DataComing,
    ErasureBlocked,
    Goodbye,
    OrganisationErased,
    ShowPrivacy,
)
from templates.render import label


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    READING = "reading"
    SURE = "sure"
    BLOCKED = "blocked"
    NAME_TO_ERASE = "name_to_erase"
    ERASED = "erased"


@dataclass(frozen=True)
class MyDataTap(Tap, prefix="ye"):
    """Send me everything that is kept about me."""


@dataclass(frozen=True)
class EraseTap(Tap, prefix="yx"):
    """Erase everything about me; asks first."""

    is_sure: bool


@dataclass(frozen=True)
class EraseOrganisationTap(Tap, prefix="yo"):
    """Delete the organisation; asks for its name."""


def open_privacy(turn: Turn, _: object) -> State | None:
    """Say what is kept; whoever was in the middle of something elsewhere can go on with it."""
    buttons = [Button(label("my_data"), MyDataTap()), Button(label("erase"), EraseTap(is_sure=False))]
    turn.show(ShowPrivacy(turn.actor.role), Keyboard.flow(buttons) + way_back(MenuTap()))
    return State.READING if turn.place.conversation == PRIVACY.name else None


def send_data(turn: Turn, _: MyDataTap) -> None:
    """Let everything about this person come as a file."""
    turn.show(DataComing(), way_back(PrivacyTap()))
    turn.job("export_person")


# --------------------------------------------------------------------------------------- erasing oneself


def ask_to_erase(turn: Turn, tap: EraseTap) -> State | None:
    """Ask whether everything about this person may go; the yes of an older screen asks again.

    A second tap on yes comes from somebody new and empty already, who goes as well.
    """
    if tap.is_sure and not turn.actor.memberships:
        return erase(turn, tap)
    sure = Button(label("yes_erase"), EraseTap(is_sure=True))
    no = Button(label("no_keep"), PrivacyTap())
    turn.show(ConfirmErasure(turn.actor.memberships), Keyboard.flow([sure], [no]) + way_back(PrivacyTap()))
    return State.SURE


def erase(turn: Turn, tap: EraseTap) -> State | None:
    """Erase this person, and say goodbye without any button; nothing of the conversation stays."""
    if not tap.is_sure:
        return ask_to_erase(turn, tap)
    try:
        turn.work.people(turn.actor).erase(turn.now)
    except LastCoordinator:
        return show_blocked(turn)
    turn.forget()
    turn.refresh_commands(NEWCOMER)
    turn.show(Goodbye())
    return None


def show_blocked(turn: Turn) -> State:
    """Say for which organisations somebody else has to become coordinator first."""
    led = tuple(m.organisation.name for m in turn.actor.memberships if m.role is Role.COORDINATOR)
    is_current = turn.actor.role is Role.COORDINATOR
    turn.show(ErasureBlocked(led, is_current), blocked_keyboard(turn, is_current))
    return State.BLOCKED


# ------------------------------------------------------------------------------- erasing an organisation


def ask_name(turn: Turn, _: EraseOrganisationTap) -> State:
    """Ask to type the name of the organisation, as a proof that this is meant."""
    return show_ask_name(turn, is_wrong=False)


def show_ask_name(turn: Turn, *, is_wrong: bool) -> State:
    """Say what will be gone, and for how many people."""
    people = len(roster_of(turn).everybody)
    turn.show(AskNameToErase(_organisation_name(turn), people, is_wrong), way_back(PrivacyTap()))
    return State.NAME_TO_ERASE


def take_name(turn: Turn, given: TextGiven) -> State:
    """Delete the organisation when the typed name is its name, and tell everybody who took part."""
    name = _organisation_name(turn)
    if _plain(given.text) != _plain(name) or not turn.actor.may(Permission.MANAGE_ORGANISATION):
        return show_ask_name(turn, is_wrong=True)
    chats = _chats_of_others(turn, roster_of(turn).everybody)
    turn.work.people(turn.actor).erase_organisation(turn.now)
    by = turn.actor.name
    turn.data.clear()
    become(turn)
    for chat in chats:
        turn.say(OrganisationErased(name, by), way_back(None), to_chat=chat)
    turn.show(OrganisationErased(name), Keyboard.flow([Button(label("menu_privacy"), PrivacyTap())]) + way_back(None))
    return State.ERASED


def _chats_of_others(turn: Turn, everybody: tuple[Colleague, ...]) -> list[int]:
    people = turn.work.people(turn.actor)
    chats = {people.chat_of(person.person) for person in everybody if person.person != turn.actor.person}
    return sorted(chat for chat in chats if chat is not None)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _organisation_name(turn: Turn) -> str:
    return turn.actor.organisation.name if turn.actor.organisation else ""


def blocked_keyboard(turn: Turn, is_current: bool) -> Keyboard:
    """Hand over or delete, in the role that it is about, and the way to the other roles."""
    here = [
        Button(label("menu_colleagues"), ColleaguesTap()),
        Button(label("erase_organisation"), EraseOrganisationTap()),
    ]
    others = Button(label("switch_role"), SwitchRoleTap()) if len(turn.actor.memberships) > 1 else None
    return Keyboard.flow(here if is_current else [], [others]) + way_back(PrivacyTap())


PRIVACY = Conversation(
    name="privacy",
    entry_points=[
        on_command("privacy", open_privacy),
        on_tap(PrivacyTap, open_privacy),
        on_tap(MyDataTap, send_data),
        on_tap(EraseTap, ask_to_erase),
        on_tap(EraseOrganisationTap, needs(Permission.MANAGE_ORGANISATION, ask_name)),
    ],
    states={
        State.READING: [],
        State.SURE: [on_tap(EraseTap, erase)],
        State.BLOCKED: [],
        State.NAME_TO_ERASE: [on_text(take_name)],
        State.ERASED: [],
    },
)

CONVERSATIONS = (PRIVACY,)
