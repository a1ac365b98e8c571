"""The report as the member reads it: per norm, with what is factually not right, and the reaction as a whole.

    report -> rubric -> norm -> CORRECTION (typed text is what is not right) -> norm
           -> no remarks, or send the reaction -> (sure?) -> report

A button in a message may come at any time, so it switches to the role in which the report is reached.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from msgspec.structs import replace

from conversations.acting import Step, switch
from conversations.addendum import show_page
from conversations.audit_taps import OpenAuditTap
from conversations.evaluation_after_taps import LookBackTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.report_desk import is_sensitive
from conversations.report_taps import (
    CorrectTap,
    MemberAddendumTap,
    MemberNormTap,
    MemberReportTap,
    MemberRubricTap,
    ReportForm,
    RespondTap,
    TakeBackTap,
    VersionDocumentTap,
)
from conversations.taps import MenuTap, way_back
from conversations.trend_taps import BesideNormTap
from domain.framework import Framework, NormId
from domain.report import Correction, NormReport, ReportVersion, VersionId
from domain.report_format import MAX_FIELD, Moment
from domain.roles import Role
from storage.interfaces import NotAllowed
from storage.report_interfaces import ResponseClosed
from templates.common_screens import Trouble
from templates.render import label
from templates.report_screens import (
    AskCorrection,
    ConfirmResponse,
    MakeReport,
    ReportTold,
    ShowMemberNorm,
    ShowMemberNorms,
    ShowMemberReport,
    TellResponse,
)
from templates.screens import in_words_of

GRID_COLUMNS = 5
_VERSION, _NORM = "report_version", "report_norm"  # what is remembered while a correction is typed

G = TypeVar("G")
VersionStep = Callable[[Turn, G, ReportVersion], AnyState | None]


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    READING = "reading"
    CORRECTION = "correction"


def at_version(step: VersionStep[G]) -> Step[G]:
    """Let a step work on the version that a tap names, in the role in which the person reaches it."""

    def sit(turn: Turn, given: G) -> AnyState | None:
        version = _reached(turn, getattr(given, "version", None))
        if version is None:
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        return step(turn, given, version)

    return sit


def _reached(turn: Turn, version: VersionId | None) -> ReportVersion | None:
    """Return a version (or the newest) of the current role, else of another own one, which then counts."""
    own = [m for m in (turn.actor.membership, *turn.actor.memberships) if m is not None and m.role is Role.COORDINATOR]
    for membership in dict.fromkeys(own):
        store = turn.work.reports(replace(turn.actor, membership=membership))
        try:
            found = store.version(version) if version is not None else store.newest()
        except NotAllowed:
            continue
        if found is not None:
            if membership != turn.actor.membership:
                switch(turn, membership.id)
            return found
    return None


# ------------------------------------------------------------------------------------------------ reading


def open_report(turn: Turn, _: MemberReportTap, version: ReportVersion) -> AnyState:
    """Show a report that was sent."""
    return show_report(turn, version)


def show_report(turn: Turn, version: ReportVersion, told: ReportTold | None = None) -> AnyState:
    """Show a report with what the member said of it."""
    store, other = turn.work.reports(turn.actor), _other_report(turn, version)
    report, corrections = store.content(version.id), store.corrections(version.id)
    said = str(len(corrections))
    done = label("send_response", said) if corrections else label("no_remarks")
    keyboard = Keyboard.flow(
        [Button(rubric.name, MemberRubricTap(version.id, rubric.id)) for rubric in report.rubrics],
        [Button(label("addendum"), MemberAddendumTap(version.id, 0)) if report.addendum else None],
        [
            Button(label("report_word"), VersionDocumentTap(version.id, ReportForm.WORD)),
            Button(label("report_pdf"), VersionDocumentTap(version.id, ReportForm.PDF)),
        ],
        [
            Button(label("elsewhere_not_correct"), CorrectTap(version.id, None)),
            Button(done, RespondTap(version.id, False)),
        ]
        if version.awaits_response
        else [],
        [Button(label("look_back"), LookBackTap(version.audit))] if version.moment is Moment.FINAL else [],
        [Button(label("term_of_other_half", other[0]), MemberReportTap(other[1]))] if other else [],
    )
    name = _framework(turn, version).short_name if other else ""
    screen = ShowMemberReport(report.ci, version, report.counts, corrections, told, report.addendum, name)
    turn.show(screen, keyboard + way_back(MenuTap()))
    return At.READING


def _other_report(turn: Turn, version: ReportVersion) -> tuple[str, VersionId] | None:
    """Return what the other report of a combination is about, and its newest version; None when none was sent."""
    log = turn.work.process(turn.actor)
    companion = log.get(version.audit).companion
    sent = turn.work.reports(turn.actor).versions(companion) if companion is not None else ()
    if companion is None or not sent:
        return None
    return turn.work.frameworks[log.get(companion).framework].short_name, sent[0].id


def _framework(turn: Turn, version: ReportVersion) -> Framework:
    return turn.work.frameworks[turn.work.process(turn.actor).get(version.audit).framework]


def show_rubric(turn: Turn, tap: MemberRubricTap, version: ReportVersion) -> AnyState | None:
    """Show the norms of a rubric."""
    report = turn.work.reports(turn.actor).content(version.id)
    found = next((rubric for rubric in report.rubrics if rubric.id == tap.rubric), None)
    if found is None:
        show_trouble(turn, Trouble.AGED)
        return None
    cells = [
        Button(f"{norm.norm} {label('verdict_sign', norm.verdict)}", MemberNormTap(version.id, norm.norm))
        for norm in found.norms
    ]
    screen = ShowMemberNorms(found.name, found.documents, found.closing)
    turn.show(screen, Keyboard.grid(GRID_COLUMNS, cells) + way_back(MemberReportTap(version.id)))
    return At.READING


def open_norm(turn: Turn, tap: MemberNormTap, version: ReportVersion) -> AnyState | None:
    """Show what the report says of a norm."""
    return show_norm(turn, version, tap.norm)


def show_norm(turn: Turn, version: ReportVersion, norm: NormId, told: ReportTold | None = None) -> AnyState | None:
    """Show a norm with the member's own correction."""
    report = turn.work.reports(turn.actor).content(version.id)
    row = report.norm(norm)
    if row is None:
        show_trouble(turn, Trouble.AGED)
        return None
    rubric = next(found.id for found in report.rubrics if row in found.norms)
    order = [item.norm for item in report.norms]
    place, correction = order.index(norm), _correction(turn, version, norm)
    may_correct = version.awaits_response
    keyboard = Keyboard.flow(
        [
            Button(label("not_correct"), CorrectTap(version.id, norm)) if may_correct else None,
            Button(label("take_correction_back"), TakeBackTap(version.id, norm))
            if may_correct and correction
            else None,
        ],
        [
            Button(label("norm_before", order[place - 1]), MemberNormTap(version.id, order[place - 1]))
            if place
            else None,
            Button(label("norm_after", order[place + 1]), MemberNormTap(version.id, order[place + 1]))
            if place + 1 < len(order)
            else None,
        ],
        [Button(label("how_others_do"), BesideNormTap(norm))],
    )
    screen = in_words_of(ShowMemberNorm(row, correction, may_correct, told), _framework(turn, version))
    turn.show(screen, keyboard + way_back(MemberRubricTap(version.id, rubric)))
    return At.READING


