"""Who gets the cars of a pool: the crews that lose most without one, judged by what each could do either way.

First everybody goes by car. Where that takes more cars than there are, they go to the crew-days with the largest
loss, the search runs again, and cars are then exchanged for as long as that finds more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.check_cars import takes_from
from zoufang.core.planning.crews import Crew
from zoufang.core.planning.engines import EngineResult
from zoufang.core.planning.greedy import insert_greedily
from zoufang.core.planning.modes import CarPool, Mode
from zoufang.core.planning.plans import Pin, Plan
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.problem import Going, PlanProblem, plan_problem
from zoufang.core.planning.route_problem import worth
from zoufang.core.planning.spending import PROMISED
from zoufang.core.planning.travel import TravelTimes
from zoufang.core.values import Message, distance_m, gettext_noop

ROUNDS = 3  # exchanges of a car that are searched through
AROUND = 80  # customers left out so far, nearest to the depot, who count for what a crew could do
WITHOUT = gettext_noop("On %(day)s every car of %(pool)s is given out (%(cars)s); without one: %(crews)s.")
Lane = tuple[str, date]  # a crew on a day
Modes = dict[Lane, Mode | None]


@dataclass(frozen=True, slots=True)
class Driven:
    """What the search made of a way of going."""

    problem: PlanProblem
    result: EngineResult

    @property
    def customers(self) -> dict[Lane, list[Candidate]]:
        """Those whom each crew-day calls on."""
        problem = self.problem
        return {
            (trip.crew.crew_id, trip.day): [problem.customers[problem.stops[i].customer] for i in route]
            for trip, route in zip(problem.trips, self.result.routes, strict=True)
        }

    @property
    def rank(self) -> tuple[int, int]:
        """Promised and pinned customers first, then money."""
        routes, numbers = self.result.routes, self.problem.routes
        served = {int(numbers.customer[i]) for route in routes for i in route}
        return sum(bool(numbers.must[c]) for c in served), worth(numbers, routes)


@dataclass(frozen=True, slots=True)
class CarAsk:
    """What is planned; `solve` searches with crews going in the ways named, `go_on` is False once told to stop."""

    candidates: Sequence[Candidate]
    crews: Sequence[Crew]
    policy: PlanningPolicy
    travel: TravelTimes
    days: Sequence[date]
    pins: dict[str, Pin]
    solve: Callable[[Going], Driven]
    go_on: Callable[[], bool]


def with_cars(ask: CarAsk) -> tuple[Going, Driven]:
    """How each crew goes on each day, and the best routes found so. No pool gives more cars than it has."""
    modes: Modes = {
        (crew.crew_id, day): wished(crew) for day in ask.days for crew in ask.crews if crew.works_on(day)
    }
    driven = ask.solve(modes)
    if not ask.policy.cars:
        return modes, driven
    if _fits(ask, modes, driven):
        return modes, _idle_closed(ask, modes, driven)
    modes = _given(ask, modes, driven)
    driven = ask.solve(modes)
    failed: set[tuple[Lane, Lane | None]] = set()
    for _ in range(ROUNDS):
        swap = _best_swap(ask, modes, driven, failed) if ask.go_on() else None
        if swap is None:
            break
        turned = _swapped(ask, modes, driven, *swap)
        tried = ask.solve(turned)
        if tried.rank > driven.rank:
            modes, driven = turned, tried
            failed.clear()
        else:
            failed.add(swap)
    return modes, driven


def without_car(ask: CarAsk, going: Going) -> Iterator[Message]:
    """Which crews have to do without, by pool and day."""
    for pool in ask.policy.cars:
        for day in ask.days:
            left = [
                crew.crew_id
                for crew in ask.crews
                if takes_from(pool, crew)
                and Mode.CAR in crew.modes
                and going.get((crew.crew_id, day), Mode.CAR) is not Mode.CAR
            ]
            if left:
                known = {"day": day, "cars": pool.cars, "pool": pool.name, "crews": ", ".join(left)}
                yield Message(WITHOUT, known)


def going_on(before: Plan, crews: Sequence[Crew], policy: PlanningPolicy, day: date) -> Modes:
    """Within a day nobody hands a car over; who stayed at home so far takes one that is left."""
    modes: Modes = {(t.crew_id, t.day): t.mode for t in before.crew_days if t.day == day}
    busy = {visit.crew_id for visit in before.visits}
    left = {pool.name: pool.cars for pool in policy.cars}
    by_need = sorted(crews, key=lambda c: ((c.crew_id, day) not in modes, c.crew_id not in busy, c.crew_id))
    for crew in by_need:
        lane, pools = (crew.crew_id, day), [pool.name for pool in policy.cars if takes_from(pool, crew)]
        mode = modes.get(lane, wished(crew))
        if lane not in modes and any(left[name] < 1 for name in pools) and mode is Mode.CAR:
            mode = crew.without_car()
        modes[lane] = mode
        for name in pools:
            left[name] -= mode is Mode.CAR
    return modes


def wished(crew: Crew) -> Mode:
    """How it goes where there are cars enough."""
    return Mode.CAR if Mode.CAR in crew.modes else crew.mode


def _pools(ask: CarAsk, crew: Crew) -> list[CarPool]:
    return [pool for pool in ask.policy.cars if takes_from(pool, crew)]


def _fits(ask: CarAsk, modes: Modes, driven: Driven) -> bool:
    out = [lane for lane, customers in driven.customers.items() if customers and modes[lane] is Mode.CAR]
    return _room(ask, out) is not None


def _idle_closed(ask: CarAsk, modes: Modes, driven: Driven) -> Driven:
    """Crews at home whose car would be one too many stay there, whatever is arranged later."""
    customers, trips = driven.customers, driven.problem.trips
    out = [lane for lane, mine in customers.items() if mine and modes[lane] is Mode.CAR]
    closed = np.zeros(len(trips), dtype=np.bool_)
    for v, trip in enumerate(trips):
        lane = trip.crew.crew_id, trip.day
        if customers[lane] or modes[lane] is not Mode.CAR:
            continue
        if _room(ask, [*out, lane]) is None:
            closed[v] = True
        else:
            out.append(lane)
    numbers = driven.problem.routes
    kept = replace(numbers, allowed=numbers.allowed & ~closed[None, :])
    return replace(driven, problem=replace(driven.problem, routes=kept)) if closed.any() else driven


def _room(ask: CarAsk, lanes: Sequence[Lane]) -> dict[tuple[str, date], int] | None:
    """Cars left in each pool on each day when these crew-days have one; None: there are not so many."""
    crews = {crew.crew_id: crew for crew in ask.crews}
    left = {(pool.name, day): pool.cars for pool in ask.policy.cars for day in ask.days}
    for crew_id, day in lanes:
        for pool in _pools(ask, crews[crew_id]):
            left[pool.name, day] -= 1
    return left if min(left.values(), default=0) >= 0 else None


def _given(ask: CarAsk, modes: Modes, driven: Driven) -> Modes:
    """Cars to the crew-days that lose most without; the others go as they can, or stay at home."""
    crews = {crew.crew_id: crew for crew in ask.crews}
    shared = _shared(ask, modes)
    estimate = _Estimate(ask, driven)
    losses = {lane: estimate.loss(lane) for lane in shared if driven.customers.get(lane)}
    with_car: list[Lane] = []
    for lane in sorted(losses, key=lambda lane: (-losses[lane], lane)):
        if losses[lane] > 0 and _room(ask, [*with_car, lane]) is not None:
            with_car.append(lane)
    return {
        lane: crews[lane[0]].without_car() if lane in shared and lane not in with_car else mode
        for lane, mode in modes.items()
    }


def _shared(ask: CarAsk, modes: Modes) -> list[Lane]:
    """Crew-days that could go by a car of a pool."""
    crews = {crew.crew_id: crew for crew in ask.crews}
    return [lane for lane in modes if Mode.CAR in crews[lane[0]].modes and _pools(ask, crews[lane[0]])]


def _best_swap(
    ask: CarAsk, modes: Modes, driven: Driven, failed: set[tuple[Lane, Lane | None]]
) -> tuple[Lane, Lane | None] | None:
    """Who should have a car, and who should give it (nobody where one is left): what seems to gain most.

    Also where it seems to lose: what neighbours then take over, no estimate of one crew knows.
    """
    estimate, customers = _Estimate(ask, driven), driven.customers
    shared = _shared(ask, modes)
    out = [lane for lane in shared if modes[lane] is Mode.CAR and customers.get(lane)]
    givers: list[tuple[Lane | None, int]] = [(None, 0), *((lane, estimate.loss(lane)) for lane in out)]
    best: tuple[int, Lane, Lane | None] | None = None
    for lane in shared:
        if modes[lane] is Mode.CAR:
            continue
        gain = estimate.loss(lane)
        for giver, loss in givers:
            rest = [one for one in out if one != giver]
            more = best is None or gain - loss > best[0]
            if more and (lane, giver) not in failed and _room(ask, [*rest, lane]) is not None:
                best = gain - loss, lane, giver
    return best[1:] if best else None


def _swapped(ask: CarAsk, modes: Modes, driven: Driven, taker: Lane, giver: Lane | None) -> Modes:
    """Cars that stand idle go back, too."""
    crews = {crew.crew_id: crew for crew in ask.crews}
    idle = [one for one in _shared(ask, modes) if modes[one] is Mode.CAR and not driven.customers.get(one)]
    back = [*idle, *([giver] if giver else [])]
    return modes | {lane: crews[lane[0]].without_car() for lane in back} | {taker: Mode.CAR}


class _Estimate:
    """What a crew-day could do alone with its customers and those around who are left out. Lives in one call."""

    def __init__(self, ask: CarAsk, driven: Driven) -> None:
        self.ask, self.mine = ask, driven.customers
        self.crews = {crew.crew_id: crew for crew in ask.crews}
        served = {c.customer_id for customers in self.mine.values() for c in customers}
        self.open = [c for c in ask.candidates if c.customer_id not in served]
        self._known: dict[Lane, int] = {}

    def loss(self, lane: Lane) -> int:
        """Units that the car is worth to this crew on this day."""
        if lane not in self._known:
            crew = self.crews[lane[0]]
            around = [*self.mine.get(lane, ()), *self._around(crew)]
            self._known[lane] = self._alone(lane, Mode.CAR, around) - self._alone(lane, crew.without_car(), around)
        return self._known[lane]

    def _around(self, crew: Crew) -> list[Candidate]:
        def far(candidate: Candidate) -> float:
            doors = (a.point for a in candidate.addresses if a.point is not None)
            return min((distance_m(crew.depot, door) for door in doors), default=float("inf"))

        return sorted(self.open, key=lambda c: (far(c), c.source))[:AROUND]

    def _alone(self, lane: Lane, mode: Mode | None, customers: Sequence[Candidate]) -> int:
        if mode is None:
            return 0
        ask, (crew_id, day) = self.ask, lane
        problem = plan_problem(
            customers, [self.crews[crew_id]], ask.policy, ask.travel, [day], ask.pins, {lane: mode}
        )
        routes = insert_greedily(problem.routes, first=problem.pinned)
        musts = {problem.stops[i].customer for route in routes for i in route}
        kept = sum(bool(problem.routes.must[c]) for c in musts)
        return worth(problem.routes, routes) + PROMISED * kept
