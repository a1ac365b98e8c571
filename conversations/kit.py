"""The vocabulary of every conversation: what comes in, what goes out, and who answers it.

    Incoming -> Conversations.step(turn) -> a step of some module -> turn.show / turn.say / turn.job

The words are those of python-telegram-bot (entry points, states, fallbacks), but nothing here
knows Telegram: a step reads storage, asks the domain, says what to show and returns the next
state. Steps are plain functions; the transaction around them belongs to the dispatcher.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, get_type_hints

from msgspec import Struct, field

from domain.actors import Actor
from templates.screens import Screen

if TYPE_CHECKING:
    from storage.interfaces import Work

MAX_TAP_BYTES = 64  # Telegram's limit for callback data
MAX_LABEL = 24  # what still fits one row of a small phone
_SEPARATOR = ":"

# ---------------------------------------------------------------------------------- what comes in


class CommandGiven(Struct, frozen=True):
    """A command such as /menu; `payload` is what followed it, as in a deep link."""

    name: str
    payload: str = ""


class TapGiven(Struct, frozen=True):
    """A button was tapped; `data` is hostile until a Tap has unpacked it."""

    data: str


class TextGiven(Struct, frozen=True):
    """A typed message."""

    text: str


class MediaKind(StrEnum):
    """What kind of file a person sent."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"


class MediaGiven(Struct, frozen=True):
    """A photo, document, voice message or video; `size` in bytes, None when unknown.

    `album` is shared by items that were sent together.
    """

    kind: MediaKind
    file_id: str
    file_unique_id: str
    name: str
    media_type: str
    size: int | None
    caption: str
    album: str | None


class EditGiven(Struct, frozen=True):
    """An earlier message was edited into this text (or caption)."""

    text: str


class OtherGiven(Struct, frozen=True):
    """Something we have no use for (a sticker, a location); `kind` names it for the log."""

    kind: str


class ReachabilityChanged(Struct, frozen=True):
    """The person blocked the bot or let it in again."""

    is_reachable: bool


Given = CommandGiven | TapGiven | TextGiven | MediaGiven | EditGiven | OtherGiven | ReachabilityChanged


class Incoming(Struct, frozen=True):
    """One thing that a person did in a private chat.

    `message_id` is the message it is about: the person's own one, or the screen that was tapped.
    """

    update_id: int
    chat_id: int
    user_id: int
    first_name: str
    given: Given
    message_id: int | None = None
    callback_id: str | None = None


# ---------------------------------------------------------------------------------------- buttons

T = TypeVar("T", bound="Tap")


class Tap(Struct, frozen=True):
    """A tap that packs itself into a button and unpacks itself from hostile data.

    Subclasses have fields of type str, int, bool, a StrEnum, or one of those or None:

        class VerdictTap(Tap, frozen=True):
            prefix = "v"

            norm: NormId
            verdict: Verdict
            version: int
    """

    prefix: ClassVar[str]
    _known: ClassVar[dict[str, type[Tap]]] = {}
    _kinds: ClassVar[tuple[tuple[str, type, bool], ...] | None] = None

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        known = Tap._known.setdefault(cls.prefix, cls)
        if known.__qualname__ != cls.__qualname__:
            raise ValueError(f"two taps have the prefix {cls.prefix!r}: {known} and {cls}")
        cls._kinds = None
        Tap._known[cls.prefix] = cls

    @classmethod
    def _fields(cls) -> tuple[tuple[str, type, bool], ...]:
        """Return name, plain type and whether it may be None, for every field."""
        if cls._kinds is None:
            hints = get_type_hints(cls)
            cls._kinds = tuple((name, *_plain_type(hints[name])) for name in cls.__struct_fields__)
        return cls._kinds

    def pack(self) -> str:
        """Return the callback data of this tap.

        Raises:
            ValueError: it would not fit Telegram's 64 bytes, or a value holds a colon.
        """
        parts = [self.prefix, *(_pack(getattr(self, name)) for name, _, _ in self._fields())]
        data = _SEPARATOR.join(parts)
        if len(data.encode()) > MAX_TAP_BYTES or data.count(_SEPARATOR) != len(parts) - 1:
            raise ValueError(f"tap does not fit a button: {data!r}")
        return data

    @staticmethod
    def unpack(data: str) -> Tap | None:
        """Return the tap that a button carried, or None for anything that we never made."""
        if len(data.encode(errors="replace")) > MAX_TAP_BYTES:
            return None
        prefix, *values = data.split(_SEPARATOR)
        kind = Tap._known.get(prefix)
        if kind is None or len(values) != len(kind._fields()):
            return None
        try:
            pairs = zip(kind._fields(), values, strict=True)
            return kind(**{name: _unpack(value, plain, may) for (name, plain, may), value in pairs})
        except ValueError:
            return None


