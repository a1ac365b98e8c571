"""`python -m benchmarks.seed FIRST COUNT ...`: organisations that have begun their self-evaluation, one per chat.

Made through the stores, so that names are sealed and roles are real; the settings are the bot's own.
"""

from __future__ import annotations

import sys
from datetime import datetime

from bot import settings
from bot.app import open_database
from bot.clock import Clock
from storage.sql.actors import ensure_persons
from storage.sql.work import SqlWork


def seed(work: SqlWork, chats: range, now: datetime) -> None:
    """Make a coordinator, an organisation and a running self-evaluation for every chat."""
    framework = next(iter(work.frameworks))
    ensure_persons(work, {chat: f"Lid {chat}" for chat in chats}, now)
    for chat in chats:
        work.people(work.actor(chat)).create_organisation(f"Welzijn {chat}", None, now)
        work.people(work.actor(chat)).set_welcomed()
        work.evaluations(work.actor(chat)).start(framework, now)


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:]]
    clock = Clock()
    database = open_database(settings.read(), clock)
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        with database.begin() as work:
            seed(work, range(first, first + count), clock.now())
    database.close()


if __name__ == "__main__":
    main()
