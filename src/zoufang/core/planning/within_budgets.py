"""A plan within its shared budgets: what is scarce gets a price, and what is still over is given up.

Without budgets, and where the free plan keeps them all, the free plan stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from zoufang.core.planning.budgets import Budget, BudgetUse, Resource, in_words
from zoufang.core.planning.greedy import insertions
from zoufang.core.planning.problem import UNITS_PER_FEN, PlanProblem, Routes
from zoufang.core.planning.region.prices import Price, moved
from zoufang.core.planning.route_problem import RouteProblem
from zoufang.core.planning.spending import (
    MILLION,
    PROMISED,
    SCALE,
    Allotment,
    RouteUse,
    Trimmed,
    in_price,
    priced,
    pruned,
    totals,
    trimmed,
    use_of,
)
from zoufang.core.values import Message, format_yuan, gettext_noop

PASSES = 4  # searches at prices, after the free one
FILLS = 200  # insertions tried after each pass
USED_UP = gettext_noop(
    "The budget %(name)s is used up: %(used)s of %(limit)s %(resource)s."
    " One more would bring about %(price)s yuan."
)
FEN_A_YUAN = 100
Search = Callable[[RouteProblem, Routes], Routes | None]  # None: the watcher has said stop


@dataclass(frozen=True, slots=True)
class Within:
    """Routes that exceed no budget; what they use of each, and its price."""

    routes: Routes
    uses: tuple[BudgetUse, ...] = ()

    def notes(self) -> Iterator[Message]:
        for use in self.uses:
            if use.price_fen:
                budget = use.budget
                one_more_fen = use.price_fen * (FEN_A_YUAN if budget.resource is Resource.FEN else 1)
                known = in_words(budget.resource, use.used, budget.limit)
                known |= {"name": budget.name, "price": format_yuan(round(one_more_fen))}
                yield Message(USED_UP, known)


def within_budgets(problem: PlanProblem, free: Routes, budgets: Sequence[Budget], search: Search) -> Within:
    """The best routes found that exceed no budget. `search` solves a priced problem from a start.

    Who must be served is given up last, pinned visits after all others.
    """
    if not budgets:
        return Within(free)
    spending = Spending(problem, budgets)
    if spending.fits(free):
        return Within(free, spending.told(free))
    return _Prices(spending).run(free, search)


def keeps_budgets(problem: PlanProblem, routes: Routes, budgets: Sequence[Budget]) -> bool:
    return not budgets or Spending(problem, budgets).fits(routes)


def raised_for(problem: PlanProblem, routes: Routes, budgets: Sequence[Budget]) -> tuple[Budget, ...]:
    """The budgets, each with room for at least these routes."""
    used = Spending(problem, budgets).told(routes)
    return tuple(replace(use.budget, limit=max(use.budget.limit, use.used)) for use in used)


def told_uses(problem: PlanProblem, routes: Routes, uses: Sequence[BudgetUse]) -> tuple[BudgetUse, ...]:
    """What these routes use, at the prices known."""
    told = Spending(problem, [use.budget for use in uses]).told(routes)
    return tuple(replace(now, price_fen=use.price_fen) for now, use in zip(told, uses, strict=True))


def exhausted(problem: PlanProblem, routes: Routes, budgets: Sequence[Budget]) -> dict[int, Budget]:
    """For customers left out though their best insertion would pay: the budget that it would exceed."""
    if not budgets or not problem.stops or not problem.trips:
        return {}
    spending, late = Spending(problem, budgets), _Late(problem.routes, routes)
    best = late.net.max(axis=0)
    found: dict[int, Budget] = {}
    for stop in np.argsort(-best, kind="stable"):
        customer = int(problem.routes.customer[stop])
        if best[stop] <= 0 or customer in late.served or customer in found:
            continue
        v = int(late.net[:, stop].argmax())
        if (budget := spending.exceeded_by(routes, v, late.with_stop(routes, v, int(stop)))) is not None:
            found[customer] = budget
    return found


class Spending:
    """The budgets in the problem's own units. Lives only inside one call."""

    def __init__(self, problem: PlanProblem, budgets: Sequence[Budget]) -> None:
        self.problem, self.budgets = problem, tuple(budgets)
        self.allotments = [allotment_of(problem, budget) for budget in budgets]
        self._known: dict[tuple[int, tuple[int, ...]], RouteUse | None] = {}

    def meter(self, vehicle: int, stops: Sequence[int]) -> RouteUse | None:
        key = vehicle, tuple(stops)
        if key not in self._known:
            use = use_of(self.problem.routes, vehicle, stops, PROMISED)
            pins = sum(self.problem.pinned[self.problem.stops[i].customer] for i in stops)
            self._known[key] = use if use is None else use._replace(worth=use.worth + PROMISED * pins)
        return self._known[key]

    def uses(self, routes: Routes) -> list[int]:
        known = [self.meter(v, route) for v, route in enumerate(routes)]
        return totals([use for use in known if use is not None], self.allotments)

    def fits(self, routes: Routes) -> bool:
        return all(used <= a.limit for used, a in zip(self.uses(routes), self.allotments, strict=True))

    def exceeded_by(self, routes: Routes, vehicle: int, longer: list[int]) -> Budget | None:
        """The first budget that these routes exceed with the vehicle driving `longer`."""
        before, after = self.meter(vehicle, routes[vehicle]), self.meter(vehicle, longer)
        if before is None or after is None:
            return None
        for budget, one, used in zip(self.budgets, self.allotments, self.uses(routes), strict=True):
            more = after.of(one.resource) - before.of(one.resource)
            if one.vehicles[vehicle] and used + more > one.limit:
                return budget
        return None

    def told(self, routes: Routes, prices: Sequence[int] = ()) -> tuple[BudgetUse, ...]:
        known = [*prices, *([0] * len(self.budgets))]
        return tuple(
            BudgetUse(budget, -(-used // SCALE[budget.resource]), in_fen(price, budget.resource))
            for budget, used, price in zip(self.budgets, self.uses(routes), known, strict=False)
        )


def allotment_of(problem: PlanProblem, budget: Budget) -> Allotment:
    mine = [budget.covers(trip.crew.crew_id, trip.crew.branch, trip.day) for trip in problem.trips]
    return Allotment(budget.resource, budget.limit * SCALE[budget.resource], np.array(mine, dtype=np.bool_))


def in_fen(price: int, resource: Resource) -> float:
    if resource is Resource.FEN:
        return price / MILLION
    return price * SCALE[resource] / UNITS_PER_FEN


class _Prices:
    """Prices of the budgets from pass to pass, and the best routes so far that keep them all."""

    def __init__(self, spending: Spending) -> None:
        self.spending, self.problem = spending, spending.problem.routes
        self.prices = [Price() for _ in spending.allotments]
        self.closed = np.zeros(self.problem.vehicles, dtype=np.bool_)
        self.best: tuple[int, Routes, list[int]] | None = None

    def run(self, free: Routes, search: Search) -> Within:
        routes = [list(route) for route in free]
        for _ in range(PASSES):
            self._settle(routes)
            found = search(self._priced(), self._start(routes))
            if found is None:
                break
            routes = found
        else:
            self._settle(routes)
        assert self.best is not None  # noqa: S101 - settled at least once
        _, kept, prices = self.best
        return Within(kept, self.spending.told(kept, prices))

    def _settle(self, routes: Routes) -> None:
        """Give up what is over, fill what is left, keep the best; and move the prices."""
        spending = self.spending
        within = trimmed(routes, spending.allotments, spending.meter)
        kept = _filled(spending, within)
        worth = sum(use.worth for v, route in enumerate(kept) if (use := spending.meter(v, route)) is not None)
        if self.best is None or worth > self.best[0]:
            self.best = worth, kept, self._dual(within)
        used = spending.uses(routes)
        for k, allotment in enumerate(spending.allotments):
            marginal = in_price(within.marginal[k], allotment.resource)
            if allotment.resource is not Resource.CREW_DAYS:
                self.prices[k] = moved(self.prices[k], used[k], allotment.limit, marginal)
            elif used[k] > allotment.limit:
                self.closed |= allotment.vehicles & np.array([not route for route in kept], dtype=np.bool_)
                self.prices[k] = Price(now=marginal)  # of the route given up last; closed crews pay no price

    def _dual(self, within: Trimmed) -> list[int]:
        """The price at which the routes came about; where there was none yet, what was given up last."""
        return [
            price.now or in_price(marginal, allotment.resource)
            for price, marginal, allotment in zip(
                self.prices, within.marginal, self.spending.allotments, strict=True
            )
        ]

    def _priced(self) -> RouteProblem:
        dearer = priced(self.problem, self.spending.allotments, [price.now for price in self.prices])
        return replace(dearer, allowed=dearer.allowed & ~self.closed[None, :])

    def _start(self, routes: Routes) -> Routes:
        dearer = self._priced()
        return [[] if self.closed[v] else pruned(dearer, v, route) for v, route in enumerate(routes)]


class _Late:
    """What inserting each stop into each finished route would bring; follows the routes as they grow."""

    def __init__(self, problem: RouteProblem, routes: Routes) -> None:
        self.problem = problem
        tables = [insertions(problem, v, route) for v, route in enumerate(routes)]
        self.net = np.stack([table.net_units for table in tables])
        self.position = np.stack([table.position for table in tables])
        self.served = {int(problem.customer[i]) for route in routes for i in route}

    def with_stop(self, routes: Routes, vehicle: int, stop: int) -> list[int]:
        place = int(self.position[vehicle, stop])
        return [*routes[vehicle][:place], stop, *routes[vehicle][place:]]

    def ways(self) -> Iterator[tuple[int, int]]:
        """Vehicle and stop of insertions that pay, the best first."""
        open_ = ~np.isin(self.problem.customer, list(self.served))
        net = np.where(open_[None, :], self.net, 0).ravel()
        for way in np.argsort(-net, kind="stable")[:FILLS]:
            if net[way] <= 0:
                return
            vehicle, stop = divmod(int(way), self.net.shape[1])
            yield vehicle, stop

    def put(self, routes: Routes, vehicle: int, stop: int) -> None:
        routes[vehicle] = self.with_stop(routes, vehicle, stop)
        self.served.add(int(self.problem.customer[stop]))
        table = insertions(self.problem, vehicle, routes[vehicle])
        self.net[vehicle], self.position[vehicle] = table.net_units, table.position


def _filled(spending: Spending, within: Trimmed) -> Routes:
    """What is left of the budgets after giving up goes to whom it still brings something."""
    routes = [list(route) for route in within.routes]
    late = _Late(spending.problem.routes, routes)
    for _ in range(FILLS):
        way = next(
            (
                (v, stop)
                for v, stop in late.ways()
                if spending.exceeded_by(routes, v, late.with_stop(routes, v, stop)) is None
            ),
            None,
        )
        if way is None:
            return routes
        late.put(routes, *way)
    return routes
