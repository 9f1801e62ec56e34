"""Every shape of plan that the policy allows to try, from the shortest to the most lenient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from zoufang.core.portfolio import add_months
from zoufang.core.repayment.affordability import Affordability
from zoufang.core.repayment.case import Case, RepaymentPolicy
from zoufang.core.repayment.day_count import interest_fen
from zoufang.core.repayment.due_dates import DAYS, due_dates, first_pay_day
from zoufang.core.repayment.schedule import Method, Terms
from zoufang.core.values import OfferKind, Rhythm


@dataclass(frozen=True, slots=True)
class Draft:
    """`paused_interest_fen`: interest of a moratorium, part of the carried interest of `terms`."""

    kind: OfferKind
    terms: Terms
    rhythm: Rhythm
    waived_fen: int = 0
    paused_interest_fen: int = 0


def drafts(case: Case, means: Affordability, policy: RepaymentPolicy, today: date) -> dict[OfferKind, list[Draft]]:
    """Drafts by kind, shorter plans first; relief by moratorium only where hardship was reported."""
    maker = DraftMaker(case, means, policy, today)
    made = {
        OfferKind.PAY_IN_FULL: [maker.in_full()],
        OfferKind.SHORT_PLAN: [maker.level(OfferKind.SHORT_PLAN, m) for m in policy.short_months],
        OfferKind.INSTALMENT_PLAN: [maker.level(OfferKind.INSTALMENT_PLAN, m) for m in policy.long_months],
        OfferKind.STEP_UP_PLAN: [maker.step_up(m) for m in policy.long_months if m > 12],
        OfferKind.INTEREST_FIRST_PLAN: list(maker.interest_first()),
    }
    if means.hardship is not None:
        made[OfferKind.MORATORIUM_PLAN] = [maker.moratorium(m) for m in policy.long_months]
    return made


@dataclass(frozen=True, slots=True)
class DraftMaker:
    case: Case
    means: Affordability
    policy: RepaymentPolicy
    today: date

    def in_full(self) -> Draft:
        waived = self.case.fees_fen * self.policy.waive_fees_percent // 100
        terms = self.terms((self.today + timedelta(days=self.policy.settle_days),))
        paid = replace(terms, method=Method.BULLET, carried_fees_fen=self.case.fees_fen - waived)
        return Draft(OfferKind.PAY_IN_FULL, paid, Rhythm.MONTHLY, waived)

    def level(self, kind: OfferKind, months: int) -> Draft:
        return Draft(kind, self.terms(self.due(months)), self.means.rhythm)

    def step_up(self, months: int) -> Draft:
        terms = replace(
            self.terms(self.due(months)),
            method=Method.STEP_UP,
            step_percent=self.policy.step_percent,
            step_every=self.means.rhythm.per_year,
        )
        return Draft(OfferKind.STEP_UP_PLAN, terms, self.means.rhythm)

    def interest_first(self) -> Iterator[Draft]:
        quiet = count_of(self.policy.interest_only_months, self.means.rhythm)
        for months in self.policy.long_months:
            due = self.due(months)
            if 0 < quiet < len(due):
                terms = replace(self.terms(due), method=Method.INTEREST_FIRST, interest_only=quiet)
                yield Draft(OfferKind.INTEREST_FIRST_PLAN, terms, self.means.rhythm)

    def moratorium(self, months: int) -> Draft:
        """Nothing for the first months; their interest bears none itself and is spread over the instalments."""
        pause = self.policy.moratorium_months
        resumes = add_months(self.today, pause)
        terms = self.terms(self.due(months, pause_months=pause))
        paused = interest_fen(terms.principal_fen, self.today, resumes, terms.annual_rate_bp, terms.day_count)
        later = replace(terms, start=resumes, carried_interest_fen=terms.carried_interest_fen + paused)
        return Draft(OfferKind.MORATORIUM_PLAN, later, self.means.rhythm, paused_interest_fen=paused)

    def due(self, months: int, pause_months: int = 0) -> tuple[date, ...]:
        """Due days within `months` from today, the pause included; at least one."""
        from_day = add_months(self.today, pause_months)
        if self.means.rhythm is Rhythm.MONTHLY:
            first = first_pay_day(from_day, self.means.pay_day, at_least_days=self.policy.first_due_days)
        else:
            first = from_day + timedelta(days=DAYS[self.means.rhythm])
        count = count_of(max(1, months - pause_months), self.means.rhythm)
        days = due_dates(first, count, self.means.rhythm, self.means.pay_day or self.today.day)
        last = add_months(self.today, months)
        return tuple(day for day in days if day <= last) or days[:1]

    def terms(self, due: tuple[date, ...]) -> Terms:
        rate = self.case.annual_rate_bp if self.policy.plan_rate_bp is None else self.policy.plan_rate_bp
        return Terms(
            principal_fen=self.case.principal_fen,
            annual_rate_bp=rate,
            start=self.today,
            due=due,
            day_count=self.case.day_count,
            carried_interest_fen=self.case.interest_fen,
            carried_fees_fen=self.case.fees_fen,
        )


def count_of(months: int, rhythm: Rhythm) -> int:
    return max(1, months * rhythm.per_year // 12) if months else 0
