"""What is typed or sent where no state waits for it, and the edits of messages: who one is says what it means.

in a role at a certifying body -> a way to a norm of the audit, or a quick note
everybody else                 -> a way to a norm of the self-evaluation, or a kind question
"""

from __future__ import annotations

from conversations import answering, field_receiving, mending
from conversations.audit_acting import AUDIT_ROLES
from conversations.fallback import refuse_file
from conversations.kit import Conversation, EditGiven, MediaGiven, State, TextGiven, Turn, on_edit, on_media, on_text


def take_text(turn: Turn, given: TextGiven) -> State | None:
    """Text that nobody waits for."""
    take = field_receiving.take_text if turn.actor.role in AUDIT_ROLES else answering.open_typed_norm
    return take(turn, given)


def take_media(turn: Turn, given: MediaGiven) -> State | None:
    """A file that nobody waits for."""
    if turn.actor.role in AUDIT_ROLES:
        return field_receiving.take_media(turn, given)
    refuse_file(turn, given)
    return None


def take_edit(turn: Turn, given: EditGiven) -> State | None:
    """The edit of an earlier message: of a finding, or of something in the self-evaluation."""
    is_finding, state = field_receiving.take_edit(turn, given)
    return state if is_finding else mending.take_edit(turn, given)


FREE_TEXT = Conversation(
    name="free_text",
    entry_points=[on_edit(take_edit)],
    fallbacks=[on_text(take_text), on_media(take_media)],
)

CONVERSATIONS = (FREE_TEXT,)
