"""The draw: by chance alone, before any planning, who of the shortlist is held out, must be visited, or may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.households import households
from zoufang.core.values import SourceKey


class Arm(StrEnum):
    HOLD_OUT = "hold_out"  # no visit within the window; other channels go on
    MUST_VISIT = "must_visit"  # exploration: enters planning as required
    FREE = "free"  # the planner may choose
    SET_ASIDE = "set_aside"  # never randomised; planned as usual, outside the comparison


class SetAside(StrEnum):
    """Why someone is drawn out before chance acts."""

    LIMITATION = "limitation"  # 诉讼时效 ends within the window and margin, or is unknown
    GUARANTEE = "guarantee"  # 保证期间 ends within the window and margin
    PROMISED_VISIT = "promised_visit"
    REQUESTED_VISIT = "requested_visit"
    HARDSHIP = "hardship"
    VULNERABLE = "vulnerable"  # under review
    LEGAL_STAGE = "legal_stage"
    HOUSEHOLD = "household"  # someone of the same household is set aside, or its members were drawn apart


@dataclass(frozen=True, slots=True)
class StudyUnit:
    """One customer of the shortlist. `links` are ids of shared addresses and guarantees; a date of None for
    limitation means unknown, for the guarantee that there is none."""

    key: SourceKey
    limitation_ends: date | None
    guarantee_ends: date | None = None
    stratum: str = ""
    links: frozenset[str] = frozenset()
    reserved: SetAside | None = None


class RightsWindow(Protocol):
    @property
    def rights_safe_until(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Design:
    """How one cycle is drawn. `drawn_on` names the cycle; the outcome is counted for `window_days` from it."""

    study_id: str
    drawn_on: date
    window_days: int = 28
    hold_out_share: float = 0.20
    must_visit_share: float = 0.05
    stratified: bool = False
    rights_margin_days: int = 90

    def __post_init__(self) -> None:
        if not 0 < self.hold_out_share < 1:
            raise BadInput(
                f"Study {self.study_id}: hold-out share {self.hold_out_share} must lie between 0 and 1."
            )
        if not 0 <= self.must_visit_share < 1 - self.hold_out_share:
            raise BadInput(
                f"Study {self.study_id}: must-visit share {self.must_visit_share} leaves nobody free. Lower it."
            )
        if self.window_days < 1 or self.rights_margin_days < 0:
            raise BadInput(
                f"Study {self.study_id}: the window needs at least one day and the margin none below 0."
            )

    @property
    def rights_safe_until(self) -> date:
        """Rights that end on or before this day would be put at risk by a hold-out."""
        return self.drawn_on + timedelta(days=self.window_days + self.rights_margin_days)

    def share(self, arm: Arm) -> float:
        free = 1 - self.hold_out_share - self.must_visit_share
        shares = {Arm.HOLD_OUT: self.hold_out_share, Arm.MUST_VISIT: self.must_visit_share, Arm.FREE: free}
        return shares.get(arm, 1.0)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What chance said for one customer, with everything needed to replay it."""

    key: SourceKey
    household: SourceKey
    stratum: str
    arm: Arm
    probability: float
    p_hold_out: float
    drawn_on: date
    seed: int
    digest: str
    reason: SetAside | None = None


def assign(
    units: tuple[StudyUnit, ...], design: Design, seed: int, kept: tuple[Assignment, ...] = ()
) -> tuple[Assignment, ...]:
    """Draw every unit that has no kept assignment, whole households together; sorted by key.

    `kept` are draws whose window is still open: they stand, and a newcomer to their household joins their arm.
    """
    keys = [unit.key for unit in units]
    if len(set(keys)) != len(keys):
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        raise BadInput(f"Customers {', '.join(twice[:3])} are listed twice. Give each customer once.")
    standing = {assignment.key: assignment for assignment in kept}
    new: list[tuple[StudyUnit, ...]] = []
    drawn: list[Assignment] = []
    for members in households(units):
        known = tuple(standing[unit.key] for unit in members if unit.key in standing)
        if known:
            drawn += _joined(members, known, standing)
        elif (reason := _set_aside(members, design)) is not None:
            drawn += _aside(members, reason, design, seed)
        else:
            new.append(members)
    for members, position in _positions(new, design, seed):
        drawn += _placed(members, position, design, seed)
    return tuple(sorted(drawn, key=lambda assignment: assignment.key))


