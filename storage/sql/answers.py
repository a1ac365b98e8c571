"""The answers of an evaluation: read without opening a text where none is shown, written with their history.

A write is: hold the row (and the evaluation, so that nobody closes it meanwhile), compare with what
the person saw, upsert. `answer_version` keeps what every write made of an answer, so that it can be undone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy.dialects import postgresql, sqlite

from domain.framework import Framework, NormId
from domain.roles import Permission, PersonId
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    Evaluation,
    FileId,
    ImprovementAction,
    Purpose,
)
from domain.verdicts import Verdict
from storage.interfaces import ChangedMeanwhile, EvaluationClosed, NormState, NotAllowed
from storage.sql import tables as t
from storage.sql.actors import organisation_scope
from storage.sql.reach import Reach

MAX_TEXT = 4096  # the longest message that Telegram lets anybody type
_VERDICTS = {verdict.value: verdict for verdict in Verdict}

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_EVALUATION: Any = sa.bindparam("evaluation")
_ORGANISATION: Any = sa.bindparam("organisation")
_NORM: Any = sa.bindparam("norm_id")
_IN_REACH = sa.and_(t.self_evaluation.c.id == _EVALUATION, t.self_evaluation.c.organisation_id == _ORGANISATION)

_STATES = (
    sa.select(t.answer.c.norm, t.answer.c.verdict, t.answer.c.version, t.answer.c.contributions)
    .join(t.self_evaluation, t.self_evaluation.c.id == t.answer.c.evaluation_id)
    .where(_IN_REACH)
)
_ANSWERS = (
    sa.select(t.answer).join(t.self_evaluation, t.self_evaluation.c.id == t.answer.c.evaluation_id).where(_IN_REACH)
)
_ANSWER = _ANSWERS.where(t.answer.c.norm == _NORM)
_CONTRIBUTIONS = (
    sa.select(t.contribution)
    .join(t.self_evaluation, t.self_evaluation.c.id == t.contribution.c.evaluation_id)
    .where(_IN_REACH, t.contribution.c.withdrawn_at.is_(None))
    .order_by(t.contribution.c.receipt)
)
_CONTRIBUTIONS_AT = _CONTRIBUTIONS.where(t.contribution.c.norm == _NORM)

# On PostgreSQL the evaluation is held with the weakest lock that closing (FOR UPDATE) waits for.
_OPEN_EVALUATION = (
    sa.select(t.self_evaluation.c.status).where(_IN_REACH).with_for_update(read=True, key_share=True).cte("held")
)
_OWN_ANSWER = (
    sa.select(t.answer)
    .where(t.answer.c.evaluation_id == _EVALUATION, t.answer.c.norm == _NORM)
    .with_for_update()
    .cte("own")
)
_HOLD = sa.select(_OPEN_EVALUATION.c.status, *_OWN_ANSWER.c).select_from(
    _OPEN_EVALUATION.outerjoin(_OWN_ANSWER, sa.true())
)

_WRITTEN = (
    "verdict", "version", "reason_sealed", "improve_what_sealed", "improve_who_sealed", "improve_due_on",
    "verdict_version", "verdict_by", "updated_by", "updated_at",
)  # fmt: skip


def _upsert_answer(insert: Callable[[sa.Table], Any]) -> Any:
    """Return the write of an answer; it returns no row when another process wrote the row first."""
    statement = insert(t.answer)
    return statement.on_conflict_do_update(
        index_elements=["evaluation_id", "norm"],
        set_={name: statement.excluded[name] for name in _WRITTEN},
        where=t.answer.c.version == statement.excluded.version - 1,
    ).returning(t.answer.c.version)


def _upsert_last_write(insert: Callable[[sa.Table], Any]) -> Any:
    statement = insert(t.last_write)
    written = ("norm", "what", "contribution_id", "version", "is_undone", "written_at")
    return statement.on_conflict_do_update(
        index_elements=["evaluation_id", "person_id"], set_={name: statement.excluded[name] for name in written}
    )


_UPSERT_ANSWER = {True: _upsert_answer(sqlite.insert), False: _upsert_answer(postgresql.insert)}
_UPSERT_LAST_WRITE = {True: _upsert_last_write(sqlite.insert), False: _upsert_last_write(postgresql.insert)}

# ------------------------------------------------------------------------------------------------------ values


class Content(Struct, frozen=True):
    """The answer's own fields, opened: what a write changes and an undo brings back."""

    verdict: Verdict = Verdict.NOT_ASSESSED
    reason: str | None = None
    what: str | None = None
    who: str | None = None
    due_on: date | None = None

    def to_json(self) -> str:
        """Return the snapshot that is kept of every version."""
        fields = asdict(self) | {"due_on": self.due_on.isoformat() if self.due_on else None}
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Content:
        """Return the content of a snapshot."""
        fields = json.loads(text)
        due_on = date.fromisoformat(fields["due_on"]) if fields["due_on"] else None
        return Content(**fields | {"verdict": Verdict(fields["verdict"]), "due_on": due_on})

    @property
    def improvement(self) -> ImprovementAction | None:
        """The improvement action, None when nothing of it was said."""
        action = ImprovementAction(self.what, self.who, self.due_on)
        return None if action == ImprovementAction() else action


