"""What the adapters of all peers share: deadlines, the coarsest money unit, the second process."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from functools import reduce
from math import gcd
from typing import Any

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import RouteProblem, Routes, worth

Solve = Callable[[RouteProblem, float, int], Routes]  # problem, deadline by its clock, seed

Clock = Callable[[], float]
own_time: Clock = time.process_time  # of a peer with one thread: what else the machine does costs it nothing
PATIENCE = 20  # times its own seconds that the second process may take on a machine with other work


class PeerFailed(Exception):
    """The peer gave nothing that may be driven within its time; the cell says why."""


def money_unit(problem: RouteProblem) -> int:
    """The largest unit in which all values and rates are whole: in it the peers' numbers stay small."""
    rates = (problem.value, problem.unit_s, problem.unit_m, problem.unit_overtime_s)
    return max(1, reduce(gcd, (int(np.gcd.reduce(rate)) for rate in rates if rate.size)))


def remaining(deadline: float, clock: Clock = time.monotonic) -> float:
    left = deadline - clock()
    if left <= 0:
        raise PeerFailed("its model was not built within the time")
    return left


def need_optional(problem: RouteProblem) -> None:
    if problem.must.any():
        raise PeerFailed("this adapter knows no customers who must be served")


def best_of_two(solve: Solve) -> Solve:
    """For a peer with one thread: two seeds in two processes at the same time, the better result counts.

    The deadline given is the clock's; each process has the seconds until then as processor time of its own.
    """

    def both(problem: RouteProblem, deadline: float, seed: int) -> Routes:
        seconds = remaining(deadline)
        context = multiprocessing.get_context("fork")  # the problem is shared, not copied through a pipe
        parent, child = context.Pipe(duplex=False)
        second = context.Process(target=_answer, args=(solve, problem, seconds, 2 * seed + 1, child), daemon=True)
        second.start()
        answers = [_attempt(solve, problem, seconds, 2 * seed)]
        answers.append(parent.recv() if parent.poll(PATIENCE * seconds + 30) else "second lost")
        second.join(1)
        found = [answer for answer in answers if not isinstance(answer, str)]
        if not found:
            raise PeerFailed("; ".join(dict.fromkeys(str(answer) for answer in answers)))
        return max(found, key=lambda routes: worth(problem, routes))

    return both


def _attempt(solve: Solve, problem: RouteProblem, seconds: float, seed: int) -> Routes | str:
    """Routes that may be driven, or in words why there are none."""
    try:
        routes = solve(problem, own_time() + seconds, seed)
        worth(problem, routes)
    except (PeerFailed, BadInput) as failure:
        return str(failure)
    return routes


def _answer(solve: Solve, problem: RouteProblem, seconds: float, seed: int, pipe: Any) -> None:
    pipe.send(_attempt(solve, problem, seconds, seed))
