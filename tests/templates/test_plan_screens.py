"""The Dutch of the improvement plan after an audit: it renders, fits and says what it should."""

from __future__ import annotations

import re
from datetime import date

import pytest

from conversations.kit import MAX_LABEL
from domain.addendum import Addendum, RetestedNorm
from domain.audit import AuditId
from domain.framework import Norm, NormId
from domain.improvement_plan import PlanEntry, PlanPart, PlanStatus, Progress, Retest
from domain.plan_actions import MAX_EVIDENCE, ActionEvidence, PlanAction
from domain.roles import PersonId
from domain.self_evaluation import ContributionKind, FileId
from domain.verdicts import Verdict
from domain.weighing import Outcome
from storage.content import load_frameworks
from templates import plan_screens as s
from templates import render as renderer
from templates.render import MAX_TEXT, visible_length
from templates.screens import Screen
from tests.changing import replace
from tests.templates.saying import render

FRAMEWORK = next(iter(load_frameworks().values()))
LONG = "<b>Lang & breed</b> " * 205
DAY = date(2027, 6, 1)


def norm(norm_id: str = "V5") -> Norm:
    return FRAMEWORK.norm(NormId(norm_id))


def entry(text: str = "Intervisie", **changes: object) -> PlanEntry:
    return replace(PlanEntry(NormId("V5"), text, text, DAY, text, 1), **changes)  # type: ignore[arg-type]


def line(norm_id: str = "V5", text: str = "Intervisie", **changes: object) -> s.PlanLine:
    return s.PlanLine(norm(norm_id), Verdict.PARTIAL, entry(text, **changes), Progress(NormId(norm_id)))


def overview(status: PlanStatus, *, is_own: bool = True, text: str = "Te vaag", **changes: object) -> s.ShowAuditPlan:
    screen = s.ShowAuditPlan(
        "Welzijn <Rivierenland>", is_own, Outcome.PLAN_REQUIRED, status, 1, 2, text, (line(text=text),), 1, 0
    )
    return replace(screen, **changes)  # type: ignore[arg-type]


def retested(text: str) -> RetestedNorm:
    return RetestedNorm(NormId("V5"), norm().title, Verdict.PARTIAL, text, DAY, text, text, Verdict.MET)


def addendum(text: str, outcome: Outcome) -> Addendum:
    return Addendum(DAY, outcome, text, (retested(text),), text)


def evidence(text: str) -> tuple[ActionEvidence, ...]:
    """Return as many files as can lie at an action, with and without a line, there and still on the way."""
    kinds = (ContributionKind.PHOTO, ContributionKind.DOCUMENT, ContributionKind.VOICE, ContributionKind.VIDEO)
    return tuple(
        ActionEvidence(number, kinds[number % 4], text if number % 2 else "", FileId(1), text, PersonId(1), number > 3)
        for number in range(1, MAX_EVIDENCE + 1)
    )


def actions(text: str) -> list[Screen]:
    """Return every screen about a single action."""
    running = PlanAction(AuditId(1), norm(), entry(text), Progress(norm().id, None, text, 1, text), PlanStatus.APPROVED)
    done = replace(running, progress=replace(running.progress, done_on=DAY), evidence=evidence(text))
    bare = PlanAction(AuditId(1), norm(), PlanEntry(norm().id), Progress(norm().id), PlanStatus.DRAFT)
    return [
        s.ShowOwnActions((), DAY),
        s.ShowOwnActions((running, done, bare), date(2027, 6, 2)),
        *(s.ShowAction(action, DAY, told) for action in (running, done, bare) for told in (None, *s.ActionTold)),
        *(s.ShowEvidence(norm(), item, sent) for item in (None, *evidence(text)) for sent in (True, False)),
        *(s.AskAction(action, what) for action in (running, bare) for what in ("note", "evidence")),
        *(s.ChooseOwner(norm(), found, owner) for found in (entry(text), PlanEntry(norm().id)) for owner in ("", text)),
        *(s.TellActionGiven(action, text) for action in (running, bare)),
        *(s.TellActionReported(running, text, told) for told in s.ActionTold),
    ]


