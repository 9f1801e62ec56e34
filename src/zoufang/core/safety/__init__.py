"""Risk of a visit, the crew it asks for, and who is told when a crew falls silent."""

from zoufang.core.safety.crew import Gender, crew_fits, crew_needed
from zoufang.core.safety.duties import Call, Duty, DutyKind, Reminder, duty_due_at, reminders_due, rests_until
from zoufang.core.safety.policy import CrewNeed, Rung, SafetyPolicy, Step
from zoufang.core.safety.risk import INCIDENT_NAMES, IncidentKind, PastIncident, RiskFacts, risk_of_visit
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
    "INCIDENT_NAMES",
    "Call",
    "CrewNeed",
    "Duty",
    "DutyKind",
    "Escalation",
    "Gender",
    "IncidentKind",
    "PastIncident",
    "Reminder",
    "RiskFacts",
    "Rung",
    "SafetyPolicy",
    "Step",
    "VisitWatch",
    "crew_fits",
    "crew_needed",
    "deadlines",
    "duty_due_at",
    "ended",
    "escalations_due",
    "extended",
    "heard",
    "next_wake",
    "overdue_from",
    "reminders_due",
    "rests_until",
    "risk_of_visit",
    "sos",
    "stood_down",
    "told",
]
