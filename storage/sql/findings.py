"""Findings: what auditors typed, photographed or spoke, with a receipt per audit and every version.

A changed finding has all its versions in `finding_version`, the present one included; one that was never changed has
none. Whoever made a version is written down with it, so that nothing of a colleague is overwritten unseen.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.dialects import postgresql, sqlite

from domain.audit import AuditId, Finding, FindingId, FindingKind, InterviewId, Tone
from domain.combination import Counted, basis_of
from domain.coverage import Tally
from domain.framework import Framework, FrameworkId, NormId, WhoCode
from domain.mapping import Strength
from domain.roles import Permission, PersonId
from domain.self_evaluation import ContributionKind, FileId
from storage.fieldwork_interfaces import (
    KEEP,
    ConfirmedNote,
    Edited,
    FindingChange,
    FindingChanged,
    FindingPage,
    NewFinding,
)
from storage.interfaces import FileRef, NotAllowed
from storage.sql import pair_tables as p
from storage.sql import tables as t
from storage.sql.actors import organisation_scope
from storage.sql.answers import MAX_TEXT
from storage.sql.audit_reach import allowing, audit_scope, of_actor
from storage.sql.files import MAX_FILE_NAME, MAX_MEDIA_TYPE
from storage.sql.interviews import HOST, Interviews

_AUDIT: Any = sa.bindparam("audit")
_STANDS = t.finding.c.withdrawn_at.is_(None)
#: A finding as one half of a combination sees it: `audit` is that half, wherever the finding is kept.
_IN_REACH = t.finding.join(t.audit, sa.and_(t.audit.c.id == _AUDIT, t.finding.c.audit_id == HOST))
#: A finding as the half sees it under which it is kept.
_AT_HOME = t.finding.join(t.audit, t.audit.c.id == t.finding.c.audit_id)
_WITH_NORMS = _IN_REACH.outerjoin(t.finding_norm, t.finding_norm.c.finding_id == t.finding.c.id)
_VIEW = t.audit.alias("view")
_NEXT_RECEIPT = (
    t.audit.update()
    .where(t.audit.c.id == HOST, sa.exists().where(_VIEW.c.id == _AUDIT, allowing(Permission.ADD_FINDING, _VIEW)))
    .values(receipts=t.audit.c.receipts + 1)
    .returning(
        t.audit.c.receipts,
        t.audit.c.id.label("host"),
        sa.select(_VIEW.c.framework).where(_VIEW.c.id == _AUDIT).scalar_subquery().label("framework"),
    )
)
_NORM_COLUMNS = (t.finding_norm.c.norm, t.finding_norm.c.audit_id.label("norm_audit"))
_VIEWED = (t.audit.c.framework, t.audit.c.id.label("view"))
_COLUMNS = (*t.finding.c, *_NORM_COLUMNS, *_VIEWED)
_LIGHT = [column for column in _COLUMNS if column.name != "text_sealed"]
_READ = (
    sa.select(*_COLUMNS)
    .select_from(_WITH_NORMS)
    .where(t.audit.c.id == _AUDIT, _STANDS, allowing(Permission.READ_AUDIT))
)
_READ_ONE = _READ.where(t.finding.c.receipt == sa.bindparam("receipt"))
_OUTLINE = _READ.with_only_columns(*_LIGHT).order_by(t.finding.c.receipt)
_IN_AUDIT = sa.and_(t.finding.c.audit_id == HOST, _STANDS)
_AT_NORM = (
    sa.select(t.finding.c.id)
    .join(t.finding_norm, t.finding_norm.c.finding_id == t.finding.c.id)
    .where(_IN_AUDIT, t.finding_norm.c.audit_id == _AUDIT, t.finding_norm.c.norm == sa.bindparam("at_norm"))
)
_IS_OTHERS = sa.case((t.finding.c.author_id == sa.bindparam("person"), 0), else_=1)
_TRAY = sa.select(t.finding.c.id).where(_IN_AUDIT, t.finding.c.in_tray)
_PAGE: Any = {"limit": sa.bindparam("limit"), "offset": sa.bindparam("offset")}


def _page_of(ids: Any, *order: Any) -> Any:
    page = ids.order_by(*order).limit(_PAGE["limit"]).offset(_PAGE["offset"]).subquery()
    return _READ.join(page, page.c.id == t.finding.c.id).order_by(*order)


def _count_of(ids: Any) -> Any:
    return sa.select(sa.func.count()).select_from(ids.subquery())


_SINCE = (
    _AT_NORM.where(t.finding.c.receipt > sa.bindparam("seen"), t.finding.c.author_id != sa.bindparam("person"))
    .order_by(t.finding.c.receipt.desc())
    .limit(_PAGE["limit"])
    .subquery()
)
_FOUND_SINCE = _READ.join(_SINCE, _SINCE.c.id == t.finding.c.id).order_by(t.finding.c.receipt)
_NORM_PAGE, _NORM_COUNT = _page_of(_AT_NORM, t.finding.c.receipt.desc()), _count_of(_AT_NORM)
_TRAY_PAGE, _TRAY_COUNT = _page_of(_TRAY, _IS_OTHERS, t.finding.c.receipt), _count_of(_TRAY)
_TO_CHANGE = sa.select(t.finding, *_VIEWED).where(_STANDS).with_for_update(of=t.finding)
_ONE = t.finding.c.receipt == sa.bindparam("receipt")
_ONE_TO_CHANGE = _TO_CHANGE.select_from(_IN_REACH).where(allowing(Permission.ADD_FINDING), _ONE)
#: For personal data: that has to go whatever the stage is.
_ONE_TO_CLEAN = _TO_CHANGE.select_from(_IN_REACH).where(
    allowing(Permission.READ_AUDIT), t.finding.c.author_id == sa.bindparam("person"), _ONE
)
_OWN_MESSAGE = sa.and_(
    t.finding.c.chat_id == sa.bindparam("chat"),
    t.finding.c.message_id == sa.bindparam("message"),
    t.finding.c.author_id == sa.bindparam("person"),
)
_BY_MESSAGE = _TO_CHANGE.select_from(_AT_HOME).where(allowing(Permission.ADD_FINDING), _OWN_MESSAGE)
_TO_CLEAN_BY_MESSAGE = _TO_CHANGE.select_from(_AT_HOME).where(allowing(Permission.READ_AUDIT), _OWN_MESSAGE)
_AUDIT_OF_MESSAGE = sa.select(t.finding.c.audit_id).where(_OWN_MESSAGE, _STANDS)
_NORMS_OF = sa.select(*_NORM_COLUMNS).where(t.finding_norm.c.finding_id == sa.bindparam("finding"))
_COUNTED = (
    sa.select(*t.finding_norm.c)
    .select_from(_IN_REACH.join(t.finding_norm, t.finding_norm.c.finding_id == t.finding.c.id))
    .where(_STANDS, allowing(Permission.READ_AUDIT), _ONE, t.finding_norm.c.counted_by.is_not(None))
    .order_by(t.finding_norm.c.counted_at)
)
_AS_COMPANION, _AS_HOST = p.audit_pair.alias("as_companion"), p.audit_pair.alias("as_host")
_OTHER_HALF = (
    sa.select(t.audit.c.id, t.audit.c.framework)
    .select_from(
        t.audit.join(_VIEW, _VIEW.c.id == _AUDIT)
        .outerjoin(_AS_COMPANION, _AS_COMPANION.c.companion_id == _VIEW.c.id)
        .outerjoin(_AS_HOST, _AS_HOST.c.host_id == _VIEW.c.id)
    )
    .where(t.audit.c.id == sa.func.coalesce(_AS_COMPANION.c.host_id, _AS_HOST.c.companion_id))
)
_TALLIES = (
    sa.select(
        t.finding_norm.c.norm,
        t.finding.c.kind,
        t.finding.c.interview_id,
        t.interview.c.functions,
        sa.func.count().label("number"),
    )
    .select_from(
        t.finding_norm.join(t.finding, t.finding.c.id == t.finding_norm.c.finding_id)
        .join(t.audit, t.audit.c.id == t.finding_norm.c.audit_id)
        .outerjoin(t.interview, t.interview.c.id == t.finding.c.interview_id)
    )
    .where(t.audit.c.id == _AUDIT, t.finding_norm.c.audit_id == _AUDIT, _STANDS, allowing(Permission.READ_AUDIT))
    .group_by(t.finding_norm.c.norm, t.finding.c.kind, t.finding.c.interview_id, t.interview.c.id)
)
_TALLIES_OF = _TALLIES.where(t.finding_norm.c.norm.in_(sa.bindparam("norms", expanding=True)))
_LATEST_PLACED = (
    sa.select(t.finding.c.id)
    .where(_IN_AUDIT, sa.not_(t.finding.c.in_tray), t.finding.c.text_sealed.is_not(None))
    .order_by(t.finding.c.receipt.desc())
    .limit(_PAGE["limit"])
    .subquery()
)
_CONFIRMED = _READ.join(_LATEST_PLACED, _LATEST_PLACED.c.id == t.finding.c.id).order_by(t.finding.c.receipt)
_FILE = (
    sa.select(t.stored_file)
    .select_from(_IN_REACH.join(t.stored_file, t.stored_file.c.id == t.finding.c.file_id))
    .where(
        t.audit.c.id == _AUDIT,
        _STANDS,
        allowing(Permission.READ_AUDIT),
        t.finding.c.receipt == sa.bindparam("receipt"),
        t.stored_file.c.status != "erased",
    )
)
_CI_OF = sa.select(t.audit.c.ci_id).where(t.audit.c.id == _AUDIT, allowing(Permission.ADD_FINDING))


def _insert(insert: Callable[[sa.Table], Any]) -> Any:
    """Return the insert of a finding; it returns no row for a message that is stored already."""
    statement = insert(t.finding)
    return statement.on_conflict_do_nothing(index_elements=["chat_id", "message_id"]).returning(t.finding.c.id)


_ADD_NORM = t.finding_norm.insert().values(
    finding_id=sa.bindparam("finding_id"), audit_id=sa.bindparam("audit_id"), norm=sa.bindparam("norm")
)
_INSERT = {True: _insert(sqlite.insert), False: _insert(postgresql.insert)}


class Findings(Interviews):
    """Stores findings and changes them; together with the interviews it is `storage.fieldwork_interfaces.Fieldwork`."""

    # --------------------------------------------------------------------------------------------- recording

    def want_file(
        self, audit: AuditId, name: str, media_type: str, size: int | None, telegram_id: str, at: datetime
    ) -> FileRef:
        """Record a file that has to be fetched, under the CI of the audit."""
        ci = self._work.execute(_CI_OF, self._in(audit)).scalar()
        if ci is None:
            self._refuse(audit, Permission.ADD_FINDING, "audit")
        name, media_type = name[:MAX_FILE_NAME], media_type[:MAX_MEDIA_TYPE]
        blob, scope = secrets.token_hex(16), organisation_scope(ci)
        values = {
            "organisation_id": ci,
            "name_sealed": self._work.vault.seal(scope, f"stored_file.name:{blob}", name),
            "telegram_id_sealed": self._work.vault.seal(scope, f"stored_file.telegram_id:{blob}", telegram_id),
            "media_type": media_type, "size": size, "blob": blob, "status": "wanted", "created_at": at,
        }  # fmt: skip
        insert = t.stored_file.insert().values(values).returning(t.stored_file.c.id)
        file = FileId(self._work.execute(insert).scalar_one())
        self._audit("file_wanted", f"stored_file:{file}", at)
        return FileRef(file, name, media_type, size, "wanted")

    def record(self, audit: AuditId, new: NewFinding, at: datetime) -> Finding:
        """Store a finding; the same chat message twice is stored once."""
        given = self._work.execute(_NEXT_RECEIPT, self._in(audit)).first()
        if given is None:
            self._refuse(audit, Permission.ADD_FINDING, "audit")
        norms = _in_order(new.norms, self._framework(given))
        if new.interview is not None and new.interview.audit != given.host:
            raise NotAllowed("interview")
        values = self._row_of(AuditId(given.host), given.receipts, new, at) | {"in_tray": not norms}
        row = self._work.execute(_INSERT[self._work.is_sqlite], values).scalar()
        if row is None:
            return self._stored_before(audit, AuditId(given.host), new)
        self._set_norms(audit, row, norms)
        self._audit("finding_stored", f"finding:{given.host}:{given.receipts}", at)
        return Finding(
            id=FindingId(given.receipts), audit=audit, norms=norms, text=new.text[:MAX_TEXT],
            author=self._actor.person, at=at, kind=new.kind, form=new.form,
            file=new.file.id if new.file else None, interview=new.interview.id if new.interview else None,
        )  # fmt: skip

    def _row_of(self, host: AuditId, receipt: int, new: NewFinding, at: datetime) -> dict[str, Any]:
        return {
            "audit_id": host, "receipt": receipt, "interview_id": new.interview.id if new.interview else None,
            "author_id": self._actor.person, "form": new.form.value, "kind": new.kind.value if new.kind else None,
            "text_sealed": self._seal_text(host, receipt, new.text), "file_id": new.file.id if new.file else None,
            "chat_id": self._actor.chat if new.message is not None else None, "message_id": new.message,
            "version": 1, "created_at": at, "changed_at": at,
        }  # fmt: skip

    def _stored_before(self, audit: AuditId, host: AuditId, new: NewFinding) -> Finding:
        """Return what this message became the first time; the number is given back."""
        taken = t.audit.update().where(t.audit.c.id == host).values(receipts=t.audit.c.receipts - 1)
        self._work.execute(taken)
        own = sa.select(t.finding.c.audit_id, t.finding.c.receipt).where(
            t.finding.c.chat_id == self._actor.chat, t.finding.c.message_id == new.message, _STANDS
        )
        row = self._work.execute(own).first()
        if row is None or row.audit_id != host:
            raise NotAllowed("this message was stored elsewhere, or taken back")
        return self.finding(audit, row.receipt)

    # ---------------------------------------------------------------------------------------------- changing

    def change(
        self, audit: AuditId, finding: FindingId, change: FindingChange, at: datetime, *, seen: int | None = None
    ) -> Finding:
        """Change a finding, keeping the version before. Raises FindingChanged, NotAllowed, WrongStage."""
        row = self._to_change(audit, finding)
        before = self._opened(row)
        if change.text is not None and before.author != self._actor.person:
            raise NotAllowed("text")
        after = self._changed_finding(row, before, change)
        if after == before:
            return before
        if seen is not None and row.version > seen and self._changed_by(row) != self._actor.person:
            raise FindingChanged(before)
        return self._store(row, before, after, at)

    def edit_by_message(self, message: int, text: str, at: datetime) -> Edited | None:
        """Store the new text of the actor's own message, in whichever audit; None when it became no finding."""
        try:
            own = of_actor(self._actor) | {"chat": self._actor.chat, "message": message}
        except NotAllowed:
            return None
        row = self._work.execute(_BY_MESSAGE, own).first()
        if row is not None:
            before = self._opened(row)
            return Edited(before, self._store(row, before, replace(before, text=text[:MAX_TEXT]), at))
        audit = self._work.execute(_AUDIT_OF_MESSAGE, own).scalar()
        if audit is not None:
            self._check(AuditId(audit), Permission.ADD_FINDING)
        return None

    def own_by_message(self, message: int) -> Finding | None:
        """Return the finding that the actor's own message became, also in an audit that keeps nothing any more."""
        row = self._work.execute(
            _TO_CLEAN_BY_MESSAGE, of_actor(self._actor) | {"chat": self._actor.chat, "message": message}
        ).first()
        return self._opened(row) if row is not None else None

    def became_finding(self, message: int) -> bool:
        """Say whether the actor's own message became a finding, in whichever role it was sent."""
        own = {"person": self._actor.person, "chat": self._actor.chat, "message": message}
        return self._work.execute(_AUDIT_OF_MESSAGE, own).first() is not None

    def undo(self, audit: AuditId, finding: FindingId, at: datetime, *, seen: int) -> Finding | None:
        """Undo the actor's last write at a finding; None when it changed since."""
        row = self._work.execute(_ONE_TO_CHANGE, self._in(audit, receipt=finding)).first()
        if row is None:
            self._check(audit, Permission.ADD_FINDING)
            return None
        now = self._opened(row)
        if row.version != seen or self._changed_by(row) != self._actor.person:
            return None
        earlier = self._earlier(row, now)
        if earlier is not None and (earlier.text, earlier.norms, earlier.also) != (now.text, now.norms, now.also):
            before = replace(now, text=earlier.text, norms=earlier.norms, also=earlier.also)
            return self._store(row, now, before, at)
        return self._take_back(row, now, at) if now.author == self._actor.person else None

    def withdraw(self, audit: AuditId, finding: FindingId, at: datetime) -> Finding:
        """Take back a finding of one's own, and return it as it was."""
        row = self._own(audit, finding)
        return self._take_back(row, self._opened(row), at)

    def replace_text(self, audit: AuditId, finding: FindingId, text: str, at: datetime) -> tuple[Finding, int | None]:
        """Replace the text of one's own finding and erase what it was, from every version."""
        row = self._work.execute(_ONE_TO_CLEAN, self._in(audit, receipt=finding)).first()
        if row is None:
            self._refuse(audit, Permission.READ_AUDIT, "finding")
        before = self._opened(row)
        after = self._store(row, before, replace(before, text=text[:MAX_TEXT]), at)
        self._erase_versions(row, but=after.version)
        self._audit("finding_text_erased", f"finding:{row.audit_id}:{finding}", at)
        return after, row.message_id if row.chat_id == self._actor.chat else None

    def erase(self, audit: AuditId, finding: FindingId, at: datetime) -> tuple[Finding, int | None]:
        """Take back a finding of one's own and erase its text, from every version."""
        row = self._own(audit, finding)
        taken = self._take_back(row, self._opened(row), at)
        self._work.execute(t.finding.update().where(t.finding.c.id == row.id).values(text_sealed=None))
        self._erase_versions(row)
        self._audit("finding_text_erased", f"finding:{row.audit_id}:{finding}", at)
        return replace(taken, text=""), row.message_id if row.chat_id == self._actor.chat else None

    def _to_change(self, audit: AuditId, finding: FindingId) -> Any:
        row = self._work.execute(_ONE_TO_CHANGE, self._in(audit, receipt=finding)).first()
        return row if row is not None else self._refuse(audit, Permission.ADD_FINDING, "finding")

    def _own(self, audit: AuditId, finding: FindingId) -> Any:
        row = self._to_change(audit, finding)
        if row.author_id != self._actor.person:
            raise NotAllowed("finding")
        return row

    def _store(self, row: Any, before: Finding, after: Finding, at: datetime) -> Finding:
        """Store the next version of a finding; the first change also keeps what it was."""
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        if before.version == 1:
            self._keep_version(row, before, before.author, before.at)
        self._keep_version(row, after, self._actor.person, at)
        values: dict[str, Any] = {
            "kind": after.kind.value if after.kind else None, "tone": after.tone.value if after.tone else None,
            "is_to_discuss": after.is_to_discuss, "interview_id": after.interview, "in_tray": after.is_in_tray,
            "version": after.version, "changed_at": at,
        }  # fmt: skip
        if after.text != before.text:
            values["text_sealed"] = self._seal_text(row.audit_id, after.id, after.text)
        self._work.execute(t.finding.update().where(t.finding.c.id == row.id).values(values))
        if after.norms != before.norms:
            self._move(row, before, after)
        if after.also != before.also:
            self._count_elsewhere(row, before, after, at)
        self._audit("finding_changed", f"finding:{row.audit_id}:{after.id}", at)
        return after

    def _move(self, row: Any, before: Finding, after: Finding) -> None:
        """Store at which norms of this half it stands; where it stays, what was written down with it stays too."""
        gone = [norm for norm in before.norms if norm not in after.norms]
        if gone:
            self._work.execute(_norms_of(row, after.audit, gone))
        self._set_norms(after.audit, row.id, [norm for norm in after.norms if norm not in before.norms])

    def _count_elsewhere(self, row: Any, before: Finding, after: Finding, at: datetime) -> None:
        """Store at which norms of the other half it counts, with the basis and who said so."""
        other = self._other_half(after.audit)
        gone = [norm for norm in before.also if norm not in after.also]
        if gone:
            self._work.execute(_norms_of(row, AuditId(other.id), gone))
        framework, kept = self._framework(row), set(before.also)
        bases = [
            basis_of(framework, FrameworkId(other.framework), after.norms, norm)
            for norm in after.also
            if norm not in kept
        ]
        rows = [
            {
                "finding_id": row.id, "audit_id": other.id, "norm": basis.norm, "via": basis.via,
                "strength": basis.strength.value if basis.strength else None,
                "counted_by": self._actor.person, "counted_at": at,
            }
            for basis in bases
        ]  # fmt: skip
        if rows:
            self._work.execute(t.finding_norm.insert(), rows)

    def _other_half(self, audit: AuditId) -> Any:
        """Return id and framework of the other half of a combination. Raises NotAllowed when there is none."""
        row = self._work.execute(_OTHER_HALF, {"audit": audit}).first()
        if row is None:
            raise NotAllowed("combination")
        return row

    def _changed_finding(self, row: Any, before: Finding, change: FindingChange) -> Finding:
        """Return a finding with a change in it. Raises NotAllowed."""
        if change.interview is not None and change.interview.audit != row.audit_id:
            raise NotAllowed("interview")
        after = _changed(before, change, self._framework(row))
        if change.also is None:
            return after
        other = self._other_half(before.audit)
        return replace(after, also=tuple(sorted(_in_order(change.also, self._work.frameworks[other.framework]))))

    def _take_back(self, row: Any, now: Finding, at: datetime) -> Finding:
        self._work.execute(t.finding.update().where(t.finding.c.id == row.id).values(withdrawn_at=at))
        self._audit("finding_withdrawn", f"finding:{row.audit_id}:{now.id}", at)
        return now

    # ---------------------------------------------------------------------------------------------- versions

    def _keep_version(self, row: Any, finding: Finding, by: PersonId, at: datetime) -> None:
        is_home = finding.audit == row.audit_id
        snapshot = json.dumps(_snapshot(finding, is_home=is_home), ensure_ascii=False, separators=(",", ":"))
        place = _version_place(row.audit_id, finding.id, finding.version)
        self._work.add(
            t.finding_version,
            finding_id=row.id,
            version=finding.version,
            snapshot_sealed=self._work.vault.seal(audit_scope(row.audit_id), place, snapshot),
            changed_by=by,
            changed_at=at,
        )

    def _changed_by(self, row: Any) -> PersonId:
        """Return who made the present version."""
        if row.version == 1:
            return PersonId(row.author_id)
        return PersonId(self._version(row, row.version).changed_by)

    def _earlier(self, row: Any, now: Finding) -> Finding | None:
        """Return a finding as it was a version ago, None for a new one or when that had to be erased."""
        kept = self._version(row, row.version - 1) if row.version > 1 else None
        if kept is None or kept.snapshot_sealed is None:
            return None
        place = _version_place(row.audit_id, now.id, kept.version)
        found = json.loads(self._work.vault.open(place, kept.snapshot_sealed))
        norms = [tuple(NormId(norm) for norm in found.get(key, ())) for key in ("norms", "also")]
        here, there = norms if now.audit == row.audit_id else reversed(norms)
        return replace(now, text=found["text"], norms=here, also=there)

    def _version(self, row: Any, version: int) -> Any:
        self._work.flush()  # it may be one of this very transaction
        kept = t.finding_version
        wanted = sa.select(kept).where(kept.c.finding_id == row.id, kept.c.version == version)
        return self._work.execute(wanted).one()

    def _erase_versions(self, row: Any, but: int = 0) -> None:
        self._work.flush()  # what this transaction kept has to go as well
        kept = t.finding_version
        others = sa.and_(kept.c.finding_id == row.id, kept.c.version != but)
        self._work.execute(kept.update().where(others).values(snapshot_sealed=None))

    # ----------------------------------------------------------------------------------------------- reading

    def finding(self, audit: AuditId, finding: FindingId) -> Finding:
        """Return one finding. Raises NotAllowed when there is none, or it was taken back."""
        found = self._read(_READ_ONE, self._in(audit, receipt=finding))
        return found[0] if found else self._refuse(audit, Permission.READ_AUDIT, "finding")

    def at_norm(self, audit: AuditId, norm: NormId, *, limit: int = 8, offset: int = 0) -> FindingPage:
        """Return the findings of the whole team at a norm, the newest first."""
        values = self._in(audit, at_norm=norm, limit=limit, offset=offset)
        return self._page(audit, _NORM_PAGE, _NORM_COUNT, values)

    def found_since(self, audit: AuditId, norm: NormId, seen: FindingId, *, limit: int = 3) -> tuple[Finding, ...]:
        """Return the latest findings of others at a norm after a receipt, in order."""
        return self._read(_FOUND_SINCE, self._in(audit, at_norm=norm, seen=seen, limit=limit))

    def in_tray(self, audit: AuditId, *, limit: int = 8, offset: int = 0) -> FindingPage:
        """Return what has no norm yet: the actor's own first, then in order of arrival."""
        return self._page(audit, _TRAY_PAGE, _TRAY_COUNT, self._in(audit, limit=limit, offset=offset))

    def _page(self, audit: AuditId, page: Any, count: Any, values: dict[str, Any]) -> FindingPage:
        found = self._read(page, values)
        if not found:
            self._check(audit, Permission.READ_AUDIT)
        return FindingPage(found, int(self._work.execute(count, values).scalar_one()))

    def outline(self, audit: AuditId) -> tuple[Finding, ...]:
        """Return every finding without its text, in order, from one statement."""
        found = self._read(_OUTLINE, self._in(audit), with_text=False)
        if not found:
            self._check(audit, Permission.READ_AUDIT)
        return found

    def tallies(self, audit: AuditId, norms: Collection[NormId] | None = None) -> tuple[Tally, ...]:
        """Return what was gathered per norm, from one statement; of all norms unless some are named."""
        values = self._in(audit) | ({} if norms is None else {"norms": list(norms)})
        rows = self._work.execute(_TALLIES if norms is None else _TALLIES_OF, values).all()
        if not rows:
            self._check(audit, Permission.READ_AUDIT)
        by_norm: dict[NormId, list[Any]] = defaultdict(list)
        for row in rows:
            by_norm[NormId(row.norm)].append(row)
        return tuple(_tally(norm, gathered) for norm, gathered in by_norm.items())

    def confirmed(self, audit: AuditId, limit: int = 200) -> tuple[ConfirmedNote, ...]:
        """Return the latest notes of this audit that stand at a norm, to learn from."""
        found = self._read(_CONFIRMED, self._in(audit, limit=limit))
        return tuple(ConfirmedNote(finding.text, norm) for finding in found for norm in finding.norms if finding.text)

    def counted(self, audit: AuditId, finding: FindingId) -> tuple[Counted, ...]:
        """Return for which norms of which half somebody had a finding count, and on which basis."""
        rows = self._work.execute(_COUNTED, self._in(audit, receipt=finding)).all()
        return tuple(
            Counted(
                norm=NormId(row.norm),
                via=NormId(row.via) if row.via else None,
                strength=Strength(row.strength) if row.strength else None,
                by=PersonId(row.counted_by),
                at=row.counted_at,
                is_here=row.audit_id == audit,
            )
            for row in rows
        )

    def file(self, audit: AuditId, finding: FindingId) -> FileRef | None:
        """Return what is known of the file of a finding."""
        row = self._work.execute(_FILE, self._in(audit, receipt=finding)).first()
        if row is None:
            return None
        name = self._work.vault.open(f"stored_file.name:{row.blob}", row.name_sealed)
        return FileRef(FileId(row.id), name, row.media_type, row.size, row.status, row.reason)

    # ---------------------------------------------------------------------------------------- rows and values

    def _framework(self, row: Any) -> Framework:
        return self._work.frameworks[FrameworkId(row.framework)]

    def _set_norms(self, audit: AuditId, row: int, norms: Sequence[NormId]) -> None:
        if norms:
            rows = [{"finding_id": row, "norm": norm, "audit_id": audit} for norm in norms]
            self._work.execute(_ADD_NORM, rows if len(rows) > 1 else rows[0])

    def _seal_text(self, audit: AuditId, receipt: int, text: str) -> bytes:
        return self._work.vault.seal(audit_scope(audit), f"finding.text:{audit}:{receipt}", text[:MAX_TEXT])

    def _read(self, statement: Any, values: dict[str, Any], *, with_text: bool = True) -> tuple[Finding, ...]:
        """Return the findings of rows that come once per norm, in the order in which they come first."""
        rows: dict[int, Any] = {}
        norms: dict[int, list[Any]] = defaultdict(list)
        for row in self._work.execute(statement, values):
            rows.setdefault(row.id, row)
            if row.norm is not None:
                norms[row.id].append(row)
        return tuple(self._finding(row, norms[id_], with_text=with_text) for id_, row in rows.items())

    def _opened(self, row: Any) -> Finding:
        return self._finding(row, self._work.execute(_NORMS_OF, {"finding": row.id}).all())

    def _finding(self, row: Any, norms: Iterable[Any], *, with_text: bool = True) -> Finding:
        """Return a finding as one half sees it; `norms` are rows of norm and audit, of both halves."""
        here = [NormId(at.norm) for at in norms if at.norm_audit == row.view]
        there = sorted(NormId(at.norm) for at in norms if at.norm_audit != row.view)
        place = f"finding.text:{row.audit_id}:{row.receipt}"
        return Finding(
            id=FindingId(row.receipt),
            audit=AuditId(row.view),
            norms=_in_order(here, self._framework(row)),
            also=tuple(there),
            text=self._work.vault.open(place, row.text_sealed) if with_text else "",
            author=PersonId(row.author_id),
            at=row.created_at,
            kind=FindingKind(row.kind) if row.kind else None,
            tone=Tone(row.tone) if row.tone else None,
            form=ContributionKind(row.form),
            file=FileId(row.file_id) if row.file_id else None,
            interview=InterviewId(row.interview_id) if row.interview_id else None,
            is_to_discuss=row.is_to_discuss,
            version=row.version,
        )


