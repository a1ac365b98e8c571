"""Frameworks that somebody made themselves: YAML, or a workbook that was filled in from our template.

    python -m bot framework template FILE.xlsx   writes the template
    python -m bot framework check FILE           says what is wrong, with sheet and row, or that all is well

A file in HANDVAT_DATA_DIR/frameworks is loaded at the start beside ours; adding one needs no code.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from bot import file_check
from domain.framework import Framework, FrameworkId
from storage.content import ContentError, ContentProblem, build_framework, in_order, load_framework

_WORKBOOK: Final = ".xlsx"
_MAX_ROWS: Final = 500
_ABOUT: Final = (
    ("id", "buurthuis-2026", "kleine letters, cijfers en streepjes; heet net zo als het bestand"),
    ("naam", "Keurmerk Gastvrij Buurthuis", "zo staat het op schermen en in het verslag"),
    ("korte naam", "Buurthuis", "hoogstens 18 tekens, voor knoppen"),
    ("versie", "2026", "de uitgave van de normen"),
    ("eigenaar", "Buurthuis De Brug", "van wie de normen zijn"),
    ("rechten", "De normen zijn van Buurthuis De Brug.", "staat in elk verslag"),
    ("licentie", "", "leeg, of de licentie waaronder de tekst verder mag"),
    ("hoogstens niet", "1", "leeg = geen ondergrens"),
    ("hoogstens deels", "2", "leeg = geen ondergrens"),
    ("keer getoetst", "3", "wanneer een norm in een toetsing rond is"),
    ("bronnen", "2", ""),
    ("document nodig", "ja", "ja of nee"),
)
_SHEETS: Final[Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]]] = {
    "Rubrieken": (("letter", "naam", "waar het over gaat"), (("G", "Gastvrij", "Hoe mensen worden ontvangen."),)),
    "Functies": (("code", "naam", "wie dat is"), (("P", "Beroepskracht", "Wie hier werkt"),)),
    "Normen": (
        (
            "rubriek", "korte naam", "titel", "waar het om gaat", "voor wie", "vragen", "bewijs", "punten",
            "wanneer n.v.t.",
        ),
        (
            (
                "G", "Ontvangst", "Een warm welkom", "Wie binnenkomt, wordt gezien en geholpen.", "P",
                "Hoe gaat het als iemand voor het eerst komt?", "Een voorbeeld van vorige week", "", "",
            ),
        ),
    ),
}  # fmt: skip
_VERDICTS: Final = (
    ("met", "+", "Voldoet", "Voldoet", "In de praktijk aangetoond, niet alleen op papier."),
    ("partial", "+/-", "Voldoet deels (verbeterpunt)", "Deels", "Een deel is zichtbaar; er is nog iets te verbeteren."),
    ("not_met", "-", "Voldoet niet", "Niet", "In de praktijk (nog) niet aangetoond."),
    ("not_applicable", "n.v.t.", "Niet van toepassing", "N.v.t.", "Past niet bij jullie werk. Schrijf er bij waarom."),
    ("not_assessed", "", "Nog niet beoordeeld", "Open", "Hier is nog geen oordeel over."),
)


def beside(ours: Mapping[FrameworkId, Framework], data_dir: Path) -> Mapping[FrameworkId, Framework]:
    """Return our frameworks with those of this installation.

    Raises:
        ContentError: with everything in their files that does not hold together.
    """
    found, problems = dict(ours), list[ContentProblem]()
    for path in _files(data_dir / "frameworks"):
        try:
            framework = load_own(path)
        except ContentError as error:
            problems.extend(error.problems)
            continue
        if framework.id in found:
            remedy = "Choose another id, such as one with the year of this edition."
            problems.append(ContentProblem(path.name, "framework", "id", f"“{framework.id}” exists already.", remedy))
        found[framework.id] = framework
    if problems:
        raise ContentError(problems)
    return in_order(found.values())


def _files(directory: Path) -> Iterator[Path]:
    if directory.is_dir():
        yield from sorted(p for p in directory.iterdir() if p.suffix in (".yaml", _WORKBOOK) and p.name[0] not in "~.")


def load_own(path: Path) -> Framework:
    """Return the framework of a YAML file or a filled-in template.

    Raises:
        ContentError
    """
    if path.suffix != _WORKBOOK:
        return load_framework(path)
    raw, rows = _read_workbook(path)
    try:
        return build_framework(raw, path)
    except ContentError as error:
        raise ContentError([_with_row(problem, rows) for problem in error.problems]) from error


def _with_row(problem: ContentProblem, rows: Mapping[str, str]) -> ContentProblem:
    """Say in which row of which sheet a problem stands."""
    place = rows.get(problem.where, "")
    where = f"{place} ({problem.where})" if place else problem.where
    return ContentProblem(problem.file, where, problem.field, problem.problem, problem.remedy)


# --- The commands ----------------------------------------------------------------------------------------------------


def run(action: str | None, file: str | None) -> int:
    """Do `framework check FILE` or `framework template FILE.xlsx`, and return the exit code."""
    if action not in ("check", "template") or file is None:
        print("Use: python -m bot framework check FILE | framework template FILE.xlsx", file=sys.stderr)  # noqa: T201
        return 2
    path = Path(file)
    if action == "template":
        if path.exists():
            print(f"{path} is there already; choose another name.", file=sys.stderr)  # noqa: T201
            return 1
        write_template(path)
        print(f"Filled with an example: {path}. Then: python -m bot framework check {path}")  # noqa: T201
        return 0
    try:
        framework = load_own(path)
    except ContentError as error:
        for problem in error.problems:
            print(problem)  # noqa: T201
        print(f"{len(error.problems)} to mend.", file=sys.stderr)  # noqa: T201
        return 1
    except OSError as error:
        print(f"{path}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 1
    rubrics = ", ".join(f"{rubric.name} ({len(framework.in_rubric(rubric.id))})" for rubric in framework.rubrics)
    print(f"{framework.name}: {len(framework.norms)} norms in {rubrics}. All is well.")  # noqa: T201
    print("Put it in HANDVAT_DATA_DIR/frameworks and start Handvat again.")  # noqa: T201
    return 0


def write_template(path: Path) -> None:
    """Write the workbook to fill in, with a small example in it."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    about = book.create_sheet("Kader", 0)
    del book["Sheet"]
    about.append(["veld", "waarde", "uitleg"])
    for row in _ABOUT:
        about.append(list(row))
    for name, (heads, examples) in _SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(list(heads))
        for example in examples:
            sheet.append(list(example))
    for sheet in book.worksheets:
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for column in "ABCDEFGHI":
            sheet.column_dimensions[column].width = 26
    book.save(path)


