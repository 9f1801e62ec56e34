"""Who may read what of the registers of safety; every list holds to the reader's branch and below."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.safety import DutyKind
from zoufang.core.values import Message, gettext_noop
from zoufang.server.safety.models import ClosedPlace, Crisis, Duty, Incident, Rest
from zoufang.server.safety.rest import resting
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Visit

NOT_HERE = Message(gettext_noop("No such entry in your branch."))


def crises(user: User, *, released: bool = False) -> QuerySet[Crisis]:
    """Holds in force by the time of their follow-up, or released ones, the newest first."""
    require(user, "see_crises")
    rows = Crisis.objects.filter(scope(user), released_at__isnull=not released)
    rows = rows.select_related("party", "whom", "branch", "duty", "reported_by", "followed_by", "release_by")
    return rows.order_by("-released_at", "pk") if released else rows.order_by("duty__due_at", "pk")


def crisis(crisis_id: UUID, user: User) -> Crisis:
    require(user, "see_crises")
    people = ("reported_by", "followed_by", "release_by", "released_by")
    rows = Crisis.objects.filter(scope(user), pk=crisis_id).select_related(
        "party", "whom", "branch", "duty", "visit", *people
    )
    if (found := rows.first()) is None:
        raise NotFound(NOT_HERE)
    return found


def incidents(user: User) -> QuerySet[Incident]:
    require(user, "see_incidents")
    rows = Incident.objects.filter(scope(user)).select_related(
        "visit__crew", "visit__party", "branch", "reported_by"
    )
    return rows.order_by("-at", "pk")


def incident(incident_id: UUID, user: User) -> Incident:
    if (found := incidents(user).filter(pk=incident_id).first()) is None:
        raise NotFound(NOT_HERE)
    return found


def reports_owed(user: User) -> QuerySet[Duty]:
    """Incident reports that nobody has made yet, the longest due first."""
    require(user, "see_incidents")
    rows = Duty.objects.filter(scope(user), kind=DutyKind.REPORT, done_at=None)
    return rows.select_related("visit__crew", "branch").order_by("due_at", "pk")


def report_owed(visit: Visit) -> Duty | None:
    """The report that the crew of this visit still owes."""
    return Duty.objects.filter(visit=visit, kind=DutyKind.REPORT, done_at=None).order_by("due_at").first()


def rests(user: User, day: date) -> QuerySet[Rest]:
    """Who rests on `day`, whoever ends first."""
    require(user, "see_rests")
    rows = resting(day).filter(scope(user, "officer__branch"))
    return rows.select_related("officer__branch", "visit__branch", "talked_with")


def rest(rest_id: int, user: User) -> Rest:
    require(user, "see_rests")
    rows = Rest.objects.filter(scope(user, "officer__branch"), pk=rest_id)
    if (found := rows.select_related("officer", "visit__branch").first()) is None:
        raise NotFound(NOT_HERE)
    return found


def closed_places(user: User) -> QuerySet[ClosedPlace]:
    """Not ended ones, those that wait for the second person first. Crews see those of their branch too."""
    require(user, "see_closed_places")
    rows = ClosedPlace.objects.filter(scope(user), ended_at=None)
    rows = rows.select_related("branch", "address__party", "entered_by", "confirmed_by")
    return rows.order_by("confirmed_at", "-since", "pk")


def closed_place(place_id: UUID, user: User) -> ClosedPlace:
    if (found := closed_places(user).filter(pk=place_id).first()) is None:
        raise NotFound(NOT_HERE)
    return found
