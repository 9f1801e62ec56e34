"""What the bank may put on the table; made by repayment, judged by compliance, signed in agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.values.decisions import Finding
from zoufang.core.values.message import Message
from zoufang.core.values.shared import Instalment


class OfferKind(StrEnum):
    PAY_IN_FULL = "pay_in_full"  # 一次结清
    SHORT_PLAN = "short_plan"  # 短期分期
    INSTALMENT_PLAN = "instalment_plan"  # 个性化分期
    STEP_UP_PLAN = "step_up_plan"  # 递增还款
    INTEREST_FIRST_PLAN = "interest_first_plan"  # 先息后本
    MORATORIUM_PLAN = "moratorium_plan"  # 延期还款后分期
    EXTENSION_PLAN = "extension_plan"  # 展期
    RELIEF_PLAN = "relief_plan"  # 减息减费后分期
    SETTLEMENT = "settlement"  # 减免结清


class Rhythm(StrEnum):
    MONTHLY = "monthly"
    BIWEEKLY = "biweekly"
    WEEKLY = "weekly"

    @property
    def per_year(self) -> int:
        return {"monthly": 12, "biweekly": 26, "weekly": 52}[self.value]


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to pay, exact to the fen, for one loan.

    `monthly_fen` is the heaviest load of a month, `stay_fen` what would be owed on the last due day if nothing
    were paid until then, `present_value_fen` what the plan is worth to the bank today, `all_in_rate_bp` the
    effective yearly cost in basis points (CN-L7). `approval_role` None: the maker may close it alone.
    The customer reads `conditions` and `if_broken`; `notes` are for the bank's staff.
    """

    kind: OfferKind
    loan_id: str
    product: str
    starts: date
    rhythm: Rhythm
    schedule: tuple[Instalment, ...]
    monthly_fen: int
    total_fen: int
    stay_fen: int
    present_value_fen: int
    all_in_rate_bp: int
    waived_fen: int
    restructures: bool
    extends_months: int
    approval_role: str | None
    conditions: tuple[Message, ...]
    if_broken: Message
    findings: tuple[Finding, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        if not self.schedule:
            raise BadInput(f"Offer for loan {self.loan_id} has no instalments. Build its schedule first.")
        if self.total_fen != sum(part.amount_fen for part in self.schedule):
            raise BadInput(f"Offer for loan {self.loan_id}: total {self.total_fen} is not its instalments' sum.")
        if min(self.monthly_fen, self.stay_fen, self.waived_fen, self.extends_months) < 0:
            raise BadInput(f"Offer for loan {self.loan_id} has a negative figure. Correct it.")

    @property
    def saves_fen(self) -> int:
        """What the customer saves against staying as is (negative: the plan costs more)."""
        return self.stay_fen - self.total_fen
