"""The decision of the CI, part A on its way to the secretariat, and the certificate as CI and member see it.

    📜 Besluit -> REASON (typed) -> decided -> part A: by chat, as the report has it, or mailed -> certificate
    🏅 Certificaat -> pdf, text for the press, rules for the logo

The team leader decides; the member reads the decision with its reason. A decision cannot be undone.
"""

from __future__ import annotations

from enum import StrEnum

from conversations.decision_taps import (
    CertificatePdfTap,
    CertificateTap,
    DecideTap,
    DecisionTap,
    LogoTap,
    PressTap,
    SendPartATap,
)
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Tap, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.menu import RoleTap
from conversations.taps import MenuTap, way_back
from domain.audit import AuditId
from domain.certificate import against_negative, against_positive, told_within
from domain.privacy_guard import findings
from domain.process import Party
from domain.report import Channel, Recipient, VersionId
from domain.report_check import ReportRefused
from domain.report_format import Moment
from domain.roles import Permission
from storage.plan_interfaces import Addressee
from storage.process_interfaces import ProcessAudit
from storage.register_interfaces import DecisionRefused, NotTheTime, RegisterEntry, Standing
from templates.common_screens import Trouble
from templates.judging_screens import SayNotKept
from templates.register_screens import (
    AskDecisionReason,
    ConfirmPartA,
    PartANews,
    RegisterTold,
    ShowDecision,
    ShowEntry,
    ShowLogoRules,
    ShowPress,
    TellDecision,
    TellPartA,
)
from templates.render import label
from templates.screens import Screen, in_words_of

_KEY = "decision"  # of our part of the data that a person's place holds


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    DECISION = "decision"
    REASON = "decision_reason"
    PART_A = "decision_part_a"
    CERTIFICATE = "certificate"


# ------------------------------------------------------------------------------------------------ the decision


def open_decision(turn: Turn, tap: DecisionTap) -> AnyState | None:
    """Show where the audit stands after its final findings."""
    return show_decision(turn, tap.audit)


def show_decision(turn: Turn, audit: AuditId, told: RegisterTold | None = None) -> At:
    """Show what was decided, or what can be."""
    process = turn.work.process(turn.actor).get(audit)
    found = turn.work.decisions(turn.actor).get(audit)
    decision, part_a = found.decision, found.part_a
    screen = ShowDecision(
        organisation=process.organisation.name, is_own=process.party is Party.MEMBER, facts=found.facts,
        against_positive=against_positive(found.facts), against_negative=against_negative(found.facts),
        is_positive=decision.is_positive if decision else None, decided_on=decision.on if decision else None,
        reason=decision.reason if decision else "", part_a=part_a.state if part_a else None,
        question=part_a.question if part_a else "", number=found.entry.certificate.number if found.entry else "",
        goes_to_swn=process.edition.goes_to_swn, told=told,
    )  # fmt: skip
    screen = in_words_of(screen, turn.work.frameworks[process.framework])
    turn.show(screen, _decision_keyboard(turn, audit, found) + way_back(MenuTap()))
    return At.DECISION


def _decision_keyboard(turn: Turn, audit: AuditId, found: Standing) -> Keyboard:
    entry = Button(label("certificate"), CertificateTap(found.entry.certificate.id)) if found.entry else None
    if not _decides(turn, audit):
        return Keyboard.flow([entry])
    negative = found.decision is not None and not found.decision.is_positive
    may_positive = (found.decision is None or negative) and against_positive(found.facts) is None
    may_negative = found.decision is None and against_negative(found.facts) is None
    return Keyboard.flow(
        [
            Button(label("decide", "yes"), DecideTap(audit, is_positive=True)) if may_positive else None,
            Button(label("decide", "no"), DecideTap(audit, is_positive=False)) if may_negative else None,
        ],
        [
            Button(label("send_part_a"), SendPartATap(audit, is_mail=False, is_sure=False))
            if found.is_part_a_due
            else None
        ],
        [entry],
    )


def _decides(turn: Turn, audit: AuditId) -> bool:
    if turn.work.process(turn.actor).get(audit).party is not Party.CI:
        return False
    return turn.work.audits(turn.actor).get(audit).may(Permission.DECIDE)


