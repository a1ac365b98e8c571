"""The improvement plan after an audit, from both sides.

    member: overview -> NORM -> ASK what, who, when, how -> ... -> hand in -> (returned: again) -> approved -> tick off
    team:   overview -> NORM (reads) -> approve | BACK with a reason;  outcome c: additional investigation -> RETEST

Every answer is kept at once. Handing in and deciding are asked twice, because they cannot be undone.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from msgspec.structs import replace

from conversations.acting import current_evaluation
from conversations.addendum import show_page
from conversations.evaluation_desk import fingerprint
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.plan_actions import evidence_buttons
from conversations.plan_desk import GRID_COLUMNS, PlanDesk, at_plan, typed_at_plan
from conversations.plan_taps import (
    ActionTap,
    AddendumTap,
    ApprovePlanTap,
    AuditPlanTap,
    DeclineTap,
    FinishFollowupTap,
    PlanAskTap,
    PlanDueTap,
    PlanNormTap,
    RetestsTap,
    RetestTap,
    RetestVerdictTap,
    SendBackTap,
    ShowsTap,
    SubmitPlanTap,
    TickTap,
    UseActionTap,
    WhoseActionTap,
)
from conversations.taps import MenuTap, PlanTap, way_back
from domain.addendum import Addendum, retested
from domain.dates import add_months, parse_date
from domain.framework import NormId
from domain.improvement_plan import (
    ImprovementPlan,
    PlanEntry,
    PlanHindrance,
    PlanPart,
    PlanRefused,
    PlanStatus,
    untested,
)
from domain.plan_actions import ActionEvidence
from domain.process import Party
from domain.roles import Permission
from domain.self_evaluation import ImprovementAction
from domain.verdicts import JUDGED_VERDICTS, Verdict
from domain.weighing import Outcome
from templates.common_screens import Trouble
from templates.plan_screens import (
    AskBackReason,
    AskPlanPart,
    AskShown,
    ConfirmApprove,
    ConfirmDecline,
    ConfirmFollowup,
    ConfirmSubmit,
    PlanNews,
    PlanTold,
    RetestLine,
    ShowPlanEntry,
    ShowRetest,
    ShowRetests,
)
from templates.render import full_date, label

MONTHS_OFFERED = (1, 3, 6)
_DELIBERATELY = (PlanStatus.SUBMITTED, PlanStatus.RETURNED, PlanStatus.TALK, PlanStatus.APPROVED)


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    OVERVIEW = "plan_overview"
    NORM = "plan_norm"
    ASK = "plan_ask"
    SHOWN = "plan_shown"
    BACK = "plan_back"
    RETESTS = "plan_retests"
    RETEST = "plan_retest"


# -------------------------------------------------------------------------------------------- overview


def open_plan(desk: PlanDesk, _: object) -> AnyState | None:
    """Show how far the plan is."""
    return show_plan(desk, None)


def show_plan(desk: PlanDesk, told: PlanTold | None) -> At:
    """Show the plan, with what this side can do now."""
    desk.show(desk.overview(told, may_decide=_may_decide(desk)), _overview_keyboard(desk) + way_back(MenuTap()))
    return At.OVERVIEW


def _may_decide(desk: PlanDesk) -> bool:
    if desk.is_own:
        return False
    return desk.turn.work.audits(desk.turn.actor).get(desk.audit).may(Permission.REVIEW_PLAN)


def _overview_keyboard(desk: PlanDesk) -> Keyboard:
    grid = Keyboard.grid(GRID_COLUMNS, [Button(norm, PlanNormTap(desk.audit, norm)) for norm in desk.plan.needed])
    if desk.is_own:
        return Keyboard.flow(_member_buttons(desk)) + grid + Keyboard.flow([Button(label("own_actions"), PlanTap())])
    readable = desk.plan.status is not PlanStatus.DRAFT
    return Keyboard.flow(_team_buttons(desk)) + (grid if readable else Keyboard())


def _member_buttons(desk: PlanDesk) -> list[Button | None]:
    plan, audit = desk.plan, desk.audit
    gap = next(iter(plan.missing), None)
    go_on = plan.status.is_writable and gap is not None
    return [
        Button(label("plan_go_on", gap), PlanAskTap(audit, gap, plan.missing[gap][0])) if go_on and gap else None,
        Button(label("plan_submit"), SubmitPlanTap(audit, plan.version, is_sure=False))
        if plan.status.is_submittable and gap is None
        else None,
        Button(label("plan_decline"), DeclineTap(audit, plan.version, is_sure=False))
        if plan.has_choice and plan.status.is_writable and desk.followup is None
        else None,
        Button(label("addendum"), AddendumTap(audit, 0)) if desk.followup is not None else None,
    ]


def _team_buttons(desk: PlanDesk) -> list[Button | None]:
    plan, audit = desk.plan, desk.audit
    decides = _may_decide(desk)
    waits = decides and plan.status is PlanStatus.SUBMITTED
    agreed = decides and plan.status is PlanStatus.TALK and not plan.missing
    tests = decides and plan.has_choice and (plan.status in _DELIBERATELY or desk.followup is not None)
    return [
        Button(label("plan_approve"), ApprovePlanTap(audit, plan.version, is_sure=False)) if waits or agreed else None,
        Button(label("plan_send_back"), SendBackTap(audit, plan.version)) if waits else None,
        Button(label("followup"), RetestsTap(audit)) if tests else None,
        Button(label("addendum"), AddendumTap(audit, 0)) if desk.followup is not None else None,
    ]


# -------------------------------------------------------------------------------------------- one norm


def open_norm(desk: PlanDesk, tap: PlanNormTap) -> At:
    """Show what the plan says about one norm."""
    return show_norm(desk, tap.norm)


def show_norm(desk: PlanDesk, norm: NormId, told: PlanTold | None = None) -> At:
    """Show one norm: what the report says, what they will do, and how far it is."""
    plan = desk.plan
    desk.remember(norm=norm)
    screen = ShowPlanEntry(
        norm=desk.framework.norm(norm), verdict=plan.needed[norm], rationale=desk.rationales.get(norm, ""),
        entry=plan.entry(norm), status=plan.status, progress=plan.progress_of(norm), place=desk.place_of(norm),
        total=len(plan.needed), is_own=desk.is_own, told=told, owner=desk.owner_of(norm),
        evidence=_evidence(desk, norm),
        retest=desk.retests.get(norm) if desk.is_own else None,
    )  # fmt: skip
    desk.show(screen, _norm_keyboard(desk, norm) + desk.back())
    return At.NORM


def _norm_keyboard(desk: PlanDesk, norm: NormId) -> Keyboard:
    plan, audit = desk.plan, desk.audit
    before, after = desk.beside(norm, -1), desk.beside(norm, 1)
    turning = [
        Button(label("previous_in_plan"), PlanNormTap(audit, before)) if before else None,
        Button(label("next_in_plan"), PlanNormTap(audit, after)) if after else None,
    ]
    work: list[Button | None] = []
    given = desk.is_own and plan.status not in (PlanStatus.REFUSED, PlanStatus.DECLINED)
    whose = [Button(label("whose_action"), WhoseActionTap(audit, norm)) if given else None]
    if desk.is_own and plan.status.is_writable:
        work = [Button(label("plan_part", part), PlanAskTap(audit, norm, part)) for part in PlanPart]
    elif desk.is_own and plan.status is PlanStatus.APPROVED:
        is_done = plan.progress_of(norm).is_done
        work = [
            Button(label("untick" if is_done else "tick_off"), TickTap(audit, norm, is_done=not is_done)),
            Button(label("how_it_shows"), ShowsTap(audit, norm)),
            Button(label("add_evidence"), ActionTap(audit, norm)),
        ]
    files = evidence_buttons(audit, norm, _evidence(desk, norm), "show" if desk.is_own else "send")
    return Keyboard.flow(work, whose, files, turning)


def _evidence(desk: PlanDesk, norm: NormId) -> tuple[ActionEvidence, ...]:
    """Return the files that show that an action is done."""
    return desk.turn.work.plans(desk.turn.actor).evidence(desk.audit).get(norm, ())


# -------------------------------------------------------------------------------------------- the member


def ask_part(desk: PlanDesk, tap: PlanAskTap) -> AnyState | None:
    """Ask one part of an entry."""
    if not desk.plan.status.is_writable:
        return show_norm(desk, tap.norm, PlanTold.NOT_NOW)
    return ask(desk, tap.norm, tap.part)


def ask(
    desk: PlanDesk, norm: NormId, part: PlanPart, told: PlanTold | None = None, *, is_unreadable: bool = False,
    is_past: bool = False,
) -> At:  # fmt: skip
    """Ask one part of an entry, with what the self-evaluation said about it."""
    entry, suggestion = desk.plan.entry(norm), _suggestion(desk, norm, part)
    desk.remember(norm=norm, part=str(part), seen=fingerprint(_said(entry, part)))
    screen = AskPlanPart(
        norm=desk.framework.norm(norm), verdict=desk.plan.needed[norm], rationale=desk.rationales.get(norm, ""),
        part=part, now=_in_words(_said(entry, part), part), suggestion=_in_words(suggestion, part),
        place=desk.place_of(norm), total=len(desk.plan.needed), is_unreadable=is_unreadable, is_past=is_past, told=told,
    )  # fmt: skip
    months = [Button(label("within_months", str(m)), PlanDueTap(desk.audit, norm, m)) for m in MONTHS_OFFERED]
    use = Button(label("use_action"), UseActionTap(desk.audit, norm, part)) if suggestion else None
    following = _after(desk, norm, part)
    skip = Button(label("plan_skip"), PlanAskTap(desk.audit, *following)) if following else None
    keyboard = Keyboard.flow([use], months if part is PlanPart.DUE_ON else [], [skip])
    desk.show(screen, keyboard + way_back(PlanNormTap(desk.audit, norm)))
    return At.ASK


def take_text(desk: PlanDesk, given: TextGiven) -> AnyState | None:
    """Keep what was typed as the part that was asked."""
    norm, part = NormId(desk.memory.get("norm", "")), desk.memory.get("part")
    if norm not in desk.plan.needed or part not in frozenset(PlanPart):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    asked = PlanPart(part)
    if asked is PlanPart.DUE_ON:
        day = parse_date(given.text, desk.turn.today)
        if day is None or day < desk.turn.today:
            return ask(desk, norm, asked, is_unreadable=day is None, is_past=day is not None)
        return keep(desk, norm, asked, day.isoformat())
    return keep(desk, norm, asked, given.text.strip())


def take_months(desk: PlanDesk, tap: PlanDueTap) -> AnyState | None:
    """Keep that it is ready in so many months."""
    if tap.months not in MONTHS_OFFERED:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return keep(desk, tap.norm, PlanPart.DUE_ON, add_months(desk.turn.today, tap.months).isoformat())


def use_action(desk: PlanDesk, tap: UseActionTap) -> AnyState | None:
    """Take over what the self-evaluation says."""
    suggestion = _suggestion(desk, tap.norm, tap.part)
    return keep(desk, tap.norm, tap.part, suggestion) if suggestion else ask(desk, tap.norm, tap.part)


def keep(desk: PlanDesk, norm: NormId, part: PlanPart, value: str) -> AnyState | None:
    """Keep one part and ask the next that is missing; what a colleague wrote meanwhile is shown, not overwritten."""
    entry, memory = desk.plan.entry(norm), desk.memory
    was_asked = (memory.get("norm"), memory.get("part")) == (norm, str(part))
    if was_asked and memory.get("seen") != fingerprint(_said(entry, part)):
        return ask(desk, norm, part, PlanTold.CHANGED)
    desk.store.write(desk.audit, _with(entry, part, value), desk.turn.now)
    new = desk.anew()
    following = _after(new, norm, part)
    return ask(new, *following, PlanTold.KEPT) if following else show_plan(new, PlanTold.KEPT)


def _after(desk: PlanDesk, norm: NormId, part: PlanPart) -> tuple[NormId, PlanPart] | None:
    """Return the next part that is missing: of this norm, then of the norms after it, and then from the start."""
    order = list(PlanPart)
    rest = [found for found in desk.plan.entry(norm).missing if order.index(found) > order.index(part)]
    if rest:
        return norm, rest[0]
    ids = list(desk.plan.needed)
    at = ids.index(norm)
    gap = next((found for found in (*ids[at + 1 :], *ids[:at], norm) if found in desk.plan.missing), None)
    if gap is None or (gap == norm and desk.plan.missing[gap][0] is part):
        return None
    return gap, desk.plan.missing[gap][0]


def _said(entry: PlanEntry, part: PlanPart) -> str:
    value = getattr(entry, part.value)
    return value.isoformat() if isinstance(value, date) else value or ""


def _in_words(value: str, part: PlanPart) -> str:
    return full_date(date.fromisoformat(value)) if value and part is PlanPart.DUE_ON else value


def _with(entry: PlanEntry, part: PlanPart, value: str) -> PlanEntry:
    if part is PlanPart.DUE_ON:
        return replace(entry, due_on=date.fromisoformat(value))
    return replace(entry, **{part.value: value})


def _suggestion(desk: PlanDesk, norm: NormId, part: PlanPart) -> str:
    """Return what the member's own self-evaluation says about a part; empty when nothing, or when it was said here."""
    if part is PlanPart.SHOWN_BY or _said(desk.plan.entry(norm), part):
        return ""
    evaluation = current_evaluation(desk.turn)
    if evaluation is None:
        return ""
    answers = desk.turn.work.evaluations(desk.turn.actor).answers(evaluation)
    action = (answers[norm].improvement if norm in answers else None) or ImprovementAction()
    if part is PlanPart.DUE_ON:
        return action.due_on.isoformat() if action.due_on and action.due_on > desk.turn.today else ""
    return (action.what if part is PlanPart.WHAT else action.who) or ""


