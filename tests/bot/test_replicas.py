"""Several processes on one PostgreSQL: one leads, whatever happens to its connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from bot.replicas import AlreadyRunning, Replica
from storage.sql.database import Database
from storage.sql.vault import Keyring

Open = Callable[[str, Keyring], Database]
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


class Poller:
    """Notes whether it is polling."""

    def __init__(self) -> None:
        self.is_polling = False
        self.changed = asyncio.Event()

    async def poll(self) -> None:
        self.is_polling = True
        self.changed.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.is_polling = False
            self.changed.set()

    async def becomes(self, polling: bool) -> None:
        async with asyncio.timeout(10):
            while self.is_polling is not polling:
                self.changed.clear()
                await self.changed.wait()


def cut_connections_of(replica: Replica, database: Database) -> None:
    """End the connection that holds the locks of a replica, as a restart of PostgreSQL does."""
    holder = sa.text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :number")
    with database.engine.begin() as connection:
        connection.execute(holder, {"number": replica.number})


@on_postgresql
async def test_a_leader_that_loses_its_connection_stops_leading(
    database_url: str, keyring: Keyring, make_database: Open
) -> None:
    """Two pollers would end each other's calls for ever."""
    first, second = (Replica(make_database(database_url, keyring)) for _ in range(2))
    one, other = Poller(), Poller()
    watching = make_database(database_url, keyring)
    for replica in (first, second):
        replica.join()
    leading = asyncio.ensure_future(first.when_leader(one.poll))
    await one.becomes(polling=True)
    waiting = asyncio.ensure_future(second.when_leader(other.poll))
    watch = asyncio.ensure_future(first.keep_alive(seconds=0.01))

    cut_connections_of(first, watching)

    await one.becomes(polling=False)
    await (await _first_of(one, other)).becomes(polling=True)
    assert one.is_polling is not other.is_polling
    with watching.begin() as work:
        assert set(first.alive(work)) == {first.number, second.number}
    for task in (leading, waiting, watch):
        task.cancel()
    await asyncio.gather(leading, waiting, watch, return_exceptions=True)
    first.leave()
    second.leave()


@on_postgresql
async def test_one_who_waits_to_lead_outlives_its_connection(
    database_url: str, keyring: Keyring, make_database: Open
) -> None:
    """After a restart of PostgreSQL nobody should have to restart the bots as well."""
    leader, waiting = (Replica(make_database(database_url, keyring)) for _ in range(2))
    watching = make_database(database_url, keyring)
    for replica in (leader, waiting):
        replica.join()
    assert leader._try_to_lead()
    cut_connections_of(waiting, watching)

    assert not waiting._try_to_lead()  # fails, and leaves a connection that is of no use any more
    assert not waiting._check()

    assert waiting._check()
    with watching.begin() as work:
        assert set(leader.alive(work)) == {leader.number, waiting.number}
    leader.leave()
    waiting.leave()


async def _first_of(one: Poller, other: Poller) -> Poller:
    """Return whoever polls first."""
    waits = {asyncio.ensure_future(poller.becomes(polling=True)): poller for poller in (one, other)}
    done, rest = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for task in rest:
        task.cancel()
    return waits[done.pop()]


@on_sqlite
def test_a_second_process_on_sqlite_is_refused(database_url: str, keyring: Keyring, make_database: Open) -> None:
    """SQLite has one writer: two bots would each send what the other stored."""
    first, second = (Replica(make_database(database_url, keyring)) for _ in range(2))
    first.join()

    with pytest.raises(AlreadyRunning):
        second.join()

    first.leave()
    second.join()
    second.leave()
