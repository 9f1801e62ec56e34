"""The price of a shared budget: raised while too much is used, lowered while some is left, from what was seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

HALF = 2


@dataclass(frozen=True, slots=True)
class Price:
    """Units of objective for each unit of the resource (millionths for money); what was used at prices around."""

    now: int = 0
    low: tuple[int, int] | None = None  # the dearest price known at which too much is used, and the use
    high: tuple[int, int] | None = None  # the cheapest at which the budget is kept, and the use


def moved(price: Price, used: int, limit: int, marginal: int) -> Price:
    """The next price to try. `marginal`: what the last unit given up to keep the limit was worth at this price.

    Zero stays zero while the budget doesn't bind. Otherwise where the line through both sides meets the limit,
    and at most half way to either side, as use is a staircase; beyond both sides by `marginal`.
    """
    at = price.now
    if used > limit:
        high = price.high if price.high is not None and price.high[0] > at else None
        price = replace(price, low=(at, used), high=high)
        return replace(price, now=_between(price, limit) if high else max(at + 1, marginal, at + at // HALF))
    low = price.low if price.low is not None and price.low[0] < at else None
    price = replace(price, high=(at, used), low=low)
    if at == 0:
        return price
    return replace(price, now=_between(price, limit) if low else at // HALF)


def _between(price: Price, limit: int) -> int:
    low, much = price.low or (0, limit)
    high, little = price.high or (low, limit)
    width = high - low
    meets = width * (much - limit) // max(1, much - little)
    return low + min(max(meets, width // 8), width - width // 8)
