"""One receipt over several debts and their parts, whoever paid it, with the reason for each fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.portfolio import Allocation, Product
from zoufang.core.repayment.allocation import Owed, PaymentSplit, allocate, claim_groups, rule_for, why_first
from zoufang.core.values import Message, format_yuan, gettext_noop, split_fen


class Payer(StrEnum):
    DEBTOR = "debtor"
    JOINT_DEBTOR = "joint_debtor"  # 共同借款人
    GUARANTOR = "guarantor"  # 保证人
    THIRD_PARTY = "third_party"  # 第三人代为清偿


@dataclass(frozen=True, slots=True)
class DebtOnDay:
    """One debt on the day of receipt, with what picks the order of its parts. `joint`: several owe it together."""

    owed: Owed
    product: Product
    dpd: int
    contract: Allocation | None = None
    joint: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """`designated`: the debt named at payment, by the payer alone (Civil Code 560).

    `guaranteed_fen`: for a guarantor, what is left of the guarantee by loan; None: the whole of that debt.
    """

    amount_fen: int
    received: date
    payer: Payer = Payer.DEBTOR
    designated: str | None = None
    guaranteed_fen: Mapping[str, int | None] | None = None

    def __post_init__(self) -> None:
        if self.amount_fen <= 0:
            raise BadInput(f"A receipt of {self.amount_fen} fen cannot be allocated. Book a reversal instead.")
        if (self.payer is Payer.GUARANTOR) != (self.guaranteed_fen is not None):
            raise BadInput("A guarantor's receipt, and only that, says which debts are guaranteed. Correct it.")


@dataclass(frozen=True, slots=True)
class Distribution:
    """`why` explains the split, `effects` what it means for others; `over_fen` goes back to whoever paid."""

    splits: tuple[PaymentSplit, ...]
    over_fen: int
    why: tuple[Message, ...]
    effects: tuple[Message, ...]


def distribute(receipt: Receipt, debts: Sequence[DebtOnDay], *, agreed: Sequence[str] = ()) -> Distribution:
    """Civil Code 560 over debts and 561, the contract or the card order within each (CN-L1, CN-L2, CN-K5).

    `agreed`: an order of debts that the parties agreed, which goes before the law. NotFound where the designated
    or a guaranteed debt is not among `debts`.
    """
    by_id = {debt.owed.loan_id: debt for debt in debts}
    named = {receipt.designated} - {None} | set(receipt.guaranteed_fen or ()) | set(agreed)
    strange = sorted(name for name in named if name not in by_id)  # type: ignore[type-var]
    if strange:
        raise NotFound(f"Loan {strange[0]} is not among the debts. Name one of them.")
    open_to = [debt.owed for debt in debts if _reach(receipt, debt) > 0]
    left, splits, why = receipt.amount_fen, [], []
    groups = claim_groups(open_to, receipt.received, receipt.designated, agreed)
    for i, group in enumerate(groups):
        reach = [_reach(receipt, by_id[owed.loan_id]) for owed in group]
        taken = min(left, sum(reach))
        if not taken:
            break
        why.append(why_first(group, groups[i + 1 :], receipt.received, receipt.designated, agreed))
        for owed, fen in zip(group, split_fen(taken, reach), strict=True):
            if fen:
                splits.append(_split(by_id[owed.loan_id], fen))
        left -= taken
    why += [message for split in splits for message in (split.rule.why, split.shown)]
    if left:
        why.append(Message(OVER[receipt.payer], {"amount": format_yuan(left)}))
    return Distribution(tuple(splits), left, tuple(why), tuple(_effects(receipt, splits, by_id)))


def _reach(receipt: Receipt, debt: DebtOnDay) -> int:
    """How much of the debt this payer's money may go to."""
    total = debt.owed.total_fen
    if receipt.guaranteed_fen is None:
        return total
    limit = receipt.guaranteed_fen.get(debt.owed.loan_id, 0)
    return total if limit is None else min(total, limit)


def _split(debt: DebtOnDay, fen: int) -> PaymentSplit:
    return allocate(fen, debt.owed, rule_for(product=debt.product, dpd=debt.dpd, contract=debt.contract))


def _effects(receipt: Receipt, splits: Sequence[PaymentSplit], by_id: Mapping[str, DebtOnDay]) -> list[Message]:
    told = []
    for split in splits:
        paid = split.fees_fen + split.interest_fen + split.principal_fen
        about = {"loan": split.loan_id, "amount": format_yuan(paid)}
        if receipt.payer is not Payer.DEBTOR:
            told.append(Message(EFFECTS[receipt.payer], about))
        elif by_id[split.loan_id].joint:
            told.append(Message(JOINT, about))
    return told


JOINT = gettext_noop(
    "Loan %(loan)s is owed jointly: these %(amount)s yuan free every joint debtor of that much (Civil Code 520)."
)
EFFECTS: dict[Payer, str] = {
    Payer.JOINT_DEBTOR: gettext_noop(
        "Loan %(loan)s: %(amount)s yuan free every joint debtor of that much; whoever paid more than their share "
        "may ask the others for it (Civil Code 519, 520)."
    ),
    Payer.GUARANTOR: gettext_noop(
        "Loan %(loan)s: the guarantor paid %(amount)s yuan and may claim them from the debtor, not to the bank's "
        "harm (Civil Code 700). The guarantee falls by that much."
    ),
    Payer.THIRD_PARTY: gettext_noop(
        "Loan %(loan)s: a third person paid %(amount)s yuan. Where they had a lawful interest in it, the claim "
        "passes to them (Civil Code 524); ask and record it."
    ),
}
OVER: dict[Payer, str] = {
    Payer.DEBTOR: gettext_noop(
        "%(amount)s yuan more than is owed: they stay the customer's and go back on request."
    ),
    Payer.JOINT_DEBTOR: gettext_noop(
        "%(amount)s yuan more than is owed: they go back to the joint debtor who paid."
    ),
    Payer.GUARANTOR: gettext_noop(
        "%(amount)s yuan more than is guaranteed and owed: they go back to the guarantor."
    ),
    Payer.THIRD_PARTY: gettext_noop("%(amount)s yuan more than is owed: they go back to the person who paid."),
}