def screens(text: str) -> list[Screen]:
    """Return every screen in its shapes, with this text wherever somebody wrote something."""
    retest = Retest(NormId("V5"), Verdict.MET, text, 1)
    done = Progress(NormId("V5"), DAY, text, 1)
    everywhere = tuple(s.PlanLine(found, Verdict.NOT_MET, PlanEntry(found.id), done) for found in FRAMEWORK.norms)
    return [
        *(overview(status, is_own=own, text=text) for status in PlanStatus for own in (True, False)),
        *(overview(PlanStatus.DRAFT, told=told) for told in s.PlanTold),
        *(
            overview(PlanStatus.APPROVED, outcome=Outcome.FOLLOWUP_REQUIRED, followup=found, lines=everywhere)
            for found in (None, Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)
        ),
        *(overview(status, is_own=False, may_decide=True) for status in PlanStatus),
        overview(PlanStatus.DRAFT, lines=everywhere),
        *(
            overview(status, due_on=DAY, today=today)
            for status in (PlanStatus.DRAFT, PlanStatus.SUBMITTED)
            for today in (date(2027, 5, 1), date(2027, 5, 31), DAY, date(2027, 6, 2))
        ),
        *(
            s.ShowPlanEntry(
                norm(), Verdict.NOT_MET, text, found, status, done, 1, 2, own, retest, evidence=evidence(text)
            )
            for found in (entry(text), PlanEntry(NormId("V5")))
            for status in PlanStatus
            for own in (True, False)
        ),
        *(
            s.AskPlanPart(norm(), Verdict.PARTIAL, text, part, now, text, 1, 2, is_unreadable=wrong, is_past=not wrong)
            for part in PlanPart
            for now in (text, "")
            for wrong in (True, False)
        ),
        *actions(text),
        s.AskShown(norm(), entry(text), text),
        s.AskShown(norm(), PlanEntry(NormId("V5")), ""),
        *(s.ConfirmSubmit(n, last, last) for n in (1, 9) for last in (True, False)),
        s.ConfirmDecline(),
        *(s.ConfirmApprove(text, 3, outcome) for outcome in (Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)),
        *(s.AskBackReason(text, last, negative) for last in (True, False) for negative in (True, False)),
        *(
            s.ShowRetests(text, (s.RetestLine(norm(), Verdict.PARTIAL, found),), outcome, done_, None)
            for found in (retest, None)
            for outcome, done_ in ((None, False), (Outcome.ALL_MET, False), (Outcome.FOLLOWUP_REQUIRED, True))
        ),
        *(
            s.ShowAddendum(text, addendum(said, outcome), (retested(said),) * 3, 0, pages)
            for outcome in (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)
            for said in (text, "")
            for pages in (1, 3)
        ),
        *(s.ShowRetest(norm(), Verdict.PARTIAL, text, entry(text), found) for found in (retest, None)),
        *(
            s.ConfirmFollowup(text, outcome, plan)
            for outcome in (Outcome.ALL_MET, Outcome.PLAN_REQUIRED, Outcome.FOLLOWUP_REQUIRED)
            for plan in (PlanStatus.APPROVED, PlanStatus.SUBMITTED)
        ),
        *(s.TellPlan(news, text, 3, DAY, reason=text, outcome=Outcome.PLAN_REQUIRED) for news in s.PlanNews),
    ]


@pytest.mark.parametrize("text", ["Intervisie", LONG], ids=["short", "long and hostile"])
def test_every_screen_fits_telegram_and_lets_nobody_write_markup(text: str) -> None:
    for screen in screens(text):
        shown = render(screen)
        assert shown, screen
        assert visible_length(shown) <= MAX_TEXT
        assert "<b>Lang" not in shown
        assert not re.search(r"\n{3,}|^\s|\bNone\b", shown), screen
        for row in shown.splitlines():
            assert row.count("<b>") == row.count("</b>"), row


def test_what_quotes_findings_is_not_to_be_forwarded() -> None:
    assert all(screen.is_confidential for screen in screens("x"))


def test_the_member_reads_why_it_came_back() -> None:
    text = render(overview(PlanStatus.RETURNED, text="Wie bewaakt het?"))

    assert "Terug om aan te passen (ronde 1 van 2)" in text
    assert "Reden: Wie bewaakt het?" in text


def test_a_line_says_what_is_still_missing() -> None:
    shown = render(overview(PlanStatus.DRAFT, lines=(line(who="", shown_by=""),)))

    assert "🟠 <b>V5</b>" in shown
    assert "nog wie en hoe je het ziet" in shown


def test_declining_says_what_it_means() -> None:
    """Bijlage 6 step 9c.i."""
    assert "negatief besluit" in render(s.ConfirmDecline())


def test_every_label_fits_a_button() -> None:
    values = {"plan_go_on": ["O23"], "plan_part": list(PlanPart), "action_say": ["note", "evidence"]}
    own = vars(renderer._template("labels/plan.j2").module)
    for name in (name for name in own if not name.startswith("_")):
        for value in values.get(name, [""]):
            assert 0 < len(renderer.label(name, value)) <= MAX_LABEL, name
