"""Screens around an audit: the office, the plan, the team and the statements; the field work has files of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from domain.audit import AuditKind, Passage, ProcessId, Stage
from domain.audit_days import DayProposal, FteCount, Variant, VariantRule
from domain.conduct import Statement, StatementText
from domain.framework import WeighingRule
from domain.independence import TieKind
from domain.roles import Role
from templates.people_screens import MenuNews, NameProblem
from templates.screens import Screen
from templates.term_screens import TermLine

# ------------------------------------------------------------------------------------ what has to come first


class AcceptFirst(Screen, frozen=True):
    """Content opens after the statements of this audit."""

    template = "audit/accept_first.html.j2"

    organisation: str
    missing: tuple[Statement, ...]


class ChooseAuditFirst(Screen, frozen=True):
    """There is no audit to work on."""

    template = "audit/choose_audit_first.html.j2"


class NotInThisStage(Screen, frozen=True):
    """The role allows this, but the audit is not that far, or further."""

    template = "audit/not_in_this_stage.html.j2"

    organisation: str
    stage: Stage


# --------------------------------------------------------------------------------------- certifying bodies


class NamePurpose(StrEnum):
    """Whose name or number is asked."""

    OFFICE = "office"  # of a new certifying body
    HOME = "home"  # of the organisation that a peer auditor comes from
    AUDITED = "audited"  # of the organisation that is audited


class AskName(Screen, frozen=True):
    """The name of an organisation that is not known here yet."""

    template = "audit/ask_name.html.j2"

    purpose: NamePurpose
    problem: NameProblem | None = None


class AskNumber(Screen, frozen=True):
    """The member number of an organisation, by which it is found again."""

    template = "audit/ask_number.html.j2"

    purpose: NamePurpose
    name: str
    problem: NameProblem | None = None


class ShowOffices(Screen, frozen=True):
    """The certifying bodies with how many office people each has, in the order of the buttons; for an operator."""

    template = "audit/show_offices.html.j2"

    offices: tuple[tuple[str, int], ...]


class ShowOffice(Screen, frozen=True):
    """Who works for a certifying body."""

    template = "audit/show_office.html.j2"

    name: str
    people: tuple[OfficeLine, ...]
    invitations: int
    page: int = 1
    pages: int = 1


class OfficeLine(Struct, frozen=True):
    """One person of a certifying body; `home` is where a peer auditor comes from, empty when not known."""

    name: str
    role: Role
    home: str = ""


class ShowOfficePerson(Screen, frozen=True):
    """One person of a certifying body, with every role there."""

    template = "audit/show_office_person.html.j2"

    name: str
    office: str
    roles: tuple[Role, ...]
    home: str = ""


class ConfirmOfficeRemoval(Screen, frozen=True):
    """End somebody's access to a certifying body? What they wrote stays."""

    template = "audit/confirm_office_removal.html.j2"

    name: str
    office: str
    is_self: bool = False


class LeadsStill(Screen, frozen=True):
    """Who leads audits that are under way is replaced there first."""

    template = "audit/leads_still.html.j2"

    name: str
    organisations: tuple[str, ...]


class KeepsTheOffice(Screen, frozen=True):
    """The last person of the office cannot go before there is another."""

    template = "audit/keeps_the_office.html.j2"

    name: str
    office: str


class OfficePersonRemoved(Screen, frozen=True):
    """Somebody does not work for the certifying body any more."""

    template = "audit/office_person_removed.html.j2"

    name: str
    office: str


class OfficeAccessEnded(Screen, frozen=True):
    """To somebody who does not work for a certifying body any more."""

    template = "audit/office_access_ended.html.j2"

    office: str


class ChooseOfficeRole(Screen, frozen=True):
    """For which role at the certifying body, or (`is_swn`) the secretariat, is the invitation?"""

    template = "audit/choose_office_role.html.j2"

    name: str
    is_swn: bool = False


class AskHome(Screen, frozen=True):
    """From which member organisation does a peer auditor come? The buttons name their own, if any."""

    template = "audit/ask_home.html.j2"

    office: str


# ------------------------------------------------------------------------------------------------- the menu


class MenuCounts(Struct, frozen=True):
    """The numbers of the menu; `covered` is None where coverage is not known."""

    interviews: int
    findings: int
    in_tray: int
    settled: int
    covered: int | None = None


class ShowAuditMenu(Screen, frozen=True):
    """The menu of somebody in an audit team; `counts` is None as long as content is closed."""

    template = "audit/menu.html.j2"
    names_role = True

    organisation: str
    role: Role
    days: tuple[date, ...]
    stage: Stage
    total: int
    counts: MenuCounts | None
    missing: tuple[Statement, ...] = ()
    news: MenuNews | None = None
    term: TermLine | None = None
    frameworks: tuple[str, ...] = ()  # of a combination: the one that one looks at, and the other