def _plain_type(hint: Any) -> tuple[type, bool]:
    """Return the class behind a type hint and whether None is allowed."""
    options = [o for o in getattr(hint, "__args__", (hint,)) if o is not type(None)]
    may_be_none = len(options) < len(getattr(hint, "__args__", (hint,)))
    plain = options[0]
    return getattr(plain, "__supertype__", plain), may_be_none


def _pack(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, Enum):
        return str(value.value)
    return str(int(value)) if isinstance(value, bool) else str(value)


def _unpack(value: str, plain: type, may_be_none: bool) -> object:
    if may_be_none and value == "-":
        return None
    if plain is bool:
        return {"0": False, "1": True}[value] if value in "01" and value else _refuse(value)
    if plain is int:
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else _refuse(value)
    return plain(value)


def _refuse(value: str) -> object:
    raise ValueError(value)


class Button(Struct, frozen=True):
    """A label of at most 24 characters, and what a tap on it means: a Tap or a link."""

    label: str
    tap: Tap | None = None
    url: str | None = None


class Keyboard(Struct, frozen=True):
    """Rows of buttons below a screen."""

    rows: tuple[tuple[Button, ...], ...] = ()

    @staticmethod
    def flow(*groups: Iterable[Button | None]) -> Keyboard:
        """Lay out each group on rows of its own: three, two or one to a row, as the labels allow."""
        rows: list[tuple[Button, ...]] = []
        for group in groups:
            buttons = [button for button in group if button is not None]
            rows.extend(_rows_of(buttons))
        return Keyboard(tuple(rows))

    @staticmethod
    def grid(columns: int, buttons: Sequence[Button]) -> Keyboard:
        """Lay out short buttons, such as norm numbers, in columns."""
        return Keyboard(tuple(tuple(buttons[i : i + columns]) for i in range(0, len(buttons), columns)))

    def __add__(self, other: Keyboard) -> Keyboard:
        return Keyboard(self.rows + other.rows)

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons, row after row."""
        return tuple(button for row in self.rows for button in row)


@lru_cache(maxsize=1024)
def words_of(label: str) -> str:
    """Return a label without its emoji and signs, as people read it aloud."""
    return re.sub(r"[^\w\s.,&/'’-]", "", label).replace("\ufe0f", "").strip(" -")


def _rows_of(buttons: Sequence[Button]) -> list[tuple[Button, ...]]:
    """Three on a row when the words have at most 9 characters, two up to 15, else one."""
    rows: list[tuple[Button, ...]] = []
    rest = list(buttons)
    while rest:
        for count, longest in ((3, 9), (2, 15), (1, MAX_LABEL)):
            head = rest[:count]
            if all(len(words_of(b.label)) <= longest for b in head) or count == 1:
                rows.append(tuple(head))
                del rest[:count]
                break
    return rows


# ------------------------------------------------------------------------------------ what goes out


class Shown(Struct, frozen=True):
    """The screen of a turn: it replaces the current one, or comes anew below a person's message."""

    screen: Screen
    keyboard: Keyboard
    is_new: bool


class Said(Struct, frozen=True):
    """A message of its own, to this chat or to another person's."""

    screen: Screen
    keyboard: Keyboard
    chat_id: int


class Job(Struct, frozen=True):
    """Slow work that runs after the commit; `data` holds ids and plain values only."""

    name: str
    chat_id: int
    data: Mapping[str, Any]


