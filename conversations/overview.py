"""The overview of the self-evaluation: how far it is, starting it, choosing a norm, closing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from conversations.evaluation_desk import At, Desk, at_desk, sit_down
from conversations.evaluation_taps import (
    ChooseTap,
    CloseTap,
    FinishTap,
    FrameworksTap,
    ReopenTap,
    ScorecardTap,
    StartTap,
)
from conversations.fallback import show_trouble
from conversations.kit import Button, CommandGiven, Keyboard, Tap, Turn
from conversations.round_taps import EarlierTap, NextRoundTap
from conversations.takeover_taps import OtherFrameworkTap
from conversations.taps import DivideTap, DocumentsTap, NormTap, OverviewTap, PlanTap, way_back
from domain.framework import Framework, Norm, NormId, Rubric
from domain.progress import next_open
from domain.roles import Permission
from domain.self_evaluation import Closing, Evaluation, can_close
from domain.verdicts import Verdict
from domain.weighing import weigh
from storage.interfaces import Evaluations
from templates.common_screens import Trouble
from templates.evaluation_screens import (
    ActiveColleague,
    AskMeaning,
    ChooseFramework,
    ChooseNorm,
    ConfirmClosing,
    Filter,
    FrameworkLine,
    Happened,
    NormLine,
    Notice,
    OtherFramework,
    OwnShare,
    RubricLine,
    ShowMatches,
    ShowOverview,
    WaitForStart,
)
from templates.render import label

GRID_COLUMNS = 5
#: These filters go through all rubrics.
_THROUGH_ALL = frozenset({Filter.MINE, Filter.NEW})
_MAX_ACTIVE = 4
_RECENTLY = timedelta(days=14)

# --------------------------------------------------------------------------------------- overview


def open_evaluation(turn: Turn, _: OverviewTap | CommandGiven) -> At | None:
    """Show the overview; the first visit starts the evaluation, or says who can."""
    desk = sit_down(turn)
    if desk is not None:
        return show_overview(desk)
    if turn.actor.membership is None:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    if not turn.actor.may(Permission.CLOSE_EVALUATION):
        turn.show(WaitForStart(), way_back(None))
        return At.OVERVIEW
    if len(turn.work.frameworks) == 1:
        return start_evaluation(turn, StartTap(next(iter(turn.work.frameworks))))
    return show_frameworks(turn, None)


def choose_framework(turn: Turn, _: FrameworksTap) -> At | None:
    """Show what this organisation works with, and to a coordinator what it could work with."""
    if turn.actor.membership is None or not turn.actor.may(Permission.READ_EVALUATION):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    return show_frameworks(turn, OverviewTap())


def show_frameworks(turn: Turn, back: Tap | None) -> At:
    """Show the frameworks to choose from; those that run come with how far they are."""
    store, may_start = turn.work.evaluations(turn.actor), turn.actor.may(Permission.CLOSE_EVALUATION)
    running = store.side_by_side()
    found = [f for f in turn.work.frameworks.values() if f.id in running or may_start]
    lines = tuple(_framework_line(store, framework, running.get(framework.id)) for framework in found)
    buttons = [Button(framework.short_name, StartTap(framework.id)) for framework in found]
    turn.show(ChooseFramework(lines), Keyboard.flow(buttons) + way_back(back))
    return At.OVERVIEW


def _framework_line(store: Evaluations, framework: Framework, running: Evaluation | None) -> FrameworkLine:
    judged = 0
    if running is not None:
        states = store.states(running).values()
        judged = sum(state.verdict is not Verdict.NOT_ASSESSED for state in states)
    return FrameworkLine(framework.name, running is not None, judged, len(framework.norms), framework.licence)


def start_evaluation(turn: Turn, tap: StartTap) -> At | None:
    """Start against the chosen framework; with one that runs already the person goes on."""
    if tap.framework not in turn.work.frameworks:
        show_trouble(turn, Trouble.AGED)
        return None
    store = turn.work.evaluations(turn.actor)
    if turn.actor.membership is not None and tap.framework in store.side_by_side():
        store.choose(tap.framework, turn.now)
    else:
        store.start(tap.framework, turn.now)
    desk = sit_down(turn)
    return show_overview(desk) if desk is not None else None


def show_overview(desk: Desk, notice: Notice | None = None) -> At:
    """Show how far the evaluation is and what it comes to as it stands."""
    framework, evaluation = desk.framework, desk.evaluation
    screen = ShowOverview(
        name=framework.name,
        progress=desk.progress,
        rubrics=tuple(RubricLine(framework.rubric(r.rubric).name, r.answered, r.total) for r in desk.progress.rubrics),
        weighing=weigh(desk.verdicts, framework),
        version=evaluation.version,
        closed_at=None if evaluation.is_open else evaluation.closed_at,
        may_write=desk.may_write,
        own=_own_share(desk),
        active=_active_colleagues(desk),
        notice=notice,
        copyright=framework.copyright if framework.licence else "",
        other=_other_framework(desk),
    )
    desk.show(screen, overview_keyboard(desk))
    return desk.move_to(At.OVERVIEW)


def _own_share(desk: Desk) -> OwnShare | None:
    if not desk.own:
        return None
    answered = sum(desk.verdict(desk.framework.norm(norm)) is not Verdict.NOT_ASSESSED for norm in desk.own)
    return OwnShare(len(desk.own), answered)


def _other_framework(desk: Desk) -> OtherFramework | None:
    """What the other framework means for the norms that are open; None when it has nothing left to take over."""
    covered = sum(_is_open(desk, norm) for norm in desk.covered)
    if desk.beside is None or not covered:
        return None
    return OtherFramework(desk.beside.framework.short_name, covered, sum(_is_open(desk, norm) for norm in desk.new))


def _is_open(desk: Desk, norm: NormId) -> bool:
    return desk.verdict(desk.framework.norm(norm)) is Verdict.NOT_ASSESSED


def covered_button(desk: Desk, after: NormId | None = None) -> Button | None:
    """Return the way to the next open norm for which the other framework has something to take over."""
    norm = next_open(desk.framework, desk.verdicts, after, desk.covered)
    if norm is None or norm.id not in desk.covered:
        return None
    return Button(label("walk_covered", norm.id), OtherFrameworkTap(norm.id))


def _new_button(desk: Desk) -> Button | None:
    has_new = any(_is_open(desk, norm) for norm in desk.new)
    return Button(label("only_new"), ChooseTap(None, Filter.NEW)) if has_new else None


def _active_colleagues(desk: Desk) -> tuple[ActiveColleague, ...]:
    """Return the colleagues who wrote lately, the latest first."""
    me, since = desk.turn.actor.person, desk.turn.now - _RECENTLY
    wrote = [(at, person, norm) for person, (norm, at) in desk.store.last_active(desk.evaluation).items()]
    others = [item for item in sorted(wrote, reverse=True) if item[1] != me and item[0] >= since]
    return tuple(ActiveColleague(desk.name(person), norm, at) for at, person, norm in others[:_MAX_ACTIVE])


def overview_keyboard(desk: Desk) -> Keyboard:
    """The next open norm on top; whoever only reads sees the same without the buttons that write."""
    return Keyboard.flow(
        [_continue_button(desk)],
        [covered_button(desk), _new_button(desk)],
        [_choose_button(desk), _divide_button(desk)],
        [Button(label("scorecard"), ScorecardTap()), Button(label("evaluation_report"), DocumentsTap())],
        [_plan_button(desk), _status_button(desk), _round_button(desk), _frameworks_button(desk)],
    ) + way_back(None)


def _continue_button(desk: Desk) -> Button | None:
    """The next norm without a verdict, one's own first."""
    norm = next_open(desk.framework, desk.verdicts, desk.memory.norm, desk.own) if desk.may_write else None
    if norm is None:
        return None
    return Button(label("continue_at" if desk.progress.answered else "begin_at", norm.id), NormTap(norm.id))


