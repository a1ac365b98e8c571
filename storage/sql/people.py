"""Persons, organisations and roles, as far as the actor reaches.

Nobody becomes invisible by leaving: what they gave stays with their name, until they have it erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.actors import Colleague, Membership, MembershipId, Organisation
from domain.audit import AuditId
from domain.framework import WhoCode
from domain.invitations import TRIES_COUNT_FOR
from domain.retention import PlannedErasure
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role, may
from domain.self_evaluation import Evaluation
from storage.interfaces import LastCoordinator, MemberNumberTaken, NotAllowed
from storage.sql import tables as t
from storage.sql.actors import clean_name, load_actors, open_name, seal_organisation
from storage.sql.erasure import erase_organisation, erase_person, export_person
from storage.sql.invitations import Invitations
from storage.sql.organisation_data import KeptFile, export_organisation, kept_files
from storage.sql.retention import keep_notes, plan_erasure, running_erasure, withdraw

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_ANSWERING = [role.value for role in Role if may(role, Permission.ANSWER)]
_COLLEAGUES = (
    sa.select(
        t.membership.c.id,
        t.membership.c.person_id,
        t.membership.c.role,
        t.membership.c.function,
        t.person.c.name_sealed,
        t.person.c.chat_id,
        t.person.c.is_reachable,
        t.person.c.wants_nudges,
    )
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .where(
        t.membership.c.organisation_id == sa.bindparam("organisation"),
        t.membership.c.ended_at.is_(None),
        t.membership.c.role != Role.VISITOR.value,  # who looks at the example does so unseen
    )
)


class SqlPeople(Invitations):
    """Implements `storage.interfaces.People`."""

    def names(self) -> Mapping[PersonId, str]:
        """Return the names of everybody who is or was in the actor's organisation; erased ones are missing."""
        known = sa.or_(t.membership.c.role != Role.VISITOR.value, t.person.c.id == self._actor.person)
        rows = (
            sa.select(t.person.c.id, t.person.c.name_sealed)
            .where(t.person.c.name_sealed.is_not(None))
            .where(
                t.person.c.id.in_(
                    sa.select(t.membership.c.person_id).where(
                        t.membership.c.organisation_id == self._organisation(), known
                    )
                )
            )
        )
        return {
            PersonId(row.id): open_name(self._work, row.id, row.name_sealed) for row in self._work.execute(rows).all()
        }

    # ------------------------------------------------------------------------------------------- organisations

    def create_organisation(self, name: str, member_number: str | None, at: datetime) -> Membership:
        """Create a member organisation that is not confirmed yet, with the actor as coordinator.

        One that is only known by its number, because an office plans its audit, gets its coordinator this way.

        Raises:
            MemberNumberTaken: an organisation with this number exists.
        """
        number = normal_member_number(member_number)
        fingerprint = self._work.vault.fingerprint("member_number", number) if number else None
        values = {"kind": "member", "member_number_hash": fingerprint, "is_confirmed": False, "created_at": at}
        insert = self._work.upsert(t.organisation).values(values).on_conflict_do_nothing()
        made = self._work.execute(insert.returning(t.organisation.c.id)).scalar()
        if made is None:
            made = self._without_people(fingerprint)
        if made is None:
            raise self._taken(fingerprint)
        organisation = OrganisationId(made)
        name = clean_name(name)
        sealed = {"name_sealed": seal_organisation(self._work, organisation, "name", name)}
        if number:
            sealed["member_number_sealed"] = seal_organisation(self._work, organisation, "member_number", number)
        self._work.execute(t.organisation.update().where(t.organisation.c.id == organisation).values(sealed))
        self._audit("organisation_created", f"organisation:{organisation}", at, organisation)
        membership = self._make_membership(organisation, Role.COORDINATOR, at)
        self._make_active(membership)
        value = Organisation(organisation, OrganisationKind.MEMBER, name, False, number)
        return Membership(MembershipId(membership), self._actor.person, value, Role.COORDINATOR)

    def rename_organisation(self, name: str, at: datetime) -> None:
        """Give the actor's organisation another name. Raises NotAllowed."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        sealed = seal_organisation(self._work, organisation, "name", clean_name(name))
        own = t.organisation.c.id == organisation
        self._work.execute(t.organisation.update().where(own).values(name_sealed=sealed))
        self._audit("organisation_renamed", f"organisation:{organisation}", at)

    def set_member_number(self, number: str, at: datetime) -> None:
        """Record the member number of the actor's organisation, which has to be confirmed again; empty clears it.

        Raises:
            MemberNumberTaken, NotAllowed
        """
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        normal = normal_member_number(number)
        fingerprint = self._work.vault.fingerprint("member_number", normal) if normal else None
        elsewhere = sa.and_(t.organisation.c.member_number_hash == fingerprint, t.organisation.c.id != organisation)
        if normal and self._work.execute(sa.select(t.organisation.c.id).where(elsewhere)).first() is not None:
            raise self._taken(fingerprint)
        values = {
            "member_number_hash": fingerprint,
            "member_number_sealed": seal_organisation(self._work, organisation, "member_number", normal)
            if normal
            else None,
            "is_confirmed": False,
        }
        self._work.execute(t.organisation.update().where(t.organisation.c.id == organisation).values(values))
        self._audit("member_number_set", f"organisation:{organisation}", at)

    def visit_example(self, at: datetime) -> Membership:
        """Let the actor look around in the example organisation, as a visitor.

        Raises:
            NotAllowed: there is no example organisation here.
        """
        example = sa.select(t.organisation.c.id).where(
            t.organisation.c.kind == OrganisationKind.EXAMPLE.value, t.organisation.c.erased_at.is_(None)
        )
        organisation = self._work.execute(example.order_by(t.organisation.c.id).limit(1)).scalar()
        if organisation is None:
            raise NotAllowed("example")
        membership = self._make_membership(organisation, Role.VISITOR, at)
        self._make_active(membership)
        self._audit("example_visited", f"organisation:{organisation}", at, organisation)
        return self._own_membership(MembershipId(membership))

    def switch_to(self, membership: MembershipId) -> Membership:
        """Make another role of the actor the one that counts. Raises NotAllowed."""
        own = self._own_membership(membership)
        self._make_active(membership)
        return own

    # ---------------------------------------------------------------------------------------------- colleagues

    def colleagues(self, evaluation: Evaluation | None = None) -> tuple[Colleague, ...]:
        """Return everybody with a role in the actor's organisation (readers included), by name.

        Raises:
            NotAllowed
        """
        organisation = self._organisation()
        rows = self._work.execute(_COLLEAGUES, {"organisation": organisation}).all()
        counts = self._counts(evaluation, organisation) if evaluation is not None else {}
        found = [self._colleague(row, counts.get(row.person_id, (0, 0, 0))) for row in rows]
        return tuple(sorted(found, key=lambda colleague: (colleague.name.casefold(), colleague.membership)))

    def colleague(self, membership: MembershipId) -> Colleague:
        """Return one colleague of the actor's organisation. Raises NotAllowed."""
        return self._colleague(self._row_of(membership), (0, 0, 0))

    def chat_of(self, person: PersonId) -> int | None:
        """Return the chat of somebody in the actor's organisation, None when unreachable. Raises NotAllowed."""
        row = self._row_of_person(person)
        return row.chat_id if row.is_reachable else None

    def set_function(self, membership: MembershipId, function: WhoCode | None, at: datetime) -> None:
        """Record for which function code a colleague (or the actor) speaks. Raises NotAllowed."""
        self._require(Permission.ANSWER)
        row = self._row_of(membership)
        if row.person_id != self._actor.person and not self._may(Permission.DIVIDE):
            raise NotAllowed("membership")
        self._work.execute(t.membership.update().where(t.membership.c.id == row.id).values(function=function))
        self._audit("function_set", f"membership:{membership}", at)

    def hand_over(self, membership: MembershipId, at: datetime) -> None:
        """Turn the role of a colleague into that of a coordinator; the actor stays one. Raises NotAllowed."""
        self._require(Permission.MANAGE_ORGANISATION)
        row = self._row_of(membership)
        if row.role == Role.COORDINATOR:
            return
        if row.role != Role.COLLEAGUE:
            raise NotAllowed("membership")
        changed = t.membership.update().where(t.membership.c.id == row.id)
        self._work.execute(changed.values(role=Role.COORDINATOR.value))
        self._audit("coordinator_made", f"membership:{membership}", at)

    def remove(self, membership: MembershipId, at: datetime) -> None:
        """End the role of a colleague or reader; what they gave stays. Raises NotAllowed, LastCoordinator."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        row = self._row_of(membership)
        self._end(row.id, row.person_id, organisation, Role(row.role), at)
        self._audit("member_removed", f"membership:{membership}", at)

    def leave(self, at: datetime) -> None:
        """End the actor's own role; what they gave stays. Raises NotAllowed, LastCoordinator."""
        own = self._actor.membership
        if own is None:
            raise NotAllowed("membership")
        self._end(own.id, self._actor.person, own.organisation.id, own.role, at)
        self._audit("member_left", f"membership:{own.id}", at)

    # ------------------------------------------------------------------------------------------------ settings

    def set_wants_nudges(self, wants: bool) -> None:
        """Record whether the actor wants to be nudged by colleagues."""
        self._set(wants_nudges=wants)

    def set_welcomed(self) -> None:
        """Remember that the actor has seen the honest lines of the start."""
        self._set(is_welcomed=True)

    def may_nudge(self, person: PersonId, at: datetime) -> bool:
        """Claim the nudge of today for a colleague: False when they had one today or do not want any.

        Raises:
            NotAllowed: the actor may not nudge, or this is no colleague.
        """
        organisation = self._require(Permission.NUDGE)
        row = self._row_of_person(person)
        if row.role not in _ANSWERING:
            raise NotAllowed("person")
        if not (row.wants_nudges and row.is_reachable and row.chat_id) or person == self._actor.person:
            return False
        values = {"person_id": person, "organisation_id": organisation, "nudged_by": self._actor.person,
                  "on": at.astimezone(_AMSTERDAM).date()}  # fmt: skip
        insert = self._work.upsert(t.nudge).values(values).on_conflict_do_nothing()
        if self._work.execute(insert.returning(t.nudge.c.person_id)).first() is None:
            return False
        self._audit("colleague_nudged", f"person:{person}", at)
        return True

    # ------------------------------------------------------------------------------------------------- privacy

    def export(self) -> dict[str, Any]:
        """Return everything that is kept about the actor as plain JSON values, in all organisations."""
        return export_person(self._work, self._actor)

    def erase(self, at: datetime) -> None:
        """Erase the actor's personal fields and end all roles; decision records stay, pseudonymised.

        Raises:
            LastCoordinator: the actor has to hand over (or delete the organisation) first.
        """
        memberships = sorted(self._memberships_now(), key=lambda m: m.organisation.id)
        for membership in memberships:  # all refusals come before the first change
            if membership.role is Role.COORDINATOR:
                self._refuse_last_coordinator(membership.organisation.id, membership.id)
        for membership in memberships:
            self._end(membership.id, self._actor.person, membership.organisation.id, membership.role, at)
        erase_person(self._work, self._actor, at)
        self._audit("person_erased", f"person:{self._actor.person}", at)

    def export_organisation(self, at: datetime) -> dict[str, Any]:
        """Return everything that is kept of the actor's organisation as plain JSON values. Raises NotAllowed."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        found = export_organisation(self._work, organisation)
        self._audit("organisation_exported", f"organisation:{organisation}", at)
        return found

    def kept_files(self) -> tuple[KeptFile, ...]:
        """Return the files of the actor's organisation that are really there, in order. Raises NotAllowed."""
        return kept_files(self._work, self._require(Permission.MANAGE_ORGANISATION))

    def erase_organisation(self, at: datetime) -> None:
        """Erase the actor's organisation at once: content, files and key; only ids remain. Raises NotAllowed."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        erase_organisation(self._work, organisation, at)
        self._audit("organisation_erased", f"organisation:{organisation}", at)

    def plan_erasure(self, at: datetime) -> PlannedErasure:
        """Announce that the actor's organisation will be erased after the time to think. Raises NotAllowed."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        self._audit("erasure_planned", f"organisation:{organisation}", at)
        return plan_erasure(self._work, organisation, self._actor.person, at)

    def planned_erasure(self) -> PlannedErasure | None:
        """Return what is announced for the actor's organisation, None without one."""
        organisation = self._actor.organisation
        return None if organisation is None else running_erasure(self._work, organisation.id)

    def keep_organisation(self, at: datetime) -> bool:
        """Stop the announced erasure; False when there is none (any more). Raises NotAllowed."""
        organisation = self._require(Permission.MANAGE_ORGANISATION)
        self._audit("erasure_withdrawn", f"organisation:{organisation}", at)
        return withdraw(self._work, organisation, at)

    def keep_notes(self, audit: AuditId, at: datetime) -> bool:
        """Let the notes of an audit stay that were announced to go; False without any. Raises NotAllowed."""
        is_kept = keep_notes(self._work, audit, self._require(Permission.MANAGE_OFFICE), at)
        if is_kept:
            self._audit("audit_notes_kept", f"audit:{audit}", at)
        return is_kept

    # --------------------------------------------------------------------------------------------------- parts

    def _without_people(self, fingerprint: bytes | None) -> int | None:
        """Return the organisation with this number in which nobody ever had a role; held, so that one gets it."""
        held = sa.select(t.organisation.c.id).where(
            t.organisation.c.member_number_hash == fingerprint,
            t.organisation.c.kind == OrganisationKind.MEMBER.value,
            t.organisation.c.erased_at.is_(None),
        )
        found: int | None = self._work.execute(held.with_for_update()).scalar()
        ever = sa.select(t.membership.c.id).where(t.membership.c.organisation_id == found).limit(1)
        return None if found is None or self._work.execute(ever).first() is not None else found

    def _taken(self, fingerprint: bytes | None) -> MemberNumberTaken:
        coordinators = (
            sa.select(t.person.c.id, t.person.c.chat_id, t.person.c.is_reachable)
            .join(t.membership, t.membership.c.person_id == t.person.c.id)
            .join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
            .where(
                t.organisation.c.member_number_hash == fingerprint,
                t.membership.c.role == Role.COORDINATOR.value,
                t.membership.c.ended_at.is_(None),
            )
            .order_by(t.membership.c.id)
        )
        rows = self._work.execute(coordinators).all()
        return MemberNumberTaken(
            [PersonId(row.id) for row in rows], [row.chat_id for row in rows if row.is_reachable and row.chat_id]
        )

    def _own_membership(self, membership: MembershipId) -> Membership:
        """Return a running membership of the actor. Raises NotAllowed."""
        for own in self._memberships_now():
            if own.id == membership:
                return own
        raise NotAllowed("membership")

    def _memberships_now(self) -> tuple[Membership, ...]:
        """Return the actor's running memberships, those of this very turn included."""
        actor = load_actors(self._work, [self._actor.chat]).get(self._actor.chat)
        return actor.memberships if actor is not None else ()

    def _row_of(self, membership: MembershipId) -> Any:
        """Return a running membership of the actor's organisation. Raises NotAllowed."""
        return self._one(t.membership.c.id == membership)

    def _row_of_person(self, person: PersonId) -> Any:
        """Return the (strongest) running membership of a person in the actor's organisation. Raises NotAllowed."""
        return self._one(t.membership.c.person_id == person)

    def _one(self, condition: sa.ColumnElement[bool]) -> Any:
        wanted = _COLLEAGUES.where(condition).order_by(t.membership.c.role.in_(_ANSWERING).desc(), t.membership.c.id)
        row = self._work.execute(wanted, {"organisation": self._organisation()}).first()
        if row is None:
            raise NotAllowed("membership")
        return row

    def _colleague(self, row: Any, counts: tuple[int, int, int]) -> Colleague:
        assigned, done, answered = counts
        return Colleague(
            membership=MembershipId(row.id),
            person=PersonId(row.person_id),
            name=open_name(self._work, row.person_id, row.name_sealed),
            role=Role(row.role),
            function=WhoCode(row.function) if row.function else None,
            is_reachable=bool(row.is_reachable and row.chat_id),
            assigned=assigned,
            answered=answered,
            done=done,
        )

    def _counts(self, evaluation: Evaluation, organisation: OrganisationId) -> dict[int, tuple[int, int, int]]:
        """Return per person how many norms were assigned, how many of those have a verdict, how many they judged."""
        has_verdict = t.answer.c.verdict != "not_assessed"
        own = sa.and_(t.self_evaluation.c.id == evaluation.id, t.self_evaluation.c.organisation_id == organisation)
        assigned = (
            sa.select(
                t.assignment.c.person_id,
                sa.func.count().label("given"),
                sa.func.count(t.answer.c.norm).label("done"),
            )
            .join(t.self_evaluation, t.self_evaluation.c.id == t.assignment.c.evaluation_id)
            .outerjoin(
                t.answer,
                sa.and_(
                    t.answer.c.evaluation_id == t.assignment.c.evaluation_id,
                    t.answer.c.norm == t.assignment.c.norm,
                    has_verdict,
                ),
            )
            .where(own)
            .group_by(t.assignment.c.person_id)
        )
        judged = (
            sa.select(t.answer.c.verdict_by, sa.func.count().label("answered"))
            .join(t.self_evaluation, t.self_evaluation.c.id == t.answer.c.evaluation_id)
            .where(own, has_verdict)
            .group_by(t.answer.c.verdict_by)
        )
        counts = {row.person_id: (row.given, row.done, 0) for row in self._work.execute(assigned)}
        for row in self._work.execute(judged):
            given, done, _ = counts.get(row.verdict_by, (0, 0, 0))
            counts[row.verdict_by] = (given, done, row.answered)
        return counts

    def _end(self, membership: int, person: int, organisation: int, role: Role, at: datetime) -> None:
        """End a membership, with the norms and open invitations that go with it. Raises LastCoordinator."""
        if role is Role.COORDINATOR:
            self._refuse_last_coordinator(organisation, membership)
        self._end_membership(membership, person, organisation, at)
        self._free_norms(person, organisation)

    def _refuse_last_coordinator(self, organisation: int, membership: int) -> None:
        # Two coordinators may leave at once: the organisation's row lets them go one by one.
        self._work.execute(sa.select(t.organisation.c.id).where(t.organisation.c.id == organisation).with_for_update())
        others = sa.select(t.membership.c.id).where(
            t.membership.c.organisation_id == organisation,
            t.membership.c.role == Role.COORDINATOR.value,
            t.membership.c.ended_at.is_(None),
            t.membership.c.id != membership,
        )
        if self._work.execute(others).first() is None:
            raise LastCoordinator("hand over first")

    def _free_norms(self, person: int, organisation: int) -> None:
        """Take the norms from who can no longer answer them, so that the coordinator sees them unassigned."""
        still = sa.select(t.membership.c.id).where(
            t.membership.c.person_id == person,
            t.membership.c.organisation_id == organisation,
            t.membership.c.role.in_(_ANSWERING),
            t.membership.c.ended_at.is_(None),
        )
        evaluations = sa.select(t.self_evaluation.c.id).where(t.self_evaluation.c.organisation_id == organisation)
        self._work.execute(
            t.assignment.delete().where(
                t.assignment.c.person_id == person, t.assignment.c.evaluation_id.in_(evaluations), ~sa.exists(still)
            )
        )

    def _set(self, **values: bool) -> None:
        self._work.execute(t.person.update().where(t.person.c.id == self._actor.person).values(values))


def forget_tries(work: SqlWork, now: datetime) -> int:
    """Delete wrong tries of invitation links that no longer count; return how many."""
    return work.execute(t.invitation_try.delete().where(t.invitation_try.c.tried_at <= now - TRIES_COUNT_FOR)).rowcount


def normal_member_number(text: str | None) -> str | None:
    """Return a member number as it is compared: without spaces, in capitals; None when nothing is left."""
    return "".join((text or "").split()).upper()[:40] or None
