"""How a value is sealed: AES-256-GCM (NIST SP 800-38D) or SM4-GCM (GB/T 32907, GB/T 17964), by setting.

A sealed value begins with three bytes that mark it, one that names the algorithm and two for the version of its
key; then a random 96-bit nonce, the ciphertext and its tag. Values from before this mark are AES-256-GCM.
"""

from __future__ import annotations

import hmac
import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from zoufang.core.errors import BadInput

MARK = b"\x00ZF"
HEAD = len(MARK) + 3
NONCE, TAG = 12, 16


class Algorithm(StrEnum):
    AES = "AES-256-GCM"
    SM4 = "SM4-GCM"


CODES = {1: Algorithm.AES, 2: Algorithm.SM4}
CODE_OF = {algorithm: code for code, algorithm in CODES.items()}


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class Sm4Gcm:
    """SM4 takes 128 bits: they are derived from the 256 of the key."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"SM4-GCM", "sha256")[:16]

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        context = Cipher(algorithms.SM4(self._key), modes.GCM(nonce)).encryptor()
        context.authenticate_additional_data(associated_data or b"")
        sealed = context.update(data) + context.finalize()
        return sealed + context.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        mode = modes.GCM(nonce, data[-TAG:])
        context = Cipher(algorithms.SM4(self._key), mode).decryptor()
        context.authenticate_additional_data(associated_data or b"")
        return context.update(data[:-TAG]) + context.finalize()


@dataclass(frozen=True, slots=True)
class Sealer:
    """One key ready for use: making it costs more than sealing with it."""

    head: bytes
    aead: _Aead

    def seal(self, data: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        return self.head + nonce + self.aead.encrypt(nonce, data, bound_to)


def sealer(key: bytes, algorithm: Algorithm, version: int = 1) -> Sealer:
    return Sealer(head_of(algorithm, version), _aead(algorithm, key))


def head_of(algorithm: Algorithm, version: int) -> bytes:
    return MARK + bytes([CODE_OF[algorithm]]) + version.to_bytes(2, "big")


def named(value: str) -> Algorithm:
    """BadInput for a setting that names none."""
    try:
        return Algorithm(value)
    except ValueError:
        raise BadInput(f"ZOUFANG_CIPHER is {value!r}. Set {Algorithm.AES} or {Algorithm.SM4}.") from None


def read_head(sealed: bytes) -> tuple[Algorithm, int] | None:
    """Algorithm and key version; None for a value from before they were named."""
    if not sealed.startswith(MARK) or len(sealed) < HEAD or sealed[len(MARK)] not in CODES:
        return None
    return CODES[sealed[len(MARK)]], int.from_bytes(sealed[len(MARK) + 1 : HEAD], "big")


def open_with(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """InvalidTag for another key, another use or changed data. An old value may begin like the mark by chance."""
    head = read_head(sealed)
    if head is not None:
        try:
            return _opened(head[0], key, sealed[HEAD:], bound_to)
        except InvalidTag:
            pass
    return _opened(Algorithm.AES, key, sealed, bound_to)


def _opened(algorithm: Algorithm, key: bytes, body: bytes, bound_to: bytes) -> bytes:
    if len(body) < NONCE + TAG:
        raise InvalidTag
    return _aead(algorithm, key).decrypt(body[:NONCE], body[NONCE:], bound_to)


def _aead(algorithm: Algorithm, key: bytes) -> _Aead:
    return AESGCM(key) if algorithm is Algorithm.AES else Sm4Gcm(key)
