"""`python -m benchmarks.audit_size`: how much a database grows by one audit, and by one self-evaluation.

An audit is 12 interviews, 300 findings of 200 characters, 49 verdicts of each of three auditors and 49 consensus
verdicts with a reason; a self-evaluation is 49 verdicts and 98 explanations of 200 characters. Ten times as much is
made and divided, because databases grow by the page. Files that people send come on top, as large as they are; the rows
of the inbox and outbox too, for a week.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.audit_growth import build
from benchmarks.databases import find_postgres
from domain.audit import FindingKind, Stage, Tone
from domain.framework import FrameworkId, NormId
from domain.self_evaluation import ContributionKind, Purpose
from domain.verdicts import Verdict
from storage.sql.database import create_engine
from tests.conversations.judging_stage import JudgingStage
from tests.storage.audit_cast import AUDIT_CHATS

TIMES, INTERVIEWS, FINDINGS, EXPLANATIONS = 10, 12, 300, 2
TEXT = (
    "Zij vertellen hoe zij dit samen doen, met een voorbeeld uit de wijk, en wat daar de vorige keer anders aan was. "
    * 2
)
FRAMEWORK = FrameworkId("kwaliteitslabel-2019")


def hold_audit(stage: JudgingStage) -> None:
    """Make findings and verdicts of ten audits, in one."""
    cast, kinds, tones = stage.cast, [None, *FindingKind], [None, *Tone]
    norms = cast.norms
    for number in range(INTERVIEWS * TIMES):
        talk, count = cast.talk("P", "Mng"), FINDINGS // INTERVIEWS
        asked = [norms[(number * count + place) % len(norms)] for place in range(count)]
        cast.notes(asked, talk=talk, kind=kinds[number % len(kinds)], tone=tones[number % len(tones)], text=TEXT[:200])
    for turn in range(TIMES):
        cast.all_judge(dict.fromkeys(norms, (Verdict.MET, Verdict.PARTIAL)[turn % 2]))
    cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    for turn in range(TIMES):
        for norm in norms:
            cast.settle(norm, (Verdict.MET, Verdict.PARTIAL)[turn % 2], TEXT[:200])


def evaluate(stage: JudgingStage) -> None:
    """Make verdicts and explanations of ten self-evaluations, in one."""
    with stage.cast.database.begin() as work:
        store = work.evaluations(work.actor(AUDIT_CHATS["Samira"]))
        evaluation = store.current() or store.start(FRAMEWORK, stage.cast.now)
    messages = count(1)
    for turn in range(TIMES):
        with stage.cast.database.begin() as work:
            store = work.evaluations(work.actor(AUDIT_CHATS["Samira"]))
            for norm in stage.cast.norms:
                verdict = (Verdict.MET, Verdict.PARTIAL)[turn % 2]
                store.record_verdict(evaluation, NormId(norm), verdict, seen=None, at=stage.cast.now)
                for _ in range(EXPLANATIONS):
                    store.contribute(
                        evaluation, NormId(norm), ContributionKind.TEXT, Purpose.EXPLANATION, TEXT[:200],
                        stage.cast.now, message_id=next(messages),
                    )  # fmt: skip


def growth(url: str, happens: Callable[[JudgingStage], None]) -> float:
    """Return by how many bytes a database grew, per audit or self-evaluation."""
    stage = build(url)
    before = size(url)
    happens(stage)
    return (size(url) - before) / TIMES


def size(url: str) -> int:
    """Return how large a database is, without what a vacuum would give back."""
    engine = create_engine(url)
    raw = engine.raw_connection()
    if engine.dialect.name == "sqlite":
        queries = ["VACUUM", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"]
    else:
        raw.driver_connection.autocommit = True  # type: ignore[union-attr]
        queries = ["VACUUM FULL", "SELECT pg_database_size(current_database())"]
    cursor = raw.cursor()
    for query in queries:
        cursor.execute(query)
    found = int(cursor.fetchone()[0])
    raw.close()
    engine.dispose()
    return found


def main() -> int:
    """Print what both databases grew by."""
    place = Path(tempfile.mkdtemp(prefix="handvat-size-"))
    postgres = find_postgres()
    try:
        for what, happens in (("an audit", hold_audit), ("a self-evaluation", evaluate)):
            print(
                f"{what}, SQLite: {growth(f'sqlite:///{place}/{happens.__name__}.db', happens) / 1e6:.2f} MB",
                flush=True,
            )
            if postgres is not None:
                with postgres.copy() as url:
                    print(f"{what}, PostgreSQL: {growth(url, happens) / 1e6:.2f} MB", flush=True)
    finally:
        shutil.rmtree(place)
        if postgres is not None:
            postgres.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
