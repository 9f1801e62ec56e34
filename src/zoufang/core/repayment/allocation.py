"""To what a payment goes: parts of one debt (Civil Code 561, card order), and several debts (Civil Code 560)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.portfolio import CARD, CIVIL_CODE, Allocation, Part, Product
from zoufang.core.values import Message, SecurityKind, format_yuan, gettext_noop, split_fen

Order = tuple[Part, Part, Part]


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """The order that holds for one payment, and why."""

    order: Order
    why: Message
    source: str


@dataclass(frozen=True, slots=True)
class Owed:
    """One debt on one day. `burden_bp`: its yearly rate, which tells which debt is the more burdensome.

    `secured_fen`: what the security covers; None: all of it, where there is any.
    """

    loan_id: str
    fees_fen: int
    interest_fen: int
    principal_fen: int
    due: date
    security: SecurityKind = SecurityKind.CREDIT
    burden_bp: int = 0
    secured_fen: int | None = None

    def __post_init__(self) -> None:
        if min(self.fees_fen, self.interest_fen, self.principal_fen, self.secured_fen or 0) < 0:
            raise BadInput(f"Loan {self.loan_id} owes a negative amount. Correct the balance.")

    @property
    def total_fen(self) -> int:
        return self.fees_fen + self.interest_fen + self.principal_fen

    @property
    def secured_bp(self) -> int:
        """The share of the debt that security covers, in basis points."""
        if self.security is SecurityKind.CREDIT:
            return 0
        covered = self.total_fen if self.secured_fen is None else min(self.secured_fen, self.total_fen)
        return covered * 10_000 // self.total_fen if self.total_fen else 0

    def part_fen(self, part: Part) -> int:
        return {
            Part.FEES: self.fees_fen,
            Part.INTEREST: self.interest_fen,
            Part.PRINCIPAL: self.principal_fen,
        }[part]


@dataclass(frozen=True, slots=True)
class PaymentSplit:
    """How a payment was split; `over_fen` is what is left when nothing is owed any more."""

    loan_id: str
    fees_fen: int
    interest_fen: int
    principal_fen: int
    over_fen: int
    shown: Message
    rule: AllocationRule


def rule_for(*, product: Product, dpd: int, contract: Allocation | None = None) -> AllocationRule:
    """The order that holds on the day of receipt: the contract's, else the card's, else the Civil Code's.

    民法典 561 (CN-L1); for cards more than 90 days overdue principal comes first (CN-K5).
    """
    if contract is not None:
        return AllocationRule(
            contract.order_at(dpd), Message(gettext_noop("The order agreed in the contract.")), "contract"
        )
    if product is not Product.CARD:
        why = Message(gettext_noop("By law: costs, then interest, then principal."))
        return AllocationRule(CIVIL_CODE.order_at(dpd), why, "民法典 561")
    late = dpd >= CARD.late_from_dpd
    text = (
        gettext_noop("Card more than 90 days overdue (%(dpd)s): principal first.")
        if late
        else gettext_noop("Card up to 90 days overdue (%(dpd)s): fees and interest first.")
    )
    return AllocationRule(CARD.order_at(dpd), Message(text, {"dpd": dpd}), "CN-K5")


def allocate(amount_fen: int, owed: Owed, rule: AllocationRule) -> PaymentSplit:
    """Split one payment over the parts of one debt, in the rule's order."""
    _positive(amount_fen)
    left, given = amount_fen, dict.fromkeys(Part, 0)
    for part in rule.order:
        given[part] = min(left, owed.part_fen(part))
        left -= given[part]
    shown = Message(
        gettext_noop(
            "%(amount)s yuan: fees %(fees)s, interest %(interest)s, principal %(principal)s, over %(over)s."
        ),
        {
            "amount": format_yuan(amount_fen),
            "over": format_yuan(left),
            **{part.value: format_yuan(fen) for part, fen in given.items()},
        },
    )
    return PaymentSplit(
        owed.loan_id, given[Part.FEES], given[Part.INTEREST], given[Part.PRINCIPAL], left, shown, rule
    )


def share_out(
    amount_fen: int, debts: Sequence[Owed], today: date, designated: str | None = None
) -> tuple[tuple[str, int], ...]:
    """How much of a payment each of several debts gets, as (loan id, fen); what all debts exceed is left over.

    民法典 560 (CN-L2): the debtor's designation; else due debts, then the least secured, the most burdensome,
    the first due, and in proportion among equals. What the designated debt does not need follows the law.
    """
    _positive(amount_fen)
    if designated is not None and designated not in {debt.loan_id for debt in debts}:
        raise NotFound(f"Designated loan {designated} is not among the debts. Name one of them.")
    left = amount_fen
    shares: list[tuple[str, int]] = []
    for group in claim_groups(debts, today, designated):
        owed = sum(debt.total_fen for debt in group)
        paid = min(left, owed)
        if paid:
            shares += zip([d.loan_id for d in group], split_fen(paid, [d.total_fen for d in group]), strict=True)
            left -= paid
    return tuple((loan_id, fen) for loan_id, fen in shares if fen)


Claim = tuple[bool, int, bool, int, int, date]


def claim_of(debt: Owed, today: date, designated: str | None, agreed: Sequence[str] = ()) -> Claim:
    """What decides whose turn it is, from the strongest criterion on; equal claims share in proportion."""
    place = agreed.index(debt.loan_id) if debt.loan_id in agreed else len(agreed)
    return (debt.loan_id != designated, place, debt.due > today, debt.secured_bp, -debt.burden_bp, debt.due)


def claim_groups(
    debts: Sequence[Owed], today: date, designated: str | None, agreed: Sequence[str] = ()
) -> list[list[Owed]]:
    """Debts in the order of their claim; those of one group stand equal."""

    def claim(debt: Owed) -> Claim:
        return claim_of(debt, today, designated, agreed)

    ordered = sorted(debts, key=lambda debt: (claim(debt), debt.loan_id))
    return [list(group) for _, group in groupby(ordered, key=claim)]


def why_first(
    group: Sequence[Owed],
    rest: Sequence[Sequence[Owed]],
    today: date,
    designated: str | None,
    agreed: Sequence[str],
) -> Message:
    """Why this group is served before the next one: the first criterion in which they differ."""
    loans = {"loans": ", ".join(debt.loan_id for debt in group)}
    if group[0].loan_id == designated:
        return Message(REASONS[0], loans)
    if len(group) > 1:
        return Message(gettext_noop("%(loans)s: equal claims share in proportion (Civil Code 560)."), loans)
    if not rest:
        return Message(gettext_noop("%(loans)s: the only debt that is left."), loans)
    mine, next_one = (claim_of(debt, today, designated, agreed) for debt in (group[0], rest[0][0]))
    return Message(next(why for why, a, b in zip(REASONS, mine, next_one, strict=True) if a != b), loans)


REASONS = (
    gettext_noop("%(loans)s: named by whoever paid (Civil Code 560)."),
    gettext_noop("%(loans)s: first by the order that was agreed (Civil Code 560)."),
    gettext_noop("%(loans)s: already due, before what is not (Civil Code 560)."),
    gettext_noop("%(loans)s: the least secured of the debts (Civil Code 560)."),
    gettext_noop("%(loans)s: the heaviest burden among the debts (Civil Code 560)."),
    gettext_noop("%(loans)s: due before the others (Civil Code 560)."),
)


def _positive(amount_fen: int) -> None:
    if amount_fen <= 0:
        raise BadInput(f"A payment of {amount_fen} fen cannot be allocated. Reverse it as an entry of its own.")
