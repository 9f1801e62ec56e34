"""A synthetic region with customers, addresses, crews and depots, the same for the same size and seed; no matrix.

Each tile is 100 x 100 km: a core city, seven towns and 15% rural, with three branches. Every figure that a
planner may use stands beside the truth: estimates are noisy signals shrunk to the mean, as a fitted model's are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

TILE_M = 100_000.0
CREWS_A_TILE = 60
BRANCHES_A_TILE = 3
TOWNS = 7
SHARE_RURAL, SHARE_CITY = 0.15, 0.45
SHARE_WITH_WORK = 0.4
SHARE_NEEDING_SKILL = 0.15
SLOTS_H = ((8, 12), (12, 18), (18, 21))
SHIFTS_H = ((9, 18), (12, 21))
P_MET = np.array([[0.35, 0.30, 0.62], [0.50, 0.55, 0.12]])  # at home and at work, in each slot
P_MET_SPREAD = 0.6  # of a customer's log odds
UPLIFT, UPLIFT_SPREAD = 0.075, 0.45
BALANCE_FEN, BALANCE_SPREAD = 1_200_000, 1.0
SIGNAL_NOISE = 0.6  # of the log odds and of the logarithm of the uplift


@dataclass(frozen=True, slots=True)
class Region:
    """c customers; o options (address x slot); v vehicles (crew x day); points in metres."""

    name: str
    seed: int
    points: Floats  # places x 2, the depots first
    balance_fen: Ints  # c
    uplift: Floats  # c, estimated share of the balance that a meeting brings beyond other channels
    true_uplift: Floats  # c
    branch: Ints  # c: the depot nearest to the home
    needs_skill: Flags  # c
    customer: Ints  # o
    place: Ints  # o
    at_home: Flags  # o
    early_s: Ints  # o
    late_s: Ints  # o
    service_s: Ints  # o
    p_met: Floats  # o, estimated
    true_p_met: Floats  # o
    crew: Ints  # v
    day: Ints  # v
    depot: Ints  # v
    shift_early_s: Ints  # v
    shift_late_s: Ints  # v
    skilled: Flags  # v

    def value_fen(self, *, estimated: bool) -> Ints:
        """What each option is expected to bring, before costs."""
        p, uplift = (self.p_met, self.uplift) if estimated else (self.true_p_met, self.true_uplift)
        return np.rint(p * uplift[self.customer] * self.balance_fen[self.customer]).astype(np.int64)


def parse(size: str) -> tuple[int, int, int]:
    """Customers, crews and days of a size such as "1000/25/1"."""
    customers, crews, days = (int(part) for part in size.split("/"))
    return customers, crews, days


def region(size: str, seed: int) -> Region:
    """The region of this size; another seed is another region of the same kind."""
    customers, crews, days = parse(size)
    rng = np.random.default_rng([seed, customers, crews, days])
    tiles = max(1, round(crews / CREWS_A_TILE))
    depots, homes = _homes(rng, customers, tiles)
    has_work = rng.random(customers) < SHARE_WITH_WORK
    works = _works(rng, homes, has_work)
    places = np.concatenate([depots, homes, works])
    uplift, true_uplift = _uplifts(rng, customers)
    options = _options(rng, len(depots), customers, has_work)
    crew = np.repeat(np.arange(crews), days)
    shifts = np.array(SHIFTS_H, dtype=np.int64) * 3600
    shift = (crew // len(depots)) % 2
    return Region(
        name=size,
        seed=seed,
        points=places,
        balance_fen=np.rint(BALANCE_FEN * np.exp(rng.normal(0, BALANCE_SPREAD, customers))).astype(np.int64),
        uplift=uplift,
        true_uplift=true_uplift,
        branch=_nearest(homes, depots),
        needs_skill=rng.random(customers) < SHARE_NEEDING_SKILL,
        **options,
        crew=crew,
        day=np.tile(np.arange(days), crews),
        depot=crew % len(depots),
        shift_early_s=shifts[shift, 0],
        shift_late_s=shifts[shift, 1],
        skilled=(crew // len(depots)) % 3 == 0,
    )


def _homes(rng: np.random.Generator, customers: int, tiles: int) -> tuple[Floats, Floats]:
    """Depots (city and two towns of each tile) and homes scattered about city, towns and country."""
    side = int(np.ceil(np.sqrt(tiles)))
    depots, centres = [], []
    for tile in range(tiles):
        corner = np.array([tile % side, tile // side]) * TILE_M
        towns = rng.uniform(0.08, 0.92, (TOWNS, 2)) * TILE_M
        city = np.full((1, 2), TILE_M / 2)
        depots.append(np.concatenate([city, _two_far_apart(towns)]) + corner)
        centres.append(np.concatenate([city, towns]) + corner)
    tile_of = rng.integers(0, tiles, customers)
    kind = rng.random(customers)
    rural, city = kind < SHARE_RURAL, kind > 1 - SHARE_CITY
    town = np.where(city, 0, rng.integers(1, TOWNS + 1, customers))
    spread = np.where(city, 6_000.0, 2_000.0)[:, None]
    settled = np.stack(centres)[tile_of, town] + rng.normal(0, 1, (customers, 2)) * spread
    corner_of = np.stack([tile_of % side, tile_of // side], axis=1) * TILE_M
    anywhere = corner_of + rng.uniform(0, TILE_M, (customers, 2))
    return np.concatenate(depots), np.where(rural[:, None], anywhere, settled)


def _two_far_apart(towns: Floats) -> Floats:
    gaps = np.linalg.norm(towns[:, None] - towns[None], axis=2)
    return towns[list(np.unravel_index(int(gaps.argmax()), gaps.shape))]


def _works(rng: np.random.Generator, homes: Floats, has_work: Flags) -> Floats:
    """Work addresses: near the home of somebody else who lives within reach, else anywhere near."""
    near = homes[has_work] + rng.normal(0, 8_000, (int(has_work.sum()), 2))
    return near + rng.normal(0, 500, near.shape)


def _nearest(homes: Floats, depots: Floats) -> Ints:
    return np.argmin(np.stack([((homes - depot) ** 2).sum(axis=1) for depot in depots]), axis=0).astype(np.int64)


def _uplifts(rng: np.random.Generator, customers: int) -> tuple[Floats, Floats]:
    """Estimate and truth. The estimate is the posterior mean under the prior from which the truth is drawn."""
    deviation = rng.normal(0, UPLIFT_SPREAD, customers)
    seen = _shrunk(rng, deviation, UPLIFT_SPREAD)
    left = UPLIFT_SPREAD**2 * SIGNAL_NOISE**2 / (UPLIFT_SPREAD**2 + SIGNAL_NOISE**2)
    return UPLIFT * np.exp(seen + left / 2), UPLIFT * np.exp(deviation)


def _shrunk(rng: np.random.Generator, deviation: Floats, spread: float) -> Floats:
    signal = deviation + rng.normal(0, SIGNAL_NOISE, deviation.shape)
    return signal * spread**2 / (spread**2 + SIGNAL_NOISE**2)


def _options(
    rng: np.random.Generator, depots: int, customers: int, has_work: Flags
) -> dict[str, Ints | Floats | Flags]:
    """All of home x slot, then all of work x slot."""
    home, work = np.arange(customers), np.flatnonzero(has_work)
    who = np.concatenate([home, work])
    slots = len(SLOTS_H)
    service = rng.integers(12, 31, customers) * 60
    deviation = rng.normal(0, P_MET_SPREAD, (len(who), slots))
    base = np.concatenate([np.tile(P_MET[0], (len(home), 1)), np.tile(P_MET[1], (len(work), 1))])
    odds = np.log(base / (1 - base))
    hours = np.array(SLOTS_H, dtype=np.int64) * 3600
    customer = np.repeat(who, slots)
    return {
        "customer": customer,
        "place": depots + np.repeat(np.arange(len(who)), slots),
        "at_home": np.repeat(np.arange(len(who)) < customers, slots),
        "early_s": np.tile(hours[:, 0], len(who)),
        "late_s": np.tile(hours[:, 1], len(who)) - service[customer],
        "service_s": service[customer],
        "p_met": _chance(odds + _shrunk(rng, deviation, P_MET_SPREAD)).ravel(),
        "true_p_met": _chance(odds + deviation).ravel(),
    }


def _chance(log_odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-log_odds))
    return chance