def hand_in(desk: PlanDesk, tap: SubmitPlanTap) -> AnyState | None:
    """Ask whether the plan is to be handed in, and then do it."""
    plan = desk.plan
    if not tap.is_sure:
        return _ask_hand_in(desk, plan)
    submitted = desk.store.submit(desk.audit, desk.turn.today, desk.turn.now, seen=tap.version)
    desk.tell(Party.CI, PlanNews.SUBMITTED if submitted.round == 1 else PlanNews.RESUBMITTED)
    return show_plan(desk.anew(), PlanTold.SUBMITTED)


def _ask_hand_in(desk: PlanDesk, plan: ImprovementPlan) -> At:
    if not plan.status.is_submittable or plan.missing:
        raise PlanRefused(PlanHindrance.INCOMPLETE if plan.missing else PlanHindrance.NOT_NOW)
    sure = Button(label("yes_submit"), SubmitPlanTap(desk.audit, plan.version, is_sure=True))
    is_last = 0 < plan.round == desk.rounds - 1
    desk.show(ConfirmSubmit(len(plan.needed), is_last, plan.has_choice), Keyboard.flow([sure]) + desk.back())
    return At.OVERVIEW


def choose_against(desk: PlanDesk, tap: DeclineTap) -> AnyState | None:
    """Ask whether there is to be no additional investigation, and then record it."""
    if tap.is_sure:
        desk.store.decline(desk.audit, desk.turn.today, desk.turn.now, seen=tap.version)
        desk.tell(Party.CI, PlanNews.DECLINED)
        return show_plan(desk.anew(), PlanTold.DECLINED)
    if not desk.plan.has_choice or not desk.plan.status.is_writable:
        raise PlanRefused(PlanHindrance.NOT_NOW)
    sure = Button(label("yes_decline"), DeclineTap(desk.audit, desk.plan.version, is_sure=True))
    desk.show(ConfirmDecline(goes_to_swn=desk.process.edition.goes_to_swn), Keyboard.flow([sure]) + desk.back())
    return At.OVERVIEW