class ShowAuditorMenu(Screen, frozen=True):
    """The menu of an auditor who is in no team at the moment."""

    template = "audit/auditor_menu.html.j2"
    names_role = True

    office: str
    role: Role
    news: MenuNews | None = None


class AuditLine(Struct, frozen=True):
    """One audit in a list: `waiting` names what is still missing before it can go on."""

    organisation: str
    kind: AuditKind
    stage: Stage
    days: tuple[date, ...]
    role: Role | None
    without_team: bool = False
    without_statements: int = 0
    is_current: bool = False
    framework: str = ""  # only of a combination, to tell the halves apart


class ShowOfficeMenu(Screen, frozen=True):
    """The menu of the office: the audits that run or come, by date, and what they wait for."""

    template = "audit/office_menu.html.j2"
    names_role = True

    office: str
    role: Role
    audits: tuple[AuditLine, ...]
    more: int = 0
    news: MenuNews | None = None


# ------------------------------------------------------------------------------------------------- the plan


class ShowAudits(Screen, frozen=True):
    """The audits within reach, a page at a time, numbered as the buttons."""

    template = "audit/show_audits.html.j2"

    audits: tuple[AuditLine, ...]
    first: int
    page: int
    pages: int


class AskAudited(Screen, frozen=True):
    """Which organisation is audited? The buttons are those that shared their self-evaluation."""

    template = "audit/ask_audited.html.j2"

    shared: tuple[str, ...]


class ChooseAuditFramework(Screen, frozen=True):
    """Against which norms? In the order of the buttons."""

    template = "audit/choose_framework.html.j2"

    organisation: str
    titles: tuple[str, ...]


class ChooseAuditKind(Screen, frozen=True):
    """The first audit, a re-audit, or an additional one? `framework` is empty where there is only one."""

    template = "audit/choose_kind.html.j2"

    organisation: str
    framework: str = ""
    goes_to_swn: bool = True


class ChooseAuditVariant(Screen, frozen=True):
    """Who audits? With what each variant means."""

    template = "audit/choose_variant.html.j2"

    organisation: str
    variants: tuple[VariantRule, ...]


class ShowPlan(Screen, frozen=True):
    """The plan of an audit, with what is missing."""

    template = "audit/show_plan.html.j2"

    organisation: str
    member_number: str
    kind: AuditKind
    variant: Variant
    scheme: str | None
    stage: Stage
    scope: str
    fte: Fraction
    proposal: DayProposal
    days: tuple[date, ...]
    place: str
    team: tuple[TeamLine, ...]
    framework: str
    has_evaluation: bool
    is_saved: bool = False
    process: str = ""
    limits: WeighingRule | None = None  # None: this framework knows no threshold
    second_framework: str = ""


class FrameworkLine(Struct, frozen=True):
    """A framework as a choice; `is_mapped` when it is known where it covers the same ground."""

    name: str
    norms: int
    is_mapped: bool


class CombineWith(Screen, frozen=True):
    """Which second framework the audit is about as well."""

    template = "audit/combine_with.html.j2"

    organisation: str
    framework: str
    choices: tuple[FrameworkLine, ...]


class ShowCombination(Screen, frozen=True):
    """The two frameworks of a combination audit, and what both share."""

    template = "audit/show_combination.html.j2"

    organisation: str
    framework: str
    other: str
    may_undo: bool


class AskScope(Screen, frozen=True):
    """Which part of the organisation is audited, as it will stand on the certificate."""

    template = "audit/ask_scope.html.j2"

    organisation: str
    scope: str
    goes_to_swn: bool = True


class AskPlace(Screen, frozen=True):
    """Where the audit days are."""

    template = "audit/ask_place.html.j2"

    organisation: str
    place: str


class AskDates(Screen, frozen=True):
    """The audit days, typed; `unread` is the part that was not understood or has passed."""

    template = "audit/ask_dates.html.j2"

    organisation: str
    days: tuple[date, ...]
    unread: str = ""


class ShowFte(Screen, frozen=True):
    """Who counts for the fte of the scope and who does not; `hours` is a full week."""

    template = "audit/show_fte.html.j2"

    count: FteCount
    labels: Mapping[str, str]
    hours: Fraction


class AskAmount(Screen, frozen=True):
    """How much work of one kind of people, in fte or hours a week."""

    template = "audit/ask_amount.html.j2"

    kind: str
    counts: bool
    is_unread: bool = False


