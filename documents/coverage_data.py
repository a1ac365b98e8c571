"""What the picture of the coverage is made from, apart so that the bot need not load what draws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from domain.coverage import NormCoverage
from domain.framework import Framework, NormId


class CoverageReport(Struct, frozen=True):
    """What the picture shows, frozen and picklable: it is made in another process."""

    organisation: str
    framework: Framework
    covered: Mapping[NormId, NormCoverage]
    made_on: date
