"""One norm: the screen, the verdict, and the questions that a verdict leads to.

    NORM -> Voldoet      -> EXAMPLE -> next open norm
         -> Deels, Niet  -> VISIBLE -> WHAT -> WHO -> WHEN -> RECAP -> next open norm
         -> N.v.t.       -> REASON -> RECAP -> next open norm

A verdict takes one tap and the next norm is then one tap away; every question may be skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date

from conversations.depth import further_button
from conversations.evaluation_desk import At, Desk, about_norm, fingerprint
from conversations.evaluation_taps import (
    Ask,
    AskTap,
    ChooseTap,
    DueOnTap,
    DueTap,
    GivenTap,
    HintsTap,
    KeepTap,
    MyselfTap,
    NextTap,
    PickDateTap,
    QuestionTap,
    UndoTap,
    UseWordsTap,
    VerdictTap,
    WithdrawTap,
)
from conversations.fallback import ask_what_is_meant, show_trouble
from conversations.glossary import terms_button
from conversations.kit import Button, Keyboard, State, Tap, TextGiven, Turn
from conversations.overview import CELEBRATE_ALL, CELEBRATE_NEW, CELEBRATE_OWN, covered_button, show_overview
from conversations.round_taps import EarlierTap
from conversations.takeover_taps import GiveBackTap, OtherFrameworkTap
from conversations.taps import NormTap, OverviewTap, way_back
from conversations.trend_taps import BesideNormTap
from domain.dates import add_months, last_day
from domain.framework import Norm, NormId
from domain.norm_search import bare_norm_id
from domain.progress import next_open
from domain.roles import Permission
from domain.self_evaluation import Answer, ContributionId, Purpose
from domain.takeover import near
from domain.verdicts import JUDGED_VERDICTS, Verdict
from storage.interfaces import ChangedMeanwhile
from templates.common_screens import Trouble
from templates.evaluation_screens import (
    AskExample,
    AskImprovement,
    AskReason,
    AskVisible,
    AskWhen,
    AskWho,
    Filter,
    Happened,
    Notice,
    Part,
    PickDate,
    ShowConflict,
    ShowHints,
    ShowNorm,
    ShowQuestion,
    ShowRecap,
)
from templates.render import label

View = Callable[[Desk, Norm, Notice | None], At]

_UNDOABLE = (
    Happened.STORED,
    Happened.ALBUM,
    Happened.EDITED,
    Happened.SUMMARISED,
    Happened.NO_DATE,
    Happened.TOO_LARGE,
)
SHOWN_EXPLANATIONS = 2
MONTHS_OFFERED = (1, 3, 6)
MONTHS_TO_PICK = 12

# -------------------------------------------------------------------------------- the norm screen


@about_norm
def open_norm(desk: Desk, norm: Norm, _: NormTap) -> At:
    """Open a norm."""
    return show_norm(desk, norm)


def open_typed_norm(turn: Turn, given: TextGiven) -> State | None:
    """Open the norm that somebody typed where no text is expected ("D9"); anything else is asked about."""
    evaluations = turn.work.evaluations(turn.actor)
    evaluation = evaluations.current() if turn.actor.may(Permission.READ_EVALUATION) else None
    norm = bare_norm_id(given.text, evaluations.framework(evaluation)) if evaluation else None
    if norm is None:
        ask_what_is_meant(turn, given)
        return None
    return open_norm(turn, NormTap(norm))


def show_norm(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show a norm with everything that was said about it."""
    answer = desk.answer(norm)
    explanations = answer.contributed(Purpose.EXPLANATION)
    screen = ShowNorm(
        desk.header(norm),
        who=function_names(desk, norm),
        explanations=tuple(desk.quote(item) for item in explanations[-SHOWN_EXPLANATIONS:]),
        more_explanations=max(0, len(explanations) - SHOWN_EXPLANATIONS),
        evidence=len(answer.contributed(Purpose.EVIDENCE)),
        replies=len(answer.contributed(Purpose.REPLY)),
        reason=answer.reason if answer.verdict is Verdict.NOT_APPLICABLE else None,
        improvement=answer.improvement if answer.verdict.needs_improvement else None,
        assigned=tuple(filter(None, (desk.name(person) for person in desk.assignments.get(norm.id, ())))),
        may_write=desk.may_write,
        is_closed=not desk.evaluation.is_open,
        notice=notice,
    )
    desk.show(screen, norm_keyboard(desk, norm, answer, notice))
    see(desk, answer)
    return desk.move_to(At.NORM, norm)


