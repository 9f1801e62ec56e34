"""Whom to visit, when, by whom, in what order. `plan` is the way in; only cleared visits come through it."""

from zoufang.core.planning.candidates import Candidate, Needs, VisitAddress, VisitOption
from zoufang.core.planning.check import InvalidPlan, violations
from zoufang.core.planning.crews import Crew, missing_from
from zoufang.core.planning.door_search import DoorSearch
from zoufang.core.planning.feedback import Level, calibrated, level_after
from zoufang.core.planning.options import visit_options
from zoufang.core.planning.plan import plan
from zoufang.core.planning.plans import CrewDay, Pin, Plan, PlannedVisit, Reason, Unplanned, Why
from zoufang.core.planning.policy import PlanningPolicy, RoadClass, ServiceArea, Slot, TravelPolicy
from zoufang.core.planning.presence import (
    Counts,
    PresenceModel,
    PresenceResult,
    Rate,
    Whereabouts,
    is_weekend,
    learn,
)
from zoufang.core.planning.rural_calendar import (
    BusySeason,
    CountyCalendar,
    DaySeason,
    Mark,
    MarketDays,
    RuralCalendar,
    Shift,
    season_of,
)
from zoufang.core.planning.sight import InSight, SightPolicy, in_sight
from zoufang.core.planning.solver import Progress
from zoufang.core.planning.travel import CircuityTravel, TravelTimes
from zoufang.core.planning.value import VisitValue, documented_prior, visit_value

__all__ = [
    "BusySeason",
    "Candidate",
    "CircuityTravel",
    "Counts",
    "CountyCalendar",
    "Crew",
    "CrewDay",
    "DaySeason",
    "DoorSearch",
    "InSight",
    "InvalidPlan",
    "Level",
    "Mark",
    "MarketDays",
    "Needs",
    "Pin",
    "Plan",
    "PlannedVisit",
    "PlanningPolicy",
    "PresenceModel",
    "PresenceResult",
    "Progress",
    "Rate",
    "Reason",
    "RoadClass",
    "RuralCalendar",
    "ServiceArea",
    "Shift",
    "SightPolicy",
    "Slot",
    "TravelPolicy",
    "TravelTimes",
    "Unplanned",
    "VisitAddress",
    "VisitOption",
    "VisitValue",
    "Whereabouts",
    "Why",
    "calibrated",
    "documented_prior",
    "in_sight",
    "is_weekend",
    "learn",
    "level_after",
    "missing_from",
    "plan",
    "season_of",
    "violations",
    "visit_options",
    "visit_value",
]
