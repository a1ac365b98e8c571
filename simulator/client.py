"""A test's hands and eyes: people who type, tap and read, through the control API.

    async with SimulatorClient(url) as telegram:
        joost = await telegram.add_person("Joost")
        await joost.sends("/start")
        await joost.taps("Lidorganisatie")
        assert "organisatie" in (await joost.screen()).text

By default an action waits until the bot is done with it (``settle=False`` does not), so a test
never sleeps. ``sees`` waits for a text to appear.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp

from .keyboards import plain_label

DEFAULT_TIMEOUT = 5.0
_NOTHING = 2**53  # no message is as new as this version


class ControlRefusedError(AssertionError):
    """The simulator says that this cannot be done: there is no such button, person or message."""


class NothingHappenedError(AssertionError):
    """What the test waited for did not come in time."""


@dataclass(frozen=True)
class ShownButton:
    """A button as a person sees it, and what it would send."""

    label: str
    data: str | None
    url: str | None = None


@dataclass(frozen=True)
class ShownMessage:
    """A message in a chat, of either side."""

    id: int
    sender: str | int
    text: str
    html: str
    keyboard: list[list[ShownButton]]
    edits: int
    deleted: bool
    protect_content: bool
    media: dict[str, Any] | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def by_bot(self) -> bool:
        """Return whether the bot sent it."""
        return self.sender == "bot"

    @property
    def labels(self) -> list[str]:
        """Return the words on the buttons, in reading order."""
        return [button.label for row in self.keyboard for button in row]

    @property
    def plain_labels(self) -> list[str]:
        """Return the words on the buttons without emoji and capitals."""
        return [plain_label(label) for label in self.labels]


def _shown(view: dict[str, Any]) -> ShownMessage:
    keyboard = [[ShownButton(b["label"], b["data"], b.get("url")) for b in row] for row in view["keyboard"]]
    names = ("text", "html", "edits", "deleted", "protect_content", "media")
    return ShownMessage(view["id"], view["from"], keyboard=keyboard, raw=view, **{name: view[name] for name in names})


class SimulatorClient:
    """The control API of one simulator."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def get(self, path: str, **query: Any) -> Any:
        """GET a path under ``/control``."""
        wanted = {key: str(value) for key, value in query.items() if value is not None}
        return await self._request("GET", path, params=wanted)

    async def post(self, path: str, **body: Any) -> Any:
        """POST a JSON object to a path under ``/control``."""
        return await self._request("POST", path, json=body)

    async def _request(self, verb: str, path: str, **details: Any) -> Any:
        self._session = self._session or aiohttp.ClientSession()
        async with self._session.request(verb, f"{self.url}/control/{path}", **details) as response:
            value = await response.json()
            if response.status >= 400:
                raise ControlRefusedError(value.get("error", value))
            return value

    async def add_person(
        self,
        first_name: str,
        *,
        id: int | None = None,
        last_name: str = "",
        username: str = "",
        language_code: str = "nl",
    ) -> "Person":
        """Let a person exist and return their phone."""
        made = await self.post(
            "people", first_name=first_name, id=id, last_name=last_name, username=username, language_code=language_code
        )
        return Person(self, made["id"], first_name)

    async def people(self) -> list["Person"]:
        """Return everyone's phone."""
        return [Person(self, p["id"], p["first_name"]) for p in await self.get("people")]

    async def make_group(self, title: str, *members: "Person") -> int:
        """Make a group with the bot in it and return its chat id."""
        made = await self.post("groups", title=title, members=[m.id for m in members])
        return int(made["chat"])

    async def now(self) -> datetime:
        """Return the simulator's time."""
        return datetime.fromisoformat((await self.get("clock"))["now"])

    async def advance(self, step: timedelta) -> datetime:
        """Move the clock forward and return the new time."""
        return datetime.fromisoformat((await self.post("clock", advance_seconds=step.total_seconds()))["now"])

    async def set_time(self, moment: datetime) -> None:
        """Make it this moment."""
        await self.post("clock", now=moment.isoformat())

    async def reset_time(self) -> None:
        """Go back to the real time."""
        await self.post("clock", reset=True)

    async def add_fault(self, kind: str, **details: Any) -> None:
        """Switch on a fault; the kinds and fields are those of faults.py."""
        await self.post("faults", kind=kind, **details)

    async def clear_faults(self) -> None:
        """Switch off all faults."""
        await self._request("DELETE", "faults")

    async def switch_limits(self, *, on: bool) -> None:
        """Switch the rate limits on or off."""
        await self.post("limits", on=on)

    async def push(self, *updates: dict[str, Any]) -> list[int | None]:
        """Queue raw updates; None stands for a kind that the bot did not ask for."""
        return list((await self.post("updates", updates=list(updates)))["update_ids"])

    async def pending(self) -> list[dict[str, Any]]:
        """Return the updates that the bot has not confirmed."""
        return list(await self.get("updates"))

    async def calls(self, method: str | None = None, chat: int | None = None, after: int = 0) -> list[dict[str, Any]]:
        """Return what the bot called, oldest first; getUpdates is left out."""
        return list(await self.get("calls", method=method, chat=chat, after=after))

    async def wait_for_calls(
        self, method: str, count: int = 1, *, after: int = 0, within: float = DEFAULT_TIMEOUT
    ) -> list[dict[str, Any]]:
        """Wait until the bot called a method so many times."""
        found = await self.get("calls/wait", method=method, count=count, after=after, timeout=within)
        if len(found) < count:
            raise NothingHappenedError(f"{len(found)} of {count} calls of {method} came within {within} s")
        return list(found)

    async def idle(self, within: float = DEFAULT_TIMEOUT, quiet: float = 0.05) -> None:
        """Wait until nothing waits for the bot, in any chat."""
        if not (await self.get("idle", timeout=within, quiet=quiet))["idle"]:
            raise NothingHappenedError(f"the bot is still busy after {within} s; pending: {await self.pending()}")

    async def stats(self) -> dict[str, Any]:
        """Return the counters."""
        return dict(await self.get("stats"))

    async def upload(self, path: str, fields: dict[str, str], files: list[tuple[str, bytes, str]]) -> Any:
        """POST files, each a name, the content and a type."""
        # Browsers send names as they are, so does this client.
        form = aiohttp.FormData(quote_fields=False)
        for name, value in fields.items():
            form.add_field(name, value)
        for name, data, mime in files:
            form.add_field("file", data, filename=name, content_type=mime)
        return await self._request("POST", path, data=form)

    async def content(self, file_id: str) -> bytes:
        """Return the content of a file that either side sent."""
        self._session = self._session or aiohttp.ClientSession()
        async with self._session.get(f"{self.url}/control/files/{file_id}") as response:
            response.raise_for_status()
            return await response.read()


