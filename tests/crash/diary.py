"""What people do on their phones, and what must stand in the database when all of it has been handled.

A diary is written in chapters, one norm each; a chapter is fed as one burst, and every text names its
chat and norm. So an update that is lost, repeated or overtaken ends up visibly in the wrong place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from random import Random

from conversations.evaluation_taps import Ask, AskTap, DueOnTap, NextTap, QuestionTap, VerdictTap
from conversations.invitations import MakeTap
from conversations.kit import Tap
from conversations.people_taps import InviteTap
from conversations.privacy import MyDataTap
from conversations.taps import NormTap
from domain.framework import Norm, NormId
from domain.roles import Role
from domain.self_evaluation import EvaluationId, Purpose
from domain.verdicts import Verdict

_MONTH, _DAY = "2031-03", date(2031, 3, 31)


class Act(Enum):
    """How a person does something."""

    TYPES = auto()
    EDITS = auto()  # the message they typed last
    TAPS = auto()
    SENDS_PHOTO = auto()


@dataclass(frozen=True)
class Step:
    """One thing that a person does; `words` is the text, or the data of the button."""

    act: Act
    words: str = ""

    @property
    def is_message(self) -> bool:
        """Whether the bot answers it with a new message, so that nothing may take its place."""
        return self.act in (Act.TYPES, Act.SENDS_PHOTO)


Chapter = list[Step]


@dataclass
class Handed:
    """A contribution that must be stored; `step` is its number in the diary."""

    norm: NormId
    text: str
    purpose: Purpose
    step: int


@dataclass
class Judged:
    """What must stand at one norm, apart from contributions."""

    verdict: Verdict
    reason: str | None = None
    what: str | None = None
    who: str | None = None
    due_on: date | None = None
    writes: int = 0


@dataclass
class Diary:
    """What one person does, chapter after chapter, and what that must lead to."""

    chat: int
    name: str
    evaluation: EvaluationId
    norms: Sequence[Norm]
    random: Random
    steps: list[Step] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    judged: dict[NormId, Judged] = field(default_factory=dict)
    exports: int = 0
    invitations: int = 0
    photos: int = 0
    is_finished: bool = False
    _texts: int = 0

    def __post_init__(self) -> None:
        self._next = iter(self._chapters())

    # ----------------------------------------------------------------------------------- chapters

    def go_on(self) -> Chapter:
        """Return the next chapter, as one burst; empty when the diary is full."""
        return self._written(lambda: next(self._next, None))

    def runs_errand(self, errand: Callable[[Diary], None]) -> Chapter:
        """Do something aside between two chapters."""
        return self._written(lambda: errand(self))

    def finish(self) -> Chapter:
        """Look at the overview, at the very end."""
        self.is_finished = True
        return self._written(lambda: self._type("/zelfevaluatie"))

    def _written(self, write: Callable[[], object]) -> Chapter:
        start = len(self.steps)
        write()
        return self.steps[start:]

    def _chapters(self) -> Iterator[None]:
        yield self._type("/start")
        kinds = [self._met, self._partial, self._not_applicable, self._changed_mind, self._asked, self._browsed]
        for norm in self.norms:
            yield self.random.choice(kinds)(norm)

    def _met(self, norm: Norm) -> None:
        self._judge(norm, Verdict.MET)
        for _ in range(self.random.randint(1, 3)):
            self._explain(norm)
        if self.random.random() < 0.3:
            self._correct()

    def _partial(self, norm: Norm) -> None:
        """Every text is meant for another question, so the place has to move along with each."""
        self._judge(norm, Verdict.PARTIAL)
        judged = self.judged[norm.id]
        self._explain(norm)
        judged.what = self._write(norm, "verbeteren")
        judged.who = self._write(norm, "wie")
        self._tap(DueOnTap(self.evaluation, norm.id, _MONTH))
        judged.due_on = _DAY
        judged.writes += 3

    def _not_applicable(self, norm: Norm) -> None:
        self._judge(norm, Verdict.NOT_APPLICABLE)
        judged = self.judged[norm.id]
        judged.reason = self._write(norm, "reden")
        judged.writes += 1

    def _changed_mind(self, norm: Norm) -> None:
        for verdict in self.random.sample([Verdict.NOT_MET, Verdict.PARTIAL, Verdict.MET], 3):
            self._judge(norm, verdict)
        self._tap(NormTap(norm.id))
        self._explain(norm)

    def _asked(self, norm: Norm) -> None:
        self._tap(NormTap(norm.id))
        if norm.questions:
            self._tap(QuestionTap(norm.id, 0))
            self._explain(norm, Purpose.REPLY)
        self._judge(norm, Verdict.MET)

    def _browsed(self, norm: Norm) -> None:
        self._judge(norm, Verdict.NOT_MET)
        self._tap(NextTap(norm.id))
        self._tap(AskTap(norm.id, Ask.WHAT))
        judged = self.judged[norm.id]
        judged.what = self._write(norm, "verbeteren")
        judged.writes += 1
        self._tap(NormTap(norm.id))
        self._explain(norm)

    # ------------------------------------------------------------------------------------ errands

    def export(self) -> None:
        """Ask for everything that is kept about oneself: a job, and then a document."""
        self._tap(MyDataTap())
        self.exports += 1

    def invite(self) -> None:
        """Make an invitation: a message of its own, and a job whose picture is made in another process."""
        self._tap(InviteTap(Role.COLLEAGUE))
        self._tap(MakeTap(Role.COLLEAGUE, None))
        self._tap(NormTap(self.norms[0].id))
        self.invitations += 1

    def photograph(self) -> None:
        """Hand in a photo: a job that fetches it, and a sealed file."""
        norm = self.norms[0]
        self._tap(NormTap(norm.id))
        self._add(Act.SENDS_PHOTO)
        self.handed.append(Handed(norm.id, "", Purpose.EVIDENCE, len(self.steps) - 1))
        self.photos += 1

    # -------------------------------------------------------------------------------------- steps

    def _judge(self, norm: Norm, verdict: Verdict) -> None:
        self._tap(VerdictTap(self.evaluation, norm.id, verdict, 0))
        judged = self.judged.setdefault(norm.id, Judged(verdict))
        judged.verdict = verdict
        judged.writes += 1

    def _explain(self, norm: Norm, purpose: Purpose = Purpose.EXPLANATION) -> None:
        text = self._write(norm, "voorbeeld")
        self.handed.append(Handed(norm.id, text, purpose, len(self.steps) - 1))

    def _correct(self) -> None:
        last = self.handed[-1]
        last.text = f"{last.text}, verbeterd"
        self._add(Act.EDITS, last.text)

    def _write(self, norm: Norm, about: str) -> str:
        """Type a text that names its chat and norm, and return it."""
        self._texts += 1
        text = f"{self.name}-{norm.id} {about} nummer {self._texts}"
        self._type(text)
        return text

    def _type(self, words: str) -> None:
        self._add(Act.TYPES, words)

    def _tap(self, tap: Tap) -> None:
        self._add(Act.TAPS, tap.pack())

    def _add(self, act: Act, words: str = "") -> None:
        self.steps.append(Step(act, words))
