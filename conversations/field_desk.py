"""The desk at which an auditor does field work: one audit, what is open, and what was open a moment ago.

Between turns only ids are remembered. By webhook a tap can overtake an earlier message; the trail of moves says in
which interview and at which norm a person was when that message was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from conversations.acting import Step
from conversations.audit_acting import in_audit
from conversations.fallback import show_trouble
from conversations.kit import Keyboard, State, Turn
from domain.audit import AuditId, Finding, FindingId, Interview
from domain.combination import MAX_PROPOSED, basis_of, proposals
from domain.coverage import NormCoverage, coverage_of, coverage_of_norm
from domain.framework import Framework, Norm, NormId
from domain.norm_search import NormSearch
from domain.privacy_guard import PrivacyKind, findings
from domain.roles import Permission, PersonId
from storage.audit_interfaces import Engagement
from storage.fieldwork_interfaces import Fieldwork
from templates.common_screens import Trouble
from templates.fieldwork_screens import BasisLine, FieldEvent, FieldHeader, FieldNotice, FindingCard, Proposal, TalkLine
from templates.screens import Screen

CONVERSATION = "fieldwork"
_TRAIL_LENGTH = 8
_LEARNT_FROM = 100  # the latest notes of the audit


class At(StrEnum):
    """Where a person is in the field work; the values are stored, so renaming one is a migration."""

    TALKS = "talks"
    FUNCTIONS = "functions"
    TALK = "talk"
    DESCRIBING = "describing"
    WHERE = "where"
    ASKING = "asking"
    HINTS = "hints"
    MEMBER = "member"
    PICKING = "picking"
    NORM = "norm"
    FINDING = "finding"
    PLACING = "placing"
    LINE = "line"
    REPLACING = "replacing"
    NOTE = "note"
    PROPOSED = "proposed"
    TRAY = "tray"


#: A norm of an interview is open in these: whatever is typed or sent there was heard in that interview.
IN_INTERVIEW = frozenset({At.ASKING, At.HINTS, At.MEMBER})
AT_NORM = IN_INTERVIEW | {At.NORM}


class Move(Struct, frozen=True):
    """From this update on a person was there; 0 stands for no interview or finding."""

    update_id: int = 0
    state: At = At.NOTE
    norm: NormId | None = None
    interview: int = 0
    finding: int = 0


class FieldAlbum(Struct, frozen=True):
    """Items that were sent together, with the receipts they got."""

    id: str
    norm: NormId | None
    interview: int
    receipts: tuple[int, ...]
    refused: int = 0


class FieldMemory(Struct, frozen=True):
    """What is remembered between turns, about one audit.

    `done` are the norms that were brought up or passed over in the interview; `seen` the last receipt at the open
    norm when it was opened; `lines` the messages that became a line about a finding.
    """

    audit: AuditId
    interview: int = 0
    norm: NormId | None = None
    question: int = 0
    done: tuple[NormId, ...] = ()
    finding: int = 0
    page: int = 0
    seen: int = 0
    put: str = "m"
    rubric: str | None = None
    moves: tuple[Move, ...] = ()
    album: FieldAlbum | None = None

    @staticmethod
    def of(data: Mapping[str, Any], audit: AuditId) -> FieldMemory:
        """Return what is remembered about this audit; of another one nothing."""
        kept = data.get(CONVERSATION) or {}
        if kept.get("audit") != audit:
            return FieldMemory(audit)
        known = {name: kept[name] for name in FieldMemory.__struct_fields__ if name in kept}
        album = kept.get("album")
        return FieldMemory(**known | {
            "done": tuple(kept.get("done", ())),
            "moves": tuple(Move(update, At(state), *rest) for update, state, *rest in kept.get("moves", ())),
            "album": FieldAlbum(**album | {"receipts": tuple(album["receipts"])}) if album else None,
        })  # fmt: skip

    def as_data(self) -> dict[str, Any]:
        """Return plain values, to be stored with the person's place."""
        moves = [[m.update_id, str(m.state), m.norm, m.interview, m.finding] for m in self.moves]
        album = asdict(self.album) if self.album else None
        return asdict(self) | {"moves": moves, "done": list(self.done), "album": album}


class Spot(Struct, frozen=True):
    """Where a person was when a message was sent; `is_late` when a tap overtook that message."""

    at: Move
    norm: Norm | None
    is_late: bool

    @property
    def state(self) -> At:
        """In which state."""
        return self.at.state


@lru_cache(maxsize=8)
def _search(framework: Framework) -> NormSearch:
    """Read the words of a framework once: that takes longer than the rest of a turn."""
    return NormSearch(framework)


