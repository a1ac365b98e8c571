"""Screens about people: getting to know each other, the menu, colleagues, settings and privacy.

People come in as names and domain values; what they may do is decided before a screen is made.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from domain.actors import Invitation, Membership
from domain.framework import Function, Norm, NormId
from domain.roles import Role
from templates.screens import Screen
from templates.term_screens import TermLine

# ------------------------------------------------------------------------------ getting to know each other


class NameProblem(StrEnum):
    """Why a typed name or number cannot be used."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_LETTERS = "no_letters"
    NO_DIGITS = "no_digits"
    ODD_SIGNS = "odd_signs"


class Welcome(Screen, frozen=True):
    """The first screen of somebody without a role."""

    template = "people/onboarding/welcome.html.j2"


class AskOrganisationName(Screen, frozen=True):
    """Which organisation do you work for?"""

    template = "people/onboarding/ask_organisation_name.html.j2"

    problem: NameProblem | None = None


class AskMemberNumber(Screen, frozen=True):
    """The member number, which may be skipped."""

    template = "people/onboarding/ask_member_number.html.j2"

    organisation: str
    problem: NameProblem | None = None


class NumberIsTaken(Screen, frozen=True):
    """An organisation with this number exists; `was_asked` when its coordinators got a message."""

    template = "people/onboarding/number_is_taken.html.j2"

    number: str
    was_asked: bool


class SomebodyAsksToJoin(Screen, frozen=True):
    """To the coordinators: somebody typed the number of their organisation."""

    template = "people/onboarding/somebody_asks_to_join.html.j2"

    name: str
    number: str


class AuditorsByInvitation(Screen, frozen=True):
    """An auditor comes in by invitation only."""

    template = "people/onboarding/auditors_by_invitation.html.j2"


class ShowInvitation(Screen, frozen=True):
    """Who invites, for which organisation and role; `is_first` when the honest line has to be said."""

    template = "people/onboarding/show_invitation.html.j2"

    invited_by: str
    organisation: str
    role: Role
    function: str | None = None
    is_first: bool = True


class InvitationProblem(Screen, frozen=True):
    """The link cannot be used; `state` is the value of storage's InvitationState."""

    template = "people/onboarding/invitation_problem.html.j2"

    state: str
    is_still_open: bool = False


class InvitationDeclined(Screen, frozen=True):
    """No, thank you: nothing is kept, and the link still works."""

    template = "people/onboarding/invitation_declined.html.j2"


class SomebodyJoined(Screen, frozen=True):
    """To who invited: this person accepted, and can be removed again."""

    template = "people/onboarding/somebody_joined.html.j2"

    name: str
    organisation: str
    role: Role


class AskOwnFunction(Screen, frozen=True):
    """For which function code do you speak?"""

    template = "people/onboarding/ask_own_function.html.j2"

    organisation: str
    functions: tuple[Function, ...]


# ------------------------------------------------------------------------------------------------ the menu


class MenuNews(StrEnum):
    """What just happened, told once in the menu."""

    BECAME_COORDINATOR = "became_coordinator"
    JOINED = "joined"
    SWITCHED = "switched"
    LEFT = "left"


class ShowMenu(Screen, frozen=True):
    """The menu of a role; the own norms count what is assigned to this person. `total` is 0 before the start."""

    template = "people/menu/menu.html.j2"
    names_role = True

    organisation: str
    role: Role
    is_confirmed: bool
    answered: int
    total: int
    own_open: int = 0
    own_total: int = 0
    is_closed: bool = False
    news: MenuNews | None = None
    term: TermLine | None = None


class ChooseRole(Screen, frozen=True):
    """The roles that a person has, in the order of the buttons."""

    template = "people/menu/choose_role.html.j2"
    names_role = True

    memberships: tuple[Membership, ...]
    current: Membership | None


# ---------------------------------------------------------------------------------------------- colleagues


class ColleagueNotice(StrEnum):
    """What a tap just did, or why it could not."""

    NUDGED = "nudged"
    NOT_NUDGED = "not_nudged"
    UNREACHABLE = "unreachable"
    NOTHING_OPEN = "nothing_open"
    FUNCTION_SET = "function_set"
    HANDED_OVER = "handed_over"


class ColleagueLine(Struct, frozen=True):
    """One person in a list: `done` of the `assigned` norms have a verdict, `answered` counts all they gave."""

    name: str
    role: Role
    function: str | None
    assigned: int
    done: int
    answered: int
    is_reachable: bool = True
    is_self: bool = False
    last_norm: NormId | None = None
    last_at: datetime | None = None


