"""The coverage radar: how well every norm was looked at, what is still needed, and who could give it.

coverage -> whom to talk to -> the norms that fit -> (interviews)
         -> grid -> one norm
         -> picture
"""

from __future__ import annotations

from enum import StrEnum

from conversations.audit_taps import CoverageTap
from conversations.fieldwork_taps import FunctionsTap
from conversations.judging_desk import JudgingDesk, at_desk, grid, norm_label, typed_at_desk
from conversations.judging_taps import (
    CoverageGridTap,
    CoveragePictureTap,
    FitsTap,
    NormCoverageTap,
    PlanInterviewTap,
    VerdictNormTap,
)
from conversations.kit import Button, Conversation, Keyboard, TextGiven, on_command, on_tap, on_text
from conversations.taps import MenuTap, way_back
from domain.coverage import NormCoverage, fitting, function_needs, overview
from domain.framework import Norm, NormId, Rubric, WhoCode
from domain.roles import Permission
from templates.judging_screens import (
    ChooseFunction,
    CoverageGrid,
    MakeCoveragePicture,
    ShowCoverage,
    ShowFits,
    ShowNormCoverage,
    ShowNormMatches,
)
from templates.render import label, shorten

_LISTED = 14
_LONGEST_FUNCTION = 19


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CHOOSING = "choosing"
    LOOKING = "looking"


# ---------------------------------------------------------------------------------------------- overview


