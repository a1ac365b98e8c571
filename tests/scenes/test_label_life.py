"""Two years of a label in a minute: from the audit to the certificate and its renewal, on the simulator's clock.

The clock jumps from one moment at which the bot means to look to the next, as if nobody touched anything in between;
people act on the reminders that they get. Each reminder is on a phone once. Two other organisations live beside this
one: Lotte's does nothing and lapses, Karim's is late, is suspended and comes back. None of them hears of another.
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
from storage.sql.actors import ensure_persons
from tests.scenes.town import Phone, Town, town
from tests.storage.audit_cast import FRAMEWORK, OPERATOR, PARTS
from tests.storage.process_cast import CHATS, ProcessCast

_START = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
_NEIGHBOURS = {"Lotte": ("Buurtkracht Lommel", "SWN31"), "Karim": ("Steunpunt Karn", "SWN32")}
_EVERYBODY = CHATS | {"Lotte": 211, "Karim": 212}
#: A year before, and on until two weeks before 21 January 2029; what falls in a weekend comes on the Friday.
_RENEWALS = ["2028-01-21", "2028-04-21", "2028-07-21", "2028-10-20", "2028-12-08", "2029-01-05"]


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
        async with asyncio.timeout(60):
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
        await life.cast.database.call(partial(_certify_neighbours, life.cast))
        await _to_the_renewal(life)
        again = await _to_the_letters(life)
        await _a_lapse_and_a_suspension(life)
        await _and_back(life, again)
        await _nobody_hears_of_another(life)

        sent = await here.database.run(lambda work: work.execute(sa.select(p.reminder_sent)).all())
        keys = [(row.subject_id, row.term, row.due_on, row.rung, row.person_id) for row in sent]
        assert len(keys) == len(set(keys))
        for name in life.phones:
            told = await life.heard(name, _START)
            assert len(told) == len(set(told)), told


async def _a_town_with_an_audit(here: Town) -> Life:
    await here.telegram.set_time(_START)
    clock = here.clock.now
    async with asyncio.timeout(60):
        while abs(clock() - _START) > timedelta(minutes=1):
            await asyncio.sleep(0.01)
    names = ("Tom", "Ada", "Bea", "Samira", "Sanne", "Otto", "Ina", *_NEIGHBOURS)
    phones = {name: await here.person(name, _EVERYBODY[name]) for name in names}
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

    own = NewAudit(AuditKind.RECERTIFICATION, Variant.CI, FRAMEWORK, name="Welzijn Rivierenland", member_number="SWN1")
    again = await life.cast.database.call(partial(_plan, life.cast, "Bea", "Tom", own, date(2028, 11, 28)))
    await life.until(date(2028, 12, 18))
    await life.cast.database.call(partial(_finish, life.cast, again))
    assert [line[:10] for line in await life.heard("Samira", since)][4:] == ["2028-12-14"]


def _plan(cast: ProcessCast, office: str, leader: str, new: NewAudit, day: date) -> AuditId:
    with cast.plays(office) as (work, audits):
        audit = audits.plan(new, cast.now).id
        audits.change(audit, PlanChange(scope="Alles", parts=PARTS, place="Tiel", days=(day,)), cast.now)
        audits.add_member(audit, cast.person(work, leader), Role.TEAM_LEADER, cast.now)
        audits.move(audit, Stage.CONTRACTED, cast.now)
    cast.accept(leader, audit=audit)
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


# -------------------------------------------------------------------------------------------- the neighbours


def _certify_neighbours(cast: ProcessCast) -> None:
    """Give both neighbours a certificate on 21 January 2027, of an audit that Ina led for CI Anker."""
    with cast.database.begin() as work:
        ensure_persons(work, {_EVERYBODY[name]: name for name in _NEIGHBOURS}, cast.now)
        for name, (organisation, number) in _NEIGHBOURS.items():
            work.people(work.actor(_EVERYBODY[name])).create_organisation(organisation, number, cast.now)
    for organisation, number in _NEIGHBOURS.values():
        new = NewAudit(AuditKind.INITIAL, Variant.CI, FRAMEWORK, name=organisation, member_number=number)
        _certify(cast, _plan(cast, "Otto", "Ina", new, date(2027, 1, 12)))


def _certify(cast: ProcessCast, audit: AuditId) -> None:
    """Let an audit in which everything is met lead to a certificate today."""
    today = cast.now.astimezone(AMSTERDAM).date()
    with cast.keeps("Ina") as process:
        process.record(audit, EventKind.FINDINGS_FINAL, today, cast.now, Outcome.ALL_MET)
    with cast.database.begin() as work:
        decisions = work.decisions(work.actor(CHATS["Ina"]))
        decisions.decide(audit, "Alles voldoet", today, cast.now, is_positive=True)
        decisions.send_part_a(audit, today, cast.now)
    with cast.database.begin() as work:
        register = work.register(work.actor(CHATS["Sanne"]))
        register.complete(audit, 1, today, cast.now)
        register.issue(audit, today, cast.now)


async def _to_the_letters(life: Life) -> AuditId:
    """Karim's re-audit is agreed on just before Christmas; two weeks before the end Sanne writes to both."""
    organisation, number = _NEIGHBOURS["Karim"]
    new = NewAudit(AuditKind.RECERTIFICATION, Variant.CI, FRAMEWORK, name=organisation, member_number=number)
    again = await life.cast.database.call(partial(_plan, life.cast, "Otto", "Ina", new, date(2029, 2, 20)))
    await life.until(date(2029, 1, 8))
    for name in _NEIGHBOURS:
        renewals = [line[:10] for line in await life.heard(name, datetime(2027, 2, 1, tzinfo=UTC))]
        assert renewals == _RENEWALS, name

    sanne = life.phones["Sanne"]
    for name, words in {"Lotte": "geen lopende hertoetsing bekend", "Karim": "Jullie hertoetsing loopt nog"}.items():
        await sanne.sends("/menu")
        assert "Bericht over de vervaldatum" in await sanne.text()
        await sanne.taps(_button(name))
        await sanne.taps("Bericht aan het lid")
        assert words in await sanne.text()
        await sanne.taps("Verstuurd")
    return again


