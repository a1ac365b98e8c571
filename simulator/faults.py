"""Trouble on request: what a network and a busy server do to a bot.

A fault strikes the next N calls or each call with a probability, on all methods or some:

    too_many_requests   429 with ``retry_after`` seconds
    bad_gateway         502, nothing done
    error               any ``code`` and ``description``, nothing done
    migrated            the group is a supergroup now, with the id ``to``; nothing done
    cut_off             half a file is fetched (the method is called "download" here)
    drop_before         the connection breaks, nothing done
    drop_after          it is done, then the connection breaks: delivered, but the answer is lost
    latency             the call takes ``ms`` longer
    duplicate_update    an update is handed out twice
    out_of_order        a webhook queue sends a later update first
"""

import random
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import ApiError, ControlError, migrated, too_many_requests

KINDS = (
    "too_many_requests",
    "bad_gateway",
    "error",
    "migrated",
    "cut_off",
    "drop_before",
    "drop_after",
    "latency",
    "duplicate_update",
    "out_of_order",
)
_BEFORE = ("too_many_requests", "bad_gateway", "error", "migrated", "drop_before")


@dataclass
class Fault:
    """One kind of trouble and when it strikes; without ``next`` and ``probability``: always."""

    kind: str
    next: int | None = None
    probability: float = 1.0
    methods: list[str] = field(default_factory=list)
    chats: list[int] = field(default_factory=list)
    retry_after: int = 1
    to: int = 0
    ms: float = 0
    code: int = 400
    description: str = "Bad Request: fault"
    struck: int = 0

    def concerns(self, method: str, chat: int | None) -> bool:
        """Return whether this call is one that may be struck."""
        if self.next == 0 or (self.chats and chat not in self.chats):
            return False
        # A poller that gets 429s is a test of its own: by default only the other calls suffer.
        return method in self.methods if self.methods else method != "getUpdates"

    def error(self) -> ApiError:
        """Return the refusal of a fault that answers."""
        if self.kind == "too_many_requests":
            return too_many_requests(self.retry_after)
        if self.kind == "bad_gateway":
            return ApiError(502, "Bad Gateway")
        if self.kind == "migrated":
            return migrated(self.to)
        return ApiError(self.code, self.description)


class Faults:
    """The faults that are switched on; chance is seeded, so that a run can be repeated."""

    def __init__(self, seed: int = 1) -> None:
        self.active: list[Fault] = []
        self._chance = random.Random(seed)

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Switch on a fault from its JSON form."""
        seed = wanted.pop("seed", None)
        if seed is not None:
            self._chance.seed(seed)
        if wanted.get("kind") not in KINDS:
            raise ControlError(f"kind must be one of {', '.join(KINDS)}")
        if strange := set(wanted) - set(Fault.__dataclass_fields__):
            raise ControlError(f"unknown field {sorted(strange)[0]!r} of a fault")
        fault = Fault(**wanted)
        self.active.append(fault)
        return fault

    def clear(self, kind: str | None = None) -> None:
        """Switch off all faults, or those of one kind."""
        self.active = [f for f in self.active if kind is not None and f.kind != kind]

    def before(self, method: str, chat: int | None) -> Fault | None:
        """Return the fault that stops this call, if one does."""
        return self._strike(_BEFORE, method, chat)

    def loses_answer(self, method: str, chat: int | None) -> bool:
        """Return whether the answer of this call gets lost."""
        return self._strike(("drop_after",), method, chat) is not None

    def cuts_off(self) -> bool:
        """Return whether only half of a file arrives."""
        return self._strike(("cut_off",), "download", None) is not None

    def latency(self, method: str, chat: int | None) -> float:
        """Return how many seconds this call has to wait."""
        fault = self._strike(("latency",), method, chat)
        return fault.ms / 1000 if fault else 0.0

    def duplicates(self) -> bool:
        """Return whether this update is handed out twice."""
        return self._strike(("duplicate_update",), "update", None) is not None

    def reorders(self) -> bool:
        """Return whether a webhook queue sends another update than its head."""
        return self._strike(("out_of_order",), "update", None) is not None

    def listed(self) -> list[dict[str, Any]]:
        """Return the faults as the control API shows them."""
        return [asdict(fault) for fault in self.active]

    def _strike(self, kinds: tuple[str, ...], method: str, chat: int | None) -> Fault | None:
        for fault in self.active:
            if fault.kind not in kinds or not fault.concerns(method, chat):
                continue
            if fault.probability < 1 and self._chance.random() >= fault.probability:
                continue
            fault.struck += 1
            if fault.next is not None:
                fault.next -= 1
            return fault
        return None
