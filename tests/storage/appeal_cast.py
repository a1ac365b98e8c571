"""A negative decision, and the people of CI Kompas who have to do with an appeal against it.

Quinn is the quality officer, Omar the office manager. Dora and Dirk take certification decisions and had no part in
this one; Tom, who led and decided, and Ada, who audited, take such decisions as well. Dex does at CI Anker.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from domain.appeals import AppealChannel, AppealId, AppealStep, Lodging
from domain.roles import PersonId, Role
from storage.appeal_interfaces import AppealView
from storage.sql.actors import ensure_persons
from storage.sql.appeals import SqlAppeals
from tests.conftest import MovableClock
from tests.storage.plan_cast import PlanCast
from tests.storage.process_cast import CHATS

APPEAL_CHATS = CHATS | {"Quinn": 151, "Omar": 152, "Dora": 153, "Dirk": 154, "Dex": 155}
KOMPAS = {
    "Quinn": Role.QUALITY_OFFICER, "Omar": Role.OFFICE_MANAGER, "Dora": Role.APPEAL_HANDLER,
    "Dirk": Role.APPEAL_HANDLER, "Tom": Role.APPEAL_HANDLER, "Ada": Role.APPEAL_HANDLER,
}  # fmt: skip
DECIDED_ON, MAILED_ON, RECEIVED_ON = date(2027, 1, 11), date(2027, 1, 12), date(2027, 2, 3)
REASON = "Het plan kwam te laat"
CONCLUSION = "Het plan was er op tijd; de post was traag"


class AppealCast(PlanCast):
    """The audit of Welzijn Rivierenland ended in a negative decision by Tom, mailed a day later."""

    clock: MovableClock

    def assemble(self) -> None:
        super().assemble()
        with self.database.begin() as work:
            ensure_persons(work, {chat: name for name, chat in APPEAL_CHATS.items()}, self.now)
        for host, guests in {"Bea": KOMPAS, "Otto": {"Dex": Role.APPEAL_HANDLER}}.items():
            for name, role in guests.items():
                with self.database.begin() as work:
                    _, token = work.people(work.actor(CHATS[host])).invite(role, self.now)
                with self.database.begin() as work:
                    work.people(work.actor(APPEAL_CHATS[name])).accept(token, self.now)
        for name in ("Tom", "Ada"):
            self.as_role(name, Role.AUDITOR)

    def as_role(self, name: str, role: Role) -> None:
        """Let somebody go on in another of their roles."""
        with self.database.begin() as work:
            actor = work.actor(APPEAL_CHATS[name])
            found = next(membership for membership in actor.memberships if membership.role is role)
            work.people(actor).switch_to(found.id)

    def goes_to(self, day: date, hour: int = 10) -> None:
        """Let it be a day."""
        self.clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

    def decide_negatively(self, on: date = DECIDED_ON) -> None:
        """Let the team leader decide; nothing approved stands in the way."""
        with self.database.begin() as work:
            work.decisions(work.actor(CHATS["Tom"])).decide(self.audit, REASON, on, self.now, is_positive=False)

    @contextmanager
    def appeals(self, name: str) -> Iterator[SqlAppeals]:
        """Let one person work with appeals in a transaction of its own."""
        with self.database.begin() as work:
            yield work.appeals(work.actor(APPEAL_CHATS[name]))

    def person_of(self, name: str) -> PersonId:
        """Return somebody's id."""
        with self.database.begin() as work:
            return work.actor(APPEAL_CHATS[name]).person

    def mail(self, on: date = MAILED_ON) -> None:
        """Let the office record the day of the mail."""
        with self.appeals("Omar") as appeals:
            appeals.record_mail(self.audit, on, self.now)

    def receive(
        self, on: date = RECEIVED_ON, channel: AppealChannel = AppealChannel.EMAIL, *, is_from_holder: bool = True,
        has_reasons: bool = True,
    ) -> AppealView:  # fmt: skip
        """Let the office record what came in."""
        with self.appeals("Omar") as appeals:
            lodging = Lodging(on, channel, is_from_holder, has_reasons)
            return appeals.receive(self.audit, lodging, "Het plan was op tijd", self.now)

    def take(self, name: str, step: AppealStep, appeal: AppealId, handler: str = "Dora") -> AppealView:
        """Let somebody take a step with the appeal as it stands."""
        with self.appeals(name) as appeals:
            seen, now = appeals.get(appeal).appeal.version, self.now
            match step:
                case AppealStep.ACKNOWLEDGE | AppealStep.REJECT:
                    return appeals.judge_receipt(appeal, step, now, seen=seen)
                case AppealStep.ASSIGN:
                    return appeals.assign(appeal, self.person_in(appeals, handler), now, seen=seen)
                case AppealStep.REVIEW:
                    return appeals.review(appeal, now, seen=seen)
                case AppealStep.CLOSE:
                    return appeals.close(appeal, now, seen=seen)
                case _:
                    is_changed = step is AppealStep.OVERTURN
                    day = now.date()
                    return appeals.decide(appeal, CONCLUSION, day, now, is_changed=is_changed, seen=seen)

    def person_in(self, appeals: SqlAppeals, name: str) -> PersonId:
        """Return somebody's id within a transaction."""
        return appeals._work.actor(APPEAL_CHATS[name]).person

    def to_handler(self, handler: str = "Dora") -> AppealId:
        """Bring an appeal to somebody who may handle it."""
        appeal = self.receive().appeal.id
        self.take("Omar", AppealStep.ACKNOWLEDGE, appeal)
        self.take("Quinn", AppealStep.ASSIGN, appeal, handler)
        return appeal

    def decided(self, step: AppealStep) -> AppealView:
        """Bring an appeal to its decision."""
        appeal = self.to_handler()
        self.take("Dora", AppealStep.REVIEW, appeal)
        return self.take("Dora", step, appeal)


def appealed(cast: AppealCast, clock: MovableClock) -> AppealCast:
    """Return the cast on the day on which the appeal came in, with everything before it done."""
    cast.clock = clock
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.finish()
    cast.goes_to(DECIDED_ON)
    cast.decide_negatively()
    cast.goes_to(RECEIVED_ON)
    cast.mail()
    return cast


def certified_and_appealed(cast: AppealCast, clock: MovableClock) -> AppealCast:
    """Return the cast with a certificate of a positive decision, of which the grounds were changed on appeal."""
    cast.clock = clock
    cast.assemble()
    cast.accept("Tom", "Ada")
    cast.finish()
    cast.hand_in()
    cast.approve()
    cast.goes_to(DECIDED_ON)
    with cast.database.begin() as work:
        decisions = work.decisions(work.actor(APPEAL_CHATS["Tom"]))
        decisions.decide(cast.audit, "Sterk", DECIDED_ON, cast.now, is_positive=True)
        decisions.send_part_a(cast.audit, DECIDED_ON, cast.now)
    with cast.database.begin() as work:
        register = work.register(work.actor(APPEAL_CHATS["Sanne"]))
        register.complete(cast.audit, 1, DECIDED_ON, cast.now)
        register.issue(cast.audit, DECIDED_ON, cast.now)
    cast.goes_to(RECEIVED_ON)
    cast.mail()
    cast.decided(AppealStep.OVERTURN)
    cast.goes_to(RECEIVED_ON, 12)
    return cast
