"""Slow work, outside every transaction: files are fetched, documents made, and the result is a draft.

A job is an outbox row, so it survives a crash and may run twice; it only ever reads what the person
who asked may see. Documents are made in a process of their own, so that nobody else waits.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from fractions import Fraction
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

from msgspec.structs import replace
from telegram.error import BadRequest, NetworkError, TelegramError

from bot import file_check, imports, rendering
from bot.api import Api
from bot.appeals import load_appeal_report, load_letter
from bot.audit_reports import load_standing, load_version
from bot.blobs import Blobs
from bot.case_reports import AT_A_TIME, load_review, plan_cases, read_cases
from bot.certificates import load_certificate
from bot.evaluation_results import load_results_book, load_results_picture
from bot.organisation_archive import Archive
from bot.replies import document_draft, message_draft
from bot.reports import load_calendar, load_coverage, load_report, load_timeline
from bot.trend_files import load_trend_book, load_trend_picture
from conversations.kit import Button, Keyboard
from conversations.report_taps import MemberReportTap
from conversations.taps import way_back
from documents.audit_report_data import AuditReport
from documents.estimate_data import EstimateReport
from documents.plain_text import file_stem
from documents.report_data import SelfEvaluationReport
from documents.table_data import BarPicture, TableBook
from domain.appeals import AppealId
from domain.audit import AuditId
from domain.cases import CaseRow
from domain.certificate import CertificateId
from domain.report import VersionId
from domain.roles import OrganisationId
from domain.self_evaluation import EvaluationId, FileId
from domain.working_days import AMSTERDAM
from storage.interfaces import NotAllowed, Refusal
from storage.sql import files
from storage.sql.database import Database
from storage.sql.organisation_data import KeptFile
from storage.sql.outbox import Draft, Row
from storage.sql.work import SqlWork
from templates.appeal_screens import CaptionLetter
from templates.case_screens import CaptionCases, CaptionReview
from templates.evaluation_after_screens import CaptionResults
from templates.job_screens import (
    CaptionArchive,
    CaptionCoverage,
    CaptionDocument,
    CaptionEstimate,
    CaptionExport,
    CaptionInvitation,
    CaptionScorecard,
    SayFileRefused,
    SayJobFailed,
)
from templates.register_screens import CaptionCertificate
from templates.render import label, render
from templates.report_screens import CaptionReport, TellReport
from templates.screens import Screen
from templates.term_screens import CaptionCalendar, CaptionTimeline
from templates.trend_screens import CaptionTrends

logger = logging.getLogger(__name__)

_TRIES: Final = 3
_OUTGOING: Final = "talk"  # the scope that seals what only waits to be sent


class Jobs:
    """Runs job rows and keeps the files that document rows refer to."""

    def __init__(
        self, database: Database, api: Api, evidence: Blobs, outgoing: Blobs, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._api = api
        self._evidence = evidence
        self._outgoing = outgoing
        self._now = now
        self._pool: ProcessPoolExecutor | None = None
        self._jobs = {
            "fetch_file": self._fetch_file,
            "send_file": self._send_file,
            "document": self._make_document,
            "scorecard": self._make_scorecard,
            "coverage_picture": self._make_coverage,
            "certificate": self._make_certificate,
            "case_register": self._make_cases,
            "case_review": self._make_review,
            "audit_report": self._make_audit_report,
            "report_version": self._make_version,
            "send_report": self._send_report,
            "evaluation_results": self._make_results,
            "appeal_letter": self._make_appeal_letter,
            "appeal_report": self._make_appeal_report,
            "trends": self._make_trends,
            "invitation_qr": self._make_qr,
            "calendar": self._make_calendar,
            "timeline_picture": self._make_timeline,
            "estimate": self._make_estimate,
            "export_person": self._export_person,
            "export_organisation": self._export_organisation,
            "read_norms": self._read_norms,
        }

    async def run(self, row: Row) -> Sequence[Draft]:
        """Do the work of one job row and return what to send, an apology when it can't be done.

        Raises:
            NetworkError: to be tried again later.
        """
        name, chat = row.payload["name"], row.payload["chat_id"]
        for attempt in range(_TRIES):
            try:
                return await self._jobs[name](chat, row.payload["data"])
            except BadRequest as error:
                logger.warning("job_refused", extra={"row": row.id, "job": name, "error": type(error).__name__})
                break
            except NetworkError:
                raise
            except Refusal:
                return []  # the person lost this role meanwhile: there is nothing left to send
            except Exception as error:
                logger.error("job_failed", extra={"row": row.id, "job": name, "attempt": attempt}, exc_info=error)
        return [message_draft(chat, SayJobFailed(f"J{row.id}"), way_back(None), key=f"job-failed:{row.id}")]

    # ----------------------------------------------------------------------------------- evidence

    async def _fetch_file(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Fetch what a person sent, look what it really is, and keep it sealed."""
        file = FileId(data["file"])
        wanted = await self._database.run(lambda work: files.file_to_fetch(work, file))
        if wanted is None:
            return []
        content = await self._api.download(wanted.telegram_id)
        checked = await self._in_pool(file_check.check, content)
        if checked.media_type is None:
            return await self._refuse_file(chat, wanted, checked.refusal or file_check.Refusal.UNKNOWN_KIND)
        media_type, digest = checked.media_type, hashlib.sha256(content).digest()
        await self._database.run(lambda work: self._keep(work, wanted, content))
        kept = await self._database.run(
            lambda work: files.mark_stored(work, file, media_type=media_type, size=len(content), sha256=digest)
        )
        if not kept:
            self._evidence.delete(wanted.blob)
        return []

    def _keep(self, work: SqlWork, wanted: files.FileToFetch, content: bytes) -> None:
        self._evidence.write(wanted.blob, work.vault.seal_bytes(wanted.scope, f"blob:{wanted.blob}", content))

    async def _refuse_file(self, chat: int, wanted: files.FileToFetch, refusal: file_check.Refusal) -> Sequence[Draft]:
        await self._database.run(lambda work: files.mark_refused(work, wanted.id, refusal.value))
        screen = SayFileRefused(wanted.name, refusal.value)
        return [message_draft(chat, screen, key=f"file-refused:{wanted.id}")]

    async def _send_file(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Give a stored file back, always as a document."""
        file = FileId(data["file"])

        def find(work: SqlWork) -> files.FileToFetch | None:
            work.files(work.actor(chat)).get(file)  # refuses who may not see it
            return files.stored_file(work, file)

        stored = await self._database.run(find)
        if stored is None:
            return []
        sealed = await self._database.call(lambda: self._evidence.read(stored.blob))
        content = await self._database.run(lambda work: work.vault.open_bytes(f"blob:{stored.blob}", sealed))
        is_confidential = bool(data.get("is_confidential"))
        return [await self._document(chat, content, stored.name, "", is_confidential=is_confidential)]

    # ---------------------------------------------------------------------------------- documents

    async def _make_document(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the self-evaluation as Word, PDF or Excel."""
        await self._show_action(chat, "upload_document")
        report = await self._report(chat, EvaluationId(data["evaluation"]))
        name, content = await self._in_pool(rendering.document, report, data["kind"])
        caption = render(CaptionDocument(report.organisation, data["kind"], report.made_at.date()))
        return [await self._document(chat, content, name, caption)]

    async def _make_scorecard(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the picture of all norms."""
        await self._show_action(chat, "upload_photo")
        report = await self._report(chat, EvaluationId(data["evaluation"]))
        name, content = await self._in_pool(rendering.scorecard, report)
        caption = render(CaptionScorecard(report.organisation, report.made_at.date()))
        return [await self._document(chat, content, name, caption, "sendPhoto")]

    async def _make_coverage(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the picture of how well every norm of an audit was looked at."""
        await self._show_action(chat, "upload_photo")
        now, audit = self._now(), AuditId(data["audit"])
        report = await self._database.run(lambda work: load_coverage(work, chat, audit, now))
        name, content = await self._in_pool(rendering.coverage, report)
        caption = render(CaptionCoverage(report.organisation, report.made_on))
        return [await self._document(chat, content, name, caption, "sendPhoto", is_confidential=True)]

    async def _make_audit_report(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the report of an audit as it stands; part A alone for the secretariat."""
        await self._show_action(chat, "upload_document")
        now, audit, is_summary = self._now(), AuditId(data["audit"]), bool(data["is_summary"])
        report = await self._database.run(lambda work: load_standing(work, chat, audit, now, is_summary=is_summary))
        return [await self._report_document(chat, report, data["form"])]

    async def _make_version(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make a report that was sent once more, for who may read it."""
        await self._show_action(chat, "upload_document")
        version = VersionId(data["version"])
        sent = await self._database.run(lambda work: load_version(work, chat, version))
        return [await self._report_document(chat, sent.document, data["form"])]

    async def _send_report(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Bring a frozen report to somebody: a message, whose arrival counts as receipt, with Word and PDF below it."""
        del chat  # of who sent it
        reader, version = data["to_chat"], VersionId(data["version"])
        sent = await self._database.run(lambda work: load_version(work, reader, version, data["membership"]))
        report, moment = sent.document.report, sent.version.moment
        button = Button(label("member_report", moment), MemberReportTap(version))
        screen = TellReport(report.organisation, report.ci, moment, report.framework)
        key = f"report:{data['sending']}"
        told = message_draft(reader, screen, Keyboard(((button,),)) + way_back(None), key)
        told = replace(told, payload={**told.payload, "report_sending": data["sending"]})
        files = [await self._report_document(reader, sent.document, form) for form in ("word", "pdf")]
        return [told, *files]

    async def _report_document(
        self, chat: int, report: AuditReport, form: str, *, is_confidential: bool = False
    ) -> Draft:
        name, content = await self._in_pool(rendering.audit_report, report, form)
        made_on, is_summary = report.made_at.date(), not report.has_findings
        caption = CaptionReport(
            report.report.organisation, report.moment, report.is_concept, is_summary, made_on, report.report.framework
        )
        return await self._document(chat, content, name, render(caption), is_confidential=is_confidential)

    async def _report(self, chat: int, evaluation: EvaluationId) -> SelfEvaluationReport:
        """Read everything in one transaction and build the one value that all documents are made from."""
        now = self._now()
        return await self._database.run(lambda work: load_report(work, chat, evaluation, now))

    async def _make_appeal_letter(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the letter of an appeal, for who may appeal."""
        await self._show_action(chat, "upload_document")
        audit, now = AuditId(data["audit"]), self._now()
        letter, found = await self._database.run(lambda work: load_letter(work, chat, audit, now))
        name, content = await self._in_pool(rendering.appeal_letter, letter, data["form"])
        caption = CaptionLetter(found.last_day or found.earliest_end, is_certain=found.last_day is not None)
        return [await self._document(chat, content, name, render(caption))]

    async def _make_appeal_report(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the report that an appeal is about once more, for who handles it; it is not to be forwarded."""
        await self._show_action(chat, "upload_document")
        appeal = AppealId(data["appeal"])
        report = await self._database.run(lambda work: load_appeal_report(work, chat, appeal))
        return [await self._report_document(chat, report, "pdf", is_confidential=True)]

    async def _make_qr(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the QR code of an invitation link."""
        content = await self._in_pool(rendering.qr, data["link"])
        return [await self._document(chat, content, "uitnodiging.png", render(CaptionInvitation()), "sendPhoto")]

    async def _make_timeline(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the picture of where the process of an audit stands."""
        await self._show_action(chat, "upload_photo")
        now, audit = self._now(), AuditId(data["audit"])
        report, following = await self._database.run(lambda work: load_timeline(work, chat, audit, now))
        name, content = await self._in_pool(rendering.timeline, report)
        caption = render(CaptionTimeline(report.organisation, following))
        return [await self._document(chat, content, name, caption, "sendPhoto")]

    async def _make_results(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the workbook or picture of what was answered after the audits of a certifying body."""
        now, is_picture = self._now(), bool(data["is_picture"])
        if is_picture:
            picture = await self._database.run(lambda work: load_results_picture(work, chat, now))
            return [await self._bars(chat, picture, CaptionResults(picture.title, picture.made_on))]
        book = await self._database.run(lambda work: load_results_book(work, chat, now))
        return [await self._tables(chat, book, CaptionResults(book.owner, now.date()))]

    async def _make_trends(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the workbook or picture of what was published of the branch, or of the audits of one's own CI."""
        now, publication, group = self._now(), int(data["publication"]), int(data["group"])
        if data["is_picture"]:
            found = await self._database.run(lambda work: load_trend_picture(work, chat, publication, group, now))
        else:
            found = await self._database.run(lambda work: load_trend_book(work, chat, publication, now))
        caption = CaptionTrends(found.owner, found.ends_on)
        if isinstance(found.content, BarPicture):
            return [await self._bars(chat, found.content, caption, is_confidential=False)]
        return [await self._tables(chat, found.content, caption)]

    async def _bars(self, chat: int, picture: BarPicture, caption: Screen, *, is_confidential: bool = True) -> Draft:
        await self._show_action(chat, "upload_photo")
        name, content = await self._in_pool(rendering.bar_picture, picture)
        return await self._document(chat, content, name, render(caption), "sendPhoto", is_confidential=is_confidential)

    async def _tables(self, chat: int, book: TableBook, caption: Screen) -> Draft:
        await self._show_action(chat, "upload_document")
        name, content = await self._in_pool(rendering.table_book, book)
        return await self._document(chat, content, name, render(caption))

    async def _make_estimate(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make what an audit of so many fte takes and might cost, on one page."""
        await self._show_action(chat, "upload_document")
        fte, local = Fraction(data["fte"]), self._now().astimezone(AMSTERDAM)
        table = await self._database.run(lambda work: work.audit_rules.days)
        name, content = await self._in_pool(rendering.estimate, EstimateReport(fte, table, local.date(), local))
        return [await self._document(chat, content, name, render(CaptionEstimate(fte, table.rates_as_of)))]

    async def _make_calendar(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the calendar file of one audit, or of everything that somebody has a part in."""
        await self._show_action(chat, "upload_document")
        audit, now = data["audit"], self._now()
        wanted = AuditId(audit) if audit is not None else None
        report = await self._database.run(lambda work: load_calendar(work, chat, wanted, now))
        name, content = await self._in_pool(rendering.calendar, report)
        caption = render(CaptionCalendar(report.organisation, len(report.entries)))
        return [await self._document(chat, content, name, caption)]

    async def _make_certificate(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the certificate as PDF."""
        await self._show_action(chat, "upload_document")
        now, certificate = self._now(), CertificateId(data["certificate"])
        found = await self._database.run(lambda work: load_certificate(work, chat, certificate, now))
        name, content = await self._in_pool(rendering.certificate, found)
        caption = render(CaptionCertificate(found.organisation, found.number, found.is_valid))
        return [await self._document(chat, content, name, caption)]

    async def _make_cases(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make the casusregister as Word or Excel, or without names to learn from."""
        await self._show_action(chat, "upload_document")
        now = self._now()
        plan, keys = await self._database.run(lambda work: plan_cases(work, chat, data, now))
        rows: list[CaseRow] = []
        for start in range(0, len(keys), AT_A_TIME):
            some = keys[start : start + AT_A_TIME]
            rows += await self._database.run(partial(read_cases, chat=chat, keys=some))
        name, content, cases, taken_out = await self._in_pool(rendering.cases, plan, rows, data["form"])
        is_anonymous = plan.masking is not None
        caption = CaptionCases(plan.organisation, plan.made_at.date(), cases, is_anonymous, taken_out)
        is_confidential = not is_anonymous  # what is made to be shared can be forwarded
        return [await self._document(chat, content, name, render(caption), is_confidential=is_confidential)]

    async def _make_review(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Make what a quarter or a year of cases comes to, for the core group and the management review."""
        await self._show_action(chat, "upload_document")
        now = self._now()
        report = await self._database.run(lambda work: load_review(work, chat, data, now))
        name, content = await self._in_pool(rendering.case_review, report)
        caption = render(CaptionReview(report.review.first.year, report.quarter, report.taken_out))
        return [await self._document(chat, content, name, caption, is_confidential=False)]

    async def _export_person(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Send a person everything that is kept about them."""
        del data
        found = await self._database.run(lambda work: work.people(work.actor(chat)).export())
        content = json.dumps(found, ensure_ascii=False, indent=2).encode()
        return [await self._document(chat, content, "mijn-gegevens.json", render(CaptionExport()))]

    async def _export_organisation(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Send a coordinator everything that is kept of the organisation they asked it for, with its files."""
        await self._show_action(chat, "upload_document")
        asked = OrganisationId(data["organisation"])
        found, files_of = await self._database.run(partial(self._own_data, chat=chat, asked=asked))
        archive = await asyncio.to_thread(Archive, found)
        for file in files_of:
            content = await self._content_of(file.blob)
            if content is not None:
                await asyncio.to_thread(archive.add, file, content)
        parts = await asyncio.to_thread(archive.parts)
        stem = file_stem(found["organisation"], 60) or "organisatie"
        drafts = []
        for number, part in enumerate(parts, start=1):
            name = f"{stem} {self._now():%Y-%m-%d}{f' deel {number}' if len(parts) > 1 else ''}.zip"
            caption = render(CaptionArchive(found["organisation"], number, len(parts)))
            drafts.append(await self._document(chat, part, name, caption, is_confidential=False))
        return drafts

    def _own_data(self, work: SqlWork, chat: int, asked: OrganisationId) -> tuple[dict[str, Any], Sequence[KeptFile]]:
        """Return what is kept of the organisation. Raises NotAllowed when the person acts for another by now."""
        actor, now = work.actor(chat), self._now()
        if actor.organisation is None or actor.organisation.id != asked:
            raise NotAllowed("organisation")
        people = work.people(actor)
        found = {"organisation": actor.organisation.name, "made_at": now.isoformat(), **people.export_organisation(now)}
        return found, people.kept_files()

    async def _content_of(self, blob: str) -> bytes | None:
        """Return a file of evidence, None for one that was erased meanwhile."""
        try:
            sealed = await self._database.call(lambda: self._evidence.read(blob))
        except FileNotFoundError:
            return None
        return await self._database.run(lambda work: work.vault.open_bytes(f"blob:{blob}", sealed))

    async def _read_norms(self, chat: int, data: dict[str, Any]) -> Sequence[Draft]:
        """Read a file that may hold official wording, and propose what was found to the operator who sent it."""
        content = await self._api.download(data["file"])
        framework = next(iter(self._database.frameworks.values()))
        read = await self._in_pool(rendering.norms, content, framework)
        now = self._now()
        propose = partial(imports.propose, chat=chat, name=data["file_name"], framework=framework, read=read, now=now)
        screen, keyboard = await self._database.run(propose)
        return [message_draft(chat, screen, keyboard)]

    # ------------------------------------------------------------------------------------- plumbing

    async def _document(
        self, chat: int, content: bytes, file_name: str, caption: str, method: str = "sendDocument", *,
        is_confidential: bool = False,
    ) -> Draft:  # fmt: skip
        """Keep a file sealed until it has been sent; what is confidential can't be forwarded from the chat."""
        name = self._outgoing.new_name()
        sealed = await self._database.run(lambda work: work.vault.seal_bytes(_OUTGOING, f"blob:{name}", content))
        await self._database.call(lambda: self._outgoing.write(name, sealed))
        return document_draft(chat, name, file_name, caption, method, is_confidential=is_confidential)

    async def content(self, blob: str) -> bytes:
        """Return the file that a document row refers to."""
        sealed = await self._database.call(lambda: self._outgoing.read(blob))
        return await self._database.run(lambda work: work.vault.open_bytes(f"blob:{blob}", sealed))

    async def forget(self, blob: str) -> None:
        """Delete a file that has been sent."""
        self._outgoing.delete(blob)

    async def _show_action(self, chat: int, action: str) -> None:
        """Let the chat show that something is on its way; nothing depends on it."""
        try:
            await self._api.call("sendChatAction", {"chat_id": chat, "action": action}, 5)
        except TelegramError as error:
            logger.debug("action_not_shown", extra={"error": type(error).__name__})

    async def _in_pool(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run CPU-bound work in the document process, which starts when it is first needed."""
        if self._pool is None:
            context = get_context("forkserver")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=rendering.begin)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)
        except BrokenProcessPool:
            self._pool = None  # it was killed, perhaps for its memory; the next try gets a new one
            raise

    def close(self) -> None:
        """End the document process."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
