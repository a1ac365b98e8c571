"""The evaluation after an audit: each person's own answers, and counts of them for the certifying body.

Who may look back is a condition of the statement that finds the audit: a seat in the team with both statements, or a
role at the member. Counts come grouped out of the database, so that no single answer ever leaves it for somebody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.audit_evaluation import (
    ASKED,
    STAGES_LOOKED_BACK_ON,
    EvaluationRules,
    OwnEvaluation,
    ScoreCount,
    Side,
    SideResult,
    Window,
    results,
)
from domain.dates import add_months
from domain.periods import Period
from domain.process import EventKind
from domain.roles import OrganisationKind, Permission, PersonId, Role
from storage.evaluation_interfaces import EvaluationAsk, EvaluationOver, Lookback
from storage.interfaces import NotAllowed
from storage.sql import evaluation_tables as e
from storage.sql import pair_tables as pairs
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql.audit_reach import ACCEPTED, AUDITING_ROLES, audit_scope
from storage.sql.process_events import recorded_events
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

SUBJECT = "evaluation"  # what an evaluation is called among the subjects of reminders
MAX_REMARK = 2000

_AUDIT: Any = sa.bindparam("audit")
_PERSON: Any = sa.bindparam("person")
_OWN: Any = sa.bindparam("own_organisation")
_MEMBER, _CI = t.organisation.alias("audited"), t.organisation.alias("body")
LAST_DAY = (
    sa.select(sa.func.max(t.audit_day.c.on)).where(t.audit_day.c.audit_id == t.audit.c.id).correlate(t.audit)
).scalar_subquery()
#: An audit that there is something to look back on, with who was audited and by whom.
AUDITS = (
    sa.select(
        t.audit.c.id, t.audit.c.ci_id, t.audit.c.organisation_id, LAST_DAY.label("last_day"),
        _MEMBER.c.name_sealed.label("audited_name"), _CI.c.name_sealed.label("body_name"),
    )
    .select_from(
        t.audit.join(_MEMBER, _MEMBER.c.id == t.audit.c.organisation_id).join(_CI, _CI.c.id == t.audit.c.ci_id)
    )
    .where(t.audit.c.stage.in_([stage.value for stage in STAGES_LOOKED_BACK_ON]), _MEMBER.c.erased_at.is_(None))
)  # fmt: skip
_SEAT = sa.exists().where(
    t.audit_member.c.audit_id == t.audit.c.id,
    t.audit_member.c.person_id == _PERSON,
    t.audit_member.c.removed_at.is_(None),
    *(t.audit_member.c[name].is_not(None) for name in ACCEPTED.values()),
)
_REQUEST = sa.exists().where(
    e.audit_evaluation_request.c.audit_id == t.audit.c.id, e.audit_evaluation_request.c.person_id == _PERSON
)
_REACH = {
    "auditors": sa.and_(t.audit.c.ci_id == _OWN, _SEAT.correlate(t.audit)),
    "coordinator": t.audit.c.organisation_id == _OWN,
    "colleague": sa.and_(t.audit.c.organisation_id == _OWN, _REQUEST.correlate(t.audit)),
}
#: The halves of a combination are one visit, and are looked back on once: under the one that holds the field work.
_HOST = sa.select(pairs.audit_pair.c.host_id).where(pairs.audit_pair.c.companion_id == _AUDIT).scalar_subquery()
_VISIT = t.audit.c.id == sa.func.coalesce(_HOST, _AUDIT)
IS_COMPANION = sa.exists().where(pairs.audit_pair.c.companion_id == t.audit.c.id).correlate(t.audit)
_ONE = {name: AUDITS.where(_VISIT, condition) for name, condition in _REACH.items()}
_GIVEN = e.audit_evaluation
_OWN_ROW = sa.select(_GIVEN).where(_GIVEN.c.audit_id == _AUDIT, _GIVEN.c.person_id == _PERSON)
_SCORE = e.audit_evaluation_score
_OWN_SCORES = sa.select(_SCORE.c.question, _SCORE.c.score).where(
    _SCORE.c.audit_id == _AUDIT, _SCORE.c.person_id == _PERSON
)
_OF_CI = sa.and_(t.audit.c.id == _GIVEN.c.audit_id, t.audit.c.ci_id == _OWN)
_COUNTS = (
    sa.select(_GIVEN.c.side, _GIVEN.c.closes_on, _SCORE.c.question, _SCORE.c.score, sa.func.count().label("people"))
    .select_from(
        _GIVEN.join(
            _SCORE, sa.and_(_SCORE.c.audit_id == _GIVEN.c.audit_id, _SCORE.c.person_id == _GIVEN.c.person_id)
        ).join(t.audit, _OF_CI)
    )
    .where(_GIVEN.c.closes_on < sa.bindparam("today", type_=sa.Date))
    .group_by(_GIVEN.c.side, _GIVEN.c.closes_on, _SCORE.c.question, _SCORE.c.score)
)
_REMARKS = (
    sa.select(_GIVEN)
    .select_from(_GIVEN.join(t.audit, _OF_CI))
    .where(_GIVEN.c.closes_on < sa.bindparam("today", type_=sa.Date))
)


class _Found(Struct, frozen=True):
    """An audit that the actor may look back on."""

    audit: AuditId
    side: Side
    about: str
    event_on: date | None
    may_ask: bool


class SqlAuditEvaluations(Reach):
    """Implements `storage.evaluation_interfaces.AuditEvaluations`."""

    @property
    def _rules(self) -> EvaluationRules:
        return self._work.audit_rules.evaluation

    # ------------------------------------------------------------------------------------------------ one's own

    def get(self, audit: AuditId, today: date) -> Lookback:
        """Return what the actor answered; also once it is closed. NotAllowed before it opens."""
        found = self._find(audit)
        audit = found.audit
        row = self._work.execute(_OWN_ROW, self._key(audit)).first()
        window = self._window(found, row)
        if window is None or today < window.opens_on:
            raise NotAllowed("audit_evaluation")
        if row is None:
            return Lookback(OwnEvaluation(audit, found.side, window), found.about, found.may_ask)
        scores = {one.question: one.score for one in self._work.execute(_OWN_SCORES, self._key(audit)).all()}
        remark = self._work.vault.open(remark_place(audit, self._actor.person, row.version), row.remark_sealed)
        own = OwnEvaluation(audit, found.side, window, scores, remark, row.is_finished, row.version)
        return Lookback(own, found.about, found.may_ask)

    def score(self, audit: AuditId, question: str, score: int | None, today: date, at: datetime) -> Lookback:
        """Keep 1 to 5 for a question, None to leave it open. Raises EvaluationOver."""
        now = self._writable(audit, today)
        audit = now.own.audit
        if not self._rules.has(now.own.side, question) or score not in (None, *range(1, len(self._rules.answers) + 1)):
            raise NotAllowed("question")
        self._keep(now, at)
        one = self._key(audit) | {"question": question}
        if score is None:
            own = sa.and_(_SCORE.c.audit_id == audit, _SCORE.c.person_id == self._actor.person)
            self._work.execute(_SCORE.delete().where(own, _SCORE.c.question == question))
        else:
            values = {"audit_id": audit, "person_id": one["person"], "question": question, "score": score}
            insert = self._work.upsert(_SCORE).values(values)
            keys = ["audit_id", "person_id", "question"]
            self._work.execute(insert.on_conflict_do_update(index_elements=keys, set_={"score": score}))
        return self.get(audit, today)

    def remark(self, audit: AuditId, text: str, today: date, at: datetime) -> Lookback:
        """Keep a remark; an empty text takes it back. Raises EvaluationOver."""
        now, said = self._writable(audit, today), text.strip()
        if len(said) > MAX_REMARK:
            raise NotAllowed("remark")
        audit, version = now.own.audit, now.own.version + 1
        place = remark_place(audit, self._actor.person, version)
        sealed = self._work.vault.seal(audit_scope(audit), place, said) if said else None
        self._keep(now, at, remark_sealed=sealed, version=version)
        return self.get(audit, today)

    def finish(self, audit: AuditId, today: date, at: datetime) -> Lookback:
        """Keep that the actor needs no reminder any more; answers can still be changed. Raises EvaluationOver."""
        now = self._writable(audit, today)
        if not now.own.is_finished:
            self._keep(now, at, is_finished=True)
            self._audit("audit_evaluated", f"audit:{now.own.audit}", at)
        return replace(now, own=replace(now.own, is_finished=True))

    # ------------------------------------------------------------------------------------------------ colleagues

    def asked(self, audit: AuditId) -> Collection[PersonId]:
        """Return the colleagues who were asked to look back; for the coordinator."""
        found = self._find(audit)
        if not found.may_ask:
            raise NotAllowed("audit_evaluation")
        request = e.audit_evaluation_request
        rows = self._work.execute(sa.select(request.c.person_id).where(request.c.audit_id == found.audit))
        return frozenset(map(PersonId, rows.scalars()))

    def ask(self, audit: AuditId, membership: MembershipId, today: date, at: datetime) -> EvaluationAsk | None:
        """Ask a colleague and return the message to them; None when they were asked already or can't be reached."""
        now = self._writable(audit, today)
        audit = now.own.audit
        people = self._work.people(self._actor)
        colleague = people.colleague(membership)
        if not now.may_ask or colleague.role is not Role.COLLEAGUE:
            raise NotAllowed("membership")
        chat = people.chat_of(colleague.person) if colleague.is_reachable else None
        if chat is None:
            return None
        values = {"audit_id": audit, "person_id": colleague.person, "asked_by": self._actor.person, "asked_at": at}
        insert = self._work.upsert(e.audit_evaluation_request).values(values).on_conflict_do_nothing()
        if self._work.execute(insert.returning(e.audit_evaluation_request.c.person_id)).first() is None:
            return None
        note_said(self._work, audit, colleague.person, now.own.window.closes_on, [ASKED], at)
        self._audit("audit_evaluation_asked", f"audit:{audit}", at)
        closes_on = now.own.window.closes_on
        return EvaluationAsk(
            colleague.person, chat, membership, audit, Side.MEMBER, now.about, closes_on, is_reminder=False
        )

    # ------------------------------------------------------------------------------------------------ the CI

    def results(self, today: date) -> tuple[SideResult, ...]:
        """Return what was answered about the audits of the actor's CI, the newest period first."""
        self._of_ci(Permission.SEE_EVALUATIONS)
        counts = [
            ScoreCount(Side(row.side), row.closes_on, row.question, row.score, row.people)
            for row in self._work.execute(_COUNTS, {"own_organisation": self._organisation(), "today": today}).all()
        ]
        return results(counts, self._rules, today)

    def remarks(self, today: date) -> Mapping[tuple[Period, Side], tuple[str, ...]]:
        """Return the remarks of periods that are over, in an order that tells nothing; for the quality officer."""
        self._of_ci(Permission.READ_REMARKS)
        people: Counter[tuple[Period, Side]] = Counter()
        texts: dict[tuple[Period, Side], list[str]] = defaultdict(list)
        for row in self._work.execute(_REMARKS, {"own_organisation": self._organisation(), "today": today}).all():
            period = Period.of(row.closes_on, self._rules.period_months)
            if not period.is_over(today):
                continue
            people[period, Side(row.side)] += 1
            place = remark_place(AuditId(row.audit_id), PersonId(row.person_id), row.version)
            if text := self._work.vault.open(place, row.remark_sealed):
                texts[period, Side(row.side)].append(text)
        enough = {key for key, count in people.items() if count >= self._rules.min_answers}
        return {key: tuple(sorted(found, key=str.casefold)) for key, found in texts.items() if key in enough}

    # ------------------------------------------------------------------------------------------------ parts

    def _of_ci(self, permission: Permission) -> None:
        self._require(permission)
        organisation = self._actor.organisation
        if organisation is None or organisation.kind is not OrganisationKind.CI:
            raise NotAllowed(permission.value)

    def _key(self, audit: AuditId) -> dict[str, Any]:
        return {"audit": audit, "person": self._actor.person}

    def _find(self, audit: AuditId) -> _Found:
        """Return the audit when the actor may look back on it. Raises NotAllowed."""
        reach = self._side()
        values = self._key(audit) | {"own_organisation": self._organisation()}
        row = self._work.execute(_ONE[reach], values).first() if reach else None
        if row is None:
            raise NotAllowed("audit")
        side, visit = Side.AUDITORS if reach == "auditors" else Side.MEMBER, AuditId(row.id)
        event_on = row.last_day if side is Side.AUDITORS else final_on(self._work, visit)
        return _Found(visit, side, name_beside(self._work, row, side), event_on, may_ask=reach == "coordinator")

    def _side(self) -> str | None:
        """Return from which side the actor looks back, None for who has no part in audits."""
        organisation, role = self._actor.organisation, self._actor.role
        kind = organisation.kind if organisation else None
        if kind is OrganisationKind.CI and role in AUDITING_ROLES:
            return "auditors"
        if kind is OrganisationKind.MEMBER and role in (Role.COORDINATOR, Role.COLLEAGUE):
            return role.value
        return None

    def _window(self, found: _Found, row: Any) -> Window | None:
        """Return the window; once somebody answered it closes on the day that was told then."""
        if row is not None:
            return Window(row.closes_on - timedelta(days=self._rules.sides[found.side].open_days), row.closes_on)
        return self._rules.window(found.side, found.event_on) if found.event_on else None

    def _writable(self, audit: AuditId, today: date) -> Lookback:
        now = self.get(audit, today)
        if not now.own.window.is_open(today):
            raise EvaluationOver
        return now

    def _keep(self, now: Lookback, at: datetime, **changes: Any) -> None:
        """Make the row of the actor, or change it."""
        own = now.own
        values = {
            "audit_id": own.audit, "person_id": self._actor.person, "side": own.side.value,
            "closes_on": own.window.closes_on, "is_finished": False, "version": 0, "changed_at": at,
        } | changes  # fmt: skip
        insert = self._work.upsert(_GIVEN).values(values)
        self._work.execute(
            insert.on_conflict_do_update(index_elements=["audit_id", "person_id"], set_={"changed_at": at, **changes})
        )


