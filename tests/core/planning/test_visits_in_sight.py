"""Two debtors called on before each other's doors: told to the planner, with whether it can be avoided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planning_builders import DAY, GREEDY_ONLY, a_candidate, a_crew, near

from zoufang.core.errors import BadInput
from zoufang.core.planning import SightPolicy, in_sight, plan
from zoufang.core.values import Precision, TimeWindow


def planned(*candidates, crews=1):
    made = plan(candidates, [a_crew(f"k{n}") for n in range(crews)], GREEDY_ONLY, days=[DAY], seed=1)
    assert len(made.visits) == len(candidates), made.unplanned
    return made


def two(metres, **changes):
    return [a_candidate("c1", point=near(1)), a_candidate("c2", point=near(1 + metres / 1_000), **changes)]


@pytest.mark.parametrize(("metres", "seen"), [(0, True), (60, True), (140, False)])
def test_doors_within_a_hundred_metres_are_in_sight(metres, seen):
    pair = two(metres)
    assert bool(in_sight(planned(*pair), pair)) is seen


def test_visits_of_different_crews_at_the_same_time_are_in_sight_too():
    noon = TimeWindow(10 * 60, 10 * 60 + 25)
    pair = [a_candidate("c1", point=near(1), hours=noon), a_candidate("c2", point=near(1.05), hours=noon)]
    (found,) = in_sight(planned(*pair, crews=2), pair)
    assert (found.minutes, found.metres, found.avoidable) == (0, 50, False)


def test_hours_that_lie_far_apart_are_not():
    morning, evening = TimeWindow(9 * 60, 10 * 60), TimeWindow(16 * 60, 17 * 60)
    pair = [a_candidate("c1", point=near(1), hours=morning), a_candidate("c2", point=near(1.05), hours=evening)]
    assert in_sight(planned(*pair, crews=2), pair) == ()


def test_a_pair_with_other_cleared_hours_could_be_avoided():
    pair = two(50)
    (found,) = in_sight(planned(*pair), pair)
    assert found.avoidable


def test_one_household_is_no_neighbour_to_itself():
    pair = [replace(one, household="h1") for one in two(0)]
    assert in_sight(planned(*pair), pair) == ()


def test_a_door_that_is_only_roughly_known_says_nothing():
    first, second = two(0)
    rough = tuple(replace(a, radius_m=500, precision=Precision.VILLAGE) for a in second.addresses)
    pair = [first, replace(second, addresses=rough)]
    assert in_sight(planned(*pair), pair) == ()


def test_the_policy_can_widen_the_view():
    pair = two(140)
    assert in_sight(planned(*pair), pair, SightPolicy(within_m=200))
    with pytest.raises(BadInput, match="In sight"):
        SightPolicy(within_m=-1)
