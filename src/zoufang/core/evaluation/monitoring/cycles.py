"""Each month's draw with its known chances, so that every month can be estimated without a new study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.evaluation.assignment import StudyUnit
from zoufang.core.evaluation.designs import Cell, Frame, FrozenDraw, Kind, draw_out
from zoufang.core.evaluation.designs.customers import Shares, flat, within
from zoufang.core.evaluation.estimators import Sample

LEAST_EXPLORED = 0.05


@dataclass(frozen=True, slots=True)
class Approval:
    """Who answers for the share held out, and until when."""

    manager: str
    compliance: str
    until: date

    def __post_init__(self) -> None:
        if not self.manager or not self.compliance or self.manager == self.compliance:
            raise BadInput("Hold-out: a manager and a compliance officer, two different people, approve it.")


@dataclass(frozen=True, slots=True)
class CycleRule:
    """Shares of one month. `harm_bound`: predicted chance of harm by a visit above which nobody is explored."""

    approval: Approval
    hold_out_share: float = 0.20
    explored_share: float = LEAST_EXPLORED
    harm_bound: float = 0.02

    def __post_init__(self) -> None:
        if not 0 < self.hold_out_share < 1 or self.explored_share < LEAST_EXPLORED:
            raise BadInput(
                f"Cycle: the hold-out lies between 0 and 1, and at least {LEAST_EXPLORED:.0%} are explored."
            )
        if self.hold_out_share + self.explored_share >= 1 or not 0 <= self.harm_bound <= 1:
            raise BadInput("Cycle: the shares leave nobody free, or the harm bound is no share.")

    def shares(self, *, explorable: bool) -> Shares:
        explored = self.explored_share if explorable else 0.0
        free = 1 - self.hold_out_share - explored
        three = ((Cell.HOLD_OUT, self.hold_out_share), (Cell.MUST_VISIT, explored), (Cell.FREE, free))
        return tuple(pair for pair in three if pair[1] > 0)


@dataclass(frozen=True, slots=True)
class CycleUnit:
    """`cleared`: the gate lets a visit be planned; `predicted_harm` None: not predicted, so never explored."""

    unit: StudyUnit
    cleared: bool
    predicted_harm: float | None


@dataclass(frozen=True, slots=True)
class CycleLog:
    """Everything that one month's draw was made of, and what came out."""

    units: tuple[CycleUnit, ...]
    rule: CycleRule
    draw: FrozenDraw
    digest: str


def draw_cycle(units: tuple[CycleUnit, ...], frame: Frame, rule: CycleRule, seed: int) -> CycleLog:
    """Hold-out, must-visit or free; explored are only cleared households with little predicted harm."""
    if frame.drawn_on > rule.approval.until:
        raise Conflict(f"The hold-out was approved until {rule.approval.until}. Ask for approval again.")
    kept, out = draw_out(tuple(one.unit for one in units), frame)
    fit = {one.unit.key for one in units if _explorable(one, rule)}
    strata: dict[tuple[bool, str], list[tuple[StudyUnit, ...]]] = {}
    for members in kept:
        key = (all(unit.key in fit for unit in members), members[0].stratum)
        strata.setdefault(key, []).append(members)
    lots = [
        lot
        for (explorable, stratum), some in sorted(strata.items())
        for lot in within(some, rule.shares(explorable=explorable), frame, seed, f"{explorable}|{stratum}")
    ]
    draw = FrozenDraw(Kind.CYCLE, frame, seed, flat(lots), out)
    return CycleLog(units, rule, draw, draw.digest)


def refuse_unless_replayed(log: CycleLog) -> None:
    """Draw again from the log; Conflict unless every lot, chance and hash comes out the same."""
    again = draw_cycle(log.units, log.draw.frame, log.rule, log.draw.seed)
    if again.digest != log.digest or log.draw.digest != log.digest:
        raise Conflict(
            f"The draw of {log.draw.frame.study_id} on {log.draw.frame.drawn_on} cannot be replayed from its log: "
            "units, rule, seed or lots were changed. Restore them; do not evaluate this month."
        )


def sample_of_cycles(logs: tuple[CycleLog, ...], outcome: Mapping[tuple[date, str], float]) -> Sample:
    """Months together, for `effect_as_drawn`: each month a stratum, a household one cluster through all of them.

    `outcome` by day of the draw and subject. BadInput when somebody who was drawn has none.
    """
    rows = [(log, month, lot) for month, log in enumerate(logs) for lot in log.draw.compared]
    missing = [lot.subject for log, _, lot in rows if (log.draw.frame.drawn_on, lot.subject) not in outcome]
    if missing:
        raise BadInput(
            f"{len(missing)} who were drawn have no outcome ({', '.join(missing[:3])}). Count nobody out."
        )
    paid = [outcome[log.draw.frame.drawn_on, lot.subject] for log, _, lot in rows]
    return Sample(
        outcome=np.array(paid, dtype=np.float64),
        assigned=np.array([lot.cell is not Cell.HOLD_OUT for _, _, lot in rows], dtype=np.bool_),
        p_hold_out=np.array([log.rule.hold_out_share for log, _, _ in rows], dtype=np.float64),
        stratum=np.array([month for _, month, _ in rows], dtype=np.int64),
        household=np.unique([lot.cluster for _, _, lot in rows], return_inverse=True)[1].astype(np.int64),
    )


def _explorable(one: CycleUnit, rule: CycleRule) -> bool:
    return one.cleared and one.predicted_harm is not None and one.predicted_harm < rule.harm_bound
