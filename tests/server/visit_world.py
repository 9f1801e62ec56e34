"""A morning with a published plan: one crew of two and customers to call on, at ten o'clock of the bank's day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from tests.server.staffing import TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.core.values import BANK_ZONE
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.staff.models import BankState, User
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.plans import publish

TEN = datetime(TODAY.year, TODAY.month, TODAY.day, 10, 0, tzinfo=BANK_ZONE)
NAMES = ("张三丰", "李四光", "王五一")


def a_published_day(customers: int = 2) -> list[Visit]:
    """The visits in their order; the clock of the bank shows ten in the morning."""
    branch = a_bank()
    BankState.objects.update(clock_shift_s=int((TEN - timezone.now()).total_seconds()))
    vouched_facts()
    a_crew("K1")
    parties = [a_customer(f"C{n}", name=NAMES[n], north=0.01 * (n + 1)) for n in range(customers)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    by = a_member("planner")
    early = TEN - timedelta(hours=2)
    draft = plan_day(branch=branch, day=TODAY, seed=3, by=by, at=early, policy=planning_policy(20))
    publish(plan=draft, by=by, at=early)
    visits = list(Visit.objects.order_by("stop__number").select_related("party", "crew", "address"))
    assert len(visits) == customers, list(draft.left_out.values_list("kind", "reasons"))
    return visits


def officers(visit: Visit) -> tuple[User, User]:
    first, second = visit.crew.members.order_by("employee_no")
    return first, second
