"""Official wording on real phones: the file is sent in the chat, read by a job, shown, confirmed, and withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.framework import FrameworkId, NormId
from tests.domain import norm_documents as documents
from tests.scenes.town import Town, town

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OLGA = 999
LABEL, D9 = FrameworkId("kwaliteitslabel-2019"), NormId("D9")


@pytest.fixture
async def here(database_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    async with town(database_url, tmp_path / "data", operators=(OLGA,)) as running:
        yield running


async def test_a_file_in_the_chat_becomes_the_wording_of_the_norms(here: Town) -> None:
    framework = here.database.frameworks[LABEL]
    texts = documents.invented(framework)
    olga = await here.person("Olga", OLGA)
    await olga.sends("/normen")
    content = documents.interview_format(framework, texts).encode()
    await olga.does("sends_document", "interviewformat.txt", content, "text/plain")
    found = await olga.text()
    await olga.taps("Voor iedereen hier")

    assert "49 van 49 normen" in found
    assert "De officiële tekst staat nu bij de normen" in await olga.text()
    report = await here.database.run(lambda work: work.framework(LABEL, work.actor(OLGA)))
    assert report.norm(D9).wording == texts[D9]

    await olga.taps(next(words for words in await olga.labels() if words.startswith("trek")))
    report = await here.database.run(lambda work: work.framework(LABEL, work.actor(OLGA)))
    assert report.norm(D9).wording == framework.norm(D9).essence


async def test_a_file_without_norms_changes_nothing(here: Town) -> None:
    olga = await here.person("Olga", OLGA)
    await olga.sends("/normen")
    await olga.does("sends_document", "notulen.txt", b"Beste collega, hierbij de notulen.", "text/plain")

    assert "haal ik geen normen" in await olga.text()
    assert "Er is niets veranderd" in await olga.text()
