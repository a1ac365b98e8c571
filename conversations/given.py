"""What was handed in at a norm: the list, one item in full, and what its author can still do with it."""

from __future__ import annotations

from conversations.answering import notice_buttons, show_norm
from conversations.evaluation_desk import At, Desk, about_norm
from conversations.evaluation_taps import (
    Ask,
    AskTap,
    GivenTap,
    HintsTap,
    ItemTap,
    MoveTap,
    NextTap,
    OtherNormTap,
    QuestionTap,
    SendFileTap,
    SummariseTap,
    WithdrawTap,
)
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, Tap
from conversations.overview import GRID_COLUMNS, lines, norm_label
from conversations.taps import NormTap, way_back
from domain.framework import Norm, RubricId
from domain.roles import Permission
from domain.self_evaluation import Contribution, ContributionId
from storage.interfaces import FileRef
from templates.common_screens import Trouble
from templates.evaluation_screens import (
    AskSummary,
    ChooseOtherNorm,
    Happened,
    Notice,
    ShowGiven,
    ShowItem,
    ShowMatches,
)
from templates.render import label

PAGE = 8

# --------------------------------------------------------------------------------------- the list


@about_norm
def list_given(desk: Desk, norm: Norm, tap: GivenTap) -> At:
    """Show what was handed in at a norm."""
    desk.remember(page=tap.page)
    return show_given(desk, norm)


