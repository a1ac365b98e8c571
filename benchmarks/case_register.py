"""`python -m benchmarks.case_register`: what a casusregister of 5,000 cases costs beside one of 20.

Two registers on databases of the same kind take turns in one run; per screen the median of many turns (the whole
step: transaction, rules, rendering) is divided by that of the small one. The target is at most 3: the database orders
the keys of all cases, and only a page of them is read. A search that finds nothing reads as many cases as one search
may, so it has a target of its own, in milliseconds. The documents of the whole register are timed beside them.

    python -m benchmarks.case_register                 5,000 cases, about two minutes
    python -m benchmarks.case_register --cases 1000    to try it
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from benchmarks.databases import find_postgres
from bot import rendering
from bot.case_reports import AT_A_TIME, plan_cases, read_cases
from conversations.case_taps import CasesTap, FilterTap
from conversations.taps import MenuTap
from domain.cases import CaseKind, CaseRow, Which
from domain.complaints import Candidate, Given, Happening, Step
from storage.audit_content import load_audit_rules
from storage.content import load_frameworks
from storage.sql import complaint_tables as c
from storage.sql.complaint_reading import seal_event
from storage.sql.database import Database, create_engine
from storage.sql.migrate import migrate
from storage.sql.vault import Keyring, MasterKey
from tests.conversations.case_stage import CaseStage
from tests.storage.case_cast import CASE_CHATS

TARGET = 3.0
SEARCH_TARGET = 250.0  # milliseconds of processor time
SMALL = 20
_CHUNK = 500
_TEXT = "De toetsers kwamen later dan afgesproken en gaven weinig uitleg over het vervolg. "


class Clock:
    """A clock that moves a little with every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


def build(url: str) -> CaseStage:
    """Return a body that works on cases, on a fresh database."""
    engine = create_engine(url)
    migrate(engine)
    database = Database(engine, Keyring([MasterKey(b"benchmark".ljust(32, b"."))]), load_frameworks(), Clock(),
                        operators=[999], audit_rules=load_audit_rules())  # fmt: skip
    return CaseStage(database, Clock())  # type: ignore[arg-type]


