"""Risk of a visit, the crew it asks for, and who is told when a crew falls silent."""

from zoufang.core.safety.crew import Gender, crew_fits, crew_needed
from zoufang.core.safety.policy import CrewNeed, Rung, SafetyPolicy, Step
from zoufang.core.safety.risk import IncidentKind, PastIncident, RiskFacts, risk_of_visit
from zoufang.core.safety.watch import (
    Escalation,
    VisitWatch,
    deadlines,
    ended,
    escalations_due,
    extended,
    heard,
    next_wake,
    overdue_from,
    sos,
    stood_down,
    told,
)

__all__ = [
    "CrewNeed",
    "Escalation",
    "Gender",
    "IncidentKind",
    "PastIncident",
    "RiskFacts",
    "Rung",
    "SafetyPolicy",
    "Step",
    "VisitWatch",
    "crew_fits",
    "crew_needed",
    "deadlines",
    "ended",
    "escalations_due",
    "extended",
    "heard",
    "next_wake",
    "overdue_from",
    "risk_of_visit",
    "sos",
    "stood_down",
    "told",
]
