"""`python -m benchmarks.audit_report`: the report of 49 norms with 300 findings, as Word and PDF in a chat.

The bot runs beside a local Telegram on SQLite. The team leader taps Word and PDF; the time runs until both files are in
the chat, and in another chat somebody taps on meanwhile. Reading, Word and PDF are measured apart in the same run, the
rest is the turn, sealing the files and bringing them to the chat. The target is 3 seconds for both together.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median

from bot.audit_reports import load_standing
from bot.rendering import audit_report
from documents.audit_report_data import AuditReport
from domain.audit import FindingKind, Stage, Tone
from domain.judging import Draft
from domain.verdicts import Verdict
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql.database import Database, create_engine
from storage.sql.vault import Keyring, MasterKey
from tests.scenes.town import KEY, Phone, Town, town
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.judging_cast import JudgingCast

TARGET = 3.0
FINDINGS = 300
TEXT = (
    "Medewerkers vertellen dat zij elke twee weken overleggen over lastige situaties. In het team Noord hangt een "
    "overzicht aan de muur, en in drie dossiers zagen wij dat de afspraken ook worden nagekomen. "
)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def fill(database: Database) -> JudgingCast:
    """Make an audit with its findings, and settle every norm."""
    cast = JudgingCast(database, now)
    cast.assemble()
    cast.round_off(cast.norms)
    labels = cycle([(None, Tone.TIP), (FindingKind.DOCUMENT, None), (None, Tone.STRONG), (None, Tone.BOTTLENECK)])
    norms = cycle(cast.norms)
    for number in range(FINDINGS - 3 * len(cast.norms)):
        kind, tone = next(labels)
        cast.notes([next(norms)], kind=kind, tone=tone, text=f"{number}: {TEXT}")
    cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    with cast.judges("Tom") as (judging, audit):
        drafts = [
            Draft(norm, Verdict.PARTIAL if n % 7 == 0 else Verdict.MET, TEXT * 3) for n, norm in enumerate(cast.norms)
        ]
        judging.settle(audit.id, drafts, {}, now())
    return cast


async def files_in(phone: Phone) -> int:
    """Return how many documents are in a chat."""
    return sum(1 for message in await phone.messages() if message.media and message.by_bot)


async def until_files(phone: Phone, wanted: int) -> None:
    """Wait until so many documents are in a chat."""
    async with asyncio.timeout(60):
        while await files_in(phone) < wanted:
            await asyncio.sleep(0.01)


async def taps(phone: Phone, stop: asyncio.Event) -> list[float]:
    """Ask for the menu again and again, and return how long each answer took."""
    found = []
    while not stop.is_set():
        before, began = len(await phone.messages()), time.perf_counter()
        await phone.person.sends("/menu", settle=False)
        while len(await phone.messages()) < before + 2:
            await asyncio.sleep(0.005)
        found.append(time.perf_counter() - began)
    return found


async def measure(here: Town, beside: Database, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every step, per round."""
    people = {name: await here.person(name, chat) for name, chat in AUDIT_CHATS.items()}
    cast = await asyncio.to_thread(fill, beside)
    tom, ada = people["Tom"], people["Ada"]
    found: dict[str, list[float]] = {
        "read": [], "word": [], "pdf": [], "whole": [], "others before": [], "others during": [],
    }  # fmt: skip
    for number in range(rounds + 1):  # the first one starts the process that makes documents
        steps = await asyncio.to_thread(_steps, beside, cast)
        quiet = asyncio.Event()
        asyncio.get_running_loop().call_later(1.5, quiet.set)
        before = await taps(ada, quiet)
        await tom.sends("/menu")
        await tom.taps("Rapport")
        had = await files_in(tom)
        done = asyncio.Event()
        during = asyncio.ensure_future(taps(ada, done))
        began = time.perf_counter()
        await tom.person.taps("Word", settle=False)
        await here.settle()
        await tom.taps("Terug")
        await tom.person.taps("PDF", settle=False)
        await until_files(tom, had + 2)
        whole = time.perf_counter() - began
        done.set()
        if number:
            for name, seconds in {**steps, "whole": whole}.items():
                found[name].append(seconds)
            found["others before"] += before
            found["others during"] += await during
        else:
            await during
    return found


def _beside(url: str) -> Database:
    """Return the same database with connections of its own, as another process has them."""
    keyring = Keyring([MasterKey.parse(KEY)])
    return Database(
        create_engine(url), keyring, load_frameworks(), now, operators=[999], audit_rules=load_audit_rules()
    )


def _steps(database: Database, cast: JudgingCast) -> dict[str, float]:
    began = time.perf_counter()
    with database.begin() as work:
        report: AuditReport = load_standing(work, AUDIT_CHATS["Tom"], cast.audit, now(), is_summary=False)
    read = time.perf_counter()
    audit_report(report, "word")
    word = time.perf_counter()
    audit_report(report, "pdf")
    return {"read": 2 * (read - began), "word": word - read, "pdf": time.perf_counter() - word}


async def main(rounds: int) -> int:
    """Measure, and return whether the target was missed."""
    with tempfile.TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/handvat.db"
        async with town(url, Path(directory) / "data", operators=(999,), log_level="ERROR") as here:
            found = await measure(here, _beside(url), rounds)
    whole = median(found["whole"])
    steps = {name: median(found[name]) for name in ("read", "word", "pdf")}
    steps["turns, sealing, sending"] = whole - sum(steps.values())
    print(f"Word and PDF of 49 norms with {FINDINGS} findings in the chat: {whole:.2f} s (target {TARGET:.0f} s)")
    for name, seconds in steps.items():
        print(f"  {name:<24} {seconds:6.3f} s  {seconds / whole:5.0%}")
    before, during = (sorted(found[name]) for name in ("others before", "others during"))
    for name, times in (("before", before), ("during", during)):
        slowest = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(
            f"  another chat {name}: median {median(times) * 1000:.0f} ms, p99 {slowest * 1000:.0f} ms ({len(times)})"
        )
    return int(whole > TARGET)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    sys.exit(asyncio.run(main(parser.parse_args().rounds)))