def tick_off(desk: PlanDesk, tap: TickTap) -> AnyState | None:
    """Keep that an entry is ready, and ask how one sees it; or that it is not ready after all."""
    now = desk.plan.progress_of(tap.norm)
    done_on = desk.turn.today if tap.is_done else None
    if now.is_done != tap.is_done:
        desk.store.tick(desk.audit, replace(now, done_on=done_on), desk.turn.now)
    new = desk.anew()
    if tap.is_done and not now.evidence:
        return ask_shown(new, ShowsTap(desk.audit, tap.norm))
    return show_norm(new, tap.norm, PlanTold.TICKED if tap.is_done else PlanTold.UNTICKED)


def ask_shown(desk: PlanDesk, tap: ShowsTap) -> AnyState | None:
    """Ask how one sees that an entry is ready."""
    if desk.plan.status is not PlanStatus.APPROVED:
        return show_norm(desk, tap.norm, PlanTold.NOT_NOW)
    desk.remember(norm=tap.norm)
    evidence = desk.plan.progress_of(tap.norm).evidence
    screen = AskShown(desk.framework.norm(tap.norm), desk.plan.entry(tap.norm), evidence)
    desk.show(screen, way_back(PlanNormTap(desk.audit, tap.norm)))
    return At.SHOWN


