"""What slow work says when it is done, or when it could not be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from templates.screens import Screen


@dataclass(frozen=True)
class CaptionDocument(Screen):
    """Below a document of the self-evaluation; `kind` is word, pdf or excel."""

    template = "jobs/caption_document.html.j2"

    organisation: str
    kind: str
    made_on: date


@dataclass(frozen=True)
class CaptionScorecard(Screen):
    """Below the picture of all norms."""

    template = "jobs/caption_scorecard.html.j2"

    organisation: str
    made_on: date


@dataclass(frozen=True)
class CaptionCoverage(Screen):
    """Below the picture of the coverage of an audit."""

    template = "jobs/caption_coverage.html.j2"

    organisation: str
    made_on: date


@dataclass(frozen=True)
class CaptionInvitation(Screen):
    """Below the QR code of an invitation."""

    template = "jobs/caption_invitation.html.j2"


@dataclass(frozen=True)
class CaptionExport(Screen):
    """Below the file with everything that is kept about a person."""

    template = "jobs/caption_export.html.j2"


@dataclass(frozen=True)
class SayFileRefused(Screen):
    """A file turned out to be something that is not kept; `reason` is a code of bot.file_check."""

    template = "jobs/file_refused.html.j2"

    name: str
    reason: str


@dataclass(frozen=True)
class SayJobFailed(Screen):
    """A document or file could not be made; `code` is what a person can quote."""

    template = "jobs/failed.html.j2"

    code: str
