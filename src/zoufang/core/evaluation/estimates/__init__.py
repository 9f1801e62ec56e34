"""Estimates by the design that made the data, each with its interval, size, method, assumptions and grade."""

from zoufang.core.evaluation.estimates.adjusted import ComplierEffect, effect_as_drawn, effect_on_visited
from zoufang.core.evaluation.estimates.competing import Incidence, Spells, incidence, incidence_effect
from zoufang.core.evaluation.estimates.factors import FactorialEffects, factorial_effects, switchback_effect
from zoufang.core.evaluation.estimates.finding import Basis, Estimand, Finding, Grade
from zoufang.core.evaluation.estimates.headline import headline
from zoufang.core.evaluation.estimates.observational import (
    Adjusted,
    Adjustment,
    Overlap,
    Records,
    effect_by_records,
)
from zoufang.core.evaluation.estimates.sensitivity import Sensitivity, limits_if_unseen, sensitivity_of
from zoufang.core.evaluation.estimates.staggered import Panel, RollOut, roll_out_effects
from zoufang.core.evaluation.estimates.tails import Tails, Windows, effects_by_window, effects_on_money

__all__ = [
    "Adjusted",
    "Adjustment",
    "Basis",
    "ComplierEffect",
    "Estimand",
    "FactorialEffects",
    "Finding",
    "Grade",
    "Incidence",
    "Overlap",
    "Panel",
    "Records",
    "RollOut",
    "Sensitivity",
    "Spells",
    "Tails",
    "Windows",
    "effect_as_drawn",
    "effect_by_records",
    "effect_on_visited",
    "effects_by_window",
    "effects_on_money",
    "factorial_effects",
    "headline",
    "incidence",
    "incidence_effect",
    "limits_if_unseen",
    "roll_out_effects",
    "sensitivity_of",
    "switchback_effect",
]