def take_shown(desk: PlanDesk, given: TextGiven) -> AnyState | None:
    """Keep how one sees that an entry is ready."""
    norm = NormId(desk.memory.get("norm", ""))
    if norm not in desk.plan.needed:
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    now = desk.plan.progress_of(norm)
    desk.store.tick(desk.audit, replace(now, evidence=given.text.strip()), desk.turn.now)
    return show_norm(desk.anew(), norm, PlanTold.KEPT)


# -------------------------------------------------------------------------------------------- the team


def approve(desk: PlanDesk, tap: ApprovePlanTap) -> AnyState | None:
    """Ask whether the plan is good, and then approve it."""
    if tap.is_sure:
        desk.store.approve(desk.audit, desk.turn.today, desk.turn.now, seen=tap.version)
        desk.tell(Party.MEMBER, PlanNews.APPROVED)
        return show_plan(desk.anew(), PlanTold.APPROVED)
    plan = desk.plan
    if plan.status not in (PlanStatus.SUBMITTED, PlanStatus.TALK) or not _may_decide(desk):
        raise PlanRefused(PlanHindrance.NOT_NOW)
    sure = Button(label("yes_approve"), ApprovePlanTap(desk.audit, plan.version, is_sure=True))
    goes_to_swn = desk.process.edition.goes_to_swn
    screen = ConfirmApprove(desk.organisation, len(plan.needed), plan.outcome, goes_to_swn)
    desk.show(screen, Keyboard.flow([sure]) + desk.back())
    return At.OVERVIEW


