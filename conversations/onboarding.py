"""Getting to know each other: who are you, and for which organisation?

    /start -> welcome -> 🏢 Lidorganisatie -> NAME -> NUMBER -> menu
                      -> 🔎 Toetser: by invitation only
                      -> 👀 Rondkijken -> menu of the example
    /start <token> -> INVITED -> ✅ Meedoen -> FUNCTION -> menu
                              -> Nee, bedankt

Whoever has a role already gets the menu. The name waits in the conversation until the member
number is known or skipped; then the organisation and its first self-evaluation start at once, so
that colleagues who come in later find one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from conversations.acting import become, current_evaluation, framework_of, function_label, knows_function, reread
from conversations.fallback import show_trouble
from conversations.kit import (
    Button,
    CommandGiven,
    Conversation,
    Keyboard,
    Tap,
    TextGiven,
    Turn,
    on_command,
    on_tap,
    on_text,
)
from conversations.kit import (
    State as AnyState,
)
from conversations.menu import Newcomer, NewcomerTap, show_menu
from conversations.taps import way_back
from domain.actors import Invitation, Membership
from domain.framework import WhoCode
from domain.roles import Role
from storage.interfaces import InvitationState, InvitationUnusable, MemberNumberTaken
from templates.common_screens import Trouble
from templates.people_screens import (
    AskMemberNumber,
    AskOrganisationName,
    AskOwnFunction,
    AuditorsByInvitation,
    InvitationDeclined,
    InvitationProblem,
    MenuNews,
    NameProblem,
    NumberIsTaken,
    ShowInvitation,
    SomebodyAsksToJoin,
    SomebodyJoined,
)
from templates.render import label

MIN_NAME, MAX_NAME = 2, 64  # storage keeps no more of a name, so a longer one is refused rather than cut
MAX_NUMBER = 20
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]*")
_WORKING_ROLES = (Role.COORDINATOR, Role.COLLEAGUE)
_NAME, _ASKED_ON = "organisation_name", "asked_on"  # what the conversation keeps between turns


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    NAME = "name"
    NUMBER = "number"
    INVITED = "invited"
    FUNCTION = "function"


class SkipNumberTap(Tap, frozen=True):
    """Begin without a member number."""

    prefix = "ns"


class JoinTap(Tap, frozen=True):
    """Accept an invitation; whoever has the link may."""

    prefix = "jn"

    token: str


class DeclineTap(Tap, frozen=True):
    """Do not accept an invitation; the link stays usable."""

    prefix = "jx"


class JoinFunctionTap(Tap, frozen=True):
    """The function for which a newcomer speaks, None to skip."""

    prefix = "jf"

    function: WhoCode | None


# ------------------------------------------------------------------------------------------------ begin


def start(turn: Turn, given: CommandGiven) -> AnyState | None:
    """Show the invitation behind a link; without one the menu, or the welcome to somebody new."""
    if given.payload:
        return show_invitation(turn, given.payload)
    become(turn)
    return show_menu(turn)


def begin(turn: Turn, tap: NewcomerTap) -> AnyState | None:
    """Take the first choice: a member organisation, an auditor, or a look around."""
    if tap.kind is Newcomer.MEMBER:
        turn.show(AskOrganisationName(), way_back(None))
        return State.NAME
    if tap.kind is Newcomer.AUDITOR:
        turn.show(AuditorsByInvitation(), way_back(None))
        return None
    turn.work.people(turn.actor).visit_example(turn.now)
    become(turn)
    return show_menu(turn)


# -------------------------------------------------------------------------------------- an organisation


def take_name(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the name of the organisation and ask for its number."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskOrganisationName(problem), way_back(None))
        return State.NAME
    turn.data[_NAME] = name
    turn.show(AskMemberNumber(name), number_keyboard())
    return State.NUMBER


def take_number(turn: Turn, given: TextGiven) -> AnyState | None:
    """Found the organisation with this member number."""
    number = tidy(given.text)
    problem = number_problem(number)
    if problem is not None:
        turn.show(AskMemberNumber(turn.data[_NAME], problem), number_keyboard())
        return State.NUMBER
    return found_organisation(turn, number)


def skip_number(turn: Turn, _: SkipNumberTap) -> AnyState | None:
    """Found the organisation without a number; a second tap finds it founded and shows the menu."""
    return found_organisation(turn, None) if _NAME in turn.data else show_menu(turn)


def found_organisation(turn: Turn, number: str | None) -> AnyState | None:
    """Create the organisation with its first self-evaluation, and make the person its coordinator."""
    try:
        turn.work.people(turn.actor).create_organisation(turn.data[_NAME], number, turn.now)
    except MemberNumberTaken as taken:
        return ask_coordinators(turn, taken.chats, number or "")
    del turn.data[_NAME]
    become(turn)
    start_evaluation(turn)
    return show_menu(turn, MenuNews.BECAME_COORDINATOR)


def start_evaluation(turn: Turn) -> None:
    """Start the first self-evaluation against the usual framework; the overview leads to another."""
    turn.work.evaluations(turn.actor).start(framework_of(turn, None).id, turn.now)


def ask_coordinators(turn: Turn, chats: Sequence[int], number: str) -> AnyState | None:
    """Ask who can let the person in, once a day, so that a typed number cannot be used to pester people."""
    may_ask = bool(chats) and turn.data.get(_ASKED_ON) != turn.today.isoformat()
    if may_ask:
        turn.data[_ASKED_ON] = turn.today.isoformat()
        for chat in chats:
            turn.say(SomebodyAsksToJoin(turn.actor.name, number), way_back(None), to_chat=chat)
    turn.show(NumberIsTaken(number, was_asked=may_ask), way_back(NewcomerTap(Newcomer.MEMBER)))
    return State.NUMBER


def tidy(text: str) -> str:
    """Return typed text on one line, without invisible signs."""
    return " ".join("".join(sign for sign in text if sign.isprintable() or sign.isspace()).split())


def name_problem(name: str) -> NameProblem | None:
    """Return why this cannot be the name of an organisation, None when it can."""
    if len(name) < MIN_NAME:
        return NameProblem.TOO_SHORT
    if len(name) > MAX_NAME:
        return NameProblem.TOO_LONG
    return None if any(sign.isalpha() for sign in name) else NameProblem.NO_LETTERS


def number_problem(number: str) -> NameProblem | None:
    """Return why this cannot be a member number, None when it can."""
    if len(number) > MAX_NUMBER:
        return NameProblem.TOO_LONG
    if not any(sign.isdigit() for sign in number):
        return NameProblem.NO_DIGITS
    return None if _NUMBER.fullmatch(number) else NameProblem.ODD_SIGNS


# --------------------------------------------------------------------------------------- an invitation


def show_invitation(turn: Turn, token: str) -> AnyState | None:
    """Show who invites and for what; someone who takes part already keeps the link for a colleague."""
    try:
        invitation = turn.work.people(turn.actor).find_invitation(token, turn.now)
    except InvitationUnusable as refusal:
        return show_problem(turn, refusal.state)
    if _takes_part(turn.actor.memberships, invitation):
        return show_problem(turn, InvitationState.ALREADY_MEMBER, is_still_open=True)
    is_first = not turn.actor.settings.is_welcomed
    turn.show(_invitation_screen(turn, invitation, is_first), invitation_keyboard(token))
    if is_first:
        turn.work.people(turn.actor).set_welcomed()
    return State.INVITED


def _invitation_screen(turn: Turn, invitation: Invitation, is_first: bool) -> ShowInvitation:
    function = function_label(framework_of(turn, None), invitation.function)
    return ShowInvitation(invitation.invited_by, invitation.organisation.name, invitation.role, function, is_first)


def join(turn: Turn, tap: JoinTap) -> AnyState | None:
    """Accept the invitation, tell who invited, and ask the function when the invitation named none."""
    people = turn.work.people(turn.actor)
    try:
        invitation = people.find_invitation(tap.token, turn.now)
        membership = people.accept(tap.token, turn.now)
    except InvitationUnusable as refusal:
        return show_problem(turn, refusal.state)
    turn.data.clear()
    become(turn)
    tell_inviter(turn, invitation)
    if membership.function is None and membership.role in _WORKING_ROLES:
        return ask_function(turn, tap)
    return show_menu(turn, MenuNews.JOINED)


def tell_inviter(turn: Turn, invitation: Invitation) -> None:
    """Let whoever invited know who accepted, so that a wrong person is noticed."""
    chat = turn.work.people(turn.actor).inviter_chat(invitation.id)
    if chat is not None and chat != turn.incoming.chat_id:
        screen = SomebodyJoined(turn.actor.name, invitation.organisation.name, invitation.role)
        turn.say(screen, way_back(None), to_chat=chat)


def decline(turn: Turn, _: DeclineTap) -> AnyState | None:
    """Leave it; nothing was kept."""
    turn.show(InvitationDeclined(), way_back(None))
    return None


def show_problem(turn: Turn, state: InvitationState, *, is_still_open: bool = False) -> AnyState | None:
    """Say what is the matter with a link."""
    turn.show(InvitationProblem(state.value, is_still_open), way_back(None))
    return None


def ask_function(turn: Turn, _: object) -> AnyState | None:
    """Ask for which function the newcomer speaks."""
    organisation = turn.actor.organisation
    functions = framework_of(turn, current_evaluation(turn)).functions
    buttons = [Button(function.label, JoinFunctionTap(function.code)) for function in functions]
    skip = Button(label("no_function"), JoinFunctionTap(None))
    screen = AskOwnFunction(organisation.name if organisation else "", functions)
    turn.show(screen, Keyboard.flow(buttons, [skip]) + way_back(None))
    return State.FUNCTION


def record_function(turn: Turn, tap: JoinFunctionTap) -> AnyState | None:
    """Store the function and go to the menu, with one's own norms first."""
    membership = turn.actor.membership
    framework = framework_of(turn, current_evaluation(turn))
    if membership is None or not knows_function(framework, tap.function):
        show_trouble(turn, Trouble.AGED)
        return None
    if tap.function is not None:
        turn.work.people(turn.actor).set_function(membership.id, tap.function, turn.now)
        reread(turn)
    return show_menu(turn, MenuNews.JOINED)


