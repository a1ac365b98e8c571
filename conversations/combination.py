"""A second framework in one audit: chosen in the plan, as long as nothing was agreed on.

🗓 Plan -> 🔗 Tweede kader -> a framework -> the plan of both; or ✂️ Uit elkaar -> one audit again
"""

from __future__ import annotations

from enum import StrEnum

from conversations.audit_acting import in_audit
from conversations.audit_plan import show_plan
from conversations.audit_taps import CombineTap, OpenAuditTap, PlanAuditTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_tap
from conversations.kit import State as AnyState
from conversations.taps import way_back
from domain.audit import AuditId, may_change_edition
from domain.combination import is_mapped, may_combine
from domain.framework import Framework, FrameworkId
from domain.roles import Permission
from storage.audit_interfaces import Engagement
from templates.audit_screens import CombineWith, FrameworkLine, ShowCombination
from templates.common_screens import Trouble
from templates.render import label, shorten


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CHOOSING = "choosing"


class PairTap(Tap, frozen=True):
    """Have the audit that the screen was about be about this framework too, counted from 0."""

    prefix = "pm"

    audit: AuditId
    number: int


class UnpairTap(Tap, frozen=True):
    """Make it one audit again."""

    prefix = "pu"

    audit: AuditId


def open_combination(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show the second framework, or ask which one it should be."""
    audit = engagement.audit
    if audit.companion is not None:
        return show_combination(turn, engagement)
    if not may_combine(audit):
        return show_plan(turn, engagement)
    own = turn.work.frameworks[audit.framework]
    choices = [(number, other) for number, other in enumerate(turn.work.frameworks.values()) if other.id != own.id]
    buttons = [Button(shorten(other.short_name, 24), PairTap(audit.id, number)) for number, other in choices]
    lines = tuple(
        FrameworkLine(other.name, len(other.norms), is_mapped(own, other.id) is not None) for _, other in choices
    )
    screen = CombineWith(engagement.organisation.name, own.short_name, lines)
    turn.show(screen, Keyboard.flow(buttons) + way_back(PlanAuditTap()))
    return State.CHOOSING


def show_combination(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Show which two frameworks it is about, and what both share."""
    companion = engagement.audit.companion
    assert companion is not None  # noqa: S101 - it was asked for
    own, theirs = (_framework(turn, f) for f in (engagement.audit.framework, companion.framework))
    may_undo = engagement.may(Permission.EDIT_AUDIT) and may_change(engagement)
    buttons = [
        Button(other_half_label(theirs), OpenAuditTap(companion.audit)),
        Button(label("uncombine"), UnpairTap(engagement.id)) if may_undo else None,
    ]
    screen = ShowCombination(engagement.organisation.name, own.short_name, theirs.short_name, may_undo=may_undo)
    turn.show(screen, Keyboard.flow(buttons) + way_back(PlanAuditTap()))
    return State.CHOOSING


def may_change(engagement: Engagement) -> bool:
    """Say whether the frameworks can still change."""
    return may_change_edition(engagement.audit)


def _framework(turn: Turn, framework: FrameworkId) -> Framework:
    return turn.work.frameworks[framework]


def other_half_label(theirs: Framework) -> str:
    """Return how the other half is called on a button."""
    return shorten(label("other_half", theirs.short_name), 24)


def pair(turn: Turn, tap: PairTap, engagement: Engagement) -> AnyState | None:
    """Have the audit be about a second framework."""
    frameworks = tuple(turn.work.frameworks.values())
    is_possible = 0 <= tap.number < len(frameworks) and frameworks[tap.number].id != engagement.audit.framework
    if tap.audit != engagement.id or not is_possible:
        show_trouble(turn, Trouble.AGED)
        return None
    if not may_combine(engagement.audit):
        return open_combination(turn, tap, engagement)
    audits = turn.work.audits(turn.actor)
    return show_combination(turn, audits.combine(engagement.id, frameworks[tap.number].id, turn.now))


def unpair(turn: Turn, tap: UnpairTap, engagement: Engagement) -> AnyState | None:
    """Make it one audit again, and go on with the first framework."""
    if tap.audit != engagement.id or engagement.audit.companion is None or not may_change(engagement):
        return open_combination(turn, tap, engagement)
    return show_plan(turn, turn.work.audits(turn.actor).uncombine(engagement.id, turn.now), is_saved=True)


COMBINATION = Conversation(
    name="audit_combination",
    entry_points=[
        on_tap(CombineTap, in_audit(Permission.EDIT_AUDIT, open_combination)),
        on_tap(PairTap, in_audit(Permission.EDIT_AUDIT, pair)),
        on_tap(UnpairTap, in_audit(Permission.EDIT_AUDIT, unpair)),
    ],
    states={State.CHOOSING: []},
)

CONVERSATIONS = (COMBINATION,)