def _version_place(audit: AuditId, finding: FindingId, version: int) -> str:
    return f"finding_version.snapshot:{audit}:{finding}:{version}"


def _norms_of(row: Any, audit: AuditId, norms: Collection[NormId]) -> Any:
    """Return the statement that takes a finding off norms of one half."""
    at = t.finding_norm.c
    return t.finding_norm.delete().where(at.finding_id == row.id, at.audit_id == audit, at.norm.in_(norms))


def _snapshot(finding: Finding, *, is_home: bool) -> dict[str, Any]:
    """Return what a version keeps, as the half sees it under which the finding is kept."""
    here, there = (finding.norms, finding.also) if is_home else (finding.also, finding.norms)
    return {
        "text": finding.text, "norms": here, "also": there, "kind": finding.kind, "tone": finding.tone,
        "is_to_discuss": finding.is_to_discuss, "interview": finding.interview,
    }  # fmt: skip


def _in_order(norms: Iterable[NormId], framework: Framework) -> tuple[NormId, ...]:
    """Return norms once each, in the order of the framework. Raises NotAllowed for one that it lacks."""
    wanted = set(norms)
    if not all(framework.has(norm) for norm in wanted):
        raise NotAllowed("norm")
    return tuple(sorted(wanted, key=lambda norm: framework.norm(norm).ordinal))


