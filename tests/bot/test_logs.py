"""Logs hold identifiers; never a text, a name or a token."""

from __future__ import annotations

import json
import logging
import sys

from bot.logs import JsonFormatter


def line(**details: object) -> str:
    record = logging.LogRecord("bot.x", logging.INFO, "x.py", 1, "update_handled", (), None)
    vars(record).update(details)
    return JsonFormatter().format(record)


def test_a_line_holds_the_event_and_its_identifiers() -> None:
    """A machine reads these lines before a person does."""
    assert json.loads(line(update_id=7)).items() >= {"event": "update_handled", "update_id": 7, "level": "INFO"}.items()


def test_a_token_never_reaches_the_log() -> None:
    """The token is in the URL of every call, and libraries like to log URLs."""
    assert "AAbb" not in line(url="https://api/bot123456789:AAbb_cc-dd0123456789012345678901234/getMe")


def test_an_error_is_logged_without_its_message() -> None:
    """The message of an error may hold what a person wrote."""
    try:
        raise ValueError("mevrouw Jansen heeft schulden")
    except ValueError:
        text = line(exc_info=sys.exc_info())

    assert "Jansen" not in text
    assert "test_an_error_is_logged" in text
