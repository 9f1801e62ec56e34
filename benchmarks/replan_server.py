"""How long a planner waits for the rest of a day to be planned anew: registers, gate, search, stored draft.

`python -m benchmarks.replan_server` writes benchmarks/results/replan_server.json. A branch of 300 customers
and ten crews in a fresh installation (SQLite, sealed personal data) has published its day; at eleven what was due
before has begun, one crew falls out and every twentieth customer has paid. The server asks the gate again for
everybody still open and keeps a draft. Goal: at most five seconds on two cores.
"""

from __future__ import annotations

import json
import os
import platform
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

RESULTS = Path(__file__).parent / "results" / "replan_server.json"
CUSTOMERS, CREWS, RUNS, GOAL_S = 300, 10, 3, 5.0
SPREAD = 0.08  # degrees around the county seat
ELEVEN = 11 * 60


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="zoufang-bench-") as home:
        from zoufang.cli.installation import open_installation

        open_installation(Path(home))
        summary = _circumstances() | _measured()
    RESULTS.write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary, indent=2))


def _circumstances() -> dict[str, Any]:
    return {
        "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "date": datetime.now(UTC).date().isoformat(),
        "customers": CUSTOMERS,
        "crews": CREWS,
        "goal_s": GOAL_S,
    }


def _measured() -> dict[str, Any]:
    """One plan of the morning, then the same revision several times: the first compiles what no cache has."""
    from tests.server.staffing import a_member
    from zoufang.server.daily.replanning import replan_day
    from zoufang.server.staff.models import Role

    day, planning_s = _published()
    at = _eleven_o_clock(day)
    seconds, stops = [], []
    for _ in range(RUNS):
        began = time.perf_counter()
        draft = replan_day(plan=day, by=a_member(Role.PLANNER), at=at, crews_out=("K00",))
        seconds.append(round(time.perf_counter() - began, 2))
        stops.append(draft.stops.count())
    return {
        "plan_of_the_morning_s": planning_s,
        "seconds": seconds,
        "median_s": median(seconds),
        "worst_s": max(seconds),
        "stops": stops,
    }


def _published() -> tuple[Any, float]:
    from tests.server.staffing import TODAY, a_bank, a_member
    from tests.server.visit_world import TEN
    from tests.server.world import a_crew, a_study, vouched_facts
    from zoufang.core.evaluation import Arm
    from zoufang.server.daily.planning import plan_day
    from zoufang.server.staff.models import BankState, Role
    from zoufang.server.visiting.plans import publish

    branch, chance = a_bank(), random.Random(1)
    BankState.objects.update(clock_shift_s=int((TEN - datetime.now(UTC)).total_seconds()))
    vouched_facts()
    for number in range(CREWS):
        a_crew(f"K{number:02d}")
    a_study(dict.fromkeys((_customer(n, chance) for n in range(CUSTOMERS)), Arm.FREE))
    planner, early, began = a_member(Role.PLANNER), TEN - timedelta(hours=2), time.perf_counter()
    draft = plan_day(branch=branch, day=TODAY, seed=3, by=planner, at=early)
    seconds = round(time.perf_counter() - began, 2)
    publish(plan=draft, by=planner, at=early)
    draft.refresh_from_db()
    return draft, seconds


def _customer(number: int, chance: random.Random) -> Any:
    from tests.server.world import a_customer

    north, east = (chance.uniform(-SPREAD, SPREAD) for _ in range(2))
    return a_customer(f"C{number:03d}", arrears_fen=chance.randint(500_000, 8_000_000), north=north, east=east)


def _eleven_o_clock(day: Any) -> datetime:
    """The visits due by then have begun at their hour, and every twentieth of the others has paid."""
    from tests.server.visit_world import TEN
    from zoufang.server.book.models import LoanState
    from zoufang.server.visiting.models import Visit

    midnight, paid = TEN - timedelta(hours=10), []
    for number, visit in enumerate(_visits(day)):
        arrive = midnight + timedelta(minutes=visit.stop.arrive)
        ended = arrive + timedelta(minutes=visit.stop.service_min)
        if visit.stop.arrive <= ELEVEN:
            Visit.objects.filter(pk=visit.pk).update(state="closed", started_at=arrive, ended_at=ended)
        elif number % 20 == 7:
            paid.append(visit.party_id)
    LoanState.objects.filter(loan__debtor__in=paid).update(arrears_fen=0)
    return midnight + timedelta(minutes=ELEVEN)


def _visits(day: Any) -> list[Any]:
    from zoufang.server.visiting.models import Visit

    return list(Visit.objects.filter(stop__plan=day).select_related("stop").order_by("stop__number", "pk"))


if __name__ == "__main__":
    main()
