"""What a recovered yuan cost: recorded cost against what the effect says came in beyond the held-out."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.evaluation import wording
from zoufang.core.evaluation.effects import Interval
from zoufang.core.evaluation.outcomes import UnitOutcome
from zoufang.core.values import Message


@dataclass(frozen=True, slots=True)
class CostAnswer:
    """Cost in yuan of each extra yuan recovered, with the range that the effect implies; None: unknown."""

    cost_fen: int | None
    per_recovered_yuan: float | None
    low: float | None
    high: float | None
    answer: Message


def cost_of(units: tuple[UnitOutcome, ...], itt: Interval) -> CostAnswer:
    """Unrecorded cost is unknown, never zero; and there is no ratio where the effect may be zero."""
    costs = [unit.cost_fen for unit in units if unit.assigned and (unit.visited or unit.cost_fen is not None)]
    recorded = [cost for cost in costs if cost is not None]
    if not recorded or len(recorded) < len(costs):
        return CostAnswer(None, None, None, None, wording.COST_UNKNOWN)
    total, assigned = sum(recorded), sum(unit.assigned for unit in units)
    if itt.sign <= 0:
        said = wording.COST_NOTHING_RECOVERED if itt.sign else wording.COST_CANNOT_TELL
        return CostAnswer(total, None, None, None, said)
    low, middle, high = (total / (extra * assigned) for extra in (itt.high_fen, itt.effect_fen, itt.low_fen))
    return CostAnswer(total, middle, low, high, wording.cost_per_yuan(low, middle, high))
