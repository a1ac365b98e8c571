"""Coverage in numbers, judgements, consensus and day evaluations of audits.

A write is: hold the audit (so that its stage stays, and nobody settles at the same moment), compare with what the
person saw, add a version. The condition of who may is in every statement.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from msgspec.structs import replace

from domain.audit import Audit, AuditId, Consensus, Finding, FindingId, FindingKind, Judgement, Tone
from domain.coverage import Tally, coverage_of
from domain.day_evaluation import DayAnswer, Mood, signals
from domain.framework import NormId, WhoCode
from domain.judging import Draft, blockers, positions, settle
from domain.roles import Permission, PersonId
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from storage.audit_interfaces import Engagement
from storage.interfaces import NotAllowed
from storage.judging_interfaces import AnsweredMeanwhile, Gathered, SettledMeanwhile
from storage.sql import tables as t
from storage.sql.audit_reach import AuditReach, allowing, audit_scope, fieldwork_of, of_actor

# ---------------------------------------------------------------- statements, built once so that they stay compiled

_AUDIT: Any = sa.bindparam("audit")
_MAY_READ = allowing(Permission.READ_AUDIT)
#: The audit when the actor may read it, else nothing: asked once per statement, and not for each of thousands of rows.
_READABLE = sa.select(t.audit.c.id).where(t.audit.c.id == _AUDIT, _MAY_READ).scalar_subquery()
#: Where its interviews and findings are kept: in a combination that may be the other half.
_READABLE_FIELDWORK = sa.select(fieldwork_of(t.audit.c.id)).where(t.audit.c.id == _AUDIT, _MAY_READ).scalar_subquery()


def _newest(table: sa.Table, *key: str) -> sa.Select[Any]:
    """Return the statement for the highest version per key of one audit."""
    columns = [table.c[name] for name in ("audit_id", *key)]
    newest = (
        sa.select(*columns, sa.func.max(table.c.version).label("version"))
        .where(table.c.audit_id == _READABLE)
        .group_by(*columns)
        .subquery()
    )
    same = [table.c[name] == newest.c[name] for name in ("audit_id", *key, "version")]
    return sa.select(table).select_from(table.join(newest, sa.and_(*same)))


_JUDGEMENTS = _newest(t.judgement, "norm", "auditor_id").order_by(t.judgement.c.judged_at, t.judgement.c.auditor_id)
_OWN_JUDGEMENT = (
    sa.select(t.judgement)
    .where(
        t.judgement.c.audit_id == _AUDIT,
        t.judgement.c.norm == sa.bindparam("norm_id"),
        t.judgement.c.auditor_id == sa.bindparam("person"),
    )
    .order_by(t.judgement.c.version.desc())
    .limit(1)
)
_CONSENSUS = _newest(t.consensus, "norm")
_DAY_ANSWERS = (
    sa.select(t.day_evaluation)
    .where(t.day_evaluation.c.audit_id == _READABLE_FIELDWORK)
    .order_by(t.day_evaluation.c.on, t.day_evaluation.c.id)
)
_INTERVIEWS = sa.select(t.interview.c.id, t.interview.c.number, t.interview.c.functions).where(
    t.interview.c.audit_id == _READABLE_FIELDWORK
)
_STANDING = sa.and_(t.finding_norm.c.audit_id == _READABLE, t.finding.c.withdrawn_at.is_(None))
_AT_NORMS = t.finding_norm.join(t.finding, t.finding.c.id == t.finding_norm.c.finding_id)


#: Several counts are added up in one number, this many bits each: adding is what takes the time with many findings.
_BITS = 15


def _one_of(count: int) -> Any:
    """Return what one of a count adds to a number that holds several."""
    return sa.literal(1 << _BITS * count, sa.BigInteger)


_NONE = sa.literal(0, sa.BigInteger)


_LOOSE = t.finding.c.interview_id.is_(None)
#: Counts that fit one number; what is left of all findings has the last kind, or none.
_KINDS = tuple(FindingKind)[:4]
_KIND_NUMBERS = sa.case({kind.value: _one_of(n) for n, kind in enumerate(_KINDS)}, value=t.finding.c.kind, else_=_NONE)
_OBSERVED, _LOOSE_OBSERVED, _LOOSE_ON_PAPER, _ALL_LOOSE = range(4)
_OF_LOOSE = {kind.value: _one_of(_LOOSE_ON_PAPER) for kind in FindingKind if kind.is_on_paper}
_OF_LOOSE[FindingKind.OBSERVATION.value] = _one_of(_LOOSE_OBSERVED)
_LOOSE_NUMBERS = sa.case(
    (_LOOSE, _one_of(_ALL_LOOSE) + sa.case(_OF_LOOSE, value=t.finding.c.kind, else_=_NONE)), else_=_NONE
) + sa.case((t.finding.c.kind == FindingKind.OBSERVATION.value, _one_of(_OBSERVED)), else_=_NONE)


def _gathered(talks: Any) -> sa.Select[Any]:
    """Return the statement that counts per norm; `talks` gathers the ids of interviews as this database can."""
    return (
        sa.select(
            t.finding_norm.c.norm,
            talks.label("talks"),
            sa.func.count().label("findings"),
            sa.func.sum(_KIND_NUMBERS).label("kinds"),
            sa.func.sum(_LOOSE_NUMBERS).label("loose"),
            sa.func.sum(sa.case((t.finding.c.is_to_discuss, 1), else_=0)).label("to_discuss"),
        )
        .select_from(_AT_NORMS)
        .where(_STANDING)
        .group_by(t.finding_norm.c.norm)
    )


_TALK = sa.distinct(t.finding.c.interview_id)
_TALKS = {
    True: sa.func.group_concat(_TALK, type_=sa.String),
    False: sa.func.string_agg(sa.distinct(sa.cast(t.finding.c.interview_id, sa.String)), ",", type_=sa.String),
}
_AT_SOME = t.finding_norm.c.norm.in_(sa.bindparam("norms", expanding=True))
#: By database (is it SQLite) and by whether only some norms are asked for.
_GATHERED = {
    (is_sqlite, is_some): _gathered(talks).where(_AT_SOME) if is_some else _gathered(talks)
    for is_sqlite, talks in _TALKS.items()
    for is_some in (True, False)
}
_DISCUSSED = (
    sa.select(t.finding_norm.c.norm, t.finding.c.receipt)
    .select_from(_AT_NORMS)
    .where(_STANDING, t.finding.c.is_to_discuss)
    .order_by(t.finding.c.receipt)
)
#: What stands at a norm of the other half only is no business of this one.
_IS_OF_THIS_HALF = sa.or_(
    t.finding.c.in_tray,
    sa.exists().where(t.finding_norm.c.finding_id == t.finding.c.id, t.finding_norm.c.audit_id == _AUDIT),
)
_TONED = (
    sa.select(*(column for column in t.finding.c if column.name != "text_sealed"))
    .where(
        t.finding.c.audit_id == _READABLE_FIELDWORK,
        t.finding.c.withdrawn_at.is_(None),
        t.finding.c.tone.is_not(None),
        _IS_OF_THIS_HALF,
    )
    .order_by(t.finding.c.created_at, t.finding.c.receipt)
)
_NORMS_OF_TONED = (
    sa.select(t.finding_norm.c.norm, t.finding.c.receipt)
    .select_from(_AT_NORMS)
    .where(_STANDING, t.finding.c.tone.is_not(None))
)
_TEXTS = sa.select(t.finding.c.audit_id, t.finding.c.receipt, t.finding.c.text_sealed).where(
    t.finding.c.audit_id == _READABLE_FIELDWORK,
    t.finding.c.withdrawn_at.is_(None),
    t.finding.c.receipt.in_(sa.bindparam("receipts", expanding=True)),
)
_HELD = {
    permission: sa.select(t.audit.c.id)
    .where(t.audit.c.id == _AUDIT, allowing(permission))
    .with_for_update(read=permission is Permission.JUDGE, key_share=permission is not Permission.JUDGE)
    for permission in (Permission.JUDGE, Permission.RECORD_CONSENSUS, Permission.EVALUATE_DAY)
}


class SqlJudging(AuditReach):
    """Judging within the actor's reach; implements `storage.judging_interfaces.Judging`."""

    # ------------------------------------------------------------------------------------------ coverage

    def gathered(self, audit: Audit, norms: Collection[NormId] | None = None) -> tuple[Gathered, ...]:
        """Return what was gathered per norm, of all or of some; two statements, however many findings there are."""
        talks = {str(row.id): _Talk(row.number, frozenset(row.functions)) for row in self._rows(_INTERVIEWS, audit.id)}
        statement = _GATHERED[self._work.is_sqlite, norms is not None]
        counted = self._rows(statement, audit.id, **({} if norms is None else {"norms": list(norms)}))
        return tuple(_read_gathered(row, talks) for row in counted)

    # ---------------------------------------------------------------------------------------- judgements

    def judgements(self, audit: Audit) -> tuple[Judgement, ...]:
        """Return the newest judgement of everybody who is in the team now, on every norm; one statement."""
        team = {member.person for member in audit.team}
        return tuple(self._judgement(row) for row in self._rows(_JUDGEMENTS, audit.id) if row.auditor_id in team)

    def judge(
        self, audit: AuditId, norm: NormId, at: datetime, *, verdict: Verdict | None = None, reason: str | None = None
    ) -> Judgement:
        """Record what the actor holds of a norm; None leaves a part as it was. Raises as the protocol says."""
        self._hold(audit, Permission.JUDGE, [norm])
        own = {"audit": audit, "norm_id": norm, "person": self._actor.person}
        row = self._work.execute(_OWN_JUDGEMENT, own).first()
        before = self._judgement(row) if row is not None else None
        new = _judged(before, Judgement(norm, self._actor.person, Verdict.NOT_ASSESSED, at, version=0), verdict, reason)
        if new == before:
            return new
        new = replace(new, at=at, version=new.version + 1)
        values = {
            "audit_id": audit, "norm": norm, "auditor_id": new.auditor, "version": new.version,
            "verdict": new.verdict.value, "judged_at": at,
            "reason_sealed": self._seal(audit, _judgement_place(audit, new), new.reason),
        }  # fmt: skip
        self._work.execute(t.judgement.insert(), values)
        self._audit("judged", f"audit:{audit}:{norm}", at)
        return new

    def _judgement(self, row: Any) -> Judgement:
        plain = Judgement(
            NormId(row.norm), PersonId(row.auditor_id), Verdict(row.verdict), row.judged_at, version=row.version
        )
        if row.reason_sealed is None:
            return plain
        place = _judgement_place(AuditId(row.audit_id), plain)
        return replace(plain, reason=self._work.vault.open(place, row.reason_sealed))

    # ----------------------------------------------------------------------------------------- consensus

    def consensus(self, audit: Audit) -> Mapping[NormId, Consensus]:
        """Return the newest consensus per norm; one that is not assessed is a draft or was reopened."""
        return {NormId(row.norm): self._consensus(row) for row in self._rows(_CONSENSUS, audit.id)}

    def settle(
        self, audit: AuditId, drafts: Sequence[Draft], seen: Mapping[NormId, int], at: datetime
    ) -> tuple[Consensus, ...]:
        """Record what the team holds of norms, all or none. Raises NotSettled, and as the protocol says."""
        norms = [draft.norm for draft in drafts]
        engagement = self._hold(audit, Permission.RECORD_CONSENSUS, norms)
        now = self.consensus(engagement.audit)
        self._refuse_unseen(now, norms, seen)
        return tuple(self._add(audit, item) for item in self._settled(engagement.audit, drafts, now, at))

    def _settled(
        self, audit: Audit, drafts: Sequence[Draft], now: Mapping[NormId, Consensus], at: datetime
    ) -> list[Consensus]:
        """Weigh every draft against what the team found and holds."""
        framework = self._work.frameworks[audit.framework]
        held = positions(self.judgements(audit), framework)
        covered = coverage_of([item.tally for item in self.gathered(audit)], framework)
        discussed = self._discussed(audit.id)
        rules = self._work.audit_rules.blockers
        found = []
        for draft in drafts:
            hinder = blockers(draft, covered[draft.norm], held[draft.norm], discussed.get(draft.norm, ()), rules)
            version = now[draft.norm].version + 1 if draft.norm in now else 1
            found.append(settle(draft, hinder, self._actor.person, at, version))
        return found

    def draft(
        self, audit: AuditId, norm: NormId, at: datetime, *, seen: int, rationale: str | None = None
    ) -> Consensus:
        """Keep a rationale for a norm that is not settled (any more), or only reopen it. Raises SettledMeanwhile."""
        engagement = self._hold(audit, Permission.RECORD_CONSENSUS, [norm])
        now = self.consensus(engagement.audit)
        self._refuse_unseen(now, [norm], {norm: seen})
        before = now.get(norm) or Consensus(norm, Verdict.NOT_ASSESSED, "", self._actor.person, at, version=0)
        text = before.rationale if rationale is None else rationale.strip()
        new = Consensus(
            norm, Verdict.NOT_ASSESSED, text, self._actor.person, at, before.override, version=before.version + 1
        )
        return self._add(audit, new)

    def _refuse_unseen(
        self, now: Mapping[NormId, Consensus], norms: Iterable[NormId], seen: Mapping[NormId, int]
    ) -> None:
        changed = {norm: now.get(norm) for norm in norms if _version(now.get(norm)) != seen.get(norm, 0)}
        if changed:
            raise SettledMeanwhile(changed)

    def _add(self, audit: AuditId, new: Consensus) -> Consensus:
        values = {
            "audit_id": audit, "norm": new.norm, "version": new.version, "verdict": new.verdict.value,
            "recorded_by": new.by, "recorded_at": new.at,
            "rationale_sealed": self._seal(audit, _consensus_place("rationale", audit, new), new.rationale),
            "override_sealed": self._seal(audit, _consensus_place("override", audit, new), new.override),
        }  # fmt: skip
        self._work.execute(t.consensus.insert(), values)
        action = "consensus_reopened" if new.verdict is Verdict.NOT_ASSESSED else "consensus_recorded"
        self._audit(action, f"audit:{audit}:{new.norm}", new.at)
        return new

    def _consensus(self, row: Any) -> Consensus:
        audit = AuditId(row.audit_id)
        plain = Consensus(
            NormId(row.norm), Verdict(row.verdict), "", PersonId(row.recorded_by), row.recorded_at, version=row.version
        )
        opened = self._work.vault.open
        return replace(
            plain,
            rationale=opened(_consensus_place("rationale", audit, plain), row.rationale_sealed),
            override=opened(_consensus_place("override", audit, plain), row.override_sealed),
        )

    def _discussed(self, audit: AuditId) -> Mapping[NormId, tuple[FindingId, ...]]:
        found: dict[NormId, list[FindingId]] = defaultdict(list)
        for row in self._rows(_DISCUSSED, audit):
            found[NormId(row.norm)].append(FindingId(row.receipt))
        return {norm: tuple(findings) for norm, findings in found.items()}

    # ----------------------------------------------------------------------------------- end of the day

    def day_answers(self, audit: Audit) -> tuple[DayAnswer, ...]:
        """Return what the client said at the end of the audit days, by day."""
        return tuple(self._day_answer(row) for row in self._rows(_DAY_ANSWERS, audit.id))

    def answer_day(
        self, audit: AuditId, day: date, question: str, mood: Mood, text: str, at: datetime, *, seen: int
    ) -> DayAnswer:
        """Record an answer of the client; earlier versions are kept. Raises AnsweredMeanwhile."""
        engagement = self._hold(audit, Permission.EVALUATE_DAY, [])
        questions = self._work.audit_rules.day_questions
        if day not in engagement.audit.days or question not in {item.id for item in questions}:
            raise NotAllowed("day")
        host = self._hold_visit(engagement.audit)
        rows = [row for row in self._rows(_DAY_ANSWERS, audit) if (row.on, row.question) == (day, question)]
        before = self._day_answer(rows[0]) if rows else None
        if before is not None and before.version != seen:
            raise AnsweredMeanwhile(before)
        version = before.version + 1 if before else 1
        new = DayAnswer(host, day, question, self._actor.person, at, mood, text.strip(), version)
        told = [*(self._told(rows[0]) if rows else []), {"mood": mood.value, "text": new.text, "by": new.by}]
        values = {
            "answer_sealed": self._seal(host, _day_place(host, day, question), json.dumps(told, ensure_ascii=False)),
            "is_signal": bool(signals([new], questions)), "recorded_by": new.by, "recorded_at": at,
        }  # fmt: skip
        key = {"audit_id": host, "on": day, "question": question}
        insert = self._work.upsert(t.day_evaluation).values(key | values)
        self._work.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))
        self._audit("day_evaluated", f"audit:{host}:{day}:{question}", at)
        return new

    def _hold_visit(self, audit: Audit) -> AuditId:
        """Return under which audit the answers of the client are kept: the halves of a combination ask once a day.

        That audit is held, so that nobody answers in the other half at the same moment.
        """
        if audit.fieldwork != audit.id:
            held = sa.select(t.audit.c.id).where(t.audit.c.id == audit.fieldwork).with_for_update(key_share=True)
            self._work.execute(held)
        return audit.fieldwork

    def _told(self, row: Any) -> list[dict[str, Any]]:
        place = _day_place(AuditId(row.audit_id), row.on, row.question)
        told: list[dict[str, Any]] = json.loads(self._work.vault.open(place, row.answer_sealed) or "[]")
        return told

    def _day_answer(self, row: Any) -> DayAnswer:
        told = self._told(row)
        last = told[-1] if told else {"mood": Mood.CONTENT.value, "text": ""}
        return DayAnswer(
            AuditId(row.audit_id), row.on, row.question, PersonId(row.recorded_by), row.recorded_at,
            Mood(last["mood"]), last["text"], len(told),
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------ feedback

    def toned(self, audit: Audit) -> tuple[Finding, ...]:
        """Return every finding with a tone, without its text, in order of arrival; two statements."""
        norms: dict[int, list[NormId]] = defaultdict(list)
        for row in self._rows(_NORMS_OF_TONED, audit.id):
            norms[row.receipt].append(NormId(row.norm))
        return tuple(_read_light(row, norms[row.receipt]) for row in self._rows(_TONED, audit.id))

    def texts(self, audit: Audit, findings: Sequence[FindingId]) -> Mapping[FindingId, str]:
        """Return the texts of some findings; one statement."""
        opened = self._work.vault.open
        rows = self._rows(_TEXTS, audit.id, receipts=list(findings)) if findings else ()
        return {
            FindingId(row.receipt): opened(f"finding.text:{row.audit_id}:{row.receipt}", row.text_sealed)
            for row in rows
        }

    # --------------------------------------------------------------------------------------------- parts

    def _rows(self, statement: Any, audit: AuditId, **values: Any) -> Sequence[Any]:
        """Return the rows of an audit that the actor may read; none for who audits nothing."""
        try:
            parameters = of_actor(self._actor)
        except NotAllowed:
            return ()
        return self._work.execute(statement, parameters | values | {"audit": audit}).all()

    def _hold(self, audit: AuditId, permission: Permission, norms: Collection[NormId]) -> Engagement:
        """Keep the audit as it is until this work ends, if the actor may do this there now."""
        self._rows(_HELD[permission], audit)
        engagement = self.within(audit, permission)
        if not all(self._work.frameworks[engagement.audit.framework].has(norm) for norm in norms):
            raise NotAllowed("norm")
        return engagement

    def _seal(self, audit: AuditId, place: str, text: str) -> bytes | None:
        return self._work.vault.seal(audit_scope(audit), place, text) if text else None


def _version(consensus: Consensus | None) -> int:
    return consensus.version if consensus else 0


def _judged(before: Judgement | None, empty: Judgement, verdict: Verdict | None, reason: str | None) -> Judgement:
    """Return a judgement with the given parts changed."""
    old = before or empty
    new_reason = old.reason if reason is None else reason.strip()
    return replace(old, verdict=verdict or old.verdict, reason=new_reason)


def _judgement_place(audit: AuditId, item: Judgement) -> str:
    return f"judgement.reason:{audit}:{item.norm}:{item.auditor}:{item.version}"


def _consensus_place(what: str, audit: AuditId, item: Consensus) -> str:
    return f"consensus.{what}:{audit}:{item.norm}:{item.version}"


def _day_place(audit: AuditId, day: date, question: str) -> str:
    return f"day_evaluation.answer:{audit}:{day.isoformat()}:{question}"


class _Talk(NamedTuple):
    """An interview as coverage sees it."""

    number: int
    functions: frozenset[WhoCode]


_NOBODY: frozenset[WhoCode] = frozenset()


def _read_gathered(row: Any, talks: Mapping[str, _Talk]) -> Gathered:
    norm, ids, findings, packed_kinds, packed_loose, to_discuss = row
    held = [talks[talk] for talk in ids.split(",") if talk in talks] if ids else []
    loose = _unpacked(packed_loose)
    kinds: dict[FindingKind | None, int] = dict(zip(_KINDS, _unpacked(packed_kinds), strict=True))
    documents = sum(n for kind, n in kinds.items() if kind is not None and kind.is_on_paper)
    kinds[FindingKind.OBSERVATION] = loose[_OBSERVED]
    kinds[None] = findings - sum(kinds.values())
    tally = Tally(
        NormId(norm),
        interviews=len(held),
        observations=loose[_LOOSE_OBSERVED],
        documents=documents,
        uncounted=loose[_ALL_LOOSE] - loose[_LOOSE_OBSERVED] - loose[_LOOSE_ON_PAPER],
        heard=_NOBODY.union(*{talk.functions for talk in held}),
        kinds={kind: n for kind, n in kinds.items() if n},
    )
    return Gathered(tally, tuple(sorted(talk.number for talk in held)), int(to_discuss))


def _unpacked(number: Any) -> list[int]:
    """Return the four counts that were added up in one number."""
    whole = int(number)
    return [whole >> _BITS * count & (1 << _BITS) - 1 for count in range(4)]


def _read_light(row: Any, norms: Iterable[NormId]) -> Finding:
    return Finding(
        id=FindingId(row.receipt), audit=AuditId(row.audit_id), norms=tuple(norms), text="",
        author=PersonId(row.author_id), at=row.created_at, kind=FindingKind(row.kind) if row.kind else None,
        tone=Tone(row.tone), form=ContributionKind(row.form), is_to_discuss=row.is_to_discuss, version=row.version,
    )  # fmt: skip
