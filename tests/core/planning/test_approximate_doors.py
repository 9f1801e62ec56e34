"""A door that is only known to lie in a village costs the search for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_builders import DAY, GREEDY_ONLY, QUICK, a_candidate, a_crew

from zoufang.core.errors import BadInput
from zoufang.core.planning import DoorSearch, plan
from zoufang.core.values import Precision

RADII = st.integers(0, 30_000)


def roughly(candidate, radius_m):
    addresses = tuple(replace(a, radius_m=radius_m, precision=Precision.VILLAGE) for a in candidate.addresses)
    return replace(candidate, addresses=addresses)


@pytest.mark.parametrize(("radius_m", "minutes"), [(0, 0), (1, 5), (500, 7), (4_000, 27), (20_000, 40)])
def test_expected_search_is_asking_once_and_two_thirds_of_the_radius_there_and_back(radius_m, minutes):
    assert DoorSearch().minutes(radius_m) == minutes


@given(RADII, RADII)
def test_a_wider_radius_never_costs_less(one, other):
    assert DoorSearch().minutes(min(one, other)) <= DoorSearch().minutes(max(one, other))


@pytest.mark.parametrize("policy", [GREEDY_ONLY, QUICK])
def test_the_search_is_planned_as_time_at_the_stop(policy):
    made = plan([roughly(a_candidate(), 500)], [a_crew()], policy, days=[DAY], seed=1)
    assert [v.service_minutes for v in made.visits] == [policy.service_minutes + 7]


def test_of_two_equal_customers_the_one_whose_door_is_known_is_worth_more():
    town = [a_candidate("c1"), roughly(a_candidate("c2"), 4_000)]
    made = {v.customer_id: v for v in plan(town, [a_crew()], GREEDY_ONLY, days=[DAY], seed=1).visits}
    assert made["c2"].gives_back_minutes > made["c1"].gives_back_minutes


def test_a_radius_below_zero_is_refused():
    with pytest.raises(BadInput, match="radius"):
        roughly(a_candidate(), -1)
