"""Encryption at rest: AES-256-GCM, a data key per scope, wrapped by a master key outside the database.

A scope is "organisation:12", "people", "inbox" or "talk" (screens, conversations, jobs). Deleting
the data key of an organisation makes its texts unreadable, also where a copy of them is left behind.
Every sealed value names its key and is bound to its place (table, column, row), so that rows cannot
be swapped by whoever can write to the database.

    sealed = 0x01 | key id (4 bytes) | nonce (12 bytes) | ciphertext with tag
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.sql.tables import data_key

_VERSION = b"\x01"
_NONCE = 12
_HEAD = 1 + 4
_FOLLOWED = "people"  # the scope whose master key makes the fingerprints


class Unreadable(Exception):
    """A sealed value cannot be opened: another master key, an erased data key, or tampering."""


class MasterKey:
    """One 256-bit key from the environment; `id` is a fingerprint that may be stored."""

    def __init__(self, key: bytes) -> None:
        self.id = hashlib.sha256(b"handvat master key" + key).hexdigest()[:16]
        self._cipher = AESGCM(key)
        self._key = key

    @classmethod
    def parse(cls, text: str) -> MasterKey:
        """Return the key that a person put in the environment: 32 bytes as base64 or hexadecimal.

        Raises:
            ValueError: it is anything else.
        """
        raw = text.strip()
        for decode in (bytes.fromhex, _decode_base64):
            try:
                key = decode(raw)
            except ValueError:
                continue
            if len(key) == 32:
                return cls(key)
        raise ValueError("an encryption key is 32 random bytes, written as base64 or hexadecimal")

    @staticmethod
    def generate() -> str:
        """Return a new random key as text for the environment."""
        return base64.urlsafe_b64encode(os.urandom(32)).decode()

    def wrap(self, key: bytes, scope: str) -> bytes:
        """Encrypt a data key for storage."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, scope.encode())

    def unwrap(self, wrapped: bytes, scope: str) -> bytes:
        """Decrypt a stored data key. Raises InvalidTag for another master key."""
        return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], scope.encode())

    def fingerprint(self, purpose: str, text: str) -> bytes:
        """Return a keyed hash, to find a value again without being able to read it."""
        return hmac.new(self._key, f"{purpose}\0{text}".encode(), hashlib.sha256).digest()


def _decode_base64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)) if text.isascii() else b""


class Keyring:
    """The opened data keys of this process. Only keys of committed transactions are kept."""

    def __init__(self, masters: Sequence[MasterKey]) -> None:
        if not masters:
            raise ValueError("at least one master key is needed")
        self.masters = {master.id: master for master in masters}
        self.current = masters[0]
        self.by_scope: dict[str, int] = {}
        self.by_id: dict[int, AESGCM] = {}

    def master(self, id_: str) -> MasterKey:
        """Return a master key by its fingerprint. Raises Unreadable when the environment does not hold it."""
        if id_ not in self.masters:
            raise Unreadable(f"the master key {id_} is not in HANDVAT_ENCRYPTION_KEY")
        return self.masters[id_]


