"""The register of certificates, for the secretariat of SWN: part A comes in, and becomes a certificate.

    menu: what waits -> part A -> complete | QUESTION (typed) -> certificate -> register
    📒 Register -> LIST (typed text searches) -> one certificate -> confirm a change of status, write about the expiry
    one certificate or part A -> EDITION (another scope may be typed) -> made anew, with a code of its own

The secretariat reads part A and never what was found. A change of status waits until a person confirms it, and so does
another edition of a certificate. A code that is typed leads to its certificate, also one that was replaced.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from conversations.acting import Step, needs
from conversations.audit_taps import OfficeTap
from conversations.case_taps import SignalTap
from conversations.decision_taps import (
    CertificatePdfTap,
    CompleteTap,
    EntryTap,
    IssueTap,
    NoticeTap,
    ReadPartATap,
    RegisterTap,
    RemakeTap,
    ReturnTap,
    StatusTap,
    SubmissionTap,
)
from conversations.decisions import refuses_personal_data, show_certificate, tell
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, SettingsTap, SwitchRoleTap, way_back
from conversations.term_taps import TermsTap
from conversations.trend_taps import TrendsTap
from domain.actors import Membership
from domain.audit import AuditId
from domain.certificate import (
    CertificateId,
    CertificateStatus,
    PartAState,
    ReplacedEdition,
    StatusProposal,
    code_in,
)
from domain.process import Party
from domain.roles import Permission
from storage.register_interfaces import NotTheTime, Register, RegisterEntry, Submission
from templates.common_screens import Trouble
from templates.people_screens import MenuNews
from templates.register_screens import (
    AskQuestion,
    ChangeLine,
    ConfirmEdition,
    ConfirmIssue,
    ConfirmStatus,
    EntryLine,
    PartALine,
    PartANews,
    RegisterTold,
    ShowEntry,
    ShowNotice,
    ShowPartA,
    ShowRegister,
    ShowRegisterMenu,
    ShowSubmission,
    SubmissionLine,
    TellCertificate,
    TellEdition,
    TellPartA,
    TellStatus,
)
from templates.render import label, shorten

G = TypeVar("G")

PAGE = 8
MAX_BUTTONS = 6  # of each kind in the menu
MAX_SCOPE = 600  # what a certificate has room for
_KEY = "register"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    MENU = "register_menu"
    SUBMISSION = "register_submission"
    QUESTION = "register_question"
    LIST = "register_list"
    ENTRY = "register_entry"
    EDITION = "register_edition"


def _keeping(step: Step[G]) -> Step[G]:
    """Return a step for the secretariat only; storage refuses as well."""
    return needs(Permission.KEEP_REGISTER, step)


def _store(turn: Turn) -> Register:
    return turn.work.register(turn.actor)


# ---------------------------------------------------------------------------------------------------- the menu


def show_register_menu(turn: Turn, membership: Membership, news: MenuNews | None = None) -> At:
    """Show what waits for the secretariat."""
    waiting = _store(turn).waiting(turn.today)
    screen = ShowRegisterMenu(
        organisation=membership.organisation.name, role=membership.role,
        to_check=tuple(map(_line, waiting.to_check)), to_issue=tuple(map(_line, waiting.to_issue)),
        changes=tuple(ChangeLine(entry.organisation, change) for entry, change in waiting.changes),
        notices=tuple(entry.organisation for entry in waiting.notices), news=news,
        to_remake=tuple(entry.organisation for entry in waiting.to_remake),
    )  # fmt: skip
    submissions = (*waiting.to_check, *waiting.to_issue)
    entries = dict.fromkeys((*waiting.to_remake, *(entry for entry, _ in waiting.changes), *waiting.notices))
    work = [
        *(
            _button("📨", item.organisation.name, SubmissionTap(item.part_a.audit))
            for item in submissions[:MAX_BUTTONS]
        ),
        *(_button("❗️", item.organisation, EntryTap(item.certificate.id)) for item in list(entries)[:MAX_BUTTONS]),
    ]
    around = [
        Button(label("register"), RegisterTap(0)),
        Button(label("terms"), TermsTap()),
        Button(label("office"), OfficeTap()),
        Button(label("trends"), TrendsTap()),
        Button(label("signal"), SignalTap()),
        Button(label("menu_settings"), SettingsTap()),
        Button(label("switch_role"), SwitchRoleTap()) if len(turn.actor.memberships) > 1 else None,
    ]
    turn.show(screen, Keyboard(tuple((button,) for button in work)) + Keyboard.flow(around))
    return At.MENU


def _line(item: Submission) -> SubmissionLine:
    return SubmissionLine(item.organisation.name, item.part_a.on, item.decision.is_positive)


def _button(sign: str, name: str, tap: Tap) -> Button:
    return Button(shorten(f"{sign} {name}", 24), tap)


# ------------------------------------------------------------------------------------------------------ part A


def open_submission(turn: Turn, tap: SubmissionTap) -> AnyState | None:
    """Show part A of an audit."""
    return show_submission(turn, _store(turn).submission(tap.audit))


def show_submission(turn: Turn, item: Submission, told: RegisterTold | None = None) -> At:
    """Show part A with what the secretariat can do now."""
    part_a, audit, store = item.part_a, item.part_a.audit, _store(turn)
    made = next((entry for entry in store.entries() if entry.certificate.audit == audit), None)
    has_new_decision = made is not None and store.has_new_decision(made.certificate.id)
    screen = ShowSubmission(
        organisation=item.organisation.name, member_number=item.organisation.member_number or "", ci=item.ci,
        kind=item.kind, scope=item.scope, days=item.days, number=part_a.number, state=part_a.state, on=part_a.on,
        question=part_a.question, is_positive=item.decision.is_positive, decided_on=item.decision.on,
        reason=item.decision.reason, by_mail=part_a.report is None, is_certified=made is not None,
        is_overtaken=item.is_overtaken, has_new_decision=has_new_decision, told=told,
    )  # fmt: skip
    is_new = part_a.state is PartAState.RECEIVED
    is_positive = item.decision.is_positive and not item.is_overtaken
    issues = part_a.state is PartAState.COMPLETE and is_positive and made is None
    buttons = [
        Button(label("read_part_a"), ReadPartATap(audit, 0)) if part_a.report is not None else None,
        Button(label("part_a_complete"), CompleteTap(audit, part_a.number)) if is_new else None,
        Button(label("part_a_return"), ReturnTap(audit, part_a.number)) if is_new else None,
        Button(label("issue"), IssueTap(audit, is_sure=False)) if issues else None,
        Button(label("remake"), RemakeTap(made.certificate.id, made.certificate.edition, is_sure=False))
        if made and has_new_decision
        else None,
        Button(label("certificate"), EntryTap(made.certificate.id)) if made else None,
    ]
    turn.show(screen, Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.SUBMISSION


def read_part_a(turn: Turn, tap: ReadPartATap) -> AnyState | None:
    """Show a page of part A as it was sent."""
    item = _store(turn).submission(tap.audit)
    if item.part_a.report is None:
        return show_submission(turn, item)
    parts = turn.work.reports(turn.actor).content(item.part_a.report).part_a
    page = min(max(tap.page, 0), len(parts) - 1)
    lines = tuple(PartALine(line.label, line.text) for line in parts[page].lines)
    turning = [
        Button(label("earlier_page"), ReadPartATap(tap.audit, page - 1)) if page else None,
        Button(label("later_page"), ReadPartATap(tap.audit, page + 1)) if page + 1 < len(parts) else None,
    ]
    screen = ShowPartA(item.organisation.name, parts[page].title, lines, page, len(parts))
    turn.show(screen, Keyboard.flow(turning) + way_back(SubmissionTap(tap.audit)))
    return At.SUBMISSION


def complete(turn: Turn, tap: CompleteTap) -> AnyState | None:
    """Record that part A is complete, and tell the CI."""
    store = _store(turn)
    try:
        item = store.complete(tap.audit, tap.number, turn.today, turn.now)
    except NotTheTime:
        return show_submission(turn, store.submission(tap.audit), RegisterTold.NOT_NOW)
    _tell_ci(turn, item, PartANews.COMPLETE)
    return show_submission(turn, item, RegisterTold.COMPLETE)


def ask_question(turn: Turn, tap: ReturnTap) -> AnyState | None:
    """Ask what has to be completed or corrected."""
    item = _store(turn).submission(tap.audit)
    if item.part_a.number != tap.number or item.part_a.state is not PartAState.RECEIVED:
        return show_submission(turn, item, RegisterTold.NOT_NOW)
    turn.data[_KEY] = {"audit": tap.audit, "number": tap.number}
    turn.show(AskQuestion(item.organisation.name), way_back(SubmissionTap(tap.audit)))
    return At.QUESTION


def send_back(turn: Turn, given: TextGiven) -> AnyState | None:
    """Send part A back with the question that was typed, and tell the CI."""
    asked = turn.data.get(_KEY) or {}
    if "audit" not in asked:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    audit, store = AuditId(asked["audit"]), _store(turn)
    if refuses_personal_data(turn, given, SubmissionTap(audit)):
        return None
    try:
        item = store.send_back(audit, int(asked["number"]), given.text, turn.today, turn.now)
    except NotTheTime:
        return show_submission(turn, store.submission(audit), RegisterTold.NOT_NOW)
    del turn.data[_KEY]
    _tell_ci(turn, item, PartANews.RETURNED)
    return show_submission(turn, item, RegisterTold.RETURNED)


def _tell_ci(turn: Turn, item: Submission, news: PartANews) -> None:
    screen = TellPartA(item.organisation.name, news, item.decision.is_positive, item.part_a.question)
    tell(turn, _store(turn).addressees(item.part_a.audit, Party.CI), screen)


# ------------------------------------------------------------------------------------------------ certificates


def issue(turn: Turn, tap: IssueTap) -> AnyState | None:
    """Show the dates of the certificate, and then make it and tell everybody."""
    store = _store(turn)
    item = store.submission(tap.audit)
    if not tap.is_sure:
        is_ready = item.part_a.state is PartAState.COMPLETE and item.decision.is_positive
        if not is_ready or item.is_overtaken:
            return show_submission(turn, item, RegisterTold.NOT_NOW)
        screen = ConfirmIssue(item.organisation.name, item.scope, store.validity(tap.audit, turn.today))
        sure = Button(label("yes_issue"), IssueTap(tap.audit, is_sure=True))
        turn.show(screen, Keyboard.flow([sure]) + way_back(SubmissionTap(tap.audit)))
        return At.SUBMISSION
    try:
        entry = store.issue(tap.audit, turn.today, turn.now)
    except NotTheTime:
        return show_submission(turn, item, RegisterTold.NOT_NOW)
    found = entry.certificate
    for party in Party:
        news = TellCertificate(
            entry.organisation, found.number, found.valid_from, found.expires_on, is_own=party is Party.MEMBER
        )
        tell(turn, store.addressees(tap.audit, party), news)
    return show_entry(turn, entry, RegisterTold.ISSUED)


def remake(turn: Turn, tap: RemakeTap) -> AnyState | None:
    """Show what another edition would say, and then make it and tell everybody."""
    store = _store(turn)
    entry = store.entry(tap.certificate)
    if entry.certificate.edition != tap.edition:
        return show_entry(turn, entry, RegisterTold.NOT_NOW)
    if not tap.is_sure:
        return show_edition(turn, entry, "")
    try:
        scope = _typed_scope(turn, entry) or None
        made = store.remake(tap.certificate, turn.today, turn.now, seen=tap.edition, scope=scope)
    except NotTheTime:
        return show_entry(turn, store.entry(tap.certificate), RegisterTold.NOT_NOW)
    turn.data.pop(_KEY, None)
    replaced = store.editions(tap.certificate)[0]
    for party in Party:
        news = TellEdition(made.organisation, made.certificate, replaced, is_own=party is Party.MEMBER)
        tell(turn, store.addressees(made.certificate.audit, party), news)
    return show_entry(turn, made, RegisterTold.REMADE)


def show_edition(turn: Turn, entry: RegisterEntry, scope: str) -> At:
    """Show what another edition would say; `scope` is what was typed, empty for the proposed one."""
    store, found = _store(turn), entry.certificate
    may_change_scope = store.has_new_decision(found.id)
    proposal = store.proposed_edition(found.audit, scope or None)
    if proposal is None and not may_change_scope:
        return show_entry(turn, entry, RegisterTold.NOT_NOW)
    turn.data[_KEY] = {"certificate": found.id, "edition": found.edition, "scope": scope}
    sure = Button(label("yes_issue"), RemakeTap(found.id, found.edition, is_sure=True)) if proposal else None
    turn.show(
        ConfirmEdition(entry.organisation, entry.scope, found, proposal, may_change_scope),
        Keyboard.flow([sure]) + way_back(EntryTap(found.id)),
    )
    return At.EDITION


def type_scope(turn: Turn, given: TextGiven) -> AnyState | None:
    """Show the edition with the scope that was typed."""
    asked = turn.data.get(_KEY) or {}
    if "certificate" not in asked:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    certificate = CertificateId(asked["certificate"])
    if refuses_personal_data(turn, given, EntryTap(certificate)):
        return None
    return show_edition(turn, _store(turn).entry(certificate), given.text.strip()[:MAX_SCOPE])


def _typed_scope(turn: Turn, entry: RegisterEntry) -> str:
    """Return the scope that was typed for the next edition of this certificate, empty when none was."""
    asked = turn.data.get(_KEY) or {}
    is_this = (asked.get("certificate"), asked.get("edition")) == (entry.certificate.id, entry.certificate.edition)
    return str(asked.get("scope", "")) if is_this else ""


# ------------------------------------------------------------------------------------------------ the register


def open_register(turn: Turn, tap: RegisterTap) -> AnyState | None:
    """Show a page of the register."""
    return show_register(turn, tap.page, str((turn.data.get(_KEY) or {}).get("search", "")) if tap.page else "")


def search(turn: Turn, given: TextGiven) -> AnyState | None:
    """Search the register for what was typed; a code, or the words of a QR code, lead to its certificate."""
    code, store = code_in(given.text), _store(turn)
    entry = store.of_code(code) if code else None
    if entry is None:
        return show_register(turn, 0, code or given.text.strip()[:60])
    asked = next((old for old in store.editions(entry.certificate.id) if old.code == code), None)
    return show_entry(turn, entry, asked=asked)


def show_register(turn: Turn, page: int, wanted: str) -> At:
    """Show the newest certificate of every organisation."""
    found = _matching(_store(turn).entries(), wanted)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = found[page * PAGE : (page + 1) * PAGE]
    turn.data[_KEY] = {"search": wanted}
    numbers = [Button(str(n), EntryTap(entry.certificate.id)) for n, entry in enumerate(shown, 1)]
    turning = [
        Button(label("earlier_page"), RegisterTap(page - 1)) if page else None,
        Button(label("later_page"), RegisterTap(page + 1)) if page + 1 < pages else None,
    ]
    lines = tuple(EntryLine(entry.organisation, entry.certificate) for entry in shown)
    screen = ShowRegister(lines, len(found), page, pages, wanted)
    turn.show(screen, Keyboard.grid(4, numbers) + Keyboard.flow(turning) + way_back(MenuTap()))
    return At.LIST


def _matching(found: Sequence[RegisterEntry], wanted: str) -> list[RegisterEntry]:
    words = wanted.casefold().split()
    return [
        entry
        for entry in found
        if all(
            word in f"{entry.organisation} {entry.certificate.number} {entry.certificate.code}".casefold()
            for word in words
        )
    ]


def open_entry(turn: Turn, tap: EntryTap) -> AnyState | None:
    """Show one certificate."""
    return show_entry(turn, _store(turn).entry(tap.certificate))


def show_entry(
    turn: Turn, entry: RegisterEntry, told: RegisterTold | None = None, *, is_coming: bool = False,
    asked: ReplacedEdition | None = None,
) -> At:  # fmt: skip
    """Show one certificate with what waits for a person; `asked` is an edition whose code was asked about."""
    store, found = _store(turn), entry.certificate
    change, edition = store.proposal(found.id, turn.today), store.proposed_edition(found.audit)
    needs_notice = _needs_notice(store, turn, found.id)
    screen = ShowEntry(
        entry.organisation, entry.ci, entry.scope, found, turn.today, is_register=True, proposal=change,
        needs_notice=needs_notice, is_coming=is_coming, told=told, edition=edition, replaced=store.editions(found.id),
        asked=asked,
    )  # fmt: skip
    buttons = [
        Button(label("remake"), RemakeTap(found.id, found.edition, is_sure=False)) if edition else None,
        Button(label("confirm_status", change.status), StatusTap(found.id, change.status, found.version, is_sure=False))
        if change
        else None,
        Button(label("notice"), NoticeTap(found.id, is_sure=False)) if needs_notice else None,
        Button(label("certificate_pdf"), CertificatePdfTap(found.id)),
    ]
    turn.show(screen, Keyboard.flow(buttons) + way_back(RegisterTap(0)))
    return At.ENTRY


def _needs_notice(store: Register, turn: Turn, certificate: CertificateId) -> bool:
    return certificate in {entry.certificate.id for entry in store.waiting(turn.today).notices}


def set_status(turn: Turn, tap: StatusTap) -> AnyState | None:
    """Ask whether the proposed change is right, and then record it and tell the member and the CI."""
    store = _store(turn)
    entry, change = store.entry(tap.certificate), store.proposal(tap.certificate, turn.today)
    if change is None or change.status is not tap.status:
        return show_entry(turn, entry, RegisterTold.NOT_NOW)
    if not tap.is_sure:
        sure = Button(label("yes_status"), StatusTap(tap.certificate, tap.status, tap.version, is_sure=True))
        screen = ConfirmStatus(entry.organisation, entry.certificate.number, change)
        turn.show(screen, Keyboard.flow([sure]) + way_back(EntryTap(tap.certificate)))
        return At.ENTRY
    try:
        changed = store.set_status(
            tap.certificate, change.status, change.since, change.reason, turn.now, seen=tap.version
        )
    except NotTheTime:
        return show_entry(turn, store.entry(tap.certificate), RegisterTold.NOT_NOW)
    _tell_status(turn, changed, change)
    return show_entry(turn, changed, RegisterTold.STATUS_SET)


def _tell_status(turn: Turn, entry: RegisterEntry, change: StatusProposal) -> None:
    found = entry.certificate
    for party in (Party.MEMBER, Party.CI):
        screen = TellStatus(
            entry.organisation, found.number, change.status, change.since, change.reason, change.until,
            is_own=party is Party.MEMBER,
        )  # fmt: skip
        tell(turn, _store(turn).addressees(found.audit, party), screen)


def write_notice(turn: Turn, tap: NoticeTap) -> AnyState | None:
    """Show the letter about the expiry, and then record that it was sent."""
    store = _store(turn)
    entry = store.entry(tap.certificate)
    if not _needs_notice(store, turn, tap.certificate):
        return show_entry(turn, entry, RegisterTold.NOT_NOW)
    if tap.is_sure:
        store.note_notice(tap.certificate, turn.today, turn.now)
        return show_entry(turn, entry, RegisterTold.NOTICE_SENT)
    found = entry.certificate
    what = store.after_expiry(found.id, turn.today)
    is_suspension = what.status is CertificateStatus.SUSPENDED
    screen = ShowNotice(entry.organisation, found.number, found.expires_on, is_suspension, what.until)
    sent = Button(label("notice_sent"), NoticeTap(tap.certificate, is_sure=True))
    turn.show(screen, Keyboard.flow([sent]) + way_back(EntryTap(tap.certificate)))
    return At.ENTRY


# ------------------------------------------------------------------------------------------------------ the PDF


def make_pdf(turn: Turn, tap: CertificatePdfTap) -> AnyState | None:
    """Queue the certificate as PDF; it arrives as a message of its own."""
    if turn.actor.may(Permission.KEEP_REGISTER):
        entry = _store(turn).entry(tap.certificate)
        turn.job("certificate", certificate=tap.certificate)
        return show_entry(turn, entry, is_coming=True)
    entry = turn.work.decisions(turn.actor).entry(tap.certificate)
    turn.job("certificate", certificate=tap.certificate)
    return show_certificate(turn, entry, is_coming=True)


REGISTER = Conversation(
    name="register",
    entry_points=[
        on_tap(SubmissionTap, _keeping(open_submission)),
        on_tap(ReadPartATap, _keeping(read_part_a)),
        on_tap(CompleteTap, _keeping(complete)),
        on_tap(ReturnTap, _keeping(ask_question)),
        on_tap(IssueTap, _keeping(issue)),
        on_tap(RemakeTap, _keeping(remake)),
        on_tap(RegisterTap, _keeping(open_register)),
        on_tap(EntryTap, _keeping(open_entry)),
        on_tap(StatusTap, _keeping(set_status)),
        on_tap(NoticeTap, _keeping(write_notice)),
        on_tap(CertificatePdfTap, make_pdf),
    ],
    states={
        At.MENU: [],
        At.SUBMISSION: [],
        At.QUESTION: [on_text(_keeping(send_back))],
        At.LIST: [on_text(_keeping(search))],
        At.ENTRY: [on_text(_keeping(search))],
        At.EDITION: [on_text(_keeping(type_scope))],
    },
)

CONVERSATIONS = (REGISTER,)
