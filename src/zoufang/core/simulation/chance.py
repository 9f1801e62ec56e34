"""Draws keyed by what they are for, so that a day replays the same whatever was drawn before it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import exp
from statistics import NormalDist
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")
_NORMAL = NormalDist()


def uniform(seed: int, *key: object) -> float:
    """In (0, 1), from the seed and the key alone."""
    digest = sha256("|".join(map(str, (seed, *key))).encode()).digest()
    return (int.from_bytes(digest[:7], "big") + 0.5) / 2**56


def between(low: float, high: float, seed: int, *key: object) -> float:
    return low + (high - low) * uniform(seed, *key)


def whole(low: int, high: int, seed: int, *key: object) -> int:
    """A whole number from `low` to `high`, both included."""
    return low + int(uniform(seed, *key) * (high - low + 1))


def normal(seed: int, *key: object) -> float:
    return _NORMAL.inv_cdf(uniform(seed, *key))


def lognormal(middle: float, spread: float, seed: int, *key: object) -> float:
    """With median `middle` and standard deviation `spread` of the logarithm."""
    return middle * exp(spread * normal(seed, *key))


def pick(options: Sequence[T], seed: int, *key: object) -> T:
    return options[int(uniform(seed, *key) * len(options))]


def weighted(options: Sequence[tuple[T, float]], seed: int, *key: object) -> T:
    """One option in proportion to its weight."""
    left = uniform(seed, *key) * sum(weight for _, weight in options)
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def uuid_of(seed: int, *key: object) -> UUID:
    """An id that derives from the seed: version 8 (made by the application's own rule), RFC 9562."""
    number = int.from_bytes(sha256("|".join(map(str, (seed, *key))).encode()).digest()[:16], "big")
    number = number & ~(0xF << 76) | (8 << 76)
    return UUID(int=number & ~(0x3 << 62) | (0x2 << 62))
