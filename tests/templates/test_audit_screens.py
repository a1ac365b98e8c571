"""The Dutch of the screens around an audit: every screen, every variant, with names that try to break it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from fractions import Fraction

import pytest

from domain.audit import AuditKind, Hindrance, Passage, ProcessId, Stage
from domain.audit_days import FteUnit, Headcount, Variant, fte_of, propose_days
from domain.conduct import Statement
from domain.independence import TieKind
from domain.roles import Role
from storage.audit_content import load_audit_rules
from templates import audit_screens as screens
from templates.audit_screens import AuditLine, CandidateLine, MenuCounts, OfficeLine, StatementLine, TeamLine
from templates.people_screens import MenuNews, NameProblem
from templates.render import MAX_TEXT, amount, label, render, visible_length
from templates.screens import Screen

HOSTILE = '<b>Jan</b> & "co" {{ 7*7 }} </a> ' + "x" * 90
RULES = load_audit_rules()
TABLE = RULES.days
DAYS = (date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3))
TEAM_ROLES = (Role.TEAM_LEADER, Role.AUDITOR, Role.PEER_AUDITOR)
CI_ROLES = (*TEAM_ROLES, Role.CI_ADMIN)
PARTS = [Headcount(kind.id, Fraction(25, 2), FteUnit.HOURS) for kind in TABLE.people]
LABELS = {kind.id: kind.label for kind in TABLE.people}
PROPOSALS = [
    propose_days(fte, variant, TABLE, base, scheme)
    for fte in (0, Fraction(1, 2), Fraction(21, 2), 40, 301)
    for variant, base, scheme in (
        (Variant.CI, None, None), (Variant.INTERCOLLEGIAL, None, None), (Variant.COMBINATION, None, "ISO"),
        (Variant.COMBINATION, Fraction(7, 2), None), (Variant.COMBINATION, None, "NVVK"),
    )
]  # fmt: skip


def all_screens(name: str) -> list[Screen]:
    """Every screen in the variants that its template knows, with this name everywhere."""
    lines = tuple(
        AuditLine(name, kind, stage, DAYS, role, without_team=is_odd, without_statements=2, is_current=is_odd)
        for kind in AuditKind
        for stage in Stage
        for role, is_odd in ((None, True), (Role.AUDITOR, False))
    )[:8]
    seated = tuple(TeamLine(name, role, DAYS[0], name, is_self=True) for role in TEAM_ROLES)
    team = (*seated, TeamLine(name, Role.AUDITOR, None))
    passages = (Passage(Stage.RUNNING, tuple(Hindrance)), Passage(Stage.CANCELLED, (), tuple(Hindrance)))
    statements = (StatementLine(name, Role.AUDITOR, DAYS[0], None, is_late=True),)
    return [
        *(screens.AcceptFirst(name, missing) for missing in ((Statement.CONFIDENTIALITY,), tuple(Statement))),
        screens.ChooseAuditFirst(),
        *(screens.NotInThisStage(name, stage) for stage in Stage),
        *(screens.AskName(purpose, problem) for purpose in screens.NamePurpose for problem in (None, *NameProblem)),
        *(screens.AskNumber(p, name, problem) for p in screens.NamePurpose for problem in (None, *NameProblem)),
        screens.ShowOffices(()),
        screens.ShowOffices(((name, 1), (name, 0))),
        screens.ShowOffice(name, tuple(OfficeLine(name, role, name) for role in CI_ROLES), 2),
        screens.ShowOffice(name, (), 0),
        screens.ShowOffice(name, (OfficeLine(name, Role.AUDITOR),), 0, 2, 3),
        screens.ShowOfficePerson(name, name, CI_ROLES, name),
        screens.ShowOfficePerson(name, name, (Role.SWN_SECRETARIAT,)),
        *(screens.ConfirmOfficeRemoval(name, name, is_self) for is_self in (False, True)),
        *(screens.LeadsStill(name, (name,) * count) for count in (1, 30)),
        screens.KeepsTheOffice(name, name),
        screens.OfficePersonRemoved(name, name),
        screens.OfficeAccessEnded(name),
        screens.ChooseOfficeRole(name),
        screens.AskHome(name),
        *(
            screens.ShowAuditMenu(name, role, days, stage, 49, counts, (), news)
            for role in TEAM_ROLES
            for stage in Stage
            for days, counts, news in (
                ((), None, None),
                (DAYS[:1], MenuCounts(7, 63, 1, 3), MenuNews.JOINED),
                (DAYS, MenuCounts(7, 63, 2, 3, 41), MenuNews.SWITCHED),
            )
        ),
        screens.ShowAuditMenu(name, Role.AUDITOR, DAYS, Stage.PLANNED, 49, None, tuple(Statement), MenuNews.LEFT),
        *(screens.ShowAuditorMenu(name, role, news) for role in TEAM_ROLES for news in (None, *MenuNews)),
        screens.ShowOfficeMenu(name, Role.CI_ADMIN, lines[:6], 3, MenuNews.JOINED),
        screens.ShowOfficeMenu(name, Role.CI_ADMIN, ()),
        screens.ShowAudits(lines, 9, 2, 3),
        screens.ShowAudits((), 1, 1, 1),
        screens.AskAudited((name, name)),
        screens.AskAudited(()),
        screens.ChooseAuditFramework(name, (name, name)),
        screens.ChooseAuditKind(name),
        screens.ChooseAuditVariant(name, tuple(TABLE.variants.values())),
        *(
            screens.ShowPlan(
                name,
                name,
                kind,
                proposal.variant,
                "ISO",
                stage,
                name * 20,
                Fraction(81, 2),
                proposal,
                DAYS,
                name,
                team,
                name,
                has_evaluation=True,
                is_saved=True,
                process="2021",
                limits=RULES.weighings["2021"],
            )
            for proposal in PROPOSALS
            for kind, stage in zip(AuditKind, Stage, strict=False)
        ),
        screens.CombineWith(name, name, tuple(screens.FrameworkLine(name, 18, is_mapped=odd) for odd in (True, False))),
        *(screens.ShowCombination(name, name, name, may_undo=may_undo) for may_undo in (True, False)),
        screens.ShowPlan(
            name,
            "",
            AuditKind.INITIAL,
            Variant.CI,
            None,
            Stage.PLANNED,
            "",
            Fraction(0),
            PROPOSALS[0],
            (),
            "",
            (),
            name,
            has_evaluation=False,
        ),
        *(
            screens.ShowEdition(name, ProcessId("2017"), name, limits, choices, is_fixed=is_fixed, is_saved=is_saved)
            for limits in (None, RULES.weighings["example_3_8"])
            for choices, is_fixed, is_saved in (
                ((), True, False),
                (((ProcessId("2017"), name), (ProcessId("2021"), name)), False, True),
                ((), False, False),
            )
        ),
        screens.AskScope(name, ""),
        screens.AskScope(name, name * 40),
        screens.AskPlace(name, ""),
        screens.AskPlace(name, name),
        screens.AskDates(name, DAYS),
        screens.AskDates(name, (), name),
        screens.ShowFte(fte_of(PARTS, TABLE), LABELS, TABLE.hours_per_week),
        screens.ShowFte(fte_of((), TABLE), LABELS, TABLE.hours_per_week),
        screens.AskAmount(name, counts=True),
        screens.AskAmount(name, counts=False, is_unread=True),
        *(screens.ShowDays(proposal, TABLE.edition, scheme) for proposal in PROPOSALS for scheme in (None, "NVVK")),
        screens.AskBaseDays(),
        screens.AskBaseDays(is_unread=True),
        *(screens.ShowStages(name, stage, passages) for stage in Stage),
        screens.ShowStages(name, Stage.CLOSED, ()),
        *(screens.ShowStages(name, Stage.PLANNED, passages, Passage(to, (), tuple(Hindrance))) for to in Stage),
        screens.ShowTeam(name, Stage.PLANNED, team, may_change=True),
        screens.ShowTeam(name, Stage.PLANNED, (), may_change=False),
        screens.ChooseMember(name, tuple(CandidateLine(name, role, name, ()) for role in CI_ROLES)),
        screens.ChooseMember(name, (CandidateLine(name, Role.AUDITOR, "", tuple(TieKind)),)),
        screens.ChooseMember(name, ()),
        screens.ChooseLeader(
            name, tuple(CandidateLine(name, role, name, tuple(TieKind)[:n]) for n, role in enumerate(CI_ROLES))
        ),
        screens.ChooseLeader(name, ()),
        *(screens.ShowMember(name, name, role) for role in (None, *TEAM_ROLES)),
        screens.NotFree(name, name, tuple(TieKind)),
        *(screens.AddedToTeam(name, name, role, DAYS) for role in TEAM_ROLES),
        screens.TakenFromTeam(name),
        *(screens.ShowStatement(name, text, 1, 2) for text in RULES.conduct.statements),
        screens.AskTie(name),
        screens.TieDeclared(name),
        *(screens.TieTold(name, name, kind) for kind in TieKind),
        screens.ShowStatements(name, DAYS, statements),
        screens.ShowStatements(name, (), ()),
        screens.StatementsToCopy(name, name, DAYS, statements, "1"),
        screens.StatementsToCopy(name, "", (), (), "1"),
    ]


def test_every_screen_is_tried() -> None:
    """A screen that is not in the list above is a screen that nobody has read."""
    known = {value for value in vars(screens).values() if isinstance(value, type) and issubclass(value, Screen)}

    assert known - {Screen} == {type(screen) for screen in all_screens("Priya")}


@pytest.mark.parametrize("screen", all_screens(HOSTILE), ids=lambda screen: type(screen).__name__)
def test_a_hostile_name_breaks_no_screen(screen: Screen) -> None:
    """It is escaped, it fits a message, and every tag closes on its own line."""
    text = render(screen)

    assert text
    assert visible_length(text) <= MAX_TEXT
    assert "<b>Jan</b>" not in text
    for line in text.splitlines():
        assert Counter(re.findall(r"<(\w+)>", line)) == Counter(re.findall(r"</(\w+)>", line)), line


@pytest.mark.parametrize("screen", all_screens("Priya"), ids=lambda screen: type(screen).__name__)
def test_lines_are_whole(screen: Screen) -> None:
    """No two sentences run into each other, and nothing of the code shows."""
    text = render(screen)

    assert not re.search(r"</b>[A-Z]|\w·|None|Fraction|_", text), text
    assert not re.search(r"[a-z][.!?][A-Z]", text), text


def test_labels_fit_a_button() -> None:
    """Telegram cuts what is longer than 24 characters on a small phone."""
    for name, values in {
        "office_role": CI_ROLES, "audit_kind": tuple(AuditKind), "team_role": TEAM_ROLES, "stage_step": tuple(Stage),
        "people_kind": [kind.id for kind in TABLE.people], "tie_kind": ("works_for", "advised", "stake"),
        "plan_field": ("scope", "fte", "dates", "place", "kind", "variant", "days", "base", "edition"),
        "process_edition": tuple(RULES.processes), "weighing_edition": ("4/9", "3/8"),
    }.items():  # fmt: skip
        assert all(0 < len(label(name, value)) <= 24 for value in values), name


@pytest.mark.parametrize(("value", "said"), [(Fraction(7, 2), "3,5"), (40, "40"), (Fraction(1, 3), "0,33")])
def test_amounts_are_dutch(value: Fraction | int, said: str) -> None:
    """A comma, and no zeros at the end."""
    assert amount(value) == said
