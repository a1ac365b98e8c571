"""Two years of a label in a minute: from the audit to the certificate and its renewal, on the simulator's clock.

The clock jumps from one moment at which the bot means to look to the next, as if nobody touched anything in between;
people act on the reminders that they get. Each reminder is on a phone once.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from domain.audit import AuditId, AuditKind, Stage
from domain.audit_days import Variant
from domain.process import EventKind
from domain.roles import Role
from domain.weighing import Outcome
from domain.working_days import AMSTERDAM
from storage.audit_interfaces import NewAudit, PlanChange
from storage.sql import process_tables as p
from tests.scenes.town import Phone, Town, town
from tests.storage.audit_cast import FRAMEWORK, OPERATOR, PARTS
from tests.storage.process_cast import CHATS, ProcessCast

_START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


class Life:
    """The town as time passes in it."""

    def __init__(self, here: Town, cast: ProcessCast, phones: dict[str, Phone]) -> None:
        self.here, self.cast, self.phones = here, cast, phones

    async def until(self, day: date, hour: int = 12) -> None:
        """Let time pass up to a day, stopping wherever the bot has something to look at."""
        end = datetime(day.year, day.month, day.day, hour, tzinfo=AMSTERDAM).astimezone(UTC)
        while (moment := await self._next_look()) is not None and moment < end:
            await self.jump(moment + timedelta(minutes=1))
        await self.jump(end)

    async def jump(self, moment: datetime) -> None:
        """Move the clock, and wait until the bot has done what it does then."""
        await self.here.telegram.set_time(moment)
        async with asyncio.timeout(20):
            while self.cast.now < moment or not await self._is_quiet(moment):
                await asyncio.sleep(0.01)
        await self.here.settle()

    async def _is_quiet(self, moment: datetime) -> bool:
        looks = await self._next_look()
        return looks is None or looks > moment

    async def _next_look(self) -> datetime | None:
        found = sa.select(sa.func.min(p.next_reminder.c.next_reminder_at))
        moment = await self.here.database.run(lambda work: work.execute(found).scalar())
        return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment

    async def heard(self, name: str, since: datetime) -> list[str]:
        """Return the first lines of what the bot said to somebody of its own accord, with the day."""
        messages = [m for m in await self.phones[name].messages() if m.by_bot and m.raw["date"] >= since.timestamp()]
        told = [m for m in messages if m.text.startswith(("⏰", "🔴", "🎓")) and "Termijnen" not in m.text]
        days = [datetime.fromtimestamp(m.raw["date"], AMSTERDAM).date().isoformat() for m in told]
        return [f"{day} {m.text.splitlines()[0]}" for day, m in zip(days, told, strict=True)]


async def test_two_years_of_a_label_in_a_minute(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as here:
        life = await _a_town_with_an_audit(here)
        await _from_audit_to_certificate(life)
        await _to_the_renewal(life)

        sent = await here.database.run(lambda work: work.execute(sa.select(p.reminder_sent)).all())
        keys = [(row.subject_id, row.term, row.due_on, row.rung, row.person_id) for row in sent]
        assert len(keys) == len(set(keys))
        for name in life.phones:
            told = await life.heard(name, _START)
            assert len(told) == len(set(told)), told


async def _a_town_with_an_audit(here: Town) -> Life:
    await here.telegram.set_time(_START)
    clock = here.app._clock.now
    async with asyncio.timeout(10):
        while abs(clock() - _START) > timedelta(minutes=1):
            await asyncio.sleep(0.01)
    phones = {name: await here.person(name, CHATS[name]) for name in ("Tom", "Ada", "Bea", "Samira", "Sanne", "Otto")}
    for phone in phones.values():
        await phone.sends("/start")  # nobody hears from a bot that they never wrote to
    cast = ProcessCast(here.database, clock)
    await cast.database.call(partial(_play, cast))
    return Life(here, cast, phones)


def _play(cast: ProcessCast) -> None:
    cast.assemble()
    cast.accept("Tom", "Ada")
    with cast.plays("Tom") as (_, audits):
        audits.move(cast.audit, Stage.CONTRACTED, cast.now)
    with cast.plays("Otto") as (_, audits):
        audits.move(cast.other_audit, Stage.CANCELLED, cast.now)


async def _from_audit_to_certificate(life: Life) -> None:
    """The audit was on 1 and 2 December; Samira does not react to the draft, so it goes on by itself."""
    tom = life.phones["Tom"]
    await life.until(date(2026, 12, 11))
    assert await life.heard("Tom", _START) == [
        "2026-12-02 ⏰ Conceptrapport naar het lid (Welzijn Rivierenland) moet over 14 dagen klaar zijn: wo 16 dec.",
        "2026-12-09 ⏰ Conceptrapport naar het lid (Welzijn Rivierenland) moet over 7 dagen klaar zijn: wo 16 dec.",
        "2026-12-11 ⏰ Conceptrapport naar het lid (Welzijn Rivierenland) moet over 5 dagen klaar zijn: wo 16 dec.",
    ]
    await tom.taps("Concept verstuurd")
    await tom.taps("Vandaag")
    assert "Reageren op het concept" in await tom.text()

    await life.until(date(2027, 1, 7))
    told = await life.heard("Samira", _START)
    assert [line.split(" (")[0] for line in told] == [
        f"{day} ⏰ Reageren op het concept" for day in ("2026-12-11", "2026-12-18", "2026-12-22", "2026-12-24")
    ]
    await tom.taps("Rapport verstuurd")
    await tom.taps("Alles voldoet")
    await tom.taps("Vandaag")
    await life.cast.database.call(partial(life.cast.record, "Tom", EventKind.CI_DECISION_POSITIVE, date(2027, 1, 7)))
    await life.cast.database.call(partial(life.cast.record, "Tom", EventKind.SUMMARY_RECEIVED, date(2027, 1, 8)))

    await life.until(date(2027, 1, 21))
    assert any("Deel A controleren" in line for line in await life.heard("Sanne", _START))
    await life.cast.database.call(partial(life.cast.record, "Sanne", EventKind.SUMMARY_COMPLETE, date(2027, 1, 21)))
    await life.cast.database.call(partial(life.cast.record, "Sanne", EventKind.CERTIFICATE_ISSUED, date(2027, 1, 25)))


async def _to_the_renewal(life: Life) -> None:
    """For a year all is quiet; then the member is reminded, until the re-audit is finished."""
    since = datetime(2027, 2, 1, tzinfo=UTC)
    await life.until(date(2028, 10, 26))
    assert await life.heard("Tom", since) == []
    renewals = [line[:10] for line in await life.heard("Samira", since)]
    assert renewals == ["2028-01-25", "2028-04-25", "2028-07-25", "2028-10-25"]

    again = await life.cast.database.call(partial(_plan_again, life.cast))
    await life.until(date(2028, 12, 18))
    await life.cast.database.call(partial(_finish, life.cast, again))
    await life.until(date(2029, 6, 1))

    assert [line[:10] for line in await life.heard("Samira", since)][4:] == ["2028-12-14"]
    late = [line for line in await life.heard("Sanne", since) if "vervaldatum" in line]
    assert late == []


def _plan_again(cast: ProcessCast) -> AuditId:
    with cast.plays("Bea") as (work, audits):
        new = NewAudit(
            AuditKind.RECERTIFICATION, Variant.CI, FRAMEWORK, name="Welzijn Rivierenland", member_number="SWN1"
        )
        audit = audits.plan(new, cast.now).id
        days = (date(2028, 11, 28),)
        audits.change(audit, PlanChange(scope="Alles", parts=PARTS, place="Tiel", days=days), cast.now)
        audits.add_member(audit, cast.person(work, "Tom"), Role.TEAM_LEADER, cast.now)
        audits.move(audit, Stage.CONTRACTED, cast.now)
    cast.accept("Tom", audit=audit)
    return audit


def _finish(cast: ProcessCast, audit: AuditId) -> None:
    """Let the re-audit be finished on one day, a month before the certificate lapses."""
    today = date(2028, 12, 18)
    with cast.keeps("Tom") as process:
        process.record(audit, EventKind.FINDINGS_FINAL, today, cast.now, Outcome.ALL_MET)
        process.record(audit, EventKind.CI_DECISION_POSITIVE, today, cast.now)
        process.record(audit, EventKind.SUMMARY_RECEIVED, today, cast.now)
    with cast.keeps("Sanne") as process:
        process.record(audit, EventKind.SUMMARY_COMPLETE, today, cast.now)
        process.record(audit, EventKind.CERTIFICATE_ISSUED, date(2029, 1, 25), cast.now)
