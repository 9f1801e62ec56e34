"""Which registers a customer stands in on the bank's first day."""

from __future__ import annotations

from datetime import date, timedelta

from zoufang.core.simulation.bank import SimulatedStop
from zoufang.core.simulation.chance import uniform, whole

DECEASED = 0.006
OTHERS = (
    ("dispute", 0.010),
    ("vulnerable", 0.012),
    ("hardship_review", 0.015),
    ("legal_stage", 0.015),
    ("represented", 0.003),
    ("do_not_visit", 0.004),
    ("bereavement", 0.004),
)


def is_deceased(seed: int, customer_id: str) -> bool:
    return uniform(seed, "deceased", customer_id) < DECEASED


def stops_of(seed: int, start: date, customer_id: str) -> tuple[SimulatedStop, ...]:
    """Bereavement passes; the others stand until somebody lifts them."""
    stops = []
    if is_deceased(seed, customer_id):
        since = start - timedelta(days=whole(20, 300, seed, "died", customer_id))
        stops.append(SimulatedStop(customer_id, "deceased", since))
    for kind, share in OTHERS:
        if uniform(seed, kind, customer_id) < share:
            since = start - timedelta(days=whole(1, 60, seed, kind, customer_id, "since"))
            until = start + timedelta(days=whole(3, 20, seed, kind, "until")) if kind == "bereavement" else None
            stops.append(SimulatedStop(customer_id, kind, since, until))
    return tuple(stops)
