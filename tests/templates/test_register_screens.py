"""The Dutch of the decision, certificates and the register: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import date

import pytest

from conversations.kit import MAX_LABEL
from domain.audit import AuditId, AuditKind
from domain.certificate import (
    Certificate,
    CertificateId,
    CertificateStatus,
    DecisionFacts,
    DecisionHindrance,
    EditionProposal,
    EditionReason,
    PartAState,
    Printed,
    ReplacedEdition,
    StatusProposal,
    StatusReason,
    Validity,
)
from domain.improvement_plan import PlanStatus
from domain.process import Period
from domain.roles import OrganisationId, Role
from domain.weighing import Outcome
from templates import register_screens as s
from templates import render as renderer
from templates.people_screens import MenuNews
from templates.render import MAX_TEXT, visible_length
from templates.screens import Screen
from tests.templates.saying import render

DAY, END = date(2027, 2, 1), date(2029, 2, 1)
LONG = "<b>Lang & breed</b> " * 205
WEIGHED = (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)


def certificate(status: CertificateStatus, edition: int = 1) -> Certificate:
    return Certificate(
        CertificateId(1), "SSW-2027-0001", "ABCD-EFGH-JKMN", OrganisationId(1), AuditId(1), OrganisationId(2), DAY, END,
        DAY, status, DAY, edition=edition,
    )  # fmt: skip


def anew(reason: EditionReason, text: str, on: date = date(2027, 1, 25)) -> EditionProposal:
    return EditionProposal(on, END, Printed(text, text, text), reason)


def replaced(number: int = 1, reason: EditionReason = EditionReason.DATE_CORRECTED) -> ReplacedEdition:
    return ReplacedEdition(number, "PQRS-TUVW-XYZ2", DAY, END, LONG, date(2027, 3, 1), reason)


def decision(facts: DecisionFacts, **changes: object) -> s.ShowDecision:
    against = (DecisionHindrance.PLAN_NOT_APPROVED, None)
    return s.ShowDecision("Welzijn", False, facts, *against, **changes)  # type: ignore[arg-type]


def proposals() -> list[StatusProposal]:
    return [
        StatusProposal(status, DAY, reason, until)
        for status in CertificateStatus
        for reason in StatusReason
        for until in (END, None)
    ]


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    line = s.SubmissionLine(text, DAY, is_positive=True)
    validity = Validity(DAY, END, follows_on=True)
    return [
        *(
            s.ShowDecision(text, own, DecisionFacts(outcome, plan, followup), against, other)
            for own in (True, False)
            for outcome in (*WEIGHED, None)
            for plan in (*PlanStatus, None)
            for followup in (*WEIGHED, None)
            for against, other in ((DecisionHindrance.NO_FINDINGS, DecisionHindrance.NO_FINDINGS), (None, None))
        ),
        *(
            s.ShowDecision(text, own, DecisionFacts(Outcome.ALL_MET), found, None, positive, DAY, text, state, text, no)
            for own in (True, False)
            for found in (*DecisionHindrance, None)
            for positive in (True, False)
            for state in (*PartAState, None)
            for no in ("", "SSW-2027-0001")
        ),
        *(decision(DecisionFacts(Outcome.ALL_MET), told=told) for told in s.RegisterTold),
        *(s.AskDecisionReason(text, positive, Period(weeks=1)) for positive in (True, False)),
        *(
            s.ConfirmPartA(text, True, mail, blockers, office)
            for mail in (True, False)
            for blockers in (0, 1, 3)
            for office in (True, False)
        ),
        *(s.TellDecision(text, positive, text, DAY) for positive in (True, False)),
        s.ShowRegisterMenu(text, Role.SWN_SECRETARIAT, (), (), (), ()),
        *(
            s.ShowRegisterMenu(
                "SWN", Role.SWN_SECRETARIAT, (line,), (line,), (s.ChangeLine(text, proposals()[0]),), (text,), news,
                (text,),
            )
            for news in MenuNews
        ),
        s.ShowRegisterMenu("SWN", Role.SWN_SECRETARIAT, (), (), (), (), to_remake=(text,)),
        *(
            s.ShowSubmission(
                text, number, text, kind, scope, days, 2, state, DAY, text, positive, DAY, text, by_mail=positive,
                is_certified=certified, is_overtaken=positive, has_new_decision=decided,
            )
            for number, scope, days in (("SWN1", text, (DAY, END)), ("", "", ()))
            for kind in AuditKind
            for state in PartAState
            for positive in (True, False)
            for certified, decided in ((True, True), (True, False), (False, False))
        ),
        s.ShowPartA(text, text, (s.PartALine(text, text), s.PartALine(text, "")), 0, 5),
        s.AskQuestion(text),
        s.ConfirmIssue(text, text, validity),
        *(s.TellPartA(text, news, positive, text) for news in s.PartANews for positive in (True, False)),
        s.ShowRegister((), 0, 0, 1, text),
        s.ShowRegister((), 0, 0, 1, ""),
        *(s.ShowRegister((s.EntryLine(text, certificate(status)),), 9, 0, 2, "") for status in CertificateStatus),
        *(
            s.ShowEntry(text, text, text, certificate(status), DAY, own, proposal, needs_notice=own, is_coming=own)
            for status in CertificateStatus
            for own in (True, False)
            for proposal in (None, *proposals())
        ),
        *(
            s.ShowEntry(
                text, text, text, certificate(status, 7), DAY, own, edition=anew(reason, text) if own else None,
                replaced=tuple(replaced(number, reason) for number in range(6, 0, -1)), asked=asked,
            )
            for status in CertificateStatus
            for own in (True, False)
            for reason in EditionReason
            for asked in (None, replaced(3, reason))
        ),
        *(
            s.ConfirmEdition(text, other, certificate(CertificateStatus.CERTIFIED), proposal, may)
            for other in (text, "Alles")
            for proposal in (*(anew(reason, text, on) for reason in EditionReason for on in (DAY, END)), None)
            for may in (True, False)
        ),
        *(
            s.TellEdition(text, certificate(CertificateStatus.CERTIFIED, 2), replaced(1, reason), own)
            for reason in EditionReason
            for own in (True, False)
        ),
        *(s.ConfirmStatus(text, "SSW-2027-0001", proposal) for proposal in proposals()),
        *(s.ShowNotice(text, "SSW-2027-0001", END, way, until) for way in (True, False) for until in (END, None)),
        *(s.TellCertificate(text, "SSW-2027-0001", DAY, END, own) for own in (True, False)),
        *(
            s.TellStatus(text, "SSW-2027-0001", p.status, p.since, p.reason, p.until, own)
            for p in proposals()
            for own in (True, False)
        ),
        s.ShowPress(text, DAY, END),
        *(s.ShowLogoRules(text, text, END, status) for status in CertificateStatus),
        *(s.CaptionCertificate(text, "SSW-2027-0001", valid) for valid in (True, False)),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["Welzijn", LONG], ids=["short", "long and hostile"])
def test_every_screen_fits_telegram_and_lets_nobody_write_markup(text: str) -> None:
    for screen in screens(text):
        shown = render(screen)
        assert shown, screen
        assert visible_length(shown) <= MAX_TEXT
        assert "<b>Lang" not in shown
        assert not re.search(r"\n{3,}|^\s|\bNone\b", shown), screen
        for row in shown.splitlines():
            assert row.count("<b>") == row.count("</b>"), row
            assert row.count("<code>") == row.count("</code>"), row


def test_who_asks_about_an_old_code_reads_that_it_was_replaced_when_and_why() -> None:
    screen = s.ShowEntry(
        "Welzijn", "CI Kompas", "Alles", certificate(CertificateStatus.CERTIFIED, 2), DAY, is_register=True,
        replaced=(replaced(),), asked=replaced(),
    )  # fmt: skip

    first = render(screen).splitlines()[0]

    assert "Code PQRS-TUVW-XYZ2 geldt niet meer" in first
    assert "vervangen op 1 mrt 2027, want de datum is verbeterd" in first


def test_the_member_hears_which_paper_to_take_down() -> None:
    screen = s.TellEdition("Welzijn", certificate(CertificateStatus.CERTIFIED, 2), replaced(), is_own=True)

    text = render(screen)

    assert "PQRS-TUVW-XYZ2, geldt niet meer. Haal die weg" in text


def test_a_suspension_says_what_it_means_for_the_member() -> None:
    """Bijlage 6 step 17.2: no reference to the certification on any channel."""
    status = StatusProposal(CertificateStatus.SUSPENDED, DAY, StatusReason.UNDER_WAY, END)
    text = render(s.TellStatus("Welzijn", "SSW-1", status.status, DAY, status.reason, END, is_own=True))

    assert "Verwijs zolang nergens naar het label" in text
    assert "1 feb 2029" in text


def test_a_negative_decision_says_what_comes_next() -> None:
    assert "binnen 1 week aan" in render(s.AskDecisionReason("Welzijn", False, Period(weeks=1)))
    assert "binnen 2 maanden aan" in render(s.AskDecisionReason("Welzijn", False, Period(months=2)))
    assert "het besluit aan Sociaal" in render(s.AskDecisionReason("Welzijn", False))


def test_every_label_fits_a_button() -> None:
    values = {"decide": ["yes", "no"], "confirm_status": list(CertificateStatus)}
    own = vars(renderer._template("labels/register.j2").module)
    for name in (name for name in own if not name.startswith("_")):
        for value in values.get(name, [""]):
            assert 0 < len(renderer.label(name, value)) <= MAX_LABEL, name
