"""What the conversations of appeals share: one appeal on a screen, who hears of a step, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from conversations.appeal_taps import (
    AppealLogTap,
    AppealReportTap,
    AppealsTap,
    AppealTap,
    CandidatesTap,
    CloseAppealTap,
    ConcludeTap,
    DossierPart,
    DossierTap,
    EffectTap,
    JudgeReceiptTap,
    MailTextTap,
    OpenAppealTap,
    ReasonsCameTap,
    ReviewTap,
)
from conversations.decisions import tell
from conversations.kit import Button, Keyboard, Turn
from conversations.taps import way_back
from domain.appeals import Appeal, AppealId, AppealRefused, AppealState, AppealStep, can
from domain.dates import parse_date
from domain.roles import Permission, Role
from storage.appeal_interfaces import AppealChangedMeanwhile, Appeals, AppealView, Audience, Told
from storage.plan_interfaces import Addressee
from templates.appeal_screens import AppealFor, AppealTold, ShowAppeal, ShowAppealLog, TellAppeal
from templates.render import label

KEY = "appeal"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    HOME = "appeal_home"
    LETTER = "appeal_letter"
    LIST = "appeal_list"
    MAIL_DAY = "appeal_mail_day"
    RECEIPT = "appeal_receipt"
    CASE = "appeal_case"
    CONCLUSION = "appeal_conclusion"


#: Who hears of a step beside the appellant, who hears of every one.
_HEARS: Mapping[AppealStep, tuple[Audience, ...]] = MappingProxyType(
    {
        AppealStep.ACKNOWLEDGE: (Audience.QUALITY,),
        AppealStep.ASSIGN: (Audience.HANDLER,),
        AppealStep.UPHOLD: (Audience.OFFICE, Audience.QUALITY, Audience.TEAM),
        AppealStep.OVERTURN: (Audience.OFFICE, Audience.QUALITY, Audience.TEAM, Audience.SWN),
    }
)


#: Who reaches the appeal that they hear of; the team and the secretariat only hear what came of it.
_REACH_IT = frozenset({Audience.QUALITY, Audience.HANDLER, Audience.OFFICE})


def store_of(turn: Turn) -> Appeals:
    """Return the appeals within the actor's reach."""
    return turn.work.appeals(turn.actor)


def take(turn: Turn, appeal: AppealId, step: AppealStep, act: Callable[[Appeals], AppealView]) -> At:
    """Take a step and tell everybody whom it concerns; what is refused changes nothing and shows how it is now."""
    store = store_of(turn)
    try:
        view = act(store)
    except AppealChangedMeanwhile:
        return show_appeal(turn, store.get(appeal), AppealTold.CHANGED)
    except AppealRefused:
        return show_appeal(turn, store.get(appeal), AppealTold.NOT_NOW)
    tell_step(turn, view, step)
    return show_appeal(turn, store.get(appeal), AppealTold.TAKEN)


def tell_step(turn: Turn, view: AppealView, step: AppealStep) -> None:
    """Tell the appellant, and who else has to do with it; what they hear by chat stands in the log.

    When somebody else sent it the office mails them: the organisation itself did not appeal.
    """
    store, appeal = store_of(turn), view.appeal
    is_theirs = appeal.lodging.is_from_holder
    people = store.addressees(appeal.id, Audience.APPELLANT) if is_theirs else ()
    _tell(turn, people, _news(view, step, AppealFor.APPELLANT), appeal.id)
    if people:
        store.note_told(appeal.id, Told.CHAT, turn.now)
    for audience in _HEARS.get(step, ()):
        if audience is Audience.SWN and not view.goes_to_swn:
            continue
        has_certificate = audience is Audience.SWN and store.has_certificate(appeal.id)
        news = _news(view, step, AppealFor(audience.value), has_certificate=has_certificate)
        if audience in _REACH_IT:
            _tell(turn, store.addressees(appeal.id, audience), news, appeal.id)
        else:
            tell(turn, store.addressees(appeal.id, audience), news)


def _tell(turn: Turn, people: Sequence[Addressee], screen: TellAppeal, appeal: AppealId) -> None:
    """Send people a message that leads to the appeal itself."""
    for person in people:
        if person.chat != turn.incoming.chat_id:
            keyboard = Keyboard.flow([Button(label("go_on"), OpenAppealTap(appeal, person.membership))])
            turn.say(screen, keyboard + way_back(None), to_chat=person.chat)


