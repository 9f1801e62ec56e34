"""Schedules of many debts at once, to the fen those that `build_schedule` gives one by one.

Interest is whole-number arithmetic. The instalment comes from double precision, whose error is known: the
rare rows in which it could decide a rounding are built by the exact way.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput
from zoufang.core.repayment.day_count import DayCount
from zoufang.core.repayment.rounding import Rounding
from zoufang.core.repayment.schedule import Method, Terms, build_schedule, weights_of
from zoufang.core.values import Instalment

Ints = NDArray[np.int64]
Days = NDArray[np.datetime64]
CHUNK = 16_384  # rows whose arrays stay in the processor's cache
LARGEST = 2**62
# Of a quotient of sums of products of at most 360 factors: many times the bound n x 2^-53 of each.
RELATIVE_ERROR = 1e-12


@dataclass(frozen=True, slots=True)
class ManyTerms:
    """n debts with k due days each, of one method, day count and rounding, without compounding or stubs.

    `principal_fen`, `annual_rate_bp`, `start` and `balloon_fen` (if any) have n entries, `due` n x k (days). The
    rest as in `Terms`.
    """

    principal_fen: Ints
    annual_rate_bp: Ints
    start: Days
    due: Days
    method: Method = Method.EQUAL_INSTALMENT
    day_count: DayCount = DayCount.ACTUAL_365
    interest_only: int = 0
    step_percent: int = 0
    step_every: int = 12
    rounding: Rounding = Rounding.HALF_UP
    balloon_fen: Ints | None = None

    def __post_init__(self) -> None:
        n, k = self.due.shape
        if not (len(self.principal_fen) == len(self.annual_rate_bp) == len(self.start) == n) or k < 1:
            raise BadInput("Principals, rates, starts and due days differ in number. Give one of each for a debt.")
        _first(self.principal_fen <= 0, "owes no principal")
        _first(self.annual_rate_bp < 0, "has a negative rate")
        if self.balloon_fen is not None:
            most = self.principal_fen if self.method is Method.BALLOON else np.zeros_like(self.principal_fen)
            _first((self.balloon_fen < 0) | (self.balloon_fen > most), "has a balloon that does not fit")
        begins = np.concatenate([self.start[:, None], self.due[:, :-1]], axis=1)
        _first(np.any(begins >= self.due, axis=1), "has due days that do not rise")

    def terms(self, row: int) -> Terms:
        """One row as the exact way takes it."""
        return Terms(
            principal_fen=int(self.principal_fen[row]),
            annual_rate_bp=int(self.annual_rate_bp[row]),
            start=_date(self.start[row]),
            due=tuple(_date(day) for day in self.due[row]),
            method=self.method,
            day_count=self.day_count,
            interest_only=self.interest_only,
            step_percent=self.step_percent,
            step_every=self.step_every,
            rounding=self.rounding,
            balloon_fen=0 if self.balloon_fen is None else int(self.balloon_fen[row]),
        )


@dataclass(frozen=True, slots=True)
class ManySchedules:
    """`principal_fen` and `interest_fen`: n x k."""

    due: Days
    principal_fen: Ints
    interest_fen: Ints

    def instalments(self, row: int) -> tuple[Instalment, ...]:
        """As `build_schedule` gives them; a due day on which nothing falls due is left out."""
        parts = zip(self.due[row], self.principal_fen[row].tolist(), self.interest_fen[row].tolist(), strict=True)
        return tuple(Instalment(_date(day), paid, interest, 0) for day, paid, interest in parts if paid + interest)


def build_schedules(many: ManyTerms, *, workers: int = 1) -> ManySchedules:
    """All schedules. BadInput names the first row in which an instalment would not cover its own interest."""
    n, k = many.due.shape
    weights = [float(weight) for weight in weights_of(many.terms(0))] if n else []
    principal, interest = np.empty((n, k), dtype=np.int64), np.empty((n, k), dtype=np.int64)

    def fill(begin: int) -> None:
        rows = slice(begin, begin + CHUNK)
        _fill(many, rows, weights, principal[rows], interest[rows])

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fill, range(0, n, CHUNK)))
    return ManySchedules(many.due, principal, interest)


def _fill(many: ManyTerms, rows: slice, weights: list[float], principal: Ints, interest: Ints) -> None:
    owed, rate = many.principal_fen[rows], many.annual_rate_bp[rows]
    days = _days(many.start[rows], many.due[rows], many.day_count)
    whole = 10_000 * many.day_count.year_days
    if int(owed.max()) * max(1, int(rate.max())) * int(days.max()) > LARGEST // 2:
        raise BadInput("A principal is too large for whole-number interest. Check yuan against fen.")
    balloon = None if many.balloon_fen is None else many.balloon_fen[rows]
    level = _Level(owed, owed * 0 if balloon is None else balloon, rate, days, whole)
    paid, unsure = level.instalments(weights, many.rounding)
    balance = owed.copy()
    last = days.shape[0] - 1
    equal = owed // (last + 1), owed % (last + 1)
    for i in range(last + 1):
        due = _divided(balance * rate * days[i], whole, many.rounding)
        if i == last:
            part = balance
        elif many.method is Method.EQUAL_PRINCIPAL:
            part = equal[0] + (i < equal[1])
        else:
            part = paid[i] - due if weights[i] else np.zeros_like(balance)
        principal[:, i], interest[:, i] = part, due
        balance = balance - part
    for row in np.flatnonzero(unsure):
        _exactly(many, rows.start + int(row), principal[row], interest[row])
    _first(np.any(principal < 0, axis=1), "has an instalment that repays nothing", rows.start)


@dataclass(frozen=True, slots=True)
class _Level:
    owed: Ints
    balloon: Ints
    rate: Ints
    days: Ints
    whole: int

    def instalments(self, weights: list[float], rounding: Rounding) -> tuple[list[Ints], NDArray[np.bool_]]:
        """Principal and interest together on each due day, and the rows whose rounding needs the exact way."""
        unsure = np.zeros(len(self.owed), dtype=np.bool_)
        if not weights:
            return [], unsure
        unit, scale = self._unit(weights)
        by_weight: dict[float, Ints] = {}
        for weight in dict.fromkeys(weights):
            by_weight[weight], close = _rounded(unit * weight, scale * weight, rounding)
            unsure |= close
        if set(weights) <= {
            0.0,
            1.0,
        }:  # without interest quotients are often exact: whole numbers decide
            free, shares = self.rate == 0, round(sum(weights))
            by_weight[1.0] = np.where(free, _divided(self.owed - self.balloon, shares, rounding), by_weight[1.0])
            unsure &= ~free
        return [by_weight[weight] for weight in weights], unsure

    def _unit(self, weights: list[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The instalment of weight 1, and the size against which its error is small."""
        factor, total = np.ones(len(self.owed)), np.zeros(len(self.owed))
        for i, weight in enumerate(weights):
            if weight:
                factor /= 1 + self.rate * self.days[i] / self.whole
                total += weight * factor
        return (self.owed - self.balloon * factor) / total, self.owed / total


