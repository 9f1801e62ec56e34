"""How chance is let decide: designs, their frozen draws, what they need and whether they were kept to."""

from zoufang.core.evaluation.designs.checks import (
    Balance,
    Imbalance,
    a_a_effect,
    a_a_false_alarms,
    check_balance,
    sample_ratio,
)
from zoufang.core.evaluation.designs.clusters import draw_by_cluster, draw_roll_out, draw_switchback
from zoufang.core.evaluation.designs.customers import draw_encouragement, draw_factorial, draw_queue_cut
from zoufang.core.evaluation.designs.draws import (
    Cell,
    DrawnOut,
    Frame,
    FrozenDraw,
    Kind,
    Lot,
    refuse_altered,
)
from zoufang.core.evaluation.designs.never import draw_out
from zoufang.core.evaluation.designs.power import (
    Capacity,
    PowerAnswer,
    PowerQuestion,
    customers_needed,
    plan_size,
    power_of,
    smallest_effect,
)
from zoufang.core.evaluation.designs.registration import Measure, Registration, refuse_other_question
from zoufang.core.evaluation.designs.samples import sample_of_draw

__all__ = [
    "Balance",
    "Capacity",
    "Cell",
    "DrawnOut",
    "Frame",
    "FrozenDraw",
    "Imbalance",
    "Kind",
    "Lot",
    "Measure",
    "PowerAnswer",
    "PowerQuestion",
    "Registration",
    "a_a_effect",
    "a_a_false_alarms",
    "check_balance",
    "customers_needed",
    "draw_by_cluster",
    "draw_encouragement",
    "draw_factorial",
    "draw_out",
    "draw_queue_cut",
    "draw_roll_out",
    "draw_switchback",
    "plan_size",
    "power_of",
    "refuse_altered",
    "refuse_other_question",
    "sample_of_draw",
    "sample_ratio",
    "smallest_effect",
]
