"""A photo with an action of the plan, on real phones: fetched, seen by the team, given back, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from conversations.plan_taps import EvidenceTap
from tests.scenes.test_archive import PICTURE
from tests.scenes.town import Phone, town
from tests.storage.audit_cast import OPERATOR
from tests.storage.plan_cast import V5
from tests.storage.process_cast import CHATS
from tests.storage.test_plan_actions import ActionCast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


async def files_of(phone: Phone) -> list[str]:
    """Return the names of the files that the bot sent."""
    return [str(message.media["name"]) for message in await phone.messages() if message.by_bot and message.media]


async def test_a_photo_of_a_colleague_reaches_the_team_leader(database_url: str, tmp_path: Path) -> None:
    async with town(database_url, tmp_path / "data", operators=(OPERATOR,)) as here:
        sam, samira, tom, ina = [await here.person(name, CHATS[name]) for name in ("Sam", "Samira", "Tom", "Ina")]
        cast = ActionCast(here.database, lambda: datetime.now(UTC))
        for step in (cast.assemble, cast.finish, cast.hand_in, cast.approve, partial(cast.give, V5, "Sam")):
            await here.database.call(step)  # in its own thread: on SQLite there is one connection
        for phone in (sam, samira, tom, ina):
            await phone.sends("/menu")

        await sam.taps("Mijn acties (1)")
        await sam.taps("V5")
        await sam.does("sends_photo", PICTURE, name="bord.png", caption="Het bord in de hal")
        assert "Het bord in de hal" in await sam.text()

        assert any("Er is bewijs bij gekomen" in message.text for message in await samira.messages())
        await tom.taps("Verbeterplan")
        await tom.taps("V5")
        assert "Het bord in de hal" in await tom.text()
        await tom.taps("📎 1")
        assert len(await files_of(tom)) == 1
        await ina.does("forges", EvidenceTap(cast.audit, V5, 1, "send").pack(), (await ina.screen()).id)
        assert await files_of(ina) == []
