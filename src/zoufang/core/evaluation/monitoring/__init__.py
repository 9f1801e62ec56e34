"""Looking while a study runs, without fooling oneself; and each month's draw, replayable from its log."""

from zoufang.core.evaluation.monitoring.always_open import OpenInterval, Sequence
from zoufang.core.evaluation.monitoring.cycles import (
    Approval,
    CycleLog,
    CycleRule,
    CycleUnit,
    draw_cycle,
    refuse_unless_replayed,
    sample_of_cycles,
)
from zoufang.core.evaluation.monitoring.spending import PlannedLook, plan_looks
from zoufang.core.evaluation.monitoring.stopping import Advice, HarmRule, Judgement, Progress, judge

__all__ = [
    "Advice",
    "Approval",
    "CycleLog",
    "CycleRule",
    "CycleUnit",
    "HarmRule",
    "Judgement",
    "OpenInterval",
    "PlannedLook",
    "Progress",
    "Sequence",
    "draw_cycle",
    "judge",
    "plan_looks",
    "refuse_unless_replayed",
    "sample_of_cycles",
]
