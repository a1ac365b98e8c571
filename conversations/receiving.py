"""Whatever people type, photograph, record or send while a norm is open: stored at once, with a receipt.

    message -> where was the person when it was sent? -> store it as what was asked there
            -> the receipt on top of the screen, sent anew (items of one album: counted up in place)

A bare norm id is a way to that norm, and words in "Kies een norm" search. A message that was
overtaken by a tap goes to the norm that was open when it was sent, and its receipt says so.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from conversations.answering import see, show_norm
from conversations.evaluation_desk import Album, At, Desk, Spot, at_desk, fingerprint
from conversations.evaluation_taps import Ask
from conversations.evaluation_views import show_again, show_at
from conversations.given import find_item, move_to_norm, show_moves
from conversations.kit import MediaGiven, MediaKind, TextGiven
from conversations.overview import ask_meaning, show_matches
from domain.dates import parse_date
from domain.framework import Norm
from domain.norm_search import bare_norm_id
from domain.privacy_guard import PrivacyKind, findings
from domain.roles import Permission
from domain.self_evaluation import (
    Answer,
    Contribution,
    ContributionId,
    ContributionKind,
    FileId,
    ImprovementAction,
    Purpose,
)
from domain.verdicts import Verdict
from templates.evaluation_screens import Happened, Notice, Part, Quote

MAX_FILE_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot fetch
_OWN_WORDS_KEPT = 8
_LINK = re.compile(r"https?://\S+")

# ------------------------------------------------------------------------------------------- text


@at_desk
def take_text(desk: Desk, given: TextGiven) -> At | None:
    """Typed text: a way to a norm, a search, or something to keep at the norm that is open."""
    spot = desk.spot
    wanted = bare_norm_id(given.text, desk.framework)
    if spot.state is At.MOVING and spot.norm is not None and not spot.is_late:
        return choose_move(desk, spot.norm, given.text)
    if wanted is not None:
        origin = Notice(Happened.JUMPED, spot.norm.id, text=wanted) if spot.norm and desk.may_write else None
        return show_norm(desk, desk.framework.norm(wanted), origin)
    if spot.norm is None:
        return take_elsewhere(desk, spot, given.text)
    if not desk.may_write:
        return refuse(desk)
    return keep_text(desk, spot, spot.norm, given.text)


def take_elsewhere(desk: Desk, spot: Spot, typed: str) -> At | None:
    """Text while no norm was open: a search, or something we have to ask about."""
    if desk.norm is not None:
        return show_again(desk, Notice(Happened.SENT_EARLIER, text=typed))
    if spot.state is not At.CHOOSING:
        return ask_meaning(desk, typed)
    found = desk.find(typed)
    return show_norm(desk, found[0]) if len(found) == 1 else show_matches(desk, typed)


def choose_move(desk: Desk, norm: Norm, typed: str) -> At:
    """The norm where an item belongs, typed as an id or in words."""
    found = desk.find(typed)
    if len(found) == 1 and desk.may_write and find_item(desk, norm, desk.memory.item):
        return move_to_norm(desk, ContributionId(desk.memory.item), norm, found[0])
    return show_moves(desk, norm, typed)


def refuse(desk: Desk) -> At:
    """Say kindly why nothing was stored: reading only, or closed."""
    may_answer = desk.turn.actor.may(Permission.ANSWER)
    return show_again(desk, Notice(Happened.CLOSED if may_answer else Happened.READ_ONLY))


def keep_text(desk: Desk, spot: Spot, norm: Norm, text: str) -> At:
    """Store the text as what was asked there, and go on to what is asked next."""
    notice, following = _KEEPERS.get(spot.state, keep_words)(desk, spot, norm, text)
    return show_again(desk, notice) if spot.is_late else show_at(desk, following, norm, notice)


Keeper = Callable[[Desk, Spot, Norm, str], tuple[Notice, At]]


def keep_words(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """Text at a norm explains it; at a question it answers, and among the hints it is evidence."""
    is_link = _LINK.fullmatch(text.strip()) is not None
    purpose = Purpose.EVIDENCE if is_link else Purpose.EXPLANATION
    purpose = {At.QUESTION: Purpose.REPLY, At.HINTS: Purpose.EVIDENCE}.get(spot.state, purpose)
    kind = ContributionKind.LINK if is_link else ContributionKind.TEXT
    item = contribute(desk, norm, kind, purpose, text, message=desk.turn.incoming.message_id)
    return told(desk, spot, norm, item), AFTER_SENDING.get(spot.state, spot.state)


def keep_reason(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """Why the norm does not apply; when the verdict changed before a late reason came in, it only explains."""
    if spot.is_late and desk.answer(norm).verdict is not Verdict.NOT_APPLICABLE:
        return keep_words(desk, spot, norm, text)
    if (taken := taken_meanwhile(desk, spot, norm, Ask.REASON, text)) is not None:
        return taken, At.REASON
    desk.now_is(desk.store.record_reason(desk.evaluation, norm.id, text, desk.turn.now))
    return told_words(desk, spot, norm, text, Part.REASON, Ask.REASON), At.RECAP


def keep_what(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """What will get better."""
    if (taken := taken_meanwhile(desk, spot, norm, Ask.WHAT, text)) is not None:
        return taken, At.WHAT
    desk.now_is(desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, what=text))
    return told_words(desk, spot, norm, text, Part.IMPROVEMENT, Ask.WHAT), At.WHO


def keep_who(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """Who takes it up."""
    if (taken := taken_meanwhile(desk, spot, norm, Ask.WHO, text)) is not None:
        return taken, At.WHO
    desk.now_is(desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, who=text))
    return told_words(desk, spot, norm, text, Part.IMPROVEMENT, Ask.WHO), At.WHEN


def taken_meanwhile(desk: Desk, spot: Spot, norm: Norm, asked: Ask, text: str) -> Notice | None:
    """When a colleague answered the same question since it was asked: keep the text apart, and let the person choose.

    Returns None when the question is still as the person saw it.
    """
    answer = desk.answer(norm)
    theirs = words_of(answer, asked)
    is_as_seen = spot.is_late or fingerprint(theirs) == desk.memory.asked
    if is_as_seen or not theirs or theirs == text or answer.updated_by == desk.turn.actor.person:
        return None
    notice, _ = keep_words(desk, spot, norm, text)
    by = desk.name(answer.updated_by)
    return dataclasses.replace(
        notice, what=Happened.TAKEN_MEANWHILE, text=str(asked), theirs=theirs, by=by, meanwhile=()
    )


def words_of(answer: Answer, asked: Ask) -> str | None:
    """Return what an answer holds where this question is asked."""
    action = answer.improvement or ImprovementAction()
    return {Ask.REASON: answer.reason, Ask.WHAT: action.what, Ask.WHO: action.who}.get(asked)


def keep_date(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """When it is ready; what is no date is kept as an explanation, and the question comes again."""
    day = parse_date(text, desk.turn.today)
    if day is None:
        notice, _ = keep_words(desk, spot, norm, text)
        return dataclasses.replace(notice, what=Happened.NO_DATE), At.WHEN
    if day < desk.turn.today:
        return Notice(Happened.PAST_DATE, day=day), At.WHEN
    desk.now_is(desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, due_on=day))
    return Notice(Happened.STORED, norm.id, Part.IMPROVEMENT, is_late=spot.is_late, day=day), At.RECAP


def keep_summary(desk: Desk, spot: Spot, norm: Norm, text: str) -> tuple[Notice, At]:
    """One line about what was sent last; when that is gone, the line stands for itself."""
    item = find_item(desk, norm, desk.memory.item)
    if item is None or spot.is_late:
        notice, _ = keep_words(desk, spot, norm, text)
        return notice, At.NORM
    desk.store.summarise(desk.evaluation, item.id, text, desk.turn.now)
    desk.forget(norm.id)
    remember_words(desk, norm, str(item.id))
    notice = Notice(Happened.SUMMARISED, norm.id, Part.EDIT, item.id, sensitive=kinds_in(text))
    return notice, desk.memory.back


_KEEPERS: Mapping[At, Keeper] = {
    At.REASON: keep_reason,
    At.WHAT: keep_what,
    At.WHO: keep_who,
    At.WHEN: keep_date,
    At.SUMMARY: keep_summary,
}
#: What is shown after something was handed in; everywhere else the same screen comes again.
AFTER_SENDING: Mapping[At, At] = {At.VISIBLE: At.WHAT, At.SUMMARY: At.NORM, At.MOVING: At.GIVEN}

# -------------------------------------------------------------------------- storing and telling it


def contribute(
    desk: Desk,
    norm: Norm,
    kind: ContributionKind,
    purpose: Purpose,
    text: str,
    *,
    message: int | None,
    file: FileId | None = None,
) -> Contribution:
    """Store a message at a norm; `message` lets a later edit find it."""
    item = desk.store.contribute(
        desk.evaluation, norm.id, kind, purpose, text, desk.turn.now, message_id=message, file=file
    )
    desk.forget(norm.id)
    return item


def told(desk: Desk, spot: Spot, norm: Norm, item: Contribution) -> Notice:
    """Return the receipt of a contribution, with what it looks like it holds and what a colleague gave meanwhile."""
    is_open_now = not spot.is_late and norm.id == desk.memory.norm
    return Notice(
        Happened.STORED,
        item.norm,
        receipt=item.id,
        is_late=spot.is_late,
        question=desk.memory.question if item.purpose is Purpose.REPLY and not spot.is_late else None,
        sensitive=kinds_in(item.text),
        meanwhile=given_meanwhile(desk, norm) if is_open_now and item.file is None else (),
    )


def given_meanwhile(desk: Desk, norm: Norm) -> tuple[Quote, ...]:
    """Return what colleagues handed in since this person opened the norm; from now on it has been seen."""
    answer = desk.answer(norm)
    new = [item for item in answer.contributions if item.id > desk.memory.seen]
    others = tuple(desk.quote(item) for item in new if item.author != desk.turn.actor.person)
    see(desk, answer)
    return others


def told_words(desk: Desk, spot: Spot, norm: Norm, text: str, part: Part, field: str) -> Notice:
    """Return the receipt of a reason or a part of an improvement; editing the message will edit it."""
    remember_words(desk, norm, field)
    return Notice(Happened.STORED, norm.id, part, is_late=spot.is_late, sensitive=kinds_in(text))


def remember_words(desk: Desk, norm: Norm, field: str) -> None:
    """Remember that the present message became a field of an answer, or the line of an item."""
    message = desk.turn.incoming.message_id
    if message is not None:
        desk.remember(own_words=(*desk.memory.own_words, (message, norm.id, field))[-_OWN_WORDS_KEPT:])


def kinds_in(text: str) -> tuple[PrivacyKind, ...]:
    """Return what a text looks like it holds that does not belong here."""
    return tuple(dict.fromkeys(finding.kind for finding in findings(text)))


# ------------------------------------------------------------------------------------------ media


@at_desk
def take_media(desk: Desk, given: MediaGiven) -> At | None:
    """A photo, document, voice message or video: evidence at the norm that was open."""
    album = desk.memory.album
    if album is not None and given.album == album.id:
        return add_to_album(desk, given, album)
    spot = desk.spot
    if spot.norm is None:
        return take_elsewhere(desk, replace(spot, state=At.OVERVIEW), given.caption)
    if not desk.may_write:
        return refuse(desk)
    if is_too_large(given):
        return refuse_file(desk, spot, spot.norm, given)
    return keep_media(desk, spot, spot.norm, given)


def is_too_large(given: MediaGiven) -> bool:
    """Say whether Telegram will not let us fetch this file."""
    return (given.size or 0) > MAX_FILE_BYTES


def keep_media(desk: Desk, spot: Spot, norm: Norm, given: MediaGiven) -> At:
    """Store a file, have it fetched, and ask for one line where nobody can see what it holds."""
    purpose = Purpose.REPLY if spot.state is At.QUESTION else Purpose.EVIDENCE
    item = store_file(desk, norm, purpose, given)
    notice = told(desk, spot, norm, item)
    following = AFTER_SENDING.get(spot.state, spot.state)
    if given.album is not None:
        desk.remember(album=Album(given.album, norm.id, purpose, (item.id,)))
    if spot.is_late:
        return show_again(desk, notice)
    if given.album is None and needs_line(given):
        desk.remember(item=item.id, back=following)
        following = At.SUMMARY
    return show_at(desk, following, norm, notice)


def needs_line(given: MediaGiven) -> bool:
    """Say whether one line is needed to find this again: nothing is written out yet."""
    return given.kind in (MediaKind.VOICE, MediaKind.VIDEO) and not given.caption.strip()


def store_file(desk: Desk, norm: Norm, purpose: Purpose, given: MediaGiven) -> Contribution:
    """Store what is known of a file with its caption, and queue fetching it."""
    turn = desk.turn
    file = turn.work.files(turn.actor).want(
        desk.evaluation, given.name, given.media_type, given.size, given.file_id, turn.now
    )
    kind, message = ContributionKind(given.kind.value), turn.incoming.message_id
    item = contribute(desk, norm, kind, purpose, given.caption, message=message, file=file.id)
    turn.job("fetch_file", file=file.id)
    return item


def refuse_file(desk: Desk, spot: Spot, norm: Norm, given: MediaGiven) -> At:
    """A file that is too large is not stored; what was written with it is."""
    notice = Notice(Happened.TOO_LARGE)
    if given.album is not None:
        desk.remember(album=Album(given.album, norm.id, Purpose.EVIDENCE, (), refused=1))
    if given.caption.strip():
        message = desk.turn.incoming.message_id
        item = contribute(desk, norm, ContributionKind.TEXT, Purpose.EXPLANATION, given.caption, message=message)
        notice = dataclasses.replace(told(desk, spot, norm, item), what=Happened.TOO_LARGE)
    return show_again(desk, notice)


def add_to_album(desk: Desk, given: MediaGiven, album: Album) -> At:
    """Store the next item where its album began, and count up on the screen that is there."""
    norm = desk.framework.norm(album.norm)
    if not desk.may_write:
        return refuse(desk)
    if is_too_large(given):
        album = replace(album, refused=album.refused + 1)
    else:
        item = store_file(desk, norm, album.purpose, given)
        album = replace(album, receipts=(*album.receipts, item.id))
    desk.remember(album=album)
    desk.in_place = True
    return show_again(desk, album_notice(album, kinds_in(given.caption)))


def album_notice(album: Album, sensitive: tuple[PrivacyKind, ...]) -> Notice:
    """Return the one receipt of an album."""
    return Notice(
        Happened.ALBUM,
        album.norm,
        Part.ALBUM,
        album.receipts[0] if album.receipts else None,
        count=len(album.receipts),
        refused=album.refused,
        sensitive=sensitive,
    )
