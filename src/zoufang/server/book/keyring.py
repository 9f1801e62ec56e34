"""The installation's keys in their file: one of 32 bytes, or after the first rotation several with their versions.

`match` stays for good: pseudonyms that stand as keys of people in other rows, and codes, hang on it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zoufang.core.errors import BadInput

FORMAT = "zoufang-keys-1"
BYTES = 32


@dataclass(frozen=True, slots=True)
class RingKey:
    """`retired`: nothing is sealed with it any more, and nothing in the database was."""

    version: int
    secret: bytes
    made: str = ""
    retired: str = ""


@dataclass(frozen=True, slots=True)
class Keyring:
    """`index_before`: while indexes are made anew both versions are searched; then it is empty again."""

    keys: tuple[RingKey, ...]
    current: int
    match: bytes
    index_before: int | None = None

    def __post_init__(self) -> None:
        if self.current not in {key.version for key in self.keys}:
            raise BadInput(f"The key file holds no key of version {self.current}. Restore it from the backup.")

    @property
    def turning(self) -> bool:
        """A rotation has begun and is not over."""
        return self.index_before is not None

    def secret(self, version: int) -> bytes:
        for key in self.keys:
            if key.version == version:
                return key.secret
        raise BadInput(f"The key file holds no key of version {version}. Restore it from the backup.")

    def with_new_key(self, at: datetime) -> Keyring:
        new = RingKey(max(key.version for key in self.keys) + 1, os.urandom(BYTES), at.isoformat())
        return replace(self, keys=(*self.keys, new), current=new.version, index_before=self.current)

    def settled(self, at: datetime) -> Keyring:
        """All but the current key are retired: they open backups, and seal nothing."""
        keys = tuple(
            key if key.version == self.current or key.retired else replace(key, retired=at.isoformat())
            for key in self.keys
        )
        return replace(self, keys=keys, index_before=None)

    def without(self, version: int) -> Keyring:
        return replace(self, keys=tuple(key for key in self.keys if key.version != version))


def read_keyring(path: Path) -> Keyring:
    """The keys in `path`; the first reader of a new installation makes the first one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(os.urandom(BYTES))
    raw = path.read_bytes()
    if len(raw) == BYTES:
        return Keyring((RingKey(1, raw),), 1, derived(raw, b"index"))
    try:
        return _parsed(json.loads(raw))
    except (ValueError, KeyError, TypeError):
        raise BadInput(
            f"The installation key {path.name} is neither 32 bytes nor a list of keys. Restore it from the backup."
        ) from None


def write_keyring(path: Path, ring: Keyring) -> None:
    """All or nothing: a crash leaves the file as it was, or as it shall be."""
    body = {
        "format": FORMAT,
        "current": ring.current,
        "index_before": ring.index_before,
        "match": ring.match.hex(),
        "keys": [
            {"version": key.version, "secret": key.secret.hex(), "made": key.made, "retired": key.retired}
            for key in ring.keys
        ],
    }
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(json.dumps(body, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)


def _parsed(body: dict[str, object]) -> Keyring:
    keys = tuple(
        RingKey(int(one["version"]), bytes.fromhex(one["secret"]), one["made"], one["retired"])
        for one in body["keys"]  # type: ignore[attr-defined]
    )
    before = body["index_before"]
    return Keyring(
        keys,
        int(str(body["current"])),
        bytes.fromhex(str(body["match"])),
        None if before is None else int(str(before)),
    )