# --- From a workbook to plain values ---------------------------------------------------------------------------------


def _read_workbook(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a filled-in template says as the YAML would, and in which row each entry stands.

    Raises:
        ContentError: it is no workbook, or a sheet or column is missing.
    """
    sheets = _sheets(path)
    about = {str(row[0]): str(row[1]) for _, row in sheets["Kader"] if row[0]}
    rows: dict[str, str] = {}
    rubrics = [row for _, row in sheets["Rubrieken"]]
    norms = list(_norms(sheets["Normen"], rows))
    for number, row in sheets["Rubrieken"]:
        rows[f"rubric {row[0]}"] = f"sheet Rubrieken, row {number}"
    for number, row in sheets["Functies"]:
        rows[f"function {row[0]}"] = f"sheet Functies, row {number}"
    rows["framework"] = rows["coverage"] = rows["weighing"] = "sheet Kader"
    raw = {
        "framework": {
            "id": about.get("id", ""), "name": about.get("naam", ""), "short_name": about.get("korte naam", ""),
            "norms_version": about.get("versie", ""), "norm_count": len(norms), "owner": about.get("eigenaar", ""),
            "copyright": about.get("rechten", ""), "default_process": "2021",
            **({"licence": about["licentie"]} if about.get("licentie") else {}),
        },
        "sources": {"all": f"filled in by {about.get('eigenaar', '?')}"},
        "weighing": _limits(about),
        "rubrics": [
            {"id": row[0], "number": number, "name": row[1], "about": row[2],
             "count": sum(norm["rubric"] == row[0] for norm in norms)}
            for number, row in enumerate(rubrics, start=1)
        ],
        "verdicts": [
            dict(zip(("code", "symbol", "label", "short", "explain"), words, strict=True)) for words in _VERDICTS
        ],
        "coverage": {
            "min_tests": _number(about.get("keer getoetst", "")), "min_sources": _number(about.get("bronnen", "")),
            "needs_document": about.get("document nodig", "").casefold() in ("ja", "yes", "true"),
        },
        "functions": [{"code": row[0], "label": row[1], "explain": row[2]} for _, row in sheets["Functies"]],
        "terms": [{"id": "norm", "name": "Norm", "counts_in_scope": None, "text": "Een eis van dit kader."}],
        "branch_code": [],
        "norms": norms,
    }  # fmt: skip
    return raw, rows


def _limits(about: Mapping[str, str]) -> dict[str, Any] | None:
    not_met, partial = about.get("hoogstens niet", ""), about.get("hoogstens deels", "")
    if not not_met and not partial:
        return None
    return {
        "version": about.get("versie", ""), "max_not_met": _number(not_met), "max_partial": _number(partial),
        "source": "sheet Kader",
    }  # fmt: skip


def _number(text: str) -> int | str:
    """Return a number, or what stands there, so that the check can name it."""
    return int(text) if re.fullmatch(r"\d{1,4}", text) else text


def _norms(sheet: Sequence[tuple[int, tuple[str, ...]]], rows: dict[str, str]) -> Iterator[dict[str, Any]]:
    counts: dict[str, int] = {}
    for number, (rubric, label, title, essence, who, questions, evidence, points, hint) in sheet:
        counts[rubric] = counts.get(rubric, 0) + 1
        norm_id = f"{rubric}{counts[rubric]}"
        rows[f"norm {norm_id}"] = f"sheet Normen, row {number}"
        norm: dict[str, Any] = {
            "id": norm_id, "rubric": rubric, "number": counts[rubric], "label": label, "title": title,
            "essence": essence, "who": [code for code in re.split(r"[,;\s]+", who) if code], "who_also": [],
            "question_source": "own", "questions": _lines(questions), "evidence": _lines(evidence), "keywords": [],
            "not_applicable_hint": hint or None, "casework": False, "notes": [],
        }  # fmt: skip
        if hint:
            norm["not_applicable_basis"] = "own"
        if points:
            norm["points"] = _lines(points)
        yield norm


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _sheets(path: Path) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """Return the rows of every sheet that the template has, with their numbers; empty rows are left out."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if file_check.check(path.read_bytes()).refusal is not None:
        raise _refused(path, "", "is no workbook that can be opened.", "Save it as .xlsx, without macros.")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _refused(path, "", "is no workbook that can be opened.", "Save it as .xlsx.") from error
    found = {}
    columns = {"Kader": ("veld", "waarde", "uitleg"), **{name: heads for name, (heads, _) in _SHEETS.items()}}
    for name, heads in columns.items():
        if name not in book.sheetnames:
            raise _refused(
                path, f"sheet {name}", "is missing.", "Begin with: python -m bot framework template FILE.xlsx"
            )
        rows = [
            tuple(_text(value) for value in (*row, *("",) * len(heads))[: len(heads)])
            for row in book[name].iter_rows(max_row=_MAX_ROWS, values_only=True)
        ]
        if not rows or tuple(head.casefold() for head in rows[0]) != heads:
            raise _refused(path, f"sheet {name}, row 1", "has other columns.", f"Keep: {', '.join(heads)}.")
        found[name] = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _refused(path: Path, where: str, problem: str, remedy: str) -> ContentError:
    return ContentError([ContentProblem(path.name, where, "", problem, remedy)])