def see(desk: Desk, answer: Answer) -> None:
    """Remember up to which receipt this person has seen what lies at a norm."""
    desk.remember(seen=max((item.id for item in answer.contributions), default=0))


def function_names(desk: Desk, norm: Norm) -> tuple[str, ...]:
    """Return for whom a norm is meant, in the words of the framework."""
    words = {function.code: function.label for function in desk.framework.functions}
    return tuple(words.get(code, code) for code in norm.who)


def norm_keyboard(desk: Desk, norm: Norm, answer: Answer, notice: Notice | None) -> Keyboard:
    """Verdicts on top, three to a row: a fourth would shrink the labels on a small phone."""
    offered = (*JUDGED_VERDICTS, Verdict.NOT_APPLICABLE) if desk.may_write else ()
    verdicts = [verdict_button(desk, norm, answer, verdict) for verdict in offered]
    questions = Button(label("norm_questions"), QuestionTap(norm.id, 0))
    hints = Button(label("norm_evidence"), HintsTap(norm.id))
    keyboard = Keyboard.flow(
        verdicts[:3],
        [*verdicts[3:], questions, hints],
        notice_buttons(desk, notice, NormTap(norm.id)),
        [_given_button(norm, answer), _more_button(desk, norm, answer), _earlier_button(desk, norm)],
        [_other_framework_button(desk, norm)],
        [terms_button(desk.framework, norm)],
        neighbour_buttons(desk, norm),
    )
    return keyboard + way_back(ChooseTap(norm.rubric, desk.memory.filter))


def verdict_button(desk: Desk, norm: Norm, answer: Answer, verdict: Verdict) -> Button:
    """Return the button of a verdict, with a tick when it is the present one."""
    words = f"{label('verdict_sign', verdict)} {desk.framework.words(verdict).short}"
    chosen = f"{words} ✓" if verdict is answer.verdict else words
    return Button(chosen, VerdictTap(desk.evaluation.id, norm.id, verdict, answer.version))


def _given_button(norm: Norm, answer: Answer) -> Button | None:
    count = len(answer.contributions)
    return Button(label("norm_given", str(count)), GivenTap(norm.id, 0)) if count else None


def _more_button(desk: Desk, norm: Norm, answer: Answer) -> Button | None:
    """The improvement or the reason, where the verdict asks for one."""
    if not desk.may_write:
        return None
    if answer.verdict.needs_improvement:
        return Button(label("improve_norm"), AskTap(norm.id, Ask.WHAT))
    if answer.verdict is Verdict.NOT_APPLICABLE:
        return Button(label("not_applicable_reason"), AskTap(norm.id, Ask.REASON))
    return None


def _earlier_button(desk: Desk, norm: Norm) -> Button | None:
    """What was said of it in the round before."""
    before = desk.evaluation.round - 1
    return Button(label("earlier_round", str(before)), EarlierTap(norm.id)) if before else None


def _other_framework_button(desk: Desk, norm: Norm) -> Button | None:
    """What was said of it in another framework."""
    mapping = desk.framework.mapping
    has_any = desk.beside is not None and mapping is not None and near(mapping, desk.framework.id, norm.id)
    return Button(label("from_other_framework"), OtherFrameworkTap(norm.id)) if has_any else None


