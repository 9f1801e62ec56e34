"""What may be offered, asked and promised, and when it may be signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from zoufang.core.compliance.facts import PlanState
from zoufang.core.compliance.offer_request import Ask, OfferCase, offer_rule
from zoufang.core.compliance.unknown import UNKNOWN, known
from zoufang.core.portfolio import add_months
from zoufang.core.values import Finding, gettext_noop

NEVER_ASKED: dict[Ask, str] = {
    Ask.CASH_TO_VISITOR: gettext_noop("Visitors take no cash: payment goes through the bank's own channels only"),
    Ask.PRIVATE_ACCOUNT: gettext_noop("No payment to a private account, whoever owns it"),
    Ask.PENSION_PLEDGE: gettext_noop("A pension is not pledged, nor its card held"),
    Ask.ESSENTIAL_GOODS: gettext_noop("Household essentials and the tools of a trade are not taken as security"),
    Ask.OTHER_SECURITY: gettext_noop("No security is taken at the door; a credit officer agrees it at the bank"),
    Ask.BLANK_SIGNATURE: gettext_noop("Nobody signs a paper with blanks"),
}


@offer_rule("CN-K1", numbers=("max_months",))
def card_plan_ends_in_time(asked: OfferCase) -> Iterator[Finding]:
    """An individual instalment plan of a card runs at most five years from signing (信用卡办法 70)."""
    most = asked.number("max_months")
    if asked.terms.is_card and asked.terms.ends > add_months(asked.terms.offer.starts, most):
        yield asked.case.block(
            gettext_noop("A card plan may run at most %(most)s months; this one runs until %(ends)s."),
            most=most,
            ends=asked.terms.ends,
        )


@offer_rule("CN-K2")
def card_agreement_is_complete(asked: OfferCase) -> Iterator[Finding]:
    """The agreement of a card plan holds the six contents of the order (信用卡办法 70)."""
    if not (asked.terms.is_card and asked.terms.in_parts):
        return
    if asked.terms.missing is UNKNOWN:
        yield asked.unknown("missing")
        return
    for lack in known(asked.terms.missing):
        yield asked.case.block(lack.template, **lack.params)


@offer_rule("CN-K3", needs=("plan_of_loan",))
def running_plan_is_kept(asked: OfferCase) -> Iterator[Finding]:
    """A plan that is being performed is not replaced without a cause (信用卡办法 70, for all loans)."""
    if known(asked.terms.plan_of_loan) is PlanState.PERFORMING and not asked.terms.replaces_for.strip():
        yield asked.case.block(
            gettext_noop("A repayment plan of this loan is being performed. Replace it only for a stated cause.")
        )


@offer_rule("CN-L3", numbers=("short_months", "long_percent"))
def extension_within_limits(asked: OfferCase) -> Iterator[Finding]:
    """Extensions last at most the original term, or half of it over a year (个人贷款管理办法; 民法典 678).

    A loan that has matured, or whose extension is asked after the due date, can only be restructured.
    """
    terms = asked.terms
    if terms.is_card or not terms.in_parts:
        return
    lacking = [name for name in ("original_months", "matures") if getattr(terms, name) is UNKNOWN]
    if lacking:
        yield from map(asked.unknown, lacking)
        return
    months, original = terms.extended_months + terms.offer.extends_months, known(terms.original_months)
    if not terms.offer.extends_months:
        return
    short = original <= asked.number("short_months")
    most = original if short else original * asked.number("long_percent") // 100
    if known(terms.matures) >= terms.offer.starts and months > most:
        text = gettext_noop("Extensions of this loan may last %(most)s months in all; this makes %(months)s.")
        yield asked.case.block(text, most=most, months=months)
    if terms.days_past_due:
        text = gettext_noop("Asked %(dpd)s days after the due date: this is a restructuring, not an extension.")
        yield asked.case.warn(text, dpd=terms.days_past_due)


@offer_rule("CN-L4", numbers=("consumer_months", "business_months"))
def term_within_the_product(asked: OfferCase) -> Iterator[Finding]:
    """A plan passes the product's longest term only as a restructuring (个人贷款管理办法)."""
    terms = asked.terms
    most = asked.case.law.numbers.get(f"{terms.offer.product}_months")
    if most is None or not terms.offer.extends_months or terms.original_months is UNKNOWN:
        return
    months = known(terms.original_months) + terms.extended_months + terms.offer.extends_months
    if months > most:
        text = gettext_noop("The term becomes %(months)s months, over the product's %(most)s.")
        yield asked.case.breach(text, months=months, most=most)


