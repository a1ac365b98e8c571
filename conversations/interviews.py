"""Interviews: with whom one speaks, and then norm after norm, what is least covered first.

    🎙 Gesprek -> TALKS (when one runs) | FUNCTIONS -> DESCRIBING -> ASKING -> next norm -> ... -> Klaar -> TALKS
                                                           ASKING -> HINTS, MEMBER, PICKING

Stopping asks nothing, and loses nothing: an interview is resumed where it was least covered.
"""

from __future__ import annotations

from conversations.audit_taps import NormOfAuditTap
from conversations.depth import further_button
from conversations.field_desk import At, FieldDesk
from conversations.fieldwork_taps import (
    DescribeTap,
    EndTalkTap,
    FunctionsTap,
    GoOnTap,
    HintsOfNormTap,
    MemberSaysTap,
    NextToAskTap,
    OpenTalkTap,
    PickNormTap,
    QuestionOfNormTap,
    TalksTap,
    TalkTap,
    WhereTap,
)
from conversations.findings import show_norm, told_buttons
from conversations.glossary import terms_button
from conversations.kit import Button, Keyboard, Tap
from conversations.taps import way_back
from domain.audit import Interview
from domain.combination import functions_in
from domain.coverage import Fit, covered_elsewhere, interview_order
from domain.framework import Norm, NormId, Question, WhoCode
from domain.privacy_guard import PrivacyKind
from domain.roles import Permission
from domain.self_evaluation import Purpose
from domain.verdicts import Verdict
from storage.interfaces import NotAllowed
from templates.fieldwork_screens import (
    AskInTalk,
    AskWhereItIs,
    AskWhoIsThis,
    ChooseFunctions,
    FieldEvent,
    FieldNotice,
    ListTalks,
    ShowHintsOfNorm,
    ShowMemberSays,
    ShowTalk,
)
from templates.render import label

_LISTED = 8
_QUOTED = 3

# ----------------------------------------------------------------------------------------- the list


def open_interviews(desk: FieldDesk, _: object) -> At:
    """Go to the interviews: straight to a new one while none is running."""
    if not desk.may(Permission.HOLD_INTERVIEW) or any(interview.is_running for interview in desk.interviews):
        return show_talks(desk)
    return show_functions(desk, 0)


def list_talks(desk: FieldDesk, _: TalksTap) -> At:
    """Show the interviews."""
    return show_talks(desk)


def show_talks(desk: FieldDesk, notice: FieldNotice | None = None) -> At:
    """Show the latest interviews, with the way on in those that are running."""
    may_hold = desk.may(Permission.HOLD_INTERVIEW)
    newest_first = desk.interviews[::-1]
    running = [interview for interview in newest_first if interview.is_running] if may_hold else []
    keyboard = (
        Keyboard.flow([_running_button(desk, interview) for interview in running])
        + Keyboard.flow([Button(label("new_talk"), FunctionsTap(0)) if may_hold else None])
        + Keyboard.grid(4, [_talk_button(interview) for interview in newest_first[:_LISTED]])
        + way_back(None)
    )
    lines = tuple(desk.talk(interview) for interview in newest_first[:_LISTED])
    desk.remember(interview=0)
    desk.show(ListTalks(lines, len(newest_first), may_hold, notice), keyboard)
    return desk.move_to(At.TALKS)


def _running_button(desk: FieldDesk, interview: Interview) -> Button:
    name = "go_on_with_talk" if desk.me in interview.participants else "join_talk"
    return Button(label(name, str(interview.number)), GoOnTap(desk.audit, interview.number))


def _talk_button(interview: Interview) -> Button:
    return Button(label("talk_number", str(interview.number)), TalkTap(interview.number))


# -------------------------------------------------------------------------------------- a new interview


def choose_functions(desk: FieldDesk, tap: FunctionsTap) -> At:
    """Choose with which functions one speaks; more than one may be."""
    return show_functions(desk, tap.chosen)


