"""What `zoufang plan` reads: the day, candidates with the facts for the gate, crews with certificates."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, get_type_hints

from pydantic import ConfigDict

from zoufang.core.compliance import (
    UNKNOWN,
    Attestation,
    ContactData,
    ContactRequest,
    CrewMember,
    Facts,
    Override,
    Unknown,
)
from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    Crew,
    Deadline,
    HarmChance,
    KnownTo,
    Mode,
    Needs,
    Pin,
    PlanningPolicy,
    PresenceResult,
    VisitAddress,
    documented_prior,
)
from zoufang.core.training import TrainingPolicy, qualified
from zoufang.core.values import (
    AddressKind,
    Channel,
    Datum,
    PartyRole,
    Point,
    Precision,
    Purpose,
    Qualification,
    RiskLevel,
    SourceCode,
    SourceKey,
    TimeWindow,
    UpliftEstimate,
    to_wgs84,
)

STRICT = ConfigDict(extra="forbid")  # a misspelt name is an error, not a missing fact
ELSEWHERE = ("customer_id", "address", "attestations")  # facts that stand in other places of the file
_HINTS = get_type_hints(Facts)
GateFacts: Any = dataclasses.make_dataclass(
    "GateFacts",
    [
        (f.name, _HINTS[f.name], dataclasses.field(default=f.default))
        for f in dataclasses.fields(Facts)
        if f.name not in ELSEWHERE
    ],
    frozen=True,
    kw_only=True,
    namespace={"__pydantic_config__": STRICT},
)
GateFacts.__doc__ = "The facts of the gate; what is left out is unknown, and unknown is never read as fine."


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressForm:
    """A door: its place on the map (any datum; converted), within `radius_m` of it, and its lawful origin."""

    __pydantic_config__ = STRICT
    address_id: str
    kind: AddressKind
    lat: float | None = None
    lon: float | None = None
    datum: Datum = Datum.WGS84
    precision: Precision = Precision.BUILDING
    area: str = ""
    source: SourceCode | Unknown = UNKNOWN
    sourced_on: date | Unknown = UNKNOWN
    basis: str = ""
    zone: str = "Asia/Shanghai"
    not_here: bool = False
    radius_m: int = 0

    def on_map(self) -> VisitAddress:
        """For planning; a door without coordinates is unplaced."""
        if self.lat is None or self.lon is None:
            return VisitAddress(self.address_id, self.kind, None, Precision.UNPLACED, self.area)
        point = to_wgs84(Point(self.lat, self.lon, self.datum))
        return VisitAddress(self.address_id, self.kind, point, self.precision, self.area, self.radius_m)

    def for_gate(self) -> ContactData:
        return ContactData(self.address_id, self.source, self.sourced_on, self.basis, self.zone, self.not_here)


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateForm:
    """One customer; without `uplift` the documented prior of arrears and days past due is used, and says so.

    `branch`: whose crews go where a plan is made by areas; empty: that of the nearest depot. `target_id` and
    `role` say whom one goes to where that is somebody else in the debt, at whose doors. `harms` cost what
    `harm_price_fen` of the policy says; `deadline` counts by the policy's rule for the purpose; `known_to`:
    officers whom the customer knows; `needs.recused`: officers who may not go.
    """

    __pydantic_config__ = STRICT
    customer_id: str
    purpose: Purpose
    arrears_fen: int
    dpd: int
    addresses: tuple[AddressForm, ...]
    facts: GateFacts = dataclasses.field(default_factory=GateFacts)
    source: SourceKey | None = None
    target_id: str = ""
    role: PartyRole = PartyRole.DEBTOR
    uplift: UpliftEstimate | None = None
    affordable_fen: int | None = None
    risk: RiskLevel = RiskLevel.LOW
    needs: Needs = dataclasses.field(default_factory=Needs)
    required: bool = False
    appointment: TimeWindow | None = None
    household: str | None = None
    service_minutes: int | None = None
    overrides: tuple[Override, ...] = ()
    branch: str = ""
    harms: tuple[HarmChance, ...] = ()
    deadline: Deadline | None = None
    known_to: tuple[KnownTo, ...] = ()

    @property
    def key(self) -> SourceKey:
        return self.source or SourceKey("file", self.customer_id)

    @property
    def expected(self) -> UpliftEstimate:
        return self.uplift or documented_prior(self.arrears_fen, self.dpd)

    def request(self, days: tuple[date, ...]) -> ContactRequest:
        """The question for the gate: may this person be visited about the debt on these days?"""
        return ContactRequest(
            customer_id=self.customer_id,
            channel=Channel.VISIT,
            purpose=self.purpose,
            target_id=self.target_id or self.customer_id,
            target_role=self.role,
            days=days,
        )

    def facts_at(self, door: AddressForm, source_file: str, attestations: tuple[Attestation, ...]) -> Facts:
        """All facts for a visit to this door."""
        known = {f.name: getattr(self.facts, f.name) for f in dataclasses.fields(self.facts)}
        known["source_file"] = known["source_file"] or source_file
        return Facts(customer_id=self.customer_id, address=door.for_gate(), attestations=attestations, **known)


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateForm:
    __pydantic_config__ = STRICT
    course: str
    issued: date
    expires: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerForm:
    """A visitor with work ID and certificates; an unknown work ID blocks the crew."""

    __pydantic_config__ = STRICT
    officer_id: str
    certificates: tuple[CertificateForm, ...] = ()
    work_id_until: date | Unknown = UNKNOWN
    is_employee: bool = False
    languages: frozenset[str] = frozenset()
    gender: str | None = None
    service_years: int = 0

    def qualifications(self) -> list[Qualification]:
        return [Qualification(self.officer_id, c.course, c.issued, c.expires) for c in self.certificates]

    def for_gate(self, day: date, training: TrainingPolicy) -> CrewMember:
        """With what training says of the courses that every visit needs."""
        check = qualified(self.officer_id, self.qualifications(), Purpose.FIRST_TALK, day, training)
        return CrewMember(self.officer_id, self.work_id_until, self.is_employee, check.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewForm:
    """Officers who go together; `shift` and `rest` in minutes after midnight.

    `modes`: how they can go; `own_car`: by a car that is none of a pool. `overtime_minutes` may follow the shift
    and cost their rate on top.
    """

    __pydantic_config__ = STRICT
    crew_id: str
    officers: tuple[OfficerForm, ...]
    lat: float
    lon: float
    shift: TimeWindow
    datum: Datum = Datum.WGS84
    branch: str = ""
    rest: TimeWindow | None = None
    cost_fen_per_minute: int = 200
    cost_fen_per_km: int = 80
    days: tuple[date, ...] = ()
    modes: tuple[Mode, ...] = (Mode.CAR,)
    own_car: bool = False
    overtime_minutes: int = 0
    overtime_fen_per_minute: int = 0

    def crew(self, day: date) -> Crew:
        """For planning; a course counts when every officer's certificate is valid on `day`."""
        held = [{q.course for q in o.qualifications() if q.valid_on(day)} for o in self.officers]
        return Crew(
            crew_id=self.crew_id,
            officer_ids=tuple(o.officer_id for o in self.officers),
            branch=self.branch,
            depot=to_wgs84(Point(self.lat, self.lon, self.datum)),
            shift=self.shift,
            rest=self.rest,
            qualifications=frozenset(set.intersection(*held)) if held else frozenset(),
            languages=frozenset().union(*(o.languages for o in self.officers)),
            genders=frozenset(o.gender for o in self.officers if o.gender),
            service_years=max((o.service_years for o in self.officers), default=0),
            cost_fen_per_minute=self.cost_fen_per_minute,
            cost_fen_per_km=self.cost_fen_per_km,
            days=self.days,
            modes=self.modes,
            own_car=self.own_car,
            overtime_minutes=self.overtime_minutes,
            overtime_fen_per_minute=self.overtime_fen_per_minute,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """The whole input. `past_attempts` teach P(met); `source_file` names the book, for attestations."""

    __pydantic_config__ = STRICT
    day: date
    candidates: tuple[CandidateForm, ...]
    crews: tuple[CrewForm, ...]
    bank: str = ""
    jurisdiction: str = "CN"
    number_of_days: int = 1
    today: date | None = None
    source_file: str = ""
    policy: PlanningPolicy = dataclasses.field(default_factory=PlanningPolicy)
    attestations: tuple[Attestation, ...] = ()
    past_attempts: tuple[PresenceResult, ...] = ()
    pins: tuple[Pin, ...] = ()
    drops: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.number_of_days <= 31:
            raise BadInput(f"Cannot plan {self.number_of_days} days at once. Ask for 1 to 31.")

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.day + timedelta(days=i) for i in range(self.number_of_days))
