"""`python -m bot import-norms`: what was found is printed, and nothing is stored before somebody says yes."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.__main__ import main
from bot.norm_command import import_norms
from storage.content import load_frameworks
from storage.sql.vault import MasterKey
from tests.domain import norm_documents as documents


@pytest.fixture
def database_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:a")
    monkeypatch.setenv("HANDVAT_ENCRYPTION_KEY", MasterKey.generate())
    monkeypatch.setenv("HANDVAT_ADMINS", "999")
    monkeypatch.setenv("HANDVAT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'handvat.db'}")
    monkeypatch.delenv("HANDVAT_CLOCK_URL", raising=False)
    return tmp_path / "handvat.db"


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    label = next(iter(load_frameworks().values()))
    file = tmp_path / "handboek.txt"
    file.write_text(documents.handbook(label, documents.invented(label)), encoding="utf-8")
    return file


def stored(file: Path) -> list[tuple[str, str]]:
    with sa.create_engine(f"sqlite:///{file}").connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT scope, status FROM official_text")]


def test_norms_are_printed_and_stored_after_a_yes(
    database_file: Path, handbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert import_norms(str(handbook), ask=lambda _: "ja") == 0

    printed = capsys.readouterr().out
    assert "49 of 49 norms" in printed
    assert stored(database_file) == [("installation", "shown")]


def test_without_a_yes_nothing_is_stored(database_file: Path, handbook: Path) -> None:
    assert import_norms(str(handbook), ask=lambda _: "") == 0

    assert stored(database_file) == []


def test_a_second_import_takes_the_place_of_the_first_and_both_can_go(database_file: Path, handbook: Path) -> None:
    assert main(["import-norms", str(handbook), "--yes"]) == 0
    assert main(["import-norms", str(handbook), "--yes"]) == 0
    assert [status for _, status in stored(database_file)] == ["withdrawn", "shown"]

    assert main(["import-norms", "--withdraw"]) == 0

    assert [status for _, status in stored(database_file)] == ["withdrawn", "withdrawn"]


@pytest.mark.usefixtures("database_file")
def test_a_file_that_gives_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "kapot.pdf"
    broken.write_bytes(b"%PDF-1.7 nonsense")

    assert main(["import-norms", str(broken), "--yes"]) == 1
    assert main(["import-norms", str(tmp_path / "nergens.txt"), "--yes"]) == 1

    assert "broken" in capsys.readouterr().err


@pytest.mark.usefixtures("database_file")
def test_it_needs_a_file_and_somebody_who_answers_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import-norms"]) == 1
    monkeypatch.setenv("HANDVAT_ADMINS", "")
    assert main(["import-norms", "x.txt"]) == 1

    errors = capsys.readouterr().err
    assert "needs a file" in errors
    assert "HANDVAT_ADMINS" in errors
