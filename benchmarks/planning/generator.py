"""Benchmark instances: a region's best options as the integer problem that every planner gets.

`instance("1000/25/1", 1)` is 1,000 customers, 25 crews, one day. A crew on a day is a vehicle; days differ in
nothing but the crew's, so any day may serve any option. Deterministic in size and seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial.distance import cdist

from benchmarks.planning.region import Flags, Floats, Ints, Region, parse, region
from zoufang.core.planning.problem import UNITS_PER_FEN
from zoufang.core.planning.route_problem import RouteProblem

SIZES = ("300/10/1", "1000/25/1", "3000/60/1", "1000/10/5", "3000/25/5")
EXACT = ("8/2/1", "10/2/1")  # small enough to try every plan
TINY = (*EXACT, "30/3/1", "60/3/1")
NOISY_SIZES = ("300/10/1", "1000/25/1")
GROWTH = ("1000/25/1", "3000/75/1", "10000/250/1", "30000/750/1", "100000/2000/1")
CITY = "20000/40/5"

OPTIONS = 3  # of each customer, the best by what the planner sees
CIRCUITY = 1.35
PARKING_S = 150
FEN_A_MINUTE, FEN_A_KM = 200, 80


@dataclass(frozen=True, slots=True)
class Instance:
    """What the planner sees, what the score is counted in, and what a manual planner goes by.

    The stops of `manual` and `manual_truth` are those of `problem` and then the home in every slot that is
    not among them: a manual planner goes there at any hour.
    """

    name: str
    seed: int
    noisy: bool
    problem: RouteProblem
    truth: RouteProblem
    manual: RouteProblem
    manual_truth: RouteProblem
    at_home: Flags  # for each stop of `manual`
    balance_fen: Ints  # for each customer
    branch: Ints  # for each customer the number of the depot nearest to the home
    depot: Ints  # for each vehicle the number of its depot
    days: int


def instance(size: str, seed: int, *, noisy: bool = False) -> Instance:
    """The instance of this size; when `noisy` the planner sees estimates and the truth differs."""
    land = region(size, seed)
    seen = land.value_fen(estimated=noisy)
    best = best_options(land, seen)
    homes = np.setdiff1d(np.flatnonzero(land.at_home), best)
    more = np.concatenate([best, homes])
    problem, manual = problem_of(land, best, seen), problem_of(land, more, seen)
    true = land.value_fen(estimated=False) * UNITS_PER_FEN
    return Instance(
        name=size,
        seed=seed,
        noisy=noisy,
        problem=problem,
        truth=replace(problem, value=true[best]),
        manual=manual,
        manual_truth=replace(manual, value=true[more]),
        at_home=land.at_home[more],
        balance_fen=land.balance_fen,
        branch=land.branch,
        depot=land.depot,
        days=parse(size)[2],
    )


def best_options(land: Region, value_fen: Ints, options: int = OPTIONS) -> Ints:
    """The `options` dearest of each customer, in the order of the customers."""
    order = np.lexsort((np.arange(len(value_fen)), -value_fen, land.customer))
    first = np.searchsorted(land.customer[order], np.arange(len(land.balance_fen)))
    rank = np.arange(len(order)) - first[land.customer[order]]
    return order[rank < options]


def problem_of(land: Region, options: Ints, value_fen: Ints, vehicles: Ints | None = None) -> RouteProblem:
    """These options and vehicles (all if None) as a problem of its own; only places in use get a row."""
    cars = np.arange(len(land.crew)) if vehicles is None else vehicles
    used, index = np.unique(np.concatenate([land.depot[cars], land.place[options]]), return_inverse=True)
    seconds, metres = travel(land.points[used])
    early, late = land.shift_early_s[cars], land.shift_late_s[cars]
    every = np.ones(len(cars), dtype=np.int64)
    return RouteProblem(
        customer=land.customer[options],
        place=index[len(cars) :].astype(np.int64),
        early_s=land.early_s[options],
        late_s=land.late_s[options],
        service_s=land.service_s[options],
        value=value_fen[options] * UNITS_PER_FEN,
        must=np.zeros(len(land.balance_fen), dtype=np.bool_),
        allowed=land.skilled[cars][None, :] | ~land.needs_skill[land.customer[options]][:, None],
        start=index[: len(cars)].astype(np.int64),
        end=index[: len(cars)].astype(np.int64),
        shift_early_s=early,
        shift_late_s=late,
        regular_s=late - early,
        unit_s=every * (FEN_A_MINUTE * UNITS_PER_FEN // 60),
        unit_overtime_s=every * 0,
        unit_m=every * (FEN_A_KM * UNITS_PER_FEN // 1000),
        seconds=seconds,
        metres=metres,
    )


def travel(points: Floats) -> tuple[Ints, Ints]:
    """Seconds with parking and metres between all points: slow in town, up to 60 km/h on long ways."""
    metres = np.rint(cdist(points, points) * CIRCUITY).astype(np.int64)
    km = metres / 1000
    kmh = 20 + 40 * (1 - np.exp(-km / 15))
    seconds = np.rint(km / kmh * 3600).astype(np.int64) + PARKING_S
    np.fill_diagonal(seconds, 0)
    return seconds, metres
