"""Do the intervals keep their promise? Each design and estimator on draws whose truth is known.

`make bench-evaluation` makes 2,000 runs of each world (500 with nuisances); QUICK=1 a tenth of it. Every line has
its Monte Carlo error, and the command fails when a line breaks its bound by more than two of them.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from math import sqrt
from pathlib import Path

import numpy as np

from zoufang.core.evaluation.estimates import (
    Adjustment,
    Basis,
    Finding,
    Panel,
    Records,
    Spells,
    effect_as_drawn,
    effect_by_records,
    effect_on_visited,
    factorial_effects,
    incidence_effect,
    roll_out_effects,
    switchback_effect,
)
from zoufang.core.evaluation.estimators import Sample
from zoufang.core.evaluation.monitoring import Sequence, plan_looks

BASIS = Basis("bench")
RESULTS = Path(__file__).parent / "results"
RUNS, SLOW_RUNS = 2_000, 500
Draw = tuple[Finding | None, float]


@dataclass(frozen=True, slots=True)
class Line:
    """What one world said. `low` and `high`: bounds on the share, before two Monte Carlo errors."""

    world: str
    runs: int
    share: float
    error: float
    low: float
    high: float
    bias_of_effect: float | None
    bias_error: float
    seconds: float

    @property
    def kept(self) -> bool:
        biased = self.bias_of_effect is not None and abs(self.bias_of_effect) > 0.05 + 2 * self.bias_error
        return self.low - 2 * self.error <= self.share <= self.high + 2 * self.error and not biased


def payments(rng: np.random.Generator, n: int) -> np.ndarray:
    """In hundreds of yuan: many pay nothing, few pay much."""
    return rng.binomial(1, 0.4, n) * rng.lognormal(0, 0.8, n)


def sample(y: np.ndarray, on: np.ndarray, p: float, **groups: np.ndarray) -> Sample:
    n = len(y)
    stratum, household = groups.get("stratum", np.zeros(n, np.int64)), groups.get("household", np.arange(n))
    return Sample(y, on, np.full(n, p), stratum, household)


def customers(rng: np.random.Generator) -> Draw:
    on = rng.permutation(np.arange(1_000) >= 300)
    return effect_as_drawn(sample(payments(rng, 1_000) + 0.3 * on, on, 0.3), BASIS), 0.3


def strata(rng: np.random.Generator) -> Draw:
    stratum = np.arange(1_000) % 4
    on = np.zeros(1_000, bool)
    for one in range(4):
        on[stratum == one] = rng.permutation(np.arange(250) >= 75)
    y = payments(rng, 1_000) * (1 + stratum) / 2 + 0.3 * on
    return effect_as_drawn(sample(y, on, 0.3, stratum=stratum), BASIS), 0.3


def cuped(rng: np.random.Generator) -> Draw:
    before = payments(rng, 1_000)
    on = rng.permutation(np.arange(1_000) >= 300)
    return effect_as_drawn(
        sample(before + rng.normal(0, 0.5, 1_000) + 0.2 * on, on, 0.3), BASIS, {"before": before}
    ), 0.2


def villages(count: int) -> Callable[[np.random.Generator], Draw]:
    def world(rng: np.random.Generator) -> Draw:
        village = np.repeat(np.arange(count), rng.integers(5, 25, count))
        on = rng.permutation(np.arange(count) >= 0.3 * count)[village]
        y = rng.normal(0, 0.3, count)[village] + payments(rng, len(village)) + 0.6 * on
        return effect_as_drawn(sample(y, on, 0.3, household=village), BASIS), 0.6

    return world


def visited(take_up: float) -> Callable[[np.random.Generator], Draw]:
    def world(rng: np.random.Generator) -> Draw:
        on, willing = rng.permutation(np.arange(1_000) % 2 == 0), rng.random(1_000) < take_up
        treated = (on & willing).astype(float)
        y = rng.normal(size=1_000) + willing + 0.5 * treated
        return effect_on_visited(sample(y, on, 0.5), treated, BASIS).finding, 0.5

    return world


def offers(rng: np.random.Generator) -> Draw:
    visit, offer = rng.permutation(np.arange(800) < 400), rng.random(800) < 0.3
    p = 0.5 * np.where(offer, 0.3, 0.7)
    y = payments(rng, 800) + 0.3 * visit + 0.2 * offer + 0.2 * visit * offer
    return factorial_effects(y, visit, offer, p, np.arange(800), BASIS).visit, 0.4


def weeks(rng: np.random.Generator) -> Draw:
    branch, week = np.repeat(np.arange(16), 8), np.tile(np.arange(8), 16)
    on = np.repeat(rng.random((16, 4)) < 0.5, 2, axis=1).ravel() == (week % 2 == 0)
    effect = 0.5 + rng.normal(0, 0.3, 16)
    y = rng.normal(0, 3, 16)[branch] + rng.normal(size=128) + effect[branch] * on
    return switchback_effect(y, on, branch, week // 2, BASIS), 0.5


def waves(rng: np.random.Generator) -> Draw:
    start, period = rng.permutation(np.repeat([0, 4, 6, 8], 12)), np.arange(1, 11)
    grown = np.where((start[:, None] > 0) & (period >= start[:, None]), 0.2 * (period - start[:, None] + 1), 0)
    y = rng.normal(size=(48, 1)) + 0.3 * period + grown + rng.normal(0, 0.5, (48, 10))
    return roll_out_effects(Panel(y, start, np.arange(48), True), BASIS).overall, float(grown[grown > 0].mean())


def cures(rng: np.random.Generator) -> Draw:
    on = np.arange(400) % 2 == 0
    cure, off, seen = rng.exponential(np.where(on, 50, 100)), rng.exponential(100, 400), rng.uniform(30, 120, 400)
    days = np.minimum(np.minimum(cure, off), seen)
    end = np.where(days == seen, 0, np.where(cure < off, 1, 2))
    truth = [r / (r + 0.01) * (1 - np.exp(-(r + 0.01) * 60)) for r in (0.02, 0.01)]
    found = incidence_effect(Spells(days, end), on, cause=1, horizon=60, drawn=True, basis=BASIS)
    return found, float(truth[0] - truth[1])


def officers(rng: np.random.Generator) -> Draw:
    """Worst first, everything that they act on recorded."""
    dpd, balance = rng.normal(size=(2, 800))
    treated = rng.random(800) < 1 / (1 + np.exp(0.4 - 0.8 * dpd + 0.3 * balance))
    y = 1 - dpd + 0.5 * balance + 0.3 * dpd**2 + rng.normal(size=800) + 0.5 * treated
    records = Records(y, treated, {"dpd": dpd, "balance": balance}, np.arange(800))
    plan = Adjustment(repeats=1, folds=5, fewest_alike=10)
    return effect_by_records(records, BASIS, seed=1, plan=plan).finding, 0.5


# Bounds of issue 8: 94 to 96%, small clusters 93 to 97%; weak draws may only be too wide.
WORLDS: tuple[tuple[str, Callable[[np.random.Generator], Draw], int, float, float], ...] = (
    ("customers", customers, RUNS, 0.94, 0.96),
    ("strata", strata, RUNS, 0.94, 0.96),
    ("adjusted (CUPED)", cuped, RUNS, 0.94, 0.96),
    ("40 villages", villages(40), RUNS, 0.94, 0.96),
    ("12 villages", villages(12), RUNS, 0.93, 0.97),
    ("on the visited", visited(0.6), RUNS, 0.94, 0.96),
    ("on the visited, weak draw", visited(0.03), RUNS, 0.94, 1.0),
    ("visit by offer", offers, RUNS, 0.94, 0.96),
    ("weeks on and off", weeks, RUNS, 0.93, 0.97),
    ("waves", waves, RUNS, 0.94, 0.96),
    ("cure, others competing", cures, RUNS, 0.94, 0.96),
    ("worst first, all seen (AIPW)", officers, SLOW_RUNS, 0.94, 0.96),
)


def covered(name: str, world: Callable[[np.random.Generator], Draw], runs: int, low: float, high: float) -> Line:
    begun, rng, hits, errors = time.perf_counter(), np.random.default_rng(2026), 0, []
    for _ in range(runs):
        found, truth = world(rng)
        if found is None:
            continue
        hits += found.low <= truth <= found.high
        errors.append((found.effect - truth) / truth)
    share, weak = hits / len(errors), "weak" in name
    bias = None if weak else float(np.mean(errors))
    bias_error = float(np.std(errors) / sqrt(len(errors)))
    error = sqrt(0.05 * 0.95 / len(errors))
    return Line(name, len(errors), share, error, low, high, bias, bias_error, _since(begun))


def alarms(runs: int) -> Iterator[Line]:
    """Studies in which nothing happens, looked at daily for a year, and at five planned looks."""
    begun, rng = time.perf_counter(), np.random.default_rng(7)
    day = np.arange(1, 366)
    effect = np.cumsum(rng.normal(size=(runs, 365)), axis=1) / day
    radius = np.array([Sequence(0.1).radius(1 / sqrt(d)) for d in day])
    daily = float((np.abs(effect) > radius).any(axis=1).mean())
    yield Line(
        "false alarms, 365 daily looks", runs, daily, _error(daily, runs), 0, 0.05, None, 0.0, _since(begun)
    )
    at = np.array([73, 146, 219, 292, 365])
    bounds = [look.bound for look in plan_looks(tuple(at / 365))]
    planned = float((np.abs(effect * np.sqrt(day))[:, at - 1] >= bounds).any(axis=1).mean())
    yield Line(
        "false alarms, five planned looks", runs, planned, _error(planned, runs), 0, 0.05, None, 0.0, _since(begun)
    )


def _error(share: float, runs: int) -> float:
    return sqrt(max(share, 0.01) * (1 - share) / runs)


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 1)


def main() -> None:
    part = 10 if os.environ.get("QUICK") else 1
    lines = []
    for name, world, runs, low, high in WORLDS:
        lines.append(covered(name, world, runs // part, low, high))
        print(_told(lines[-1]), flush=True)
    for line in alarms(4_000 // part):
        lines.append(line)
        print(_told(line), flush=True)
    result = {
        "simulated": True,
        "reduced": part > 1,
        "date": date.today().isoformat(),  # noqa: DTZ011 the day on which it was measured, for the reader
        "machine": {"cores": os.cpu_count(), "python": platform.python_version(), "numpy": np.__version__},
        "command": "make bench-evaluation",
        "lines": [asdict(line) for line in lines],
    }
    name = "evaluation_quick" if part > 1 else "evaluation"
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if all(line.kept for line in lines) else 1)


def _told(line: Line) -> str:
    bias = (
        ""
        if line.bias_of_effect is None
        else f"  bias {line.bias_of_effect:+.1%} ± {line.bias_error:.1%} of the effect"
    )
    return (
        f"{'kept  ' if line.kept else 'BROKEN'} {line.world:34} {line.share:6.1%} ± {line.error:.1%} "
        f"(asked {line.low:.0%} to {line.high:.0%}, {line.runs} runs, {line.seconds} s){bias}"
    )


if __name__ == "__main__":
    main()
