"""Put offers on the table, accept one, let a second person approve it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import TypeAdapter

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.portfolio import Origin, Product
from zoufang.core.repayment import (
    BalanceBasis,
    Case,
    HardshipRoute,
    NotOffered,
    affordable,
    check_approver,
    propose,
)
from zoufang.core.repayment import Proposal as Proposed
from zoufang.core.values import BANK_ZONE, Message, Offer, gettext_noop
from zoufang.server.agreements.gate import RUNNING, OfferGate, OfferJudge, judge_of
from zoufang.server.agreements.means import means_of, tables
from zoufang.server.agreements.models import Approval, PlanInstalment, Proposal, RepaymentPlan, Statement
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Loan, LoanState
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

OFFERS = TypeAdapter(tuple[Offer, ...])
OFFER = TypeAdapter(Offer)
CASE = TypeAdapter(Case)
NOT_OFFERED = TypeAdapter(tuple[NotOffered, ...])
ROUTE = TypeAdapter(HardshipRoute | None)
# Where a book names no rate: 12% a year is assumed, said in the offer, and a second person approves (CN-X9).
ASSUMED_RATE_BP = 1_200
# Overdue rate of a loan = contract rate x 1.5, the top of the customary range (CN-L8); a card bears no uplift.
PENALTY_UPLIFT = (3, 2)
TIME_TO_REFLECT = "CN-X11"


def case_of(loan: Loan) -> Case:
    """The loan as the repayment core sees it today."""
    state = loan.state
    rate = ASSUMED_RATE_BP if loan.annual_rate_bp is None else loan.annual_rate_bp
    opened, matures = loan.opened_on or state.as_of, loan.matures_on or state.as_of
    months = (matures.year - opened.year) * 12 + matures.month - opened.month
    product = Product(loan.product)
    return Case(
        loan_id=str(loan.id),
        product=product,
        principal_fen=state.balance_fen,
        interest_fen=state.interest_fen,
        fees_fen=state.fees_fen,
        annual_rate_bp=rate,
        penalty_rate_bp=rate if product is Product.CARD else rate * PENALTY_UPLIFT[0] // PENALTY_UPLIFT[1],
        dpd=state.dpd,
        term_months=max(1, months),
        matures=matures,
        overdue_principal_fen=min(state.overdue_principal_fen, state.balance_fen),
        currency=loan.currency,
        as_of=state.given_on if state.figure_source == Origin.GIVEN else state.as_of,
        basis=_basis(state),
        rate_assumed=loan.annual_rate_bp is None,
    )


def _basis(state: LoanState) -> BalanceBasis:
    """A given balance without a figure for interest may hold the interest."""
    one = state.figure_source == Origin.GIVEN and not state.interest_fen and state.dpd > 0
    return BalanceBasis.ONE_FIGURE if one else BalanceBasis.SPLIT


@transaction.atomic
def put_offers(
    *,
    id: UUID,  # noqa: A002
    loan: Loan,
    statement: Statement,
    gate: OfferGate,
    by: User,
    today: date,
) -> tuple[Proposal, Proposed]:
    """Two or three offers within what the customer can bear and the gate allows, kept as shown; perhaps none."""
    require(by, "propose_plan", loan)
    bearable = affordable(means_of(statement), tables().standards)
    case = case_of(loan)
    judge = judge_of(gate, loan, case, bearable, today)
    proposed = propose(case, bearable, tables().policy, judge.permitted, today)
    kept, _made = Proposal.objects.get_or_create(
        id=id,
        defaults={
            "loan": loan,
            "statement": statement,
            "case": CASE.dump_python(case, mode="json"),
            "offers": OFFERS.dump_python(proposed.offers, mode="json"),
            "told": {
                "not_offered": NOT_OFFERED.dump_python(proposed.not_offered, mode="json"),
                "route": ROUTE.dump_python(proposed.hardship_route, mode="json"),
                "packs": list(gate.policy.versions),
            },
            "made_on": today,
            "by": by,
        },
    )
    return kept, proposed


def proposed_again(proposal: Proposal) -> Proposed:
    """The proposal as it was made and told, with what was not offered, and why."""
    bearable = affordable(means_of(proposal.statement), tables().standards)
    told = proposal.told or {"not_offered": [], "route": None}
    return Proposed(
        loan_id=str(proposal.loan_id),
        made_on=proposal.made_on,
        affordability=bearable,
        offers=OFFERS.validate_python(proposal.offers),
        not_offered=NOT_OFFERED.validate_python(told["not_offered"]),
        hardship_route=ROUTE.validate_python(told["route"]),
    )


def proposal_of(visit: Visit, proposal_id: UUID) -> Proposal:
    """Offers that were made to this visit's customer."""
    rows = Proposal.objects.select_related("loan__branch", "loan__state", "statement__party")
    found = rows.filter(pk=proposal_id, statement__party=visit.party_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("These offers were not made to this customer.")))
    return found


def case_then(proposal: Proposal) -> Case:
    """The debt as it stood when the offers were made."""
    return CASE.validate_python(proposal.case) if proposal.case else case_of(proposal.loan)


