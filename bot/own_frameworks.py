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
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from msgspec import Struct

from bot import file_check
from domain.framework import Framework, FrameworkId
from storage.content import CONTENT_DIRECTORY, ContentError, ContentProblem, build_framework, in_order, load_framework

_WORKBOOK: Final = ".xlsx"
_MAX_ROWS: Final = 500


class _Sheet(Struct, frozen=True):
    """A sheet of the workbook: its name, its columns and one row as an example."""

    name: str
    columns: tuple[str, ...]
    sample: tuple[str, ...]


class _Layout(Struct, frozen=True):
    """What the workbook looks like, from `domain/content/own-framework.yaml`.

    `about` is the first sheet, with a row per field: its name, an example and what it is; `keys` gives our key of each.
    """

    about: str
    about_columns: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]
    keys: Mapping[str, str]
    sheets: Mapping[str, _Sheet]
    yes: frozenset[str]
    verdicts: tuple[Mapping[str, str], ...]
    terms: tuple[Mapping[str, Any], ...]


@cache
def _layout() -> _Layout:
    raw = yaml.load((CONTENT_DIRECTORY / "own-framework.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    about, fields = raw["about"], raw["about"]["fields"]
    return _Layout(
        about=about["sheet"],
        about_columns=tuple(about["columns"]),
        fields=tuple((field["name"], field["sample"], field["explain"]) for field in fields),
        keys={field["name"]: field["key"] for field in fields},
        sheets={
            key: _Sheet(sheet["name"], tuple(sheet["columns"]), tuple(sheet["sample"]))
            for key, sheet in raw["sheets"].items()
        },
        yes=frozenset(raw["yes"]),
        verdicts=tuple(raw["verdicts"]),
        terms=tuple(raw["terms"]),
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
    layout = _layout()
    about = book.create_sheet(layout.about, 0)
    del book["Sheet"]
    about.append(list(layout.about_columns))
    for row in layout.fields:
        about.append(list(row))
    for told in layout.sheets.values():
        sheet = book.create_sheet(told.name)
        sheet.append(list(told.columns))
        sheet.append(list(told.sample))
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
    layout, sheets = _layout(), _sheets(path)
    about = {layout.keys.get(str(row[0]), ""): str(row[1]) for _, row in sheets["about"] if row[0]}
    names = {key: sheet.name for key, sheet in layout.sheets.items()}
    rows: dict[str, str] = {}
    rubrics = [row for _, row in sheets["rubrics"]]
    norms = list(_norms(sheets["norms"], rows, names["norms"]))
    for number, row in sheets["rubrics"]:
        rows[f"rubric {row[0]}"] = f"sheet {names['rubrics']}, row {number}"
    for number, row in sheets["functions"]:
        rows[f"function {row[0]}"] = f"sheet {names['functions']}, row {number}"
    rows["framework"] = rows["framework report"] = rows["coverage"] = rows["weighing"] = f"sheet {layout.about}"
    raw = {
        "framework": {
            **{key: about.get(key, "") for key in ("id", "name", "short_name", "norms_version", "owner", "copyright")},
            "norm_count": len(norms), "default_process": "eigen", **_report(about),
            **({"licence": about["licence"]} if about.get("licence") else {}),
        },
        "sources": {"all": f"filled in by {about.get('owner', '?')}"},
        "weighing": _limits(about, layout.about),
        "rubrics": [
            {"id": row[0], "number": number, "name": row[1], "about": row[2],
             "count": sum(norm["rubric"] == row[0] for norm in norms)}
            for number, row in enumerate(rubrics, start=1)
        ],
        "verdicts": [dict(words) for words in layout.verdicts],
        "coverage": {
            "min_tests": _number(about.get("min_tests", "")), "min_sources": _number(about.get("min_sources", "")),
            "needs_document": about.get("needs_document", "").casefold() in layout.yes,
        },
        "functions": [{"code": row[0], "label": row[1], "explain": row[2]} for _, row in sheets["functions"]],
        "terms": [dict(term) for term in layout.terms],
        "branch_code": [],
        "norms": norms,
    }  # fmt: skip
    return raw, rows


def _report(about: Mapping[str, str]) -> dict[str, Any]:
    """Return how the report is called, as far as the workbook says."""
    said = {key: about.get(f"report_{key}", "") for key in ("name", "version", "readers")}
    return {"report": {key: text for key, text in said.items() if text}} if any(said.values()) else {}


def _limits(about: Mapping[str, str], sheet: str) -> dict[str, Any] | None:
    not_met, partial = about.get("max_not_met", ""), about.get("max_partial", "")
    if not not_met and not partial:
        return None
    return {
        "version": about.get("norms_version", ""), "max_not_met": _number(not_met), "max_partial": _number(partial),
        "source": f"sheet {sheet}",
    }  # fmt: skip


def _number(text: str) -> int | str:
    """Return a number, or what stands there, so that the check can name it."""
    return int(text) if re.fullmatch(r"\d{1,4}", text) else text


def _norms(sheet: Sequence[tuple[int, tuple[str, ...]]], rows: dict[str, str], name: str) -> Iterator[dict[str, Any]]:
    counts: dict[str, int] = {}
    for number, (rubric, label, title, essence, who, questions, evidence, points, hint) in sheet:
        counts[rubric] = counts.get(rubric, 0) + 1
        norm_id = f"{rubric}{counts[rubric]}"
        rows[f"norm {norm_id}"] = f"sheet {name}, row {number}"
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
    """Return the rows of every sheet that the template has, by our key, with their numbers; empty rows are left out."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    if file_check.check(path.read_bytes()).refusal is not None:
        raise _refused(path, "", "is no workbook that can be opened.", "Save it as .xlsx, without macros.")
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise _refused(path, "", "is no workbook that can be opened.", "Save it as .xlsx.") from error
    found = {}
    layout = _layout()
    sheets = {key: (sheet.name, sheet.columns) for key, sheet in layout.sheets.items()}
    for key, (name, heads) in {"about": (layout.about, layout.about_columns), **sheets}.items():
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
        found[key] = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(row)]
    return found


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _refused(path: Path, where: str, problem: str, remedy: str) -> ContentError:
    return ContentError([ContentProblem(path.name, where, "", problem, remedy)])
