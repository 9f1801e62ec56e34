"""Which hours of the coming days may be offered for a visit: those that the gate clears now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.compliance import ClearedVisit
from zoufang.core.values import Purpose, TimeWindow
from zoufang.server.book.models import Address, Party
from zoufang.server.borrower.models import Appointment
from zoufang.server.daily.facts import read_registers
from zoufang.server.daily.gate import Question, judge
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.visiting.models import DayPlan

FIRST, LAST = 2, 9  # days from today: two for the answer and the plan
MOST = 3
HOURS = (9 * 60 + 30, 14 * 60 + 30, 18 * 60)  # each day another part of it first
ROOM = 60  # minutes that the gate must clear from the hour on


@dataclass(frozen=True, slots=True)
class Slot:
    """A day and the minute after midnight at which the visit begins."""

    day: date
    minute: int

    @staticmethod
    def chosen(appointment: Appointment) -> Slot | None:
        if appointment.chosen_day is None or appointment.chosen_min is None:
            return None
        return Slot(appointment.chosen_day, appointment.chosen_min)


def slots_for(party: Party, purpose: Purpose, today: date) -> list[Slot]:
    """At most three, each on another day and at another hour where the gate leaves the choice."""
    found: list[Slot] = []
    for ahead in range(FIRST, LAST + 1):
        hours = HOURS[len(found) :] + HOURS[: len(found)]
        slots = (Slot(today + timedelta(days=ahead), minute) for minute in hours)
        free = next((slot for slot in slots if is_free(party, purpose, slot, today)), None)
        found += [free] if free else []
        if len(found) == MOST:
            break
    return found


def is_free(party: Party, purpose: Purpose, slot: Slot, today: date) -> bool:
    """Ahead of today, its plan not published, and a door cleared for the whole hour."""
    if slot.day <= today or _published(party, slot.day):
        return False
    hour = TimeWindow(slot.minute, slot.minute + ROOM)
    return any(window.covers(hour) for window in _cleared(party, purpose, slot.day))


def _published(party: Party, day: date) -> bool:
    plans = DayPlan.objects.filter(day=day, status=DayPlan.Status.PUBLISHED).select_related("branch")
    return any(party.branch.path.startswith(plan.branch.path) for plan in plans)


def _cleared(party: Party, purpose: Purpose, day: date) -> Iterator[TimeWindow]:
    registers, policy = read_registers([party], day), compliance_policy(day)
    for address in _doors(party):
        said = judge(Question(party, address, purpose), registers, policy, day)
        if isinstance(said, ClearedVisit):
            yield from said.windows_on(day)


def _doors(party: Party) -> list[Address]:
    return list(party.addresses.order_by("pk"))
