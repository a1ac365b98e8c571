"""The control API: JSON over HTTP under ``/control``, for tests and for the chat page.

A refusal is ``400 {"error": "..."}`` with what would have been right. Times are seconds.

    GET    /control/clock                       {"now", "offset_seconds"}
    POST   /control/clock                       {"advance_seconds": n} | {"now": iso} | {"reset": true}
    GET    /control/people                      everyone
    POST   /control/people                      {"first_name", "id"?, "last_name"?, "username"?, "language_code"?}
    POST   /control/people/{id}/text            {"text", "reply_to"?, "chat"?}   also "/start payload"
    POST   /control/people/{id}/files           multipart: kind, caption, reply_to, chat, duration, file (more = album)
    POST   /control/people/{id}/special         {"kind": location | contact | sticker | dice | poll}
    POST   /control/people/{id}/forward         {"text", "from_name"}
    POST   /control/people/{id}/edit            {"text", "message_id"?}; their last message by default
    POST   /control/people/{id}/delete          {"message_id"}; the bot gets no update
    POST   /control/people/{id}/tap             {"label" | "data", "message_id"?}; the button must be there
    POST   /control/people/{id}/forge           {"data", "message_id"?}; any data on any message, or the last screen
    POST   /control/people/{id}/block, unblock
    POST   /control/acts                        {"acts": [{"person", "action", ...}, ...]}: many at once, in order
    POST   /control/groups                      {"title", "members": [id, ...]}; the bot is added
    GET    /control/chats                       chats with their version
    GET    /control/chats/{id}?since=v          messages, toasts, action, commands; only what changed after v
    GET    /control/chats/{id}/wait?since=v&timeout=s      the same, once the version is higher than v
    GET    /control/chats/{id}/settled?timeout=s&quiet=s   {"settled": bool}: the bot is done with this chat
    GET    /control/idle?timeout=s&quiet=s      {"idle": bool}: nothing waits for the bot anywhere
    GET    /control/updates                     what the bot has not confirmed
    POST   /control/updates                     {"updates": [raw, ...]}; missing update_ids are filled in
    GET    /control/calls?method=&chat=&after=n the call log
    GET    /control/calls/wait?method=&chat=&after=n&count=1&timeout=s
    GET    /control/stats                       counters
    GET    /control/faults  POST  DELETE        see faults.py; DELETE ?kind= for one kind
    POST   /control/limits                      {"on": bool}
    GET    /control/bot                         name, username, texts, commands
    GET    /control/files/{file_id}             the content (?download=1 as attachment)
    GET    /control/events                      Server-Sent Events: which chats changed
    POST   /control/reset                       forget people, chats, files and updates
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from .clock import Clock
from .errors import ControlError
from .files import StoredFile, guessed_mime, new_file
from .limits import RateLimits
from .people import People, view_of
from .world import Call, Chat, Person, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Action = Callable[[Person, dict[str, Any]], Any]

MAX_WAIT = 60.0
HEARTBEAT = 15.0
# What a browser may show in place; anything else is only ever downloaded.
_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/webm", "audio/wav")


class Control:
    """Answers tests and the chat page."""

    def __init__(self, world: World, people: People, limits: RateLimits) -> None:
        self._world, self._people, self._limits = world, people, limits

    def add_routes(self, app: web.Application) -> None:
        """Register every address of the control API."""
        add_clock_routes(app, self._world.clock, self._world.note)
        get, post = app.router.add_get, app.router.add_post
        get("/control/people", self.list_people)
        post("/control/people", self.add_person)
        post("/control/people/{person}/files", self.send_files)
        post("/control/people/{person}/{action}", self.act)
        post("/control/acts", self.act_many)
        post("/control/groups", self.make_group)
        get("/control/chats", self.list_chats)
        get("/control/chats/{chat}", self.show_chat)
        get("/control/chats/{chat}/wait", self.wait_for_chat)
        get("/control/chats/{chat}/settled", self.wait_until_settled)
        get("/control/idle", self.wait_until_idle)
        get("/control/updates", self.list_updates)
        post("/control/updates", self.push_updates)
        get("/control/calls", self.list_calls)
        get("/control/calls/wait", self.wait_for_calls)
        get("/control/stats", self.stats)
        get("/control/faults", self.list_faults)
        post("/control/faults", self.add_fault)
        app.router.add_delete("/control/faults", self.clear_faults)
        post("/control/limits", self.switch_limits)
        get("/control/bot", self.show_bot)
        get("/control/files/{file_id}", self.download)
        get("/control/events", self.events)
        post("/control/reset", self.reset)

    async def list_people(self, _: web.Request) -> web.Response:
        """Return everyone."""
        return reply([asdict(p) for p in self._world.people.values()])

    async def add_person(self, request: web.Request) -> web.Response:
        """Let a person exist."""
        wanted = await body_of(request)
        if not str(wanted.get("first_name", "")).strip():
            raise ControlError("a person needs a first_name")
        return reply(asdict(self._people.add(**wanted)))

    async def act(self, request: web.Request) -> web.Response:
        """Let a person do something."""
        return reply(self._acted(self._person(request), request.match_info["action"], await body_of(request)))

    async def act_many(self, request: web.Request) -> web.Response:
        """Let several people do something, in this order; returns what each did."""
        acts = (await body_of(request))["acts"]
        return reply([self._acted(self._people.person(int(act["person"])), act["action"], act) for act in acts])

    def _acted(self, person: Person, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
        actions: dict[str, Action] = {
            "text": self._text,
            "special": self._special,
            "forward": self._forward,
            "edit": self._edit,
            "delete": self._delete,
            "tap": self._tap,
            "forge": self._forge,
            "block": self._block,
            "unblock": self._unblock,
        }
        if name not in actions:
            raise ControlError(f"a person can {', '.join(actions)}, files")
        result = actions[name](person, wanted)
        return {"version": self._world.chats[person.id].version, **(result or {})}

    def _text(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        text = str(wanted.get("text", "")).strip()
        if not text:
            raise ControlError("a text is missing")
        message = self._people.send_text(person, text, wanted.get("chat"), wanted.get("reply_to"))
        return {"message_id": message.id}

    def _special(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        return {"message_id": self._people.send_special(person, wanted.get("kind", ""), wanted.get("chat")).id}

    def _forward(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        name = wanted.get("from_name", "Iemand anders")
        return {"message_id": self._people.forward(person, wanted.get("text", ""), name).id}

    def _edit(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        number = wanted.get("message_id") or self._people.last_message(person)
        return {"message_id": self._people.edit(person, int(number), wanted["text"]).id}

    def _delete(self, person: Person, wanted: dict[str, Any]) -> None:
        self._people.delete(person, int(wanted["message_id"]))

    def _tap(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        number, data, label = wanted.get("message_id"), wanted.get("data", ""), wanted.get("label", "")
        return {"query_id": self._people.tap(person, number, data, label).id}

    def _forge(self, person: Person, wanted: dict[str, Any]) -> dict[str, Any]:
        chat = self._people.chat_of(person, wanted.get("chat"))
        number = wanted.get("message_id")
        if number is None:
            screen = chat.last_screen()
            number = screen.id if screen else 1
        return {"query_id": self._people.press(person, chat, int(number), wanted["data"]).id}

    def _block(self, person: Person, _: dict[str, Any]) -> None:
        self._people.block(person)

    def _unblock(self, person: Person, _: dict[str, Any]) -> None:
        self._people.unblock(person)

    async def send_files(self, request: web.Request) -> web.Response:
        """Let a person send a photo, a document, a voice message or an album."""
        person = self._person(request)
        fields, files = await _read_files(request)
        reply_to, chat = (int(fields[name]) if fields.get(name) else None for name in ("reply_to", "chat"))
        messages = self._people.send_files(person, files, fields.get("caption", ""), reply_to, chat)
        version = self._world.chats[person.id].version
        return reply({"version": version, "message_id": messages[0].id, "message_ids": [m.id for m in messages]})

    async def make_group(self, request: web.Request) -> web.Response:
        """Make a group with the bot in it."""
        wanted = await body_of(request)
        chat = self._people.make_group(str(wanted.get("title", "Groep")), [int(m) for m in wanted["members"]])
        return reply({"chat": chat.id})

    async def list_chats(self, _: web.Request) -> web.Response:
        """Return which chats there are."""
        return reply([{"id": c.id, "kind": c.kind, "version": c.version} for c in self._world.chats.values()])

    async def show_chat(self, request: web.Request) -> web.Response:
        """Return a chat, or what changed in it."""
        return reply(self._chat_view(self._chat(request), int(request.query.get("since", 0))))

    async def wait_for_chat(self, request: web.Request) -> web.Response:
        """Return a chat as soon as it is newer than a version."""
        chat, since = self._chat(request), int(request.query.get("since", 0))
        await self._world.changes.until(lambda: chat.version > since, timeout_of(request))
        return reply(self._chat_view(chat, since))

    async def wait_until_settled(self, request: web.Request) -> web.Response:
        """Return once the bot seems done with a chat."""
        chat, quiet = self._chat(request), float(request.query.get("quiet", 0.05))
        holds = await self._world.changes.until(
            lambda: self._world.is_settled(chat, quiet), timeout_of(request), recheck=max(quiet / 2, 0.005)
        )
        return reply({"settled": holds, "version": chat.version})

    async def wait_until_idle(self, request: web.Request) -> web.Response:
        """Return once nothing waits for the bot."""
        quiet = float(request.query.get("quiet", 0.05))
        holds = await self._world.changes.until(
            lambda: self._world.is_idle(quiet), timeout_of(request), recheck=max(quiet / 2, 0.005)
        )
        return reply({"idle": holds})

    async def list_updates(self, _: web.Request) -> web.Response:
        """Return what the bot has not confirmed."""
        return reply([p.body for p in self._world.updates.pending.values()])

    async def push_updates(self, request: web.Request) -> web.Response:
        """Queue raw updates, many at once if need be."""
        wanted = await body_of(request)
        return reply({"update_ids": [self._people.inject(update) for update in wanted["updates"]]})

    async def list_calls(self, request: web.Request) -> web.Response:
        """Return what the bot called."""
        return reply([asdict(call) for call in self._calls(request)])

    async def wait_for_calls(self, request: web.Request) -> web.Response:
        """Return the calls once there are enough of them."""
        count = int(request.query.get("count", 1))
        await self._world.changes.until(lambda: len(self._calls(request)) >= count, timeout_of(request))
        return reply([asdict(call) for call in self._calls(request)])

    def _calls(self, request: web.Request) -> list[Call]:
        method, chat = request.query.get("method"), request.query.get("chat")
        after = int(request.query.get("after", 0))
        return [
            call
            for call in self._world.calls
            if call.number > after and method in (None, call.method) and chat in (None, str(call.chat))
        ]

    async def stats(self, _: web.Request) -> web.Response:
        """Return the counters."""
        world = self._world
        counters = {"calls": world.call_count, "pending": len(world.updates.pending), "people": len(world.people)}
        return reply({**counters, "delivered": world.updates.delivered, "unknown_parameters": world.unknown_parameters})

    async def list_faults(self, _: web.Request) -> web.Response:
        """Return the faults that are switched on."""
        return reply({"faults": self._world.faults.listed(), "limits": self._limits.on})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Switch on a fault."""
        return reply(asdict(self._world.faults.add(await body_of(request))))

    async def clear_faults(self, request: web.Request) -> web.Response:
        """Switch off faults."""
        self._world.faults.clear(request.query.get("kind"))
        return reply({"faults": self._world.faults.listed()})

    async def switch_limits(self, request: web.Request) -> web.Response:
        """Switch the rate limits on or off."""
        self._limits.on = bool((await body_of(request)).get("on"))
        return reply({"on": self._limits.on})

    async def show_bot(self, _: web.Request) -> web.Response:
        """Return the bot as people see it."""
        return reply(asdict(self._world.bot))

    async def download(self, request: web.Request) -> web.Response:
        """Return a file; only pictures and sound may show in the page itself."""
        file = self._world.file(request.match_info["file_id"])
        if file is None:
            raise web.HTTPNotFound
        inline = file.mime in _INLINE and "download" not in request.query
        headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
        if not inline:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
        kind = file.mime if inline else "application/octet-stream"
        return web.Response(body=file.data, content_type=kind, headers=headers)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Tell the page which chats changed, for as long as it listens."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        changes, seen = self._world.changes, int(request.query.get("since", 0))
        try:
            while True:
                # What happens while this is being written belongs to the next event.
                event, seen = self._event(seen), changes.version
                await response.write(event)
                await changes.until(lambda: changes.version > seen, HEARTBEAT)  # noqa: B023  # runs at once
        except (ConnectionError, asyncio.CancelledError):
            return response

    def _event(self, seen: int) -> bytes:
        world = self._world
        chats = {chat.id: chat.version for chat in world.chats.values() if chat.version > seen}
        bot = {"name": world.bot.name, "username": world.bot.username, "texts": world.bot.texts}
        data = {"version": world.changes.version, "chats": chats, "clock": world.clock.reading(), "bot": bot}
        # After a restart of the simulator the browser comes back within a second.
        return f"retry: 1000\ndata: {json.dumps(data)}\n\n".encode()

    async def reset(self, _: web.Request) -> web.Response:
        """Forget everything but the bot's own texts and the clock."""
        world = self._world
        for collection in (world.people, world.chats, world.files, world.taps, world.calls):
            collection.clear()
        world.updates.clear()
        world.faults.clear()
        world.note("all", "")
        return reply({})

    def _person(self, request: web.Request) -> Person:
        return self._people.person(int(request.match_info["person"]))

    def _chat(self, request: web.Request) -> Chat:
        chat = self._world.chats.get(int(request.match_info["chat"]))
        if chat is None:
            raise ControlError(f"there is no chat {request.match_info['chat']}")
        return chat

    def _chat_view(self, chat: Chat, since: int) -> dict[str, Any]:
        world = self._world
        person = world.people.get(chat.id)
        acting = bool(chat.action) and chat.action_until > world.clock.now().timestamp()
        return {
            "id": chat.id,
            "kind": chat.kind,
            "title": chat.title,
            "version": chat.version,
            "person": asdict(person) if person else None,
            "messages": [view_of(m, world) for m in chat.messages.values() if m.version > since or not since],
            "toasts": [asdict(t) for t in chat.toasts if t.version > since],
            "action": chat.action if acting else "",
            "reply_keyboard": chat.reply_keyboard,
            "commands": world.commands_for(chat, person.language_code if person else ""),
            "open_taps": [t.id for t in world.open_taps(chat.id)],
        }


