"""The settings of an evaluation, written down before the data are seen."""

from __future__ import annotations

from dataclasses import dataclass

from zoufang.core.errors import BadInput


@dataclass(frozen=True, slots=True)
class EvaluationPolicy:
    """`worthwhile_fen` is the smallest effect per customer that the bank wants to find; None: not set."""

    confidence: float = 0.95
    power: float = 0.80
    winsor_quantile: float = 0.99
    min_households_per_arm: int = 30
    max_leak_share: float = 0.05
    min_first_stage_f: float = 10.0
    sample_ratio_alpha: float = 0.001
    redraws: int = 9_999
    worthwhile_fen: int | None = None

    def __post_init__(self) -> None:
        shares = {
            "confidence": self.confidence,
            "power": self.power,
            "winsor_quantile": self.winsor_quantile,
            "sample_ratio_alpha": self.sample_ratio_alpha,
        }
        for name, value in shares.items():
            if not 0 < value < 1:
                raise BadInput(f"Evaluation policy: {name} {value} must lie between 0 and 1.")
        if self.min_households_per_arm < 2 or self.redraws < 199 or not 0 <= self.max_leak_share <= 1:
            raise BadInput(
                "Evaluation policy: two households per arm, 199 re-draws and a leak share from 0 to 1 at least."
            )
