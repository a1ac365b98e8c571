"""An audit whose findings are final, for the tests of the plan, the decision and the certificate.

Samira coordinates the member, Tom leads the team with Ada, Bea keeps the office, Sanne the secretariat; Ina leads an
audit elsewhere, and Noor has no role at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from domain.audit import Stage
from domain.framework import NormId
from domain.improvement_plan import ImprovementPlan, PlanEntry
from domain.process import EventKind
from domain.verdicts import Verdict
from domain.weighing import Outcome, weigh
from storage.sql import tables as t
from storage.sql.audit_reach import audit_scope
from storage.sql.plans import SqlPlans
from tests.storage.judging_cast import JudgingCast
from tests.storage.process_cast import CHATS, ProcessCast

V5, D9 = NormId("V5"), NormId("D9")
WITHIN = {V5: Verdict.PARTIAL, D9: Verdict.NOT_MET}
OVER = {NormId(f"O{number}"): Verdict.NOT_MET for number in range(1, 6)} | {V5: Verdict.PARTIAL}
FINAL_ON, LATER = date(2026, 12, 20), date(2027, 1, 4)


class PlanCast(JudgingCast, ProcessCast):
    """Both casts together."""

    def finish(self, shortcomings: Mapping[NormId, Verdict] = WITHIN) -> Outcome:
        """Let the team settle every norm, all met but these, and send the final report."""
        framework = next(iter(self.database.frameworks.values()))
        verdicts = {norm.id: shortcomings.get(norm.id, Verdict.MET) for norm in framework.norms}
        outcome = weigh(verdicts, framework).outcome
        with self.database.begin() as work:
            tom = self.person(work, "Tom")
            for norm, verdict in verdicts.items():
                text = f"Bij {norm} zagen wij dat het anders kan" if norm in shortcomings else "Goed geregeld"
                place = f"consensus.rationale:{self.audit}:{norm}:1"
                work.add(
                    t.consensus, audit_id=self.audit, norm=norm, version=1, verdict=verdict.value, recorded_by=tom,
                    recorded_at=self.now, rationale_sealed=work.vault.seal(audit_scope(self.audit), place, text),
                )  # fmt: skip
            closed = t.audit.update().where(t.audit.c.id == self.audit).values(stage=Stage.CLOSED.value)
            work.execute(closed)
        self.record("Tom", EventKind.FINDINGS_FINAL, FINAL_ON, outcome.value)
        return outcome

    @contextmanager
    def plans(self, name: str) -> Iterator[SqlPlans]:
        """Let one person work with the plan in a transaction of its own."""
        with self.database.begin() as work:
            yield work.plans(work.actor(CHATS[name]))

    def plan(self, name: str = "Samira") -> ImprovementPlan:
        """Return the plan as somebody sees it."""
        with self.plans(name) as plans:
            return plans.get(self.audit)

    def fill_in(self, what: str = "Intervisie in elk team", name: str = "Samira") -> None:
        """Let the coordinator say everything about every norm."""
        for norm in self.plan(name).needed:
            with self.plans(name) as plans:
                seen = plans.get(self.audit).entry(norm).version
                entry = PlanEntry(norm, what, "Teamleider Noord", date(2027, 6, 1), "Vier verslagen", seen)
                plans.write(self.audit, entry, self.now)

    def hand_in(self) -> ImprovementPlan:
        """Let the coordinator hand in a full plan."""
        self.fill_in(f"Poging {self.plan().round + 1}")
        with self.plans("Samira") as plans:
            return plans.submit(self.audit, LATER, self.now, seen=plans.get(self.audit).version)

    def approve(self) -> ImprovementPlan:
        """Let the team leader approve the plan."""
        with self.plans("Tom") as plans:
            return plans.approve(self.audit, LATER, self.now, seen=plans.get(self.audit).version)

    def send_back(self, reason: str = "Wie doet het?") -> ImprovementPlan:
        """Let the team leader send the plan back."""
        with self.plans("Tom") as plans:
            return plans.send_back(self.audit, reason, LATER, self.now, seen=plans.get(self.audit).version)
