from datetime import timedelta

from planning_builders import DAY, QUICK, a_candidate, a_crew, near

from zoufang.core.planning import Needs, Pin, Why, plan
from zoufang.core.values import TimeWindow


def why_not(*candidates, crews=None, ask="c1", **words):
    made = plan(candidates, crews or [a_crew()], QUICK, days=[DAY], seed=1, **words)
    (left_out,) = [u for u in made.unplanned if u.customer_id == ask]
    (reason,) = left_out.reasons
    return reason.why, str(reason.message)


def test_a_stop_says_why_it_is_there_and_what_dropping_it_gives_back():
    made = plan([a_candidate(uplift_fen=200_000)], [a_crew()], QUICK, days=[DAY], seed=1)
    (visit,) = made.visits
    assert str(visit.why) == (  # the evening is worth more than the morning
        "Expected to bring 1,200.00 yuan: 60% to be met at the home between 17:30-21:00"
        " (uplift: documented prior). Dropping it gives back 20 minutes and 40.00 yuan."
        " Chance to meet with 90% certainty: 21 to 93%; a meeting adds 0.00 to 4,000.00 yuan by the same estimate."
    )
    assert visit.net_value_fen == 120_000 - 4_000 == made.objective_fen


def test_a_pinned_and_a_promised_stop_say_so():
    town = [a_candidate("c1"), a_candidate("c2", required=True)]
    made = plan(town, [a_crew()], QUICK, days=[DAY], seed=1, pins=[Pin("c1", "k1")])
    why = {v.customer_id: str(v.why) for v in made.visits}
    assert why["c1"].startswith("Pinned by the planner")
    assert why["c2"].startswith("Promised, or drawn")


def test_no_cleared_hour_on_the_day_is_a_reason():
    tomorrow = a_candidate(days=(DAY + timedelta(days=1),))
    assert why_not(tomorrow)[0] is Why.NO_OPTION


def test_no_point_on_the_map_is_a_reason():
    assert why_not(a_candidate(point=None))[0] is Why.NO_MAP_POINT


def test_a_skill_that_nobody_has_is_named():
    needs = Needs(qualifications=frozenset({"care"}), language="Hui")
    why, text = why_not(a_candidate(needs=needs), crews=[a_crew(languages=frozenset({"Hui"}))])
    assert why is Why.NO_CREW_QUALIFIED
    assert "lacks: the course care" in text


def test_a_visit_that_does_not_pay_for_its_own_minutes_says_so():
    why, text = why_not(a_candidate(uplift_fen=5_000))
    assert why is Why.NOT_WORTH_IT
    assert text == (
        "Expected to bring 30.00 yuan, less than the 40.00 yuan that its minutes cost."
        " It would take 10.01 yuan more of expected value."
    )


def test_a_detour_that_costs_more_than_it_brings_says_what_it_would_lose():
    why, text = why_not(a_candidate(point=near(60), uplift_fen=40_000))
    assert why is Why.NOT_WORTH_IT
    assert "the detour would lose" in text


def test_hours_that_no_shift_covers_are_a_reason():
    assert why_not(a_candidate(hours=TimeWindow(20 * 60, 21 * 60)))[0] is Why.NO_CREW_ON_SHIFT


def test_a_full_day_is_a_reason():
    rich = [a_candidate(f"r{i}", uplift_fen=900_000) for i in range(3)]
    poor = a_candidate("c1", uplift_fen=300_000)
    why, text = why_not(*rich, poor, crews=[a_crew(shift=TimeWindow(9 * 60, 10 * 60))])
    assert why is Why.TIME_RAN_OUT
    assert "no crew has time left" in text
    assert "It would take 20 minutes at the door and the way there" in text
