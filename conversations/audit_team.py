"""The team of an audit: who is in it, in which role, and whether they are free to audit this organisation.

👥 Team -> TEAM -> ➕ In het team -> CHOOSING -> a name -> MEMBER -> a role -> TEAM
                -> a name -> MEMBER -> another role | 🗑 Uit het team
"""

from __future__ import annotations

from enum import StrEnum

from conversations.audit_acting import in_audit
from conversations.audit_menu import show_audit_menu
from conversations.audit_plan import team_lines
from conversations.audit_taps import OpenAuditTap, PlanAuditTap, StagesTap, StatementsTap, TeamTap
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_tap
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from domain.audit import AuditId
from domain.roles import Permission, PersonId, Role
from storage.audit_interfaces import Candidate, Engagement, NotIndependent
from storage.interfaces import NotAllowed
from templates.audit_screens import (
    AddedToTeam,
    CandidateLine,
    ChooseLeader,
    ChooseMember,
    NotFree,
    ShowMember,
    ShowTeam,
    TakenFromTeam,
)
from templates.render import label, shorten
from templates.screens import Screen

MAX_CANDIDATES = 24


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    TEAM = "team"
    CHOOSING = "choosing"
    MEMBER = "member"


class ChooseMemberTap(Tap, frozen=True):
    """To who can come in the team."""

    prefix = "tm"


class MemberTap(Tap, frozen=True):
    """To one person, in the team or not yet."""

    prefix = "tp"

    person: PersonId


class SeatTap(Tap, frozen=True):
    """Give somebody a role in the team of the audit that the screen was about."""

    prefix = "ts"

    audit: AuditId
    person: PersonId
    role: Role


class NewLeaderTap(Tap, frozen=True):
    """To who can lead the audit once its team does not change any more."""

    prefix = "t1"


class LeadTap(Tap, frozen=True):
    """Let somebody lead the audit that the screen was about."""

    prefix = "t2"

    audit: AuditId
    person: PersonId


class UnseatTap(Tap, frozen=True):
    """Take somebody out of the team of the audit that the screen was about."""

    prefix = "tx"

    audit: AuditId
    person: PersonId


