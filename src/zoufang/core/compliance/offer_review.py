"""The gate for offers: the rules of the terms, and those contact rules that concern the debt itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance.case import Case, Rule
from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.offer_request import OfferCase, OfferRequest, OfferRule
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.request import ContactRequest
from zoufang.core.compliance.rules_account import (
    by_counsels_leave_at_law,
    expired_debt_by_counsel,
    not_after_transfer,
    not_during_open_dispute,
)
from zoufang.core.compliance.rules_offer import (
    card_agreement_is_complete,
    card_plan_ends_in_time,
    extension_within_limits,
    guarantors_agree_to_new_terms,
    no_new_loan_at_the_door,
    no_promise_on_the_credit_record,
    nothing_is_taken_at_the_door,
    overdue_rate_within_the_range,
    rate_is_known,
    running_plan_is_kept,
    term_within_the_product,
    time_to_reflect,
    total_cost_below_the_line,
)
from zoufang.core.compliance.rules_person import (
    not_a_minor_or_incapable,
    not_after_a_sign_of_self_harm,
    not_after_death,
    only_through_the_lawyer,
)
from zoufang.core.errors import BadInput
from zoufang.core.values import Decision, Finding, Message, PartyRole, Purpose, gettext_noop, strictest

OFFER_RULES: tuple[OfferRule, ...] = (
    card_plan_ends_in_time,
    card_agreement_is_complete,
    running_plan_is_kept,
    extension_within_limits,
    term_within_the_product,
    no_new_loan_at_the_door,
    total_cost_below_the_line,
    overdue_rate_within_the_range,
    guarantors_agree_to_new_terms,
    no_promise_on_the_credit_record,
    rate_is_known,
    nothing_is_taken_at_the_door,
    time_to_reflect,
)
# Of the contact rules those that speak of the debt and the debtor: an offer reaches them whatever the channel.
OF_CONTACTS: tuple[Rule, ...] = (
    not_after_death,
    not_a_minor_or_incapable,
    not_after_a_sign_of_self_harm,
    only_through_the_lawyer,
    not_during_open_dispute,
    by_counsels_leave_at_law,
    not_after_transfer,
    expired_debt_by_counsel,
)


@dataclass(frozen=True, slots=True)
class OfferVerdict:
    """The word of every rule on one offer: a block takes it off the table, a warning needs a second person."""

    decision: Decision
    findings: tuple[Finding, ...]
    pack_versions: tuple[str, ...]
    today: date

    @property
    def blocks(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.decision is Decision.BLOCK)


def review_offer(request: OfferRequest, facts: Facts, policy: Policy, today: date) -> OfferVerdict:
    """May this offer be put, agreed or approved today? A rule that no pack in force states blocks (XX-1)."""
    if request.customer_id != facts.customer_id:
        raise BadInput(f"Facts of {facts.customer_id} cannot judge an offer to {request.customer_id}.")
    said = [Finding("XX-1", Decision.BLOCK, why, NO_PACK) for why in policy.problems]
    rules: tuple[Rule | OfferRule, ...] = (*OF_CONTACTS, *OFFER_RULES)
    for rule in rules:
        said.extend(_ask(rule, request, facts, policy, today))
    kept = tuple(finding for n, finding in enumerate(said) if finding not in said[:n])
    return OfferVerdict(strictest(kept), kept, policy.versions, today)


NO_PACK = "bank policy: without a valid rule pack nothing is offered"


def _ask(
    rule: Rule | OfferRule, request: OfferRequest, facts: Facts, policy: Policy, today: date
) -> tuple[Finding, ...]:
    law = policy.rule(rule.id, request.channel)
    if law is None and any(rule.id == stated for stated, _ in policy.rules):
        return ()  # in force, but not on this channel
    if law is None or not law.numbers.keys() >= set(rule.numbers):
        text = gettext_noop("Rule %(rule)s is in no pack that is valid on %(day)s. Renew the pack.")
        why = Message(text, {"rule": rule.id, "day": today})
        return (Finding("XX-1", Decision.BLOCK, why, NO_PACK),)
    case = Case(_as_contact(request, today), facts, policy, today, law, today)
    return rule.findings(case) if isinstance(rule, Rule) else rule.findings(OfferCase(request, case))


def _as_contact(request: OfferRequest, today: date) -> ContactRequest:
    return ContactRequest(
        customer_id=request.customer_id,
        channel=request.channel,
        purpose=Purpose.FIRST_TALK,
        target_id=request.customer_id,
        target_role=PartyRole.DEBTOR,
        days=(today,),
    )
