"""How a contract rounds to whole fen."""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import StrEnum


class Rounding(StrEnum):
    """By contract; commercial rounding where it says nothing."""

    HALF_UP = "half_up"  # 四舍五入
    HALF_EVEN = "half_even"  # 四舍六入五成双
    DOWN = "down"  # 舍去: in the customer's favour
    UP = "up"  # 进一


MODES = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.DOWN: decimal.ROUND_DOWN,
    Rounding.UP: decimal.ROUND_UP,
}


def rounded_fen(exact: Decimal, rounding: Rounding = Rounding.HALF_UP) -> int:
    return int(exact.quantize(Decimal(1), rounding=MODES[rounding]))


def divided_fen(numerator: int, denominator: int, rounding: Rounding = Rounding.HALF_UP) -> int:
    """numerator / denominator, both not negative, rounded once: a half is a half, whatever its size."""
    whole, rest = divmod(numerator, denominator)
    if rounding is Rounding.DOWN or not rest:
        return whole
    if rounding is Rounding.UP:
        return whole + 1
    over = 2 * rest - denominator
    up = over > 0 or (over == 0 and (rounding is Rounding.HALF_UP or whole % 2 == 1))
    return whole + up
