"""The oral feedback at the end of the last audit day: what goes well first, then what can be better.

Both return, supported by what was heard and seen, and nothing relevant is left out (handbook bijlage 9); functions and
no names. The sheet is data: a template makes it something to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from domain.audit import Consensus, Finding, Tone
from domain.framework import Framework, Norm, NormId
from domain.verdicts import Verdict


class FeedbackPoint(Struct, frozen=True):
    """One norm on the sheet: what the team holds of it, and the findings that support it, in order of arrival.

    `verdict` is NOT_ASSESSED where nothing was settled yet; `rationale` is then empty.
    """

    norm: Norm
    verdict: Verdict
    rationale: str
    findings: tuple[Finding, ...]


class FeedbackSheet(Struct, frozen=True):
    """What the team leader tells: strong points, improvement points and tips, each in the order of the framework.

    Improvement points start with what is not met, then what is partial, then bottlenecks at other norms. `unplaced`
    are findings with a tone that still lie in the in-tray.
    """

    strong: tuple[FeedbackPoint, ...]
    improvements: tuple[FeedbackPoint, ...]
    tips: tuple[FeedbackPoint, ...]
    unplaced: tuple[Finding, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell yet."""
        return not (self.strong or self.improvements or self.tips)


def feedback_sheet(
    findings: Iterable[Finding], consensus: Mapping[NormId, Consensus], framework: Framework
) -> FeedbackSheet:
    """Return what to tell at the end of the last audit day (handbook bijlage 9; bijlage 6 step 4)."""
    toned = sorted((finding for finding in findings if finding.tone), key=lambda finding: (finding.at, finding.id))
    points = {tone: _points(toned, tone, consensus, framework) for tone in Tone}
    return FeedbackSheet(
        strong=points[Tone.STRONG],
        improvements=_improvements(points[Tone.BOTTLENECK], consensus, framework),
        tips=points[Tone.TIP],
        unplaced=tuple(finding for finding in toned if finding.is_in_tray),
    )


def _points(
    findings: Iterable[Finding], tone: Tone, consensus: Mapping[NormId, Consensus], framework: Framework
) -> tuple[FeedbackPoint, ...]:
    """Return a point for every norm that has a finding of this tone."""
    support: dict[NormId, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.tone is tone:
            for norm in dict.fromkeys(finding.norms):
                support[norm].append(finding)
    return tuple(_point(norm, consensus, tuple(support[norm.id])) for norm in framework.norms if norm.id in support)


def _improvements(
    bottlenecks: Iterable[FeedbackPoint], consensus: Mapping[NormId, Consensus], framework: Framework
) -> tuple[FeedbackPoint, ...]:
    """Return every norm that needs improvement and every bottleneck, the heaviest first."""
    points = {point.norm.id: point for point in bottlenecks}
    for norm in framework.norms:
        if norm.id in consensus and consensus[norm.id].verdict.needs_improvement:
            points.setdefault(norm.id, _point(norm, consensus, ()))
    heaviest = {Verdict.NOT_MET: 0, Verdict.PARTIAL: 1}
    return tuple(sorted(points.values(), key=lambda point: (heaviest.get(point.verdict, 2), point.norm.ordinal)))


def _point(norm: Norm, consensus: Mapping[NormId, Consensus], findings: tuple[Finding, ...]) -> FeedbackPoint:
    settled = consensus.get(norm.id)
    verdict = settled.verdict if settled else Verdict.NOT_ASSESSED
    return FeedbackPoint(norm, verdict, settled.rationale if settled else "", findings)
