"""Colleagues: who takes part, where everybody is, and what a coordinator can do for them.

    👥 Collega's -> LIST -> a name -> COLLEAGUE -> 👋 Porren | 🏷 Functie | 📋 Normen | 🔑 | 🗑

Inviting and sharing are in `invitations`, dividing the norms in `division`.
"""

from __future__ import annotations

from enum import StrEnum

from conversations import division, invitations
from conversations.acting import knows_function, needs
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_command, on_tap
from conversations.menu import RoleTap
from conversations.people_taps import ColleagueTap, DivideForTap, InvitationsTap, InviteTap, RemoveTap
from conversations.roster import Roster, lines_of, name_label, roster_of
from conversations.taps import ColleaguesTap, DivideTap, MenuTap, ShareTap, way_back
from domain.actors import Colleague, MembershipId
from domain.framework import WhoCode
from domain.roles import Permission, PersonId, Role
from storage.interfaces import LastCoordinator, NotAllowed
from templates.commands import NEWCOMER
from templates.common_screens import Trouble
from templates.people_screens import (
    AccessEnded,
    AskFunction,
    ColleagueNotice,
    ConfirmHandOver,
    ConfirmRemoval,
    HandOverFirst,
    MadeCoordinator,
    NudgeReceived,
    Removed,
    ShowColleague,
    ShowColleagues,
)
from templates.render import label

PER_PAGE = 12  # what fits a screen with two lines each, and a keyboard without endless scrolling


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LIST = "list"
    COLLEAGUE = "colleague"
    REMOVED = "removed"


class PageTap(Tap, frozen=True):
    """To another page of the list; pages count from 1."""

    prefix = "cp"

    page: int


class NudgeTap(Tap, frozen=True):
    """Give a colleague a friendly nudge."""

    prefix = "ng"

    membership: MembershipId


class AskFunctionTap(Tap, frozen=True):
    """To choosing a colleague's function."""

    prefix = "cq"

    membership: MembershipId


class FunctionTap(Tap, frozen=True):
    """Record a colleague's function, None for no function."""

    prefix = "cf"

    membership: MembershipId
    function: WhoCode | None


class HandOverTap(Tap, frozen=True):
    """Make a colleague a coordinator as well; asks first."""

    prefix = "ho"

    membership: MembershipId
    is_sure: bool


# --------------------------------------------------------------------------------------------- the list


def open_list(turn: Turn, _: object) -> State:
    """Show everybody who takes part, from the first page."""
    return show_list(turn, 1)


def turn_page(turn: Turn, tap: PageTap) -> State:
    """Show another page; one that is gone by now becomes the nearest."""
    return show_list(turn, tap.page)


