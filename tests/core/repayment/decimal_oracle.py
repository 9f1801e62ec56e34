"""A second schedule builder, written from the formulas alone: it shares no code with the one under test.

Rates are fractions, so nothing is rounded but what the contract rounds.
"""

from __future__ import annotations

import calendar
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

ROUNDED = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_FLOOR, "up": ROUND_CEILING}
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


def whole(exact: Fraction, rounding: str) -> int:
    with localcontext() as context:
        context.prec = 80
        return int((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUNDED[rounding]))


def days(a: date, b: date, kind: str) -> Fraction:
    """Share of a year, by ISDA 2006 section 4.16 as it is printed."""
    if kind.startswith("actual"):
        return Fraction((b - a).days, 365 if kind == "actual/365" else 360)
    d1, d2 = a.day, b.day
    if kind == "30/360":
        d1 = 30 if d1 == calendar.monthrange(a.year, a.month)[1] else d1
        d2 = 30 if d2 == calendar.monthrange(b.year, b.month)[1] else d2
    elif kind == "30e/360":
        d1, d2 = (30 if d == 31 else d for d in (d1, d2))
    else:
        d1 = 30 if d1 == 31 else d1
        d2 = 30 if d2 == 31 and d1 > 29 else d2
    return Fraction(360 * (b.year - a.year) + 30 * (b.month - a.month) + (min(d2, 31) - min(d1, 30)), 360)


def later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def growth(a: date, b: date, rate: Fraction, kind: str, compounding: str) -> Fraction:
    if compounding == "none":
        return 1 + rate * days(a, b, kind)
    if compounding == "daily":
        year = 365 if kind == "actual/365" else 360
        return (1 + rate / year) ** int(days(a, b, kind) * year)
    step, grown, i = MONTHS[compounding], Fraction(1), 1
    begin = a
    while (end := later(a, step * i)) < b:
        grown, begin, i = grown * (1 + rate * days(begin, end, kind)), end, i + 1
    return grown * (1 + rate * days(begin, b, kind))


def schedule(t: Any) -> list[tuple[int, int]]:
    """Principal and interest of each due day, from the annuity formula with period rates of their own."""
    rate, kind, rounding = Fraction(t.annual_rate_bp, 10_000), t.day_count.value, t.rounding.value
    method, n = t.method.value, len(t.due)
    grown = [
        growth(a, b, rate, kind, t.compounding.value) for a, b in zip((t.start, *t.due[:-1]), t.due, strict=True)
    ]
    regular = list(grown)
    if t.regular_from:
        regular[0] = growth(t.regular_from, t.due[0], rate, kind, t.compounding.value)
    weights = [Fraction(1)] * n
    if method == "step_up":
        weights = [Fraction(100 + t.step_percent, 100) ** (i // t.step_every) for i in range(n)]
    if method == "interest_first":
        weights = [Fraction(i >= t.interest_only) for i in range(n)]
    worth, discount = Fraction(0), Fraction(1)
    for weight, factor in zip(weights, regular, strict=True):
        discount /= factor if weight else 1
        worth += weight * discount
    unit = (t.principal_fen - t.balloon_fen * discount) / worth
    left, rows = t.principal_fen, []
    for i, weight in enumerate(weights):
        interest = whole(left * (grown[i] - 1), rounding)
        if method == "equal_principal":
            paid = t.principal_fen // n + (i < t.principal_fen % n)
        else:
            paid = whole(unit * weight, rounding) - whole(left * (regular[i] - 1), rounding) if weight else 0
        paid = left if i == n - 1 else paid
        left -= paid
        rows.append((paid, interest))
    return rows
