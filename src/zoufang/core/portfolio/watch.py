"""The watch period after a restructure (CN-C4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from zoufang.core.portfolio.day_count import DayCount, add_months
from zoufang.core.portfolio.policy import AgeingPolicy


class Kept(Protocol):
    """An instalment with the day on which it was paid."""

    due: date
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class Watch:
    """`start` is the first payment date of the unbroken run; None until an instalment was kept."""

    start: date | None
    earliest_end: date | None
    kept_in_a_row: int
    performing_on: date | None
    passed_on: date | None


@dataclass(frozen=True, slots=True)
class RestructureStanding:
    """What the last restructure leaves behind: it never hides the delay before it."""

    on: date
    dpd_before: int
    oldest_due_before: date | None
    refinanced: bool
    again_in_watch: bool
    watch: Watch

    def carries_dpd(self, policy: AgeingPolicy) -> bool:
        """Whether the old DPD still counts (see AgeingPolicy)."""
        if self.dpd_before > policy.non_performing_over:
            return self.watch.passed_on is None
        return self.watch.performing_on is None and self.watch.passed_on is None


def watch_after(schedule: Iterable[Kept], day: date, count: DayCount, policy: AgeingPolicy) -> Watch:
    """Walk the new instalments up to `day`: enough kept in a row over a year pass, a missed one starts anew."""
    start, kept, performing = None, 0, None
    for owed in sorted((o for o in schedule if o.due <= day), key=lambda o: o.due):
        if passed := _passed(start, kept, owed.due, policy):
            return Watch(start, passed, kept, performing, passed)
        if owed.settled_on is not None and not count.overdue(owed.due, owed.settled_on):
            start, kept = start or owed.due, kept + 1
            if performing is None and kept >= policy.performing_periods:
                performing = max(owed.due, owed.settled_on)
        elif count.overdue(owed.due, owed.settled_on or day):
            start, kept = None, 0
    end = add_months(start, policy.watch_months) if start else None
    return Watch(start, end, kept, performing, _passed(start, kept, day, policy))


def _passed(start: date | None, kept: int, by: date, policy: AgeingPolicy) -> date | None:
    if start is None or kept < policy.watch_periods:
        return None
    end = add_months(start, policy.watch_months)
    return end if end <= by else None