def fill(stage: CaseStage, cases: int) -> None:
    """Make cases of five years with all that is written in one; one of ten is still open."""
    ci, people = stage.cast.ci_of("Bea"), {name: stage.cast.who(name) for name in ("Quinten", "Ottelien", "Kim")}
    for start in range(0, cases, _CHUNK):
        with stage.cast.database.begin() as work:
            for number in range(start, min(start + _CHUNK, cases)):
                began = datetime(2026, 11, 1, 9, tzinfo=UTC) - timedelta(days=1825 * number // cases)
                is_open = number % 10 == 0
                insert = c.complaint.insert().values(
                    ci_id=ci, year=began.year, serial=100_000 + number, procedure="ciio-2305", subject="own_work",
                    channel="phone", state="in_treatment" if is_open else "closed", is_for_organisation=False,
                    reporter_id=people["Ottelien"], handler_id=people["Kim"], received_at=began,
                    received_on=began.date(), due_on=began.date() + timedelta(days=30) if is_open else None,
                    closed_at=None if is_open else began + timedelta(days=9), version=5 if is_open else 8,
                )  # fmt: skip
                complaint = work.execute(insert.returning(c.complaint.c.id)).scalar_one()
                rows = [
                    {"complaint_id": complaint, "number": place, "what": what, "by": people[by],
                     "at": began + timedelta(days=place),
                     "content_sealed": seal_event(work, ci, complaint, place, given)}
                    for place, (what, by, given) in enumerate(_events(people["Kim"])[: 5 if is_open else 8], 1)
                ]  # fmt: skip
                work.execute(c.complaint_event.insert(), rows)
    with stage.cast.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _events(handler: int) -> list[tuple[str, str, Given]]:
    return [
        (Happening.SIGNAL, "Ottelien", Given(_TEXT * 3)),
        (Step.CLASSIFY_YES, "Quinten", Given(criterion="oral")),
        (Step.ASSIGN, "Quinten", Given(handler=Candidate(handler, is_in_core_group=True))),  # type: ignore[arg-type]
        (Happening.MEASURE, "Kim", Given("Voortaan bellen we een dag van tevoren. ")),
        (Happening.THEME, "Kim", Given(theme="planning")),
        (Happening.ROOT_CAUSE, "Kim", Given("De dag was te krap gepland, zonder speling voor de reis.")),
        (Step.SHARE_OUTCOME, "Kim", Given("Excuses, en een nieuwe afspraak met tijd voor vragen.")),
        (Step.CLOSE, "Kim", Given("Telefoongesprek", is_satisfied=True)),
    ]


def screens(stage: CaseStage) -> dict[str, Callable[[], object]]:
    """Return what is measured, each as the quality officer does it."""
    chat = stage.quinten
    return {
        "menu": lambda: chat.taps_old(MenuTap()),
        "first page": lambda: chat.taps_old(FilterTap(Which.ALL, None, None)),
        "page 3": lambda: chat.taps_old(CasesTap(2)),
        "filter: closed complaints of a year": lambda: chat.taps_old(FilterTap(Which.CLOSED, CaseKind.COMPLAINT, 2025)),
        "search for a number": lambda: chat.sends("K2026-100001"),
        "search for a word that is everywhere": lambda: chat.sends("toetsers"),
    }


def missing(stage: CaseStage) -> Callable[[], object]:
    """Return a search that finds nothing."""
    return lambda: stage.quinten.sends("vleermuis")


def measure(stages: dict[str, CaseStage], turns: int) -> dict[str, dict[str, float]]:
    """Return the median milliseconds of every screen, by stage; the stages take turns."""
    tried = {name: screens(stage) | {"search in vain": missing(stage)} for name, stage in stages.items()}
    for stage in stages.values():
        stage.quinten.sends("/casusregister")
    found: dict[str, dict[str, list[float]]] = {name: {screen: [] for screen in by} for name, by in tried.items()}
    for _ in range(turns):
        for stage in stages.values():
            stage.quinten.sends(".")  # what was searched for stays, until somebody asks for everything
        for screen in next(iter(tried.values())):
            for name, by in tried.items():
                found[name][screen].append(_milliseconds(by[screen]))
    return {name: {screen: median(times[3:]) for screen, times in by.items()} for name, by in found.items()}


def _milliseconds(turn: Callable[[], object]) -> float:
    """Return the processor time: other programs on the machine do not count."""
    began = time.process_time()
    turn()
    return (time.process_time() - began) * 1000


def documents(stage: CaseStage) -> None:
    """Print what the documents of the whole register take: the longest transaction, all of them, and the rendering."""
    chat, now = CASE_CHATS["Quinten"], stage.cast.now
    for form in ("excel", "word", "anonymous", "anonymous_pdf"):
        data = {"form": form, "which": "all", "kind": None, "year": None, "words": ""}
        began = time.process_time()
        with stage.cast.database.begin() as work:
            plan, keys = plan_cases(work, chat, data, now)
        longest, rows = time.process_time() - began, list[CaseRow]()
        for start in range(0, len(keys), AT_A_TIME):
            before = time.process_time()
            with stage.cast.database.begin() as work:
                rows += read_cases(work, chat, keys[start : start + AT_A_TIME])
            longest = max(longest, time.process_time() - before)
        read = time.process_time()
        _, content, cases, _ = rendering.cases(plan, rows, form)
        made = time.process_time()
        print(
            f"  {form:14} {cases} cases: longest transaction {longest * 1000:.0f} ms, reading {read - began:.1f} s, "
            f"rendering {made - read:.1f} s, {len(content) / 1e6:.1f} MB"
        )


def main() -> int:
    """Print the ratio of every screen, per database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.case_register", description=__doc__)
    parser.add_argument("--cases", type=int, default=5_000)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--no-documents", action="store_true")
    options = parser.parse_args()
    place, is_met = Path(tempfile.mkdtemp(prefix="handvat-cases-")), True
    try:
        urls = {"SQLite": [f"sqlite:///{place}/{name}.db" for name in ("small", "full")]}
        with ExitStack() as stack:
            if (server := find_postgres()) is not None:
                stack.callback(server.close)
                urls["PostgreSQL"] = [stack.enter_context(server.copy()) for _ in range(2)]
            for kind, pair in urls.items():
                stages = dict(zip(("small", "full"), map(build, pair), strict=True))
                fill(stages["small"], SMALL)
                fill(stages["full"], options.cases)
                is_met &= _report(kind, measure(stages, options.turns))
                if kind == "SQLite" and not options.no_documents:
                    documents(stages["full"])
                for stage in stages.values():
                    stage.cast.database.close()
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return 0 if is_met else 1


def _report(kind: str, times: dict[str, dict[str, float]]) -> bool:
    is_met = True
    print(kind)
    for screen, small in times["small"].items():
        full = times["full"][screen]
        is_good = full <= SEARCH_TARGET if screen == "search in vain" else full / small <= TARGET
        is_met &= is_good
        print(f"  {screen:38} {small:6.1f} ms, {full:6.1f} ms: {full / small:.2f} {'' if is_good else 'MISSED'}")
    return is_met


if __name__ == "__main__":
    sys.exit(main())
