"""An agency's statement against our own reckoning: every difference with its reason, and sums equal to the fen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zoufang.core.agencies.commission import CommissionLine


class Differs(StrEnum):
    COMMISSION = "commission"  # the same payment, another commission
    AMOUNT = "amount"  # the same case and day, another amount
    DAY = "day"  # the same case and amount, another day
    TWICE = "twice"  # claimed more than once
    NOT_OURS = "not_ours"  # we know no such payment, or it does not count for this placement
    NOT_CLAIMED = "not_claimed"  # it counts, and the agency's statement lacks it


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of the agency's statement; reversals are negative."""

    row: int
    case_no: str
    on: date
    amount_fen: int
    commission_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """`claimed` or `ours` is None where the other side knows nothing of it; `fen`: claimed less ours."""

    reason: Differs
    claimed: Claimed | None
    ours: CommissionLine | None

    @property
    def fen(self) -> int:
        theirs = self.claimed.commission_fen if self.claimed else 0
        return theirs - (self.ours.commission_fen if self.ours else 0)


@dataclass(frozen=True, slots=True)
class Reconciled:
    agreed: int
    claimed_fen: int
    ours_fen: int
    differences: tuple[Difference, ...]

    @property
    def difference_fen(self) -> int:
        return self.claimed_fen - self.ours_fen


Key = Callable[[Any], Any]
# From the surest to the loosest sign that two lines mean the same payment.
STEPS: tuple[tuple[Differs, Key], ...] = (
    (Differs.COMMISSION, lambda one: (one.case_no, one.on, one.amount_fen)),
    (Differs.AMOUNT, lambda one: (one.case_no, one.on)),
    (Differs.DAY, lambda one: (one.case_no, one.amount_fen)),
)


def reconcile(claimed: Sequence[Claimed], ours: Sequence[CommissionLine]) -> Reconciled:
    """Each line meets at most one of the other side. The sum of the differences is the difference of the sums."""
    exact, known = STEPS[0][1], {STEPS[0][1](line) for line in ours}
    theirs_left, ours_left, found, agreed = list(claimed), list(ours), [], 0
    for reason, key in STEPS:
        pairs, theirs_left, ours_left = _paired(theirs_left, ours_left, key)
        for one, line in pairs:
            if reason is Differs.COMMISSION and one.commission_fen == line.commission_fen:
                agreed += 1
            else:
                found.append(Difference(reason, one, line))
        if reason is Differs.COMMISSION:
            found += [Difference(Differs.TWICE, one, None) for one in theirs_left if exact(one) in known]
            theirs_left = [one for one in theirs_left if exact(one) not in known]
    found += [Difference(Differs.NOT_OURS, one, None) for one in theirs_left]
    found += [Difference(Differs.NOT_CLAIMED, None, line) for line in ours_left]
    return Reconciled(
        agreed=agreed,
        claimed_fen=sum(one.commission_fen for one in claimed),
        ours_fen=sum(line.commission_fen for line in ours),
        differences=tuple(found),
    )


def _paired(
    claimed: Iterable[Claimed], ours: Iterable[CommissionLine], key: Key
) -> tuple[list[tuple[Claimed, CommissionLine]], list[Claimed], list[CommissionLine]]:
    """Of several with one key, those with the same commission first, then in their order."""
    waiting: dict[Any, list[CommissionLine]] = defaultdict(list)
    for line in ours:
        waiting[key(line)].append(line)
    pairs, left = [], []
    for one in sorted(claimed, key=lambda each: not _same(each, waiting[key(each)])):
        fitting = waiting[key(one)]
        if not fitting:
            left.append(one)
            continue
        same = [line for line in fitting if line.commission_fen == one.commission_fen]
        line = (same or fitting)[0]
        fitting.remove(line)
        pairs.append((one, line))
    return pairs, left, [line for lines in waiting.values() for line in lines]


def _same(one: Claimed, fitting: list[CommissionLine]) -> bool:
    return any(line.commission_fen == one.commission_fen for line in fitting)
