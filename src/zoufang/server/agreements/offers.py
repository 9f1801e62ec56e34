"""Put offers on the table, accept one, let a second person approve it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import TypeAdapter

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.portfolio import Product
from zoufang.core.repayment import Case, affordable, check_approver, nothing_more, propose
from zoufang.core.repayment import Proposal as Proposed
from zoufang.core.values import Message, Offer, gettext_noop
from zoufang.server.agreements.means import means_of, tables
from zoufang.server.agreements.models import Approval, PlanInstalment, Proposal, RepaymentPlan, Statement
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Loan
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit

OFFERS = TypeAdapter(tuple[Offer, ...])
OFFER = TypeAdapter(Offer)
CASE = TypeAdapter(Case)
# Where a book names no rate: 12% a year is an assumption shown as such on the page.
ASSUMED_RATE_BP = 1_200
PENALTY_UPLIFT = (3, 2)  # overdue rate = contract rate x 1.5, the top of the customary range (CN-L8)


def case_of(loan: Loan) -> Case:
    """The loan as the repayment core sees it today."""
    state = loan.state
    rate = ASSUMED_RATE_BP if loan.annual_rate_bp is None else loan.annual_rate_bp
    opened, matures = loan.opened_on or state.as_of, loan.matures_on or state.as_of
    months = (matures.year - opened.year) * 12 + matures.month - opened.month
    return Case(
        loan_id=str(loan.id),
        product=Product(loan.product),
        principal_fen=state.balance_fen,
        interest_fen=state.interest_fen,
        fees_fen=state.fees_fen,
        annual_rate_bp=rate,
        penalty_rate_bp=rate * PENALTY_UPLIFT[0] // PENALTY_UPLIFT[1],
        dpd=state.dpd,
        term_months=max(1, months),
        matures=matures,
        overdue_principal_fen=min(state.overdue_principal_fen, state.balance_fen),
        currency=loan.currency,
    )


@transaction.atomic
def put_offers(
    *,
    id: UUID,  # noqa: A002
    loan: Loan,
    statement: Statement,
    by: User,
    today: date,
) -> tuple[Proposal, Proposed]:
    """Two or three offers within what the customer can bear, kept as they were shown; perhaps none."""
    require(by, "propose_plan", loan)
    bearable = affordable(means_of(statement), tables().standards)
    case = case_of(loan)
    proposed = propose(case, bearable, tables().policy, nothing_more, today)
    kept, _made = Proposal.objects.get_or_create(
        id=id,
        defaults={
            "loan": loan,
            "statement": statement,
            "case": CASE.dump_python(case, mode="json"),
            "offers": OFFERS.dump_python(proposed.offers, mode="json"),
            "made_on": today,
            "by": by,
        },
    )
    return kept, proposed


def proposed_again(proposal: Proposal) -> Proposed:
    """The proposal as it was made: same debt, statement and day; with what was not offered, and why."""
    bearable = affordable(means_of(proposal.statement), tables().standards)
    return propose(case_then(proposal), bearable, tables().policy, nothing_more, proposal.made_on)


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
    by: User,
    at: datetime,
) -> RepaymentPlan:
    """Make the chosen offer (0 is the first) a plan: performing at once, or waiting for a second person."""
    loan = proposal.loan
    require(by, "propose_plan", loan)
    if not 0 <= choice < len(proposal.offers):
        text = gettext_noop("There is no offer %(n)s. Choose one of those shown.")
        raise BadInput(Message(text, {"n": choice + 1}))
    running = (RepaymentPlan.Status.PERFORMING, RepaymentPlan.Status.AWAITING_APPROVAL)
    if loan.repayment_plans.filter(status__in=running).exclude(id=id).exists():
        raise Conflict(
            Message(gettext_noop("This loan has a repayment plan already. End it before making another."))
        )
    offer = OFFER.validate_python(proposal.offers[choice])
    waits = RepaymentPlan.Status.AWAITING_APPROVAL if offer.approval_role else RepaymentPlan.Status.PERFORMING
    plan, made = RepaymentPlan.objects.get_or_create(
        id=id,
        defaults={
            "number": f"HK{at:%Y%m%d}-{str(id)[-8:].upper()}",
            "loan": loan,
            "party_id": loan.debtor_id,
            "branch": loan.branch,
            "visit": visit,
            "proposal": proposal,
            "offer": proposal.offers[choice],
            "kind": offer.kind,
            "status": waits,
            "approval_needed": offer.approval_role or "",
            "total_fen": offer.total_fen,
            "starts_on": offer.starts,
            "made_by": by,
            "made_at": at,
        },
    )
    if made:
        PlanInstalment.objects.bulk_create(
            PlanInstalment(
                plan=plan,
                due=part.due,
                principal_fen=part.principal_fen,
                interest_fen=part.interest_fen,
                fees_fen=part.fees_fen,
            )
            for part in offer.schedule
        )
        _audit(at, by, "accept_offer", plan, {"kind": offer.kind, "status": waits})
    return plan


@transaction.atomic
def decide(*, plan: RepaymentPlan, approved: bool, comment: str, by: User, at: datetime) -> RepaymentPlan:
    """A second person approves or rejects; the maker never, nor someone of too little authority."""
    require(by, "approve_plan", plan)
    plan = RepaymentPlan.objects.select_for_update().select_related("branch").get(pk=plan.pk)
    if plan.status != RepaymentPlan.Status.AWAITING_APPROVAL:
        raise Conflict(f"Plan {plan.number} is {plan.get_status_display()} and no longer waits for approval.")
    roles = tables().policy.authority.roles
    held = roles[: roles.index(by.role) + 1] if by.role in roles else ()
    check_approver(maker=str(plan.made_by_id), approver=str(by.pk), needed=plan.approval_needed, held=held)
    if not approved and not comment.strip():
        raise BadInput("A rejection needs a reason. Say what should change.")
    Approval.objects.create(plan=plan, by=by, approved=approved, comment=comment, at=at)
    plan.status = RepaymentPlan.Status.PERFORMING if approved else RepaymentPlan.Status.REJECTED
    plan.save(update_fields=["status"])
    _audit(at, by, "approve_plan" if approved else "reject_plan", plan, {})
    return plan


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
