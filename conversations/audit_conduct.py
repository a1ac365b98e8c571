"""Before anybody sees content: the code of conduct and the confidentiality of this audit, with the date kept.

🤝 Lezen en akkoord -> READING (one statement, ✅ Akkoord) -> the other -> the menu of the audit
                    -> 🙋 Ik ken ze te goed -> TIE -> out of the team, and the office hears it
📜 Verklaringen -> LIST -> 📋 text for the secretariat
"""

from __future__ import annotations

from enum import StrEnum

from conversations.audit_acting import in_audit
from conversations.audit_menu import show_audit_menu
from conversations.audit_taps import ConductTap, OpenAuditTap, StatementsTap, TeamTap
from conversations.audit_team import tell
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, Turn, on_tap
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from domain.audit import AuditId
from domain.conduct import ConductRow, Statement, secretariat_list
from domain.independence import TieKind
from domain.roles import Permission
from storage.audit_interfaces import Engagement
from templates.audit_screens import (
    AskTie,
    ShowStatement,
    ShowStatements,
    StatementLine,
    StatementsToCopy,
    TieDeclared,
    TieTold,
)
from templates.common_screens import Trouble
from templates.render import label

DECLARED_TIES = (TieKind.WORKS_FOR, TieKind.ADVISED, TieKind.STAKE)


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    READING = "reading"
    TIE = "tie"
    LIST = "list"


class AcceptTap(Tap, frozen=True):
    """Accept a statement of the audit that the screen was about."""

    prefix = "tc"

    audit: AuditId
    statement: Statement


class AskTieTap(Tap, frozen=True):
    """To saying that one is not independent of the organisation."""

    prefix = "tt"


class TieTap(Tap, frozen=True):
    """Declare what ties one to the organisation."""

    prefix = "tk"

    audit: AuditId
    kind: TieKind


class CopyStatementsTap(Tap, frozen=True):
    """The list for the secretariat as text to copy."""

    prefix = "tl"


def open_statements(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show the next statement to accept; when all are, the menu."""
    return show_next(turn, engagement)


def show_next(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Show the first statement that is still missing."""
    if not engagement.missing:
        if turn.actor.membership is not None:
            show_audit_menu(turn, turn.actor.membership)
        return State.READING
    texts = turn.work.audit_rules.conduct.statements
    number, text = next((n, t) for n, t in enumerate(texts, start=1) if t.statement in engagement.missing)
    buttons = [
        Button(label("accept_statement"), AcceptTap(engagement.id, text.statement)),
        Button(label("not_independent"), AskTieTap()),
    ]
    screen = ShowStatement(engagement.organisation.name, text, number, len(texts))
    turn.show(screen, Keyboard(tuple((button,) for button in buttons)) + way_back(MenuTap()))
    return State.READING


def accept(turn: Turn, tap: AcceptTap, engagement: Engagement) -> AnyState | None:
    """Record that a statement was accepted; a screen of another audit shows that of the chosen one."""
    if tap.audit != engagement.id:
        return show_next(turn, engagement)
    return show_next(turn, turn.work.audits(turn.actor).accept(tap.audit, tap.statement, turn.now))


def ask_tie(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Ask what ties the person to the organisation."""
    if engagement.role is None:
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    buttons = [Button(label("tie_kind", kind), TieTap(engagement.id, kind)) for kind in DECLARED_TIES]
    turn.show(AskTie(engagement.organisation.name), Keyboard.flow(buttons) + way_back(ConductTap()))
    return State.TIE


def declare(turn: Turn, tap: TieTap, engagement: Engagement) -> AnyState | None:
    """Record a tie: the person leaves the team, and the office and the team leader hear why."""
    if tap.audit != engagement.id or tap.kind not in DECLARED_TIES:
        show_trouble(turn, Trouble.AGED)
        return None
    audits, audit = turn.work.audits(turn.actor), engagement.audit
    chats, team = audits.chats(audit), {member.person for member in audit.team}
    audits.declare_tie(audit.id, tap.kind, turn.now)
    news = TieTold(turn.actor.name, engagement.organisation.name, tap.kind)
    to_audit = Keyboard.flow([Button(label("to_audit"), OpenAuditTap(audit.id))]) + way_back(None)
    for person, chat in chats.items():
        if person not in team or person == audit.team_leader:
            tell(turn, chat, news, to_audit)
    turn.show(TieDeclared(engagement.organisation.name), way_back(None))
    return State.TIE


# -------------------------------------------------------------------------------- the list for the secretariat


def open_list(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show who accepted what and when."""
    copy = Button(label("copy_statements"), CopyStatementsTap())
    audit = engagement.audit
    goes_to_swn = turn.work.audit_rules.editions[audit.process].goes_to_swn
    screen = ShowStatements(engagement.organisation.name, audit.days, _lines(turn, engagement), goes_to_swn)
    turn.show(screen, Keyboard.flow([copy if goes_to_swn else None]) + way_back(TeamTap()))
    return State.LIST


def copy_list(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Send the list as text, to copy into a mail to the secretariat."""
    organisation = engagement.organisation
    edition = turn.work.audit_rules.conduct.edition
    lines = _lines(turn, engagement)
    number = organisation.member_number or ""
    turn.say(StatementsToCopy(organisation.name, number, engagement.audit.days, lines, edition), way_back(TeamTap()))
    return State.LIST


def _lines(turn: Turn, engagement: Engagement) -> tuple[StatementLine, ...]:
    names = turn.work.audits(turn.actor).names(engagement.audit)
    rows = secretariat_list(engagement.audit, engagement.acceptances)
    return tuple(_line(names.get(row.person, "?"), row) for row in rows)


def _line(name: str, row: ConductRow) -> StatementLine:
    conduct, confidentiality = (row.accepted_on[s] for s in (Statement.CODE_OF_CONDUCT, Statement.CONFIDENTIALITY))
    return StatementLine(name, row.role, conduct, confidentiality, row.is_late)


CONDUCT = Conversation(
    name="audit_conduct",
    entry_points=[
        on_tap(ConductTap, in_audit(Permission.SEE_AUDIT, open_statements)),
        on_tap(AcceptTap, in_audit(Permission.SEE_AUDIT, accept)),
        on_tap(AskTieTap, in_audit(Permission.SEE_AUDIT, ask_tie)),
        on_tap(TieTap, in_audit(Permission.SEE_AUDIT, declare)),
        on_tap(StatementsTap, in_audit(Permission.LIST_STATEMENTS, open_list)),
        on_tap(CopyStatementsTap, in_audit(Permission.LIST_STATEMENTS, copy_list)),
    ],
    states={State.READING: [], State.TIE: [], State.LIST: []},
)

CONVERSATIONS = (CONDUCT,)
