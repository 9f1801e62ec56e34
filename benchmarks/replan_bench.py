"""How long re-planning within the day takes, and how near it comes to a cold solution of the same rest of the day.

`python -m benchmarks.replan_bench` writes benchmarks/results/replan.json. A day of each size and seed is planned
by the default policy and driven until eleven; then one crew falls out, every twentieth customer has paid and a
new appointment comes in. The cold solution has the same promises, no memory of the plan, and five times the steps.
"""

from __future__ import annotations

import json
import os
import platform
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from tests.core.planning.planning_builders import DAY, a_crew, a_town, near
from zoufang.core.planning import Candidate, Crew, DayState, DoneVisit, Plan, PlanningPolicy, plan, replan
from zoufang.core.values import Message

RESULTS = Path(__file__).parent / "results" / "replan.json"
SIZES, SEEDS, ELEVEN_S = ((100, 4), (300, 10)), (1, 2, 3), 11 * 3600
PAID = Message("Nothing is overdue any more")


def main() -> None:
    lines = [measure(customers, crews, seed) for customers, crews in SIZES for seed in SEEDS]
    summary = {
        "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "median_s": median(line["seconds"] for line in lines),
        "worst_s": max(line["seconds"] for line in lines),
        "worst_of_cold": min(line["of_cold"] for line in lines),
        "lines": lines,
    }
    RESULTS.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=2))


def measure(customers: int, crews: int, seed: int) -> dict[str, Any]:
    town, fleet, policy = _town(customers, seed), _fleet(crews), PlanningPolicy()
    before = plan(town, fleet, policy, days=[DAY], seed=seed)
    state = _eleven(before, town)
    town = [replace(c, required=True) if c.customer_id == _appointment(before, state) else c for c in town]
    began = time.perf_counter()
    warm = replan(before, town, fleet, policy, state, day=DAY, seed=seed)
    seconds = time.perf_counter() - began
    thorough = replace(policy, iterations=policy.iterations * 5)
    cold = replan(
        _forgotten(before, state),
        _promised(town, before),
        fleet,
        thorough,
        state,
        day=DAY,
        seed=seed,
        change_fen=0,
    )
    return {
        "customers": customers,
        "crews": crews,
        "seed": seed,
        "seconds": round(seconds, 2),
        "engine": warm.engine,
        "value_fen": warm.objective_fen,
        "cold_fen": cold.objective_fen,
        "of_cold": round(warm.objective_fen / cold.objective_fen, 4),
        "promises_missed": len(warm.missed_required),
        "promises_missed_cold": len(cold.missed_required),
        "to_another_crew": _moved(before, warm, state),
        "to_another_crew_cold": _moved(before, cold, state),
    }


def _town(customers: int, seed: int) -> list[Candidate]:
    return [replace(c, required=i % 20 == 0) for i, c in enumerate(a_town(customers, seed))]


def _fleet(crews: int) -> list[Crew]:
    return [a_crew(f"k{i:02d}", depot=near((i % 3) * 5 - 5, (i % 2) * 8 - 4)) for i in range(crews)]


def _eleven(before: Plan, town: list[Candidate]) -> DayState:
    """What has begun by eleven, a crew out, and every twentieth customer paid."""
    done = tuple(DoneVisit(v.customer_id, v.start_s, v.end_s) for v in before.visits if v.start_s <= ELEVEN_S)
    begun = {visit.customer_id for visit in done}
    paid = {c.customer_id: PAID for i, c in enumerate(town) if i % 20 == 7 and c.customer_id not in begun}
    return DayState(ELEVEN_S, done, withdrawn=paid, crews_out=frozenset({"k00"}))


def _appointment(before: Plan, state: DayState) -> str:
    """Somebody left out who rings at eleven and wants a visit."""
    return next(u.customer_id for u in before.unplanned if u.customer_id not in state.withdrawn)


def _forgotten(before: Plan, state: DayState) -> Plan:
    begun = {visit.customer_id for visit in state.done}
    return replace(before, visits=tuple(v for v in before.visits if v.customer_id in begun))


def _promised(town: list[Candidate], before: Plan) -> list[Candidate]:
    told = {v.customer_id: (v.address_id, v.window) for v in before.visits if v.required}
    return [
        replace(c, options=tuple(o for o in c.options if (o.cleared.address_id, o.window) == told[c.customer_id]))
        if c.customer_id in told
        else c
        for c in town
    ]


def _moved(before: Plan, after: Plan, state: DayState) -> int:
    """Visits of crews that are still there which another crew makes now."""
    crew = {v.customer_id: v.crew_id for v in after.visits}
    stay = [v for v in before.visits if v.crew_id not in state.crews_out and v.customer_id in crew]
    return sum(crew[v.customer_id] != v.crew_id for v in stay)


if __name__ == "__main__":
    main()
