"""A framework that somebody made: from a file, without code, to a self-evaluation and its report."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from bot.__main__ import main
from bot.audit_reports import load_standing
from bot.own_frameworks import beside, load_own, write_template
from bot.reports import load_report
from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import PlanAuditTap
from conversations.evaluation_taps import StartTap
from conversations.judging_taps import OutcomeTap, VerdictNormTap
from conversations.kit import Conversations
from conversations.taps import OverviewTap
from documents import audit_report_pdf
from documents.audit_report_word import render_word as render_audit_word
from documents.excel import render_excel
from documents.pdf import render_pdf
from documents.scorecard import render_scorecard
from documents.word import render_word
from domain.framework import FrameworkId
from domain.verdicts import Verdict
from storage.content import ContentError, load_frameworks
from storage.sql.database import Database
from templates.audit_screens import ShowPlan
from templates.evaluation_screens import ShowOverview
from templates.render import render
from tests.conversations.audit_stage import TOM, accepted, current, filled_in, founded_office, invited_for, seated
from tests.conversations.evaluation_stage import SAMIRA, EvaluationStage, shown
from tests.conversations.people_stage import CarefulStage
from tests.conversations.test_maatstaf_audit import interviews, moves, plans
from tests.documents.reading import pdf_text, squeezed, word_paragraphs, word_tables

GARDEN = Path(__file__).parents[1] / "domain" / "frameworks" / "buurttuin-1.yaml"
OWN = FrameworkId("buurthuis-2026")
QUESTIONS = ["Een warm welkom", "Koffie staat klaar", "Iedereen doet mee", "De deur is open", "Samen opruimen"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An installation with a framework of five questions that was filled in from the template."""
    (tmp_path / "frameworks").mkdir()
    fill_in(tmp_path / "frameworks" / f"{OWN}.xlsx", QUESTIONS)
    return tmp_path


def fill_in(file: Path, titles: list[str]) -> None:
    write_template(file)
    book = openpyxl.load_workbook(file)
    for number, title in enumerate(titles[1:], start=2):
        hint = "Kan als er geen keuken is." if number == 2 else None
        row = [
            "G",
            f"Norm {number}",
            title,
            f"Bij ons geldt: {title.lower()}.",
            "P",
            "Hoe gaat dat?",
            "Een foto",
            "",
            hint,
        ]
        book["Normen"].append(row)
    book.save(file)


def change(file: Path, sheet: str, cell: str, value: object) -> None:
    book = openpyxl.load_workbook(file)
    book[sheet][cell] = value
    book.save(file)


def test_the_template_is_filled_with_an_example_that_holds_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "buurthuis-2026.xlsx")

    assert main(["framework", "template", file]) == 0
    assert main(["framework", "check", file]) == 0

    assert "1 norms in Gastvrij (1). All is well." in capsys.readouterr().out
    assert main(["framework", "template", file]) == 1  # what somebody filled in is never overwritten


def test_five_questions_run_from_file_to_report_without_code(database: Database, data_dir: Path) -> None:
    database.frameworks = beside(load_frameworks(), data_dir)
    stage = EvaluationStage(database)
    samira = stage.samira

    samira.sends("/zelfevaluatie")
    samira.taps(StartTap(OWN))
    samira.taps("Begin bij G1")
    samira.taps("Voldoet")
    samira.sends("Willem kreeg meteen koffie.")
    stage.judge(Verdict.PARTIAL, ["G3", "G4", "G5"])
    samira.taps_old(OverviewTap())
    with database.begin() as work:
        current = work.evaluations(work.actor(SAMIRA)).current()
        assert current is not None
        report = load_report(work, SAMIRA, current.id, stage.now)

    overview = shown(samira, ShowOverview)
    assert (overview.name, overview.progress.total) == ("Keurmerk Gastvrij Buurthuis", 5)
    assert overview.weighing.is_over  # 3 × partial, at most 2
    word = render_word(report)
    read = " ".join(
        [*word_paragraphs(word), *(cell.text for t in word_tables(word) for row in t.rows for cell in row.cells)]
    )
    for text in (*QUESTIONS, "Willem kreeg meteen koffie.", "De normen zijn van Buurthuis De Brug."):
        assert text in read
        assert squeezed(text) in pdf_text(render_pdf(report))
    assert render_excel(report).startswith(b"PK")
    assert render_scorecard(report).startswith(b"\x89PNG")


def test_a_yaml_file_is_loaded_as_it_is(tmp_path: Path) -> None:
    shutil.copytree(GARDEN.parent, tmp_path / "frameworks")

    frameworks = beside(load_frameworks(), tmp_path)

    assert next(iter(frameworks)) == "kwaliteitslabel-2019"
    assert "buurttuin-1" in frameworks


