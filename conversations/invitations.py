"""Invitations: a link for a colleague, a second coordinator, or an auditor who reads along.

    ➕ Uitnodigen -> CHOOSING (role, function) -> MADE: the link to forward, and its QR code
    ✉️ Open uitnodigingen -> OPEN -> 🚫 Intrekken
    📨 Delen met toetser -> SHARING -> MADE

The link is shown once, in a message of its own, because only its hash is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from html import unescape
from urllib.parse import quote

from conversations.acting import current_evaluation, framework_of, function_label, knows_function, needs
from conversations.audit_taps import OfficeTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_tap
from conversations.people_taps import InvitationsTap, InviteTap, RemoveTap
from conversations.roster import roster_of
from conversations.taps import ColleaguesTap, MenuTap, ShareTap, way_back
from domain.actors import Colleague, Invitation, InvitationId
from domain.framework import Function, WhoCode
from domain.roles import Permission, Role
from templates.common_screens import Trouble
from templates.people_screens import (
    ChooseInvitation,
    ForwardInvitation,
    InvitationInWords,
    InvitationMade,
    ShowInvitations,
    ShowSharing,
)
from templates.render import label, render, shorten

_SHARE_URL = "https://t.me/share/url?url={link}&text={text}"
_COLLEAGUE_ROLES = (Role.COLLEAGUE, Role.COORDINATOR)
MAX_SHOWN = 20  # open invitations on one screen; the newest come first


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CHOOSING = "choosing"
    MADE = "made"
    OPEN = "open"
    SHARING = "sharing"


class MakeTap(Tap, frozen=True):
    """Make an invitation for a role and function."""

    prefix = "im"

    role: Role
    function: WhoCode | None


class RevokeTap(Tap, frozen=True):
    """Withdraw an invitation."""

    prefix = "ir"

    invitation: InvitationId


# --------------------------------------------------------------------------------------------- inviting


def choose(turn: Turn, tap: InviteTap) -> State | None:
    """Ask for whom the invitation is."""
    return show_choice(turn, tap.role)


def choose_anew(turn: Turn, tap: MakeTap) -> State | None:
    """A button of an older screen does not make a link unasked: it shows the choice."""
    return show_sharing(turn) if tap.role is Role.READER else show_choice(turn, tap.role)


def show_choice(turn: Turn, role: Role) -> State | None:
    """Show the functions to choose from, for a colleague or a second coordinator."""
    if role not in _COLLEAGUE_ROLES:
        show_trouble(turn, Trouble.AGED)
        return None
    functions = framework_of(turn, current_evaluation(turn)).functions
    turn.show(ChooseInvitation(role, functions), choice_keyboard(role, functions))
    return State.CHOOSING


def make(turn: Turn, tap: MakeTap) -> State | None:
    """Make the invitation; the link goes out as a message to forward and as a QR code."""
    framework = framework_of(turn, current_evaluation(turn))
    if not knows_function(framework, tap.function):
        show_trouble(turn, Trouble.AGED)
        return None
    invitation, token = turn.work.people(turn.actor).invite(tap.role, turn.now, function=tap.function)
    hand_out(turn, invitation, token, function_label(framework, tap.function), made_keyboard(turn, invitation, token))
    return State.MADE


def forward(turn: Turn, invitation: Invitation, token: str, *, back: Tap) -> None:
    """Show a new invitation of a certifying body: the link goes out as a message to forward and as a QR code."""
    keyboard = Keyboard.flow([_share_button(turn, invitation, token)]) + way_back(back)
    hand_out(turn, invitation, token, None, keyboard)


def hand_out(turn: Turn, invitation: Invitation, token: str, function: str | None, keyboard: Keyboard) -> None:
    """Show that the invitation is ready, and give its link: it is seen only now."""
    link = turn.link(token)
    screen = InvitationMade(invitation.organisation.name, invitation.role, function, invitation.expires_at)
    turn.show(screen, keyboard)
    turn.say(_to_forward(turn, invitation, link))
    turn.job("invitation_qr", link=link)


def keep(_: Turn, __: MakeTap) -> State | None:
    """A second tap makes no second link, and leaves the screen as it is."""
    return None


def _to_forward(turn: Turn, invitation: Invitation, link: str) -> ForwardInvitation:
    name = invitation.organisation.name
    return ForwardInvitation(turn.actor.name, name, invitation.role, link, invitation.expires_at)


# ------------------------------------------------------------------------------------- open invitations


def open_invitations(turn: Turn, _: object) -> State:
    """List the invitations that can still be accepted."""
    return show_invitations(turn)


def revoke(turn: Turn, tap: RevokeTap) -> State:
    """Withdraw an invitation and show what is left."""
    was_revoked = turn.work.people(turn.actor).revoke(tap.invitation, turn.now)
    return show_invitations(turn, was_revoked)


def show_invitations(turn: Turn, was_revoked: bool | None = None) -> State:
    """Show the open invitations, newest first."""
    invitations = turn.work.people(turn.actor).open_invitations(turn.now)[:MAX_SHOWN]
    back = OfficeTap() if turn.actor.may(Permission.MANAGE_OFFICE) else ColleaguesTap()
    turn.show(ShowInvitations(invitations, was_revoked), invitations_keyboard(invitations, back))
    return State.OPEN


# ---------------------------------------------------------------------------------------------- sharing


def open_sharing(turn: Turn, _: object) -> State:
    """Show who reads along and what that means."""
    return show_sharing(turn)


def show_sharing(turn: Turn) -> State:
    """Show the readers and how many invitations for readers are open."""
    readers = roster_of(turn).readers
    open_now = turn.work.people(turn.actor).open_invitations(turn.now)
    waiting = sum(invitation.role is Role.READER for invitation in open_now)
    organisation = turn.actor.organisation
    names = tuple(reader.name for reader in readers)
    turn.show(
        ShowSharing(organisation.name if organisation else "", names, waiting), sharing_keyboard(readers, waiting)
    )
    return State.SHARING


# -------------------------------------------------------------------------------------------- keyboards


def choice_keyboard(role: Role, functions: Sequence[Function]) -> Keyboard:
    """A function per button, and the other role."""
    other = Role.COORDINATOR if role is Role.COLLEAGUE else Role.COLLEAGUE
    return Keyboard.flow(
        [Button(function.label, MakeTap(role, function.code)) for function in functions],
        [Button(label("without_function"), MakeTap(role, None))],
        [Button(label("invite_as", other), InviteTap(other))],
    ) + way_back(ColleaguesTap())


def made_keyboard(turn: Turn, invitation: Invitation, token: str) -> Keyboard:
    """Telegram's own share button, another invitation, and the open ones."""
    is_reader = invitation.role is Role.READER
    share = _share_button(turn, invitation, token)
    another = None if is_reader else Button(label("invite_another"), InviteTap(invitation.role))
    opened = Button(label("invitations"), InvitationsTap())
    return Keyboard.flow([share], [another, opened]) + way_back(ShareTap() if is_reader else ColleaguesTap())