def open_team(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show the team."""
    return show_team(turn, engagement)


def show_team(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Show who is in the team and who accepted the statements."""
    may_change, may_replace = engagement.may(Permission.EDIT_AUDIT), engagement.may(Permission.REPLACE_LEADER)
    lines = team_lines(turn, engagement)
    screen = ShowTeam(engagement.organisation.name, engagement.audit.stage, lines, may_change)
    members = [
        Button(shorten(line.name, 24), MemberTap(member.person))
        for line, member in zip(lines, engagement.audit.team, strict=True)
    ]
    around = [
        Button(label("add_member"), ChooseMemberTap()) if may_change else None,
        Button(label("new_leader"), NewLeaderTap()) if may_replace and not may_change else None,
        Button(label("statements_list"), StatementsTap()) if engagement.may(Permission.LIST_STATEMENTS) else None,
        Button(label("audit_plan"), PlanAuditTap()),
        Button(label("audit_stages"), StagesTap()),
    ]
    back = PlanAuditTap() if engagement.role is None else MenuTap()
    turn.show(screen, Keyboard.flow(members if may_change else [], around) + way_back(back))
    return State.TEAM


def choose_member(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show who can come in the team, and who cannot with the reason."""
    candidates = [c for c in turn.work.audits(turn.actor).candidates(engagement.audit) if c.in_team_as is None]
    lines = tuple(_candidate_line(engagement, candidate) for candidate in candidates[:MAX_CANDIDATES])
    free = [candidate for candidate in candidates[:MAX_CANDIDATES] if not candidate.ties]
    buttons = [Button(shorten(candidate.name, 24), MemberTap(candidate.person)) for candidate in free]
    turn.show(ChooseMember(engagement.organisation.name, lines), Keyboard.flow(buttons) + way_back(TeamTap()))
    return State.CHOOSING


def _candidate_line(engagement: Engagement, candidate: Candidate) -> CandidateLine:
    home = candidate.home.name if candidate.home.id != engagement.audit.ci else ""
    return CandidateLine(candidate.name, candidate.role, home, tuple(tie.kind for tie in candidate.ties))


def choose_leader(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show who can lead the audit from now on: somebody of the team, or another one who is free."""
    found = turn.work.audits(turn.actor).candidates(engagement.audit)
    able = [c for c in found if c.role is not Role.PEER_AUDITOR and c.in_team_as is not Role.TEAM_LEADER]
    first = sorted(able, key=lambda candidate: candidate.in_team_as is None)[:MAX_CANDIDATES]
    lines = tuple(_candidate_line(engagement, candidate) for candidate in first)
    buttons = [Button(shorten(c.name, 24), LeadTap(engagement.id, c.person)) for c in first if not c.ties]
    turn.show(ChooseLeader(engagement.organisation.name, lines), Keyboard.flow(buttons) + way_back(TeamTap()))
    return State.CHOOSING


def lead(turn: Turn, tap: LeadTap, engagement: Engagement) -> AnyState | None:
    """Let somebody lead the audit; what everybody recorded and accepted stays."""
    if tap.audit != engagement.id:
        return show_team(turn, engagement)
    return seat(turn, SeatTap(tap.audit, tap.person, Role.TEAM_LEADER), engagement, is_told=True)


def open_member(turn: Turn, tap: MemberTap, engagement: Engagement) -> AnyState | None:
    """Show one person with the roles that they can have in the team."""
    candidate = _candidate(turn, engagement, tap.person)
    if candidate.ties and candidate.in_team_as is None:
        return show_not_free(turn, engagement, candidate)
    roles = (Role.PEER_AUDITOR,) if candidate.role is Role.PEER_AUDITOR else (Role.TEAM_LEADER, Role.AUDITOR)
    buttons = [
        Button(label("team_role", role), SeatTap(engagement.id, tap.person, role))
        for role in roles
        if role is not candidate.in_team_as
    ]
    taking = Button(label("take_from_team"), UnseatTap(engagement.id, tap.person)) if candidate.in_team_as else None
    screen = ShowMember(engagement.organisation.name, candidate.name, candidate.in_team_as)
    turn.show(screen, Keyboard.flow(buttons, [taking]) + way_back(TeamTap()))
    return State.MEMBER


def show_not_free(turn: Turn, engagement: Engagement, candidate: Candidate) -> AnyState | None:
    """Say why somebody cannot audit this organisation."""
    kinds = tuple(tie.kind for tie in candidate.ties)
    turn.show(NotFree(candidate.name, engagement.organisation.name, kinds), way_back(ChooseMemberTap()))
    return State.CHOOSING


def seat(turn: Turn, tap: SeatTap, engagement: Engagement, *, is_told: bool = False) -> AnyState | None:
    """Give somebody a role in the team, and tell who is new (or, `is_told`, whoever it is)."""
    if tap.audit != engagement.id:
        return show_team(turn, engagement)
    audits, candidate = turn.work.audits(turn.actor), _candidate(turn, engagement, tap.person)
    try:
        changed = audits.add_member(engagement.id, tap.person, tap.role, turn.now)
    except NotIndependent:
        return show_not_free(turn, engagement, candidate)
    if candidate.in_team_as is None or is_told:
        audit = changed.audit
        news = AddedToTeam(turn.actor.name, changed.organisation.name, tap.role, audit.days)
        to_audit = Keyboard.flow([Button(label("to_audit"), OpenAuditTap(audit.id))]) + way_back(None)
        tell(turn, audits.chats(audit).get(tap.person), news, to_audit)
    return show_team(turn, changed)


def unseat(turn: Turn, tap: UnseatTap, engagement: Engagement) -> AnyState | None:
    """Take somebody out of the team and tell them."""
    if tap.audit != engagement.id:
        return show_team(turn, engagement)
    audits = turn.work.audits(turn.actor)
    chat = audits.chats(engagement.audit).get(tap.person)
    changed = audits.remove_member(engagement.id, tap.person, turn.now)
    tell(turn, chat, TakenFromTeam(engagement.organisation.name), way_back(None))
    if tap.person == turn.actor.person and not engagement.is_office and turn.actor.membership is not None:
        show_audit_menu(turn, turn.actor.membership)
        return State.TEAM
    return show_team(turn, changed)


def tell(turn: Turn, chat: int | None, screen: Screen, keyboard: Keyboard) -> None:
    """Send somebody else a message, if they can be reached."""
    if chat is not None and chat != turn.incoming.chat_id:
        turn.say(screen, keyboard, to_chat=chat)


def _candidate(turn: Turn, engagement: Engagement, person: PersonId) -> Candidate:
    """Return somebody of this CI. Raises NotAllowed."""
    for candidate in turn.work.audits(turn.actor).candidates(engagement.audit):
        if candidate.person == person:
            return candidate
    raise NotAllowed("person")


TEAM = Conversation(
    name="audit_team",
    entry_points=[
        on_tap(TeamTap, in_audit(Permission.SEE_AUDIT, open_team)),
        on_tap(ChooseMemberTap, in_audit(Permission.EDIT_AUDIT, choose_member)),
        on_tap(MemberTap, in_audit(Permission.EDIT_AUDIT, open_member)),
        on_tap(SeatTap, in_audit(Permission.EDIT_AUDIT, seat)),
        on_tap(NewLeaderTap, in_audit(Permission.REPLACE_LEADER, choose_leader)),
        on_tap(LeadTap, in_audit(Permission.REPLACE_LEADER, lead)),
        on_tap(UnseatTap, in_audit(Permission.EDIT_AUDIT, unseat)),
    ],
    states={State.TEAM: [], State.CHOOSING: [], State.MEMBER: []},
)

CONVERSATIONS = (TEAM,)
