"""The example organisation, which anybody may look through and nobody can change.

Its content is plain data, written by whoever knows the label (`content`, as a YAML file gives it):

    organisation: Welzijn Voorbeeld          # its name
    coordinator: Samira                      # who judged where `by` says nothing
    answers:
      V1:
        verdict: partial                     # met | partial | not_met | not_applicable
        by: Joost                            # optional
        reason: ...                          # with not_applicable
        contributions:
          - {author: Joost, text: ..., kind: text, purpose: explanation}   # the last two optional
        improvement: {what: ..., who: ..., due_on: 2027-03-01}             # each optional

The people in it are persons without a chat, so that nobody can ever act as one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.actors import Actor, Membership, MembershipId, Organisation
from domain.framework import FrameworkId, NormId
from domain.roles import OrganisationId, OrganisationKind, Permission, PersonId, Role
from domain.self_evaluation import ContributionKind, Evaluation, Purpose
from domain.verdicts import Verdict
from storage.sql import tables as t
from storage.sql.actors import clean_name, seal_name, seal_organisation
from storage.sql.evaluations import SqlEvaluations

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_LOCK = 0x48616E6476617402  # on PostgreSQL: two processes may start at once
_NO_CHAT = 0  # never stored: a person of the example has no chat


class _Writer(SqlEvaluations):
    """The one store that may write in the example."""

    def _may(self, permission: Permission) -> bool:
        return self._actor.may(permission)


def seed_example(
    work: SqlWork, read: Callable[[], tuple[FrameworkId, Mapping[str, Any]]], at: datetime
) -> OrganisationId:
    """Make the example organisation with its self-evaluation, once, and return its id; its content is only read then.

    Raises:
        KeyError, ValueError: the content names something that the framework does not know.
    """
    if not work.is_sqlite:  # SQLite has one writer at a time anyway
        work.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    kind = OrganisationKind.EXAMPLE.value
    existing = work.execute(sa.select(t.organisation.c.id).where(t.organisation.c.kind == kind)).scalar()
    if existing is not None:
        return OrganisationId(existing)
    framework, content = read()
    organisation = _make_organisation(work, str(content["organisation"]), at)
    coordinator = str(content["coordinator"])
    people = {name: _make_author(work, organisation, name, name == coordinator, at) for name in _names(content)}
    evaluation = _Writer(work, people[coordinator]).start(framework, at)
    for norm, answer in content["answers"].items():
        _fill(work, evaluation, NormId(norm), answer, people, coordinator, at)
    return organisation.id


def _names(content: Mapping[str, Any]) -> Iterable[str]:
    """Return everybody who takes part, the coordinator first."""
    names = [str(content["coordinator"])]
    for answer in content["answers"].values():
        names += [answer["by"]] if "by" in answer else []
        names += [part["author"] for part in answer.get("contributions", ())]
    return dict.fromkeys(names)


def _make_organisation(work: SqlWork, name: str, at: datetime) -> Organisation:
    kind = OrganisationKind.EXAMPLE
    insert = t.organisation.insert().values(kind=kind.value, is_confirmed=True, created_at=at)
    organisation = OrganisationId(work.execute(insert.returning(t.organisation.c.id)).scalar_one())
    sealed = seal_organisation(work, organisation, "name", clean_name(name))
    work.execute(t.organisation.update().where(t.organisation.c.id == organisation).values(name_sealed=sealed))
    return Organisation(organisation, kind, clean_name(name), is_confirmed=True)


def _make_author(work: SqlWork, organisation: Organisation, name: str, is_coordinator: bool, at: datetime) -> Actor:
    """Return a person of the example as an actor for this transaction."""
    insert = t.person.insert().values(is_reachable=False, wants_nudges=False, created_at=at)
    person = PersonId(work.execute(insert.returning(t.person.c.id)).scalar_one())
    sealed = seal_name(work, person, name)
    work.execute(t.person.update().where(t.person.c.id == person).values(name_sealed=sealed))
    role = Role.COORDINATOR if is_coordinator else Role.COLLEAGUE
    joined = t.membership.insert().values(
        person_id=person, organisation_id=organisation.id, role=role.value, created_at=at
    )
    membership = MembershipId(work.execute(joined.returning(t.membership.c.id)).scalar_one())
    held = Membership(membership, person, organisation, role)
    return Actor(person, _NO_CHAT, name, (held,), held)


def _fill(
    work: SqlWork,
    evaluation: Evaluation,
    norm: NormId,
    answer: Mapping[str, Any],
    people: Mapping[str, Actor],
    coordinator: str,
    at: datetime,
) -> None:
    """Write one answer with everything that was handed in."""
    own = _Writer(work, people[answer.get("by", coordinator)])
    for part in answer.get("contributions", ()):
        kind, purpose = ContributionKind(part.get("kind", "text")), Purpose(part.get("purpose", "explanation"))
        store = _Writer(work, people[part["author"]])
        store.contribute(evaluation, norm, kind, purpose, part["text"], at, message_id=None)
    own.record_verdict(evaluation, norm, Verdict(answer["verdict"]), seen=None, at=at)
    if answer.get("reason"):
        own.record_reason(evaluation, norm, answer["reason"], at)
    if answer.get("improvement"):
        own.record_improvement(evaluation, norm, at, **answer["improvement"])