def neighbour_buttons(desk: Desk, norm: Norm) -> list[Button | None]:
    """Browse in the order of the framework, or through one's own or the new norms; the last leads to what is open."""
    before, after = _neighbours(desk, norm)
    following: Tap = NormTap(after.id) if after else NextTap(norm.id)
    return [
        Button(label("previous_norm"), NormTap(before.id)) if before else None,
        Button(label("evaluation_overview"), OverviewTap()),
        Button(label("next_norm"), following),
    ]


def _neighbours(desk: Desk, norm: Norm) -> tuple[Norm | None, Norm | None]:
    chosen = _chosen(desk)
    if norm.id not in chosen:
        return desk.framework.before(norm), desk.framework.after(norm)
    own = [other for other in desk.framework.norms if other.id in chosen]
    place = own.index(norm)
    return own[place - 1] if place else None, own[place + 1] if place + 1 < len(own) else None


def _chosen(desk: Desk) -> Collection[NormId]:
    """Return the norms that the person chose to walk through; empty for all."""
    match desk.memory.filter:
        case Filter.MINE:
            return desk.own
        case Filter.NEW:
            return desk.new
        case _:
            return ()


@about_norm
def open_next(desk: Desk, norm: Norm, _: NextTap) -> At:
    """Open the next norm without a verdict, one's own first; when there is none left, celebrate."""
    walks_new = desk.memory.filter is Filter.NEW and norm.id in desk.new
    following = next_open(desk.framework, desk.verdicts, norm.id, desk.new if walks_new else desk.own)
    if following is None:
        return show_overview(desk, CELEBRATE_ALL)
    if walks_new:
        return show_norm(desk, following) if following.id in desk.new else show_overview(desk, CELEBRATE_NEW)
    if norm.id in desk.own and following.id not in desk.own:
        return show_overview(desk, CELEBRATE_OWN)
    return show_norm(desk, following)


# ----------------------------------------------------------------------------- what a notice offers


def notice_buttons(desk: Desk, notice: Notice | None, again: Tap) -> list[Button]:
    """Return what can be done about what just happened; `again` shows the same screen without it."""
    if notice is None or notice.norm is None:
        return []
    if notice.what is Happened.JUMPED:
        return _keep_buttons(desk, notice)
    if notice.what is Happened.TAKEN_OVER:
        return _taken_over_buttons(desk, notice, notice.norm)
    if notice.sensitive:
        return [_take_away(desk, notice), Button(label("leave_it_there"), again)]
    if notice.what is Happened.TAKEN_MEANWHILE:
        use = UseWordsTap(desk.evaluation.id, notice.norm, Ask(notice.text), ContributionId(notice.receipt or 0))
        return [Button(label("use_my_words"), use), Button(label("leave_theirs"), again)]
    if notice.meanwhile:
        return [
            Button(label("leave_both"), again),
            Button(label("take_mine_away"), _withdraw_tap(desk, notice)),
        ]
    if notice.what in _UNDOABLE and (notice.receipt is not None or notice.part is not Part.CONTRIBUTION):
        return [Button(label("undo_write"), undo_tap(desk, notice))]
    return []


def _taken_over_buttons(desk: Desk, notice: Notice, norm: NormId) -> list[Button]:
    """Undo all of it, or go on with the next norm for which there is something to take over."""
    version = desk.answer(desk.framework.norm(norm)).version if notice.verdict is not None else 0
    undo = GiveBackTap(desk.evaluation.id, norm, notice.receipt or 0, notice.count, version)
    onward = covered_button(desk, norm)
    return [Button(label("undo_write"), undo), *([onward] if onward else [])]


def undo_tap(desk: Desk, notice: Notice) -> UndoTap:
    """Return the tap that undoes what a notice tells."""
    return UndoTap(desk.evaluation.id, notice.norm or NormId(""), notice.part, notice.receipt)


def _withdraw_tap(desk: Desk, notice: Notice) -> WithdrawTap:
    return WithdrawTap(desk.evaluation.id, notice.norm or NormId(""), ContributionId(notice.receipt or 0))


