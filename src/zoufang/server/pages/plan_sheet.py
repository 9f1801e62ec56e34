"""A day plan as its page shows it: crews with their stops, the map, the hours, and who is left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import fmean
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from zoufang.core.planning import Slack
from zoufang.core.values import RiskLevel, hhmm, mask_address, mask_name
from zoufang.server.pages import maps
from zoufang.server.pages.plan_slack import slack_of
from zoufang.server.pages.plan_timeline import LaneData, Timeline, timeline
from zoufang.server.pages.words import word
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.models import Crew, DayPlan, PlannedStop, PlannerOrder

KINDS = ("refused", "unplanned", "dropped", "elsewhere", "not_due", "held_out")
ABOVE = 0.02  # degrees of latitude: a label stands clear of the stops that it names
DONE = ("closed", "called_off")
NO_TRIP = {"leave_s": 0, "back_s": 0, "travel_s": 0, "metres": 0, "cost_fen": 0, "stops": 0}


@dataclass(slots=True)
class CrewPart:
    """One crew's day. `tone` is its colour on the map and along the clock."""

    crew: Crew
    day: date
    trip: dict[str, Any]
    tone: int
    stops: list[PlannedStop] = field(default_factory=list)

    @property
    def slack(self) -> Slack | None:
        """None where the crew's way was not kept."""
        return slack_of(self.crew, self.day, self.trip, self.stops) if self.trip["back_s"] else None

    @property
    def value_fen(self) -> int:
        return sum(stop.value_fen for stop in self.stops)

    @property
    def over_min(self) -> int:
        """Minutes of overtime, rounded up; 0 in plans made before they were kept."""
        return -(-int(self.trip.get("over_s", 0)) // 60)

    @property
    def leaves(self) -> str:
        return hhmm(self.trip["leave_s"] // 60)

    @property
    def returns(self) -> str:
        return hhmm(self.trip["back_s"] // 60)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a published day has come."""

    waiting: int
    begun: int
    done: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class PlanSheet:
    plan: DayPlan
    stops: list[PlannedStop]
    crews: list[CrewPart]
    at_home: list[tuple[str, list[dict[str, Any]]]]
    left: list[tuple[str, int]]
    orders: dict[Any, PlannerOrder]
    map: maps.Map
    timeline: Timeline | None
    progress: Progress | None

    @property
    def service_min(self) -> int:
        return sum(stop.service_min for stop in self.stops)

    @property
    def risks(self) -> list[tuple[str, int]]:
        """How many visits of each level, the riskiest first; empty for plans made before risks were kept."""
        levels = [stop.risk for stop in self.stops if stop.risk]
        return [(level.value, levels.count(level)) for level in reversed(RiskLevel) if level in levels]

    @property
    def common_risks(self) -> list[dict[str, Any]]:
        """Reasons that hold at every door: told once, not at each stop."""
        told = [stop.risk_reasons for stop in self.stops]
        return [reason for reason in told[0] if all(reason in one for one in told)] if told else []

    @property
    def fresh_orders(self) -> list[PlannerOrder]:
        """Given since this draft was made, and not by a move that it shows: the next run keeps them."""
        late = [order for order in self.orders.values() if order.at > self.plan.made_at]
        shown = set(self.plan.moves.filter(taken_back=False).values_list("at", flat=True)) if late else set()
        return [order for order in late if order.at not in shown]


def plan_sheet(plan: DayPlan, user: User) -> PlanSheet:
    """In a fixed number of queries, whatever the number of stops."""
    stops = queries.stops_of_plan(plan)
    crews = crew_parts(plan, stops)
    names = {crew.code: crew.name for crew in queries.crews_of(plan.branch)}
    published = plan.status == DayPlan.Status.PUBLISHED
    return PlanSheet(
        plan=plan,
        stops=stops,
        crews=crews,
        at_home=[(names.get(one["crew"], one["crew"]), one["findings"]) for one in plan.crews_at_home],
        left=[(kind, plan.counts[kind]) for kind in KINDS if plan.counts.get(kind)],
        orders={order.party_id: order for order in queries.orders_of(plan)},
        map=day_map(plan, crews, user),
        timeline=timeline([_lane(part) for part in crews]),
        progress=_progress(stops) if published else None,
    )


def crew_parts(plan: DayPlan, stops: list[PlannedStop]) -> list[CrewPart]:
    """Of the crews that go, in the order of their stops."""
    trips = {trip["crew"]: trip for trip in plan.crew_days}
    parts: dict[int, CrewPart] = {}
    for stop in stops:
        part = parts.get(stop.crew_id)
        if part is None:
            part = CrewPart(stop.crew, plan.day, trips.get(stop.crew.code, NO_TRIP), len(parts) % 10)
            parts[stop.crew_id] = part
        part.stops.append(stop)
    return list(parts.values())


def state_of(stop: PlannedStop) -> str:
    """On the map and along the clock: planned, done, or missed (withdrawn)."""
    visit = getattr(stop, "visit", None)
    if visit is None:
        return "planned"
    if visit.withdrawn_reason is not None:
        return "missed"
    return "done" if visit.state in DONE else "planned"


def _progress(stops: list[PlannedStop]) -> Progress:
    visits = [stop.visit for stop in stops if getattr(stop, "visit", None)]
    withdrawn = [visit for visit in visits if visit.withdrawn_reason is not None]
    done = [visit for visit in visits if visit.state in DONE]
    begun = [visit for visit in visits if visit.started_at is not None and visit.state not in DONE]
    return Progress(len(visits) - len(withdrawn) - len(done) - len(begun), len(begun), len(done), len(withdrawn))


def _title(stop: PlannedStop) -> str:
    return f"{mask_name(stop.whom.identity['name'])} {hhmm(stop.arrive)}"


def _lane(part: CrewPart) -> LaneData:
    told = tuple(
        (stop, f"{stop.number}. {_title(stop)} {word(stop.purpose, 'purpose')}", state_of(stop))
        for stop in part.stops
    )
    return LaneData(part.crew.name, part.trip, told)


def day_map(plan: DayPlan, crews: list[CrewPart], user: User) -> maps.Map:
    """Depots, numbered stops by crew and the way between them; a county's name stands above its stops."""
    opens = may(user, "see_customer")
    routes, depots = [], {}
    by_county: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for part in crews:
        depot = (part.crew.depot_lat, part.crew.depot_lon)
        depots[depot] = maps.Label(*depot, _("Depot"))
        placed = [stop for stop in part.stops if stop.address.place.get("lat") is not None]
        way = [(stop.address.place["lat"], stop.address.place["lon"]) for stop in placed]
        for stop, point in zip(placed, way, strict=True):
            by_county[stop.address.county].append(point)
        marks = tuple(_mark(stop, point, opens) for stop, point in zip(placed, way, strict=True))
        routes.append(maps.Route(part.crew.name, marks, (depot, *way, depot)))
    counts = {"day": plan.day.isoformat(), "crews": len(crews), "stops": sum(len(one.stops) for one in crews)}
    title = _("Routes of %(day)s: %(crews)s crews, %(stops)s stops") % counts
    return maps.Map("routes", title, tuple(routes), tuple(depots.values()), tuple(_labels(by_county)))


def _mark(stop: PlannedStop, point: tuple[float, float], opens: bool) -> maps.Stop:
    window = f"{hhmm(stop.window_start)}–{hhmm(stop.window_end)}"
    return maps.Stop(
        *point,
        stop.number,
        _title(stop),
        (word(stop.purpose, "purpose"), mask_address(stop.address.place["text"]), window),
        reverse("customer", args=[stop.party_id]) if opens else "",
        state_of(stop),
    )


def _labels(by_county: dict[str, list[tuple[float, float]]]) -> list[maps.Label]:
    named = ((county, points) for county, points in sorted(by_county.items()) if county)
    return [
        maps.Label(max(p[0] for p in points) + ABOVE, fmean(p[1] for p in points), county)
        for county, points in named
    ]
