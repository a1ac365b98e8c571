"""Giving an appeal to somebody who had no part in it, and what that person reads and decides."""

from __future__ import annotations

from conversations.appeal_desk import KEY, At, show_appeal, store_of, take
from conversations.appeal_taps import (
    AppealReportTap,
    AppealTap,
    AssignTap,
    CandidatesTap,
    ConcludeTap,
    DossierPart,
    DossierTap,
    ReviewTap,
)
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, TextGiven, Turn
from conversations.kit import State as AnyState
from conversations.taps import way_back
from domain.appeals import AppealId, AppealStep, can
from domain.certificate import against_positive
from storage.appeal_interfaces import AppealView, Dossier
from templates.appeal_screens import (
    AppealTold,
    AskConclusion,
    ChooseHandler,
    ShowAppealEvents,
    ShowConsidered,
    ShowDossierDecision,
    ShowHandedIn,
)
from templates.common_screens import Trouble
from templates.render import label, shorten
from templates.screens import in_words_of

PER_PAGE = 5  # norms on one screen


# ------------------------------------------------------------------------------------------- the quality officer


def choose_handler(turn: Turn, tap: CandidatesTap) -> AnyState | None:
    """Offer only who had no part in it, and say why others are not offered."""
    store = store_of(turn)
    view, found = store.get(tap.appeal), store.candidates(tap.appeal)
    if not can(view.appeal, AppealStep.ASSIGN):
        return show_appeal(turn, view, AppealTold.NOT_NOW)
    free = [candidate for candidate in found if not candidate.hindrances]
    barred = tuple((candidate.name, candidate.hindrances) for candidate in found if candidate.hindrances)
    version = view.appeal.version
    buttons = tuple(
        (Button(shorten(f"{number}. {candidate.name}", 24), AssignTap(tap.appeal, candidate.person, version)),)
        for number, candidate in enumerate(free, 1)
    )
    screen = ChooseHandler(view.organisation.name, tuple(candidate.name for candidate in free), barred)
    turn.show(screen, Keyboard(buttons) + way_back(AppealTap(tap.appeal)))
    return At.CASE


def assign(turn: Turn, tap: AssignTap) -> AnyState | None:
    """Give it to somebody; storage looks once more whether they may."""
    return take(
        turn, tap.appeal, AppealStep.ASSIGN,
        lambda store: store.assign(tap.appeal, tap.person, turn.now, seen=tap.version),
    )  # fmt: skip


# -------------------------------------------------------------------------------------------------- the handler


def review(turn: Turn, tap: ReviewTap) -> AnyState | None:
    """Begin to look at it."""
    return take(turn, tap.appeal, AppealStep.REVIEW, lambda store: store.review(tap.appeal, turn.now, seen=tap.version))


def read_dossier(turn: Turn, tap: DossierTap) -> AnyState | None:
    """Show a part of what was considered; only who handles this appeal reaches it."""
    store = store_of(turn)
    view, dossier = store.get(tap.appeal), store.dossier(tap.appeal)
    match tap.part:
        case DossierPart.DECISION:
            return _show_decision(turn, view, dossier)
        case DossierPart.CONSIDERED:
            return _show_considered(turn, view, dossier, tap.page)
        case DossierPart.PLAN:
            return _show_plan(turn, view, dossier, tap.page)
        case DossierPart.EVENTS:
            return _show_events(turn, view, dossier)


def _show_decision(turn: Turn, view: AppealView, dossier: Dossier) -> At:
    appeal = view.appeal.id
    has_report = store_of(turn).report(appeal) is not None
    screen = ShowDossierDecision(
        view.organisation.name, tuple((found.is_positive, found.on, found.reason) for found in dossier.decisions),
        dossier.facts, against_positive(dossier.facts), has_report,
    )  # fmt: skip
    others = [
        Button(label("appeal_dossier", part), DossierTap(appeal, part, 0))
        for part in DossierPart
        if part is not DossierPart.DECISION
    ]
    report = Button(label("appeal_report"), AppealReportTap(appeal)) if has_report else None
    turn.show(in_words_of(screen, dossier.framework), Keyboard.flow(others, [report]) + way_back(AppealTap(appeal)))
    return At.CASE


