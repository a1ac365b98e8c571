"""The Dutch of complaints, signals and the casusregister: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from conversations.case_taps import Ask, Form
from conversations.kit import MAX_LABEL
from domain.cases import CaseFilter, CaseKind, CaseLine, CaseRow, KeptTerm, Lesson, Which, review
from domain.complaints import (
    Capacity,
    Complaint,
    ComplaintState,
    Hindrance,
    HolderChoice,
    Interest,
    Notary,
    RunningTerm,
    Side,
    Subject,
    Term,
)
from domain.roles import Role
from storage.complaint_content import load_case_procedure
from templates import case_screens as s
from templates import render as renderer
from templates.people_screens import MenuNews
from templates.render import MAX_TEXT, label, render, visible_length
from templates.screens import Screen
from tests.changing import replace

NOW = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
DAY = date(2026, 12, 3)
LONG = "<b>Lang & breed</b> " * 205
RULES = load_case_procedure()
HOURS = RunningTerm(Term.CLASSIFY, NOW, DAY, NOW)
MONTH = RunningTerm(Term.TREAT, NOW, DAY)
CASE = Complaint(Subject.OWN_WORK, NOW, has_claimant=True)


def complaints(text: str) -> list[Complaint]:
    notaries = tuple(Notary(text, text, has_ties=tied) for tied in (True, False, False))
    return [
        replace(
            CASE, state=state, subject=subject, is_satisfied=satisfied, notaries=names, notary=0 if names else None,
            consents=consents, registered_at=NOW, handler=None, holder_choice=choice, is_formal_written=True,
        )
        for state in ComplaintState
        for subject, choice in ((Subject.OWN_WORK, None), (Subject.CERTIFICATE_HOLDER, HolderChoice.NEXT_REGULAR_AUDIT))
        for satisfied in (None, True, False)
        for names, consents in (((), frozenset()), (notaries, frozenset(Side)))
    ]  # fmt: skip


def cases(text: str) -> list[Screen]:
    shown = s.ShowCase(
        "K2026-1", CASE, frozenset(Capacity), False, text, text, text, True, text, text, True, text, text, HOURS, False,
        12, text, text, text, text, (text, text), text, True, frozenset(Interest),
    )  # fmt: skip
    return [
        *(replace(shown, complaint=one) for one in complaints(text)),
        *(replace(shown, told=told) for told in s.CaseTold),
        replace(shown, refused=tuple(Hindrance)),
        replace(shown, is_subject=True, term=None, reporter="", text="", client="", holder=""),
        *(replace(shown, term=MONTH, hours_left=None, is_late=late) for late in (True, False)),
        replace(shown, is_late=True),
        *(
            s.ShowOwnCase("K2026-1", NOW, text, one, text, text, text, NOW, text, text, told)
            for one in complaints(text)
            for told in (None, s.OwnTold.CHANGED)
        ),
        *(s.ShowOwnCase("K1", NOW, text, CASE, "", "", "", NOW, "", "", told) for told in s.OwnTold),
        s.ShowOwnCase("K1", NOW, text, CASE, "", "", "", NOW, "", "", refused=tuple(Hindrance), treat_by=DAY),
    ]


def row(text: str, kind: CaseKind, state: str) -> CaseRow:
    return CaseRow(
        kind, 1, "K2026-1", DAY, text, text, state, is_open=True, due=DAY, is_late=True, theme="planning",
        is_satisfied=True, kept_terms=(KeptTerm("classify", is_met=True), KeptTerm("something", is_met=False)),
        actions=tuple(CaseLine(DAY, "measure", text) for _ in range(20)),
    )  # fmt: skip


def register(text: str) -> list[Screen]:
    states = [*ComplaintState, *RULES.appeal.states]
    rows = tuple(row(text, kind, state) for kind in CaseKind for state in states)
    found = review([replace(one, is_open=False) for one in rows], date(2026, 1, 1), date(2026, 12, 31))
    empty = review([], date(2026, 1, 1), date(2026, 12, 31))
    return [
        *(
            s.ShowCaseRegister(rows[:8], 99, 1, 12, CaseFilter(which, kind, year, text), is_coming=bool(year))
            for which in Which
            for kind in (None, *CaseKind)
            for year in (None, 2026)
        ),
        *(s.ShowCaseRegister((one,), 1, 0, 1, CaseFilter()) for one in rows),
        s.ShowCaseRegister((), 0, 0, 1, CaseFilter()),
        s.ShowCaseRegister((), 0, 0, 1, CaseFilter(words=text)),
        s.ShowCaseRegister((), 0, 0, 1, CaseFilter(words=text), searched=400, among=5000),
        *(s.ShowReview(one, quarter, ((text, 2),), (text,)) for one in (found, empty) for quarter in (0, 3)),
        *(s.CaptionCases(text, DAY, count, anonymous, count) for count in (0, 1, 2) for anonymous in (True, False)),
        s.ShowReview(found, 3, ((text, 2),), (text,), is_coming=True),
        *(s.CaptionReview(2026, quarter, taken) for quarter in (0, 3) for taken in (0, 1, 2)),
    ]


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    line = s.CaseMenuLine("K2026-1", ComplaintState.REGISTERED, MONTH, True, None)
    hours = [s.CaseReminder("K1", True, NOW, DAY, left, None) for left in (24, 0)]
    days = [s.CaseReminder("K1", False, None, DAY, None, left) for left in (7, 1, 0, -1)]
    notaries = (Notary(text, text), Notary(text, "", has_ties=True))
    return [
        *(s.AskWhatHappened(own, 2, about) for own in (True, False) for about in ("", text)),
        s.ChooseBody(text),
        s.AskSubject(text),
        s.AskHolder(),
        s.AskAsWhom(text),
        s.AskFormal(text),
        *(
            s.ConfirmSignal(text, words, own, subject, words, words, words, own, bool(words))
            for own in (True, False)
            for subject in Subject
            for words in ("", text)
        ),
        s.ChooseClient(),
        s.ChooseChannel(),
        *(s.SignalSent("K2026-1", text, NOW, own, formal) for own in (True, False) for formal in (True, False)),
        s.SignalKnown("K2026-1"),
        s.ShowOwnCases(()),
        s.ShowOwnCases(tuple(s.OwnLine("K2026-1", NOW, state, text) for state in ComplaintState)),
        s.AskWhyEscalate("K2026-1"),
        *(s.TellSignal("K2026-1", NOW, subject, office) for subject in Subject for office in (True, False)),
        *(s.TellCase("K2026-1", news, text, due) for news in s.CaseNews for due in (None, DAY)),
        *(s.TellHolder(text, text, choice, own) for choice in HolderChoice for own in (True, False)),
        s.RemindCases((*hours, *days)),
        *(
            s.ShowCaseMenu(text, role, lines, more, news, appeals)
            for role in (Role.QUALITY_OFFICER, Role.OFFICE_MANAGER, Role.COMPLAINT_HANDLER)
            for lines, more in (((), 0), ((line, replace(line, term=HOURS, hours_left=3, is_late=False)), 4))
            for news in (None, *MenuNews)
            for appeals in (0, 1, 2)
        ),
        *cases(text),
        s.ChooseCriterion("K2026-1", RULES.complaint.criteria),
        *(s.AskCaseText("K2026-1", what, told, text) for what in Ask for told in (True, False)),
        s.ChooseHandler("K2026-1", ()),
        s.ChooseHandler("K2026-1", (s.HandlerLine(text, frozenset()), s.HandlerLine(text, frozenset(Interest)))),
        s.ShowInvolved(
            "K1", tuple(s.InvolvedLine(text, mark) for mark in (None, Interest.MARKED, Interest.SUBJECT)), 0, 2,
            (Hindrance.ABOUT_YOU,),
        ),
        s.ChooseTheme("K2026-1", RULES.themes),
        *(s.ChooseCaseAudit("K2026-1", empty) for empty in (True, False)),
        *(
            s.ConfirmHolder("K2026-1", name, choice, tells_holder, tells_leader)
            for name in ("", text)
            for choice in HolderChoice
            for tells_holder in (True, False)
            for tells_leader in (True, False)
        ),
        *(
            s.ShowNotaries("K1", found, faults, text, text)
            for found in ((), notaries)
            for faults in ((), tuple(Hindrance))
        ),
        s.ShowHistory("K1", tuple(
                s.HistoryLine(NOW, what, text, text, 0, yes, choice, yes)
                for what, yes in (("signal", True), ("reaction", True), ("reaction", False), ("other", False))
                for choice in (None, *HolderChoice)
            ), 0, 3),
        s.ShowHistory("K1", tuple(s.HistoryLine(NOW, "lesson", text, text, heard) for heard in (1, 7)), 0, 1),
        *(
            s.ShowProcedure(procedure, weeks, others, chooses, kept)
            for procedure in (RULES, replace(RULES, title=text))
            for weeks in (None, 1, 2)
            for others in ((), (text, text))
            for chooses, kept in ((True, True), (False, False))
        ),
        s.ConfirmProcedure(text, text),
        *(
            shape
            for words in ("", text)
            for message in (s.TellLesson(text, text, Lesson("planning", text, text, (text,) * 9, words, 1)),)
            for shape in (
                message,
                s.ShowLesson("K1", message, 1, 2, 0, (Hindrance.NOBODY_HEARS,)),
                s.ShowLesson("K1", message, 0, 0, 3),
                s.ConfirmLesson("K1", message, 2),
            )
        ),
        s.TellLesson(text, "", Lesson("")),
        s.AskLessonWords("K1"),
        s.ChooseLearners("K1", (), 0, 0, 1),
        s.ChooseLearners("K1", tuple(s.LearnerLine(text, chosen) for chosen in (True, False)), 1, 1, 3),
        *register(text),
    ]  # fmt: skip


ALL = screens("Welzijn")


@pytest.mark.parametrize("kind", sorted({type(screen) for screen in ALL}, key=lambda kind: kind.__name__))
def test_every_screen_renders_and_fits(kind: type[Screen]) -> None:
    for text in ("Welzijn", LONG, "{{ 7*7 }} <i>&"):
        for screen in screens(text):
            if isinstance(screen, kind):
                found = render(screen)
                assert found
                assert visible_length(found) <= MAX_TEXT
                assert "None" not in found
                assert "49" not in found
                for line in found.splitlines():
                    assert re.findall(r"<(\w+)>", line) == re.findall(r"</(\w+)>", line), line


def test_every_screen_of_the_topic_is_tried() -> None:
    known = {
        kind for kind in vars(s).values() if isinstance(kind, type) and issubclass(kind, Screen) and kind is not Screen
    }

    assert {type(screen) for screen in ALL} == known


@pytest.mark.parametrize("name", sorted(re.findall(r"macro (\w+)\(", (renderer.Path(renderer.__file__).parent / "labels" / "cases.j2").read_text(encoding="utf-8"))))  # fmt: skip  # noqa: E501
def test_every_label_fits_its_button(name: str) -> None:
    values: dict[str, list[str]] = {
        "signal_subject": [*Subject], "holder_choice": [*HolderChoice], "case_ask": [*Ask], "case_which": [*Which],
        "case_kind": ["all", *CaseKind], "case_document": [*Form], "case_year": ["", "2026"],
    }  # fmt: skip
    for value in values.get(name, ["2"]):
        assert 0 < len(label(name, value)) <= MAX_LABEL


def test_no_message_about_a_case_names_a_client() -> None:
    """Notifications light up on a locked phone."""
    fields = {"client", "holder", "organisation"}

    for kind in (s.TellSignal, s.TellCase, s.RemindCases, s.CaseReminder):
        assert not fields & set(kind.__annotations__)
