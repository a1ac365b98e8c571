"""The report leaves as a message with Word and PDF, and counts as received once Telegram took the message."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from telegram.error import Forbidden

from bot.audit_reports import load_standing, load_version
from bot.blobs import Blobs
from bot.delivery import Delivery
from bot.jobs import Jobs
from bot.pace import Pace
from domain.process import EventKind
from domain.report import VersionId
from domain.roles import Role
from domain.verdicts import Verdict
from storage.interfaces import Refusal
from storage.sql import outbox
from storage.sql.database import Database
from storage.sql.outbox import Draft, Kind
from storage.sql.process_tables import process_event_version
from tests.conftest import MovableClock
from tests.storage.report_cast import CHATS, ReportCast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OWNER = 1


class Telegram:
    """Takes messages and files, or says that the person left."""

    def __init__(self, *, is_blocked: bool = False) -> None:
        self.texts: list[tuple[int, str]] = []
        self.files: list[tuple[int, str, bytes]] = []
        self._is_blocked = is_blocked

    async def call(self, method: str, params: dict[str, Any], timeout: float = 0) -> Any:
        if self._is_blocked and method == "sendMessage":
            raise Forbidden("bot was blocked by the user")
        if method == "sendMessage":
            self.texts.append((params["chat_id"], params["text"]))
        return {"message_id": 100}

    async def upload(self, method: str, chat: int, content: bytes, name: str, caption: str, **_: Any) -> int:
        self.files.append((chat, name, content))
        return 101


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ReportCast:
    cast = ReportCast(database, clock)
    cast.assemble()
    cast.settle_all(V5=Verdict.PARTIAL)
    return cast


def job_of(cast: ReportCast, version: VersionId) -> Draft:
    with cast.database.begin() as work:
        membership = work.actor(CHATS["Samira"]).membership
    assert membership is not None
    data = {"version": version, "sending": 1, "to_chat": CHATS["Samira"], "membership": membership.id}
    return Draft(None, Kind.JOB, {"name": "send_report", "chat_id": CHATS["Tom"], "data": data})


async def deliver(cast: ReportCast, telegram: Telegram, draft: Draft, directory: Path) -> None:
    """Run a job and send what it made, as the bot does."""
    api: Any = telegram
    jobs = Jobs(cast.database, api, Blobs(directory / "in"), Blobs(directory / "out"), lambda: cast.now)
    delivery = Delivery(
        api, cast.database, Pace(0, 0), jobs, owner=OWNER, now=lambda: cast.now, alive=lambda work: [OWNER],
        sweep_seconds=0.01,
    )  # fmt: skip
    running = asyncio.ensure_future(delivery.run())
    with cast.database.begin() as work:
        rows = outbox.add(work, [draft], OWNER, cast.now)
    delivery.accept(rows)
    async with asyncio.timeout(30):
        while await cast.database.run(outbox.count_open):
            await asyncio.sleep(0.01)
    running.cancel()
    jobs.close()


def events(cast: ReportCast) -> set[EventKind]:
    with cast.database.begin() as work:
        return {event.kind for event in work.process(work.actor(CHATS["Tom"])).events(cast.audit)}


async def test_the_member_gets_a_message_with_word_and_pdf_and_that_is_the_receipt(
    cast: ReportCast, tmp_path: Path
) -> None:
    version, telegram = cast.sent(), Telegram()

    await deliver(cast, telegram, job_of(cast, version), tmp_path)

    assert [chat for chat, _ in telegram.texts] == [CHATS["Samira"]]
    assert "Het conceptrapport is er" in telegram.texts[0][1]
    assert [(chat, name.rsplit(".", 1)[1]) for chat, name, _ in telegram.files] == [
        (CHATS["Samira"], "docx"), (CHATS["Samira"], "pdf"),
    ]  # fmt: skip
    assert telegram.files[1][2].startswith(b"%PDF")
    assert EventKind.DRAFT_RECEIVED in events(cast)


async def test_a_message_that_telegram_refused_is_no_receipt(cast: ReportCast, tmp_path: Path) -> None:
    version = cast.sent()

    await deliver(cast, Telegram(is_blocked=True), job_of(cast, version), tmp_path)

    assert EventKind.DRAFT_RECEIVED not in events(cast)


async def test_a_receipt_that_cannot_be_recorded_delays_nobody(cast: ReportCast, tmp_path: Path) -> None:
    """The mark of the message is written all the same, and the log says that somebody must act."""
    version, telegram = cast.sent(), Telegram()
    with cast.database.begin() as work:
        work.execute(process_event_version.update().values(detail_sealed=b"cannot be opened"))

    await deliver(cast, telegram, job_of(cast, version), tmp_path)  # ends, although the receipt cannot be recorded

    assert len(telegram.texts) == 1


async def test_it_arrives_also_while_the_coordinator_works_elsewhere(cast: ReportCast, tmp_path: Path) -> None:
    version, telegram = cast.sent(), Telegram()
    draft = job_of(cast, version)
    with cast.database.begin() as work:
        _, token = work.people(work.actor(CHATS["Bea"])).invite(Role.PEER_AUDITOR, cast.now)
        work.people(work.actor(CHATS["Samira"])).accept(token, cast.now)

    await deliver(cast, telegram, draft, tmp_path)

    assert len(telegram.texts) == 1


@pytest.mark.parametrize("name", ["Bea", "Ina", "Samira", "Sam", "Sanne"])
def test_nobody_outside_the_team_gets_the_report_as_it_stands(cast: ReportCast, name: str) -> None:
    with cast.database.begin() as work, pytest.raises(Refusal):
        load_standing(work, CHATS[name], cast.audit, cast.now, is_summary=False)


def test_a_report_as_it_stands_is_a_draft_and_part_a_alone_holds_no_findings(cast: ReportCast) -> None:
    with cast.database.begin() as work:
        standing = load_standing(work, CHATS["Ada"], cast.audit, cast.now, is_summary=False)
        summary = load_standing(work, CHATS["Tom"], cast.audit, cast.now, is_summary=True)

    assert (standing.is_concept, standing.has_findings) == (True, True)
    assert (summary.is_concept, summary.has_findings) == (True, False)


def test_what_was_sent_is_only_made_again_for_who_has_it(cast: ReportCast) -> None:
    version = cast.sent()
    with cast.database.begin() as work:
        assert load_version(work, CHATS["Samira"], version).document.number == 1
        for name in ("Bea", "Sam", "Sanne", "Ina"):
            with pytest.raises(Refusal):
                load_version(work, CHATS[name], version)
