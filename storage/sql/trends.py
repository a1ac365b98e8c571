"""Trends in storage: consent in versions, publications that never grow, and what each side may see of them.

Publishing and stopping both hold the organisation's row, so that nobody is counted who has just stopped.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId, AuditKind, Stage, Tone
from domain.audit_days import FteUnit, Headcount, Variant, fte_of
from domain.framework import FrameworkId, NormId
from domain.process import EventKind
from domain.report import points as lines_of
from domain.report_format import Moment, Prefill
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId
from domain.trends import (
    AuditFacts,
    Cell,
    Group,
    Level,
    TrendRules,
    benchmark,
    comparable_groups,
    newest_of_each,
    publish,
)
from domain.verdicts import Verdict
from domain.working_days import local_day
from storage.interfaces import NotAllowed
from storage.sql import pair_tables as pairs
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql import trend_tables as trend
from storage.sql.actors import organisation_scope
from storage.sql.reach import Reach
from storage.trend_interfaces import Beside, Consent, DecidedMeanwhile, Publication, PublicationId, SharablePoint

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_OWN: Any = sa.bindparam("own_organisation")
_AUDITS: Any = sa.bindparam("audits", expanding=True)
_CONSENT, _LATER = trend.trend_consent, trend.trend_consent.alias("later_consent")
_NEWEST_CONSENT = ~sa.exists().where(
    _LATER.c.organisation_id == _CONSENT.c.organisation_id, _LATER.c.version > _CONSENT.c.version
)
_OWN_CONSENT = sa.select(_CONSENT).where(_CONSENT.c.organisation_id == _OWN, _NEWEST_CONSENT)
_VERSION, _NEWER = p.process_event_version, p.process_event_version.alias("newer_version")
_FINAL = sa.and_(
    p.process_event.c.kind == EventKind.FINDINGS_FINAL.value,
    ~_VERSION.c.is_withdrawn,
    ~sa.exists().where(_NEWER.c.event_id == _VERSION.c.event_id, _NEWER.c.version > _VERSION.c.version),
)
#: Every audit with a final report, with the day on which it became final.
_FINAL_AUDITS = (
    sa.select(
        t.audit.c.id, t.audit.c.organisation_id, t.audit.c.ci_id, t.audit.c.framework, t.audit.c.variant,
        t.audit.c.details_sealed, _VERSION.c.on.label("final_on"),
    )
    .select_from(
        t.audit.join(p.process_event, p.process_event.c.audit_id == t.audit.c.id)
        .join(_VERSION, _VERSION.c.event_id == p.process_event.c.id)
        .join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id)
    )
    .where(
        _FINAL,
        t.audit.c.kind != AuditKind.FOLLOWUP.value,
        t.audit.c.stage != Stage.CANCELLED.value,
        t.organisation.c.kind == OrganisationKind.MEMBER.value,
        t.organisation.c.erased_at.is_(None),
    )
)  # fmt: skip
_SOURCE, _PUBLICATION, _CELL, _POINT = (
    trend.trend_source, trend.trend_publication, trend.trend_cell, trend.trend_point
)  # fmt: skip
_ELIGIBLE = (
    _FINAL_AUDITS.join(_CONSENT, _CONSENT.c.organisation_id == t.audit.c.organisation_id)
    .where(
        _CONSENT.c.takes_part,
        _NEWEST_CONSENT,
        _VERSION.c.on >= sa.bindparam("oldest", type_=sa.Date),
        _VERSION.c.on <= sa.bindparam("newest", type_=sa.Date),
        ~sa.exists().where(_SOURCE.c.audit_id == t.audit.c.id),
    )
    .order_by(t.audit.c.id)
)
_OWN_FINAL = _FINAL_AUDITS.where(t.audit.c.organisation_id == _OWN).order_by(_VERSION.c.on.desc(), t.audit.c.id.desc())
_OWN_FINAL_OF = _OWN_FINAL.where(t.audit.c.framework == sa.bindparam("framework")).limit(1)
_HELD = (
    sa.select(t.organisation.c.id)
    .where(t.organisation.c.id.in_(sa.bindparam("organisations", expanding=True)))
    .order_by(t.organisation.c.id)
    .with_for_update()
)
_NEWER_VERDICT = t.consensus.alias("newer_consensus")
_VERDICTS = sa.select(t.consensus.c.audit_id, t.consensus.c.norm, t.consensus.c.verdict).where(
    t.consensus.c.audit_id.in_(_AUDITS),
    ~sa.exists().where(
        _NEWER_VERDICT.c.audit_id == t.consensus.c.audit_id,
        _NEWER_VERDICT.c.norm == t.consensus.c.norm,
        _NEWER_VERDICT.c.version > t.consensus.c.version,
    ),
)
_PAIR = pairs.audit_pair
#: The halves of a combination keep their findings under one of them.
_STRONG = (
    sa.select(t.audit.c.id.label("audit_id"), t.finding_norm.c.norm)
    .select_from(
        t.audit.outerjoin(_PAIR, _PAIR.c.companion_id == t.audit.c.id)
        .join(t.finding_norm, t.finding_norm.c.audit_id == sa.func.coalesce(_PAIR.c.host_id, t.audit.c.id))
        .join(t.finding, t.finding.c.id == t.finding_norm.c.finding_id)
    )
    .where(
        t.audit.c.id.in_(_AUDITS),
        t.finding.c.tone == Tone.STRONG.value,
        t.finding.c.withdrawn_at.is_(None),
    )
    .distinct()
)
_PUBLISHED = sa.select(_PUBLICATION).order_by(_PUBLICATION.c.ends_on.desc(), _PUBLICATION.c.id.desc())
_GROUPS = (
    sa.select(_CELL.c.level, _CELL.c.size, _CELL.c.variant, _CELL.c.ci_id)
    .where(_CELL.c.publication_id == sa.bindparam("publication"))
    .distinct()
)
_CELLS = sa.select(_CELL).where(_CELL.c.publication_id == sa.bindparam("publication"))
_ONE_GROUP = _CELLS.where(
    _CELL.c.level == sa.bindparam("level"), _CELL.c.size == sa.bindparam("size"),
    _CELL.c.variant == sa.bindparam("variant"), _CELL.c.ci_id == sa.bindparam("ci"),
)  # fmt: skip
#: What a member is compared with, in one statement.
_COMPARABLE = _CELLS.where(
    sa.or_(
        _CELL.c.level == Level.ALL.value,
        sa.and_(_CELL.c.level == Level.SIZE.value, _CELL.c.size == sa.bindparam("size")),
        sa.and_(
            _CELL.c.level == Level.COMPARABLE.value,
            _CELL.c.size == sa.bindparam("size"),
            _CELL.c.variant == sa.bindparam("variant"),
        ),
    )
)
_OWN_SOURCE = sa.select(_SOURCE).where(
    _SOURCE.c.publication_id == sa.bindparam("publication"), _SOURCE.c.organisation_id == _OWN, _SOURCE.c.is_counted
)
_SHARED = (
    sa.select(_POINT)
    .join(_CONSENT, _CONSENT.c.organisation_id == _POINT.c.organisation_id)
    .where(
        _POINT.c.framework == sa.bindparam("framework"),
        _POINT.c.chosen_at < sa.bindparam("before", type_=t.Moment),
        _CONSENT.c.takes_part,
        _CONSENT.c.shares_points,
        _NEWEST_CONSENT,
    )
)


class SqlTrends(Reach):
    """Implements `storage.trend_interfaces.Trends`."""

    @property
    def _rules(self) -> TrendRules:
        return self._work.audit_rules.trends

    # ------------------------------------------------------------------------------------------------ consent

    def consent(self) -> Consent:
        """Return what the actor's organisation agreed to; for its coordinators and colleagues."""
        return self._consent(self._member())

    def decide(self, *, takes_part: bool, shares_points: bool, at: datetime, seen: int) -> Consent:
        """Record what the organisation agrees to; who stops leaves all that was published at once."""
        organisation = self._member(Permission.MANAGE_ORGANISATION)
        self._work.execute(_HELD, {"organisations": [organisation]}).all()
        now = self._consent(organisation)
        wanted = (takes_part, takes_part and shares_points)
        if (now.takes_part, now.shares_points) == wanted:
            return now
        if now.version != seen:
            raise DecidedMeanwhile(now)
        values = {
            "organisation_id": organisation, "version": now.version + 1, "takes_part": wanted[0],
            "shares_points": wanted[1], "decided_by": self._actor.person, "decided_at": at,
        }  # fmt: skip
        self._work.execute(_CONSENT.insert(), values)
        self._audit(_ACTIONS[wanted], f"organisation:{organisation}", at)
        if not wanted[1]:
            self._work.execute(_POINT.delete().where(_POINT.c.organisation_id == organisation))
        if not wanted[0]:
            leave_publications(self._work, organisation)
        return self._consent(organisation)

    def _consent(self, organisation: OrganisationId) -> Consent:
        row = self._work.execute(_OWN_CONSENT, {"own_organisation": organisation}).first()
        if row is None:
            return Consent()
        return Consent(row.takes_part, row.shares_points, row.version, local_day(row.decided_at))

    def _member(self, permission: Permission = Permission.ANSWER) -> OrganisationId:
        """Return the member organisation of the actor. Raises NotAllowed."""
        organisation = self._actor.organisation
        if organisation is None or organisation.kind is not OrganisationKind.MEMBER:
            raise NotAllowed("trends")
        return self._require(permission)

    # ------------------------------------------------------------------------------------------------ free text

    def sharable(self) -> tuple[SharablePoint, ...]:
        """Return the strong points of the newest final report, for the coordinator to choose from."""
        organisation = self._member(Permission.MANAGE_ORGANISATION)
        found = self._strengths()
        if found is None:
            return ()
        audit, lines = found
        known = sa.select(_POINT.c.number).where(_POINT.c.organisation_id == organisation, _POINT.c.audit_id == audit)
        shared = set(self._work.execute(known).scalars())
        return tuple(SharablePoint(audit, number, line, number in shared) for number, line in enumerate(lines, 1))

    def share(self, audit: AuditId, number: int, at: datetime, *, is_shared: bool) -> None:
        """Share one strong point as it was seen, or take it back; only with consent for it."""
        organisation = self._member(Permission.MANAGE_ORGANISATION)
        own = sa.and_(_POINT.c.organisation_id == organisation, _POINT.c.audit_id == audit, _POINT.c.number == number)
        if not is_shared:
            if self._work.execute(_POINT.delete().where(own)).rowcount:
                self._audit("trend_point_taken_back", f"audit:{audit}:{number}", at)
            return
        found = next((one for one in self.sharable() if (one.audit, one.number) == (audit, number)), None)
        if found is None or not self._consent(organisation).shares_points:
            raise NotAllowed("point")
        place = point_place(organisation, audit, number)
        row = self._work.execute(sa.select(t.audit.c.framework).where(t.audit.c.id == audit)).one()
        values = {
            "organisation_id": organisation, "audit_id": audit, "number": number, "framework": row.framework,
            "text_sealed": self._work.vault.seal(organisation_scope(organisation), place, found.text),
            "chosen_by": self._actor.person, "chosen_at": at,
        }  # fmt: skip
        self._work.execute(self._work.upsert(_POINT).values(values).on_conflict_do_nothing())
        self._audit("trend_point_shared", f"audit:{audit}:{number}", at)

    def _strengths(self) -> tuple[AuditId, tuple[str, ...]] | None:
        """Return the strong points in part A of the newest final report that was sent to the actor's organisation."""
        reports = self._work.reports(self._actor)
        row = self._work.execute(_OWN_FINAL.limit(1), {"own_organisation": self._organisation()}).first()
        versions = reports.versions(AuditId(row.id)) if row is not None else ()
        final = next((version for version in versions if version.moment is Moment.FINAL), None)
        if final is None:
            return None
        fields = {field.id for field in self._work.audit_rules.report.fields if field.prefill is Prefill.STRONG}
        parts = reports.content(final.id).part_a
        said = [line.text for part in parts for line in part.lines if line.field in fields]
        return final.audit, tuple(line for text in said for line in lines_of(text))

    # ------------------------------------------------------------------------------------------------ published

    def publications(self) -> tuple[Publication, ...]:
        """Return what was published, the newest first."""
        self._require(Permission.SEE_TRENDS)
        return tuple(_publication(row) for row in self._work.execute(_PUBLISHED).all())

    def groups(self, publication: PublicationId) -> tuple[Group, ...]:
        """Return the groups that the actor may see, the widest first."""
        levels, found = list(Level), [_group(row) for row in self._work.execute(_GROUPS, {"publication": publication})]
        sizes = [size.id for size in self._rules.sizes]
        mine = [group for group in found if self._may_see(group)]

        def place(group: Group) -> tuple[int, int, str]:
            size = sizes.index(group.size) if group.size in sizes else len(sizes)
            return levels.index(group.level), size, group.variant or ""

        return tuple(sorted(mine, key=place))

    def cells(self, publication: PublicationId, group: Group) -> tuple[Cell, ...]:
        """Return the cells of a group that the actor may see."""
        if not self._may_see(group):
            raise NotAllowed("group")
        values = {"publication": publication} | _columns(group)
        values = {name: values[column] for name, column in _NAMED.items()}
        return tuple(map(_cell, self._work.execute(_ONE_GROUP, values).all()))

    def _may_see(self, group: Group) -> bool:
        """Say whether a group is the actor's to see: the secretariat of SWN the branch, a CI its own audits."""
        own = self._require(Permission.SEE_TRENDS)
        organisation = self._actor.organisation
        kind = organisation.kind if organisation else None
        if kind is OrganisationKind.CI:
            return group.level is Level.CI and group.ci == own
        return kind is OrganisationKind.SWN and group.level is not Level.CI

    def points(self, framework: FrameworkId) -> tuple[str, ...]:
        """Return the strong points that organisations share, without names, once enough of them do."""
        if not self._reads_points():
            raise NotAllowed("points")
        newest = self._newest(framework)
        if newest is None:
            return ()
        rows = self._work.execute(_SHARED, {"framework": framework, "before": newest.published_at}).all()
        if len({row.organisation_id for row in rows}) < self._rules.min_organisations:
            return ()
        opened = self._work.vault.open
        texts = (opened(point_place(row.organisation_id, row.audit_id, row.number), row.text_sealed) for row in rows)
        return tuple(sorted(set(texts), key=str.casefold))

    def _reads_points(self) -> bool:
        organisation = self._actor.organisation
        if organisation is not None and organisation.kind is OrganisationKind.SWN:
            return self._may(Permission.SEE_TRENDS)
        is_member = organisation is not None and organisation.kind is OrganisationKind.MEMBER
        return is_member and self._may(Permission.ANSWER) and self.consent().takes_part

    def _newest(self, framework: FrameworkId | None) -> Any:
        of_framework = _PUBLISHED if framework is None else _PUBLISHED.where(_PUBLICATION.c.framework == framework)
        return self._work.execute(of_framework.limit(1)).first()

    # ------------------------------------------------------------------------------------------------ a member

    def beside(self, framework: FrameworkId | None = None) -> Beside | None:
        """Return how others do beside the actor's organisation; None when it takes no part, or nothing is there."""
        organisation = self._member()
        newest = self._newest(framework) if self._consent(organisation).takes_part else None
        if newest is None:
            return None
        size, variant, own = self._own(newest, organisation)
        values = {"publication": newest.id, "size": size, "variant": variant.value if variant else ""}
        cells: dict[NormId, list[Cell]] = defaultdict(list)
        for row in self._work.execute(_COMPARABLE, values).all():
            cells[NormId(row.norm)].append(_cell(row))
        groups = comparable_groups(size, variant)
        found = {norm: benchmark(own_cells, groups, own, self._rules) for norm, own_cells in cells.items()}
        return Beside(
            _publication(newest), size, {norm: beside for norm, beside in found.items() if beside is not None}
        )

    def _own(self, newest: Any, organisation: OrganisationId) -> tuple[str, Variant | None, AuditFacts | None]:
        """Return size and variant of the organisation, and what it brought in itself."""
        values = {"publication": newest.id, "own_organisation": organisation}
        source = self._work.execute(_OWN_SOURCE, values).first()
        if source is not None:
            [own] = _with_verdicts(self._work, [_fact(source, source.audit_id, source.size)])
            return source.size, Variant(source.variant), own
        found = {"own_organisation": organisation, "framework": newest.framework}
        row = self._work.execute(_OWN_FINAL_OF, found).first()
        if row is None:
            return "", None, None
        return self._rules.size_of(_fte(self._work, row)), Variant(row.variant), None


