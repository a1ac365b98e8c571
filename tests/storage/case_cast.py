"""The people around complaints at CI Kompas, with the audit of Welzijn Rivierenland.

Quinten is quality officer, Ottelien office manager, Kim and Hans are in the core group, and so is Ada, who was in the
team. Tom leads the audit, Samira coordinates the client, Sanne the secretariat of SWN; Otto's CI Anker has an officer
of its own, Wies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from domain.complaints import Candidate, ComplaintId, Given, Happening, Step, Subject
from domain.roles import OrganisationId, PersonId, Role
from storage.complaint_interfaces import Dossier, NewSignal, Received
from storage.sql.actors import ensure_persons
from storage.sql.complaints import SqlComplaints
from storage.sql.work import SqlWork
from tests.storage.process_cast import CHATS, ProcessCast

CASE_CHATS = CHATS | {"Quinten": 151, "Ottelien": 152, "Kim": 153, "Hans": 154, "Wies": 161}
_ROLES = {
    "Quinten": ("Bea", Role.QUALITY_OFFICER), "Ottelien": ("Bea", Role.OFFICE_MANAGER),
    "Kim": ("Bea", Role.COMPLAINT_HANDLER), "Hans": ("Bea", Role.COMPLAINT_HANDLER),
    "Wies": ("Otto", Role.QUALITY_OFFICER),
}  # fmt: skip
TEXT = "De toetsers kwamen een uur te laat en zeiden niets"


class CaseCast(ProcessCast):
    """The people of `ProcessCast` and those who work on cases."""

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            ensure_persons(work, {CASE_CHATS[name]: name for name in _ROLES}, self.now)
            for name, (host, role) in _ROLES.items():
                self.invited(work, host, name, role)
        with self.database.begin() as work:
            actors = {name: work.actor(chat) for name, chat in CASE_CHATS.items()}
        self._people = {name: actor.person for name, actor in actors.items()}
        self._bodies = {name: actor.organisation.id for name, actor in actors.items() if actor.organisation}

    def invited(self, work: SqlWork, host: str, name: str, role: Role) -> None:
        """Let an office invite somebody for a role, which counts from then on."""
        _, token = work.people(work.actor(CASE_CHATS[host])).invite(role, self.now)
        work.people(work.actor(CASE_CHATS[name])).accept(token, self.now)

    def ci_of(self, name: str) -> OrganisationId:
        """Return the organisation for which somebody worked at the start."""
        return self._bodies[name]

    def who(self, name: str) -> PersonId:
        """Return somebody's id."""
        return self._people[name]

    @contextmanager
    def cases(self, name: str) -> Iterator[SqlComplaints]:
        """Let one person work with complaints in a transaction of its own."""
        with self.database.begin() as work:
            yield work.complaints(work.actor(CASE_CHATS[name]))

    def reported(self, name: str = "Samira", text: str = TEXT, **values: object) -> Received:
        """Let somebody report to CI Kompas."""
        ci = self.ci_of("Bea")
        with self.cases(name) as store:
            return store.report(NewSignal(ci, text, **values), self.now)  # type: ignore[arg-type]

    def case(self, complaint: ComplaintId, name: str = "Quinten") -> Dossier:
        """Return a complaint as somebody sees it."""
        with self.cases(name) as store:
            return store.get(complaint)

    def steps(self, name: str, complaint: ComplaintId, step: Step, **given: object) -> Dossier:
        """Let somebody take a step in a complaint as it is now."""
        handler = given.pop("handler", None)
        if isinstance(handler, str):
            given["handler"] = Candidate(self.who(handler), is_in_core_group=True)
        with self.cases(name) as store:
            seen = store.get(complaint).complaint.version
            return store.step(complaint, step, Given(**given), self.now, seen=seen)  # type: ignore[arg-type]

    def notes(self, name: str, complaint: ComplaintId, what: Happening, **given: object) -> Dossier:
        """Let somebody record something in a complaint as it is now."""
        with self.cases(name) as store:
            seen = store.get(complaint).complaint.version
            return store.note(complaint, what, Given(**given), self.now, seen=seen)  # type: ignore[arg-type]

    def in_treatment(self, handler: str = "Kim") -> ComplaintId:
        """Return a formal complaint of Samira that somebody treats."""
        complaint = self.reported().id
        self.steps("Quinten", complaint, Step.CLASSIFY_YES, criterion="labelled_letter")
        self.steps("Quinten", complaint, Step.ASSIGN, handler=handler)
        return complaint

    def about_holder(self) -> ComplaintId:
        """Return a signal of Ottelien about Welzijn Rivierenland as a certificate holder."""
        subject = Subject.CERTIFICATE_HOLDER
        return self.reported(
            "Ottelien", "Een wijkteam reageert niet", subject=subject, audit=self.audit, channel="phone"
        ).id

    def role_of(self, name: str, role: Role, host: str = "Bea") -> None:
        """Give somebody another role at the body, which counts from now on."""
        with self.database.begin() as work:
            self.invited(work, host, name, role)

    def switch(self, name: str, role: Role) -> None:
        """Let somebody go on in another of their roles."""
        with self.database.begin() as work:
            actor = work.actor(CASE_CHATS[name])
            membership = next(m for m in actor.memberships if m.role is role)
            work.people(actor).switch_to(membership.id)
