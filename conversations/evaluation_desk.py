"""The desk at which somebody works on the self-evaluation: what lies on it, and what was open a moment ago.

Every step of the self-evaluation starts by sitting down: one `Desk` per turn holds the evaluation
within the actor's reach and remembers, between turns, ids only. By webhook a tap can overtake an
earlier message; the short trail of moves says which norm was open when that message was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeVar
from zlib import crc32

from msgspec import Struct
from msgspec.structs import asdict, replace

from conversations.fallback import show_trouble
from conversations.kit import Keyboard, State, Turn
from domain.framework import Framework, Norm, NormId
from domain.norm_search import NormSearch
from domain.progress import Progress, progress
from domain.roles import Permission, PersonId
from domain.self_evaluation import Answer, Contribution, Evaluation, EvaluationId, Purpose
from domain.takeover import covered
from domain.verdicts import Verdict
from storage.interfaces import Evaluations, NormState
from templates.common_screens import Trouble
from templates.evaluation_screens import Filter, Header, Quote
from templates.screens import Screen, in_words_of

CONVERSATION = "self_evaluation"
_KEY = "self_evaluation"  # of our part of the data that a person's place holds
_TRAIL_LENGTH = 8


class At(StrEnum):
    """Where a person is in the self-evaluation; the values are stored, so renaming one is a migration."""

    OVERVIEW = "overview"
    CHOOSING = "choosing"
    CLOSING = "closing"
    DOCUMENTS = "documents"
    PLAN = "plan"
    NORM = "norm"
    EXAMPLE = "example"
    VISIBLE = "visible"
    WHAT = "what"
    WHO = "who"
    WHEN = "when"
    REASON = "reason"
    RECAP = "recap"
    SUMMARY = "summary"
    QUESTION = "question"
    HINTS = "hints"
    GIVEN = "given"
    ITEM = "item"
    MOVING = "moving"


#: A norm is open in these: whatever is typed or sent there is kept at that norm.
AT_NORM = frozenset(At) - {At.OVERVIEW, At.CHOOSING, At.CLOSING, At.DOCUMENTS, At.PLAN}


class Move(Struct, frozen=True):
    """From this update on a person was there."""

    update_id: int
    state: At
    norm: NormId | None = None


class Album(Struct, frozen=True):
    """Items that were sent together, at one norm, with the receipts they got."""

    id: str
    norm: NormId
    purpose: Purpose
    receipts: tuple[int, ...]
    refused: int = 0


class Memory(Struct, frozen=True):
    """What is remembered between turns, about one evaluation.

    `seen` is the last receipt at the open norm when it was opened; `question` the index of the
    question on the screen; `asked` the fingerprint of the words that stood there when a question was
    asked; `item` the receipt that a summary or a move is about; `back` the state
    after a summary; `own_words` the messages that became a reason or a part of an improvement;
    `norm` stays the last one that was open.
    """

    evaluation: EvaluationId
    norm: NormId | None = None
    moves: tuple[Move, ...] = ()
    seen: int = 0
    question: int = 0
    item: int = 0
    page: int = 0
    asked: int = 0
    back: At = At.NORM
    rubric: str | None = None
    filter: Filter = Filter.ALL
    album: Album | None = None
    own_words: tuple[tuple[int, NormId, str], ...] = ()

    @staticmethod
    def of(data: Mapping[str, Any], evaluation: EvaluationId) -> Memory:
        """Return what is remembered about this evaluation; of another one nothing."""
        kept = data.get(_KEY) or {}
        if kept.get("evaluation") != evaluation:
            return Memory(evaluation)
        known = (
            name for name in Memory.__struct_fields__ if name in kept
        )  # another version may have kept more, or less
        return Memory(**{name: _READERS.get(name, _as_it_is)(kept[name]) for name in known})

    def as_data(self) -> dict[str, Any]:
        """Return plain values, to be stored with the person's place."""
        moves = [[move.update_id, str(move.state), move.norm] for move in self.moves]
        album = asdict(self.album) if self.album else None
        return asdict(self) | {"moves": moves, "back": str(self.back), "filter": str(self.filter), "album": album}


def _as_it_is(kept: Any) -> Any:
    return kept


def _moves(kept: Any) -> tuple[Move, ...]:
    return tuple(Move(update, At(state), norm) for update, state, norm in kept)


def _own_words(kept: Any) -> tuple[tuple[int, NormId, str], ...]:
    return tuple((message, norm, field) for message, norm, field in kept)


def _album(kept: Any) -> Album | None:
    if kept is None:
        return None
    receipts = tuple(kept["receipts"])
    return Album(kept["id"], kept["norm"], Purpose(kept["purpose"]), receipts, kept["refused"])