def _choose_button(desk: Desk) -> Button:
    """A colleague sees their own norms first; whoever divides the norms sees all."""
    begins_with_own = desk.own and not desk.turn.actor.may(Permission.DIVIDE)
    return Button(label("choose_norm"), ChooseTap(None, Filter.MINE if begins_with_own else Filter.ALL))


def _divide_button(desk: Desk) -> Button | None:
    may_divide = desk.may_write and desk.turn.actor.may(Permission.DIVIDE)
    return Button(label("divide_norms"), DivideTap()) if may_divide else None


def _plan_button(desk: Desk) -> Button | None:
    needs_plan = any(verdict.needs_improvement for verdict in desk.verdicts.values())
    return Button(label("improvement_actions"), PlanTap()) if needs_plan else None


def _frameworks_button(desk: Desk) -> Button | None:
    """Another framework: for whoever may start one, and for all when their organisation has several."""
    can_start = desk.turn.actor.may(Permission.CLOSE_EVALUATION) and len(desk.turn.work.frameworks) > 1
    return Button(label("other_framework"), FrameworksTap()) if can_start or desk.store.has_several else None


def _status_button(desk: Desk) -> Button | None:
    if not desk.turn.actor.may(Permission.CLOSE_EVALUATION):
        return None
    if desk.evaluation.is_open:
        return Button(label("finish_evaluation"), FinishTap())
    return Button(label("reopen_evaluation"), ReopenTap(desk.evaluation.id, desk.evaluation.version))


