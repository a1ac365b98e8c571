"""Looking back on an audit: a few statements to agree with or not, one to a screen, and a remark.

    message or 🪞 Terugblik -> QUESTION 1 ... 6 -> REMARK (typed, or skipped) -> what was answered -> change one
                                                        the coordinator: -> COLLEAGUES, who get a message
    office: /terugblik -> RESULTS, a period at a time -> remarks (quality officer), workbook, picture

Every tap is kept at once, and can be changed until the evaluation closes. Nobody sees what somebody else answered.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from conversations.acting import needs
from conversations.case_taps import SignalTap
from conversations.evaluation_after_taps import (
    AskColleagueTap,
    AskThemTap,
    BackQuestionTap,
    ClearRemarkTap,
    FinishTap,
    LookBackTap,
    RemarksTap,
    ResultsFileTap,
    ResultsTap,
    ScoreTap,
)
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from conversations.terms import as_addressed
from domain.actors import MembershipId
from domain.audit import AuditId
from domain.audit_evaluation import BackQuestion, EvaluationRules, Side
from domain.privacy_guard import findings
from domain.roles import Permission, Role
from storage.evaluation_interfaces import EvaluationAsk, EvaluationOver, Lookback
from storage.interfaces import NotAllowed
from templates.common_screens import Trouble
from templates.evaluation_after_screens import (
    AnswerLine,
    AskRemark,
    AskScore,
    ChooseColleague,
    ColleagueLine,
    LookbackTold,
    MakeResults,
    ShowLookback,
    ShowRemarks,
    ShowResults,
    TellLookback,
)
from templates.judging_screens import SayNotKept
from templates.render import label, shorten

MAX_REMARK = 2000
PER_PAGE = 8
REMARKS_PAGE = 8
_KEY = "look_back"  # of our part of the data that a person's place holds

G = TypeVar("G")


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    QUESTION = "look_back_question"
    REMARK = "look_back_remark"
    ANSWERS = "look_back_answers"
    COLLEAGUES = "look_back_colleagues"
    RESULTS = "look_back_results"


def _rules(turn: Turn) -> EvaluationRules:
    return turn.work.audit_rules.evaluation


def _questions(turn: Turn, found: Lookback) -> tuple[BackQuestion, ...]:
    return _rules(turn).sides[found.own.side].questions


def _read(turn: Turn, audit: AuditId) -> Lookback:
    return turn.work.audit_evaluations(turn.actor).get(audit, turn.today)


def _writing(step: Callable[[Turn, G], AnyState | None]) -> Callable[[Turn, G], AnyState | None]:
    """Let a step write; when the evaluation has closed meanwhile, show how it is now."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        try:
            return step(turn, given)
        except EvaluationOver:
            return show_answers(turn, given.audit, LookbackTold.OVER)  # type: ignore[attr-defined]  # taps name it

    return guarded


# ------------------------------------------------------------------------------------------------ looking back


def open_lookback(turn: Turn, tap: LookBackTap) -> AnyState | None:
    """Ask what is still open; who answered everything, or comes too late, sees what they answered."""
    found = _read(turn, tap.audit)
    if found.own.is_finished or found.own.window.is_over(turn.today):
        return show_answers(turn, tap.audit)
    unanswered = [n for n, question in enumerate(_questions(turn, found)) if question.id not in found.own.scores]
    return ask(turn, found, unanswered[0]) if unanswered else ask_remark(turn, found)


def open_question(turn: Turn, tap: BackQuestionTap) -> AnyState | None:
    """Ask one question again; after the last comes the remark."""
    found = _read(turn, tap.audit)
    return show_answers(turn, tap.audit) if found.own.window.is_over(turn.today) else ask(turn, found, tap.number)


