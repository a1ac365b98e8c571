"""The editions of the process: what holds together comes in, and an editor is told what does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.audit import ProcessId
from domain.process import Condition, EventKind, Party, Period, StepId
from storage.content import CONTENT_DIRECTORY, ContentError
from storage.process_content import load_processes


@pytest.fixture
def editable(tmp_path: Path) -> Path:
    """A copy of the editions that a test may break."""
    shutil.copytree(CONTENT_DIRECTORY / "processes", tmp_path / "processes")
    return tmp_path / "processes"


def test_the_editions_are_there() -> None:
    editions = load_processes()

    assert set(editions) == {"2017", "2021", "eigen"}
    draft = editions[ProcessId("2021")].step(StepId("draft_report"))
    assert (draft.actor, draft.within, draft.produces) == (Party.CI, Period(weeks=2), (EventKind.DRAFT_RECEIVED,))
    reaction = editions[ProcessId("2017")].step(StepId("draft_response"))
    assert (reaction.within, reaction.counts_as) == (Period(weeks=1), EventKind.FINDINGS_FINAL)
    summary = editions[ProcessId("2021")].step(StepId("summary_to_swn"))
    assert [trigger.when for trigger in summary.triggers] == [None, Condition.NO_HOLD]
    assert editions[ProcessId("2017")].settings.suspension is None


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("2021.yaml", "within: {weeks: 2}", "within: {fortnights: 1}", "should name one unit"),
        ("2021.yaml", "next: [draft_response]", "next: [draft_answer]", "“draft_answer” is no step of this file"),
        ("2021.yaml", "trigger: [last_audit_day]", "trigger: [last_day]", "“last_day” is no event"),
        ("2021.yaml", "actor: swn_secretariat", "actor: secretary", "“secretary” is not known"),
        ("2021.yaml", "when: plan_required", "when: sometimes", "“sometimes” is not known"),
        ("2017.yaml", "term_days_before: [14, 7,", "term_days_before: [7, 14,", "is not in order"),
        ("2021.yaml", "produces: [findings_final]", "produces: [certificate_issued]", "may not record"),
        (
            "eigen.yaml",
            "leaves_out: [summary_received,",
            "leaves_out: [plan_approved,",
            "names plan_approved, which step",
        ),
        ("conventions.yaml", "  - id: plan_approved\n", "  - id: plan_aproved\n", "“plan_approved” is missing"),
    ],
)
def test_an_editor_hears_what_is_wrong(editable: Path, file: str, old: str, new: str, said: str) -> None:
    """The error names the file, the step and the remedy."""
    path = editable / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError) as refused:
        load_processes(editable)

    assert any(said in problem.problem for problem in refused.value.problems), refused.value.problems
    assert all(problem.remedy for problem in refused.value.problems)


def test_an_audit_on_another_framework_has_nothing_of_swn() -> None:
    """No step of the secretariat, nothing that goes there, and no word of it in what people read."""
    edition = load_processes()[ProcessId("eigen")]
    read = " ".join(f"{step.title} {step.lapse} {step.source}" for step in edition.steps)

    assert not edition.goes_to_swn
    assert load_processes()[ProcessId("2017")].goes_to_swn
    assert {EventKind.SUMMARY_RECEIVED, EventKind.CERTIFICATE_ISSUED, EventKind.CERTIFICATE_EXPIRY}.isdisjoint(
        edition.events
    )
    for word in ("SWN", "Sociaal Werk", "secretariaat", "ertificaat", "register"):
        assert word not in read