#: How what was stored as JSON becomes the value it was; everything else is plain.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "moves": _moves,
    "back": At,
    "filter": Filter,
    "album": _album,
    "own_words": _own_words,
}


def fingerprint(words: str | None) -> int:
    """Return a number that changes when the words do, so that no text has to be remembered."""
    return crc32((words or "").encode())


class Spot(Struct, frozen=True):
    """Where a person was when a message was sent; `is_late` when a tap overtook that message."""

    state: At
    norm: Norm | None
    is_late: bool


class Beside(Struct, frozen=True):
    """The organisation's evaluation against a related framework, and which norms of this one it covers."""

    evaluation: Evaluation
    framework: Framework
    covered: frozenset[NormId]


@lru_cache(maxsize=8)
def _search(framework: Framework) -> NormSearch:
    """Read the words of a framework once: that takes longer than the rest of a turn."""
    return NormSearch(framework)


@dataclass
class Desk:
    """One turn at the self-evaluation of the actor's organisation; storage is asked once for each thing."""

    turn: Turn
    store: Evaluations
    evaluation: Evaluation
    framework: Framework
    memory: Memory
    in_place: bool | None = None
    _answers: dict[NormId, Answer] = field(default_factory=dict)

    # ------------------------------------------------------------------------------ what it holds

    @property
    def may_write(self) -> bool:
        """Whether this person can change something now."""
        return self.evaluation.is_open and self.turn.actor.may(Permission.ANSWER)

    @cached_property
    def states(self) -> Mapping[NormId, NormState]:
        """Verdict and counts per norm; ask after writing."""
        return self.store.states(self.evaluation)

    @property
    def verdicts(self) -> Mapping[NormId, Verdict]:
        """The verdict per norm that has one."""
        return {norm: state.verdict for norm, state in self.states.items()}

    def verdict(self, norm: Norm) -> Verdict:
        """Return the verdict on a norm."""
        state = self.states.get(norm.id)
        return state.verdict if state else Verdict.NOT_ASSESSED

    @cached_property
    def progress(self) -> Progress:
        """How far the evaluation is."""
        return progress(self.framework, self.verdicts)

    @cached_property
    def assignments(self) -> Mapping[NormId, tuple[PersonId, ...]]:
        """Who each norm was given to."""
        return self.store.assignments(self.evaluation)

    @cached_property
    def own(self) -> Collection[NormId]:
        """The norms that were given to this person."""
        me = self.turn.actor.person
        return frozenset(norm for norm, persons in self.assignments.items() if me in persons)

    @cached_property
    def beside(self) -> Beside | None:
        """What was said in a framework that covers the same ground; None for who only reads, or without any."""
        mapping = self.framework.mapping
        if mapping is None or not self.may_write or not self.store.has_several:
            return None
        running = self.store.side_by_side().items()
        related = (other for framework, other in running if mapping.covers(self.framework.id, framework))
        other = next(related, None)
        if other is None:
            return None
        states = self.store.states(other)
        verdicts = {norm: state.verdict for norm, state in states.items()}
        given = [norm for norm, state in states.items() if state.contributions]
        found = covered(mapping, self.framework.id, self.framework.norm_ids, verdicts, given)
        return Beside(other, self.store.framework(other), found)

    @property
    def covered(self) -> Collection[NormId]:
        """The norms for which another framework has something to take over."""
        return self.beside.covered if self.beside is not None else frozenset()

    @property
    def new(self) -> Collection[NormId]:
        """The norms that no other framework of this organisation covers; empty where nothing is covered."""
        return self.framework.norm_ids - set(self.covered) if self.covered else frozenset()

    def answer(self, norm: Norm) -> Answer:
        """Return the answer on a norm, read once per turn."""
        if norm.id not in self._answers:
            self._answers[norm.id] = self.store.answer(self.evaluation, norm.id)
        return self._answers[norm.id]

    def now_is(self, answer: Answer) -> None:
        """Take what storage returned after a write as the present answer."""
        self._answers[answer.norm] = answer

    def forget(self, norm: NormId) -> None:
        """Read this answer anew, because something at it was written."""
        self._answers.pop(norm, None)

    @cached_property
    def _names(self) -> Mapping[PersonId, str]:
        return self.turn.work.people(self.turn.actor).names()

    def name(self, person: PersonId | None) -> str:
        """Return the name of a person, empty for somebody who left no name; one's own costs no query."""
        if person == self.turn.actor.person:
            return self.turn.actor.name
        return self._names.get(person, "") if person is not None else ""

    def quote(self, item: Contribution) -> Quote:
        """Return what a screen says of a contribution."""
        return Quote(item.id, item.kind, item.purpose, item.text, self.name(item.author), item.at)

    def header(self, norm: Norm) -> Header:
        """Return the first line of every screen at a norm."""
        verdict = self.verdict(norm)
        return Header(norm, self.progress.total, self.progress.answered, verdict, self.said(verdict))

    def said(self, verdict: Verdict) -> str:
        """Return how the framework names a verdict."""
        return self.framework.words(verdict).short

    def find(self, typed: str, limit: int = 6) -> tuple[Norm, ...]:
        """Return the norms that fit what was typed, the best first."""
        return tuple(match.norm for match in _search(self.framework).find(typed, limit))

    # ------------------------------------------------------------------------------ what it shows

    def show(self, screen: Screen, keyboard: Keyboard) -> None:
        """Show a screen: edited after a tap, anew after a message, unless the desk says otherwise."""
        self.turn.show(in_words_of(screen, self.framework), keyboard, in_place=self.in_place)

    # -------------------------------------------------------------------------- what it remembers

    def remember(self, **changes: Any) -> None:
        """Keep something for the next turns; our part of the data is replaced, never changed."""
        self.memory = replace(self.memory, **changes)
        self.turn.data[_KEY] = self.memory.as_data()

    def move_to(self, state: At, norm: Norm | None = None) -> At:
        """Remember that the person is there from this update on, and return the state."""
        norm_id = norm.id if norm else None
        moves = self.memory.moves
        if moves and self.turn.place.conversation != CONVERSATION:
            moves = (*moves, Move(moves[-1].update_id + 1, At.OVERVIEW))  # other conversations leave no trail
        if not moves or (moves[-1].state, moves[-1].norm) != (state, norm_id):
            moves = (*moves, Move(self.turn.incoming.update_id, state, norm_id))[-_TRAIL_LENGTH:]
        self.remember(moves=moves, norm=norm_id or self.memory.norm)
        return state

    @property
    def spot(self) -> Spot:
        """Where the person was when the present message was sent."""
        moves = self.memory.moves
        update = self.turn.incoming.update_id
        before = next((move for move in reversed(moves) if move.update_id < update), None)
        if before is None or before is moves[-1]:
            return Spot(self.state, self.norm, is_late=False)
        return Spot(before.state, self._norm(before.norm), is_late=True)

    @property
    def state(self) -> At:
        """Where the person is now, the overview when that is in another conversation."""
        place = self.turn.place
        is_here = place.conversation == CONVERSATION and place.state is not None
        return At(place.state) if is_here and place.state in set(At) else At.OVERVIEW

    @property
    def norm(self) -> Norm | None:
        """The norm that is open now."""
        return self._norm(self.memory.norm) if self.state in AT_NORM else None

    def _norm(self, norm: NormId | None) -> Norm | None:
        return self.framework.norm(norm) if norm is not None and self.framework.has(norm) else None