def ask_reason(desk: PlanDesk, tap: SendBackTap) -> AnyState | None:
    """Ask why the plan goes back."""
    if desk.plan.status is not PlanStatus.SUBMITTED or not _may_decide(desk):
        raise PlanRefused(PlanHindrance.NOT_NOW)
    desk.remember(version=tap.version)
    is_negative = desk.process.edition.settings.is_second_rejection_negative
    screen = AskBackReason(desk.organisation, desk.plan.round >= desk.rounds, is_negative)
    desk.show(screen, desk.back())
    return At.BACK


def send_back(desk: PlanDesk, given: TextGiven) -> AnyState | None:
    """Send the plan back with the reason that was typed."""
    seen = int(desk.memory.get("version", 0))
    plan = desk.store.send_back(desk.audit, given.text, desk.turn.today, desk.turn.now, seen=seen)
    news = {PlanStatus.TALK: PlanNews.TALK, PlanStatus.REFUSED: PlanNews.REFUSED}
    desk.tell(Party.MEMBER, news.get(plan.status, PlanNews.RETURNED), reason=plan.reason)
    return show_plan(desk.anew(), PlanTold.SENT_BACK)


# -------------------------------------------------------------------------- the additional investigation


def open_retests(desk: PlanDesk, _: RetestsTap) -> AnyState | None:
    """Show how far the additional investigation is."""
    return show_retests(desk, None)


