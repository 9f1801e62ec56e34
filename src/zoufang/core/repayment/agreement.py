"""What a repayment agreement must hold before anyone may sign it (art. 70, CN-K2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.portfolio import Product, add_months
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.values import Instalment, Message, Offer, format_yuan, gettext_noop

CARD_MAX_MONTHS = 60


class Clause(StrEnum):
    """Rights and duties; the document's language file holds their wording."""

    STOP_COLLECTION = "stop_collection"
    PAY_EARLY = "pay_early"
    TELL_CHANGES = "tell_changes"
    PAY_TO_BANK_ONLY = "pay_to_bank_only"
    COMPLAIN = "complain"


@dataclass(frozen=True, slots=True)
class Signatories:
    """Who signs. The resident ID is given masked: the agreement names the contract, not the whole number."""

    bank: str
    branch: str
    debtor: str
    debtor_id_masked: str
    contract_no: str
    hotline: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A draft or signed agreement. None, empty or False: not stated, which blocks signing.

    `awaiting_confirmation`: the core system has not booked it yet, and the paper says so.
    """

    number: str
    signatories: Signatories
    product: Product
    signed_on: date
    currency: str | None
    principal_fen: int | None
    interest_fen: int | None
    fees_fen: int | None
    waived_fen: int
    instalments: tuple[Instalment, ...]
    annual_rate_bp: int | None
    no_new_cards: bool
    clauses: tuple[Clause, ...]
    break_after_days: int | None
    other_matters: tuple[str, ...] = ()
    awaiting_confirmation: bool = True

    @property
    def is_card(self) -> bool:
        return self.product is Product.CARD

    @property
    def total_fen(self) -> int:
        return sum(part.amount_fen for part in self.instalments)


def draft_agreement(
    offer: Offer,
    case: Case,
    policy: RepaymentPolicy,
    signatories: Signatories,
    *,
    number: str,
    other_matters: tuple[str, ...] = (),
) -> Agreement:
    """The agreement of an accepted offer, with every content that the law asks for."""
    return Agreement(
        number=number,
        signatories=signatories,
        product=case.product,
        signed_on=offer.starts,
        currency=case.currency,
        principal_fen=case.principal_fen,
        interest_fen=case.interest_fen,
        fees_fen=case.fees_fen,
        waived_fen=offer.waived_fen,
        instalments=offer.schedule,
        annual_rate_bp=case.annual_rate_bp if policy.plan_rate_bp is None else policy.plan_rate_bp,
        no_new_cards=case.is_card,
        clauses=tuple(Clause),
        break_after_days=policy.break_after_days,
        other_matters=other_matters,
    )


def missing_contents(agreement: Agreement) -> tuple[Message, ...]:
    """What is missing or contradicts itself, in the order of art. 70; anything here blocks signing (CN-K2)."""
    return tuple(message for check in CHECKS if (message := check(agreement)) is not None)


def _parties(a: Agreement) -> Message | None:
    s = a.signatories
    complete = all((a.number, s.bank, s.debtor, s.debtor_id_masked, s.contract_no))
    return (
        None if complete else Message(gettext_noop("Number, bank, debtor, masked ID and contract must be named."))
    )


def _balance(a: Agreement) -> Message | None:
    """(一) balance, structure, currency."""
    if None in (a.principal_fen, a.interest_fen, a.fees_fen) or not a.currency:
        return Message(
            gettext_noop("The balance must be given as principal, interest and fees, with its currency.")
        )
    return None


def _periods(a: Agreement) -> Message | None:
    """(二) period, method, currency, dates and amount of each instalment."""
    return None if a.instalments else Message(gettext_noop("Each instalment needs its date and amount."))


def _sums(a: Agreement) -> Message | None:
    principal = sum(part.principal_fen for part in a.instalments)
    if not a.instalments or a.principal_fen is None or principal == a.principal_fen:
        return None
    text = gettext_noop("Instalments repay %(sum)s yuan of principal, the balance is %(balance)s.")
    return Message(text, {"sum": format_yuan(principal), "balance": format_yuan(a.principal_fen)})


def _rising(a: Agreement) -> Message | None:
    dates = [a.signed_on, *(part.due for part in a.instalments)]
    if dates == sorted(set(dates)):
        return None
    return Message(gettext_noop("Due days must rise, from after the day of signing."))


def _five_years(a: Agreement) -> Message | None:
    """At most five years from signing (CN-K1)."""
    if not a.is_card or not a.instalments:
        return None
    if a.instalments[-1].due <= add_months(a.signed_on, CARD_MAX_MONTHS):
        return None
    return Message(gettext_noop("A card plan may run at most %(most)s months."), {"most": CARD_MAX_MONTHS})


def _charges(a: Agreement) -> Message | None:
    """(三) whether fees or interest accrue; a rate of 0 says that none does."""
    if a.annual_rate_bp is not None:
        return None
    return Message(gettext_noop("It must say whether interest and fees accrue, and at what rate."))


def _no_new_cards(a: Agreement) -> Message | None:
    """(四) no application for any bank's card before all is paid."""
    if a.no_new_cards or not a.is_card:
        return None
    return Message(gettext_noop("The undertaking to apply for no bank's card until all is paid is missing."))


def _rights(a: Agreement) -> Message | None:
    """(五) rights, duties and default."""
    if a.clauses and a.break_after_days is not None:
        return None
    return Message(gettext_noop("Rights, duties and what follows a default must be stated."))


def _hotline(a: Agreement) -> Message | None:
    """(六) other matters: at least where to ask and complain."""
    return None if a.signatories.hotline else Message(gettext_noop("Where to ask and complain must be stated."))


CHECKS: tuple[Callable[[Agreement], Message | None], ...] = (
    _parties,
    _balance,
    _periods,
    _sums,
    _rising,
    _five_years,
    _charges,
    _no_new_cards,
    _rights,
    _hotline,
)
