"""Reading decisions, part A and certificates; for stores that have established that the actor may see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.audit import AuditId
from domain.certificate import (
    Certificate,
    CertificateId,
    CertificateStatus,
    EditionReason,
    PartAState,
    Printed,
    ReplacedEdition,
)
from domain.report import VersionId
from domain.roles import OrganisationId, PersonId
from storage.register_interfaces import Decision, PartA, RegisterEntry
from storage.sql import register_tables as r

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

#: Certificates are public, and outlive what is kept of an audit: they have a key of their own.
REGISTER_SCOPE = "register"

_AUDIT: Any = sa.bindparam("audit")
_DECISION = (
    sa.select(r.ci_decision).where(r.ci_decision.c.audit_id == _AUDIT).order_by(r.ci_decision.c.version.desc()).limit(1)
)
_PART_A = sa.select(r.part_a).where(r.part_a.c.audit_id == _AUDIT).order_by(r.part_a.c.number.desc()).limit(1)
_LATER = r.certificate_status.alias("later")
_STATUS = r.certificate_status
_EDITION = r.certificate_edition
_REPLACED = (
    sa.select(sa.func.count())
    .where(_EDITION.c.certificate_id == r.certificate.c.id)
    .correlate(r.certificate)
    .scalar_subquery()
)
CERTIFICATES = (
    sa.select(r.certificate, _STATUS.c.status, _STATUS.c.since, _STATUS.c.version, _REPLACED.label("replaced"))
    .join(_STATUS, _STATUS.c.certificate_id == r.certificate.c.id)
    .where(
        ~sa.exists().where(_LATER.c.certificate_id == _STATUS.c.certificate_id, _LATER.c.version > _STATUS.c.version)
    )
    .order_by(r.certificate.c.id.desc())
)
OF_AUDIT = CERTIFICATES.where(r.certificate.c.audit_id == _AUDIT)
ONE = CERTIFICATES.where(r.certificate.c.id == sa.bindparam("certificate"))
OF_ORGANISATION = CERTIFICATES.where(r.certificate.c.organisation_id == sa.bindparam("organisation"))
OF_CODE = CERTIFICATES.where(
    sa.or_(
        r.certificate.c.code == sa.bindparam("code"),
        r.certificate.c.id.in_(sa.select(_EDITION.c.certificate_id).where(_EDITION.c.code == sa.bindparam("code"))),
    )
)
_EDITIONS = (
    sa.select(_EDITION)
    .where(_EDITION.c.certificate_id == sa.bindparam("certificate"))
    .order_by(_EDITION.c.number.desc())
)


def decision_of(work: SqlWork, audit: AuditId) -> Decision | None:
    """Return what the CI decided last."""
    row = work.execute(_DECISION, {"audit": audit}).first()
    if row is None:
        return None
    reason = work.vault.open(decision_place(audit, row.version), row.reason_sealed)
    return Decision(audit, row.is_positive, row.on, reason, PersonId(row.decided_by), row.version)


def part_a_of(work: SqlWork, audit: AuditId) -> PartA | None:
    """Return part A as it went to the secretariat last."""
    row = work.execute(_PART_A, {"audit": audit}).first()
    if row is None:
        return None
    question = work.vault.open(question_place(audit, row.number), row.question_sealed)
    report = VersionId(row.report_version_id) if row.report_version_id is not None else None
    return PartA(audit, row.number, PartAState(row.state), row.on, question, report)


def entries(work: SqlWork, statement: Any, **values: Any) -> tuple[RegisterEntry, ...]:
    """Return the certificates of a statement with what is printed on them."""
    rows: Sequence[Any] = work.execute(statement, values).all()
    return tuple(_entry(work, row) for row in rows)


def _entry(work: SqlWork, row: Any) -> RegisterEntry:
    printed = _printed(work, row)
    certificate = Certificate(
        id=CertificateId(row.id), number=row.number, code=row.code, organisation=OrganisationId(row.organisation_id),
        audit=AuditId(row.audit_id), ci=OrganisationId(row.ci_id), valid_from=row.valid_from,
        expires_on=row.expires_on, made_on=row.made_on, status=CertificateStatus(row.status), since=row.since,
        version=row.version, edition=row.replaced + 1,
    )  # fmt: skip
    return RegisterEntry(certificate, printed.organisation, printed.ci, printed.scope, printed.norms_version)


def replaced_editions(work: SqlWork, certificate: CertificateId) -> tuple[ReplacedEdition, ...]:
    """Return the editions of a certificate that another one replaced, the newest first."""
    rows: Sequence[Any] = work.execute(_EDITIONS, {"certificate": certificate}).all()
    return tuple(
        ReplacedEdition(
            row.number, row.code, row.valid_from, row.expires_on, _printed(work, row).scope, row.replaced_on,
            EditionReason(row.reason),
        )
        for row in rows
    )  # fmt: skip


def _printed(work: SqlWork, row: Any) -> Printed:
    """Return what is printed on a certificate, or was on an edition of it."""
    found = json.loads(work.vault.open(content_place(row.code), row.content_sealed))
    return Printed(found["organisation"], found["ci"], found["scope"], found["norms"])


def decisions_by(work: SqlWork, person: PersonId) -> list[dict[str, Any]]:
    """Return the decisions that somebody took, for the export of their data."""
    rows = sa.select(r.ci_decision).where(r.ci_decision.c.decided_by == person).order_by(r.ci_decision.c.decided_at)
    return [
        {
            "audit_id": row.audit_id, "is_positive": row.is_positive, "on": row.on.isoformat(),
            "reason": work.vault.open(decision_place(AuditId(row.audit_id), row.version), row.reason_sealed),
        }
        for row in work.execute(rows).all()
    ]  # fmt: skip


def decision_place(audit: AuditId, version: int) -> str:
    """Return where the reason of a decision is sealed."""
    return f"ci_decision.reason:{audit}:{version}"


def question_place(audit: AuditId, number: int) -> str:
    """Return where the question of the secretariat is sealed."""
    return f"part_a.question:{audit}:{number}"


def content_place(code: str) -> str:
    """Return where what is printed on a certificate is sealed."""
    return f"certificate.content:{code}"
