"""Certifying bodies: an operator makes one, its office invites its people, a peer auditor says where they come from.

/operator -> OFFICES -> ➕ CI toevoegen -> NAME -> the link for the first office person
                     -> 📒 SWN-secretariaat -> the link for somebody of the secretariat
🏛 Bureau -> PEOPLE -> ➕ Uitnodigen -> ROLE -> MADE: the link to forward
🏢 Mijn organisatie -> HOME -> one's own, or HOME_NAME -> HOME_NUMBER -> menu
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from conversations.acting import Step, needs
from conversations.audit_taps import HomeTap, OfficeTap
from conversations.fallback import show_trouble
from conversations.invitations import forward
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.menu import show_menu
from conversations.onboarding import name_problem, number_problem, tidy
from conversations.people_taps import InvitationsTap
from conversations.taps import MenuTap, way_back
from conversations.wording import WordingTap
from domain.actors import Organisation
from domain.roles import OrganisationId, OrganisationKind, Permission, Role
from templates.audit_screens import (
    AskHome,
    AskName,
    AskNumber,
    ChooseOfficeRole,
    NamePurpose,
    OfficeLine,
    ShowOffice,
    ShowOffices,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

G = TypeVar("G")

OFFICE_ROLES = (Role.AUDITOR, Role.TEAM_LEADER, Role.PEER_AUDITOR, Role.CI_ADMIN)
MAX_SHOWN = 12  # certifying bodies with a button each
_NAME = "home_name"


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    OFFICES = "offices"
    NAME = "name"
    PEOPLE = "people"
    ROLE = "role"
    MADE = "made"
    HOME = "home"
    HOME_NAME = "home_name"
    HOME_NUMBER = "home_number"


@dataclass(frozen=True)
class OfficesTap(Tap, prefix="oa"):
    """To the certifying bodies, for an operator."""


@dataclass(frozen=True)
class AddOfficeTap(Tap, prefix="ob"):
    """Make a certifying body."""


@dataclass(frozen=True)
class OfficeLinkTap(Tap, prefix="oc"):
    """Another link for an office person of a certifying body."""

    office: OrganisationId


@dataclass(frozen=True)
class SecretariatLinkTap(Tap, prefix="ok"):
    """A link for somebody of the secretariat of SWN."""


@dataclass(frozen=True)
class InviteHereTap(Tap, prefix="oi"):
    """To inviting somebody for the certifying body."""


@dataclass(frozen=True)
class OfficeRoleTap(Tap, prefix="oj"):
    """Make an invitation for a role at the certifying body."""

    role: Role


@dataclass(frozen=True)
class OwnHomeTap(Tap, prefix="oh"):
    """This is where the peer auditor works; None to type another."""

    organisation: OrganisationId | None


# --------------------------------------------------------------------------------------------- the operator


def operating(step: Step[G]) -> Step[G]:
    """Return a step for operators only; storage refuses as well."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        if not turn.actor.is_operator:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        return step(turn, given)

    return guarded


def open_offices(turn: Turn, _: object) -> AnyState | None:
    """List the certifying bodies."""
    offices = turn.work.offices(turn.actor).all()
    buttons = [
        Button(label("office_link", str(number)), OfficeLinkTap(office))
        for number, office in enumerate(list(offices)[:MAX_SHOWN], start=1)
    ]
    add = Button(label("add_office"), AddOfficeTap())
    secretariat = Button(label("secretariat"), SecretariatLinkTap())
    wording = Button(label("official_wording"), WordingTap())
    keyboard = Keyboard.flow(buttons, [add], [secretariat, wording]) + way_back(MenuTap())
    turn.show(ShowOffices(tuple(offices.values())), keyboard)
    return State.OFFICES


def ask_office_name(turn: Turn, _: object) -> AnyState | None:
    """Ask the name of a new certifying body."""
    turn.show(AskName(NamePurpose.OFFICE), way_back(OfficesTap()))
    return State.NAME


