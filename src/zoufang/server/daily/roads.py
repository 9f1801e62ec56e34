"""The roads that plans go by: the bank's road engine where it names one, else the embedded estimate."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings

from zoufang.core.planning import CircuityTravel, PlanningPolicy, TravelTimes
from zoufang.core.values import Message, gettext_noop
from zoufang.files.road_engines import EngineTravel, failure_of, road_engine

ESTIMATED = gettext_noop("The road engine could not be used; travel is estimated by straight lines: %(why)s")


def roads(policy: PlanningPolicy) -> TravelTimes:
    """For one plan: what it asks is remembered. BadInput when a setting is wrong."""
    estimate = CircuityTravel(policy.travel)
    if not settings.ZOUFANG_ROADS_URL:
        return estimate
    return EngineTravel(road_engine(settings.ZOUFANG_ROADS, settings.ZOUFANG_ROADS_URL), estimate)


def road_version(travel: TravelTimes) -> Mapping[str, str]:
    """What the plan keeps of the roads that it went by."""
    return {"roads": travel.engine.name} if isinstance(travel, EngineTravel) and not travel.failure else {}


def road_notes(travel: TravelTimes) -> tuple[Message, ...]:
    """Tells that the estimate took the road engine's place."""
    why = failure_of(travel)
    return (Message(ESTIMATED, {"why": why}),) if why else ()
