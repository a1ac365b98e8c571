"""Where a run begins: databases that hold a label in another part of its life, each made once and then copied."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from bot.holidays_nl import dutch_working_days
from conversations.all import ALL_CONVERSATIONS
from conversations.kit import Conversations
from domain.roles import Role
from domain.verdicts import Verdict
from storage.audit_content import load_audit_rules
from storage.content import load_example, load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.actors import ensure_persons
from storage.sql.database import Database, create_engine
from storage.sql.example import seed_example
from storage.sql.vault import Keyring, MasterKey
from storage.suggest_content import Suggesters
from tests.changing import replace
from tests.conftest import MovableClock
from tests.conversations import intruders
from tests.storage import process_cast
from tests.storage.appeal_cast import APPEAL_CHATS, AppealCast, appealed
from tests.storage.case_cast import CASE_CHATS, CaseCast
from tests.storage.report_cast import ReportCast
from tests.storage.test_register import RegisterCast

#: Half past eight in Amsterdam on a working day, before any reminder.
START = datetime(2026, 12, 21, 7, 30, tzinfo=UTC)
KEY = MasterKey(b"the key of the fuzzer".ljust(32, b"."))
OPERATOR = 999
#: People without a role at any stage.
STRANGERS = {"Sterre": 801, "<b>Vreemd</b> & co": 802, "{{ 7*7 }}\u202e": 803}
#: The other member organisation, which has nothing to do with the audits.
_ELSEWHERE = {"Eva": 31, "Mo": 32, "Lex": 33}


@dataclass(frozen=True, eq=False)
class Stage:
    """Who is there, and how the database comes to be what it is."""

    name: str
    chats: Mapping[str, int]
    make: Callable[[Database, MovableClock], object]


@cache
def _surroundings():  # type: ignore[no-untyped-def]
    frameworks = with_mapping(load_frameworks())
    rules = load_audit_rules()
    return frameworks, replace(rules, working_days=dutch_working_days()), Suggesters(frameworks)


def open_database(url: str, clock: Callable[[], datetime]) -> Database:
    """Return the database as a process that has just started has it."""
    frameworks, rules, suggesters = _surroundings()
    return Database(create_engine(url), Keyring([KEY]), frameworks, clock, operators=[OPERATOR], audit_rules=rules,
                    suggesters=suggesters)  # fmt: skip


@cache
def conversations() -> Conversations:
    """Return every conversation there is; they keep nothing, so that all runs may share them."""
    return Conversations(ALL_CONVERSATIONS)


def furnish(stage: Stage, database: Database, clock: MovableClock) -> None:
    """Play a stage on a migrated and empty database."""
    stage.make(database, clock)
    clock.now = max(clock.now, START)
    with database.begin() as work:
        seed_example(work, load_example, clock.now)
        ensure_persons(work, {chat: name for name, chat in STRANGERS.items()}, clock.now)


def _nobody(database: Database, clock: MovableClock) -> None:
    with database.begin() as work:
        ensure_persons(work, {OPERATOR: "Olga"}, clock.now)


def _elsewhere(database: Database, clock: MovableClock) -> None:
    with database.begin() as work:
        ensure_persons(work, {chat: name for name, chat in _ELSEWHERE.items()}, clock.now)
        eva = work.actor(_ELSEWHERE["Eva"])
        work.people(eva).create_organisation("Stichting Overkant", None, clock.now)
        for name, role in (("Mo", Role.COLLEAGUE), ("Lex", Role.READER)):
            _, token = work.people(work.actor(_ELSEWHERE["Eva"])).invite(role, clock.now)
            work.people(work.actor(_ELSEWHERE[name])).accept(token, clock.now)


def _reported(database: Database, clock: MovableClock) -> None:
    cast = ReportCast(database, clock)
    cast.assemble()
    cast.settle_all(V5=Verdict.PARTIAL, D9=Verdict.NOT_MET)
    cast.sent()
    _elsewhere(database, clock)


def _improving(database: Database, clock: MovableClock) -> None:
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.hand_in()
    _elsewhere(database, clock)


def _certified(database: Database, clock: MovableClock) -> None:
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    cast.certify()
    cast.audit_again()
    _elsewhere(database, clock)


def _appealed(database: Database, clock: MovableClock) -> None:
    appealed(AppealCast(database, clock), clock).to_handler()
    _elsewhere(database, clock)


def _complained(database: Database, clock: MovableClock) -> None:
    cast = CaseCast(database, clock)
    cast.assemble()
    cast.reported()
    _elsewhere(database, clock)


_TOWN = {name: chat for name, chat in intruders.CHATS.items() if chat != OPERATOR}
_CAST = {name: chat for name, chat in process_cast.CHATS.items() if chat != OPERATOR} | _ELSEWHERE
_ALWAYS = {"Olga": OPERATOR} | STRANGERS

STAGES = (
    Stage("nobody", _ALWAYS, _nobody),
    Stage("towns", _TOWN | _ALWAYS,
          lambda database, clock: intruders.Town(database, conversations(), clock)),
    Stage("reported", _CAST | _ALWAYS, _reported),
    Stage("improving", _CAST | _ALWAYS, _improving),
    Stage("certified", _CAST | _ALWAYS, _certified),
    Stage("appealed", APPEAL_CHATS | _CAST | _ALWAYS, _appealed),
    Stage("complained", CASE_CHATS | _CAST | _ALWAYS, _complained),
)  # fmt: skip