def show_retests(desk: PlanDesk, told: PlanTold | None) -> AnyState | None:
    """Show every norm of the plan with what it was and what it is now."""
    if not desk.plan.has_choice or not _may_decide(desk):
        show_trouble(desk.turn, Trouble.NOT_ALLOWED)
        return None
    plan, done = desk.plan, desk.followup
    found = {norm: test for norm, test in desk.retests.items() if test.verdict is not Verdict.NOT_ASSESSED}
    is_open = done is None and untested(plan, desk.retests)
    outcome = done.outcome if done else None if is_open else desk.store.after_followup(desk.audit)
    lines = tuple(RetestLine(norm, plan.needed[norm.id], found.get(norm.id)) for norm in desk.norms)
    cells = [Button(norm, RetestTap(desk.audit, norm)) for norm in plan.needed]
    finish = Button(label("finish_followup"), FinishFollowupTap(desk.audit, is_sure=False))
    keyboard = Keyboard.flow([finish if outcome and not done else None]) + Keyboard.grid(GRID_COLUMNS, cells)
    screen = ShowRetests(desk.organisation, lines, outcome, done is not None, told)
    desk.show(screen, keyboard + desk.back())
    return At.RETESTS


def open_retest(desk: PlanDesk, tap: RetestTap) -> AnyState | None:
    """Show one norm of the additional investigation."""
    return show_retest(desk, tap.norm)


def show_retest(desk: PlanDesk, norm: NormId, told: PlanTold | None = None) -> AnyState | None:
    """Show what stood in the report, what was planned, and what is found now."""
    if not desk.plan.has_choice or not _may_decide(desk):
        show_trouble(desk.turn, Trouble.NOT_ALLOWED)
        return None
    desk.remember(norm=norm)
    plan = desk.plan
    screen = ShowRetest(
        desk.framework.norm(norm), plan.needed[norm], desk.rationales.get(norm, ""), plan.entry(norm),
        desk.retests.get(norm), told,
    )  # fmt: skip
    verdicts = [
        Button(
            f"{label('verdict_sign', verdict)} {desk.framework.in_audit[verdict]}",
            RetestVerdictTap(desk.audit, norm, verdict),
        )
        for verdict in (() if desk.followup else JUDGED_VERDICTS)
    ]
    after = desk.beside(norm, 1)
    onward = [Button(label("next_in_plan"), RetestTap(desk.audit, after)) if after else None]
    desk.show(screen, Keyboard.flow(verdicts, onward) + way_back(RetestsTap(desk.audit)))
    return At.RETEST


def record_retest(desk: PlanDesk, tap: RetestVerdictTap) -> AnyState | None:
    """Record what the team holds of a norm now."""
    if tap.verdict not in JUDGED_VERDICTS:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    desk.store.retest(desk.audit, tap.norm, desk.turn.now, verdict=tap.verdict)
    return show_retest(desk.anew(), tap.norm, PlanTold.KEPT)


