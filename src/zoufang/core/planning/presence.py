"""How likely somebody opens the door: a hierarchical Beta-Binomial rate in closed form.

Each level is the prior of the next: documented prior → whole bank → area → this address. A new address therefore
gets its area's rate, and every result moves the rate a little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from types import MappingProxyType

from scipy.special import betaincinv

from zoufang.core.errors import BadInput
from zoufang.core.values import AddressKind

INTERVAL = 0.9
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
    """One attempt at one door: was the person met?"""

    where: Whereabouts
    met: bool


@dataclass(frozen=True, slots=True)
class Counts:
    met: int = 0
    tried: int = 0

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
    """Counts of results at three levels, and how many results each level's prior is worth."""

    bank: Mapping[Cell, Counts] = field(default_factory=dict)
    areas: Mapping[tuple[str, Cell], Counts] = field(default_factory=dict)
    addresses: Mapping[str, Counts] = field(default_factory=dict)
    bank_strength: float = 20.0
    area_strength: float = 20.0
    address_strength: float = 4.0

    def __post_init__(self) -> None:
        if not min(self.bank_strength, self.area_strength, self.address_strength) > 0:
            raise BadInput("A prior's strength must be positive. Give how many results it is worth.")

    def p_met(self, where: Whereabouts) -> Rate:
        """P(met) at this door and time, with its interval.

        All slots of one address share its level: too few visits are made to one door to tell them apart.
        """
        cell = (where.kind, where.slot, where.weekend)
        prior = prior_met(*cell)
        bank = self.bank.get(cell, Counts())
        area = self.areas.get((where.area, cell), Counts())
        own = self.addresses.get(where.address_id, Counts())
        in_bank = _pooled(prior, self.bank_strength, bank)
        in_area = _shifted(_pooled(in_bank, self.area_strength, area), where.season_shift)
        a = self.address_strength * in_area + own.met
        b = self.address_strength * (1 - in_area) + own.tried - own.met
        n = bank.tried
        return _rate(a, b, n, "documented prior" if n + own.tried == 0 else "hierarchical beta-binomial")


def learn(model: PresenceModel, results: Iterable[PresenceResult]) -> PresenceModel:
    """The model after these results; each counts once at every level."""
    bank, areas, addresses = dict(model.bank), dict(model.areas), dict(model.addresses)
    tried: Counter[tuple[Whereabouts, bool]] = Counter((r.where, r.met) for r in results)
    for (where, met), times in tried.items():
        cell = (where.kind, where.slot, where.weekend)
        bank[cell] = _more(bank.get(cell), met, times)
        areas[where.area, cell] = _more(areas.get((where.area, cell)), met, times)
        addresses[where.address_id] = _more(addresses.get(where.address_id), met, times)
    return PresenceModel(bank, areas, addresses, model.bank_strength, model.area_strength, model.address_strength)


def _shifted(rate: float, season: float) -> float:
    return min(MOST_MET, max(LEAST_MET, rate + season)) if season else rate


def _more(old: Counts | None, met: bool, times: int) -> Counts:
    before = old or Counts()
    return Counts(before.met + times * met, before.tried + times)


def _pooled(prior: float, strength: float, seen: Counts) -> float:
    return (strength * prior + seen.met) / (strength + seen.tried)


def _rate(a: float, b: float, n: int, method: str) -> Rate:
    tail = (1 - INTERVAL) / 2
    mean = a / (a + b)
    low, high = float(betaincinv(a, b, tail)), float(betaincinv(a, b, 1 - tail))
    return Rate(mean, min(low, mean), max(high, mean), n, method)
