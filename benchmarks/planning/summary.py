"""From the lines of the cells to the form of all benchmarks: medians, ratios, bounds. Null for what is not run."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.planning.cells import (
    BY_HAND,
    PEERS,
    PUBLIC,
    SHORT,
    TINY,
    TINY_BOUND_SECONDS,
    seeds_of,
)
from benchmarks.planning.generator import NOISY_SIZES, SIZES
from benchmarks.planning.public import best_known
from benchmarks.planning.region import parse

Lines = dict[str, dict[str, Any]]
SHOWN = ("zoufang", *PEERS, "pyvrp_greedy", "greedy", *BY_HAND)
ESTIMATE_SOLVERS = ("zoufang", *PEERS, "greedy", "manual", "manual_prize")


class Table:
    """The measured values by (size, solver, seed, mode, seconds); None where nothing was measured."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def get(
        self, size: str, solver: str, seed: int, mode: str, seconds: int, field: str = "value"
    ) -> float | None:
        value: float | None = self._lines.get(f"{size}:{solver}:{seed}:{mode}:{seconds}", {}).get(field)
        return value

    def all(self, size: str, solver: str, mode: str, seconds: int, field: str = "value") -> list[float | None]:
        return [self.get(size, solver, seed, mode, seconds, field) for seed in seeds_of(size)]

    def least_bound(self, size: str, seed: int) -> float | None:
        """Every bound is proven, however long it was looked for: the least counts."""
        start = f"{size}:bound:{seed}:"
        return minimum(
            line["value"] for key, line in self._lines.items() if key.startswith(start) and ":noisy:" not in key
        )


def summarise(
    lines: Lines, seconds: int, sizes: Sequence[str] = SIZES, noisy: Sequence[str] = NOISY_SIZES
) -> dict[str, Any]:
    table = Table(lines)
    return {
        "value_unit": "CNY a plan (all crews and days), median of the seeds",
        "instances": [
            _size(table, size, seconds, noisy=size in noisy) for size in dict.fromkeys([*sizes, *noisy])
        ],
        "pcvrptw": [_public(table, name, cost, seconds) for name, cost in best_known().items()],
        "tiny": [row for size in TINY for seed in (1, 2, 3) if (row := _tiny(table, size, seed))],
        "parts": [_parts(line) for line in lines.values() if ":parts:" in line["key"] and line["value"]],
        "growth": [_growth(line) for line in lines.values() if ":growth:" in line["key"]],
    }


def _size(table: Table, size: str, seconds: int, *, noisy: bool) -> dict[str, Any]:
    customers, crews, days = parse(size)
    ours = table.all(size, "zoufang", "plain", seconds)
    bounds = [table.least_bound(size, seed) for seed in seeds_of(size)]
    values = {solver: median(table.all(size, solver, "plain", seconds)) for solver in SHOWN}
    to_peers = _to_best_peer(table, size, seconds)
    return {
        "name": size,
        "customers": customers,
        "crews": crews,
        "days": days,
        "seconds": seconds,
        "seeds": sum(value is not None for value in ours),
        "value": values,
        "median_ratio_to": {s: _median_ratio(ours, table.all(size, s, "plain", seconds)) for s in SHOWN[1:]},
        "worst_ratio_to_best_peer": minimum(to_peers),
        "ratio_to_best_peer": to_peers,
        "upper_bound": median(bounds),
        "bound_gap": _gap(median(_ratios(ours, bounds))),
        "worst_bound_gap": _gap(minimum(_ratios(ours, bounds))),
        "bound_over_manual": _median_ratio(bounds, table.all(size, "manual", "plain", seconds)),
        "bound_over_manual_prize": _median_ratio(bounds, table.all(size, "manual_prize", "plain", seconds)),
        f"ratio_at_{SHORT}_s": _median_ratio(table.all(size, "zoufang", "plain", SHORT), ours),
        "true_value_noisy": {
            solver: median(table.all(size, solver, "noisy", seconds, "true_value")) for solver in ESTIMATE_SOLVERS
        }
        if noisy
        else None,
        "worst_ratio_to_best_peer_noisy": minimum(_to_best_peer(table, size, seconds, "noisy", "true_value"))
        if noisy
        else None,
    }


def _to_best_peer(
    table: Table, size: str, seconds: int, mode: str = "plain", field: str = "value"
) -> list[float | None]:
    """For each seed ours over the best of the peers; PyVRP from our own greedy is no peer."""
    ours = table.all(size, "zoufang", mode, seconds, field)
    best = [maximum(each) for each in zip(*(table.all(size, p, mode, seconds, field) for p in PEERS), strict=True)]
    return _ratios(ours, best)


def _public(table: Table, name: str, best: int, seconds: int) -> dict[str, Any]:
    runs = {s: [table.get(name, s, seed, "public", seconds) for seed in (1, 2, 3)] for s in PUBLIC}
    ours = _ratios(runs["zoufang"], [float(best)] * 3)
    return {
        "name": name,
        "best_known": best,
        "zoufang": median(runs["zoufang"]),
        "pyvrp": median(runs["pyvrp_cold"]),
        "ortools": median(runs["ortools"]),
        "seconds": seconds,
        "gap": None if (ratio := median(ours)) is None else round(ratio - 1, 4),
        "worst_gap": None if (ratio := maximum(ours)) is None else round(ratio - 1, 4),
    }