def show_functions(desk: FieldDesk, chosen: int) -> At:
    """Show every function of the framework; a tap switches it on or off."""
    functions = desk.framework.functions
    buttons = [
        Button(
            label("chosen_function", function.label) if chosen >> place & 1 else function.label,
            FunctionsTap(chosen ^ 1 << place),
        )
        for place, function in enumerate(functions)
    ]
    last = desk.interviews[-1].number if desk.interviews else 0
    start = Button(label("open_talk"), OpenTalkTap(desk.audit, chosen, last)) if chosen else None
    earlier = Button(label("earlier_talks"), TalksTap()) if last else None
    words = tuple(function.label for place, function in enumerate(functions) if chosen >> place & 1)
    desk.show(ChooseFunctions(last + 1, words), Keyboard.flow(buttons, [start], [earlier]) + way_back(None))
    return desk.move_to(At.FUNCTIONS)


def open_talk(desk: FieldDesk, tap: OpenTalkTap) -> At:
    """Open the interview, and ask who is spoken to as function and team."""
    interview = desk.store.open_interview(desk.audit, _codes(desk, tap.chosen), desk.turn.now, seen=tap.seen)
    enter(desk, interview)
    return show_describing(desk)


def _codes(desk: FieldDesk, chosen: int) -> tuple[WhoCode, ...]:
    return tuple(f.code for place, f in enumerate(desk.framework.functions) if chosen >> place & 1)


def enter(desk: FieldDesk, interview: Interview) -> None:
    """Be in this interview from now on; what was recorded in it before counts as brought up."""
    desk.now_is(interview)
    done = tuple(sorted(desk.store.brought_up(desk.audit, interview)))
    desk.remember(interview=interview.number, done=done, question=0, norm=None)


def describe(desk: FieldDesk, tap: DescribeTap) -> At:
    """Ask for function and team."""
    desk.remember(interview=tap.number)
    return show_describing(desk)


def show_describing(desk: FieldDesk, sensitive: tuple[PrivacyKind, ...] = ()) -> At:
    """Ask for function and team; no name."""
    interview = present(desk)
    skip = Button(label("skip_description"), GoOnTap(desk.audit, interview.number))
    desk.show(AskWhoIsThis(desk.talk(interview), sensitive), Keyboard.flow([skip]) + way_back(TalksTap()))
    return desk.move_to(At.DESCRIBING)


def ask_where(desk: FieldDesk, tap: WhereTap) -> At:
    """Ask where the interview is held."""
    desk.remember(interview=tap.number)
    return show_where(desk)


def show_where(desk: FieldDesk, sensitive: tuple[PrivacyKind, ...] = ()) -> At:
    """Ask for the place."""
    interview = present(desk)
    desk.show(AskWhereItIs(desk.talk(interview), sensitive), way_back(TalkTap(interview.number)))
    return desk.move_to(At.WHERE)


def present(desk: FieldDesk) -> Interview:
    """Return the interview that the person is in. Raises NotAllowed when there is none."""
    interview = desk.open_interview
    if interview is None:
        raise NotAllowed("interview")
    return interview


# ---------------------------------------------------------------------------------------- one interview


def open_one(desk: FieldDesk, tap: TalkTap) -> At:
    """Show one interview."""
    return show_talk(desk, desk.interview(tap.number))


def show_talk(desk: FieldDesk, interview: Interview, notice: FieldNotice | None = None) -> At:
    """Show who takes part and how far it is, with what can be done."""
    fits = {fit.norm.id for fit in order(desk, interview, ())}
    brought_up = desk.store.brought_up(desk.audit, interview)
    is_own, may_hold = desk.me in interview.participants, desk.may(Permission.HOLD_INTERVIEW)
    go_on = Button(label("reopen_talk"), GoOnTap(desk.audit, interview.number))
    buttons = [
        (_running_button(desk, interview) if interview.is_running else go_on) if may_hold else None,
        Button(label("describe_talk"), DescribeTap(interview.number)) if is_own and may_hold else None,
        Button(label("where_is_talk"), WhereTap(interview.number)) if is_own and may_hold else None,
        _end_button(desk, interview) if is_own and may_hold and interview.is_running else None,
    ]
    screen = ShowTalk(desk.talk(interview), len(fits), len(brought_up & fits), notice)
    desk.remember(interview=interview.number)
    desk.show(screen, Keyboard.flow(buttons) + way_back(TalksTap()))
    return desk.move_to(At.TALK)


