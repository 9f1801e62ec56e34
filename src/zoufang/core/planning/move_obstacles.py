"""Why a move by hand can't be: the exact reason, and whose visit it touches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from zoufang.core.planning.candidates import Candidate, Needs, VisitOption
from zoufang.core.planning.crews import Crew, lacks
from zoufang.core.planning.explain import reached, refused
from zoufang.core.planning.hand_timing import Call, Miss, Roads, Timing, time_calls
from zoufang.core.planning.modes import Mode, ModeRule, how
from zoufang.core.values import Message, TimeWindow, gettext_noop, hhmm


class Obstacle(StrEnum):
    """What stands in the way of a move."""

    REFUSED = "refused"
    NOT_CLEARED = "not_cleared"
    NO_MAP_POINT = "no_map_point"
    CREW_OFF = "crew_off"
    QUALIFICATION = "qualification"
    LANGUAGE = "language"
    GENDER = "gender"
    SENIORITY = "seniority"
    RECUSED = "recused"
    LAWFUL_HOURS = "lawful_hours"
    WINDOW = "window"
    REST = "rest"
    SHIFT = "shift"
    PROMISE = "promise"
    PINNED = "pinned"
    OTHER_HOURS = "other_hours"
    BUDGET = "budget"
    NO_CAR = "no_car"
    OUT_OF_REACH = "out_of_reach"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """One obstacle in words; a parameter `customer` of the message is the id of `customer_id`."""

    obstacle: Obstacle
    message: Message
    customer_id: str


NOT_CLEARED = gettext_noop("No door and hour of %(customer)s is cleared on %(day)s.")
NO_MAP_POINT = gettext_noop("No cleared door of %(customer)s has a point on the map. Confirm one.")
REFUSED = gettext_noop("The rules refuse this visit: %(why)s")
TOO_FAR = gettext_noop("%(customer)s lives too far away for crew %(crew)s, which goes %(how)s.")
CREW_OFF = gettext_noop("Crew %(crew)s does not work on %(day)s.")
LACKS = gettext_noop("For %(customer)s crew %(crew)s lacks: %(missing)s.")
HOUR_NOT_LAWFUL = gettext_noop("At %(at)s nobody may call on %(customer)s. Cleared hours: %(hours)s.")
HOUR_NO_OPTION = gettext_noop(
    "No visit of %(customer)s can be made from %(at)s on: it would not end within its hours."
)
TOO_LATE_ASKED = gettext_noop("Crew %(crew)s can be at the door of %(customer)s at %(at)s at the earliest.")
TOO_LATE_LAW = gettext_noop(
    "The visit to %(customer)s would begin at %(at)s and end after the cleared hours (%(hours)s)."
)
TOO_LATE_SLOT = gettext_noop("The visit to %(customer)s would begin at %(at)s and end after its slot (%(hours)s).")
INTO_REST = gettext_noop("There is no room for %(customer)s beside the rest of crew %(crew)s (%(hours)s).")
PAST_SHIFT = gettext_noop("Crew %(crew)s would be back at %(at)s; it has to be back by %(latest)s.")
BREAKS_PROMISE = gettext_noop(
    "%(customer)s is required (promised or drawn), and would be reached at %(at)s,"
    " too late for its hours (%(hours)s)."
)
MOVES_PIN = gettext_noop("The hour fixed for %(customer)s could not be kept: the crew would get there at %(at)s.")
OTHER_TOO_LATE = gettext_noop("%(customer)s would be reached at %(at)s, too late for its hours (%(hours)s).")


def _hindrance(obstacle: Obstacle, template: str, candidate: Candidate, **params: object) -> Hindrance:
    known = dict(params) | ({"customer": candidate.customer_id} if "%(customer)s" in template else {})
    return Hindrance(obstacle, Message(template, known), candidate.customer_id)


def before_driving(
    candidate: Candidate, crew: Crew, day: date, modes: dict[Mode, ModeRule] | None = None
) -> Iterator[Hindrance]:
    """What can be said without looking at the clock."""
    if candidate.blocked_by:
        why = Message.joined(reason.message for reason in refused(candidate))
        yield _hindrance(Obstacle.REFUSED, REFUSED, candidate, why=why)
        return
    today = [option for option in candidate.options if option.day == day]
    placed = any(candidate.address(o.cleared.address_id).point is not None for o in today)
    if not today:
        yield _hindrance(Obstacle.NOT_CLEARED, NOT_CLEARED, candidate, day=day)
    elif not placed:
        yield _hindrance(Obstacle.NO_MAP_POINT, NO_MAP_POINT, candidate)
    if not crew.works_on(day):
        yield _hindrance(Obstacle.CREW_OFF, CREW_OFF, candidate, crew=crew.crew_id, day=day)
    elif placed and not reached(candidate, today, crew, modes or {}):
        yield _hindrance(Obstacle.OUT_OF_REACH, TOO_FAR, candidate, crew=crew.crew_id, how=how(crew.mode))
    yield from _needs(candidate, crew)


def _needs(candidate: Candidate, crew: Crew) -> Iterator[Hindrance]:
    """Each kind of need by itself."""
    needs = candidate.needs
    for obstacle, only in (
        (Obstacle.QUALIFICATION, Needs(qualifications=needs.qualifications)),
        (Obstacle.LANGUAGE, Needs(language=needs.language)),
        (Obstacle.GENDER, Needs(gender=needs.gender)),
        (Obstacle.SENIORITY, Needs(service_years=needs.service_years)),
        (Obstacle.RECUSED, Needs(recused=needs.recused)),
    ):
        if said := lacks(crew, only):
            missing = Message.joined(said)
            yield _hindrance(obstacle, LACKS, candidate, crew=crew.crew_id, missing=missing)


def hour_not_open(
    candidate: Candidate, options: Sequence[VisitOption], day: date, arrive_min: int, service_min: int
) -> Hindrance:
    """No option holds a visit that begins at the hour asked for: by the law, or by slots and daylight."""
    lawful = sorted({w for option in options for w in option.cleared.windows_on(day)})
    at = hhmm(arrive_min)
    if any(w.start_min <= arrive_min and arrive_min + service_min <= w.end_min for w in lawful):
        return _hindrance(Obstacle.WINDOW, HOUR_NO_OPTION, candidate, at=at)
    hours = ", ".join(str(window) for window in lawful)
    return _hindrance(Obstacle.LAWFUL_HOURS, HOUR_NOT_LAWFUL, candidate, at=at, hours=hours)


def of_miss(miss: Miss, crew: Crew, calls: Sequence[Call], roads: Roads) -> Hindrance:
    """What a day that doesn't fit is told as: the crew's rest, its shift, or the hours of the visit that fails."""
    moved = next((call for call in calls if call.moved), calls[-1])
    if crew.rest is not None and isinstance(time_calls(replace(crew, rest=None), calls, roads), Timing):
        subject = moved.candidate
        return _hindrance(Obstacle.REST, INTO_REST, subject, crew=crew.crew_id, hours=str(crew.rest))
    at = hhmm(-(-miss.at_s // 60))
    if miss.index == len(calls):
        latest = hhmm(crew.latest_back_min)
        return _hindrance(Obstacle.SHIFT, PAST_SHIFT, moved.candidate, crew=crew.crew_id, at=at, latest=latest)
    call = calls[miss.index]
    return _of_moved(call, crew, at) if call.moved else _of_other(call, at)


def _of_moved(call: Call, crew: Crew, at: str) -> Hindrance:
    if call.fixed:
        return _hindrance(Obstacle.WINDOW, TOO_LATE_ASKED, call.candidate, crew=crew.crew_id, at=at)
    window = call.option.window
    if _ends_with_law(call, window):
        lawful = ", ".join(str(w) for w in sorted(call.option.cleared.windows_on(call.option.day)))
        return _hindrance(Obstacle.LAWFUL_HOURS, TOO_LATE_LAW, call.candidate, at=at, hours=lawful)
    return _hindrance(Obstacle.WINDOW, TOO_LATE_SLOT, call.candidate, at=at, hours=str(window))


def _ends_with_law(call: Call, window: TimeWindow) -> bool:
    return any(window.end_min == lawful.end_min for lawful in call.option.cleared.windows_on(call.option.day))


def _of_other(call: Call, at: str) -> Hindrance:
    if call.fixed:
        return _hindrance(Obstacle.PINNED, MOVES_PIN, call.candidate, at=at)
    hours = str(call.option.window)
    if call.candidate.required:
        return _hindrance(Obstacle.PROMISE, BREAKS_PROMISE, call.candidate, at=at, hours=hours)
    return _hindrance(Obstacle.OTHER_HOURS, OTHER_TOO_LATE, call.candidate, at=at, hours=hours)