def _rounded(
    exact: NDArray[np.float64], scale: NDArray[np.float64], rounding: Rounding
) -> tuple[Ints, NDArray[np.bool_]]:
    """To whole fen, and where `exact` lies so near the point that decides it that its error could."""
    down = np.floor(exact)
    halves = rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN)
    off = np.abs(exact - down - 0.5) if halves else np.abs(exact - np.rint(exact))
    more = exact - down >= 0.5 if halves else (exact > down) & (rounding is Rounding.UP)
    return (down + more).astype(np.int64), (off <= RELATIVE_ERROR * scale) & (scale > 0)


def _divided(numerator: Ints, denominator: int, rounding: Rounding) -> Ints:
    """As `divided_fen`, of many numerators."""
    if rounding is Rounding.HALF_UP:
        return (2 * numerator + denominator) // (2 * denominator)
    if rounding is Rounding.DOWN:
        return numerator // denominator
    if rounding is Rounding.UP:
        return -(-numerator // denominator)
    whole = numerator // denominator
    over = 2 * (numerator - whole * denominator) - denominator
    even: Ints = whole + ((over > 0) | ((over == 0) & (whole % 2 == 1)))
    return even


def _exactly(many: ManyTerms, row: int, principal: Ints, interest: Ints) -> None:
    by_day = {one.due: one for one in build_schedule(many.terms(row))}
    for i, day in enumerate(many.due[row]):
        one = by_day.get(_date(day))
        principal[i], interest[i] = (one.principal_fen, one.interest_fen) if one else (0, 0)


def _days(start: Days, due: Days, convention: DayCount) -> Ints:
    """k x n: the days of each period, as `days_counted` counts them."""
    ends = np.concatenate([start[:, None], due], axis=1).astype("datetime64[D]").T
    if convention in (DayCount.ACTUAL_365, DayCount.ACTUAL_360):
        numbers: Ints = ends.astype(np.int64)
        return numbers[1:] - numbers[:-1]
    months = ends.astype("datetime64[M]")
    day = (ends - months.astype("datetime64[D]")).astype(np.int64) + 1
    first = last = np.minimum(day, 30)
    if convention is DayCount.THIRTY_360:
        is_last = (ends + np.timedelta64(1, "D")).astype("datetime64[M]") > months
        first = last = np.where(is_last, 30, first)
    if convention is DayCount.BOND_30_360:
        last = np.concatenate([last[:1], np.where(first[:-1] == 30, last[1:], day[1:])])
    whole = months.astype(np.int64) * 30
    counted: Ints = whole[1:] + last[1:] - whole[:-1] - first[:-1]
    return np.maximum(counted, 0)


def _date(day: np.datetime64) -> date:
    found: date = day.astype("datetime64[D]").item()
    return found


def _first(wrong: NDArray[np.bool_] | np.bool_, what: str, offset: int = 0) -> None:
    """BadInput that names the first row which is wrong."""
    if wrong.any():
        raise BadInput(f"Row {offset + int(np.flatnonzero(wrong)[0])} {what}. Correct it.")
