"""The certificate as PDF: a landscape page in our own layout, with a QR code that says what it should say.

Whoever holds a copy scans the code and reads number, name, dates and the code of the register; nothing is looked up.
"""

from __future__ import annotations

import segno

from documents import words
from documents.certificate_data import CertificateData
from documents.plain_text import file_stem
from documents.typesetting import typeset_pdf, typeset_png

_LONGEST_NAME = 80
_WORDS = (
    "title", "label", "declares", "meets", "scope", "audited_by", "date", "valid_until", "number", "code", "check",
    "granted_by", "not_valid",
)  # fmt: skip


def render_certificate(data: CertificateData) -> bytes:
    """Return the certificate as PDF."""
    return typeset_pdf("certificate.typ", _values(data), data.made_at)


def picture_of(data: CertificateData) -> bytes:
    """Return the certificate as a picture, to look at."""
    return typeset_png("certificate.typ", _values(data))


def file_name(data: CertificateData) -> str:
    """Return a name such as "Certificaat Welzijn Rivierenland SSW-2027-0001.pdf", safe on every system."""
    organisation = file_stem(data.organisation, _LONGEST_NAME) or words.text("file.unnamed")
    if data.edition > 1:
        return words.text(
            "file.certificate_edition", organisation=organisation, number=data.number, edition=data.edition
        )
    return words.text("file.certificate", organisation=organisation, number=data.number)


def verification_text(data: CertificateData) -> str:
    """Return what the QR code says."""
    return words.text(
        "certificate.verification_edition" if data.edition > 1 else "certificate.verification", number=data.number,
        organisation=data.organisation[:120], valid_from=words.long_date(data.valid_from),
        expires_on=words.long_date(data.expires_on), code=data.code, edition=data.edition,
    )  # fmt: skip


def _values(data: CertificateData) -> dict[str, object]:
    matrix = segno.make_qr(verification_text(data), error="m").matrix
    return {
        "organisation": data.organisation,
        "scope": data.scope,
        "ci": data.ci,
        "number": data.number,
        "code": data.code,
        "edition": words.text("certificate.edition", edition=data.edition) if data.edition > 1 else "",
        "norms": words.text("certificate.norms", version=data.norms_version),
        "valid_from": words.long_date(data.valid_from),
        "expires_on": words.long_date(data.expires_on),
        "is_valid": data.is_valid,
        "qr": ["".join(str(int(module)) for module in row) for row in matrix],
        "words": {name: words.text(f"certificate.{name}") for name in _WORDS},
    }
