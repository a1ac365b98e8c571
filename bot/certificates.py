"""Reads what stands on a certificate in one transaction, as the person who asked for it."""

from __future__ import annotations

from datetime import datetime

from documents.certificate_data import CertificateData
from domain.certificate import CertificateId
from domain.roles import Permission
from storage.interfaces import Work
from templates.render import AMSTERDAM


def load_certificate(work: Work, chat: int, certificate: CertificateId, now: datetime) -> CertificateData:
    """Return a certificate, as far as the person behind this chat may see it.

    Raises:
        NotAllowed
    """
    actor = work.actor(chat)
    store = work.register(actor) if actor.may(Permission.KEEP_REGISTER) else work.decisions(actor)
    entry = store.entry(certificate)
    found = entry.certificate
    today = now.astimezone(AMSTERDAM).date()
    return CertificateData(
        organisation=entry.organisation, scope=entry.scope, ci=entry.ci, number=found.number, code=found.code,
        norms_version=entry.norms_version, valid_from=found.valid_from, expires_on=found.expires_on, made_at=now,
        is_valid=found.is_valid_on(max(today, found.valid_from)), edition=found.edition,
    )  # fmt: skip
