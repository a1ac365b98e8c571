"""The certificate is read as the person who asked for it."""

from __future__ import annotations

import pytest

from bot.certificates import load_certificate
from bot.rendering import certificate
from domain.certificate import CertificateStatus, StatusReason
from storage.interfaces import Refusal
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.process_cast import CHATS
from tests.storage.test_register import MADE_ON, RegisterCast

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> RegisterCast:
    cast = RegisterCast(database, clock)
    cast.assemble()
    cast.finish()
    return cast


@pytest.mark.parametrize("name", ["Samira", "Tom", "Sanne"])
def test_member_ci_and_secretariat_get_the_pdf(cast: RegisterCast, name: str) -> None:
    made = cast.certify().certificate

    with cast.database.begin() as work:
        data = load_certificate(work, CHATS[name], made.id, cast.now)

    assert (data.number, data.organisation, data.is_valid) == (made.number, "Welzijn Rivierenland", True)
    file, content = certificate(data)
    assert file == f"Certificaat Welzijn Rivierenland {made.number}.pdf"
    assert content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["Bea", "Ina", "Sam", "Noor"])
def test_nobody_else_does(cast: RegisterCast, name: str) -> None:
    made = cast.certify().certificate

    with cast.database.begin() as work, pytest.raises(Refusal):
        load_certificate(work, CHATS[name], made.id, cast.now)


def test_a_suspended_one_is_marked(cast: RegisterCast) -> None:
    made = cast.certify().certificate
    with cast.registers() as register:
        register.set_status(
            made.id, CertificateStatus.SUSPENDED, MADE_ON, StatusReason.OTHER, cast.now, seen=made.version
        )

    with cast.database.begin() as work:
        assert not load_certificate(work, CHATS["Samira"], made.id, cast.now).is_valid
