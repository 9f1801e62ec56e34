"""Which part of a debt a payment pays first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.errors import BadInput


class Part(StrEnum):
    FEES = "fees"  # costs of realising the claim, penalties
    INTEREST = "interest"
    PRINCIPAL = "principal"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Order of parts; from `late_from_dpd` days overdue at receipt `late_parts` rules instead, when given.

    `by_instalment` clears the oldest instalment wholly before the next; otherwise a part is cleared over the
    whole arrears before the next part is touched.
    """

    parts: tuple[Part, Part, Part] = (Part.FEES, Part.INTEREST, Part.PRINCIPAL)
    by_instalment: bool = True
    late_parts: tuple[Part, Part, Part] | None = None
    late_from_dpd: int = 91

    def __post_init__(self) -> None:
        for order in (self.parts, self.late_parts or self.parts):
            if set(order) != set(Part):
                raise BadInput(f"Allocation {order} must name fees, interest and principal once each.")
        if self.late_from_dpd < 1:
            raise BadInput(f"Allocation changes at {self.late_from_dpd} days. Give at least 1.")

    def order_at(self, dpd: int) -> tuple[Part, Part, Part]:
        """The order for money received when the loan is `dpd` days overdue."""
        return self.late_parts if self.late_parts and dpd >= self.late_from_dpd else self.parts


# Civil Code art. 561 (CN-L1): costs, interest, principal, unless the contract says otherwise.
CIVIL_CODE = Allocation()
# Cards (CN-K5): interest and fees first to day 90, principal first from day 91, over the whole debt.
CARD = Allocation(by_instalment=False, late_parts=(Part.PRINCIPAL, Part.INTEREST, Part.FEES))
