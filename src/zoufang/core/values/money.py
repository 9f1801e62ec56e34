"""Money is whole fen with a currency. Never a float."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

from zoufang.core.errors import BadInput

Unit = Literal["fen", "yuan", "wan"]
FEN_PER: dict[Unit, int] = {"fen": 1, "yuan": 100, "wan": 1_000_000}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount: `fen` may be negative (a reversal), the currency is an ISO 4217 code."""

    fen: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise BadInput(f"Money is whole fen, not {self.fen!r}. Use parse_fen for text or Decimal.")

    def __add__(self, other: Money) -> Money:
        return replace(self, fen=self.fen + other._in(self.currency))

    def __sub__(self, other: Money) -> Money:
        return replace(self, fen=self.fen - other._in(self.currency))

    def __neg__(self) -> Money:
        return replace(self, fen=-self.fen)

    def __str__(self) -> str:
        return f"{self.currency} {format_yuan(self.fen)}"

    def _in(self, currency: str) -> int:
        if self.currency != currency:
            raise BadInput(f"Cannot add {self.currency} to {currency}. Convert at a dated rate first.")
        return self.fen


def parse_fen(amount: str | Decimal | int, unit: Unit = "yuan") -> int:
    """Exact fen from an amount in `unit`; an amount finer than one fen is an error, never rounded away."""
    if isinstance(amount, float):
        raise BadInput(f"{amount!r} is a float and not exact. Pass text, Decimal or int.")
    try:
        fen = Decimal(str(amount).replace(",", "").strip()) * FEN_PER[unit]
    except InvalidOperation:
        raise BadInput(f"{amount!r} is not an amount. Write digits with at most one point.") from None
    if not fen.is_finite() or fen != fen.to_integral_value():
        raise BadInput(f"{amount!r} {unit} is not a whole number of fen. Correct the amount.")
    return int(fen)


def round_fen(exact: Decimal) -> int:
    """Commercial rounding (half up, away from zero) to whole fen, the one rounding rule of interest."""
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def split_fen(total_fen: int, weights: list[int]) -> list[int]:
    """Shares of `total_fen` in proportion to `weights`, summing to it exactly (largest remainder, first wins)."""
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise BadInput(f"Cannot split by weights {weights!r}. Give at least one positive weight.")
    whole = sum(weights)
    shares = [total_fen * w // whole for w in weights]
    remainders = [(-(total_fen * w % whole), i) for i, w in enumerate(weights)]
    for _, i in sorted(remainders)[: total_fen - sum(shares)]:
        shares[i] += 1
    return shares


def format_yuan(fen: int) -> str:
    """`123456789` → `1,234,567.89`."""
    return f"{Decimal(fen) / 100:,.2f}"


def format_wan(fen: int) -> str:
    """`123456789` → `123.46` (万元, two decimals, for reading only)."""
    return f"{(Decimal(fen) / 1_000_000).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):,}"
