"""Whom one could visit: a customer, the doors and hours that compliance has cleared, and what a visit is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zoufang.core.compliance import ClearedVisit
from zoufang.core.errors import BadInput
from zoufang.core.planning.continuity import KnownTo
from zoufang.core.planning.harm import HarmChance
from zoufang.core.planning.presence import Rate
from zoufang.core.planning.purposes import Deadline
from zoufang.core.values import (
    AddressKind,
    Datum,
    Finding,
    Point,
    Precision,
    Purpose,
    RiskLevel,
    SourceKey,
    TimeWindow,
    UpliftEstimate,
)


@dataclass(frozen=True, slots=True)
class VisitAddress:
    """A door. `point` is WGS-84, or None when the address has no place on the map; `area` is its township.

    `radius_m`: the door lies somewhere within it (0: at the point itself). `county` and `rural` choose the season.
    """

    address_id: str
    kind: AddressKind
    point: Point | None
    precision: Precision
    area: str = ""
    radius_m: int = 0
    county: str = ""
    rural: bool = False

    def __post_init__(self) -> None:
        if (self.point is None) != (self.precision is Precision.UNPLACED):
            raise BadInput(f"Address {self.address_id}: a point and precision 'unplaced' exclude each other.")
        if self.point is not None and self.point.datum is not Datum.WGS84:
            raise BadInput(f"Address {self.address_id} is in {self.point.datum}. Convert it with to_wgs84 first.")
        if self.radius_m < 0:
            raise BadInput(f"Address {self.address_id}: a radius of {self.radius_m} m is none. Use 0 or more.")


@dataclass(frozen=True, slots=True)
class VisitOption:
    """One way to make the visit: a cleared door, a day, and the hours within which it begins and ends."""

    cleared: ClearedVisit
    day: date
    window: TimeWindow
    p_met: Rate
    slot: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.cleared, ClearedVisit):
            raise BadInput("Only a visit cleared by compliance can be planned. Pass what review() returned.")
        if not any(allowed.covers(self.window) for allowed in self.cleared.windows_on(self.day)):
            raise BadInput(
                f"Customer {self.cleared.customer_id}: {self.window} of {self.day} lies outside the cleared hours."
                " Narrow it."
            )


@dataclass(frozen=True, slots=True)
class Needs:
    """What the crew must bring. `recused`: officers who may not go (回避: kin, same village, granted the loan).

    `service_years`: one officer has worked that long. What nobody asked for is no need.
    """

    qualifications: frozenset[str] = frozenset()
    language: str | None = None
    gender: str | None = None
    recused: frozenset[str] = frozenset()
    service_years: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.service_years <= 50:
            raise BadInput(f"A visit cannot need an officer of {self.service_years} years' service. Use 0 to 50.")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A customer who might be visited.

    `arrears_fen` is what is overdue; `affordable_fen` the most that the customer can pay in the period that the
    uplift covers, where known; `required` marks a promised appointment or a must-visit of the draw; `household`
    joins customers who share a door or a guarantee; `blocked_by` says why compliance refused (then no options);
    `harms`: how likely harm follows a visit; `deadline`: when the right that the visit keeps is lost; `known_to`:
    officers whom the customer knows already.
    """

    customer_id: str
    source: SourceKey
    purpose: Purpose
    arrears_fen: int
    addresses: tuple[VisitAddress, ...]
    options: tuple[VisitOption, ...]
    uplift: UpliftEstimate
    affordable_fen: int | None = None
    risk: RiskLevel = RiskLevel.LOW
    needs: Needs = Needs()
    required: bool = False
    household: str | None = None
    blocked_by: tuple[Finding, ...] = ()
    service_minutes: int | None = None
    harms: tuple[HarmChance, ...] = ()
    deadline: Deadline | None = None
    known_to: tuple[KnownTo, ...] = ()

    def __post_init__(self) -> None:
        if self.arrears_fen < 0 or (self.affordable_fen or 0) < 0:
            raise BadInput(f"Customer {self.customer_id}: arrears and affordable amount cannot be negative.")
        if self.service_minutes is not None and not 1 <= self.service_minutes <= 240:
            raise BadInput(f"Customer {self.customer_id}: {self.service_minutes} service minutes. Use 1 to 240.")
        if self.blocked_by and self.options:
            raise BadInput(f"Customer {self.customer_id} is blocked and has options. Pass one or the other.")
        known = {address.address_id for address in self.addresses}
        if len(known) != len(self.addresses):
            raise BadInput(f"Customer {self.customer_id} names one address twice. Remove the repeated address.")
        for option in self.options:
            if option.cleared.customer_id != self.customer_id or option.cleared.address_id not in known:
                raise BadInput(
                    f"Customer {self.customer_id}: an option is cleared for somebody else or another door."
                )

    def address(self, address_id: str) -> VisitAddress:
        return next(a for a in self.addresses if a.address_id == address_id)
