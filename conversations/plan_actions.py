"""The single actions of the improvement plan: who does one, and what its owner says of how far it is.

    norm of the plan -> whose is it -> a colleague, who gets a message
    🛠 Mijn acties -> an action -> ready or not; SAY (typed: how far, or how one sees it) -> the coordinators hear of it
                                -> a photo or document, sent while it is open -> 📎 evidence of it

An owner sees this action and nothing else of the plan or the report. A reminder carries the role that it was sent to.
The team of the audit reads the evidence with the plan, and takes nothing away.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from msgspec.structs import replace

from conversations.audit_acting import AUDIT_ROLES
from conversations.fallback import refuse_file, show_trouble
from conversations.kit import Button, Conversation, Keyboard, MediaGiven, TextGiven, Turn, on_media, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.plan_taps import (
    ActionSayTap,
    ActionTap,
    ActionTickTap,
    AuditPlanTap,
    EvidenceTap,
    GiveActionTap,
    OwnActionsTap,
    PlanNormTap,
    SnoozeActionTap,
    WhoseActionTap,
)
from conversations.taps import MenuTap, way_back
from conversations.terms import as_addressed
from domain.audit import AuditId
from domain.framework import NormId
from domain.improvement_plan import PlanRefused, Progress
from domain.plan_actions import ActionEvidence, PlanAction
from domain.privacy_guard import findings
from domain.roles import Permission
from domain.self_evaluation import ContributionKind
from storage.action_interfaces import ActionChanged, ActionFull, ActionOwner, NewEvidence
from templates.common_screens import Trouble
from templates.judging_screens import SayNotKept
from templates.plan_screens import (
    ActionTold,
    AskAction,
    ChooseOwner,
    ShowAction,
    ShowEvidence,
    ShowOwnActions,
    TellActionGiven,
    TellActionReported,
)
from templates.render import label, shorten

_KEY = "plan_action"  # of our part of the data that a person's place holds
_MAX_OWNERS = 30
_MAX_LABEL = 24
_MAX_TEXT = 1500
_MAX_FILE_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot fetch
SAYINGS = ("note", "evidence")


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    ACTIONS = "plan_actions"
    SAY = "plan_action_say"


# ---------------------------------------------------------------------------------------------- the owner


def show_own(turn: Turn, _: OwnActionsTap) -> AnyState:
    """Show the actions that are the person's own."""
    turn.data.pop(_KEY, None)
    actions = turn.work.plan_actions(turn.actor).own()
    buttons = [Button(action.norm.id, ActionTap(action.audit, action.norm.id)) for action in actions]
    turn.show(ShowOwnActions(actions, turn.today), Keyboard.grid(5, buttons) + way_back(MenuTap()))
    return At.ACTIONS


def open_action(turn: Turn, tap: ActionTap) -> AnyState:
    """Show one action."""
    return show_action(turn, tap.audit, tap.norm)


def show_action(turn: Turn, audit: AuditId, norm: NormId, told: ActionTold | None = None) -> AnyState:
    """Show what is to be done, how far it is, and what its owner can say."""
    action = turn.work.plan_actions(turn.actor).get(audit, norm)
    turn.data[_KEY] = {"audit": audit, "norm": norm, "album": (turn.data.get(_KEY) or {}).get("album")}
    turn.show(ShowAction(action, turn.today, told), _action_keyboard(turn, action))
    return At.ACTIONS


def _action_keyboard(turn: Turn, action: PlanAction) -> Keyboard:
    audit, norm, done = action.audit, action.norm.id, action.progress.is_done
    tick = Button(label("untick" if done else "tick_off"), ActionTickTap(audit, norm, is_done=not done))
    says = [Button(label("action_say", what), ActionSayTap(audit, norm, what)) for what in SAYINGS]
    later = Button(label("term_snooze"), SnoozeActionTap(audit, norm)) if not done else None
    back = AuditPlanTap(audit) if turn.actor.may(Permission.WRITE_PLAN) else OwnActionsTap()
    files = evidence_buttons(audit, norm, action.evidence, "show")
    return Keyboard.flow([tick, *says, later] if action.is_running else [], files) + way_back(back)


def evidence_buttons(
    audit: AuditId, norm: NormId, evidence: Sequence[ActionEvidence], what: str
) -> list[Button | None]:
    """Return a button for every file that lies at an action."""
    return [
        Button(label("action_file", str(place)), EvidenceTap(audit, norm, item.number, what))
        for place, item in enumerate(evidence, 1)
    ]


def tick(turn: Turn, tap: ActionTickTap) -> AnyState:
    """Keep that the action is ready, or not after all; the coordinators hear of it."""
    now = turn.work.plan_actions(turn.actor).get(tap.audit, tap.norm).progress
    if now.is_done == tap.is_done:
        return show_action(turn, tap.audit, tap.norm)
    new = replace(now, done_on=turn.today if tap.is_done else None)
    return _keep(turn, tap.audit, new, ActionTold.READY if tap.is_done else ActionTold.OPEN)