def test_editions_stand_side_by_side(data_dir: Path) -> None:
    """A running evaluation keeps its edition, because that is another file."""
    newer = data_dir / "frameworks" / "buurthuis-2027.xlsx"
    fill_in(newer, QUESTIONS[:3])
    change(newer, "Kader", "B2", "buurthuis-2027")

    frameworks = beside(load_frameworks(), data_dir)

    assert [len(frameworks[FrameworkId(f"buurthuis-{year}")].norms) for year in (2026, 2027)] == [5, 3]


def test_an_id_that_exists_is_refused(data_dir: Path) -> None:
    file = data_dir / "frameworks" / "kwaliteitslabel-2019.xlsx"
    fill_in(file, QUESTIONS)
    change(file, "Kader", "B2", "kwaliteitslabel-2019")

    with pytest.raises(ContentError) as refused:
        beside(load_frameworks(), data_dir)

    assert "“kwaliteitslabel-2019” exists already" in str(refused.value)


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "says"),
    [
        ("Normen", "D4", "Een zin die veel te lang is. " * 9, "sheet Normen, row 4 (norm G3), essence: has"),
        ("Normen", "E5", "X", "sheet Normen, row 5 (norm G4), who: “X” is no function"),
        ("Normen", "A6", "Z", "sheet Normen, row 6 (norm Z1), rubric: “Z” is not known"),
        ("Rubrieken", "B2", None, "sheet Rubrieken, row 2 (rubric G), name: is empty"),
        ("Kader", "B3", None, "sheet Kader (framework), name: is empty"),
        ("Kader", "B9", "veel", "sheet Kader (weighing), max_not_met: is 'veel'"),
        ("Normen", "C1", "kop", "sheet Normen, row 1: has other columns"),
    ],
)
def test_an_error_names_sheet_and_row(
    data_dir: Path, sheet: str, cell: str, value: object, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = data_dir / "frameworks" / f"{OWN}.xlsx"
    change(file, sheet, cell, value)

    assert main(["framework", "check", str(file)]) == 1

    assert says in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"%PDF-1.7"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kapot.xlsx"
    file.write_bytes(content)

    with pytest.raises(ContentError) as refused:
        load_own(file)

    assert "no workbook" in str(refused.value)


def test_a_yaml_with_an_error_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "scheef.yaml"
    file.write_text("framework:\n  id: scheef\n name: x\n", encoding="utf-8")

    assert main(["framework", "check", str(file)]) == 1
    assert main(["framework", "check"]) == 2

    assert "line 3" in capsys.readouterr().out


def test_an_audit_on_it_weighs_by_its_own_limits_and_has_its_report(database: Database, data_dir: Path) -> None:
    """From the file to the report of an audit: its norms, its words, its limits (1 × not, 2 × partial), no code."""
    database.frameworks = beside(load_frameworks(), data_dir)
    stage = CarefulStage(database, Conversations(ALL_CONVERSATIONS))
    bea = founded_office(stage)
    tom = invited_for(stage, bea, TOM, "Tom")
    plans(bea, "Buurthuis")
    filled_in(bea)
    seated(bea, "Tom", "Teamleider")
    bea.taps_old(PlanAuditTap())
    plan = shown(bea, ShowPlan)
    accepted(tom, current(bea).id)
    moves(tom, "Afspreken", "Ja, doen", "Beginnen")
    norms = tuple(norm.id for norm in database.frameworks[OWN].norms)
    for with_document in (False, True):
        interviews(tom, "Beroepskracht", norms, with_document=with_document)
    moves(tom, "Oordelen")
    for norm in norms[:3]:
        tom.taps_old(VerdictNormTap(norm))
        tom.taps("Deels")
        tom.sends("Nog niet overal")
    tom.taps_old(OutcomeTap())
    outcome = render(tom.screen)
    audit = current(tom).id
    with database.begin() as work:
        made = load_standing(work, TOM, audit, stage.now, is_summary=False)

    assert plan.limits is not None
    assert (plan.framework, plan.limits.max_not_met, plan.limits.max_partial) == ("Buurthuis", 1, 2)
    assert "van hoogstens 1 × niet" in outcome
    assert "van hoogstens 2 × deels" in outcome  # not the 4 and 9 of the label
    read = squeezed(" ".join(text_of(render_audit_word(made))))
    for said in (*QUESTIONS, "Onderdeel Gastvrij", "De normen zijn van Buurthuis De Brug."):
        assert squeezed(said) in read
        assert squeezed(said) in pdf_text(audit_report_pdf.render_pdf(made))
    assert squeezed("Vakmanschap") not in read


def text_of(word: bytes) -> list[str]:
    cells = (cell.text for table in word_tables(word) for row in table.rows for cell in row.cells)
    return [*word_paragraphs(word), *cells]
