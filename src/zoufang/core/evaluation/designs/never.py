"""Whom chance must never touch: drawn out before any lot, whole households together, counted and reported."""

from __future__ import annotations

from collections import Counter

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.assignment import SetAside, StudyUnit, own_reason
from zoufang.core.evaluation.designs.draws import DrawnOut, Frame
from zoufang.core.evaluation.households import households

Household = tuple[StudyUnit, ...]


def draw_out(units: tuple[StudyUnit, ...], frame: Frame) -> tuple[tuple[Household, ...], tuple[DrawnOut, ...]]:
    """Households on whom chance may decide, and everybody else with the reason.

    Out are: limitation or guarantee ending within window and margin (民法典 188, 692), promised or requested
    visits, hardship or vulnerability under review, legal stage, and whoever lives with one of these.
    """
    _refuse_twice(units, frame)
    kept: list[Household] = []
    out: list[DrawnOut] = []
    for members in households(units):
        reasons = [own_reason(unit, frame) for unit in members]
        if not any(reasons):
            kept.append(members)
            continue
        pairs = zip(members, reasons, strict=True)
        out += [DrawnOut(unit.key, reason or SetAside.HOUSEHOLD) for unit, reason in pairs]
    return tuple(kept), tuple(sorted(out, key=lambda one: one.key))


def _refuse_twice(units: tuple[StudyUnit, ...], frame: Frame) -> None:
    twice = sorted(str(key) for key, count in Counter(unit.key for unit in units).items() if count > 1)
    if twice:
        raise BadInput(
            f"Study {frame.study_id}: customers {', '.join(twice[:3])} are listed twice. Give each customer once."
        )
