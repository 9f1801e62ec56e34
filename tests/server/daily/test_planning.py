"""What the planner is given and what becomes of its plan: crews, risk, required visits, pins and overrides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import (
    a_crew,
    a_customer,
    a_study,
    a_visitor,
    an_address,
    another_branch,
    certified,
    vouched_facts,
)
from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.evaluation import Arm
from zoufang.core.values import Precision
from zoufang.server.book.models import Address
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.gate import overrides_of
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.models import Override, Stop, Verdict
from zoufang.server.oversight.services import set_stop
from zoufang.server.staff.services import enter_work_id
from zoufang.server.visiting.models import DayPlan, PlannerOrder, Visit
from zoufang.server.visiting.plans import order

pytestmark = pytest.mark.django_db
PIN, DROP = PlannerOrder.Kind.PIN, PlannerOrder.Kind.DROP


@pytest.fixture
def planner():
    vouched_facts()
    return a_member("planner")


def run(by, day=TODAY) -> DayPlan:
    return plan_day(branch=a_bank(), day=day, seed=3, by=by, at=NOW, policy=planning_policy(20))


def said_at_home(day=TODAY) -> dict[str, list[str]]:
    return {crew.code: [str(f.message) for f in crew.findings] for crew in crews_on(a_bank(), day).at_home}


class TestCrews:
    def test_two_trained_officers_with_work_ids_go(self):
        a_crew("K1")
        found = crews_on(a_bank(), TODAY)
        assert [crew.crew_id for crew in found.going] == ["K1"]
        assert found.at_home == ()

    def test_an_officer_alone_stays_at_home(self):
        a_crew("K1", members=(certified(a_visitor(1)),))
        assert said_at_home() == {"K1": ["1 visitors; at least 2 must go"]}

    def test_an_officer_who_left_the_bank_does_not_count(self):
        crew = a_crew("K1")
        crew.members.filter(username="visitor1").update(is_active=False)
        assert "K1" in said_at_home()

    def test_an_unknown_work_id_keeps_the_crew_at_home_until_it_is_entered(self):
        unknown = certified(a_visitor(2, work_id_until=None))
        a_crew("K1", members=(certified(a_visitor(1)), unknown))
        assert said_at_home() == {"K1": [f"走访2 (V002) has no work ID valid on {TODAY}"]}
        admin = a_member("administrator", branch=a_bank().parent)
        enter_work_id(user=unknown, until=TODAY, by=admin, at=NOW)
        assert said_at_home() == {}
        assert "K1" in said_at_home(TODAY + timedelta(days=1))

    def test_only_the_administrator_enters_work_ids(self):
        with pytest.raises(NotPermitted):
            enter_work_id(user=a_visitor(1), until=TODAY, by=a_member("manager"), at=NOW)

    def test_a_missing_certificate_keeps_the_crew_at_home_by_name(self):
        a_crew("K1", members=(certified(a_visitor(1)), certified(a_visitor(2), except_for="law")))
        assert said_at_home() == {"K1": [f"走访2 (V002) has no certificate law on {TODAY}"]}

    def test_a_certificate_of_care_visits_is_no_condition_for_other_visits(self):
        a_crew("K1", members=(certified(a_visitor(1)), certified(a_visitor(2), except_for="care")))
        (crew,) = crews_on(a_bank(), TODAY).going
        assert "care" not in crew.qualifications
        assert "law" in crew.qualifications

    def test_the_plan_keeps_which_crews_stay_at_home_and_by_which_rule(self, planner):
        a_crew("K1", members=(certified(a_visitor(1)),))
        (at_home,) = run(planner).crews_at_home
        assert at_home["crew"] == "K1"
        assert at_home["findings"][0]["rule_id"] == "CN-V1"
        assert at_home["findings"][0]["source"]


class TestRisk:
    def planned(self, planner, **changes):
        party = a_customer("1")
        Address.objects.filter(party=party).update(**changes)
        a_study({party: Arm.FREE})
        a_crew()
        return run(planner).stops.get()

    def test_what_no_register_tells_raises_the_risk_and_says_so(self, planner):
        stop = self.planned(planner)
        assert stop.risk == "raised"
        assert "The crew does not know the area" in [reason["template"] for reason in stop.risk_reasons]

    def test_a_roughly_placed_door_in_an_unknown_area_says_both(self, planner):
        stop = self.planned(planner, precision=Precision.TOWNSHIP)
        assert stop.risk == "raised"
        assert len(stop.risk_reasons) == 2

    def test_a_door_where_danger_was_met_before_is_a_high_risk_and_worth_less(self, planner):
        party = a_customer("1", name="赵一")
        quiet = a_customer("2", name="钱二", north=0.012)
        a_study({party: Arm.FREE, quiet: Arm.FREE})
        Visit.objects.create(
            id=party.id,
            party=party,
            address=party.addresses.get(),
            crew=a_crew(members=tuple(certified(a_visitor(n)) for n in (1, 2, 3))),  # two are not enough there
            branch=a_bank(),
            day=TODAY - timedelta(days=30),
            purpose="first_talk",
            outcome="unsafe",
        )
        stops = {stop.party_id: stop for stop in run(planner).stops.all()}
        assert stops[party.id].risk == "high"
        assert stops[quiet.id].risk == "raised"
        assert stops[party.id].value_fen < stops[quiet.id].value_fen


class TestRequired:
    def test_a_drawn_visit_that_no_door_allows_is_left_out_as_required(self, planner):
        party = a_customer("1")
        set_stop(id=party.id, party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
        a_study({party: Arm.MUST_VISIT})
        a_crew()
        plan = run(planner)
        left = plan.left_out.get()
        assert (left.kind, left.required) == ("refused", True)
        assert plan.counts["missed_required"] == 1

    def test_a_drawn_visit_without_a_place_on_the_map_is_left_out_as_required(self, planner):
        a_study({a_customer("1", placed=False): Arm.MUST_VISIT})
        a_crew()
        left = run(planner).left_out.get()
        assert (left.kind, left.required) == ("unplanned", True)
        assert left.reasons[0]["template"] == "No cleared address has a point on the map. Confirm one."

    def test_a_drawn_visit_without_any_address_says_so(self, planner):
        a_study({a_customer("1", doors=0): Arm.MUST_VISIT})
        a_crew()
        left = run(planner).left_out.get()
        assert (left.reasons[0]["template"], left.required) == ("No address to go to", True)

    def test_without_a_crew_the_drawn_visit_is_left_out_as_required(self, planner):
        a_study({a_customer("1"): Arm.MUST_VISIT, a_customer("2"): Arm.FREE})
        left = {row.party.source_key: row.required for row in run(planner).left_out.all()}
        assert left == {"1": True, "2": False}

    def test_a_plan_that_holds_all_required_visits_counts_none_missed(self, planner):
        a_study({a_customer("1"): Arm.MUST_VISIT})
        a_crew()
        plan = run(planner)
        assert plan.stops.get().required
        assert "missed_required" not in plan.counts


class TestReasons:
    def test_each_refusing_rule_of_every_door_is_told_once(self, planner):
        party = a_customer("1", doors=2)
        Address.objects.filter(party=party).update(source_code="")
        set_stop(id=party.id, party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
        a_study({party: Arm.FREE})
        templates = [reason["template"] for reason in run(planner).left_out.get().reasons]
        assert len(templates) == len(set(templates)) >= 2

    def test_of_several_doors_the_verdict_that_could_be_overridden_is_shown(self, planner):
        party = a_customer("1")
        barred = an_address(party, north=0.03, east=0.03)
        Address.objects.filter(pk=barred.pk).update(not_here_since=TODAY)
        a_study({party: Arm.FREE})
        decisions = set(Verdict.objects.values_list("decision", flat=True)) or None
        left = run(planner).left_out.first()
        found = {v.address_id: v.decision for v in Verdict.objects.filter(party=party)}
        assert decisions is None
        assert left.verdict.decision == min(found.values(), key=("allow", "warn", "block").index)

    def test_whom_the_planner_dropped_is_counted_as_dropped(self, planner):
        party = a_customer("1")
        a_study({party: Arm.FREE})
        a_crew()
        order(day=TODAY, party=party, kind=DROP, by=planner, at=NOW)
        plan = run(planner)
        assert plan.left_out.get().kind == "dropped"
        assert plan.counts == {"planned": 0, "dropped": 1}


class TestPins:
    def test_a_pin_to_a_crew_that_stays_at_home_is_let_go_with_a_note(self, planner):
        party = a_customer("1")
        a_study({party: Arm.FREE})
        a_crew("K1")
        home = a_crew("K2", members=(certified(a_visitor(9)),))
        order(day=TODAY, party=party, kind=PIN, crew=home, by=planner, at=NOW)
        plan = run(planner)
        assert plan.stops.get().crew.code == "K1"
        assert plan.notes[0]["params"]["why"]["template"] == "the crew stays at home on this day"
        assert plan.notes[0]["params"]["name"] == "张**"

    def test_a_pin_of_someone_whom_the_rules_refuse_is_let_go_with_a_note(self, planner):
        party = a_customer("1")
        set_stop(id=party.id, party=party, kind=Stop.Kind.DISPUTE, since=TODAY, by=None, at=NOW)
        a_study({party: Arm.FREE})
        order(day=TODAY, party=party, kind=PIN, crew=a_crew(), by=planner, at=NOW)
        plan = run(planner)
        assert plan.left_out.get().kind == "refused"
        assert plan.notes[0]["params"]["why"]["template"] == "the rules refuse this visit"

    def test_pins_that_do_not_fit_into_the_day_name_the_customer_and_the_crew(self, planner):
        crew = a_crew()
        crew.shift_start, crew.shift_end = 540, 575
        crew.save()
        parties = {a_customer(str(n), name=f"王{n}", north=0.02 * n): Arm.FREE for n in (1, 2)}
        a_study(parties)
        for party in parties:
            order(day=TODAY, party=party, kind=PIN, crew=crew, by=planner, at=NOW)
        with pytest.raises(Conflict, match="pinned visit to 王"):
            run(planner)


class TestScope:
    def test_a_planner_of_another_branch_may_not_plan_here(self):
        elsewhere = a_member("planner", branch=another_branch())
        with pytest.raises(NotPermitted):
            run(elsewhere)
        assert not Verdict.objects.exists()

    def test_a_newer_study_of_another_branch_takes_no_plan_away(self, planner):
        a_study({a_customer("1"): Arm.FREE})
        a_study({}, branch=another_branch(), day=TODAY)
        a_crew()
        assert run(planner).counts["planned"] == 1


@pytest.mark.parametrize(("days", "counts"), [(0, 1), (6, 1), (7, 0)])
def test_an_override_counts_for_seven_days(days, counts, planner):
    party = a_customer("1")
    a_study({party: Arm.FREE})
    run(planner)
    verdict = Verdict.objects.get()
    Override.objects.create(
        verdict=verdict, by=a_member("manager"), rule_ids=["CN-T2"], reason="客户约定晚间", at=NOW
    )
    day: date = TODAY + timedelta(days=days)
    assert len(overrides_of({party.id}, day).get((party.id, party.id), ())) == counts