_ACTIONS = {
    (False, False): "trends_left",
    (True, False): "trends_joined",
    (True, True): "trends_joined_with_points",
}


# ------------------------------------------------------------------------------------------------ publishing


def publish_due(work: SqlWork, now: datetime) -> int:
    """Publish the period that is over, of every framework of which enough is known; returns how many were published.

    It may run as often as one likes: a framework is published once per period, and each report is counted once.
    """
    rules, today = work.audit_rules.trends, local_day(now)
    period = rules.newest_period(today)
    done = sa.select(_PUBLICATION.c.framework).where(_PUBLICATION.c.ends_on == period.ends_on)
    published = set(work.execute(done).scalars())
    values = {"oldest": rules.oldest_report(period), "newest": period.ends_on}
    rows = [row for row in work.execute(_ELIGIBLE, values).all() if row.framework not in published]
    if not _frameworks(rows, rules):
        return 0
    work.execute(_HELD, {"organisations": sorted({row.organisation_id for row in rows})}).all()
    rows = [row for row in work.execute(_ELIGIBLE, values).all() if row.framework not in published]
    frameworks = _frameworks(rows, rules)
    for framework in frameworks:
        _publish(work, framework, [row for row in rows if row.framework == framework], period.ends_on, now)
    return len(frameworks)


