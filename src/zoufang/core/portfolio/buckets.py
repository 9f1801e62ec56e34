"""Buckets of delay M0 to M7+ (A2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput

DAYS_PER_BUCKET = 30


class Bucket(StrEnum):
    M0 = "M0"
    M1 = "M1"
    M2 = "M2"
    M3 = "M3"
    M4 = "M4"
    M5 = "M5"
    M6 = "M6"
    M7_UP = "M7+"

    @property
    def months(self) -> int:
        return BUCKETS.index(self)


BUCKETS = tuple(Bucket)


@dataclass(frozen=True, slots=True)
class Position:
    """Where one account stands on one day: all that bucket tables and roll rates need."""

    account: str
    on: date
    bucket: Bucket
    balance_fen: int
    written_off: bool = False


@dataclass(frozen=True, slots=True)
class BucketRow:
    bucket: Bucket
    count: int
    balance_fen: int


def bucket_of(dpd: int) -> Bucket:
    """The bucket of `dpd` days past due: M0 = 0, M1 = 1-30, M2 = 31-60, ... M7+ = over 180."""
    if dpd < 0:
        raise BadInput(f"{dpd} days past due is impossible. Give 0 or more.")
    return bucket_of_months(-(-dpd // DAYS_PER_BUCKET))


def bucket_of_months(missed: int) -> Bucket:
    """The bucket of `missed` statements, as cards count; zero and less (paid, unused) is M0."""
    return BUCKETS[min(max(missed, 0), len(BUCKETS) - 1)]


def bucket_table(positions: Iterable[Position]) -> tuple[BucketRow, ...]:
    """Count and balance in each bucket, empty ones too; written-off accounts stand in their own report."""
    balances: dict[Bucket, list[int]] = {bucket: [] for bucket in BUCKETS}
    for position in positions:
        if not position.written_off:
            balances[position.bucket].append(position.balance_fen)
    return tuple(BucketRow(bucket, len(held), sum(held)) for bucket, held in balances.items())