@transaction.atomic
def accept_offer(
    *,
    id: UUID,  # noqa: A002
    proposal: Proposal,
    choice: int,
    visit: Visit | None,
    gate: OfferGate,
    by: User,
    at: datetime,
) -> RepaymentPlan:
    """Make the chosen offer (0 is the first) a plan: performing at once, or waiting for a second person.

    The gate is asked again, for much may have changed since the offer was put.
    """
    loan = proposal.loan
    require(by, "propose_plan", loan)
    if not 0 <= choice < len(proposal.offers):
        text = gettext_noop("There is no offer %(n)s. Choose one of those shown.")
        raise BadInput(Message(text, {"n": choice + 1}))
    made_already = RepaymentPlan.objects.filter(id=id).first()
    if made_already is not None:
        return made_already
    if loan.repayment_plans.filter(status__in=RUNNING).exists():
        raise Conflict(
            Message(gettext_noop("This loan has a repayment plan already. End it before making another."))
        )
    offer = OFFER.validate_python(proposal.offers[choice])
    said = _judge(proposal, gate, at).require(offer, proposal.made_on)
    waits = RepaymentPlan.Status.AWAITING_APPROVAL if offer.approval_role else RepaymentPlan.Status.PERFORMING
    plan = RepaymentPlan.objects.create(
        id=id,
        number=f"HK{at:%Y%m%d}-{str(id)[-8:].upper()}",
        loan=loan,
        party_id=loan.debtor_id,
        branch=loan.branch,
        visit=visit,
        proposal=proposal,
        offer=proposal.offers[choice],
        kind=offer.kind,
        status=waits,
        approval_needed=offer.approval_role or "",
        total_fen=offer.total_fen,
        starts_on=offer.starts,
        made_by=by,
        made_at=at,
    )
    PlanInstalment.objects.bulk_create(_instalments(plan, offer))
    rules = sorted({finding.rule_id for finding in said.findings})
    packs = list(said.pack_versions)
    _audit(at, by, "accept_offer", plan, {"kind": offer.kind, "status": waits, "rules": rules, "packs": packs})
    return plan


def _instalments(plan: RepaymentPlan, offer: Offer) -> list[PlanInstalment]:
    return [
        PlanInstalment(
            plan=plan,
            due=part.due,
            principal_fen=part.principal_fen,
            interest_fen=part.interest_fen,
            fees_fen=part.fees_fen,
        )
        for part in offer.schedule
    ]


def _judge(proposal: Proposal, gate: OfferGate, at: datetime, besides: RepaymentPlan | None = None) -> OfferJudge:
    means = affordable(means_of(proposal.statement), tables().standards)
    day = at.astimezone(BANK_ZONE).date()
    return judge_of(gate, proposal.loan, case_then(proposal), means, day, besides)


def reflection(plan: RepaymentPlan, gate: OfferGate, at: datetime) -> Message | None:
    """From which day one may approve, where the customer has time to reflect (CN-X11); None: at once."""
    judge = _judge(plan.proposal, gate, at, besides=plan)
    said = judge.review(OFFER.validate_python(plan.offer), plan.proposal.made_on)
    ends = (f.message.params.get("until") for f in said.findings if f.rule_id == TIME_TO_REFLECT)
    until = next(ends, None)
    text = gettext_noop("The customer has time to reflect. Approve on %(until)s or later.")
    return None if until is None else Message(text, {"until": until})


@transaction.atomic
def decide(
    *, plan: RepaymentPlan, approved: bool, comment: str, gate: OfferGate, by: User, at: datetime
) -> RepaymentPlan:
    """A second person approves or rejects; the maker never, nor someone of too little authority.

    Approving asks the gate once more, and waits for the end of the customer's time to reflect.
    """
    require(by, "approve_plan", plan)
    plan = RepaymentPlan.objects.select_for_update().select_related("branch").get(pk=plan.pk)
    if plan.status != RepaymentPlan.Status.AWAITING_APPROVAL:
        raise Conflict(f"Plan {plan.number} is {plan.get_status_display()} and no longer waits for approval.")
    roles = tables().policy.authority.roles
    held = roles[: roles.index(by.role) + 1] if by.role in roles else ()
    check_approver(maker=str(plan.made_by_id), approver=str(by.pk), needed=plan.approval_needed, held=held)
    if not approved and not comment.strip():
        raise BadInput("A rejection needs a reason. Say what should change.")
    if approved:
        _still_allowed(plan, gate, at)
    Approval.objects.create(plan=plan, by=by, approved=approved, comment=comment, at=at)
    plan.status = RepaymentPlan.Status.PERFORMING if approved else RepaymentPlan.Status.REJECTED
    plan.save(update_fields=["status"])
    _audit(at, by, "approve_plan" if approved else "reject_plan", plan, {})
    return plan


def _still_allowed(plan: RepaymentPlan, gate: OfferGate, at: datetime) -> None:
    _judge(plan.proposal, gate, at, besides=plan).require(OFFER.validate_python(plan.offer), plan.proposal.made_on)
    if (wait := reflection(plan, gate, at)) is not None:
        raise Conflict(wait)


def _audit(at: datetime, by: User, action: str, plan: RepaymentPlan, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="repayment_plan",
        subject_id=plan.id,
        branch_code=plan.branch.code,
        details=details | {"plan": str(plan.id)},
    )