class FieldDesk:
    """One turn of field work in one audit; storage is asked once for each thing."""

    def __init__(self, turn: Turn, engagement: Engagement) -> None:
        self.turn = turn
        self.engagement = engagement
        self.audit = engagement.id
        self.store: Fieldwork = turn.work.fieldwork(turn.actor)
        self.framework: Framework = turn.work.audits(turn.actor).framework(engagement.audit)
        self.memory = FieldMemory.of(turn.data, engagement.id)
        self.in_place: bool | None = None
        self._interviews: dict[int, Interview] = {}
        self._coverage: dict[NormId, NormCoverage] = {}

    # ------------------------------------------------------------------------------ what it holds

    def interview(self, number: int) -> Interview:
        """Return an interview, read once per turn. Raises NotAllowed when there is none."""
        if number not in self._interviews:
            self._interviews[number] = self.store.interview(self.audit, number)
        return self._interviews[number]

    def now_is(self, interview: Interview) -> Interview:
        """Take what storage returned after a write as the present interview."""
        self._interviews[interview.number] = interview
        return interview

    @property
    def open_interview(self) -> Interview | None:
        """The interview that the person is in."""
        return self.interview(self.memory.interview) if self.memory.interview else None

    @cached_property
    def interviews(self) -> tuple[Interview, ...]:
        """All interviews of the audit."""
        return self.store.interviews(self.audit)

    @property
    def own_running(self) -> Interview | None:
        """The running interview that the person takes part in, the latest first."""
        mine = (i for i in reversed(self.interviews) if i.is_running and self.me in i.participants)
        return next(mine, None)

    @property
    def me(self) -> PersonId:
        """The person of this turn."""
        return self.turn.actor.person

    def covered(self) -> Mapping[NormId, NormCoverage]:
        """Return how well every norm has been looked at."""
        return coverage_of(self.store.tallies(self.audit), self.framework)

    def coverage(self, norm: NormId) -> NormCoverage:
        """Return how well one norm has been looked at, read once per turn; ask after writing."""
        if norm not in self._coverage:
            tallies = self.store.tallies(self.audit, [norm])
            self._coverage[norm] = coverage_of_norm(self.framework.norm(norm), tallies, self.framework)
        return self._coverage[norm]

    def may(self, permission: Permission) -> bool:
        """Say whether the person may do this in the audit now."""
        return self.engagement.may(permission)

    @cached_property
    def _names(self) -> Mapping[PersonId, str]:
        return self.turn.work.audits(self.turn.actor).names(self.engagement.audit)

    def name(self, person: PersonId) -> str:
        """Return the name of somebody of the team, empty for who left no name; one's own costs no query."""
        return self.turn.actor.name if person == self.me else self._names.get(person, "")

    def find(self, typed: str, limit: int = 6) -> tuple[Norm, ...]:
        """Return the norms that fit what was typed, the best first."""
        return tuple(match.norm for match in _search(self.framework).find(typed, limit))

    def propose(self, text: str, limit: int = 3) -> tuple[Proposal, ...]:
        """Return where a note probably belongs, with the words that pointed there; empty when nowhere.

        What the team of this audit placed counts; a framework that nothing was learnt for is searched.
        """
        suggester = self.turn.work.suggesters.get(self.framework.id)
        if suggester is None:
            matches = _search(self.framework).find(text, limit)
            return tuple(Proposal(m.norm, tuple(dict.fromkeys(r.typed for r in m.reasons))[:3]) for m in matches)
        suggestion = suggester.suggest(text, limit, self.store.confirmed(self.audit, _LEARNT_FROM))
        if suggestion.belongs_nowhere:
            return ()
        return tuple(Proposal(self.framework.norm(found.norm), found.words) for found in suggestion.norms)

    # ------------------------------------------------------------------------------ the other half

    @cached_property
    def theirs(self) -> Framework | None:
        """The framework of the other half of a combination, None when the audit has none."""
        companion = self.engagement.audit.companion
        return self.turn.work.frameworks[companion.framework] if companion is not None else None

    def basis_lines(self, finding: Finding) -> tuple[BasisLine, ...]:
        """Return at which norms of the other half a finding counts or may count: the proposals come first."""
        theirs = self.theirs
        if theirs is None:
            return ()
        proposed = proposals(self.framework, theirs.id, finding.norms)[:MAX_PROPOSED]
        known = {basis.norm for basis in proposed}
        others = [basis_of(self.framework, theirs.id, finding.norms, norm) for norm in finding.also]
        return tuple(
            BasisLine(theirs.norm(b.norm), b.via, b.strength, b.points, is_on=b.norm in finding.also)
            for b in (*proposed, *(other for other in others if other.norm not in known))
            if theirs.has(b.norm)
        )

    # ------------------------------------------------------------------------------ as screens say it

    def functions(self, interview: Interview) -> tuple[str, ...]:
        """Return with whom an interview is held, in the words of the framework."""
        known = (*(self.theirs.functions if self.theirs is not None else ()), *self.framework.functions)
        words = {function.code: function.label for function in known}
        return tuple(words.get(code, code) for code in interview.functions)

    def talk(self, interview: Interview) -> TalkLine:
        """Return what a screen says of an interview."""
        others = tuple(self.name(person) for person in interview.participants if person != self.me)
        return TalkLine(
            interview.number,
            self.functions(interview),
            interview.description,
            interview.place,
            others,
            is_own=self.me in interview.participants,
            is_running=interview.is_running,
            started_at=interview.started_at,
        )

    def header(self, norm: Norm) -> FieldHeader:
        """Return the first line of every screen at a norm."""
        covered = self.coverage(norm.id)
        number = self.memory.interview or None
        return FieldHeader(norm, covered.tests, covered.rule.min_tests, number, covered.is_round)

    def card(self, finding: Finding) -> FindingCard:
        """Return what a screen says of a finding."""
        return FindingCard(
            receipt=finding.id,
            norms=finding.norms,
            text=finding.text,
            form=finding.form,
            kind=finding.kind,
            tone=finding.tone,
            is_to_discuss=finding.is_to_discuss,
            author=self.name(finding.author),
            at=finding.at,
            version=finding.version,
            is_own=finding.author == self.me,
            has_interview=finding.interview is not None,
            has_file=finding.file is not None,
            also=finding.also,
            bases=self.basis_lines(finding),
            other_framework=self.theirs.short_name if self.theirs is not None else "",
        )

    def notice(self, what: FieldEvent, finding: Finding | None = None, **more: Any) -> FieldNotice:
        """Return what just happened to a finding."""
        card = self.card(finding) if finding else None
        return FieldNotice(what, card, sensitive=kinds_in(finding.text) if finding else (), **more)

    # ------------------------------------------------------------------------------ what it shows

    def show(self, screen: Screen, keyboard: Keyboard) -> None:
        """Show a screen: edited after a tap, anew after a message, unless the desk says otherwise."""
        self.turn.show(screen, keyboard, in_place=self.in_place)

    # -------------------------------------------------------------------------- what it remembers

    def remember(self, **changes: Any) -> None:
        """Keep something for the next turns; our part of the data is replaced, never changed."""
        self.memory = replace(self.memory, **changes)
        self.turn.data[CONVERSATION] = self.memory.as_data()

    def move_to(self, state: At, norm: Norm | None = None, finding: FindingId | None = None) -> At:
        """Remember that the person is there from this update on, and return the state."""
        interview = self.memory.interview if state in AT_NORM | {At.DESCRIBING, At.WHERE} else 0
        here = Move(self.turn.incoming.update_id, state, norm.id if norm else None, interview, finding or 0)
        moves = self.memory.moves
        if moves and self.turn.place.conversation != CONVERSATION:
            moves = (*moves, Move(moves[-1].update_id + 1))  # other conversations leave no trail
        if not moves or replace(moves[-1], update_id=here.update_id) != here:
            moves = (*moves, here)[-_TRAIL_LENGTH:]
        self.remember(moves=moves, norm=here.norm or self.memory.norm, finding=here.finding or self.memory.finding)
        return state

    @property
    def spot(self) -> Spot:
        """Where the person was when the present message was sent."""
        moves, update = self.memory.moves, self.turn.incoming.update_id
        before = next((move for move in reversed(moves) if move.update_id < update), None)
        if before is not None and before is not moves[-1]:
            return Spot(before, self._norm_of(before), is_late=True)
        here = moves[-1] if moves and self.state is moves[-1].state else Move()
        return Spot(here, self._norm_of(here), is_late=False)

    @property
    def state(self) -> At:
        """Where the person is now; outside the field work that is where notes are taken."""
        place = self.turn.place
        is_here = place.conversation == CONVERSATION and place.state in set(At)
        return At(str(place.state)) if is_here else At.NOTE

    def _norm_of(self, move: Move) -> Norm | None:
        is_open = move.state in AT_NORM and move.norm is not None and self.framework.has(move.norm)
        return self.framework.norm(move.norm) if is_open and move.norm is not None else None


