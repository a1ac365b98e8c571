"""The menu of who works on cases, and the casusregister: looking things up, what a year comes to, and documents.

menu: what waits, by its term -> a case
📒 Casusregister -> LIST, typed text searches -> a case | 📊 what a period comes to | Word, Excel, anonymous
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from conversations.acting import Step
from conversations.appeal_office import waiting_appeals
from conversations.appeal_taps import AppealsTap
from conversations.case_desk import hours_of
from conversations.case_taps import (
    OPENS,
    CasesTap,
    CaseTap,
    ExportTap,
    FilterTap,
    Form,
    ProcedureTap,
    ReviewDocumentTap,
    ReviewTap,
    SignalTap,
)
from conversations.evaluation_after_taps import ResultsTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, SettingsTap, SwitchRoleTap, way_back
from conversations.trend_taps import TrendsTap
from domain.actors import Membership
from domain.cases import CaseFilter, CaseKind, CaseRow, Which, period_of, review
from domain.roles import Permission
from storage.case_interfaces import CasePage
from storage.complaint_interfaces import Dossier
from templates.case_screens import CaseMenuLine, ShowCaseMenu, ShowCaseRegister, ShowReview
from templates.common_screens import Trouble
from templates.people_screens import MenuNews
from templates.render import label

G = TypeVar("G")

PAGE = 8
MAX_LINES = 8
_KEY = "cases"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    MENU = "case_menu"
    LIST = "case_list"
    REVIEW = "case_review"


def working(step: Step[G]) -> Step[G]:
    """Return a step for who keeps or handles cases; storage refuses as well."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        if not (turn.actor.may(Permission.KEEP_CASES) or turn.actor.may(Permission.HANDLE_CASES)):
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        return step(turn, given)

    return guarded


# ---------------------------------------------------------------------------------------------------- the menu


def show_case_menu(turn: Turn, membership: Membership, news: MenuNews | None = None) -> At:
    """Show what waits for somebody who works on cases."""
    store = turn.work.complaints(turn.actor)
    found = store.waiting(MAX_LINES)
    lines = tuple(_line(turn, case) for case in found)
    more = store.how_many_wait() - len(lines)
    screen = ShowCaseMenu(membership.organisation.name, membership.role, lines, more, news, waiting_appeals(turn))
    cases = [Button(_sign(line) + line.number, CaseTap(case.id)) for case, line in zip(found, lines, strict=False)]
    around = [
        Button(label("case_register"), CasesTap()),
        Button(label("case_review"), ReviewTap(0, 0)) if turn.actor.may(Permission.KEEP_CASES) else None,
        Button(label("appeals"), AppealsTap()) if turn.actor.may(Permission.KEEP_CASES) else None,
        Button(label("results_of_audits"), ResultsTap(0)) if turn.actor.may(Permission.SEE_EVALUATIONS) else None,
        Button(label("trends"), TrendsTap()) if turn.actor.may(Permission.SEE_TRENDS) else None,
        Button(label("case_procedure"), ProcedureTap()) if turn.actor.may(Permission.KEEP_CASES) else None,
        Button(label("signal"), SignalTap()),
        Button(label("menu_settings"), SettingsTap()),
        Button(label("switch_role"), SwitchRoleTap()) if len(turn.actor.memberships) > 1 else None,
    ]
    turn.show(screen, Keyboard.flow(cases, around))
    return At.MENU


def _line(turn: Turn, case: Dossier) -> CaseMenuLine:
    is_late = case.term is not None and case.term.is_late(turn.now)
    return CaseMenuLine(case.number, case.complaint.state, case.term, is_late, hours_of(case, turn))


def _sign(line: CaseMenuLine) -> str:
    return "❗️ " if line.is_late else ""


# ------------------------------------------------------------------------------------------------- the register


def open_register(turn: Turn, tap: CasesTap) -> At:
    """Show a page of the register."""
    return show_register(turn, tap.page)


def start_register(turn: Turn, _: object) -> At:
    """Show the register from the first page."""
    return show_register(turn, 0)


def change_filter(turn: Turn, tap: FilterTap) -> At:
    """Show other cases; what was searched for stays."""
    kept = turn.data.get(_KEY) or {}
    turn.data[_KEY] = {"which": tap.which.value, "kind": tap.kind, "year": tap.year, "words": kept.get("words", "")}
    return show_register(turn, 0)


def search(turn: Turn, given: TextGiven) -> At:
    """Search for what was typed; a dot or dash shows everything again."""
    kept = dict(turn.data.get(_KEY) or {})
    words = given.text.strip()[:60]
    turn.data[_KEY] = kept | {"words": "" if words in (".", "-") else words, "which": Which.ALL.value}
    return show_register(turn, 0)


def wanted_of(kept: dict[str, Any]) -> CaseFilter:
    """Return what somebody looks for, as their place remembers it."""
    kind, year = kept.get("kind"), kept.get("year")
    return CaseFilter(
        Which(kept["which"]) if kept.get("which") in frozenset(Which) else Which.OPEN,
        CaseKind(kind) if kind in frozenset(CaseKind) else None,
        year if isinstance(year, int) else None,
        str(kept.get("words", "")),
    )