def _correction(turn: Turn, version: ReportVersion, norm: NormId | None) -> Correction | None:
    found = turn.work.reports(turn.actor).corrections(version.id)
    return next((item for item in found if item.norm == norm), None)


def show_addendum(turn: Turn, tap: MemberAddendumTap, version: ReportVersion) -> AnyState | None:
    """Show the addendum of a report that was sent."""
    report = turn.work.reports(turn.actor).content(version.id)
    if report.addendum is None:
        show_trouble(turn, Trouble.AGED)
        return None
    back = way_back(MemberReportTap(version.id))
    show_page(
        turn, _framework(turn, version), report.organisation, report.addendum, tap.page,
        lambda page: MemberAddendumTap(version.id, page), back,
    )  # fmt: skip
    return At.READING


def send_document(turn: Turn, tap: VersionDocumentTap, version: ReportVersion) -> AnyState:
    """Queue a report that was sent as a document."""
    turn.job("report_version", version=version.id, form=tap.form.value)
    turn.show(MakeReport(), way_back(MemberReportTap(version.id)))
    return At.READING


# ----------------------------------------------------------------------------------------------- reacting


def ask_correction(turn: Turn, tap: CorrectTap, version: ReportVersion) -> AnyState | None:
    """Ask what is factually not right."""
    if not version.awaits_response:
        return show_report(turn, version, ReportTold.CLOSED)
    row = _row(turn, version, tap.norm)
    if tap.norm is not None and row is None:
        show_trouble(turn, Trouble.AGED)
        return None
    return _ask(turn, version, row)


