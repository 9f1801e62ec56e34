"""Collection agencies (委外催收机构): who may be given cases, for how long, and what it earns them."""

from zoufang.core.agencies.commission import (
    CommissionLine,
    PlacedDebt,
    Received,
    Scheme,
    commission_fen,
    commission_lines,
)
from zoufang.core.agencies.evaluation import EvaluationResult, Scores, evaluate_agency
from zoufang.core.agencies.policy import AgencyPolicy
from zoufang.core.agencies.reconcile import Claimed, Difference, Differs, Reconciled, reconcile
from zoufang.core.agencies.standing import (
    AgencyFacts,
    Reminder,
    may_take_cases,
    placing_findings,
    reminders,
)
from zoufang.core.agencies.terms import check_extension, check_term, deletion_due

__all__ = [
    "AgencyFacts",
    "AgencyPolicy",
    "Claimed",
    "CommissionLine",
    "Difference",
    "Differs",
    "EvaluationResult",
    "PlacedDebt",
    "Received",
    "Reconciled",
    "Reminder",
    "Scheme",
    "Scores",
    "check_extension",
    "check_term",
    "commission_fen",
    "commission_lines",
    "deletion_due",
    "evaluate_agency",
    "may_take_cases",
    "placing_findings",
    "reconcile",
    "reminders",
]