def _show_considered(turn: Turn, view: AppealView, dossier: Dossier, page: int) -> At:
    ordered = sorted(dossier.considered, key=lambda one: not one.verdict.needs_improvement)
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    lines = tuple(
        (str(one.norm.id), one.norm.title, one.verdict, one.rationale)
        for one in ordered[page * PER_PAGE : (page + 1) * PER_PAGE]
    )
    screen = ShowConsidered(view.organisation.name, lines, page, pages)
    turn.show(in_words_of(screen, dossier.framework), _pages(view.appeal.id, DossierPart.CONSIDERED, page, pages))
    return At.CASE


def _show_plan(turn: Turn, view: AppealView, dossier: Dossier, page: int) -> At:
    rounds = dossier.rounds
    if not rounds:
        empty = ShowHandedIn(view.organisation.name, 0, 0, None, None, "", ())
        turn.show(empty, _pages(view.appeal.id, DossierPart.PLAN, 0, 1))
        return At.CASE
    page = min(max(page, 0), len(rounds) - 1)
    handed_in, entries = rounds[page]
    lines = tuple((str(entry.norm), entry.what, entry.who, entry.due_on, entry.shown_by) for entry in entries)
    screen = ShowHandedIn(
        view.organisation.name, handed_in.round, len(rounds), handed_in.submitted_at.date(), handed_in.is_approved,
        handed_in.reason, lines,
    )  # fmt: skip
    turn.show(screen, _pages(view.appeal.id, DossierPart.PLAN, page, len(rounds)))
    return At.CASE


def _show_events(turn: Turn, view: AppealView, dossier: Dossier) -> At:
    rules = next(iter(turn.work.audit_rules.editions.values())).events
    lines = tuple((event.on, rules[event.kind].title) for event in dossier.events)
    screen = ShowAppealEvents(view.organisation.name, lines)
    turn.show(screen, _pages(view.appeal.id, DossierPart.EVENTS, 0, 1))
    return At.CASE


def _pages(appeal: AppealId, part: DossierPart, page: int, pages: int) -> Keyboard:
    turning = [
        Button(label("earlier_page"), DossierTap(appeal, part, page - 1)) if page else None,
        Button(label("later_page"), DossierTap(appeal, part, page + 1)) if page + 1 < pages else None,
    ]
    return Keyboard.flow(turning) + way_back(DossierTap(appeal, DossierPart.DECISION, 0))


def make_report(turn: Turn, tap: AppealReportTap) -> AnyState | None:
    """Make the report of the audit as it was sent, for who handles this appeal."""
    store = store_of(turn)
    view = store.get(tap.appeal)
    if store.report(tap.appeal) is None:
        return show_appeal(turn, view, AppealTold.NOT_NOW)
    turn.job("appeal_report", appeal=tap.appeal)
    return show_appeal(turn, view, AppealTold.MAKING)


def ask_conclusion(turn: Turn, tap: ConcludeTap) -> AnyState | None:
    """Ask why the decision stays or changes."""
    store = store_of(turn)
    view, dossier = store.get(tap.appeal), store.dossier(tap.appeal)
    if not can(view.appeal, AppealStep.UPHOLD):
        return show_appeal(turn, view, AppealTold.NOT_NOW)
    turn.data[KEY] = {"appeal": tap.appeal, "is_changed": tap.is_changed, "version": tap.version}
    against, was_positive = against_positive(dossier.facts), view.decision.is_positive
    screen = AskConclusion(view.organisation.name, tap.is_changed, None if was_positive else against, was_positive)
    turn.show(in_words_of(screen, dossier.framework), way_back(AppealTap(tap.appeal)))
    return At.CONCLUSION


def conclude(turn: Turn, given: TextGiven) -> AnyState | None:
    """Decide with the reasons that were typed, and tell everybody whom it concerns."""
    asked = turn.data.get(KEY) or {}
    if not {"appeal", "is_changed", "version"} <= asked.keys():
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    appeal, is_changed, seen = AppealId(asked["appeal"]), bool(asked["is_changed"]), int(asked["version"])
    if refuses_personal_data(turn, given, AppealTap(appeal)):
        return None
    step = AppealStep.OVERTURN if is_changed else AppealStep.UPHOLD
    found = take(
        turn, appeal, step,
        lambda store: store.decide(appeal, given.text, turn.today, turn.now, is_changed=is_changed, seen=seen),
    )  # fmt: skip
    del turn.data[KEY]
    return found
