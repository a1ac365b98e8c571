"""What every store shares: the transaction, the actor, and how far that actor reaches."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.actors import Actor
from domain.roles import OrganisationId, OrganisationKind, Permission
from storage.interfaces import NotAllowed
from storage.sql import tables as t

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_LOOKING = frozenset({Permission.READ_EVALUATION, Permission.EXPORT_DOCUMENTS})


class Reach:
    """A store for one actor. The organisation of its role goes into every query as a condition."""

    def __init__(self, work: SqlWork, actor: Actor) -> None:
        self._work = work
        self._actor = actor

    def _may(self, permission: Permission) -> bool:
        """Say whether the actor has a permission; the example organisation is only there to look at."""
        organisation = self._actor.organisation
        is_example = organisation is not None and organisation.kind is OrganisationKind.EXAMPLE
        return self._actor.may(permission) and (permission in _LOOKING or not is_example)

    def _require(self, permission: Permission) -> OrganisationId:
        """Return the actor's organisation if the actor has this permission there. Raises NotAllowed."""
        organisation = self._actor.organisation
        if organisation is None or not self._may(permission):
            raise NotAllowed(permission.value)
        return organisation.id

    def _organisation(self) -> OrganisationId:
        """Return the organisation of the actor's role, whatever that role may do. Raises NotAllowed."""
        if self._actor.organisation is None:
            raise NotAllowed("organisation")
        return self._actor.organisation.id

    def _audit(self, action: str, subject: str, at: datetime, organisation: OrganisationId | None = None) -> None:
        """Write down what the actor did; in the organisation of its role unless another is given."""
        if organisation is None:
            self._work.audit(action, subject, self._actor, at)
            return
        self._work.add(
            t.audit_trail,
            at=at,
            person_id=self._actor.person,
            organisation_id=organisation,
            action=action,
            subject=subject,
        )