def ask(turn: Turn, found: Lookback, number: int, told: LookbackTold | None = None) -> At:
    """Show one statement with its five answers."""
    questions, rules, own = _questions(turn, found), _rules(turn), found.own
    if number >= len(questions):
        return ask_remark(turn, found, told)
    number = max(number, 0)
    question = questions[number]
    now = own.scores.get(question.id)
    answers = [
        Button(label("score_given", word) if score == now else word, ScoreTap(own.audit, number, score))
        for score, word in enumerate(rules.answers, 1)
    ]
    around = [
        Button(label("question_before"), BackQuestionTap(own.audit, number - 1)) if number else None,
        Button(label("question_skip"), ScoreTap(own.audit, number, 0)),
    ]
    screen = AskScore(
        found.about, own.side, question, number + 1, len(questions), rules.answers[now - 1] if now else "",
        own.window.closes_on, rules.min_answers, told,
    )  # fmt: skip
    rows = Keyboard(tuple((button,) for button in answers))
    turn.show(screen, rows + Keyboard.flow(around) + way_back(MenuTap()))
    return At.QUESTION


@_writing
def take_score(turn: Turn, tap: ScoreTap) -> AnyState | None:
    """Keep an answer (or that there is none) and go on; after a change of one, back to all of them."""
    found = _read(turn, tap.audit)
    questions = _questions(turn, found)
    if not 0 <= tap.number < len(questions) or not 0 <= tap.score <= len(_rules(turn).answers):
        show_trouble(turn, Trouble.AGED)
        return None
    store = turn.work.audit_evaluations(turn.actor)
    now = store.score(tap.audit, questions[tap.number].id, tap.score or None, turn.today, turn.now)
    if now.own.is_finished:
        return show_answers(turn, tap.audit, LookbackTold.KEPT)
    return ask(turn, now, tap.number + 1)


