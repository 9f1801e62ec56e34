"""Heavy-tailed money: the mean, the mean with the largest payments capped, and quantiles, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from zoufang.core.errors import BadInput
from zoufang.core.evaluation.estimates import wording
from zoufang.core.evaluation.estimates.adjusted import chance_weights, effect_as_drawn
from zoufang.core.evaluation.estimates.finding import Basis, Estimand, Finding, Floats
from zoufang.core.evaluation.estimators import Sample, winsorised
from zoufang.core.values import Message


@dataclass(frozen=True, slots=True)
class Tails:
    """`capped_at` is the cap of `winsorised`, in the outcome's unit."""

    mean: Finding
    winsorised: Finding
    capped_at: float
    quantiles: tuple[tuple[float, Finding], ...]

    @property
    def agree(self) -> bool:
        """False: a few large payments carry the mean."""
        return self.mean.sign == self.winsorised.sign


def effects_on_money(
    sample: Sample,
    basis: Basis,
    *,
    cap_at: float = 0.99,
    quantiles: tuple[float, ...] = (0.5, 0.75, 0.9),
    resamples: int = 999,
    seed: int,
) -> Tails:
    """`seed` is of the resampled clusters of the quantiles' intervals."""
    capped, cap = winsorised(sample.outcome, cap_at)
    small = replace(effect_as_drawn(replace(sample, outcome=capped), basis), estimand=Estimand.WINSORISED)
    moved = _resampled(sample, quantiles, resamples, seed)
    found = tuple((q, _quantile(sample, q, moved[:, i], basis)) for i, q in enumerate(quantiles))
    return Tails(effect_as_drawn(sample, basis), small, cap, found)


@dataclass(frozen=True, slots=True)
class Windows:
    """The same effect counted over growing windows; `later` is what came between the first and the last."""

    by_days: tuple[tuple[int, Finding], ...]
    later: Finding
    said: Message


def effects_by_window(
    sample: Sample, outcomes: Mapping[int, Floats], basis: Basis, before: Mapping[str, Floats] | None = None
) -> Windows:
    """`outcomes`: cumulative measure by days (30, 90, 180). A gain that shrinks was only pulled forward."""
    days = sorted(outcomes)
    if len(days) < 2:
        raise BadInput("Windows: give the measure for two windows at least, such as 30, 90 and 180 days.")
    found = tuple((d, effect_as_drawn(replace(sample, outcome=outcomes[d]), basis, before)) for d in days)
    rest = outcomes[days[-1]] - outcomes[days[0]]
    later = effect_as_drawn(replace(sample, outcome=rest), basis, before)
    texts = {-1: wording.PULLED_FORWARD, 0: wording.GAIN_STANDS, 1: wording.GAIN_GROWS}
    return Windows(found, later, wording.told(texts[later.sign], early=days[0], late=days[-1]))


def _quantile(sample: Sample, q: float, moved: Floats, basis: Basis) -> Finding:
    weights = chance_weights(sample)
    sides = (sample.assigned, ~sample.assigned)
    first, second = (float(_weighted(sample.outcome[s], weights[s], np.array([q]))[0]) for s in sides)
    tail = (1 - basis.confidence) / 2
    low, high = (float(v) for v in np.quantile(moved, [tail, 1 - tail]))
    plain = effect_as_drawn(sample, basis)
    return replace(
        plain,
        estimand=Estimand.QUANTILE,
        effect=first - second,
        se=float(moved.std(ddof=1)),
        low=low,
        high=high,
        method=wording.BOOTSTRAP,
    )


def _resampled(sample: Sample, quantiles: tuple[float, ...], resamples: int, seed: int) -> Floats:
    """Effects on quantiles of `resamples` imagined samples: each arm's clusters drawn again with replacement."""
    rng, weights, asked = np.random.default_rng(seed), chance_weights(sample), np.array(quantiles)
    found = np.zeros((resamples, len(quantiles)))
    for side, sign in ((sample.assigned, 1.0), (~sample.assigned, -1.0)):
        order = np.argsort(sample.outcome[side], kind="stable")
        values, base = sample.outcome[side][order], weights[side][order]
        code = np.unique(sample.household[side][order], return_inverse=True)[1]
        count = int(code.max()) + 1
        for i in range(resamples):
            times = np.bincount(rng.integers(0, count, count), minlength=count)
            found[i] += sign * _sorted_weighted(values, base * times[code], asked)
    return found


def _weighted(values: Floats, weights: Floats, quantiles: Floats) -> Floats:
    order = np.argsort(values, kind="stable")
    return _sorted_weighted(values[order], weights[order], quantiles)


def _sorted_weighted(values: Floats, weights: Floats, quantiles: Floats) -> Floats:
    reached = np.cumsum(weights)
    place = np.searchsorted(reached, quantiles * reached[-1] * (1 - 1e-12))
    return np.asarray(values[np.minimum(place, len(values) - 1)])
