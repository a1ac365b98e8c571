"""`python -m benchmarks.finding_cost`: what one finding of an audit costs beside one answer of the self-evaluation.

Both are a message that is stored at a norm and acknowledged: the whole step with its transaction, its rules and its
screen, in processor time of the program. They take turns in one run, on one database, going from norm to norm. The
target is that a finding costs at most a tenth more than an answer.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from statistics import median

from benchmarks.audit_growth import Clock
from benchmarks.databases import find_postgres
from conversations.all import ALL_CONVERSATIONS
from conversations.fieldwork_taps import QuestionOfNormTap
from conversations.kit import Conversations
from conversations.taps import NormTap
from domain.verdicts import Verdict
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine
from storage.sql.migrate import migrate
from storage.sql.vault import Keyring, MasterKey
from tests.conversations.evaluation_stage import LABEL, SAMIRA, EvaluationStage
from tests.conversations.field_stage import FieldStage, interviewing
from tests.scenes.stage import Stage

TARGET = 1.1
TEXT = "Elk kwartaal zitten we met wijkteam en huisartsen om tafel; de afspraken staan in het verslag."


class AuditStage(FieldStage):
    """An audit that runs, whose screens are not looked at twice."""

    take = Stage.take


def measure(database: Database, rounds: int) -> tuple[float, float]:
    """Return the median seconds of a finding and of an answer."""
    audit, member = AuditStage(database), EvaluationStage(database)
    audit.conversations = member.conversations = Conversations(ALL_CONVERSATIONS)
    tom, samira = audit.tom, member.samira
    interviewing(tom)
    with database.begin() as work:
        work.evaluations(work.actor(SAMIRA)).start(LABEL, member.now)
    norms = cycle(norm.id for norm in database.frameworks[LABEL].norms)
    member.judge(Verdict.MET, [norm.id for norm in database.frameworks[LABEL].norms])
    findings, answers = [], []
    for _, norm in zip(range(rounds), norms, strict=False):
        tom.taps_old(QuestionOfNormTap(norm, 0))
        samira.taps_old(NormTap(norm))
        findings.append(_seconds(lambda: tom.sends(TEXT)))
        answers.append(_seconds(lambda: samira.sends(TEXT)))
    warm = rounds // 4
    return median(findings[warm:]), median(answers[warm:])


def _seconds(turn: Callable[[], object]) -> float:
    """Return the processor time: other programs on the machine do not count."""
    began = time.process_time()
    turn()
    return time.process_time() - began


def _measure_on(url: str, rounds: int) -> tuple[float, float]:
    engine = create_engine(url)
    migrate(engine)
    keyring = Keyring([MasterKey(b"benchmark".ljust(32, b"."))])
    database = Database(engine, keyring, load_frameworks(), Clock(), operators=[999], audit_rules=load_audit_rules())
    try:
        return measure(database, rounds)
    finally:
        database.close()


def main() -> int:
    """Print the ratio per database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.finding_cost", description=__doc__)
    parser.add_argument("--rounds", type=int, default=150)
    rounds = parser.parse_args().rounds
    place = Path(tempfile.mkdtemp(prefix="handvat-finding-"))
    found = {}
    try:
        found["SQLite"] = _measure_on(f"sqlite:///{place / 'handvat.db'}", rounds)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    server = find_postgres()
    if server is not None:
        try:
            with server.copy() as url:
                found["PostgreSQL"] = _measure_on(url, rounds)
        finally:
            server.close()
    for name, (finding, answer) in found.items():
        times = f"answer {answer * 1e3:6.2f} ms, finding {finding * 1e3:6.2f} ms"
        print(f"{name:12} {times}   {finding / answer:5.2f}x  (target {TARGET}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
