"""A visit moved by hand: the answer at once is the checker's answer, and its value the plan's to the fen."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moves_builders import MORNING, NOON, ROADS, a_day, frame
from planning_builders import DAY, GREEDY_ONLY, NO_RULES, a_candidate, a_crew, near

from tests.core.builders_compliance import policy
from zoufang.core.compliance import review
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import (
    FIRST,
    Needs,
    Obstacle,
    Pin,
    PresenceModel,
    Put,
    Swap,
    TakeOut,
    hours_held,
    plan,
    service_of,
    violations,
    visit_options,
    what_if,
)
from zoufang.core.values import Channel, Decision, Finding, Message, TimeWindow


@st.composite
def a_move(draw, made, town, crews):
    planned = [v.customer_id for v in made.visits]
    one = draw(st.sampled_from([c.customer_id for c in town]))
    kind = draw(st.sampled_from(["put", "put", "put", "out", "swap"]))
    if kind == "swap":
        pair = draw(st.lists(st.sampled_from(planned), min_size=2, max_size=2, unique=True))
        return Swap(*pair)
    if kind == "out":
        return TakeOut(draw(st.sampled_from(planned)))
    crew = draw(st.sampled_from(crews)).crew_id
    there = [v.customer_id for v in made.visits if v.crew_id == crew and v.customer_id != one]
    after = draw(st.sampled_from([None, FIRST, *there]))
    arrive = draw(st.none() | st.integers(7 * 60, 21 * 60 + 30))
    return Put(one, crew, DAY, after, arrive)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), seed=st.integers(1, 12))
def test_a_feasible_move_gives_a_plan_that_the_checker_passes_and_its_value_to_the_fen(data, seed):
    town, crews, made, pins = a_day(seed)
    move = data.draw(a_move(made, town, crews))
    said = what_if(made, move, frame(town, crews, pins))
    if not said.feasible:
        assert said.hindrances
        assert said.hindrances[0].obstacle is not Obstacle.RULE  # named by us, before the checker had to
        return
    moved = {move.customer_id, getattr(move, "other_id", move.customer_id)}
    kept = [pin for pin in pins if pin.customer_id not in moved]
    assert violations(said.after, town, crews, GREEDY_ONLY, ROADS, pins=kept) == ()
    change = said.change
    assert change.value_fen == said.after.objective_fen - made.objective_fen
    assert change.value_fen == change.visits_fen + change.minutes_fen + change.km_fen + change.overtime_fen
    touched = {v.crew_id for v in (*made.visits, *said.after.visits) if v.customer_id in moved}
    assert [v for v in made.visits if v.crew_id not in touched] == [
        v for v in said.after.visits if v.crew_id not in touched
    ]
    assert {d.crew_id for d in said.days} <= touched


@settings(max_examples=150, deadline=None)
@given(data=st.data(), seed=st.integers(1, 12))
def test_a_refused_move_has_no_door_slot_place_and_time_that_would_do(data, seed):
    town, crews, made, _ = a_day(seed)
    customer = data.draw(st.sampled_from(town))
    crew = data.draw(st.sampled_from(crews))
    said = what_if(made, Put(customer.customer_id, crew.crew_id, DAY), frame(town, crews))
    by_id = {c.customer_id: c for c in town}
    rest = [v for v in made.route(crew.crew_id, DAY) if v.customer_id != customer.customer_id]
    present = [(by_id[v.customer_id], v.address_id, v.window) for v in rest]
    ways = [
        [*present[:k], (customer, o.cleared.address_id, o.window), *present[k:]]
        for o in customer.options
        for k in range(len(present) + 1)
    ]
    may = crew.meets(customer.needs)
    assert said.feasible == (may and any(earliest_day_fits(crew, way) for way in ways))


def earliest_day_fits(crew, way) -> bool:
    """Second opinion: begin each visit as early as can be, behind the rest where it would fall into it."""
    points = [crew.depot, *(c.address(a).point for c, a, _ in way), crew.depot]
    legs, _ = ROADS.between(points)
    clock = crew.shift.start_min * 60
    for k, (customer, _, window) in enumerate(way):
        service = (customer.service_minutes or GREEDY_ONLY.service_minutes) * 60
        start = max(clock + int(legs[k, k + 1]), window.start_min * 60)
        if crew.rest and start < crew.rest.end_min * 60 and start + service > crew.rest.start_min * 60:
            start = crew.rest.end_min * 60
        clock = start + service
        if clock > window.end_min * 60:
            return False
    return clock + int(legs[-2, -1]) <= crew.latest_back_min * 60


@pytest.mark.parametrize("seed", range(1, 7))
def test_putting_a_visit_back_where_it_stands_never_loses(seed):
    town, crews, made, _ = a_day(seed)
    for visit in made.visits:
        route = made.route(visit.crew_id, DAY)
        before = route[visit.order - 2].customer_id if visit.order > 1 else FIRST
        said = what_if(made, Put(visit.customer_id, visit.crew_id, DAY, before), frame(town, crews))
        assert said.feasible
        assert said.change.value_fen >= 0


def test_taking_out_gives_back_what_the_plan_said_it_would():
    town, crews, made, _ = a_day(3)
    visit = max(made.visits, key=lambda v: v.gives_back_fen)
    said = what_if(made, TakeOut(visit.customer_id), frame(town, crews))
    assert said.change.visits_fen == -visit.gross_value_fen
    assert said.change.minutes_fen + said.change.km_fen + said.change.overtime_fen == pytest.approx(
        visit.gives_back_fen, abs=1
    )
    assert visit.customer_id in {u.customer_id for u in said.after.unplanned}


def lawful(candidate):
    """Cleared by the rule of contact hours alone: 8 to 22."""
    key = ("CN-T1", Channel.VISIT)
    hours = MappingProxyType({key: policy(DAY).rules[key]})
    sealed = candidate.options[0].cleared.verdict
    said = review(sealed.request, sealed.facts, replace(NO_RULES, rules=hours), DAY)
    options = visit_options(said, candidate.addresses[0], (DAY,), GREEDY_ONLY, PresenceModel())
    return replace(candidate, options=options)


# What stands in the way, by name. One crew at the seat, 9 to 18, and a customer next door unless told otherwise.
BLOCK = (Finding("CN-D2", Decision.BLOCK, Message("a stop is in force"), "law"),)


def answer(one, crew, others=(), move=None, pins=()):
    town = [one, *others]
    made = plan(list(others) or [one], [crew], GREEDY_ONLY, days=[DAY], seed=1, pins=pins)
    if others:
        known = {v.customer_id for v in made.visits}
        assert known == {c.customer_id for c in others}
    return what_if(made, move or Put(one.customer_id, crew.crew_id, DAY), frame(town, [crew], pins))


@pytest.mark.parametrize(
    ("one", "crew", "obstacle"),
    [
        ({"options": (), "blocked_by": BLOCK}, {}, Obstacle.REFUSED),
        ({"options": ()}, {}, Obstacle.NOT_CLEARED),
        ({"point": None}, {}, Obstacle.NO_MAP_POINT),
        ({"needs": Needs(qualifications=frozenset({"care"}))}, {}, Obstacle.QUALIFICATION),
        ({"needs": Needs(language="hakka")}, {}, Obstacle.LANGUAGE),
        ({"needs": Needs(gender="f")}, {}, Obstacle.GENDER),
        ({"needs": Needs(service_years=5)}, {}, Obstacle.SENIORITY),
        ({"needs": Needs(recused=frozenset({"k1-b"}))}, {}, Obstacle.RECUSED),
        ({"point": near(230)}, {}, Obstacle.SHIFT),
        ({"hours": MORNING}, {"shift": TimeWindow(11 * 60 + 50, 18 * 60)}, Obstacle.WINDOW),
        ({"hours": TimeWindow(600, 630)}, {"rest": NOON}, Obstacle.REST),
    ],
)
def test_what_stands_in_the_way_is_named(one, crew, obstacle):
    said = answer(a_candidate("c1", **one), a_crew("k1", **crew), others=[])
    assert [h.obstacle for h in said.hindrances] == [obstacle]
    assert said.hindrances[0].customer_id == "c1"
    assert str(said.hindrances[0].message)


@pytest.mark.parametrize(
    ("arrive", "obstacle"),
    [(7 * 60, Obstacle.LAWFUL_HOURS), (11 * 60 + 55, Obstacle.WINDOW), (9 * 60 + 1, Obstacle.WINDOW), (600, None)],
)
def test_an_hour_asked_for_is_kept_within_a_quarter_or_refused(arrive, obstacle):
    far = lawful(a_candidate("c1", point=near(12)))
    said = answer(far, a_crew("k1"), move=Put("c1", "k1", DAY, arrive_min=arrive))
    if obstacle is None:
        assert arrive <= said.after.visits[0].start_s / 60 <= arrive + 15
    else:
        assert [h.obstacle for h in said.hindrances] == [obstacle]


def test_the_visit_of_another_is_not_pushed_out_of_its_hours():
    other = a_candidate("c2", hours=TimeWindow(9 * 60, 9 * 60 + 22))
    said = answer(a_candidate("c1"), a_crew("k1"), [other], Put("c1", "k1", DAY, FIRST))
    assert [(h.obstacle, h.customer_id) for h in said.hindrances] == [(Obstacle.OTHER_HOURS, "c2")]
    promised = replace(other, required=True)
    said = answer(a_candidate("c1"), a_crew("k1"), [promised], Put("c1", "k1", DAY, FIRST))
    assert [(h.obstacle, h.customer_id) for h in said.hindrances] == [(Obstacle.PROMISE, "c2")]


def test_an_hour_that_was_fixed_for_another_is_kept():
    other = a_candidate("c2", point=near(3))
    pin = Pin("c2", "k1", DAY, window=TimeWindow(9 * 60, 9 * 60 + 40))
    said = answer(
        a_candidate("c1", point=near(-9)), a_crew("k1"), [other], Put("c1", "k1", DAY, FIRST), pins=[pin]
    )
    assert [(h.obstacle, h.customer_id) for h in said.hindrances] == [(Obstacle.PINNED, "c2")]


def test_leaving_out_a_promised_visit_is_said():
    town, crews, made, _ = a_day(1)
    promised = next(v.customer_id for v in made.visits if v.required)
    said = what_if(made, TakeOut(promised), frame(town, crews))
    assert said.feasible
    assert said.promises_broken == (promised,)


def test_who_was_left_out_can_be_put_in_and_takes_the_door_that_is_worth_most():
    town, crews = [a_candidate("c1"), a_candidate("c2", point=near(2), uplift_fen=1)], [a_crew("k1")]
    made = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=1)
    assert [u.customer_id for u in made.unplanned] == ["c2"]
    said = what_if(made, Put("c2", "k1", DAY), frame(town, crews))
    assert {v.customer_id for v in said.after.visits} == {"c1", "c2"}
    assert said.after.unplanned == ()
    assert said.change.value_fen < 0  # that is why the planner left it out


def test_strangers_and_a_plan_that_has_changed_are_refused_plainly():
    town, crews, made, _ = a_day(2)
    here = made.visits[0]
    with pytest.raises(BadInput, match="Customer nobody"):
        what_if(made, TakeOut("nobody"), frame(town, crews))
    with pytest.raises(BadInput, match="Crew k9"):
        what_if(made, Put(here.customer_id, "k9", DAY), frame(town, crews))
    with pytest.raises(Conflict, match="not in that day's plan"):
        what_if(made, Put(here.customer_id, here.crew_id, DAY, "c999"), frame(town, crews))
    changed = [replace(c, options=()) if c.customer_id == here.customer_id else c for c in town]
    with pytest.raises(Conflict, match="has changed"):
        what_if(made, TakeOut(here.customer_id), frame(changed, crews))


def test_the_hours_of_a_fixed_visit_hold_a_quarter_before_and_after():
    one = a_candidate("c1")
    service = service_of(one, one.options[0], GREEDY_ONLY)
    assert hours_held(600, service) == TimeWindow(585, 615 + service)
    assert hours_held(5, 20).start_min == 0
