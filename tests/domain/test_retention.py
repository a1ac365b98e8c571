"""How long things are kept, and that nobody is ever surprised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.retention import RetentionTerm, TermId
from storage.content import CONTENT_DIRECTORY, ContentError
from storage.retention_content import load_retention

ROOT = Path(__file__).parents[2]
TERM = RetentionTerm(TermId.IDLE_PERSON, 365, 30, "")
LAST = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.integers(0, 3000), st.integers(1, 400))
def test_there_is_always_the_whole_notice(days: int, notice: int) -> None:
    """However late the look comes."""
    term = RetentionTerm(TermId.IDLE_PERSON, 400 + notice, notice, "")
    announced = LAST + timedelta(days=days)

    erases_at = term.erases_at(LAST, announced)

    assert erases_at - announced >= timedelta(days=notice)
    assert erases_at - LAST >= timedelta(days=term.after_days)


def test_the_notice_comes_in_time() -> None:
    assert not TERM.is_to_announce(LAST, LAST + timedelta(days=334))
    assert TERM.is_to_announce(LAST, LAST + timedelta(days=335))
    assert TERM.idle_before(LAST + timedelta(days=335)) == LAST


def test_every_term_has_its_ground() -> None:
    """Article 30 asks for the terms, and whoever reads them for why."""
    retention = load_retention()

    assert set(retention.terms) == set(TermId)
    assert all(term.ground and term.notice_days >= 7 for term in retention.terms.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [("notice_days: 60", "notice_days: 0"), ("notice_days: 30", "notice_days: 365"),
     ("handled_updates: 6", "handled_updates: 9"),
     ("after_days: 365", "after: 365"), ('ground: "Wissen', 'grond: "Wissen')],
)  # fmt: skip
def test_a_term_that_would_surprise_somebody_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (CONTENT_DIRECTORY / "retention.yaml").read_text()
    assert old in text
    path = tmp_path / "retention.yaml"
    path.write_text(text.replace(old, new))

    with pytest.raises(ContentError):
        load_retention(path)


def test_what_people_read_is_what_happens() -> None:
    """Who changes a term changes the words at /privacy and in the register as well."""
    retention = load_retention()
    terms, machine = retention.terms, retention.machine
    privacy = (ROOT / "templates/people/privacy/show_privacy.html.j2").read_text()
    register = (ROOT / "docs/privacy/verwerkingsregister.md").read_text()

    assert round(terms[TermId.IDLE_ORGANISATION].after_days / 365.25) == 5
    assert "vijf jaar niets" in privacy
    assert "5 jaar nadat" in register
    assert terms[TermId.IDLE_PERSON].after_days == 365
    assert "een jaar geen rol" in privacy
    assert "1 jaar na" in register
    for days in (
        *(f"{term.notice_days} dagen" for term in terms.values()),
        f"{machine.handled_updates} dagen", f"{machine.sent_messages} dagen", f"{machine.sent_once} dagen",
        f"{machine.invitation_tries} dag", f"{machine.invitation_labels} dagen",
    ):  # fmt: skip
        assert days in register
