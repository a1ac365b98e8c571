"""A local Telegram for tests, benchmarks and the demo: never part of a running service.

    bot --HTTP--> bot_api -> methods, sending -> world <- people <- control <--HTTP-- tests, chat page

It speaks only HTTP and imports nothing of the bot. ``server.Simulator`` starts it,
``client.SimulatorClient`` drives it, ``python -m simulator`` runs it by itself.
"""

from .server import Simulator

__all__ = ["Simulator"]