def _changed(before: Finding, change: FindingChange, framework: Framework) -> Finding:
    """Return a finding with a change in it."""
    return replace(
        before,
        kind=before.kind if change.kind is KEEP else change.kind,
        tone=before.tone if change.tone is KEEP else change.tone,
        is_to_discuss=before.is_to_discuss if change.is_to_discuss is None else change.is_to_discuss,
        norms=before.norms if change.norms is None else _in_order(change.norms, framework),
        interview=before.interview if change.interview is None else change.interview.id,
        text=before.text if change.text is None else change.text[:MAX_TEXT],
    )


def _tally(norm: NormId, rows: Sequence[Any]) -> Tally:
    """Return the numbers of one norm, from rows per kind and interview."""
    kinds: dict[FindingKind | None, int] = defaultdict(int)
    loose: dict[FindingKind | None, int] = defaultdict(int)
    functions: dict[int, Sequence[str]] = {}
    for row in rows:
        kind = FindingKind(row.kind) if row.kind else None
        kinds[kind] += row.number
        if row.interview_id is None:
            loose[kind] += row.number
        else:
            functions[row.interview_id] = row.functions
    counted = {FindingKind.OBSERVATION, *(kind for kind in FindingKind if kind.is_on_paper)}
    return Tally(
        norm,
        interviews=len(functions),
        observations=loose[FindingKind.OBSERVATION],
        documents=sum(number for kind, number in kinds.items() if kind is not None and kind.is_on_paper),
        uncounted=sum(number for kind, number in loose.items() if kind not in counted),
        heard=frozenset(WhoCode(code) for codes in functions.values() for code in codes),
        kinds=dict(kinds),
    )
