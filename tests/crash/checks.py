"""What must hold when the last life has finished: database and chats are compared with the diaries.

Nothing here asks the bot: answers are read by storage, counts by plain SQL, and what people saw
comes from Telegram's own log of calls.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.blobs import Blobs
from domain.self_evaluation import Answer, Contribution, EvaluationId
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.vault import Unreadable
from storage.sql.work import SqlWork
from tests.crash.diary import Diary, Handed, Judged

_RECEIPT = re.compile(r"Bewaard #(\d+)")  # the receipt on the screen after something was handed in
#: The calls that make a new message.
SENDS = ("sendMessage", "sendDocument", "sendPhoto")
_OVERVIEW = "Zelfevaluatie</b>"  # the screen that every diary ends with


@dataclass
class Findings:
    """What was found wrong, by kind; empty when everything held."""

    problems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, what: str) -> None:
        """Write down one problem."""
        self.problems[kind].append(what)

    def expect(self, kind: str, what: str, found: object, expected: object) -> None:
        """Write down a difference."""
        if found != expected:
            self.add(kind, f"{what}: {found!r} instead of {expected!r}")

    @property
    def counts(self) -> dict[str, int]:
        """How often each kind was found."""
        return {kind: len(found) for kind, found in self.problems.items()}


@dataclass(frozen=True)
class Sighting:
    """One call that reached a person's phone, in the life that made it."""

    life: int
    chat: int
    method: str
    text: str
    number: int


# ------------------------------------------------------------------------------------- the database


def check_database(database: Database, diaries: Sequence[Diary], updates: int, directory: Path) -> Findings:
    """Compare everything that is stored with the diaries; `updates` is how many Telegram has handed out."""
    findings = Findings()
    with database.begin() as work:
        _check_inbox(work, updates, findings)
        _check_outbox(work, diaries, findings)
        _check_places(work, diaries, findings)
        _check_history(work, findings)
        _check_files(work, diaries, directory, findings)
        for diary in diaries:
            _check_diary(work, diary, findings)
        if work.is_sqlite:
            findings.expect("integrity", "integrity_check", _column(work, "PRAGMA integrity_check"), ["ok"])
            findings.expect("integrity", "foreign_key_check", _column(work, "PRAGMA foreign_key_check"), [])
    return findings


def _column(work: SqlWork, query: str | sa.Select[Any]) -> list[Any]:
    statement = sa.text(query) if isinstance(query, str) else query
    return list(work.execute(statement).scalars())


def _check_inbox(work: SqlWork, updates: int, findings: Findings) -> None:
    stored = work.execute(sa.select(sa.func.count(), sa.func.count(t.inbox.c.handled_at)).select_from(t.inbox)).one()
    for _ in range(updates - stored[0]):
        findings.add("lost", "an update was never stored")
    findings.expect("lost", "updates handled", stored[1], stored[0])
    parked = sa.select(t.inbox.c.update_id).where(sa.or_(t.inbox.c.is_parked, t.inbox.c.attempts > 0))
    for update in _column(work, parked):
        findings.add("failed", f"update {update}")


def _check_outbox(work: SqlWork, diaries: Sequence[Diary], findings: Findings) -> None:
    """Every row has left or was replaced, and there is exactly one for every errand."""
    rows = work.execute(sa.select(t.outbox.c.id, t.outbox.c.kind, t.outbox.c.outcome, t.outbox.c.error)).all()
    for row in rows:
        if row.outcome not in ("sent", "superseded"):
            findings.add("not sent", f"row {row.id}: {row.kind} {row.outcome} {row.error}")
    kinds = Counter(row.kind for row in rows)
    exports, invitations = sum(d.exports for d in diaries), sum(d.invitations for d in diaries)
    photos = sum(d.photos for d in diaries)
    findings.expect("doubled", "jobs", kinds["job"], exports + invitations + photos)
    findings.expect("doubled", "documents", kinds["document"], exports + invitations)
    findings.expect("doubled", "messages", kinds["message"], invitations)
    screens = sum(len(diary.steps) for diary in diaries)
    findings.expect("doubled", "screens", kinds["screen"], screens)


