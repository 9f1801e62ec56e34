"""The planner's pins and drops as the next run keeps them, and which pins it cannot keep, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zoufang.core.planning import Candidate, Crew, Pin, PlanningPolicy, lacks
from zoufang.core.values import Message, gettext_noop, mask_name
from zoufang.server.daily.pins import open_then, pin_of
from zoufang.server.staff.models import Branch
from zoufang.server.visiting.models import PlannerOrder

PIN_LET_GO = gettext_noop("The pin of %(name)s to crew %(crew)s is not kept: %(why)s")


@dataclass(frozen=True, slots=True)
class Orders:
    """The planner's word as far as it can be kept, and which pins could not, with the reason."""

    pins: tuple[Pin, ...]
    drops: tuple[str, ...]
    let_go: tuple[Message, ...]
    names: Mapping[str, str]


def orders_of_day(
    branch: Branch,
    day: date,
    known: Mapping[str, Candidate],
    crews: tuple[Crew, ...],
    policy: PlanningPolicy,
) -> Orders:
    """The planner's pins and drops of people who are still candidates."""
    rows = PlannerOrder.objects.filter(day=day, branch__path__startswith=branch.path)
    orders = [
        row for row in rows.select_related("crew", "party").order_by("party_id") if str(row.party_id) in known
    ]
    going = {crew.crew_id: crew for crew in crews}
    pins, let_go = [], []
    for order in orders:
        if order.kind == PlannerOrder.Kind.DROP or order.crew is None:
            continue
        candidate = known[str(order.party_id)]
        pin = pin_of(order, order.crew.code, candidate, policy)
        why = _cannot_pin(candidate, going.get(order.crew.code), pin, policy)
        if why is None:
            pins.append(pin)
        else:
            name = mask_name(order.party.identity["name"])
            let_go.append(Message(PIN_LET_GO, {"name": name, "crew": order.crew.name, "why": why}))
    drops = tuple(str(order.party_id) for order in orders if order.kind == PlannerOrder.Kind.DROP)
    names = {str(order.party_id): mask_name(order.party.identity["name"]) for order in orders}
    return Orders(tuple(pins), drops, tuple(let_go), names)


def _cannot_pin(candidate: Candidate, crew: Crew | None, pin: Pin, policy: PlanningPolicy) -> Message | None:
    """Compliance, a crew at home and a missing certificate stand above the planner's word."""
    if candidate.blocked_by:
        return Message(gettext_noop("the rules refuse this visit"))
    if crew is None:
        return Message(gettext_noop("the crew stays at home on this day"))
    if missing := lacks(crew, candidate.needs):
        return Message(gettext_noop("the crew lacks %(missing)s"), {"missing": Message.joined(missing)})
    if not any(candidate.address(o.cleared.address_id).point for o in candidate.options):
        return Message(gettext_noop("no cleared door has a place on the map"))
    if not open_then(pin, candidate, policy):
        return Message(gettext_noop("no door is cleared at the fixed hour"))
    return None