def ask_remark(turn: Turn, found: Lookback, told: LookbackTold | None = None) -> At:
    """Ask for a remark, which may be left out."""
    audit, last = found.own.audit, len(_questions(turn, found)) - 1
    buttons = [
        Button(label("question_before"), BackQuestionTap(audit, last)),
        Button(label("remark_clear"), ClearRemarkTap(audit)) if found.own.remark else None,
        Button(label("look_back_done" if found.own.remark else "question_skip"), FinishTap(audit)),
        _signal(turn),
    ]
    turn.data[_KEY] = {"audit": audit}
    turn.show(AskRemark(found.about, found.own.remark, told), Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.REMARK


def _signal(turn: Turn) -> Button | None:
    """Lead to passing on what one is not content with, by name: a remark here has none, and cannot be followed up."""
    return Button(label("signal"), SignalTap()) if turn.actor.may(Permission.REPORT_SIGNAL) else None


def take_remark(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed as the remark, unless it looks like data of a person."""
    audit = (turn.data.get(_KEY) or {}).get("audit")
    if audit is None:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    found = _read(turn, AuditId(audit))
    sensitive = tuple(dict.fromkeys(item.kind for item in findings(given.text)))
    if sensitive:
        turn.show(SayNotKept(sensitive), way_back(LookBackTap(AuditId(audit))))
        return None
    if len(given.text.strip()) > MAX_REMARK:
        return ask_remark(turn, found, LookbackTold.TOO_LONG)
    store = turn.work.audit_evaluations(turn.actor)
    try:
        store.remark(found.own.audit, given.text, turn.today, turn.now)
        store.finish(found.own.audit, turn.today, turn.now)
    except EvaluationOver:
        return show_answers(turn, found.own.audit, LookbackTold.OVER)
    return show_answers(turn, found.own.audit, LookbackTold.KEPT, is_new=not found.own.is_finished)


@_writing
def clear_remark(turn: Turn, tap: ClearRemarkTap) -> AnyState | None:
    """Take the remark back."""
    found = turn.work.audit_evaluations(turn.actor).remark(tap.audit, "", turn.today, turn.now)
    return ask_remark(turn, found, LookbackTold.CLEARED)


@_writing
def finish(turn: Turn, tap: FinishTap) -> AnyState | None:
    """Say thank you; from now on nothing reminds of it."""
    turn.work.audit_evaluations(turn.actor).finish(tap.audit, turn.today, turn.now)
    return show_answers(turn, tap.audit)


def show_answers(
    turn: Turn, audit: AuditId, told: LookbackTold | None = None, *, is_new: bool = False
) -> AnyState:  # fmt: skip
    """Show what the person answered, with a way to change each as long as it can be."""
    found = _read(turn, audit)
    own, rules = found.own, _rules(turn)
    words = {question: rules.answers[score - 1] for question, score in own.scores.items()}
    questions = _questions(turn, found)
    lines = tuple(AnswerLine(question, words.get(question.id, "")) for question in questions)
    is_over = own.window.is_over(turn.today)
    screen = ShowLookback(found.about, lines, own.remark, own.window.closes_on, is_over, own.is_finished, told, is_new)
    numbers = [
        Button(label("question_number", str(number + 1)), BackQuestionTap(audit, number))
        for number in range(len(questions))
    ]
    rest = [
        Button(label("look_back_remark"), BackQuestionTap(audit, len(questions))),
        Button(label("ask_colleague"), AskColleagueTap(audit, 0)) if found.may_ask else None,
    ]
    keyboard = Keyboard.flow([_signal(turn)]) if is_over else Keyboard.flow(numbers, [*rest, _signal(turn)])
    turn.show(screen, keyboard + way_back(MenuTap()))
    return At.ANSWERS


# ------------------------------------------------------------------------------------------------ colleagues


def open_colleagues(turn: Turn, tap: AskColleagueTap) -> AnyState:
    """Show who else of the member could look back."""
    if _read(turn, tap.audit).own.window.is_over(turn.today):
        return show_answers(turn, tap.audit, LookbackTold.OVER)
    return show_colleagues(turn, tap.audit, tap.page)


def show_colleagues(turn: Turn, audit: AuditId, page: int, *, asked: str = "", failed: str = "") -> AnyState:
    """Show a page of colleagues, with a button for who was not asked yet."""
    known = turn.work.audit_evaluations(turn.actor).asked(audit)
    colleagues = [one for one in turn.work.people(turn.actor).colleagues() if one.role is Role.COLLEAGUE]
    pages = max(1, -(-len(colleagues) // PER_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = colleagues[page * PER_PAGE : (page + 1) * PER_PAGE]
    lines = tuple(ColleagueLine(one.name, one.person in known) for one in shown)
    buttons = [
        Button(shorten(one.name, 24), AskThemTap(audit, one.membership, page))
        for one in shown
        if one.person not in known
    ]
    turning = [
        Button(label("earlier_page"), AskColleagueTap(audit, page - 1)) if page else None,
        Button(label("later_page"), AskColleagueTap(audit, page + 1)) if page + 1 < pages else None,
    ]
    screen = ChooseColleague(lines, page, pages, asked, failed)
    turn.show(screen, Keyboard.flow(buttons, turning) + way_back(LookBackTap(audit)))
    return At.COLLEAGUES


@_writing
def ask_colleague(turn: Turn, tap: AskThemTap) -> AnyState | None:
    """Send a colleague the question to look back as well."""
    store, people = turn.work.audit_evaluations(turn.actor), turn.work.people(turn.actor)
    name = people.colleague(tap.membership).name
    sent = store.ask(tap.audit, tap.membership, turn.today, turn.now)
    if sent is None:
        return show_colleagues(turn, tap.audit, tap.page, failed=name)
    turn.say(ask_screen(sent, _rules(turn), asked_by=turn.actor.name), ask_keyboard(sent), to_chat=sent.chat)
    return show_colleagues(turn, tap.audit, tap.page, asked=name)


def ask_screen(ask: EvaluationAsk, rules: EvaluationRules, asked_by: str = "") -> TellLookback:
    """Return the message that an audit can be looked back on; the heartbeat sends it as well."""
    questions = len(rules.sides[ask.side].questions)
    return TellLookback(ask.about, ask.side, questions, ask.closes_on, ask.is_reminder, asked_by)


def ask_keyboard(ask: EvaluationAsk) -> Keyboard:
    """Return the one button below that message; it leads into the role that it was sent to."""
    begin = Button(label("look_back_begin"), LookBackTap(ask.audit, MembershipId(ask.membership)))
    return Keyboard.flow([begin]) + way_back(None)


# ------------------------------------------------------------------------------------------------ the CI


def open_results(turn: Turn, _: object) -> AnyState:
    """Show the newest period that is over."""
    return show_results(turn, 0)


def turn_results(turn: Turn, tap: ResultsTap) -> AnyState:
    """Show another period."""
    return show_results(turn, tap.page)


def show_results(turn: Turn, page: int) -> AnyState:
    """Show what was answered in one period."""
    found = turn.work.audit_evaluations(turn.actor).results(turn.today)
    periods = list(dict.fromkeys(result.period for result in found))
    page = min(max(page, 0), max(0, len(periods) - 1))
    period = periods[page] if periods else None
    may_read = turn.actor.may(Permission.READ_REMARKS)
    office = turn.actor.organisation.name if turn.actor.organisation else ""
    sides = tuple(result for result in found if result.period == period)
    screen = ShowResults(office, period, sides, _rules(turn).min_answers, may_read)
    has_any = any(result.is_shown for result in found)
    buttons = [
        Button(label("period_before"), ResultsTap(page + 1)) if page + 1 < len(periods) else None,
        Button(label("period_after"), ResultsTap(page - 1)) if page else None,
    ]
    files = [
        Button(label("results_excel"), ResultsFileTap(is_picture=False)) if has_any else None,
        Button(label("results_picture"), ResultsFileTap(is_picture=True)) if has_any else None,
        Button(label("read_remarks"), RemarksTap(0)) if may_read else None,
    ]
    turn.show(screen, Keyboard.flow(buttons, files) + way_back(MenuTap()))
    return At.RESULTS


def show_remarks(turn: Turn, tap: RemarksTap) -> AnyState:
    """Show a page of remarks of one side in one period."""
    found = turn.work.audit_evaluations(turn.actor).remarks(turn.today)
    newest = sorted(found, key=lambda key: (-key[0].year, -key[0].number, list(Side).index(key[1])))
    pages = [
        (key, found[key][start : start + REMARKS_PAGE])
        for key in newest
        for start in range(0, len(found[key]), REMARKS_PAGE)
    ]
    page = min(max(tap.page, 0), max(0, len(pages) - 1))
    (period, side), remarks = pages[page] if pages else ((None, Side.AUDITORS), ())
    turning = [
        Button(label("earlier_page"), RemarksTap(page - 1)) if page else None,
        Button(label("later_page"), RemarksTap(page + 1)) if page + 1 < len(pages) else None,
    ]
    screen = ShowRemarks(period, side, remarks, _rules(turn).min_answers)
    turn.show(screen, Keyboard.flow(turning) + way_back(ResultsTap(0)))
    return At.RESULTS


def make_file(turn: Turn, tap: ResultsFileTap) -> AnyState:
    """Queue the workbook or the picture; it comes as a message of its own."""
    turn.job("evaluation_results", is_picture=tap.is_picture)
    turn.show(MakeResults(tap.is_picture), way_back(ResultsTap(0)))
    return At.RESULTS


def _kindly(step: Callable[[Turn, G], AnyState | None]) -> Callable[[Turn, G], AnyState | None]:
    """Let an audit that is not the person's to look back on be an ordinary refusal."""

    def guarded(turn: Turn, given: G) -> AnyState | None:
        try:
            return step(turn, given)
        except NotAllowed:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None

    return guarded


EVALUATION_AFTER = Conversation(
    name="evaluation_after",
    entry_points=[
        on_command("terugblik", needs(Permission.SEE_EVALUATIONS, open_results)),
        on_tap(LookBackTap, as_addressed(open_lookback)),
        on_tap(BackQuestionTap, _kindly(open_question)),
        on_tap(ScoreTap, _kindly(take_score)),
        on_tap(ClearRemarkTap, _kindly(clear_remark)),
        on_tap(FinishTap, _kindly(finish)),
        on_tap(AskColleagueTap, _kindly(open_colleagues)),
        on_tap(AskThemTap, _kindly(ask_colleague)),
        on_tap(ResultsTap, needs(Permission.SEE_EVALUATIONS, turn_results)),
        on_tap(RemarksTap, needs(Permission.READ_REMARKS, show_remarks)),
        on_tap(ResultsFileTap, needs(Permission.SEE_EVALUATIONS, make_file)),
    ],
    states={
        At.QUESTION: [],
        At.REMARK: [on_text(_kindly(take_remark))],
        At.ANSWERS: [],
        At.COLLEAGUES: [],
        At.RESULTS: [],
    },
)

CONVERSATIONS = (EVALUATION_AFTER,)
