"""The gate for offers, with what this loan's rows say of its terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance import UNKNOWN, Facts, OfferRequest, OfferVerdict, PlanState, Policy, review_offer
from zoufang.core.errors import Conflict
from zoufang.core.repayment import Affordability, Case, draft_agreement, missing_contents
from zoufang.core.values import Finding, Message, Offer, PartyRole, gettext_noop
from zoufang.server.agreements.consents import Consented, consents_in_force
from zoufang.server.agreements.means import tables
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.agreements.signatories import signatories_of
from zoufang.server.book.models import Loan

RUNNING = (RepaymentPlan.Status.PERFORMING, RepaymentPlan.Status.AWAITING_APPROVAL)
NOT_YET_NUMBERED = "-"


@dataclass(frozen=True, slots=True)
class OfferGate:
    """What the gate needs on the day: the debtor's facts and the packs in force."""

    facts: Facts
    policy: Policy


@dataclass(frozen=True, slots=True)
class OfferJudge:
    """Reviews offers on one loan; the rows are read once, however many offers there are."""

    gate: OfferGate
    loan: Loan
    case: Case
    means: Affordability
    guarantors: tuple[str, ...]
    consents: tuple[Consented, ...]
    plan_runs: bool
    today: date

    def review(self, offer: Offer, offered_on: date) -> OfferVerdict:
        return review_offer(self._request(offer, offered_on), self.gate.facts, self.gate.policy, self.today)

    def permitted(self, offer: Offer) -> tuple[Finding, ...]:
        """The gate's findings on an offer that is put on the table today."""
        return self.review(offer, self.today).findings

    def require(self, offer: Offer, offered_on: date) -> OfferVerdict:
        """The verdict; Conflict with every reason where the offer may no longer be agreed."""
        said = self.review(offer, offered_on)
        if said.blocks:
            why = Message.joined(finding.message for finding in said.blocks)
            raise Conflict(Message(gettext_noop("This offer may not be agreed: %(why)s"), {"why": why}))
        return said

    def _request(self, offer: Offer, offered_on: date) -> OfferRequest:
        loan, case = self.loan, self.case
        dated = loan.opened_on is not None and loan.matures_on is not None
        return OfferRequest(
            customer_id=str(loan.debtor_id),
            offer=offer,
            offered_on=offered_on,
            contract_rate_bp=UNKNOWN if case.rate_assumed else case.annual_rate_bp,
            overdue_rate_bp=UNKNOWN if case.rate_assumed else case.penalty_rate_bp,
            original_months=case.term_months if dated else UNKNOWN,
            matures=case.matures if dated else UNKNOWN,
            extended_months=case.extended_months,
            days_past_due=case.dpd,
            guarantors=self.guarantors,
            consents=frozenset(one.guarantor_id for one in self.consents if one.covers(offer)),
            hardship=self.means.hardship is not None,
            plan_of_loan=PlanState.PERFORMING if self.plan_runs else PlanState.NONE,
            missing=self._missing(offer),
        )

    def _missing(self, offer: Offer) -> tuple[Message, ...]:
        signatories = signatories_of(self.loan)
        draft = draft_agreement(offer, self.case, tables().policy, signatories, number=NOT_YET_NUMBERED)
        return missing_contents(draft)


def judge_of(
    gate: OfferGate,
    loan: Loan,
    case: Case,
    means: Affordability,
    today: date,
    besides: RepaymentPlan | None = None,
) -> OfferJudge:
    """`besides`: the plan that is being decided, which is no obstacle to itself."""
    running = loan.repayment_plans.filter(status__in=RUNNING)
    return OfferJudge(
        gate=gate,
        loan=loan,
        case=case,
        means=means,
        guarantors=tuple(
            str(party_id)
            for party_id in loan.parties.filter(role=PartyRole.GUARANTOR)
            .order_by("party_id")
            .values_list("party_id", flat=True)
        ),
        consents=consents_in_force(loan),
        plan_runs=(running.exclude(pk=besides.pk) if besides else running).exists(),
        today=today,
    )
