"""Cars and budgets of the reader's branches, with what published plans have used of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.means import period_of, used_in
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import BranchBudget, BranchCars, Crew


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A budget in its present period, `used` by published plans."""

    budget: BranchBudget
    first: date
    last: date
    used: int

    @property
    def in_money(self) -> bool:
        return self.budget.counts == BranchBudget.Counts.FEN

    @property
    def over(self) -> bool:
        return self.used > self.budget.limit


def branch_cars(user: User) -> list[tuple[Branch, int | None]]:
    """Each branch with its own number of cars; None: that of the branch above holds."""
    require(user, "see_crews")
    cars = dict(BranchCars.objects.values_list("branch_id", "cars"))
    return [(branch, cars.get(branch.pk)) for branch in branches_below(user)]


def budgets(user: User, day: date) -> list[BudgetLine]:
    require(user, "see_crews")
    lines = []
    for row in BranchBudget.objects.filter(scope(user)).select_related("branch", "crew"):
        first, last = period_of(day, row.period)
        lines.append(BudgetLine(row, first, last, used_in(row, first, last)))
    return lines


def budget_of(pk: int, user: User) -> BranchBudget:
    require(user, "manage_crews")
    found = BranchBudget.objects.filter(scope(user), pk=pk).select_related("branch", "crew").first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such budget in your branch.")))
    return found


def crews_below(user: User) -> QuerySet[Crew]:
    return Crew.objects.filter(scope(user), active=True).select_related("branch").order_by("code")
