"""How likely somebody opens the door: a hierarchical Beta-Binomial rate in closed form.

Each level is the prior of the next: documented prior → whole bank → area → this address → this hour of it. A new
address therefore gets its area's rate, and every result moves the rate a little; old results count for less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from math import isfinite
from types import MappingProxyType

from scipy.special import betaincinv

from zoufang.core.errors import BadInput
from zoufang.core.values import AddressKind

INTERVAL = 0.9
LEARNT = "hierarchical beta-binomial"
SATURDAY = 5
LEAST_MET, MOST_MET = 0.05, 0.95  # no assumption makes a door certain


@dataclass(frozen=True, slots=True)
class Rate:
    """A probability with its interval (90%), how many results it rests on, and where it comes from."""

    mean: float
    low: float
    high: float
    n: int
    method: str

    def __post_init__(self) -> None:
        if not all(isfinite(p) and 0 <= p <= 1 for p in (self.low, self.mean, self.high)):
            raise BadInput(
                f"Rate {self.mean} [{self.low}, {self.high}] is not a probability. Use 0 to 1, never NaN."
            )
        if not self.low <= self.mean <= self.high:
            raise BadInput(f"Rate {self.mean} lies outside [{self.low}, {self.high}]. Check the order.")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where and when somebody is looked for. `area` is a township or county code; `slot` names the part of day.

    `season_shift`: what the country calendar adds to P(met) on this day; results are counted without it.
    """

    area: str
    address_id: str
    kind: AddressKind
    slot: str
    weekend: bool
    season_shift: float = 0.0


