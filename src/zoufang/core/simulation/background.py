"""What happened to a customer before the bank's first day: complaints, and a complete call log of 30 days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from zoufang.core.simulation.bank import SimulatedCall, SimulatedComplaint, SimulatedParty
from zoufang.core.simulation.chance import pick, uniform, whole
from zoufang.core.simulation.people import truth_of
from zoufang.core.values import BANK_ZONE

OPEN, CLOSED = 0.008, 0.012
ABOUT = ("conduct", "amount", "privacy", "third_party")
LOG_DAYS, CALLS = 30, (3, 6)


def complaints_of(seed: int, start: date, customer_id: str) -> tuple[SimulatedComplaint, ...]:
    chance = uniform(seed, "complaint", customer_id)
    if chance >= OPEN + CLOSED:
        return ()
    opened = start - timedelta(days=whole(1, 10, seed, "complaint", customer_id, "days"))
    closed = None
    if chance >= OPEN:
        opened -= timedelta(days=30)
        closed = opened + timedelta(days=whole(3, 14, seed, "closed", customer_id))
    return (SimulatedComplaint(customer_id, pick(ABOUT, seed, "about", customer_id), opened, closed),)


def calls_before(seed: int, start: date, customer: SimulatedParty) -> tuple[SimulatedCall, ...]:
    """On different days at calling hours, so that most have been tried often enough before a first visit."""
    who = ("calls", customer.party_id)
    answers = truth_of(seed, customer.party_id).answers_phone
    days = sorted(
        {whole(1, LOG_DAYS - 1, seed, *who, i) for i in range(whole(*CALLS, seed, *who, "count"))}, reverse=True
    )
    calls = []
    for number, ago in enumerate(days):
        minute = whole(8 * 60 + 30, 19 * 60, seed, *who, number, "minute")
        at = datetime.combine(start - timedelta(days=ago), time(minute // 60, minute % 60), BANK_ZONE)
        reached = uniform(seed, *who, number, "reached") < answers
        reference = f"CALL-{customer.party_id}-{number}"
        calls.append(SimulatedCall(reference, customer.party_id, at, customer.phones[0], reached))
    return tuple(calls)
