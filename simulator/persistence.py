"""The memory of a simulator that is started again: one SQLite file.

Only what changed is written, a moment after it changed and in one transaction, so that killing
the process leaves a whole file. Counters jump ahead on loading: an id that was handed out just
before a crash is never used twice, because bots drop updates with an id they know.
"""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from .files import StoredFile
from .updates import Pending
from .webhook import WebhookSender, WebhookSettings
from .world import BotProfile, Chat, Message, Person, World

DELAY = 0.05
_LEAP = 100
_SCHEMA = """
create table if not exists records (kind text, key text, json text not null, primary key (kind, key));
create table if not exists blobs (id text primary key, data blob not null);
"""
_TRANSIENT = ("messages", "toasts", "action", "action_until", "acted_at", "called_at", "answered_at", "shown_at")


class Archive:
    """Keeps a world on disk."""

    def __init__(self, path: Path, world: World, webhook: WebhookSender) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._world, self._webhook = world, webhook
        self._dirty: set[tuple[str, str]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._database = sqlite3.connect(path)
        self._database.execute("pragma journal_mode=wal")
        self._database.execute("pragma synchronous=normal")
        self._database.executescript(_SCHEMA)

    def start(self) -> None:
        """Read what was kept, then follow what changes."""
        self._load()
        self._world.changed = self._mark

    def close(self) -> None:
        """Write what is left and let go of the file."""
        if self._timer:
            self._timer.cancel()
        self.flush()
        self._database.close()

    def _mark(self, kind: str, key: str) -> None:
        self._dirty.add((kind, key))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(DELAY, self._flush_later)

    def _flush_later(self) -> None:
        self._timer = None
        self.flush()

    def flush(self) -> None:
        """Write everything that changed since the last time, or nothing at all."""
        dirty, self._dirty = self._dirty | {("meta", "counters")}, set()
        with self._database:
            if ("all", "") in dirty:
                self._database.execute("delete from records where kind <> 'meta'")
                self._database.execute("delete from blobs")
            for kind, key in dirty:
                self._write(kind, key)
            self._write_updates()

    def _write(self, kind: str, key: str) -> None:
        try:
            value = self._record(kind, key)
        except KeyError:
            # It changed and was forgotten by a reset since.
            return
        if value is None:
            return
        self._database.execute("insert or replace into records values (?, ?, ?)", (kind, key, json.dumps(value)))

    def _record(self, kind: str, key: str) -> Any:
        world = self._world
        readers: dict[str, Callable[[], Any]] = {
            "person": lambda: asdict(world.people[int(key)]),
            "chat": lambda: _chat_record(world.chats[int(key)]),
            "message": lambda: asdict(_message(world, key)),
            "file": lambda: self._file_record(world.files[key]),
            "meta": lambda: self._meta(key),
        }
        return readers[kind]() if kind in readers else None

    def _file_record(self, file: StoredFile) -> dict[str, Any]:
        self._database.execute("insert or replace into blobs values (?, ?)", (file.id, file.data))
        return {name: getattr(file, name) for name in StoredFile.__dataclass_fields__ if name != "data"}

    def _meta(self, key: str) -> dict[str, Any]:
        world = self._world
        if key == "bot":
            return asdict(world.bot)
        if key == "webhook":
            return {**asdict(self._webhook.settings), "allowed": world.updates.allowed}
        return {
            "message": world.next_message_id,
            "update": world.updates.next_id,
            "person": world.next_person_id,
            "group": world.next_group_id,
            "version": world.changes.version,
            "offset_seconds": world.clock.offset.total_seconds(),
        }

    def _write_updates(self) -> None:
        pending = self._world.updates.pending
        kept = {int(row[0]) for row in self._database.execute("select key from records where kind = 'update'")}
        gone = [(str(number),) for number in kept - pending.keys()]
        self._database.executemany("delete from records where kind = 'update' and key = ?", gone)
        new = [("update", str(n), json.dumps(asdict(pending[n]))) for n in pending.keys() - kept]
        self._database.executemany("insert or replace into records values (?, ?, ?)", new)

    def _load(self) -> None:
        world, meta = self._world, dict(self._records("meta"))
        world.people = {int(k): Person(**v) for k, v in self._records("person")}
        world.chats = {int(k): Chat(**v) for k, v in self._records("chat")}
        for message in sorted((Message(**v) for _, v in self._records("message")), key=lambda m: m.id):
            world.chats[message.chat].messages[message.id] = message
        world.files = {k: StoredFile(**v, data=self._blob(k)) for k, v in self._records("file")}
        for pending in sorted((Pending(**v) for _, v in self._records("update")), key=lambda p: p.id):
            world.updates.restore(pending)
        if "bot" in meta:
            world.bot = BotProfile(**meta["bot"])
        self._load_webhook(meta.get("webhook"))
        self._load_counters(meta.get("counters"))

    def _load_webhook(self, kept: dict[str, Any] | None) -> None:
        if kept:
            self._world.updates.allowed = kept.pop("allowed")
            self._webhook.set(WebhookSettings(**kept))

    def _load_counters(self, kept: dict[str, Any] | None) -> None:
        if not kept:
            return
        world = self._world
        world.next_message_id = kept["message"] + _LEAP
        world.updates.next_id = kept["update"] + _LEAP
        world.next_person_id, world.next_group_id = kept["person"], kept["group"]
        world.changes.version = kept["version"] + _LEAP
        world.clock.offset = timedelta(seconds=kept["offset_seconds"])

    def _records(self, kind: str) -> list[tuple[str, Any]]:
        rows = self._database.execute("select key, json from records where kind = ?", (kind,))
        return [(key, json.loads(text)) for key, text in rows]

    def _blob(self, file_id: str) -> bytes:
        row = self._database.execute("select data from blobs where id = ?", (file_id,)).fetchone()
        return bytes(row[0]) if row else b""


def _chat_record(chat: Chat) -> dict[str, Any]:
    return {k: getattr(chat, k) for k in Chat.__dataclass_fields__ if k not in _TRANSIENT}


def _message(world: World, key: str) -> Message:
    chat, number = key.split(":")
    return world.chats[int(chat)].messages[int(number)]