def _share_button(turn: Turn, invitation: Invitation, token: str) -> Button:
    words = InvitationInWords(turn.actor.name, invitation.organisation.name, invitation.role)
    return Button(label("share_link"), url=share_url(turn.link(token), unescape(render(words))))


def share_url(link: str, text: str) -> str:
    """Return the address that lets somebody choose a chat to share a link in."""
    return _SHARE_URL.format(link=quote(link, safe=""), text=quote(text, safe=""))


def invitations_keyboard(invitations: Sequence[Invitation], back: Tap) -> Keyboard:
    """A button to withdraw each, numbered as on the screen."""
    buttons = [
        Button(label("revoke", str(number)), RevokeTap(invitation.id))
        for number, invitation in enumerate(invitations, start=1)
    ]
    return Keyboard.flow(buttons) + way_back(back)


def sharing_keyboard(readers: Sequence[Colleague], waiting: int) -> Keyboard:
    """Invite a reader, withdraw the access of one, and see what is open."""
    buttons = [
        Button(shorten(label("revoke", reader.name), 24), RemoveTap(reader.membership, is_sure=False))
        for reader in readers
    ]
    opened = Button(label("invitations"), InvitationsTap()) if waiting else None
    invite = Button(label("invite_reader"), MakeTap(Role.READER, None))
    return Keyboard.flow(buttons, [invite], [opened]) + way_back(MenuTap())


INVITATIONS = Conversation(
    name="invitations",
    entry_points=[
        on_tap(InviteTap, needs(Permission.INVITE, choose)),
        on_tap(MakeTap, needs(Permission.INVITE, choose_anew)),
        on_tap(InvitationsTap, open_invitations),  # storage knows who may: a coordinator, or an office
        on_tap(RevokeTap, revoke),
        on_tap(ShareTap, needs(Permission.SHARE, open_sharing)),
    ],
    states={
        State.CHOOSING: [on_tap(MakeTap, needs(Permission.INVITE, make))],
        State.SHARING: [on_tap(MakeTap, needs(Permission.SHARE, make))],
        State.MADE: [on_tap(MakeTap, keep)],
        State.OPEN: [],
    },
)

CONVERSATIONS = (INVITATIONS,)
