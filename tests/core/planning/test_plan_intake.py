from dataclasses import replace

import pytest
from planning_builders import DAY, QUICK, SEAT, a_candidate, a_cleared_visit, a_crew, an_address, near

from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    Pin,
    PlanningPolicy,
    Rate,
    RoadClass,
    ServiceArea,
    TravelPolicy,
    VisitOption,
    plan,
)
from zoufang.core.values import Datum, Decision, Finding, Message, Point, RiskLevel, TimeWindow, UpliftEstimate

NAN = float("nan")
REFUSED = (Finding("CN-D2", Decision.BLOCK, Message("no"), "law"),)


def planned(candidates=None, crews=None, policy=QUICK, **words):
    return plan(candidates or [a_candidate()], crews or [a_crew()], policy, **{"days": [DAY], "seed": 1} | words)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"candidates": [a_candidate(), a_candidate()]}, "Customer c1 stands more than once"),
        ({"crews": [a_crew(), a_crew()]}, "Crew k1 stands more than once"),
        ({"crews": [a_crew(), replace(a_crew(), crew_id="k2")]}, "Officer k1-a stands more than once"),
        ({"crews": [a_crew(officer_ids=("x",))]}, "has 1 officers. Assign at least 2"),
        ({"days": []}, "at least one"),
        ({"days": [DAY, DAY]}, "must be distinct"),
        ({"drops": ["nobody"]}, "nobody is pinned or dropped, but is no candidate"),
        ({"pins": [Pin("c1", "k9")]}, "unknown crew k9"),
        ({"pins": [Pin("c1", "k1")], "drops": ["c1"]}, "both pinned and dropped"),
        (
            {"candidates": [a_candidate(options=(), blocked_by=REFUSED)], "pins": [Pin("c1", "k1")]},
            "A pin cannot lift a refusal",
        ),
    ],
)
def test_input_that_cannot_be_planned_with_is_named_before_solving(words, complaint):
    with pytest.raises(BadInput, match=complaint):
        planned(**words)


def test_a_point_outside_the_service_area_is_a_wrong_coordinate():
    policy = PlanningPolicy(area=ServiceArea(36.4, 38.1, 115.7, 117.6))
    with pytest.raises(BadInput, match=r"Address c1-home of c1 .* outside the service area"):
        planned([a_candidate(point=Point(30.5, 114.3))], policy=policy)
    with pytest.raises(BadInput, match=r"Depot of crew k1 .* outside"):
        planned(crews=[a_crew(depot=Point(30.5, 114.3))], policy=policy)


def test_a_point_of_another_datum_is_refused_where_it_comes_in():
    with pytest.raises(BadInput, match="GCJ-02"):
        an_address(point=Point(37.4, 116.3, Datum.GCJ02))
    with pytest.raises(BadInput, match="BD-09"):
        a_crew(depot=Point(37.4, 116.3, Datum.BD09))


@pytest.mark.parametrize("mean", [NAN, -0.1, 1.1])
def test_a_chance_that_is_no_probability_cannot_be_built(mean):
    with pytest.raises(BadInput, match="not a probability"):
        Rate(mean, 0.0, 1.0, 0, "prior")


def test_a_value_that_is_not_a_number_cannot_be_built():
    with pytest.raises(BadInput):
        UpliftEstimate(NAN, 0, 1, "prior")


def test_a_value_out_of_all_proportion_is_taken_for_a_unit_error():
    with pytest.raises(BadInput, match="Check yuan against fen"):
        planned([a_candidate(uplift_fen=10**12)])


def test_only_what_compliance_cleared_can_become_an_option():
    chance = Rate(0.5, 0.4, 0.6, 0, "prior")
    with pytest.raises(BadInput, match="cleared by compliance"):
        VisitOption("allowed, trust me", DAY, TimeWindow(540, 600), chance)
    with pytest.raises(BadInput, match="cleared for somebody else"):
        a_candidate("c1", options=(VisitOption(a_cleared_visit("c2"), DAY, TimeWindow(540, 600), chance),))
    with pytest.raises(BadInput, match="blocked and has options"):
        a_candidate("c1", blocked_by=REFUSED)


@pytest.mark.parametrize(
    "build",
    [
        lambda: a_crew(rest=TimeWindow(0, 60)),
        lambda: a_crew(officer_ids=("x", "x")),
        lambda: a_crew(cost_fen_per_minute=-1),
        lambda: a_candidate(arrears_fen=-1),
        lambda: a_candidate(service_minutes=0),
        lambda: PlanningPolicy(service_minutes=0),
        lambda: PlanningPolicy(exploration_share=0.5),
        lambda: PlanningPolicy(exploration_share=NAN),
        lambda: PlanningPolicy(slots=()),
        lambda: PlanningPolicy(risk_price_fen={RiskLevel.HIGH: -1}),
        lambda: RoadClass("lane", 1000, 0.9, 20),
        lambda: RoadClass("lane", 1000, 1.2, NAN),
        lambda: TravelPolicy(roads=()),
        lambda: ServiceArea(38, 37, 115, 117),
        lambda: replace(an_address(point=SEAT), point=None),
    ],
)
def test_impossible_settings_cannot_be_built(build):
    with pytest.raises(BadInput):
        build()


def test_a_visit_longer_than_every_crews_hours_is_explained_not_solved():
    made = planned([a_candidate(point=near(1), service_minutes=240)], crews=[a_crew(shift=TimeWindow(540, 600))])
    assert not made.visits
