"""Trends: what the branch learns of all audits together, and how others do beside one's own organisation.

    secretariat, CI:  📈 Trends -> a group -> a page of norms -> workbook, picture, shared strong points
    member:           📈 Trends -> does it take part? no: what it means -> yes
                                                      yes: how others do -> one norm; ⚙️ -> stop, share strong points

Nobody takes part by itself. Stopping is asked twice, because numbers go for everybody; a strong point is shared only
after it was seen as others would read it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from conversations.acting import needs
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Turn, on_command, on_tap
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from conversations.trend_taps import (
    BesideNormTap,
    BesidePageTap,
    DecideTap,
    PointsTap,
    PointTap,
    SharedPointsTap,
    SharePointTap,
    TakePartTap,
    TrendFileTap,
    TrendPageTap,
    TrendsTap,
)
from domain.framework import Framework, FrameworkId
from domain.privacy_guard import PrivacyKind, findings
from domain.roles import OrganisationKind, Permission
from domain.trends import Group, Level, Order, in_order
from storage.interfaces import NotAllowed
from storage.trend_interfaces import Beside, DecidedMeanwhile, Publication, SharablePoint
from templates.common_screens import Trouble
from templates.render import label, shorten
from templates.trend_screens import (
    BesideLine,
    ChoosePoints,
    ConfirmLeaving,
    ExplainTrends,
    GroupWords,
    LookAgain,
    MakeTrends,
    PointLine,
    ShowBeside,
    ShowBesideNorm,
    ShowSharedPoints,
    ShowTrends,
    TrendLine,
    TrendTold,
)

PAGE = 12  # norms on a screen
POINTS_PAGE = 10
GRID_COLUMNS = 5
_SHORTEST_NAME = 4  # a name of fewer letters is in too many words

G = TypeVar("G")


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    TRENDS = "trends"
    BESIDE = "trends_beside"
    TAKING_PART = "trends_taking_part"
    POINTS = "trends_points"


def _kindly(step: Callable[[Turn, G], AnyState | None]) -> Callable[[Turn, G], AnyState | None]:
    """Let what is not the person's to see or decide be an ordinary refusal."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        try:
            return step(turn, given)
        except NotAllowed:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None

    return guarded


def open_trends(turn: Turn, _: object) -> AnyState | None:
    """Show the trends, or for a member how others do."""
    if turn.actor.may(Permission.SEE_TRENDS):
        return show_trends(turn, 0, 0, Order.IMPROVEMENTS, 0)
    consent = turn.work.trends(turn.actor).consent()
    return show_beside(turn, 0) if consent.takes_part else explain(turn)


def _least(turn: Turn) -> int:
    return turn.work.audit_rules.trends.min_organisations


# ------------------------------------------------------------------------------------------------ the branch


def turn_trends(turn: Turn, tap: TrendPageTap) -> AnyState:
    """Show another publication, group, order or page."""
    return show_trends(turn, tap.publication, tap.group, tap.order, tap.page)