def _end_button(desk: FieldDesk, interview: Interview) -> Button:
    return Button(label("talk_is_done"), EndTalkTap(desk.audit, interview.number))


def go_on(desk: FieldDesk, tap: GoOnTap) -> At:
    """Take part and go on with what is least covered; an interview that was ended runs again."""
    interview = desk.store.resume_interview(desk.audit, tap.number)
    is_new = desk.state is At.DESCRIBING and desk.memory.interview == tap.number
    enter(desk, interview)
    return begin(desk, FieldEvent.TALK_OPENED if is_new else FieldEvent.TALK_GOES_ON)


def begin(desk: FieldDesk, event: FieldEvent) -> At:
    """Show the first norm of the interview."""
    interview = present(desk)
    fits = order(desk, interview, desk.memory.done)
    line = desk.talk(interview)
    words = " · ".join((label("talk_name", str(line.number)), *(word.lower() for word in line.functions)))
    opened = FieldNotice(event, text=words, count=len(fits))
    notice = opened if event is FieldEvent.TALK_OPENED else FieldNotice(event, count=line.number)
    return show_asking(desk, fits[0].norm, notice) if fits else show_talk(desk, interview, notice)


def end_talk(desk: FieldDesk, tap: EndTalkTap) -> At:
    """End the interview; everything was stored already, so nothing is asked."""
    interview = desk.store.end_interview(desk.audit, tap.number, desk.turn.now)
    return show_talks(desk, FieldNotice(FieldEvent.TALK_ENDED, count=interview.number))


# ------------------------------------------------------------------------------------------ norm by norm


def order(desk: FieldDesk, interview: Interview, done: tuple[NormId, ...]) -> tuple[Fit, ...]:
    """Return the norms that suit an interview, in the order in which to bring them up."""
    audit = desk.engagement.audit
    functions = functions_in(interview.functions, desk.framework) if audit.companion else interview.functions
    elsewhere = covered_elsewhere(audit, desk.framework)
    return interview_order(desk.covered(), functions, desk.framework, frozenset(done), elsewhere)


def open_question(desk: FieldDesk, tap: QuestionOfNormTap) -> At:
    """Show a norm with one of its questions; outside an interview what was found there."""
    norm = desk.framework.norm(tap.norm)
    if not desk.memory.interview:
        return show_norm(desk, norm)
    desk.remember(question=tap.index)
    return show_asking(desk, norm)


def show_asking(desk: FieldDesk, norm: Norm, notice: FieldNotice | None = None) -> At:
    """Show a norm with the question that was chosen last; whatever is typed or sent was heard here."""
    interview = present(desk)
    if desk.memory.norm != norm.id:
        desk.remember(question=desk.memory.question if desk.state is At.PICKING else 0)
        desk.remember(seen=_last_receipt(desk, norm))
    count = len(norm.asked)
    index = desk.memory.question % count if count else 0
    question = norm.asked[index] if count else Question("")
    functions = desk.functions(interview)
    screen = AskInTalk(
        desk.header(norm), question.text or None, index, count, functions, source=question.source, notice=notice
    )
    desk.show(screen, told_buttons(desk, notice) + _asking_buttons(desk, interview, norm, notice))
    return desk.move_to(At.ASKING, norm)


def _last_receipt(desk: FieldDesk, norm: Norm) -> int:
    found = desk.store.at_norm(desk.audit, norm.id, limit=1).findings
    return found[0].id if found else 0


