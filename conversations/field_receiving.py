"""Whatever an auditor types, photographs, records or sends: stored at once, with a receipt.

    message -> where was the person when it was sent? -> a finding at that norm (in that interview)
            -> nowhere in particular: a quick note, stored in the in-tray and then proposed

A bare norm id is a way to that norm. What looks like personal data is stored, and its author is asked at once to
write a function in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from conversations.audit_acting import AUDIT_ROLES, engagement_of, show_accept_first
from conversations.fallback import ask_what_is_meant
from conversations.field_changes import masked, replace_text
from conversations.field_desk import AT_NORM, IN_INTERVIEW, At, FieldAlbum, FieldDesk, Move, Spot, kinds_in
from conversations.field_views import show_about, show_again
from conversations.findings import show_finding, show_line, show_matches, show_norm, show_replacement
from conversations.interviews import begin, present, show_asking, show_describing, show_talk, show_where
from conversations.kit import Button, EditGiven, Keyboard, MediaGiven, MediaKind, State, TextGiven, Turn
from conversations.notes import show_proposals
from conversations.taps import SwitchRoleTap, way_back
from domain.audit import Finding, FindingId, Interview, kind_of
from domain.framework import Norm, NormId
from domain.norm_search import bare_norm_id
from domain.roles import Permission
from domain.self_evaluation import ContributionKind
from storage.audit_interfaces import WrongStage
from storage.fieldwork_interfaces import FindingChange, NewFinding
from storage.interfaces import FileRef, NotAllowed
from templates.fieldwork_screens import EditInOtherRole, FieldEvent, FieldNotice, FindingCard, NotKept, TellField
from templates.render import label

MAX_FILE_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot fetch
_LINK = re.compile(r"https?://\S+")
_MEANWHILE = 3


def sit_down(turn: Turn, *, is_text: bool = False) -> FieldDesk | None:
    """Return the desk for something that was sent, or None when it can't be kept; the screen then says why.

    Text that takes the place of personal data is kept in every stage.
    """
    engagement = engagement_of(turn)
    if engagement is None or engagement.role is None:
        ask_what_is_meant(turn, None)
    elif engagement.missing:
        show_accept_first(turn, engagement)
    elif engagement.may(Permission.ADD_FINDING):
        return FieldDesk(turn, engagement)
    elif is_text and is_cleaning(desk := FieldDesk(turn, engagement)):
        return desk
    else:
        turn.show(NotKept(engagement.organisation.name, engagement.audit.stage), way_back(None))
    return None


def is_cleaning(desk: FieldDesk) -> bool:
    """Say whether the person was asked for other words for a finding of theirs that still holds personal data."""
    spot = desk.spot
    finding = own_finding(desk, spot) if spot.state is At.REPLACING else None
    return finding is not None and bool(kinds_in(finding.text))


# ------------------------------------------------------------------------------------------- text


def take_text(turn: Turn, given: TextGiven) -> State | None:
    """Typed text: what a screen asked for, a way to a norm, or a finding."""
    desk = sit_down(turn, is_text=True)
    if desk is None:
        return None
    spot = desk.spot
    keeper = _KEEPERS.get(spot.state)
    if keeper is not None and (kept := keeper(desk, spot, given.text)) is not None:
        return kept
    wanted = bare_norm_id(given.text, desk.framework)
    if wanted is not None:
        return jump(desk, spot, desk.framework.norm(wanted))
    form = ContributionKind.LINK if _LINK.fullmatch(given.text.strip()) else ContributionKind.TEXT
    return keep(desk, spot, NewFinding(given.text, form, kind=kind_of(form)))


def jump(desk: FieldDesk, spot: Spot, norm: Norm) -> At:
    """Open the norm that was typed; in an interview with its questions."""
    notice = FieldNotice(FieldEvent.JUMPED, norm=spot.norm.id if spot.norm else None, text=norm.id)
    if spot.state in IN_INTERVIEW and desk.memory.interview:
        return show_asking(desk, norm, notice)
    desk.remember(page=0)
    return show_norm(desk, norm, notice)


Keeper = Callable[[FieldDesk, Spot, str], At | None]


def keep_description(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """Function and team of an interview; with personal data it is asked again, and not stored."""
    if kinds := kinds_in(text):
        return show_describing(desk, kinds)
    desk.now_is(desk.store.describe_interview(desk.audit, spot.at.interview, description=text))
    if spot.is_late:
        return show_again(desk, FieldNotice(FieldEvent.TALK_DESCRIBED))
    if desk.memory.done or desk.memory.norm:
        return show_talk(desk, present(desk), FieldNotice(FieldEvent.TALK_DESCRIBED))
    return begin(desk, FieldEvent.TALK_OPENED)


def keep_where(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """Where an interview is held."""
    if kinds := kinds_in(text):
        return show_where(desk, kinds)
    interview = desk.now_is(desk.store.describe_interview(desk.audit, spot.at.interview, place=text))
    notice = FieldNotice(FieldEvent.TALK_DESCRIBED)
    return show_again(desk, notice) if spot.is_late else show_talk(desk, interview, notice)


def keep_line(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """A line about a finding of one's own; when that is gone the line stands for itself."""
    finding = own_finding(desk, spot)
    if finding is None:
        return None
    now = desk.store.change(desk.audit, finding.id, FindingChange(text=text), desk.turn.now)
    return tell(desk, now, desk.notice(FieldEvent.EDITED, now))


