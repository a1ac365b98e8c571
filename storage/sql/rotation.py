"""Brings everything that hangs on a master key under the first one, so that the older ones can go.

Data keys stay what they are and are only wrapped anew, so nothing that people wrote is touched, and processes that have
opened them go on. What they must have is the new key in their environment, before this is done.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from msgspec import Struct

from storage.sql.tables import data_key, organisation
from storage.sql.vault import Keyring, Vault


class Rotated(Struct, frozen=True):
    """How many data keys were wrapped anew, and how many hung on the first key already."""

    rewrapped: int
    kept: int


def rotate(engine: sa.Engine, keyring: Keyring) -> Rotated:
    """Wrap every data key with the first master key, in one transaction.

    Raises:
        Unreadable: a data key hangs on a master key that is not in the environment; nothing is changed.
    """
    with engine.begin() as connection:
        # Held until the end: whoever makes a fingerprint meanwhile waits, and then follows the new key.
        rows = connection.execute(sa.select(data_key).order_by(data_key.c.id).with_for_update()).all()
        old = [row for row in rows if row.master_key != keyring.current.id]
        for row in old:
            wrapped = keyring.current.wrap(keyring.master(row.master_key).unwrap(row.wrapped, row.scope), row.scope)
            change = data_key.update().where(data_key.c.id == row.id)
            connection.execute(change.values(wrapped=wrapped, master_key=keyring.current.id))
        if old:
            _renew_fingerprints(connection, keyring)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:  # what was wrapped with the old key should not linger beside the file
            connection.rollback()
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Rotated(len(old), len(rows) - len(old))


def _renew_fingerprints(connection: sa.Connection, keyring: Keyring) -> None:
    """Member numbers are found again by a fingerprint, which follows the master key."""
    vault = Vault(keyring, connection, datetime.now(UTC))
    numbered = organisation.c.member_number_sealed.is_not(None)
    known = sa.select(organisation.c.id, organisation.c.member_number_sealed).where(numbered)
    for row in connection.execute(known).all():
        number = vault.open(f"organisation.member_number:{row.id}", row.member_number_sealed)
        fingerprint = vault.fingerprint("member_number", number)
        connection.execute(
            organisation.update().where(organisation.c.id == row.id).values(member_number_hash=fingerprint)
        )