def add_clock_routes(app: web.Application, clock: Clock, changed: Callable[[str, object], int]) -> None:
    """Register the movable clock; reading it is cheap, since a bot may do so all the time."""

    async def read(_: web.Request) -> web.Response:
        return reply(clock.reading())

    async def move(request: web.Request) -> web.Response:
        shown = move_clock(clock, await body_of(request))
        changed("meta", "counters")
        return reply(shown)

    app.router.add_get("/control/clock", read)
    app.router.add_post("/control/clock", move)


def move_clock(clock: Clock, wanted: dict[str, Any]) -> dict[str, object]:
    """Move the clock as the control API says it, and return what it shows then."""
    if wanted.get("reset"):
        clock.reset()
    elif "now" in wanted:
        clock.move_to(datetime.fromisoformat(wanted["now"]))
    elif "advance_seconds" in wanted:
        clock.advance(float(wanted["advance_seconds"]))
    else:
        raise ControlError("give advance_seconds, now or reset")
    return clock.reading()


def reply(value: Any) -> web.Response:
    """Return a value as JSON."""
    return web.Response(text=json.dumps(value, ensure_ascii=False), content_type="application/json")


async def body_of(request: web.Request) -> dict[str, Any]:
    """Return the JSON object that came with a request; nothing counts as an empty one."""
    raw = await request.read()
    value = json.loads(raw) if raw else {}
    if not isinstance(value, dict):
        raise ControlError("a JSON object is expected")
    return value


def timeout_of(request: web.Request) -> float:
    """Return how long a request is willing to wait."""
    return min(float(request.query.get("timeout", 5.0)), MAX_WAIT)


async def _read_files(request: web.Request) -> tuple[dict[str, str], list[StoredFile]]:
    fields: dict[str, str] = {}
    parts: list[tuple[str, str, bytes]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read())
        if part.filename is None:
            fields[part.name or ""] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "").split(";")[0]
            parts.append((part.filename, mime or guessed_mime(part.filename), data))
    kind, duration = fields.get("kind", "document"), int(float(fields.get("duration") or 0))
    if kind not in ("photo", "document", "voice", "audio", "video"):
        raise ControlError("kind must be photo, document, voice, audio or video")
    return fields, [new_file(kind, name, mime, data, duration) for name, mime, data in parts]
