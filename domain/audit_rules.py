"""Everything that audits are measured with, as the content files say it; `storage.audit_content` reads it once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct, field

from domain.audit import ProcessId
from domain.audit_days import DayTable
from domain.audit_evaluation import EvaluationRules
from domain.case_procedure import CaseProcedures
from domain.conduct import ConductText
from domain.day_evaluation import DayQuestion
from domain.framework import Framework, WeighingRule
from domain.judging import BlockerKind, BlockerRule, ProcessOutcomes
from domain.process import ProcessEdition
from domain.report_format import ReportFormat
from domain.retention import Retention
from domain.trends import TrendRules
from domain.working_days import WorkingDays


class AuditRules(Struct, frozen=True, dict=True):
    """The rules of audits, each edition by its name.

    `proposed_norms` is how many norms a screen proposes for the next interview; `processes` says what an outcome means
    in an edition of the process, `editions` which steps and terms that edition has; `report` is the format of the
    report, `cases` the procedures for complaints and appeals, `evaluation` how everybody looks back on an audit,
    `trends` how they are published.
    """

    days: DayTable
    blockers: Mapping[BlockerKind, BlockerRule]
    processes: Mapping[ProcessId, ProcessOutcomes]
    weighings: Mapping[str, WeighingRule]
    conduct: ConductText
    day_questions: tuple[DayQuestion, ...]
    proposed_norms: int
    editions: Mapping[ProcessId, ProcessEdition]
    report: ReportFormat
    cases: CaseProcedures
    evaluation: EvaluationRules
    retention: Retention
    trends: TrendRules
    working_days: WorkingDays = field(default_factory=WorkingDays)  # the bot brings the holidays

    @property
    def newest_edition(self) -> ProcessEdition:
        """The edition of the process of the label that counts for what begins now."""
        return self.editions[max(self.with_swn)]

    @cached_property
    def with_swn(self) -> tuple[ProcessId, ...]:
        """The editions in which SWN has a part: what the secretariat sees, and what a certificate can follow on."""
        return tuple(edition.id for edition in self.editions.values() if edition.goes_to_swn)

    def usual_process(self, framework: Framework) -> ProcessEdition:
        """Return the edition of the process that an audit about a framework follows unless somebody chooses another."""
        return self.editions[ProcessId(framework.default_process)]

    def processes_for(self, framework: Framework) -> tuple[ProcessOutcomes, ...]:
        """Return the editions that an audit about a framework can follow: with SWN, or all of them without."""
        goes_to_swn = self.usual_process(framework).goes_to_swn
        return tuple(
            process for process in self.processes.values() if self.editions[process.process].goes_to_swn is goes_to_swn
        )

    def weighings_for(self, process: ProcessId) -> tuple[WeighingRule, ...]:
        """Return the thresholds that an audit under an edition of the process can choose: its own first.

        Of editions with the same numbers one is enough: they weigh the same.
        """
        own = self.weighings[self.processes[process].weighing]
        found = {(rule.max_not_met, rule.max_partial): rule for rule in reversed((own, *self.weighings.values()))}
        others = [rule for rule in self.weighings.values() if rule in found.values() and rule != own]
        return (own, *others)
