"""Files that people sent: recorded at once, fetched later by a job, and only ever reached through a role.

    want (in the turn) -> wanted -> the job reads `file_to_fetch` -> mark_stored | mark_refused
    erase_organisation -> erased: then `blob_names` misses it, and whoever keeps house deletes the content

The content lies below the data directory under a random name, `blob`, chosen when the file is recorded.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from msgspec import Struct

from domain.roles import OrganisationId, Permission
from domain.self_evaluation import Evaluation, EvaluationId, FileId
from storage.interfaces import EvaluationClosed, FileRef, NotAllowed
from storage.sql import complaint_tables as c
from storage.sql import plan_tables as p
from storage.sql import tables as t
from storage.sql.actors import organisation_scope
from storage.sql.audit_reach import CI_ROLES, allowing, of_actor
from storage.sql.complaint_reach import CASE, WITHIN
from storage.sql.reach import Reach

if TYPE_CHECKING:
    from storage.sql.work import SqlWork

_OF_FINDING = (
    sa.select(t.stored_file)
    .select_from(
        t.stored_file.join(t.finding, t.finding.c.file_id == t.stored_file.c.id).join(
            t.audit, t.audit.c.id == t.finding.c.audit_id
        )
    )
    .where(
        t.stored_file.c.id == sa.bindparam("file"),
        t.stored_file.c.status != "erased",
        t.finding.c.withdrawn_at.is_(None),
        allowing(Permission.READ_AUDIT),
    )
)

_SHOWS = p.plan_evidence.c.file_id == t.stored_file.c.id
_OF_ACTION = (
    sa.select(t.stored_file)
    .select_from(t.stored_file.join(p.plan_evidence, _SHOWS).join(t.audit, t.audit.c.id == p.plan_evidence.c.audit_id))
    .where(
        t.stored_file.c.id == sa.bindparam("file"),
        t.stored_file.c.status != "erased",
        p.plan_evidence.c.withdrawn_at.is_(None),
        allowing(Permission.READ_AUDIT),
    )
)
_OWN = sa.select(t.stored_file).where(
    t.stored_file.c.id == sa.bindparam("file"),
    t.stored_file.c.organisation_id == sa.bindparam("own_organisation"),
    t.stored_file.c.status != "erased",
    sa.or_(
        sa.bindparam("coordinates", type_=sa.Boolean),
        ~sa.exists().where(_SHOWS),
        sa.exists().where(
            _SHOWS,
            p.plan_owner.c.audit_id == p.plan_evidence.c.audit_id,
            p.plan_owner.c.norm == p.plan_evidence.c.norm,
            p.plan_owner.c.person_id == sa.bindparam("person"),
        ),
    ),
)

_OF_CASE = (
    sa.select(t.stored_file)
    .select_from(
        t.stored_file.join(c.complaint_event, c.complaint_event.c.file_id == t.stored_file.c.id).join(
            CASE, CASE.c.id == c.complaint_event.c.complaint_id
        )
    )
    .where(t.stored_file.c.id == sa.bindparam("file"), t.stored_file.c.status != "erased", WITHIN)
)

MAX_FILE_NAME = 255  # what file systems take
MAX_MEDIA_TYPE = 100


class FileToFetch(Struct, frozen=True):
    """What the job needs to fetch a file: Telegram's id, where it goes and under which scope to seal it."""

    id: FileId
    telegram_id: str
    blob: str
    scope: str
    organisation: OrganisationId
    name: str
    media_type: str
    size: int | None


