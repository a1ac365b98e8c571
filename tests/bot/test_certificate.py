"""The certificate is read as the person who asked for it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.certificates import load_certificate
from bot.rendering import certificate
from domain.certificate import CertificateStatus, StatusReason
from domain.process import EventKind
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


def test_the_pdf_after_a_corrected_date_is_the_new_edition(cast: RegisterCast) -> None:
    made = cast.certify().certificate
    with cast.keeps("Sanne") as process:
        event = next(e for e in process.events(cast.audit) if e.kind is EventKind.CERTIFICATE_ISSUED)
        process.correct(event, date(2027, 1, 25), cast.now)
    with cast.registers() as register:
        now = register.remake(made.id, MADE_ON, cast.now, seen=1).certificate

    with cast.database.begin() as work:
        data = load_certificate(work, CHATS["Samira"], made.id, cast.now)

    assert (data.edition, data.code, data.valid_from) == (2, now.code, date(2027, 1, 25))
    assert data.code != made.code


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
