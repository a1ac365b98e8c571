"""Showing again where a person is in the field work, with a line on top of what just happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from conversations.field_desk import AT_NORM, IN_INTERVIEW, At, FieldDesk
from conversations.findings import show_finding, show_norm, show_picking
from conversations.interviews import show_asking, show_hints, show_member_says, show_talk, show_talks
from conversations.notes import show_notes, show_proposals, show_tray
from domain.audit import Finding
from domain.framework import Norm
from templates.fieldwork_screens import FieldNotice

NormView = Callable[[FieldDesk, Norm, FieldNotice | None], At]

_AT_NORM: Mapping[At, NormView] = {
    At.ASKING: show_asking,
    At.HINTS: show_hints,
    At.MEMBER: show_member_says,
    At.NORM: show_norm,
}


def show_again(desk: FieldDesk, notice: FieldNotice) -> At:
    """Show the screen of the present state again; states that wait for words lead to where they came from."""
    state, norm = desk.state, desk.memory.norm
    if state in AT_NORM and norm is not None and desk.framework.has(norm):
        needs_interview = state in IN_INTERVIEW and not desk.memory.interview
        return _AT_NORM[At.NORM if needs_interview else state](desk, desk.framework.norm(norm), notice)
    if state is At.TALK and desk.open_interview is not None:
        return show_talk(desk, desk.open_interview, notice)
    if state in (At.TALKS, At.FUNCTIONS, At.DESCRIBING, At.WHERE, At.TALK):
        return show_talks(desk, notice)
    if state is At.PICKING:
        return show_picking(desk, notice)
    return show_tray(desk, notice) if state is At.TRAY else show_notes(desk, notice)


def show_about(desk: FieldDesk, finding: Finding, notice: FieldNotice) -> At:
    """Show what happened to a finding: where one is when that is about it, else the finding itself."""
    is_at_it = desk.state in AT_NORM and desk.memory.norm in finding.norms
    if is_at_it:
        return show_again(desk, notice)
    if desk.state is At.PROPOSED and finding.is_in_tray:
        return show_proposals(desk, finding, notice)
    return show_finding(desk, finding, notice)
