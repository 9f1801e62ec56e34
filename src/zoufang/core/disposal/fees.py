"""What a stage costs in advance by the published scales, what was paid, and what comes back. Integer fen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.disposal.kinds import FeeKind
from zoufang.core.disposal.stages import FeeRule, StageRule
from zoufang.core.errors import BadInput

PER = 10_000


class MoneyStep(StrEnum):
    ADVANCED = "advanced"  # paid by the bank in advance
    RETURNED = "returned"  # paid back by the body, or borne by the debtor


@dataclass(frozen=True, slots=True)
class Fee:
    """What has to be advanced; None: nobody can tell beforehand."""

    kind: FeeKind
    expected_fen: int | None
    comes_back: bool


@dataclass(frozen=True, slots=True)
class CostLine:
    """One movement of money of a stage."""

    kind: FeeKind
    step: MoneyStep
    amount_fen: int

    def __post_init__(self) -> None:
        if self.amount_fen <= 0:
            raise BadInput(f"A cost of {self.amount_fen} fen is not positive. Give what was paid or came back.")


@dataclass(frozen=True, slots=True)
class Costs:
    """`open_fen`: advanced and not back. `to_advance_fen`: by the scale, less what was advanced of that kind."""

    advanced_fen: int
    returned_fen: int
    to_advance_fen: int

    @property
    def open_fen(self) -> int:
        return self.advanced_fen - self.returned_fen


def fee_of(rule: FeeRule, amount_fen: int) -> int | None:
    """By the scale, rounded half up once to the fen; None where the data hold no scale."""
    if amount_fen < 0:
        raise BadInput(f"A claim of {amount_fen} fen is negative. Give the amount claimed.")
    if not rule.tiers:
        return rule.base_fen or None
    parts, below = 0, 0
    for tier in rule.tiers:
        top = amount_fen if tier.up_to_fen is None else min(amount_fen, tier.up_to_fen)
        parts += max(0, top - below) * tier.per_10k
        below = max(below, top)
    scaled = rule.base_fen * PER + parts
    by = PER * rule.divisor
    fee = (2 * scaled + by) // (2 * by)
    return fee if rule.most_fen is None else min(fee, rule.most_fen)


def expected_fees(stage: StageRule, amount_fen: int) -> tuple[Fee, ...]:
    """What the bank has to advance to enter the stage with this claim."""
    return tuple(Fee(one.kind, fee_of(one, amount_fen), one.comes_back) for one in stage.fees if one.advanced)


def costs_of(lines: Iterable[CostLine], expected: Iterable[Fee] = ()) -> Costs:
    advanced: dict[FeeKind, int] = {}
    returned = 0
    for line in lines:
        if line.step is MoneyStep.ADVANCED:
            advanced[line.kind] = advanced.get(line.kind, 0) + line.amount_fen
        else:
            returned += line.amount_fen
    still = sum(
        max(0, fee.expected_fen - advanced.get(fee.kind, 0)) for fee in expected if fee.expected_fen is not None
    )
    return Costs(sum(advanced.values()), returned, still)