def _asking_buttons(desk: FieldDesk, interview: Interview, norm: Norm, notice: FieldNotice | None) -> Keyboard:
    """The way on; after a receipt only what leads on, because its labels take the room."""
    question = Button(label("another_question"), QuestionOfNormTap(norm.id, desk.memory.question + 1))
    onward = Button(label("next_to_ask"), NextToAskTap(norm.id))
    end = _end_button(desk, interview)
    if notice is not None and notice.card is not None:
        return Keyboard.flow([question, onward], [end]) + way_back(TalkTap(interview.number))
    rest = [Button(label("evidence_hints"), HintsOfNormTap(norm.id)), onward]
    pick = Button(label("pick_norm"), PickNormTap(norm.rubric))
    also = [Button(label("member_says"), MemberSaysTap(norm.id)),
            Button(label("findings_of_norm"), NormOfAuditTap(norm.id))]  # fmt: skip
    aside = [terms_button(desk.framework, norm), further_button(desk.framework, norm)]
    several = question if len(norm.asked) > 1 else None
    return Keyboard.flow([several, *rest, pick, end], also, aside) + way_back(TalkTap(interview.number))


def open_next(desk: FieldDesk, tap: NextToAskTap) -> At:
    """Go on with the norm that needs it most; this one counts as brought up."""
    interview = desk.open_interview
    if interview is None:
        return show_talks(desk, FieldNotice(FieldEvent.NOT_IN_TALK))
    desk.remember(done=tuple(dict.fromkeys((*desk.memory.done, tap.norm))))
    fits = order(desk, interview, desk.memory.done)
    following = next((fit.norm for fit in fits if fit.norm.id not in desk.memory.done), None)
    if following is None:
        return show_talk(desk, interview, FieldNotice(FieldEvent.ALL_BROUGHT_UP))
    return show_asking(desk, following)


def open_hints(desk: FieldDesk, tap: HintsOfNormTap) -> At:
    """Show what counts as evidence at a norm."""
    return show_hints(desk, desk.framework.norm(tap.norm))


def show_hints(desk: FieldDesk, norm: Norm, notice: FieldNotice | None = None) -> At:
    """Show what counts as evidence; whatever is sent now is found at this norm."""
    keyboard = told_buttons(desk, notice) + way_back(_back_to(desk, norm))
    desk.show(ShowHintsOfNorm(desk.header(norm), notice), keyboard)
    return desk.move_to(At.HINTS, norm)


def _back_to(desk: FieldDesk, norm: Norm) -> Tap:
    in_interview = bool(desk.memory.interview)
    return QuestionOfNormTap(norm.id, desk.memory.question) if in_interview else NormOfAuditTap(norm.id)


def open_member_says(desk: FieldDesk, tap: MemberSaysTap) -> At:
    """Show what the member says of a norm; nobody here can change it."""
    return show_member_says(desk, desk.framework.norm(tap.norm))


def show_member_says(desk: FieldDesk, norm: Norm, notice: FieldNotice | None = None) -> At:
    """Show the answer of the self-evaluation beside the norm."""
    keyboard = told_buttons(desk, notice) + way_back(_back_to(desk, norm))
    desk.show(_member_screen(desk, norm, notice), keyboard)
    return desk.move_to(At.MEMBER, norm)


def _member_screen(desk: FieldDesk, norm: Norm, notice: FieldNotice | None) -> ShowMemberSays:
    shared = desk.turn.work.audits(desk.turn.actor).shared_evaluation(desk.engagement.audit)
    if shared is None:
        return ShowMemberSays(desk.header(norm), None, notice=notice)
    evaluation, store = shared
    answer = store.answer(evaluation, norm.id)
    texts = [item.text for item in answer.contributions if item.text]
    improvement = answer.improvement.what if answer.improvement and answer.verdict.needs_improvement else ""
    return ShowMemberSays(
        desk.header(norm),
        answer.verdict,
        reason=(answer.reason or "") if answer.verdict is Verdict.NOT_APPLICABLE else "",
        texts=tuple(texts[-_QUOTED:]),
        more=max(0, len(texts) - _QUOTED),
        files=len(answer.contributed(Purpose.EVIDENCE)),
        improvement=improvement or "",
        notice=notice,
        said=desk.framework.words(answer.verdict).short,
    )
