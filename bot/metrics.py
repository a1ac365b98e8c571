"""/metrics for Prometheus: what waits, how long, what went out, and what went wrong. Numbers only, no secrets.

What this process counted comes from its `Tally`, what waits from the database (the same from every process), and errors
from the log: each event that is logged as a warning or worse is counted by its name.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from bot.tally import TURN_SECONDS, Tally
from storage.sql.gauges import Gauges

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_EVENT = re.compile(r"[a-z][a-z_]{1,40}")


class EventCounter(logging.Handler):
    """Counts what is logged as a warning or worse, by the constant name of the event."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.counts: Counter[tuple[str, str]] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count one; what a library says in words of its own is one kind together."""
        is_ours = isinstance(record.msg, str) and not record.args and _EVENT.fullmatch(record.msg)
        self.counts[record.msg if is_ours else "other", record.levelname.lower()] += 1


class Metrics:
    """Everything that one process shows."""

    def __init__(self, tally: Tally, events: EventCounter) -> None:
        self._tally = tally
        self._events = events

    def page(self, gauges: Gauges | None, now: datetime, *, is_leading: bool) -> bytes:
        """Return the page; without what waits when the database does not answer."""
        registry = CollectorRegistry()
        registry.register(_Snapshot([*self._counted(), *_waiting(gauges, now), _leading(is_leading)]))
        return generate_latest(registry)

    def _counted(self) -> Iterator[Metric]:
        tally = self._tally
        total, classes = 0, []
        for end, count in zip([*map(str, TURN_SECONDS), "+Inf"], tally.turns, strict=True):
            total += count
            classes.append((end, float(total)))
        turns = HistogramMetricFamily("handvat_turn_seconds", "From taking an update until its commit.")
        turns.add_metric([], classes, tally.turn_seconds)
        yield turns
        yield CounterMetricFamily("handvat_updates_handled", "Updates that this process took.", total)
        sent = CounterMetricFamily("handvat_deliveries", "Rows of the outbox that ended.", labels=["outcome"])
        for outcome, count in sorted(tally.deliveries.items()):
            sent.add_metric([outcome], count)
        yield sent
        yield CounterMetricFamily("handvat_jobs", "Slow work that was done: documents, pictures, files.", tally.jobs)
        yield CounterMetricFamily("handvat_telegram_429", "How often Telegram asked us to wait.", tally.refusals)
        events = CounterMetricFamily("handvat_events", "Warnings and errors of the log.", labels=["event", "level"])
        for (event, level), count in sorted(self._events.counts.items()):
            events.add_metric([event, level], count)
        yield events
        counts = self._events.counts
        parked = {kind: counts[f"{kind}_parked", "error"] for kind in ("update", "row")}
        yield CounterMetricFamily("handvat_updates_parked", "Updates given up after four tries.", parked["update"])
        yield CounterMetricFamily("handvat_rows_parked", "Messages that could not be sent for good.", parked["row"])


class _Snapshot:
    """What a registry asks; the values are taken already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def _leading(is_leading: bool) -> Metric:
    return GaugeMetricFamily("handvat_leading", "1 in the process that polls Telegram.", float(is_leading))


def _waiting(gauges: Gauges | None, now: datetime) -> Iterator[Metric]:
    """What the database says; each process shows the same, so take the maximum and not the sum."""
    yield GaugeMetricFamily("handvat_database_up", "1 when the database answered.", float(gauges is not None))
    if gauges is None:
        return
    for name, what, waiting in (
        ("inbox", "Updates that wait for their turn", gauges.inbox),
        ("outbox", "Messages and jobs that wait to leave", gauges.outbox),
        ("jobs_waiting", "Slow work that waits", gauges.jobs),
        ("reminders_late", "Subjects whose reminders should have been looked at", gauges.reminders),
    ):
        age = (now - waiting.since).total_seconds() if waiting.since is not None else 0.0
        yield GaugeMetricFamily(f"handvat_{name}", f"{what}.", waiting.count)
        yield GaugeMetricFamily(f"handvat_{name}_age_seconds", f"{what}: how long the oldest does.", max(0.0, age))