def _round_button(desk: Desk) -> Button | None:
    """After closing the next round; in a later round the way through what was said before."""
    evaluation = desk.evaluation
    if not evaluation.is_open:
        may_start = desk.turn.actor.may(Permission.CLOSE_EVALUATION)
        return Button(label("next_round"), NextRoundTap(evaluation.id, is_sure=False)) if may_start else None
    norm = next_open(desk.framework, desk.verdicts, None, desk.own)
    if evaluation.round == 1 or norm is None or not desk.may_write:
        return None
    return Button(label("walk_round", str(evaluation.round - 1)), EarlierTap(norm.id))


# ------------------------------------------------------------------------------- choosing a norm


@at_desk
def choose_norm(desk: Desk, tap: ChooseTap) -> At | None:
    """Show the grid of one rubric (the one of the last visit if none was named), or of one's own norms."""
    rubrics = {rubric.id for rubric in desk.framework.rubrics}
    rubric = tap.rubric or desk.memory.rubric
    desk.remember(rubric=rubric if rubric in rubrics else desk.framework.rubrics[0].id, filter=tap.filter)
    return show_grid(desk)


def show_grid(desk: Desk, notice: Notice | None = None) -> At:
    """Show the norms of the rubric and filter that were chosen."""
    rubric = _rubric(desk)
    shown = _shown_norms(desk, rubric)
    screen = ChooseNorm(
        rubric=None if desk.memory.filter in _THROUGH_ALL else rubric,
        filter=desk.memory.filter,
        shown=len(shown),
        answered=desk.progress.answered,
        total=desk.progress.total,
        notice=notice,
    )
    desk.show(screen, _grid_keyboard(desk, rubric, shown))
    return desk.move_to(At.CHOOSING)


def _rubric(desk: Desk) -> Rubric:
    chosen = [rubric for rubric in desk.framework.rubrics if rubric.id == desk.memory.rubric]
    return (chosen or list(desk.framework.rubrics))[0]


def _shown_norms(desk: Desk, rubric: Rubric) -> list[Norm]:
    """One's own norms and what is new go through all rubrics, because they are fewer."""
    match desk.memory.filter:
        case Filter.MINE:
            return [norm for norm in desk.framework.norms if norm.id in desk.own]
        case Filter.NEW:
            return [norm for norm in desk.framework.norms if norm.id in desk.new and _is_open(desk, norm.id)]
        case Filter.OPEN:
            norms = desk.framework.in_rubric(rubric.id)
            return [norm for norm in norms if desk.verdict(norm) is Verdict.NOT_ASSESSED]
        case _:
            return list(desk.framework.in_rubric(rubric.id))


def _grid_keyboard(desk: Desk, rubric: Rubric, shown: list[Norm]) -> Keyboard:
    cells = [Button(f"{norm.id} {label('verdict_sign', desk.verdict(norm))}", NormTap(norm.id)) for norm in shown]
    filters = [f for f in Filter if desk.own or f is not Filter.MINE if desk.new or f is not Filter.NEW]
    is_by_rubric = desk.memory.filter not in _THROUGH_ALL
    switches = rubric_buttons(desk, rubric if is_by_rubric else None)
    return (
        Keyboard.grid(GRID_COLUMNS, cells)
        + Keyboard.flow(_first_new(desk, shown), switches, [_filter_button(desk, rubric, f) for f in filters])
        + way_back(OverviewTap())
    )


def rubric_buttons(desk: Desk, current: Rubric | None) -> list[Button]:
    """A button for every other rubric."""
    others = [rubric for rubric in desk.framework.rubrics if rubric is not current]
    keep = Filter.ALL if current is None else desk.memory.filter
    return [Button(rubric.name, ChooseTap(rubric.id, keep)) for rubric in others]