def _button(name: str) -> str:
    return _NEIGHBOURS[name][0]


async def _a_lapse_and_a_suspension(life: Life) -> None:
    """On the last day nothing happens yet, and the day after not by itself: Sanne confirms both."""
    sanne = life.phones["Sanne"]
    await life.until(date(2029, 1, 21))
    await sanne.sends("/menu")
    assert "Bevestigen" not in await sanne.text()
    await life.until(date(2029, 1, 22), 8)
    await sanne.sends("/menu")
    assert "Buurtkracht Lommel: ⛔️ vervallen" in await sanne.text()
    assert "Steunpunt Karn: ⏸ geschorst" in await sanne.text()
    assert await _status(life) == {"Buurtkracht Lommel": "certified", "Steunpunt Karn": "certified"}

    for name, step in {"Lotte": "Vervallen", "Karim": "Schorsen"}.items():
        await sanne.sends("/menu")
        await sanne.taps(_button(name))
        await sanne.taps(step)
        await sanne.taps("Ja, vastleggen")
    assert await _status(life) == {"Buurtkracht Lommel": "lapsed", "Steunpunt Karn": "suspended"}
    assert await _told(life, "Lotte", "Het logo mag vanaf nu nergens meer") == 1
    assert await _told(life, "Karim", "Uiterlijk 21 jul 2029 moet er een positief rapport") == 1


async def _and_back(life: Life, again: AuditId) -> None:
    """In March the re-audit is done: the new certificate follows on from the old one, without a gap."""
    await life.until(date(2029, 3, 15))
    await life.cast.database.call(partial(_certify, life.cast, again))
    await life.until(date(2029, 6, 1))

    assert await _status(life) == {"Buurtkracht Lommel": "lapsed", "Steunpunt Karn": "certified"}
    karim, lotte = life.phones["Karim"], life.phones["Lotte"]
    await karim.sends("/menu")
    await karim.taps("Certificaat")
    assert "Geldig tot en met: 21 jan 2031" in await karim.text()
    await lotte.sends("/menu")
    await lotte.taps("Certificaat")
    assert "vervallen vanaf 21 jan 2029" in await lotte.text()
    since = datetime(2029, 1, 22, tzinfo=UTC)
    assert await life.heard("Lotte", since) == []
    assert await life.heard("Samira", since) == []
    assert not [line for line in await life.heard("Sanne", since) if "vervaldatum" in line and "Rivierenland" in line]


async def _status(life: Life) -> dict[str, str]:
    """Return what the certificates of the neighbours are worth, as the register has it."""
    entries = await life.here.database.run(lambda work: work.register(work.actor(CHATS["Sanne"])).entries())
    return {entry.organisation: entry.certificate.status.value for entry in entries}


async def _told(life: Life, name: str, words: str) -> int:
    return sum(words in message.text for message in await life.phones[name].messages() if message.by_bot)


async def _nobody_hears_of_another(life: Life) -> None:
    """Who is of one organisation, or of a certifying body that does not audit it, never reads its name."""
    names = {"Samira": "Welzijn Rivierenland", "Lotte": "Buurtkracht Lommel", "Karim": "Steunpunt Karn"}
    strangers = {
        **{name: set(names.values()) - {own} for name, own in names.items()},
        "Tom": {"Buurtkracht Lommel", "Steunpunt Karn"},
        "Ada": {"Buurtkracht Lommel", "Steunpunt Karn"},
        "Bea": {"Buurtkracht Lommel", "Steunpunt Karn"},
    }
    for name, others in strangers.items():
        said = "\n".join(message.text for message in await life.phones[name].messages() if message.by_bot)
        assert not [other for other in others if other in said], name