# ------------------------------------------------------------------------------------------------ shared


def final_on(work: SqlWork, audit: AuditId) -> date | None:
    """Return the day on which the report of an audit became final, None as long as it is not."""
    events = recorded_events(work, audit)
    return next((event.on for event in events if event.kind is EventKind.FINDINGS_FINAL), None)


def name_beside(work: SqlWork, row: Any, side: Side) -> str:
    """Return whom one side looks back on: the auditors on who was audited, the member on who audited."""
    if side is Side.AUDITORS:
        return work.vault.open(f"organisation.name:{row.organisation_id}", row.audited_name)
    return work.vault.open(f"organisation.name:{row.ci_id}", row.body_name)


def note_said(
    work: SqlWork, audit: AuditId, person: PersonId, closes_on: date, rungs: Collection[str], at: datetime
) -> None:
    """Keep that somebody was asked or reminded, so that it is said once."""
    rows = [
        {"subject_kind": SUBJECT, "subject_id": audit, "term": SUBJECT, "due_on": closes_on, "rung": rung,
         "person_id": person, "sent_at": at}
        for rung in rungs
    ]  # fmt: skip
    if rows:
        work.execute(work.upsert(p.reminder_sent).on_conflict_do_nothing(), rows)


def remark_place(audit: AuditId, person: PersonId, version: int) -> str:
    """Return where a remark is sealed."""
    return f"audit_evaluation.remark:{audit}:{person}:{version}"


