"""Reading and writing the rows of appeals; for stores that have established that the actor may see them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.appeals import (
    Appeal,
    AppealChannel,
    AppealId,
    AppealState,
    AppealStep,
    Contested,
    Inadmissible,
    Involved,
    Lodging,
    same_process,
)
from domain.audit import AuditId, AuditKind
from domain.cases import CaseKind, CaseLine, CaseRow
from domain.process import EventKind, ProcessEvent
from domain.roles import OrganisationId, PersonId, Role
from domain.working_days import local_day
from storage.appeal_interfaces import AppealLetter, AppealView, LogLine, Told
from storage.register_interfaces import Decision
from storage.sql import appeal_tables as a
from storage.sql import register_tables as r
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.certificates import decision_place

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AUDIT: Any = sa.bindparam("audit")
_APPEAL: Any = sa.bindparam("appeal")
_ENDS = (AppealStep.REJECT, AppealStep.CLOSE)
_UNDER_WAY = tuple(
    state.value
    for state in AppealState
    if not state.is_over and state not in (AppealState.DECIDED_CHANGED, AppealState.DECIDED_UNCHANGED)
)
_RUNNING = sa.select(a.appeal.c.id).where(a.appeal.c.audit_id == _AUDIT, a.appeal.c.state.in_(_UNDER_WAY)).limit(1)
_TREATED = sa.select(a.appeal.c.id, a.appeal.c.decision_version, a.appeal.c.new_version).where(
    a.appeal.c.audit_id == _AUDIT, a.appeal.c.state != AppealState.REJECTED.value
)
_DECISIONS = sa.select(r.ci_decision).where(r.ci_decision.c.audit_id == _AUDIT).order_by(r.ci_decision.c.version)
_STEPS = (
    sa.select(a.appeal_step, t.person.c.name_sealed)
    .join(t.person, t.person.c.id == a.appeal_step.c.taken_by)
    .where(a.appeal_step.c.appeal_id == _APPEAL)
    .order_by(a.appeal_step.c.number)
)
_EFFECTS = sa.select(a.appeal_effect.c.effect).where(a.appeal_effect.c.appeal_id == _APPEAL)
_LETTER = sa.select(a.appeal_letter).where(
    a.appeal_letter.c.audit_id == _AUDIT, a.appeal_letter.c.decision_version == sa.bindparam("version")
)
_SIBLINGS = t.audit.alias("sibling")
_OF_BOTH = (
    sa.select(_SIBLINGS.c.id, _SIBLINGS.c.kind, _SIBLINGS.c.organisation_id)
    .join(
        t.audit,
        sa.and_(t.audit.c.organisation_id == _SIBLINGS.c.organisation_id, t.audit.c.ci_id == _SIBLINGS.c.ci_id),
    )
    .where(t.audit.c.id == _AUDIT)
)
_AMONG: Any = sa.bindparam("audits", expanding=True)
_SEATS = sa.select(t.audit_member.c.person_id, t.audit_member.c.role).where(t.audit_member.c.audit_id.in_(_AMONG))
#: Who took a decision on appeal had no part in the one before.
_DECIDERS = sa.select(r.ci_decision.c.decided_by).where(
    r.ci_decision.c.audit_id.in_(_AMONG),
    ~sa.exists().where(
        a.appeal.c.audit_id == r.ci_decision.c.audit_id, a.appeal.c.new_version == r.ci_decision.c.version
    ),
)
_LOOKING_IN = (Role.READER.value, Role.VISITOR.value, Role.OPERATOR.value)
_OWN: Any = sa.bindparam("organisation")
_BELONGING = sa.select(t.membership.c.person_id).where(
    t.membership.c.organisation_id == _OWN,
    t.membership.c.role.not_in(_LOOKING_IN),
)
_DECLARED = sa.select(t.tie.c.person_id).where(t.tie.c.organisation_id == _OWN)


def is_under_appeal(work: SqlWork, audit: AuditId) -> bool:
    """Say whether an appeal against a decision on this audit still has to be decided."""
    return work.execute(_RUNNING, {"audit": audit}).first() is not None


def decisions_of(work: SqlWork, audit: AuditId) -> tuple[Decision, ...]:
    """Return every version of the decision on an audit, the oldest first."""
    return tuple(
        Decision(
            audit, row.is_positive, row.on, work.vault.open(decision_place(audit, row.version), row.reason_sealed),
            PersonId(row.decided_by), row.version,
        )
        for row in work.execute(_DECISIONS, {"audit": audit}).all()
    )  # fmt: skip


def contested_of(
    work: SqlWork, decision: Decision, events: Sequence[ProcessEvent]
) -> tuple[Contested, AppealId | None]:
    """Return a decision as one that somebody appeals against, and the appeal that was treated already."""
    rows = work.execute(_TREATED, {"audit": decision.audit}).all()
    own = next((row.id for row in rows if decision.version in (row.decision_version, row.new_version)), None)
    mailed = [event.on for event in events if event.kind is EventKind.DECISION_MAILED]
    mailed_on = next((day for day in mailed if day >= decision.on), None)
    contested = Contested(
        decision.audit, decision.version, decision.on, decision.is_positive, mailed_on, is_final=own is not None
    )
    return contested, AppealId(own) if own is not None else None


def involved_in(work: SqlWork, audit: AuditId) -> Involved:
    """Return who had a part in the decision on an audit, or is tied to whom it is about; whoever left as well."""
    found = work.execute(_OF_BOTH, {"audit": audit}).all()
    group = same_process([(AuditId(row.id), AuditKind(row.kind)) for row in found], audit)
    seats = work.execute(_SEATS, {"audits": list(group)}).all()
    own = {"organisation": found[0].organisation_id}
    tied = {*work.execute(_BELONGING, own).scalars(), *work.execute(_DECLARED, own).scalars()}
    leading = Role.TEAM_LEADER.value
    return Involved(
        deciders=frozenset(map(PersonId, work.execute(_DECIDERS, {"audits": list(group)}).scalars())),
        leaders=frozenset(PersonId(row.person_id) for row in seats if row.role == leading),
        auditors=frozenset(PersonId(row.person_id) for row in seats if row.role != leading),
        tied=frozenset(map(PersonId, tied)),
    )


# ------------------------------------------------------------------------------------------------- one appeal


def read_appeal(work: SqlWork, row: Any) -> Appeal:
    """Return the appeal of a row."""
    lodging = Lodging(row.received_on, AppealChannel(row.channel), row.is_from_holder, row.has_reasons)
    done = work.execute(_EFFECTS, {"appeal": row.id}).scalars() if row.is_changed else ()
    opened = work.vault.open
    return Appeal(
        id=AppealId(row.id), audit=AuditId(row.audit_id), decision=row.decision_version,
        organisation=OrganisationId(row.organisation_id), ci=OrganisationId(row.ci_id), lodging=lodging,
        mailed_on=row.mailed_on, state=AppealState(row.state),
        description=opened(description_place(row.audit_id), row.description_sealed),
        reasons_on=row.reasons_on, rejected_for=_reasons(row.rejected_for),
        handler=PersonId(row.handler_id) if row.handler_id is not None else None,
        conclusion=opened(conclusion_place(row.id), row.conclusion_sealed), decided_on=row.decided_on,
        new_version=row.new_version, done=frozenset(done), is_changed=row.is_changed, version=row.version,
    )  # fmt: skip


def _reasons(written: str) -> tuple[Inadmissible, ...]:
    return tuple(Inadmissible(code) for code in written.split(",")) if written else ()


def values_of(work: SqlWork, appeal: Appeal, scope: str) -> dict[str, Any]:
    """Return what changes in the row of an appeal when it takes a step."""
    place = conclusion_place(appeal.id)
    return {
        "state": appeal.state.value, "version": appeal.version, "reasons_on": appeal.reasons_on,
        "rejected_for": ",".join(appeal.rejected_for), "handler_id": appeal.handler,
        "conclusion_sealed": work.vault.seal(scope, place, appeal.conclusion) if appeal.conclusion else None,
        "decided_on": appeal.decided_on, "is_changed": appeal.is_changed, "new_version": appeal.new_version,
    }  # fmt: skip


def log_of(work: SqlWork, appeal: AppealId) -> tuple[LogLine, ...]:
    """Return every step that was taken, in order."""
    return tuple(
        LogLine(
            row.number, AppealStep(row.step), local_day(row.at), open_name(work, row.taken_by, row.name_sealed),
            Told(row.told),
        )
        for row in work.execute(_STEPS, {"appeal": appeal}).all()
    )  # fmt: skip


def case_row(view: AppealView, written: Collection[AppealChannel], today: date) -> CaseRow:
    """Return an appeal as the casusregister shows it."""
    appeal = view.appeal
    decided = [line.on for line in view.log if line.step in _ENDS]
    return CaseRow(
        kind=CaseKind.APPEAL,
        id=appeal.id,
        number=f"B{appeal.lodging.received_on.year}-{appeal.id}",
        on=appeal.lodging.received_on,
        client=view.organisation.name,
        description=appeal.description,
        state=appeal.state.value,
        is_open=not appeal.state.is_over,
        is_formal_written=appeal.lodging.channel in written,
        handler=view.handler,
        due=view.due,
        is_late=view.due is not None and view.due < today,
        steps=tuple(CaseLine(line.on, line.step.value, _words_of(view, line), line.by) for line in view.log),
        closed_on=decided[-1] if decided else None,
        names=(view.handler,) if view.handler else (),
    )


def _words_of(view: AppealView, line: LogLine) -> str:
    """Return what goes with a step: the conclusion with which it was decided."""
    is_decision = line.step in (AppealStep.UPHOLD, AppealStep.OVERTURN)
    return view.appeal.conclusion if is_decision else ""


def letter_of(work: SqlWork, audit: AuditId, version: int) -> AppealLetter:
    """Return what the appellant wrote so far."""
    row = work.execute(_LETTER, {"audit": audit, "version": version}).first()
    if row is None:
        return AppealLetter(audit, version)
    content = json.loads(work.vault.open(letter_place(audit, version), row.content_sealed))
    return AppealLetter(audit, version, content["grounds"], content["request"])


def purge_letters(work: SqlWork, before: datetime) -> int:
    """Delete letters that were last changed before a moment; what was mailed is with who got it. Return how many."""
    return work.execute(a.appeal_letter.delete().where(a.appeal_letter.c.written_at < before)).rowcount


def appeals_by(work: SqlWork, person: PersonId) -> dict[str, Any]:
    """Return what somebody did in appeals and wrote for a letter, for the export of their data."""
    taken = sa.select(a.appeal_step).where(a.appeal_step.c.taken_by == person).order_by(a.appeal_step.c.at)
    handled = sa.select(a.appeal.c.id, a.appeal.c.conclusion_sealed).where(a.appeal.c.handler_id == person)
    letters = sa.select(a.appeal_letter).where(a.appeal_letter.c.written_by == person)
    return {
        "steps": [
            {"appeal_id": row.appeal_id, "step": row.step, "at": row.at.isoformat()}
            for row in work.execute(taken).all()
        ],
        "conclusions": [
            {"appeal_id": row.id, "text": work.vault.open(conclusion_place(row.id), row.conclusion_sealed)}
            for row in work.execute(handled).all()
            if row.conclusion_sealed
        ],
        "letters": [
            _plain_letter(letter_of(work, AuditId(row.audit_id), row.decision_version), row.written_at)
            for row in work.execute(letters).all()
        ],
    }


def _plain_letter(letter: AppealLetter, at: datetime) -> dict[str, Any]:
    return {"audit_id": letter.audit, "grounds": letter.grounds, "request": letter.request, "at": at.isoformat()}


def description_place(audit: int) -> str:
    """Return where the line for the case register is sealed: at the audit, because the id comes later."""
    return f"appeal.description:{audit}"


def conclusion_place(appeal: int) -> str:
    """Return where the conclusion is sealed."""
    return f"appeal.conclusion:{appeal}"


def letter_place(audit: int, version: int) -> str:
    """Return where the letter of the appellant is sealed."""
    return f"appeal_letter.content:{audit}:{version}"
