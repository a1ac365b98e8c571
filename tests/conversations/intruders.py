"""A full audit and a full self-evaluation, everybody who has no business there, and forged buttons for all of them.

Everything the victims wrote holds one of three words, so that a leak shows wherever it is: `SECRET` what the audit
team wrote, `OWN` names and the plan, `MEMBER` what the member wrote in its self-evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, get_args, get_type_hints

import sqlalchemy as sa

from conversations import turns
from conversations.kit import (
    CommandGiven,
    Conversation,
    Conversations,
    Given,
    Incoming,
    Job,
    MediaGiven,
    MediaKind,
    OnCommand,
    OnMedia,
    OnTap,
    OnText,
    Place,
    Rule,
    Tap,
    TapGiven,
    TextGiven,
    Turn,
)  # fmt: skip
from domain.appeals import AppealChannel, AppealStep, Lodging
from domain.audit import AuditId, AuditKind, FindingKind, Stage, Tone
from domain.audit_days import Headcount, Variant
from domain.conduct import Statement
from domain.day_evaluation import Mood
from domain.framework import FrameworkId, NormId, WhoCode
from domain.judging import Draft
from domain.roles import Role
from domain.self_evaluation import ContributionKind, EvaluationId, Purpose
from domain.verdicts import Verdict
from storage.audit_interfaces import NewAudit, PlanChange
from storage.complaint_interfaces import NewSignal
from storage.content import load_frameworks
from storage.fieldwork_interfaces import FindingChange, NewFinding
from storage.mapping_content import with_mapping
from storage.sql import complaint_tables
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.appeal_tables import appeal
from storage.sql.audit_reach import audit_scope
from storage.sql.certificates import decision_place
from storage.sql.database import Database
from storage.sql.register_tables import ci_decision
from storage.sql.work import SqlWork
from templates.render import AMSTERDAM, render
from tests.conftest import MovableClock

FRAMEWORK, MAATSTAF = FrameworkId("kwaliteitslabel-2019"), FrameworkId("ciio-maatstaf-2016")
V1, KO1 = NormId("V1"), NormId("Ko1")
DAYS = (date(2026, 12, 1), date(2026, 12, 2))
NOW = datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
SECRET, OWN, MEMBER = "kolibrie", "zwaluw", "merel"

#: The people of the audit; everybody else is an intruder in one way or another.
CHATS = {
    "Olga": 999, "Bea": 1, "Tom": 2, "Ada": 3, "Wim": 4, "Joris": 5, "Nynke": 6, "Samira": 7, "Priya": 8, "Rik": 9,
    "Otto": 21, "Ina": 22, "Ben": 23, "Pim": 24, "Eva": 31, "Mo": 32, "Lex": 33, "Vera": 41, "Noor": 51,
    "Dora": 52, "Dex": 53,
    "Qas": 61, "Hil": 62, "Kas": 63,
}  # fmt: skip
VICTIMS = ("Bea", "Tom", "Ada", "Samira", "Priya")

#: What the audit team wrote.
CONTENT_TABLES = ("interview", "finding", "finding_norm", "finding_version", "judgement", "consensus", "day_evaluation")
EVALUATION_TABLES = ("self_evaluation", "answer", "answer_version", "contribution", "contribution_version",
                     "assignment", "frozen_version", "stored_file")  # fmt: skip
APPEAL_TABLES = ("appeal", "appeal_step", "appeal_letter", "ci_decision", "process_event")
#: Written for everybody who does anything.
_NOISE = {"inbox", "outbox", "conversation_state", "audit_trail", "data_key", "last_write", "invitation_try"}


@dataclass(frozen=True)
class Intruder:
    """Somebody, the words that may never be shown to them, and what they may not change (None: nothing at all)."""

    name: str
    forbidden: tuple[str, ...] = (SECRET, OWN, MEMBER)
    tables: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return self.name


INTRUDERS = (
    Intruder("Otto"),  # the office of another certifying body
    Intruder("Ina"),  # leads an audit there
    Intruder("Ben"),  # audits there
    Intruder("Pim"),  # a peer auditor there
    Intruder("Qas"),  # decides about complaints there
    Intruder("Hil"),  # handles complaints there
    Intruder("Kas", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES, "complaint_event", "complaint_mark")),
    Intruder("Eva"),  # coordinates another member organisation
    Intruder("Mo"),  # a colleague there
    Intruder("Lex"),  # reads along there
    Intruder("Vera"),  # a visitor of the example
    Intruder("Noor"),  # nobody yet
    Intruder("Olga", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES, "audit", "audit_member", "audit_day")),
    Intruder("Bea", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES)),  # the office plans, and reads no content
    Intruder("Wim", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES, "audit", "audit_member", "audit_day")),
    Intruder("Joris", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES, "audit", "audit_member", "audit_day")),
    Intruder("Nynke", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES)),  # has not accepted the statements
    Intruder("Tom", (MEMBER,), EVALUATION_TABLES[:-1]),  # the member does not share its self-evaluation
    Intruder("Samira", (SECRET,), (*CONTENT_TABLES, "audit", "audit_member", "audit_day")),
    Intruder("Priya", (SECRET,), (*CONTENT_TABLES, "audit", "audit_member", "audit_day")),
    Intruder("Dex"),  # takes certification decisions at another certifying body
    # Takes them at this one, and the appeal was given to nobody yet.
    Intruder("Dora", (SECRET, MEMBER), (*CONTENT_TABLES, *EVALUATION_TABLES, *APPEAL_TABLES, "audit", "audit_member")),
    Intruder("Rik", (SECRET,), (*CONTENT_TABLES, *EVALUATION_TABLES, "audit", "audit_member", "audit_day")),
)


class _Undo(Exception):
    """Rolls a turn back: every attempt starts from the same town."""


@dataclass(frozen=True)
class Seen:
    """What an attempt came to: what appeared in the chat (in lower case), was queued, told to others, and changed."""

    shown: str
    jobs: tuple[Job, ...]
    told: frozenset[int]  # the chats of others
    is_changed: bool


def _appeared(turn: Turn) -> str:
    shown = [turn.shown] if turn.shown else []
    said = [said for said in turn.said if said.chat_id == turn.incoming.chat_id]
    parts = [render(item.screen) for item in (*shown, *said)]
    parts += [button.label for item in (*shown, *said) for button in item.keyboard.buttons]
    return "\n".join([*parts, turn.toast_text or ""]).casefold()


@dataclass
class Town:
    """The victims, made first, and the intruders around them."""

    database: Database
    conversations: Conversations
    clock: MovableClock
    audit: AuditId = field(init=False)
    second: AuditId | None = field(init=False, default=None)  # the other half of a combination
    evaluation: EvaluationId = field(init=False)
    victims: Mapping[str, list[int]] = field(default_factory=dict)
    _wrote: bool = False
    _untouched: dict[Intruder, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock.now = NOW
        with self.database.begin() as work:
            ensure_persons(work, {chat: f"{OWN}-{name}" if name in VICTIMS else name for name, chat in CHATS.items()},
                           self.clock.now)  # fmt: skip
            self._make_member(work)
            self._make_audit(work)
            self._complain(work)
            self.victims = self._victims(work)
        with self.database.begin() as work:
            self._make_intruders(work)
        sa.event.listen(self.database.engine, "before_cursor_execute", self._note_write)

    # ------------------------------------------------------------------------------------------ the victims

    def _make_member(self, work: SqlWork) -> None:
        now = self.clock.now
        work.people(self.actor(work, "Samira")).create_organisation(f"{OWN} Welzijn", "SWN1", now)
        self._join(work, "Samira", "Priya", Role.COLLEAGUE)
        self._join(work, "Samira", "Rik", Role.READER)
        store = work.evaluations(self.actor(work, "Samira"))
        evaluation = store.start(FRAMEWORK, now)
        self.evaluation = evaluation.id
        store.record_verdict(evaluation, V1, Verdict.PARTIAL, seen=None, at=now)
        store.record_improvement(evaluation, V1, now, what=MEMBER, who=MEMBER)
        file = work.files(self.actor(work, "Samira")).want(evaluation, f"{MEMBER}.pdf", "application/pdf", 9, "t1", now)
        for number, kind in enumerate((ContributionKind.TEXT, ContributionKind.DOCUMENT)):
            store.contribute(evaluation, V1, kind, Purpose.EVIDENCE, MEMBER, now, message_id=number + 1,
                             file=file.id if number else None)  # fmt: skip
        store.assign(evaluation, [V1], self.actor(work, "Priya").person, now)

    def _make_audit(self, work: SqlWork) -> None:
        now = self.clock.now
        self._found_office(work, "CI Kompas", "Bea")  # whom one can complain to is no secret
        for name in ("Tom", "Ada", "Wim", "Joris", "Nynke"):
            self._join(work, "Bea", name, Role.AUDITOR)
        work.people(self.actor(work, "Bea")).invite(Role.AUDITOR, now)  # one that is still open
        team = {"Tom": Role.TEAM_LEADER, "Ada": Role.AUDITOR, "Joris": Role.AUDITOR, "Nynke": Role.AUDITOR}
        self.audit = self._plan(work, "Bea", f"{OWN} Elders", "SWN7", team)
        self._combine(work)
        for name in ("Tom", "Ada", "Joris"):
            self._accept(work, name, self.audit)
        self._start(work, "Tom", self.audit)
        for name in ("Tom", "Ada"):
            self._writes(work, name)
        tom = self.actor(work, "Tom")
        for number in (1, 2):
            work.fieldwork(tom).resume_interview(self.audit, number)
            work.fieldwork(tom).end_interview(self.audit, number, now)
        for stage in (Stage.JUDGING, Stage.CONSENSUS):
            work.audits(tom).move(self.audit, stage, now)
        work.judging(tom).settle(self.audit, [Draft(V1, Verdict.PARTIAL, SECRET, SECRET)], {V1: 0}, now)
        for stage in (Stage.JUDGING, Stage.RUNNING):  # the stage in which most buttons write
            work.audits(tom).move(self.audit, stage, now)
        work.fieldwork(tom).resume_interview(self.audit, 1)
        work.audits(self.actor(work, "Bea")).remove_member(self.audit, self.actor(work, "Joris").person, now)
        self._write_other_half(work)
        self._appeal(work)

    def _combine(self, work: SqlWork) -> None:
        """Let the audit be about one framework; a paired town has a second."""

    def _write_other_half(self, work: SqlWork) -> None:
        """Nothing is written about a second framework here."""

    def _appeal(self, work: SqlWork) -> None:
        """Let the audit have been decided, and an appeal be acknowledged; the stage stays one in which much can be."""
        now, tom, bea = self.clock.now, self.actor(work, "Tom"), self.actor(work, "Bea")
        decision = {
            "audit_id": self.audit, "version": 1, "is_positive": False, "on": NOW.date(), "decided_by": tom.person,
            "decided_at": now,
            "reason_sealed": work.vault.seal(audit_scope(self.audit), decision_place(self.audit, 1), SECRET),
        }  # fmt: skip
        work.execute(ci_decision.insert(), decision)
        store = work.appeals(bea)
        store.record_mail(self.audit, NOW.date(), now)
        lodging = Lodging(NOW.date(), AppealChannel.EMAIL, is_from_holder=True, has_reasons=True)
        view = store.receive(self.audit, lodging, OWN, now)
        store.judge_receipt(view.appeal.id, AppealStep.ACKNOWLEDGE, now, seen=1)

    def _complain(self, work: SqlWork) -> None:
        """Let the team leader pass on what the client said; nobody but an officer of that body may read it."""
        ci = self.actor(work, "Tom").organisation
        assert ci is not None
        new = NewSignal(ci.id, f"{SECRET} {MEMBER}", audit=self.audit, channel="oral")
        work.complaints(self.actor(work, "Tom")).report(new, self.clock.now)

    def _writes(self, work: SqlWork, name: str) -> None:
        """Let an auditor hold an interview, find things, judge, and ask the client."""
        now, actor = self.clock.now, self.actor(work, name)
        fieldwork, judging = work.fieldwork(actor), work.judging(actor)
        seen = len(fieldwork.interviews(self.audit))
        interview = fieldwork.open_interview(self.audit, [WhoCode("P")], now, seen=seen)
        fieldwork.describe_interview(self.audit, interview.number, description=SECRET, place=SECRET)
        file = fieldwork.want_file(self.audit, f"{SECRET}.pdf", "application/pdf", 9, f"t{name}", now)
        for number, (text, at, sent) in enumerate([(SECRET, (V1,), file), (f"{SECRET} jaarplan", (), None)]):
            new = NewFinding(text, norms=at, interview=interview if at else None, kind=FindingKind.QUOTE, file=sent,
                             message=100 + number)  # fmt: skip
            found = fieldwork.record(self.audit, new, now)
            fieldwork.change(self.audit, found.id, FindingChange(tone=Tone.STRONG), now)
        judging.judge(self.audit, V1, now, verdict=Verdict.PARTIAL, reason=SECRET)
        if name == "Tom":
            judging.answer_day(self.audit, DAYS[0], "course", Mood.REMARK, SECRET, now, seen=0)

    def _victims(self, work: SqlWork) -> Mapping[str, list[int]]:
        """Return the ids of everything of the victims, by the column that refers to it."""

        def ids(table: sa.Table, *where: Any) -> list[int]:
            return list(work.execute(sa.select(table.c.id).where(*where)).scalars())

        work.flush()
        people = [self.actor(work, name).person for name in VICTIMS]
        organisations = ids(t.organisation)
        return {
            "audit_id": self.halves, "evaluation_id": [self.evaluation], "finding_id": ids(t.finding),
            "person_id": people, "organisation_id": organisations, "ci_id": organisations,
            "complaint_id": ids(complaint_tables.complaint),
            "appeal_id": ids(appeal), "file_id": ids(t.stored_file), "membership_id": ids(t.membership),
            "invitation_id": ids(t.invitation),
        }  # fmt: skip

    @property
    def halves(self) -> list[AuditId]:
        """The audit of the victims, or both halves of it."""
        return [self.audit, *([self.second] if self.second is not None else [])]

    @property
    def target(self) -> AuditId:
        """The audit at which somebody was at work a moment ago."""
        return self.halves[-1]

    @property
    def norms(self) -> list[NormId]:
        """A norm of every framework of the audit."""
        return [V1, *([KO1] if self.second is not None else [])]

    # ---------------------------------------------------------------------------------------- the intruders

    def _make_intruders(self, work: SqlWork) -> None:
        now = self.clock.now
        self._found_office(work, "CI Anker", "Otto")
        self._join(work, "Otto", "Ina", Role.AUDITOR)
        self._join(work, "Otto", "Ben", Role.AUDITOR)
        self._join(work, "Otto", "Pim", Role.PEER_AUDITOR)
        self._join(work, "Otto", "Qas", Role.QUALITY_OFFICER)
        self._join(work, "Otto", "Hil", Role.COMPLAINT_HANDLER)
        self._join(work, "Bea", "Kas", Role.COMPLAINT_HANDLER)
        team = {"Ina": Role.TEAM_LEADER, "Ben": Role.AUDITOR, "Pim": Role.PEER_AUDITOR}
        audit = self._plan(work, "Otto", "Ander Werk", "SWN8", team)
        for name in team:
            self._accept(work, name, audit)
        self._start(work, "Ina", audit)
        self._join(work, "Otto", "Dex", Role.APPEAL_HANDLER)
        self._join(work, "Bea", "Dora", Role.APPEAL_HANDLER)
        work.people(self.actor(work, "Eva")).create_organisation("Stichting Overkant", None, now)
        self._join(work, "Eva", "Mo", Role.COLLEAGUE)
        self._join(work, "Eva", "Lex", Role.READER)
        work.evaluations(self.actor(work, "Eva")).start(FRAMEWORK, now)

    def _found_office(self, work: SqlWork, name: str, first: str) -> None:
        _, token = work.offices(self.actor(work, "Olga")).found(name, self.clock.now)
        work.people(self.actor(work, first)).accept(token, self.clock.now)

    def _join(self, work: SqlWork, host: str, guest: str, role: Role) -> None:
        _, token = work.people(self.actor(work, host)).invite(role, self.clock.now)
        work.people(self.actor(work, guest)).accept(token, self.clock.now)

    def _plan(self, work: SqlWork, office: str, audited: str, number: str, team: Mapping[str, Role]) -> AuditId:
        audits, now = work.audits(self.actor(work, office)), self.clock.now
        new = NewAudit(AuditKind.INITIAL, Variant.CI, FRAMEWORK, name=audited, member_number=number)
        audit = audits.plan(new, now).id
        parts = (Headcount("employees_delivery", Fraction(40)),)
        words = OWN if office == "Bea" else "Alles"
        audits.change(audit, PlanChange(scope=words, parts=parts, place=words, days=DAYS), now)
        for name, role in team.items():
            audits.add_member(audit, self.actor(work, name).person, role, now)
        return audit

    def _accept(self, work: SqlWork, name: str, audit: AuditId) -> None:
        for statement in Statement:
            work.audits(self.actor(work, name)).accept(audit, statement, self.clock.now)

    def _start(self, work: SqlWork, leader: str, audit: AuditId) -> None:
        for stage in (Stage.CONTRACTED, Stage.RUNNING):
            work.audits(self.actor(work, leader)).move(audit, stage, self.clock.now)

    def actor(self, work: SqlWork, name: str) -> Any:
        """Return somebody as they are now."""
        return work.actor(CHATS[name])

    # ------------------------------------------------------------------------------------------ an attempt

    def attempts(self, intruder: Intruder, given: Given, place: Place) -> Seen:
        """Let somebody do something, look what came of it, and roll it back."""
        chat = CHATS[intruder.name]
        if intruder not in self._untouched:
            with self.database.begin() as work:
                self._untouched[intruder] = self._fingerprint(work, intruder)
        callback = "cb" if isinstance(given, TapGiven) else None
        seen: list[Seen] = []
        try:
            with self.database.begin() as work:
                incoming = Incoming(900, chat, chat, intruder.name, given, 9, callback)
                turn = Turn(incoming=incoming, actor=work.actor(chat), work=work, place=place, now=NOW,
                            today=NOW.astimezone(AMSTERDAM).date(), link="https://t.me/x?start={}".format)  # fmt: skip
                self._wrote = False
                turns.take(self.conversations, turn)
                work.flush()
                is_changed = self._wrote and self._fingerprint(work, intruder) != self._untouched[intruder]
                others = frozenset(said.chat_id for said in turn.said) - {chat}
                seen.append(Seen(_appeared(turn), tuple(turn.jobs), others, is_changed))
                raise _Undo
        except _Undo:
            pass
        return seen[0]

    def _note_write(self, *event: Any) -> None:
        self._wrote = self._wrote or not event[2].lstrip().upper().startswith(("SELECT", "SAVEPOINT", "PRAGMA"))

    def _fingerprint(self, work: SqlWork, intruder: Intruder) -> list[str]:
        """Return every row of the victims that this person may not change."""
        found = []
        for table in t.metadata.sorted_tables:
            is_asked = table.name in intruder.tables if intruder.tables is not None else table.name not in _NOISE
            condition = self._of_victims(table) if is_asked else None
            if condition is not None:
                rows = work.connection.execute(sa.select(table).where(condition)).all()
                found += sorted(f"{table.name} {tuple(row)}" for row in rows)
        return found

    def _of_victims(self, table: sa.Table) -> sa.ColumnElement[bool] | None:
        own = self.victims.get(f"{_NAMED.get(table.name, table.name)}_id") if "id" in table.c else None
        conditions = [table.c[column].in_(ids) for column, ids in self.victims.items() if column in table.c]
        conditions += [table.c.id.in_(own)] if own else []
        return sa.or_(*conditions) if conditions else None


_NAMED = {"self_evaluation": "evaluation", "stored_file": "file"}


@dataclass
class PairedTown(Town):
    """The same town, whose audit is about the label and the Maatstaf; both halves hold what nobody else may read."""

    def __post_init__(self) -> None:
        self.database.frameworks = with_mapping(load_frameworks())
        super().__post_init__()

    def _combine(self, work: SqlWork) -> None:
        companion = work.audits(self.actor(work, "Bea")).combine(self.audit, MAATSTAF, self.clock.now).audit.companion
        assert companion is not None
        self.second = companion.audit

    def _write_other_half(self, work: SqlWork) -> None:
        """Let findings count for both, and the Maatstaf be judged and settled as well."""
        now, tom, second = self.clock.now, self.actor(work, "Tom"), self.target
        fieldwork, judging, audits = work.fieldwork(tom), work.judging(tom), work.audits(tom)
        fieldwork.record(second, NewFinding(SECRET, norms=(KO1,), kind=FindingKind.QUOTE, message=200), now)
        judging.judge(second, KO1, now, verdict=Verdict.PARTIAL, reason=SECRET)
        fieldwork.end_interview(self.audit, 1, now)
        for stage in (Stage.JUDGING, Stage.CONSENSUS):
            audits.move(second, stage, now)
        judging.settle(second, [Draft(KO1, Verdict.PARTIAL, SECRET, SECRET)], {KO1: 0}, now)
        for stage in (Stage.JUDGING, Stage.RUNNING):
            audits.move(second, stage, now)
        fieldwork.resume_interview(self.audit, 1)


# ------------------------------------------------------------------------------------------------ what is forged


def rules_of(conversations: Sequence[Conversation]) -> Iterator[tuple[Place, Rule]]:
    """Return everything that any conversation takes, with where somebody has to be for it."""
    for conversation in conversations:
        for rule in (*conversation.entry_points, *conversation.fallbacks):
            yield Place(), rule
        for state, rules in conversation.states.items():
            for rule in rules:
                yield Place(conversation.name, str(state)), rule


def forgeries(town: Town, conversations: Sequence[Conversation]) -> Iterator[tuple[Place, Given]]:
    """Return every button, command and message, as if made where the victims are."""
    for place, rule in rules_of(conversations):
        data = remembered(town, place.conversation or "") if place.state else {}
        for given in _given_for(town, rule):
            yield Place(place.conversation, place.state, dict(data)), given


def _given_for(town: Town, rule: Rule) -> Iterator[Given]:
    match rule:
        case OnTap(kind):
            for tap in forged(town, kind):
                yield TapGiven(tap)
        case OnCommand(name):
            yield CommandGiven(name)
        case OnText():
            yield TextGiven("V1")
            yield TextGiven("wat ik zag")
        case OnMedia():
            yield MediaGiven(MediaKind.PHOTO, "f", "u", "foto.jpg", "image/jpeg", 10, "wat ik zag", None)


def remembered(town: Town, conversation: str) -> dict[str, Any]:
    """Return what a place holds of somebody who was at work with the victims a moment ago.

    A conversation that keeps something new between turns says here what that would be.
    """
    norm = town.norms[-1]
    moves = [[1, "norm", norm, 1, 1]]
    field_moves = {"audit": town.target, "norm": norm, "interview": 1, "finding": 1, "moves": moves, "album": None}
    return {
        "judging": {"audit": town.target, "norm": norm, "verdict": "partial", "seen": 1, "day": "2026-12-01",
                    "question": 0},
        "fieldwork": field_moves,
        "self_evaluation": {"evaluation": town.evaluation, "norm": norm, "item": 1},
        "plan": {"audit": town.target, "norm": norm},
        "plan_action": {"audit": town.target, "norm": norm, "what": "note", "seen": 0},
        "report": {"audit": town.target},
        "decision": {"audit": town.target, "is_positive": True},
        "look_back": {"audit": town.target},
        "appeal": {"audit": town.target, "part": "grounds", "appeal": 1, "is_changed": True, "version": 2,
                   "day": "2026-12-02", "channel": "email", "sender": "holder", "reasons": "yes"},
        "register": {"audit": town.target, "number": 1, "search": OWN},
        "report_version": 1, "report_norm": norm, "audit": town.target, "event": 1, "version": 1, "outcome": None,
        "asked_audit": town.target, "audited": town.victims["organisation_id"][0], "audited_name": "Ergens",
        "audited_number": "12", "kind": "last_audit_day" if conversation == "terms" else "initial_audit",
        "framework": FRAMEWORK, "people_kind": "employees_delivery", "organisation_name": "Ergens",
        "home_name": "Ergens", "case": {"complaint": 1, "what": "note", "seen": 1, "notaries": [["Iemand", "", False]]},
        "own_case": {"complaint": 1, "seen": 1}, "cases": {"which": "all", "kind": None, "year": None, "words": ""},
    }  # fmt: skip


def forged(town: Town, kind: type[Tap]) -> list[str]:
    """Return buttons of one kind with the ids of the victims in them; together they hold every value of a list."""
    hints = get_type_hints(kind)
    values = {name: _values(town, hints[name]) for name, _, _ in kind._fields()}
    longest = max((len(found) for found in values.values()), default=1)
    return [
        kind(**{name: found[number % len(found)] for name, found in values.items()}).pack() for number in range(longest)
    ]


def _values(town: Town, hint: Any) -> list[Any]:
    """Return what to forge for a field, by its type; an id that is not known here is simply counted up."""
    options = [option for option in get_args(hint) or (hint,) if option is not type(None)]
    kind = options[0]
    plain = getattr(kind, "__supertype__", kind)
    known: dict[str, list[Any]] = {
        "AuditId": town.halves, "EvaluationId": [town.evaluation], "FindingId": [1, 2, 3], "ContributionId": [1, 2],
        "NormId": town.norms, "MembershipId": town.victims["membership_id"], "PersonId": town.victims["person_id"],
        "OrganisationId": town.victims["organisation_id"], "InvitationId": town.victims["invitation_id"],
        "ComplaintId": town.victims["complaint_id"],
        "FileId": town.victims["file_id"], "FrameworkId": [FRAMEWORK, MAATSTAF][: len(town.halves)],
        "RubricId": ["V", "Ko"][: len(town.halves)], "WhoCode": ["P"],
    }  # fmt: skip
    if kind.__name__ in known:
        return known[kind.__name__]
    if issubclass(plain, Enum):
        return list(plain)
    if plain is bool:
        return [True, False]
    return [1, 2, 0] if plain is int else ["2026-12-01", "x"]


def reaches(town: Town, seen: Seen) -> list[str]:
    """Return what an attempt wants done with something of the victims."""
    theirs = {
        "audit": town.halves,
        "evaluation": [town.evaluation],
        "file": town.victims["file_id"],
        "organisation": town.victims["organisation_id"],
    }
    return [f"{job.name} {key}" for job in seen.jobs for key, ids in theirs.items() if job.data.get(key) in ids]
