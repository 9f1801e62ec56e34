"""The exact optimum of a few customers by dynamic programming: the best route of each set, then the split.

Written apart from engines, bound and evaluator: it keeps its own account of time (time without waiting, earliest
end, latest leaving) and drops a label only for one that is as good in all three, in metres and in value.
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.planning.shared import need_optional
from zoufang.core.errors import BadInput
from zoufang.core.planning.route_problem import RouteProblem, Routes

MOST = 11  # customers


class Label(NamedTuple):
    """One order of a set of customers, ending at a stop."""

    busy_s: int  # driving and serving, without waiting
    end_s: int  # earliest end of the last service
    leave_s: int  # latest leaving that is in time everywhere
    metres: int
    value: int
    stops: tuple[int, ...]

    def beats(self, other: Label) -> bool:
        return (
            self.busy_s <= other.busy_s
            and self.end_s <= other.end_s
            and self.leave_s >= other.leave_s
            and self.metres <= other.metres
            and self.value >= other.value
        )


class _Lists(NamedTuple):
    """The problem's columns as plain numbers, which Python counts faster with."""

    customer: list[int]
    place: list[int]
    early_s: list[int]
    late_s: list[int]
    service_s: list[int]
    value: list[int]
    seconds: list[list[int]]
    metres: list[list[int]]

    @classmethod
    def of(cls, problem: RouteProblem) -> _Lists:
        return cls(*(getattr(problem, name).tolist() for name in cls._fields))


Best = dict[int, tuple[int, tuple[int, ...]]]  # set of customers as bits -> units and stops


def optimum(problem: RouteProblem) -> tuple[int, Routes]:
    """Units and routes of the best plan. Raises BadInput above eleven customers."""
    need_optional(problem)
    if problem.customers > MOST or problem.load is not None:
        raise BadInput(
            f"{problem.customers} customers or loads are too much to try every plan. Pass at most {MOST}."
        )
    plans: dict[int, tuple[int, tuple[tuple[int, ...], ...]]] = {0: (0, ())}
    for vehicle in range(problem.vehicles):
        routes, longer = _routes(problem, vehicle), {}
        for served, (units, before) in plans.items():
            free = (1 << problem.customers) - 1 & ~served
            more = free
            while True:
                if more in routes and units + routes[more][0] > longer.get(served | more, (-(2**62),))[0]:
                    longer[served | more] = (units + routes[more][0], (*before, routes[more][1]))
                if not more:
                    break
                more = (more - 1) & free
        plans = longer
    return max(plans.values(), key=lambda plan: plan[0])


def _routes(problem: RouteProblem, vehicle: int) -> Best:
    best: Best = {0: (0, ())}
    level: dict[tuple[int, int], list[Label]] = {}
    start = Label(0, int(problem.shift_early_s[vehicle]), 2**40, 0, 0, ())
    lists = _Lists.of(problem)
    mine = [i for i in range(problem.stops) if problem.allowed[i, vehicle]]
    _spread(lists, 0, start, int(problem.start[vehicle]), mine, level)
    while level:
        following: dict[tuple[int, int], list[Label]] = {}
        for (served, stop), labels in level.items():
            for label in labels:
                units = _units(problem, vehicle, label)
                if units is not None and units > best.get(served, (-(2**62),))[0]:
                    best[served] = (units, label.stops)
                _spread(lists, served, label, lists.place[stop], mine, following)
        level = following
    return best


def _spread(
    lists: _Lists,
    served: int,
    label: Label,
    here: int,
    mine: list[int],
    into: dict[tuple[int, int], list[Label]],
) -> None:
    """Append each stop of a customer not yet served."""
    for stop in mine:
        bit = 1 << lists.customer[stop]
        longer = None if served & bit else _append(lists, label, here, stop)
        if longer is None:
            continue
        rivals = into.setdefault((served | bit, stop), [])
        if not any(rival.beats(longer) for rival in rivals):
            rivals[:] = [rival for rival in rivals if not longer.beats(rival)]
            rivals.append(longer)


def _append(lists: _Lists, label: Label, here: int, stop: int) -> Label | None:
    place, late = lists.place[stop], lists.late_s[stop]
    leg, service = lists.seconds[here][place], lists.service_s[stop]
    begin = max(label.end_s + leg, lists.early_s[stop])
    if begin > late:
        return None
    return Label(
        label.busy_s + leg + service,
        begin + service,
        min(label.leave_s, late - label.busy_s - leg),
        label.metres + lists.metres[here][place],
        label.value + lists.value[stop],
        (*label.stops, stop),
    )


def _units(problem: RouteProblem, vehicle: int, label: Label) -> int | None:
    """What the route earns once driven home; None when that is too late."""
    last, home = int(problem.place[label.stops[-1]]), int(problem.end[vehicle])
    back = label.end_s + int(problem.seconds[last, home])
    if back > problem.shift_late_s[vehicle]:
        return None
    away = max(label.busy_s + int(problem.seconds[last, home]), back - label.leave_s)
    over = max(0, away - int(problem.regular_s[vehicle]))
    metres = label.metres + int(problem.metres[last, home])
    cost = away * int(problem.unit_s[vehicle]) + over * int(problem.unit_overtime_s[vehicle])
    return label.value - cost - metres * int(problem.unit_m[vehicle])
