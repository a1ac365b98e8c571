"""A stage with the conversations about people, and the first minutes that many scenes share."""

from __future__ import annotations

import re
from collections import Counter

from conversations import colleagues, help, menu, onboarding, privacy, settings
from conversations.fallback import FALLBACK
from conversations.kit import MAX_LABEL, Conversations, Given, Keyboard, Said, Tap, Turn
from conversations.menu import Newcomer, NewcomerTap
from conversations.onboarding import JoinFunctionTap, JoinTap, SkipNumberTap
from conversations.taps import way_back
from domain.actors import Actor, Colleague
from domain.framework import WhoCode
from domain.roles import Role
from storage.sql.database import Database
from templates.audit_screens import ShowAuditMenu, ShowAuditorMenu, ShowOfficeMenu
from templates.case_screens import ShowCaseMenu
from templates.people_screens import ForwardInvitation, Goodbye, ShowMenu, Welcome
from templates.register_screens import ShowRegisterMenu
from templates.render import MAX_TEXT, render, visible_length
from templates.screens import Screen
from tests.scenes.stage import Stage, StageChat

SAMIRA, PRIYA, JOOST, WILLEM = 1001, 1002, 1003, 1004
RIVERS = "Welzijn Rivierenland"

#: The menu is where the way back leads; a goodbye has none, and a message to forward is for somebody else.
WITHOUT_WAY_BACK = (
    ShowMenu, Welcome, Goodbye, ForwardInvitation, ShowAuditMenu, ShowAuditorMenu, ShowOfficeMenu, ShowRegisterMenu,
    ShowCaseMenu,
)  # fmt: skip

PEOPLE_CONVERSATIONS = (
    *onboarding.CONVERSATIONS,
    *menu.CONVERSATIONS,
    *colleagues.CONVERSATIONS,
    *settings.CONVERSATIONS,
    *privacy.CONVERSATIONS,
    *help.CONVERSATIONS,
    FALLBACK,
)


class CarefulStage(Stage):
    """A stage that looks at every screen that passes, so that each scene tests what holds for all."""

    def take(self, chat: StageChat, given: Given, message_id: int | None) -> Turn:
        """Run a turn and look at what it showed and said."""
        turn = super().take(chat, given, message_id)
        if turn.shown is not None:
            look_at(turn.shown.screen, turn.shown.keyboard)
        for said in turn.said:
            look_at(said.screen, said.keyboard)
        return turn


def look_at(screen: Screen, keyboard: Keyboard) -> None:
    """Fail when a screen would be refused by Telegram, does not fit a phone, or leads nowhere."""
    text = render(screen)
    assert text
    assert visible_length(text) <= MAX_TEXT
    for line in text.splitlines():
        assert Counter(re.findall(r"<(\w+)>", line)) == Counter(re.findall(r"</(\w+)>", line)), line
    for button in keyboard.buttons:
        assert 0 < len(button.label) <= MAX_LABEL, button
        assert (button.tap is None) != (button.url is None)
        assert button.tap is None or Tap.unpack(button.tap.pack()) == button.tap
    if not isinstance(screen, WITHOUT_WAY_BACK):
        assert keyboard.rows[-1] in (way_back(None).rows[0], (keyboard.rows[-1][0], way_back(None).rows[0][0]))


def people_stage(database: Database) -> Stage:
    """Return a stage on a fresh database."""
    return CarefulStage(database, Conversations(PEOPLE_CONVERSATIONS))


def founded(stage: Stage, chat_id: int = SAMIRA, name: str = "Samira", organisation: str = RIVERS) -> StageChat:
    """Let somebody found an organisation and arrive in its menu as coordinator."""
    chat = stage.chat(chat_id, name)
    chat.sends("/start")
    chat.taps_old(NewcomerTap(Newcomer.MEMBER))
    chat.sends(organisation)
    chat.taps(SkipNumberTap())
    return chat


def invited(coordinator: StageChat, role: Role = Role.COLLEAGUE, function: str | None = None) -> str:
    """Let a coordinator make an invitation and return its token."""
    if role is Role.READER:
        coordinator.taps_old("sh")
        coordinator.taps("Toetser uitnodigen")
    else:
        coordinator.taps_old(invitations_tap(role))
        coordinator.taps_old(f"im:{role}:{function or '-'}")
    forwarded = coordinator.received[-1].screen
    assert isinstance(forwarded, ForwardInvitation)
    return forwarded.link.rsplit("=", 1)[1]


def invitations_tap(role: Role) -> str:
    """Return the data of the button that invites for a role."""
    return f"iv:{role}"


def joined(
    stage: Stage, coordinator: StageChat, chat_id: int, name: str, function: str | None = None,
    role: Role = Role.COLLEAGUE,
) -> StageChat:  # fmt: skip
    """Let somebody come in by an invitation and arrive in the menu."""
    token = invited(coordinator, role, function)
    chat = stage.chat(chat_id, name)
    chat.sends(f"/start {token}")
    chat.taps(JoinTap(token))
    if role is Role.COLLEAGUE and function is None:
        chat.taps(JoinFunctionTap(None))
    coordinator.received.clear()
    return chat


def actor_of(stage: Stage, chat: StageChat) -> Actor:
    """Return who is behind a chat according to storage."""
    with stage.database.begin() as work:
        return work.actor(chat.id)


def colleague_of(stage: Stage, coordinator: StageChat, name: str) -> Colleague:
    """Return a colleague by name, as storage counts them."""
    with stage.database.begin() as work:
        actor = work.actor(coordinator.id)
        everybody = work.people(actor).colleagues(work.evaluations(actor).current())
        return next(person for person in everybody if person.name == name)


def norms_of(stage: Stage, coordinator: StageChat, name: str) -> list[str]:
    """Return the norms that a colleague has."""
    person = colleague_of(stage, coordinator, name).person
    with stage.database.begin() as work:
        evaluations = work.evaluations(work.actor(coordinator.id))
        evaluation = evaluations.current()
        assert evaluation is not None
        return sorted(norm for norm, people in evaluations.assignments(evaluation).items() if person in people)


def told(chat: StageChat) -> list[Screen]:
    """Return the messages that came into a chat besides its own screen."""
    return [said.screen for said in chat.received]


def last_said(chat: StageChat) -> Said:
    """Return the last message that came into a chat."""
    return chat.received[-1]


def code(text: str) -> WhoCode:
    """Return a function code."""
    return WhoCode(text)