def ask(turn: Turn, tap: ActionSayTap) -> AnyState:
    """Ask how far it is, or how one sees it."""
    action = turn.work.plan_actions(turn.actor).get(tap.audit, tap.norm)
    if tap.what not in SAYINGS or not action.is_running:
        return show_action(turn, tap.audit, tap.norm, ActionTold.NOT_NOW)
    turn.data[_KEY] = {"audit": tap.audit, "norm": tap.norm, "what": tap.what, "seen": action.progress.version}
    turn.show(AskAction(action, tap.what), way_back(ActionTap(tap.audit, tap.norm)))
    return At.SAY


def take_text(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed, at the action that was asked about."""
    asked = turn.data.get(_KEY) or {}
    if asked.get("what") not in SAYINGS:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    audit, norm = AuditId(int(asked["audit"])), NormId(asked["norm"])
    sensitive = tuple(dict.fromkeys(found.kind for found in findings(given.text)))
    if sensitive:
        turn.show(SayNotKept(sensitive), way_back(ActionTap(audit, norm)))
        return At.SAY
    text = given.text.strip()
    if len(text) > _MAX_TEXT:
        action = turn.work.plan_actions(turn.actor).get(audit, norm)
        turn.show(AskAction(action, asked["what"], ActionTold.TOO_LONG), way_back(ActionTap(audit, norm)))
        return At.SAY
    now = turn.work.plan_actions(turn.actor).get(audit, norm).progress
    if now.version != asked.get("seen"):
        return show_action(turn, audit, norm, ActionTold.CHANGED)
    new = replace(now, note=text) if asked["what"] == "note" else replace(now, evidence=text)
    return _keep(turn, audit, new, ActionTold.KEPT)


def _keep(turn: Turn, audit: AuditId, new: Progress, told: ActionTold) -> AnyState:
    store = turn.work.plan_actions(turn.actor)
    try:
        store.report(audit, new, turn.now)
    except ActionChanged:
        return show_action(turn, audit, new.norm, ActionTold.CHANGED)
    except PlanRefused:
        return show_action(turn, audit, new.norm, ActionTold.NOT_NOW)
    if not turn.actor.may(Permission.WRITE_PLAN):
        _tell_coordinators(turn, store.get(audit, new.norm), told)
    return show_action(turn, audit, new.norm, told)


def _tell_coordinators(turn: Turn, action: PlanAction, told: ActionTold) -> None:
    organisation = turn.actor.organisation
    screen = TellActionReported(action, organisation.name if organisation else "", told)
    for person in turn.work.plan_actions(turn.actor).coordinators(action.audit, action.norm.id):
        to = ActionTap(action.audit, action.norm.id, person.membership)
        turn.say(screen, Keyboard.flow([Button(label("see_action"), to)]) + way_back(None), to_chat=person.chat)


# ------------------------------------------------------------------------------------------------ evidence


def take_media(turn: Turn, given: MediaGiven) -> AnyState | None:
    """Keep a photo or document at the action that is open; items of one album are told once."""
    asked = turn.data.get(_KEY) or {}
    if "norm" not in asked:
        refuse_file(turn, given)
        return None
    audit, norm = AuditId(int(asked["audit"])), NormId(asked["norm"])
    sensitive = tuple(dict.fromkeys(found.kind for found in findings(given.caption)))
    if sensitive:
        turn.show(SayNotKept(sensitive), way_back(ActionTap(audit, norm)))
        return At.ACTIONS
    if (given.size or 0) > _MAX_FILE_BYTES or len(given.caption) > _MAX_TEXT:
        return show_action(turn, audit, norm, ActionTold.FILE_TOO_LARGE)
    store, is_more = turn.work.plan_actions(turn.actor), given.album is not None and given.album == asked.get("album")
    new = NewEvidence(
        ContributionKind(given.kind.value), given.name, given.media_type, given.size, given.file_id, given.caption
    )
    try:
        item = store.attach(audit, norm, new, turn.now)
    except ActionFull:
        return show_action(turn, audit, norm, ActionTold.FULL)
    except PlanRefused:
        return show_action(turn, audit, norm, ActionTold.NOT_NOW)
    turn.job("fetch_file", file=item.file)
    turn.data[_KEY] = {**asked, "album": given.album}
    if not is_more and not turn.actor.may(Permission.WRITE_PLAN):
        _tell_coordinators(turn, store.get(audit, norm), ActionTold.ATTACHED)
    return show_action(turn, audit, norm, ActionTold.ATTACHED)


def open_evidence(turn: Turn, tap: EvidenceTap) -> AnyState:
    """Show a file that lies at an action, send it, or take it away."""
    if turn.actor.role in AUDIT_ROLES:
        return _send_to_team(turn, tap)
    store = turn.work.plan_actions(turn.actor)
    action = store.get(tap.audit, tap.norm)
    item = next((found for found in action.evidence if found.number == tap.number), None)
    if item is None:
        return show_action(turn, tap.audit, tap.norm)
    may_remove = item.by == turn.actor.person or turn.actor.may(Permission.WRITE_PLAN)
    if tap.what == "remove" and may_remove:
        store.detach(tap.audit, tap.norm, tap.number, turn.now)
        return show_action(turn, tap.audit, tap.norm, ActionTold.DETACHED)
    is_sent = tap.what == "send" and item.is_there
    if is_sent:
        turn.job("send_file", file=item.file, is_confidential=True)
    send, remove = (EvidenceTap(tap.audit, tap.norm, tap.number, what) for what in ("send", "remove"))
    buttons = [
        Button(label("send_file"), send) if item.is_there and not is_sent else None,
        Button(label("remove_file"), remove) if may_remove else None,
    ]
    turn.show(
        ShowEvidence(action.norm, item, is_sent), Keyboard.flow(buttons) + way_back(ActionTap(tap.audit, tap.norm))
    )
    return At.ACTIONS


def _send_to_team(turn: Turn, tap: EvidenceTap) -> AnyState:
    """Send a file to somebody of the team, who reads it with the plan."""
    plans = turn.work.plans(turn.actor)
    found = plans.evidence(tap.audit).get(tap.norm, ())
    item = next((each for each in found if each.number == tap.number and each.is_there), None)
    norm = turn.work.frameworks[turn.work.process(turn.actor).get(tap.audit).framework].norm(tap.norm)
    if item is not None:
        turn.job("send_file", file=item.file, is_confidential=True)
    turn.show(ShowEvidence(norm, item, is_sent=item is not None), way_back(PlanNormTap(tap.audit, tap.norm)))
    return At.ACTIONS


def snooze(turn: Turn, tap: SnoozeActionTap) -> AnyState:
    """Leave the person alone about an action until tomorrow."""
    store = turn.work.plan_actions(turn.actor)
    if store.get(tap.audit, tap.norm).progress.is_done:
        return show_action(turn, tap.audit, tap.norm)
    store.snooze(tap.audit, tap.norm, turn.today + timedelta(days=1), turn.now)
    return show_action(turn, tap.audit, tap.norm, ActionTold.SNOOZED)


# ---------------------------------------------------------------------------------------- the coordinator


def ask_owner(turn: Turn, tap: WhoseActionTap) -> AnyState:
    """Ask who does an action."""
    store = turn.work.plan_actions(turn.actor)
    action, owners = store.get(tap.audit, tap.norm), store.owners(tap.audit)
    people = store.candidates(tap.audit)[:_MAX_OWNERS]
    owner = owners.get(tap.norm)
    buttons = [
        Button(shorten(person.name, _MAX_LABEL), GiveActionTap(tap.audit, tap.norm, person.membership))
        for person in people
        if owner is None or person.person != owner.person
    ]
    nobody = Button(label("owned_by_nobody"), GiveActionTap(tap.audit, tap.norm, None)) if owner else None
    keyboard = Keyboard(tuple((button,) for button in buttons)) + Keyboard.flow([nobody])
    screen = ChooseOwner(action.norm, action.entry, owner.name if owner else "")
    turn.show(screen, keyboard + way_back(PlanNormTap(tap.audit, tap.norm)))
    return At.ACTIONS


def give(turn: Turn, tap: GiveActionTap) -> AnyState:
    """Give an action to a colleague, who hears of it, or take it back."""
    store = turn.work.plan_actions(turn.actor)
    try:
        owner = store.give(tap.audit, tap.norm, tap.membership, turn.now)
    except PlanRefused:
        return show_action(turn, tap.audit, tap.norm, ActionTold.NOT_NOW)
    if owner is not None:
        _tell_owner(turn, store.get(tap.audit, tap.norm), owner)
    return show_action(turn, tap.audit, tap.norm, ActionTold.GIVEN if owner else ActionTold.TAKEN_BACK)


def _tell_owner(turn: Turn, action: PlanAction, owner: ActionOwner) -> None:
    organisation = turn.actor.organisation
    if owner.chat is None or owner.chat == turn.incoming.chat_id:
        return
    screen = TellActionGiven(action, organisation.name if organisation else "")
    to = ActionTap(action.audit, action.norm.id, owner.membership)
    buttons = Keyboard.flow([Button(label("see_action"), to)])
    turn.say(screen, buttons + way_back(None), to_chat=owner.chat)


PLAN_ACTIONS = Conversation(
    name="plan_actions",
    entry_points=[
        on_tap(OwnActionsTap, as_addressed(show_own)),
        on_tap(ActionTap, as_addressed(open_action)),
        on_tap(ActionTickTap, as_addressed(tick)),
        on_tap(ActionSayTap, as_addressed(ask)),
        on_tap(EvidenceTap, as_addressed(open_evidence)),
        on_tap(SnoozeActionTap, as_addressed(snooze)),
        on_tap(WhoseActionTap, as_addressed(ask_owner)),
        on_tap(GiveActionTap, as_addressed(give)),
    ],
    states={
        At.ACTIONS: [on_media(as_addressed(take_media))],
        At.SAY: [on_text(as_addressed(take_text)), on_media(as_addressed(take_media))],
    },
)

CONVERSATIONS = (PLAN_ACTIONS,)
