"""The safety timer: run by the worker, and by the open board while no worker runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from zoufang.core.errors import NotFound
from zoufang.server.jobs.ticks import Tick, add_tick, run_one
from zoufang.server.safety.adapter import send_waiting
from zoufang.server.safety.duties import raise_duties
from zoufang.server.safety.watches import raise_due
from zoufang.server.staff.clock import machine_time, now

NAME = "safety"
# A ticker that died holds the claim no longer than this, or an escalation would come too late.
EVERY, CLAIMED = timedelta(seconds=10), timedelta(seconds=60)


def register() -> None:
    add_tick(Tick(NAME, EVERY, look, claimed_for=CLAIMED))


def look(_machine: datetime) -> int:
    """Raise what is due by the bank's own clock, then send. A bank not founded yet watches nobody."""
    try:
        at = now()
    except NotFound:
        return 0
    raised = raise_due(at) + raise_duties(at)
    send_waiting(at)
    return raised


def catch_up() -> None:
    """The same from the board, if the worker is late."""
    run_one(NAME, machine_time())
