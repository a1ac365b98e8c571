"""What happens when no step wants what came in, or storage refuses: a kind screen, and nothing changes."""

from __future__ import annotations

from conversations.kit import CommandGiven, Conversation, OtherGiven, TapGiven, Turn, on_edit, on_media, on_text
from conversations.taps import way_back
from domain.roles import OrganisationKind, Permission
from storage.audit_interfaces import StatementsMissing, WrongStage
from storage.interfaces import ChangedMeanwhile, EvaluationClosed, Refusal
from templates.common_screens import SayTrouble, Trouble


def show_trouble(turn: Turn, trouble: Trouble) -> None:
    """Say kindly why nothing changed, with the menu as the way on."""
    turn.show(SayTrouble(trouble), way_back(None))


def show_refusal(turn: Turn, refusal: Refusal) -> None:
    """Say what storage refused, when the step itself had no better answer."""
    if isinstance(refusal, EvaluationClosed):
        show_trouble(turn, Trouble.CLOSED)
    elif isinstance(refusal, ChangedMeanwhile | StatementsMissing | WrongStage):
        show_trouble(turn, Trouble.AGED)
    else:
        show_trouble(turn, Trouble.NOT_ALLOWED)


def show_unwanted(turn: Turn) -> None:
    """Answer what no conversation wants."""
    given = turn.incoming.given
    if isinstance(given, TapGiven):
        show_trouble(turn, Trouble.UNREADABLE_TAP)
    elif isinstance(given, OtherGiven):
        show_trouble(turn, Trouble.UNUSABLE)
    elif isinstance(given, CommandGiven):
        show_trouble(turn, Trouble.UNKNOWN_COMMAND)


def ask_what_is_meant(turn: Turn, _: object) -> None:
    """Text that nobody waits for: say that it was not stored, and where it could go."""
    organisation = turn.actor.organisation
    is_at_desk = organisation is not None and organisation.kind in (OrganisationKind.CI, OrganisationKind.SWN)
    has_norms = not is_at_desk or turn.actor.may(Permission.JUDGE)
    show_trouble(turn, Trouble.NOT_UNDERSTOOD if has_norms else Trouble.NOTHING_ASKED)


def refuse_file(turn: Turn, given: object) -> None:
    """A file while no norm is open."""
    ask_what_is_meant(turn, given)


def ignore_edit(turn: Turn, _: object) -> None:
    """An edit of a message that was never stored changes nothing, so nothing needs to be said."""
    del turn


FALLBACK = Conversation(
    name="fallback",
    fallbacks=[on_text(ask_what_is_meant), on_media(refuse_file), on_edit(ignore_edit)],
)
