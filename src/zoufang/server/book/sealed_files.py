"""Whole files at rest: sealed in frames, so that a large one never stands in memory.

A frame is 4 bytes of length, a nonce and the sealed piece; each is bound to its number and to being the last or
not, so that frames cannot be left out, doubled or moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import IO

from cryptography.exceptions import InvalidTag

from zoufang.core.errors import BadInput
from zoufang.server.book.ciphers import open_with
from zoufang.server.book.vault import cipher

FRAME = 1024 * 1024
LENGTH = 4


def seal_into(target: IO[bytes], pieces: Iterable[bytes], key: bytes) -> None:
    ready = cipher(key)
    for number, (piece, last) in enumerate(_frames(pieces)):
        sealed = ready.seal(piece, _bound_to(number, last=last))
        target.write(len(sealed).to_bytes(LENGTH, "big") + sealed)


def unseal_from(source: IO[bytes], key: bytes) -> Iterator[bytes]:
    """BadInput: another key, or the file was changed or cut short."""
    length = source.read(LENGTH)
    for number in count():
        sealed = source.read(int.from_bytes(length, "big"))
        length = source.read(LENGTH)
        try:
            yield open_with(key, sealed, _bound_to(number, last=not length))
        except (InvalidTag, ValueError):
            raise BadInput("The sealed file cannot be opened: wrong installation key, or changed data.") from None
        if not length:
            return


def _frames(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Pieces of one size, and whether each is the last; an empty file is one empty frame."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > FRAME:
            yield bytes(waiting[:FRAME]), False
            del waiting[:FRAME]
    yield bytes(waiting), True


def _bound_to(number: int, *, last: bool) -> bytes:
    return f"upload:{number}:{'last' if last else 'more'}".encode()