def found_office(turn: Turn, given: TextGiven) -> AnyState | None:
    """Make the certifying body, with the link for its first office person."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskName(NamePurpose.OFFICE, problem), way_back(OfficesTap()))
        return State.NAME
    forward(turn, *turn.work.offices(turn.actor).found(name, turn.now), back=OfficesTap())
    return State.MADE


def make_office_link(turn: Turn, tap: OfficeLinkTap) -> AnyState | None:
    """Make another link for an office that nobody came into yet, or whose people left."""
    forward(turn, *turn.work.offices(turn.actor).invite_first(tap.office, turn.now), back=OfficesTap())
    return State.MADE


def make_secretariat_link(turn: Turn, _: SecretariatLinkTap) -> AnyState | None:
    """Make a link for somebody of the secretariat of SWN."""
    offices = turn.work.offices(turn.actor)
    forward(turn, *offices.invite_secretariat(label("swn_name"), turn.now), back=OfficesTap())
    return State.MADE


# ----------------------------------------------------------------------------------------------- the office


def open_office(turn: Turn, _: object) -> AnyState | None:
    """Show who works for the certifying body."""
    people = turn.work.offices(turn.actor).people()
    lines = tuple(OfficeLine(p.name, p.role, p.home.name if p.home else "") for p in people)
    invited = len(turn.work.people(turn.actor).open_invitations(turn.now))
    buttons = [
        Button(label("invite"), InviteHereTap()),
        Button(label("invitations"), InvitationsTap()) if invited else None,
    ]
    turn.show(ShowOffice(_office_name(turn), lines, invited), Keyboard.flow(buttons) + way_back(MenuTap()))
    return State.PEOPLE


def choose_role(turn: Turn, _: object) -> AnyState | None:
    """Ask for which role the invitation is."""
    roles = _roles_here(turn)
    is_swn = Role.SWN_SECRETARIAT in roles
    buttons = [Button(label("office_role", role), OfficeRoleTap(role)) for role in roles]
    turn.show(ChooseOfficeRole(_office_name(turn), is_swn), Keyboard.flow(buttons) + way_back(OfficeTap()))
    return State.ROLE


def invite(turn: Turn, tap: OfficeRoleTap) -> AnyState | None:
    """Make the invitation."""
    if tap.role not in _roles_here(turn):
        show_trouble(turn, Trouble.AGED)
        return None
    forward(turn, *turn.work.people(turn.actor).invite(tap.role, turn.now), back=OfficeTap())
    return State.MADE


def _roles_here(turn: Turn) -> tuple[Role, ...]:
    """Return for which roles one invites at the organisation of the actor."""
    is_swn = turn.actor.organisation is not None and turn.actor.organisation.kind is OrganisationKind.SWN
    return (Role.SWN_SECRETARIAT,) if is_swn else OFFICE_ROLES


def keep(_: Turn, __: object) -> AnyState | None:
    """A second tap makes no second link."""
    return None


# -------------------------------------------------------------------------------------------- a peer's home


def ask_home(turn: Turn, _: object) -> AnyState | None:
    """Ask from which member organisation a peer auditor comes."""
    if turn.actor.role is not Role.PEER_AUDITOR:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    buttons = [Button(shorten(own.name, 24), OwnHomeTap(own.id)) for own in _own_members(turn)]
    other = Button(label("other_organisation"), OwnHomeTap(None))
    turn.show(AskHome(_office_name(turn)), Keyboard.flow(buttons, [other]) + way_back(MenuTap()))
    return State.HOME


def take_home(turn: Turn, tap: OwnHomeTap) -> AnyState | None:
    """Record one's own organisation, or ask for the name of another."""
    if tap.organisation is None:
        turn.show(AskName(NamePurpose.HOME), way_back(HomeTap()))
        return State.HOME_NAME
    turn.work.offices(turn.actor).set_home(turn.now, organisation=tap.organisation)
    return show_menu(turn)


def take_home_name(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the name and ask for the number."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskName(NamePurpose.HOME, problem), way_back(HomeTap()))
        return State.HOME_NAME
    turn.data[_NAME] = name
    turn.show(AskNumber(NamePurpose.HOME, name), way_back(HomeTap()))
    return State.HOME_NUMBER


def take_home_number(turn: Turn, given: TextGiven) -> AnyState | None:
    """Record the organisation with this number."""
    number, name = tidy(given.text), turn.data.get(_NAME, "")
    problem = number_problem(number)
    if problem is not None:
        turn.show(AskNumber(NamePurpose.HOME, name, problem), way_back(HomeTap()))
        return State.HOME_NUMBER
    turn.work.offices(turn.actor).set_home(turn.now, name=name, member_number=number)
    turn.data.pop(_NAME, None)
    return show_menu(turn)


def _own_members(turn: Turn) -> tuple[Organisation, ...]:
    """Return the member organisations for which the person works."""
    working = (Role.COORDINATOR, Role.COLLEAGUE)
    found = (m.organisation for m in turn.actor.memberships if m.role in working)
    return tuple(dict.fromkeys(own for own in found if own.kind is OrganisationKind.MEMBER))


def _office_name(turn: Turn) -> str:
    return turn.actor.organisation.name if turn.actor.organisation else ""


OFFICES = Conversation(
    name="offices",
    entry_points=[
        on_command("operator", operating(open_offices)),
        on_command("bureau", needs(Permission.MANAGE_OFFICE, open_office)),
        on_tap(OfficesTap, operating(open_offices)),
        on_tap(AddOfficeTap, operating(ask_office_name)),
        on_tap(OfficeLinkTap, operating(make_office_link)),
        on_tap(SecretariatLinkTap, operating(make_secretariat_link)),
        on_tap(OfficeTap, needs(Permission.MANAGE_OFFICE, open_office)),
        on_tap(InviteHereTap, needs(Permission.MANAGE_OFFICE, choose_role)),
        on_tap(OfficeRoleTap, needs(Permission.MANAGE_OFFICE, choose_role)),
        on_tap(HomeTap, ask_home),
        on_tap(OwnHomeTap, take_home),
    ],
    states={
        State.OFFICES: [],
        State.NAME: [on_text(found_office)],
        State.PEOPLE: [],
        # A button of an older screen shows the choice, and does not make a link unasked.
        State.ROLE: [on_tap(OfficeRoleTap, needs(Permission.MANAGE_OFFICE, invite))],
        State.MADE: [on_tap(OfficeRoleTap, keep), on_tap(OfficeLinkTap, keep), on_tap(SecretariatLinkTap, keep)],
        State.HOME: [],
        State.HOME_NAME: [on_text(take_home_name)],
        State.HOME_NUMBER: [on_text(take_home_number)],
    },
)

CONVERSATIONS = (OFFICES,)
