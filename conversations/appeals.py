"""Appeals against a decision of the certifying body.

    the appellant: ⚖️ Beroep -> HOME: the decision and the last day -> LETTER (why, what is asked) -> a file to mail
    the office:    📥 -> MAIL_DAY -> RECEIPT (day, channel, sender, reasons, a line) -> CASE: acknowledged | rejected
    quality:       CASE -> somebody who had no part in it
    the handler:   CASE -> dossier -> CONCLUSION (typed) -> decided; the office sees to what follows, and closes

A chat message is never an appeal: whoever types one is told so, and how it can be done. Storage decides who reaches
what; every step is told to the appellant and stands in the log.
"""

from __future__ import annotations

from conversations import appeal_handling as handling
from conversations import appeal_office as office
from conversations import appeal_taps as taps
from conversations.appeal_desk import KEY, At, open_appeal, open_log, store_of
from conversations.appeal_taps import (
    AppealsTap,
    AppealTap,
    ContestTap,
    LetterFileTap,
    LetterPart,
    LetterTap,
    OpenAppealTap,
)
from conversations.decision_taps import DecisionTap
from conversations.decisions import refuses_personal_data
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, TextGiven, Turn, on_command, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from conversations.terms import as_addressed
from domain.appeals import AppealState, is_attempt
from domain.audit import AuditId
from domain.roles import OrganisationKind, Permission, Role
from storage.appeal_interfaces import Contestable
from templates.appeal_screens import (
    AppealTold,
    AskLetter,
    ChooseContested,
    ExplainAppeal,
    Reader,
    SayNoAppeal,
    ShowContested,
)
from templates.common_screens import Trouble
from templates.render import label, shorten

MAX_DECISIONS = 8  # in a choice, the newest first
_NAME = "appeals"


# --------------------------------------------------------------------------------------------------- the way in


def open_appeals(turn: Turn, _: object) -> AnyState | None:
    """Show what this person has to do with appeals."""
    return show_appeals(turn)


def show_appeals(turn: Turn, *, attempted: bool = False) -> At:
    """Show one's own decision, the appeals of the body, or what an appeal is."""
    actor = turn.actor
    if actor.may(Permission.LODGE_APPEAL):
        return _show_own(turn, attempted=attempted)
    if office.has_part(actor):
        return office.show_list(turn)
    return explain(turn, _reader(turn), attempted=attempted)


def explain(turn: Turn, reader: Reader, *, attempted: bool = False) -> At:
    """Say what an appeal is, and who may."""
    turn.show(ExplainAppeal(reader, attempted), way_back(MenuTap()))
    return At.HOME


def _reader(turn: Turn) -> Reader:
    organisation = turn.actor.organisation
    if turn.actor.role is Role.COLLEAGUE:
        return Reader.COLLEAGUE
    return Reader.CI if organisation is not None and organisation.kind is OrganisationKind.CI else Reader.OTHER


def answer_attempt(turn: Turn, *, is_awaited: bool) -> bool:
    """Say that a chat message is no appeal; True when that is all that happens with it.

    Who works at a certifying body or the secretariat writes about appeals of others. Where text is awaited it is kept
    as what it was meant to be, and this comes beside it.
    """
    given = turn.incoming.given
    organisation = turn.actor.organisation
    is_inside = organisation is not None and organisation.kind in (OrganisationKind.CI, OrganisationKind.SWN)
    is_letter = is_awaited and turn.place.conversation == _NAME
    if not isinstance(given, TextGiven) or is_inside or is_letter or not is_attempt(given.text):
        return False
    if is_awaited:
        turn.say(SayNoAppeal(), Keyboard.flow([Button(label("appeal"), AppealsTap())]) + way_back(None))
        return False
    show_appeals(turn, attempted=True)
    return True


# ------------------------------------------------------------------------------------------------- the appellant


def _show_own(turn: Turn, *, attempted: bool) -> At:
    found = store_of(turn).contestables()
    if not found:
        return explain(turn, Reader.MEMBER, attempted=attempted)
    if len(found) == 1:
        return show_contested(turn, found[0], attempted=attempted)
    return _choose(turn, found)


def _choose(turn: Turn, found: tuple[Contestable, ...]) -> At:
    """Ask which decision it is about."""
    shown = found[:MAX_DECISIONS]
    lines = tuple(
        (item.organisation.name, item.kind, item.contested.decided_on, item.contested.is_positive) for item in shown
    )
    buttons = tuple(
        (Button(shorten(f"{number}. {item.organisation.name}", 24), ContestTap(item.contested.audit)),)
        for number, item in enumerate(shown, 1)
    )
    turn.show(ChooseContested(lines, is_office=False), Keyboard(buttons) + way_back(MenuTap()))
    return At.HOME


def open_contested(turn: Turn, tap: ContestTap) -> At:
    """Show one decision, and until when one can appeal against it."""
    return show_contested(turn, store_of(turn).contestable(tap.audit))


