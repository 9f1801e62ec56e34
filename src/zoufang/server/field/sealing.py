"""Seal to a public key, and open: ECIES from ECDH on P-256, HKDF-SHA-256 and AES-256-GCM (decision 0012).

A sealed text is the ephemeral point (65 bytes), the nonce (12) and the ciphertext with its tag.
field/src/sealing.ts is the other side.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from zoufang.core.errors import BadInput

POINT, NONCE = 65, 12
CURVE = ec.SECP256R1()


def new_pair() -> tuple[bytes, bytes]:
    """Private number (32 bytes) and public point of a fresh key."""
    made = ec.generate_private_key(CURVE)
    return made.private_numbers().private_value.to_bytes(32, "big"), _point(made.public_key())


def checked_point(raw: bytes) -> bytes:
    """BadInput for what is no point on the curve."""
    _public(raw)
    return raw


def seal_to(public: bytes, text: bytes, *, purpose: str, bound_to: bytes) -> bytes:
    """`text` readable only with the private half of `public`; `bound_to` is not hidden, but cannot be changed."""
    ephemeral = ec.generate_private_key(CURVE)
    point = _point(ephemeral.public_key())
    key = _key(ephemeral.exchange(ec.ECDH(), _public(public)), point, public, purpose)
    nonce = os.urandom(NONCE)
    return point + nonce + AESGCM(key).encrypt(nonce, text, bound_to)


def open_with(private: bytes, sealed: bytes, *, purpose: str, bound_to: bytes) -> bytes:
    """BadInput where it was sealed to another key, for another purpose, or changed since."""
    point, nonce, rest = sealed[:POINT], sealed[POINT : POINT + NONCE], sealed[POINT + NONCE :]
    own = ec.derive_private_key(int.from_bytes(private, "big"), CURVE)
    key = _key(own.exchange(ec.ECDH(), _public(point)), point, _point(own.public_key()), purpose)
    try:
        return AESGCM(key).decrypt(nonce, rest, bound_to)
    except (InvalidTag, ValueError):
        raise BadInput(
            "This was sealed to another key, or changed on the way. Ask the phone to send it again."
        ) from None


def _key(shared: bytes, ephemeral: bytes, recipient: bytes, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=ephemeral + recipient, info=f"zoufang {purpose} 1".encode())
    return derived.derive(shared)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _public(raw: bytes) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        raise BadInput("This is no point on P-256. Register the phone again.") from None
