"""A loan: its terms and its entries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput
from zoufang.core.portfolio.allocation import CARD, CIVIL_CODE, Allocation
from zoufang.core.portfolio.entries import Pause, Payment, Restructure, Reversal, Waiver, WriteOff
from zoufang.core.values import Instalment, SourceKey

Entry = Payment | Waiver | Pause | Restructure | WriteOff


class Product(StrEnum):
    CONSUMER = "consumer"  # 个人消费贷款
    BUSINESS = "business"  # 个人经营贷款
    MORTGAGE = "mortgage"  # 个人住房贷款
    CARD = "card"  # 信用卡
    AUTO = "auto"  # 汽车贷款
    FARM = "farm"  # 农户贷款
    CORPORATE = "corporate"  # 企业贷款


@dataclass(frozen=True, slots=True)
class Loan:
    """`dues` is the whole schedule, future instalments too; `unscheduled_principal_fen` is drawn but not yet due.

    Arrears of up to `tolerance_fen` count as none; an instalment is not overdue within `grace_days`, after which
    its days count from the due date (A1).
    """

    loan_id: str
    key: SourceKey
    product: Product
    dues: tuple[Instalment, ...]
    payments: tuple[Payment, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    pauses: tuple[Pause, ...] = ()
    restructures: tuple[Restructure, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    write_offs: tuple[WriteOff, ...] = ()
    currency: str = "CNY"
    allocation: Allocation | None = None
    tolerance_fen: int = 0
    grace_days: int = 0
    unscheduled_principal_fen: int = 0

    def __post_init__(self) -> None:
        if min(self.tolerance_fen, self.grace_days, self.unscheduled_principal_fen) < 0:
            raise BadInput(f"Loan {self.loan_id}: tolerance, grace and unscheduled principal cannot be negative.")
        ids = Counter([entry.id for entry in (*self.entries, *self.reversals)])
        if twice := sorted(name for name, times in ids.items() if times > 1):
            raise BadInput(f"Loan {self.loan_id}: entry {twice[0]} occurs twice. Give each entry its own id.")
        if lost := sorted({r.entry_id for r in self.reversals} - {e.id for e in self.entries}):
            raise BadInput(f"Loan {self.loan_id}: a reversal names {lost[0]}, which is no entry. Correct the id.")

    @property
    def entries(self) -> tuple[Entry, ...]:
        return (*self.payments, *self.waivers, *self.pauses, *self.restructures, *self.write_offs)

    @property
    def order(self) -> Allocation:
        """The contract's allocation, else the card rule (CN-K5) or the civil code's (CN-L1)."""
        return self.allocation or (CARD if self.product is Product.CARD else CIVIL_CODE)

    def standing_entries(self, today: date, known_on: date | None = None) -> tuple[Entry, ...]:
        """Entries that count on `today`: begun, not reversed, and (with `known_on`) booked by then."""
        known = known_on or date.max
        undone = {r.entry_id for r in self.reversals if r.on <= today and r.known <= known}
        return tuple(e for e in self.entries if _begins(e) <= today and e.known <= known and e.id not in undone)


def _begins(entry: Entry) -> date:
    return entry.received if isinstance(entry, Payment) else entry.on
