"""Appeals: who reaches which, and every step in one transaction with its log, the process and the decision.

A write is: hold the audit, look who the actor is to the appeal, compare with what they saw, let the domain take the
step, store it. Whoever handles an appeal is looked at anew each time: a decider or auditor of the same process, or
somebody with a tie, reaches nothing, also when they became one after the appeal was given to them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from domain.appeals import (
    Appeal,
    AppealHindrance,
    AppealId,
    AppealProcedure,
    AppealRefused,
    AppealState,
    AppealStep,
    Contested,
    HandlerHindrance,
    Inadmissible,
    Lodging,
    assign,
    close,
    complete,
    decide,
    handler_hindrances,
    inadmissible,
    judge_receipt,
    procedure_of,
    review,
    tick,
    treat_by,
)
from domain.audit import AuditId, AuditKind, ProcessId
from domain.case_procedure import CaseProcedure
from domain.cases import CaseRow
from domain.process import EventKind, Period, ProcessEvent
from domain.report import Report, ReportVersion
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role
from domain.working_days import local_day
from storage.appeal_interfaces import (
    AppealChangedMeanwhile,
    AppealLetter,
    AppealView,
    Audience,
    Candidate,
    Contestable,
    Dossier,
    NotMailed,
    Told,
)
from storage.interfaces import NotAllowed
from storage.plan_interfaces import Addressee
from storage.sql import appeal_tables as a
from storage.sql import register_tables as r
from storage.sql import tables as t
from storage.sql.actors import open_name, organisation_scope, read_organisation
from storage.sql.appeal_dossier import dossier_of, report_of
from storage.sql.appeal_people import appeal_addressees, deciders_at
from storage.sql.appeal_reminders import look_again, look_at_appeals_of
from storage.sql.appeal_rows import (
    case_row,
    contested_of,
    decisions_of,
    description_place,
    involved_in,
    letter_of,
    letter_place,
    log_of,
    read_appeal,
    values_of,
)
from storage.sql.audit_reach import audit_scope
from storage.sql.case_settings import procedure_at
from storage.sql.certificates import decision_place
from storage.sql.process_events import add_event, add_version, events_of, recorded_events
from storage.sql.reach import Reach

_APPEAL: Any = sa.bindparam("appeal")
_AUDIT: Any = sa.bindparam("audit")
_OWN: Any = sa.bindparam("own_organisation")
_AUDITED = (
    t.organisation.c.id.label("organisation_id"),
    t.organisation.c.kind,
    t.organisation.c.name_sealed.label("organisation_name"),
    t.organisation.c.member_number_sealed,
    t.organisation.c.is_confirmed,
)
_APPEALS = (
    sa.select(
        *(column for column in a.appeal.c if column.name != "organisation_id"),
        *_AUDITED,
        t.audit.c.kind.label("audit_kind"),
        t.audit.c.process,
    )
    .select_from(
        a.appeal.join(t.audit, t.audit.c.id == a.appeal.c.audit_id).join(
            t.organisation, t.organisation.c.id == a.appeal.c.organisation_id
        )
    )
    .order_by(a.appeal.c.received_on.desc(), a.appeal.c.id.desc())
)
_GIVEN = [state.value for state in AppealState if state.is_with_handler]
_REACH = {
    "member": a.appeal.c.organisation_id == _OWN,
    "ci": a.appeal.c.ci_id == _OWN,
    "handler": sa.and_(
        a.appeal.c.ci_id == _OWN, a.appeal.c.handler_id == sa.bindparam("person"), a.appeal.c.state.in_(_GIVEN)
    ),
}
_IN_REACH = {side: _APPEALS.where(condition) for side, condition in _REACH.items()}
_ONE = {side: found.where(a.appeal.c.id == _APPEAL) for side, found in _IN_REACH.items()}
_DECIDED = (
    sa.select(t.audit.c.id, t.audit.c.ci_id, t.audit.c.kind.label("audit_kind"), *_AUDITED)
    .select_from(t.audit.join(t.organisation, t.organisation.c.id == t.audit.c.organisation_id))
    .where(sa.exists().where(r.ci_decision.c.audit_id == t.audit.c.id), t.organisation.c.erased_at.is_(None))
    .order_by(t.audit.c.id.desc())
)
_DECIDED_FOR = {
    "member": _DECIDED.where(t.audit.c.organisation_id == _OWN),
    "ci": _DECIDED.where(t.audit.c.ci_id == _OWN),
}
_ANY = (
    sa.select(r.ci_decision.c.audit_id)
    .join(t.audit, t.audit.c.id == r.ci_decision.c.audit_id)
    .where(t.audit.c.organisation_id == _OWN)
    .limit(1)
)
_CERTIFICATE = (
    sa.select(r.certificate.c.id).where(r.certificate.c.organisation_id == sa.bindparam("organisation")).limit(1)
)
_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT).with_for_update(key_share=True)
_NAME = sa.select(t.organisation.c.name_sealed).where(t.organisation.c.id == sa.bindparam("organisation"))
_PERSON_NAME = sa.select(t.person.c.name_sealed).where(t.person.c.id == sa.bindparam("person"))
_TARGET = sa.select(a.appeal_target.c.weeks).where(a.appeal_target.c.ci_id == sa.bindparam("ci"))
_OPEN_AT = sa.select(a.appeal).where(a.appeal.c.ci_id == sa.bindparam("ci"), a.appeal.c.decided_on.is_(None))
_LAST_STEP = sa.select(sa.func.max(a.appeal_step.c.number)).where(a.appeal_step.c.appeal_id == _APPEAL)

_SIDES = {
    (OrganisationKind.MEMBER, Role.COORDINATOR): "member",
    (OrganisationKind.CI, Role.CI_ADMIN): "ci",
    (OrganisationKind.CI, Role.OFFICE_MANAGER): "ci",
    (OrganisationKind.CI, Role.QUALITY_OFFICER): "ci",
    (OrganisationKind.CI, Role.APPEAL_HANDLER): "handler",
}
#: Which permission a step asks for.
_NEEDED = {
    AppealStep.REJECT: Permission.RECEIVE_APPEALS,
    AppealStep.ACKNOWLEDGE: Permission.RECEIVE_APPEALS,
    AppealStep.COMPLETE: Permission.RECEIVE_APPEALS,
    AppealStep.CLOSE: Permission.RECEIVE_APPEALS,
    AppealStep.ASSIGN: Permission.ASSIGN_APPEALS,
    AppealStep.REVIEW: Permission.HANDLE_APPEALS,
    AppealStep.UPHOLD: Permission.HANDLE_APPEALS,
    AppealStep.OVERTURN: Permission.HANDLE_APPEALS,
}
_TELLING = (Permission.RECEIVE_APPEALS, Permission.ASSIGN_APPEALS, Permission.HANDLE_APPEALS)
MAX_TEXT = 3500  # what fits one message of Telegram with room to spare


class SqlAppeals(Reach):
    """Implements `storage.appeal_interfaces.Appeals`."""

    # ------------------------------------------------------------------------------------------------ reading

    @cached_property
    def procedure(self) -> AppealProcedure:
        """The procedure for what begins now, with the target of the actor's certifying body."""
        organisation = self._actor.organisation
        is_ci = organisation is not None and organisation.kind is OrganisationKind.CI
        return (
            self._procedure_at(self._organisation()) if is_ci else procedure_of(self._work.audit_rules.cases.standard)
        )

    def _procedure_at(self, ci: OrganisationId) -> AppealProcedure:
        return self._with_target(procedure_at(self._work, ci), ci)

    def _procedure_of(self, row: Any) -> AppealProcedure:
        """Return what an appeal goes by: what its body had chosen when it came in."""
        return self._with_target(self._work.audit_rules.cases.of(row.procedure), row.ci_id)

    def _with_target(self, cases: CaseProcedure, ci: int) -> AppealProcedure:
        weeks = self._work.execute(_TARGET, {"ci": ci}).scalar()
        return procedure_of(cases, Period(weeks=weeks) if weeks else None)

    def all(self) -> tuple[AppealView, ...]:
        """Return every appeal within reach: what is open first, by its date."""
        side = self._side()
        rows = self._rows(_IN_REACH[side]) if side else ()
        views = [self._view(row) for row in rows]
        if side == "handler":
            views = [view for view in views if not view.handler_hindrances]
        return tuple(sorted(views, key=lambda view: (view.appeal.state.is_over, view.due or date.max)))

    def get(self, appeal: AppealId) -> AppealView:
        """Return one appeal, with its log. Raises NotAllowed."""
        side = self._side()
        rows = self._rows(_ONE[side], appeal=appeal) if side else ()
        if not rows:
            raise NotAllowed("appeal")
        view = self._view(rows[0])
        if side == "handler" and view.handler_hindrances:
            raise NotAllowed("handler")
        return view

    def contestables(self) -> tuple[Contestable, ...]:
        """Return the decisions of the actor's organisation, or of its certifying body: the newest first."""
        side = self._side()
        rows = self._rows(_DECIDED_FOR[side]) if side in _DECIDED_FOR else ()
        return tuple(self._contestable(row) for row in rows)

    def contestable(self, audit: AuditId) -> Contestable:
        """Return the decision on one audit as it stands now. Raises NotAllowed."""
        side = self._side()
        rows = self._rows(_DECIDED_FOR[side].where(t.audit.c.id == audit)) if side in _DECIDED_FOR else ()
        if not rows:
            raise NotAllowed("decision")
        return self._contestable(rows[0])

    def case_rows(self, today: date, among: Collection[int] | None = None) -> tuple[CaseRow, ...]:
        """Return appeals within reach as the casusregister shows them: all, or those among these ids."""
        if among is None:
            views: Sequence[AppealView] = self.all()
        else:
            side = self._side()
            statement = _IN_REACH[side].where(a.appeal.c.id.in_(list(among))) if side and among else None
            views = [self._view(row) for row in self._rows(statement)] if statement is not None else []
        return tuple(case_row(view, view.procedure.written, today) for view in views)

    # ------------------------------------------------------------------------------------------- the appellant

    def letter(self, audit: AuditId) -> AppealLetter:
        """Return what was written for the letter against the decision that stands now. Raises NotAllowed."""
        self._require(Permission.LODGE_APPEAL)
        return letter_of(self._work, audit, self.contestable(audit).contested.version)

    def write_letter(
        self, audit: AuditId, at: datetime, *, grounds: str | None = None, request: str | None = None
    ) -> AppealLetter:
        """Keep a part of the letter; None leaves it as it was. Raises NotAllowed."""
        before, organisation = self.letter(audit), self._organisation()
        new = AppealLetter(
            audit, before.decision,
            before.grounds if grounds is None else grounds.strip()[:MAX_TEXT],
            before.request if request is None else request.strip()[:MAX_TEXT],
        )  # fmt: skip
        content = json.dumps({"grounds": new.grounds, "request": new.request}, ensure_ascii=False)
        place = letter_place(audit, new.decision)
        written = {
            "content_sealed": self._work.vault.seal(organisation_scope(organisation), place, content),
            "written_by": self._actor.person, "written_at": at,
        }  # fmt: skip
        key = {"audit_id": audit, "decision_version": new.decision}
        insert = self._work.upsert(a.appeal_letter).values(key | written | {"organisation_id": organisation})
        self._work.execute(insert.on_conflict_do_update(index_elements=list(key), set_=written))
        self._audit("appeal_letter_written", f"audit:{audit}", at)
        return new

    # ---------------------------------------------------------------------------------------------- the office

    def record_mail(self, audit: AuditId, on: date, at: datetime) -> Contestable:
        """Record on which day the decision was mailed. Raises NotAllowed, NotMailed."""
        self._require(Permission.RECEIVE_APPEALS)
        self._hold(audit)
        found = self.contestable(audit).contested
        if on < found.decided_on or on > local_day(at):
            raise NotMailed("day")
        standing = [event for event in recorded_events(self._work, audit) if event.kind is EventKind.DECISION_MAILED]
        for event in standing:
            if event.on != on:
                add_version(self._work, self._actor, replace(_next_version(event), on=on), at)
        if not standing:
            add_event(self._work, self._actor, audit, EventKind.DECISION_MAILED, on, at)
        return self.contestable(audit)

    def receive(self, audit: AuditId, lodging: Lodging, description: str, at: datetime) -> AppealView:
        """Record what came in. Raises NotAllowed, NotMailed, AppealRefused."""
        ci = self._require(Permission.RECEIVE_APPEALS)
        self._hold(audit)
        found = self.contestable(audit)
        if found.contested.mailed_on is None:
            raise NotMailed("mail")
        if lodging.received_on > local_day(at):
            raise AppealRefused(AppealHindrance.AHEAD)
        is_second = found.appeal is not None
        state = AppealState.REJECTED if is_second else AppealState.RECEIVED
        against = inadmissible(lodging, found.contested, self.procedure) if is_second else ()
        text = " ".join(description.split())[:300]
        values = {
            "audit_id": audit, "decision_version": found.contested.version, "organisation_id": found.organisation.id,
            "ci_id": ci, "procedure": procedure_at(self._work, ci).id,
            "state": state.value, "version": 1, "received_on": lodging.received_on,
            "channel": lodging.channel.value, "is_from_holder": lodging.is_from_holder,
            "has_reasons": lodging.has_reasons, "reasons_on": lodging.received_on if lodging.has_reasons else None,
            "mailed_on": found.contested.mailed_on, "rejected_for": ",".join(against),
            "description_sealed": self._seal(audit, description_place(audit), text) if text else None,
            "recorded_by": self._actor.person, "recorded_at": at, "is_changed": False,
        }  # fmt: skip
        made = self._work.execute(a.appeal.insert().values(values).returning(a.appeal.c.id)).scalar_one()
        appeal = AppealId(made)
        self._log(appeal, AppealStep.RECEIVE, at)
        self._keep_due(self.get(appeal).appeal)
        if against:  # a second appeal is never open, not for a moment
            self._log(appeal, AppealStep.REJECT, at)
        return self.get(appeal)

    def against(self, appeal: AppealId) -> tuple[Inadmissible, ...]:
        """Return every reason not to treat an appeal that was received. Raises NotAllowed."""
        return self._against(self.get(appeal))

    def judge_receipt(self, appeal: AppealId, step: AppealStep, at: datetime, *, seen: int) -> AppealView:
        """Acknowledge or reject it, as the reasons say."""
        view = self._held(appeal, step, seen)
        new = judge_receipt(view.appeal, self._against(view), step)
        if step is AppealStep.ACKNOWLEDGE:
            self._enter_receipt(view.appeal, at)
        return self._store(new, step, at)

    def complete(self, appeal: AppealId, on: date, at: datetime, *, seen: int) -> AppealView:
        """Record that the reasons came after all."""
        view = self._held(appeal, AppealStep.COMPLETE, seen)
        if on > local_day(at):
            raise AppealRefused(AppealHindrance.AHEAD)
        return self._store(complete(view.appeal, on), AppealStep.COMPLETE, at)

    def note_told(self, appeal: AppealId, told: Told, at: datetime) -> None:
        """Record that the appellant heard of everything so far that they had not heard of yet. Raises NotAllowed."""
        self.get(appeal)
        if not any(self._may(permission) for permission in _TELLING):
            raise NotAllowed("told")
        waiting = sa.and_(a.appeal_step.c.appeal_id == appeal, a.appeal_step.c.told == Told.NOT_YET.value)
        self._work.execute(a.appeal_step.update().where(waiting).values(told=told.value, told_at=at))

    def tick(self, appeal: AppealId, effect: str, at: datetime, *, seen: int) -> AppealView:
        """Record that the office saw to an effect of a changed decision."""
        view = self._held(appeal, AppealStep.CLOSE, seen)
        new = tick(view.appeal, effect, view.procedure)
        if new == view.appeal:
            return view
        values = {"appeal_id": appeal, "effect": effect, "done_by": self._actor.person, "done_at": at}
        self._work.execute(a.appeal_effect.insert(), values)
        self._write(new)
        self._audit("appeal_effect", f"appeal:{appeal}:{effect}", at)
        return self.get(appeal)

    def close(self, appeal: AppealId, at: datetime, *, seen: int) -> AppealView:
        """Close it."""
        view = self._held(appeal, AppealStep.CLOSE, seen)
        return self._store(close(view.appeal, view.procedure), AppealStep.CLOSE, at)

    def set_target(self, weeks: int | None, at: datetime) -> None:
        """Set the body's own target for treatment, None for none. Raises NotAllowed."""
        ci = self._require(Permission.RECEIVE_APPEALS)
        self._work.execute(a.appeal_target.delete().where(a.appeal_target.c.ci_id == ci))
        if weeks is not None:
            values = {"ci_id": ci, "weeks": min(max(weeks, 1), 52), "set_by": self._actor.person, "set_at": at}
            self._work.execute(a.appeal_target.insert(), values)
        self.__dict__.pop("procedure", None)
        for row in self._work.execute(_OPEN_AT, {"ci": ci}).all():
            self._keep_due(read_appeal(self._work, row))
        look_at_appeals_of(self._work, ci, at)
        self._audit("appeal_target_set", f"organisation:{ci}", at)

    # ------------------------------------------------------------------------------------- the quality officer

    def candidates(self, appeal: AppealId) -> tuple[Candidate, ...]:
        """Return who takes such decisions at the body, by name, with what keeps them from this one."""
        ci = self._require(Permission.ASSIGN_APPEALS)
        involved = involved_in(self._work, self.get(appeal).appeal.audit)
        found = (
            Candidate(person, name, handler_hindrances(person, involved, is_decider=True))
            for person, name in deciders_at(self._work, ci).items()
        )
        return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.person)))

    def assign(self, appeal: AppealId, handler: PersonId, at: datetime, *, seen: int) -> AppealView:
        """Give the appeal to somebody who had no part in it. Raises NotAllowed, AppealRefused."""
        view = self._held(appeal, AppealStep.ASSIGN, seen)
        return self._store(assign(view.appeal, handler, self._hindrances(view.appeal, handler)), AppealStep.ASSIGN, at)

    # -------------------------------------------------------------------------------------------- the handler

    def dossier(self, appeal: AppealId) -> Dossier:
        """Return what was considered, for the handler of this appeal only. Raises NotAllowed."""
        audit = self._handled(appeal).appeal.audit
        return dossier_of(self._work, audit)

    def report(self, appeal: AppealId) -> tuple[Report, ReportVersion] | None:
        """Return the newest report that was sent to the appellant, with its moment. Raises NotAllowed."""
        return report_of(self._work, self._handled(appeal).appeal.audit)

    def review(self, appeal: AppealId, at: datetime, *, seen: int) -> AppealView:
        """Begin to look at it."""
        return self._store(review(self._held(appeal, AppealStep.REVIEW, seen).appeal), AppealStep.REVIEW, at)

    def decide(
        self, appeal: AppealId, conclusion: str, on: date, at: datetime, *, is_changed: bool, seen: int
    ) -> AppealView:
        """Decide with reasons; a changed decision becomes the newest version, and the process follows it."""
        step = AppealStep.OVERTURN if is_changed else AppealStep.UPHOLD
        view = self._held(appeal, step, seen)
        version = decisions_of(self._work, view.appeal.audit)[-1].version + 1
        new = decide(view.appeal, conclusion[:MAX_TEXT], on, is_changed=is_changed, new_version=version)
        if is_changed:
            self._overturn(new, on, at)
        return self._store(new, step, at)

    def _overturn(self, appeal: Appeal, on: date, at: datetime) -> None:
        """Keep the new decision beside the old one, and let the process follow it.

        On appeal nobody gets worse off (procedure 2305), so a changed decision is a positive one: instead of a
        negative one, or on other grounds.
        """
        audit, version = appeal.audit, appeal.new_version or 0
        values = {
            "audit_id": audit, "version": version, "is_positive": True, "on": on,
            "reason_sealed": self._seal(audit, decision_place(audit, version), appeal.conclusion),
            "decided_by": self._actor.person, "decided_at": at,
        }  # fmt: skip
        self._work.execute(r.ci_decision.insert(), values)
        standing = recorded_events(self._work, audit)
        for event in standing:
            if event.kind is EventKind.CI_DECISION_NEGATIVE:
                withdrawn = _next_version(event)
                add_version(self._work, self._actor, withdrawn, at, is_withdrawn=True)
        if EventKind.CI_DECISION_POSITIVE not in {event.kind for event in standing}:
            add_event(self._work, self._actor, audit, EventKind.CI_DECISION_POSITIVE, on, at)
        self._audit("decided_positive", f"audit:{audit}", at)

    # ----------------------------------------------------------------------------------------------- together

    def addressees(self, appeal: AppealId, audience: Audience) -> tuple[Addressee, ...]:
        """Return who hears of a step. Raises NotAllowed."""
        return appeal_addressees(self._work, self.get(appeal).appeal, audience)

    def has_certificate(self, appeal: AppealId) -> bool:
        """Say whether the organisation has a certificate that a changed decision may touch. Raises NotAllowed."""
        organisation = self.get(appeal).appeal.organisation
        return self._work.execute(_CERTIFICATE, {"organisation": organisation}).first() is not None

    def has_any(self) -> bool:
        """Say whether there is a decision that the actor could appeal against; for menus, without reading it."""
        if not self._may(Permission.LODGE_APPEAL):
            return False
        return self._work.execute(_ANY, {"own_organisation": self._organisation()}).first() is not None

    # -------------------------------------------------------------------------------------------------- parts

    def _side(self) -> str | None:
        """Return from which side the actor reaches appeals, None for who has no part in any."""
        organisation, role = self._actor.organisation, self._actor.role
        return _SIDES.get((organisation.kind, role)) if organisation is not None and role is not None else None

    def _rows(self, statement: Any, **values: Any) -> Sequence[Any]:
        parameters: dict[str, Any] = {"own_organisation": self._organisation(), "person": self._actor.person}
        return self._work.execute(statement, parameters | values).all()

    def _view(self, row: Any) -> AppealView:
        appeal = read_appeal(self._work, row)
        decisions = {decision.version: decision for decision in decisions_of(self._work, appeal.audit)}
        procedure, is_over = self._procedure_of(row), appeal.state.is_over
        is_decided = is_over or appeal.decided_on is not None
        return AppealView(
            appeal=appeal, procedure=procedure, organisation=read_organisation(self._work, row),
            ci=self._name(appeal.ci),
            kind=AuditKind(row.audit_kind), decision=decisions[appeal.decision],
            goes_to_swn=self._work.audit_rules.editions[ProcessId(row.process)].goes_to_swn,
            handler=self._person_name(appeal.handler) if appeal.handler is not None else "",
            due=None if is_decided else treat_by(appeal, procedure),
            last_day=procedure.last_day(appeal.mailed_on) if appeal.mailed_on else None,
            log=log_of(self._work, appeal.id),
            handler_hindrances=self._hindrances(appeal, appeal.handler) if appeal.handler is not None else (),
        )  # fmt: skip

    def _contestable(self, row: Any) -> Contestable:
        audit = AuditId(row.id)
        decision = decisions_of(self._work, audit)[-1]
        contested, appeal = contested_of(self._work, decision, events_of(self._work, audit))
        procedure = self._procedure_at(row.ci_id)
        return Contestable(
            organisation=read_organisation(self._work, row), ci=self._name(row.ci_id),
            kind=AuditKind(row.audit_kind), contested=contested,
            last_day=procedure.last_day(contested.mailed_on) if contested.mailed_on else None,
            earliest_end=procedure.last_day(contested.decided_on), appeal=appeal,
        )  # fmt: skip

    def _against(self, view: AppealView) -> tuple[Inadmissible, ...]:
        """Return every reason as things are now; the appeal itself is no reason against itself."""
        appeal, decision = view.appeal, view.decision
        contested, treated = contested_of(self._work, decision, events_of(self._work, appeal.audit))
        now = Contested(
            appeal.audit, appeal.decision, decision.on, decision.is_positive, contested.mailed_on,
            is_final=treated not in (None, appeal.id),
        )  # fmt: skip
        return inadmissible(appeal.lodging, now, view.procedure)

    def _hindrances(self, appeal: Appeal, person: PersonId) -> tuple[HandlerHindrance, ...]:
        is_decider = person in deciders_at(self._work, appeal.ci)
        return handler_hindrances(person, involved_in(self._work, appeal.audit), is_decider=is_decider)

    def _handled(self, appeal: AppealId) -> AppealView:
        """Return an appeal that the actor handles, and may; when it is over the dossier closes. Raises NotAllowed."""
        self._require(Permission.HANDLE_APPEALS)
        view = self.get(appeal)
        if view.appeal.state.is_over:
            raise NotAllowed("dossier")
        return view

    def _hold(self, audit: AuditId) -> None:
        """Keep the audit as it is until this work ends."""
        self._work.execute(_HELD, {"audit": audit})

    def _held(self, appeal: AppealId, step: AppealStep, seen: int) -> AppealView:
        """Return an appeal for a step, as it was seen and held. Raises NotAllowed, AppealChangedMeanwhile."""
        self._require(_NEEDED[step])
        self._hold(self.get(appeal).appeal.audit)
        view = self.get(appeal)
        if view.appeal.version != seen:
            raise AppealChangedMeanwhile(str(appeal))
        return view

    def _store(self, appeal: Appeal, step: AppealStep, at: datetime) -> AppealView:
        self._write(appeal)
        self._log(appeal.id, step, at)
        return self.get(appeal.id)

    def _write(self, appeal: Appeal) -> None:
        own = a.appeal.c.id == appeal.id
        self._work.execute(
            a.appeal.update().where(own).values(values_of(self._work, appeal, audit_scope(appeal.audit)))
        )
        self._keep_due(appeal)

    def _keep_due(self, appeal: Appeal) -> None:
        """Keep on the row by when it should be decided, for the order of the register."""
        own = a.appeal.c.id == appeal.id
        row = self._work.execute(sa.select(a.appeal.c.procedure, a.appeal.c.ci_id).where(own)).one()
        is_decided = appeal.state.is_over or appeal.decided_on is not None
        due = None if is_decided else treat_by(appeal, self._procedure_of(row))
        self._work.execute(a.appeal.update().where(own).values(due_on=due))

    def _log(self, appeal: AppealId, step: AppealStep, at: datetime) -> None:
        number = (self._work.execute(_LAST_STEP, {"appeal": appeal}).scalar() or 0) + 1
        values = {
            "appeal_id": appeal, "number": number, "step": step.value, "at": at, "taken_by": self._actor.person,
            "told": Told.NOT_YET.value,
        }  # fmt: skip
        self._work.execute(a.appeal_step.insert(), values)
        look_again(self._work, appeal, at)
        self._audit(f"appeal_{step.value}", f"appeal:{appeal}", at)

    def _enter_receipt(self, appeal: Appeal, at: datetime) -> None:
        """Record in the process that an appeal is treated, dated on its first writing."""
        kinds = {event.kind for event in events_of(self._work, appeal.audit)}
        if EventKind.APPEAL_RECEIVED not in kinds:
            on = appeal.lodging.received_on
            add_event(self._work, self._actor, appeal.audit, EventKind.APPEAL_RECEIVED, on, at)

    def _seal(self, audit: AuditId, place: str, text: str) -> bytes:
        return self._work.vault.seal(audit_scope(audit), place, text)

    def _name(self, organisation: int) -> str:
        sealed = self._work.execute(_NAME, {"organisation": organisation}).scalar()
        return self._work.vault.open(f"organisation.name:{organisation}", sealed)

    def _person_name(self, person: PersonId) -> str:
        return open_name(self._work, person, self._work.execute(_PERSON_NAME, {"person": person}).scalar())


def _next_version(event: ProcessEvent) -> ProcessEvent:
    return replace(event, version=event.version + 1)
