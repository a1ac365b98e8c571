"""What a turn said becomes outbox drafts: data that delivery can send without asking anything."""

from __future__ import annotations

from typing import Any

from bot.telegram import markup_of, message_params
from conversations.kit import Keyboard, Shown, Turn
from storage.sql.outbox import Draft, Kind
from templates.commands import commands_for
from templates.common_screens import RoleLine
from templates.render import clip, render
from templates.screens import Screen


def drafts_of(turn: Turn, screen_message_id: int | None) -> list[Draft]:
    """Return everything that this turn sends, in the order in which the person should see it.

    `screen_message_id` is the message that held the screen before this turn.
    """
    drafts = [message_draft(said.chat_id, said.screen, said.keyboard) for said in turn.said]
    if turn.shown is not None:
        drafts.append(_screen_draft(turn, turn.shown, screen_message_id))
    chat_id = turn.incoming.chat_id
    drafts += [
        call_draft("deleteMessage", chat_id, chat_id=chat_id, message_id=message) for message in turn.forgotten_messages
    ]
    drafts += [commands_draft(chat, role) for chat, role in turn.commands.items()]
    drafts += [
        Draft(None, Kind.JOB, {"name": job.name, "chat_id": job.chat_id, "data": dict(job.data)}) for job in turn.jobs
    ]
    return drafts


def _protected(params: dict[str, Any], screen: Screen) -> dict[str, Any]:
    """Return the parameters of a message; what is confidential can't be forwarded or saved from the chat."""
    return params | {"protect_content": True} if screen.is_confidential else params


def _screen_draft(turn: Turn, shown: Shown, known: int | None) -> Draft:
    """The screen: edited where it stands, or sent anew while the keyboard of the old one goes."""
    chat_id = turn.incoming.chat_id
    tapped = turn.incoming.message_id if turn.is_tap else None
    params = message_params(chat_id, _text_of(turn, shown.screen), markup_of(shown.keyboard))
    payload: dict[str, Any] = {"params": _protected(params, shown.screen), "screen": known}
    if not shown.is_new:
        payload["edit"] = tapped or known
    return Draft(chat_id, Kind.SCREEN, payload)


def _text_of(turn: Turn, screen: Screen) -> str:
    """Return the text of a screen; for somebody with several roles its first line says in which one."""
    text, actor = render(screen), turn.actor
    if len(actor.memberships) < 2 or actor.membership is None or screen.names_role:
        return text
    line = render(RoleLine(actor.membership.organisation.name, actor.membership.role))
    return clip(f"{line}\n{text}")


def message_draft(chat_id: int, screen: Screen, keyboard: Keyboard | None = None, key: str | None = None) -> Draft:
    """A message of its own; `key` keeps it from being queued twice."""
    markup = markup_of(keyboard) if keyboard else None
    params = _protected(message_params(chat_id, render(screen), markup), screen)
    return Draft(chat_id, Kind.MESSAGE, {"params": params}, key)


def document_draft(
    chat_id: int,
    blob: str,
    file_name: str,
    caption: str,
    method: str = "sendDocument",
    *,
    is_confidential: bool = False,
) -> Draft:
    """A file from the blob store; it is deleted from there once it has been sent."""
    payload = {"chat_id": chat_id, "blob": blob, "file_name": file_name, "caption": caption, "method": method,
               "is_confidential": is_confidential}  # fmt: skip
    return Draft(chat_id, Kind.DOCUMENT, payload)


def commands_draft(chat_id: int, role: str) -> Draft:
    """The command menu of a chat in a role."""
    commands = [{"command": name, "description": text} for name, text in commands_for(role)]
    params = {"commands": commands, "scope": {"type": "chat", "chat_id": chat_id}}
    return Draft(None, Kind.CALL, {"method": "setMyCommands", "params": params})


def call_draft(method: str, lane: int | None, **params: Any) -> Draft:
    """Any other call."""
    return Draft(lane, Kind.CALL, {"method": method, "params": params})
