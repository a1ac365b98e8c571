"""One turn: from what came in, through exactly one step, to what goes out.

The dispatcher calls this inside its transaction, and the tests of conversations do the same. A
refusal becomes a screen here; every other error goes up, so that the transaction rolls back.
"""

from __future__ import annotations

from conversations.appeals import answer_attempt
from conversations.fallback import show_refusal, show_unwanted
from conversations.glossary import answer_question
from conversations.kit import Conversations, Turn
from storage.interfaces import Refusal


def take(conversations: Conversations, turn: Turn) -> None:
    """Let the one step that wants it answer what came in; the turn then holds what to say.

    A message that only asks what a known word means is answered wherever somebody is. Who appeals by chat hears that
    this is not how it is done.

    A refusal by storage changes nothing: stores refuse before they write, and a step does its
    writes last.
    """
    conversation, state, data = turn.place.conversation, turn.place.state, dict(turn.place.data)
    if answer_question(turn) or answer_attempt(turn, is_awaited=conversations.awaits_text(turn.place)):
        return
    try:
        if not conversations.step(turn):
            show_unwanted(turn)
    except Refusal as refusal:
        turn.place.conversation, turn.place.state, turn.place.data = conversation, state, data
        turn.said.clear()
        turn.jobs.clear()
        turn.forgotten_messages.clear()
        show_refusal(turn, refusal)
