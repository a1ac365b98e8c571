"""What was found: a norm with the findings of the whole team, one finding in full, and where it belongs."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.audit_taps import NormOfAuditTap, NoteTap
from conversations.depth import further_button
from conversations.field_desk import AT_NORM, At, FieldDesk, kinds_in
from conversations.fieldwork_taps import (
    CountTap,
    CountWhereTap,
    CutOutTap,
    DiscussTap,
    EraseTap,
    FindingsTap,
    FindingTap,
    KeepTypedTap,
    KindTap,
    LineTap,
    LinkTap,
    MemberSaysTap,
    PickNormTap,
    PlaceTap,
    Put,
    PutTap,
    QuestionOfNormTap,
    ReplaceTap,
    SendFindingTap,
    TakeBackTap,
    ToneTap,
    UndoFindingTap,
)
from conversations.glossary import terms_button
from conversations.judging_taps import VerdictNormTap
from conversations.kit import Button, Keyboard
from conversations.taps import way_back
from domain.audit import Finding, FindingId, FindingKind, Interview, Tone
from domain.framework import Norm, NormId, Rubric
from domain.roles import Permission
from templates.fieldwork_screens import (
    AskLine,
    AskReplacement,
    BasisLine,
    FieldEvent,
    FieldNotice,
    FindingCard,
    NormsThatFit,
    PickNorm,
    ShowAuditNorm,
    ShowFinding,
)
from templates.render import label, shorten

PAGE = 8
GRID_COLUMNS = 5
#: The short words first, so that three fit a row: after a receipt every row counts.
_KINDS = sorted(FindingKind, key=lambda kind: kind in (FindingKind.REGISTRATION, FindingKind.OBSERVATION))
_LABELLED = frozenset(
    {
        FieldEvent.STORED,
        FieldEvent.PLACED,
        FieldEvent.LABELLED,
        FieldEvent.EDITED,
        FieldEvent.LINKED,
        FieldEvent.COUNTED,
        FieldEvent.REPLACED,
        FieldEvent.CHANGED_MEANWHILE,
        FieldEvent.TOO_LARGE,
    }
)
#: From these one comes back to the interview that one is in.
_AROUND = AT_NORM | {At.FINDING, At.PLACING, At.PICKING}

# ------------------------------------------------------------------------------------- what a notice offers


def told_buttons(desk: FieldDesk, notice: FieldNotice | None) -> Keyboard:
    """Return what can be done about what just happened."""
    if notice is None or not desk.may(Permission.ADD_FINDING):
        return Keyboard()
    if notice.what is FieldEvent.JUMPED and notice.text:
        message = desk.turn.incoming.message_id or 0
        keep = KeepTypedTap(desk.audit, notice.norm, NormId(notice.text), message)
        return Keyboard.flow([Button(label("keep_typed"), keep)])
    if notice.card is None:
        return Keyboard()
    if notice.sensitive and notice.card.is_own:
        return privacy_buttons(desk, FindingId(notice.card.receipt))
    return label_buttons(desk, notice.card) if notice.what in _LABELLED else Keyboard()


def privacy_buttons(desk: FieldDesk, finding: FindingId) -> Keyboard:
    """Rewrite, cut out or take back a text with personal data; or leave it, because it looked worse than it is."""
    may_erase = desk.may(Permission.ADD_FINDING)
    return Keyboard.flow(
        [Button(label("cut_it_out"), CutOutTap(desk.audit, finding))],
        [
            Button(label("erase_finding"), EraseTap(desk.audit, finding)) if may_erase else None,
            Button(label("leave_text"), FindingTap(finding)),
        ],
    )


def clean_button(desk: FieldDesk, finding: Finding) -> Keyboard:
    """Where nothing else can change any more, personal data of one's own can still go."""
    if finding.author != desk.me or not kinds_in(finding.text):
        return Keyboard()
    return Keyboard.flow(
        [
            Button(label("cut_it_out"), CutOutTap(desk.audit, finding.id)),
            Button(label("other_words"), ReplaceTap(finding.id)),
        ]
    )