@offer_rule("CN-L5")
def no_new_loan_at_the_door(asked: OfferCase) -> Iterator[Finding]:
    """Refinancing (借新还旧) is a credit officer's assessed restructuring (风险分类办法); not a visitor's."""
    if Ask.NEW_LOAN in asked.terms.asks:
        yield asked.case.block(
            gettext_noop("Visitors offer no new loan to repay an old one. Ask a credit officer.")
        )


@offer_rule("CN-L7", numbers=("warn_bp", "block_bp"))
def total_cost_below_the_line(asked: OfferCase) -> Iterator[Finding]:
    """Courts cut interest, penalties and fees above 24% a year; 36% is never offered (法发〔2017〕22号)."""
    cost, warn, most = asked.terms.offer.all_in_rate_bp, asked.number("warn_bp"), asked.number("block_bp")
    if cost < warn:
        return
    say, line = (asked.case.block, most) if cost > most else (asked.case.warn, warn)
    text = gettext_noop("The plan costs %(rate)s%% a year all in; the line is %(line)s%%.")
    yield say(text, rate=f"{cost / 100:.2f}", line=f"{line / 100:.2f}")


@offer_rule("CN-L8", numbers=("most_percent",))
def overdue_rate_within_the_range(asked: OfferCase) -> Iterator[Finding]:
    """The overdue rate lies at most 50% over the contract's (银发〔2003〕251号); a card bears no such uplift."""
    contract, overdue = asked.terms.contract_rate_bp, asked.terms.overdue_rate_bp
    if contract is UNKNOWN or overdue is UNKNOWN:
        return  # CN-X9 speaks of it
    most = 0 if asked.terms.is_card else asked.number("most_percent")
    if known(overdue) * 100 > known(contract) * (100 + most):
        yield asked.case.block(
            gettext_noop("The overdue rate may lie at most %(most)s%% over the contract's rate"), most=most
        )


@offer_rule("CN-L9", needs=("guarantors",))
def guarantors_agree_to_new_terms(asked: OfferCase) -> Iterator[Finding]:
    """Without the guarantor's written consent added debt is not guaranteed and the period stays (民法典 695)."""
    lacking = set(known(asked.terms.guarantors)) - asked.terms.consents
    if lacking and asked.terms.in_parts:
        yield asked.case.breach(
            gettext_noop(
                "%(n)s guarantors have not agreed in writing to the new terms. Obtain it before signing."
            ),
            n=len(lacking),
        )


@offer_rule("CN-R2")
def no_promise_on_the_credit_record(asked: OfferCase) -> Iterator[Finding]:
    """Negative data stay five years from the end of the bad event (征信业管理条例 16); never promised away."""
    if Ask.RECORD_DELETION in asked.terms.asks:
        yield asked.case.block(gettext_noop("Nobody may promise that a credit record is deleted"))


@offer_rule("CN-X9")
def rate_is_known(asked: OfferCase) -> Iterator[Finding]:
    """Instalments reckoned from an assumed rate wait for somebody who has seen the contract (bank policy)."""
    if asked.terms.contract_rate_bp is UNKNOWN and asked.terms.in_parts:
        yield asked.case.breach(
            gettext_noop("The book names no interest rate: an assumed one was used. Check the contract first.")
        )


@offer_rule("CN-X10")
def nothing_is_taken_at_the_door(asked: OfferCase) -> Iterator[Finding]:
    """No cash, no private account, no security, no pension, no essentials, no blank paper (bank policy)."""
    for ask in asked.terms.asks:
        if ask in NEVER_ASKED:
            yield asked.case.block(NEVER_ASKED[ask])


@offer_rule("CN-X11", needs=("hardship",), numbers=("reflection_days",), facts=("vulnerabilities",))
def time_to_reflect(asked: OfferCase) -> Iterator[Finding]:
    """Whoever is in hardship or vulnerable may think it over before a plan binds (bank policy)."""
    until = asked.terms.offered_on + timedelta(days=asked.number("reflection_days"))
    frail = known(asked.terms.hardship) or bool(known(asked.case.facts.vulnerabilities))
    if frail and asked.terms.in_parts and asked.case.today < until:
        yield asked.case.breach(
            gettext_noop(
                "Hardship or vulnerability: the customer may think it over, nothing binds before %(until)s."
            ),
            until=until,
        )
