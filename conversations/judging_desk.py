"""The desk of coverage, verdicts and consensus: one audit per turn, and storage asked once for each thing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from conversations.acting import Step
from conversations.audit_acting import in_audit, is_possible
from conversations.audit_taps import JudgeTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, State, Tap, TextGiven, Turn
from conversations.taps import way_back
from domain.audit import Audit, AuditId, Consensus, InterviewId, Judgement
from domain.coverage import NormCoverage, coverage_of
from domain.framework import Framework, Norm, NormId, Rubric, RubricId
from domain.judging import (
    Position,
    Result,
    Tipping,
    differences,
    in_play,
    positions,
    result,
    room,
    settled,
    tipping,
    verdicts_so_far,
)
from domain.norm_search import NormSearch, bare_norm_id
from domain.privacy_guard import findings
from domain.roles import Permission, PersonId
from domain.verdicts import Verdict
from storage.audit_interfaces import Engagement
from storage.judging_interfaces import Gathered, Judging
from templates.common_screens import Trouble
from templates.judging_screens import Running, SayNotKept
from templates.render import label
from templates.screens import Screen, in_words_of

GRID_COLUMNS = 5
_KEY = "judging"  # of our part of the data that a person's place holds

G = TypeVar("G")
DeskStep = Callable[["JudgingDesk", G], State | None]


@lru_cache(maxsize=8)
def _search(framework: Framework) -> NormSearch:
    return NormSearch(framework)


@dataclass
class JudgingDesk:
    """One turn at the audit that the person works on."""

    turn: Turn
    engagement: Engagement
    only: tuple[NormId, ...] | None = None  # the norms of which coverage is asked: the others need not be counted

    @property
    def audit(self) -> Audit:
        """The audit itself."""
        return self.engagement.audit

    @property
    def organisation(self) -> str:
        """The name of who is audited."""
        return self.engagement.organisation.name

    def may(self, permission: Permission) -> bool:
        """Say whether the person may do this now."""
        return self.engagement.may(permission)

    @cached_property
    def framework(self) -> Framework:
        """The norms, with the threshold of the edition that the audit follows."""
        framework = self.turn.work.framework(self.audit.framework, self.turn.actor)
        return framework.weighed_by(self.turn.work.audit_rules.weighings[self.audit.weighing])

    @cached_property
    def store(self) -> Judging:
        """What storage knows of judging."""
        return self.turn.work.judging(self.turn.actor)

    def show(self, screen: Screen, keyboard: Keyboard, *, in_place: bool | None = None) -> None:
        """Show a screen, with verdicts in the words of the framework."""
        self.turn.show(in_words_of(screen, self.framework), keyboard, in_place=in_place)

    def verdict_button(self, verdict: Verdict, tap: Tap, *, is_given: bool) -> Button:
        """Return the button of a verdict, in the words of the framework; the one that was given is ticked."""
        word = self.framework.in_audit[verdict]
        return Button(label("verdict_given", word) if is_given else f"{label('verdict_sign', verdict)} {word}", tap)

    # -------------------------------------------------------------------------------- what was gathered

    @cached_property
    def gathered(self) -> Mapping[NormId, Gathered]:
        """What was gathered, per norm that has anything."""
        return {item.tally.norm: item for item in self.store.gathered(self.audit, self.only)}

    @cached_property
    def covered(self) -> Mapping[NormId, NormCoverage]:
        """How well every norm was looked at; what does not apply needs nothing."""
        exempt = [norm for norm, verdict in self.so_far.items() if verdict is Verdict.NOT_APPLICABLE]
        return coverage_of([item.tally for item in self.gathered.values()], self.framework, exempt)

    @cached_property
    def looked_at(self) -> Mapping[NormId, NormCoverage]:
        """How well every norm was looked at, whatever anybody holds of it: what a consensus is weighed with."""
        return coverage_of([item.tally for item in self.gathered.values()], self.framework)

    def to_discuss(self, norm: NormId) -> int:
        """Return how many findings at a norm the team still has to talk about."""
        return self.gathered[norm].to_discuss if norm in self.gathered else 0

    # ----------------------------------------------------------------------------------- what they hold

    @cached_property
    def judgements(self) -> tuple[Judgement, ...]:
        """The newest judgement of everybody; ask after writing."""
        return self.store.judgements(self.audit)

    @cached_property
    def own(self) -> Mapping[NormId, Judgement]:
        """The person's own judgements, per norm."""
        return {item.norm: item for item in self.judgements if item.auditor == self.turn.actor.person}

    def own_verdict(self, norm: NormId) -> Verdict:
        """Return the person's own verdict on a norm."""
        return self.own[norm].verdict if norm in self.own else Verdict.NOT_ASSESSED

    @property
    def judged(self) -> int:
        """How many norms the person judged."""
        return sum(item.verdict is not Verdict.NOT_ASSESSED for item in self.own.values())

    @cached_property
    def positions(self) -> Mapping[NormId, Position]:
        """What the auditors hold of every norm."""
        return positions(self.judgements, self.framework, [member.person for member in self.audit.team])

    @cached_property
    def consensus(self) -> Mapping[NormId, Consensus]:
        """The newest consensus per norm; ask after writing."""
        return self.store.consensus(self.audit)

    @cached_property
    def settled(self) -> Mapping[NormId, Verdict]:
        """What the team settled."""
        return settled(self.consensus)

    @cached_property
    def so_far(self) -> Mapping[NormId, Verdict]:
        """What was settled, else what all who judged hold."""
        standing = {norm: found for norm, found in self.consensus.items() if norm in self.settled}
        return verdicts_so_far(standing, self.positions)

    @cached_property
    def differing(self) -> tuple[NormId, ...]:
        """The norms on which auditors differ and that are not settled."""
        return tuple(position.norm for position in differences(self.positions) if position.norm not in self.settled)

    @cached_property
    def member_verdicts(self) -> Mapping[NormId, Verdict] | None:
        """The verdicts of the self-evaluation that the member shared, None when there is none."""
        shared = self.turn.work.audits(self.turn.actor).shared_evaluation(self.audit)
        if shared is None:
            return None
        evaluation, store = shared
        return {norm: state.verdict for norm, state in store.states(evaluation).items()}

    # ------------------------------------------------------------------------------------ what it means

    def result(self, verdicts: Mapping[NormId, Verdict]) -> Result:
        """Return what verdicts come to under the editions of the audit."""
        rules = self.turn.work.audit_rules
        process = rules.processes[self.audit.process]
        return result(verdicts, self.framework, self.framework.weighing, process, self.audit.kind)

    @cached_property
    def running(self) -> Running:
        """What it comes to as it stands."""
        found = self.result(self.so_far)
        as_it_stands = found.process.rule(room(found.weighing).outcome, self.audit.kind)
        return Running(found.weighing, room(found.weighing), as_it_stands, self.audit.kind)

    def tipping(self) -> tuple[Tipping, ...]:
        """Return the norms that could still change the outcome."""
        flagged = [norm for norm in self.gathered if self.to_discuss(norm)]
        return tipping(self.running.weighing, in_play(self.so_far, self.positions, flagged))

    # ----------------------------------------------------------------------------------- who and where

    @cached_property
    def talks(self) -> Mapping[InterviewId, int]:
        """The numbers of the interviews."""
        held = self.turn.work.fieldwork(self.turn.actor).interviews(self.audit.id)
        return {interview.id: interview.number for interview in held}

    @cached_property
    def names(self) -> Mapping[PersonId, str]:
        """The names of the team."""
        return self.turn.work.audits(self.turn.actor).names(self.audit)

    def name(self, person: PersonId) -> str:
        """Return somebody's name, empty when they left none."""
        return self.names.get(person, "")

    def find(self, typed: str, limit: int = 6) -> tuple[Norm, ...]:
        """Return the norms that fit what was typed, the best first."""
        return tuple(match.norm for match in _search(self.framework).find(typed, limit))

    def bare_norm(self, typed: str) -> NormId | None:
        """Return the norm when its id was typed and nothing else."""
        return bare_norm_id(typed, self.framework)

    def rubric(self, wanted: RubricId | None) -> Rubric:
        """Return the rubric that a tap asks for, else the one of the last visit, else the first."""
        known = {rubric.id: rubric for rubric in self.framework.rubrics}
        last = self.memory.get("rubric")
        found = known.get(wanted or RubricId("")) or known.get(last or RubricId("")) or self.framework.rubrics[0]
        self.remember(rubric=found.id)
        return found

    @property
    def memory(self) -> dict[str, Any]:
        """The ids that are remembered about this audit."""
        kept = self.turn.data.get(_KEY) or {}
        return dict(kept) if kept.get("audit") == self.audit.id else {}

    def remember(self, **changes: Any) -> None:
        """Keep ids for the next turns; our part of the data is replaced, never changed."""
        self.turn.data[_KEY] = self.memory | {"audit": self.audit.id} | changes

    def at(self, *norms: NormId) -> JudgingDesk:
        """Ask coverage of these norms only; that of the others is not known then."""
        if self.only != norms:
            self.only = norms
            for known in ("gathered", "covered", "looked_at"):
                self.__dict__.pop(known, None)
        return self

    def anew(self) -> JudgingDesk:
        """Return the same desk with nothing read yet, because something was written."""
        return JudgingDesk(self.turn, self.engagement)