def kinds_in(text: str) -> tuple[PrivacyKind, ...]:
    """Return what a text looks like it holds that does not belong here."""
    return tuple(dict.fromkeys(finding.kind for finding in findings(text)))


def without_personal_data(text: str, words: Callable[[PrivacyKind], str]) -> str:
    """Return a text with what looks like personal data replaced by words."""
    for found in reversed(findings(text)):
        text = text[: found.start] + words(found.kind) + text[found.end :]
    return text


# ---------------------------------------------------------------------------------------- steps

G = TypeVar("G")
DeskStep = Callable[[FieldDesk, G], State | None]


def at_desk(permission: Permission, step: DeskStep[G]) -> Step[G]:
    """Return a step at the desk of the chosen audit, for who may do this there now; other buttons have aged."""

    def sit(turn: Turn, given: G, engagement: Engagement) -> State | None:
        desk = FieldDesk(turn, engagement)
        norms: Iterable[NormId | None] = (getattr(given, "norm", None), getattr(given, "typed", None))
        is_of_other = getattr(given, "audit", engagement.id) != engagement.id
        if is_of_other or not all(norm is None or desk.framework.has(norm) for norm in norms):
            show_trouble(turn, Trouble.AGED)
            return None
        return step(desk, given)

    return in_audit(permission, sit)
