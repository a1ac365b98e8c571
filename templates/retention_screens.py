"""What people hear of data that will go by itself, or because a coordinator asked for it."""

from __future__ import annotations

from datetime import date

from templates.screens import Screen


class TellOrganisationGoes(Screen, frozen=True):
    """Nothing has happened in an organisation for a long time, so it will be erased on a day."""

    template = "retention/tell_organisation_goes.html.j2"

    organisation: str
    on: date


class TellPersonGoes(Screen, frozen=True):
    """Somebody without a role has not written for a long time, so what names them will be erased on a day."""

    template = "retention/tell_person_goes.html.j2"

    on: date


class ErasurePlanned(Screen, frozen=True):
    """The organisation will be erased on a day; `by` for everybody but who asked for it."""

    template = "retention/erasure_planned.html.j2"

    organisation: str
    on: date
    by: str | None = None


class ErasureStopped(Screen, frozen=True):
    """The organisation stays; `by` for everybody but who stopped it."""

    template = "retention/erasure_stopped.html.j2"

    organisation: str
    by: str | None = None


class TellNotesGo(Screen, frozen=True):
    """An audit has long been over, so what the auditors noted will be erased on a day."""

    template = "retention/tell_notes_go.html.j2"

    organisation: str
    on: date


class NotesKept(Screen, frozen=True):
    """The notes of an audit stay for a while; or nothing was going to be erased (any more)."""

    template = "retention/notes_kept.html.j2"

    asks_again_on: date | None
