"""The question put to the gate before an offer is shown, agreed or approved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from zoufang.core.compliance.case import Case
from zoufang.core.compliance.facts import PlanState
from zoufang.core.compliance.unknown import UNKNOWN, Unknown
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Finding, Message, Offer, gettext_noop

CARD = "card"


class Ask(StrEnum):
    """What somebody would have the customer hand over, sign or believe beside the schedule itself."""

    CASH_TO_VISITOR = "cash_to_visitor"
    PRIVATE_ACCOUNT = "private_account"
    PENSION_PLEDGE = "pension_pledge"
    ESSENTIAL_GOODS = "essential_goods"
    OTHER_SECURITY = "other_security"
    BLANK_SIGNATURE = "blank_signature"
    NEW_LOAN = "new_loan"
    RECORD_DELETION = "record_deletion"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferRequest:
    """May this offer be put to `customer_id`, or be agreed, on the day of the review?

    Rates are basis points a year. `missing` is what the agreement would still lack (CN-K2), `consents` the
    guarantors who agreed in writing, `replaces_for` the cause for replacing a plan that is being performed.
    """

    customer_id: str
    offer: Offer
    offered_on: date
    channel: Channel = Channel.VISIT
    contract_rate_bp: int | Unknown = UNKNOWN
    overdue_rate_bp: int | Unknown = UNKNOWN
    original_months: int | Unknown = UNKNOWN
    matures: date | Unknown = UNKNOWN
    extended_months: int = 0
    days_past_due: int = 0
    guarantors: tuple[str, ...] | Unknown = UNKNOWN
    consents: frozenset[str] = frozenset()
    hardship: bool | Unknown = UNKNOWN
    plan_of_loan: PlanState | Unknown = UNKNOWN
    replaces_for: str = ""
    missing: tuple[Message, ...] | Unknown = UNKNOWN
    asks: tuple[Ask, ...] = ()

    def __post_init__(self) -> None:
        if min(self.extended_months, self.days_past_due) < 0:
            raise BadInput(
                f"Offer for loan {self.offer.loan_id}: months and days cannot be negative. Correct them."
            )

    @property
    def is_card(self) -> bool:
        return self.offer.product == CARD

    @property
    def ends(self) -> date:
        return self.offer.schedule[-1].due

    @property
    def in_parts(self) -> bool:
        """More than one payment: the contract's terms change."""
        return len(self.offer.schedule) > 1


@dataclass(frozen=True, slots=True)
class OfferCase:
    """What an offer rule sees: the terms, and the facts and the law as a contact rule sees them."""

    terms: OfferRequest
    case: Case

    def number(self, name: str) -> int:
        return self.case.number(name)

    def unknown(self, term: str) -> Finding:
        """A term that nobody knows blocks; it cannot be attested, for the offer is reckoned from it."""
        text = gettext_noop("Nobody knows: %(fact)s. Find it out before offering.")
        return self.case.block(text, fact=TERM_NAMES[term])


OfferCheck = Callable[[OfferCase], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class OfferRule:
    """A check of an offer with the pack rule it enforces, the terms it needs and the numbers it counts with."""

    id: str
    check: OfferCheck
    needs: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    name: str = field(default="", compare=False)

    def findings(self, asked: OfferCase) -> tuple[Finding, ...]:
        """All the rule has to say; its check is not asked while a term or a fact that it needs is missing."""
        missing = [asked.unknown(term) for term in self.needs if getattr(asked.terms, term) is UNKNOWN]
        missing += [asked.case.unknown(f) for f in self.facts if getattr(asked.case.facts, f) is UNKNOWN]
        return tuple(missing) or tuple(self.check(asked))


def offer_rule(
    rule_id: str, *, needs: tuple[str, ...] = (), numbers: tuple[str, ...] = (), facts: tuple[str, ...] = ()
) -> Callable[[OfferCheck], OfferRule]:
    def made(check: OfferCheck) -> OfferRule:
        return OfferRule(rule_id, check, needs, numbers, facts, getattr(check, "__name__", rule_id))

    return made


TERM_NAMES: dict[str, str] = {
    "contract_rate_bp": gettext_noop("the interest rate of the contract"),
    "overdue_rate_bp": gettext_noop("the overdue rate of the contract"),
    "original_months": gettext_noop("the original term of the loan"),
    "matures": gettext_noop("when the loan matures"),
    "guarantors": gettext_noop("whether the loan has guarantors"),
    "hardship": gettext_noop("whether the customer is in hardship"),
    "plan_of_loan": gettext_noop("whether a repayment plan is being performed"),
    "missing": gettext_noop("whether the agreement holds all that the law asks for"),
}
