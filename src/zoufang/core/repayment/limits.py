"""Limits of law on an offer. Each rule is one function; compliance adds its own through `permitted`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from zoufang.core.portfolio import add_months
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.repayment.due_dates import months_begun
from zoufang.core.values import Decision, Finding, Message, Offer, OfferKind, gettext_noop


def limit_findings(offer: Offer, case: Case, policy: RepaymentPolicy) -> tuple[Finding, ...]:
    """What every rule says of the offer; silent rules leave no finding."""
    return tuple(finding for rule in RULES if (finding := rule(offer, case, policy)) is not None)


def card_term(offer: Offer, case: Case, policy: RepaymentPolicy) -> Finding | None:
    """信用卡业务监督管理办法 art. 70: an individual plan runs at most five years from signing (CN-K1)."""
    last = offer.schedule[-1].due
    if not case.is_card or last <= add_months(offer.starts, policy.card_max_months):
        return None
    text = gettext_noop("A card plan may run at most %(most)s months; this one runs %(months)s.")
    params = {"most": policy.card_max_months, "months": months_begun(offer.starts, last)}
    return Finding("CN-K1", Decision.BLOCK, Message(text, params), "信用卡业务监督管理办法 70")


def extension_limit(offer: Offer, case: Case, policy: RepaymentPolicy) -> Finding | None:
    """个人贷款管理办法: extensions in all at most the original term (up to a year) or half of it (CN-L3).

    A loan that has matured cannot be extended any more: its plan is a restructuring, which other rules watch.
    """
    most = case.term_months if case.term_months <= 12 else case.term_months // 2
    months = case.extended_months + offer.extends_months
    if not offer.extends_months or case.matures < offer.starts or months <= most:
        return None
    text = gettext_noop("Extensions of this loan may last %(most)s months in all; this offer makes %(months)s.")
    params = {"most": most, "months": months}
    return Finding("CN-L3", Decision.BLOCK, Message(text, params), "个人贷款管理办法")


def asked_in_time(offer: Offer, case: Case, policy: RepaymentPolicy) -> Finding | None:
    """民法典 678: an extension is asked before the due date; later it is a restructuring (CN-L3)."""
    if not offer.extends_months or case.dpd == 0:
        return None
    text = gettext_noop("Asked %(dpd)s days after the due date: this is a restructuring, not an extension.")
    return Finding("CN-L3", Decision.WARN, Message(text, {"dpd": case.dpd}), "民法典 678")


def product_term(offer: Offer, case: Case, policy: RepaymentPolicy) -> Finding | None:
    """Longest term of the product; beyond it only as a restructuring (CN-L4)."""
    most = policy.product_max_months.get(case.product)
    months = case.term_months + case.extended_months + offer.extends_months
    if most is None or not offer.extends_months or months <= most:
        return None
    text = gettext_noop(
        "The term becomes %(months)s months, over the product's %(most)s: only as a restructuring."
    )
    return Finding("CN-L4", Decision.WARN, Message(text, {"months": months, "most": most}), "个人贷款管理办法")


def total_cost(offer: Offer, case: Case, policy: RepaymentPolicy) -> Finding | None:
    """法发〔2017〕22号: courts cut charges above 24% a year; 36% is never offered (CN-L7)."""
    if offer.all_in_rate_bp < policy.warn_rate_bp:
        return None
    over = offer.all_in_rate_bp > policy.block_rate_bp
    params = {"rate": _percent(offer.all_in_rate_bp), "warn": _percent(policy.warn_rate_bp)}
    if over:
        params = {"rate": params["rate"], "warn": _percent(policy.block_rate_bp)}
    text = gettext_noop("The plan costs %(rate)s%% a year all in; the line is %(warn)s%%.")
    decision = Decision.BLOCK if over else Decision.WARN
    return Finding("CN-L7", decision, Message(text, params), "法发〔2017〕22号")


Rule = Callable[[Offer, Case, RepaymentPolicy], Finding | None]
RULES: tuple[Rule, ...] = (card_term, extension_limit, asked_in_time, product_term, total_cost)


def extends_by(case: Case, last_due: date) -> int:
    """Months that a plan reaches past the loan's maturity; a card has none."""
    return 0 if case.is_card else max(0, months_begun(case.matures, last_due))


def restructures(kind: OfferKind, case: Case) -> bool:
    """A concession to a debtor in difficulty makes a restructured asset (金融资产风险分类办法, CN-C4)."""
    return kind is not OfferKind.PAY_IN_FULL and case.dpd > 0


def _percent(bp: int) -> str:
    return f"{bp / 100:.2f}"
