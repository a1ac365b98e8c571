"""The self-evaluation: what a member holds of itself, norm by norm (domain book §3).

A member gives an `Answer` per norm; colleagues add a `Contribution` whenever they type, photograph
or speak. What is missing never blocks anybody halfway: it is listed when the evaluation closes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from msgspec import Struct

from domain.framework import Framework, FrameworkId, NormId
from domain.roles import OrganisationId, PersonId
from domain.verdicts import Verdict

EvaluationId = NewType("EvaluationId", int)
ContributionId = NewType("ContributionId", int)  # the number on the receipt: "Bewaard #137"
FileId = NewType("FileId", int)


class ContributionKind(StrEnum):
    """In which form something was handed in; the values are stored."""

    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    LINK = "link"


class Purpose(StrEnum):
    """What a contribution is for; the values are stored."""

    EXPLANATION = "explanation"
    EVIDENCE = "evidence"
    REPLY = "reply"  # to one of the norm's questions


class EvaluationStatus(StrEnum):
    """Whether people can still change it; the values are stored."""

    OPEN = "open"
    CLOSED = "closed"


class MissingPart(StrEnum):
    """What an answer lacks; only the first two keep it from being complete."""

    VERDICT = "verdict"
    REASON = "reason"
    EXPLANATION = "explanation"
    IMPROVEMENT = "improvement"
    IMPROVEMENT_WHO = "improvement_who"
    IMPROVEMENT_DUE_ON = "improvement_due_on"

    @property
    def is_required(self) -> bool:
        """Whether an answer without this part is not complete."""
        return self in (MissingPart.VERDICT, MissingPart.REASON)


class Contribution(Struct, frozen=True):
    """What one person handed in at one norm, kept as it is; `text` is the caption where there is a `file`."""

    id: ContributionId
    norm: NormId
    kind: ContributionKind
    purpose: Purpose
    text: str
    author: PersonId
    at: datetime
    file: FileId | None = None


class ImprovementAction(Struct, frozen=True):
    """What will get better, by whom and when; None where a question was skipped."""

    what: str | None = None
    who: str | None = None
    due_on: date | None = None


class Answer(Struct, frozen=True):
    """What the member says about one norm.

    `version` counts the writes, 0 when nothing was stored yet; `reason` says why a norm does not apply.
    """

    norm: NormId
    verdict: Verdict = Verdict.NOT_ASSESSED
    version: int = 0
    reason: str | None = None
    contributions: tuple[Contribution, ...] = ()
    improvement: ImprovementAction | None = None
    updated_by: PersonId | None = None
    updated_at: datetime | None = None

    def contributed(self, purpose: Purpose) -> tuple[Contribution, ...]:
        """Return what was handed in for one purpose, in the order of arrival."""
        return tuple(item for item in self.contributions if item.purpose is purpose)


class Evaluation(Struct, frozen=True):
    """One round of one organisation against one framework; reopening starts the next `version` of the round."""

    id: EvaluationId
    organisation: OrganisationId
    framework: FrameworkId
    round: int = 1
    version: int = 1
    status: EvaluationStatus = EvaluationStatus.OPEN
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether people can still change it."""
        return self.status is EvaluationStatus.OPEN


class Closing(Struct, frozen=True):
    """What stands between an evaluation and closing it, in the order of the framework.

    `open_norms` lack a verdict: the coordinator may close all the same, after confirming.
    `unexplained` do not apply without a reason: part A of the report asks for one, so they keep it open.
    """

    open_norms: tuple[NormId, ...]
    unexplained: tuple[NormId, ...]

    @property
    def is_allowed(self) -> bool:
        """Whether the evaluation can be closed, with or without a confirmation."""
        return not self.unexplained

    @property
    def needs_confirmation(self) -> bool:
        """Whether the coordinator has to confirm that norms stay open."""
        return bool(self.open_norms)


def missing_parts(answer: Answer) -> tuple[MissingPart, ...]:
    """Return what an answer lacks, required parts first; empty when there is nothing left to ask."""
    if answer.verdict is Verdict.NOT_ASSESSED:
        return (MissingPart.VERDICT,)
    if answer.verdict is Verdict.NOT_APPLICABLE:
        return () if _said(answer.reason) else (MissingPart.REASON,)
    shown = () if answer.contributions else (MissingPart.EXPLANATION,)
    return (*shown, *_missing_improvement(answer))


def _missing_improvement(answer: Answer) -> tuple[MissingPart, ...]:
    if not answer.verdict.needs_improvement:
        return ()
    action = answer.improvement or ImprovementAction()
    parts = {
        MissingPart.IMPROVEMENT: _said(action.what),
        MissingPart.IMPROVEMENT_WHO: _said(action.who),
        MissingPart.IMPROVEMENT_DUE_ON: action.due_on is not None,
    }
    return tuple(part for part, is_there in parts.items() if not is_there)


def _said(text: str | None) -> bool:
    return bool(text and text.strip())


def is_complete(answer: Answer) -> bool:
    """Say whether an answer holds what it must: a verdict, and a reason where the norm does not apply."""
    return not any(part.is_required for part in missing_parts(answer))


def verdicts_of(answers: Iterable[Answer]) -> dict[NormId, Verdict]:
    """Return the verdict per norm; open norms are left out."""
    return {answer.norm: answer.verdict for answer in answers if answer.verdict is not Verdict.NOT_ASSESSED}


def can_close(answers: Mapping[NormId, Answer], framework: Framework) -> Closing:
    """Return what the coordinator has to know before closing: the norms that are open or unexplained."""
    missing = {norm.id: missing_parts(answers.get(norm.id, Answer(norm.id))) for norm in framework.norms}
    return Closing(
        open_norms=tuple(norm for norm, parts in missing.items() if MissingPart.VERDICT in parts),
        unexplained=tuple(norm for norm, parts in missing.items() if MissingPart.REASON in parts),
    )
