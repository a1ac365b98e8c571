"""The menu: which role counts, how far the self-evaluation is, and what that role can do now.

    /menu, 🏠 Menu -> MENU            (without a role: the welcome)
    🔁 Wissel van rol -> ROLES -> a role -> MENU

Only what exists is on the menu. A message to somebody else carries a `RoleTap`, because they may
be at work in another organisation by then.
"""

from __future__ import annotations

from enum import StrEnum

from conversations.acting import become, current_evaluation, framework_of, own_norms, switch, verdicts_of
from conversations.appeal_taps import AppealsTap
from conversations.audit_acting import AUDIT_ROLES
from conversations.audit_menu import show_audit_menu
from conversations.case_taps import CASE_ROLES, SignalTap
from conversations.decision_taps import CertificateTap
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_command, on_tap
from conversations.plan_taps import AuditPlanTap, OwnActionsTap
from conversations.report_taps import MemberReportTap
from conversations.taps import (
    CalculatorTap,
    ColleaguesTap,
    DocumentsTap,
    MenuTap,
    NormTap,
    OverviewTap,
    PlanTap,
    SettingsTap,
    SwitchRoleTap,
    way_back,
)
from conversations.term_taps import TermsTap
from conversations.terms import has_process, headline
from conversations.trend_taps import TrendsTap
from domain.actors import Membership, MembershipId
from domain.framework import Norm
from domain.progress import next_open, progress
from domain.report_format import Moment
from domain.roles import Permission, Role
from domain.self_evaluation import Evaluation
from templates.people_screens import ChooseRole, MenuNews, ShowMenu, Welcome
from templates.render import label, shorten


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    WELCOME = "welcome"
    MENU = "menu"
    ROLES = "roles"


class Newcomer(StrEnum):
    """As what somebody wants to begin."""

    MEMBER = "member"
    AUDITOR = "auditor"
    VISITOR = "visitor"


class NewcomerTap(Tap, frozen=True):
    """Begin as somebody of a member organisation, as an auditor, or by looking around."""

    prefix = "nc"

    kind: Newcomer


class RoleTap(Tap, frozen=True):
    """Go on in one of one's own roles."""

    prefix = "rl"

    membership: MembershipId


# ------------------------------------------------------------------------------------------------ steps


def open_menu(turn: Turn, _: object) -> State:
    """Show the menu, wherever the person was."""
    return show_menu(turn)


def open_roles(turn: Turn, _: object) -> State:
    """List the roles of this person."""
    turn.show(ChooseRole(turn.actor.memberships, turn.actor.membership), roles_keyboard(turn.actor.memberships))
    return State.ROLES


def take_role(turn: Turn, tap: RoleTap) -> State:
    """Go on in another role, with its own menu; in the role that counts already only its commands are renewed."""
    if turn.actor.membership is not None and turn.actor.membership.id == tap.membership:
        become(turn)
        return show_menu(turn)
    switch(turn, tap.membership)
    return show_menu(turn, MenuNews.SWITCHED)


# ---------------------------------------------------------------------------------------------- screens


def show_menu(turn: Turn, news: MenuNews | None = None) -> State:
    """Show the menu of the current role, or the welcome to somebody without any."""
    membership = turn.actor.membership
    if membership is None:
        turn.show(Welcome(), welcome_keyboard())
        if not turn.actor.settings.is_welcomed:
            turn.work.people(turn.actor).set_welcomed()
        return State.WELCOME
    if membership.role in AUDIT_ROLES:
        show_audit_menu(turn, membership, news)
        return State.MENU
    if membership.role is Role.APPEAL_HANDLER:
        from conversations.appeal_office import show_list  # its messages lead back to this menu

        show_list(turn, is_menu=True, news=news)
        return State.MENU
    if membership.role is Role.SWN_SECRETARIAT:
        from conversations.register import show_register_menu  # its messages lead back to this menu

        show_register_menu(turn, membership, news)
        return State.MENU
    if membership.role in CASE_ROLES:
        from conversations.case_register import show_case_menu  # as above

        show_case_menu(turn, membership, news)
        return State.MENU
    evaluation = current_evaluation(turn)
    screen, following = _menu(turn, membership, evaluation, news)
    turn.show(screen, menu_keyboard(turn, following))
    return State.MENU