def keep_replacement(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """Other words for a finding with personal data; what it said is erased everywhere."""
    finding = own_finding(desk, spot)
    return replace_text(desk, finding.id, text) if finding is not None else None


def own_finding(desk: FieldDesk, spot: Spot) -> Finding | None:
    """Return the finding that the words are about, None when it is gone or somebody else's."""
    try:
        finding = desk.store.finding(desk.audit, FindingId(spot.at.finding))
    except NotAllowed:
        return None
    return finding if finding.author == desk.me else None


def search_place(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """Words to find the norm where a finding belongs."""
    if spot.is_late:
        return None
    return show_matches(desk, text, desk.store.finding(desk.audit, FindingId(spot.at.finding)))


def search_norm(desk: FieldDesk, spot: Spot, text: str) -> At | None:
    """Words to find a norm to go to; a bare id goes there at once."""
    if spot.is_late or bare_norm_id(text, desk.framework):
        return None
    return show_matches(desk, text)


_KEEPERS: Mapping[At, Keeper] = {
    At.DESCRIBING: keep_description,
    At.WHERE: keep_where,
    At.LINE: keep_line,
    At.REPLACING: keep_replacement,
    At.PLACING: search_place,
    At.PICKING: search_norm,
}

# -------------------------------------------------------------------------- storing and telling it


def keep(desk: FieldDesk, spot: Spot, new: NewFinding) -> At:
    """Store a finding where the person was when it was sent, and tell it."""
    finding = store(desk, spot, new)
    if finding.is_in_tray:
        return tell_note(desk, spot, finding)
    return tell(desk, finding, told(desk, spot, finding), is_late=spot.is_late)


def store(desk: FieldDesk, spot: Spot, new: NewFinding) -> Finding:
    """Store a finding at the norm and in the interview that were open; `message` lets a later edit find it."""
    norms = (spot.norm.id,) if spot.norm else ()
    interview = _interview_of(desk, spot) if spot.norm else None
    new = replace(new, norms=norms, interview=interview, message=desk.turn.incoming.message_id)
    return desk.store.record(desk.audit, new, desk.turn.now)


def _interview_of(desk: FieldDesk, spot: Spot) -> Interview | None:
    """Return the interview that one was in; on the norm's own screen only while it runs."""
    interview = desk.interview(spot.at.interview) if spot.at.interview else None
    is_heard = spot.state in IN_INTERVIEW or (interview is not None and interview.is_running)
    return interview if is_heard else None


def told(desk: FieldDesk, spot: Spot, finding: Finding) -> FieldNotice:
    """Return the receipt of a finding: how often its norm is tested by now, and what colleagues found meanwhile."""
    norm = finding.norms[0]
    covered = desk.coverage(norm)
    return desk.notice(
        FieldEvent.STORED,
        finding,
        norm=norm,
        tests=covered.tests,
        needed=covered.rule.min_tests,
        is_late=spot.is_late,
        meanwhile=() if spot.is_late else found_meanwhile(desk, finding),
    )


def found_meanwhile(desk: FieldDesk, finding: Finding) -> tuple[FindingCard, ...]:
    """Return what colleagues found at this norm since it was opened; from now on it has been seen."""
    new = desk.store.found_since(desk.audit, finding.norms[0], FindingId(desk.memory.seen), limit=_MEANWHILE)
    desk.remember(seen=finding.id)
    return tuple(desk.card(other) for other in new)


def tell(desk: FieldDesk, finding: Finding, notice: FieldNotice, *, is_late: bool = False) -> At:
    """Show the receipt; personal data comes first, unless the person has moved on already."""
    if is_late:
        return show_again(desk, notice)
    if notice.sensitive:
        return show_replacement(desk, notice, masked(finding.text))
    return show_about(desk, finding, notice)


def tell_note(desk: FieldDesk, spot: Spot, finding: Finding) -> At:
    """Show where a quick note probably belongs; a voice message first gets a line."""
    notice = desk.notice(FieldEvent.STORED, finding, is_late=spot.is_late)
    if spot.is_late and desk.state in AT_NORM:
        return show_again(desk, notice)
    if notice.sensitive:
        return show_replacement(desk, notice, masked(finding.text))
    return show_proposals(desk, finding, notice)


# ------------------------------------------------------------------------------------------ media


def take_media(turn: Turn, given: MediaGiven) -> State | None:
    """A photo, document, voice message or video: a finding, or a quick note."""
    desk = sit_down(turn)
    if desk is None:
        return None
    album = desk.memory.album
    if album is not None and given.album == album.id:
        return add_to_album(desk, given, album)
    spot = desk.spot
    if (given.size or 0) > MAX_FILE_BYTES:
        return refuse_file(desk, spot, given)
    finding = store_file(desk, spot, given)
    if given.album is not None:
        desk.remember(album=FieldAlbum(given.album, _norm_id(spot), spot.at.interview, (finding.id,)))
    elif _needs_line(given) and not spot.is_late:
        return show_line(desk, finding, desk.notice(FieldEvent.STORED, finding))
    if finding.is_in_tray:
        return tell_note(desk, spot, finding)
    return tell(desk, finding, told(desk, spot, finding), is_late=spot.is_late)


def _norm_id(spot: Spot) -> NormId | None:
    return spot.norm.id if spot.norm else None


def _needs_line(given: MediaGiven) -> bool:
    """Say whether one line is needed to find this again: nothing is written out yet."""
    return given.kind in (MediaKind.VOICE, MediaKind.VIDEO) and not given.caption.strip()


def store_file(desk: FieldDesk, spot: Spot, given: MediaGiven) -> Finding:
    """Store what is known of a file with its caption, and queue fetching it."""
    file: FileRef = desk.store.want_file(
        desk.audit, given.name, given.media_type, given.size, given.file_id, desk.turn.now
    )
    form = ContributionKind(given.kind.value)
    finding = store(desk, spot, NewFinding(given.caption, form, kind=kind_of(form), file=file))
    desk.turn.job("fetch_file", file=file.id)
    return finding


def find_at(desk: FieldDesk, norm: Norm, given: MediaGiven) -> Finding | None:
    """Store what was sent at a norm that is open elsewhere, outside interviews; None when it is too large.

    The rest of its album belongs there as well, whatever is open by then.
    """
    album = desk.memory.album
    if album is None or given.album != album.id:
        album = FieldAlbum(given.album, norm.id, 0, ()) if given.album is not None else None
    if album is not None:
        return put_in_album(desk, given, album)[1]
    return None if _is_too_large(given) else store_file(desk, _at_norm(norm), given)


def _at_norm(norm: Norm) -> Spot:
    return Spot(Move(state=At.NORM, norm=norm.id), norm, is_late=False)


def _is_too_large(given: MediaGiven) -> bool:
    return (given.size or 0) > MAX_FILE_BYTES


def refuse_file(desk: FieldDesk, spot: Spot, given: MediaGiven) -> At:
    """A file that is too large is not stored; what was written with it is."""
    if given.album is not None:
        desk.remember(album=FieldAlbum(given.album, _norm_id(spot), spot.at.interview, (), 1))
    if not given.caption.strip():
        return show_again(desk, FieldNotice(FieldEvent.TOO_LARGE))
    finding = store(desk, spot, NewFinding(given.caption))
    notice = desk.notice(FieldEvent.TOO_LARGE, finding)
    return show_about(desk, finding, notice)


def put_in_album(desk: FieldDesk, given: MediaGiven, album: FieldAlbum) -> tuple[FieldAlbum, Finding | None]:
    """Store an item where its album began, and return the album with it; no finding when it is too large."""
    norm = desk.framework.norm(album.norm) if album.norm else None
    began = replace(desk.spot, norm=norm, at=replace(desk.spot.at, interview=album.interview))
    finding = None if _is_too_large(given) else store_file(desk, began, given)
    if finding is None:
        album = replace(album, refused=album.refused + 1)
    else:
        album = replace(album, receipts=(*album.receipts, finding.id))
    desk.remember(album=album)
    return album, finding


def add_to_album(desk: FieldDesk, given: MediaGiven, album: FieldAlbum) -> At:
    """Store the next item where its album began, and count up on the screen that is there."""
    album, _ = put_in_album(desk, given, album)
    card = None
    if album.receipts:
        card = desk.card(desk.store.finding(desk.audit, FindingId(album.receipts[0])))
    desk.in_place = True
    notice = FieldNotice(FieldEvent.ALBUM, card, count=len(album.receipts), refused=album.refused)
    return show_again(desk, notice)


# ------------------------------------------------------------------------------------------ edits


def take_edit(turn: Turn, given: EditGiven) -> tuple[bool, State | None]:
    """Store the edit of a message that became a finding; False when it became none."""
    message = turn.incoming.message_id
    if message is None:
        return False, None
    store_ = turn.work.fieldwork(turn.actor)
    try:
        edited = store_.edit_by_message(message, given.text, turn.now)
    except WrongStage as wrong:
        return True, _edit_too_late(turn, wrong, message, given.text)
    if edited is None:
        return _tell_other_role(turn, message), None
    if kinds_in(edited.before.text) and not kinds_in(edited.after.text):
        store_.replace_text(edited.after.audit, edited.after.id, given.text, turn.now)
    return True, tell_edit(turn, edited.after)


def _edit_too_late(turn: Turn, wrong: WrongStage, message: int, text: str) -> State | None:
    """Take an edit that takes personal data out of a finding, whatever the stage; any other one is not kept."""
    store_ = turn.work.fieldwork(turn.actor)
    finding = store_.own_by_message(message)
    has_data = finding is not None and bool(kinds_in(finding.text))
    if finding is not None and has_data and not kinds_in(text):
        now, _ = store_.replace_text(finding.audit, finding.id, text, turn.now)
        engagement = turn.work.audits(turn.actor).get(finding.audit)
        card = FieldDesk(turn, engagement).card(now)
        turn.say(TellField(FieldNotice(FieldEvent.REPLACED, card)), way_back(None))
        return None
    organisation = turn.work.audits(turn.actor).get(wrong.audit).organisation.name
    turn.say(NotKept(organisation, wrong.stage, has_personal_data=has_data), way_back(None))
    return None


def _tell_other_role(turn: Turn, message: int) -> bool:
    """Say kindly that a finding does not change from another role; False when the message became none."""
    if turn.actor.role in AUDIT_ROLES or not turn.work.fieldwork(turn.actor).became_finding(message):
        return False
    turn.say(EditInOtherRole(), Keyboard.flow([Button(label("switch_role"), SwitchRoleTap())]) + way_back(None))
    return True


def tell_edit(turn: Turn, finding: Finding) -> State | None:
    """Tell an edit on top of the present screen; elsewhere, or in another audit, as a message of its own."""
    engagement = engagement_of(turn)
    if engagement is None:
        return None
    desk = FieldDesk(turn, engagement)
    is_of_other_half = engagement.id != finding.audit and engagement.audit.fieldwork == finding.audit
    if is_of_other_half:
        finding = desk.store.finding(engagement.id, finding.id)  # as this half sees it
    notice = desk.notice(FieldEvent.EDITED, finding)
    if engagement.id != finding.audit or desk.state is At.NOTE:
        turn.say(TellField(notice), way_back(None))
        return None
    if notice.sensitive:
        return show_replacement(desk, notice, masked(finding.text))
    desk.in_place = True
    return show_about(desk, finding, notice) if finding.norms else show_finding(desk, finding, notice)