def _news(view: AppealView, step: AppealStep, audience: AppealFor, *, has_certificate: bool = False) -> TellAppeal:
    appeal = view.appeal
    return TellAppeal(
        step, audience, view.organisation.name, view.ci, appeal.lodging.received_on, view.decision.on,
        needs_reasons=appeal.needs_reasons, reasons=appeal.rejected_for, conclusion=appeal.conclusion,
        has_certificate=has_certificate, was_positive=view.decision.is_positive, goes_to_swn=view.goes_to_swn,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ one appeal


def open_appeal(turn: Turn, tap: AppealTap | OpenAppealTap) -> At:
    """Show one appeal."""
    return show_appeal(turn, store_of(turn).get(tap.appeal))


def show_appeal(turn: Turn, view: AppealView, told: AppealTold | None = None) -> At:
    """Show one appeal with what this person can do now."""
    store, appeal, role = store_of(turn), view.appeal, turn.actor.role or Role.VISITOR
    is_decided = appeal.decided_on is not None
    screen = ShowAppeal(
        organisation=view.organisation.name, ci=view.ci, kind=view.kind, role=role, state=appeal.state,
        lodging=appeal.lodging, last_day=view.last_day, description=appeal.description,
        needs_reasons=appeal.needs_reasons,
        against=store.against(appeal.id) if appeal.state is AppealState.RECEIVED else appeal.rejected_for,
        is_positive=view.decision.is_positive, decided_on=view.decision.on, handler=view.handler,
        handler_hindrances=view.handler_hindrances, due=view.due, today=turn.today, conclusion=appeal.conclusion,
        is_changed=appeal.is_changed if is_decided else None,
        effects=tuple((code, code in appeal.done) for code in view.procedure.effects) if appeal.is_changed else (),
        untold=sum(line.told is Told.NOT_YET for line in view.log), told=told,
    )  # fmt: skip
    log = Button(label("appeal_log"), AppealLogTap(appeal.id))
    turn.show(screen, Keyboard.flow(_buttons(turn, view), [log]) + way_back(AppealsTap()))
    return At.CASE


def _buttons(turn: Turn, view: AppealView) -> list[Button | None]:
    actor, appeal = turn.actor, view.appeal
    found: list[Button | None] = []
    if actor.may(Permission.RECEIVE_APPEALS):
        found += _office_buttons(turn, view)
    if actor.may(Permission.ASSIGN_APPEALS) and can(appeal, AppealStep.ASSIGN):
        found.append(Button(label("appeal_handler"), CandidatesTap(appeal.id)))
    if actor.may(Permission.HANDLE_APPEALS) and not appeal.state.is_over:
        found += _handler_buttons(appeal, has_report=store_of(turn).report(appeal.id) is not None)
    return found


def _office_buttons(turn: Turn, view: AppealView) -> list[Button | None]:
    store, appeal = store_of(turn), view.appeal
    version = appeal.version
    if appeal.state is AppealState.RECEIVED:
        is_in_order = not store.against(appeal.id)
        step = AppealStep.ACKNOWLEDGE if is_in_order else AppealStep.REJECT
        words = "appeal_acknowledge" if is_in_order else "appeal_reject"
        judging = [Button(label(words), JudgeReceiptTap(appeal.id, step, version))]
    else:
        judging = [Button(label("appeal_mail"), MailTextTap(appeal.id, is_sent=False))]
    procedure = view.procedure
    to_do = appeal.to_do(procedure) if appeal.state is AppealState.DECIDED_CHANGED else ()
    effects = [
        Button(label("appeal_effect", code), EffectTap(appeal.id, procedure.effects.index(code), version))
        for code in to_do
    ]
    came = can(appeal, AppealStep.COMPLETE)
    closes = can(appeal, AppealStep.CLOSE) and not to_do
    return [
        *judging,
        Button(label("appeal_reasons_came"), ReasonsCameTap(appeal.id, version)) if came else None,
        *effects,
        Button(label("appeal_close"), CloseAppealTap(appeal.id, version)) if closes else None,
    ]


def _handler_buttons(appeal: Appeal, *, has_report: bool) -> list[Button | None]:
    reviews = can(appeal, AppealStep.REVIEW)
    decides = can(appeal, AppealStep.UPHOLD)
    version = appeal.version
    return [
        Button(label("appeal_dossier", DossierPart.DECISION), DossierTap(appeal.id, DossierPart.DECISION, 0)),
        Button(label("appeal_report"), AppealReportTap(appeal.id)) if has_report else None,
        Button(label("appeal_review"), ReviewTap(appeal.id, version)) if reviews else None,
        Button(label("appeal_conclude", "unchanged"), ConcludeTap(appeal.id, is_changed=False, version=version))
        if decides
        else None,
        Button(label("appeal_conclude", "changed"), ConcludeTap(appeal.id, is_changed=True, version=version))
        if decides
        else None,
    ]


def open_log(turn: Turn, tap: AppealLogTap) -> At:
    """Show every step of an appeal; the appellant does not read the names of who took them."""
    view = store_of(turn).get(tap.appeal)
    is_own = turn.actor.role is Role.COORDINATOR
    lines = tuple((line.step, line.on, "" if is_own else line.by, line.told.value) for line in view.log)
    turn.show(ShowAppealLog(view.organisation.name, lines, is_own), way_back(AppealTap(tap.appeal)))
    return At.CASE


# ------------------------------------------------------------------------------------------------------- days


def past_day(text: str, today: date) -> date | None:
    """Return the day that a person typed about something that happened: without a year the last such day."""
    day = parse_date(text, today)
    if day is None or day <= today:
        return day
    earlier = parse_date(text, today - timedelta(days=366))
    is_same = earlier is not None and (earlier.month, earlier.day) == (day.month, day.day)
    return earlier if earlier is not None and is_same and earlier <= today else day