def evaluations_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return what a person answered about audits, for the export of their data."""
    scores: dict[int, dict[str, int]] = defaultdict(dict)
    for one in work.execute(sa.select(_SCORE).where(_SCORE.c.person_id == person)).all():
        scores[one.audit_id][one.question] = one.score
    rows = work.execute(sa.select(_GIVEN).where(_GIVEN.c.person_id == person).order_by(_GIVEN.c.audit_id)).all()
    return [
        {
            "audit_id": row.audit_id, "side": row.side, "closes_on": row.closes_on.isoformat(),
            "scores": scores[row.audit_id],
            "remark": work.vault.open(remark_place(AuditId(row.audit_id), person, row.version), row.remark_sealed),
            "at": row.changed_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip


def forget_evaluations(work: SqlWork, person: PersonId) -> None:
    """Erase a person's remarks; their scores stay in the counts, as of somebody without a name."""
    work.execute(_GIVEN.update().where(_GIVEN.c.person_id == person).values(remark_sealed=None))


def forget_evaluations_of(work: SqlWork, organisation: int) -> None:
    """Erase what was remarked about the audits of a member organisation, by its own people and by the auditors.

    Scores stay, as numbers without a name: a count that was seen before and is one less now would give one away.
    """
    audits = sa.select(t.audit.c.id).where(t.audit.c.organisation_id == organisation)
    work.execute(_GIVEN.update().where(_GIVEN.c.audit_id.in_(audits)).values(remark_sealed=None))
    request = e.audit_evaluation_request
    work.execute(request.delete().where(request.c.audit_id.in_(audits)))


def purge_remarks(work: SqlWork, today: date) -> int:
    """Erase remarks that were kept as long as the content says; returns how many."""
    before = add_months(today, -work.audit_rules.evaluation.keep_months)
    old = sa.and_(_GIVEN.c.closes_on < before, _GIVEN.c.remark_sealed.is_not(None))
    return work.execute(_GIVEN.update().where(old).values(remark_sealed=None)).rowcount
