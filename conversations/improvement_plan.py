"""What the evaluation leads to: the improvement actions, and the documents that are made of it."""

from __future__ import annotations

from conversations.evaluation_desk import At, Desk, at_desk
from conversations.evaluation_taps import (
    Ask,
    AskTap,
    DocumentKind,
    MakeDocumentTap,
    PlanPageTap,
    ScorecardTap,
)
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, State
from conversations.overview import GRID_COLUMNS
from conversations.taps import DocumentsTap, NormTap, OverviewTap, PlanTap, ShareTap, way_back
from domain.roles import Permission
from domain.self_evaluation import Answer, MissingPart, missing_parts
from templates.common_screens import Trouble
from templates.evaluation_screens import MakeScorecard, Notice, PlanLine, ShowDocuments, ShowPlan
from templates.render import label

PLAN_PAGE = 8
_PLANNED = (MissingPart.IMPROVEMENT, MissingPart.IMPROVEMENT_WHO, MissingPart.IMPROVEMENT_DUE_ON)

# ------------------------------------------------------------------------------------------- plan


@at_desk
def open_plan(desk: Desk, _: PlanTap) -> At:
    """Show the improvement actions from the start."""
    desk.remember(page=0)
    return show_plan(desk)


@at_desk
def turn_page(desk: Desk, tap: PlanPageTap) -> At:
    """Show another page of the improvement actions."""
    desk.remember(page=tap.page)
    return show_plan(desk)


def show_plan(desk: Desk, notice: Notice | None = None) -> At:
    """Show what will get better, by whom and when, and what is still to be said about it."""
    planned = _plan_lines(desk)
    pages = max(1, -(-len(planned) // PLAN_PAGE))
    page = min(max(desk.memory.page, 0), pages - 1)
    shown = planned[page * PLAN_PAGE : (page + 1) * PLAN_PAGE]
    screen = ShowPlan(
        lines=tuple(shown),
        page=page,
        pages=pages,
        total=len(planned),
        complete=sum(not line.missing for line in planned),
        may_write=desk.may_write,
        notice=notice,
    )
    desk.show(screen, _plan_keyboard(desk, shown, page, pages))
    return desk.move_to(At.PLAN)


def _plan_lines(desk: Desk) -> list[PlanLine]:
    answers = desk.store.answers(desk.evaluation)
    found = [(norm, answers[norm.id]) for norm in desk.framework.norms if norm.id in answers]
    return [
        PlanLine(norm, answer.verdict, answer.improvement, _missing(answer), desk.said(answer.verdict))
        for norm, answer in found
        if answer.verdict.needs_improvement
    ]


def _missing(answer: Answer) -> tuple[MissingPart, ...]:
    return tuple(part for part in missing_parts(answer) if part in _PLANNED)


def _plan_keyboard(desk: Desk, shown: list[PlanLine], page: int, pages: int) -> Keyboard:
    """A tap on a norm asks what is missing first; whoever only reads goes to the norm."""
    buttons = [
        Button(line.norm.id, AskTap(line.norm.id, _first_missing(line)) if desk.may_write else NormTap(line.norm.id))
        for line in shown
    ]
    turning = [
        Button(label("earlier_page"), PlanPageTap(page - 1)) if page else None,
        Button(label("later_page"), PlanPageTap(page + 1)) if page + 1 < pages else None,
    ]
    return Keyboard.grid(GRID_COLUMNS, buttons) + Keyboard.flow(turning) + way_back(OverviewTap())


def _first_missing(line: PlanLine) -> Ask:
    if line.missing[:1] == (MissingPart.IMPROVEMENT_WHO,):
        return Ask.WHO
    return Ask.WHEN if line.missing[:1] == (MissingPart.IMPROVEMENT_DUE_ON,) else Ask.WHAT


# -------------------------------------------------------------------------------------- documents


@at_desk
def open_documents(desk: Desk, _: DocumentsTap) -> At:
    """Show in which forms the report can be made."""
    return show_documents(desk)


def show_documents(desk: Desk, notice: Notice | None = None, coming: DocumentKind | None = None) -> At:
    """Show the forms of the report, and sharing it where the role may."""
    may_share = desk.turn.actor.may(Permission.SHARE)
    screen = ShowDocuments(desk.progress.answered, desk.progress.total, coming, may_share, notice)
    kinds = [Button(label("document_kind", kind), MakeDocumentTap(kind)) for kind in DocumentKind]
    share = Button(label("share_evaluation"), ShareTap()) if may_share else None
    desk.show(screen, Keyboard.flow(kinds, [share]) + way_back(OverviewTap()))
    return desk.move_to(At.DOCUMENTS)


@at_desk
def make_document(desk: Desk, tap: MakeDocumentTap) -> State | None:
    """Queue the report; it arrives as a message of its own."""
    if not _may_export(desk):
        return None
    desk.turn.job("document", evaluation=desk.evaluation.id, kind=str(tap.kind))
    return show_documents(desk, coming=tap.kind)


@at_desk
def make_scorecard(desk: Desk, _: ScorecardTap) -> State | None:
    """Queue the picture of all norms; it arrives as a message of its own."""
    if not _may_export(desk):
        return None
    desk.turn.job("scorecard", evaluation=desk.evaluation.id)
    desk.show(MakeScorecard(), way_back(OverviewTap()))
    return desk.move_to(At.DOCUMENTS)


def _may_export(desk: Desk) -> bool:
    may = desk.turn.actor.may(Permission.EXPORT_DOCUMENTS)
    if not may:
        show_trouble(desk.turn, Trouble.NOT_ALLOWED)
    return may