def _tiny(table: Table, size: str, seed: int) -> dict[str, Any] | None:
    """Where the optimum is known, what the bound adds to it and what the search leaves."""
    exact = table.get(size, "exact", seed, "tiny", SHORT)
    bound = table.get(size, "bound", seed, "tiny", TINY_BOUND_SECONDS)
    value = table.get(size, "zoufang", seed, "tiny", SHORT)
    proven = table.get(size, "bound", seed, "tiny", TINY_BOUND_SECONDS, "proven")
    if exact is None and bound is None and value is None:
        return None
    return {"name": size, "seed": seed, "exact": exact, "upper_bound": bound, "proven": proven, "zoufang": value}


def _parts(line: dict[str, Any]) -> dict[str, Any]:
    """What the search finds in parts, of the bound of all and of the optimum of those that are closed."""
    return {
        "name": line["key"].split(":")[0],
        "parts": line["parts"],
        "closed": line["closed"],
        "of_bound": round(line["found"] / line["bounds"], 4),
        "of_optimum": round(line["of_it"] / line["optimum"], 4) if line["closed"] else None,
    }


def _growth(line: dict[str, Any]) -> dict[str, Any]:
    customers, crews, days = parse(line["key"].split(":")[0])
    value = line["value"]
    return {
        "customers": customers,
        "crews": crews,
        "days": days,
        "seconds": line["seconds"],
        "peak_gb": line["peak_gb"],
        "largest_matrix": line.get("largest_matrix"),
        "value": value,
        "value_per_crew_hour": None if value is None else round(value / (crews * days * 9), 2),
        "km_of_allowed": round(line["km"] / line["km_allowed"], 4) if line.get("km") else None,
    }


def _only(values: Iterable[float | None], pick: Callable[[list[float]], float]) -> float | None:
    known = [value for value in values if value is not None]
    return pick(known) if known else None


def median(values: Iterable[float | None]) -> float | None:
    return _only(values, lambda known: round(statistics.median(known), 4))


def minimum(values: Iterable[float | None]) -> float | None:
    return _only(values, min)


def maximum(values: Iterable[float | None]) -> float | None:
    return _only(values, max)


def _ratios(above: Iterable[float | None], below: Iterable[float | None]) -> list[float | None]:
    return [round(a / b, 4) if a is not None and b else None for a, b in zip(above, below, strict=True)]


def _median_ratio(above: Iterable[float | None], below: Iterable[float | None]) -> float | None:
    return median(_ratios(above, below))


def _gap(ratio: float | None) -> float | None:
    return None if ratio is None else round(1 - ratio, 4)


def show(summary: dict[str, Any]) -> str:
    """The table for people."""
    heads = ("zoufang", "pyvrp_cold", "pyvrp_warm", "ortools", "vroom", "greedy", "manual", "manual_prize")
    rows = [["thousand CNY", *heads, "bound", "worst/peer", "of bound", "6s/60s"]]
    for size in summary["instances"]:
        gap = size["bound_gap"]
        figures = [_thousand(size["value"][head]) for head in heads]
        rest = [_plain(size["worst_ratio_to_best_peer"]), _plain(None if gap is None else round(1 - gap, 4))]
        if any(value is not None for value in size["value"].values()):
            row = [size["name"], *figures, _thousand(size["upper_bound"]), *rest]
            rows.append([*row, _plain(size[f"ratio_at_{SHORT}_s"])])
            over = [_plain(size["median_ratio_to"].get(head)) for head in heads[1:]]
            rows.append(["  ours over it, median", "", *over])
        if size["true_value_noisy"]:
            noisy = [_thousand(size["true_value_noisy"].get(head)) for head in heads]
            worst = _plain(size["worst_ratio_to_best_peer_noisy"])
            rows.append([f"{size['name']} noisy, true", *noisy, "–", worst, "–", "–"])
    rows.append([""])
    rows.append(["public, cost", "zoufang", "pyvrp", "ortools", "best known", "gap", "worst"])
    keys = ("name", "zoufang", "pyvrp", "ortools", "best_known", "gap", "worst_gap")
    rows += [[_plain(each[key]) for key in keys] for each in summary["pcvrptw"]]
    if summary["growth"]:
        keys = ("customers", "crews", "days", "seconds", "peak_gb", "value_per_crew_hour")
        rows += [[""], [f"growth: {keys[0]}", *keys[1:]]]
        rows += [[_plain(each[key]) for key in keys] for each in summary["growth"]]
    return "\n".join(
        "".join(f"{cell:<24}" if i == 0 else f"{cell:>13}" for i, cell in enumerate(row)) for row in rows
    )


def _thousand(value: float | None) -> str:
    return "–" if value is None else f"{value / 1000:,.1f}"


def _plain(value: object) -> str:
    return "–" if value is None else str(value)