class ShowColleagues(Screen, frozen=True):
    """Everybody of the organisation, a page at a time (pages count from 1)."""

    template = "people/colleagues/show_colleagues.html.j2"

    organisation: str
    people: tuple[ColleagueLine, ...]
    page: int
    pages: int
    invitations: int
    may_manage: bool


class ShowColleague(Screen, frozen=True):
    """One colleague, with what may be done for them."""

    template = "people/colleagues/show_colleague.html.j2"

    person: ColleagueLine
    notice: ColleagueNotice | None = None


class AskFunction(Screen, frozen=True):
    """For which function code does a colleague speak? None for oneself."""

    template = "people/colleagues/ask_function.html.j2"

    name: str | None
    functions: tuple[Function, ...]


class ConfirmHandOver(Screen, frozen=True):
    """Make somebody a coordinator as well?"""

    template = "people/colleagues/confirm_hand_over.html.j2"

    name: str


class ConfirmRemoval(Screen, frozen=True):
    """End somebody's access? What they gave stays."""

    template = "people/colleagues/confirm_removal.html.j2"

    name: str
    role: Role


class Removed(Screen, frozen=True):
    """Somebody's access has ended."""

    template = "people/colleagues/removed.html.j2"

    name: str
    role: Role


class NudgeReceived(Screen, frozen=True):
    """To a colleague: a friendly nudge."""

    template = "people/colleagues/nudge_received.html.j2"

    by: str
    organisation: str
    open_norms: int


class MadeCoordinator(Screen, frozen=True):
    """To a colleague: you are a coordinator now."""

    template = "people/colleagues/made_coordinator.html.j2"

    by: str
    organisation: str


class AccessEnded(Screen, frozen=True):
    """To somebody whose role was ended."""

    template = "people/colleagues/access_ended.html.j2"

    organisation: str


# --------------------------------------------------------------------------------------------- invitations


class ChooseInvitation(Screen, frozen=True):
    """For whom is the invitation: the role is chosen, the function still to choose."""

    template = "people/invitations/choose_invitation.html.j2"

    role: Role
    functions: tuple[Function, ...]


class InvitationMade(Screen, frozen=True):
    """How the link works; the link itself comes below, in a message to forward."""

    template = "people/invitations/invitation_made.html.j2"

    organisation: str
    role: Role
    function: str | None
    expires_at: datetime


class ForwardInvitation(Screen, frozen=True):
    """The message to forward: who invites, for what, and the link."""

    template = "people/invitations/forward_invitation.html.j2"

    invited_by: str
    organisation: str
    role: Role
    link: str
    expires_at: datetime


class InvitationInWords(Screen, frozen=True):
    """What goes along with a link that is shared by Telegram's own button; plain text."""

    template = "people/invitations/invitation_in_words.html.j2"

    invited_by: str
    organisation: str
    role: Role


class ShowInvitations(Screen, frozen=True):
    """Invitations that can still be accepted, in the order of the buttons."""

    template = "people/invitations/show_invitations.html.j2"

    invitations: tuple[Invitation, ...]
    was_revoked: bool | None = None


class ShowSharing(Screen, frozen=True):
    """Who reads along from outside, and what reading along means."""

    template = "people/invitations/show_sharing.html.j2"

    organisation: str
    readers: tuple[str, ...]
    invitations: int


# ------------------------------------------------------------------------------------------------ dividing


class Portion(Struct, frozen=True):
    """How many norms somebody has."""

    name: str
    function: str | None
    norms: int


class ShowDivision(Screen, frozen=True):
    """Who has how many norms; `nobodys` are still nobody's, `waiting` colleagues hear of it at Klaar."""

    template = "people/division/show_division.html.j2"

    portions: tuple[Portion, ...]
    nobodys: int
    total: int
    waiting: int
    told: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()


class NothingToDivide(Screen, frozen=True):
    """The self-evaluation has not been started."""

    template = "people/division/nothing_to_divide.html.j2"


class RubricPortion(Struct, frozen=True):
    """How many norms of a rubric somebody has."""

    name: str
    given: int
    total: int


class DivideFor(Screen, frozen=True):
    """The norms of one colleague, to give by rubric, by function or one by one."""

    template = "people/division/divide_for.html.j2"

    portion: Portion
    rubrics: tuple[RubricPortion, ...]
    norms: tuple[NormId, ...]
    nobodys: int