def _check_places(work: SqlWork, diaries: Sequence[Diary], findings: Findings) -> None:
    """Everybody ended at the overview, where the last chapter leads."""
    state = t.conversation_state
    rows = {row.chat_id: row for row in work.execute(sa.select(state))}
    for diary in diaries:
        row = rows.get(diary.chat)
        place = (row.conversation, row.state) if row is not None else None
        findings.expect("place", diary.name, place, ("self_evaluation", "overview"))


def _check_history(work: SqlWork, findings: Findings) -> None:
    """Versions, receipts and audit trail have neither gaps nor doubles."""
    versions = defaultdict(list)
    for row in work.execute(sa.select(t.answer_version).order_by(t.answer_version.c.version)):
        versions[row.evaluation_id, row.norm].append(row.version)
    for row in work.execute(sa.select(t.answer)):
        found = versions[row.evaluation_id, row.norm]
        findings.expect("history", f"versions of {row.norm}", found, list(range(1, row.version + 1)))
    receipts = defaultdict(list)
    for row in work.execute(sa.select(t.contribution).order_by(t.contribution.c.receipt)):
        receipts[row.evaluation_id].append(row.receipt)
    for row in work.execute(sa.select(t.self_evaluation)):
        found = receipts[row.id]
        findings.expect("history", f"receipts of evaluation {row.id}", found, list(range(1, row.receipts + 1)))
    recorded = t.audit_trail.c.action.in_(["verdict_recorded", "reason_recorded", "improvement_recorded"])
    written = work.execute(sa.select(sa.func.count()).select_from(t.audit_trail).where(recorded)).scalar()
    findings.expect("history", "writes in the audit trail", written, sum(map(len, versions.values())))
    stored = t.audit_trail.c.action == "contribution_stored"
    written = work.execute(sa.select(sa.func.count()).select_from(t.audit_trail).where(stored)).scalar()
    findings.expect("history", "contributions in the audit trail", written, sum(map(len, receipts.values())))


def _check_files(work: SqlWork, diaries: Sequence[Diary], directory: Path, findings: Findings) -> None:
    """Every photo was fetched once and can be opened."""
    rows = work.execute(sa.select(t.stored_file).where(t.stored_file.c.telegram_id_sealed.is_not(None))).all()
    findings.expect("doubled", "files", len(rows), sum(diary.photos for diary in diaries))
    evidence = Blobs(directory / "evidence")
    for row in rows:
        try:
            work.vault.open_bytes(f"blob:{row.blob}", evidence.read(row.blob))
        except (OSError, Unreadable) as error:
            findings.add("files", f"file {row.id} ({row.status}): {type(error).__name__}")


def _check_diary(work: SqlWork, diary: Diary, findings: Findings) -> None:
    """Everything of one person is stored once, under its norm and in order."""
    answers = _answers(work, diary)
    found = _handed_in(work, diary, answers.values())
    _compare(diary, [(item.norm, item.text, item.purpose) for item in found], findings)
    for norm, judged in diary.judged.items():
        answer = answers.get(norm, Answer(norm))
        findings.expect("verdict", f"{diary.name} at {norm}", _judged(answer), judged)


def _answers(work: SqlWork, diary: Diary) -> dict[str, Answer]:
    store = work.evaluations(work.actor(diary.chat))
    return {str(norm): answer for norm, answer in store.answers(store.get(diary.evaluation)).items()}


def _handed_in(work: SqlWork, diary: Diary, answers: Iterable[Answer]) -> list[Contribution]:
    """Return what this person handed in, in the order of the receipts."""
    person = work.actor(diary.chat).person
    own = [item for answer in answers for item in answer.contributions if item.author == person]
    return sorted(own, key=lambda item: item.id)


def _judged(answer: Answer) -> Judged:
    action = answer.improvement
    parts = (action.what, action.who, action.due_on) if action else (None, None, None)
    return Judged(answer.verdict, answer.reason, *parts, writes=answer.version)