def show_list(turn: Turn, page: int) -> State:
    """Show a page of colleagues, with who is where; only the coordinator can open them."""
    roster = roster_of(turn)
    may_manage = turn.actor.may(Permission.INVITE)
    pages = max(1, -(-len(roster.everybody) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = roster.everybody[(page - 1) * PER_PAGE : page * PER_PAGE]
    organisation = turn.actor.organisation
    screen = ShowColleagues(
        organisation=organisation.name if organisation else "",
        people=lines_of(turn, roster, shown),
        page=page,
        pages=pages,
        invitations=len(turn.work.people(turn.actor).open_invitations(turn.now)) if may_manage else 0,
        may_manage=may_manage,
    )
    turn.show(screen, list_keyboard(roster, shown, page, pages, may_manage=may_manage, invited=screen.invitations))
    return State.LIST


def list_keyboard(
    roster: Roster, shown: tuple[Colleague, ...], page: int, pages: int, *, may_manage: bool, invited: int
) -> Keyboard:
    """Names to open, pages to turn, and what a coordinator can do for all."""
    names = [Button(name_label(roster, person), ColleagueTap(person.membership)) for person in shown]
    turning = [
        Button(label("page_before"), PageTap(page - 1)) if page > 1 else None,
        Button(label("page_after"), PageTap(page + 1)) if page < pages else None,
    ]
    managing = [
        Button(label("invite"), InviteTap(Role.COLLEAGUE)),
        Button(label("divide"), DivideTap()),
        Button(label("invitations"), InvitationsTap()) if invited else None,
        Button(label("share_with_auditor"), ShareTap()),
    ]
    keyboard = Keyboard.flow(names, turning, managing) if may_manage else Keyboard.flow(turning)
    return keyboard + way_back(MenuTap())


# ---------------------------------------------------------------------------------------- one colleague


def open_colleague(turn: Turn, tap: ColleagueTap) -> State:
    """Show one colleague."""
    return show_colleague(turn, tap.membership)


def show_colleague(turn: Turn, membership: MembershipId, notice: ColleagueNotice | None = None) -> State:
    """Show one colleague as they are now, with what just happened."""
    roster = roster_of(turn)
    person = roster.find(membership)
    (line,) = lines_of(turn, roster, (person,))
    turn.show(ShowColleague(line, notice), colleague_keyboard(person, is_self=line.is_self))
    return State.COLLEAGUE


def colleague_keyboard(person: Colleague, *, is_self: bool) -> Keyboard:
    """What can be done for a colleague; nobody nudges or removes themselves here."""
    back = way_back(ColleaguesTap())
    removing = Button(label("remove"), RemoveTap(person.membership, is_sure=False))
    if person.role is Role.READER:
        return Keyboard.flow([removing]) + back
    return (
        Keyboard.flow(
            [
                None if is_self else Button(label("nudge"), NudgeTap(person.membership)),
                Button(label("set_function"), AskFunctionTap(person.membership)),
                Button(label("their_norms"), DivideForTap(person.membership)),
            ],
            [
                Button(label("hand_over"), HandOverTap(person.membership, is_sure=False))
                if person.role is Role.COLLEAGUE
                else None,
                None if is_self else removing,
            ],
        )
        + back
    )


def nudge(turn: Turn, tap: NudgeTap) -> State:
    """Send a colleague a friendly message, at most one a day and only to whom wants it."""
    person = roster_of(turn).find(tap.membership)
    return show_colleague(turn, tap.membership, _nudged(turn, person))


def _nudged(turn: Turn, person: Colleague) -> ColleagueNotice:
    """Send the nudge and return what became of it; the claim of today's nudge comes last."""
    if person.done >= person.assigned:
        return ColleagueNotice.NOTHING_OPEN
    people = turn.work.people(turn.actor)
    chat = people.chat_of(person.person)
    if chat is None or not person.is_reachable:
        return ColleagueNotice.UNREACHABLE
    if not people.may_nudge(person.person, turn.now):
        return ColleagueNotice.NOT_NUDGED
    screen = NudgeReceived(turn.actor.name, _organisation_name(turn), person.assigned - person.done)
    turn.say(screen, go_on_keyboard(person.membership), to_chat=chat)
    return ColleagueNotice.NUDGED


def go_on_keyboard(membership: MembershipId) -> Keyboard:
    """Straight to the right role, in whichever one the colleague is by then."""
    return Keyboard.flow([Button(label("go_on"), RoleTap(membership))]) + way_back(None)


def ask_function(turn: Turn, tap: AskFunctionTap) -> State:
    """Ask for which function a colleague speaks."""
    roster = roster_of(turn)
    person, functions = roster.find(tap.membership), roster.framework.functions
    buttons = [Button(function.label, FunctionTap(tap.membership, function.code)) for function in functions]
    without = Button(label("without_function"), FunctionTap(tap.membership, None))
    back = way_back(ColleagueTap(tap.membership))
    turn.show(AskFunction(person.name, functions), Keyboard.flow(buttons, [without]) + back)
    return State.COLLEAGUE


def record_function(turn: Turn, tap: FunctionTap) -> State | None:
    """Store a colleague's function."""
    if not knows_function(roster_of(turn).framework, tap.function):
        show_trouble(turn, Trouble.AGED)
        return None
    turn.work.people(turn.actor).set_function(tap.membership, tap.function, turn.now)
    return show_colleague(turn, tap.membership, ColleagueNotice.FUNCTION_SET)


def hand_over(turn: Turn, tap: HandOverTap) -> State:
    """Ask, and then make a colleague a coordinator as well and tell them."""
    person = roster_of(turn).find(tap.membership)
    if person.role is not Role.COLLEAGUE:
        return show_colleague(turn, tap.membership)
    if not tap.is_sure:
        sure = Button(label("yes_hand_over"), HandOverTap(tap.membership, is_sure=True))
        turn.show(ConfirmHandOver(person.name), Keyboard.flow([sure]) + way_back(ColleagueTap(tap.membership)))
        return State.COLLEAGUE
    turn.work.people(turn.actor).hand_over(tap.membership, turn.now)
    _tell(turn, person.person, MadeCoordinator(turn.actor.name, _organisation_name(turn)), tap.membership)
    _refresh_commands_of(turn, turn.work.people(turn.actor).chat_of(person.person))
    return show_colleague(turn, tap.membership, ColleagueNotice.HANDED_OVER)


def remove(turn: Turn, tap: RemoveTap) -> State:
    """Ask, and then end somebody's access and tell them; what they gave stays."""
    people = turn.work.people(turn.actor)
    person = roster_of(turn).find(tap.membership)
    back = ShareTap() if person.role is Role.READER else ColleaguesTap()
    if not tap.is_sure:
        words = "yes_revoke" if person.role is Role.READER else "yes_remove"
        sure = Button(label(words), RemoveTap(tap.membership, is_sure=True))
        turn.show(ConfirmRemoval(person.name, person.role), Keyboard.flow([sure]) + way_back(back))
        return State.COLLEAGUE
    chat = people.chat_of(person.person)
    try:
        people.remove(tap.membership, turn.now)
    except LastCoordinator:
        turn.show(HandOverFirst(_organisation_name(turn), has_colleagues=True), way_back(ColleaguesTap()))
        return State.LIST
    _refresh_commands_of(turn, chat)
    if chat is not None and person.person != turn.actor.person:
        turn.say(AccessEnded(_organisation_name(turn)), way_back(None), to_chat=chat)
    turn.show(Removed(person.name, person.role), way_back(back))
    return State.REMOVED


def _refresh_commands_of(turn: Turn, chat: int | None) -> None:
    """Give somebody whose role was changed by the actor the commands of the role that now counts for them."""
    if chat is not None:
        role = turn.work.actor(chat).role
        turn.refresh_commands(role.value if role else NEWCOMER, of_chat=chat)


def remove_once(turn: Turn, tap: RemoveTap) -> State | None:
    """A second tap on a removal finds nobody any more, and the screen says so already."""
    try:
        return remove(turn, tap)
    except NotAllowed:
        return None


def _tell(turn: Turn, person: PersonId, screen: MadeCoordinator, membership: MembershipId) -> None:
    chat = turn.work.people(turn.actor).chat_of(person)
    if chat is not None and person != turn.actor.person:
        turn.say(screen, go_on_keyboard(membership), to_chat=chat)


def _organisation_name(turn: Turn) -> str:
    return turn.actor.organisation.name if turn.actor.organisation else ""


COLLEAGUES = Conversation(
    name="colleagues",
    entry_points=[
        on_command("collegas", needs(Permission.ANSWER, open_list)),
        on_tap(ColleaguesTap, needs(Permission.ANSWER, open_list)),
        on_tap(PageTap, needs(Permission.ANSWER, turn_page)),
        on_tap(ColleagueTap, needs(Permission.INVITE, open_colleague)),
        on_tap(NudgeTap, needs(Permission.NUDGE, nudge)),
        on_tap(AskFunctionTap, needs(Permission.MANAGE_ORGANISATION, ask_function)),
        on_tap(FunctionTap, needs(Permission.MANAGE_ORGANISATION, record_function)),
        on_tap(HandOverTap, needs(Permission.MANAGE_ORGANISATION, hand_over)),
        on_tap(RemoveTap, needs(Permission.MANAGE_ORGANISATION, remove)),
    ],
    states={
        State.LIST: [],
        State.COLLEAGUE: [],
        State.REMOVED: [on_tap(RemoveTap, needs(Permission.MANAGE_ORGANISATION, remove_once))],
    },
)

CONVERSATIONS = (COLLEAGUES, *invitations.CONVERSATIONS, *division.CONVERSATIONS)
