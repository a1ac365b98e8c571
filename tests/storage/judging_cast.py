"""An audit with interviews, findings and judgements, made in bulk: the tests of judging need many of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from domain.audit import Audit, FindingKind, Stage, Tone
from domain.framework import NormId
from domain.judging import Draft
from domain.roles import Role
from domain.verdicts import Verdict
from storage.sql import tables as t
from storage.sql.audit_reach import audit_scope
from storage.sql.judging import SqlJudging
from storage.sql.work import SqlWork
from tests.storage.audit_cast import AUDIT_CHATS, AuditCast


class JudgingCast(AuditCast):
    """Tom leads, Ada and Wim audit with him; all accepted the statements and the audit runs. Ina leads elsewhere."""

    def assemble(self) -> None:
        super().assemble()
        with self.plays("Bea") as (work, audits):
            audits.add_member(self.audit, self.person(work, "Wim"), Role.AUDITOR, self.now)
        self.accept("Tom", "Ada", "Wim")
        self.accept("Ina", audit=self.other_audit)
        self.start()
        self.start("Ina", self.other_audit)

    def goes_to(self, *stages: Stage) -> None:
        """Let Tom bring the audit further."""
        with self.plays("Tom") as (_, audits):
            for stage in stages:
                audits.move(self.audit, stage, self.now)

    @contextmanager
    def judges(self, name: str) -> Iterator[tuple[SqlJudging, Audit]]:
        """Let one person judge in a transaction of its own."""
        with self.database.begin() as work:
            actor = work.actor(AUDIT_CHATS[name])
            found = self.audits(work, "Tom").get(self.audit)
            yield work.judging(actor), found.audit

    def talk(self, *functions: str, ended: bool = True) -> int:
        """Hold an interview and return its row."""
        with self.database.begin() as work:
            number = work.execute(sa.select(sa.func.count()).select_from(t.interview)).scalar_one() + 1
            values = {"audit_id": self.audit, "number": number, "functions": list(functions),
                      "participants": [self.person(work, "Tom")], "started_at": self.now,
                      "ended_at": self.now if ended else None}  # fmt: skip
            return int(work.execute(t.interview.insert().values(values).returning(t.interview.c.id)).scalar_one())

    def notes(
        self, norms: Iterable[str], *, talk: int | None = None, kind: FindingKind | None = None,
        tone: Tone | None = None, text: str = "Zij vertellen erover", to_discuss: bool = False, author: str = "Tom",
    ) -> None:  # fmt: skip
        """Record a finding at each of these norms."""
        with self.database.begin() as work:
            for norm in norms:
                self._note(work, norm, talk, kind, tone, text, to_discuss, self.person(work, author))

    def _note(self, work: SqlWork, norm: str, talk: int | None, kind: FindingKind | None, tone: Tone | None, text: str,
              to_discuss: bool, author: int) -> None:  # fmt: skip
        receipts = t.audit.update().where(t.audit.c.id == self.audit).values(receipts=t.audit.c.receipts + 1)
        receipt = work.execute(receipts.returning(t.audit.c.receipts)).scalar_one()
        place = f"finding.text:{self.audit}:{receipt}"
        values = {"audit_id": self.audit, "receipt": receipt, "interview_id": talk, "author_id": author, "form": "text",
                  "kind": kind, "tone": tone, "is_to_discuss": to_discuss, "created_at": self.now,
                  "changed_at": self.now, "in_tray": False,
                  "text_sealed": work.vault.seal(audit_scope(self.audit), place, text)}  # fmt: skip
        row = work.execute(t.finding.insert().values(values).returning(t.finding.c.id)).scalar_one()
        work.execute(t.finding_norm.insert().values(finding_id=row, norm=norm, audit_id=self.audit))

    def round_off(self, norms: Iterable[str]) -> None:
        """Look well at these norms: two interviews and a document."""
        asked = list(norms)
        first, *others = (function.code for function in next(iter(self.database.frameworks.values())).functions)
        for functions in ((first,), others[:2]):
            self.notes(asked, talk=self.talk(*functions))
        self.notes(asked, kind=FindingKind.DOCUMENT)

    @property
    def norms(self) -> tuple[NormId, ...]:
        """All norms of the framework."""
        return tuple(norm.id for norm in next(iter(self.database.frameworks.values())).norms)

    def all_judge(self, verdicts: dict[str, Verdict], *names: str) -> None:
        """Let people judge norms."""
        for name in names or ("Tom", "Ada", "Wim"):
            with self.judges(name) as (judging, audit):
                for norm, verdict in verdicts.items():
                    judging.judge(audit.id, NormId(norm), self.now, verdict=verdict)

    def settle(self, norm: str, verdict: Verdict, rationale: str = "Zo is het", override: str = "") -> None:
        """Let Tom record the consensus on a norm."""
        with self.judges("Tom") as (judging, audit):
            now = judging.consensus(audit).get(NormId(norm))
            draft = Draft(NormId(norm), verdict, rationale, override)
            judging.settle(audit.id, [draft], {NormId(norm): now.version if now else 0}, self.now)