class Place(Struct):
    """Where a person is: the conversation, its state and the ids it needs; stored after each turn."""

    conversation: str | None = None
    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Turn(Struct):
    """One thing that a person did, with all that a step may read and say.

    `work` is storage inside the running transaction; `actor` is who acts, in exactly one role.
    `place` is where the person was; a step may change `place.data` and returns the next state.
    """

    incoming: Incoming
    actor: Actor
    work: Work
    place: Place
    now: datetime
    today: date
    link: Callable[[str], str]
    shown: Shown | None = None
    said: list[Said] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    toast_text: str | None = None
    commands: dict[int, str] = field(default_factory=dict)
    forgotten_messages: list[int] = field(default_factory=list)
    is_forgotten: bool = False

    @property
    def data(self) -> dict[str, Any]:
        """The ids that the current conversation keeps between turns."""
        return self.place.data

    @property
    def is_tap(self) -> bool:
        """Whether this turn answers a tap, so that its screen can be edited in place."""
        return isinstance(self.incoming.given, TapGiven)

    def show(self, screen: Screen, keyboard: Keyboard | None = None, *, in_place: bool | None = None) -> None:
        """Make this the person's current screen: edited after a tap, sent anew after a message."""
        is_new = not (self.is_tap if in_place is None else in_place)
        self.shown = Shown(screen, keyboard or Keyboard(), is_new)

    def say(self, screen: Screen, keyboard: Keyboard | None = None, *, to_chat: int | None = None) -> None:
        """Add a message of its own, below or above the screen in the order of the calls."""
        self.said.append(Said(screen, keyboard or Keyboard(), to_chat or self.incoming.chat_id))

    def toast(self, text: str) -> None:
        """Let a short line appear over the screen that was tapped (at most 200 characters)."""
        self.toast_text = text[:200]

    def job(self, name: str, **data: Any) -> None:
        """Queue slow work for after the commit; its result arrives in this chat."""
        self.jobs.append(Job(name, self.incoming.chat_id, data))

    def forget_message(self, message_id: int) -> None:
        """Have a message of this chat deleted, where Telegram allows it."""
        self.forgotten_messages.append(message_id)

    def forget(self) -> None:
        """Keep nothing of this chat after the turn: the person asked to be erased."""
        self.place = Place()
        self.is_forgotten = True

    def refresh_commands(self, role: str, *, of_chat: int | None = None) -> None:
        """Give this chat (or another) the command menu of a role, because the role changed."""
        self.commands[of_chat or self.incoming.chat_id] = role


# ------------------------------------------------------------------------------------ declarations

#: A step returns the next state, or None to leave the person where they are.
State = StrEnum
TapStep = Callable[[Turn, Any], State | None]
CommandStep = Callable[[Turn, CommandGiven], State | None]
TextStep = Callable[[Turn, TextGiven], State | None]
MediaStep = Callable[[Turn, MediaGiven], State | None]
EditStep = Callable[[Turn, EditGiven], State | None]


class OnCommand(Struct, frozen=True):
    """A command and the step that answers it, wherever the person is."""

    name: str
    step: CommandStep


class OnTap(Struct, frozen=True):
    """A kind of tap and the step that answers it."""

    kind: type[Tap]
    step: TapStep


class OnText(Struct, frozen=True):
    """The step that takes typed text."""

    step: TextStep


class OnMedia(Struct, frozen=True):
    """The step that takes photos, documents, voice messages and videos."""

    step: MediaStep


class OnEdit(Struct, frozen=True):
    """The step that takes the edit of an earlier message."""

    step: EditStep


def on_command(name: str, step: CommandStep) -> OnCommand:
    """Answer a command with a step."""
    return OnCommand(name, step)


def on_tap(kind: type[Tap], step: TapStep) -> OnTap:
    """Answer a kind of tap with a step."""
    return OnTap(kind, step)


def on_text(step: TextStep) -> OnText:
    """Answer typed text with a step."""
    return OnText(step)


def on_media(step: MediaStep) -> OnMedia:
    """Answer a photo, document, voice message or video with a step."""
    return OnMedia(step)


