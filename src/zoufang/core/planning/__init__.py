"""Whom to visit, when, by whom, in what order. `plan` is the way in; only cleared visits come through it."""

from zoufang.core.planning.area_plan import AREA_FROM, plan_by_area
from zoufang.core.planning.budgets import RESOURCE_NAMES, Budget, BudgetUse, Resource
from zoufang.core.planning.candidates import Candidate, Needs, VisitAddress, VisitOption
from zoufang.core.planning.carried_out import ValueChange
from zoufang.core.planning.check import InvalidPlan, violations
from zoufang.core.planning.check_budgets import used_of
from zoufang.core.planning.check_costs import plan_worth
from zoufang.core.planning.check_rest import rest_violations
from zoufang.core.planning.comparison import (
    ComparedPlan,
    ComparedVisit,
    CrewChange,
    CrewFigures,
    Difference,
    PlanComparison,
    ShareChange,
    VisitChange,
    compare,
    differences,
)
from zoufang.core.planning.constraint_prices import (
    CONSTRAINT_NAMES,
    Constraint,
    ConstraintPrice,
    price_of_constraints,
)
from zoufang.core.planning.continuity import KnownTo, Tie, continuity_fen, tie_of
from zoufang.core.planning.crews import Crew, lacks, missing_from, of_size
from zoufang.core.planning.day_of_plan import day_of
from zoufang.core.planning.day_state import CrewNow, DayState, DoneVisit, crews_left, open_candidates
from zoufang.core.planning.deadlines import press, unmet_deadlines
from zoufang.core.planning.door_search import DoorSearch
from zoufang.core.planning.driven_plan import driven_plan
from zoufang.core.planning.feedback import Level, calibrated, level_after
from zoufang.core.planning.hand_moves import FIRST, Move, PlanFrame, Put, Swap, TakeOut
from zoufang.core.planning.hand_timing import HOLD_MINUTES, hours_held, service_of
from zoufang.core.planning.harm import HARM_NAMES, Aftermath, Harm, HarmChance, HarmModel, harm_price, learn_harm
from zoufang.core.planning.modes import MODE_NAMES, MODE_RULES, CarPool, Mode, ModeRule
from zoufang.core.planning.move_obstacles import Hindrance, Obstacle
from zoufang.core.planning.moves_of_a_plan import WhatIf, what_if
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
from zoufang.core.planning.presence_check import Calibration, Forecast, ReliabilityRow, calibration, out_of_sample
from zoufang.core.planning.purposes import (
    DEADLINE_NAMES,
    Deadline,
    DeadlineKind,
    PurposeRule,
    VisitValues,
    values_on,
)
from zoufang.core.planning.replan import replan
from zoufang.core.planning.repricing import Figure, FigureChange, Figures, figure_changes, figures_of, repriced
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
from zoufang.core.planning.sight import InSight, in_sight
from zoufang.core.planning.sight_policy import SightPolicy
from zoufang.core.planning.slack import Slack, TimedStop, must_end_by, slack
from zoufang.core.planning.solver import Progress
from zoufang.core.planning.township_policy import TownshipPolicy
from zoufang.core.planning.townships import Cluster, clusters
from zoufang.core.planning.travel import CircuityTravel, TravelTimes, straight_line_m
from zoufang.core.planning.value import VisitValue, documented_prior, visit_value
from zoufang.core.planning.who_pays import GroupShare, PersonBands, age_band, income_band, who_pays

__all__ = [
    "AREA_FROM",
    "CONSTRAINT_NAMES",
    "DEADLINE_NAMES",
    "FIRST",
    "HARM_NAMES",
    "HOLD_MINUTES",
    "MODE_NAMES",
    "MODE_RULES",
    "RESOURCE_NAMES",
    "Aftermath",
    "Budget",
    "BudgetUse",
    "BusySeason",
    "Calibration",
    "Candidate",
    "CarPool",
    "CircuityTravel",
    "Cluster",
    "ComparedPlan",
    "ComparedVisit",
    "Constraint",
    "ConstraintPrice",
    "Counts",
    "CountyCalendar",
    "Crew",
    "CrewChange",
    "CrewDay",
    "CrewFigures",
    "CrewNow",
    "DaySeason",
    "DayState",
    "Deadline",
    "DeadlineKind",
    "Difference",
    "DoneVisit",
    "DoorSearch",
    "Figure",
    "FigureChange",
    "Figures",
    "Forecast",
    "GroupShare",
    "Harm",
    "HarmChance",
    "HarmModel",
    "Hindrance",
    "InSight",
    "InvalidPlan",
    "KnownTo",
    "Level",
    "Mark",
    "MarketDays",
    "Mode",
    "ModeRule",
    "Move",
    "Needs",
    "Obstacle",
    "PersonBands",
    "Pin",
    "Plan",
    "PlanComparison",
    "PlanFrame",
    "PlannedVisit",
    "PlanningPolicy",
    "PresenceModel",
    "PresenceResult",
    "Progress",
    "PurposeRule",
    "Put",
    "Rate",
    "Reason",
    "ReliabilityRow",
    "Resource",
    "RoadClass",
    "RuralCalendar",
    "ServiceArea",
    "ShareChange",
    "Shift",
    "SightPolicy",
    "Slack",
    "Slot",
    "Swap",
    "TakeOut",
    "Tie",
    "TimedStop",
    "TownshipPolicy",
    "TravelPolicy",
    "TravelTimes",
    "Unplanned",
    "ValueChange",
    "VisitAddress",
    "VisitChange",
    "VisitOption",
    "VisitValue",
    "VisitValues",
    "WhatIf",
    "Whereabouts",
    "Why",
    "age_band",
    "calibrated",
    "calibration",
    "clusters",
    "compare",
    "continuity_fen",
    "crews_left",
    "day_of",
    "differences",
    "documented_prior",
    "driven_plan",
    "figure_changes",
    "figures_of",
    "harm_price",
    "hours_held",
    "in_sight",
    "income_band",
    "is_weekend",
    "lacks",
    "learn",
    "learn_harm",
    "level_after",
    "missing_from",
    "must_end_by",
    "of_size",
    "open_candidates",
    "out_of_sample",
    "plan",
    "plan_by_area",
    "plan_worth",
    "press",
    "price_of_constraints",
    "replan",
    "repriced",
    "rest_violations",
    "season_of",
    "service_of",
    "slack",
    "straight_line_m",
    "tie_of",
    "unmet_deadlines",
    "used_of",
    "values_on",
    "violations",
    "visit_options",
    "visit_value",
    "what_if",
    "who_pays",
]
