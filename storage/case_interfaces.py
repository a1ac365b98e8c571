"""What the rest of Handvat may ask of storage about the casusregister: every case of a certifying body, as rows.

Complaints and appeals are kept apart and each decides who reaches what; the register only puts the rows together. The
quality officer and the office manager see all of their body, a handler what was given to them, nobody else anything.
"""

from __future__ import annotations

from typing import Protocol

from domain.cases import CaseKind, CaseLine, CaseRow, KeptTerm


class CaseRegister(Protocol):
    """The casusregister as far as the actor reaches."""

    def rows(self) -> tuple[CaseRow, ...]:
        """Return every case within reach, of every kind. Raises NotAllowed for who has nothing to do with cases."""
        ...


__all__ = ["CaseKind", "CaseLine", "CaseRegister", "CaseRow", "KeptTerm"]