def on_edit(step: EditStep) -> OnEdit:
    """Answer the edit of an earlier message with a step."""
    return OnEdit(step)


Rule = OnCommand | OnTap | OnText | OnMedia | OnEdit


class Conversation(Struct, frozen=True):
    """One conversation: where it can be entered, and what each state expects.

    Entry points are reachable from everywhere, because a button in a chat stays tappable for
    ever; what a state declares comes before them while the person is in that state. Fallbacks
    take what no other conversation wants.
    """

    name: str
    entry_points: Sequence[Rule] = ()
    states: Mapping[State, Sequence[Rule]] = field(default_factory=dict)
    fallbacks: Sequence[Rule] = ()


class Conversations:
    """All conversations together: finds the step for what came in, and moves the person on."""

    def __init__(self, conversations: Sequence[Conversation]) -> None:
        self._by_name = {c.name: c for c in conversations}
        if len(self._by_name) != len(conversations):
            raise ValueError("two conversations have the same name")
        self._homes = {type(state): c for c in conversations for state in c.states}
        self._entries: dict[type[Tap] | str, tuple[Conversation, Rule]] = {}
        self._others: list[tuple[Conversation, Rule]] = []
        for conversation in conversations:
            for rule in conversation.entry_points:
                self._add_entry(conversation, rule)
        self._others += [(c, rule) for c in conversations for rule in c.fallbacks]

    def _add_entry(self, conversation: Conversation, rule: Rule) -> None:
        """Two entry points for one tap or command would make the order of modules a rule, so that is refused."""
        if not isinstance(rule, OnTap | OnCommand):
            self._others.append((conversation, rule))
            return
        key = rule.kind if isinstance(rule, OnTap) else rule.name
        if key in self._entries:
            raise ValueError(f"more than one entry point for {key}")
        self._entries[key] = (conversation, rule)

    @property
    def all(self) -> tuple[Conversation, ...]:
        """Every conversation, in the order of declaration."""
        return tuple(self._by_name.values())

    def step(self, turn: Turn) -> bool:
        """Run the step for what came in and move the person's place; False when nobody wants it."""
        given = turn.incoming.given
        tap = Tap.unpack(given.data) if isinstance(given, TapGiven) else None
        found = self._find(turn.place, given, tap)
        if found is None:
            return False
        conversation, rule = found
        state = rule.step(turn, tap if isinstance(rule, OnTap) else given)  # type: ignore[arg-type]
        if state is not None:
            home = self._homes.get(type(state), conversation)  # a step may lead into another conversation
            turn.place.conversation, turn.place.state = home.name, str(state)
        return True

    def awaits_text(self, place: Place) -> bool:
        """Say whether the state that somebody is in waits for typed text."""
        current = self._by_name.get(place.conversation or "")
        return current is not None and any(isinstance(rule, OnText) for rule in _rules_of(current, place.state))

    def _find(self, place: Place, given: Given, tap: Tap | None) -> tuple[Conversation, Rule] | None:
        """Return what the person's state declares, else the entry point, else a fallback."""
        current = self._by_name.get(place.conversation or "")
        if current is not None:
            for rule in _rules_of(current, place.state):
                if _wants(rule, given, tap):
                    return current, rule
        if tap is not None:
            return self._entries.get(type(tap))
        if isinstance(given, CommandGiven):
            return self._entries.get(given.name)
        return next((found for found in self._others if _wants(found[1], given, tap)), None)


def _rules_of(conversation: Conversation, state: str | None) -> Sequence[Rule]:
    """Return what a conversation expects in a stored state; nothing for a state of an older version."""
    return next((rules for known, rules in conversation.states.items() if known.value == state), ())


def _wants(rule: Rule, given: Given, tap: Tap | None) -> bool:
    match rule:
        case OnTap(kind):
            return tap is not None and type(tap) is kind
        case OnCommand(name):
            return isinstance(given, CommandGiven) and given.name == name
        case OnText():
            return isinstance(given, TextGiven)
        case OnMedia():
            return isinstance(given, MediaGiven)
        case OnEdit():
            return isinstance(given, EditGiven)
