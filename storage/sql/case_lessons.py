"""What a closed complaint teaches: its texts without any name that storage knows, and who at the body can be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import MembershipId
from domain.audit import Stage
from domain.cases import Lesson, Masking, lesson
from domain.complaints import Capacity, ComplaintId, Given, Happening
from domain.roles import PersonId, Role
from storage.case_interfaces import Learner
from storage.complaint_interfaces import Dossier
from storage.interfaces import NotAllowed
from storage.sql import complaint_tables as c
from storage.sql import tables as t
from storage.sql.actors import open_name
from storage.sql.complaint_reading import events_of, typed_place
from storage.sql.complaints import SqlComplaints
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_CI: Any = sa.bindparam("ci")
_AUDITED = sa.select(t.audit.c.organisation_id).where(t.audit.c.ci_id == _CI, t.audit.c.stage != Stage.CANCELLED.value)
_COMPLAINED = sa.select(c.complaint.c.organisation_id).where(c.complaint.c.ci_id == _CI)
_HELD = sa.select(c.complaint.c.holder_id).where(c.complaint.c.ci_id == _CI)
_KNOWN = sa.or_(
    t.organisation.c.id == _CI,
    t.organisation.c.id.in_(_AUDITED),
    t.organisation.c.id.in_(_COMPLAINED),
    t.organisation.c.id.in_(_HELD),
)
_ORGANISATIONS = sa.select(t.organisation.c.id, t.organisation.c.name_sealed).where(
    t.organisation.c.name_sealed.is_not(None), _KNOWN
)
#: Everybody who works or worked at the body or at one of those organisations.
_PEOPLE = (
    sa.select(t.person.c.id, t.person.c.name_sealed)
    .join(t.membership, t.membership.c.person_id == t.person.c.id)
    .join(t.organisation, t.organisation.c.id == t.membership.c.organisation_id)
    .where(t.person.c.name_sealed.is_not(None), t.membership.c.role != Role.VISITOR.value, _KNOWN)
    .distinct()
)
_OWN = c.complaint.c.ci_id == _CI
#: Whoever took part in a case, also from elsewhere.
_TAKING_PART = sa.select(t.person.c.id, t.person.c.name_sealed).where(
    t.person.c.name_sealed.is_not(None),
    sa.or_(
        *(
            t.person.c.id.in_(sa.select(column).where(_OWN, column.is_not(None)))
            for column in (c.complaint.c.reporter_id, c.complaint.c.claimant_id, c.complaint.c.handler_id)
        ),
        t.person.c.id.in_(
            sa.select(c.complaint_event.c.by)
            .join(c.complaint, c.complaint.c.id == c.complaint_event.c.complaint_id)
            .where(_OWN)
        ),
    ),
)
_WITH_NOTARIES = (
    sa.select(c.complaint_event.c.complaint_id)
    .join(c.complaint, c.complaint.c.id == c.complaint_event.c.complaint_id)
    .where(_OWN, c.complaint_event.c.what == Happening.OFFER_NOTARIES.value)
    .distinct()
)
_TYPED = sa.select(
    c.complaint.c.year, c.complaint.c.serial, c.complaint.c.client_sealed, c.complaint.c.holder_sealed
).where(
    c.complaint.c.ci_id == _CI,
    sa.or_(c.complaint.c.client_sealed.is_not(None), c.complaint.c.holder_sealed.is_not(None)),
)
_AUDITORS = (
    sa.select(t.membership.c.person_id, t.membership.c.id, t.person.c.chat_id, t.person.c.name_sealed)
    .join(t.person, t.person.c.id == t.membership.c.person_id)
    .where(
        t.membership.c.organisation_id == _CI,
        t.membership.c.role.in_([Role.TEAM_LEADER.value, Role.AUDITOR.value]),
        t.membership.c.ended_at.is_(None),
        t.membership.c.person_id != sa.bindparam("person"),
        t.person.c.is_reachable,
        t.person.c.chat_id.is_not(None),
    )
    .order_by(t.membership.c.id)
)


def names_around(work: SqlWork, ci: int) -> set[str]:
    """Return every name that may stand in a case of a body: its people and clients, theirs, and what was typed."""
    opened = work.vault.open
    names = {opened(f"organisation.name:{row.id}", row.name_sealed) for row in work.execute(_ORGANISATIONS, {"ci": ci})}
    for people in (_PEOPLE, _TAKING_PART):
        names |= {open_name(work, row.id, row.name_sealed) for row in work.execute(people, {"ci": ci})}
    mediated = list(work.execute(_WITH_NOTARIES, {"ci": ci}).scalars())
    for events in events_of(work, mediated).values():
        names |= {notary.name for event in events for notary in event.given.notaries}
    for row in work.execute(_TYPED, {"ci": ci}).all():
        for which, sealed in (("client", row.client_sealed), ("holder", row.holder_sealed)):
            if sealed is not None:
                names.add(opened(typed_place(which, ci, row.year, row.serial), sealed))
    return names


class SqlCaseLessons(Reach):
    """Implements `storage.case_interfaces.CaseLessons`."""

    def of(self, complaint: ComplaintId, words: str = "") -> Lesson:
        """Return it without names. Raises NotAllowed."""
        self._teaching(complaint)
        row = SqlComplaints(self._work, self._actor).row_of(complaint)
        return lesson(row, Masking(names_around(self._work, self._organisation())), words)

    def learners(self, complaint: ComplaintId) -> tuple[Learner, ...]:
        """Return who can be told. Raises NotAllowed."""
        self._teaching(complaint)
        found: dict[int, Learner] = {}
        values = {"ci": self._organisation(), "person": self._actor.person}
        for row in self._work.execute(_AUDITORS, values).all():
            name = open_name(self._work, row.person_id, row.name_sealed)
            learner = Learner(PersonId(row.person_id), name, row.chat_id, MembershipId(row.id))
            found.setdefault(row.person_id, learner)
        return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.person)))

    def share(
        self, complaint: ComplaintId, words: str, people: Collection[PersonId], at: datetime, *, seen: int
    ) -> tuple[Lesson, tuple[Learner, ...]]:
        """Record what was shared. Raises NotAllowed, ComplaintRefused, ComplaintChanged."""
        told, heard = self.of(complaint, words), [one for one in self.learners(complaint) if one.person in people]
        given = Given(told.text, number=len(heard))
        SqlComplaints(self._work, self._actor).note(complaint, Happening.LESSON, given, at, seen=seen)
        return told, tuple(heard)

    def _teaching(self, complaint: ComplaintId) -> Dossier:
        case = SqlComplaints(self._work, self._actor).get(complaint)
        if case.is_subject or not case.capacities & {Capacity.QUALITY_OFFICER, Capacity.HANDLER}:
            raise NotAllowed("lesson")
        return case
