"""A combination audit: one team looks at an organisation once, and judges it against two frameworks (handbook §2.2).

Each framework has an audit of its own, with its verdicts, consensus and report; both share the plan, the team, the
interviews and the findings. A finding counts at norms of both where an auditor says so; the mapping only proposes.

    a finding at V2 -> proposals: Me2 (point 1, much the same) -> an auditor ticks it -> it counts there too, on a basis

A verdict never travels from one framework to the other (domain book §11).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from msgspec import Struct

from domain.audit import Audit, Stage
from domain.deadlines import Deadline
from domain.framework import Framework, FrameworkId, NormId, WhoCode
from domain.mapping import FrameworkMapping, Strength
from domain.roles import PersonId

#: So many norms of the other framework are proposed below a receipt; the rest is in its grid.
MAX_PROPOSED = 3
#: These stages the two halves enter together: what is planned, agreed on and visited is one.
_TOGETHER = frozenset({Stage.PLANNED, Stage.CONTRACTED, Stage.RUNNING, Stage.JUDGING, Stage.CANCELLED})
_ORDER = tuple(Strength)


class Basis(Struct, frozen=True):
    """Why a finding counts at a norm of the other framework.

    `via` is the norm of the first framework at which it stands, `strength` how much of the same ground the two cover
    and `points` which points of `norm` that is. Without a strength nothing is known of the two: somebody chose it.
    """

    norm: NormId
    via: NormId | None = None
    strength: Strength | None = None
    points: tuple[int, ...] = ()


class Counted(Struct, frozen=True):
    """That somebody had a finding count at a norm of the other half; `is_here` when that norm is of this half."""

    norm: NormId
    via: NormId | None
    strength: Strength | None
    by: PersonId
    at: datetime
    is_here: bool = False


def may_combine(audit: Audit) -> bool:
    """Say whether an audit can still get a second framework: before anything was agreed on, and one is enough."""
    return audit.stage is Stage.PLANNED and audit.companion is None


def goes_along(audit: Audit, companion: Stage, to: Stage) -> bool:
    """Say whether the other half moves with this one; what each team settles and closes is its own."""
    return companion is audit.stage and {audit.stage, to} <= _TOGETHER


def is_mapped(framework: Framework, other: FrameworkId) -> FrameworkMapping | None:
    """Return what is known of two frameworks together, None for nothing."""
    mapping = framework.mapping
    return mapping if mapping is not None and mapping.covers(framework.id, other) else None


def scheme_of(framework: Framework, other: FrameworkId) -> str | None:
    """Return which scheme of a combination the other framework stands for, None when that is not known."""
    mapping = is_mapped(framework, other)
    return mapping.schemes[0] if mapping is not None and mapping.schemes else None


def proposals(framework: Framework, other: FrameworkId, norms: Collection[NormId]) -> tuple[Basis, ...]:
    """Return the norms of the other framework for which a finding at these norms may serve, the strongest first.

    What is typical of one of the two needs evidence of its own, so it is not proposed.
    """
    best: dict[NormId, Basis] = {}
    for basis in _known(framework, other, norms):
        before = best.get(basis.norm)
        if before is None or _rank(basis) < _rank(before):
            best[basis.norm] = basis
    found = [basis for basis in best.values() if basis.strength is not Strength.OWN]
    return tuple(sorted(found, key=_rank))  # stable: within a strength the order of the mapping


def basis_of(framework: Framework, other: FrameworkId, norms: Collection[NormId], counted: NormId) -> Basis:
    """Return why a finding at these norms counts at one of the other framework."""
    found = [basis for basis in _known(framework, other, norms) if basis.norm == counted]
    return min(found, key=_rank) if found else Basis(counted, next(iter(norms), None))


def functions_in(functions: Collection[WhoCode], framework: Framework) -> tuple[WhoCode, ...]:
    """Return with whom an interview is held, as this framework knows them.

    It may have been opened with functions of the other framework only: whoever it is can be asked anything then (own).
    """
    codes = tuple(function.code for function in framework.functions)
    return tuple(code for code in codes if code in functions) or codes


def _known(framework: Framework, other: FrameworkId, norms: Collection[NormId]) -> list[Basis]:
    mapping = is_mapped(framework, other)
    if mapping is None:
        return []
    is_forward = framework.id == mapping.norms_of  # only then the points are those of the other norm
    return [
        Basis(overlap.norm, norm, overlap.strength, overlap.points if is_forward else ())
        for norm in norms
        for overlap in mapping.overlaps(framework.id, norm)
    ]


def _rank(basis: Basis) -> int:
    return _ORDER.index(basis.strength) if basis.strength is not None else len(_ORDER)


# --- Terms of the two halves ------------------------------------------------------------------------------------------


def is_shared(term: Deadline, other: Deadline) -> bool:
    """Say whether a term of one half and one of the other are said as one: the same step, by the same day and party.

    Each half keeps its own: what is recorded about one report says nothing of the other.
    """
    return (term.term, term.due, term.party) == (other.term, other.due, other.party) and term.due is not None


def shared_with(term: Deadline, others: Iterable[Deadline]) -> Deadline | None:
    """Return the term of the other half that is said together with this one, None when it has none."""
    return next((other for other in others if is_shared(term, other) and other.state is term.state), None)
