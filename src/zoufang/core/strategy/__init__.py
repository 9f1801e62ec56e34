"""What to do with whom: segments and treatments as data, and whether a further visit is due."""

from zoufang.core.strategy.next_target import GuaranteeWatch, NextTarget, Others, next_target
from zoufang.core.strategy.next_visit import NextVisit, NextVisitPolicy, VisitHistory, doors_stay_shut, next_visit
from zoufang.core.strategy.segments import (
    Comparison,
    Condition,
    CustomerSnapshot,
    Segment,
    Strategy,
    Treatment,
    TreatmentChoice,
    assign_treatment,
)

__all__ = [
    "Comparison",
    "Condition",
    "CustomerSnapshot",
    "GuaranteeWatch",
    "NextTarget",
    "NextVisit",
    "NextVisitPolicy",
    "Others",
    "Segment",
    "Strategy",
    "Treatment",
    "TreatmentChoice",
    "VisitHistory",
    "assign_treatment",
    "doors_stay_shut",
    "next_target",
    "next_visit",
]