def take_retest_text(desk: PlanDesk, given: TextGiven) -> AnyState | None:
    """Keep what the team saw, for the addendum."""
    norm = NormId(desk.memory.get("norm", ""))
    if norm not in desk.plan.needed:
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    desk.store.retest(desk.audit, norm, desk.turn.now, text=given.text)
    return show_retest(desk.anew(), norm, PlanTold.KEPT)


def finish_followup(desk: PlanDesk, tap: FinishFollowupTap) -> AnyState | None:
    """Ask whether the investigation is done, and then close it with its outcome."""
    if tap.is_sure:
        outcome: Outcome = desk.store.finish_followup(desk.audit, desk.turn.today, desk.turn.now)
        desk.tell(Party.MEMBER, PlanNews.FOLLOWUP_DONE, outcome=outcome)
        return show_retests(desk.anew(), None)
    if untested(desk.plan, desk.retests) or desk.followup is not None:
        raise PlanRefused(PlanHindrance.INCOMPLETE)
    screen = ConfirmFollowup(desk.organisation, desk.store.after_followup(desk.audit), desk.plan.status)
    sure = Button(label("yes_finish_followup"), FinishFollowupTap(desk.audit, is_sure=True))
    desk.show(screen, Keyboard.flow([sure]) + way_back(RetestsTap(desk.audit)))
    return At.RETESTS


def show_addendum(desk: PlanDesk, tap: AddendumTap) -> AnyState | None:
    """Show a page of what the additional investigation found, to both sides, once it is done."""
    if desk.followup is None:
        return show_plan(desk, PlanTold.NOT_NOW)
    done, norms = desk.followup, retested(desk.plan, desk.retests, desk.framework)
    addendum = Addendum(done.on, done.outcome or desk.plan.outcome, "", norms, "")
    show_page(
        desk.turn, desk.framework, desk.organisation, addendum, tap.page,
        lambda page: AddendumTap(desk.audit, page), desk.back(),
    )  # fmt: skip
    return At.OVERVIEW


PLANS = Conversation(
    name="plans",
    entry_points=[
        on_tap(AuditPlanTap, at_plan(None, open_plan, show_plan)),
        on_tap(PlanNormTap, at_plan(None, open_norm, show_plan)),
        on_tap(PlanAskTap, at_plan(Party.MEMBER, ask_part, show_plan)),
        on_tap(PlanDueTap, at_plan(Party.MEMBER, take_months, show_plan)),
        on_tap(UseActionTap, at_plan(Party.MEMBER, use_action, show_plan)),
        on_tap(SubmitPlanTap, at_plan(Party.MEMBER, hand_in, show_plan)),
        on_tap(DeclineTap, at_plan(Party.MEMBER, choose_against, show_plan)),
        on_tap(TickTap, at_plan(Party.MEMBER, tick_off, show_plan)),
        on_tap(ShowsTap, at_plan(Party.MEMBER, ask_shown, show_plan)),
        on_tap(ApprovePlanTap, at_plan(Party.CI, approve, show_plan)),
        on_tap(SendBackTap, at_plan(Party.CI, ask_reason, show_plan)),
        on_tap(RetestsTap, at_plan(Party.CI, open_retests, show_plan)),
        on_tap(RetestTap, at_plan(Party.CI, open_retest, show_plan)),
        on_tap(RetestVerdictTap, at_plan(Party.CI, record_retest, show_retests)),
        on_tap(AddendumTap, at_plan(None, show_addendum, show_plan)),
        on_tap(FinishFollowupTap, at_plan(Party.CI, finish_followup, show_retests)),
    ],
    states={
        At.OVERVIEW: [],
        At.NORM: [],
        At.ASK: [on_text(typed_at_plan(take_text, show_plan))],
        At.SHOWN: [on_text(typed_at_plan(take_shown, show_plan))],
        At.BACK: [on_text(typed_at_plan(send_back, show_plan))],
        At.RETESTS: [],
        At.RETEST: [on_text(typed_at_plan(take_retest_text, show_retests))],
    },
)

CONVERSATIONS = (PLANS,)