def _first_new(desk: Desk, shown: list[Norm]) -> list[Button]:
    """Where to begin with what is new."""
    is_walk = desk.memory.filter is Filter.NEW and shown
    return [Button(label("begin_at", shown[0].id), NormTap(shown[0].id))] if is_walk else []


def _filter_button(desk: Desk, rubric: Rubric, wanted: Filter) -> Button:
    words = label("norm_filter", wanted)
    is_on = wanted is desk.memory.filter
    return Button(label("chosen_option", words) if is_on else words, ChooseTap(rubric.id, wanted))


def show_matches(desk: Desk, typed: str) -> At:
    """Show the norms that fit the typed words."""
    found = lines(desk, desk.find(typed))
    desk.show(ShowMatches(typed, found), Keyboard.flow(norm_buttons(found)) + way_back(OverviewTap()))
    return desk.move_to(At.CHOOSING)


def ask_meaning(desk: Desk, typed: str) -> At | None:
    """Text while no norm was open: ask which norm was meant, and say that nothing was stored."""
    found = lines(desk, desk.find(typed, 3))
    continuing = [_continue_button(desk), _choose_button(desk)]
    keyboard = Keyboard.flow(norm_buttons(found), continuing) + way_back(OverviewTap())
    desk.show(AskMeaning(typed, found, desk.may_write), keyboard)
    return None


def lines(desk: Desk, norms: Iterable[Norm]) -> tuple[NormLine, ...]:
    """Return norms with their verdict, as a list shows them."""
    return tuple(NormLine(norm, desk.verdict(norm), desk.said(desk.verdict(norm))) for norm in norms)


def norm_buttons(found: tuple[NormLine, ...]) -> list[Button]:
    """A button per norm with its short name."""
    return [Button(norm_label(line.norm), NormTap(line.norm.id)) for line in found]


def norm_label(norm: Norm) -> str:
    """Return how a norm is called on a button."""
    return f"{norm.id} · {norm.label}"


# --------------------------------------------------------------------------------------- closing


@at_desk
def ask_to_close(desk: Desk, _: FinishTap) -> At | None:
    """List what is open or unexplained, and ask to confirm."""
    if not desk.turn.actor.may(Permission.CLOSE_EVALUATION):
        show_trouble(desk.turn, Trouble.NOT_ALLOWED)
        return None
    if not desk.evaluation.is_open:
        return show_overview(desk)
    return show_closing(desk)


def show_closing(desk: Desk, notice: Notice | None = None) -> At:
    """Show what stands between the evaluation and closing it."""
    closing = can_close(desk.store.answers(desk.evaluation), desk.framework)
    close = Button(label("close_evaluation"), CloseTap(desk.evaluation.id, desk.evaluation.version))
    desk.show(
        ConfirmClosing(closing, desk.evaluation.version, notice),
        Keyboard.flow([close if closing.is_allowed else None])
        + Keyboard.grid(GRID_COLUMNS, _buttons_to_mend(closing))
        + way_back(OverviewTap()),
    )
    return desk.move_to(At.CLOSING)


def _buttons_to_mend(closing: Closing) -> list[Button]:
    """The norms without a reason first, because they keep the evaluation open."""
    signs = [(norm, Verdict.NOT_APPLICABLE) for norm in closing.unexplained]
    signs += [(norm, Verdict.NOT_ASSESSED) for norm in closing.open_norms]
    return [Button(f"{norm} {label('verdict_sign', verdict)}", NormTap(norm)) for norm, verdict in signs]


@at_desk
def close_evaluation(desk: Desk, tap: CloseTap) -> At:
    """Freeze this version; if a reason got lost meanwhile, show that instead."""
    is_this_one = desk.evaluation.is_open and desk.evaluation.version == tap.version
    if is_this_one and not can_close(desk.store.answers(desk.evaluation), desk.framework).is_allowed:
        return show_closing(desk)
    if is_this_one:
        desk.evaluation = desk.store.close(desk.evaluation, desk.turn.now)
    return show_overview(desk)


@at_desk
def reopen_evaluation(desk: Desk, tap: ReopenTap) -> At:
    """Start the next version with all answers."""
    if not desk.evaluation.is_open and desk.evaluation.version == tap.version:
        desk.evaluation = desk.store.reopen(desk.evaluation, desk.turn.now)
    return show_overview(desk)


CELEBRATE_ALL = Notice(Happened.ALL_ANSWERED)
CELEBRATE_OWN = Notice(Happened.OWN_ANSWERED)
CELEBRATE_NEW = Notice(Happened.NEW_ANSWERED)
