"""A stage with everything around an audit, and the first minutes that its scenes share."""

from __future__ import annotations

from conversations import audit_conduct, audit_plan, audit_team, audits, offices
from conversations.audit_taps import NewAuditTap, OpenAuditTap, PlanAuditTap, TeamTap
from conversations.kit import Conversations
from conversations.onboarding import JoinTap
from domain.audit import AuditId
from domain.roles import Role
from storage.audit_interfaces import Engagement
from storage.sql.database import Database
from templates.people_screens import ForwardInvitation
from tests.conversations import people_stage
from tests.conversations.people_stage import PEOPLE_CONVERSATIONS, CarefulStage
from tests.scenes.stage import Stage, StageChat

OLGA, BEA, TOM, ADA, PIM = 999, 2001, 2002, 2003, 2004  # 999 is the operator of tests/conftest.py
KOMPAS, RIVERS = "CI Kompas", "Welzijn Rivierenland"

AUDIT_CONVERSATIONS = (
    *offices.CONVERSATIONS,
    *audits.CONVERSATIONS,
    *audit_plan.CONVERSATIONS,
    *audit_team.CONVERSATIONS,
    *audit_conduct.CONVERSATIONS,
    *PEOPLE_CONVERSATIONS,
)


def audit_stage(database: Database) -> Stage:
    """Return a stage on a fresh database."""
    return CarefulStage(database, Conversations(AUDIT_CONVERSATIONS))


def token_of(chat: StageChat) -> str:
    """Return the token of the invitation that was just made."""
    forwarded = next(said.screen for said in reversed(chat.received) if isinstance(said.screen, ForwardInvitation))
    return forwarded.link.rsplit("=", 1)[1]


def comes_in(stage: Stage, host: StageChat, chat_id: int, name: str) -> StageChat:
    """Let somebody accept the invitation that was just made."""
    token = token_of(host)
    chat = stage.chat(chat_id, name)
    chat.sends(f"/start {token}")
    chat.taps(JoinTap(token))
    host.received.clear()
    return chat


def founded_office(stage: Stage) -> StageChat:
    """Let the operator make a certifying body, and its first office person arrive in the menu."""
    olga = stage.chat(OLGA, "Olga")
    olga.sends("/operator")
    olga.taps("CI toevoegen")
    olga.sends(KOMPAS)
    return comes_in(stage, olga, BEA, "Bea")


def invited_for(stage: Stage, bea: StageChat, chat_id: int, name: str, role: Role = Role.AUDITOR) -> StageChat:
    """Let the office invite somebody, who comes in."""
    bea.sends("/bureau")
    bea.taps("Uitnodigen")
    bea.taps(offices.OfficeRoleTap(role))
    return comes_in(stage, bea, chat_id, name)


def planned(bea: StageChat, variant: str = "CI") -> AuditId:
    """Let somebody plan an audit of an organisation that is not here yet."""
    bea.taps_old(NewAuditTap())
    bea.taps("Andere organisatie")
    bea.sends(RIVERS)
    bea.sends("1234")
    bea.taps("Eerste toetsing")
    bea.taps(variant)
    found = current(bea)
    return found.id


def filled_in(bea: StageChat) -> None:
    """Fill in what an audit needs before it is agreed on."""
    bea.taps_old(PlanAuditTap())
    bea.taps("Scope")
    bea.sends("Sociaal werk in Tiel")
    bea.taps("Fte")
    bea.taps("Professionals in dienst")
    bea.sends("40 fte")
    bea.taps("Terug")
    bea.taps("Toetsdagen")
    bea.sends("1 dec en 2 dec")


def seated(bea: StageChat, name: str, role: str = "Toetser") -> None:
    """Put somebody in the team."""
    bea.taps_old(TeamTap())
    bea.taps("In het team")
    bea.taps(name)
    bea.taps(role)


def accepted(chat: StageChat, audit: AuditId) -> None:
    """Open an audit and accept both statements."""
    chat.taps_old(OpenAuditTap(audit))
    chat.taps("Lezen en akkoord")
    chat.taps("Akkoord")
    chat.taps("Akkoord")


def running(stage: Stage) -> tuple[StageChat, StageChat, StageChat]:
    """Return office, team leader and auditor of an audit that runs, with the statements accepted."""
    bea = founded_office(stage)
    tom, ada = invited_for(stage, bea, TOM, "Tom"), invited_for(stage, bea, ADA, "Ada")
    audit = planned(bea)
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")
    seated(bea, "Ada")
    for chat in (tom, ada):
        accepted(chat, audit)
    tom.taps("Team")
    tom.taps("Fase")
    tom.taps("Afspreken")
    tom.taps("Ja, doen")
    tom.taps("Beginnen")
    tom.sends("/menu")
    ada.sends("/menu")
    return bea, tom, ada


def current(chat: StageChat) -> Engagement:
    """Return the audit that counts for somebody, as storage has it."""
    with chat.stage.database.begin() as work:
        found = work.audits(work.actor(chat.id)).current()
        assert found is not None
        return found


founded = people_stage.founded
