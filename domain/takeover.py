"""What an organisation said in one framework and may use again in another (domain book §11).

The mapping only suggests: somebody reads what was said there and takes it over, or answers anew. A verdict is proposed
where the ground is much the same, and all of that ground was judged; where it overlaps or touches, only the texts are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from domain.framework import FrameworkId, NormId
from domain.mapping import FrameworkMapping, Overlap, Strength
from domain.self_evaluation import Answer, Contribution
from domain.verdicts import JUDGED_VERDICTS, Verdict

#: So many texts are shown and taken over at a time: nobody takes over what is not on the screen.
MAX_TEXTS = 6
#: A norm is not asked anew when the other framework covers it this well.
_COVERING = frozenset({Strength.STRONG, Strength.PARTIAL})
#: From the best verdict to the worst.
_ORDER = (Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET)


class NearNorm(Struct, frozen=True):
    """A norm of the other framework that comes close, with the answer given there."""

    overlap: Overlap
    answer: Answer

    @property
    def was_answered(self) -> bool:
        """Whether anything was said of it."""
        return self.answer.verdict is not Verdict.NOT_ASSESSED or bool(self.answer.contributions)


class Proposal(Struct, frozen=True):
    """What can be taken over at one norm: a verdict (None where there is none to propose) and texts with their norms.

    `near` are the norms that something was said of, the strongest first; `later` counts texts that come next. With a
    verdict come why the norm does not apply, or where the improvement action comes from.
    """

    verdict: Verdict | None
    near: tuple[NearNorm, ...]
    texts: tuple[Contribution, ...]
    later: int = 0
    reason: str = ""
    improvement: NearNorm | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing (any more) to take over."""
        return self.verdict is None and not self.texts


def near(mapping: FrameworkMapping, framework: FrameworkId, norm: NormId) -> tuple[Overlap, ...]:
    """Return what comes close to a norm; what is typical of one framework needs an answer of its own."""
    return tuple(found for found in mapping.overlaps(framework, norm) if found.strength is not Strength.OWN)


def proposed_verdict(overlaps: Collection[Overlap], verdicts: Mapping[NormId, Verdict]) -> Verdict | None:
    """Return the verdict to propose: the least good one on the norms that cover much of the same ground.

    None as long as one of those is open, and when none of them applies.
    """
    found = [verdicts.get(o.norm, Verdict.NOT_ASSESSED) for o in overlaps if o.strength is Strength.STRONG]
    if Verdict.NOT_ASSESSED in found:
        return None
    return max((verdict for verdict in found if verdict in JUDGED_VERDICTS), key=_ORDER.index, default=None)


def propose(
    found: Collection[NearNorm], now: Answer, taken: Collection[tuple[NormId, int]], *, limit: int = MAX_TEXTS
) -> Proposal:
    """Return what can be taken over at a norm that stands as it does `now`.

    A verdict that was given stays; `taken` are the norms and receipts of what lies there already.
    """
    verdicts = {item.overlap.norm: item.answer.verdict for item in found}
    is_open = now.verdict is Verdict.NOT_ASSESSED
    verdict = proposed_verdict([item.overlap for item in found], verdicts) if is_open else None
    reason = _reason(found) if is_open and verdict is None else ""
    if reason:
        verdict = Verdict.NOT_APPLICABLE
    texts = [
        given for item in found for given in item.answer.contributions if (item.overlap.norm, given.id) not in taken
    ]
    answered = tuple(item for item in found if item.was_answered)
    return Proposal(
        verdict, answered, tuple(texts[:limit]), max(0, len(texts) - limit), reason,
        _improvement(found) if verdict is not None and verdict.needs_improvement else None,
    )  # fmt: skip


def _reason(found: Collection[NearNorm]) -> str:
    """Return why a norm does not apply, where nothing of the same ground does; empty where nobody said why."""
    same = [item.answer for item in found if item.overlap.strength is Strength.STRONG]
    if not all(answer.verdict is Verdict.NOT_APPLICABLE for answer in same):
        return ""
    return next((answer.reason for answer in same if answer.reason), "")


def _improvement(found: Collection[NearNorm]) -> NearNorm | None:
    """Return where much of the same ground is going to be improved already, None where nobody said how."""
    return next(
        (
            item
            for item in found
            if item.overlap.strength is Strength.STRONG
            and item.answer.verdict.needs_improvement
            and item.answer.improvement is not None
            and item.answer.improvement.what
        ),
        None,
    )


def covered(
    mapping: FrameworkMapping,
    framework: FrameworkId,
    norms: Collection[NormId],
    verdicts: Mapping[NormId, Verdict],
    given: Collection[NormId],
) -> frozenset[NormId]:
    """Return the norms of a framework for which the other has a verdict to propose, or texts that say much of it.

    `verdicts` are those of the other framework, and `given` its norms with texts or files.
    """
    return frozenset(norm for norm in norms if _is_covered(near(mapping, framework, norm), verdicts, given))


def _is_covered(overlaps: Collection[Overlap], verdicts: Mapping[NormId, Verdict], given: Collection[NormId]) -> bool:
    has_texts = any(found.norm in given and found.strength in _COVERING for found in overlaps)
    return has_texts or proposed_verdict(overlaps, verdicts) is not None