def _frameworks(rows: Sequence[Any], rules: TrendRules) -> list[str]:
    """Return the frameworks of which enough organisations have a report."""
    organisations: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        organisations[row.framework].add(row.organisation_id)
    return sorted(found for found, known in organisations.items() if len(known) >= rules.min_organisations)


def _publish(work: SqlWork, framework: str, rows: Sequence[Any], ends_on: date, now: datetime) -> None:
    values = {"framework": framework, "ends_on": ends_on, "published_at": now}
    insert = work.upsert(_PUBLICATION).values(values).on_conflict_do_nothing()
    publication = work.execute(insert.returning(_PUBLICATION.c.id)).scalar()
    if publication is None:
        return  # another process was first
    rules = work.audit_rules.trends
    facts = _with_verdicts(work, [_fact(row, row.id, rules.size_of(_fte(work, row))) for row in rows])
    newest = newest_of_each(facts)
    counted = {fact.audit for fact in newest}
    sources = [
        {"audit_id": fact.audit, "publication_id": publication, "organisation_id": fact.organisation,
         "ci_id": fact.ci, "size": fact.size, "variant": fact.variant.value, "final_on": fact.final_on,
         "is_counted": fact.audit in counted}
        for fact in facts
    ]  # fmt: skip
    work.execute(_SOURCE.insert(), sources)
    cells = [
        {"publication_id": publication, "norm": cell.norm, "applies": cell.applies,
         "improvements": cell.improvements, "not_met": cell.not_met, "strong": cell.strong} | _columns(cell.group)
        for cell in publish(newest, rules)
    ]  # fmt: skip
    if cells:
        work.execute(_CELL.insert(), cells)
    work.add(t.audit_trail, at=now, action="trends_published", subject=f"publication:{publication}")


