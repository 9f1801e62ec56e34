"""Exact schedules in whole fen: what is due when, and what part of it is principal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum
from itertools import pairwise

from zoufang.core.errors import BadInput
from zoufang.core.repayment.day_count import Compounding, DayCount, growth, interest_fen
from zoufang.core.repayment.rounding import Rounding, rounded_fen
from zoufang.core.values import Instalment, split_fen

DIGITS = 50  # of the level instalment, rounded once at the end


class Method(StrEnum):
    EQUAL_INSTALMENT = "equal_instalment"  # 等额本息
    EQUAL_PRINCIPAL = "equal_principal"  # 等额本金
    INTEREST_FIRST = "interest_first"  # 先息后本
    STEP_UP = "step_up"  # 递增还款
    BULLET = "bullet"  # 一次还本付息
    BALLOON = "balloon"  # 气球贷: level instalments, the rest on the last due day


@dataclass(frozen=True, slots=True)
class Terms:
    """What a schedule is made of.

    Interest runs on the principal from `start`, which is not a due day itself. `carried_interest_fen` and
    `carried_fees_fen` are already owed; they bear no interest and are spread evenly over the instalments.
    INTEREST_FIRST pays interest alone for the first `interest_only` instalments, then equal ones.
    STEP_UP raises the instalment by `step_percent` every `step_every` instalments. BALLOON leaves `balloon_fen`
    of the principal to the last due day, on top of its level instalment.

    `regular_from`: where the first regular period begins, if not on `start`. The level instalment is then that of
    regular periods, and the first one bears the stub's interest more or less. None: the stub is solved into it.
    `pay_on`: when each instalment is paid if not on its due day, to which alone interest runs (unadjusted).
    """

    principal_fen: int
    annual_rate_bp: int
    start: date
    due: tuple[date, ...]
    method: Method = Method.EQUAL_INSTALMENT
    day_count: DayCount = DayCount.ACTUAL_365
    carried_interest_fen: int = 0
    carried_fees_fen: int = 0
    interest_only: int = 0
    step_percent: int = 0
    step_every: int = 12
    balloon_fen: int = 0
    rounding: Rounding = Rounding.HALF_UP
    compounding: Compounding = Compounding.NONE
    regular_from: date | None = None
    pay_on: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if min(self.principal_fen, self.annual_rate_bp, self.carried_interest_fen, self.carried_fees_fen) < 0:
            raise BadInput("A schedule needs amounts and a rate that are not negative. Correct them.")
        if self.principal_fen + self.carried_interest_fen + self.carried_fees_fen == 0:
            raise BadInput("Nothing is owed, so there is nothing to schedule. Check the balance.")
        if not self.due or any(b <= a for a, b in pairwise((self.start, *self.due))):
            raise BadInput(f"Due days must rise from after {self.start}, got {[str(d) for d in self.due]}.")
        if not 0 <= self.interest_only < len(self.due) or self.step_percent < 0 or self.step_every < 1:
            raise BadInput("Interest-only and step figures do not fit the number of instalments. Correct them.")
        if self.method is Method.BULLET and len(self.due) != 1:
            raise BadInput(f"A bullet has one due day, got {len(self.due)}. Choose another method.")
        largest = self.principal_fen if self.method is Method.BALLOON else 0
        if not 0 <= self.balloon_fen <= largest:
            raise BadInput(f"A balloon of {self.balloon_fen} fen does not fit. Give 0 to {largest}.")
        if self.regular_from is not None and self.regular_from >= self.due[0]:
            raise BadInput(f"The first regular period begins before {self.due[0]}, not on {self.regular_from}.")
        if self.pay_on and (len(self.pay_on) != len(self.due) or any(b < a for a, b in pairwise(self.pay_on))):
            raise BadInput("Give one pay day for each due day, none before the one before.")

    def interest_fen(self, balance_fen: int, start: date, end: date) -> int:
        """Interest of one period by the contract's day count, compounding and rounding."""
        return interest_fen(
            balance_fen, start, end, self.annual_rate_bp, self.day_count, self.rounding, self.compounding
        )


