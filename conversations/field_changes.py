"""What one tap changes at a finding: labels, where it belongs, undoing it, and taking personal data out."""

from __future__ import annotations

from conversations.field_desk import AT_NORM, At, FieldDesk, kinds_in, without_personal_data
from conversations.field_views import show_about, show_again
from conversations.fieldwork_taps import (
    CutOutTap,
    DiscussTap,
    EraseTap,
    KeepTypedTap,
    KindTap,
    LinkTap,
    Put,
    PutTap,
    ReplaceTap,
    TakeBackTap,
    ToneTap,
    UndoFindingTap,
)
from conversations.findings import show_finding, show_norm, show_replacement
from conversations.interviews import show_asking
from conversations.notes import show_proposals, show_tray
from domain.audit import Finding, FindingId
from domain.privacy_guard import PrivacyKind
from storage.fieldwork_interfaces import FindingChange, FindingChanged, NewFinding
from templates.fieldwork_screens import FieldEvent, FieldNotice
from templates.render import label


def set_kind(desk: FieldDesk, tap: KindTap) -> At:
    """Label a finding with a kind, or take that off."""
    return relabel(desk, tap.finding, FindingChange(kind=tap.kind), tap.version)


def set_tone(desk: FieldDesk, tap: ToneTap) -> At:
    """Label a finding with a tone, or take that off."""
    return relabel(desk, tap.finding, FindingChange(tone=tap.tone), tap.version)


def set_discuss(desk: FieldDesk, tap: DiscussTap) -> At:
    """Ask for the whole team at a finding, or no longer."""
    return relabel(desk, tap.finding, FindingChange(is_to_discuss=tap.is_to_discuss), tap.version)


def relabel(desk: FieldDesk, finding: FindingId, change: FindingChange, seen: int) -> At:
    """Change labels, unless a colleague was first: then that is shown."""
    now, event = changed(desk, finding, change, seen, FieldEvent.LABELLED)
    return show_about(desk, now, desk.notice(event, now))


def changed(
    desk: FieldDesk, finding: FindingId, change: FindingChange, seen: int, event: FieldEvent
) -> tuple[Finding, FieldEvent]:
    """Return a finding after a change with what to tell; after a change by a colleague as that left it."""
    try:
        return desk.store.change(desk.audit, finding, change, desk.turn.now, seen=seen), event
    except FindingChanged as refused:
        return refused.finding, FieldEvent.CHANGED_MEANWHILE


def put(desk: FieldDesk, tap: PutTap) -> At:
    """Place a finding at a norm: in the place of where it was, or there as well."""
    before = desk.store.finding(desk.audit, tap.finding)
    norms = (*before.norms, tap.norm) if tap.put is Put.ALSO else (tap.norm,)
    is_from_tray = desk.state is At.TRAY
    now, event = changed(desk, tap.finding, FindingChange(norms=norms), tap.version, FieldEvent.PLACED)
    notice = desk.notice(event, now)
    if is_from_tray and event is FieldEvent.PLACED:
        return show_tray(desk, notice)
    if not now.norms:
        return show_proposals(desk, now, notice)
    if desk.memory.interview and desk.memory.norm is not None and desk.state is At.PLACING:
        return show_asking(desk, desk.framework.norm(desk.memory.norm), notice)
    return show_finding(desk, now, notice)  # not the norm: what is typed next is a quick note again


def link(desk: FieldDesk, tap: LinkTap) -> At:
    """Let a loose note belong to an interview."""
    interview = desk.interview(tap.number)
    now, event = changed(desk, tap.finding, FindingChange(interview=interview), tap.version, FieldEvent.LINKED)
    return show_about(desk, now, desk.notice(event, now, count=interview.number))


