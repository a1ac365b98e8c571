"""Screens around an audit: the office, the plan, the team and the statements; the field work has files of its own."""

from __future__ import annotations

from dataclasses import dataclass

from domain.audit import Stage
from domain.conduct import Statement
from templates.screens import Screen

# ------------------------------------------------------------------------------------ what has to come first


@dataclass(frozen=True)
class AcceptFirst(Screen):
    """Content opens after the statements of this audit."""

    template = "audit/accept_first.html.j2"

    organisation: str
    missing: tuple[Statement, ...]


@dataclass(frozen=True)
class ChooseAuditFirst(Screen):
    """There is no audit to work on."""

    template = "audit/choose_audit_first.html.j2"


@dataclass(frozen=True)
class NotInThisStage(Screen):
    """The role allows this, but the audit is not that far, or further."""

    template = "audit/not_in_this_stage.html.j2"

    organisation: str
    stage: Stage
