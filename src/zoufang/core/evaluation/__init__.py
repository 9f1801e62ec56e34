"""What do visits really recover? The draw, the frozen study, the estimate and its plain answer.

Other ways to draw stand in `designs`, other ways to estimate in `estimates`, looking while a study runs in
`monitoring`; each exports its own names.
"""

from zoufang.core.evaluation.assignment import (
    Arm,
    Assignment,
    Design,
    SetAside,
    StudyUnit,
    assign,
    draw_digest,
)
from zoufang.core.evaluation.costs import CostAnswer
from zoufang.core.evaluation.effects import Effects, Interval, Verdict
from zoufang.core.evaluation.outcomes import Received, Study, UnitOutcome, Visited, freeze
from zoufang.core.evaluation.policy import EvaluationPolicy
from zoufang.core.evaluation.report import Evaluation, Sizes, evaluate
from zoufang.core.evaluation.uplift import measured_uplift

__all__ = [
    "Arm",
    "Assignment",
    "CostAnswer",
    "Design",
    "Effects",
    "Evaluation",
    "EvaluationPolicy",
    "Interval",
    "Received",
    "SetAside",
    "Sizes",
    "Study",
    "StudyUnit",
    "UnitOutcome",
    "Verdict",
    "Visited",
    "assign",
    "draw_digest",
    "evaluate",
    "freeze",
    "measured_uplift",
]