def undo(desk: FieldDesk, tap: UndoFindingTap) -> At:
    """Undo the last write at a finding, as long as nobody changed it since."""
    undone = desk.store.undo(desk.audit, tap.finding, desk.turn.now, seen=tap.version)
    if undone is None:
        return show_again(desk, FieldNotice(FieldEvent.NOT_UNDONE))
    notice = FieldNotice(FieldEvent.UNDONE, desk.card(undone))
    if undone.version == tap.version:  # it was new, and is gone
        return show_again(desk, notice)
    return show_about(desk, undone, notice)


def take_back(desk: FieldDesk, tap: TakeBackTap) -> At:
    """Take back a finding of one's own; its receipt is never given out again."""
    taken = desk.store.withdraw(desk.audit, tap.finding, desk.turn.now)
    return show_without(desk, taken, FieldNotice(FieldEvent.WITHDRAWN, desk.card(taken)))


def show_without(desk: FieldDesk, taken: Finding, notice: FieldNotice) -> At:
    """Show where one is without a finding that is gone."""
    if desk.state in AT_NORM | {At.TRAY} or not taken.norms:
        return show_again(desk, notice)
    return show_norm(desk, desk.framework.norm(taken.norms[0]), notice)


def keep_typed(desk: FieldDesk, tap: KeepTypedTap) -> At:
    """The norm id that was typed was meant as text after all: keep it where it was typed."""
    new = NewFinding(tap.typed, norms=(tap.norm,) if tap.norm else (), message=tap.message or None)
    finding = desk.store.record(desk.audit, new, desk.turn.now)
    notice = desk.notice(FieldEvent.STORED, finding)
    if tap.norm is None:
        return show_proposals(desk, finding, notice)
    return show_norm(desk, desk.framework.norm(tap.norm), notice)


# ------------------------------------------------------------------------------------------------- privacy


def cut_out(desk: FieldDesk, tap: CutOutTap) -> At:
    """Take what looks like personal data out of a finding, everywhere."""
    finding = desk.store.finding(desk.audit, tap.finding)
    return replace_text(desk, tap.finding, masked(finding.text))


def ask_replacement(desk: FieldDesk, tap: ReplaceTap) -> At:
    """Ask for other words, as long as it is one's own and still holds personal data."""
    finding = desk.store.finding(desk.audit, tap.finding)
    if finding.author != desk.me or not kinds_in(finding.text):
        return show_finding(desk, finding)
    return show_replacement(desk, desk.notice(FieldEvent.STORED, finding), masked(finding.text))


def masked(text: str) -> str:
    """Return a text without what looks like personal data."""

    def words(kind: PrivacyKind) -> str:
        return label("in_place_of", kind)

    return without_personal_data(text, words)


def replace_text(desk: FieldDesk, finding: FindingId, text: str) -> At:
    """Put other words in the place of a finding, and have the chat message go where Telegram allows."""
    now, message = desk.store.replace_text(desk.audit, finding, text, desk.turn.now)
    if message is not None and message != desk.turn.incoming.message_id:
        desk.turn.forget_message(message)
    notice = FieldNotice(FieldEvent.REPLACED, desk.card(now), sensitive=kinds_in(now.text))
    if notice.sensitive:
        return show_replacement(desk, notice, masked(now.text))
    return show_proposals(desk, now, notice) if now.is_in_tray else _show_replaced(desk, now, notice)


def _show_replaced(desk: FieldDesk, now: Finding, notice: FieldNotice) -> At:
    norm = desk.framework.norm(now.norms[0])
    if desk.memory.interview and now.interview is not None:
        return show_asking(desk, norm, notice)
    return show_norm(desk, norm, notice)


def erase(desk: FieldDesk, tap: EraseTap) -> At:
    """Take a finding with personal data back, and erase what it said everywhere."""
    taken, message = desk.store.erase(desk.audit, tap.finding, desk.turn.now)
    if message is not None:
        desk.turn.forget_message(message)
    notice = FieldNotice(FieldEvent.ERASED, desk.card(taken))
    if desk.memory.interview and desk.memory.norm is not None:
        return show_asking(desk, desk.framework.norm(desk.memory.norm), notice)
    return show_without(desk, taken, notice)