class SqlFiles(Reach):
    """Implements `storage.interfaces.Files`."""

    def want(
        self, evaluation: Evaluation, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched; the caller queues the job "fetch_file".

        Raises:
            NotAllowed, EvaluationClosed
        """
        organisation = self._require(Permission.ANSWER)
        self._check_open(evaluation, organisation)
        found = want_file(self._work, organisation, name, media_type, size, telegram_id, at, evaluation=evaluation.id)
        self._audit("file_wanted", f"stored_file:{found.id}", at)
        return found

    def get(self, file: FileId) -> FileRef:
        """Return what is known of a file: in the role of an auditor that of a finding, of who handles cases a proof.

        What shows that an action of a plan is done is for the coordinators, its owner and the team of the audit.

        Raises:
            NotAllowed
        """
        keeps, handles = self._may(Permission.KEEP_CASES), self._may(Permission.HANDLE_CASES)
        if keeps or handles:
            return self._of_case(file, keeps=keeps, handles=handles)
        if self._actor.role in CI_ROLES:
            return self._of_audit(file)
        own = {
            "file": file, "own_organisation": self._require(Permission.READ_EVALUATION),
            "person": self._actor.person, "coordinates": self._may(Permission.WRITE_PLAN),
        }  # fmt: skip
        row = self._work.execute(_OWN, own).first()
        if row is None:
            raise NotAllowed("file")
        return self._ref(row)

    def of(self, evaluation: Evaluation) -> Mapping[FileId, FileRef]:
        """Return every file that was sent in an evaluation, for documents. Raises NotAllowed."""
        organisation = self._require(Permission.READ_EVALUATION)
        if evaluation.organisation != organisation:
            raise NotAllowed("evaluation")
        own = sa.and_(
            t.stored_file.c.evaluation_id == evaluation.id,
            t.stored_file.c.organisation_id == organisation,
            t.stored_file.c.status != "erased",
        )
        rows = self._work.execute(sa.select(t.stored_file).where(own).order_by(t.stored_file.c.id)).all()
        return {FileId(row.id): self._ref(row) for row in rows}

    def _of_audit(self, file: FileId) -> FileRef:
        """Return the file of a finding or an action in an audit that is open to the actor. Raises NotAllowed."""
        reach = of_actor(self._actor) | {"file": file}
        row = self._work.execute(_OF_FINDING, reach).first() or self._work.execute(_OF_ACTION, reach).first()
        if row is None:
            raise NotAllowed("file")
        return self._ref(row)

    def _of_case(self, file: FileId, *, keeps: bool, handles: bool) -> FileRef:
        """Return the file of a case that the actor reaches. Raises NotAllowed."""
        reach = {"ci": self._organisation(), "person": self._actor.person, "keeps": keeps, "handles": handles}
        row = self._work.execute(_OF_CASE, reach | {"file": file}).first()
        if row is None:
            raise NotAllowed("file")
        return self._ref(row)

    def _ref(self, row: Any) -> FileRef:
        name = self._work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed)
        return FileRef(FileId(row.id), name, row.media_type, row.size, row.status, row.reason)

    def _check_open(self, evaluation: Evaluation, organisation: OrganisationId) -> None:
        own = sa.and_(t.self_evaluation.c.id == evaluation.id, t.self_evaluation.c.organisation_id == organisation)
        status = self._work.execute(sa.select(t.self_evaluation.c.status).where(own)).scalar()
        if status is None:
            raise NotAllowed("evaluation")
        if status != "open":
            raise EvaluationClosed(evaluation.id)


def want_file(
    work: SqlWork, organisation: OrganisationId, name: str, media_type: str, size: int | None, telegram_id: str,
    at: datetime, *, evaluation: EvaluationId | None = None,
) -> FileRef:  # fmt: skip
    """Record a file of an organisation that has to be fetched, for stores that know that the actor may send it."""
    name, media_type = name[:MAX_FILE_NAME], media_type[:MAX_MEDIA_TYPE]
    blob, scope = secrets.token_hex(16), organisation_scope(organisation)
    values = {
        "organisation_id": organisation, "evaluation_id": evaluation, "media_type": media_type, "size": size,
        "name_sealed": work.vault.seal(scope, f"stored_file.name:{blob}", name),
        "telegram_id_sealed": work.vault.seal(scope, f"stored_file.telegram_id:{blob}", telegram_id),
        "blob": blob, "status": "wanted", "created_at": at,
    }  # fmt: skip
    insert = t.stored_file.insert().values(values).returning(t.stored_file.c.id)
    return FileRef(FileId(work.execute(insert).scalar_one()), name, media_type, size, "wanted")


def drop_file(work: SqlWork, file: FileId) -> None:
    """Let go of a file: its name at once, and its content as soon as no other row refers to that."""
    gone = {"status": "erased", "name_sealed": None, "telegram_id_sealed": None, "sha256": None, "size": None}
    work.execute(t.stored_file.update().where(t.stored_file.c.id == file).values(gone | {"media_type": ""}))


# --------------------------------------------------------------------- for the jobs, which act for nobody


def file_to_fetch(work: SqlWork, file: FileId) -> FileToFetch | None:
    """Return what is needed to fetch a file, None when that is no longer wanted."""
    row = _file(work, file, "wanted")
    if row is None:
        return None
    return _to_fetch(work, row)


def stored_file(work: SqlWork, file: FileId) -> FileToFetch | None:
    """Return where the content of a stored file lies, None when there is none (yet or any more)."""
    row = _file(work, file, "stored")
    return _to_fetch(work, row) if row is not None else None


def mark_stored(work: SqlWork, file: FileId, *, media_type: str, size: int, sha256: bytes) -> bool:
    """Record what a fetched file proved to be; False when it is no longer wanted: then delete the blob."""
    return _change(work, file, status="stored", media_type=media_type[:MAX_MEDIA_TYPE], size=size, sha256=sha256)


def mark_refused(work: SqlWork, file: FileId, reason: str) -> bool:
    """Record why a file is not kept, as a short code; False when it is no longer wanted."""
    return _change(work, file, status="refused", reason=reason[:40])


def blob_names(work: SqlWork) -> frozenset[str]:
    """Return every name below the data directory that is still wanted; what else lies there may go."""
    kept = sa.select(t.stored_file.c.blob).where(
        t.stored_file.c.status.in_(("wanted", "stored")), t.stored_file.c.blob.is_not(None)
    )
    return frozenset(work.execute(kept).scalars())


def _file(work: SqlWork, file: FileId, status: str) -> Any:
    return work.execute(
        sa.select(t.stored_file).where(t.stored_file.c.id == file, t.stored_file.c.status == status)
    ).first()


def _to_fetch(work: SqlWork, row: Any) -> FileToFetch:
    return FileToFetch(
        id=FileId(row.id),
        telegram_id=work.vault.open(f"stored_file.telegram_id:{row.blob}", row.telegram_id_sealed),
        blob=row.blob,
        scope=organisation_scope(row.organisation_id),
        organisation=OrganisationId(row.organisation_id),
        name=work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed),
        media_type=row.media_type,
        size=row.size,
    )


def _change(work: SqlWork, file: FileId, **values: Any) -> bool:
    wanted = sa.and_(t.stored_file.c.id == file, t.stored_file.c.status == "wanted")
    return work.execute(t.stored_file.update().where(wanted).values(values)).rowcount == 1
