"""When a loan that was non-performing by its days may rise again (CN-C5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from zoufang.core.portfolio.day_count import DayCount, add_months
from zoufang.core.portfolio.policy import AgeingPolicy
from zoufang.core.portfolio.watch import Kept


def upgrade_pending(schedule: Iterable[Kept], day: date, count: DayCount, policy: AgeingPolicy) -> bool:
    """Whether the loan was over 90 days late and has not since paid all arrears and then kept on paying.

    It must keep `upgrade_periods` instalments in a row and `upgrade_months`, whichever is longer.
    """
    fallen, clear, kept = False, None, 0
    for owed in sorted((o for o in schedule if o.due <= day), key=lambda o: o.due):
        if fallen and _risen(clear, kept, owed.due, policy):
            fallen = False
        if count.overdue(owed.due, owed.settled_on or day):
            fallen = fallen or count.days(owed.due, owed.settled_on or day) > policy.non_performing_over
            clear, kept = owed.settled_on, 0
        elif clear is not None and owed.settled_on is not None and owed.due >= clear:
            kept += 1
    return fallen and not _risen(clear, kept, day, policy)


def _risen(clear: date | None, kept: int, by: date, policy: AgeingPolicy) -> bool:
    if clear is None or kept < policy.upgrade_periods:
        return False
    return add_months(clear, policy.upgrade_months) <= by
