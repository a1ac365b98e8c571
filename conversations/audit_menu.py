"""The menu of people who work on audits: an auditor's chosen audit, or what waits for the office, by date."""

from __future__ import annotations

from conversations.appeal_taps import AppealsTap
from conversations.audit_acting import engagement_of
from conversations.audit_taps import (
    AuditsTap,
    ConductTap,
    CoverageTap,
    HomeTap,
    InterviewTap,
    JudgeTap,
    NewAuditTap,
    NoteTap,
    OfficeTap,
    OpenAuditTap,
    TeamTap,
)
from conversations.case_taps import SignalTap
from conversations.decision_taps import DecisionTap
from conversations.evaluation_after_taps import LookBackTap, ResultsTap
from conversations.kit import Button, Keyboard, Turn
from conversations.plan_taps import AuditPlanTap
from conversations.report_taps import ReportTap
from conversations.taps import CalculatorTap, SettingsTap, SwitchRoleTap
from conversations.term_taps import TermsTap
from conversations.terms import headline
from conversations.trend_taps import TrendsTap
from domain.actors import Membership
from domain.audit import Audit, Stage
from domain.audit_evaluation import STAGES_LOOKED_BACK_ON, Side
from domain.conduct import without_statements
from domain.coverage import coverage_of
from domain.roles import Permission, Role
from domain.verdicts import Verdict
from storage.audit_interfaces import Engagement
from templates.audit_screens import AuditLine, MenuCounts, ShowAuditMenu, ShowAuditorMenu, ShowOfficeMenu
from templates.people_screens import MenuNews
from templates.render import label, shorten

MAX_LINES = 6  # audits in the menu of the office; the rest is in the list
_OVER = (Stage.CLOSED, Stage.CANCELLED)


def show_audit_menu(turn: Turn, membership: Membership, news: MenuNews | None = None) -> None:
    """Show the menu of a role at a certifying body."""
    if membership.role is Role.CI_ADMIN:
        _show_office(turn, membership, news)
        return
    engagement = engagement_of(turn)
    if engagement is None:
        turn.show(ShowAuditorMenu(membership.organisation.name, membership.role, news), auditor_keyboard(turn))
        return
    turn.show(audit_screen(turn, engagement, news), audit_keyboard(turn, engagement))


def audit_screen(turn: Turn, engagement: Engagement, news: MenuNews | None) -> ShowAuditMenu:
    """Return the menu of the chosen audit; its numbers are content."""
    audits, audit = turn.work.audits(turn.actor), engagement.audit
    return ShowAuditMenu(
        organisation=engagement.organisation.name,
        role=engagement.role or Role.AUDITOR,
        days=audit.days,
        stage=audit.stage,
        total=len(audits.framework(audit).norms),
        counts=menu_counts(turn, engagement) if engagement.is_open else None,
        missing=engagement.missing,
        news=news,
        term=headline(turn, audit.id),
        frameworks=framework_names(turn, audit) if audit.companion is not None else (),
    )


def framework_names(turn: Turn, audit: Audit) -> tuple[str, ...]:
    """Return against which framework one looks, and which the other half of a combination is about."""
    ids = (audit.framework, *((audit.companion.framework,) if audit.companion else ()))
    return tuple(turn.work.frameworks[framework].short_name for framework in ids)


def menu_counts(turn: Turn, engagement: Engagement) -> MenuCounts:
    """Return the numbers of the menu: as many statements however much was found."""
    audits, judging, audit = turn.work.audits(turn.actor), turn.work.judging(turn.actor), engagement.audit
    counts = audits.counts(audit)
    exempt = [norm for norm, held in judging.consensus(audit).items() if held.verdict is Verdict.NOT_APPLICABLE]
    covered = coverage_of((found.tally for found in judging.gathered(audit)), audits.framework(audit), exempt)
    round_norms = sum(norm.is_round for norm in covered.values())
    return MenuCounts(counts.interviews, counts.findings, counts.in_tray, counts.settled, round_norms)


def audit_line(turn: Turn, engagement: Engagement, *, is_current: bool = False) -> AuditLine:
    """Return an audit as a list shows it."""
    audit = engagement.audit
    is_over = audit.stage in _OVER
    return AuditLine(
        organisation=engagement.organisation.name,
        kind=audit.kind,
        stage=audit.stage,
        days=audit.days,
        role=engagement.role,
        without_team=audit.team_leader is None and not is_over,
        without_statements=0 if is_over else len(without_statements(audit, engagement.acceptances)),
        is_current=is_current,
        framework=turn.work.frameworks[audit.framework].short_name if audit.companion is not None else "",
    )


