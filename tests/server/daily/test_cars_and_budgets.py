"""A branch's cars and budgets: set by those who plan, kept by the next plan, less what other plans have used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, another_branch, vouched_facts
from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.server.audit.models import AuditLine
from zoufang.server.daily.board import board_of
from zoufang.server.daily.means import budgets_of, car_pools, means_left, period_of
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.daily.replanning import replan_day
from zoufang.server.pages.day_sheet_lines import sheet_of
from zoufang.server.pages.plan_sheet import crew_parts
from zoufang.server.visiting.means import end_budget, set_budget, set_cars
from zoufang.server.visiting.models import BranchBudget, BranchCars, Crew, DayPlan, Visit
from zoufang.server.visiting.plans import publish

pytestmark = pytest.mark.django_db
VISITS, MONTH = BranchBudget.Counts.VISITS, BranchBudget.Period.MONTH


@pytest.fixture
def planner():
    vouched_facts()
    return a_member("planner")


@pytest.fixture
def town(planner):
    """Six free customers around the seat, and two crews without a car of their own."""
    a_study({a_customer(f"C{i}", north=0.01 * i): Arm.FREE for i in range(1, 7)})
    return a_crew("K1"), a_crew("K2")


def run(by, day=TODAY):
    return plan_day(branch=a_bank(), day=day, seed=3, by=by, at=NOW, policy=planning_policy(20))


def a_budget(by, **changes):
    given = {"branch": a_bank(), "name": "十一月", "counts": VISITS, "period": MONTH, "limit": 2} | changes
    return set_budget(**given, by=by, at=NOW)


class TestBudgets:
    def test_the_next_plan_keeps_the_budget_and_says_whom_it_leaves_out(self, planner, town):
        assert run(planner).counts["planned"] > 2
        a_budget(planner)
        plan = run(planner)
        assert plan.counts["planned"] == 2
        assert "十一月" in str([row.reasons for row in plan.left_out.all()])
        assert plan.policy["budgets"][0]["limit"] == 2

    def test_published_plans_of_the_period_count_but_not_the_day_that_is_planned(self, planner, town):
        budget = a_budget(planner, limit=10)
        DayPlan.objects.filter(pk=run(planner).pk).update(status=DayPlan.Status.PUBLISHED)
        used = sum(trip["stops"] for trip in DayPlan.objects.get().crew_days)
        (later,) = budgets_of(a_bank(), [TODAY + timedelta(days=1)], {})
        (same,) = budgets_of(a_bank(), [TODAY], {})
        assert (later.limit, same.limit) == (budget.limit - used, budget.limit)

    def test_a_budget_of_the_branch_above_counts_for_both_its_branches(self, planner):
        a_budget(planner)
        assert list(budgets_of(another_branch(), [TODAY], {})) == []
        head = {"branch": a_bank().parent, "name": "全行", "counts": VISITS, "period": MONTH}
        BranchBudget.objects.create(**head, limit=5, by=planner, at=NOW)
        (found,) = budgets_of(another_branch(), [TODAY], {})
        assert {a_bank().code, another_branch().code} <= set(found.branches)

    def test_each_period_that_the_days_touch_is_a_budget_of_its_own(self, planner):
        a_budget(planner, period=BranchBudget.Period.WEEK)
        days = [TODAY, TODAY + timedelta(days=7)]
        found = list(budgets_of(a_bank(), days, {}))
        assert [(b.first_day, b.last_day) for b in found] == [period_of(day, "week") for day in days]

    def test_a_crews_budget_follows_it_under_the_name_of_each_day(self, planner, town):
        a_budget(planner, crew=town[0])
        (found,) = budgets_of(a_bank(), [TODAY], {("K1", TODAY): "K1@2026-05-11", ("K2", TODAY): "K2"})
        assert set(found.crews) == {"K1", "K1@2026-05-11"}

    def test_setting_and_taking_away_is_audited(self, planner):
        end_budget(budget=a_budget(planner), by=planner, at=NOW)
        assert {line.action for line in AuditLine.objects.filter(subject_kind="branch")} >= {
            "set_budget",
            "end_budget",
        }
        assert not BranchBudget.objects.exists()

    def test_a_name_stands_once_in_a_branch(self, planner):
        a_budget(planner)
        with pytest.raises(Conflict):
            a_budget(planner)

    def test_a_visitor_sets_none(self, planner):
        with pytest.raises(NotPermitted):
            a_budget(a_member("visitor"))

    def test_a_crew_of_another_branch_is_refused(self, planner, town):
        Crew.objects.filter(pk=town[0].pk).update(branch=another_branch())
        with pytest.raises(BadInput):
            a_budget(planner, crew=Crew.objects.get(pk=town[0].pk))


class TestCars:
    def test_without_a_number_every_crew_has_a_car(self, planner, town):
        assert {trip["mode"] for trip in run(planner).crew_days} == {"car"}
        assert list(car_pools(a_bank(), [TODAY])) == []

    def test_with_no_car_crews_go_as_they_can_and_others_stay_at_home(self, planner, town):
        set_cars(branch=a_bank(), cars=0, by=planner, at=NOW)
        Crew.objects.filter(code="K1").update(modes=["car", "ebike"])
        plan = run(planner)
        assert [(trip["crew"], trip["mode"]) for trip in plan.crew_days] == [("K1", "ebike")]
        assert "K2" in str(plan.notes)

    def test_a_crew_with_a_plate_has_its_own(self, planner, town):
        set_cars(branch=a_bank(), cars=0, by=planner, at=NOW)
        Crew.objects.filter(code="K2").update(car="鲁N12345")
        assert [(t["crew"], t["mode"]) for t in run(planner).crew_days] == [("K2", "car")]

    def test_the_number_of_the_branch_above_holds_where_there_is_none(self, planner, town):
        BranchCars.objects.create(branch=a_bank().parent, cars=3)
        (above,) = car_pools(a_bank(), [TODAY])
        assert (above.cars, above.branches) == (3, (a_bank().code,))
        set_cars(branch=a_bank(), cars=1, by=planner, at=NOW)
        (own,) = car_pools(a_bank(), [TODAY])
        assert own.cars == 1

    def test_cars_that_another_branch_has_published_are_taken(self, planner, town):
        BranchCars.objects.create(branch=a_bank().parent, cars=2)
        plan = run(planner)
        DayPlan.objects.filter(pk=plan.pk).update(status=DayPlan.Status.PUBLISHED)
        out = len(plan.crew_days)
        (pool,) = car_pools(another_branch(), [TODAY])
        assert pool.cars == 2 - out
        (next_day,) = car_pools(another_branch(), [TODAY + timedelta(days=1)])
        assert next_day.cars == 2

    def test_the_board_reads_the_plan_as_the_crews_go(self, planner, town):
        set_cars(branch=a_bank(), cars=0, by=planner, at=NOW)
        Crew.objects.update(modes=["car", "ebike"])
        plan = run(planner)
        board = board_of(plan, NOW)
        assert board.plan.objective_fen == plan.value_fen
        assert {trip.mode.value for trip in board.plan.crew_days} == {"ebike"}


class TestWithinTheDay:
    def test_a_revised_day_keeps_the_budget_and_how_crews_go(self, planner, town):
        set_cars(branch=a_bank(), cars=0, by=planner, at=NOW)
        Crew.objects.update(modes=["car", "ebike"])
        a_budget(planner, limit=3)
        published = publish(plan=run(planner), by=planner, at=NOW)
        set_cars(branch=a_bank(), cars=2, by=planner, at=NOW)
        revised = replan_day(plan=published, by=planner, at=NOW, policy=planning_policy(20))
        assert revised.stops.count() == 3
        went = {trip["crew"]: trip["mode"] for trip in published.crew_days}
        again = {trip["crew"]: trip["mode"] for trip in revised.crew_days}
        assert all(again[crew] == mode for crew, mode in went.items() if crew in again)

    def test_what_begun_visits_have_used_is_gone(self, planner, town):
        a_budget(planner, limit=3)
        published = publish(plan=run(planner), by=planner, at=NOW)
        first = Visit.objects.filter(stop__plan=published).first()
        Visit.objects.filter(pk=first.pk).update(started_at=NOW)
        (left,) = means_left(planning_policy(20), a_bank(), TODAY, published).budgets
        assert left.limit == 2


class TestOvertime:
    def test_the_plan_keeps_minutes_and_price_of_overtime(self, planner, town):
        """Two hours of shift are short for six customers, each worth far more than an hour's overtime."""
        Crew.objects.filter(code="K2").update(active=False)
        Crew.objects.filter(code="K1").update(
            shift_start=540, shift_end=600, overtime_minutes=60, overtime_fen_per_minute=300
        )
        (trip,) = run(planner).crew_days
        assert 0 < trip["over_s"] <= 3600
        assert trip["overtime_fen"] == -(-trip["over_s"] * 300 // 60)


class TestPages:
    def test_cars_and_budgets_are_set_on_one_page(self, client, planner):
        client.force_login(planner)
        client.post(reverse("cars_set"), {"branch": a_bank().pk, "cars": "4"})
        assert BranchCars.objects.get().cars == 4
        form = {"name": "油费", "branch": a_bank().pk, "crew": "", "counts": "fen", "limit": "1500.50"}
        assert client.post(reverse("budget_new"), form | {"period": "month"}).status_code == 302
        assert BranchBudget.objects.get().limit == 150_050
        assert_speaks_both(client, reverse("branch_means"))
        assert_speaks_both(client, reverse("budget_new"))
        client.post(reverse("budget_end", args=[BranchBudget.objects.get().pk]))
        assert not BranchBudget.objects.exists()
        client.post(reverse("cars_set"), {"branch": a_bank().pk, "cars": ""})
        assert not BranchCars.objects.exists()

    def test_half_a_visit_is_refused(self, client, planner):
        client.force_login(planner)
        form = {"name": "x", "branch": a_bank().pk, "counts": "visits", "limit": "1.5", "period": "day"}
        assert client.post(reverse("budget_new"), form).status_code == 200
        assert not BranchBudget.objects.exists()

    def test_compliance_sees_but_sets_nothing(self, client, planner):
        client.force_login(a_member("compliance"))
        assert client.get(reverse("branch_means")).status_code == 200
        assert client.post(reverse("cars_set"), {"branch": a_bank().pk, "cars": "4"}).status_code == 403

    def test_the_plan_the_board_and_the_day_sheet_tell_how_a_crew_goes(self, client, planner, town):
        set_cars(branch=a_bank(), cars=0, by=planner, at=NOW)
        Crew.objects.filter(code="K1").update(modes=["car", "ebike"])
        plan = run(planner)
        client.force_login(planner)
        for url in (reverse("plan", args=[plan.pk]), reverse("plan_board", args=[plan.pk])):
            assert "骑电动自行车" in client.get(url).content.decode(), url
        assert_speaks_both(client, reverse("plan_board", args=[plan.pk]))
        (part,) = crew_parts(plan, list(plan.stops.select_related("crew", "party", "address")))
        assert sheet_of(part, in_clear=False, serial="1", by=planner, at=NOW).car == "骑电动自行车"

    def test_the_plan_tells_minutes_and_price_of_overtime(self, client, planner, town):
        Crew.objects.filter(code="K2").update(active=False)
        Crew.objects.filter(code="K1").update(
            shift_start=540, shift_end=600, overtime_minutes=60, overtime_fen_per_minute=300
        )
        plan = run(planner)
        client.force_login(planner)
        minutes = -(-plan.crew_days[0]["over_s"] // 60)
        for url in (reverse("plan", args=[plan.pk]), reverse("plan_board", args=[plan.pk])):
            assert f"加班{minutes}分钟" in client.get(url).content.decode(), url

    def test_how_a_crew_goes_and_its_overtime_are_set_on_its_page(self, client, planner, town):
        client.force_login(planner)
        page = client.get(reverse("crew_change", args=["K1"])).context["form"]
        given = {name: page.initial.get(name, "") or "" for name in page.fields}
        given |= {"officers": [one.pk for one in town[0].members.all()], "modes": "car,transit"}
        given |= {"overtime_minutes": "90", "overtime_yuan": "60"}
        assert client.post(reverse("crew_change", args=["K1"]), given).status_code == 302
        crew = Crew.objects.get(code="K1")
        assert (crew.modes, crew.overtime_minutes, crew.overtime_fen_per_minute) == (["car", "transit"], 90, 100)
        assert_speaks_both(client, reverse("crew_list"))
        assert_speaks_both(client, reverse("crew_change", args=["K1"]))
        wrong = client.post(reverse("crew_change", args=["K1"]), given | {"overtime_minutes": "181"})
        assert wrong.status_code == 200


class TestLargeBranches:
    def test_a_branch_with_very_many_customers_is_planned_by_areas(self, planner, town, monkeypatch):
        seen = []
        monkeypatch.setattr("zoufang.server.daily.by_area.AREA_FROM", 3)
        plan = plan_day(
            branch=a_bank(),
            day=TODAY,
            seed=3,
            by=planner,
            at=NOW,
            policy=planning_policy(20),
            progress=lambda point: seen.append(point) or True,
        )
        assert plan.engine == "compiled search by areas"
        assert plan.counts["planned"] > 2
        assert seen
