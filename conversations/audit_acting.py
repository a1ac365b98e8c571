"""Which audit a turn is about, and whether the person may do there what a step is for.

    on_tap(CoverageTap, in_audit(Permission.READ_AUDIT, show_coverage))

The step then gets the `Engagement` as its third argument. Storage refuses as well; this only says it kindly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from conversations.acting import Step
from conversations.audit_taps import AuditsTap, ConductTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, State, Turn
from conversations.taps import way_back
from domain.roles import CONTENT_PERMISSIONS, Permission, Role
from storage.audit_interfaces import Engagement
from templates.audit_screens import AcceptFirst, ChooseAuditFirst, NotInThisStage
from templates.common_screens import Trouble
from templates.render import label

G = TypeVar("G")
AuditStep = Callable[[Turn, G, Engagement], State | None]

#: With these roles at a CI one works on audits.
AUDIT_ROLES = frozenset({Role.CI_ADMIN, Role.TEAM_LEADER, Role.AUDITOR, Role.PEER_AUDITOR})


def engagement_of(turn: Turn) -> Engagement | None:
    """Return the audit that the person works on now, None when there is none within reach."""
    return turn.work.audits(turn.actor).current() if turn.actor.role in AUDIT_ROLES else None


def in_audit(permission: Permission, step: AuditStep[G]) -> Step[G]:
    """Return a step that goes on in the chosen audit, or says kindly what has to happen first."""

    def guarded(turn: Turn, given: G) -> State | None:
        engagement = engagement_of(turn)
        if engagement is None:
            return show_no_audit(turn)
        if not is_possible(turn, engagement, permission):
            return None
        return step(turn, given, engagement)

    return guarded


def is_possible(turn: Turn, engagement: Engagement, permission: Permission) -> bool:
    """Say whether the person may do this in the audit now; if not, the screen says why."""
    if engagement.may(permission):
        return True
    if not engagement.allows(permission):
        show_trouble(turn, Trouble.NOT_ALLOWED)
    elif permission in CONTENT_PERMISSIONS and engagement.missing:
        show_accept_first(turn, engagement)
    else:
        turn.show(NotInThisStage(engagement.organisation.name, engagement.audit.stage), way_back(None))
    return False


def show_accept_first(turn: Turn, engagement: Engagement) -> None:
    """Say that the statements come before any content, with the way to them."""
    buttons = Keyboard.flow([Button(label("read_statements"), ConductTap())])
    turn.show(AcceptFirst(engagement.organisation.name, engagement.missing), buttons + way_back(None))


def show_no_audit(turn: Turn) -> State | None:
    """Say that there is no audit to work on."""
    if turn.actor.role not in AUDIT_ROLES:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    buttons = Keyboard.flow([Button(label("audits"), AuditsTap())])
    turn.show(ChooseAuditFirst(), buttons + way_back(None))
    return None
