"""Account owner, stand-in, who has called before: worth more, never binding, the same to planner and checker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.planning.planning_builders import DAY, a_candidate, a_crew, a_town, near
from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    CircuityTravel,
    KnownTo,
    PlanFrame,
    PlanningPolicy,
    Put,
    Tie,
    plan,
    tie_of,
    violations,
    what_if,
)

POLICY = PlanningPolicy(iterations=60, continuity_fen={Tie.OWNER: 5_000, Tie.STAND_IN: 1_000})
CREWS = (a_crew("k1"), a_crew("k2"))
OWNER = KnownTo("k2-b", Tie.OWNER)


def planned(customers, policy=POLICY, crews=CREWS):
    return plan(customers, crews, policy, days=[DAY], seed=1)


def test_the_crew_of_the_account_owner_goes_and_the_reason_says_so():
    made = planned([a_candidate("c1", known_to=(OWNER,))])
    assert made.visits[0].crew_id == "k2"
    assert "The account owner goes" in str(made.visits[0].why)


@pytest.mark.parametrize("ties", [(), (KnownTo("k1-a", Tie.OWNER), OWNER)])
def test_where_no_crew_or_each_crew_is_known_the_worth_decides_as_before(ties):
    without = planned([a_candidate("c1")]).visits[0]
    made = planned([a_candidate("c1", known_to=ties)]).visits[0]
    assert made.crew_id == without.crew_id
    assert made.gross_value_fen - without.gross_value_fen == (5_000 if ties else 0)


def test_it_binds_nobody_when_the_way_costs_more_than_the_tie():
    far = a_crew("k2", depot=near(40))
    assert planned([a_candidate("c1", known_to=(OWNER,))], crews=(CREWS[0], far)).visits[0].crew_id == "k1"


def test_the_dearest_tie_of_a_crew_counts_once():
    known = (KnownTo("a", Tie.STAND_IN), KnownTo("b", Tie.OWNER), KnownTo("c", Tie.CALLED_BEFORE))
    assert tie_of(known, ("a", "b", "c"), POLICY.continuity_fen) is Tie.OWNER
    assert tie_of(known, ("a",), POLICY.continuity_fen) is Tie.STAND_IN
    assert tie_of(known, ("c",), POLICY.continuity_fen) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1_000), st.lists(st.sampled_from(["k1-a", "k1-b", "k2-a", "k2-b"]), max_size=4))
def test_planner_checker_and_what_if_agree_on_what_a_tie_is_worth(seed, officers):
    town = a_town(8, seed)
    for i, officer in enumerate(officers):
        town[i] = replace(town[i], known_to=(KnownTo(officer, Tie.OWNER if i % 2 else Tie.STAND_IN),))
    made = planned(town, replace(POLICY, iterations=10))
    travel = CircuityTravel(POLICY.travel)
    assert violations(made, town, CREWS, POLICY, travel) == ()
    for visit in made.visits[:2]:
        other = "k1" if visit.crew_id == "k2" else "k2"
        answer = what_if(made, Put(visit.customer_id, other, DAY), PlanFrame(town, CREWS, POLICY, travel))
        if answer.feasible:
            assert violations(answer.after, town, CREWS, POLICY, travel) == ()


def test_a_tie_cannot_be_worth_less_than_nothing():
    with pytest.raises(BadInput, match="continuity"):
        PlanningPolicy(continuity_fen={Tie.OWNER: -1})