def draw_digest(assignments: tuple[Assignment, ...]) -> str:
    """One hash over a whole draw, to be kept with it: any later change of an arm shows."""
    lines = sorted(f"{a.key}|{a.household}|{a.stratum}|{a.arm}|{a.p_hold_out!r}|{a.digest}" for a in assignments)
    return sha256("\n".join(lines).encode()).hexdigest()


def _set_aside(members: tuple[StudyUnit, ...], design: Design) -> SetAside | None:
    reasons = [reason for unit in members if (reason := own_reason(unit, design)) is not None]
    return reasons[0] if reasons else None


def own_reason(unit: StudyUnit, design: RightsWindow) -> SetAside | None:
    """Limitation and guarantee periods run on while nobody asks (民法典 188, 195, 692): never risked by lot."""
    if unit.limitation_ends is None or unit.limitation_ends <= design.rights_safe_until:
        return SetAside.LIMITATION
    if unit.guarantee_ends is not None and unit.guarantee_ends <= design.rights_safe_until:
        return SetAside.GUARANTEE
    return unit.reserved


def _aside(members: tuple[StudyUnit, ...], reason: SetAside, design: Design, seed: int) -> list[Assignment]:
    return [
        Assignment(
            unit.key,
            members[0].key,
            unit.stratum,
            Arm.SET_ASIDE,
            1.0,
            0.0,
            design.drawn_on,
            seed,
            _digest(design, seed, members[0].key),
            own_reason(unit, design) or (reason if len(members) == 1 else SetAside.HOUSEHOLD),
        )
        for unit in members
    ]


def _joined(
    members: tuple[StudyUnit, ...], known: tuple[Assignment, ...], standing: dict[SourceKey, Assignment]
) -> list[Assignment]:
    first, torn = known[0], len({assignment.arm for assignment in known}) > 1
    arm = Arm.SET_ASIDE if torn else first.arm
    reason = SetAside.HOUSEHOLD if arm is Arm.SET_ASIDE else None
    probability, p_hold_out = (1.0, 0.0) if arm is Arm.SET_ASIDE else (first.probability, first.p_hold_out)
    return [
        standing.get(unit.key)
        or Assignment(
            unit.key,
            first.household,
            first.stratum,
            arm,
            probability,
            p_hold_out,
            first.drawn_on,
            first.seed,
            first.digest,
            reason,
        )
        for unit in members
    ]


def _positions(
    new: list[tuple[StudyUnit, ...]], design: Design, seed: int
) -> list[tuple[tuple[StudyUnit, ...], float]]:
    """A position in [0, 1) for each household, uniform whatever the others are.

    Plain: the hash itself. Stratified: the rank of the hash within the stratum plus one common random start,
    over the count. Both give each household exactly the design's probabilities; the second also keeps the
    shares even within each stratum.
    """
    if not design.stratified:
        return [(members, _unit_interval(_digest(design, seed, members[0].key))) for members in new]
    placed = []
    for stratum in sorted({members[0].stratum for members in new}):
        inside = [members for members in new if members[0].stratum == stratum]
        inside.sort(key=lambda members: _digest(design, seed, members[0].key))
        start = _unit_interval(_digest(design, seed, SourceKey("stratum", stratum)))
        placed += [(members, (rank + start) / len(inside)) for rank, members in enumerate(inside)]
    return placed


def _placed(members: tuple[StudyUnit, ...], position: float, design: Design, seed: int) -> list[Assignment]:
    if position < design.hold_out_share:
        arm = Arm.HOLD_OUT
    else:
        explored = position < design.hold_out_share + design.must_visit_share
        arm = Arm.MUST_VISIT if explored else Arm.FREE
    household = members[0]
    digest = _digest(design, seed, household.key)
    return [
        Assignment(
            unit.key,
            household.key,
            household.stratum,
            arm,
            design.share(arm),
            design.hold_out_share,
            design.drawn_on,
            seed,
            digest,
        )
        for unit in members
    ]


def _digest(design: Design, seed: int, key: SourceKey) -> str:
    return sha256(f"{seed}|{design.study_id}|{design.drawn_on}|{key.system}|{key.key}".encode()).hexdigest()


def _unit_interval(digest: str) -> float:
    return int(digest[:13], 16) / 16**13  # 52 bits: exact in a float
