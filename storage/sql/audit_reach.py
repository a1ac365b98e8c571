"""Which audits an actor reaches, and in which role: the condition is in every statement.

`allowing(permission)` is for the stores of interviews, findings and judgements: a condition on `audit` that holds
when the actor may do this now (role in the team, both statements, stage), with the parameters of `of_actor`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa

from domain.actors import Actor
from domain.audit import STAGE_WORK, Audit, AuditId, AuditKind, Companion, ProcessId, Stage, TeamMember
from domain.audit_days import FteUnit, Headcount, Variant, fte_of
from domain.conduct import Acceptance, Statement
from domain.framework import FrameworkId
from domain.roles import CONTENT_PERMISSIONS, OrganisationId, OrganisationKind, Permission, PersonId, Role, may
from domain.self_evaluation import EvaluationId
from storage.audit_interfaces import Engagement, StatementsMissing, WrongStage
from storage.interfaces import NotAllowed
from storage.sql import pair_tables as p
from storage.sql import tables as t
from storage.sql.actors import read_organisation
from storage.sql.reach import Reach

#: With these roles at a CI somebody reaches the audits in whose team they are; the office reaches all of the CI.
AUDITING_ROLES = frozenset({Role.TEAM_LEADER, Role.AUDITOR, Role.PEER_AUDITOR})
CI_ROLES = AUDITING_ROLES | {Role.CI_ADMIN}
_OVER = (Stage.CLOSED.value, Stage.CANCELLED.value)
_TEAM_ORDER = (Role.TEAM_LEADER, Role.AUDITOR, Role.PEER_AUDITOR)
ACCEPTED = {
    Statement.CODE_OF_CONDUCT: "conduct_accepted_at",
    Statement.CONFIDENTIALITY: "confidentiality_accepted_at",
}


def _among(column: sa.ColumnElement[Any], values: Iterable[str]) -> sa.ColumnElement[bool]:
    """Return that a column holds one of our own codes, written out: a list of parameters is expanded at every run."""
    return column.in_([sa.literal_column(f"'{value}'", sa.String) for value in sorted(values)])


_CI: Any = sa.bindparam("ci")
_PERSON: Any = sa.bindparam("person")
_AUDIT: Any = sa.bindparam("audit")
_IS_OFFICE: Any = sa.bindparam("is_office", type_=sa.Boolean)


def _own_seat(audit: Any) -> sa.ColumnElement[bool]:
    return sa.and_(
        t.audit_member.c.audit_id == audit.c.id,
        t.audit_member.c.person_id == _PERSON,
        t.audit_member.c.removed_at.is_(None),
    )


_IN_REACH = sa.and_(
    t.audit.c.ci_id == _CI, sa.or_(_IS_OFFICE, sa.exists().where(_own_seat(t.audit)).correlate(t.audit))
)
_AS_COMPANION, _AS_HOST = p.audit_pair.alias("as_companion"), p.audit_pair.alias("as_host")
_OTHER_HALF = t.audit.alias("other_half")
_FIRST_DAY = (
    sa.select(sa.func.min(t.audit_day.c.on)).where(t.audit_day.c.audit_id == t.audit.c.id).correlate(t.audit)
).scalar_subquery()
#: The audit days as one text, so that they come with the audit.
_ALL_DAYS = (
    sa.select(sa.func.aggregate_strings(sa.cast(t.audit_day.c.on, sa.String), ","))
    .where(t.audit_day.c.audit_id == t.audit.c.id)
    .correlate(t.audit)
).scalar_subquery()
_AUDITS = (
    sa.select(
        *(column for column in t.audit.c if column.name not in ("kind", "organisation_id")),
        t.audit.c.kind.label("audit_kind"),
        t.organisation.c.id.label("organisation_id"),
        t.organisation.c.kind,
        t.organisation.c.name_sealed.label("organisation_name"),
        t.organisation.c.member_number_sealed,
        t.organisation.c.is_confirmed,
        _ALL_DAYS.label("days"),
        _OTHER_HALF.c.id.label("companion"),
        _OTHER_HALF.c.framework.label("companion_framework"),
        _AS_COMPANION.c.host_id.label("host"),
    )
    .select_from(
        t.audit.join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id)
        .outerjoin(
            t.audit_choice, sa.and_(t.audit_choice.c.audit_id == t.audit.c.id, t.audit_choice.c.person_id == _PERSON)
        )
        .outerjoin(_AS_COMPANION, _AS_COMPANION.c.companion_id == t.audit.c.id)
        .outerjoin(_AS_HOST, _AS_HOST.c.host_id == t.audit.c.id)
        .outerjoin(_OTHER_HALF, _OTHER_HALF.c.id == sa.func.coalesce(_AS_COMPANION.c.host_id, _AS_HOST.c.companion_id))
    )
    .where(_IN_REACH)
)
_BY_DATE = (_among(t.audit.c.stage, _OVER), _FIRST_DAY.nulls_last(), t.audit.c.id)
_ALL = _AUDITS.order_by(*_BY_DATE)
_CURRENT = _AUDITS.order_by(t.audit_choice.c.audit_id.is_(None), *_BY_DATE).limit(1)
_ONE = _AUDITS.where(t.audit.c.id == _AUDIT)
_TEAMS = (
    sa.select(t.audit_member)
    .where(t.audit_member.c.audit_id.in_(sa.bindparam("audits", expanding=True)), t.audit_member.c.removed_at.is_(None))
    .order_by(t.audit_member.c.added_at, t.audit_member.c.person_id)
)


@cache
def allowing(permission: Permission, audit: Any = t.audit) -> sa.ColumnElement[bool]:
    """Return the condition on `audit` (or an alias) that the actor of `of_actor` may do this there now, in its team.

    Content is only within it after both statements; the office is never.
    """
    stages = [stage.value for stage in Stage if permission in STAGE_WORK[stage]]
    seat = [_own_seat(audit), _among(t.audit_member.c.role, (role.value for role in Role if may(role, permission)))]
    if permission in CONTENT_PERMISSIONS:
        seat += [t.audit_member.c[name].is_not(None) for name in ACCEPTED.values()]
    in_stage = _among(audit.c.stage, stages) if stages else sa.true()
    return sa.and_(audit.c.ci_id == _CI, in_stage, sa.exists().where(*seat).correlate(audit))


def fieldwork_of(audit: Any) -> sa.ColumnElement[int]:
    """Return under which audit its interviews and findings are kept: the host of a combination, or itself."""
    host = sa.select(p.audit_pair.c.host_id).where(p.audit_pair.c.companion_id == audit)
    return sa.func.coalesce(host.scalar_subquery(), audit)


def of_actor(actor: Actor) -> dict[str, Any]:
    """Return the parameters that the conditions of this module need. Raises NotAllowed for who audits nothing."""
    organisation = actor.organisation
    if organisation is None or organisation.kind is not OrganisationKind.CI or actor.role not in CI_ROLES:
        raise NotAllowed("audit")
    return {"ci": organisation.id, "person": actor.person, "is_office": actor.role is Role.CI_ADMIN}


def audit_scope(audit: AuditId) -> str:
    """Return the scope under which everything of an audit is sealed."""
    return f"audit:{audit}"


class AuditReach(Reach):
    """Finds audits, and says what the actor may do in them."""

    def all(self) -> tuple[Engagement, ...]:
        """Return every audit within reach: what runs or comes first, then what is over."""
        return self._engagements(_ALL)

    def current(self) -> Engagement | None:
        """Return the audit that the actor chose, else the first that runs or comes; None when there is none."""
        return next(iter(self._engagements(_CURRENT)), None)

    def get(self, audit: AuditId) -> Engagement:
        """Return one audit. Raises NotAllowed when it is out of the actor's reach."""
        found = self._engagements(_ONE, audit=audit)
        if not found:
            raise NotAllowed("audit")
        return found[0]

    def choose(self, audit: AuditId) -> Engagement:
        """Make an audit the one that counts for the actor from now on. Raises NotAllowed."""
        engagement = self.get(audit)
        insert = self._work.upsert(t.audit_choice).values(person_id=self._actor.person, audit_id=audit)
        self._work.execute(insert.on_conflict_do_update(index_elements=["person_id"], set_={"audit_id": audit}))
        return engagement

    def within(self, audit: AuditId, permission: Permission) -> Engagement:
        """Return an audit in which the actor may do this now. Raises NotAllowed, StatementsMissing, WrongStage."""
        engagement = self.get(audit)
        if engagement.may(permission):
            return engagement
        if not engagement.allows(permission):
            raise NotAllowed(permission.value)
        if permission in CONTENT_PERMISSIONS and engagement.missing:
            raise StatementsMissing(audit, engagement.missing)
        raise WrongStage(audit, engagement.audit.stage)

    # ---------------------------------------------------------------------------------------------- loading

    def _engagements(self, statement: Any, **values: Any) -> tuple[Engagement, ...]:
        """Return audits in the order of a statement, with team and days: two statements, however many there are."""
        try:
            parameters = of_actor(self._actor)
        except NotAllowed:
            return ()
        rows = self._work.execute(statement, parameters | values).all()
        if not rows:
            return ()
        ids = {"audits": [row.id for row in rows]}
        teams = _by_audit(self._work.execute(_TEAMS, ids))
        return tuple(self._engagement(row, teams[row.id]) for row in rows)

    def _engagement(self, row: Any, team: Sequence[Any]) -> Engagement:
        details = self._details(row)
        parts = tuple(Headcount(kind, Fraction(amount), FteUnit(unit)) for kind, amount, unit in details["parts"])
        audit = Audit(
            id=AuditId(row.id), organisation=OrganisationId(row.organisation_id), ci=OrganisationId(row.ci_id),
            framework=FrameworkId(row.framework), process=ProcessId(row.process), weighing=row.weighing,
            kind=AuditKind(row.audit_kind), variant=Variant(row.variant), scheme=details["scheme"],
            scope=details["scope"], fte=fte_of(parts, self._work.audit_rules.days).fte, place=details["place"],
            days=_days(row.days), team=_team(team), stage=Stage(row.stage),
            evaluation=EvaluationId(row.evaluation_id) if row.evaluation_id else None, version=row.version,
            companion=_companion(row),
        )  # fmt: skip
        return Engagement(
            audit=audit,
            organisation=read_organisation(self._work, row),
            person=self._actor.person,
            role=audit.role_of(self._actor.person),
            is_office=self._actor.role is Role.CI_ADMIN,
            acceptances=tuple(_acceptances(audit.id, team)),
            parts=parts,
            base_days=Fraction(details["base_days"]) if details["base_days"] else None,
        )

    def _details(self, row: Any) -> Mapping[str, Any]:
        """Return what of the plan is sealed."""
        empty: dict[str, Any] = {"scope": "", "place": "", "scheme": None, "parts": [], "base_days": None}
        text = self._work.vault.open(f"audit.details:{row.id}", row.details_sealed)
        return empty | (json.loads(text) if text else {})

    def _seal_details(self, engagement: Engagement) -> bytes:
        audit = engagement.audit
        details = {
            "scope": audit.scope,
            "place": audit.place,
            "scheme": audit.scheme,
            "parts": [[part.kind, str(part.amount), part.unit.value] for part in engagement.parts],
            "base_days": str(engagement.base_days) if engagement.base_days else None,
        }
        text = json.dumps(details, ensure_ascii=False, separators=(",", ":"))
        return self._work.vault.seal(audit_scope(audit.id), f"audit.details:{audit.id}", text)

    def _trail(self, action: str, audit: AuditId, at: datetime) -> None:
        self._audit(action, f"audit:{audit}", at)


def _companion(row: Any) -> Companion | None:
    if row.companion is None:
        return None
    return Companion(AuditId(row.companion), FrameworkId(row.companion_framework), row.companion == row.host)


def _days(written: str | None) -> tuple[date, ...]:
    return tuple(sorted(date.fromisoformat(day) for day in written.split(","))) if written else ()


def _by_audit(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.audit_id].append(row)
    return found


def _team(rows: Sequence[Any]) -> tuple[TeamMember, ...]:
    """Return the team, its leader first."""
    members = [TeamMember(PersonId(row.person_id), Role(row.role), OrganisationId(row.organisation_id)) for row in rows]
    return tuple(sorted(members, key=lambda member: _TEAM_ORDER.index(member.role)))


def _acceptances(audit: AuditId, rows: Sequence[Any]) -> list[Acceptance]:
    return [
        Acceptance(audit, PersonId(row.person_id), statement, row.statements_edition or "", getattr(row, column))
        for row in rows
        for statement, column in ACCEPTED.items()
        if getattr(row, column) is not None
    ]
