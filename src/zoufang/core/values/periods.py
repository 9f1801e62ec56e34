"""Dates, times of day and zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from zoufang.core.errors import BadInput

BANK_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from `start` to `end`, both included; `end` None is open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise BadInput(f"Period ends {self.end} before it starts {self.start}. Swap or correct the dates.")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True, order=True)
class TimeWindow:
    """Times of one local day as minutes after midnight, [start, end)."""

    start_min: int
    end_min: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_min < self.end_min <= 24 * 60:
            raise BadInput(
                f"Time window {self.start_min}-{self.end_min} is impossible. Use 0 <= start < end <= 1440."
            )

    def __contains__(self, minute: int) -> bool:
        return self.start_min <= minute < self.end_min

    def covers(self, other: TimeWindow) -> bool:
        return self.start_min <= other.start_min and other.end_min <= self.end_min

    def __str__(self) -> str:
        return f"{hhmm(self.start_min)}-{hhmm(self.end_min)}"


def hhmm(minute: int) -> str:
    """`510` → `08:30`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def local_minute(at: datetime, zone: ZoneInfo = BANK_ZONE) -> int:
    """Minutes after local midnight of an aware datetime."""
    if at.tzinfo is None:
        raise BadInput(f"Time {at} carries no zone. Attach one where the time is made.")
    return minutes(at.astimezone(zone).time())


def days_between(start: date, end: date) -> list[date]:
    """Every day from `start` to `end`, both included."""
    return [start + timedelta(days=i) for i in range((end - start).days + 1)]
