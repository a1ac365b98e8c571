"""The Dutch of appeals: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

import pytest

from conversations.appeal_taps import DossierPart, LetterPart, ReceiptPart
from conversations.kit import MAX_LABEL
from domain.appeals import AppealChannel, AppealState, AppealStep, HandlerHindrance, Inadmissible, Lodging, procedure_of
from domain.audit import AuditKind
from domain.certificate import DecisionFacts, DecisionHindrance
from domain.improvement_plan import PlanStatus
from domain.roles import Role
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.complaint_content import load_case_procedure
from templates import appeal_screens as s
from templates import render as renderer
from templates.render import MAX_TEXT, visible_length
from templates.screens import Screen
from tests.templates.saying import render

DAY, END = date(2027, 1, 12), date(2027, 2, 12)
LONG = "<b>Lang & breed</b> " * 205
EFFECTS = procedure_of(load_case_procedure()).effects
ROLES = (Role.COORDINATOR, Role.CI_ADMIN, Role.OFFICE_MANAGER, Role.QUALITY_OFFICER, Role.APPEAL_HANDLER)
BOTH = (True, False)


def contested(text: str, **changes: object) -> s.ShowContested:
    given: dict[str, object] = {
        "organisation": text, "ci": text, "kind": AuditKind.INITIAL, "is_positive": False, "decided_on": DAY,
        "mailed_on": DAY, "last_day": END, "earliest_end": END, "today": DAY, "has_grounds": True, "has_request": False,
    }  # fmt: skip
    return s.ShowContested(**given | changes)  # type: ignore[arg-type]


def appeal(text: str, **changes: object) -> s.ShowAppeal:
    given: dict[str, object] = {
        "organisation": text, "ci": text, "kind": AuditKind.INITIAL, "role": Role.CI_ADMIN,
        "state": AppealState.RECEIVED, "lodging": Lodging(DAY, AppealChannel.EMAIL, True, True), "last_day": END,
        "description": text, "needs_reasons": False, "against": (), "is_positive": False, "decided_on": DAY,
    }  # fmt: skip
    return s.ShowAppeal(**given | changes)  # type: ignore[arg-type]


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    facts = DecisionFacts(Outcome.FOLLOWUP_REQUIRED, PlanStatus.DECLINED, Outcome.FOLLOWUP_REQUIRED)
    line = s.AppealLine(text, AppealState.RECEIVED, DAY, END, needs=True)
    return [
        *(s.ExplainAppeal(reader, attempt) for reader, attempt in product(s.Reader, BOTH)),
        s.SayNoAppeal(),
        *(contested(text, state=state, is_final=state is not None) for state in (*AppealState, None)),
        *(contested(text, told=told) for told in s.AppealTold),
        *(
            contested(text, last_day=last, mailed_on=last and DAY, today=today, is_positive=flag, has_request=flag,
                      has_grounds=flag, is_final=final, has_rejected=flag, is_attempt=flag, kind=kind)
            for last, today, flag, final, kind in product(
                (END, None), (DAY, END, date(2027, 3, 1)), BOTH, BOTH, AuditKind
            )
        ),
        *(s.ChooseContested(((text, kind, DAY, office),), office) for kind, office in product(AuditKind, BOTH)),
        *(s.ChooseContested((), office) for office in BOTH),
        *(s.AskLetter(part, now, DAY) for part, now in product(LetterPart, (text, ""))),
        *(
            s.ShowAppeals(text, role, lines, more, target, told)
            for role, lines, more, target, told in product(
                ROLES, ((), (line, line)), (0, 3), (6, None), (*s.AppealTold, None)
            )
        ),
        *(s.ShowAppeals(text, ROLES[1], (s.AppealLine(text, state, DAY, None, False),), 0, None)
          for state in AppealState),
        *(s.AskMailDay(text, DAY, problem) for problem in ("", "unclear", "range")),
        *(s.AskReceipt(part, text, DAY, END, why) for part, why in product(ReceiptPart, ("", "unclear", "range"))),
        *(
            appeal(text, role=role, state=state, needs_reasons=flag, against=tuple(Inadmissible) if flag else (),
                   handler=text if flag else "", handler_hindrances=tuple(HandlerHindrance) if flag else (),
                   due=END if flag else None, today=date(2027, 3, 1), conclusion=text if flag else "",
                   is_changed=flag, effects=tuple((code, flag) for code in EFFECTS), untold=2 if flag else 1)
            for role, state, flag in product(ROLES, AppealState, BOTH)
        ),
        *(appeal(text, lodging=Lodging(DAY, channel, True, True), last_day=None) for channel in AppealChannel),
        *(s.ShowAppealLog(text, tuple((step, DAY, text, told) for step in AppealStep), own)
          for told, own in product(("chat", "mail", ""), BOTH)),
        s.ChooseHandler(text, (text,), ((text, tuple(HandlerHindrance)),)),
        s.ChooseHandler(text, (), ()),
        *(
            s.ShowMailText(text, text, state, DAY, END, flag, tuple(Inadmissible), text[:2500] if flag else "", END,
                           flag)
            for state, flag in product(AppealState, BOTH)
        ),
        *(
            s.ShowDossierDecision(text, ((True, DAY, text), (False, DAY, text)), found, against, flag)
            for found, against, flag in product((facts, DecisionFacts(None)), (*DecisionHindrance, None), BOTH)
        ),
        *(s.ShowConsidered(text, tuple(("V5", text, verdict, words) for verdict in Verdict), 0, 3)
          for words in (text, "")),
        s.ShowConsidered(text, (), 0, 1),
        *(s.ShowHandedIn(text, 1, 2, DAY, approved, why, (("V5", text, text, due, text),) * 9)
          for approved, why, due in product((True, False, None), (text, ""), (DAY, None))),
        s.ShowHandedIn(text, 0, 0, None, None, "", ()),
        s.ShowAppealEvents(text, ((DAY, text),)),
        s.ShowAppealEvents(text, ()),
        *(s.AskConclusion(text, flag, against, was) for flag, against, was in product(BOTH, (*DecisionHindrance, None),
                                                                                     BOTH)),
        *(s.AskTarget(weeks) for weeks in (6, None)),
        *(
            s.TellAppeal(step, audience, text, text, DAY, END, flag, tuple(Inadmissible), text, flag, not flag)
            for step, audience, flag in product(AppealStep, s.AppealFor, BOTH)
        ),
        s.RemindAppeals(((text, DAY, -3), (text, DAY, 0), (text, END, 7))),
        *(s.CaptionLetter(END, certain) for certain in BOTH),
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


def test_every_screen_is_tried() -> None:
    own = {kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, Screen)}
    made = {type(screen) for screen in screens("x")}

    assert {kind for kind in own if "template" in vars(kind)} == made


def test_the_deadline_is_said_plainly() -> None:
    text = render(contested("Welzijn"))

    assert "Laatste dag: <b>12 feb 2027</b> (nog 31 dagen)" in text
    assert "Een chatbericht is geen beroep" in text


def test_the_handler_is_told_that_nobody_may_suffer_for_it() -> None:
    for state in (AppealState.HANDLER_ASSIGNED, AppealState.UNDER_REVIEW):
        assert "op geen enkele manier slechter" in render(appeal("x", role=Role.APPEAL_HANDLER, state=state))


def test_the_appellant_reads_no_name_and_no_note_of_the_office() -> None:
    text = render(appeal("Welzijn", role=Role.COORDINATOR, handler="Dora", description="Lastig dossier"))

    assert "Dora" not in text
    assert "Lastig" not in text


def test_every_label_fits_a_button() -> None:
    values = {
        "letter_write": list(LetterPart), "appeal_channel": list(AppealChannel), "appeal_sender": ["holder", "other"],
        "appeal_reasons": ["yes", "no"], "appeal_dossier": list(DossierPart), "appeal_effect": [*EFFECTS, "?"],
        "appeal_conclude": ["changed", "unchanged"], "appeal_weeks": ["0", "13"],
    }  # fmt: skip
    own = vars(renderer._template("labels/appeal.j2").module)
    for name in (name for name in own if not name.startswith("_")):
        for value in values.get(name, [""]):
            assert 0 < len(renderer.label(name, value)) <= MAX_LABEL, name
