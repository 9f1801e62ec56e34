"""The bank's date and time: the one place where a clock is read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from zoufang.core.errors import NotFound
from zoufang.server.staff.models import BankState


def bank_state() -> BankState:
    state = BankState.objects.first()
    if state is None:
        raise NotFound("This installation has no bank yet. Run `zoufang demo` or `zoufang init`.")
    return state


def business_date() -> date:
    return bank_state().business_date


def now() -> datetime:
    """The present moment, on a demo bank's own calendar."""
    return timezone.now() + timedelta(seconds=bank_state().clock_shift_s)


def machine_time() -> datetime:
    """The machine's own time, for leases: a simulated bank turns its clock, and no worker dies of it."""
    return timezone.now()


def is_simulated() -> bool:
    """Whether what this installation holds is invented; no bank yet counts as not."""
    return BankState.objects.filter(simulated=True).exists()
