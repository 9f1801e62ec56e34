"""Personal data at rest: one key per person, wrapped by the installation key; search through a blind index.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce per value; the blind index is HMAC-SHA-256 cut to 16 bytes
under a key of its own (HKDF, RFC 5869). Destroying a person's wrapped key makes all that person's data unreadable.
"""

from __future__ import annotations

import hmac
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from zoufang.core.errors import BadInput

NONCE = 12
INDEX_BYTES = 16
_TO_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Vault:
    """What the installation key in `path` can do; `vault_at` keeps one a file."""

    def __init__(self, path: Path) -> None:
        installation = _installation_key(path)
        self._wrap = AESGCM(_derived(installation, b"wrap"))
        self._index = _derived(installation, b"index")

    def wrap(self, key: bytes, owner: str) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._wrap.encrypt(nonce, key, owner.encode())

    def unwrap(self, wrapped: bytes | memoryview, owner: str) -> bytes:
        return _open(self._wrap, bytes(wrapped), owner)

    def blind_index(self, value: str, kind: str) -> bytes:
        normal = value.strip().upper().replace(" ", "")
        return hmac.digest(self._index, f"{kind}:{normal}".encode(), "sha256")[:INDEX_BYTES]


@cache
def vault_at(path: Path) -> Vault:
    return Vault(path)


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


def seal(key: bytes, value: Any, field: str) -> bytes:
    """`value` (anything JSON) under a person's key, bound to the name of its field."""
    return seal_with(AESGCM(key), value, field)


def seal_with(cipher: AESGCM, value: Any, field: str) -> bytes:
    """The same for several values of one person: making the cipher costs more than using it."""
    nonce = os.urandom(NONCE)
    return nonce + cipher.encrypt(nonce, _TO_JSON(value).encode(), field.encode())


def unseal(key: bytes, sealed: bytes | memoryview, field: str) -> Any:
    return json.loads(_open(AESGCM(key), bytes(sealed), field))


def _open(cipher: AESGCM, sealed: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except InvalidTag:
        raise BadInput(
            f"Sealed data of {bound_to} cannot be opened: wrong installation key, or changed data."
        ) from None


def _installation_key(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(os.urandom(32))
    key = path.read_bytes()
    if len(key) != 32:
        raise BadInput(f"The installation key {path.name} is not 32 bytes. Restore it from the backup.")
    return key


def _derived(installation: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(installation)