def _menu(
    turn: Turn, membership: Membership, evaluation: Evaluation | None, news: MenuNews | None
) -> tuple[ShowMenu, Norm | None]:
    """Return the menu and the next norm of this person's own, None when none is open."""
    framework, verdicts = framework_of(turn, evaluation), verdicts_of(turn, evaluation)
    own = own_norms(turn, evaluation) & framework.norm_ids
    own_open = own - verdicts.keys()
    is_closed = evaluation is not None and not evaluation.is_open
    done = progress(framework, verdicts)
    screen = ShowMenu(
        organisation=membership.organisation.name,
        role=membership.role,
        is_confirmed=membership.organisation.is_confirmed,
        answered=done.answered,
        total=done.total if evaluation else 0,
        own_open=len(own_open),
        own_total=len(own),
        is_closed=is_closed,
        news=news,
        term=headline(turn),
    )
    has_work = bool(own_open) and not is_closed
    return screen, next_open(framework, verdicts, preferring=own) if has_work else None


def welcome_keyboard() -> Keyboard:
    """The three ways to begin."""
    return Keyboard.flow([Button(label("newcomer", kind), NewcomerTap(kind)) for kind in Newcomer])


def menu_keyboard(turn: Turn, following: Norm | None) -> Keyboard:
    """What the current role can do now; one's own norms come first."""
    go_on = Button(label("menu_go_on", following.id), NormTap(following.id)) if following else None
    return Keyboard.flow([go_on], _work_buttons(turn), _person_buttons(turn))


def _work_buttons(turn: Turn) -> list[Button | None]:
    actor = turn.actor
    reads, answers = actor.may(Permission.READ_EVALUATION), actor.may(Permission.ANSWER)
    sent = newest_report(turn)
    return [
        Button(label("menu_self_evaluation"), OverviewTap()) if reads else None,
        Button(label("menu_plan"), _plan_tap(turn)) if reads else None,
        own_actions_button(turn),
        *_certificate_button(turn),
        Button(label("appeal"), AppealsTap()) if turn.work.appeals(turn.actor).has_any() else None,
        Button(label("menu_documents"), DocumentsTap()) if reads else None,
        Button(label("menu_colleagues"), ColleaguesTap()) if answers else None,
        Button(label("menu_calculator"), CalculatorTap()) if actor.role is Role.COORDINATOR else None,
        Button(label("member_report", sent), MemberReportTap(None)) if sent else None,
        Button(label("terms"), TermsTap()) if has_process(turn) else None,
        Button(label("trends"), TrendsTap()) if answers else None,
        Button(label("complain"), SignalTap()) if actor.may(Permission.REPORT_SIGNAL) else None,
    ]


def _certificate_button(turn: Turn) -> list[Button | None]:
    """Lead a coordinator to the newest certificate, when there is one."""
    entries = turn.work.decisions(turn.actor).own_entries()
    return [Button(label("certificate"), CertificateTap(entries[0].certificate.id))] if entries else []


def own_actions_button(turn: Turn) -> Button | None:
    """Lead somebody to their own actions of the plan; None as long as none is open."""
    count = turn.work.plan_actions(turn.actor).count()
    return Button(label("my_actions", str(count)), OwnActionsTap()) if count else None


def _plan_tap(turn: Turn) -> Tap:
    """Lead to the plan that final findings ask for, else to what the self-evaluation wants to improve."""
    audit = turn.work.plans(turn.actor).current()
    return AuditPlanTap(audit) if audit is not None else PlanTap()


def newest_report(turn: Turn) -> Moment | None:
    """Return what the newest report of the person's organisation is, None when none was sent to them."""
    newest = turn.work.reports(turn.actor).newest() if turn.actor.may(Permission.RESPOND_TO_REPORT) else None
    return newest.moment if newest else None


def _person_buttons(turn: Turn) -> list[Button | None]:
    is_visitor = turn.actor.role is Role.VISITOR
    return [
        Button(label("begin_for_real"), NewcomerTap(Newcomer.MEMBER)) if is_visitor else None,
        Button(label("menu_settings"), SettingsTap()),
        Button(label("switch_role"), SwitchRoleTap()) if len(turn.actor.memberships) > 1 else None,
    ]


def roles_keyboard(memberships: tuple[Membership, ...]) -> Keyboard:
    """A numbered button per role, because two may be in one organisation."""
    buttons = [
        Button(shorten(f"{number}. {membership.organisation.name}", 24), RoleTap(membership.id))
        for number, membership in enumerate(memberships, start=1)
    ]
    another = Button(label("another_organisation"), NewcomerTap(Newcomer.MEMBER))
    return Keyboard(tuple((button,) for button in buttons)) + Keyboard.flow([another]) + way_back(None)


MENU = Conversation(
    name="menu",
    entry_points=[
        on_command("menu", open_menu),
        on_tap(MenuTap, open_menu),
        on_tap(SwitchRoleTap, open_roles),
        on_tap(RoleTap, take_role),
    ],
    states={State.WELCOME: [], State.MENU: [], State.ROLES: []},
)

CONVERSATIONS = (MENU,)
