"""What the rest of Handvat may ask of storage about judging: coverage in numbers, judgements, consensus, end of a day.

Everything is kept in versions, so nobody overwrites anybody: an auditor only adds to their own judgements, and a
consensus or an answer of the client that changed since the screen was made is refused with how it is now.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from domain.audit import Audit, AuditId, Consensus, Finding, FindingId, Judgement
from domain.coverage import Tally
from domain.day_evaluation import DayAnswer, Mood
from domain.framework import NormId
from domain.judging import Draft
from domain.verdicts import Verdict
from storage.interfaces import Refusal


class SettledMeanwhile(Refusal):
    """The consensus on these norms changed since the screen was made; `now` is how it is, None where there is none."""

    def __init__(self, now: Mapping[NormId, Consensus | None]) -> None:
        super().__init__(", ".join(now))
        self.now = now


class AnsweredMeanwhile(Refusal):
    """A colleague wrote down an answer of the client since the screen was made; `answer` is how it is now."""

    def __init__(self, answer: DayAnswer) -> None:
        super().__init__(f"{answer.day} {answer.question} is at version {answer.version}")
        self.answer = answer


class Gathered(Struct, frozen=True):
    """What was gathered at one norm, in numbers: the tally, in which interviews, and how much is to be discussed."""

    tally: Tally
    interviews: tuple[int, ...] = ()  # their numbers
    to_discuss: int = 0


class Judging(Protocol):
    """Coverage, judgements, consensus and day evaluations of the audits within the actor's reach.

    Reading returns nothing for who may not see content. Writing raises NotAllowed out of reach or for an unknown norm,
    StatementsMissing before the statements, and WrongStage when the audit is not in a stage for it.
    """

    def gathered(self, audit: Audit, norms: Collection[NormId] | None = None) -> tuple[Gathered, ...]:
        """Return what was gathered per norm, of all or of some; two statements, however many findings there are."""
        ...

    def judgements(self, audit: Audit) -> tuple[Judgement, ...]:
        """Return the newest judgement of everybody who is in the team now, on every norm; one statement."""
        ...

    def judge(
        self, audit: AuditId, norm: NormId, at: datetime, *, verdict: Verdict | None = None, reason: str | None = None
    ) -> Judgement:
        """Record what the actor holds of a norm; None leaves a part as it was.

        A judgement belongs to one person, so there is nobody to conflict with; the same again changes nothing.
        """
        ...

    def consensus(self, audit: Audit) -> Mapping[NormId, Consensus]:
        """Return the newest consensus per norm; one that is not assessed is a draft or was reopened."""
        ...

    def settle(
        self, audit: AuditId, drafts: Sequence[Draft], seen: Mapping[NormId, int], at: datetime
    ) -> tuple[Consensus, ...]:
        """Record what the team holds of norms, all or none; `seen` holds the versions on the screen, 0 for none.

        Raises:
            SettledMeanwhile: somebody recorded something else after that version.
            domain.judging.NotSettled: an obstacle remains at one of the norms.
        """
        ...

    def draft(
        self, audit: AuditId, norm: NormId, at: datetime, *, seen: int, rationale: str | None = None
    ) -> Consensus:
        """Keep a rationale for a norm that is not settled (any more), or only reopen it (None).

        Raises:
            SettledMeanwhile
        """
        ...

    def day_answers(self, audit: Audit) -> tuple[DayAnswer, ...]:
        """Return what the client said at the end of the audit days, by day."""
        ...

    def answer_day(
        self, audit: AuditId, day: date, question: str, mood: Mood, text: str, at: datetime, *, seen: int
    ) -> DayAnswer:
        """Record an answer of the client; earlier versions are kept. `seen` is the version on the screen, 0 for none.

        Raises:
            AnsweredMeanwhile
        """
        ...

    def toned(self, audit: Audit) -> tuple[Finding, ...]:
        """Return every finding with a tone, without its text, in order of arrival; two statements."""
        ...

    def texts(self, audit: Audit, findings: Sequence[FindingId]) -> Mapping[FindingId, str]:
        """Return the texts of some findings; one statement."""
        ...


__all__ = ["AnsweredMeanwhile", "Gathered", "Judging", "SettledMeanwhile"]