def label_buttons(desk: FieldDesk, card: FindingCard) -> Keyboard:
    """One tap per label, a tick at those that it has; then where it belongs."""
    finding, version = FindingId(card.receipt), card.version
    undo = UndoFindingTap(desk.audit, finding, version)
    return Keyboard.flow(
        [_kind_button(desk, card, kind) for kind in _KINDS],
        [_tone_button(desk, card, tone) for tone in Tone],
        [count_button(desk, card, line) for line in card.bases],
        [
            Button(label("to_other_norm"), PlaceTap(finding, Put.MOVE, None)),
            Button(label("also_at_norm"), PlaceTap(finding, Put.ALSO, None)) if card.norms else None,
        ],
        [
            Button(
                label("discuss_in_group", "on" if card.is_to_discuss else ""),
                DiscussTap(desk.audit, finding, not card.is_to_discuss, version),
            ),
            Button(label("undo_finding"), undo) if card.is_own else None,
        ],
    )


def _kind_button(desk: FieldDesk, card: FindingCard, kind: FindingKind) -> Button:
    is_on = card.kind is kind
    tap = KindTap(desk.audit, FindingId(card.receipt), None if is_on else kind, card.version)
    return Button(_ticked(label("finding_kind", kind), is_on), tap)


def _tone_button(desk: FieldDesk, card: FindingCard, tone: Tone) -> Button:
    is_on = card.tone is tone
    tap = ToneTap(desk.audit, FindingId(card.receipt), None if is_on else tone, card.version)
    return Button(_ticked(label("finding_tone", tone), is_on), tap)


def count_button(desk: FieldDesk, card: FindingCard, line: BasisLine) -> Button:
    """Return the button that has a finding count at a norm of the other framework, with a tick when it does."""
    tap = CountTap(desk.audit, FindingId(card.receipt), line.norm.id, not line.is_on, card.version)
    words = label("counts_for", norm_label(line.norm))
    return Button(_ticked(shorten(words, 22), True) if line.is_on else shorten(words, 24), tap)


def _ticked(words: str, is_on: bool) -> str:
    return label("label_is_on", words) if is_on else words


# --------------------------------------------------------------------------------- the norm with its findings


def open_norm(desk: FieldDesk, tap: NormOfAuditTap | FindingsTap) -> At:
    """Open a norm with what the team found there."""
    page = tap.page if isinstance(tap, FindingsTap) else 0
    desk.remember(page=page)
    return show_norm(desk, desk.framework.norm(tap.norm))


