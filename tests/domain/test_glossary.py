"""The glossary holds the words of the code, and no word twice for one thing."""

from __future__ import annotations

import re
from collections import Counter
from enum import StrEnum
from pathlib import Path

import pytest

from domain.audit import AuditKind, FindingKind, Stage, Tone
from domain.audit_days import FteUnit, Variant
from domain.certificate import CertificateStatus, PartAState, StatusReason
from domain.conduct import Statement
from domain.day_evaluation import Mood
from domain.deadlines import Scenario, TermState
from domain.improvement_plan import PlanPart, PlanStatus
from domain.independence import TieKind
from domain.judging import Advice, Agreement, BlockerKind, Comparison, Severity
from domain.mapping import Strength
from domain.privacy_guard import PrivacyKind
from domain.process import Condition, EventKind, Party, RenewalDate, Shift
from domain.reminders import Ear, ReminderKind
from domain.report import Channel, Recipient, Ruling
from domain.report_format import Moment
from domain.roles import OrganisationKind, Permission, Role
from domain.self_evaluation import ContributionKind, EvaluationStatus, Purpose
from domain.verdicts import Verdict
from domain.weighing import Forecast, Outcome

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in GLOSSARY.splitlines() if line.startswith("| ")
]
CODES = set(re.findall(r"`([^`]+)`", GLOSSARY))
WORDS_OF_THE_CODE = (
    Role,
    OrganisationKind,
    Permission,
    Verdict,
    Outcome,
    Forecast,
    ContributionKind,
    Purpose,
    EvaluationStatus,
    PrivacyKind,
    AuditKind,
    Variant,
    Stage,
    FindingKind,
    Tone,
    Statement,
    TieKind,
    Mood,
    Advice,
    Agreement,
    BlockerKind,
    Comparison,
    Severity,
    FteUnit,
    EventKind,
    Party,
    Condition,
    RenewalDate,
    Shift,
    TermState,
    ReminderKind,
    Ear,
    Scenario,
    PlanStatus,
    PlanPart,
    CertificateStatus,
    PartAState,
    StatusReason,
    Moment,
    Recipient,
    Channel,
    Ruling,
    Strength,
)


@pytest.mark.parametrize("enum", WORDS_OF_THE_CODE, ids=lambda enum: enum.__name__)
def test_every_stored_word_is_in_the_glossary(enum: type[StrEnum]) -> None:
    """Who reads a table or a log can look the word up."""
    assert {str(member) for member in enum} <= CODES


def test_a_dutch_term_stands_in_one_row_of_a_table() -> None:
    """One Dutch term, one English word."""
    terms = Counter((row[0], len(row)) for row in ROWS if row[0] != "Dutch")

    assert [term for term, times in terms.items() if times > 1] == []
