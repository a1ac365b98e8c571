"""What people typed, photographed or spoke at a norm: kept with a receipt number, and with every earlier text.

The receipt is the contribution's id within its evaluation; it is counted up in the evaluation's row,
so that two writers never get the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy.dialects import postgresql, sqlite

from domain.framework import FrameworkId, NormId
from domain.roles import OrganisationId, OrganisationKind, Permission, may
from domain.self_evaluation import (
    Contribution,
    ContributionId,
    ContributionKind,
    Evaluation,
    EvaluationId,
    EvaluationStatus,
    FileId,
    Purpose,
)
from storage.interfaces import EvaluationClosed, NotAllowed
from storage.sql import tables as t
from storage.sql.answers import MAX_TEXT, Answers

_NEXT_RECEIPT = (
    t.self_evaluation.update()
    .where(
        t.self_evaluation.c.id == sa.bindparam("evaluation"),
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
        t.self_evaluation.c.status == "open",
    )
    .values(receipts=t.self_evaluation.c.receipts + 1)
    .returning(t.self_evaluation.c.receipts)
)
_FIND = (
    sa.select(t.contribution)
    .join(t.self_evaluation, t.self_evaluation.c.id == t.contribution.c.evaluation_id)
    .where(
        t.self_evaluation.c.id == sa.bindparam("evaluation"),
        t.self_evaluation.c.organisation_id == sa.bindparam("organisation"),
        t.contribution.c.receipt == sa.bindparam("receipt"),
    )
)


def _insert(insert: Callable[[sa.Table], Any]) -> Any:
    """Return the insert of a contribution; it returns no row for a message that is stored already."""
    statement = insert(t.contribution)
    return statement.on_conflict_do_nothing(index_elements=["chat_id", "message_id"]).returning(t.contribution.c.id)


def _count(insert: Callable[[sa.Table], Any]) -> Any:
    """Return the statement that changes the number of contributions of an answer, making it where needed."""
    statement = insert(t.answer)
    counted = t.answer.c.contributions + statement.excluded.contributions
    return statement.on_conflict_do_update(index_elements=["evaluation_id", "norm"], set_={"contributions": counted})


_INSERT = {True: _insert(sqlite.insert), False: _insert(postgresql.insert)}
_COUNT = {True: _count(sqlite.insert), False: _count(postgresql.insert)}


class Contributions(Answers):
    """Stores contributions and changes the actor's own."""

    def contribute(
        self,
        evaluation: Evaluation,
        norm: NormId,
        kind: ContributionKind,
        purpose: Purpose,
        text: str,
        at: datetime,
        *,
        message_id: int | None,
        file: FileId | None = None,
    ) -> Contribution:
        """Store what the actor typed or sent at a norm; the same message twice is stored once.

        Raises:
            NotAllowed, EvaluationClosed
        """
        within = self._within(evaluation, Permission.ANSWER)
        self._check_parts(evaluation, norm, file)
        receipt = self._next_receipt(evaluation, norm, within)
        values = {
            "evaluation_id": evaluation.id,
            "norm": norm,
            "receipt": receipt,
            "kind": kind.value,
            "purpose": purpose.value,
            "text_sealed": self._seal_contribution(evaluation, receipt, text),
            "file_id": file,
            "author_id": self._actor.person,
            "chat_id": self._actor.chat if message_id is not None else None,
            "message_id": message_id,
            "version": 1,
            "created_at": at,
        }
        row_id = self._work.execute(_INSERT[self._work.is_sqlite], values).scalar()
        if row_id is None:
            return self._stored_before(evaluation, within, message_id)
        self._count(evaluation, norm, 1, at)
        self._remember_write(evaluation, norm, "contribution", 1, at, row_id)
        self._audit("contribution_stored", f"contribution:{evaluation.id}:{receipt}", at)
        return Contribution(ContributionId(receipt), norm, kind, purpose, text[:MAX_TEXT], self._actor.person, at, file)

    def edit_by_message(self, message_id: int, text: str, at: datetime) -> tuple[Evaluation, Contribution] | None:
        """Store the new text of the actor's own message, keeping the old version; None when it was none of ours.

        Reaches every organisation in which the actor may answer now: a person who switched roles in
        between still means that message.

        Raises:
            EvaluationClosed
        """
        own = sa.select(t.contribution).where(
            t.contribution.c.chat_id == self._actor.chat,
            t.contribution.c.message_id == message_id,
            t.contribution.c.author_id == self._actor.person,
            t.contribution.c.withdrawn_at.is_(None),
        )
        row = self._work.execute(own.with_for_update()).first()
        evaluation = self._answerable(row.evaluation_id) if row is not None else None
        if row is None or evaluation is None:
            return None
        if not evaluation.is_open:
            raise EvaluationClosed(evaluation.id)
        return evaluation, self._rewrite(evaluation, row, at, text=text)

    def summarise(self, evaluation: Evaluation, contribution: ContributionId, text: str, at: datetime) -> Contribution:
        """Give the actor's own voice message or file a line of text. Raises NotAllowed, EvaluationClosed."""
        return self._rewrite(evaluation, self._own(evaluation, contribution), at, text=text)

    def move(self, evaluation: Evaluation, contribution: ContributionId, norm: NormId, at: datetime) -> Contribution:
        """Move the actor's own contribution to another norm. Raises NotAllowed, EvaluationClosed."""
        row = self._own(evaluation, contribution)
        if not self.framework(evaluation).has(norm):
            raise NotAllowed("norm")
        return self._rewrite(evaluation, row, at, norm=norm)

    def withdraw(self, evaluation: Evaluation, contribution: ContributionId, at: datetime) -> None:
        """Take back a contribution: the actor's own, or any for a coordinator; again changes nothing.

        Raises:
            NotAllowed, EvaluationClosed
        """
        row = self._find(evaluation, contribution)
        if row.author_id != self._actor.person and not self._may(Permission.MANAGE_ORGANISATION):
            raise NotAllowed("contribution")
        self._withdraw(evaluation, row, at)

    def _withdraw(self, evaluation: Evaluation, row: Any, at: datetime) -> bool:
        """Take back a contribution as it was read; False when it changed since."""
        self._hold(evaluation, NormId(row.norm))
        done = self._work.execute(
            t.contribution.update()
            .where(
                t.contribution.c.id == row.id,
                t.contribution.c.version == row.version,
                t.contribution.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=at)
        )
        if not done.rowcount:
            return False
        self._count(evaluation, row.norm, -1, at)
        self._audit("contribution_withdrawn", f"contribution:{evaluation.id}:{row.receipt}", at)
        return True

    # -------------------------------------------------------------------------------------------------- parts

    def _check_parts(self, evaluation: Evaluation, norm: NormId, file: FileId | None) -> None:
        """Refuse a norm that the framework lacks, and a file of another organisation."""
        if not self.framework(evaluation).has(norm):
            raise NotAllowed("norm")
        if file is None:
            return
        own = sa.select(t.stored_file.c.id).where(
            t.stored_file.c.id == file, t.stored_file.c.organisation_id == evaluation.organisation
        )
        if self._work.execute(own).first() is None:
            raise NotAllowed("file")

    def _next_receipt(self, evaluation: Evaluation, norm: NormId, within: dict[str, Any]) -> int:
        receipt = self._work.execute(_NEXT_RECEIPT, within).scalar()
        if receipt is None:
            self._hold(evaluation, norm)  # says why not
            raise NotAllowed("evaluation")
        return int(receipt)

    def _stored_before(self, evaluation: Evaluation, within: dict[str, Any], message_id: int | None) -> Contribution:
        """Return what this message became the first time; its number is given back."""
        taken = t.self_evaluation.update().where(t.self_evaluation.c.id == evaluation.id)
        self._work.execute(taken.values(receipts=t.self_evaluation.c.receipts - 1))
        own = sa.select(t.contribution).where(
            t.contribution.c.chat_id == self._actor.chat,
            t.contribution.c.message_id == message_id,
            t.contribution.c.evaluation_id == within["evaluation"],
        )
        row = self._work.execute(own).first()
        if row is None:
            raise NotAllowed("this message was stored in another evaluation")
        return self._contribution(row)

    def _answerable(self, evaluation: int) -> Evaluation | None:
        """Return an evaluation of any organisation in which the actor may answer."""
        organisations = [
            m.organisation.id
            for m in self._actor.memberships
            if may(m.role, Permission.ANSWER) and m.organisation.kind is not OrganisationKind.EXAMPLE
        ]
        rows = sa.select(t.self_evaluation).where(
            t.self_evaluation.c.id == evaluation, t.self_evaluation.c.organisation_id.in_(organisations)
        )
        row = self._work.execute(rows.with_for_update(read=True, key_share=True)).first()
        return to_evaluation(row) if row is not None else None

    def _find(self, evaluation: Evaluation, contribution: ContributionId) -> Any:
        """Return the row of a contribution within reach. Raises NotAllowed."""
        within = self._within(evaluation, Permission.ANSWER)
        row = self._work.execute(_FIND, within | {"receipt": contribution}).first()
        if row is None:
            raise NotAllowed("contribution")
        return row

    def _own(self, evaluation: Evaluation, contribution: ContributionId) -> Any:
        """Return the actor's own contribution, held for a change. Raises NotAllowed, EvaluationClosed."""
        row = self._find(evaluation, contribution)
        if row.author_id != self._actor.person or row.withdrawn_at is not None:
            raise NotAllowed("contribution")
        self._hold(evaluation, NormId(row.norm))
        return row

    def _rewrite(
        self, evaluation: Evaluation, row: Any, at: datetime, *, text: str | None = None, norm: NormId | None = None
    ) -> Contribution:
        """Store the next version of a contribution; the one before is kept."""
        before = self._contribution(row)
        after = replace(before, norm=norm or before.norm, text=before.text if text is None else text[:MAX_TEXT])
        if after == before:
            return before
        self._keep_version(evaluation, row, before)
        if after.norm != before.norm:
            self._count(evaluation, before.norm, -1, at)
            self._count(evaluation, after.norm, 1, at)
        changed = {"version": row.version + 1, "norm": after.norm, "edited_at": at}
        if after.text != before.text:
            changed["text_sealed"] = self._seal_contribution(evaluation, row.receipt, after.text)
        self._work.execute(t.contribution.update().where(t.contribution.c.id == row.id).values(changed))
        self._remember_write(evaluation, after.norm, "edit", row.version + 1, at, row.id)
        self._audit("contribution_edited", f"contribution:{evaluation.id}:{row.receipt}", at, evaluation.organisation)
        return after

    def _earlier_version(self, row: Any) -> tuple[str, NormId]:
        """Return text and norm of a contribution before its last change."""
        self._work.flush()  # the change may be one of this very transaction
        earlier = self._work.execute(
            sa.select(t.contribution_version.c.text_sealed, t.contribution_version.c.norm).where(
                t.contribution_version.c.contribution_id == row.id, t.contribution_version.c.version == row.version - 1
            )
        ).one()
        return self._work.vault.open(_version_place(row, row.version - 1), earlier.text_sealed), NormId(earlier.norm)

    def _keep_version(self, evaluation: Evaluation, row: Any, before: Contribution) -> None:
        self._work.add(
            t.contribution_version,
            contribution_id=row.id,
            version=row.version,
            norm=row.norm,
            text_sealed=self._seal(evaluation, _version_place(row, row.version), before.text),
            changed_by=row.author_id,
            changed_at=row.edited_at or row.created_at,
        )

    def _seal_contribution(self, evaluation: Evaluation, receipt: int, text: str) -> bytes:
        return self._seal(evaluation, f"contribution.text:{evaluation.id}:{receipt}", text[:MAX_TEXT])

    def _count(self, evaluation: Evaluation, norm: str, change: int, at: datetime) -> None:
        self._work.execute(
            _COUNT[self._work.is_sqlite],
            {
                "evaluation_id": evaluation.id,
                "norm": norm,
                "verdict": "not_assessed",
                "version": 0,
                "contributions": change,
                "verdict_version": 0,
                "updated_at": at,
            },
        )


def _version_place(row: Any, version: int) -> str:
    return f"contribution_version.text:{row.evaluation_id}:{row.receipt}:{version}"


def usual(evaluations: Sequence[Evaluation]) -> Evaluation | None:
    """Return the latest evaluation of the framework with which an organisation began, None when there is none."""
    return next((late for late in reversed(evaluations) if late.framework == evaluations[0].framework), None)


def to_evaluation(row: Any) -> Evaluation:
    """Return the domain's evaluation of a row."""
    return Evaluation(
        id=EvaluationId(row.id),
        organisation=OrganisationId(row.organisation_id),
        framework=FrameworkId(row.framework),
        round=row.round,
        version=row.version,
        status=EvaluationStatus(row.status),
        closed_at=row.closed_at,
    )
