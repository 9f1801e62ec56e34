"""What the compiled search reads and writes: a part of a problem, and its routes, in few arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from zoufang.core.planning.route_problem import Ints

# Columns of Packed.stop, Packed.car, State.info and State.of.
CUSTOMER, PLACE, EARLY, LATE, SERVICE, VALUE, LOAD = range(7)
START, END, SHIFT_EARLY, SHIFT_LATE, REGULAR, UNIT_S, UNIT_OVER, UNIT_M, CAPACITY = range(9)
LENGTH, WORTH, AWAY, CARRIED = range(4)
STOP, VEHICLE = range(2)


class Packed(NamedTuple):
    """One part of a problem in few arrays (each one more makes every compiled call dearer).

    Stops of customer c are first[c] to first[c + 1]; VALUE has the bonus of customers who must be served.
    """

    stop: Ints  # stop x 7
    first: Ints
    car: Ints  # vehicle x 9
    allowed: NDArray[np.bool_]
    out_s: NDArray[np.int32]  # from row to column
    out_m: NDArray[np.int32]
    in_s: NDArray[np.int32]  # from column to row: the same row holds both ways, which the cache likes
    in_m: NDArray[np.int32]
    near: NDArray[np.int32]  # by stop: the nearest customers


class State(NamedTuple):
    """Routes and what is known of each position, route and customer.

    A position's eight numbers in `seg` fill one cache line: segment of all before it (duration, earliest, latest
    start), of all after it, metres across it, place after it.
    """

    route: Ints
    seg: Ints  # vehicle x position x 8
    info: Ints  # vehicle x 4
    of: Ints  # customer x 2: the stop and the vehicle that serve it, -1 when none


def empty_state(packed: Packed) -> State:
    """No stops yet; call `load` to put routes in."""
    vehicles, customers = len(packed.car), len(packed.first) - 1
    shift = int((packed.car[:, SHIFT_LATE] - packed.car[:, SHIFT_EARLY]).max(initial=0))
    longest = min(customers, shift // max(1, int(packed.stop[:, SERVICE].min(initial=2**40)))) + 2
    return State(
        route=np.zeros((vehicles, longest), dtype=np.int64),
        seg=np.zeros((vehicles, longest + 1, 8), dtype=np.int64),
        info=np.zeros((vehicles, 4), dtype=np.int64),
        of=np.full((customers, 2), -1, dtype=np.int64),
    )
