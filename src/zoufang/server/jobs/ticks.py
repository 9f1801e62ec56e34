"""Recurring work: a registry of what is due how often, and the ticker that does it, one at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from zoufang.server.jobs.models import TickState

logger = logging.getLogger(__name__)
# While one ticker is at it no other begins; after this time it is taken for dead.
CLAIMED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Tick:
    """`work` gets the machine's time and must be safe to repeat."""

    name: str
    every: timedelta
    work: Callable[[datetime], object]
    claimed_for: timedelta = CLAIMED_FOR


TICKS: dict[str, Tick] = {}


def add_tick(tick: Tick) -> None:
    TICKS[tick.name] = tick


def run_due(at: datetime) -> list[str]:
    """Do what is due at `at`; the names of what was done. One that fails is noted and tried again in its turn."""
    return [tick.name for tick in TICKS.values() if _claim(tick, at) and _do(tick, at)]


def run_one(name: str, at: datetime) -> bool:
    """Do one piece of recurring work if it is due; whether it was done."""
    return _claim(TICKS[name], at) and _do(TICKS[name], at)


def _claim(tick: Tick, at: datetime) -> bool:
    TickState.objects.get_or_create(name=tick.name, defaults={"due_at": at})
    # Further off than any turn reaches: the machine's clock has gone back since, and the work would wait for it.
    adrift = Q(due_at__gt=at + max(tick.every, tick.claimed_for))
    due = TickState.objects.filter(Q(due_at__lte=at) | adrift, name=tick.name)
    return bool(due.update(due_at=at + tick.claimed_for))


def _do(tick: Tick, at: datetime) -> bool:
    error = ""
    try:
        tick.work(at)
    except Exception as failure:
        logger.exception("Recurring work %s failed", tick.name)
        error = type(failure).__name__
    TickState.objects.filter(name=tick.name).update(due_at=at + tick.every, ran_at=at, error=error)
    return not error
