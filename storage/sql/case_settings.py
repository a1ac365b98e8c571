"""Which procedure for complaints and appeals counts where: what a certifying body chose, or what a case began with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.case_procedure import CaseProcedure
from domain.roles import OrganisationId, OrganisationKind, Permission
from storage.case_interfaces import CaseChoice, NotOffered
from storage.interfaces import NotAllowed
from storage.sql import complaint_tables as c
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_CHOSEN = sa.select(c.case_choice).where(c.case_choice.c.ci_id == sa.bindparam("ci"))


def procedure_at(work: SqlWork, ci: int) -> CaseProcedure:
    """Return what a case that begins at a body now goes by."""
    return _choice(work, ci).procedure


def treat_weeks_at(work: SqlWork, ci: int) -> int | None:
    """Return a body's own aim for treating a complaint, None for what its procedure says."""
    return _choice(work, ci).treat_weeks


def procedure_of_row(work: SqlWork, row: Any) -> CaseProcedure:
    """Return what a complaint goes by: what its body had chosen when it began."""
    return work.audit_rules.cases.of(row.procedure, row.treat_weeks)


def _choice(work: SqlWork, ci: int) -> CaseChoice:
    """Return what a body chose; an aim that its procedure does not offer any more has no effect."""
    row, procedures = work.execute(_CHOSEN, {"ci": ci}).first(), work.audit_rules.cases
    if row is None:
        return CaseChoice(procedures.standard, procedures.standard, None)
    said = procedures.of(row.procedure)
    weeks = row.treat_weeks if row.treat_weeks in said.complaint.terms["treat"].own_weeks else None
    return CaseChoice(said, said.treated_within(weeks), weeks)


class SqlCaseSettings(Reach):
    """Implements `storage.case_interfaces.CaseSettings`."""

    def choice(self) -> CaseChoice:
        """Return what the actor's body chose. Raises NotAllowed."""
        return _choice(self._work, self._body(Permission.KEEP_CASES))

    def choose(self, procedure: str, at: datetime) -> CaseChoice:
        """Choose the procedure for what begins from now on. Raises NotAllowed, NotOffered."""
        ci = self._body(Permission.CHOOSE_PROCEDURE)
        if procedure not in self._work.audit_rules.cases.all:
            raise NotOffered(procedure)
        self._store(ci, procedure, None, at)
        self._audit("case_procedure_chosen", f"organisation:{ci}:{procedure}", at)
        return self.choice()

    def aim(self, weeks: int | None, at: datetime) -> CaseChoice:
        """Set the own aim for treating a complaint, None for none. Raises NotAllowed, NotOffered."""
        ci = self._body(Permission.CHOOSE_PROCEDURE)
        chosen = self.choice().said
        if weeks is not None and weeks not in chosen.complaint.terms["treat"].own_weeks:
            raise NotOffered(str(weeks))
        self._store(ci, chosen.id, weeks, at)
        self._audit("case_aim_set", f"organisation:{ci}:{weeks or 0}", at)
        return self.choice()

    def _store(self, ci: OrganisationId, procedure: str, weeks: int | None, at: datetime) -> None:
        written = {"procedure": procedure, "treat_weeks": weeks, "chosen_by": self._actor.person, "chosen_at": at}
        insert = self._work.upsert(c.case_choice).values({"ci_id": ci} | written)
        self._work.execute(insert.on_conflict_do_update(index_elements=["ci_id"], set_=written))

    def _body(self, permission: Permission) -> OrganisationId:
        organisation = self._actor.organisation
        if organisation is None or organisation.kind is not OrganisationKind.CI:
            raise NotAllowed("ci")
        return self._require(permission)
