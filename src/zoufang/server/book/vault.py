"""Personal data at rest: one key per person, wrapped by the installation key; search through a blind index.

The blind index is HMAC-SHA-256 cut to 16 bytes under a key of its own (HKDF, RFC 5869). Destroying a person's
wrapped key makes all that person's data unreadable. A setting says which cipher seals; a ciphertext names its own.
"""

from __future__ import annotations

import hmac
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.book.ciphers import NONCE as NONCE
from zoufang.server.book.ciphers import Sealer, named, open_with, read_head, sealer
from zoufang.server.book.keyring import Keyring, derived, read_keyring

INDEX_BYTES = 16
# Kinds by which rows are searched: made anew when keys rotate. Pseudonyms and codes of all other kinds stay.
SEARCHED = frozenset({"name", "id", "id_last4", "phone", "phone_last4", "address"})
_TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Vault:
    """What the installation's keys can do; `vault_at` keeps one for each state of their file."""

    def __init__(self, ring: Keyring) -> None:
        self.ring = ring
        self._sealer: Sealer = sealer(_wrapping(ring, ring.current), named(settings.ZOUFANG_CIPHER), ring.current)
        self._index = _index_key(ring, ring.current)

    def wrap(self, key: bytes, owner: str) -> bytes:
        return self._sealer.seal(key, owner.encode())

    def unwrap(self, wrapped: bytes | memoryview, owner: str) -> bytes:
        sealed = bytes(wrapped)
        head = read_head(sealed)
        known = {key.version for key in self.ring.keys}
        versions = [head[1] if head else 1] + ([1] if head else [])
        for version in versions:
            if version in known:
                try:
                    return open_with(_wrapping(self.ring, version), sealed, owner.encode())
                except InvalidTag:
                    continue
        raise _unreadable(owner)

    def blind_index(self, value: str, kind: str) -> bytes:
        """Under the current key where it is searched by, else the pseudonym that never changes."""
        return _hashed(self._index if kind in SEARCHED else self.ring.match, value, kind)

    def blind_indexes(self, value: str, kind: str) -> list[bytes]:
        """What a search compares: two while a rotation is under way."""
        found = [self.blind_index(value, kind)]
        if self.ring.index_before is not None and kind in SEARCHED:
            found.append(_hashed(_index_key(self.ring, self.ring.index_before), value, kind))
        return found

    def pseudonym(self, value: str, kind: str) -> bytes:
        """What stands for a value in keys of rows, whatever keys rotate."""
        return _hashed(self.ring.match, value, kind)


def vault_at(path: Path) -> Vault:
    """Read again once the file has changed: a process that runs for days seals with the key of today."""
    try:
        told = path.stat()
    except FileNotFoundError:
        read_keyring(path)
        told = path.stat()
    return _vault(path, (told.st_mtime_ns, told.st_ino, told.st_size), settings.ZOUFANG_CIPHER)


@lru_cache(maxsize=8)
def _vault(path: Path, stamp: tuple[int, int, int], cipher: str) -> Vault:
    return Vault(read_keyring(path))


def key_file() -> Path:
    path: Path = settings.ZOUFANG_KEY_FILE
    return path


def new_key() -> bytes:
    """A fresh data key for one person (32 bytes, in the clear: seal it with `wrap` before it is stored)."""
    return os.urandom(32)


def wrap(key: bytes, owner: str) -> bytes:
    return vault_at(key_file()).wrap(key, owner)


def unwrap(wrapped: bytes | memoryview, owner: str) -> bytes:
    return vault_at(key_file()).unwrap(wrapped, owner)


def blind_index(value: str, kind: str) -> bytes:
    """What an exact search compares; `kind` keeps equal texts of different fields apart."""
    return vault_at(key_file()).blind_index(value, kind)


def blind_indexes(value: str, kind: str) -> list[bytes]:
    return vault_at(key_file()).blind_indexes(value, kind)


def pseudonym(value: str, kind: str) -> bytes:
    return vault_at(key_file()).pseudonym(value, kind)


def require_settled() -> None:
    """Conflict while keys rotate: what compares stored indexes in bulk would take known people for new ones."""
    if vault_at(key_file()).ring.turning:
        text = gettext_noop("Keys are being rotated. Let `zoufang keys rotate` end, then import the file again.")
        raise Conflict(Message(text))


def cipher(key: bytes) -> Sealer:
    """A person's key ready to seal several values."""
    return sealer(key, named(settings.ZOUFANG_CIPHER))


def seal(key: bytes, value: Any, field: str) -> bytes:
    """`value` (anything JSON) under a person's key, bound to the name of its field."""
    return seal_with(cipher(key), value, field)


def seal_with(ready: Sealer, value: Any, field: str) -> bytes:
    """The same for several values of one person: making the cipher costs more than using it."""
    return ready.seal(_TO_JSON(value).encode(), field.encode())


def unseal(key: bytes, sealed: bytes | memoryview, field: str) -> Any:
    try:
        return json.loads(open_with(key, bytes(sealed), field.encode()))
    except InvalidTag:
        raise _unreadable(field) from None


def _unreadable(bound_to: str) -> BadInput:
    return BadInput(f"Sealed data of {bound_to} cannot be opened: wrong installation key, or changed data.")


def _hashed(key: bytes, value: str, kind: str) -> bytes:
    normal = value.strip().upper().replace(" ", "")
    return hmac.digest(key, f"{kind}:{normal}".encode(), "sha256")[:INDEX_BYTES]


@lru_cache(maxsize=16)
def _wrapping(ring: Keyring, version: int) -> bytes:
    return derived(ring.secret(version), b"wrap")


def _index_key(ring: Keyring, version: int) -> bytes:
    return derived(ring.secret(version), b"index")
