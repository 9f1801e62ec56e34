"""A day of fourteen customers and three crews, as the planner made it, to move visits in."""

from dataclasses import replace
from functools import cache

from planning_builders import DAY, GREEDY_ONLY, a_crew, a_town, near

from zoufang.core.planning import CircuityTravel, Needs, Pin, PlanFrame, hours_held, plan
from zoufang.core.values import TimeWindow

ROADS = CircuityTravel(GREEDY_ONLY.travel)
MORNING, NOON = TimeWindow(8 * 60, 12 * 60), TimeWindow(10 * 60, 10 * 60 + 45)


def frame(town, crews, pins=()):
    return PlanFrame(town, crews, GREEDY_ONLY, ROADS, pins)


@cache
def a_day(seed: int):
    """A town of fourteen, some promised or particular, and three crews, one with a rest within the morning."""
    town = a_town(14, seed, spread_km=25.0)
    town[0] = replace(town[0], required=True)
    town[1] = replace(town[1], needs=Needs(language="hakka"))
    town[2] = replace(town[2], needs=Needs(recused=frozenset({"k1-a"})))
    town[3] = replace(town[3], options=town[3].options[:1], required=True)
    crews = [
        a_crew("k1", rest=NOON),
        a_crew(
            "k2", depot=near(8), languages=frozenset({"hakka"}), overtime_minutes=40, overtime_fen_per_minute=90
        ),
        a_crew("k3", depot=near(-9, 4), shift=TimeWindow(9 * 60, 12 * 60)),
    ]
    made = plan(town, crews, GREEDY_ONLY, days=[DAY], seed=1)
    pins = tuple(
        Pin(v.customer_id, v.crew_id, DAY, window=hours_held(v.start_s // 60, v.service_minutes))
        for v in made.visits[::4]
    )
    return town, crews, made, pins
