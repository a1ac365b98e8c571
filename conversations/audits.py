"""The audits: the list, choosing which one counts, and planning a new one.

📁 Toetsingen -> LIST -> one of them -> its menu (team) or its plan (office)
➕ Nieuwe toetsing -> AUDITED (one that shared, or NAME -> NUMBER) -> KIND (or FRAMEWORK first) -> VARIANT -> the plan
"""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from conversations.acting import needs, switch
from conversations.audit_acting import AUDIT_ROLES, engagement_of
from conversations.audit_menu import audit_line, show_audit_menu
from conversations.audit_plan import show_plan
from conversations.audit_taps import AuditsTap, NewAuditTap, OpenAuditTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.onboarding import name_problem, number_problem, tidy
from conversations.taps import MenuTap, way_back
from domain.actors import Membership
from domain.audit import AuditId, AuditKind
from domain.audit_days import Variant
from domain.framework import Framework
from domain.roles import OrganisationId, Permission
from storage.audit_interfaces import Engagement, NewAudit, NotIndependent, SharedEvaluation
from storage.interfaces import NotAllowed
from templates.audit_screens import (
    AskAudited,
    AskName,
    AskNumber,
    ChooseAuditFramework,
    ChooseAuditKind,
    ChooseAuditVariant,
    NamePurpose,
    NotFree,
    ShowAudits,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

PER_PAGE = 8
MAX_SHARED = 12  # organisations with a button each
# What the conversation keeps until the audit is made.
_ORGANISATION, _NAME, _NUMBER, _KIND, _FRAMEWORK = "audited", "audited_name", "audited_number", "kind", "framework"
_KEPT = (_ORGANISATION, _NAME, _NUMBER, _KIND, _FRAMEWORK)


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LIST = "list"
    CHOSEN = "chosen"
    AUDITED = "audited"
    NAME = "name"
    NUMBER = "number"
    FRAMEWORK = "framework"
    KIND = "kind"
    VARIANT = "variant"


class AuditPageTap(Tap, frozen=True):
    """To another page of the list; pages count from 1."""

    prefix = "ag"

    page: int


class AuditedTap(Tap, frozen=True):
    """This organisation is audited; None to type another."""

    prefix = "ad"

    organisation: OrganisationId | None


class OtherFrameworkTap(Tap, frozen=True):
    """To the frameworks that an audit can be about."""

    prefix = "aof"


class AuditFrameworkTap(Tap, frozen=True):
    """Audit against this framework, counted from 0."""

    prefix = "af"

    number: int


class AuditKindTap(Tap, frozen=True):
    """The first audit, a re-audit or an additional one."""

    prefix = "ak"

    kind: AuditKind


class AuditVariantTap(Tap, frozen=True):
    """Who audits; makes the audit."""

    prefix = "av"

    variant: Variant


# --------------------------------------------------------------------------------------------- the list


def open_list(turn: Turn, _: object) -> AnyState | None:
    """Show the audits within reach, from the first page."""
    return show_list(turn, 1)


def turn_page(turn: Turn, tap: AuditPageTap) -> AnyState | None:
    """Show another page; one that is gone by now becomes the nearest."""
    return show_list(turn, tap.page)


def show_list(turn: Turn, page: int) -> AnyState | None:
    """Show a page of audits."""
    if turn.actor.role not in AUDIT_ROLES:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    audits, current = turn.work.audits(turn.actor).all(), engagement_of(turn)
    pages = max(1, -(-len(audits) // PER_PAGE))
    page = min(max(page, 1), pages)
    first = (page - 1) * PER_PAGE
    shown = audits[first : first + PER_PAGE]
    lines = tuple(audit_line(turn, found, is_current=current is not None and found.id == current.id) for found in shown)
    turn.show(ShowAudits(lines, first + 1, page, pages), list_keyboard(turn, shown, first, page, pages))
    return State.LIST


def list_keyboard(turn: Turn, shown: tuple[Engagement, ...], first: int, page: int, pages: int) -> Keyboard:
    """A numbered button per audit, pages to turn, and a new one for who plans."""
    names = [
        Button(shorten(f"{number}. {found.organisation.name}", 24), OpenAuditTap(found.id))
        for number, found in enumerate(shown, start=first + 1)
    ]
    turning = [
        Button(label("page_before"), AuditPageTap(page - 1)) if page > 1 else None,
        Button(label("page_after"), AuditPageTap(page + 1)) if page < pages else None,
    ]
    new = Button(label("new_audit"), NewAuditTap()) if turn.actor.may(Permission.PLAN_AUDIT) else None
    return Keyboard(tuple((name,) for name in names)) + Keyboard.flow(turning, [new]) + way_back(MenuTap())


def open_audit(turn: Turn, tap: OpenAuditTap) -> AnyState | None:
    """Choose an audit and go to it, in whichever role reaches it: a message about it may come at any time."""
    membership = _role_for(turn, tap.audit)
    if membership is None:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    if membership != turn.actor.membership:
        switch(turn, membership.id)
    engagement = turn.work.audits(turn.actor).choose(tap.audit)
    if engagement.role is None:
        return show_plan(turn, engagement)
    show_audit_menu(turn, membership)
    return State.CHOSEN


def _role_for(turn: Turn, audit: AuditId) -> Membership | None:
    """Return the role in which the person reaches an audit, the current one first."""
    own = [m for m in (turn.actor.membership, *turn.actor.memberships) if m is not None and m.role in AUDIT_ROLES]
    for membership in dict.fromkeys(own):
        try:
            turn.work.audits(replace(turn.actor, membership=membership)).get(audit)
        except NotAllowed:
            continue
        return membership
    return None


# ------------------------------------------------------------------------------------------ a new audit


def ask_audited(turn: Turn, _: object) -> AnyState | None:
    """Ask which organisation is audited."""
    for kept in _KEPT:
        turn.data.pop(kept, None)
    shared = turn.work.audits(turn.actor).shared()[:MAX_SHARED]
    buttons = [Button(shorten(found.organisation.name, 24), AuditedTap(found.organisation.id)) for found in shared]
    other = Button(label("other_organisation"), AuditedTap(None))
    screen = AskAudited(tuple(found.organisation.name for found in shared))
    turn.show(screen, Keyboard(tuple((b,) for b in buttons)) + Keyboard.flow([other]) + way_back(AuditsTap()))
    return State.AUDITED


def take_audited(turn: Turn, tap: AuditedTap) -> AnyState | None:
    """Keep who is audited, or ask for a name."""
    if tap.organisation is None:
        turn.show(AskName(NamePurpose.AUDITED), way_back(NewAuditTap()))
        return State.NAME
    turn.data[_ORGANISATION] = tap.organisation
    return settle_framework(turn)


def take_name(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the name and ask for the number."""
    name = tidy(given.text)
    problem = name_problem(name)
    if problem is not None:
        turn.show(AskName(NamePurpose.AUDITED, problem), way_back(NewAuditTap()))
        return State.NAME
    turn.data[_NAME] = name
    turn.show(AskNumber(NamePurpose.AUDITED, name), way_back(NewAuditTap()))
    return State.NUMBER


def take_number(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep the number and go on."""
    number = tidy(given.text)
    problem = number_problem(number)
    if problem is not None:
        turn.show(AskNumber(NamePurpose.AUDITED, turn.data.get(_NAME, ""), problem), way_back(NewAuditTap()))
        return State.NUMBER
    turn.data[_NUMBER] = number
    return settle_framework(turn)


def settle_framework(turn: Turn) -> AnyState | None:
    """Audit against the norms of the self-evaluation that was shared, else the usual ones; the kind comes next."""
    shared = _chosen(turn)
    turn.data[_FRAMEWORK] = shared.framework if shared is not None else next(iter(turn.work.frameworks))
    return ask_kind(turn)


def ask_framework(turn: Turn, _: OtherFrameworkTap) -> AnyState | None:
    """Ask against which other norms."""
    if not {_ORGANISATION, _NAME} & turn.data.keys():
        return ask_audited(turn, NewAuditTap())
    frameworks = tuple(turn.work.frameworks.values())
    buttons = [
        Button(shorten(framework.short_name, 24), AuditFrameworkTap(number))
        for number, framework in enumerate(frameworks)
    ]
    titles = tuple(framework.short_name for framework in frameworks)
    turn.show(ChooseAuditFramework(_audited_name(turn), titles), Keyboard.flow(buttons) + way_back(NewAuditTap()))
    return State.FRAMEWORK


def take_framework(turn: Turn, tap: AuditFrameworkTap) -> AnyState | None:
    """Keep the framework."""
    frameworks: tuple[Framework, ...] = tuple(turn.work.frameworks.values())
    if not 0 <= tap.number < len(frameworks):
        show_trouble(turn, Trouble.AGED)
        return None
    turn.data[_FRAMEWORK] = frameworks[tap.number].id
    return ask_kind(turn)


def ask_kind(turn: Turn) -> AnyState | None:
    """Ask why there is an audit."""
    framework = turn.work.frameworks[turn.data[_FRAMEWORK]]
    buttons = [Button(label("audit_kind", kind), AuditKindTap(kind)) for kind in AuditKind]
    other = Button(label("other_framework"), OtherFrameworkTap()) if len(turn.work.frameworks) > 1 else None
    goes_to_swn = turn.work.audit_rules.usual_process(framework).goes_to_swn
    screen = ChooseAuditKind(_audited_name(turn), framework.name if other else "", goes_to_swn)
    turn.show(screen, Keyboard.flow(buttons, [other]) + way_back(NewAuditTap()))
    return State.KIND


def take_kind(turn: Turn, tap: AuditKindTap) -> AnyState | None:
    """Keep the kind and ask who audits."""
    turn.data[_KIND] = tap.kind.value
    rules = turn.work.audit_rules.days.variants
    buttons = [Button(rule.label, AuditVariantTap(variant)) for variant, rule in rules.items()]
    screen = ChooseAuditVariant(_audited_name(turn), tuple(rules.values()))
    turn.show(screen, Keyboard.flow(buttons) + way_back(NewAuditTap()))
    return State.VARIANT


def make_audit(turn: Turn, tap: AuditVariantTap) -> AnyState | None:
    """Make the audit and show its plan, to fill in the rest."""
    if _KIND not in turn.data or _FRAMEWORK not in turn.data:
        return ask_audited(turn, tap)
    new = NewAudit(
        kind=AuditKind(turn.data[_KIND]),
        variant=tap.variant,
        framework=turn.data[_FRAMEWORK],
        organisation=turn.data.get(_ORGANISATION),
        name=turn.data.get(_NAME, ""),
        member_number=turn.data.get(_NUMBER, ""),
    )
    try:
        engagement = turn.work.audits(turn.actor).plan(new, turn.now)
    except NotIndependent as refusal:
        kinds = tuple(tie.kind for tie in refusal.ties)
        turn.show(NotFree(turn.actor.name, _audited_name(turn), kinds), way_back(AuditsTap()))
        return State.CHOSEN
    for kept in _KEPT:
        turn.data.pop(kept, None)
    return show_plan(turn, engagement)


def start_again(turn: Turn, tap: AuditKindTap | AuditFrameworkTap | AuditVariantTap | AuditedTap) -> AnyState | None:
    """A button of an older screen begins again: what it belonged to was made already, or left."""
    return ask_audited(turn, tap)


def _chosen(turn: Turn) -> SharedEvaluation | None:
    """Return the organisation that was chosen among those that share; None when it was typed."""
    wanted = turn.data.get(_ORGANISATION)
    shared = turn.work.audits(turn.actor).shared() if wanted is not None else ()
    found = next((found for found in shared if found.organisation.id == wanted), None)
    if wanted is not None and found is None:
        raise NotAllowed("organisation")
    return found


def _audited_name(turn: Turn) -> str:
    chosen = _chosen(turn)
    return chosen.organisation.name if chosen is not None else str(turn.data.get(_NAME, ""))


AUDITS = Conversation(
    name="audits",
    entry_points=[
        on_command("toetsingen", open_list),
        on_tap(AuditsTap, open_list),
        on_tap(AuditPageTap, turn_page),
        on_tap(OpenAuditTap, open_audit),
        on_tap(NewAuditTap, needs(Permission.PLAN_AUDIT, ask_audited)),
        on_tap(AuditedTap, needs(Permission.PLAN_AUDIT, start_again)),
        on_tap(OtherFrameworkTap, needs(Permission.PLAN_AUDIT, ask_framework)),
        on_tap(AuditFrameworkTap, needs(Permission.PLAN_AUDIT, start_again)),
        on_tap(AuditKindTap, needs(Permission.PLAN_AUDIT, start_again)),
        on_tap(AuditVariantTap, needs(Permission.PLAN_AUDIT, start_again)),
    ],
    states={
        State.LIST: [],
        State.CHOSEN: [],
        # Fingers bounce: the tap that led to a state says the same there once more.
        State.AUDITED: [on_tap(AuditedTap, needs(Permission.PLAN_AUDIT, take_audited))],
        State.NAME: [on_text(take_name), on_tap(AuditedTap, needs(Permission.PLAN_AUDIT, take_audited))],
        State.NUMBER: [on_text(take_number)],
        State.FRAMEWORK: [on_tap(AuditFrameworkTap, needs(Permission.PLAN_AUDIT, take_framework))],
        State.KIND: [
            on_tap(AuditKindTap, needs(Permission.PLAN_AUDIT, take_kind)),
            on_tap(AuditedTap, needs(Permission.PLAN_AUDIT, take_audited)),
            on_tap(AuditFrameworkTap, needs(Permission.PLAN_AUDIT, take_framework)),
        ],
        State.VARIANT: [
            on_tap(AuditVariantTap, needs(Permission.PLAN_AUDIT, make_audit)),
            on_tap(AuditKindTap, needs(Permission.PLAN_AUDIT, take_kind)),
        ],
    },
)

CONVERSATIONS = (AUDITS,)
