"""The quick note and the in-tray: stored first, then placed.

text, photo, voice or file outside a state -> PROPOSED -> a norm, a search, or later
📝 Notitie -> NOTE -> TRAY, one note at a time -> a norm, or taken back
"""

from __future__ import annotations

from conversations.audit_taps import NoteTap
from conversations.field_desk import At, FieldDesk
from conversations.fieldwork_taps import PickNormTap, PlaceTap, Put, TakeBackTap, TrayTap, UndoFindingTap
from conversations.findings import link_button, norm_buttons, privacy_buttons
from conversations.kit import Button, Keyboard
from conversations.taps import way_back
from domain.audit import Finding, FindingId
from domain.roles import Permission
from templates.fieldwork_screens import FieldNotice, OfferNote, Proposal, ProposeNorms, ShowTray
from templates.render import label

# ----------------------------------------------------------------------------------------- the quick note


def open_notes(desk: FieldDesk, _: object) -> At:
    """Say how a quick note goes, and how many wait for a norm."""
    return show_notes(desk)


def show_notes(desk: FieldDesk, notice: FieldNotice | None = None) -> At:
    """Show the way to the in-tray; on an audit day with the reminder to empty it."""
    waiting = desk.store.in_tray(desk.audit, limit=1).total
    is_audit_day = desk.engagement.audit.is_audit_day(desk.turn.today)
    tray = Button(label("open_tray", str(waiting)), TrayTap(0)) if waiting else None
    keyboard = Keyboard.flow([tray], [Button(label("pick_norm"), PickNormTap(None))]) + way_back(None)
    desk.remember(interview=0)
    desk.show(OfferNote(waiting, is_audit_day, notice), keyboard)
    return desk.move_to(At.NOTE)


def show_proposals(desk: FieldDesk, finding: Finding, notice: FieldNotice | None = None) -> At:
    """Show where a note that was just stored probably belongs, and why."""
    proposals = desk.propose(finding.text) if finding.text else ()
    card = desk.card(finding)
    if notice is not None and notice.sensitive:
        extra = privacy_buttons(desk, finding.id)
    else:
        extra = Keyboard.flow([Button(label("undo_finding"), UndoFindingTap(desk.audit, finding.id, finding.version))])
    links = Keyboard.flow([link_button(desk, finding, desk.own_running)])
    desk.show(
        ProposeNorms(card, proposals, notice),
        _placing_buttons(desk, finding, proposals) + links + extra + way_back(None),
    )
    return desk.move_to(At.PROPOSED, finding=finding.id)


def _placing_buttons(desk: FieldDesk, finding: Finding, proposals: tuple[Proposal, ...]) -> Keyboard:
    """The proposed norms, the search, and later."""
    search = Button(label("search_norm"), PlaceTap(finding.id, Put.MOVE, None))
    norms = norm_buttons(desk, finding, [proposal.norm for proposal in proposals])
    return Keyboard.flow(norms, [search, Button(label("put_later"), NoteTap())])


# --------------------------------------------------------------------------------------------- the in-tray


def open_tray(desk: FieldDesk, tap: TrayTap) -> At:
    """Show the in-tray, one note at a time."""
    desk.remember(page=tap.place)
    return show_tray(desk)


def show_tray(desk: FieldDesk, notice: FieldNotice | None = None) -> At:
    """Show the note at the place of the last visit; behind the last one it begins anew."""
    place = max(desk.memory.page, 0)
    found = desk.store.in_tray(desk.audit, limit=1, offset=place)
    if not found.findings and found.total:
        place, found = 0, desk.store.in_tray(desk.audit, limit=1)
    if not found.findings:
        desk.show(ShowTray(None, 0, 0, notice=notice), way_back(NoteTap()))
        return desk.move_to(At.TRAY)
    finding = found.findings[0]
    proposals = desk.propose(finding.text) if finding.text else ()
    card = desk.card(finding)
    may_write = desk.may(Permission.ADD_FINDING)
    take_back = Button(label("take_back"), TakeBackTap(desk.audit, FindingId(card.receipt)))
    following = Button(label("next_in_tray"), TrayTap((place + 1) % found.total)) if found.total > 1 else None
    keyboard = _placing_buttons(desk, finding, proposals) if may_write else Keyboard()
    own = [take_back if may_write and card.is_own else None]
    desk.show(
        ShowTray(card, place, found.total, proposals, notice),
        keyboard + Keyboard.flow([following], own) + way_back(NoteTap()),
    )
    return desk.move_to(At.TRAY, finding=finding.id)
