"""The field work of audits, for one actor: interviews and findings."""

from __future__ import annotations

from storage.sql.findings import Findings


class SqlFieldwork(Findings):
    """Implements `storage.fieldwork_interfaces.Fieldwork`."""
