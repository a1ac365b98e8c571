"""Reply markup: what a message may carry below itself, and finding a button by its words."""

import re
import unicodedata
from typing import Any

from .errors import bad_request

MAX_BUTTONS = 100
MAX_BYTES = 10_000
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
_BUTTON_FIELDS = {"text", "icon_custom_emoji_id", "style", *_ACTIONS}
_MARKUPS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")

Markup = dict[str, Any]
Button = dict[str, Any]


def checked_markup(markup: Any, *, inline_only: bool = False) -> Markup | None:
    """Return the markup as it will be stored, or raise what the server would say."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        return _checked_inline(markup)
    if inline_only:
        raise bad_request("inline keyboard expected")
    if not any(name in markup for name in _MARKUPS):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return markup


def _checked_inline(markup: Markup) -> Markup | None:
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or any(not isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard markup JSON object")
    buttons = [button for row in rows for button in row]
    for button in buttons:
        _check_button(button)
    if len(buttons) > MAX_BUTTONS or len(str(rows).encode()) > MAX_BYTES * 2:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise _unreadable("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unreadable('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unreadable('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("inline keyboard button text is empty")
    if strange := set(button) - _BUTTON_FIELDS:
        raise _unreadable(f"Unknown field {sorted(strange)[0]!r}")
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    if len(actions) > 1:
        raise _unreadable(f"Exactly one action is allowed, found {', '.join(actions)}")
    if not actions:
        # An empty callback_data is told apart: the real server refuses it as data.
        if button.get("callback_data") == "":
            raise bad_request("BUTTON_DATA_INVALID")
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    _check_action(button)


def _check_action(button: Button) -> None:
    data, url = button.get("callback_data"), button.get("url")
    if data is not None and (not isinstance(data, str) or not 1 <= len(data.encode()) <= 64):
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not re.match(r"(https?|tg|ton)://[^\s/]|[\w-]+(\.[\w-]+)+", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    copied = button.get("copy_text")
    if copied is not None and not (isinstance(copied, dict) and 1 <= len(copied.get("text", "")) <= 256):
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _unreadable(reason: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def plain_label(label: str) -> str:
    """Return a label without emoji, signs at its ends and capitals, so tests survive decoration."""
    kept = "".join(c for c in label if c.isascii() or unicodedata.category(c) not in ("So", "Sk", "Sm", "Mn", "Cf"))
    bare = re.sub(r"\s+", " ", kept).strip(" ·•…:-").casefold()
    return bare or label.strip()


def find_button(markup: Markup | None, label: str) -> Button | None:
    """Return the button with these words; else the only one that starts with them; else None."""
    buttons = [b for row in (markup or {}).get("inline_keyboard", []) for b in row]
    wanted = plain_label(label)
    for button in buttons:
        if plain_label(button["text"]) == wanted:
            return dict(button)
    starting = [b for b in buttons if plain_label(b["text"]).startswith(wanted)]
    return dict(starting[0]) if len(starting) == 1 else None


def labels(markup: Markup | None) -> list[list[str]]:
    """Return the words on the keyboard, row by row."""
    return [[b["text"] for b in row] for row in (markup or {}).get("inline_keyboard", [])]
