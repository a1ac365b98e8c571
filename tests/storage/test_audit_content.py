"""The content files of audits: what holds together comes in, and an editor is told everything else at once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.audit_days import Variant
from domain.conduct import Statement
from domain.judging import BlockerKind
from storage.audit_content import load_audit_rules
from storage.content import CONTENT_DIRECTORY, ContentError, ContentProblem, load_frameworks

_CASES = yaml.safe_load((Path(__file__).parent / "broken_audit_content_cases.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def editable(tmp_path: Path) -> Path:
    """A copy of the content that a test may break."""
    for path in CONTENT_DIRECTORY.glob("*.yaml"):
        shutil.copy(path, tmp_path / path.name)
    for folder in ("processes", "complaints"):
        shutil.copytree(CONTENT_DIRECTORY / folder, tmp_path / folder)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(directory: Path) -> tuple[ContentProblem, ...]:
    with pytest.raises(ContentError) as refused:
        load_audit_rules(directory)
    return refused.value.problems


def test_the_rules_of_audits_hold_together() -> None:
    rules = load_audit_rules()

    assert set(rules.days.variants) == set(Variant)
    assert set(rules.blockers) == set(BlockerKind)
    assert [text.statement for text in rules.conduct.statements] == list(Statement)
    assert len(rules.day_questions) == 3
    assert rules.proposed_norms == 5
    assert rules.cases.standard.id == "ciio-2305"
    assert rules.cases.standard.complaint.terms["classify"].hours == 48
    assert rules.cases.standard.appeal.terms["lodge"].period is not None
    assert rules.cases.standard.mediation.notaries_offered == 3


def test_a_framework_names_a_process_that_is_there() -> None:
    """An audit against it starts with that edition."""
    processes = load_audit_rules().processes

    assert {framework.default_process for framework in load_frameworks().values()} <= set(processes)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in _CASES])
def test_an_editor_is_sent_to_what_is_wrong(case: dict[str, Any], editable: Path) -> None:
    edit(next(editable.rglob(case["file"])), case["change"], case["into"])

    found = problems_of(editable)

    assert any(
        (problem.file, problem.where, problem.field) == (case["file"], case["where"], case["field"])
        and case["says"] in f"{problem.problem} {problem.remedy}"
        for problem in found
    ), "\n".join(map(str, found))


def test_the_problems_of_all_files_come_together(editable: Path) -> None:
    edit(editable / "conduct.yaml", "title: ", "titel: ")
    edit(editable / "day-evaluation.yaml", "asks_displeasure: false", "asks_displeasure: nee")

    assert {problem.file for problem in problems_of(editable)} == {"conduct.yaml", "day-evaluation.yaml"}


def test_a_file_that_is_no_yaml_is_refused_with_its_line(editable: Path) -> None:
    edit(editable / "outcomes.yaml", "processes:", "processes: [")

    assert [problem.file for problem in problems_of(editable)] == ["outcomes.yaml"]


# ------------------------------------------------------------------------------------- more than one procedure


def other_procedure(directory: Path, *, id_: str, is_default: bool = False) -> Path:
    """A second procedure beside CIIO's, as an editor would make it: a copy with a name of its own."""
    own = (directory / "complaints" / "ciio-2305.yaml").read_text(encoding="utf-8")
    said = "true" if is_default else "false"
    path = directory / "complaints" / f"{id_}.yaml"
    path.write_text(
        own.replace("id: ciio-2305", f"id: {id_}").replace("is_default: true", f"is_default: {said}"), encoding="utf-8"
    )
    return path


def test_a_body_can_have_another_procedure(editable: Path) -> None:
    other_procedure(editable, id_="anker-1")

    procedures = load_audit_rules(editable).cases

    assert list(procedures.all) == ["anker-1", "ciio-2305"]
    assert procedures.standard.id == "ciio-2305"
    assert procedures.of("anker-1").id == "anker-1"
    assert procedures.of("an edition that was taken away").id == "ciio-2305"


def test_exactly_one_procedure_is_the_default(editable: Path) -> None:
    other_procedure(editable, id_="anker-1", is_default=True)
    [two] = problems_of(editable)
    assert (two.file, two.field) == ("ciio-2305.yaml", "is_default")
    assert "anker-1" in two.remedy

    for path in (editable / "complaints").glob("*.yaml"):
        edit(path, "is_default: true", "is_default: false")
    [none] = problems_of(editable)
    assert (none.field, none.problem) == ("is_default", "is true in no file.")

    shutil.rmtree(editable / "complaints")
    [nothing] = problems_of(editable)
    assert nothing.problem == "holds no procedure."
