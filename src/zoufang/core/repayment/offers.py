"""From a draft to an offer: priced, explained, held against the law, the means and the authority."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from itertools import chain

from zoufang.core.errors import BadInput
from zoufang.core.repayment.affordability import Affordability
from zoufang.core.repayment.approval import Authority, approver_role
from zoufang.core.repayment.candidates import Draft
from zoufang.core.repayment.case import BalanceBasis, Case, RepaymentPolicy
from zoufang.core.repayment.cost import all_in_rate_bp, heaviest_month_fen, monthly_load_fen, present_value_fen
from zoufang.core.repayment.day_count import interest_fen
from zoufang.core.repayment.due_dates import months_begun
from zoufang.core.repayment.limits import extends_by, limit_findings, restructures
from zoufang.core.repayment.schedule import build_schedule
from zoufang.core.values import (
    Decision,
    Finding,
    Message,
    Offer,
    OfferKind,
    format_yuan,
    gettext_noop,
    strictest,
)


class Fit(StrEnum):
    SAFE = "safe"  # within the cautious end of the range
    TIGHT = "tight"  # within the range
    ABOVE = "above"
    UNKNOWN = "unknown"


def fit(offer: Offer, means: Affordability) -> Fit:
    """Can every instalment be borne on its day? Paying in full is held against the money at hand."""
    if offer.kind is OfferKind.PAY_IN_FULL:
        if means.lump_fen is None:
            return Fit.UNKNOWN
        return Fit.SAFE if offer.total_fen <= means.lump_fen else Fit.ABOVE
    loads = [(monthly_load_fen(part.amount_fen, offer.rhythm), means.on(part.due)) for part in offer.schedule]
    if any(bearable is None for _, bearable in loads):
        return Fit.UNKNOWN
    if all(bearable is not None and load <= bearable.low_fen for load, bearable in loads):
        return Fit.SAFE
    within = all(bearable is not None and load <= bearable.high_fen for load, bearable in loads)
    return Fit.TIGHT if within else Fit.ABOVE


def price(draft: Draft, case: Case, policy: RepaymentPolicy, today: date) -> Offer | None:
    """The offer that a draft makes, with the findings of law; None where no exact schedule exists."""
    try:
        schedule = build_schedule(draft.terms)
    except BadInput:  # an instalment would not cover its own interest
        return None
    last = schedule[-1].due
    offer = Offer(
        kind=draft.kind,
        loan_id=case.loan_id,
        product=case.product.value,
        starts=today,
        rhythm=draft.rhythm,
        schedule=schedule,
        monthly_fen=heaviest_month_fen(schedule, draft.rhythm),
        total_fen=sum(part.amount_fen for part in schedule),
        stay_fen=stay_fen(case, today, last),
        present_value_fen=present_value_fen(schedule, today, policy.valuation),
        all_in_rate_bp=_cost_bp(draft, today),
        waived_fen=draft.waived_fen,
        restructures=restructures(draft.kind, case),
        extends_months=extends_by(case, last),
        approval_role=None,
        conditions=(),
        if_broken=_if_broken(draft.kind, policy),
    )
    return replace(offer, findings=limit_findings(offer, case, policy))


def _cost_bp(draft: Draft, today: date) -> int:
    """The yearly cost of what the plan adds; charges that are owed already belong to the past."""
    terms = draft.terms
    if terms.principal_fen == 0:
        return 0
    added = build_schedule(replace(terms, carried_interest_fen=draft.paused_interest_fen, carried_fees_fen=0))
    return all_in_rate_bp(terms.principal_fen, added, today)


def stay_fen(case: Case, today: date, until: date) -> int:
    """What is owed on `until` if nothing is paid: overdue principal at the penalty rate, the rest at the contract.

    Interest on unpaid interest (复利) is left out, so that the comparison never flatters the plan.
    """
    rest = case.principal_fen - case.late_principal_fen
    penalty = interest_fen(case.late_principal_fen, today, until, case.penalty_rate_bp, case.day_count)
    return case.owed_fen + penalty + interest_fen(rest, today, until, case.annual_rate_bp, case.day_count)


def finish(offer: Offer, extra: tuple[Finding, ...], fitting: Fit, case: Case, policy: RepaymentPolicy) -> Offer:
    """With compliance's findings, the approval that is needed, what the customer reads and what staff should know.

    Where compliance speaks by a rule, its word stands for the one that `limits` has on the same rule.
    """
    judged = {finding.rule_id for finding in extra}
    findings = (*(own for own in offer.findings if own.rule_id not in judged), *extra)
    role = approval_needed(offer, findings, policy.authority)
    checked = replace(offer, findings=findings, approval_role=role)
    return replace(
        checked,
        conditions=tuple(_conditions(checked, case)),
        notes=tuple(_notes(checked, fitting)),
        sources=tuple(dict.fromkeys(chain([f.source for f in findings], _sources(case)))),
    )


def approval_needed(offer: Offer, findings: tuple[Finding, ...], authority: Authority) -> str | None:
    """The role by the authority table; a warning always needs a second person."""
    role = approver_role(
        authority,
        kind=offer.kind,
        total_fen=offer.total_fen,
        months=months_begun(offer.starts, offer.schedule[-1].due),
        waived_fen=offer.waived_fen,
    )
    return authority.roles[1] if role is None and strictest(findings) is Decision.WARN else role


def _conditions(offer: Offer, case: Case) -> Iterator[Message]:
    """What the customer reads: the basis, what is assumed, and what the plan binds both sides to."""
    yield from what_it_rests_on(offer, case)
    yield Message(gettext_noop("Collection stops while the plan is kept."))
    if offer.approval_role is not None:
        text = gettext_noop("Valid only after approval by: %(role)s.")
        yield Message(text, {"role": offer.approval_role})
    if case.is_card and offer.kind is not OfferKind.PAY_IN_FULL:
        yield Message(gettext_noop("No application for any bank's card until all is paid."))


def what_it_rests_on(offer: Offer, case: Case) -> tuple[Message, ...]:
    """The balance that an offer is reckoned from, and the rate where it is assumed; the agreement says it too."""
    if not case.rate_assumed or len(offer.schedule) == 1:
        return (_basis(case),)
    text = gettext_noop("The rate of the contract is not at hand: %(rate)s%% a year is assumed until it is.")
    return (_basis(case), Message(text, {"rate": f"{case.annual_rate_bp / 100:.2f}"}))


def _basis(case: Case) -> Message:
    day: dict[str, object] = {"day": case.as_of} if case.as_of else {}
    if case.basis is BalanceBasis.ONE_FIGURE:
        params = {"owed": format_yuan(case.owed_fen)} | day
        return Message(ONE_FIGURE_ON if day else ONE_FIGURE, params)
    parts = {"principal": case.principal_fen, "interest": case.interest_fen, "fees": case.fees_fen}
    return Message(SPLIT_ON if day else SPLIT, {name: format_yuan(fen) for name, fen in parts.items()} | day)


SPLIT = gettext_noop("Reckoned from principal %(principal)s, interest %(interest)s and fees %(fees)s yuan.")
SPLIT_ON = gettext_noop(
    "Reckoned from principal %(principal)s, interest %(interest)s and fees %(fees)s yuan on %(day)s."
)
ONE_FIGURE = gettext_noop(
    "Reckoned from a balance of %(owed)s yuan that may include interest; the bank's statement decides."
)
ONE_FIGURE_ON = gettext_noop(
    "Reckoned from a balance of %(owed)s yuan on %(day)s that may include interest; the bank's statement decides."
)


def _notes(offer: Offer, fitting: Fit) -> Iterator[Message]:
    """For staff: the customer's copy does not carry these."""
    if fitting is Fit.TIGHT:
        yield Message(gettext_noop("The instalment is at the limit of what can be borne: review it early."))
    if offer.restructures:
        yield Message(
            gettext_noop("A restructured asset: at least special mention, watched for a year or longer.")
        )


def _sources(case: Case) -> tuple[str, ...]:
    return ("信用卡业务监督管理办法 70",) if case.is_card else ("民法典 678", "个人贷款管理办法")


def _if_broken(kind: OfferKind, policy: RepaymentPolicy) -> Message:
    if kind is OfferKind.PAY_IN_FULL:
        text = gettext_noop("If it is not paid by the day, the offer lapses; interest runs on by the contract.")
        return Message(text)
    text = gettext_noop(
        "If an instalment stays unpaid for more than %(days)s days, the plan ends: the rest falls due at once, "
        "interest runs by the contract and collection may start again."
    )
    return Message(text, {"days": policy.break_after_days})