def show_contested(
    turn: Turn, found: Contestable, told: AppealTold | None = None, *, attempted: bool = False
) -> At:  # fmt: skip
    """Show a decision with the last day, who may, and the letter."""
    store, contested, audit = store_of(turn), found.contested, found.contested.audit
    letter = store.letter(audit)
    own = [view.appeal for view in store.all() if view.appeal.audit == audit]
    current = next((appeal for appeal in own if appeal.state is not AppealState.REJECTED), None)
    screen = ShowContested(
        organisation=found.organisation.name, ci=found.ci, kind=found.kind, is_positive=contested.is_positive,
        decided_on=contested.decided_on, mailed_on=contested.mailed_on, last_day=found.last_day,
        earliest_end=found.earliest_end, today=turn.today, has_grounds=bool(letter.grounds),
        has_request=bool(letter.request), is_final=contested.is_final, state=current.state if current else None,
        has_rejected=any(appeal.state is AppealState.REJECTED for appeal in own), told=told, is_attempt=attempted,
    )  # fmt: skip
    writes = not contested.is_final and (found.last_day is None or turn.today <= found.last_day)
    newest = current or next(iter(own), None)
    buttons = [
        *(_letter_buttons(audit, letter.is_complete, is_begun=bool(letter.grounds)) if writes else []),
        Button(label("appeal_of_us"), AppealTap(newest.id)) if newest else None,
        Button(label("decision"), DecisionTap(audit)),
    ]
    turn.show(screen, Keyboard.flow(buttons) + way_back(MenuTap()))
    return At.HOME


def _letter_buttons(audit: AuditId, is_complete: bool, *, is_begun: bool) -> list[Button | None]:
    if not is_complete:
        part = LetterPart.REQUEST if is_begun else LetterPart.GROUNDS
        return [Button(label("letter_begin"), LetterTap(audit, part))]
    return [
        Button(label("letter_word"), LetterFileTap(audit, is_word=True)),
        Button(label("letter_pdf"), LetterFileTap(audit, is_word=False)),
        *(Button(label("letter_write", part), LetterTap(audit, part)) for part in LetterPart),
    ]


def ask_letter(turn: Turn, tap: LetterTap) -> At:
    """Ask one thing for the letter."""
    store = store_of(turn)
    found, letter = store.contestable(tap.audit), store.letter(tap.audit)
    turn.data[KEY] = {"audit": tap.audit, "part": tap.part.value}
    now = letter.grounds if tap.part is LetterPart.GROUNDS else letter.request
    turn.show(AskLetter(tap.part.value, now, found.contested.decided_on), way_back(ContestTap(tap.audit)))
    return At.LETTER


def take_letter(turn: Turn, given: TextGiven) -> AnyState | None:
    """Keep what was typed, and ask on."""
    asked = turn.data.get(KEY) or {}
    if "audit" not in asked or asked.get("part") not in frozenset(LetterPart):
        show_trouble(turn, Trouble.NOT_UNDERSTOOD)
        return None
    audit, part = AuditId(asked["audit"]), LetterPart(asked["part"])
    if refuses_personal_data(turn, given, ContestTap(audit)):
        return None
    store = store_of(turn)
    if part is LetterPart.GROUNDS:
        letter = store.write_letter(audit, turn.now, grounds=given.text)
    else:
        letter = store.write_letter(audit, turn.now, request=given.text)
    if part is LetterPart.GROUNDS and not letter.request:
        return ask_letter(turn, LetterTap(audit, LetterPart.REQUEST))
    return show_contested(turn, store.contestable(audit), AppealTold.KEPT)


def make_letter(turn: Turn, tap: LetterFileTap) -> At:
    """Make the letter as a file, to sign and mail."""
    store = store_of(turn)
    found = store.contestable(tap.audit)
    if not store.letter(tap.audit).is_complete or found.contested.is_final:
        return show_contested(turn, found, AppealTold.NOT_NOW)
    turn.job("appeal_letter", audit=tap.audit, form="word" if tap.is_word else "pdf")
    return show_contested(turn, found, AppealTold.MAKING)


APPEALS = Conversation(
    name=_NAME,
    entry_points=[
        on_command("beroep", open_appeals),
        on_tap(AppealsTap, open_appeals),
        on_tap(ContestTap, open_contested),
        on_tap(LetterTap, ask_letter),
        on_tap(LetterFileTap, make_letter),
        on_tap(AppealTap, open_appeal),
        on_tap(OpenAppealTap, as_addressed(open_appeal)),
        on_tap(taps.AppealLogTap, open_log),
        on_tap(taps.ReceiveTap, office.begin_receipt),
        on_tap(taps.MailedTap, office.record_mail),
        on_tap(taps.ReceiptTap, office.answer_receipt),
        on_tap(taps.JudgeReceiptTap, office.judge_receipt),
        on_tap(taps.ReasonsCameTap, office.complete),
        on_tap(taps.MailTextTap, office.show_mail_text),
        on_tap(taps.EffectTap, office.tick),
        on_tap(taps.CloseAppealTap, office.close),
        on_tap(taps.TargetTap, office.ask_target),
        on_tap(taps.SetTargetTap, office.set_target),
        on_tap(taps.CandidatesTap, handling.choose_handler),
        on_tap(taps.AssignTap, handling.assign),
        on_tap(taps.ReviewTap, handling.review),
        on_tap(taps.DossierTap, handling.read_dossier),
        on_tap(taps.AppealReportTap, handling.make_report),
        on_tap(taps.ConcludeTap, handling.ask_conclusion),
    ],
    states={
        At.HOME: [],
        At.LETTER: [on_text(take_letter)],
        At.LIST: [],
        At.MAIL_DAY: [on_text(office.take_mail_day)],
        At.RECEIPT: [on_text(office.take_receipt)],
        At.CASE: [],
        At.CONCLUSION: [on_text(handling.conclude)],
    },
)

CONVERSATIONS = (APPEALS,)
