"""What a partial route remembers (ng-route relaxation, Baldacci, Mingozzi and Roberti 2011; dynamic as in 2014).

At each stop a set of customers; a route may come back to a customer only if it has passed a stop that forgets that
customer. Any sets give a valid bound; larger ones a tighter one. Customers that meet in a set have different
colours of 64, so a memory is one word.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

import numpy as np
from numba import njit

from zoufang.core.planning.bound.classes import Graph
from zoufang.core.planning.route_problem import Ints, RouteProblem

COLOURS = 64
MOST = 62  # customers in one set


class Memory:
    """The sets, growing: `size` nearest customers to begin with, later those a best route came back to.

    Threads that price different classes share it.
    """

    def __init__(self, problem: RouteProblem, size: int) -> None:
        self._customer = problem.customer
        self._member = np.zeros((problem.stops, problem.customers), np.bool_)
        self._meet = np.zeros((problem.customers, problem.customers), np.bool_)
        self._colour = np.zeros(problem.customers, np.int64)
        self._words: dict[int, tuple[Graph, Any, Any]] = {}
        self._lock = Lock()
        for stop in range(problem.stops):
            self._add(stop, int(problem.customer[stop]))
        for stop in range(problem.stops):
            near = problem.seconds[problem.place[stop], problem.place]
            for other in np.argsort(near, kind="stable")[: 4 * size]:
                if self._member[stop].sum() > size:
                    break
                self._add(stop, int(problem.customer[other]))

    def _add(self, stop: int, customer: int) -> bool:
        """Whether the set of this stop now holds the customer; not if it is full or no colour is left."""
        members = np.flatnonzero(self._member[stop])
        if self._member[stop, customer]:
            return True
        if len(members) >= MOST:
            return False
        taken = set(self._colour[members].tolist())
        if int(self._colour[customer]) in taken:
            taken |= set(self._colour[self._meet[customer]].tolist())
            free = next((c for c in range(COLOURS) if c not in taken), None)
            if free is None:
                return False
            self._colour[customer] = free
        self._words.clear()
        self._member[stop, customer] = True
        self._meet[customer, members] = self._meet[members, customer] = True
        return True

    def forbid(self, route: tuple[int, ...]) -> bool:
        """Remembers along this route each customer it comes back to; whether any set has grown."""
        with self._lock:
            return self._forbid(route)

    def _forbid(self, route: tuple[int, ...]) -> bool:
        grown = False
        last: dict[int, int] = {}
        for at, stop in enumerate(route):
            customer = int(self._customer[stop])
            if customer in last:
                between = route[last[customer] + 1 : at]
                added = [self._add(s, customer) for s in between if not self._member[s, customer]]
                grown |= bool(added) and all(added)
            last[customer] = at
        return grown

    def words(self, stops: Ints, graph: Graph) -> tuple[Any, Any]:
        """For each leg the colours both ends remember alike, in the order of the graph; for each stop its own."""
        with self._lock:
            if id(graph) not in self._words:
                self._words[id(graph)] = (graph, *self._made(stops, graph))
            return self._words[id(graph)][1:]

    def _made(self, stops: Ints, graph: Graph) -> tuple[Any, Any]:
        member = self._member[stops]
        widest = int(member.sum(axis=1).max())
        sets = np.full((len(stops), widest), -1, np.int64)
        for row, has in enumerate(member):
            sets[row, : has.sum()] = np.flatnonzero(has)
        own = np.uint64(1) << self._colour[self._customer[stops]].astype(np.uint64)
        return _shared(graph.order, graph.degree, sets, member, self._colour), own


@njit(cache=True, nogil=True)
def _shared(order: Any, degree: Any, sets: Any, member: Any, colour: Any) -> Any:
    same = np.zeros(order.shape, np.uint64)
    for i in range(order.shape[0]):
        for k in range(degree[i]):
            word = np.uint64(0)
            for customer in sets[i]:
                if customer >= 0 and member[order[i, k], customer]:
                    word |= np.uint64(1) << np.uint64(colour[customer])
            same[i, k] = word
    return same
