"""`python -m bot`: run the bot, or one of the commands around it."""

from __future__ import annotations

import gc


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    from bot import command_line  # late, so that the collector rests while everything is loaded

    return command_line.main(arguments)


if __name__ == "__main__":
    # What is loaded at a start is not garbage: looking for any was a seventh of it. `command_line` turns this back.
    gc.disable()
    raise SystemExit(main())
