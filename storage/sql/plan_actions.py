"""The single actions of an improvement plan: their owner reports on them, the coordinators give them away.

Who reaches an action is a condition of the query: the audit is one of the actor's organisation, and the actor owns the
action there or coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import AuditId
from domain.framework import FrameworkId, NormId
from domain.improvement_plan import PlanEntry, PlanHindrance, PlanRefused, PlanStatus, Progress
from domain.plan_actions import MAX_EVIDENCE, ActionEvidence, PlanAction, term_of
from domain.process import Party
from domain.roles import OrganisationKind, Permission, PersonId, Role
from storage.action_interfaces import ActionChanged, ActionFull, ActionOwner, NewEvidence
from storage.interfaces import NotAllowed
from storage.plan_interfaces import Addressee
from storage.sql import plan_tables as p
from storage.sql import process_tables as process
from storage.sql import tables as t
from storage.sql.actors import open_name, organisation_scope
from storage.sql.addressees import addressees
from storage.sql.files import drop_file, want_file
from storage.sql.plan_evidence import caption_place, evidence_of
from storage.sql.plans import add_progress, entries_of, progress_of
from storage.sql.process_events import SUBJECT, look_again
from storage.sql.reach import Reach

#: Whoever may be given an action; a reader of another organisation never is.
OWNER_ROLES = (Role.COORDINATOR, Role.COLLEAGUE)
_OVER = (PlanStatus.REFUSED, PlanStatus.DECLINED)

_AUDIT: Any = sa.bindparam("audit")
_OWN: Any = sa.bindparam("own_organisation")
_PERSON: Any = sa.bindparam("person")
_FROM = p.plan_owner.join(t.audit, t.audit.c.id == p.plan_owner.c.audit_id).outerjoin(
    p.improvement_plan, p.improvement_plan.c.audit_id == t.audit.c.id
)
_OWNED = (
    sa.select(t.audit.c.id, t.audit.c.framework, p.plan_owner.c.norm, p.improvement_plan.c.status)
    .select_from(_FROM)
    .where(t.audit.c.organisation_id == _OWN, p.plan_owner.c.person_id == _PERSON)
    .order_by(t.audit.c.id, p.plan_owner.c.norm)
)
_LATER = p.plan_progress.alias("later")
_DONE = sa.exists().where(
    p.plan_progress.c.audit_id == p.plan_owner.c.audit_id,
    p.plan_progress.c.norm == p.plan_owner.c.norm,
    p.plan_progress.c.done_on.is_not(None),
    ~sa.exists().where(
        _LATER.c.audit_id == p.plan_progress.c.audit_id,
        _LATER.c.norm == p.plan_progress.c.norm,
        _LATER.c.version > p.plan_progress.c.version,
    ),
)
_COUNT = (
    sa.select(sa.func.count())
    .select_from(_FROM)
    .where(
        t.audit.c.organisation_id == _OWN,
        p.plan_owner.c.person_id == _PERSON,
        p.improvement_plan.c.status == PlanStatus.APPROVED.value,
        ~_DONE,
    )
)
_PLAN = (
    sa.select(t.audit.c.id, t.audit.c.framework, p.improvement_plan.c.status)
    .select_from(t.audit.outerjoin(p.improvement_plan, p.improvement_plan.c.audit_id == t.audit.c.id))
    .where(t.audit.c.id == _AUDIT, t.audit.c.organisation_id == _OWN)
)
_IS_OWNER = sa.select(p.plan_owner.c.norm).where(
    p.plan_owner.c.audit_id == _AUDIT, p.plan_owner.c.norm == sa.bindparam("norm"), p.plan_owner.c.person_id == _PERSON
)
_PEOPLE = (
    sa.select(
        t.membership.c.id,
        t.membership.c.person_id,
        t.person.c.name_sealed,
        sa.case((t.person.c.is_reachable, t.person.c.chat_id)).label("chat_id"),
    )
    .select_from(
        t.membership.join(t.person, t.person.c.id == t.membership.c.person_id).join(
            t.audit, t.audit.c.organisation_id == t.membership.c.organisation_id
        )
    )
    .where(
        t.audit.c.id == _AUDIT,
        t.membership.c.ended_at.is_(None),
        t.membership.c.role.in_([role.value for role in OWNER_ROLES]),
    )
    .order_by(t.membership.c.id)
)
OWNERS = _PEOPLE.add_columns(p.plan_owner.c.norm).join(
    p.plan_owner, sa.and_(p.plan_owner.c.audit_id == _AUDIT, p.plan_owner.c.person_id == t.membership.c.person_id)
)
_HELD = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT).with_for_update(key_share=True)
_LAST_NUMBER = sa.select(sa.func.coalesce(sa.func.max(p.plan_evidence.c.number), 0)).where(
    p.plan_evidence.c.audit_id == _AUDIT, p.plan_evidence.c.norm == sa.bindparam("norm")
)


class SqlPlanActions(Reach):
    """The actions within the actor's reach; implements `storage.action_interfaces.PlanActions`."""

    def own(self) -> tuple[PlanAction, ...]:
        """Return the actions that the actor owns in the current organisation, by day; nothing for everybody else."""
        if not self._works_there():
            return ()
        rows = self._work.execute(_OWNED, self._self()).all()
        found = [self._action(row, NormId(row.norm)) for row in rows]
        return tuple(sorted(found, key=lambda action: (action.progress.is_done, action.entry.due_on or date.max)))

    def count(self) -> int:
        """Return how many of the actor's own actions are not ready yet, without opening what they say."""
        return int(self._work.execute(_COUNT, self._self()).scalar_one()) if self._works_there() else 0

    def get(self, audit: AuditId, norm: NormId) -> PlanAction:
        """Return one action, for its owner or a coordinator. Raises NotAllowed."""
        return self._action(self._reached(audit, norm), norm)

    def report(self, audit: AuditId, progress: Progress, at: datetime) -> Progress:
        """Keep how far an action is. Raises NotAllowed, ActionChanged, PlanRefused."""
        self._reached(audit, progress.norm)
        self._work.execute(_HELD, {"audit": audit})
        action = self.get(audit, progress.norm)
        if not action.is_running:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        if action.progress == progress:
            return progress
        if action.progress.version != progress.version:
            raise ActionChanged(progress.norm)
        return add_progress(self._work, self._actor, audit, progress, at)

    def attach(self, audit: AuditId, norm: NormId, new: NewEvidence, at: datetime) -> ActionEvidence:
        """Keep a file that still has to be fetched at an action. Raises NotAllowed, PlanRefused, ActionFull."""
        self._reached(audit, norm)
        self._work.execute(_HELD, {"audit": audit})
        action = self.get(audit, norm)
        if not action.is_running:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        if len(action.evidence) >= MAX_EVIDENCE:
            raise ActionFull(norm)
        organisation, numbers = self._organisation(), {"audit": audit, "norm": norm}
        file = want_file(self._work, organisation, new.name, new.media_type, new.size, new.telegram_id, at)
        number = int(self._work.execute(_LAST_NUMBER, numbers).scalar_one()) + 1
        scope, place = organisation_scope(organisation), caption_place(audit, norm, number)
        caption = new.caption.strip()
        values = {
            "audit_id": audit, "norm": norm, "number": number, "kind": new.kind.value, "file_id": file.id,
            "caption_sealed": self._work.vault.seal(scope, place, caption) if caption else None,
            "added_by": self._actor.person, "added_at": at,
        }  # fmt: skip
        self._work.execute(p.plan_evidence.insert(), values)
        self._audit("plan_evidence_added", f"audit:{audit}:{norm}:{number}", at)
        return ActionEvidence(number, new.kind, caption, file.id, file.name, self._actor.person, is_there=False)

    def detach(self, audit: AuditId, norm: NormId, number: int, at: datetime) -> None:
        """Take a file away again: one's own, or any for a coordinator. Raises NotAllowed."""
        found = next((item for item in self.get(audit, norm).evidence if item.number == number), None)
        if found is None:
            return
        if found.by != self._actor.person and not self._may(Permission.WRITE_PLAN):
            raise NotAllowed("evidence")
        own = sa.and_(p.plan_evidence.c.audit_id == audit, p.plan_evidence.c.norm == norm)
        gone = p.plan_evidence.update().where(own, p.plan_evidence.c.number == number)
        self._work.execute(gone.values(withdrawn_at=at, caption_sealed=None))
        drop_file(self._work, found.file)
        self._audit("plan_evidence_withdrawn", f"audit:{audit}:{norm}:{number}", at)

    def snooze(self, audit: AuditId, norm: NormId, until: date, at: datetime) -> None:
        """Leave the actor alone about an action until a day. Raises NotAllowed."""
        self._reached(audit, norm)
        key = {"subject_kind": SUBJECT, "subject_id": audit, "term": term_of(norm), "person_id": self._actor.person}
        insert = self._work.upsert(process.reminder_snooze).values(key | {"until": until})
        self._work.execute(insert.on_conflict_do_update(index_elements=list(key), set_={"until": until}))
        look_again(self._work, audit, at)

    def coordinators(self, audit: AuditId, norm: NormId) -> tuple[Addressee, ...]:
        """Return the coordinators who hear what the owner says. Raises NotAllowed."""
        self._reached(audit, norm)
        return addressees(self._work, audit, Party.MEMBER)

    # ------------------------------------------------------------------------------------------- the coordinator

    def owners(self, audit: AuditId) -> Mapping[NormId, ActionOwner]:
        """Return who owns which action; only people who still work for the organisation. Raises NotAllowed."""
        self._coordinated(audit)
        found: dict[NormId, ActionOwner] = {}
        for row in self._work.execute(OWNERS, {"audit": audit}).all():
            found.setdefault(NormId(row.norm), self._owner(row))
        return found

    def candidates(self, audit: AuditId) -> tuple[ActionOwner, ...]:
        """Return who can be given an action: the coordinators and colleagues, by name. Raises NotAllowed."""
        self._coordinated(audit)
        found: dict[int, ActionOwner] = {}
        for row in self._work.execute(_PEOPLE, {"audit": audit}).all():
            found.setdefault(row.person_id, self._owner(row))
        return tuple(sorted(found.values(), key=lambda owner: owner.name.casefold()))

    def give(self, audit: AuditId, norm: NormId, membership: MembershipId | None, at: datetime) -> ActionOwner | None:
        """Give an action to somebody, or (None) to nobody. Raises NotAllowed, PlanRefused."""
        row = self._coordinated(audit)
        if row.status is not None and PlanStatus(row.status) in _OVER:
            raise PlanRefused(PlanHindrance.NOT_NOW)
        if norm not in self._work.plans(self._actor).get(audit).needed:
            raise NotAllowed("norm")
        owner = self._candidate(audit, membership) if membership is not None else None
        own = sa.and_(p.plan_owner.c.audit_id == audit, p.plan_owner.c.norm == norm)
        self._work.execute(p.plan_owner.delete().where(own))
        if owner is not None:
            values = {"audit_id": audit, "norm": norm, "person_id": owner.person, "given_by": self._actor.person}
            self._work.execute(p.plan_owner.insert(), values | {"given_at": at})
        look_again(self._work, audit, at)
        self._audit("action_given" if owner else "action_taken_back", f"audit:{audit}:{norm}", at)
        return owner

    # ---------------------------------------------------------------------------------------------------- parts

    def _works_there(self) -> bool:
        organisation = self._actor.organisation
        is_member = organisation is not None and organisation.kind is OrganisationKind.MEMBER
        return is_member and self._actor.role in OWNER_ROLES

    def _self(self) -> dict[str, Any]:
        return {"own_organisation": self._organisation(), "person": self._actor.person}

    def _reached(self, audit: AuditId, norm: NormId) -> Any:
        """Return the plan that an action is of, if the actor owns it or coordinates. Raises NotAllowed."""
        row = self._work.execute(_PLAN, {"audit": audit, "own_organisation": self._organisation()}).first()
        if row is None or not self._works_there():
            raise NotAllowed("action")
        if self._may(Permission.WRITE_PLAN):
            if norm not in self._work.plans(self._actor).get(audit).needed:
                raise NotAllowed("norm")
            return row
        owned = {"audit": audit, "norm": norm, "person": self._actor.person}
        if self._work.execute(_IS_OWNER, owned).first() is None:
            raise NotAllowed("action")
        return row

    def _coordinated(self, audit: AuditId) -> Any:
        """Return the plan of an audit if the actor writes it. Raises NotAllowed."""
        self._require(Permission.WRITE_PLAN)
        row = self._work.execute(_PLAN, {"audit": audit, "own_organisation": self._organisation()}).first()
        if row is None:
            raise NotAllowed("plan")
        return row

    def _candidate(self, audit: AuditId, membership: MembershipId) -> ActionOwner:
        rows = self._work.execute(_PEOPLE, {"audit": audit}).all()
        found = next((person for person in rows if person.id == membership), None)
        if found is None:
            raise NotAllowed("membership")
        return self._owner(found)

    def _action(self, row: Any, norm: NormId) -> PlanAction:
        audit = AuditId(row.id)
        entries, progress = entries_of(self._work, audit, norm), progress_of(self._work, audit, norm)
        return PlanAction(
            audit=audit,
            norm=self._work.frameworks[FrameworkId(row.framework)].norm(norm),
            entry=entries.get(norm, PlanEntry(norm)),
            progress=progress.get(norm, Progress(norm)),
            status=PlanStatus(row.status) if row.status is not None else PlanStatus.DRAFT,
            evidence=evidence_of(self._work, audit).get(norm, ()),
        )

    def _owner(self, row: Any) -> ActionOwner:
        name = open_name(self._work, row.person_id, row.name_sealed)
        return ActionOwner(PersonId(row.person_id), MembershipId(row.id), name, row.chat_id)
