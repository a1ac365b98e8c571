"""What the report of an audit is made from, read for one of its team in as many statements however much was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import Actor
from domain.addendum import Followup, followup_of
from domain.audit import Audit, AuditId, Finding, FindingId, FindingKind, Tone
from domain.coverage import NormCoverage, coverage_of
from domain.framework import Framework, NormId
from domain.judging import result, settled
from domain.process import EventKind, ProcessEvent
from domain.report import Material
from domain.report_format import FieldId, Keeper, Moment, ReportFormat
from domain.report_prefill import FieldText, ReportFacts
from domain.roles import Permission, PersonId
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from storage.audit_interfaces import Engagement
from storage.plan_interfaces import NoPlan
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.audit_reach import allowing, fieldwork_of, of_actor

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_READABLE = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT, allowing(Permission.READ_AUDIT)).scalar_subquery()
_READABLE_FIELDWORK = (
    sa.select(fieldwork_of(t.audit.c.id))
    .where(t.audit.c.id == _AUDIT, allowing(Permission.READ_AUDIT))
    .scalar_subquery()
)
_DRAWN_ON = sa.and_(
    t.finding.c.audit_id == _READABLE_FIELDWORK,
    t.finding.c.withdrawn_at.is_(None),
    sa.or_(
        t.finding.c.tone.is_not(None),
        t.finding.c.kind.in_([kind.value for kind in FindingKind if kind.is_on_paper]),
    ),
)
_MATERIAL = (
    sa.select(t.finding, t.stored_file.c.name_sealed, t.stored_file.c.blob)
    .select_from(t.finding.outerjoin(t.stored_file, t.stored_file.c.id == t.finding.c.file_id))
    # What stands at a norm of the other half of a combination only, belongs in the report of that one.
    .where(
        _DRAWN_ON,
        sa.or_(
            t.finding.c.in_tray,
            sa.exists().where(t.finding_norm.c.finding_id == t.finding.c.id, t.finding_norm.c.audit_id == _AUDIT),
        ),
    )
    .order_by(t.finding.c.created_at, t.finding.c.receipt)
)
_NORMS = (
    sa.select(t.finding_norm.c.norm, t.finding.c.receipt)
    .select_from(t.finding_norm.join(t.finding, t.finding.c.id == t.finding_norm.c.finding_id))
    .where(_DRAWN_ON, t.finding_norm.c.audit_id == _READABLE)
)


def _newest(condition: Any) -> sa.Select[Any]:
    later = r.report_field.alias("later")
    is_superseded = sa.exists().where(
        later.c.audit_id == r.report_field.c.audit_id,
        later.c.field == r.report_field.c.field,
        later.c.version > r.report_field.c.version,
    )
    return sa.select(r.report_field).where(condition, ~is_superseded)


_FIELDS = _newest(r.report_field.c.audit_id == _READABLE)
_THIS = t.audit.alias("this")
_OTHER = t.audit.alias("other")
_SAME_CI = sa.select(_OTHER.c.id).where(
    _THIS.c.id == _READABLE, _OTHER.c.ci_id == _THIS.c.ci_id, _OTHER.c.id != _THIS.c.id
)
_NAMED = r.report_field.c.field.in_(sa.bindparam("fields", expanding=True))
#: What stays the same: the office over all audits of a CI, the member over those of one organisation.
_EARLIER = {
    Keeper.CI: _newest(sa.and_(_NAMED, r.report_field.c.audit_id.in_(_SAME_CI))).order_by(r.report_field.c.written_at),
    Keeper.MEMBER: _newest(
        sa.and_(
            _NAMED,
            r.report_field.c.audit_id.in_(_SAME_CI.where(_OTHER.c.organisation_id == _THIS.c.organisation_id)),
        )
    ).order_by(r.report_field.c.written_at),
}
_CI_NAME = sa.select(t.organisation.c.id, t.organisation.c.name_sealed).where(
    t.organisation.c.id == sa.bindparam("organisation")
)


class FactsReader:
    """Reads what one of the team may know of an audit."""

    def __init__(self, work: SqlWork, actor: Actor, engagement: Engagement) -> None:
        self._work = work
        self._actor = actor
        self._engagement = engagement
        self._parameters = of_actor(actor) | {"audit": engagement.id}

    @property
    def _audit(self) -> Audit:
        return self._engagement.audit

    @property
    def framework(self) -> Framework:
        """The norms, with the threshold of the edition that the audit follows."""
        rules = self._work.audit_rules
        framework = self._work.framework(self._audit.framework, self._actor)
        return framework.weighed_by(rules.weighings[self._audit.weighing])

    def facts(self, moment: Moment, today: date) -> ReportFacts:
        """Return what is known of the audit."""
        audit, rules = self._audit, self._work.audit_rules
        consensus = self._work.judging(self._actor).consensus(audit)
        process = rules.processes[audit.process]
        framework = self.framework
        found = result(settled(consensus), framework, framework.weighing, process, audit.kind)
        events = self._work.process(self._actor).events(audit.id)
        return ReportFacts(
            organisation=self._engagement.organisation.name,
            member_number=self._engagement.organisation.member_number or "",
            ci=self._ci(),
            variant=rules.days.variants[audit.variant].label,
            audit=audit,
            framework=framework,
            edition=rules.editions[audit.process],
            interviews=self._work.fieldwork(self._actor).interviews(audit.id),
            names=self._work.audits(self._actor).names(audit),
            consensus=consensus,
            weighing=found.weighing,
            advice=found.rule.advice,
            events={event.kind: event.on for event in events},  # the last day of each kind
            today=today,
            moment=moment,
            earlier=self._earlier(rules.report),
            followup=self._followup(framework, settled(consensus), events),
        )

    def _followup(
        self, framework: Framework, verdicts: Mapping[NormId, Verdict], events: Iterable[ProcessEvent]
    ) -> Followup | None:
        """Return what an additional investigation came to, once it is done."""
        done = next((event for event in events if event.kind is EventKind.FOLLOWUP_AUDIT_DONE), None)
        if done is None:
            return None
        plans = self._work.plans(self._actor)
        try:
            plan = plans.get(self._audit.id)
        except NoPlan:  # recorded by hand, where the findings ask for no plan
            return None
        return followup_of(plan, verdicts, plans.retests(plan.audit), framework, done)

    def covered(self, facts: ReportFacts) -> Mapping[NormId, NormCoverage]:
        """Return how well every norm was looked at; what does not apply needs nothing."""
        exempt = [norm for norm in facts.consensus if facts.verdict(norm) is Verdict.NOT_APPLICABLE]
        gathered = self._work.judging(self._actor).gathered(self._audit)
        return coverage_of((item.tally for item in gathered), facts.framework, exempt)

    def written(self) -> Mapping[FieldId, FieldText]:
        """Return what people wrote in the fields."""
        return {FieldId(row.field): FieldText(open_field(self._work, row), row.version) for row in self._rows(_FIELDS)}

    def material(self) -> tuple[Material, ...]:
        """Return the findings that the report draws from, in order of arrival; two statements."""
        norms: dict[int, list[NormId]] = defaultdict(list)
        for row in self._rows(_NORMS):
            norms[row.receipt].append(NormId(row.norm))
        return tuple(self._material(row, tuple(norms[row.receipt])) for row in self._rows(_MATERIAL))

    def _material(self, row: Any, norms: tuple[NormId, ...]) -> Material:
        opened, audit = self._work.vault.open, self._audit.id
        finding = Finding(
            id=FindingId(row.receipt), audit=audit, norms=norms,
            text=opened(f"finding.text:{row.audit_id}:{row.receipt}", row.text_sealed),
            author=PersonId(row.author_id), at=row.created_at, kind=FindingKind(row.kind) if row.kind else None,
            tone=Tone(row.tone) if row.tone else None, form=ContributionKind(row.form),
        )  # fmt: skip
        return Material(finding, opened(f"stored_file.name:{row.blob}", row.name_sealed))

    def _ci(self) -> str:
        row = self._work.execute(_CI_NAME, {"organisation": self._audit.ci}).one()
        return self._work.vault.open(f"organisation.name:{row.id}", row.name_sealed)

    def _earlier(self, form: ReportFormat) -> Mapping[FieldId, str]:
        """Return what the newest other report said in the fields that stay the same."""
        found: dict[FieldId, str] = {}
        for keeper, statement in _EARLIER.items():
            fields = [field.id for field in form.fields if field.keeper is keeper]
            for row in self._rows(statement, fields=fields) if fields else ():
                if text := open_field(self._work, row):
                    found[FieldId(row.field)] = text
        return found

    def _rows(self, statement: Any, **values: Any) -> Any:
        return self._work.execute(statement, self._parameters | values).all()


def field_place(audit: AuditId, field: str, version: int) -> str:
    """Return the place for which a field is sealed."""
    return f"report_field.value:{audit}:{field}:{version}"


def open_field(work: SqlWork, row: Any) -> str:
    """Return what was written in a field."""
    return work.vault.open(field_place(row.audit_id, row.field, row.version), row.value_sealed)