def _takes_part(memberships: Sequence[Membership], invitation: Invitation) -> bool:
    """Say whether accepting would add nothing: the same role, or a colleague's for a coordinator."""
    own = {m.role for m in memberships if m.organisation.id == invitation.organisation.id}
    return invitation.role in own or (invitation.role is Role.COLLEAGUE and Role.COORDINATOR in own)


# ------------------------------------------------------------------------------------------- keyboards


def number_keyboard() -> Keyboard:
    """The number may be skipped; back is the name."""
    return Keyboard.flow([Button(label("skip_number"), SkipNumberTap())]) + way_back(NewcomerTap(Newcomer.MEMBER))


def invitation_keyboard(token: str) -> Keyboard:
    """Join or not."""
    buttons = [Button(label("join"), JoinTap(token)), Button(label("decline"), DeclineTap())]
    return Keyboard.flow(buttons) + way_back(None)


ONBOARDING = Conversation(
    name="onboarding",
    entry_points=[
        on_command("start", start),
        on_tap(NewcomerTap, begin),
        on_tap(SkipNumberTap, skip_number),
        on_tap(JoinTap, join),
        on_tap(DeclineTap, decline),
        on_tap(JoinFunctionTap, record_function),
    ],
    states={
        State.NAME: [on_text(take_name)],
        State.NUMBER: [on_text(take_number)],
        State.INVITED: [],
        # A second tap on Meedoen must not complain that the link was used.
        State.FUNCTION: [on_tap(JoinTap, ask_function)],
    },
)

CONVERSATIONS = (ONBOARDING,)
