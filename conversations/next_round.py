"""The next round of the self-evaluation: per norm what was said the last time, and whether it still holds.

    overview (closed) -> 🔁 Nieuwe ronde -> overview (open) -> 🔁 Ronde 1 nalopen -> EARLIER
    EARLIER: [klopt nog] -> kept, and on to the next open norm;  [veranderd] -> the norm, to answer anew
             [bewijs van de actie] -> what shows that the action of the plan is done is evidence here

What is typed while an earlier answer is shown is kept at that norm of the present round.
"""

from __future__ import annotations

from conversations.answering import show_conflict, show_norm
from conversations.evaluation_desk import At, Desk, about_norm, at_desk, sit_down
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, on_tap
from conversations.kit import State as AnyState
from conversations.overview import CELEBRATE_ALL, show_overview
from conversations.round_taps import EarlierTap, NextRoundTap, StillSoTap, TakeEvidenceTap
from conversations.taps import NormTap, OverviewTap, way_back
from domain.framework import Norm
from domain.progress import next_open
from domain.roles import Permission
from domain.self_evaluation import Purpose
from storage.interfaces import ChangedMeanwhile
from storage.round_interfaces import RoundRuns
from templates.common_screens import Trouble
from templates.evaluation_screens import Happened, Notice, Part
from templates.render import label
from templates.round_screens import ConfirmRound, ShowEarlier

# ---------------------------------------------------------------------------------------------- the round


@at_desk
def start_round(desk: Desk, tap: NextRoundTap) -> AnyState | None:
    """Ask whether the next round may begin, and then start it with the last one beside it."""
    if not desk.turn.actor.may(Permission.CLOSE_EVALUATION):
        show_trouble(desk.turn, Trouble.NOT_ALLOWED)
        return None
    if desk.evaluation.is_open:
        return show_overview(desk)
    if not tap.is_sure:
        sure = Button(label("yes_next_round"), NextRoundTap(desk.evaluation.id, is_sure=True))
        screen = ConfirmRound(desk.evaluation.round + 1, desk.progress.answered)
        desk.show(screen, Keyboard.flow([sure]) + way_back(OverviewTap()))
        return desk.move_to(At.CLOSING)
    try:
        desk.turn.work.rounds(desk.turn.actor).start_next(desk.evaluation, desk.turn.now)
    except RoundRuns:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    new = sit_down(desk.turn)
    return show_overview(new) if new is not None else None


# ------------------------------------------------------------------------------------------------ a norm


@about_norm
def open_earlier(desk: Desk, norm: Norm, _: EarlierTap) -> AnyState | None:
    """Show what was said of a norm the last time."""
    return show_earlier(desk, norm)


def show_earlier(desk: Desk, norm: Norm, notice: Notice | None = None) -> AnyState | None:
    """Show the earlier answer, what the audit found and what was planned; without an earlier round just the norm."""
    found = desk.turn.work.rounds(desk.turn.actor).earlier(desk.evaluation, norm.id)
    if found is None:
        return show_norm(desk, norm, notice)
    answer, explanations = found.answer, found.answer.contributed(Purpose.EXPLANATION)
    screen = ShowEarlier(
        desk.header(norm), round=found.round, earlier=answer.verdict, said=desk.said(answer.verdict),
        explanations=tuple(desk.quote(item) for item in explanations[-3:]),
        evidence=len(answer.contributed(Purpose.EVIDENCE)), files=found.files, reason=answer.reason,
        improvement=answer.improvement if answer.verdict.needs_improvement else None,
        audited=desk.said(found.audited) if found.audited else "", entry=found.entry, progress=found.progress,
        may_write=desk.may_write, notice=notice, shown=len(found.shown),
    )  # fmt: skip
    now = desk.answer(norm)
    still = found.was_answered and desk.may_write
    after = next_open(desk.framework, desk.verdicts, norm.id, desk.own)
    buttons = [
        Button(label("still_so"), StillSoTap(desk.evaluation.id, norm.id, now.version)) if still else None,
        Button(label("has_changed"), NormTap(norm.id)) if desk.may_write else None,
        Button(label("take_evidence"), TakeEvidenceTap(desk.evaluation.id, norm.id))
        if found.shown and desk.may_write
        else None,
        Button(label("next_norm"), EarlierTap(after.id)) if after is not None and after.id != norm.id else None,
    ]
    desk.show(screen, Keyboard.flow(buttons) + way_back(NormTap(norm.id)))
    return desk.move_to(At.NORM, norm)


@about_norm
def keep_earlier(desk: Desk, norm: Norm, tap: StillSoTap) -> AnyState | None:
    """Keep that the earlier answer still holds, and go on with the next open norm."""
    rounds = desk.turn.work.rounds(desk.turn.actor)
    try:
        answer = rounds.keep(desk.evaluation, norm.id, desk.turn.today, desk.turn.now, seen=tap.version)
    except ChangedMeanwhile as changed:
        earlier = rounds.earlier(desk.evaluation, norm.id)
        mine = earlier.answer.verdict if earlier else changed.answer.verdict
        return show_conflict(desk, norm, mine, changed.answer)
    notice = Notice(Happened.STORED, norm.id, Part.VERDICT, verdict=answer.verdict, said=desk.said(answer.verdict))
    new = sit_down(desk.turn)
    if new is None:
        return None
    following = next_open(new.framework, new.verdicts, norm.id, new.own)
    return show_earlier(new, following, notice) if following is not None else show_overview(new, CELEBRATE_ALL)


@about_norm
def take_evidence(desk: Desk, norm: Norm, _: TakeEvidenceTap) -> AnyState | None:
    """Take over what shows that the action of the plan is done; it is evidence of the norm from now on."""
    if desk.may_write:
        desk.turn.work.rounds(desk.turn.actor).take_evidence(desk.evaluation, norm.id, desk.turn.now)
    new = sit_down(desk.turn)
    return show_earlier(new, norm) if new is not None else None


NEXT_ROUND = Conversation(
    name="next_round",
    entry_points=[
        on_tap(NextRoundTap, start_round),
        on_tap(EarlierTap, open_earlier),
        on_tap(StillSoTap, keep_earlier),
        on_tap(TakeEvidenceTap, take_evidence),
    ],
)

CONVERSATIONS = (NEXT_ROUND,)