def _row(turn: Turn, version: ReportVersion, norm: NormId | None) -> NormReport | None:
    return turn.work.reports(turn.actor).content(version.id).norm(norm) if norm is not None else None


def _ask(turn: Turn, version: ReportVersion, row: NormReport | None, told: ReportTold | None = None) -> AnyState:
    norm = row.norm if row else None
    before = _correction(turn, version, norm)
    turn.data[_VERSION], turn.data[_NORM] = version.id, norm
    back = MemberNormTap(version.id, norm) if norm else MemberReportTap(version.id)
    taken = Button(label("take_correction_back"), TakeBackTap(version.id, norm)) if before else None
    screen = AskCorrection(row, before.text if before else "", told)
    turn.show(screen, Keyboard.flow([taken]) + way_back(back))
    return At.CORRECTION


def take_correction(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed, at the norm or version that was asked about."""
    kept, norm = turn.data.get(_VERSION), turn.data.get(_NORM)
    version = _reached(turn, VersionId(int(kept))) if kept else None
    if version is None:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    wanted = NormId(norm) if norm else None
    if wanted is not None and is_sensitive(turn, given.text):  # elsewhere a phone number may be what is not right
        return At.CORRECTION
    if len(given.text) > MAX_FIELD:
        return _ask(turn, version, _row(turn, version, wanted), ReportTold.TOO_LONG)
    return _keep(turn, version, wanted, given.text, ReportTold.CORRECTED)


def take_back(turn: Turn, tap: TakeBackTap, version: ReportVersion) -> AnyState | None:
    """Take a correction back."""
    return _keep(turn, version, tap.norm, "", ReportTold.TAKEN_BACK)


def _keep(turn: Turn, version: ReportVersion, norm: NormId | None, text: str, told: ReportTold) -> AnyState | None:
    try:
        turn.work.reports(turn.actor).correct(version.id, norm, text, turn.now)
    except ResponseClosed:
        return show_report(turn, version, ReportTold.CLOSED)
    if norm is None:
        return show_report(turn, version, told)
    return show_norm(turn, version, norm, told)


def respond(turn: Turn, tap: RespondTap, version: ReportVersion) -> AnyState:
    """Send the reaction, once the person is sure; the team leader hears of it."""
    store = turn.work.reports(turn.actor)
    if not version.awaits_response:
        return show_report(turn, version, ReportTold.CLOSED)
    corrections = store.corrections(version.id)
    if not tap.is_sure:
        yes = Button(label("yes_respond"), RespondTap(version.id, True))
        turn.show(ConfirmResponse(len(corrections)), Keyboard.flow([yes]) + way_back(MemberReportTap(version.id)))
        return At.READING
    responded = store.respond(version.id, turn.now)
    name = store.content(version.id).organisation
    for chat in store.writers(version.id):
        to_audit = Keyboard.flow([Button(label("to_audit"), OpenAuditTap(version.audit))]) + way_back(None)
        turn.say(TellResponse(name, len(corrections)), to_audit, to_chat=chat)
    return show_report(turn, responded, ReportTold.RESPONDED)


def has_report(turn: Turn) -> Moment | None:
    """Return what the newest report of the person's organisation is, None when none was sent."""
    if turn.actor.role is not Role.COORDINATOR:
        return None
    newest = turn.work.reports(turn.actor).newest()
    return newest.moment if newest else None


MEMBER_REPORT = Conversation(
    name="member_report",
    entry_points=[
        on_tap(MemberReportTap, at_version(open_report)),
        on_tap(MemberRubricTap, at_version(show_rubric)),
        on_tap(MemberNormTap, at_version(open_norm)),
        on_tap(MemberAddendumTap, at_version(show_addendum)),
        on_tap(VersionDocumentTap, at_version(send_document)),
        on_tap(CorrectTap, at_version(ask_correction)),
        on_tap(TakeBackTap, at_version(take_back)),
        on_tap(RespondTap, at_version(respond)),
    ],
    states={At.READING: [], At.CORRECTION: [on_text(take_correction)]},
)
CONVERSATIONS = (MEMBER_REPORT,)
