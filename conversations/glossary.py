"""The glossary: a word that somebody asks about, explained below whatever they were doing.

    "wat is een bedrijfskritische vrijwilliger?", /begrip WORD -> the meaning    /begrip -> every word
    📖 Begrippen at a norm -> the terms in it

It is a message of its own: nobody loses their place, and the next message is what it would have been.
"""

from __future__ import annotations

from functools import lru_cache

from conversations.fallback import show_trouble
from conversations.kit import Button, CommandGiven, Conversation, TextGiven, Turn, on_command, on_tap
from conversations.returning import back_to_norm
from conversations.taps import TermsOfNormTap
from domain.framework import Framework, Norm, NormId
from domain.glossary import Entry, asked_word, entries, entries_in, find_entry
from templates.common_screens import Trouble
from templates.glossary_screens import ExplainTerms, ListTerms, asking_words
from templates.render import label


def answer_question(turn: Turn) -> bool:
    """Explain the word that was asked about; False when the message is anything else."""
    given = turn.incoming.given
    word = asked_word(given.text, asking_words()) if isinstance(given, TextGiven) else None
    found = find_entry(word, _known(turn)) if word is not None else None
    if found is None:
        return False
    turn.say(ExplainTerms((found,)))
    return True


def explain(turn: Turn, given: CommandGiven) -> None:
    """Explain a word, or list them all."""
    known = _known(turn)
    found = find_entry(given.payload, known) if given.payload.strip() else None
    turn.say(ExplainTerms((found,)) if found else ListTerms(known, given.payload.strip()))


def explain_norm(turn: Turn, tap: TermsOfNormTap) -> None:
    """Explain the terms in a norm."""
    for framework in turn.work.frameworks.values():
        if framework.has(tap.norm) and (found := _terms_of(framework, tap.norm)):
            turn.say(ExplainTerms(found), back_to_norm(turn, tap.norm))
            return
    show_trouble(turn, Trouble.AGED)


def terms_button(framework: Framework, norm: Norm) -> Button | None:
    """Return the way to the terms in a norm, None when it uses none."""
    return Button(label("glossary"), TermsOfNormTap(norm.id)) if _terms_of(framework, norm.id) else None


@lru_cache(maxsize=1024)
def _terms_of(framework: Framework, norm: NormId) -> tuple[Entry, ...]:
    """Search the words of a norm once: every screen of that norm asks for it."""
    return entries_in(framework.norm(norm), entries([framework]))


def _known(turn: Turn) -> tuple[Entry, ...]:
    return entries(turn.work.frameworks.values())


GLOSSARY = Conversation(
    name="glossary", entry_points=[on_command("begrip", explain), on_tap(TermsOfNormTap, explain_norm)]
)

CONVERSATIONS = (GLOSSARY,)