# ----------------------------------------------------------------------------------------------- steps


def at_desk(permission: Permission, step: DeskStep[G]) -> Step[G]:
    """Let a step work on the person's audit; a tap of another audit or for an unknown norm has aged."""

    def sit(turn: Turn, given: G, engagement: Engagement) -> State | None:
        desk = JudgingDesk(turn, engagement)
        norm = getattr(given, "norm", None)
        if getattr(given, "audit", engagement.id) != engagement.id or (norm and not desk.framework.has(norm)):
            show_trouble(turn, Trouble.AGED)
            return None
        return step(desk, given)

    return in_audit(permission, sit)


def kept_at_desk(permission: Permission, step: DeskStep[TextGiven]) -> Step[TextGiven]:
    """Let typed text be kept in the audit that was asked about, unless it looks like data of a person."""

    def guarded(desk: JudgingDesk, given: TextGiven) -> State | None:
        sensitive = tuple(dict.fromkeys(found.kind for found in findings(given.text)))
        if sensitive:
            desk.turn.show(SayNotKept(sensitive), way_back(JudgeTap()))
            return None
        return step(desk, given)

    return typed_at_desk(permission, guarded)


def typed_at_desk(permission: Permission, step: DeskStep[G]) -> Step[G]:
    """Let what was typed or sent land in the audit that was asked about, also when another one was chosen since."""

    def sit(turn: Turn, given: G) -> State | None:
        audit = (turn.data.get(_KEY) or {}).get("audit")
        if audit is None:
            show_trouble(turn, Trouble.NOT_UNDERSTOOD)
            return None
        engagement = turn.work.audits(turn.actor).get(AuditId(audit))
        if not is_possible(turn, engagement, permission):
            return None
        return step(JudgingDesk(turn, engagement), given)

    return sit


def grid(cells: Collection[Button], columns: int = GRID_COLUMNS) -> Keyboard:
    """Lay out norms with their sign."""
    return Keyboard.grid(columns, list(cells))


def norm_label(norm: Norm) -> str:
    """Return how a norm is called on a button."""
    return f"{norm.id} · {norm.label}"


def after(desk: JudgingDesk, norm: Norm | None, is_open: Callable[[NormId], bool]) -> Norm | None:
    """Return the next norm after this one that is still open, from the start again at the end; None when none is."""
    start = norm.ordinal + 1 if norm else 0
    ordered = (*desk.framework.norms[start:], *desk.framework.norms[:start])
    return next((found for found in ordered if is_open(found.id) and found is not norm), None)
