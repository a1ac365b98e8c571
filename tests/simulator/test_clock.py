"""The clock that can be moved, because reminders of next month have to be seen today."""

from datetime import UTC, datetime, timedelta

from simulator import Simulator
from simulator.client import Person, SimulatorClient

from .conftest import BotSide


async def test_the_clock_moves_and_goes_back(telegram: SimulatorClient) -> None:
    before = await telegram.now()

    after = await telegram.advance(timedelta(days=30))

    assert timedelta(days=30) <= after - before < timedelta(days=30, minutes=1)
    await telegram.reset_time()
    assert (await telegram.get("clock"))["offset_seconds"] == 0


async def test_the_clock_can_be_set(telegram: SimulatorClient) -> None:
    await telegram.set_time(datetime(2027, 1, 15, 9, 0, tzinfo=UTC))

    now = await telegram.now()

    assert (now.year, now.month, now.day, now.hour) == (2027, 1, 15, 9)
    assert now.tzinfo is not None


async def test_messages_are_dated_by_the_clock(bot: BotSide, joost: Person, simulator: Simulator) -> None:
    simulator.clock.move_to(datetime(2027, 1, 15, 9, 0, tzinfo=UTC))

    sent = await bot.call("sendMessage", chat_id=joost.id, text="x")

    assert abs(sent["date"] - int(datetime(2027, 1, 15, 9, 0, tzinfo=UTC).timestamp())) <= 1
