"""What was heard in an audit can't be forwarded from the chat, and what had to go is deleted where Telegram allows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from telegram.error import BadRequest

from bot.delivery import Delivery
from bot.pace import Pace
from bot.replies import call_draft, document_draft, drafts_of
from conversations.kit import TapGiven, TextGiven
from domain.audit import Stage
from storage.sql import outbox
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.outbox import Draft, Kind
from templates.fieldwork_screens import NotKept, OfferNote
from tests.bot.turns import turn_of

CHAT, OWNER = 1001, 1
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONFIDENTIAL = OfferNote(in_tray=2, is_audit_day=False)
GONE = ["Message to delete not found", "Message can't be deleted for everyone"]


def test_only_what_is_confidential_is_protected() -> None:
    """A plain refusal may be shown to a colleague; a finding may not leave the chat."""
    turn = turn_of(TextGiven("hoi"))
    turn.show(CONFIDENTIAL)
    turn.say(NotKept("Welzijn", Stage.CLOSED))
    said, shown = drafts_of(turn, None)

    assert shown.payload["params"]["protect_content"] is True
    assert "protect_content" not in said.payload["params"]


def test_a_file_of_an_audit_is_protected_too() -> None:
    """The picture of the coverage and the photos of findings say as much as their texts."""
    assert document_draft(CHAT, "b", "dekking.png", "", "sendPhoto", is_confidential=True).payload["is_confidential"]
    assert not document_draft(CHAT, "b", "scorekaart.png", "", "sendPhoto").payload["is_confidential"]


def test_a_message_that_has_to_go_is_deleted_in_the_order_of_the_chat() -> None:
    turn = turn_of(TapGiven("m"))
    turn.show(CONFIDENTIAL)
    turn.forget_message(55)
    chat = turn.incoming.chat_id

    assert drafts_of(turn, 7)[-1] == Draft(
        chat, Kind.CALL, {"method": "deleteMessage", "params": {"chat_id": chat, "message_id": 55}}
    )


class Refusing:
    """A Telegram that refuses every call for one reason, or answers; remembers what was asked."""

    def __init__(self, reason: str | None = None) -> None:
        self.reason = reason
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls.append((method, params))
        if self.reason:
            raise BadRequest(self.reason)
        return {"message_id": 1}


async def outcome_of(database: Database, telegram: Refusing, draft: Draft) -> str | None:
    """Return what became of a row that is delivered."""
    nobody: Any = None
    api: Any = telegram
    delivery = Delivery(
        api, database, Pace(0, 0), nobody, owner=OWNER, now=lambda: NOW, alive=lambda work: [OWNER], sweep_seconds=9
    )
    with database.begin() as work:
        rows = outbox.add(work, [draft], OWNER, NOW)
    delivery.accept(rows)
    await delivery.drain(5)
    with database.begin() as work:
        return work.execute(sa.select(t.outbox.c.outcome).where(t.outbox.c.id == rows[0].id)).scalar()


@pytest.mark.parametrize("reason", GONE)
async def test_a_message_that_can_not_be_deleted_is_done(database: Database, reason: str) -> None:
    """It is gone already, or Telegram keeps it; nobody can act on that, so it is no error."""
    draft = call_draft("deleteMessage", CHAT, chat_id=CHAT, message_id=5)

    assert await outcome_of(database, Refusing(reason), draft) == "sent"


async def test_any_other_refused_call_is_reported(database: Database) -> None:
    draft = call_draft("setMyCommands", None, commands=[])

    assert await outcome_of(database, Refusing(GONE[0]), draft) == "parked"


async def test_an_edit_does_not_ask_for_protection(database: Database) -> None:
    """Telegram protects a message when it is sent; an edit that asked for it could be refused."""
    payload = {"params": {"chat_id": CHAT, "text": "x", "protect_content": True}, "screen": 3, "edit": 3}
    telegram = Refusing()
    await outcome_of(database, telegram, Draft(CHAT, Kind.SCREEN, payload))

    assert telegram.calls[0] == ("editMessageText", {"chat_id": CHAT, "text": "x", "message_id": 3})