def ask_reason(turn: Turn, tap: DecideTap) -> AnyState | None:
    """Ask why, when this can be decided."""
    if not _decides(turn, tap.audit):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    facts = turn.work.decisions(turn.actor).get(tap.audit).facts
    against = against_positive(facts) if tap.is_positive else against_negative(facts)
    if against is not None:
        return show_decision(turn, tap.audit, RegisterTold.NOT_NOW)
    turn.data[_KEY] = {"audit": tap.audit, "is_positive": tap.is_positive}
    process = turn.work.process(turn.actor).get(tap.audit)
    within, goes_to_swn = told_within(process.edition), process.edition.goes_to_swn
    screen = AskDecisionReason(process.organisation.name, tap.is_positive, within, goes_to_swn)
    turn.show(screen, way_back(DecisionTap(tap.audit)))
    return At.REASON


def decide(turn: Turn, given: TextGiven) -> AnyState | None:
    """Record the decision with the reason that was typed, and tell the member."""
    asked = turn.data.get(_KEY) or {}
    if "audit" not in asked:
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    audit, is_positive = AuditId(asked["audit"]), bool(asked["is_positive"])
    if refuses_personal_data(turn, given, DecisionTap(audit)):
        return None
    store = turn.work.decisions(turn.actor)
    try:
        decision = store.decide(audit, given.text, turn.today, turn.now, is_positive=is_positive)
    except (DecisionRefused, NotTheTime):
        return show_decision(turn, audit, RegisterTold.NOT_NOW)
    del turn.data[_KEY]
    process = turn.work.process(turn.actor).get(audit)
    name, goes_to_swn = process.organisation.name, process.edition.goes_to_swn
    news = TellDecision(name, is_positive, decision.reason, decision.on, goes_to_swn)
    tell(turn, store.addressees(audit, Party.MEMBER), news)
    return show_decision(turn, audit, RegisterTold.DECIDED)


# ---------------------------------------------------------------------------------------------------- part A


def send_part_a(turn: Turn, tap: SendPartATap) -> AnyState | None:
    """Ask whether part A is to be sent, and then do it; or record that it was mailed."""
    if not _decides(turn, tap.audit):
        show_trouble(turn, Trouble.NOT_ALLOWED)
        return None
    store = turn.work.decisions(turn.actor)
    process, found = turn.work.process(turn.actor).get(tap.audit), store.get(tap.audit)
    office = store.addressees(tap.audit, Party.SWN)
    if found.decision is None or not process.edition.goes_to_swn:
        return show_decision(turn, tap.audit, RegisterTold.NOT_NOW)
    blockers = 0 if tap.is_mail else _blockers(turn, tap.audit)
    is_possible = tap.is_mail or (office and not blockers)
    if not (tap.is_sure and is_possible):
        return _ask_part_a(turn, process, found, tap, office, blockers)
    try:
        report = None if tap.is_mail else _freeze(turn, tap.audit, office)
        store.send_part_a(tap.audit, turn.today, turn.now, report)
    except (NotTheTime, ReportRefused):
        return show_decision(turn, tap.audit, RegisterTold.NOT_NOW)
    news = TellPartA(process.organisation.name, PartANews.RECEIVED, found.decision.is_positive)
    tell(turn, office, news)
    return show_decision(turn, tap.audit, RegisterTold.PART_A_SENT)


def _ask_part_a(
    turn: Turn, process: ProcessAudit, found: Standing, tap: SendPartATap, office: tuple[Addressee, ...], blockers: int
) -> At:
    by_chat = bool(office) and not blockers and not tap.is_mail
    buttons = [
        Button(label("yes_send_part_a"), SendPartATap(tap.audit, is_mail=False, is_sure=True)) if by_chat else None,
        Button(label("yes_mailed"), SendPartATap(tap.audit, is_mail=True, is_sure=True)) if tap.is_mail else None,
        None if tap.is_mail else Button(label("part_a_mailed"), SendPartATap(tap.audit, is_mail=True, is_sure=False)),
    ]
    is_positive = found.decision is not None and found.decision.is_positive
    screen = ConfirmPartA(process.organisation.name, is_positive, tap.is_mail, blockers, bool(office))
    turn.show(screen, Keyboard.flow(buttons) + way_back(DecisionTap(tap.audit)))
    return At.PART_A


