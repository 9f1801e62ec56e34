"""A plan that was kept as doors, slots and minutes is read back as it was made."""

from dataclasses import replace

import pytest
from moves_builders import NOON, ROADS, a_day, frame
from planning_builders import DAY, GREEDY_ONLY, a_candidate, a_crew

from zoufang.core.errors import Conflict
from zoufang.core.planning import driven_plan, violations
from zoufang.core.values import TimeWindow


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_kept_plan_is_read_back_to_the_second(seed):
    town, crews, made, _ = a_day(seed)
    by_id = {c.customer_id: c for c in town}
    lanes = {}
    for visit in made.visits:
        one = by_id[visit.customer_id]
        option = next(
            o for o in one.options if (o.cleared.address_id, o.window) == (visit.address_id, visit.window)
        )
        lanes.setdefault((visit.crew_id, visit.day), []).append((one, option, visit.start_s // 60))
    again = driven_plan(lanes, frame(town, crews), [DAY], made.seed)
    assert again.crew_days == made.crew_days
    assert again.visits == made.visits
    assert again.objective_fen == made.objective_fen
    assert violations(again, town, crews, GREEDY_ONLY, ROADS) == ()


def test_a_kept_plan_that_no_longer_fits_names_the_crew():
    town, crews, made, _ = a_day(1)
    visit = next(v for v in made.visits if v.crew_id == "k1")
    one = next(c for c in town if c.customer_id == visit.customer_id)
    short = [replace(c, shift=TimeWindow(540, 550), rest=None) if c.crew_id == "k1" else c for c in crews]
    with pytest.raises(Conflict, match="crew k1 does not fit"):
        driven_plan({("k1", DAY): [(one, one.options[0], 540)]}, frame(town, short), [DAY], 1)


def test_a_visit_that_stands_behind_the_rest_is_read_back_there():
    one, crew = a_candidate("c1"), a_crew("k1", rest=NOON)
    morning = one.options[0]
    for begin, start in ((9 * 60, 9 * 60), (11 * 60, 10 * 60 + 45)):
        again = driven_plan({("k1", DAY): [(one, morning, begin)]}, frame([one], [crew]), [DAY], 1)
        assert again.visits[0].start_s // 60 == start
