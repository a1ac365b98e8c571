"""A finding of a combination audit that counts for the other framework too: the mapping proposes, an auditor says so.

receipt     -> 🔗 a proposed norm (tick)
one finding -> 🔗 Ook in ander kader -> the norms of the other framework (tick)
"""

from __future__ import annotations

from conversations.fallback import show_trouble
from conversations.field_changes import changed
from conversations.field_desk import At, FieldDesk
from conversations.field_views import show_about
from conversations.fieldwork_taps import CountTap, CountWhereTap, FindingTap
from conversations.findings import count_button
from conversations.kit import Button, Keyboard, State
from conversations.taps import way_back
from domain.framework import Framework, Rubric, RubricId
from storage.fieldwork_interfaces import FindingChange
from templates.common_screens import Trouble
from templates.fieldwork_screens import BasisLine, CountWhere, FieldEvent


def count(desk: FieldDesk, tap: CountTap) -> State | None:
    """Have a finding count at a norm of the other framework, or no longer; a colleague's change goes first."""
    if desk.theirs is None or not desk.theirs.has(tap.theirs):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    before = desk.store.finding(desk.audit, tap.finding)
    kept = tuple(norm for norm in before.also if norm != tap.theirs)
    also = (*kept, tap.theirs) if tap.is_on else kept
    now, event = changed(desk, tap.finding, FindingChange(also=also), tap.version, FieldEvent.COUNTED)
    return show_about(desk, now, desk.notice(event, now))


def open_where(desk: FieldDesk, tap: CountWhereTap) -> State | None:
    """Show the norms of the other framework at which a finding may count."""
    theirs = desk.theirs
    if theirs is None:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    finding = desk.store.finding(desk.audit, tap.finding)
    card = desk.card(finding)
    proposed = {line.norm.id for line in card.bases}
    rubric = _rubric(theirs, tap.rubric, card.bases)
    others = [norm for norm in theirs.in_rubric(rubric.id) if norm.id not in proposed]
    lines = [BasisLine(norm, None, None, is_on=norm.id in finding.also) for norm in others]
    keyboard = (
        Keyboard.flow([count_button(desk, card, line) for line in card.bases])
        + Keyboard.flow([count_button(desk, card, line) for line in lines])
        + Keyboard.flow([Button(r.name, CountWhereTap(finding.id, r.id)) for r in theirs.rubrics if r is not rubric])
        + way_back(FindingTap(finding.id))
    )
    desk.show(CountWhere(card, rubric, card.bases), keyboard)
    return desk.move_to(At.FINDING, finding=finding.id)


def _rubric(theirs: Framework, wanted: RubricId | None, proposed: tuple[BasisLine, ...]) -> Rubric:
    """Return the rubric that was asked for, else that of the first proposal, else the first."""
    likely = wanted or next((line.norm.rubric for line in proposed), None)
    return next((rubric for rubric in theirs.rubrics if rubric.id == likely), theirs.rubrics[0])
