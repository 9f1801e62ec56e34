"""Drafts over every combination of terms that the policy and a hardship's treatment allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product

from zoufang.core.portfolio import add_months
from zoufang.core.repayment.affordability import Affordability
from zoufang.core.repayment.candidates import Draft, DraftMaker, count_of
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.repayment.concessions import Concessions
from zoufang.core.repayment.day_count import interest_fen
from zoufang.core.repayment.due_dates import months_begun
from zoufang.core.repayment.schedule import Method, Terms
from zoufang.core.values import OfferKind


@dataclass(frozen=True, slots=True)
class Relief:
    rate_cut_bp: int = 0
    fees_percent: int = 0
    interest_percent: int = 0


NO_RELIEF = Relief()


def combinations(
    case: Case, means: Affordability, policy: RepaymentPolicy, allowed: Concessions, today: date
) -> Iterator[Draft]:
    """Every draft once; compliance, means and authority judge later."""
    maker = DraftMaker(case, means, policy, today)
    yield maker.in_full()
    reliefs, pauses = _allowed(allowed, policy, means)
    for months, pause, relief in product(allowed.months, pauses, reliefs):
        if pause < months:
            yield from _shapes(maker, allowed, months, pause, relief)
    if not case.is_card and case.dpd == 0 and case.matures >= today:  # 民法典 678: asked before the due day
        for longer, relief in product(allowed.extensions, reliefs):
            months = months_begun(today, add_months(case.matures, longer))
            yield _draft(maker, OfferKind.EXTENSION_PLAN, maker.terms(maker.due(months)), 0, relief)
    for percent, months in product(allowed.settle_percents, allowed.settle_months):
        yield _settlement(maker, percent, months)


def _allowed(
    allowed: Concessions, policy: RepaymentPolicy, means: Affordability
) -> tuple[list[Relief], list[int]]:
    reliefs = [
        Relief(*one)
        for one in product(allowed.rate_cuts_bp, allowed.waive_fees_percents, allowed.waive_interest_percents)
    ]
    pauses = list(allowed.pauses)
    treatment = policy.treatment_of(means.hardship) if means.hardship else None
    if treatment is not None:
        pauses += treatment.pauses
        reliefs.append(
            Relief(treatment.rate_cut_bp, treatment.waive_fees_percent, treatment.waive_interest_percent)
        )
    return list(dict.fromkeys(reliefs)), list(dict.fromkeys(pauses))


def _shapes(maker: DraftMaker, allowed: Concessions, months: int, pause: int, relief: Relief) -> Iterator[Draft]:
    terms = maker.terms(maker.due(months, pause))
    short = months in maker.policy.short_months
    level = OfferKind.SHORT_PLAN if short else OfferKind.INSTALMENT_PLAN
    yield _draft(maker, level if relief == NO_RELIEF else OfferKind.RELIEF_PLAN, terms, pause, relief)
    for percent in allowed.step_percents:
        every = maker.means.rhythm.per_year
        if percent and len(terms.due) > every:
            rising = replace(terms, method=Method.STEP_UP, step_percent=percent, step_every=every)
            yield _draft(maker, OfferKind.STEP_UP_PLAN, rising, pause, relief)
    for quiet_months in allowed.interest_only:
        quiet = count_of(quiet_months, maker.means.rhythm)
        if 0 < quiet < len(terms.due):
            slow = replace(terms, method=Method.INTEREST_FIRST, interest_only=quiet)
            yield _draft(maker, OfferKind.INTEREST_FIRST_PLAN, slow, pause, relief)


def _draft(maker: DraftMaker, kind: OfferKind, terms: Terms, pause: int, relief: Relief) -> Draft:
    """The shape with its relief and its pause; a pause's interest bears none and is spread over the plan."""
    fees = maker.case.fees_fen * relief.fees_percent // 100
    interest = maker.case.interest_fen * relief.interest_percent // 100
    eased = replace(
        terms,
        annual_rate_bp=max(0, terms.annual_rate_bp - relief.rate_cut_bp),
        carried_fees_fen=terms.carried_fees_fen - fees,
        carried_interest_fen=terms.carried_interest_fen - interest,
    )
    if not pause:
        return Draft(kind, eased, maker.means.rhythm, fees + interest)
    resumes = add_months(maker.today, pause)
    paused = interest_fen(eased.principal_fen, maker.today, resumes, eased.annual_rate_bp, eased.day_count)
    later = replace(eased, start=resumes, carried_interest_fen=eased.carried_interest_fen + paused)
    return Draft(OfferKind.MORATORIUM_PLAN, later, maker.means.rhythm, fees + interest, paused)


def _settlement(maker: DraftMaker, percent: int, months: int) -> Draft:
    """A share of the principal in equal payments without interest; everything else is waived once it is paid."""
    paid = -(-maker.case.principal_fen * percent // 100)
    terms = maker.terms(maker.due(months))
    free = replace(terms, principal_fen=max(1, paid), annual_rate_bp=0, carried_interest_fen=0, carried_fees_fen=0)
    return Draft(OfferKind.SETTLEMENT, free, maker.means.rhythm, maker.case.owed_fen - max(1, paid))