def build_schedule(terms: Terms) -> tuple[Instalment, ...]:
    """The instalments; their principal sums to the debt to the fen, and the last one takes the rounding.

    A due day on which nothing falls due (interest-only at a rate of 0) is left out.
    Raises BadInput where an instalment would not cover its own interest.
    """
    parts = METHODS[terms.method](terms)
    if any(principal < 0 for principal, _ in parts):
        raise BadInput(
            f"{terms.principal_fen} fen over {len(terms.due)} instalments leaves one that repays nothing. "
            "Take fewer instalments or a smaller step."
        )
    evenly = [1] * len(parts)
    carried = zip(
        split_fen(terms.carried_interest_fen, evenly), split_fen(terms.carried_fees_fen, evenly), strict=True
    )
    return tuple(
        Instalment(day, principal, interest + old_interest, fees)
        for day, (principal, interest), (old_interest, fees) in zip(
            terms.pay_on or terms.due, parts, carried, strict=True
        )
        if principal + interest + old_interest + fees
    )


Parts = list[tuple[int, int]]  # principal and interest, one a due day


def _equal_principal(terms: Terms) -> Parts:
    shares = split_fen(terms.principal_fen, [1] * len(terms.due))
    return _run(terms, lambda i, interest: shares[i])


def weights_of(terms: Terms) -> list[Decimal]:
    """The instalments in proportion to each other (0: interest alone); empty where the method has none."""
    months = len(terms.due)
    if terms.method in (Method.EQUAL_INSTALMENT, Method.BALLOON):
        return [Decimal(1)] * months
    if terms.method is Method.INTEREST_FIRST:
        return [Decimal(0)] * terms.interest_only + [Decimal(1)] * (months - terms.interest_only)
    if terms.method is Method.STEP_UP:
        step = 1 + Decimal(terms.step_percent) / 100
        return [step ** (i // terms.step_every) for i in range(months)]
    return []


def _bullet(terms: Terms) -> Parts:
    return _run(terms, lambda i, interest: terms.principal_fen)


def _weighted(terms: Terms) -> Parts:
    """Instalments in proportion to their weights, so large that the debt ends on the last."""
    weights = weights_of(terms)
    unit = _unit(terms, weights)
    return _run(
        terms, lambda i, interest: rounded_fen(unit * w, terms.rounding) - interest if (w := weights[i]) else 0
    )


def _unit(terms: Terms, weights: list[Decimal]) -> Decimal:
    """The instalment of weight 1: principal, less the discounted balloon, over the discounted weights.

    Interest-only periods are left out.
    """
    with localcontext() as context:
        context.prec = DIGITS
        factor, total = Decimal(1), Decimal(0)
        for (start, end), weight in zip(pairwise((_begins(terms), *terms.due)), weights, strict=True):
            if weight:
                grown = growth(start, end, terms.annual_rate_bp, terms.day_count, terms.compounding)
                factor *= Decimal(grown.denominator) / grown.numerator
                total += weight * factor
        return (terms.principal_fen - terms.balloon_fen * factor) / total


def _begins(terms: Terms) -> date:
    return terms.regular_from or terms.start


def _run(terms: Terms, principal_of: Callable[[int, int], int]) -> Parts:
    """Walk the due days: interest on what is left, then principal; the last due day takes all that is left."""
    parts, balance = [], terms.principal_fen
    for i, (start, end) in enumerate(pairwise((terms.start, *terms.due))):
        interest = terms.interest_fen(balance, start, end)
        regular = interest if i else terms.interest_fen(balance, _begins(terms), end)
        last = i == len(terms.due) - 1
        principal = balance if last else principal_of(i, regular)
        balance -= principal
        parts.append((principal, interest))
    return parts


METHODS: dict[Method, Callable[[Terms], Parts]] = {
    Method.EQUAL_INSTALMENT: _weighted,
    Method.EQUAL_PRINCIPAL: _equal_principal,
    Method.INTEREST_FIRST: _weighted,
    Method.STEP_UP: _weighted,
    Method.BULLET: _bullet,
    Method.BALLOON: _weighted,
}
