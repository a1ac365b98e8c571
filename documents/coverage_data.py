"""What the picture of the coverage is made from, apart so that the bot need not load what draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.coverage import NormCoverage
from domain.framework import Framework, NormId


@dataclass(frozen=True)
class CoverageReport:
    """What the picture shows, frozen and picklable: it is made in another process."""

    organisation: str
    framework: Framework
    covered: Mapping[NormId, NormCoverage]
    made_on: date