def _show_office(turn: Turn, membership: Membership, news: MenuNews | None) -> None:
    running = [found for found in turn.work.audits(turn.actor).all() if found.audit.stage not in _OVER]
    lines = tuple(audit_line(turn, found) for found in running[:MAX_LINES])
    more = len(running) - len(lines)
    turn.show(ShowOfficeMenu(membership.organisation.name, membership.role, lines, more, news), office_keyboard(turn))


def audit_keyboard(turn: Turn, engagement: Engagement) -> Keyboard:
    """What there is to do in the chosen audit; the statements come first."""
    if engagement.missing:
        work: list[Button | None] = [Button(label("read_statements"), ConductTap())]
    else:
        work = [
            Button(label("audit_interview"), InterviewTap()),
            Button(label("audit_note"), NoteTap()),
            Button(label("audit_coverage"), CoverageTap()),
            Button(label("audit_judging"), JudgeTap()),
            Button(label("audit_report"), ReportTap()),
        ]
        if engagement.audit.stage is Stage.CLOSED and turn.work.plans(turn.actor).status(engagement.id) is not None:
            work.append(Button(label("audit_plan_of"), AuditPlanTap(engagement.id)))
        if engagement.audit.stage is Stage.CLOSED:
            work.append(Button(label("decision"), DecisionTap(engagement.id)))
        if _can_look_back(turn, engagement):
            work.append(Button(label("look_back"), LookBackTap(engagement.audit.fieldwork)))
    companion = engagement.audit.companion
    theirs = turn.work.frameworks[companion.framework].short_name if companion is not None else ""
    around = [
        Button(shorten(label("other_half", theirs), 24), OpenAuditTap(companion.audit)) if companion else None,
        Button(label("terms"), TermsTap(engagement.id)),
        Button(label("audit_team"), TeamTap()),
        Button(label("audits"), AuditsTap()),
    ]
    return Keyboard.flow(work, around, _person_buttons(turn))


def _can_look_back(turn: Turn, engagement: Engagement) -> bool:
    """Say whether the evaluation of the audit is open, as far as the audit itself tells."""
    rules, audit = turn.work.audit_rules.evaluation, engagement.audit
    if audit.last_day is None or audit.stage not in STAGES_LOOKED_BACK_ON:
        return False
    return rules.window(Side.AUDITORS, audit.last_day).is_open(turn.today)


def auditor_keyboard(turn: Turn) -> Keyboard:
    """What an auditor without an audit can do; a peer auditor says where they come from."""
    asks_home = turn.actor.role is Role.PEER_AUDITOR and turn.work.offices(turn.actor).home() is None
    return Keyboard.flow(
        [Button(label("tell_home"), HomeTap()) if asks_home else None], [_list()], _person_buttons(turn)
    )


def office_keyboard(turn: Turn) -> Keyboard:
    """What the office can do."""
    around = [
        _list(), _office(), Button(label("terms"), TermsTap()), Button(label("results_of_audits"), ResultsTap(0)),
        Button(label("appeals"), AppealsTap()), Button(label("trends"), TrendsTap()),
    ]  # fmt: skip
    planning = [Button(label("new_audit"), NewAuditTap()), Button(label("menu_calculator"), CalculatorTap())]
    return Keyboard.flow(planning, around, _person_buttons(turn))


def _list() -> Button:
    return Button(label("audits"), AuditsTap())


def _office() -> Button:
    return Button(label("office"), OfficeTap())


def _person_buttons(turn: Turn) -> list[Button | None]:
    plans = turn.actor.role is Role.TEAM_LEADER and turn.actor.may(Permission.PLAN_AUDIT)
    return [
        Button(label("new_audit"), NewAuditTap()) if plans else None,
        Button(label("menu_calculator"), CalculatorTap()) if plans else None,
        Button(label("signal"), SignalTap()),
        Button(label("menu_settings"), SettingsTap()),
        Button(label("switch_role"), SwitchRoleTap()) if len(turn.actor.memberships) > 1 else None,
    ]