def show_given(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show the page of the last visit, the newest items first."""
    newest_first = desk.answer(norm).contributions[::-1]
    pages = max(1, -(-len(newest_first) // PAGE))
    page = min(max(desk.memory.page, 0), pages - 1)
    shown = newest_first[page * PAGE : (page + 1) * PAGE]
    items = tuple(desk.quote(item) for item in shown)
    keyboard = (
        Keyboard.grid(4, [Button(label("receipt_number", str(item.id)), ItemTap(norm.id, item.id)) for item in shown])
        + Keyboard.flow(
            [
                Button(label("earlier_page"), GivenTap(norm.id, page - 1)) if page else None,
                Button(label("later_page"), GivenTap(norm.id, page + 1)) if page + 1 < pages else None,
            ],
            notice_buttons(desk, notice, GivenTap(norm.id, page)),
        )
        + way_back(NormTap(norm.id))
    )
    desk.show(ShowGiven(desk.header(norm), items, page, pages, len(newest_first), notice=notice), keyboard)
    return desk.move_to(At.GIVEN, norm)


# --------------------------------------------------------------------------------------- one item


def find_item(desk: Desk, norm: Norm, item: int) -> Contribution | None:
    """Return what has this receipt at a norm, unless it was taken back or moved."""
    return next((given for given in desk.answer(norm).contributions if given.id == item), None)


@about_norm
def open_item(desk: Desk, norm: Norm, tap: ItemTap) -> At:
    """Show one thing in full, or the list when it is no longer there."""
    desk.remember(item=tap.item)
    return show_item(desk, norm)


def show_item(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show the item of the last visit in full."""
    item = find_item(desk, norm, desk.memory.item)
    if item is None:
        return show_given(desk, norm, notice)
    file = _file(desk, item)
    is_own = item.author == desk.turn.actor.person
    screen = ShowItem(
        desk.header(norm), desk.quote(item), file_name=file.name if file else None, is_own=is_own, notice=notice
    )
    told = notice_buttons(desk, notice, ItemTap(norm.id, item.id))
    buttons = _item_buttons(desk, norm, item, is_own)
    desk.show(screen, Keyboard.flow(buttons, told) + way_back(GivenTap(norm.id, desk.memory.page)))
    return desk.move_to(At.ITEM, norm)


def _file(desk: Desk, item: Contribution) -> FileRef | None:
    return desk.turn.work.files(desk.turn.actor).get(item.file) if item.file is not None else None


def _item_buttons(desk: Desk, norm: Norm, item: Contribution, is_own: bool) -> list[Button | None]:
    """A person changes only what is their own; a coordinator may also take things away."""
    may_take = desk.may_write and (is_own or desk.turn.actor.may(Permission.MANAGE_ORGANISATION))
    may_change = desk.may_write and is_own
    has_file = item.file is not None
    return [
        Button(label("send_file"), SendFileTap(norm.id, item.id)) if has_file else None,
        Button(label("summarise_item"), SummariseTap(norm.id, item.id)) if may_change and has_file else None,
        Button(label("other_norm"), OtherNormTap(norm.id, item.id, norm.rubric)) if may_change else None,
        Button(label("take_it_away"), WithdrawTap(desk.evaluation.id, norm.id, item.id)) if may_take else None,
    ]


@about_norm
def send_file(desk: Desk, norm: Norm, tap: SendFileTap) -> At:
    """Send a file back as a document, once it has been fetched."""
    desk.remember(item=tap.item)
    item = find_item(desk, norm, tap.item)
    file = _file(desk, item) if item else None
    if file is None or file.status != "stored":
        return show_item(desk, norm, Notice(Happened.FILE_NOT_THERE))
    desk.turn.job("send_file", file=file.id)
    return show_item(desk, norm, Notice(Happened.SENDING_FILE))


# --------------------------------------------------------------------------- one line, another norm


@about_norm
def ask_summary(desk: Desk, norm: Norm, tap: SummariseTap) -> At:
    """Ask for one line about something of one's own."""
    desk.remember(item=tap.item, back=At.ITEM)
    return show_summary(desk, norm)


def show_summary(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Ask for one line about the item of the last visit; skipping goes on where the person was."""
    item = find_item(desk, norm, desk.memory.item)
    if item is None:
        return show_norm(desk, norm, notice)
    skip = Button(label("skip_question"), tap_back(desk, norm))
    onward = Button(label("next_norm"), NextTap(norm.id))
    told = notice_buttons(desk, notice, SummariseTap(norm.id, item.id))
    desk.show(
        AskSummary(desk.header(norm), item.kind, item.id, notice=notice),
        Keyboard.flow([skip, onward], told) + way_back(NormTap(norm.id)),
    )
    return desk.move_to(At.SUMMARY, norm)


def tap_back(desk: Desk, norm: Norm) -> Tap:
    """Return the tap that leads back to where a summary was asked from."""
    back = desk.memory.back
    if back.value in {asked.value for asked in Ask}:
        return AskTap(norm.id, Ask(back.value))
    if back is At.QUESTION:
        return QuestionTap(norm.id, desk.memory.question)
    if back is At.ITEM:
        return ItemTap(norm.id, ContributionId(desk.memory.item))
    return {At.HINTS: HintsTap(norm.id), At.GIVEN: GivenTap(norm.id, 0)}.get(back, NormTap(norm.id))


@about_norm
def ask_other_norm(desk: Desk, norm: Norm, tap: OtherNormTap) -> At:
    """Ask where something of one's own belongs."""
    rubrics = {rubric.id for rubric in desk.framework.rubrics}
    desk.remember(item=tap.item, rubric=tap.rubric if tap.rubric in rubrics else norm.rubric)
    return show_other_norms(desk, norm)


def show_other_norms(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show the norms of a rubric to move the item to; typing searches as well."""
    item = find_item(desk, norm, desk.memory.item)
    if item is None or item.author != desk.turn.actor.person:
        return show_given(desk, norm, notice)
    rubric = desk.framework.rubric(RubricId(desk.memory.rubric or norm.rubric))
    others = [other for other in desk.framework.in_rubric(rubric.id) if other is not norm]
    keyboard = (
        Keyboard.grid(GRID_COLUMNS, [Button(other.id, _move_tap(desk, norm, item.id, other)) for other in others])
        + Keyboard.flow(
            Button(other.name, OtherNormTap(norm.id, item.id, other.id))
            for other in desk.framework.rubrics
            if other is not rubric
        )
        + way_back(ItemTap(norm.id, item.id))
    )
    desk.show(ChooseOtherNorm(desk.header(norm), item.id, rubric, notice=notice), keyboard)
    return desk.move_to(At.MOVING, norm)


def show_moves(desk: Desk, norm: Norm, typed: str) -> At:
    """Show the norms that fit the typed words, to move the item to."""
    item = ContributionId(desk.memory.item)
    found = lines(desk, desk.find(typed))
    buttons = [Button(norm_label(line.norm), _move_tap(desk, norm, item, line.norm)) for line in found]
    desk.show(ShowMatches(typed, found), Keyboard.flow(buttons) + way_back(ItemTap(norm.id, item)))
    return desk.move_to(At.MOVING, norm)


def _move_tap(desk: Desk, norm: Norm, item: ContributionId, to: Norm) -> MoveTap:
    return MoveTap(desk.evaluation.id, norm.id, item, to.id)


@about_norm
def move_item(desk: Desk, norm: Norm, tap: MoveTap) -> At | None:
    """Move something of one's own to another norm."""
    if not desk.framework.has(tap.to):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return move_to_norm(desk, tap.item, norm, desk.framework.norm(tap.to))


def move_to_norm(desk: Desk, item: ContributionId, norm: Norm, to: Norm) -> At:
    """Move the item and show the norm where it is now."""
    desk.store.move(desk.evaluation, item, to.id, desk.turn.now)
    desk.forget(norm.id)
    return show_norm(desk, to, Notice(Happened.MOVED, to.id, receipt=item))
