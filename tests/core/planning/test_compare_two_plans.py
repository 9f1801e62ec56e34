"""Two plans side by side, whichever they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    ComparedPlan,
    ComparedVisit,
    CrewFigures,
    Difference,
    GroupShare,
    compare,
)

DAY = date(2026, 5, 11)
A_VISIT = ComparedVisit("C1", "K1", "door 1", DAY, 540, 1000)


def a_plan(*visits: ComparedVisit, value_fen: int = 0, **more: object) -> ComparedPlan:
    return ComparedPlan(visits, (), value_fen, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, ()),
        ({"value_fen": 5}, ()),
        ({"crew_id": "K2"}, (Difference.CREW,)),
        ({"address_id": "door 2"}, (Difference.DOOR,)),
        ({"start_min": 541}, (Difference.TIME,)),
        ({"day": DAY + timedelta(days=1)}, (Difference.DAY,)),
        ({"crew_id": "K2", "start_min": 600}, (Difference.CREW, Difference.TIME)),
    ],
)
def test_a_visit_in_both_plans_tells_each_thing_that_moved(
    changed: dict[str, object], found: tuple[Difference, ...]
) -> None:
    other = replace(A_VISIT, **changed)  # type: ignore[arg-type]
    said = compare(a_plan(A_VISIT), a_plan(other))
    assert [change.differences for change in said.changes] == ([found] if found else [])
    assert said.unchanged == (not found)


def test_a_visit_in_one_plan_only_is_added_or_dropped() -> None:
    said = compare(a_plan(A_VISIT), a_plan(replace(A_VISIT, customer_id="C2")))
    assert [(one.customer_id, one.differences) for one in said.changes] == [
        ("C1", (Difference.DROPPED,)),
        ("C2", (Difference.ADDED,)),
    ]
    assert said.having(Difference.ADDED) == (said.changes[1],)


def test_the_difference_in_worth_is_that_of_the_plans_not_of_the_visits() -> None:
    assert compare(a_plan(A_VISIT, value_fen=700), a_plan(A_VISIT, value_fen=900)).value_fen == 200


def test_a_crew_that_stays_at_home_has_no_figures_on_that_side() -> None:
    one, two = CrewFigures("K1", 3, 7200, 40_000, 900), CrewFigures("K2", 1, 3600, 9_000, 100)
    said = compare(ComparedPlan((), (one,), 0), ComparedPlan((), (replace(one, visits=4), two), 0))
    assert [(c.crew_id, c.before and c.before.visits, c.after and c.after.visits) for c in said.crews] == [
        ("K1", 3, 4),
        ("K2", None, 1),
    ]
    assert (said.before.away_s, said.after.away_s, said.after.metres) == (7200, 10_800, 49_000)


def test_who_pays_is_told_of_both_plans_by_band() -> None:
    before = GroupShare("place", "rural", 10, 4, 400, 500)
    said = compare(a_plan(shares=(before,)), a_plan(shares=(replace(before, visits=6),)))
    [share] = said.shares
    assert (share.before and share.before.visits, share.after and share.after.visits) == (4, 6)
    assert compare(a_plan(shares=(before,)), a_plan()).shares[0].after is None


def test_a_plan_that_visits_somebody_twice_is_refused() -> None:
    with pytest.raises(BadInput):
        a_plan(A_VISIT, replace(A_VISIT, crew_id="K2"))


VISITS = st.lists(
    st.builds(
        ComparedVisit,
        st.sampled_from([f"C{n}" for n in range(6)]),
        st.sampled_from(["K1", "K2"]),
        st.sampled_from(["d1", "d2"]),
        st.just(DAY),
        st.integers(480, 490),
        st.integers(0, 9),
    ),
    unique_by=lambda visit: visit.customer_id,
)


@given(VISITS, VISITS)
def test_swapping_the_plans_swaps_added_and_dropped_and_nobody_is_lost(
    one: list[ComparedVisit], two: list[ComparedVisit]
) -> None:
    there, back = compare(a_plan(*one), a_plan(*two)), compare(a_plan(*two), a_plan(*reversed(one)))
    assert {c.customer_id for c in there.having(Difference.ADDED)} == {
        c.customer_id for c in back.having(Difference.DROPPED)
    }
    assert [(c.customer_id, c.before, c.after) for c in there.changes] == [
        (c.customer_id, c.after, c.before) for c in back.changes
    ]
    customers = {visit.customer_id for visit in (*one, *two)}
    assert there.unchanged + len(there.changes) == len(customers)


@given(VISITS)
def test_a_plan_does_not_differ_from_itself(visits: list[ComparedVisit]) -> None:
    assert compare(a_plan(*visits), a_plan(*visits)).changes == ()