def _fact(row: Any, audit: int, size: str) -> AuditFacts:
    """Return what is known of an audit beside its verdicts."""
    return AuditFacts(
        AuditId(audit), OrganisationId(row.organisation_id), OrganisationId(row.ci_id), row.final_on, size,
        Variant(row.variant), {},
    )  # fmt: skip


def _with_verdicts(work: SqlWork, facts: Iterable[AuditFacts]) -> list[AuditFacts]:
    """Return the same facts with verdicts and strong points: two statements, however many there are."""
    found = list(facts)
    audits = {"audits": [fact.audit for fact in found]}
    verdicts: dict[int, dict[NormId, Verdict]] = defaultdict(dict)
    for row in work.execute(_VERDICTS, audits).all():
        verdicts[row.audit_id][NormId(row.norm)] = Verdict(row.verdict)
    strong: dict[int, set[NormId]] = defaultdict(set)
    for row in work.execute(_STRONG, audits).all():
        strong[row.audit_id].add(NormId(row.norm))
    return [
        AuditFacts(
            fact.audit, fact.organisation, fact.ci, fact.final_on, fact.size, fact.variant, verdicts[fact.audit],
            frozenset(strong[fact.audit]),
        )
        for fact in found
    ]  # fmt: skip


def _fte(work: SqlWork, row: Any) -> Fraction:
    """Return the fte of the scope, 0 when it is not known."""
    text = work.vault.open(f"audit.details:{row.id}", row.details_sealed)
    parts = json.loads(text).get("parts", []) if text else []
    counted = (Headcount(kind, Fraction(amount), FteUnit(unit)) for kind, amount, unit in parts)
    return fte_of(counted, work.audit_rules.days).fte.total