def _compare(diary: Diary, found: list[tuple[Any, ...]], findings: Findings) -> None:
    """Tell lost, doubled, misplaced and overtaken contributions apart."""
    expected = [(item.norm, item.text, item.purpose) for item in diary.handed]
    if found == expected:
        return
    texts = Counter(text for _, text, _ in found)
    norm_of = {text: norm for norm, text, _ in found}
    for norm, text, _ in expected:
        if not text:
            continue
        if not texts[text]:
            findings.add("lost", text)
        elif norm_of[text] != norm:
            findings.add("wrong norm", f"{text} at {norm_of[text]}")
        for _ in range(texts[text] - 1):
            findings.add("doubled", text)
    if Counter(found) == Counter(expected):
        findings.add("order", f"contributions of {diary.name}")
    else:
        findings.add("contributions", f"of {diary.name} differ")


# -------------------------------------------------------------------------------------- the phones


def check_phones(database: Database, diaries: Sequence[Diary], sightings: Sequence[Sighting]) -> Findings:
    """Everything that had to be said was seen, and seen first in the order in which it was said."""
    findings = Findings()
    seen = defaultdict(list)
    for sighting in sightings:
        seen[sighting.chat].append(sighting)
    with database.begin() as work:
        receipts = {diary.chat: _receipts(work, diary.evaluation, diary) for diary in diaries}
    for diary in diaries:
        _check_receipts(diary, receipts[diary.chat], seen[diary.chat], findings)
        _check_last_screen(diary, seen[diary.chat], findings)
        documents = sum(s.method in ("sendDocument", "sendPhoto") for s in seen[diary.chat])
        if documents < diary.exports + diary.invitations:
            findings.add("unseen", f"a document of {diary.name}")
        links = {link for s in seen[diary.chat] for link in re.findall(r"\?start=[\w-]+", s.text)}
        if len(links) < diary.invitations:
            findings.add("unseen", f"an invitation of {diary.name}")
    return findings


def _receipts(work: SqlWork, evaluation: EvaluationId, diary: Diary) -> list[int]:
    """Return the receipts that a person got, in order."""
    own = sa.and_(
        t.contribution.c.evaluation_id == evaluation, t.contribution.c.author_id == work.actor(diary.chat).person
    )
    return _column(work, sa.select(t.contribution.c.receipt).where(own).order_by(t.contribution.c.receipt))


def _check_receipts(diary: Diary, receipts: list[int], seen: list[Sighting], findings: Findings) -> None:
    """Receipts come in order; one may be missing only where a tap replaced its screen before it left."""
    first = list(dict.fromkeys(int(number) for s in seen for number in _RECEIPT.findall(s.text)))
    if first != sorted(first):
        findings.add("order", f"receipts on the phone of {diary.name}: {first}")
    for item, receipt in zip(diary.handed, receipts, strict=False):
        if receipt not in first and not _may_be_replaced(diary, item):
            findings.add("unseen", f"receipt {receipt} of {diary.name}")


def _may_be_replaced(diary: Diary, item: Handed) -> bool:
    following = diary.steps[item.step + 1] if item.step + 1 < len(diary.steps) else None
    return following is not None and not following.is_message


def _check_last_screen(diary: Diary, seen: list[Sighting], findings: Findings) -> None:
    screens = [s for s in seen if s.method == "sendMessage"]
    if not screens or _OVERVIEW not in screens[-1].text:
        findings.add("unseen", f"the overview at the end, on the phone of {diary.name}")


def sent_unmarked(
    database: Database, sightings: Sequence[Sighting], messages: Mapping[int, Sequence[int]], findings: Findings
) -> list[Sighting]:
    """Return every new message of which the database never learnt that it was sent.

    `messages` are the ids of the bot's messages per chat, in order.
    """
    with database.begin() as work:
        marked = set(_column(work, sa.select(t.outbox.c.message_id).where(t.outbox.c.message_id.is_not(None))))
    unmarked = []
    for chat, ids in messages.items():
        sends = [s for s in sightings if s.chat == chat and s.method in SENDS]
        findings.expect("sightings", f"messages in chat {chat}", len(sends), len(ids))
        unmarked += [send for send, message in zip(sends, ids, strict=False) if message not in marked]
    return unmarked


def sent_again(unmarked: Sequence[Sighting], sightings: Sequence[Sighting]) -> int:
    """Return how many messages came a second time; the others were overtaken by a newer screen."""
    last = {(s.chat, s.text): s.number for s in sightings if s.method in SENDS}
    return sum(last[s.chat, s.text] > s.number for s in unmarked)
