"""The report of an audit: its fields one by one, its norms with what lies behind them, and sending it.

    overview -> FIELD (typed text is what stands there) -> next field -> ... -> overview
             -> block of part A -> FIELD
             -> rubric -> norm -> findings, consensus, tips
             -> what is missing
             -> to the member -> (MAIL) -> overview

Whoever does not lead the team reads the same without the buttons. Storage decides whether the report may leave.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec.structs import replace

from conversations.addendum import show_page
from conversations.audit_taps import StagesTap
from conversations.fallback import show_trouble
from conversations.judging_taps import VerdictNormTap
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, on_tap, on_text
from conversations.report_desk import ReportDesk, at_report, is_sensitive, to_text, typed_at_report
from conversations.report_taps import (
    BlocksTap,
    CloseOutTap,
    ConfirmSendTap,
    CorrectionsTap,
    FieldTap,
    FillInTap,
    MailTap,
    PointTap,
    ReceivedTap,
    ReportAddendumTap,
    ReportDocumentTap,
    ReportForm,
    ReportNormsTap,
    ReportNormTap,
    ReportTap,
    SendTap,
    SkipFieldTap,
    TakeOverTap,
)
from conversations.taps import MenuTap, way_back
from domain.audit import Tone
from domain.dates import parse_date
from domain.framework import Norm, NormId, RubricId
from domain.report import (
    Channel,
    NormReport,
    Point,
    Recipient,
    ReportVersion,
    VersionId,
    documents_field,
    points_to_choose,
    suggestions_field,
    toggled,
)
from domain.report_check import Obstacle, ReportRefused
from domain.report_format import MAX_FIELD, FieldId, Moment, Prefill
from domain.report_prefill import FilledField, missing, to_ask
from domain.roles import Permission
from domain.verdicts import Verdict
from storage.report_interfaces import FieldChanged
from templates.common_screens import Trouble
from templates.render import label
from templates.report_screens import (
    AskField,
    AskMailDate,
    ChoosePoints,
    ConfirmSend,
    MakeReport,
    ReportTold,
    ShowBlock,
    ShowCloseOut,
    ShowReport,
    ShowReportNorm,
    ShowReportNorms,
)

MAX_POINTS = 8  # flagged findings with a button each
MAX_NORMS = 10  # norms with a button below the close-out
GRID_COLUMNS = 5
_TONES = {Prefill.STRONG: Tone.STRONG, Prefill.BOTTLENECK: Tone.BOTTLENECK}


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    LOOKING = "looking"
    FIELD = "field"
    MAIL = "mail"


# ---------------------------------------------------------------------------------------------- overview


def show_report(desk: ReportDesk, _: object, told: ReportTold | None = None) -> At:
    """Show where the report stands, and what can be done with it."""
    drafted = desk.drafted
    answered = desk.draft is not None and desk.draft.responded_at is not None
    norms = desk.report.norms
    screen = ShowReport(
        organisation=desk.organisation,
        moment=desk.moment,
        missing=tuple(item.field.label for item in missing(drafted.made.filled, desk.moment)),
        settled=sum(norm.verdict is not Verdict.NOT_ASSESSED for norm in norms),
        total=len(norms),
        blockers=drafted.blockers,
        versions=desk.versions,
        open_corrections=sum(item.is_open for item in desk.corrections) if answered else None,
        may_write=desk.may_write,
        told=told,
        has_addendum=desk.report.addendum is not None,
    )
    desk.show(screen, _overview_keyboard(desk, answered=answered) + way_back(MenuTap()))
    return At.LOOKING


def _overview_keyboard(desk: ReportDesk, *, answered: bool) -> Keyboard:
    writes, moment = desk.may_write, desk.moment
    fills = writes and bool(to_ask(desk.drafted.made.filled, moment))
    sends = writes and moment is not Moment.SUMMARY
    summarises = writes and desk.drafted.facts.edition.goes_to_swn
    return Keyboard.flow(
        [Button(label("fill_in"), FillInTap())] if fills else [],
        [
            Button(label("report_word"), ReportDocumentTap(ReportForm.WORD, False)),
            Button(label("report_pdf"), ReportDocumentTap(ReportForm.PDF, False)),
        ],
        [
            Button(label("report_fields"), BlocksTap(0)),
            Button(label("report_by_norm"), ReportNormsTap(None)),
            Button(label("addendum"), ReportAddendumTap(0)) if desk.report.addendum else None,
        ],
        [
            Button(label("corrections", str(len(desk.corrections))), CorrectionsTap()) if answered else None,
            Button(label("close_out"), CloseOutTap()) if desk.drafted.blockers else None,
        ],
        [
            Button(label("to_member"), SendTap(moment)) if sends else None,
            Button(label("summary_word"), ReportDocumentTap(ReportForm.WORD, True)) if summarises else None,
        ],
        [Button(label("received_by_mail"), ReceivedTap(way.id)) if writes and (way := _on_its_way(desk)) else None],
    )


def _on_its_way(desk: ReportDesk) -> ReportVersion | None:
    """Return the newest version for the member when it was sent and nobody received it."""
    newest = next((version for version in desk.versions if version.moment is not Moment.SUMMARY), None)
    return newest if newest is not None and newest.sendings and newest.received_on is None else None


def show_addendum(desk: ReportDesk, tap: ReportAddendumTap) -> At | None:
    """Show the addendum as it stands in the report now."""
    addendum = desk.report.addendum
    if addendum is None:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    show_page(
        desk.turn, desk.framework, desk.organisation, addendum, tap.page, ReportAddendumTap, way_back(ReportTap())
    )
    return At.LOOKING


def make_document(desk: ReportDesk, tap: ReportDocumentTap) -> At:
    """Queue the report as it stands; it arrives as a file of its own."""
    desk.turn.job("audit_report", audit=desk.audit.id, form=tap.form.value, is_summary=tap.is_summary)
    desk.show(MakeReport(tap.is_summary), way_back(ReportTap()))
    return At.LOOKING


# ------------------------------------------------------------------------------------------------ fields


def fill_in(desk: ReportDesk, _: object) -> At:
    """Ask the first field that is missing."""
    return _next_field(desk, None)


def _next_field(desk: ReportDesk, after: FieldId | None) -> At:
    """Ask the next field that is missing after one, from the start again at the end."""
    asked = to_ask(desk.drafted.made.filled, desk.moment)
    order = [field.id for field in desk.form.fields]
    place = order.index(after) if after in order else -1
    following = [item for item in asked if order.index(item.field.id) > place]
    if not following:
        return show_report(desk, None, None if asked else ReportTold.ALL_FILLED)
    return _ask(desk, following[0].field.id, is_walk=True)


def open_field(desk: ReportDesk, tap: FieldTap) -> At | None:
    """Show one field to change."""
    if not _is_known(desk, tap.field):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return _ask(desk, tap.field, is_walk=tap.is_walk)


def _is_known(desk: ReportDesk, field: FieldId) -> bool:
    framework = desk.drafted.facts.framework
    in_part_b = {documents_field(rubric.id) for rubric in framework.rubrics}
    in_part_b |= {suggestions_field(norm.id) for norm in framework.norms}
    return desk.form.has(field) or field in in_part_b


def _ask(desk: ReportDesk, field: FieldId, *, is_walk: bool, told: ReportTold | None = None) -> At:
    item, seen = desk.filled(field), desk.drafted.version_of(field)
    desk.remember(field=field, seen=seen, walk=is_walk)
    tone = _TONES.get(item.field.prefill) if item and item.field.prefill else None
    if item is not None and tone is not None:
        return _choose_points(desk, item, tone, seen, is_walk=is_walk, told=told)
    title, hint, text, proposal = _about(desk, field, item)
    may_stay_empty = item is None or item.field.needed is None
    asked = to_ask(desk.drafted.made.filled, desk.moment) if is_walk else ()
    screen = AskField(title, hint, item, text, proposal, len(asked), may_stay_empty, told)
    takes = proposal and proposal != text and item is not None
    buttons = [
        Button(label("take_over"), TakeOverTap(desk.audit.id, field, seen)) if takes else None,
        Button(label("skip_field"), SkipFieldTap(desk.audit.id, field, seen)) if is_walk or may_stay_empty else None,
    ]
    desk.show(screen, Keyboard.flow(buttons) + way_back(_back_from(desk, field, is_walk=is_walk)))
    return At.FIELD


def _about(desk: ReportDesk, field: FieldId, item: FilledField | None) -> tuple[str, str, str, str]:
    """Return what a field is called, what helps, what stands there and what the bot would write."""
    if item is not None:
        return item.field.label, item.field.hint, item.text, item.proposal
    norm = next((found for found in desk.report.norms if suggestions_field(found.norm) == field), None)
    if norm is not None:
        return f"{norm.norm} · {label('change_tips')}", "", "\n".join(norm.suggestions), ""
    rubric = next(found for found in desk.report.rubrics if documents_field(found.id) == field)
    return rubric.closing, "", "\n".join(rubric.documents), ""


def _back_from(desk: ReportDesk, field: FieldId, *, is_walk: bool) -> Tap:
    if is_walk:
        return ReportTap()
    for number, block in enumerate(desk.form.blocks):
        if any(item.id == field for item in block.fields):
            return BlocksTap(number)
    norm = next((found.norm for found in desk.report.norms if suggestions_field(found.norm) == field), None)
    if norm is not None:
        return ReportNormTap(norm)
    rubric = next((found.id for found in desk.report.rubrics if documents_field(found.id) == field), None)
    return ReportNormsTap(rubric)


def _choose_points(
    desk: ReportDesk, item: FilledField, tone: Tone, seen: int, *, is_walk: bool, told: ReportTold | None
) -> At:
    """Offer the flagged findings; those that stand in the field are marked."""
    offered = points_to_choose(desk.drafted.made.material, tone, item.text)
    shown = offered[:MAX_POINTS]
    buttons = [
        Button(
            label("point_chosen" if point.is_chosen else "point", str(number)),
            PointTap(desk.audit.id, item.field.id, point.finding, seen),
        )
        for number, point in enumerate(shown, 1)
    ]
    done = Button(label("points_done"), SkipFieldTap(desk.audit.id, item.field.id, seen)) if is_walk else None
    screen = ChoosePoints(item.field, item.text, shown, len(offered) - len(shown), told)
    keyboard = Keyboard.grid(4, buttons) + Keyboard.flow([done])
    desk.show(screen, keyboard + way_back(_back_from(desk, item.field.id, is_walk=is_walk)))
    return At.FIELD


def take_text(desk: ReportDesk, given: TextGiven) -> At | None:
    """Keep what was typed in the field that is open."""
    field = FieldId(desk.memory.get("field") or "")
    if not _is_known(desk, field):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    is_contact = desk.form.has(field) and desk.form.field(field).is_contact
    if not is_contact and is_sensitive(desk.turn, given.text):
        return At.FIELD
    return _write(desk, field, given.text, int(desk.memory.get("seen") or 0))


def _write(desk: ReportDesk, field: FieldId, text: str, seen: int) -> At:
    is_walk = bool(desk.memory.get("walk"))
    if len(text) > MAX_FIELD:
        return _ask(desk, field, is_walk=is_walk, told=ReportTold.TOO_LONG)
    try:
        desk.store.write(desk.audit.id, field, text, desk.turn.now, seen=seen)
    except FieldChanged:
        return _ask(desk.anew(), field, is_walk=is_walk, told=ReportTold.CHANGED)
    return _next_field(desk.anew(), field) if is_walk else _ask(desk.anew(), field, is_walk=False, told=ReportTold.KEPT)


def take_over(desk: ReportDesk, tap: TakeOverTap) -> At | None:
    """Keep the proposal of a field."""
    item = desk.filled(tap.field)
    if item is None or not item.proposal:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return _write(desk, tap.field, item.proposal, tap.seen)


def skip_field(desk: ReportDesk, tap: SkipFieldTap) -> At | None:
    """Go on; a field that may stay empty is left so, another one is asked again later."""
    if not _is_known(desk, tap.field):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    item = desk.filled(tap.field)
    is_free = item is None or (item.field.needed is None and not item.text)
    if is_free:
        return _write(desk, tap.field, "", tap.seen)
    return _next_field(desk, tap.field)


def toggle_point(desk: ReportDesk, tap: PointTap) -> At | None:
    """Put a flagged finding among the points, or take it out."""
    item, point = desk.filled(tap.field), _point(desk, tap)
    if item is None or point is None:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    is_walk = bool(desk.memory.get("walk"))
    text = toggled(item.text, point, item.field.lines)
    if text is None:
        return _ask(desk, tap.field, is_walk=is_walk, told=ReportTold.FULL)
    try:
        desk.store.write(desk.audit.id, tap.field, text, desk.turn.now, seen=tap.seen)
    except FieldChanged:
        return _ask(desk.anew(), tap.field, is_walk=is_walk, told=ReportTold.CHANGED)
    return _ask(desk.anew(), tap.field, is_walk=is_walk)


def _point(desk: ReportDesk, tap: PointTap) -> Point | None:
    item = desk.filled(tap.field)
    tone = _TONES.get(item.field.prefill) if item and item.field.prefill else None
    if item is None or tone is None:
        return None
    offered = points_to_choose(desk.drafted.made.material, tone, item.text)
    return next((point for point in offered if point.finding == tap.finding), None)


def show_block(desk: ReportDesk, tap: BlocksTap) -> At:
    """Show the fields of a block of part A."""
    blocks = desk.form.blocks
    number = min(max(tap.block, 0), len(blocks) - 1)
    own = {field.id for field in blocks[number].fields}
    fields = tuple(item for item in desk.drafted.made.filled if item.field.id in own)
    cells = [Button(str(n), FieldTap(item.field.id, False)) for n, item in enumerate(fields, 1)]
    turning = [
        Button(label("block_before"), BlocksTap(number - 1)) if number else None,
        Button(label("block_after"), BlocksTap(number + 1)) if number + 1 < len(blocks) else None,
    ]
    screen = ShowBlock(blocks[number].title, number + 1, len(blocks), fields, desk.moment)
    keyboard = Keyboard.grid(GRID_COLUMNS, cells if desk.may_write else []) + Keyboard.flow(turning)
    desk.show(screen, keyboard + way_back(ReportTap()))
    return At.LOOKING


# ------------------------------------------------------------------------------------------------- part B


def show_norms(desk: ReportDesk, tap: ReportNormsTap) -> At:
    """Show the norms of a rubric, with the documents that were seen."""
    framework = desk.drafted.facts.framework
    wanted = tap.rubric or RubricId(desk.memory.get("rubric") or "")
    found = next((item for item in desk.report.rubrics if item.id == wanted), desk.report.rubrics[0])
    rubric = next(item for item in framework.rubrics if item.id == found.id)
    desk.remember(rubric=rubric.id)
    counts = {verdict: sum(norm.verdict is verdict for norm in found.norms) for verdict in Verdict}
    cells = [Button(f"{n.norm} {label('verdict_sign', n.verdict)}", ReportNormTap(n.norm)) for n in found.norms]
    others = [Button(item.name, ReportNormsTap(item.id)) for item in desk.report.rubrics if item is not found]
    documents = Button(label("change_documents"), FieldTap(documents_field(rubric.id), False))
    keyboard = Keyboard.grid(GRID_COLUMNS, cells) + Keyboard.flow(others, [documents] if desk.may_write else [])
    screen = ShowReportNorms(rubric, counts, found.closing, found.documents, desk.may_write)
    desk.show(screen, keyboard + way_back(ReportTap()))
    return At.LOOKING


def open_norm(desk: ReportDesk, tap: ReportNormTap) -> At:
    """Show what the report says of a norm, with the way to what lies behind it."""
    norm, row = desk.norm(tap.norm), desk.report.norm(tap.norm)
    if row is None:
        raise LookupError(tap.norm)
    held = desk.drafted.facts.consensus.get(norm.id)
    found = desk.turn.work.fieldwork(desk.turn.actor).at_norm(desk.audit.id, norm.id, limit=1)
    blockers = tuple(replace(b, norms=(norm.id,)) for b in desk.drafted.blockers if norm.id in b.norms)
    screen = ShowReportNorm(row, found.total, held.override if held else "", blockers)
    desk.show(screen, _norm_keyboard(desk, norm, row) + way_back(ReportNormsTap(norm.rubric)))
    return At.LOOKING


def _norm_keyboard(desk: ReportDesk, norm: Norm, row: NormReport) -> Keyboard:
    before, after = _neighbours(desk, norm.id)
    return Keyboard.flow(
        [
            Button(label("findings_behind"), VerdictNormTap(norm.id)),
            Button(label("change_text"), to_text(desk, norm.id)) if desk.may_write else None,
            Button(label("change_tips"), FieldTap(suggestions_field(row.norm), False)) if desk.may_write else None,
        ],
        [
            Button(label("norm_before", before), ReportNormTap(before)) if before else None,
            Button(label("norm_after", after), ReportNormTap(after)) if after else None,
        ],
    )


def _neighbours(desk: ReportDesk, norm: NormId) -> tuple[NormId | None, NormId | None]:
    order = [item.norm for item in desk.report.norms]
    place = order.index(norm)
    return (order[place - 1] if place else None), (order[place + 1] if place + 1 < len(order) else None)


# ---------------------------------------------------------------------------------------------- close-out


def show_close_out(desk: ReportDesk, _: object) -> At:
    """Say what still has to be done, each with the way to it."""
    return _close_out(desk, desk.moment)


def _close_out(desk: ReportDesk, moment: Moment) -> At:
    drafted = desk.drafted if moment is desk.moment else desk.store.drafted(desk.audit.id, moment, desk.turn.today)
    found = {item.obstacle: item for item in drafted.blockers}
    norms = list(dict.fromkeys(norm for item in drafted.blockers for norm in item.norms))[:MAX_NORMS]
    labels: dict[str, str] = {field.id: field.label for field in desk.form.fields}
    keyboard = Keyboard.flow(
        [
            Button(label("fill_in"), FillInTap()) if Obstacle.FIELD_MISSING in found and desk.may_write else None,
            Button(label("corrections", str(len(desk.corrections))), CorrectionsTap())
            if Obstacle.CORRECTION_OPEN in found
            else None,
            Button(label("to_stages"), StagesTap()) if Obstacle.NOT_CLOSED in found else None,
            Button(label("another_draft"), SendTap(Moment.DRAFT))
            if moment is Moment.FINAL and desk.may_write
            else None,
        ]
    ) + Keyboard.grid(GRID_COLUMNS, [Button(norm, ReportNormTap(norm)) for norm in norms])
    screen = ShowCloseOut(desk.organisation, moment, drafted.blockers, labels)
    desk.show(screen, keyboard + way_back(ReportTap()))
    return At.LOOKING


# ------------------------------------------------------------------------------------------------ sending


def ask_send(desk: ReportDesk, tap: SendTap) -> At | None:
    """Say who gets the report, or what has to be done first."""
    if not _can_send(desk, tap.moment):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    if desk.store.drafted(desk.audit.id, tap.moment, desk.turn.today).blockers:
        return _close_out(desk, tap.moment)
    readers = tuple(reader.name for reader in desk.store.readers(desk.audit.id))
    another = tap.moment is Moment.FINAL
    keyboard = Keyboard.flow(
        [Button(label("yes_send_report"), ConfirmSendTap(desk.audit.id, tap.moment)) if readers else None],
        [Button(label("sent_by_mail"), MailTap(desk.audit.id, tap.moment))],
        [Button(label("another_draft"), SendTap(Moment.DRAFT)) if another else None],
    )
    desk.show(ConfirmSend(desk.organisation, tap.moment, readers), keyboard + way_back(ReportTap()))
    return At.LOOKING


def _can_send(desk: ReportDesk, moment: Moment) -> bool:
    """A draft can go again as long as there is no final report; that one and its addendum go once."""
    if moment is Moment.DRAFT:
        return desk.moment in (Moment.DRAFT, Moment.FINAL)
    return desk.moment is not Moment.SUMMARY and moment is desk.moment


def send(desk: ReportDesk, tap: ConfirmSendTap) -> At | None:
    """Freeze the report and send it to the coordinators of the member; delivery records when it was received."""
    readers = desk.store.readers(desk.audit.id)
    if not _can_send(desk, tap.moment) or not readers:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    try:
        version = desk.store.freeze(desk.audit.id, tap.moment, desk.turn.now)
    except ReportRefused:
        return _close_out(desk.anew(), tap.moment)
    for reader in readers:
        sending = desk.store.send(
            version.id, Recipient.MEMBER, Channel.CHAT, desk.turn.now, person=reader.person
        )  # fmt: skip
        desk.turn.job(
            "send_report", version=version.id, sending=sending, to_chat=reader.chat, membership=reader.membership
        )
    return show_report(desk.anew(), None, ReportTold.SENT)


def ask_receipt(desk: ReportDesk, tap: ReceivedTap) -> At | None:
    """Ask on which day the member received a version that did not arrive by chat."""
    way = _on_its_way(desk)
    if way is None or way.id != tap.version:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return _ask_mail_date(desk, way.moment, version=way.id)


def ask_mail_date(desk: ReportDesk, tap: MailTap) -> At | None:
    """Ask on which day the member received it by mail."""
    if not _can_send(desk, tap.moment):
        show_trouble(desk.turn, Trouble.AGED)
        return None
    return _ask_mail_date(desk, tap.moment)


def _ask_mail_date(
    desk: ReportDesk, moment: Moment, told: ReportTold | None = None, version: VersionId | None = None
) -> At:
    desk.remember(mail=moment.value, mailed=version)
    desk.show(AskMailDate(moment, told), way_back(ReportTap()))
    return At.MAIL


def take_mail_date(desk: ReportDesk, given: TextGiven) -> At | None:
    """Freeze what was mailed, and record the day on which it was received."""
    kept, way = desk.memory.get("mail"), _on_its_way(desk)
    mailed = way.id if way is not None and way.id == desk.memory.get("mailed") else None
    if kept not in frozenset(Moment) or not (mailed or _can_send(desk, Moment(kept))):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    moment, day = Moment(kept), parse_date(given.text, desk.turn.today)
    if day is None or day > desk.turn.today:
        return _ask_mail_date(desk, moment, ReportTold.FUTURE if day else ReportTold.NO_DATE, mailed)
    try:
        version = mailed or desk.store.freeze(desk.audit.id, moment, desk.turn.now).id
    except ReportRefused:
        return _close_out(desk.anew(), moment)
    desk.store.send(version, Recipient.MEMBER, Channel.MAIL, desk.turn.now, received_on=day)
    return show_report(desk.anew(), None, ReportTold.MAILED)


REPORT = Conversation(
    name="report",
    entry_points=[
        on_tap(ReportTap, at_report(Permission.READ_AUDIT, show_report)),
        on_tap(ReportDocumentTap, at_report(Permission.READ_AUDIT, make_document)),
        on_tap(ReportAddendumTap, at_report(Permission.READ_AUDIT, show_addendum)),
        on_tap(BlocksTap, at_report(Permission.READ_AUDIT, show_block)),
        on_tap(ReportNormsTap, at_report(Permission.READ_AUDIT, show_norms)),
        on_tap(ReportNormTap, at_report(Permission.READ_AUDIT, open_norm)),
        on_tap(CloseOutTap, at_report(Permission.READ_AUDIT, show_close_out)),
        on_tap(FillInTap, at_report(Permission.WRITE_REPORT, fill_in)),
        on_tap(FieldTap, at_report(Permission.WRITE_REPORT, open_field)),
        on_tap(TakeOverTap, at_report(Permission.WRITE_REPORT, take_over)),
        on_tap(SkipFieldTap, at_report(Permission.WRITE_REPORT, skip_field)),
        on_tap(PointTap, at_report(Permission.WRITE_REPORT, toggle_point)),
        on_tap(SendTap, at_report(Permission.WRITE_REPORT, ask_send)),
        on_tap(ConfirmSendTap, at_report(Permission.WRITE_REPORT, send)),
        on_tap(MailTap, at_report(Permission.WRITE_REPORT, ask_mail_date)),
        on_tap(ReceivedTap, at_report(Permission.WRITE_REPORT, ask_receipt)),
    ],
    states={
        At.LOOKING: [],
        At.FIELD: [on_text(typed_at_report(take_text))],
        At.MAIL: [on_text(typed_at_report(take_mail_date))],
    },
)
CONVERSATIONS = (REPORT,)