class Person:
    """Somebody with a phone. Actions return the id of the message or tap they made."""

    def __init__(self, telegram: SimulatorClient, id: int, first_name: str) -> None:
        self.telegram, self.id, self.first_name = telegram, id, first_name
        self._views: dict[int, dict[str, Any]] = {}
        self._version = 0

    async def _does(self, action: str, settle: bool, **details: Any) -> dict[str, Any]:
        done = dict(await self.telegram.post(f"people/{self.id}/{action}", **details))
        if settle:
            await self.settled()
        return done

    async def sends(
        self, text: str, *, reply_to: int | None = None, chat: int | None = None, settle: bool = True
    ) -> int:
        """Type a text or a command and send it."""
        done = await self._does("text", settle and chat is None, text=text, reply_to=reply_to, chat=chat)
        return int(done["message_id"])

    async def starts(self, payload: str = "", *, settle: bool = True) -> int:
        """Open the bot by a link."""
        return await self.sends(f"/start {payload}".strip(), settle=settle)

    async def taps(
        self, label: str, *, on: int | None = None, settle: bool = True, within: float = DEFAULT_TIMEOUT
    ) -> str:
        """Tap the button with these words, on the last screen or on message ``on``.

        Emoji, capitals and signs at the ends don't matter; the first words are enough when only
        one button starts with them. Waits for the button to appear.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            version = await self.version()
            try:
                return str((await self._does("tap", settle, label=label, message_id=on))["query_id"])
            except ControlRefusedError:
                if loop.time() >= deadline or not await self._changes_after(version, min(deadline - loop.time(), 1.0)):
                    raise

    async def taps_data(self, data: str, *, on: int | None = None, settle: bool = True) -> str:
        """Tap the button that sends this data; it has to be on the screen."""
        return str((await self._does("tap", settle, data=data, message_id=on))["query_id"])

    async def forges(self, data: str, on: int, *, settle: bool = True) -> str:
        """Send any callback data on any message, as a forged client can."""
        return str((await self._does("forge", settle, data=data, message_id=on))["query_id"])

    async def sends_photo(self, data: bytes, *, name: str = "foto.jpg", caption: str = "", settle: bool = True) -> int:
        """Send a picture as a photo."""
        return (await self._uploads("photo", [(name, data, "image/jpeg")], caption, settle))[0]

    async def sends_album(self, pictures: list[bytes], *, caption: str = "", settle: bool = True) -> list[int]:
        """Send pictures together; they arrive as separate messages with one media_group_id."""
        files = [(f"foto{number}.jpg", data, "image/jpeg") for number, data in enumerate(pictures, 1)]
        return await self._uploads("photo", files, caption, settle)

    async def sends_document(
        self, name: str, data: bytes, mime: str = "application/octet-stream", *, caption: str = "", settle: bool = True
    ) -> int:
        """Send a file as a document."""
        return (await self._uploads("document", [(name, data, mime)], caption, settle))[0]

    async def sends_voice(self, data: bytes, *, duration: int = 3, settle: bool = True) -> int:
        """Send a voice message."""
        return (await self._uploads("voice", [("voice.ogg", data, "audio/ogg")], "", settle, duration))[0]

    async def _uploads(
        self, kind: str, files: list[tuple[str, bytes, str]], caption: str, settle: bool, duration: int = 0
    ) -> list[int]:
        fields = {"kind": kind, "caption": caption, "duration": str(duration)}
        done = await self.telegram.upload(f"people/{self.id}/files", fields, files)
        if settle:
            await self.settled()
        return list(done["message_ids"])

    async def sends_special(self, kind: str, *, settle: bool = True) -> int:
        """Send a location, contact, sticker, dice or poll."""
        return int((await self._does("special", settle, kind=kind))["message_id"])

    async def forwards(self, text: str, from_name: str = "Iemand anders", *, settle: bool = True) -> int:
        """Send on somebody else's text."""
        return int((await self._does("forward", settle, text=text, from_name=from_name))["message_id"])

    async def edits(self, message_id: int, text: str, *, settle: bool = True) -> None:
        """Change an own message."""
        await self._does("edit", settle, message_id=message_id, text=text)

    async def deletes(self, message_id: int) -> None:
        """Delete an own message; the bot does not hear of it."""
        await self._does("delete", settle=False, message_id=message_id)

    async def blocks(self) -> None:
        """Block the bot."""
        await self._does("block", settle=False)

    async def unblocks(self) -> None:
        """Unblock the bot."""
        await self._does("unblock", settle=False)

    async def chat(self, since: int = 0) -> dict[str, Any]:
        """Return the chat as the control API shows it; with ``since`` only what changed."""
        return dict(await self.telegram.get(f"chats/{self.id}", since=since))

    async def messages(self, *, deleted: bool = False) -> list[ShownMessage]:
        """Return the messages of both sides, oldest first; deleted ones only when asked for."""
        shown = [_shown(view) for view in await self._read()]
        return [m for m in shown if deleted or not m.deleted]

    async def _read(self) -> list[dict[str, Any]]:
        """Return every message, oldest first; only what changed since the last look is asked for."""
        chat = await self.chat(self._version)
        if chat["version"] < self._version:  # the simulator was reset
            self._views, self._version = {}, 0
            chat = await self.chat()
        self._views |= {view["id"]: view for view in chat["messages"]}
        self._version = chat["version"]
        return [self._views[number] for number in sorted(self._views)]

    async def bot_messages(self) -> list[ShownMessage]:
        """Return what the bot sent and left standing."""
        return [m for m in await self.messages() if m.by_bot]

    async def last(self) -> ShownMessage:
        """Return the last message of the bot."""
        sent = await self.bot_messages()
        if not sent:
            raise NothingHappenedError(f"the bot has not written to {self.first_name}")
        return sent[-1]

    async def screen(self) -> ShownMessage:
        """Return the last message of the bot that has buttons."""
        for view in reversed(await self._read()):
            if view["keyboard"] and view["from"] == "bot" and not view["deleted"]:
                return _shown(view)
        raise NothingHappenedError(f"{self.first_name} sees no message with buttons")

    async def toasts(self) -> list[str]:
        """Return the texts that flashed over the screen after taps."""
        return [toast["text"] for toast in (await self.chat())["toasts"]]

    async def version(self) -> int:
        """Return the version of the chat, to wait for a later one."""
        return int((await self.chat(since=_NOTHING))["version"])

    async def wait_for_change(self, since: int, within: float = DEFAULT_TIMEOUT) -> dict[str, Any]:
        """Wait until the chat is newer than this version and return what changed."""
        chat = await self.telegram.get(f"chats/{self.id}/wait", since=since, timeout=within)
        if chat["version"] <= since:
            raise NothingHappenedError(f"nothing changed for {self.first_name} within {within} s")
        return dict(chat)

    async def _changes_after(self, version: int, within: float) -> bool:
        chat = await self.telegram.get(f"chats/{self.id}/wait", since=version, timeout=within)
        return bool(chat["version"] > version)

    async def settled(self, within: float = DEFAULT_TIMEOUT, quiet: float = 0.05) -> None:
        """Wait until the bot is done with what this person did last."""
        answer = await self.telegram.get(f"chats/{self.id}/settled", timeout=within, quiet=quiet)
        if not answer["settled"]:
            shown = [m.text for m in (await self.messages())[-3:]]
            raise NothingHappenedError(f"the bot did not finish for {self.first_name} in {within} s; last: {shown}")

    async def sees(self, words: str, within: float = DEFAULT_TIMEOUT) -> ShownMessage:
        """Wait until a message of the bot holds these words (capitals don't matter); return the newest."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while True:
            chat = await self.chat()
            shown = [_shown(view) for view in chat["messages"]]
            for message in reversed(shown):
                if message.by_bot and not message.deleted and words.casefold() in message.text.casefold():
                    return message
            left = deadline - loop.time()
            if left <= 0 or not await self._changes_after(chat["version"], left):
                texts = [m.text for m in shown if m.by_bot][-3:]
                raise NothingHappenedError(f"{self.first_name} does not see {words!r} but {texts}")
