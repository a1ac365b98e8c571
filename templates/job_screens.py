"""What slow work says when it is done, or when it could not be done."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from templates.screens import Screen


class CaptionDocument(Screen, frozen=True):
    """Below a document of the self-evaluation; `kind` is word, pdf or excel."""

    template = "jobs/caption_document.html.j2"

    organisation: str
    kind: str
    made_on: date


class CaptionScorecard(Screen, frozen=True):
    """Below the picture of all norms."""

    template = "jobs/caption_scorecard.html.j2"

    organisation: str
    made_on: date


class CaptionCoverage(Screen, frozen=True):
    """Below the picture of the coverage of an audit."""

    template = "jobs/caption_coverage.html.j2"

    organisation: str
    made_on: date


class CaptionEstimate(Screen, frozen=True):
    """Below what an audit takes and might cost."""

    template = "jobs/caption_estimate.html.j2"

    fte: Fraction
    prices_as_of: str


class CaptionInvitation(Screen, frozen=True):
    """Below the QR code of an invitation."""

    template = "jobs/caption_invitation.html.j2"


class CaptionExport(Screen, frozen=True):
    """Below the file with everything that is kept about a person."""

    template = "jobs/caption_export.html.j2"


class CaptionArchive(Screen, frozen=True):
    """Below an archive with everything that is kept of an organisation; `part` of `parts`."""

    template = "jobs/caption_archive.html.j2"

    organisation: str
    part: int
    parts: int


class SayFileRefused(Screen, frozen=True):
    """A file turned out to be something that is not kept; `reason` is a code of bot.file_check."""

    template = "jobs/file_refused.html.j2"

    name: str
    reason: str


class SayJobFailed(Screen, frozen=True):
    """A document or file could not be made; `code` is what a person can quote."""

    template = "jobs/failed.html.j2"

    code: str