# ------------------------------------------------------------------------------------------------ leaving


def leave_publications(work: SqlWork, organisation: OrganisationId) -> None:
    """Take an organisation out of all that was published: every cell that it is in goes, and is never made again."""
    own = _SOURCE.c.organisation_id == organisation
    for source in work.execute(sa.select(_SOURCE).where(own, _SOURCE.c.is_counted)).all():
        its = sa.or_(
            _CELL.c.level == Level.ALL.value,
            sa.and_(_CELL.c.level == Level.SIZE.value, _CELL.c.size == source.size),
            sa.and_(_CELL.c.level == Level.CI.value, _CELL.c.ci_id == source.ci_id),
            sa.and_(
                _CELL.c.level == Level.COMPARABLE.value,
                _CELL.c.size == source.size,
                _CELL.c.variant == source.variant,
            ),
        )
        work.execute(_CELL.delete().where(_CELL.c.publication_id == source.publication_id, its))
    work.execute(_SOURCE.delete().where(own))


def forget_trends(work: SqlWork, organisation: OrganisationId) -> None:
    """Erase what is kept of an organisation for trends, with everything that was published of it."""
    leave_publications(work, organisation)
    for table in (_POINT, _CONSENT):
        work.execute(table.delete().where(table.c.organisation_id == organisation))


