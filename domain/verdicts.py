"""The verdict on one norm, as a member gives it about itself and an auditor about the member."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What somebody holds of one norm (handbook §2.6); the values are stored."""

    MET = "met"
    PARTIAL = "partial"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"

    @property
    def needs_improvement(self) -> bool:
        """Whether this verdict asks for an entry in the improvement plan (handbook §2.6)."""
        return self in (Verdict.PARTIAL, Verdict.NOT_MET)


#: The verdicts that say how far practice is; the other two say why there is no such verdict.
JUDGED_VERDICTS = (Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET)
