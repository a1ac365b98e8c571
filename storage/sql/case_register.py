"""The casusregister: the rows of every kind of case, put together; each kind decides itself who reaches what."""

from __future__ import annotations

from domain.cases import CaseRow, Masking
from domain.roles import Permission
from domain.working_days import local_day
from storage.interfaces import NotAllowed
from storage.sql.appeals import SqlAppeals
from storage.sql.case_lessons import names_around
from storage.sql.complaints import SqlComplaints
from storage.sql.reach import Reach

_WORKING = (Permission.KEEP_CASES, Permission.HANDLE_CASES)


class SqlCaseRegister(Reach):
    """Implements `storage.case_interfaces.CaseRegister`."""

    def rows(self) -> tuple[CaseRow, ...]:
        """Return every case within reach, of every kind. Raises NotAllowed."""
        if not any(self._may(permission) for permission in _WORKING):
            raise NotAllowed("cases")
        complaints = SqlComplaints(self._work, self._actor).rows()
        return (*complaints, *SqlAppeals(self._work, self._actor).case_rows(local_day(self._work.now)))

    def masking(self) -> Masking:
        """Return what takes every name around the body out of a text. Raises NotAllowed."""
        return Masking(names_around(self._work, self._require(Permission.KEEP_CASES)))
