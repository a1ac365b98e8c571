"""The methods of the Bot API that the simulator knows, by name."""

import re
from collections.abc import Callable
from typing import Any

from . import sending
from .errors import bad_request
from .files import MAX_DOWNLOAD
from .parameters import Parameters
from .webhook import WebhookSender, WebhookSettings
from .world import World

Method = Callable[[World, Parameters], Any]


def get_me(world: World, _: Parameters) -> dict[str, Any]:
    """Answer getMe."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**world.bot.user(), **abilities, "can_connect_to_business": False, "has_main_web_app": False}


def get_file(world: World, params: Parameters) -> dict[str, Any]:
    """Answer getFile; the real server gives bots no more than 20 MB."""
    file = world.file(params.text("file_id"))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**file.api(), "file_path": file.path}


def get_chat(world: World, params: Parameters) -> dict[str, Any]:
    """Answer getChat."""
    chat = world.chats.get(params.chat_id())
    if chat is None or (chat.kind == "private" and not world.people[chat.id].started):
        raise bad_request("chat not found")
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    details = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return {**world.chat_fields(chat), **details}


def leave_chat(world: World, params: Parameters) -> bool:
    """Answer leaveChat."""
    chat = world.reachable(params.chat_id())
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    chat.has_bot = False
    world.touch(chat)
    return True


def _scope_key(params: Parameters) -> str:
    scope = params.parsed("scope", "BotCommandScope") or {"type": "default"}
    kind = scope.get("type", "")
    known = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat")
    if kind not in known:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    place = f"chat:{scope.get('chat_id')}" if kind == "chat" else kind
    return f"{place}/{params.text('language_code')}"


def set_my_commands(world: World, params: Parameters) -> bool:
    """Answer setMyCommands."""
    commands = params.parsed("commands", "bot commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse bot commands: Expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    key = _scope_key(params)
    world.bot.commands[key] = [_checked_command(world, key, command) for command in commands]
    _profile_changed(world)
    return True


def _checked_command(world: World, key: str, command: Any) -> dict[str, str]:
    if key.startswith("chat:") and int(key.split(":")[1].split("/")[0]) not in world.chats:
        raise bad_request("chat not found")
    name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def get_my_commands(world: World, params: Parameters) -> list[dict[str, str]]:
    """Answer getMyCommands."""
    return world.bot.commands.get(_scope_key(params), [])


def delete_my_commands(world: World, params: Parameters) -> bool:
    """Answer deleteMyCommands."""
    world.bot.commands.pop(_scope_key(params), None)
    _profile_changed(world)
    return True


def _profile_changed(world: World) -> None:
    for chat in world.chats.values():
        world.touch(chat)
    world.note("meta", "bot")


def _setter(name: str, limit: int) -> Method:
    def set_text(world: World, params: Parameters) -> bool:
        """Answer setMyName, setMyDescription or setMyShortDescription."""
        text = params.text(name)
        if len(text) > limit:
            raise bad_request(f"bot {name.replace('_', ' ')} is too long")
        world.bot.texts[f"{name}/{params.text('language_code')}"] = text
        if name == "name" and text and not params.text("language_code"):
            world.bot.name = text
        _profile_changed(world)
        return True

    return set_text


def _getter(name: str) -> Method:
    def get_text(world: World, params: Parameters) -> dict[str, str]:
        """Answer getMyName, getMyDescription or getMyShortDescription."""
        texts = world.bot.texts
        found = texts.get(f"{name}/{params.text('language_code')}") or texts.get(f"{name}/", "")
        return {name: found or (world.bot.name if name == "name" else "")}

    return get_text


def set_chat_menu_button(world: World, params: Parameters) -> bool:
    """Answer setChatMenuButton; it is kept, the phone shows the commands anyway."""
    world.bot.menu_buttons[params.text("chat_id")] = params.parsed("menu_button", "menu button")
    world.note("meta", "bot")
    return True


def get_chat_menu_button(world: World, params: Parameters) -> dict[str, Any]:
    """Answer getChatMenuButton."""
    buttons = world.bot.menu_buttons
    return buttons.get(params.text("chat_id")) or buttons.get("") or {"type": "commands"}


def set_webhook(world: World, webhook: WebhookSender, params: Parameters) -> bool:
    """Answer setWebhook. Plain http is allowed here to this computer only."""
    settings = _webhook_settings(params)
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    if params.has("allowed_updates"):
        world.updates.allowed = params.parsed("allowed_updates", "allowed updates") or []
    settings.allowed_updates = world.updates.allowed
    if settings.url:
        world.updates.end_poller("terminated by setWebhook request")
    webhook.set(settings)
    world.note("meta", "webhook")
    return True


def _webhook_settings(params: Parameters) -> WebhookSettings:
    url, secret = params.text("url"), params.text("secret_token")
    if url and not re.match(r"https://|http://(127\.|localhost[:/]|\[::1\])", url):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = min(max(params.integer("max_connections", 40), 1), 100)
    return WebhookSettings(url, secret, connections, [], params.text("ip_address"))


def delete_webhook(world: World, webhook: WebhookSender, params: Parameters) -> bool:
    """Answer deleteWebhook."""
    if params.flag("drop_pending_updates"):
        world.updates.clear()
    webhook.set(WebhookSettings())
    world.note("meta", "webhook")
    return True


def get_webhook_info(world: World, webhook: WebhookSender) -> dict[str, Any]:
    """Answer getWebhookInfo."""
    settings = webhook.settings
    info: dict[str, Any] = {"url": settings.url, "has_custom_certificate": False}
    info["pending_update_count"] = len(world.updates.pending)
    if settings.url:
        info["max_connections"] = settings.max_connections
    for name in ("allowed_updates", "ip_address", "last_error_date", "last_error_message"):
        if value := getattr(settings, name):
            info[name] = value
    return info


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getFile": get_file,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": sending.edit_message_text,
    "editMessageCaption": sending.edit_message_caption,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "answerCallbackQuery": sending.answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": _setter("name", 64),
    "getMyName": _getter("name"),
    "setMyDescription": _setter("description", 512),
    "getMyDescription": _getter("description"),
    "setMyShortDescription": _setter("short_description", 120),
    "getMyShortDescription": _getter("short_description"),
    "setChatMenuButton": set_chat_menu_button,
    "getChatMenuButton": get_chat_menu_button,
}