@dataclass(frozen=True, slots=True)
class PresenceResult:
    """One attempt at one door: was the person met? Without its day a result never grows old."""

    where: Whereabouts
    met: bool
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Results, an old one counted as part of one."""

    met: float = 0
    tried: float = 0

    def __post_init__(self) -> None:
        if not 0 <= self.met <= self.tried:
            raise BadInput(f"Met {self.met} of {self.tried} attempts is impossible. Correct the counts.")


# Documented prior: no bank has results on its first day. Working people are out by day and home in the evening;
# farms and shops keep their owner near. The numbers are an assumption worth `bank_strength` visits, which results
# soon outweigh.
PRIOR_MET: Mapping[tuple[AddressKind, str], float] = MappingProxyType(
    {
        (AddressKind.HOME, "day"): 0.35,
        (AddressKind.HOME, "evening"): 0.60,
        (AddressKind.WORK, "day"): 0.50,
        (AddressKind.WORK, "evening"): 0.15,
        (AddressKind.PREMISES, "day"): 0.60,
        (AddressKind.PREMISES, "evening"): 0.35,
        (AddressKind.REGISTERED, "day"): 0.20,
        (AddressKind.REGISTERED, "evening"): 0.30,
        (AddressKind.COLLATERAL, "day"): 0.20,
        (AddressKind.COLLATERAL, "evening"): 0.20,
    }
)
WEEKEND_SHIFT: Mapping[AddressKind, float] = MappingProxyType({AddressKind.HOME: 0.10, AddressKind.WORK: -0.25})
Cell = tuple[AddressKind, str, bool]


def prior_met(kind: AddressKind, slot: str, weekend: bool) -> float:
    """The documented prior; a slot that it does not name counts as day."""
    part = slot if (kind, slot) in PRIOR_MET else "day"
    shift = WEEKEND_SHIFT.get(kind, 0.0) if weekend else 0.0
    return min(MOST_MET, max(LEAST_MET, PRIOR_MET[kind, part] + shift))


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class PresenceModel:
    """Counts of results at four levels, and how many results each level's prior is worth.

    A result counts half after `half_life_days`: people move and change work.
    """

    bank: Mapping[Cell, Counts] = field(default_factory=dict)
    areas: Mapping[tuple[str, Cell], Counts] = field(default_factory=dict)
    addresses: Mapping[str, Counts] = field(default_factory=dict)
    hours: Mapping[tuple[str, str, bool], Counts] = field(default_factory=dict)
    bank_strength: float = 20.0
    area_strength: float = 20.0
    address_strength: float = 4.0
    hours_strength: float = 8.0
    half_life_days: float = 365.0

    def __post_init__(self) -> None:
        strengths = (self.bank_strength, self.area_strength, self.address_strength, self.hours_strength)
        if not min(*strengths, self.half_life_days) > 0:
            raise BadInput("A prior's strength must be positive. Give how many results it is worth.")

    def p_met(self, where: Whereabouts) -> Rate:
        """P(met) at this door and time, with its interval.

        Results of other hours at this door are worth at most `hours_strength` of those at these hours.
        """
        cell = (where.kind, where.slot, where.weekend)
        prior = prior_met(*cell)
        bank = self.bank.get(cell, Counts())
        area = self.areas.get((where.area, cell), Counts())
        own = self.addresses.get(where.address_id, Counts())
        in_bank = _pooled(prior, self.bank_strength, bank)
        in_area = _shifted(_pooled(in_bank, self.area_strength, area), where.season_shift)
        then = self.hours.get((where.address_id, where.slot, where.weekend), Counts())
        others = _less(own, then)
        at_door = _pooled(in_area, self.address_strength, others)
        strength = min(self.hours_strength, self.address_strength + others.tried)
        a = strength * at_door + then.met
        b = strength * (1 - at_door) + then.tried - then.met
        n = bank.tried
        return posterior(a, b, round(n), "documented prior" if n + own.tried == 0 else LEARNT)


def learn(model: PresenceModel, results: Iterable[PresenceResult], as_of: date | None = None) -> PresenceModel:
    """The model after these results, each counted at every level and less the older it is on `as_of`."""
    bank, areas, addresses = dict(model.bank), dict(model.areas), dict(model.addresses)
    hours = dict(model.hours)
    tried: Counter[tuple[Whereabouts, bool, date | None]] = Counter((r.where, r.met, r.day) for r in results)
    for (where, met, day), n in tried.items():
        times = n * _weight(day, as_of, model.half_life_days)
        cell = (where.kind, where.slot, where.weekend)
        bank[cell] = _more(bank.get(cell), met, times)
        areas[where.area, cell] = _more(areas.get((where.area, cell)), met, times)
        addresses[where.address_id] = _more(addresses.get(where.address_id), met, times)
        then = (where.address_id, where.slot, where.weekend)
        hours[then] = _more(hours.get(then), met, times)
    return replace(model, bank=bank, areas=areas, addresses=addresses, hours=hours)


def _weight(day: date | None, as_of: date | None, half_life_days: float) -> float:
    if day is None or as_of is None:
        return 1.0
    return float(0.5 ** (max(0, (as_of - day).days) / half_life_days))


def _shifted(rate: float, season: float) -> float:
    return min(MOST_MET, max(LEAST_MET, rate + season)) if season else rate


def _more(old: Counts | None, met: bool, times: float) -> Counts:
    before = old or Counts()
    return Counts(before.met + times * met, before.tried + times)


def _less(all_hours: Counts, these: Counts) -> Counts:
    """Parts of results leave a rounding error, which must not make more met than tried."""
    tried = max(0.0, all_hours.tried - these.tried)
    return Counts(min(tried, max(0.0, all_hours.met - these.met)), tried)


def _pooled(prior: float, strength: float, seen: Counts) -> float:
    return (strength * prior + seen.met) / (strength + seen.tried)


def posterior(a: float, b: float, n: int, method: str) -> Rate:
    """Mean and 90% interval of Beta(a, b)."""
    tail = (1 - INTERVAL) / 2
    mean = a / (a + b)
    low, high = float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))
    return Rate(mean, min(low, mean), max(high, mean), n, method)