def show_register(turn: Turn, page: int, *, is_coming: bool = False) -> At:
    """Show a page of the cases that are looked for."""
    wanted = wanted_of(turn.data.get(_KEY) or {})
    is_search = bool(wanted.words.strip())
    found = turn.work.cases(turn.actor).page(wanted, page if is_search else page * PAGE, PAGE)
    numbers = [Button(str(number), _opening(row)) for number, row in enumerate(found.rows, 1)]
    documents = [Button(label("case_document", form), ExportTap(form)) for form in _forms(turn)]
    if is_search:
        page, pages, searched = 0, 1, found.further if found.further is not None else found.among
        turning = _searching(found)
    else:
        page, pages, searched = found.first // PAGE, max(1, -(-found.total // PAGE)), 0
        turning = [
            Button(label("earlier_page"), CasesTap(page - 1)) if page else None,
            Button(label("later_page"), CasesTap(page + 1)) if found.further is not None else None,
        ]
    screen = ShowCaseRegister(found.rows, found.total, page, pages, wanted, is_coming, searched, found.among)
    keyboard = Keyboard.grid(4, numbers) + Keyboard.flow(turning, _filters(found, wanted), documents)
    turn.show(screen, keyboard + way_back(MenuTap()))
    return At.LIST


def _searching(found: CasePage) -> list[Button | None]:
    """Return the way on from where a search stopped, and back to where it began."""
    return [
        Button(label("search_again"), CasesTap(0)) if found.first else None,
        Button(label("search_further"), CasesTap(found.further)) if found.further is not None else None,
    ]


def _opening(row: CaseRow) -> Tap:
    return OPENS[row.kind](row.id)


def _forms(turn: Turn) -> tuple[Form, ...]:
    return tuple(Form) if turn.actor.may(Permission.KEEP_CASES) else ()


def _filters(found: CasePage, wanted: CaseFilter) -> list[Button]:
    """Return what else can be shown: open or closed, and the next kind and year that there are."""
    others = [which for which in Which if which is not wanted.which]
    buttons = [Button(label("case_which", which), FilterTap(which, wanted.kind, wanted.year)) for which in others]
    kinds: list[CaseKind | None] = [None, *found.kinds]
    years: list[int | None] = [None, *found.years]
    kind, year = _following(kinds, wanted.kind), _following(years, wanted.year)
    if len(kinds) > 2:
        buttons.append(Button(label("case_kind", kind or "all"), FilterTap(wanted.which, kind, wanted.year)))
    if len(years) > 2:
        buttons.append(Button(label("case_year", str(year or "")), FilterTap(wanted.which, wanted.kind, year)))
    return buttons


def _following(options: list[Any], current: Any) -> Any:
    """Return the option after this one, the first after the last."""
    at = options.index(current) if current in options else -1
    return options[(at + 1) % len(options)]


# ---------------------------------------------------------------------------------------------- what a period says


def show_review(turn: Turn, tap: ReviewTap, *, is_coming: bool = False) -> AnyState | None:
    """Show what a year or quarter comes to, for the management review and the core group."""
    if not turn.actor.may(Permission.KEEP_CASES):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    year = tap.year if 2000 <= tap.year <= 2999 else turn.today.year
    quarter = tap.quarter if 1 <= tap.quarter <= 4 else 0
    period = period_of(year, quarter)
    found = review(turn.work.cases(turn.actor).rows(*period), *period)
    rules = turn.work.case_settings(turn.actor).choice().procedure
    labels = turn.work.audit_rules.cases.theme_labels
    themes = sorted(found.themes.items(), key=lambda item: (-item[1], item[0]))
    named = tuple((labels.get(theme, theme), count) for theme, count in themes)
    screen = ShowReview(found, quarter, named, rules.complaint.learning, is_coming)
    quarters = [
        Button(label("review_quarter", str(one)), ReviewTap(year, one)) for one in (1, 2, 3, 4) if one != quarter
    ]
    years = [
        Button(label("review_year", str(year)), ReviewTap(year, 0)) if quarter else None,
        Button(label("review_year", str(year - 1)), ReviewTap(year - 1, 0)),
        Button(label("review_year", str(year + 1)), ReviewTap(year + 1, 0)) if year < turn.today.year else None,
    ]
    turn.data[_KEY] = {"which": Which.ALL.value, "kind": None, "year": year, "words": ""}
    documents = [Button(label("review_document"), ReviewDocumentTap(year, quarter))]
    turn.show(screen, Keyboard.flow(quarters, years, documents) + way_back(CasesTap()))
    return At.REVIEW


def export_review(turn: Turn, tap: ReviewDocumentTap) -> AnyState | None:
    """Have what a period comes to made as a document without names."""
    if not turn.actor.may(Permission.KEEP_CASES):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    state = show_review(turn, ReviewTap(tap.year, tap.quarter), is_coming=True)
    year = tap.year if 2000 <= tap.year <= 2999 else turn.today.year
    turn.job("case_review", year=year, quarter=tap.quarter if 1 <= tap.quarter <= 4 else 0)
    return state


def export(turn: Turn, tap: ExportTap) -> AnyState | None:
    """Have the cases that are looked for made as a document."""
    if not turn.actor.may(Permission.KEEP_CASES):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    wanted = wanted_of(turn.data.get(_KEY) or {})
    turn.job(
        "case_register", form=tap.form.value, which=wanted.which.value, kind=wanted.kind, year=wanted.year,
        words=wanted.words,
    )  # fmt: skip
    return show_register(turn, 0, is_coming=True)


REGISTER = Conversation(
    name="case_register",
    entry_points=[
        on_command("casusregister", working(start_register)),
        on_tap(CasesTap, working(open_register)),
        on_tap(FilterTap, working(change_filter)),
        on_tap(ReviewTap, working(show_review)),
        on_tap(ReviewDocumentTap, working(export_review)),
        on_tap(ExportTap, working(export)),
    ],
    states={At.MENU: [on_text(working(search))], At.LIST: [on_text(working(search))], At.REVIEW: []},
)

CONVERSATIONS = (REGISTER,)