class Vault:
    """Seals and opens texts within one transaction; makes data keys where they are missing."""

    def __init__(self, keyring: Keyring, connection: sa.Connection, now: datetime) -> None:
        self._ring = keyring
        self._connection = connection
        self.now = now
        self._new_scopes: dict[str, int] = {}
        self._new_ciphers: dict[int, AESGCM] = {}

    def seal(self, scope: str, place: str, text: str) -> bytes:
        """Return the text encrypted for one place, such as "answer.reason:12:D9"."""
        return self.seal_bytes(scope, place, text.encode(errors="surrogatepass"))

    def open(self, place: str, sealed: bytes | None) -> str:
        """Return the text that was sealed for this place; empty for None.

        Raises:
            Unreadable
        """
        return "" if sealed is None else self.open_bytes(place, sealed).decode(errors="surrogatepass")

    def seal_bytes(self, scope: str, place: str, content: bytes) -> bytes:
        """Return bytes encrypted for one place."""
        key_id = self._key_for(scope)
        nonce = os.urandom(_NONCE)
        return b"".join((_VERSION, key_id.to_bytes(4, "big"), nonce,
                         self._cipher(key_id).encrypt(nonce, content, place.encode())))  # fmt: skip

    def open_bytes(self, place: str, sealed: bytes) -> bytes:
        """Return the bytes that were sealed for this place. Raises Unreadable."""
        if sealed[:1] != _VERSION:
            raise Unreadable(place)
        cipher = self._cipher(int.from_bytes(sealed[1:_HEAD], "big"))
        try:
            return cipher.decrypt(sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :], place.encode())
        except InvalidTag as error:
            raise Unreadable(place) from error

    def fingerprint(self, purpose: str, text: str) -> bytes:
        """Return a keyed hash of a value that has to be found again.

        By the master key that wraps the names of people, so that every process follows a rotation in the same
        instant (storage/sql/rotation.py), whatever stands first in its environment.

        Raises:
            Unreadable: that key is not in the environment.
        """
        follows = sa.select(data_key.c.master_key).where(data_key.c.scope == _FOLLOWED).with_for_update(read=True)
        master_id = self._connection.execute(follows).scalar()
        if master_id is None:
            return self._ring.current.fingerprint(purpose, text)
        return self._ring.master(master_id).fingerprint(purpose, text)

    def forget(self, scope: str) -> None:
        """Destroy the data key of a scope: whatever it sealed can never be read again."""
        self._connection.execute(data_key.delete().where(data_key.c.scope == scope))
        key_id = self._ring.by_scope.pop(scope, None) or self._new_scopes.pop(scope, None)
        if key_id is not None:
            self._ring.by_id.pop(key_id, None)
            self._new_ciphers.pop(key_id, None)

    def committed(self) -> None:
        """Keep the keys that this transaction made or read, now that it is committed."""
        self._ring.by_scope.update(self._new_scopes)
        self._ring.by_id.update(self._new_ciphers)

    def _key_for(self, scope: str) -> int:
        key_id = self._ring.by_scope.get(scope) or self._new_scopes.get(scope)
        if key_id is None:
            row = self._connection.execute(sa.select(data_key).where(data_key.c.scope == scope)).first()
            key_id = self._remember(row) if row is not None else self._make(scope)
        return key_id

    def _cipher(self, key_id: int) -> AESGCM:
        cipher = self._ring.by_id.get(key_id) or self._new_ciphers.get(key_id)
        if cipher is None:
            row = self._connection.execute(sa.select(data_key).where(data_key.c.id == key_id)).first()
            if row is None:
                raise Unreadable(f"data key {key_id} is gone")
            self._remember(row)
            cipher = self._new_ciphers[key_id]
        return cipher

    def _remember(self, row: sa.Row[tuple[object, ...]]) -> int:
        self._new_ciphers[row.id] = AESGCM(self._ring.master(row.master_key).unwrap(row.wrapped, row.scope))
        self._new_scopes[row.scope] = row.id
        return int(row.id)

    def _make(self, scope: str) -> int:
        key = AESGCM.generate_key(256)
        master = self._ring.current
        values = {"scope": scope, "wrapped": master.wrap(key, scope), "master_key": master.id, "created_at": self.now}
        # Two processes may need the first key of a scope at the same moment; one of them wins.
        insert = _insert_or_ignore(self._connection, values)
        self._connection.execute(insert)
        row = self._connection.execute(sa.select(data_key).where(data_key.c.scope == scope)).one()
        return self._remember(row)


def _insert_or_ignore(connection: sa.Connection, values: dict[str, object]) -> sa.Insert:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        return pg_insert(data_key).values(values).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(data_key).values(values).on_conflict_do_nothing()
