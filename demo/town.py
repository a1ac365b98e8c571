"""What a new demo begins with: a certifying body at work on a complaint, a member that may appeal, and trends.

CI De Waarderij has Quirine (quality officer), Dewi (office), Karim and Marga (core group; Marga also decides on
appeals) and Thomas, who leads audits. It turned down Welzijn De Linde at a re-audit nine days ago, so Farah can
appeal; she complained as well. Nine organisations take part in the trends, so that everybody has something to
compare with.

Made through the stores, as people would; only the reports of the other organisations are written straight away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from demo.people import OPERATOR, TOWN
from domain.actors import Actor
from domain.audit import AuditId, AuditKind, Stage
from domain.audit_days import Headcount, Variant
from domain.audit_rules import AuditRules
from domain.complaints import Candidate, ComplaintId, Given, Happening, Step
from domain.conduct import Statement
from domain.framework import FrameworkId, NormId
from domain.process import EventKind
from domain.roles import OrganisationId, OrganisationKind, Role
from domain.verdicts import Verdict
from domain.weighing import Outcome
from domain.working_days import AMSTERDAM, local_day
from storage.audit_interfaces import NewAudit, PlanChange
from storage.complaint_interfaces import NewSignal
from storage.sql import process_tables as p
from storage.sql import tables as t
from storage.sql import trend_tables as trend
from storage.sql.actors import ensure_persons, mark_unreachable, seal_organisation
from storage.sql.audit_reach import audit_scope
from storage.sql.database import Database
from storage.sql.trends import publish_due
from storage.sql.work import SqlWork

FRAMEWORK = FrameworkId("kwaliteitslabel-2019")
ANNEKE = 1017  # the secretariat: without a phone
_STAFF = (
    ("Dewi", Role.OFFICE_MANAGER), ("Quirine", Role.QUALITY_OFFICER), ("Karim", Role.COMPLAINT_HANDLER),
    ("Marga", Role.COMPLAINT_HANDLER), ("Marga", Role.APPEAL_HANDLER), ("Thomas", Role.AUDITOR),
)  # fmt: skip
_MEMBER = "Welzijn De Linde"
_OTHERS = (
    "Sociaal Werk Oosterhof", "Stichting Samen Vechtdal", "Buurtwerk Het Anker", "Welzijn Hoge Brug",
    "Maatschappelijk Werk De Kade", "Stichting Dorpskracht", "Welzijnsgroep Zuiderpoort", "Sociaal Werk Land van Ravel",
)  # fmt: skip
_FTE = 34
#: What the reports of the branch hold beside what is met; the first number is how many of the others have it.
_IMPROVE = {
    "V5": (5, Verdict.PARTIAL),
    "D8": (4, Verdict.NOT_MET),
    "O3": (6, Verdict.PARTIAL),
    "D2": (2, Verdict.PARTIAL),
}
_REASON = (
    "De verbeteracties bij vijf normen zijn niet binnen de termijn aangetoond; het aanvullend onderzoek bevestigt dat."
)
_COMPLAINT = (
    "De toetsers kwamen op de tweede dag een uur te laat en hadden geen tijd meer voor het gesprek met onze "
    "vrijwilligers."
)
_SIGNAL = "Een klant zei aan de telefoon dat de factuur hoger was dan de raming."


def build(database: Database, rules: AuditRules, now: datetime) -> None:
    """Make the town in an empty database, as it is at a moment; `OPERATOR` has to be an operator there."""
    town = _Town(database, rules, now)
    town.found()
    town.certify()
    town.take_part()
    town.turn_down()
    town.complain()


class _Town:
    def __init__(self, database: Database, rules: AuditRules, now: datetime) -> None:
        self._database, self._now, self._today = database, now, local_day(now)
        self._final_on = rules.trends.newest_period(self._today).ends_on - timedelta(days=60)
        self._chats = TOWN | {"Anneke": ANNEKE, "Olga": OPERATOR}
        self._ci = self._member = OrganisationId(0)

    def found(self) -> None:
        """Make the body, its people, the secretariat and the member."""
        at = _morning(self._final_on - timedelta(days=200))
        with self._database.begin() as work:
            ensure_persons(work, {chat: name for name, chat in self._chats.items()}, at)
            _, token = work.offices(self._actor(work, "Olga")).found("CI De Waarderij", at)
            work.people(self._actor(work, "Dewi")).accept(token, at)
            for name, role in _STAFF:
                _, token = work.people(self._actor(work, "Dewi")).invite(role, at)
                work.people(self._actor(work, name)).accept(token, at)
                self._as(work, "Dewi", Role.CI_ADMIN)
            _, token = work.offices(self._actor(work, "Olga")).invite_secretariat("Sociaal Werk Nederland", at)
            work.people(self._actor(work, "Anneke")).accept(token, at)
            work.people(self._actor(work, "Farah")).create_organisation(_MEMBER, "SWN2041", at)
            self._ci, self._member = self._home(work, "Dewi"), self._home(work, "Farah")

    def certify(self) -> None:
        """Let the member pass its first audit and get its certificate."""
        audit = self._audited(AuditKind.INITIAL, self._final_on, {}, Outcome.ALL_MET)
        on = self._final_on + timedelta(days=7)
        with self._database.begin() as work:
            decisions = work.decisions(self._actor(work, "Thomas"))
            decisions.decide(audit, "Alle normen zijn aantoonbaar op orde.", on, _morning(on), is_positive=True)
            decisions.send_part_a(audit, on, _morning(on))
        with self._database.begin() as work:
            register = work.register(self._actor(work, "Anneke"))
            register.complete(audit, 1, on, _morning(on))
            register.issue(audit, on, _morning(on))

    def take_part(self) -> None:
        """Let the member and the others take part in the trends, and publish what is due."""
        at = _morning(self._final_on)
        with self._database.begin() as work:
            farah, thomas = self._actor(work, "Farah").person, self._actor(work, "Thomas").person
            norms = [norm.id for norm in self._database.frameworks[FRAMEWORK].norms]
            members = [self._member]
            for number, name in enumerate(_OTHERS):
                organisation = _organisation(work, name, at)
                verdicts = {norm: _found_at(norm, number) for norm in norms}
                self._report(work, organisation, verdicts, thomas, at)
                members.append(organisation)
            rows = [
                {"organisation_id": organisation, "version": 1, "takes_part": True, "shares_points": False,
                 "decided_by": farah, "decided_at": at}
                for organisation in members
            ]  # fmt: skip
            work.execute(trend.trend_consent.insert(), rows)
        with self._database.begin() as work:
            publish_due(work, self._now)

    def turn_down(self) -> None:
        """Let the re-audit of the member end in a negative decision, mailed a week ago."""
        shortcomings = {NormId(f"O{number}"): Verdict.NOT_MET for number in range(1, 6)}
        decided_on = self._today - timedelta(days=9)
        audit = self._audited(AuditKind.RECERTIFICATION, decided_on - timedelta(days=40), shortcomings,
                              Outcome.FOLLOWUP_REQUIRED)  # fmt: skip
        with self._database.begin() as work:
            decisions = work.decisions(self._actor(work, "Thomas"))
            decisions.decide(audit, _REASON, decided_on, _morning(decided_on), is_positive=False)
            decisions.send_part_a(audit, decided_on, _morning(decided_on))
        mailed_on = decided_on + timedelta(days=1)
        with self._database.begin() as work:
            self._as(work, "Dewi", Role.OFFICE_MANAGER)
            work.appeals(self._actor(work, "Dewi")).record_mail(audit, mailed_on, _morning(mailed_on))

    def complain(self) -> None:
        """Let a complaint of the member be under way, and a signal lie on the desk of the quality officer."""
        came = self._now - timedelta(days=5)
        with self._database.begin() as work:
            new = NewSignal(self._ci, _COMPLAINT, is_for_organisation=True)
            complaint = work.complaints(self._actor(work, "Farah")).report(new, came).id
        karim = self._taken(complaint, Step.CLASSIFY_YES, Given(criterion="oral"), came + timedelta(hours=3))
        self._taken(complaint, Step.ASSIGN, Given(handler=karim), came + timedelta(hours=4))
        with self._database.begin() as work:
            store = work.complaints(self._actor(work, "Karim"))
            seen = store.get(complaint).complaint.version
            note = Given("Gebeld met de klant; de planning van die dag opgevraagd bij het team.")
            store.note(complaint, Happening.NOTE, note, came + timedelta(days=2), seen=seen)
        with self._database.begin() as work:
            signal = NewSignal(self._ci, _SIGNAL, channel="phone", client="Stichting Dorpskracht")
            work.complaints(self._actor(work, "Dewi")).report(signal, self._now - timedelta(hours=3))
            mark_unreachable(work, ANNEKE)

    # --------------------------------------------------------------------------------------------------- parts

    def _taken(self, complaint: ComplaintId, step: Step, given: Given, at: datetime) -> Candidate:
        """Let Quirine take a step, and return Karim, who handles the case."""
        with self._database.begin() as work:
            store = work.complaints(self._actor(work, "Quirine"))
            store.step(complaint, step, given, at, seen=store.get(complaint).complaint.version)
            return Candidate(self._actor(work, "Karim").person, is_in_core_group=True)

    def _audited(
        self, kind: AuditKind, final_on: date, shortcomings: Mapping[NormId, Verdict], outcome: Outcome
    ) -> AuditId:
        """Let Thomas audit the member, with the final report on a day."""
        at = _morning(final_on - timedelta(days=30))
        with self._database.begin() as work:
            audits = work.audits(self._actor(work, "Dewi"))
            audit = audits.plan(NewAudit(kind, Variant.CI, FRAMEWORK, name=_MEMBER, member_number="SWN2041"), at).id
            days = (final_on - timedelta(days=21), final_on - timedelta(days=20))
            parts = (Headcount("employees_delivery", Fraction(_FTE)),)
            change = PlanChange(scope="Alle diensten", parts=parts, place="Deventer", days=days)
            audits.change(audit, change, at)
            audits.add_member(audit, self._actor(work, "Thomas").person, Role.TEAM_LEADER, at)
        with self._database.begin() as work:
            thomas = self._actor(work, "Thomas")
            audits = work.audits(thomas)
            for statement in Statement:
                audits.accept(audit, statement, at)
            norms = [norm.id for norm in self._database.frameworks[FRAMEWORK].norms]
            verdicts = {norm: shortcomings.get(norm, Verdict.MET) for norm in norms}
            self._settle(work, audit, verdicts, thomas.person, at)
            closed = t.audit.update().where(t.audit.c.id == audit).values(stage=Stage.CLOSED.value)
            work.execute(closed)
            process = work.process(thomas)
            process.record(audit, EventKind.FINDINGS_FINAL, final_on, _morning(final_on), outcome.value)
        return audit

    def _report(
        self, work: SqlWork, organisation: OrganisationId, verdicts: Mapping[NormId, Verdict], by: int, at: datetime
    ) -> None:
        """Write a final report of another organisation."""
        values = {
            "organisation_id": organisation, "ci_id": self._ci, "framework": FRAMEWORK, "process": "2021",
            "weighing": "2022", "kind": AuditKind.INITIAL.value, "variant": Variant.CI.value,
            "stage": Stage.CLOSED.value, "planned_by": by, "planned_at": at,
        }  # fmt: skip
        audit = AuditId(work.execute(t.audit.insert().values(values).returning(t.audit.c.id)).scalar_one())
        details = json.dumps({"parts": [["employees_delivery", str(_FTE), "fte"]]})
        sealed = work.vault.seal(audit_scope(audit), f"audit.details:{audit}", details)
        work.execute(t.audit.update().where(t.audit.c.id == audit).values(details_sealed=sealed))
        self._settle(work, audit, verdicts, by, at)
        insert = p.process_event.insert().values(audit_id=audit, kind=EventKind.FINDINGS_FINAL.value)
        version = {
            "event_id": work.execute(insert.returning(p.process_event.c.id)).scalar_one(), "version": 1,
            "on": self._final_on, "recorded_by": by, "recorded_at": at, "is_withdrawn": False,
        }  # fmt: skip
        work.execute(p.process_event_version.insert().values(version))

    def _settle(self, work: SqlWork, audit: AuditId, verdicts: Mapping[NormId, Verdict], by: int, at: datetime) -> None:
        rows = [
            {"audit_id": audit, "norm": norm, "version": 1, "verdict": verdict.value, "recorded_by": by,
             "recorded_at": at, "rationale_sealed": work.vault.seal(
                 audit_scope(audit), f"consensus.rationale:{audit}:{norm}:1", _said(verdict))}
            for norm, verdict in verdicts.items()
        ]  # fmt: skip
        work.execute(t.consensus.insert(), rows)

    def _actor(self, work: SqlWork, name: str) -> Actor:
        return work.actor(self._chats[name])

    def _as(self, work: SqlWork, name: str, role: Role) -> None:
        """Let somebody go on in another of their roles."""
        actor = self._actor(work, name)
        found = next(membership for membership in actor.memberships if membership.role is role)
        work.people(actor).switch_to(found.id)

    def _home(self, work: SqlWork, name: str) -> OrganisationId:
        organisation = self._actor(work, name).organisation
        if organisation is None:
            raise RuntimeError(f"{name} has no role yet")
        return organisation.id


def _organisation(work: SqlWork, name: str, at: datetime) -> OrganisationId:
    values = {"kind": OrganisationKind.MEMBER.value, "is_confirmed": True, "created_at": at}
    insert = t.organisation.insert().values(values).returning(t.organisation.c.id)
    organisation = OrganisationId(work.execute(insert).scalar_one())
    sealed = seal_organisation(work, organisation, "name", name)
    work.execute(t.organisation.update().where(t.organisation.c.id == organisation).values(name_sealed=sealed))
    return organisation


def _found_at(norm: NormId, number: int) -> Verdict:
    how_many, verdict = _IMPROVE.get(norm, (0, Verdict.MET))
    return verdict if number < how_many else Verdict.MET


def _said(verdict: Verdict) -> str:
    return (
        "Wij zagen dit terug in gesprekken en documenten." if verdict is Verdict.MET else "Dit kan aantoonbaar beter."
    )


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=AMSTERDAM).astimezone(UTC)
