"""Screens that belong to no conversation in particular: refusals, old buttons, things we cannot use."""

from __future__ import annotations

from enum import StrEnum

from domain.roles import Role
from templates.screens import Screen


class Trouble(StrEnum):
    """Why nothing was changed."""

    AGED = "aged"  # a button whose meaning is gone
    NOT_ALLOWED = "not_allowed"
    CLOSED = "closed"
    COMPLAIN_ELSEWHERE = "complain_elsewhere"  # by who has no role through which it could be passed on
    NOT_UNDERSTOOD = "not_understood"  # typed text that nobody waits for
    NOTHING_ASKED = "nothing_asked"  # the same, of who has no norms to open
    UNUSABLE = "unusable"  # a sticker, a location, a file where none belongs
    UNKNOWN_COMMAND = "unknown_command"
    UNREADABLE_TAP = "unreadable_tap"
    FAILED = "failed"  # we gave up on an update after several tries


class SayTrouble(Screen, frozen=True):
    """A kind refusal; `code` is what a person can quote when something failed on our side."""

    template = "common/trouble.html.j2"

    trouble: Trouble
    code: str = ""


class RoleLine(Screen, frozen=True):
    """The first line of every screen of somebody with several roles: what is typed goes only there."""

    template = "common/role_line.html.j2"

    organisation: str
    role: Role


class PrivateOnly(Screen, frozen=True):
    """In a group: the bot works in private chats only."""

    template = "common/private_only.html.j2"
