"""The desk of the report: one audit per turn, and the report as it stands read once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from conversations.acting import Step
from conversations.audit_acting import in_audit, is_possible
from conversations.fallback import show_trouble
from conversations.judging_taps import ConsensusNormTap, RationaleTap
from conversations.kit import Keyboard, State, Tap, TextGiven, Turn
from conversations.report_taps import ReportTap
from conversations.taps import way_back
from domain.audit import Audit, AuditId, Stage
from domain.framework import Framework, Norm, NormId
from domain.privacy_guard import findings
from domain.report import Correction, Report, ReportVersion
from domain.report_format import FieldId, Moment, ReportFormat
from domain.report_prefill import FilledField
from domain.roles import Permission
from domain.verdicts import Verdict
from storage.audit_interfaces import Engagement
from storage.report_interfaces import DraftedReport, Reports
from templates.common_screens import Trouble
from templates.judging_screens import SayNotKept
from templates.screens import Screen, in_words_of

_KEY = "report"  # of our part of the data that a person's place holds

G = TypeVar("G")
ReportStep = Callable[["ReportDesk", G], State | None]


@dataclass
class ReportDesk:
    """One turn at the report of the audit that the person works on."""

    turn: Turn
    engagement: Engagement

    @property
    def audit(self) -> Audit:
        """The audit itself."""
        return self.engagement.audit

    @property
    def organisation(self) -> str:
        """The name of who is audited."""
        return self.engagement.organisation.name

    @property
    def may_write(self) -> bool:
        """Whether the person writes the report now."""
        return self.engagement.may(Permission.WRITE_REPORT)

    @property
    def form(self) -> ReportFormat:
        """The format of the report, as it is for this audit."""
        facts = self.drafted.facts
        form = self.turn.work.audit_rules.report.of_framework(facts.framework)
        return form.of_audit(had_followup=facts.followup is not None)

    @property
    def framework(self) -> Framework:
        """The norms."""
        return self.turn.work.frameworks[self.audit.framework]

    @cached_property
    def store(self) -> Reports:
        """What storage knows of reports."""
        return self.turn.work.reports(self.turn.actor)

    @cached_property
    def versions(self) -> tuple[ReportVersion, ...]:
        """What went out, the newest first."""
        return self.store.versions(self.audit.id)

    @property
    def draft(self) -> ReportVersion | None:
        """The newest draft that went out."""
        return next((version for version in self.versions if version.moment is Moment.DRAFT), None)

    @property
    def moment(self) -> Moment:
        """What is about to leave: the draft, the final report, its addendum, then part A for the secretariat."""
        sent = {version.moment for version in self.versions}
        if Moment.FINAL in sent:
            return Moment.SUMMARY if Moment.ADDENDUM in sent or not self.had_followup else Moment.ADDENDUM
        return Moment.FINAL if self.draft is not None else Moment.DRAFT

    @cached_property
    def had_followup(self) -> bool:
        """Whether an additional investigation was done that the report has to tell of."""
        return self.store.had_followup(self.audit.id)

    @cached_property
    def drafted(self) -> DraftedReport:
        """The report as it stands; ask after writing."""
        return self.store.drafted(self.audit.id, self.moment, self.turn.today)

    @property
    def report(self) -> Report:
        """What its reader would see."""
        return self.drafted.made.report

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """What the member says of the newest draft, once its reaction is complete."""
        return self.store.corrections(self.draft.id) if self.draft is not None else ()

    def filled(self, field: FieldId) -> FilledField | None:
        """Return a field of part A, None when it is one of part B."""
        return next((item for item in self.drafted.made.filled if item.field.id == field), None)

    def norm(self, norm: NormId) -> Norm:
        """Return a norm of the framework."""
        return self.drafted.facts.framework.norm(norm)

    def show(self, screen: Screen, keyboard: Keyboard) -> None:
        """Show a screen, with verdicts in the words of the framework."""
        self.turn.show(in_words_of(screen, self.framework), keyboard)

    @property
    def memory(self) -> dict[str, Any]:
        """The ids that are remembered about this audit."""
        kept = self.turn.data.get(_KEY) or {}
        return dict(kept) if kept.get("audit") == self.audit.id else {}

    def remember(self, **changes: Any) -> None:
        """Keep ids for the next turns; our part of the data is replaced, never changed."""
        self.turn.data[_KEY] = self.memory | {"audit": self.audit.id} | changes

    def anew(self) -> ReportDesk:
        """Return the same desk with nothing read yet, because something was written."""
        return ReportDesk(self.turn, self.engagement)


def at_report(permission: Permission, step: ReportStep[G]) -> Step[G]:
    """Let a step work on the report of the person's audit; a tap of another audit or for an unknown norm has aged."""

    def sit(turn: Turn, given: G, engagement: Engagement) -> State | None:
        norm = getattr(given, "norm", None)
        framework = turn.work.frameworks[engagement.audit.framework]
        if getattr(given, "audit", engagement.id) != engagement.id or (norm and not framework.has(norm)):
            show_trouble(turn, Trouble.AGED)
            return None
        return step(ReportDesk(turn, engagement), given)

    return in_audit(permission, sit)


def typed_at_report(step: ReportStep[TextGiven]) -> Step[TextGiven]:
    """Let typed text land in the report that was asked about, also when another audit was chosen since."""

    def sit(turn: Turn, given: TextGiven) -> State | None:
        audit = (turn.data.get(_KEY) or {}).get("audit")
        if audit is None:
            show_trouble(turn, Trouble.NOT_UNDERSTOOD)
            return None
        engagement = turn.work.audits(turn.actor).get(AuditId(audit))
        if not is_possible(turn, engagement, Permission.WRITE_REPORT):
            return None
        return step(ReportDesk(turn, engagement), given)

    return sit


def to_text(desk: ReportDesk, norm: NormId) -> Tap:
    """Return the way to the text of a norm: where it is typed when it can be, else to what the team holds.

    There whatever somebody types would be a note beside the report and not its text.
    """
    held = desk.drafted.facts.consensus.get(norm)
    if held is None or held.verdict is Verdict.NOT_ASSESSED or desk.audit.stage is not Stage.CONSENSUS:
        return ConsensusNormTap(norm)
    return RationaleTap(desk.audit.id, norm, held.version)


def is_sensitive(turn: Turn, text: str) -> bool:
    """Say whether a text looks like data of a person; if so, the screen says that it was not kept."""
    found = tuple(dict.fromkeys(item.kind for item in findings(text)))
    if found:
        turn.show(SayNotKept(found), way_back(ReportTap()))
    return bool(found)
