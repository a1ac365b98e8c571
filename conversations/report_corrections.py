"""What the member says of the draft, for the team leader: accept it and change the text, or answer why not.

corrections -> one of them -> accept -> the consensus of that norm
                            -> ANSWER -> the correction with its answer
"""

from __future__ import annotations

from enum import StrEnum

from conversations.audit_taps import StagesTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, on_tap, on_text
from conversations.report_desk import ReportDesk, at_report, is_sensitive, to_text, typed_at_report
from conversations.report_taps import (
    AcceptTap,
    AnswerTap,
    BlocksTap,
    CorrectionsTap,
    CorrectionTap,
    ReportTap,
)
from conversations.taps import way_back
from domain.audit import Stage
from domain.framework import NormId
from domain.report import Correction, Ruling, VersionId
from domain.roles import Permission
from storage.report_interfaces import ResponseClosed
from templates.common_screens import Trouble
from templates.render import AMSTERDAM, label
from templates.report_screens import AskAnswer, ReportTold, ShowCorrection, ShowCorrections

MAX_BUTTONS = 20


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LOOKING = "looking"
    ANSWER = "answer"


def show_corrections(desk: ReportDesk, _: object) -> At:
    """List what the member says."""
    responded_at = desk.draft.responded_at if desk.draft else None
    screen = ShowCorrections(
        desk.organisation, responded_at.astimezone(AMSTERDAM).date() if responded_at else None, desk.corrections
    )
    buttons = [
        Button(label("correction_at", item.norm or ""), CorrectionTap(item.version, item.norm))
        for item in desk.corrections[:MAX_BUTTONS]
    ]
    desk.show(screen, Keyboard.flow(buttons) + way_back(ReportTap()))
    return At.LOOKING


def open_correction(desk: ReportDesk, tap: CorrectionTap) -> At | None:
    """Show one correction beside the text."""
    found = _find(desk, tap.version, tap.norm)
    return _show(desk, found) if found else None


def _find(desk: ReportDesk, version: VersionId, norm: NormId | None) -> Correction | None:
    """Return a correction of the newest draft; another one has aged."""
    found = next((item for item in desk.corrections if (item.version, item.norm) == (version, norm)), None)
    if found is None:
        show_trouble(desk.turn, Trouble.AGED)
    return found


def _show(desk: ReportDesk, item: Correction, told: ReportTold | None = None) -> At:
    row = desk.store.content(item.version).norm(item.norm) if item.norm else None
    is_accepted, is_closed = item.ruling is Ruling.ACCEPTED, desk.audit.stage is Stage.CLOSED
    accept = Button(label("accept_correction"), AcceptTap(item.version, item.norm, item.revision))
    answer = Button(label("answer_correction"), AnswerTap(item.version, item.norm))
    change = to_text(desk, item.norm) if item.norm else BlocksTap(0)
    keyboard = Keyboard.flow(
        [None if is_accepted else accept, answer] if desk.may_write else [],
        [
            Button(label("change_text"), change) if is_accepted and not (is_closed and item.norm) else None,
            Button(label("to_stages"), StagesTap()) if is_accepted and is_closed and item.norm else None,
        ],
    )
    desk.show(ShowCorrection(item, row, desk.audit.stage, told), keyboard + way_back(CorrectionsTap()))
    return At.LOOKING


def accept(desk: ReportDesk, tap: AcceptTap) -> At | None:
    """Take a correction over; the text is changed where it is made."""
    found = _find(desk, tap.version, tap.norm)
    if found is None:
        return None
    try:
        ruled = desk.store.rule(
            tap.version, tap.norm, Ruling.ACCEPTED, "", desk.turn.now, revision=tap.revision
        )  # fmt: skip
    except ResponseClosed:
        return _show(desk.anew(), found, ReportTold.CHANGED)
    return _show(desk.anew(), ruled, ReportTold.ACCEPTED)


def ask_answer(desk: ReportDesk, tap: AnswerTap) -> At | None:
    """Ask why the text stays as it is."""
    found = _find(desk, tap.version, tap.norm)
    if found is None:
        return None
    desk.remember(version=found.version, norm=found.norm, revision=found.revision)
    desk.show(AskAnswer(found), way_back(CorrectionTap(found.version, found.norm)))
    return At.ANSWER


def take_answer(desk: ReportDesk, given: TextGiven) -> At | None:
    """Keep the answer, which the member reads."""
    kept = desk.memory
    norm = NormId(kept["norm"]) if kept.get("norm") else None
    found = _find(desk, VersionId(int(kept.get("version") or 0)), norm)
    if found is None:
        return None
    if is_sensitive(desk.turn, given.text):
        return At.ANSWER
    try:
        ruled = desk.store.rule(
            found.version, norm, Ruling.ANSWERED, given.text, desk.turn.now, revision=int(kept["revision"])
        )  # fmt: skip
    except ResponseClosed:
        return _show(desk.anew(), found, ReportTold.CHANGED)
    return _show(desk.anew(), ruled, ReportTold.ANSWERED)


CORRECTIONS = Conversation(
    name="report_corrections",
    entry_points=[
        on_tap(CorrectionsTap, at_report(Permission.READ_AUDIT, show_corrections)),
        on_tap(CorrectionTap, at_report(Permission.READ_AUDIT, open_correction)),
        on_tap(AcceptTap, at_report(Permission.WRITE_REPORT, accept)),
        on_tap(AnswerTap, at_report(Permission.WRITE_REPORT, ask_answer)),
    ],
    states={At.LOOKING: [], At.ANSWER: [on_text(typed_at_report(take_answer))]},
)
CONVERSATIONS = (CORRECTIONS,)
