"""Privacy: what is kept, everything about oneself as a file, and erasure.

    /privacy -> 📥 Mijn gegevens
             -> 📦 Alles van ons (the coordinator)
             -> 🗑 Verwijderen -> SURE -> goodbye, and a later /start begins anew
                                       -> the only coordinator: hand over, or
                                          🗑 Organisatie wissen -> NAME (typed) -> PLANNED
                                                                   -> gone after the time to think
                                                                   -> ↩️ Toch niet wissen -> stays

An office that hears that the notes of an old audit will go can let them stay (KeepNotesTap), wherever it is.

Everything here works in every role and without one, so the place somebody was at is left alone
until they decide something.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from conversations.acting import needs
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.roster import roster_of
from conversations.taps import ColleaguesTap, MenuTap, PrivacyTap, SwitchRoleTap, way_back
from domain.actors import Colleague
from domain.audit import AuditId
from domain.retention import PlannedErasure
from domain.roles import Permission, Role
from storage.interfaces import LastCoordinator
from templates.commands import NEWCOMER
from templates.people_screens import (
    ArchiveComing,
    AskNameToErase,
    ConfirmErasure,
    DataComing,
    ErasureBlocked,
    Goodbye,
    ShowPrivacy,
)
from templates.render import AMSTERDAM, label
from templates.retention_screens import ErasurePlanned, ErasureStopped, NotesKept
from templates.screens import Screen


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    READING = "reading"
    SURE = "sure"
    BLOCKED = "blocked"
    NAME_TO_ERASE = "name_to_erase"
    PLANNED = "planned"


class MyDataTap(Tap, frozen=True):
    """Send me everything that is kept about me."""

    prefix = "ye"


class ArchiveTap(Tap, frozen=True):
    """Send us everything that is kept of our organisation."""

    prefix = "ya"


class EraseTap(Tap, frozen=True):
    """Erase everything about me; asks first."""

    prefix = "yx"

    is_sure: bool


class EraseOrganisationTap(Tap, frozen=True):
    """Delete the organisation; asks for its name."""

    prefix = "yo"


class KeepOrganisationTap(Tap, frozen=True):
    """Stop the erasure of the organisation that was announced."""

    prefix = "yk"


class KeepNotesTap(Tap, frozen=True):
    """Stop the erasure of the notes of an audit that was announced to the office."""

    prefix = "yn"

    audit: AuditId


def open_privacy(turn: Turn, _: object) -> State | None:
    """Say what is kept; whoever was in the middle of something elsewhere can go on with it."""
    buttons = [Button(label("my_data"), MyDataTap()), Button(label("erase"), EraseTap(is_sure=False))]
    may_manage = turn.actor.may(Permission.MANAGE_ORGANISATION)
    ours = [Button(label("our_data"), ArchiveTap())] if may_manage else []
    planned = turn.work.people(turn.actor).planned_erasure()
    if planned is not None and may_manage:
        ours.append(Button(label("keep_organisation"), KeepOrganisationTap()))
    screen = ShowPrivacy(turn.actor.role, _day_of(planned) if planned else None)
    turn.show(screen, Keyboard.flow(buttons, ours) + way_back(MenuTap()))
    return State.READING if turn.place.conversation == PRIVACY.name else None


def send_data(turn: Turn, _: MyDataTap) -> None:
    """Let everything about this person come as a file."""
    turn.show(DataComing(), way_back(PrivacyTap()))
    turn.job("export_person")


def send_archive(turn: Turn, _: ArchiveTap) -> None:
    """Let everything of the organisation come as an archive, with its files."""
    organisation = turn.actor.organisation
    assert organisation is not None  # noqa: S101 - whoever manages one has one
    turn.show(ArchiveComing(organisation.name), way_back(PrivacyTap()))
    turn.job("export_organisation", organisation=organisation.id)


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
    """Say what will be gone, when, and for how many people."""
    people = len(roster_of(turn).everybody)
    turn.show(AskNameToErase(_organisation_name(turn), people, is_wrong), way_back(PrivacyTap()))
    return State.NAME_TO_ERASE


def take_name(turn: Turn, given: TextGiven) -> State:
    """Announce the erasure when the typed name is the organisation's, and tell everybody who takes part.

    It cannot be taken back once it is done, so everybody has some days to think, and any coordinator can stop it.
    """
    name = _organisation_name(turn)
    if _plain(given.text) != _plain(name) or not turn.actor.may(Permission.MANAGE_ORGANISATION):
        return show_ask_name(turn, is_wrong=True)
    planned = turn.work.people(turn.actor).plan_erasure(turn.now)
    _tell_others(turn, ErasurePlanned(name, _day_of(planned), turn.actor.name))
    buttons = [Button(label("our_data"), ArchiveTap()), Button(label("keep_organisation"), KeepOrganisationTap())]
    turn.show(ErasurePlanned(name, _day_of(planned)), Keyboard.flow(buttons) + way_back(PrivacyTap()))
    return State.PLANNED


def keep_organisation(turn: Turn, _: KeepOrganisationTap) -> State:
    """Stop the announced erasure, and tell everybody who heard of it; a second tap says the same again."""
    name = _organisation_name(turn)
    if turn.work.people(turn.actor).keep_organisation(turn.now):
        _tell_others(turn, ErasureStopped(name, turn.actor.name))
    turn.show(ErasureStopped(name), way_back(PrivacyTap()))
    return State.READING


def keep_notes(turn: Turn, tap: KeepNotesTap) -> None:
    """Let the notes of an audit stay; wherever the person was at stays as it is."""
    is_kept = turn.work.people(turn.actor).keep_notes(tap.audit, turn.now)
    postponed = timedelta(days=turn.work.audit_rules.retention.postponed_days)
    asks_again = (turn.now + postponed).astimezone(AMSTERDAM).date() if is_kept else None
    turn.show(NotesKept(asks_again), way_back(MenuTap()))


def _tell_others(turn: Turn, screen: Screen) -> None:
    keyboard = Keyboard.flow([Button(label("menu_privacy"), PrivacyTap())]) + way_back(None)
    for chat in _chats_of_others(turn, roster_of(turn).everybody):
        turn.say(screen, keyboard, to_chat=chat)


def _day_of(planned: PlannedErasure) -> date:
    return planned.erases_at.astimezone(AMSTERDAM).date()


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
        on_tap(ArchiveTap, needs(Permission.MANAGE_ORGANISATION, send_archive)),
        on_tap(EraseTap, ask_to_erase),
        on_tap(KeepOrganisationTap, needs(Permission.MANAGE_ORGANISATION, keep_organisation)),
        on_tap(KeepNotesTap, needs(Permission.MANAGE_OFFICE, keep_notes)),
        on_tap(EraseOrganisationTap, needs(Permission.MANAGE_ORGANISATION, ask_name)),
    ],
    states={
        State.READING: [],
        State.SURE: [on_tap(EraseTap, erase)],
        State.BLOCKED: [],
        State.NAME_TO_ERASE: [on_text(take_name)],
        State.PLANNED: [],
    },
)

CONVERSATIONS = (PRIVACY,)
