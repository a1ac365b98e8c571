"""Content files: what holds together comes in, and an editor is told everything else at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from domain.framework import FrameworkId, NormId
from domain.verdicts import Verdict
from storage.content import (
    CONTENT_DIRECTORY,
    FRAMEWORKS_DIRECTORY,
    ContentError,
    ContentProblem,
    load_framework,
    load_frameworks,
    load_weighing_rules,
)

GARDEN = Path(__file__).parent.parent / "domain" / "frameworks" / "buurttuin-1.yaml"
LABEL = FRAMEWORKS_DIRECTORY / "kwaliteitslabel-2019.yaml"


@pytest.fixture
def editable(tmp_path: Path) -> Path:
    """A copy of the invented framework that a test may break."""
    shutil.copytree(GARDEN.parent, tmp_path / "frameworks")
    return tmp_path / "frameworks" / GARDEN.name


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(file: Path) -> tuple[ContentProblem, ...]:
    with pytest.raises(ContentError) as refused:
        load_framework(file)
    return refused.value.problems


# --- What comes in ---------------------------------------------------------------------------------------------------


def test_the_kwaliteitslabel_has_49_norms_in_three_rubrics() -> None:
    """Handbook bijlage 2: 15 of Vakmanschap, 11 of Dienstverlening, 23 of Organisatie en bestuur."""
    framework = load_framework(LABEL)

    assert [len(framework.in_rubric(rubric.id)) for rubric in framework.rubrics] == [15, 11, 23]
    assert [norm.ordinal for norm in framework.norms] == list(range(49))
    assert framework.short_name == "Kwaliteitslabel"


def test_a_norm_carries_all_that_its_screens_show() -> None:
    norm = load_framework(LABEL).norm(NormId("D10"))

    assert (norm.label, norm.who, norm.who_also) == ("Met vrijwilligers", ("P",), ("BV",))
    assert norm.not_applicable_hint is not None
    assert len(norm.questions) == len(norm.evidence) == 4


def test_only_seven_norms_may_not_apply() -> None:
    """Domain book §2: the handbook says so for O13 and O20, the others are our judgement."""
    hinted = [norm.id for norm in load_framework(LABEL).norms if norm.not_applicable_hint]

    assert hinted == ["D10", "D11", "O11", "O12", "O13", "O14", "O20"]


def test_one_case_is_followed_through_three_norms() -> None:
    assert [norm.id for norm in load_framework(LABEL).norms if norm.casework] == ["D2", "D3", "D4"]


def test_an_essence_is_one_sentence() -> None:
    """It stands alone under the title, on a phone."""
    for norm in load_framework(LABEL).norms:
        assert norm.essence.endswith(".")
        assert norm.essence.count(". ") == 0, norm.id


def test_every_question_asks_or_invites() -> None:
    for norm in load_framework(LABEL).norms:
        assert all("?" in question or question.endswith(".") for question in norm.questions), norm.id


def test_every_section_names_its_source() -> None:
    """Who doubts a number can look it up."""
    raw = yaml.safe_load(LABEL.read_text(encoding="utf-8"))

    assert set(raw["sources"]) == set(raw) - {"framework", "sources"}


def test_a_button_with_the_id_and_the_label_fits() -> None:
    """No label over 24 characters (screenplay, rules for every scene)."""
    for norm in load_framework(LABEL).norms:
        assert len(f"{norm.id} · {norm.label}") <= 24


def test_the_threshold_can_be_chosen_per_audit() -> None:
    """Domain book §15: `weighing` is configurable."""
    assert (load_framework(LABEL).weighing.max_not_met, load_framework(LABEL).weighing.max_partial) == (4, 9)
    older = load_framework(LABEL, weighing="example_3_8").weighing
    assert (older.version, older.max_not_met, older.max_partial) == ("example_3_8", 3, 8)


def test_every_threshold_names_its_source() -> None:
    rules = load_weighing_rules()

    assert set(rules) == {"2021", "2017", "example_3_8"}
    assert all("handbook" in rule.source for rule in rules.values())


def test_another_framework_needs_no_line_of_code() -> None:
    """Other rubrics, other counts, other words: the engine knows no norm by name."""
    garden = load_framework(GARDEN)

    assert [norm.id for norm in garden.norms] == ["G1", "G2", "G3", "M1"]
    assert garden.words(Verdict.MET).label == "Bloeit"
    assert garden.weighing.version == "1"


def test_the_maatstaf_has_84_points_in_18_norms_and_no_threshold() -> None:
    """Domain book §10: six parts, eighteen sections, and no scale of its own."""
    maatstaf = load_framework(FRAMEWORKS_DIRECTORY / "ciio-maatstaf-2016.yaml")

    assert [len(maatstaf.in_rubric(rubric.id)) for rubric in maatstaf.rubrics] == [3] * 6
    assert sum(len(norm.points) for norm in maatstaf.norms) == 84
    assert all(norm.reflective_questions for norm in maatstaf.norms)
    assert len(maatstaf.compass) == 13
    assert not maatstaf.weighing.has_limits


def test_the_licence_of_the_maatstaf_travels_with_it() -> None:
    """CC BY-NC-SA asks to name CIIO and the licence wherever the wording goes."""
    maatstaf = load_framework(FRAMEWORKS_DIRECTORY / "ciio-maatstaf-2016.yaml")

    assert maatstaf.licence == "CC BY-NC-SA"
    assert "CIIO" in maatstaf.copyright
    assert maatstaf.licence in maatstaf.copyright


def test_all_frameworks_of_a_directory_come_in_by_their_id() -> None:
    assert list(load_frameworks()) == ["kwaliteitslabel-2019", "ciio-maatstaf-2016"]  # the usual one first
    assert load_frameworks(GARDEN.parent)[FrameworkId("buurttuin-1")].short_name == "Tuinkeurmerk"


# --- What is refused -------------------------------------------------------------------------------------------------

BROKEN = yaml.safe_load((Path(__file__).parent / "broken_content_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["name"])
def test_an_editor_reads_where_it_is_wrong_and_what_to_do(editable: Path, case: dict[str, str]) -> None:
    """One edit at a time: the error names the file, the norm or section, the field and the remedy."""
    edit(editable, case["change"], case["into"])

    found = problems_of(editable)

    meant = [problem for problem in found if (problem.where, problem.field) == (case["where"], case["field"])]
    assert any(case["says"] in f"{problem.problem} {problem.remedy}" for problem in meant), found
    assert all(problem.file == editable.name and problem.remedy for problem in found)


def test_everything_that_is_wrong_is_listed_at_once(editable: Path) -> None:
    """Nobody should mend a file one error at a time."""
    edit(editable, 'label: "Gieter"', 'label: ""')
    edit(editable, "who: [T]", "who: [X]")
    edit(editable, "norm_count: 4", "norm_count: 9")
    edit(editable, "min_tests: 1", "min_tests: -1")

    seen = {(problem.where, problem.field) for problem in problems_of(editable)}

    assert seen == {("norm G1", "label"), ("norm G1", "who"), ("", "norms"), ("coverage", "min_tests")}


def test_the_message_reads_as_sentences(editable: Path) -> None:
    edit(editable, 'label: "Gieter"', 'label: "Gieter en tuinslang"')

    with pytest.raises(ContentError) as refused:
        load_framework(editable)

    assert str(refused.value) == "buurttuin-1.yaml: norm G1, label: has 19 characters. Shorten it to 18."


def test_a_syntax_error_names_its_line(editable: Path) -> None:
    edit(editable, 'label: "Gieter"', 'label: "Gieter')

    (problem,) = problems_of(editable)

    assert problem.where.startswith("line ")
    assert "quotes" in problem.remedy


def test_a_field_that_stands_twice_names_its_line(editable: Path) -> None:
    """YAML would silently keep the last one."""
    edit(editable, 'label: "Gieter"', 'label: "Gieter"\n    label: "Emmer"')
    line = 1 + editable.read_text(encoding="utf-8").splitlines().index('    label: "Gieter"')

    (problem,) = problems_of(editable)

    assert (problem.where, problem.problem) == (f"line {line}", "“label” stands here twice.")


def test_a_file_that_is_no_text_is_refused(editable: Path) -> None:
    editable.write_bytes(b"\xff\xfe\x00")

    assert problems_of(editable)[0].remedy


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just words\n"])
def test_a_file_without_fields_is_refused(editable: Path, text: str) -> None:
    editable.write_text(text, encoding="utf-8")

    assert "should hold fields." in {problem.problem for problem in problems_of(editable)}


def test_the_problems_of_all_files_come_together(editable: Path) -> None:
    other = editable.with_name("moestuin-1.yaml")
    shutil.copy(editable, other)
    edit(editable, 'label: "Gieter"', 'label: ""')

    with pytest.raises(ContentError) as refused:
        load_frameworks(editable.parent)

    assert {problem.file for problem in refused.value.problems} == {editable.name, other.name}


def test_a_broken_threshold_is_refused_by_its_own_file(editable: Path) -> None:
    rules = editable.parent / "rules" / "tuin-weging.yaml"
    edit(rules, 'version: "streng", max_not_met: 0', 'version: "1", max_not_met: "0"')

    with pytest.raises(ContentError) as refused:
        load_framework(editable)

    assert {(problem.file, problem.where, problem.field) for problem in refused.value.problems} == {
        (rules.name, "rule 1", "max_not_met"),
        (rules.name, "", "rules"),
    }


def test_the_packaged_content_stands_where_the_loader_looks() -> None:
    """It has to travel with the code."""
    assert CONTENT_DIRECTORY.is_dir()
    assert LABEL.is_file()
