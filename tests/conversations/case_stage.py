"""A stage with a body that works on cases: Quinten decides, Ottelien keeps the register, Kim and Hans handle."""

from __future__ import annotations

from conversations.all import ALL_CONVERSATIONS
from conversations.case_taps import CaseTap
from conversations.kit import Conversations
from domain.complaints import ComplaintId
from storage.sql.database import Database
from templates.case_screens import CaseTold, ShowCase, SignalSent
from tests.conftest import MovableClock
from tests.conversations.people_stage import CarefulStage
from tests.conversations.plan_stage import shown
from tests.scenes.stage import StageChat
from tests.storage.case_cast import CASE_CHATS, TEXT, CaseCast

__all__ = ["TEXT", "CaseStage", "shown"]


class CaseStage(CarefulStage):
    """The people of `CaseCast`, each with a chat."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.cast = CaseCast(database, clock)
        self.cast.assemble()
        self.clock = clock
        self.now = clock.now
        self.samira, self.quinten, self.ottelien, self.kim, self.hans, self.tom, self.ada = map(
            self.of, ("Samira", "Quinten", "Ottelien", "Kim", "Hans", "Tom", "Ada")
        )

    def of(self, name: str) -> StageChat:
        """Return somebody's chat."""
        return self.chat(CASE_CHATS[name], name)

    def later(self, **delta: float) -> None:
        """Let time pass, for storage as well."""
        super().later(**delta)
        self.clock.now = self.now

    def complains(self, *, is_formal: bool = True) -> ComplaintId:
        """Let Samira complain about the audit of CI Kompas."""
        chat = self.samira
        chat.sends("/klacht")
        chat.sends(TEXT)
        chat.taps("CI Kompas")
        chat.taps("De toetsing of de CI")
        chat.taps("Voor ons allemaal")
        chat.taps("Ook per brief of mail" if is_formal else "Alleen hier")
        chat.taps("Versturen")
        sent = shown(chat, SignalSent)
        with self.cast.cases("Quinten") as store:
            return next(case.id for case in store.waiting() if case.number == sent.number)

    def registers(self, complaint: ComplaintId, criterion: str = "Brief of mail: klacht", handler: str = "Kim") -> None:
        """Let Quinten decide that it is a complaint, and who handles it."""
        self.quinten.taps_old(CaseTap(complaint))
        self.quinten.taps("Klacht")
        self.quinten.taps(criterion)
        self.quinten.taps("Kies behandelaar")
        self.quinten.taps(handler)
        assert shown(self.quinten, ShowCase).told is CaseTold.ASSIGNED

    def shares(self, complaint: ComplaintId, text: str = "Excuses, voortaan bellen we een dag eerder") -> None:
        """Let Kim share the outcome."""
        self.kim.taps_old(CaseTap(complaint))
        self.kim.taps("Uitkomst delen")
        self.kim.sends(text)
        assert shown(self.kim, ShowCase).told is CaseTold.OUTCOME
