"""What is known of one visit's evidence, as the rules of completeness and grading ask it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, get_args

from zoufang.core.errors import BadInput
from zoufang.core.visits import EvidenceAdded, EvidenceKind, Paper, Positioned, VisitRecord

HashAlgorithm = Literal["SHA-256", "SM3"]
_LIBRARY_NAMES = {"SHA-256": "sha256", "SM3": "sm3"}
SPOKEN = frozenset({EvidenceKind.AUDIO, EvidenceKind.VIDEO})
# An event that reaches the server later than this was made where there was no signal, or the clock is wrong.
SKEW_LIMIT_S = 300


def digest(content: bytes, algorithm: str = "SHA-256") -> str:
    """64 hex digits: SHA-256 (GB/T 18238), or SM3 (GB/T 32905). BadInput where this machine's library lacks it."""
    if algorithm not in get_args(HashAlgorithm):
        raise BadInput(f"{algorithm!r} is no hash of evidence. Set SHA-256 or SM3.")
    try:
        return hashlib.new(_LIBRARY_NAMES[algorithm], content).hexdigest()
    except ValueError as error:
        raise BadInput(
            f"The OpenSSL of this machine has no {algorithm}. Set SHA-256, or another OpenSSL."
        ) from error


class Original(StrEnum):
    """The file behind a hash, as it lies here today."""

    WHOLE = "whole"
    CHANGED = "changed"
    NOT_KEPT = "not_kept"


@dataclass(frozen=True, slots=True)
class VisitProof:
    """`originals` by event id. None: nobody knows. `skew_s`: server time less device time, the largest one way."""

    record: VisitRecord
    papers: tuple[Paper, ...] = ()
    originals: Mapping[str, Original] = field(default_factory=dict)
    certified: bool | None = None
    cleared: bool | None = None
    skew_s: int = 0
    chained: bool = True
    from_paper: bool = False

    @property
    def positions(self) -> tuple[Positioned, ...]:
        """Check-ins and check-outs that carry a place."""
        return tuple(event for event in self.moves if event.position is not None)

    @property
    def moves(self) -> tuple[Positioned, ...]:
        return (*self.record.check_ins, *self.record.check_outs)

    @property
    def mocked(self) -> bool:
        return any(event.mock_location for event in self.moves)

    @property
    def announced(self) -> bool:
        """Who was met has been told of the recording: it is part of what is disclosed at the door."""
        return self.record.disclosed

    def kept(self, kinds: frozenset[EvidenceKind] | None = None) -> tuple[EvidenceAdded, ...]:
        """Files whose bytes are here and still have the hash of their capture."""
        return tuple(
            one
            for one in self.record.evidence
            if (kinds is None or one.evidence in kinds) and self.originals.get(one.id) is Original.WHOLE
        )

    @property
    def begun(self) -> bool:
        return bool(self.record.check_ins)