def sit_down(turn: Turn) -> Desk | None:
    """Return the desk of this turn, or None when the actor reaches no evaluation."""
    store = turn.work.evaluations(turn.actor)
    evaluation = store.current()
    if evaluation is None:
        return None
    memory = Memory.of(turn.data, evaluation.id)
    return Desk(turn, store, evaluation, store.framework(evaluation), memory)


# ---------------------------------------------------------------------------------------- steps


class AboutNorm(Protocol):
    """A tap that carries a norm."""

    @property
    def norm(self) -> NormId:
        """The norm, as the button says; nobody has checked it yet."""
        ...


G = TypeVar("G")
N = TypeVar("N", bound=AboutNorm)


def at_desk(step: Callable[[Desk, G], State | None]) -> Callable[[Turn, G], State | None]:
    """Let a step work at a desk; without an evaluation within reach its button has aged."""

    def sit(turn: Turn, given: G) -> State | None:
        desk = sit_down(turn)
        if desk is None or getattr(given, "evaluation", desk.evaluation.id) != desk.evaluation.id:
            show_trouble(turn, Trouble.AGED)
            return None
        return step(desk, given)

    return sit


def about_norm(step: Callable[[Desk, Norm, N], State | None]) -> Callable[[Turn, N], State | None]:
    """Let a step work at a desk on the norm of its tap; a norm that the framework lacks has aged."""

    @at_desk
    def look_up(desk: Desk, tap: N) -> State | None:
        if not desk.framework.has(tap.norm):
            show_trouble(desk.turn, Trouble.AGED)
            return None
        return step(desk, desk.framework.norm(tap.norm), tap)

    return look_up
