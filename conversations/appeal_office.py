"""The office of a certifying body and appeals: recording what came in, judging receipt, seeing to what follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from conversations.appeal_desk import KEY, At, past_day, show_appeal, store_of, take, tell_step
from conversations.appeal_taps import (
    AppealsTap,
    AppealTap,
    CloseAppealTap,
    EffectTap,
    JudgeReceiptTap,
    MailedTap,
    MailTextTap,
    ReasonsCameTap,
    ReceiptPart,
    ReceiptTap,
    ReceiveTap,
    SetTargetTap,
    TargetTap,
)
from conversations.case_taps import SignalTap
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.kit import Button, Keyboard, TextGiven, Turn
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, SettingsTap, SwitchRoleTap, way_back
from domain.actors import Actor
from domain.appeals import AppealChannel, AppealRefused, AppealState, AppealStep, Lodging
from domain.audit import AuditId
from domain.roles import Permission, Role
from storage.appeal_interfaces import AppealChangedMeanwhile, AppealView, Contestable, NotMailed, Told
from storage.interfaces import NotAllowed
from templates.appeal_screens import (
    AppealLine,
    AppealTold,
    AskMailDay,
    AskReceipt,
    AskTarget,
    ChooseContested,
    ShowAppeals,
    ShowMailText,
)
from templates.common_screens import Trouble
from templates.people_screens import MenuNews
from templates.render import label, shorten

MAX_LINES = 8  # of a list, with a button each
MAX_DAYS_AGO = 365  # a tap may carry anything
_ASK = -1  # a MailedTap that only asks
_PARTS = frozenset({Permission.RECEIVE_APPEALS, Permission.ASSIGN_APPEALS, Permission.HANDLE_APPEALS})
_WAITS_FOR_OFFICE = frozenset({AppealState.RECEIVED, AppealState.DECIDED_CHANGED, AppealState.DECIDED_UNCHANGED})
_WITH_HANDLER = frozenset({AppealState.HANDLER_ASSIGNED, AppealState.UNDER_REVIEW})


def has_part(actor: Actor) -> bool:
    """Say whether somebody has anything to do with the appeals of a certifying body."""
    return any(actor.may(permission) for permission in _PARTS)


# ----------------------------------------------------------------------------------------------------- the list


def show_list(
    turn: Turn, told: AppealTold | None = None, *, is_menu: bool = False, news: MenuNews | None = None
) -> At:  # fmt: skip
    """Show the appeals within reach, what is open first."""
    store, actor = store_of(turn), turn.actor
    views = store.all()
    shown = views[:MAX_LINES]
    target = store.procedure.treat_within
    lines = tuple(
        AppealLine(
            view.organisation.name, view.appeal.state, view.appeal.lodging.received_on, view.due, _needs(actor, view)
        )
        for view in shown
    )
    screen = ShowAppeals(
        actor.organisation.name if actor.organisation else "", actor.role or Role.VISITOR, lines,
        len(views) - len(shown), target.weeks if target else None, told, news,
    )  # fmt: skip
    buttons = tuple(
        (Button(shorten(f"{number}. {view.organisation.name}", 24), AppealTap(view.appeal.id)),)
        for number, view in enumerate(shown, 1)
    )
    receives = actor.may(Permission.RECEIVE_APPEALS)
    around = [
        Button(label("appeal_receive"), ReceiveTap(None)) if receives else None,
        Button(label("appeal_target"), TargetTap()) if receives else None,
        Button(label("signal"), SignalTap()) if is_menu else None,
        Button(label("menu_settings"), SettingsTap()) if is_menu else None,
        Button(label("switch_role"), SwitchRoleTap()) if is_menu and len(actor.memberships) > 1 else None,
    ]
    turn.show(screen, Keyboard(buttons) + Keyboard.flow(around) + way_back(MenuTap()))
    return At.LIST


def waiting_appeals(turn: Turn) -> int:
    """Return how many appeals wait for this person; none for who has no part in them."""
    if not has_part(turn.actor):
        return 0
    return sum(_needs(turn.actor, view) for view in store_of(turn).all())


def _needs(actor: Actor, view: AppealView) -> bool:
    """Say whether an appeal waits for this person."""
    state = view.appeal.state
    waits_for_board = state is AppealState.ACKNOWLEDGED or (state in _WITH_HANDLER and bool(view.handler_hindrances))
    return (
        (actor.may(Permission.RECEIVE_APPEALS) and state in _WAITS_FOR_OFFICE)
        or (actor.may(Permission.ASSIGN_APPEALS) and waits_for_board)
        or (actor.may(Permission.HANDLE_APPEALS) and state in _WITH_HANDLER)
    )


# -------------------------------------------------------------------------------------------------- what came in


def begin_receipt(turn: Turn, tap: ReceiveTap) -> AnyState | None:
    """Ask against which decision it is, when that was mailed, and then the rest."""
    if not turn.actor.may(Permission.RECEIVE_APPEALS):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    store = store_of(turn)
    if tap.audit is None:
        return _choose(turn, store.contestables())
    found = store.contestable(tap.audit)
    if found.contested.mailed_on is None:
        return _ask_mail_day(turn, found)
    turn.data[KEY] = {"audit": tap.audit}
    return _ask(turn, found, {})


def _choose(turn: Turn, found: tuple[Contestable, ...]) -> At:
    shown = found[:MAX_LINES]
    lines = tuple(
        (item.organisation.name, item.kind, item.contested.decided_on, item.contested.is_positive) for item in shown
    )
    buttons = tuple(
        (Button(shorten(f"{number}. {item.organisation.name}", 24), ReceiveTap(item.contested.audit)),)
        for number, item in enumerate(shown, 1)
    )
    turn.show(ChooseContested(lines, is_office=True), Keyboard(buttons) + way_back(AppealsTap()))
    return At.LIST


def _ask_mail_day(turn: Turn, found: Contestable, problem: str = "") -> At:
    audit = found.contested.audit
    turn.data[KEY] = {"audit": audit}
    possible = [ago for ago in (0, 1, 2) if turn.today - timedelta(days=ago) >= found.contested.decided_on]
    buttons = [Button(label("on_day", str(ago)), MailedTap(audit, ago)) for ago in possible]
    screen = AskMailDay(found.organisation.name, found.contested.decided_on, problem)
    turn.show(screen, Keyboard.flow(buttons) + way_back(AppealsTap()))
    return At.MAIL_DAY


def record_mail(turn: Turn, tap: MailedTap) -> AnyState | None:
    """Record on which day the decision was mailed; or ask it, to put it right."""
    if not turn.actor.may(Permission.RECEIVE_APPEALS):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    if not 0 <= tap.days_ago <= MAX_DAYS_AGO:
        return _ask_mail_day(turn, store_of(turn).contestable(tap.audit))
    return _keep_mail(turn, tap.audit, turn.today - timedelta(days=tap.days_ago))


def take_mail_day(turn: Turn, given: TextGiven) -> AnyState | None:
    """Record the day that was typed."""
    asked = turn.data.get(KEY) or {}
    if "audit" not in asked:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    audit = AuditId(asked["audit"])
    day = past_day(given.text, turn.today)
    if day is None:
        return _ask_mail_day(turn, store_of(turn).contestable(audit), "unclear")
    return _keep_mail(turn, audit, day)


def _keep_mail(turn: Turn, audit: AuditId, day: date) -> At:
    store = store_of(turn)
    try:
        found = store.record_mail(audit, day, turn.now)
    except NotMailed:
        return _ask_mail_day(turn, store.contestable(audit), "range")
    turn.data[KEY] = {"audit": audit}
    return _ask(turn, found, {})


def _ask(turn: Turn, found: Contestable, said: dict[str, Any], problem: str = "") -> At:
    """Ask the first thing that is not said yet."""
    part = next(part for part in ReceiptPart if part.value not in said)
    mailed_on, last_day = found.contested.mailed_on, found.last_day
    if mailed_on is None or last_day is None:
        return _ask_mail_day(turn, found)
    buttons = {
        ReceiptPart.DAY: [Button(label("on_day", str(ago)), ReceiptTap(part, str(ago))) for ago in (0, 1, 2)],
        ReceiptPart.CHANNEL: [Button(label("appeal_channel", c), ReceiptTap(part, c.value)) for c in AppealChannel],
        ReceiptPart.SENDER: [Button(label("appeal_sender", v), ReceiptTap(part, v)) for v in ("holder", "other")],
        ReceiptPart.REASONS: [Button(label("appeal_reasons", v), ReceiptTap(part, v)) for v in ("yes", "no")],
        ReceiptPart.DESCRIPTION: [Button(label("skip_question"), ReceiptTap(part, "skip"))],
    }[part]
    mail = [Button(label("mail_day"), MailedTap(found.contested.audit, _ASK))] if part is ReceiptPart.DAY else []
    screen = AskReceipt(part.value, found.organisation.name, mailed_on, last_day, problem)
    turn.show(screen, Keyboard.flow(buttons, mail) + way_back(AppealsTap()))
    return At.RECEIPT


def answer_receipt(turn: Turn, tap: ReceiptTap) -> AnyState | None:
    """Keep an answer that was tapped, and ask on; the last one records the appeal."""
    asked = _asked(turn)
    if asked is None:
        return None
    found, said = asked
    part = next((part for part in ReceiptPart if part.value not in said), None)
    value = _answer(turn, tap) if tap.part is part else None
    if value is None:  # a button of another question
        return _ask(turn, found, said)
    return _go_on(turn, found, said | {tap.part.value: value})


def _answer(turn: Turn, tap: ReceiptTap) -> str | None:
    """Return an answer as it is kept, None for anything that was never offered."""
    if tap.part is ReceiptPart.DAY:
        is_offered = tap.value in ("0", "1", "2")
        return (turn.today - timedelta(days=int(tap.value))).isoformat() if is_offered else None
    offered = {
        ReceiptPart.CHANNEL: {channel.value for channel in AppealChannel},
        ReceiptPart.SENDER: {"holder", "other"},
        ReceiptPart.REASONS: {"yes", "no"},
        ReceiptPart.DESCRIPTION: {"skip"},
    }[tap.part]
    return tap.value if tap.value in offered else None


def take_receipt(turn: Turn, given: TextGiven) -> AnyState | None:
    """Take a day or the line for the register that was typed."""
    asked = _asked(turn)
    if asked is None:
        return None
    found, said = asked
    part = next((part for part in ReceiptPart if part.value not in said), None)
    if part is ReceiptPart.DAY:
        day = past_day(given.text, turn.today)
        if day is None or day > turn.today:
            return _ask(turn, found, said, "unclear" if day is None else "range")
        return _go_on(turn, found, said | {part.value: day.isoformat()})
    if part is ReceiptPart.DESCRIPTION:
        if refuses_personal_data(turn, given, ReceiveTap(found.contested.audit)):
            return None
        return _record(turn, found, said, given.text)
    return _ask(turn, found, said)


def _asked(turn: Turn) -> tuple[Contestable, dict[str, Any]] | None:
    """Return what was said so far; shows the way back when nothing was asked (any more)."""
    kept = dict(turn.data.get(KEY) or {})
    if "audit" not in kept or not turn.actor.may(Permission.RECEIVE_APPEALS):
        show_trouble(turn, Trouble.AGED)
        return None
    audit = AuditId(kept.pop("audit"))
    return store_of(turn).contestable(audit), {name: kept[name] for name in kept if name in frozenset(ReceiptPart)}


def _go_on(turn: Turn, found: Contestable, said: dict[str, Any]) -> At:
    turn.data[KEY] = {"audit": found.contested.audit} | said
    if ReceiptPart.DESCRIPTION.value in said:
        return _record(turn, found, said, "")
    return _ask(turn, found, said)


def _record(turn: Turn, found: Contestable, said: dict[str, Any], description: str) -> At:
    lodging = Lodging(
        received_on=date.fromisoformat(said[ReceiptPart.DAY]), channel=AppealChannel(said[ReceiptPart.CHANNEL]),
        is_from_holder=said[ReceiptPart.SENDER] == "holder", has_reasons=said[ReceiptPart.REASONS] == "yes",
    )  # fmt: skip
    store = store_of(turn)
    try:
        view = store.receive(found.contested.audit, lodging, description, turn.now)
    except (AppealRefused, NotMailed):
        return show_list(turn, AppealTold.NOT_NOW)
    del turn.data[KEY]
    is_rejected = view.appeal.state is AppealState.REJECTED  # a second one
    tell_step(turn, view, AppealStep.REJECT if is_rejected else AppealStep.RECEIVE)
    return show_appeal(turn, store.get(view.appeal.id), AppealTold.NOTED)


# ------------------------------------------------------------------------------------------------------ the steps


def judge_receipt(turn: Turn, tap: JudgeReceiptTap) -> AnyState | None:
    """Acknowledge or reject; which of the two follows from the reasons."""
    if tap.step not in (AppealStep.ACKNOWLEDGE, AppealStep.REJECT):
        show_trouble(turn, Trouble.AGED)
        return None
    return take(
        turn, tap.appeal, tap.step,
        lambda store: store.judge_receipt(tap.appeal, tap.step, turn.now, seen=tap.version),
    )  # fmt: skip


def complete(turn: Turn, tap: ReasonsCameTap) -> AnyState | None:
    """Record that the reasons came today."""
    return take(
        turn, tap.appeal, AppealStep.COMPLETE,
        lambda store: store.complete(tap.appeal, turn.today, turn.now, seen=tap.version),
    )  # fmt: skip


def tick(turn: Turn, tap: EffectTap) -> AnyState | None:
    """Record that the office saw to something that follows from a changed decision."""
    store = store_of(turn)
    effects = store.get(tap.appeal).procedure.effects
    if not 0 <= tap.effect < len(effects):
        show_trouble(turn, Trouble.AGED)
        return None
    try:
        view = store.tick(tap.appeal, effects[tap.effect], turn.now, seen=tap.version)
    except AppealChangedMeanwhile:
        return show_appeal(turn, store.get(tap.appeal), AppealTold.CHANGED)
    except AppealRefused:
        return show_appeal(turn, store.get(tap.appeal), AppealTold.NOT_NOW)
    return show_appeal(turn, view, AppealTold.NOTED)


def close(turn: Turn, tap: CloseAppealTap) -> AnyState | None:
    """Close the appeal."""
    return take(turn, tap.appeal, AppealStep.CLOSE, lambda store: store.close(tap.appeal, turn.now, seen=tap.version))


def show_mail_text(turn: Turn, tap: MailTextTap) -> AnyState | None:
    """Show a text to mail to the appellant, and record that it was mailed."""
    if not turn.actor.may(Permission.RECEIVE_APPEALS):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    store = store_of(turn)
    view = store.get(tap.appeal)
    if tap.is_sent:
        store.note_told(tap.appeal, Told.MAIL, turn.now)
        return show_appeal(turn, store.get(tap.appeal), AppealTold.NOTED)
    appeal = view.appeal
    screen = ShowMailText(
        view.organisation.name, view.ci, appeal.state, appeal.lodging.received_on, view.decision.on,
        appeal.needs_reasons, appeal.rejected_for, appeal.conclusion[:2500], view.last_day, appeal.is_changed,
    )  # fmt: skip
    sent = Button(label("appeal_mailed"), MailTextTap(tap.appeal, is_sent=True))
    turn.show(screen, Keyboard.flow([sent]) + way_back(AppealTap(tap.appeal)))
    return At.CASE


# ----------------------------------------------------------------------------------------------------- the target


def ask_target(turn: Turn, _: TargetTap) -> AnyState | None:
    """Ask within how many weeks the body wants to decide."""
    if not turn.actor.may(Permission.RECEIVE_APPEALS):
        raise NotAllowed("target")
    procedure = store_of(turn).procedure
    target, offered = procedure.treat_within, (0, *procedure.own_weeks)
    buttons = [Button(label("appeal_weeks", str(weeks)), SetTargetTap(weeks)) for weeks in offered]
    turn.show(AskTarget(target.weeks if target else None), Keyboard.flow(buttons) + way_back(AppealsTap()))
    return At.LIST


def set_target(turn: Turn, tap: SetTargetTap) -> AnyState | None:
    """Set it, or none."""
    if tap.weeks not in (0, *store_of(turn).procedure.own_weeks):
        show_trouble(turn, Trouble.AGED)
        return None
    store_of(turn).set_target(tap.weeks or None, turn.now)
    return show_list(turn, AppealTold.TARGET)