def _take_away(desk: Desk, notice: Notice) -> Button:
    is_contribution = notice.receipt is not None and notice.part is not Part.ALBUM
    tap = _withdraw_tap(desk, notice) if is_contribution else undo_tap(desk, notice)
    return Button(label("take_it_away"), tap)


def _keep_buttons(desk: Desk, notice: Notice) -> list[Button]:
    """The typed id was a way to that norm; if it was meant as text, it is kept where it was typed."""
    message = desk.turn.incoming.message_id or 0
    if notice.norm is None or not desk.may_write:
        return []
    tap = KeepTap(desk.evaluation.id, notice.norm, NormId(notice.text), message)
    return [Button(label("keep_anyway"), tap)]


# ------------------------------------------------------------------------------------ the verdict


@about_norm
def record_verdict(desk: Desk, norm: Norm, tap: VerdictTap) -> At | None:
    """Store the verdict, then ask how practice shows it, what can be better, or why it does not apply."""
    if tap.verdict is Verdict.NOT_ASSESSED:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    try:
        answer = desk.store.record_verdict(desk.evaluation, norm.id, tap.verdict, seen=tap.version, at=desk.turn.now)
    except ChangedMeanwhile as changed:
        return show_conflict(desk, norm, tap.verdict, changed.answer)
    desk.now_is(answer)
    if desk.memory.norm != norm.id:
        see(desk, answer)
    view = QUESTIONS[_FIRST_QUESTION[tap.verdict]]
    return view(
        desk, norm, Notice(Happened.STORED, norm.id, Part.VERDICT, verdict=tap.verdict, said=desk.said(tap.verdict))
    )


def show_conflict(desk: Desk, norm: Norm, mine: Verdict, theirs: Answer) -> At:
    """Show what a colleague wrote meanwhile, and let the person choose."""
    desk.now_is(theirs)
    others = [item for item in theirs.contributions if item.author == theirs.updated_by]
    screen = ShowConflict(
        desk.header(norm),
        mine=mine,
        by=desk.name(theirs.updated_by),
        at=theirs.updated_at or desk.turn.now,
        explanation=desk.quote(others[-1]) if others else None,
        said=desk.said(mine),
    )
    insist = VerdictTap(desk.evaluation.id, norm.id, mine, theirs.version)
    buttons = [
        Button(label("my_verdict", desk.framework.words(mine).short), insist),
        Button(label("leave_theirs"), NormTap(norm.id)),
    ]
    desk.show(screen, Keyboard.flow(buttons) + way_back(NormTap(norm.id)))
    return desk.move_to(At.NORM, norm)


# ------------------------------------------------------------------- the questions after a verdict


@about_norm
def ask(desk: Desk, norm: Norm, tap: AskTap) -> At:
    """Ask one of the questions; whoever only reads sees the norm."""
    return QUESTIONS[tap.ask](desk, norm, None) if desk.may_write else show_norm(desk, norm)