def show_trends(turn: Turn, publication: int, group: int, order: Order, page: int) -> AnyState:
    """Show a page of norms."""
    organisation = turn.actor.organisation
    store, rules = turn.work.trends(turn.actor), turn.work.audit_rules.trends
    published = store.publications()
    publication = min(max(publication, 0), max(0, len(published) - 1))
    found = published[publication] if published else None
    groups = store.groups(found.id) if found else ()
    group = min(max(group, 0), max(0, len(groups) - 1))
    chosen = groups[group] if groups else None
    framework = turn.work.frameworks.get(found.framework) if found else None
    cells = store.cells(found.id, chosen) if found and chosen else ()
    norms = [norm.id for norm in framework.norms] if framework else []
    ordered = in_order(cells, order, norms)
    pages = max(1, -(-len(ordered) // PAGE))
    page = min(max(page, 0), pages - 1)
    lines = tuple(
        TrendLine(framework.norm(cell.norm), cell) for cell in ordered[page * PAGE : (page + 1) * PAGE] if framework
    )
    screen = ShowTrends(
        owner=organisation.name if organisation else "",
        is_of_ci=organisation is not None and organisation.kind is OrganisationKind.CI,
        framework=framework.short_name if framework else "",
        ends_on=found.ends_on if found else None,
        group=words_of_group(turn, chosen) if chosen else None,
        order=order, lines=lines, page=page, pages=pages, hidden=max(0, len(norms) - len(ordered)),
        min_organisations=rules.min_organisations,
    )  # fmt: skip
    keyboard = _trend_keyboard(turn, (publication, group, order, page), published, groups, pages, has_any=bool(lines))
    turn.show(screen, keyboard + way_back(MenuTap()))
    return At.TRENDS


def words_of_group(turn: Turn, group: Group) -> GroupWords:
    """Return a group in the words of the content files."""
    rules = turn.work.audit_rules
    variant = rules.days.variants[group.variant].label if group.variant else ""
    return GroupWords(group.level, rules.trends.label_of(group.size), variant)


def _trend_keyboard(
    turn: Turn, now: tuple[int, int, Order, int], published: tuple[Publication, ...], groups: tuple[Group, ...],
    pages: int, *, has_any: bool,
) -> Keyboard:  # fmt: skip
    publication, group, order, page = now
    turning = [
        Button(label("earlier_page"), TrendPageTap(publication, group, order, page - 1)) if page else None,
        Button(label("later_page"), TrendPageTap(publication, group, order, page + 1)) if page + 1 < pages else None,
    ]
    orders = [
        Button(label("trend_order", other), TrendPageTap(publication, group, other, 0))
        for other in Order
        if other is not order and has_any
    ]
    others = [
        Button(_group_label(turn, found), TrendPageTap(publication, place, order, 0))
        for place, found in enumerate(groups)
        if place != group
    ]
    periods = [
        Button(label("trend_period", _period_label(turn, found)), TrendPageTap(place, 0, order, 0))
        for place, found in enumerate(published[:6])
        if place != publication
    ]
    is_branch = turn.actor.organisation is not None and turn.actor.organisation.kind is OrganisationKind.SWN
    files = [
        Button(label("trend_excel"), TrendFileTap(publication, group, is_picture=False)) if has_any else None,
        Button(label("trend_picture"), TrendFileTap(publication, group, is_picture=True)) if has_any else None,
        Button(label("shared_points"), SharedPointsTap(publication, 0)) if published and is_branch else None,
    ]
    return Keyboard.flow(turning, orders, others, periods, files)


def _group_label(turn: Turn, group: Group) -> str:
    words = words_of_group(turn, group)
    if group.level is Level.ALL:
        return label("trend_all")
    return shorten(f"{words.size} · {words.variant}" if words.variant else words.size, 24)


def _period_label(turn: Turn, found: Publication) -> str:
    framework = turn.work.frameworks.get(found.framework)
    name = framework.short_name if framework and len(turn.work.frameworks) > 1 else ""
    return shorten(f"{found.ends_on.year} {name}", 20)


def make_file(turn: Turn, tap: TrendFileTap) -> AnyState:
    """Queue the workbook or the picture; it comes as a message of its own."""
    turn.job("trends", publication=tap.publication, group=tap.group, is_picture=tap.is_picture)
    turn.show(MakeTrends(tap.is_picture), way_back(TrendPageTap(tap.publication, tap.group, Order.IMPROVEMENTS, 0)))
    return At.TRENDS


def show_shared(turn: Turn, tap: SharedPointsTap) -> AnyState:
    """Show the strong points that organisations share."""
    store, framework = turn.work.trends(turn.actor), _framework_asked(turn, tap.publication)
    points = store.points(framework) if framework is not None else ()
    pages = max(1, -(-len(points) // POINTS_PAGE))
    page = min(max(tap.page, 0), pages - 1)
    turning = [
        Button(label("earlier_page"), SharedPointsTap(tap.publication, page - 1)) if page else None,
        Button(label("later_page"), SharedPointsTap(tap.publication, page + 1)) if page + 1 < pages else None,
    ]
    screen = ShowSharedPoints(points[page * POINTS_PAGE : (page + 1) * POINTS_PAGE], page, pages, _least(turn))
    turn.show(screen, Keyboard.flow(turning) + way_back(TrendsTap()))
    return At.POINTS


def _framework_asked(turn: Turn, publication: int) -> FrameworkId | None:
    """Return the framework of a publication by its place, for a member that of what was published last."""
    store = turn.work.trends(turn.actor)
    if turn.actor.may(Permission.SEE_TRENDS):
        published = store.publications()
        return published[publication].framework if 0 <= publication < len(published) else None
    found = store.beside()
    return found.publication.framework if found else None


# ------------------------------------------------------------------------------------------------ a member


def turn_beside(turn: Turn, tap: BesidePageTap) -> AnyState | None:
    """Show another page of how others do."""
    takes_part = turn.work.trends(turn.actor).consent().takes_part
    return show_beside(turn, tap.page) if takes_part else explain(turn)


def show_beside(turn: Turn, page: int) -> AnyState:
    """Show how others do at every norm, those with most to improve first."""
    found = turn.work.trends(turn.actor).beside()
    framework = turn.work.frameworks.get(found.publication.framework) if found else None
    lines = _beside_lines(found, framework) if found and framework else ()
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    rules = turn.work.audit_rules.trends
    screen = ShowBeside(
        organisation=turn.actor.organisation.name if turn.actor.organisation else "",
        ends_on=found.publication.ends_on if found else None,
        size=rules.label_of(found.size) if found else "",
        lines=shown, page=page, pages=pages, min_organisations=rules.min_organisations,
    )  # fmt: skip
    turning = [
        Button(label("earlier_page"), BesidePageTap(page - 1)) if page else None,
        Button(label("later_page"), BesidePageTap(page + 1)) if page + 1 < pages else None,
    ]
    rest = [
        Button(label("take_part"), TakePartTap()),
        Button(label("shared_points"), SharedPointsTap(0, 0)) if found else None,
    ]
    norms = [Button(line.norm.id, BesideNormTap(line.norm.id)) for line in shown]
    turn.show(screen, Keyboard.grid(GRID_COLUMNS, norms) + Keyboard.flow(turning, rest) + way_back(MenuTap()))
    return At.BESIDE


def _beside_lines(found: Beside, framework: Framework) -> tuple[BesideLine, ...]:
    cells = [beside.cell for beside in found.benchmarks.values()]
    ordered = in_order(cells, Order.IMPROVEMENTS, [norm.id for norm in framework.norms])
    return tuple(BesideLine(framework.norm(cell.norm), found.benchmarks[cell.norm]) for cell in ordered)


def show_beside_norm(turn: Turn, tap: BesideNormTap) -> AnyState | None:
    """Show how others do at one norm, below what the person was at."""
    framework = next((one for one in turn.work.frameworks.values() if one.has(tap.norm)), None)
    if framework is None:
        show_trouble(turn, Trouble.AGED)
        return None
    store = turn.work.trends(turn.actor)
    takes_part = store.consent().takes_part
    found = store.beside(framework.id) if takes_part else None
    rules = turn.work.audit_rules.trends
    screen = ShowBesideNorm(
        norm=framework.norm(tap.norm),
        beside=found.benchmarks.get(tap.norm) if found else None,
        size=rules.label_of(found.size) if found else "",
        ends_on=found.publication.ends_on if found else None,
        takes_part=takes_part,
        min_organisations=rules.min_organisations,
    )
    button = (
        Button(label("how_others_do"), BesidePageTap(0)) if takes_part else Button(label("take_part"), TakePartTap())
    )
    turn.say(screen, Keyboard.flow([button]) + way_back(None))
    return None


def open_taking_part(turn: Turn, _: TakePartTap) -> AnyState:
    """Show what taking part means, and whether the organisation does."""
    return explain(turn)


def explain(turn: Turn, told: TrendTold | None = None) -> AnyState:
    """Explain it in plain words; a coordinator decides."""
    now, may = turn.work.trends(turn.actor).consent(), turn.actor.may(Permission.MANAGE_ORGANISATION)
    name = turn.actor.organisation.name if turn.actor.organisation else ""
    screen = ExplainTrends(name, now.takes_part, now.shares_points, now.decided_on, may, _least(turn), told)
    version, keyboard = now.version, Keyboard()
    if may and not now.takes_part:
        keyboard = Keyboard.flow([Button(label("join_trends"), DecideTap(True, False, version, is_sure=True))])
    elif may:
        points = "points_on" if now.shares_points else "points_off"
        keyboard = Keyboard.flow(
            [Button(label(points), DecideTap(True, not now.shares_points, version, is_sure=True))],
            [
                Button(label("choose_points"), PointsTap()) if now.shares_points else None,
                Button(label("leave_trends"), DecideTap(False, False, version, is_sure=False)),
            ],
        )
    turn.show(screen, keyboard + way_back(TrendsTap() if now.takes_part else MenuTap()))
    return At.TAKING_PART


def decide(turn: Turn, tap: DecideTap) -> AnyState:
    """Record what the organisation agrees to; stopping is asked once more."""
    store = turn.work.trends(turn.actor)
    if not turn.actor.may(Permission.MANAGE_ORGANISATION):
        raise NotAllowed("trends")
    if not tap.takes_part and not tap.is_sure:
        name = turn.actor.organisation.name if turn.actor.organisation else ""
        yes = Button(label("yes_leave_trends"), DecideTap(False, False, tap.version, is_sure=True))
        turn.show(ConfirmLeaving(name), Keyboard.flow([yes]) + way_back(TakePartTap()))
        return At.TAKING_PART
    before = store.consent()
    try:
        store.decide(takes_part=tap.takes_part, shares_points=tap.shares_points, at=turn.now, seen=tap.version)
    except DecidedMeanwhile:
        return explain(turn, TrendTold.CHANGED)
    if not tap.takes_part:
        return explain(turn, TrendTold.LEFT)
    if not before.takes_part:
        return explain(turn, TrendTold.JOINED)
    return explain(turn, TrendTold.WITH_POINTS if tap.shares_points else TrendTold.WITHOUT_POINTS)


# ------------------------------------------------------------------------------------------------ free text


def open_points(turn: Turn, _: PointsTap) -> AnyState:
    """Show the strong points of the own report."""
    return show_points(turn)


def show_points(turn: Turn, told: TrendTold | None = None) -> AnyState:
    """Show which strong points could be shared, and which are."""
    found = turn.work.trends(turn.actor).sharable()
    lines = tuple(PointLine(point.text, point.is_shared) for point in found)
    buttons = [Button(str(place), PointTap(point.audit, point.number)) for place, point in enumerate(found[:20], 1)]
    turn.show(ChoosePoints(lines, told), Keyboard.grid(GRID_COLUMNS, buttons) + way_back(TakePartTap()))
    return At.POINTS


def look_again(turn: Turn, tap: PointTap) -> AnyState:
    """Show one strong point as others would read it: the second look."""
    point = _point(turn, tap)
    screen = LookAgain(point.text, point.is_shared, _names_us(turn, point.text), _sensitive(point.text))
    may_share = not (screen.names_us or screen.sensitive)
    button = Button(
        label("take_point_back" if point.is_shared else "share_point"),
        SharePointTap(point.audit, point.number, not point.is_shared),
    )
    buttons = [button] if point.is_shared or may_share else []
    turn.show(screen, Keyboard.flow(buttons) + way_back(PointsTap()))
    return At.POINTS


def share_point(turn: Turn, tap: SharePointTap) -> AnyState:
    """Share a strong point, or take it back; what gives people or the organisation away stays here."""
    point = _point(turn, tap)
    if tap.is_shared and (_names_us(turn, point.text) or _sensitive(point.text)):
        return look_again(turn, PointTap(tap.audit, tap.number))
    turn.work.trends(turn.actor).share(tap.audit, tap.number, turn.now, is_shared=tap.is_shared)
    return show_points(turn, TrendTold.SHARED if tap.is_shared else TrendTold.TAKEN_BACK)


def _point(turn: Turn, tap: PointTap | SharePointTap) -> SharablePoint:
    found = turn.work.trends(turn.actor).sharable()
    point = next((one for one in found if (one.audit, one.number) == (tap.audit, tap.number)), None)
    if point is None:
        raise NotAllowed("point")
    return point


def _names_us(turn: Turn, text: str) -> bool:
    """Say whether a text holds the name of the organisation, or its longest word."""
    name = turn.actor.organisation.name.casefold() if turn.actor.organisation else ""
    words = [word for word in name.split() if len(word) >= _SHORTEST_NAME]
    longest = max(words, key=len, default=name)
    return bool(longest) and longest in text.casefold()


def _sensitive(text: str) -> tuple[PrivacyKind, ...]:
    return tuple(dict.fromkeys(found.kind for found in findings(text)))


TRENDS = Conversation(
    name="trends",
    entry_points=[
        on_command("trends", _kindly(open_trends)),
        on_tap(TrendsTap, _kindly(open_trends)),
        on_tap(TrendPageTap, needs(Permission.SEE_TRENDS, turn_trends)),
        on_tap(TrendFileTap, needs(Permission.SEE_TRENDS, make_file)),
        on_tap(SharedPointsTap, _kindly(show_shared)),
        on_tap(BesidePageTap, _kindly(turn_beside)),
        on_tap(BesideNormTap, _kindly(show_beside_norm)),
        on_tap(TakePartTap, _kindly(open_taking_part)),
        on_tap(DecideTap, _kindly(decide)),
        on_tap(PointsTap, _kindly(open_points)),
        on_tap(PointTap, _kindly(look_again)),
        on_tap(SharePointTap, _kindly(share_point)),
    ],
    states={At.TRENDS: [], At.BESIDE: [], At.TAKING_PART: [], At.POINTS: []},
)

CONVERSATIONS = (TRENDS,)
