"""A study frozen for analysis: who was drawn into which arm, and what each paid within the fixed window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.assignment import Arm, Assignment
from zoufang.core.values import SourceKey


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """One customer: the arm as drawn, and what happened until the window closed.

    `recovered_fen` counts payments within the window only, net of reversals. `cost_fen` of None is unknown, never
    zero. `cluster` is the household; empty means that the customer stands alone.
    """

    unit: str
    arm: Arm
    recovered_fen: int
    visited: bool
    p_hold_out: float | None = None
    met: bool | None = None
    cost_fen: int | None = None
    stratum: str = ""
    cluster: str = ""
    assigned_on: date | None = None
    visited_on: date | None = None

    def __post_init__(self) -> None:
        if self.p_hold_out is not None and not 0 < self.p_hold_out < 1 and self.arm is not Arm.SET_ASIDE:
            raise BadInput(f"Unit {self.unit}: p_hold_out {self.p_hold_out} must lie strictly between 0 and 1.")
        if self.cost_fen is not None and self.cost_fen < 0:
            raise BadInput(f"Unit {self.unit}: cost_fen {self.cost_fen} is negative. Leave it out if unknown.")
        if self.met and not self.visited:
            raise BadInput(f"Unit {self.unit} was met without being visited. Correct visited or met.")

    @property
    def assigned(self) -> bool:
        return self.arm in (Arm.MUST_VISIT, Arm.FREE)

    @property
    def household(self) -> str:
        return self.cluster or self.unit


@dataclass(frozen=True, slots=True)
class Study:
    """A frozen snapshot: analysed again, it gives the same numbers, and its id proves that it is the same."""

    study_id: str
    units: tuple[UnitOutcome, ...]
    simulated: bool
    window_days: int | None = None
    as_of: date | None = None

    @property
    def snapshot_id(self) -> str:
        """SHA-256 over every field of every unit, whatever their order."""
        head = f"{self.study_id}|{self.simulated}|{self.window_days}|{self.as_of}"
        lines = sorted("|".join(str(value) for value in astuple(unit)) for unit in self.units)
        return sha256("\n".join([head, *lines]).encode()).hexdigest()

    @property
    def seed(self) -> int:
        """Of the re-draws: from the study's name, so that nobody can try seeds until the limits please."""
        return int(sha256(self.study_id.encode()).hexdigest()[:8], 16)

    @property
    def compared(self) -> tuple[UnitOutcome, ...]:
        """Units drawn by chance whose window had closed when the snapshot was taken."""
        return tuple(u for u in self.units if u.arm is not Arm.SET_ASIDE and not self._open(u))

    @property
    def n_set_aside(self) -> int:
        return sum(unit.arm is Arm.SET_ASIDE for unit in self.units)

    @property
    def n_open(self) -> int:
        return sum(unit.arm is not Arm.SET_ASIDE and self._open(unit) for unit in self.units)

    def closes_on(self, unit: UnitOutcome) -> date | None:
        """The last day that counts for this unit; None when the snapshot does not say."""
        if unit.assigned_on is None or self.window_days is None:
            return None
        return unit.assigned_on + timedelta(days=self.window_days - 1)

    def _open(self, unit: UnitOutcome) -> bool:
        closes = self.closes_on(unit)
        return closes is not None and self.as_of is not None and closes > self.as_of


@dataclass(frozen=True, slots=True)
class Received:
    """Money received from a customer on a day (negative: a reversal)."""

    key: SourceKey
    day: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit made to a customer on a day; cost None is unknown."""

    key: SourceKey
    day: date
    met: bool
    cost_fen: int | None


def freeze(
    study_id: str,
    assignments: Iterable[Assignment],
    received: Iterable[Received],
    visits: Iterable[Visited],
    *,
    as_of: date,
    window_days: int,
    simulated: bool,
) -> Study:
    """Count money, visits and cost of each drawn customer within [drawn_on, drawn_on + window_days)."""
    money, seen = defaultdict(list), defaultdict(list)
    for entry in received:
        money[entry.key].append(entry)
    for visit in visits:
        seen[visit.key].append(visit)
    units = tuple(
        _counted(a, money[a.key], seen[a.key], window_days) for a in sorted(assignments, key=lambda a: a.key)
    )
    return Study(study_id, units, simulated, window_days, as_of)


def _counted(a: Assignment, received: list[Received], visits: list[Visited], window_days: int) -> UnitOutcome:
    last = a.drawn_on + timedelta(days=window_days - 1)
    inside = sorted((v for v in visits if a.drawn_on <= v.day <= last), key=lambda visit: visit.day)
    costs = [visit.cost_fen for visit in inside]
    unit = UnitOutcome(
        unit=str(a.key),
        arm=a.arm,
        recovered_fen=sum(r.amount_fen for r in received if a.drawn_on <= r.day <= last),
        visited=bool(inside),
        p_hold_out=a.p_hold_out,
        met=any(visit.met for visit in inside),
        cost_fen=None if None in costs else sum(cost for cost in costs if cost is not None),
        stratum=a.stratum,
        cluster=str(a.household),
        assigned_on=a.drawn_on,
    )
    return replace(unit, visited_on=inside[0].day) if inside else unit
