"""A plan in the background: asked for from its page, told of by its best value, stopped with the best so far."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.evaluation import Arm
from zoufang.server.daily.policies import planning_policy
from zoufang.server.daily.work import BEST, start_plan
from zoufang.server.jobs import running, services, states
from zoufang.server.jobs.models import Job
from zoufang.server.staff.models import BankState, User
from zoufang.server.visiting.models import DayPlan

pytestmark = pytest.mark.django_db
ITERATIONS = 400


@pytest.fixture(autouse=True)
def town(db, monkeypatch):
    monkeypatch.setattr("zoufang.server.daily.planning.planning_policy", lambda **_: planning_policy(ITERATIONS))
    a_bank()
    BankState.objects.update(clock_shift_s=int((NOW - timezone.now()).total_seconds()))
    vouched_facts()
    parties = [a_customer(str(n), name=f"赵{n}某", north=0.012 * n, east=0.01 * (n % 3)) for n in range(6)]
    a_study(dict.fromkeys(parties, Arm.FREE))
    a_crew("K1"), a_crew("K2")


def ask() -> Job:
    return start_plan(branch=a_bank(), day=TODAY, seed=1, by=a_member("planner"))


def test_it_tells_the_best_value_so_far(monkeypatch):
    told, report = [], states.report
    monkeypatch.setattr(states, "report", lambda *said: told.append(said[1:]) or report(*said))
    job = ask()
    assert (job.state, job.result_id) == ("done", str(DayPlan.objects.get().pk))
    last = told[-1]
    assert last[1] == ITERATIONS
    assert last[2].template == BEST


def test_stopped_early_the_best_so_far_is_kept(monkeypatch):
    told = []
    monkeypatch.setattr(states, "report", lambda *said: told.append(said[1]) or True)
    job = ask()
    plan = DayPlan.objects.get()
    assert (job.state, job.result_id, job.note["template"][:13]) == ("stopped", str(plan.pk), "Stopped early")
    assert plan.stops.exists()
    assert max(told) < ITERATIONS


def test_the_button_leads_to_the_work_and_a_second_press_to_the_same(client, monkeypatch):
    monkeypatch.setattr(services, "hand_over", lambda job: None)
    client.force_login(a_member("planner"))
    answers = {client.post(reverse("plan_make"), {"day": TODAY.isoformat()}).headers["Location"] for _ in range(2)}
    assert answers == {reverse("job", args=[Job.objects.get().pk])}


def test_who_lost_the_right_meanwhile_gets_no_plan(monkeypatch):
    """The job runs later than it was asked for: the right is asked again when it does."""
    monkeypatch.setattr(services, "hand_over", lambda job: None)
    job = ask()
    User.objects.filter(role="planner").update(is_active=False)
    running.perform.call(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("refused", "not_permitted")
    assert not DayPlan.objects.exists()
