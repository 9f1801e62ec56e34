"""What a new run of the planner changed against the draft that it took the place of, for the top of its page."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.planning import Difference, PlanComparison


@dataclass(frozen=True, slots=True)
class Change:
    """Customers by id; `value_fen` is the new worth less the old, `draft` the id of the one before."""

    draft: str
    value_fen: int
    added: frozenset[str]
    removed: frozenset[str]
    moved: frozenset[str]
    elsewhen: frozenset[str]

    @property
    def nothing(self) -> bool:
        return not (self.added or self.removed or self.moved or self.elsewhen or self.value_fen)


def change(draft: str, found: PlanComparison) -> Change:
    """`moved`: to another crew; `elsewhen`: the same crew at another hour or door."""
    moved = _customers(found, Difference.CREW)
    return Change(
        draft=draft,
        value_fen=found.value_fen,
        added=_customers(found, Difference.ADDED),
        removed=_customers(found, Difference.DROPPED),
        moved=moved,
        elsewhen=_customers(found, Difference.TIME, Difference.DOOR) - moved,
    )


def _customers(found: PlanComparison, *differences: Difference) -> frozenset[str]:
    return frozenset(one.customer_id for one in found.having(*differences))