class Stored(Struct, frozen=True):
    """An answer as it stands in the database: its row (None if there is none yet) and its opened content."""

    row: Any
    content: Content

    @property
    def version(self) -> int:
        """The number of writes so far."""
        return self.row.version if self.row is not None else 0

    def changed_verdict_after(self, seen: int, actor: PersonId) -> bool:
        """Say whether somebody else changed the verdict after the version that the actor saw."""
        return self.row is not None and self.row.verdict_version > seen and self.row.verdict_by != actor


class Answers(Reach):
    """Reads and writes the answers of the evaluations within the actor's reach."""

    def framework(self, evaluation: Evaluation) -> Framework:
        """Return the framework edition that the evaluation was started with.

        Raises:
            KeyError: the content of that edition is no longer installed.
        """
        return self._work.framework(evaluation.framework, self._actor)

    def states(self, evaluation: Evaluation) -> Mapping[NormId, NormState]:
        """Return verdict, version and number of contributions of every norm that has any."""
        within = self._within(evaluation)
        known = self._work.ahead.states.get((within["organisation"], evaluation.id))
        if known is not None:
            return known
        rows: Any = self._work.execute(_STATES, within).all()
        return {
            NormId(norm): NormState(_VERDICTS[verdict], version, contributions)
            for norm, verdict, version, contributions in rows
        }

    def answer(self, evaluation: Evaluation, norm: NormId) -> Answer:
        """Return the answer on one norm with all its contributions; an empty one when there is none."""
        within = self._within(evaluation)
        known = self._work.ahead.states.get((within["organisation"], evaluation.id))
        is_new = known is not None and norm not in known
        row = None if is_new else self._work.execute(_ANSWER, within | {"norm_id": norm}).first()
        return self._to_answer(evaluation, norm, self._stored(evaluation, norm, row))

    def answers(self, evaluation: Evaluation) -> Mapping[NormId, Answer]:
        """Return every answer of the evaluation, for documents."""
        within = self._within(evaluation)
        contributions: dict[str, list[Contribution]] = {}
        for row in self._work.execute(_CONTRIBUTIONS, within):
            contributions.setdefault(row.norm, []).append(self._contribution(row))
        return {
            NormId(row.norm): _answer(
                NormId(row.norm),
                self._stored(evaluation, NormId(row.norm), row),
                tuple(contributions.get(row.norm, ())),
            )
            for row in self._work.execute(_ANSWERS, within).all()
        }

    def record_verdict(
        self, evaluation: Evaluation, norm: NormId, verdict: Verdict, *, seen: int | None, at: datetime
    ) -> Answer:
        """Store a verdict; `seen` is the answer's version on the screen, None overrides.

        The same verdict again changes nothing. Raises ChangedMeanwhile, EvaluationClosed, NotAllowed.
        """

        def change(before: Content) -> Content:
            return replace(before, verdict=verdict)

        return self._write(evaluation, norm, "verdict", at, change, seen)

    def record_reason(self, evaluation: Evaluation, norm: NormId, reason: str, at: datetime) -> Answer:
        """Store why a norm does not apply; the verdict becomes n.v.t. Raises EvaluationClosed, NotAllowed."""

        def change(before: Content) -> Content:
            return replace(before, verdict=Verdict.NOT_APPLICABLE, reason=reason[:MAX_TEXT] or None)

        return self._write(evaluation, norm, "reason", at, change)

    def record_improvement(
        self,
        evaluation: Evaluation,
        norm: NormId,
        at: datetime,
        *,
        what: str | None = None,
        who: str | None = None,
        due_on: date | None = None,
    ) -> Answer:
        """Store the given parts of the improvement action; an empty text clears a part, None leaves it."""

        def change(before: Content) -> Content:
            return replace(
                before,
                what=before.what if what is None else what[:MAX_TEXT] or None,
                who=before.who if who is None else who[:MAX_TEXT] or None,
                due_on=before.due_on if due_on is None else due_on,
            )

        return self._write(evaluation, norm, "improvement", at, change)

    # ------------------------------------------------------------------------------------------- reach and locks

    def _within(self, evaluation: Evaluation, permission: Permission = Permission.READ_EVALUATION) -> dict[str, Any]:
        """Return the conditions that every query carries. Raises NotAllowed."""
        organisation = self._require(permission)
        if evaluation.organisation != organisation:
            raise NotAllowed("evaluation")
        return {"evaluation": evaluation.id, "organisation": organisation}

    def _hold(self, evaluation: Evaluation, norm: NormId) -> Stored:
        """Return an answer that nobody else can change until this transaction ends.

        Raises:
            NotAllowed, EvaluationClosed
        """
        within = self._within(evaluation, Permission.ANSWER)
        if not self.framework(evaluation).has(norm):
            raise NotAllowed("norm")
        if self._work.ahead.is_unanswered(evaluation, norm):
            return Stored(None, Content())
        row = self._work.execute(_HOLD, within | {"norm_id": norm}).first()
        if row is None:
            raise NotAllowed("evaluation")
        if row.status != "open":
            raise EvaluationClosed(evaluation.id)
        return self._stored(evaluation, norm, row if row.norm is not None else None)

    # ------------------------------------------------------------------------------------------------- writing

    def _write(
        self,
        evaluation: Evaluation,
        norm: NormId,
        what: str,
        at: datetime,
        change: Callable[[Content], Content],
        seen: int | None = None,
    ) -> Answer:
        """Change an answer as the actor's last write, and return how it is now."""
        while True:
            before = self._hold(evaluation, norm)
            content = change(before.content)
            if content == before.content:
                return self._to_answer(evaluation, norm, before)
            if seen is not None and before.changed_verdict_after(seen, self._actor.person):
                raise ChangedMeanwhile(self._to_answer(evaluation, norm, before))
            after = self._store(evaluation, norm, before, content, what, at)
            if after is not None:
                break
            # There was no row to hold and another process made one just now: look again, in the database.
            self._work.ahead.forget()
        self._remember_write(evaluation, norm, what, after.version, at)
        self._audit(f"{what}_recorded", f"answer:{evaluation.id}:{norm}", at)
        return self._to_answer(evaluation, norm, after)

    def _store(
        self, evaluation: Evaluation, norm: NormId, before: Stored, content: Content, what: str, at: datetime
    ) -> Stored | None:
        """Write the next version of an answer; None when another process made the row meanwhile."""
        values = self._values(evaluation, norm, before, content, at)
        ahead, key = self._work.ahead.states, (evaluation.organisation, evaluation.id)
        known = ahead.get(key)
        if self._work.ahead.is_unanswered(evaluation, norm):
            self._work.begin(t.answer, (evaluation.id, norm), values)
        elif self._work.execute(_UPSERT_ANSWER[self._work.is_sqlite], values).first() is None:
            return None
        if known is not None:
            ahead[key] = {**known, norm: NormState(content.verdict, values["version"], values["contributions"])}
        place = f"answer_version.snapshot:{evaluation.id}:{norm}:{values['version']}"
        self._work.add(
            t.answer_version,
            evaluation_id=evaluation.id,
            norm=norm,
            version=values["version"],
            what=what,
            snapshot_sealed=self._seal(evaluation, place, content.to_json()),
            changed_by=self._actor.person,
            changed_at=at,
        )
        return Stored(_Row(values), content)

    def _values(
        self, evaluation: Evaluation, norm: NormId, before: Stored, content: Content, at: datetime
    ) -> dict[str, Any]:
        """Return the row of the next version."""
        version = before.version + 1
        if content.verdict is not before.content.verdict:
            judged: tuple[int, int | None] = (version, self._actor.person)
        else:
            judged = (before.row.verdict_version, before.row.verdict_by) if before.row is not None else (0, None)
        return {
            "evaluation_id": evaluation.id,
            "norm": norm,
            "verdict": content.verdict.value,
            "version": version,
            "contributions": before.row.contributions if before.row is not None else 0,
            "reason_sealed": self._seal_part(evaluation, norm, before, content, "reason", "reason"),
            "improve_what_sealed": self._seal_part(evaluation, norm, before, content, "what", "improve_what"),
            "improve_who_sealed": self._seal_part(evaluation, norm, before, content, "who", "improve_who"),
            "improve_due_on": content.due_on,
            "verdict_version": judged[0],
            "verdict_by": judged[1],
            "updated_by": self._actor.person,
            "updated_at": at,
        }

    def _seal_part(
        self, evaluation: Evaluation, norm: NormId, before: Stored, content: Content, part: str, column: str
    ) -> bytes | None:
        """Return one text of the answer as it is stored; sealed anew only when it changed."""
        text: str | None = getattr(content, part)
        if before.row is not None and text == getattr(before.content, part):
            return getattr(before.row, f"{column}_sealed")  # type: ignore[no-any-return]
        return None if text is None else self._seal(evaluation, f"answer.{column}:{evaluation.id}:{norm}", text)

    def _seal(self, evaluation: Evaluation, place: str, text: str) -> bytes:
        return self._work.vault.seal(organisation_scope(evaluation.organisation), place, text)

    def _remember_write(
        self,
        evaluation: Evaluation,
        norm: NormId,
        what: str,
        version: int,
        at: datetime,
        contribution: int | None = None,
    ) -> None:
        """Make this the write that the actor can undo."""
        self._work.put(
            _UPSERT_LAST_WRITE[self._work.is_sqlite],
            (evaluation.id, self._actor.person),
            {
                "evaluation_id": evaluation.id,
                "person_id": self._actor.person,
                "norm": norm,
                "what": what,
                "contribution_id": contribution,
                "version": version,
                "is_undone": False,
                "written_at": at,
            },
        )

    # ------------------------------------------------------------------------------------------- rows to values

    def _stored(self, evaluation: Evaluation, norm: NormId, row: Any) -> Stored:
        return Stored(row, self._content(evaluation, norm, row) if row is not None else Content())

    def _content(self, evaluation: Evaluation, norm: NormId, row: Any) -> Content:
        key = f"{evaluation.id}:{norm}"
        return Content(
            _VERDICTS[row.verdict],
            self._text(f"answer.reason:{key}", row.reason_sealed),
            self._text(f"answer.improve_what:{key}", row.improve_what_sealed),
            self._text(f"answer.improve_who:{key}", row.improve_who_sealed),
            row.improve_due_on,
        )

    def _text(self, place: str, sealed: bytes | None) -> str | None:
        return None if sealed is None else self._work.vault.open(place, sealed)

    def _to_answer(self, evaluation: Evaluation, norm: NormId, stored: Stored) -> Answer:
        """Return an answer with its contributions, which are only asked for when there are any."""
        if stored.row is None or not stored.row.contributions:
            return _answer(norm, stored, ())
        rows = self._work.execute(_CONTRIBUTIONS_AT, self._within(evaluation) | {"norm_id": norm}).all()
        return _answer(norm, stored, tuple(self._contribution(row) for row in rows))

    def _contribution(self, row: Any) -> Contribution:
        return Contribution(
            id=ContributionId(row.receipt),
            norm=NormId(row.norm),
            kind=ContributionKind(row.kind),
            purpose=Purpose(row.purpose),
            text=self._work.vault.open(f"contribution.text:{row.evaluation_id}:{row.receipt}", row.text_sealed),
            author=PersonId(row.author_id),
            at=row.created_at,
            file=FileId(row.file_id) if row.file_id is not None else None,
        )


class _Row:
    """The values of a row that was just written, readable like one that was selected."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


def _answer(norm: NormId, stored: Stored, contributions: tuple[Contribution, ...]) -> Answer:
    """Return the domain's answer; before the first write nobody is the one who updated it."""
    row, content = stored.row, stored.content
    is_written = row is not None and row.version > 0
    return Answer(
        norm=norm,
        verdict=content.verdict,
        version=stored.version,
        reason=content.reason,
        contributions=contributions,
        improvement=content.improvement,
        updated_by=PersonId(row.updated_by) if is_written else None,
        updated_at=row.updated_at if is_written else None,
    )
