"""The questionnaire as python-telegram-bot teaches it: ConversationHandler with PicklePersistence.

The defaults: answers are in memory, and in the file after at most 60 seconds or a clean stop.
"""

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    PicklePersistence,
)

from benchmarks.peers.rehearsal import rehearsal

GIVEN = rehearsal()
ANSWERING = 0


def keyboard(question: int) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(words, callback_data=f"{question}:{words}") for words in GIVEN.answers]
    return InlineKeyboardMarkup([row])


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> int:
    await update.message.reply_html(GIVEN.questions[0], reply_markup=keyboard(0))
    return ANSWERING


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    query = update.callback_query
    await query.answer()
    question, words = query.data.split(":")
    context.user_data.setdefault("answers", {})[int(question)] = words
    following = (int(question) + 1) % len(GIVEN.questions)
    await query.edit_message_text(GIVEN.questions[following], reply_markup=keyboard(following), parse_mode="HTML")
    return ANSWERING


def main() -> None:
    persistence = PicklePersistence(filepath=GIVEN.directory / "answers.pickle")
    builder = Application.builder().token(GIVEN.token).base_url(f"{GIVEN.url}/bot").persistence(persistence)
    application = builder.build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={ANSWERING: [CallbackQueryHandler(answer)]},
            fallbacks=[CommandHandler("start", start)],
            name="questionnaire",
            persistent=True,
        )
    )
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
