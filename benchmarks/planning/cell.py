"""One cell in a process of its own: `python -m benchmarks.planning.cell KEY` prints one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

from benchmarks.planning import growth, manual, ours, province, public
from benchmarks.planning.cells import Cell, version_of
from benchmarks.planning.exact import optimum
from benchmarks.planning.generator import Instance, instance
from benchmarks.planning.shared import PeerFailed, Solve, best_of_two
from zoufang.core.errors import BadInput
from zoufang.core.planning.problem import UNITS_PER_FEN
from zoufang.core.planning.route_problem import Routes, worth

UNITS_PER_CNY = UNITS_PER_FEN * 100
LIMITS = ("bound", "exact", "parts")
OURS = ("zoufang", "greedy", "pyvrp_greedy", "bound", "parts")


Solver = Callable[[Instance, float], Routes]


def _pyvrp_warm(case: Instance, deadline: float) -> Routes:
    from benchmarks.planning import peer_pyvrp

    start = manual.start(case)
    return best_of_two(lambda p, d, s: peer_pyvrp.solve(p, d, s, start=start))(case.problem, deadline, case.seed)


def _on_problem(solve: Solve) -> Solver:
    return lambda case, deadline: solve(case.problem, deadline, case.seed)


SOLVERS: dict[str, Solver] = {
    "zoufang": _on_problem(ours.zoufang),
    "greedy": _on_problem(ours.greedy),
    "pyvrp_greedy": _on_problem(ours.pyvrp_from_greedy),
    "pyvrp_warm": _pyvrp_warm,
    "manual": lambda case, _deadline: manual.by_overdue(case),
    "manual_prize": lambda case, _deadline: manual.by_prize(case),
    "manual_dealt": lambda case, _deadline: manual.by_overdue(case, strict=False),
    "manual_prize_dealt": lambda case, _deadline: manual.by_prize(case, strict=False),
}


def peer(name: str) -> Solve:
    """A peer that needs no start, loaded when asked for: loading is not the peer's time, and it may be missing."""
    if name == "pyvrp_cold":
        return best_of_two(import_module("benchmarks.planning.peer_pyvrp").cold)
    solve: Solve = import_module(f"benchmarks.planning.peer_{name}").solve
    return solve if name == "vroom" else best_of_two(solve)


def run(cell: Cell) -> dict[str, Any]:
    """What the cell measured; `value` is null with the reason in `note` when the solver gave nothing."""
    if cell.solver in OURS:
        ours.warm_up()
    begun, spent = time.monotonic(), _cpu_s()
    try:
        measured = _limit(cell) if cell.solver in LIMITS else _MODES.get(cell.mode, _instance)(cell)
    except ModuleNotFoundError as missing:
        measured = {"value": None, "note": f"not installed: {missing.name}"}
    except (PeerFailed, BadInput) as failure:
        measured = {"value": None, "note": str(failure)}
    return {
        "key": cell.key,
        "seconds": round(time.monotonic() - begun, 2),
        **measured,
        "cpu_s": round(_cpu_s() - spent, 2),
        "peak_gb": round(_peak_gb(), 2),
        "version": version_of(cell.solver),
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
    }


def _instance(cell: Cell) -> dict[str, Any]:
    """Value as the planner saw it and, the same without noise, in truth; in CNY."""
    case = instance(cell.size, cell.seed, noisy=cell.mode == "noisy")
    solver = SOLVERS.get(cell.solver) or _on_problem(peer(cell.solver))
    begun = time.monotonic()
    routes = solver(case, begun + cell.seconds)
    taken = _timed(begun)
    by_hand = cell.solver.startswith("manual")
    seen, truth = (case.manual, case.manual_truth) if by_hand else (case.problem, case.truth)
    return taken | {
        "value": _cny(worth(seen, routes)),
        "true_value": _cny(worth(truth, routes)),
        "visits": sum(map(len, routes)),
    }


def _limit(cell: Cell) -> dict[str, Any]:
    """What no plan can exceed: a proven bound, or the optimum itself."""
    case = instance(cell.size, cell.seed)
    begun = time.monotonic()
    if cell.solver == "exact":
        return {"value": _cny(optimum(case.problem)[0]), "proven": True} | _timed(begun)
    if cell.solver == "parts":
        told = ours.parts(case.problem, cell.seconds, cell.seed)
        money = {name: _cny(int(told.pop(name))) for name in ("found", "bounds", "optimum", "of_it")}
        return {"value": money["bounds"], **money, **told} | _timed(begun)
    units, proven = ours.bound(case.problem, cell.seconds, cell.seed)
    return {"value": _cny(units), "proven": proven} | _timed(begun)


def _public(cell: Cell) -> dict[str, Any]:
    """Cost as the collection counts it: distance and prizes left, so less is better."""
    task = public.problem(cell.size)
    solve = ours.zoufang if cell.solver == "zoufang" else peer(cell.solver)
    begun = time.monotonic()
    routes = solve(task, begun + cell.seconds, cell.seed)
    return _timed(begun) | {"value": public.cost_of(task, routes), "visits": sum(map(len, routes))}


def _growth(cell: Cell) -> dict[str, Any]:
    planned = province if cell.size == province.SIZE else growth
    measured = planned.plan(cell.size, cell.seed)
    return {"value": _cny(int(measured.pop("units"))), **measured}


def _timed(begun: float) -> dict[str, float]:
    return {"seconds": round(time.monotonic() - begun, 2)}


def _cny(units: int) -> float:
    return round(units / UNITS_PER_CNY, 2)


def _cpu_s() -> float:
    """Of this process and its children that have ended."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _peak_gb() -> float:
    """Of this process and the largest of its children; Linux gives kilobytes, macOS bytes."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


_MODES: dict[str, Callable[[Cell], dict[str, Any]]] = {"public": _public, "growth": _growth}


if __name__ == "__main__":
    print(json.dumps(run(Cell.of(sys.argv[1]))))
