"""The gate for the offers of a case file: the facts that the file gives, and the shipped packs."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

from zoufang.core.compliance import UNKNOWN, Facts, OfferRequest, policy_on, review_offer
from zoufang.core.repayment import Permitted, draft_agreement, missing_contents
from zoufang.core.values import Finding, Message, Offer
from zoufang.files.policy_packs import shipped_holidays, shipped_packs

if TYPE_CHECKING:
    from zoufang.files.propose_files import ProposeInput

NOT_ASKED = "The gate was not asked: the case file has no `facts`. An offer may be put only after it was."


def permitted_by(given: ProposeInput, today: date) -> Permitted:
    """A fact or a term that the file leaves out is unknown, and blocks. Needs `given.facts`."""
    law = policy_on(shipped_packs(), today, holidays=shipped_holidays())
    facts = Facts(customer_id=given.case.loan_id, **_known(given))

    def permitted(offer: Offer) -> tuple[Finding, ...]:
        return review_offer(_request(given, facts, offer, today), facts, law, today).findings

    return permitted


def _known(given: ProposeInput) -> dict[str, Any]:
    facts: Any = given.facts
    return {f.name: getattr(facts, f.name) for f in dataclasses.fields(facts)}


def _request(given: ProposeInput, facts: Facts, offer: Offer, today: date) -> OfferRequest:
    case = given.case
    return OfferRequest(
        customer_id=facts.customer_id,
        offer=offer,
        offered_on=today,
        contract_rate_bp=UNKNOWN if case.rate_assumed else case.annual_rate_bp,
        overdue_rate_bp=UNKNOWN if case.rate_assumed else case.penalty_rate_bp,
        original_months=case.term_months,
        matures=case.matures,
        extended_months=case.extended_months,
        days_past_due=case.dpd,
        guarantors=UNKNOWN if given.guarantors is None else given.guarantors,
        hardship=given.means.hardship is not None,
        plan_of_loan=facts.plan_state,
        missing=_missing(given, offer),
    )


def _missing(given: ProposeInput, offer: Offer) -> tuple[Message, ...]:
    """Who signs may be left open until an agreement is wanted; everything else must be there."""
    if given.signatories is None:
        return ()
    number = given.agreement_number or "-"
    return missing_contents(draft_agreement(offer, given.case, given.policy, given.signatories, number=number))