class ChooseFunctionNorms(Screen, frozen=True):
    """Give somebody all norms that are meant for a function."""

    template = "people/division/choose_function_norms.html.j2"

    portion: Portion
    functions: tuple[Function, ...]


class ChooseNorms(Screen, frozen=True):
    """Give somebody norms of one rubric one by one."""

    template = "people/division/choose_norms.html.j2"

    portion: Portion
    rubric: str
    given: int
    total: int


class ShowProposal(Screen, frozen=True):
    """Who would get what by function; `without_function` colleagues get nothing that way."""

    template = "people/division/show_proposal.html.j2"

    portions: tuple[Portion, ...]
    without_function: tuple[str, ...]
    nobodys: int


class NormsGiven(Screen, frozen=True):
    """To a colleague: these norms are yours now."""

    template = "people/division/norms_given.html.j2"

    by: str
    organisation: str
    norms: tuple[Norm, ...]


# ------------------------------------------------------------------------------------------------ settings


class ShowSettings(Screen, frozen=True):
    """What a person can set for themselves and, as coordinator, for the organisation."""

    template = "people/settings/show_settings.html.j2"

    organisation: str
    role: Role
    function: str | None
    wants_nudges: bool
    member_number: str | None
    is_confirmed: bool
    is_saved: bool = False


class AskNumberLater(Screen, frozen=True):
    """The member number of an organisation that began without one; `is_taken` when another has it."""

    template = "people/settings/ask_number_later.html.j2"

    problem: NameProblem | None = None
    is_taken: bool = False


class AskNewName(Screen, frozen=True):
    """Another name for the organisation."""

    template = "people/settings/ask_new_name.html.j2"

    organisation: str
    problem: NameProblem | None = None


class ConfirmLeaving(Screen, frozen=True):
    """End your own role in this organisation?"""

    template = "people/settings/confirm_leaving.html.j2"

    organisation: str
    role: Role


class HandOverFirst(Screen, frozen=True):
    """The only coordinator hands over before leaving."""

    template = "people/settings/hand_over_first.html.j2"

    organisation: str
    has_colleagues: bool


# ------------------------------------------------------------------------------------------------- privacy


class ShowPrivacy(Screen, frozen=True):
    """What is kept, where, how long and who sees it; None for somebody without a role.

    `erased_on` is the day on which the whole organisation goes, when that was announced.
    """

    template = "people/privacy/show_privacy.html.j2"

    role: Role | None
    erased_on: date | None = None


class DataComing(Screen, frozen=True):
    """Everything about you is on its way as a file."""

    template = "people/privacy/data_coming.html.j2"


class ArchiveComing(Screen, frozen=True):
    """Everything of the organisation is on its way as an archive."""

    template = "people/privacy/archive_coming.html.j2"

    organisation: str


class ConfirmErasure(Screen, frozen=True):
    """Erase everything about me? With the roles that would end."""

    template = "people/privacy/confirm_erasure.html.j2"

    memberships: tuple[Membership, ...]


class ErasureBlocked(Screen, frozen=True):
    """The only coordinator of an organisation hands over or deletes it first."""

    template = "people/privacy/erasure_blocked.html.j2"

    organisations: tuple[str, ...]
    is_current: bool


class AskNameToErase(Screen, frozen=True):
    """Type the name of the organisation to delete it for good."""

    template = "people/privacy/ask_name_to_erase.html.j2"

    organisation: str
    people: int
    is_wrong: bool = False


class OrganisationErased(Screen, frozen=True):
    """The organisation is gone."""

    template = "people/privacy/organisation_erased.html.j2"

    organisation: str


class Goodbye(Screen, frozen=True):
    """The last screen after erasure."""

    template = "people/privacy/goodbye.html.j2"
    names_role = True  # there is none any more


# ---------------------------------------------------------------------------------------------------- help


class ShowHelp(Screen, frozen=True):
    """Short help for a role, None for somebody without one."""

    template = "people/help/show_help.html.j2"

    role: Role | None


class Stopped(Screen, frozen=True):
    """The conversation is closed, and nothing is lost."""

    template = "people/help/stopped.html.j2"


class CommandMenu(Screen, frozen=True):
    """The commands of a role, a line "name - description" each; read by templates.commands."""

    template = "people/commands.j2"

    role: str