def show_norm(desk: FieldDesk, norm: Norm, notice: FieldNotice | None = None) -> At:
    """Show the page of the last visit, the newest findings first."""
    if desk.state not in _AROUND:
        desk.remember(interview=0)  # one comes from elsewhere, so not from an interview
    page = max(desk.memory.page, 0)
    found = desk.store.at_norm(desk.audit, norm.id, limit=PAGE, offset=page * PAGE)
    pages = max(1, -(-found.total // PAGE))
    cards = tuple(desk.card(finding) for finding in found.findings)
    if page == 0:
        desk.remember(seen=max((finding.id for finding in found.findings), default=0))
    keyboard = (
        told_buttons(desk, notice)
        + Keyboard.grid(4, [_number(card.receipt) for card in cards])
        + Keyboard.flow(
            [
                Button(label("newer_findings"), FindingsTap(norm.id, page - 1)) if page else None,
                Button(label("older_findings"), FindingsTap(norm.id, page + 1)) if page + 1 < pages else None,
            ],
            [
                Button(label("member_says"), MemberSaysTap(norm.id)),
                Button(label("judge_this_norm"), VerdictNormTap(norm.id)),
            ],
            [terms_button(desk.framework, norm), further_button(desk.framework, norm)],
        )
        + way_back(QuestionOfNormTap(norm.id, 0) if desk.memory.interview else PickNormTap(norm.rubric))
    )
    desk.show(ShowAuditNorm(desk.header(norm), cards, page, pages, found.total, notice), keyboard)
    return desk.move_to(At.NORM, norm)


def _number(receipt: int) -> Button:
    return Button(label("finding_number", str(receipt)), FindingTap(FindingId(receipt)))


# --------------------------------------------------------------------------------------------- one finding


def open_finding(desk: FieldDesk, tap: FindingTap) -> At:
    """Show one finding in full."""
    return show_finding(desk, desk.store.finding(desk.audit, tap.finding))


def show_finding(desk: FieldDesk, finding: Finding, notice: FieldNotice | None = None) -> At:
    """Show a finding with everything that can be done with it."""
    card = desk.card(finding)
    file = desk.store.file(desk.audit, finding.id) if finding.file is not None else None
    may_write = desk.may(Permission.ADD_FINDING)
    buttons = [
        Button(label("count_where"), CountWhereTap(finding.id, None)) if may_write and desk.theirs else None,
        Button(label("send_finding_file"), SendFindingTap(finding.id)) if file else None,
        Button(label("other_words"), LineTap(finding.id)) if may_write and card.is_own else None,
        Button(label("take_back"), TakeBackTap(desk.audit, finding.id)) if may_write and card.is_own else None,
    ]
    labels = label_buttons(desk, card) if may_write else clean_button(desk, finding)
    back = NormOfAuditTap(finding.norms[0]) if finding.norms else NoteTap()
    links = Keyboard.flow([link_button(desk, finding, _latest_own(desk)) if may_write else None])
    desk.show(
        ShowFinding(card, file.name if file else None, notice, counted_lines(desk, finding)),
        labels + links + Keyboard.flow(buttons) + way_back(back),
    )
    return desk.move_to(At.FINDING, finding=finding.id)


def counted_lines(desk: FieldDesk, finding: Finding) -> tuple[BasisLine, ...]:
    """Return at which norms of which half somebody had a finding count; outside a combination that costs nothing."""
    theirs = desk.theirs
    if theirs is None:
        return ()
    return tuple(
        BasisLine(
            norm=(desk.framework if counted.is_here else theirs).norm(counted.norm),
            via=counted.via,
            strength=counted.strength,
            by=desk.name(counted.by),
            is_on=True,
        )
        for counted in desk.store.counted(desk.audit, finding.id)
    )


def link_button(desk: FieldDesk, finding: Finding, interview: Interview | None) -> Button | None:
    """Return the button that lets a loose note belong to an interview."""
    if interview is None or finding.interview is not None:
        return None
    tap = LinkTap(desk.audit, finding.id, interview.number, finding.version)
    return Button(label("link_to_talk", str(interview.number)), tap)


def _latest_own(desk: FieldDesk) -> Interview | None:
    return next((talk for talk in reversed(desk.interviews) if desk.me in talk.participants), None)


def send_file(desk: FieldDesk, tap: SendFindingTap) -> At:
    """Send a file back as a document, once it has been fetched."""
    finding = desk.store.finding(desk.audit, tap.finding)
    file = desk.store.file(desk.audit, tap.finding)
    if file is None or file.status != "stored":
        return show_finding(desk, finding, FieldNotice(FieldEvent.FILE_NOT_THERE))
    desk.turn.job("send_file", file=file.id, is_confidential=True)
    return show_finding(desk, finding, FieldNotice(FieldEvent.SENDING_FILE))


def ask_line(desk: FieldDesk, tap: LineTap) -> At:
    """Ask for a line about something of one's own."""
    finding = desk.store.finding(desk.audit, tap.finding)
    return show_line(desk, finding) if finding.author == desk.me else show_finding(desk, finding)


def show_line(desk: FieldDesk, finding: Finding, notice: FieldNotice | None = None) -> At:
    """Ask for one line; whatever is typed now is that line."""
    skip = Button(label("skip_line"), FindingTap(finding.id))
    keyboard = Keyboard.flow([skip]) + way_back(FindingTap(finding.id))
    desk.show(AskLine(desk.card(finding), notice), keyboard)
    return desk.move_to(At.LINE, finding=finding.id)


def show_replacement(desk: FieldDesk, notice: FieldNotice, masked: str) -> At:
    """Ask the author at once to replace personal data; whatever is typed now takes its place."""
    assert notice.card is not None  # noqa: S101 - it is about a finding
    finding = FindingId(notice.card.receipt)
    screen = AskReplacement(finding, masked, notice.sensitive)
    desk.show(screen, privacy_buttons(desk, finding) + way_back(FindingTap(finding)))
    return desk.move_to(At.REPLACING, finding=finding)


# ------------------------------------------------------------------------------------------ choosing a norm


def pick_norm(desk: FieldDesk, tap: PickNormTap) -> At:
    """Show the grid of a rubric, to go to one of its norms."""
    desk.remember(rubric=tap.rubric or desk.memory.rubric)
    return show_picking(desk)


def show_picking(desk: FieldDesk, notice: FieldNotice | None = None) -> At:
    """Show the norms of the last rubric; in an interview they lead to its questions."""
    rubric = _rubric(desk)
    cells = [Button(norm.id, norm_tap(desk, norm)) for norm in desk.framework.in_rubric(rubric.id)]
    others = [Button(r.name, PickNormTap(r.id)) for r in desk.framework.rubrics if r is not rubric]
    norm = desk.memory.norm if desk.memory.interview else None
    back = QuestionOfNormTap(norm, desk.memory.question) if norm else NoteTap()
    keyboard = Keyboard.grid(GRID_COLUMNS, cells) + Keyboard.flow(others) + way_back(back)
    desk.show(PickNorm(rubric, notice=notice), keyboard)
    return desk.move_to(At.PICKING)


def norm_tap(desk: FieldDesk, norm: Norm) -> NormOfAuditTap | QuestionOfNormTap:
    """Return the tap that opens a norm: its questions while one is in an interview, else what was found."""
    return QuestionOfNormTap(norm.id, 0) if desk.memory.interview else NormOfAuditTap(norm.id)


def _rubric(desk: FieldDesk) -> Rubric:
    chosen = [rubric for rubric in desk.framework.rubrics if rubric.id == desk.memory.rubric]
    return (chosen or list(desk.framework.rubrics))[0]


def ask_place(desk: FieldDesk, tap: PlaceTap) -> At:
    """Ask at which norm a finding belongs."""
    finding = desk.store.finding(desk.audit, tap.finding)
    own = desk.framework.norm(finding.norms[0]).rubric if finding.norms else desk.memory.rubric
    desk.remember(rubric=tap.rubric or own, put=str(tap.put))
    return show_places(desk, finding)


def show_places(desk: FieldDesk, finding: Finding, notice: FieldNotice | None = None) -> At:
    """Show the norms of a rubric to place a finding; typing searches as well."""
    rubric, put = _rubric(desk), Put(desk.memory.put)
    norms = [norm for norm in desk.framework.in_rubric(rubric.id) if norm.id not in finding.norms]
    keyboard = (
        Keyboard.grid(GRID_COLUMNS, [Button(norm.id, put_tap(desk, finding, norm, put)) for norm in norms])
        + Keyboard.flow(
            [Button(r.name, PlaceTap(finding.id, put, r.id)) for r in desk.framework.rubrics if r is not rubric]
        )
        + way_back(FindingTap(finding.id))
    )
    desk.show(PickNorm(rubric, desk.card(finding), put is Put.ALSO, notice), keyboard)
    return desk.move_to(At.PLACING, finding=finding.id)


def put_tap(desk: FieldDesk, finding: Finding, norm: Norm, put: Put = Put.MOVE) -> PutTap:
    """Return the tap that places a finding at a norm."""
    return PutTap(desk.audit, finding.id, norm.id, put, finding.version)


def show_matches(desk: FieldDesk, typed: str, finding: Finding | None = None) -> At:
    """Show the norms that fit the typed words: to go to, or to place a finding."""
    found = desk.find(typed)
    if finding is None:
        buttons = [Button(norm_label(norm), norm_tap(desk, norm)) for norm in found]
        desk.show(NormsThatFit(typed, found), Keyboard.flow(buttons) + way_back(PickNormTap(None)))
        return desk.move_to(At.PICKING)
    put = Put(desk.memory.put)
    buttons = [Button(norm_label(norm), put_tap(desk, finding, norm, put)) for norm in found]
    keyboard = Keyboard.flow(buttons) + way_back(FindingTap(finding.id))
    desk.show(NormsThatFit(typed, found, desk.card(finding)), keyboard)
    return desk.move_to(At.PLACING, finding=finding.id)


def norm_label(norm: Norm) -> str:
    """Return how a norm is called on a button."""
    return f"{norm.id} · {norm.label}"


def norm_buttons(desk: FieldDesk, finding: Finding, norms: Sequence[Norm]) -> list[Button | None]:
    """Return a button per proposed norm."""
    return [Button(norm_label(norm), put_tap(desk, finding, norm)) for norm in norms]
