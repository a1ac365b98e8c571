"""A report as text and back: what was sent is kept as its readers saw it, whatever the code becomes later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from domain.addendum import Addendum, RetestedNorm
from domain.framework import NormId, RubricId
from domain.report import NormReport, Report, ReportLine, ReportPart, RubricReport
from domain.report_format import FieldId
from domain.verdicts import Verdict
from domain.weighing import Outcome


def written(report: Report, names: Mapping[str, str] | None = None) -> str:
    """Return a report as text, with the names of people that stand in it by their id."""
    plain = (
        msgspec.to_builtins(report)
        | {"names": dict(names or {})}
        | {"made_on": report.made_on.isoformat(), "symbols": dict(report.symbols)}
    )
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=date.isoformat)


def read(text: str) -> Report:
    """Return the report that was written."""
    plain: dict[str, Any] = json.loads(text)
    return Report(
        organisation=plain["organisation"],
        ci=plain["ci"],
        edition=plain["edition"],
        framework=plain["framework"],
        norms_version=plain["norms_version"],
        copyright=plain["copyright"],
        made_on=date.fromisoformat(plain["made_on"]),
        part_a=tuple(ReportPart(part["title"], tuple(map(_line, part["lines"]))) for part in plain["part_a"]),
        intro=tuple(plain["intro"]),
        symbols={Verdict(verdict): symbol for verdict, symbol in plain["symbols"].items()},
        rubrics=tuple(map(_rubric, plain["rubrics"])),
        addendum=_addendum(plain["addendum"]) if plain.get("addendum") else None,  # absent in what was frozen before
        format=plain.get("format", ""),
        readers=plain.get("readers", ""),
    )


def _line(plain: dict[str, Any]) -> ReportLine:
    return ReportLine(FieldId(plain["field"]), plain["label"], plain["text"], plain["lines"])


def _rubric(plain: dict[str, Any]) -> RubricReport:
    return RubricReport(
        id=RubricId(plain["id"]),
        name=plain["name"],
        findings_header=plain["findings_header"],
        norms=tuple(map(_norm, plain["norms"])),
        closing=plain["closing"],
        documents=tuple(plain["documents"]),
    )


def _norm(plain: dict[str, Any]) -> NormReport:
    return NormReport(
        norm=NormId(plain["norm"]),
        title=plain["title"],
        wording=plain["wording"],
        verdict=Verdict(plain["verdict"]),
        findings=plain["findings"],
        suggestions=tuple(plain["suggestions"]),
        wording_source=plain.get("wording_source"),
    )


def _addendum(plain: dict[str, Any]) -> Addendum:
    return Addendum(
        tested_on=date.fromisoformat(plain["tested_on"]),
        outcome=Outcome(plain["outcome"]),
        course=plain["course"],
        norms=tuple(map(_retested, plain["norms"])),
        conclusion=plain["conclusion"],
    )


def _retested(plain: dict[str, Any]) -> RetestedNorm:
    return RetestedNorm(
        norm=NormId(plain["norm"]),
        title=plain["title"],
        before=Verdict(plain["before"]),
        action=plain["action"],
        due_on=date.fromisoformat(plain["due_on"]) if plain["due_on"] else None,
        shown_by=plain["shown_by"],
        finding=plain["finding"],
        now=Verdict(plain["now"]),
    )
