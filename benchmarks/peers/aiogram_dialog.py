"""The questionnaire as aiogram-dialog teaches it: a window with a getter, answers in dialog_data, in memory."""

import asyncio
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, Message
from aiogram_dialog import Dialog, DialogManager, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.kbd import Button, Row
from aiogram_dialog.widgets.text import Const, Format

from benchmarks.peers.rehearsal import rehearsal

GIVEN = rehearsal()


class Questionnaire(StatesGroup):
    question = State()


async def show_question(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    return {"question": GIVEN.questions[dialog_manager.dialog_data.get("question", 0)]}


async def answer(_: CallbackQuery, button: Button, manager: DialogManager) -> None:
    question = manager.dialog_data.get("question", 0)
    manager.dialog_data.setdefault("answers", {})[str(question)] = button.widget_id
    manager.dialog_data["question"] = (question + 1) % len(GIVEN.questions)


DIALOG = Dialog(
    Window(
        Format("{question}"),
        Row(*(Button(Const(words), id=f"a{n}", on_click=answer) for n, words in enumerate(GIVEN.answers))),
        state=Questionnaire.question,
        getter=show_question,
    )
)


async def start(_: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(Questionnaire.question, mode=StartMode.RESET_STACK)


async def main() -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(GIVEN.url))
    bot = Bot(GIVEN.token, session=session, default=DefaultBotProperties(parse_mode="HTML"))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.message.register(start, CommandStart())
    dispatcher.include_router(DIALOG)
    setup_dialogs(dispatcher)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(main())