def show_coverage(desk: JudgingDesk, _: object) -> At:
    """Show how many norms are round and what the others need."""
    found = overview(desk.covered, desk.framework)
    screen = ShowCoverage(
        desk.organisation,
        found,
        {rubric.id: rubric.name for rubric in desk.framework.rubrics},
        found.open_norms[:_LISTED],
        max(0, len(found.open_norms) - _LISTED),
    )
    plan = Button(label("plan_interview"), PlanInterviewTap()) if found.open_norms else None
    buttons = [
        plan,
        Button(label("coverage_picture"), CoveragePictureTap()),
        Button(label("coverage_by_norm"), CoverageGridTap(None)),
    ]
    desk.turn.show(screen, Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.LOOKING


def make_picture(desk: JudgingDesk, _: CoveragePictureTap) -> At:
    """Queue the picture; it comes as a message of its own."""
    desk.turn.job("coverage_picture", audit=desk.audit.id)
    desk.turn.show(MakeCoveragePicture(), way_back(CoverageTap()))
    return At.LOOKING


# --------------------------------------------------------------------------------- the next interview


def choose_function(desk: JudgingDesk, _: PlanInterviewTap) -> At:
    """Ask with whom the next interview is; who could help most comes first."""
    needs = function_needs(desk.covered, desk.framework)
    names = {function.code: function.label for function in desk.framework.functions}
    buttons = [
        Button(f"{shorten(names[need.function], _LONGEST_FUNCTION)} ({len(need.norms)})", FitsTap(need.function))
        for need in needs
    ]
    open_norms = sum(not covered.is_round for covered in desk.covered.values())
    desk.turn.show(ChooseFunction(open_norms), Keyboard.flow(buttons) + way_back(CoverageTap()))
    return At.LOOKING


def show_fits(desk: JudgingDesk, tap: FitsTap) -> At:
    """Show the norms that suit an interview with this function, the most useful first."""
    name = function_name(desk, tap.function)
    if name is None:
        return choose_function(desk, PlanInterviewTap())
    fits = fitting(desk.covered, [tap.function], desk.framework)
    shown = fits[: desk.turn.work.audit_rules.proposed_norms]
    begin = Button(label("begin_interview"), FunctionsTap(1 << _place(desk, tap.function)))
    keyboard = (
        Keyboard.flow([begin if desk.may(Permission.HOLD_INTERVIEW) else None])
        + grid([coverage_cell(fit.coverage) for fit in shown])
        + way_back(PlanInterviewTap())
    )
    desk.turn.show(ShowFits(name, shown, len(fits)), keyboard)
    return At.LOOKING


def _place(desk: JudgingDesk, code: WhoCode) -> int:
    return [function.code for function in desk.framework.functions].index(code)


def function_name(desk: JudgingDesk, code: WhoCode) -> str | None:
    """Return how a function is called, None for one that the framework lacks."""
    return next((function.label for function in desk.framework.functions if function.code == code), None)


# ----------------------------------------------------------------------------------------------- per norm


def show_grid(desk: JudgingDesk, tap: CoverageGridTap) -> At:
    """Show the norms of a rubric with a sign: round, begun, or nothing yet."""
    rubric = desk.rubric(tap.rubric)
    norms = desk.framework.in_rubric(rubric.id)
    desk.at(*(norm.id for norm in norms))
    screen = CoverageGrid(rubric, sum(desk.covered[norm.id].is_round for norm in norms), len(norms))
    others = [Button(other.name, CoverageGridTap(other.id)) for other in _others(desk, rubric)]
    cells = [coverage_cell(desk.covered[norm.id]) for norm in norms]
    desk.turn.show(screen, grid(cells) + Keyboard.flow(others) + way_back(CoverageTap()))
    return At.CHOOSING


def _others(desk: JudgingDesk, rubric: Rubric) -> list[Rubric]:
    return [other for other in desk.framework.rubrics if other is not rubric]


def coverage_cell(covered: NormCoverage) -> Button:
    """Return a norm with its sign, as a button to it."""
    return Button(f"{covered.norm.id} {label('coverage_sign', _sign(covered))}", NormCoverageTap(covered.norm.id))


def _sign(covered: NormCoverage) -> str:
    if covered.is_exempt:
        return "exempt"
    if covered.is_round:
        return "round"
    return "begun" if covered.tests else "none"


def open_norm(desk: JudgingDesk, tap: NormCoverageTap) -> At:
    """Show how well one norm was looked at."""
    return show_norm(desk, desk.framework.norm(tap.norm))


def show_norm(desk: JudgingDesk, norm: Norm) -> At:
    """Show tests, sources and documents of a norm, in which interviews, and who could give the rest."""
    covered = desk.at(norm.id).covered[norm.id]
    gathered = desk.gathered.get(norm.id)
    screen = ShowNormCoverage(
        covered,
        gathered.interviews if gathered else (),
        _names(desk, covered.heard),
        _names(desk, covered.could_give),
        desk.to_discuss(norm.id),
    )
    following = desk.framework.after(norm)
    buttons = [
        Button(label("judge_this_norm"), VerdictNormTap(norm.id)),
        Button(label("next_open_norm"), NormCoverageTap(following.id)) if following else None,
    ]
    desk.turn.show(screen, Keyboard.flow(buttons) + way_back(CoverageGridTap(norm.rubric)))
    return At.LOOKING


def _names(desk: JudgingDesk, codes: frozenset[WhoCode] | tuple[WhoCode, ...]) -> tuple[str, ...]:
    ordered = codes if isinstance(codes, tuple) else [f.code for f in desk.framework.functions if f.code in codes]
    return tuple(name for name in (function_name(desk, code) for code in ordered) if name)


def find_norm(desk: JudgingDesk, given: TextGiven) -> At:
    """Go to the norm whose id was typed, else search."""
    norm = desk.bare_norm(given.text)
    if norm is not None:
        return show_norm(desk, desk.framework.norm(NormId(norm)))
    found = desk.find(given.text)
    buttons = [Button(norm_label(norm), NormCoverageTap(norm.id)) for norm in found]
    screen = ShowNormMatches(given.text, found)
    desk.turn.show(screen, Keyboard.flow(buttons) + way_back(CoverageGridTap(None)))
    return At.CHOOSING


COVERAGE = Conversation(
    name="coverage",
    entry_points=[
        on_command("dekking", at_desk(Permission.READ_AUDIT, show_coverage)),
        on_tap(CoverageTap, at_desk(Permission.READ_AUDIT, show_coverage)),
        on_tap(CoveragePictureTap, at_desk(Permission.READ_AUDIT, make_picture)),
        on_tap(PlanInterviewTap, at_desk(Permission.READ_AUDIT, choose_function)),
        on_tap(FitsTap, at_desk(Permission.READ_AUDIT, show_fits)),
        on_tap(CoverageGridTap, at_desk(Permission.READ_AUDIT, show_grid)),
        on_tap(NormCoverageTap, at_desk(Permission.READ_AUDIT, open_norm)),
    ],
    states={At.CHOOSING: [on_text(typed_at_desk(Permission.READ_AUDIT, find_norm))], At.LOOKING: []},
)
CONVERSATIONS = (COVERAGE,)
