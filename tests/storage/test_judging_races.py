"""Two phones of the team leader at the same moment: one settles, the other is shown what was settled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from domain.audit import Stage
from domain.judging import Draft
from domain.verdicts import Verdict
from storage.judging_interfaces import SettledMeanwhile
from storage.sql import tables as t
from storage.sql.database import Database
from storage.sql.vault import Keyring
from storage.sql.work import SqlWork
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.judging_cast import JudgingCast
from tests.storage.test_races import race

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


def test_of_two_who_settle_at_once_one_is_shown_the_other(
    database: Database, clock: MovableClock, database_url: str, keyring: Keyring,
    make_database: Callable[[str, Keyring], Database],
) -> None:  # fmt: skip
    """Nothing is overwritten unseen, also when the two processes meet in the same instant."""
    other = make_database(database_url, Keyring(list(keyring.masters.values())))
    cast = JudgingCast(database, clock)
    cast.assemble()
    norms = cast.norms[:10]
    cast.round_off(norms)
    cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)

    for norm in norms:

        def settles(verdict: Verdict, norm: str = norm) -> Callable[[SqlWork], object]:
            draft = Draft(norm, verdict, f"Samen: {verdict}")  # type: ignore[arg-type]
            return lambda work: work.judging(work.actor(AUDIT_CHATS["Tom"])).settle(
                cast.audit, [draft], {draft.norm: 0}, cast.now
            )

        outcomes = race(cast, other, settles(Verdict.MET), settles(Verdict.PARTIAL))  # type: ignore[arg-type]

        refused = [outcome for outcome in outcomes if isinstance(outcome, SettledMeanwhile)]
        assert len(refused) == 1
        with database.begin() as work:
            rows = work.execute(sa.select(t.consensus).where(t.consensus.c.norm == norm)).all()
            assert [(row.version, row.verdict) for row in rows] == [(1, refused[0].now[norm].verdict)]  # type: ignore[union-attr]