def ask_example(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """It is met: how does practice show it."""
    keyboard = _question_keyboard(desk, norm, notice, Ask.EXAMPLE)
    desk.show(AskExample(desk.header(norm), notice=notice), keyboard)
    return desk.move_to(At.EXAMPLE, norm)


def ask_visible(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """It is partly or not met: first what is already there."""
    keyboard = _question_keyboard(desk, norm, notice, Ask.VISIBLE)
    desk.show(AskVisible(desk.header(norm), notice=notice), keyboard)
    return desk.move_to(At.VISIBLE, norm)


def ask_improvement(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """Ask what will get better."""
    action = desk.answer(norm).improvement
    now = action.what if action else None
    desk.remember(asked=fingerprint(now))
    screen = AskImprovement(desk.header(norm), now=now, notice=notice)
    desk.show(screen, _question_keyboard(desk, norm, notice, Ask.WHAT))
    return desk.move_to(At.WHAT, norm)


def ask_who(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """Ask who takes it up; "that is me" takes one tap."""
    action = desk.answer(norm).improvement
    now = action.who if action else None
    desk.remember(asked=fingerprint(now))
    screen = AskWho(desk.header(norm), now=now, notice=notice)
    myself = [Button(label("i_take_it"), MyselfTap(desk.evaluation.id, norm.id))]
    desk.show(screen, _question_keyboard(desk, norm, notice, Ask.WHO, myself))
    return desk.move_to(At.WHO, norm)


def ask_when(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """Ask when it is ready."""
    action = desk.answer(norm).improvement
    screen = AskWhen(desk.header(norm), now=action.due_on if action else None, notice=notice)
    months = [Button(label("within_months", str(m)), DueTap(desk.evaluation.id, norm.id, m)) for m in MONTHS_OFFERED]
    other = Button(label("pick_date"), PickDateTap(norm.id))
    desk.show(screen, _question_keyboard(desk, norm, notice, Ask.WHEN, [*months, other]))
    return desk.move_to(At.WHEN, norm)


def ask_reason(desk: Desk, norm: Norm, notice: Notice | None) -> At:
    """Ask why the norm does not apply; the report needs one line."""
    is_plausible = norm.not_applicable_hint is not None
    now = desk.answer(norm).reason
    desk.remember(asked=fingerprint(now))
    screen = AskReason(desk.header(norm), is_plausible, now=now, notice=notice)
    desk.show(screen, _question_keyboard(desk, norm, notice, Ask.REASON))
    return desk.move_to(At.REASON, norm)


def show_recap(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """The questions are through: show what stands there now, with the next open norm one tap away."""
    answer = desk.answer(norm)
    does_not_apply = answer.verdict is Verdict.NOT_APPLICABLE
    screen = ShowRecap(
        desk.header(norm),
        improvement=answer.improvement,
        reason=answer.reason if does_not_apply else None,
        notice=notice,
    )
    onward = [Button(label("next_norm"), NextTap(norm.id))]
    keyboard = Keyboard.flow(onward, notice_buttons(desk, notice, NormTap(norm.id)))
    desk.show(screen, keyboard + way_back(NormTap(norm.id)))
    return desk.move_to(At.RECAP, norm)


QUESTIONS: Mapping[Ask, View] = {
    Ask.EXAMPLE: ask_example,
    Ask.VISIBLE: ask_visible,
    Ask.WHAT: ask_improvement,
    Ask.WHO: ask_who,
    Ask.WHEN: ask_when,
    Ask.REASON: ask_reason,
}
_FIRST_QUESTION: Mapping[Verdict, Ask] = {
    Verdict.MET: Ask.EXAMPLE,
    Verdict.PARTIAL: Ask.VISIBLE,
    Verdict.NOT_MET: Ask.VISIBLE,
    Verdict.NOT_APPLICABLE: Ask.REASON,
}
#: Which question comes when one is answered or skipped; after the others nothing is left to ask.
QUESTION_AFTER: Mapping[Ask, Ask] = {Ask.VISIBLE: Ask.WHAT, Ask.WHAT: Ask.WHO, Ask.WHO: Ask.WHEN}


def _question_keyboard(
    desk: Desk, norm: Norm, notice: Notice | None, asked: Ask, answers: Iterable[Button] = ()
) -> Keyboard:
    """Skipping leads to the next question, or to the next norm when this was the last."""
    following = QUESTION_AFTER.get(asked)
    skip: Tap = AskTap(norm.id, following) if following else NextTap(norm.id)
    onward = [Button(label("skip_question"), skip), Button(label("next_norm"), NextTap(norm.id))]
    told = notice_buttons(desk, notice, AskTap(norm.id, asked))
    return Keyboard.flow(answers, onward, told) + way_back(NormTap(norm.id))


# ----------------------------------------------------------------------------- answers by one tap


@about_norm
def take_it_up(desk: Desk, norm: Norm, tap: MyselfTap) -> At:
    """The person who taps takes up the improvement."""
    del tap
    me = desk.turn.actor.name
    desk.now_is(desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, who=me))
    return ask_when(desk, norm, Notice(Happened.STORED, norm.id, Part.IMPROVEMENT))


@about_norm
def record_months(desk: Desk, norm: Norm, tap: DueTap) -> At | None:
    """Ready within 1, 3 or 6 months from today."""
    if tap.months not in MONTHS_OFFERED:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return record_due(desk, norm, add_months(desk.turn.today, tap.months))


@about_norm
def record_month(desk: Desk, norm: Norm, tap: DueOnTap) -> At | None:
    """Ready by the end of a month; a month that has passed since the screen was made asks again."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", tap.month):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    day = last_day(int(tap.month[:4]), int(tap.month[5:]))
    if day < desk.turn.today:
        return ask_when(desk, norm, Notice(Happened.PAST_DATE, day=day))
    return record_due(desk, norm, day)


def record_due(desk: Desk, norm: Norm, day: date) -> At:
    """Store when the improvement is ready."""
    desk.now_is(desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, due_on=day))
    return show_recap(desk, norm, Notice(Happened.STORED, norm.id, Part.IMPROVEMENT))


@about_norm
def pick_date(desk: Desk, norm: Norm, _: PickDateTap) -> At:
    """Offer the ends of the coming months; typing a date works as well."""
    ends = [add_months(desk.turn.today.replace(day=1), ahead) for ahead in range(MONTHS_TO_PICK)]
    buttons = [_month_button(desk, norm, first) for first in ends]
    keyboard = Keyboard.grid(3, buttons) + way_back(AskTap(norm.id, Ask.WHEN))
    desk.show(PickDate(desk.header(norm)), keyboard)
    return desk.move_to(At.WHEN, norm)


def _month_button(desk: Desk, norm: Norm, first: date) -> Button:
    tap = DueOnTap(desk.evaluation.id, norm.id, f"{first:%Y-%m}")
    return Button(label("end_of_month", str(first.month)), tap)


# ------------------------------------------------------------------------- questions and evidence


@about_norm
def show_question(desk: Desk, norm: Norm, tap: QuestionTap) -> At | None:
    """Show one of the questions that an auditor might ask."""
    if not norm.asked:
        return show_norm(desk, norm)
    desk.remember(question=tap.index % len(norm.asked))
    return ask_question(desk, norm)


def ask_question(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show the question that was chosen last; whatever is typed or spoken answers it."""
    count = len(norm.asked)
    if not count:  # the imported ones were withdrawn meanwhile
        return show_norm(desk, norm, notice)
    index = desk.memory.question % count
    question = norm.asked[index]
    screen = ShowQuestion(
        desk.header(norm), question.text, index, count, casework=norm.casework, source=question.source, notice=notice
    )
    others = [
        Button(label("other_question"), QuestionTap(norm.id, (index + 1) % count)) if count > 1 else None,
        Button(label("norm_evidence"), HintsTap(norm.id)),
        further_button(desk.framework, norm),
        Button(label("how_others_do"), BesideNormTap(norm.id)) if desk.may_write else None,
    ]
    told = notice_buttons(desk, notice, QuestionTap(norm.id, index))
    desk.show(screen, Keyboard.flow(others, told, neighbour_buttons(desk, norm)) + way_back(NormTap(norm.id)))
    return desk.move_to(At.QUESTION, norm)


@about_norm
def show_hints(desk: Desk, norm: Norm, _: HintsTap) -> At:
    """Show what counts as evidence."""
    return list_hints(desk, norm)


def list_hints(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show what counts as evidence; whatever is sent now is evidence."""
    others = [Button(label("norm_questions"), QuestionTap(norm.id, 0))]
    told = notice_buttons(desk, notice, HintsTap(norm.id))
    keyboard = Keyboard.flow(others, told, neighbour_buttons(desk, norm)) + way_back(NormTap(norm.id))
    desk.show(ShowHints(desk.header(norm), notice=notice), keyboard)
    return desk.move_to(At.HINTS, norm)