def _blockers(turn: Turn, audit: AuditId) -> int:
    """Return how many points still keep part A of the report from leaving."""
    drafted = turn.work.reports(turn.actor).drafted(audit, Moment.SUMMARY, turn.today)
    return sum(max(1, len(blocker.norms) + len(blocker.fields)) for blocker in drafted.blockers)


def _freeze(turn: Turn, audit: AuditId, office: tuple[Addressee, ...]) -> VersionId:
    """Keep part A as it is now and record to whom at the secretariat it goes."""
    reports = turn.work.reports(turn.actor)
    version = reports.freeze(audit, Moment.SUMMARY, turn.now)
    for person in office:
        reports.send(version.id, Recipient.SWN, Channel.CHAT, turn.now, person=person.person, received_on=turn.today)
    return version.id


# ------------------------------------------------------------------------------------------------- certificates


def open_certificate(turn: Turn, tap: CertificateTap) -> At:
    """Show a certificate as the CI and the member see it."""
    return show_certificate(turn, turn.work.decisions(turn.actor).entry(tap.certificate))


def show_certificate(turn: Turn, entry: RegisterEntry, *, is_coming: bool = False) -> At:
    """Show a certificate with what one can do with it."""
    found = entry.certificate
    screen = ShowEntry(
        entry.organisation, entry.ci, entry.scope, found, turn.today, is_register=False, is_coming=is_coming,
        replaced=turn.work.decisions(turn.actor).editions(found.id),
    )  # fmt: skip
    is_valid = found.is_valid_on(max(turn.today, found.valid_from))
    buttons = [
        Button(label("certificate_pdf"), CertificatePdfTap(found.id)),
        Button(label("press_text"), PressTap(found.id)) if is_valid else None,
        Button(label("logo_rules"), LogoTap(found.id)),
    ]
    turn.show(screen, Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.CERTIFICATE


def show_press(turn: Turn, tap: PressTap) -> At:
    """Show a text for the press."""
    entry = turn.work.decisions(turn.actor).entry(tap.certificate)
    found = entry.certificate
    turn.show(ShowPress(entry.organisation, found.valid_from, found.expires_on), way_back(CertificateTap(found.id)))
    return At.CERTIFICATE


def show_logo(turn: Turn, tap: LogoTap) -> At:
    """Show what one may do with the logo."""
    entry = turn.work.decisions(turn.actor).entry(tap.certificate)
    found = entry.certificate
    screen = ShowLogoRules(entry.organisation, entry.scope, found.expires_on, found.status)
    turn.show(screen, way_back(CertificateTap(found.id)))
    return At.CERTIFICATE


# ---------------------------------------------------------------------------------------------------- together


def tell(turn: Turn, people: tuple[Addressee, ...], screen: Screen) -> None:
    """Send people a message, which leads into the role that it is about."""
    for person in people:
        if person.chat != turn.incoming.chat_id:
            keyboard = Keyboard.flow([Button(label("go_on"), RoleTap(person.membership))]) + way_back(None)
            turn.say(screen, keyboard, to_chat=person.chat)


def refuses_personal_data(turn: Turn, given: TextGiven, back: Tap) -> bool:
    """Say kindly that what was typed was not kept when it looks like data of a person."""
    sensitive = tuple(dict.fromkeys(found.kind for found in findings(given.text)))
    if sensitive:
        turn.show(SayNotKept(sensitive), way_back(back))
    return bool(sensitive)


DECISIONS = Conversation(
    name="decisions",
    entry_points=[
        on_tap(DecisionTap, open_decision),
        on_tap(DecideTap, ask_reason),
        on_tap(SendPartATap, send_part_a),
        on_tap(CertificateTap, open_certificate),
        on_tap(PressTap, show_press),
        on_tap(LogoTap, show_logo),
    ],
    states={At.DECISION: [], At.REASON: [on_text(decide)], At.PART_A: [], At.CERTIFICATE: []},
)

CONVERSATIONS = (DECISIONS,)
