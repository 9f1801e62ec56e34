"""Repayment plans, promises and what waits for a second person, for whom they concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.paginator import Page
from django.db.models import Prefetch, Q, QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.repayment import MeansStatement
from zoufang.core.values import Offer
from zoufang.server.agreements.means import means_of, tables
from zoufang.server.agreements.models import Approval, Promise, RepaymentPlan, Statement
from zoufang.server.agreements.offers import OFFERS
from zoufang.server.pages.agreement_lines import SOON, PlanView, plan_view
from zoufang.server.pages.listing import page_of, showing
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

PAGE = 25
Status = RepaymentPlan.Status
# How long a customer may wait for the second person: the bank's own aim, shown on the page.
DECIDE_WITHIN = timedelta(days=2)


def plans(
    user: User, today: date, *, status: str = "", due: str = "", page: str | int | None = 1
) -> Page[PlanView]:
    """The newest first. `due`: "soon" (an instalment within a week) or "late"."""
    require(user, "see_agreement")
    rows = _whole(RepaymentPlan.objects.filter(scope(user)))
    if status:
        rows = rows.filter(status=status)
    if due:
        rows = rows.filter(status=Status.PERFORMING, pk__in=_with_dues(user, today, due))
    found = page_of(rows.order_by("-made_at", "-pk"), PAGE, page)
    return showing(found, [plan_view(plan, today) for plan in found.object_list])


def _with_dues(user: User, today: date, due: str) -> set[UUID]:
    """Performing plans that have an unpaid instalment of this kind."""
    rows = _whole(RepaymentPlan.objects.filter(scope(user), status=Status.PERFORMING))
    wanted = {"soon": ("due_soon",), "late": ("late",)}[due]
    views = (plan_view(plan, today) for plan in rows)
    return {v.plan.pk for v in views if any(_falls(line.state, line.row.due, today, wanted) for line in v.lines)}


def _falls(state: str, due: date, today: date, wanted: tuple[str, ...]) -> bool:
    partly = state == "partly" and due <= today + SOON and "due_soon" in wanted
    return state in wanted or partly


def promises(
    user: User, today: date, *, status: str = "", due: str = "", page: str | int | None = 1
) -> Page[Promise]:
    """The nearest due day first; `due` "soon": open and due within a week."""
    require(user, "see_agreement")
    rows = Promise.objects.filter(scope(user)).select_related("party", "loan", "branch")
    if status:
        rows = rows.filter(status=status)
    if due:
        until = today + SOON if due == "soon" else today - timedelta(days=1)
        rows = rows.filter(status=Promise.Status.OPEN, due__lte=until)
        rows = rows.filter(due__gte=today) if due == "soon" else rows
    return page_of(rows.order_by("-due", "-pk"), PAGE, page)


def plan(plan_id: UUID, user: User, action: str = "see_agreement") -> RepaymentPlan:
    """With everything that its page shows; NotFound outside the reader's branches."""
    require(user, action)
    found = _whole(RepaymentPlan.objects.filter(scope(user), pk=plan_id)).first()
    if found is None:
        raise NotFound("No such repayment plan in your branch.")
    return found


def _whole(rows: QuerySet[RepaymentPlan]) -> QuerySet[RepaymentPlan]:
    approvals = Approval.objects.select_related("by").order_by("at")
    related = ("loan__state", "party", "branch", "made_by", "proposal__statement__party", "visit")
    return rows.select_related(*related).prefetch_related(Prefetch("approvals", approvals), "instalments__matches")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One plan in the queue; `mine`: the reader made it and may not decide."""

    plan: RepaymentPlan
    waits: timedelta
    late: bool
    mine: bool

    @property
    def hours(self) -> int:
        return int(self.waits.total_seconds() // 3600)


def waiting(user: User, at: datetime) -> list[Waiting]:
    """What waits for approval, the oldest first."""
    require(user, "approve_plan")
    rows = RepaymentPlan.objects.filter(scope(user), status=Status.AWAITING_APPROVAL)
    rows = rows.select_related("party", "loan__state", "branch", "made_by").order_by("made_at", "pk")
    return [Waiting(p, at - p.made_at, at - p.made_at > DECIDE_WITHIN, p.made_by_id == user.pk) for p in rows]


def decided(user: User, limit: int = 10) -> QuerySet[Approval]:
    """The last words said in the reader's branches."""
    seen = Approval.objects.filter(Q(plan__in=RepaymentPlan.objects.filter(scope(user))))
    return seen.select_related("by", "plan__party").order_by("-at", "-pk")[:limit]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that the second person needs on one screen: the means, what was on the table, what was chosen."""

    view: PlanView
    statement: Statement
    means: MeansStatement
    offers: tuple[Offer, ...]
    roles: tuple[str, ...]

    @property
    def income_fen(self) -> int | None:
        parts = [source.amount_fen for source in self.means.income or ()]
        return sum(part for part in parts if part is not None) if parts else None

    @property
    def debts_fen(self) -> int | None:
        if self.means.other_debts is None:
            return None
        return sum(debt.monthly_fen or 0 for debt in self.means.other_debts)

    @property
    def others(self) -> tuple[Offer, ...]:
        return tuple(offer for offer in self.offers if offer != self.view.offer)


def asked(found: RepaymentPlan, today: date) -> Asked:
    """Opens what the customer told of income and spending: for whoever made the plan or may approve it."""
    statement = found.proposal.statement
    offers = OFFERS.validate_python(found.proposal.offers)
    roles = tables().policy.authority.roles
    return Asked(plan_view(found, today), statement, means_of(statement), offers, roles)