def trend_choices_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what a person decided about trends, for the export of their data."""
    decided = sa.select(_CONSENT).where(_CONSENT.c.decided_by == person).order_by(_CONSENT.c.decided_at)
    chosen = sa.select(_POINT.c.audit_id, _POINT.c.number, _POINT.c.chosen_at).where(_POINT.c.chosen_by == person)
    return [
        {"organisation_id": row.organisation_id, "takes_part": row.takes_part, "shares_points": row.shares_points,
         "at": row.decided_at.isoformat()}
        for row in work.execute(decided).all()
    ] + [
        {"audit_id": row.audit_id, "shared_point": row.number, "at": row.chosen_at.isoformat()}
        for row in work.execute(chosen).all()
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ rows

_NAMED = {"publication": "publication", "level": "level", "size": "size", "variant": "variant", "ci": "ci_id"}


def _columns(group: Group) -> dict[str, Any]:
    """Return how a group is written in a row."""
    variant = group.variant.value if group.variant else ""
    return {"level": group.level.value, "size": group.size, "variant": variant, "ci_id": group.ci or 0}


def _group(row: Any) -> Group:
    variant = Variant(row.variant) if row.variant else None
    return Group(Level(row.level), row.size, variant, OrganisationId(row.ci_id) if row.ci_id else None)


def _cell(row: Any) -> Cell:
    return Cell(NormId(row.norm), _group(row), row.applies, row.improvements, row.not_met, row.strong)


def _publication(row: Any) -> Publication:
    return Publication(PublicationId(row.id), FrameworkId(row.framework), row.ends_on)


def point_place(organisation: int, audit: int, number: int) -> str:
    """Return where a shared strong point is sealed."""
    return f"trend_point.text:{organisation}:{audit}:{number}"
