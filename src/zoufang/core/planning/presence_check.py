"""Is the chance to meet true? Forecasts made before each result, beside what then happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from zoufang.core.errors import BadInput
from zoufang.core.planning.presence import PresenceModel, PresenceResult, learn, posterior

BINS = 10
MOST_FITS = 26  # a model is learnt anew at most so often over the history


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was expected of one attempt, by the model and by the plain rate of all before it; and what came."""

    chance: float
    constant: float
    met: bool


@dataclass(frozen=True, slots=True)
class ReliabilityRow:
    """Forecasts between `low` and `high`: their mean, the share that was met, and its 90% interval."""

    low: float
    high: float
    n: int
    forecast: float
    met: float
    met_low: float
    met_high: float

    @property
    def fits(self) -> bool:
        """The forecast lies within what chance leaves open."""
        return self.met_low <= self.forecast <= self.met_high


@dataclass(frozen=True, slots=True)
class Calibration:
    """Brier scores (0 is perfect; lower is better) of `n` forecasts, and the reliability table."""

    n: int
    brier: float
    brier_constant: float
    rows: tuple[ReliabilityRow, ...]

    @property
    def better_than_constant(self) -> bool:
        return self.brier < self.brier_constant

    @property
    def skill(self) -> float:
        """Share of the constant rate's score that the model takes away; below zero it adds to it."""
        return 1 - self.brier / self.brier_constant if self.brier_constant else 0.0


def calibration(forecasts: Sequence[Forecast], bins: int = BINS) -> Calibration | None:
    """Reliability and Brier score (Brier 1950); None without forecasts."""
    if bins < 1:
        raise BadInput(f"{bins} bins are none. Use one or more.")
    if not forecasts:
        return None
    n = len(forecasts)
    binned: list[list[Forecast]] = [[] for _ in range(bins)]
    for one in forecasts:
        binned[min(bins - 1, int(one.chance * bins))].append(one)
    return Calibration(
        n=n,
        brier=sum((one.chance - one.met) ** 2 for one in forecasts) / n,
        brier_constant=sum((one.constant - one.met) ** 2 for one in forecasts) / n,
        rows=tuple(_row(i, bins, found) for i, found in enumerate(binned) if found),
    )


def out_of_sample(results: Iterable[PresenceResult], model: PresenceModel | None = None) -> list[Forecast]:
    """Forecast each dated result from those of earlier days only; nothing is told of the first day."""
    dated = sorted((r for r in results if r.day is not None), key=lambda r: r.day or date.min)
    days = [(day, list(found)) for day, found in groupby(dated, key=lambda r: r.day or date.min)]
    start, told, before = model or PresenceModel(), [], list[PresenceResult]()
    step, known = max(1, len(days) // MOST_FITS), start
    for i, (day, found) in enumerate(days):
        if before:
            if i % step == 0 or known is start:
                known = learn(start, before, day)
            rate = sum(r.met for r in before) / len(before)
            told += [Forecast(known.p_met(r.where).mean, rate, r.met) for r in found]
        before += found
    return told


def _row(index: int, bins: int, found: Sequence[Forecast]) -> ReliabilityRow:
    n, met = len(found), sum(one.met for one in found)
    open_to_chance = posterior(met + 0.5, n - met + 0.5, n, "Jeffreys")
    return ReliabilityRow(
        low=index / bins,
        high=(index + 1) / bins,
        n=n,
        forecast=sum(one.chance for one in found) / n,
        met=met / n,
        met_low=open_to_chance.low,
        met_high=open_to_chance.high,
    )
