"""What a plan is: visits by crew in order, who was left out and why, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.compliance import ClearedVisit
from zoufang.core.planning.budgets import BudgetUse
from zoufang.core.planning.modes import Mode
from zoufang.core.values import Message, Purpose, TimeWindow, hhmm


class Why(StrEnum):
    """Why a customer is not in the plan."""

    REFUSED = "refused"
    DROPPED = "dropped"
    NO_OPTION = "no_option"
    NO_MAP_POINT = "no_map_point"
    NO_CREW_QUALIFIED = "no_crew_qualified"
    NO_CREW_ON_SHIFT = "no_crew_on_shift"
    OUT_OF_REACH = "out_of_reach"
    NOT_WORTH_IT = "not_worth_it"
    TIME_RAN_OUT = "time_ran_out"
    BUDGET = "budget"
    WITHDRAWN = "withdrawn"
    OTHER_DAY = "other_day"


@dataclass(frozen=True, slots=True)
class Reason:
    """`rule_id` and `source` are filled where a rule of law or of the bank says no."""

    why: Why
    message: Message
    rule_id: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unplanned:
    customer_id: str
    reasons: tuple[Reason, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One stop. Times are seconds after local midnight; `window` is the lawful slot that holds the whole visit.

    `gross_value_fen` is what the visit is expected to bring; `gives_back_fen` and `gives_back_minutes` what
    dropping it would save; `net_value_fen` the difference.
    """

    customer_id: str
    crew_id: str
    day: date
    order: int
    address_id: str
    purpose: Purpose
    window: TimeWindow
    arrive_s: int
    start_s: int
    end_s: int
    gross_value_fen: int
    gives_back_fen: int
    gives_back_minutes: int
    p_met: float
    required: bool
    why: Message
    cleared: ClearedVisit

    @property
    def net_value_fen(self) -> int:
        return self.gross_value_fen - self.gives_back_fen

    @property
    def service_minutes(self) -> int:
        return (self.end_s - self.start_s) // 60

    @property
    def start_hhmm(self) -> str:
        return hhmm(self.start_s // 60)


@dataclass(frozen=True, slots=True)
class CrewDay:
    """One crew's day: out of the depot and back, seconds after local midnight.

    `over_s` of it are beyond the shift's length and cost `overtime_fen` of `cost_fen` on top.
    """

    crew_id: str
    day: date
    leave_s: int
    back_s: int
    travel_s: int
    metres: int
    cost_fen: int
    stops: int
    mode: Mode = Mode.CAR
    over_s: int = 0
    overtime_fen: int = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """The planner's word: this crew (and, where given, this door and these hours) or nobody."""

    customer_id: str
    crew_id: str
    day: date | None = None
    address_id: str | None = None
    window: TimeWindow | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """`objective_fen` = gross values less crew costs, rounded down; same inputs and seed give the same plan."""

    days: tuple[date, ...]
    visits: tuple[PlannedVisit, ...]
    crew_days: tuple[CrewDay, ...]
    unplanned: tuple[Unplanned, ...]
    objective_fen: int
    seed: int
    engine: str
    notes: tuple[Message, ...]
    versions: dict[str, str]
    budgets: tuple[BudgetUse, ...] = ()

    def route(self, crew_id: str, day: date) -> tuple[PlannedVisit, ...]:
        """This crew's stops of this day in order."""
        return tuple(v for v in self.visits if (v.crew_id, v.day) == (crew_id, day))

    def trip(self, crew_id: str, day: date) -> CrewDay | None:
        """This crew's day; None where it stays at home."""
        return next((trip for trip in self.crew_days if (trip.crew_id, trip.day) == (crew_id, day)), None)

    @property
    def missed_required(self) -> tuple[Unplanned, ...]:
        """Promised or drawn visits that could not be planned: each needs a person's decision."""
        return tuple(u for u in self.unplanned if u.required)