class ShowEdition(Screen, frozen=True):
    """The editions of the rules that an audit follows, and whether they can still be chosen."""

    template = "audit/show_edition.html.j2"

    organisation: str
    process: ProcessId
    title: str
    limits: WeighingRule | None  # None: this framework knows no threshold
    choices: tuple[tuple[ProcessId, str], ...] = ()  # the editions with their titles, as long as one can choose
    is_fixed: bool = False
    is_saved: bool = False


class ShowDays(Screen, frozen=True):
    """How many days an audit takes, with every step."""

    template = "audit/show_days.html.j2"

    proposal: DayProposal
    edition: str
    scheme: str | None = None


class AskBaseDays(Screen, frozen=True):
    """The audit time of the other scheme of a combination, which only the CI knows."""

    template = "audit/ask_base_days.html.j2"

    is_unread: bool = False


class ShowStages(Screen, frozen=True):
    """How far the audit is and where it can go, with what stands in the way; `asked` waits for a yes."""

    template = "audit/show_stages.html.j2"

    organisation: str
    stage: Stage
    passages: tuple[Passage, ...]
    asked: Passage | None = None


# ------------------------------------------------------------------------------------------------- the team


class TeamLine(Struct, frozen=True):
    """One person of the team; `accepted_on` is the day of the last statement, None while one is missing."""

    name: str
    role: Role
    accepted_on: date | None
    home: str = ""
    is_self: bool = False


class ShowTeam(Screen, frozen=True):
    """The team of an audit."""

    template = "audit/show_team.html.j2"

    organisation: str
    stage: Stage
    team: tuple[TeamLine, ...]
    may_change: bool


class CandidateLine(Struct, frozen=True):
    """Somebody who can come in the team, or the reasons why not."""

    name: str
    role: Role
    home: str
    ties: tuple[TieKind, ...]


class ChooseLeader(Screen, frozen=True):
    """Who leads this audit from now on? The team does not change otherwise any more."""

    template = "audit/choose_leader.html.j2"

    organisation: str
    candidates: tuple[CandidateLine, ...]


class ChooseMember(Screen, frozen=True):
    """Who comes in the team? Those who are not independent are listed with the reason, without a button."""

    template = "audit/choose_member.html.j2"

    organisation: str
    candidates: tuple[CandidateLine, ...]


class ShowMember(Screen, frozen=True):
    """One person of the team, or somebody who may come in it, with the role to choose."""

    template = "audit/show_member.html.j2"

    organisation: str
    name: str
    role: Role | None


class NotFree(Screen, frozen=True):
    """Somebody cannot audit this organisation, with the reasons."""

    template = "audit/not_free.html.j2"

    name: str
    organisation: str
    ties: tuple[TieKind, ...]


class AddedToTeam(Screen, frozen=True):
    """To somebody who came in a team."""

    template = "audit/added_to_team.html.j2"

    by: str
    organisation: str
    role: Role
    days: tuple[date, ...]


class TakenFromTeam(Screen, frozen=True):
    """To somebody who was taken out of a team."""

    template = "audit/taken_from_team.html.j2"

    organisation: str


# ------------------------------------------------------------------------------------------- the statements


class ShowStatement(Screen, frozen=True):
    """One statement to accept, in our own words."""

    template = "audit/show_statement.html.j2"

    organisation: str
    text: StatementText
    number: int
    total: int


class AskTie(Screen, frozen=True):
    """What ties you to this organisation?"""

    template = "audit/ask_tie.html.j2"

    organisation: str


class TieDeclared(Screen, frozen=True):
    """Thank you for saying so: you are no longer in this team."""

    template = "audit/tie_declared.html.j2"

    organisation: str


class TieTold(Screen, frozen=True):
    """To the office and the team leader: somebody is not independent and left the team."""

    template = "audit/tie_told.html.j2"

    name: str
    organisation: str
    kind: TieKind


class StatementLine(Struct, frozen=True):
    """One person on the list for the secretariat; None where a statement is missing."""

    name: str
    role: Role
    conduct_on: date | None
    confidentiality_on: date | None
    is_late: bool


class ShowStatements(Screen, frozen=True):
    """Who accepted what and when."""

    template = "audit/show_statements.html.j2"

    organisation: str
    days: tuple[date, ...]
    lines: tuple[StatementLine, ...]
    goes_to_swn: bool = True


class StatementsToCopy(Screen, frozen=True):
    """The list for the secretariat as text to copy into a mail."""

    template = "audit/statements_to_copy.html.j2"

    organisation: str
    member_number: str
    days: tuple[date, ...]
    lines: tuple[StatementLine, ...]
    edition: str
