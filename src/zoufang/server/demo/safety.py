"""What danger leaves behind in the demo: reports by the crews, talks the next morning, a place that waits."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from zoufang.core.safety import IncidentKind
from zoufang.core.simulation import SimulatedBank
from zoufang.core.values import Point
from zoufang.server.demo.found import Staff, ids
from zoufang.server.safety import incidents, places
from zoufang.server.safety.models import ClosedPlace, Incident
from zoufang.server.safety.rest import resting, talk_over
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Visit

# North of the city's centre, where no customer lives.
FLOODED = Point(37.75, 116.40)


def report_unsafe(bank: SimulatedBank, visit: Visit, by: User, at: datetime) -> None:
    """A crew that left for safety says why, within the hour."""
    told = incidents.Told(
        kind=IncidentKind.THREAT,
        where=Incident.Where.AT_THE_DOOR,
        happened_at=at,
        hurt=Incident.Hurt.NOBODY,
        police=False,
        text="对方情绪激动并出言威胁，双人按规定撤离（模拟）",
    )
    incidents.report(id=_id(bank, "incident", str(visit.pk)), visit=visit, told=told, by=by, at=at)


def talk_it_over(team: Staff, day: date, at: datetime) -> None:
    """The next morning, before the plan of the day."""
    for rest in resting(day):
        talk_over(rest=rest, more_until=None, by=team.trainer, on=day, at=at)


def enter_a_place(bank: SimulatedBank, team: Staff, day: date, at: datetime) -> None:
    """Entered by the planner; a second person has yet to confirm it."""
    places.close_place(
        id=_id(bank, "closed place", "1"),
        branch=team.city,
        where=places.Circle(FLOODED, 300),
        reason=ClosedPlace.Reason.HAZARD,
        since=day,
        by=team.planner,
        at=at,
        note="河堤施工，道路封闭（模拟）",
    )


def _id(bank: SimulatedBank, kind: str, key: str) -> UUID:
    return next(ids(bank, kind, key))
