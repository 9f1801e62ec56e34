"""A crew's day as its printed sheet has it, in the language that is active."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext

from zoufang.core.planning import Mode, Slack
from zoufang.core.values import BANK_ZONE, hhmm, mask_address, mask_name
from zoufang.core.visits import Outcome, at_every_door
from zoufang.files.day_sheet_pdf import DaySheet, DoorTexts, Margins, Print, SheetOfficer, SheetStop, Trip
from zoufang.server.daily.crews import shift_on
from zoufang.server.pages.plan_sheet import CrewPart
from zoufang.server.pages.plan_slack import withdrawn
from zoufang.server.pages.queries_crews import officers_on
from zoufang.server.pages.words import word
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import PlannedStop

ROUGH = ("village", "township")


def sheet_of(part: CrewPart, *, in_clear: bool, serial: str, by: User, at: datetime) -> DaySheet:
    """Names and addresses masked unless `in_clear`; a withdrawn visit isn't on it, amounts never are."""
    slack = part.slack
    return DaySheet(
        bank=settings.ZOUFANG_BANK,
        branch=part.crew.branch.name,
        day=part.day,
        crew=part.crew.name,
        car=_goes(part),
        officers=_officers(part),
        trip=_trip(part),
        margins=_margins(slack, part.stops) if slack else None,
        stops=tuple(_stops(part, slack, in_clear)),
        door=_door(),
        masked=not in_clear,
        print=Print(serial, f"{by.full_name} {by.employee_no}", f"{at.astimezone(BANK_ZONE):%Y-%m-%d %H:%M}"),
    )


def _goes(part: CrewPart) -> str:
    """The crew's own car by its plate; else how it goes where that isn't by car."""
    mode = Mode(part.trip.get("mode", Mode.CAR))
    return part.crew.car if mode is Mode.CAR else word(mode, "mode")


def _trip(part: CrewPart) -> Trip:
    shift = shift_on(part.crew, part.day)
    return Trip(
        depot=(part.crew.depot_lat, part.crew.depot_lon),
        leaves=part.leaves,
        returns=part.returns,
        shift=f"{hhmm(shift.start_min)}–{hhmm(shift.end_min)}" if shift else "–",
        kilometres=f"{part.trip['metres'] / 1000:.1f}",
    )


def _door() -> DoorTexts:
    door = at_every_door()
    return DoorTexts(
        steps=tuple(text.text(gettext) for text in door.steps),
        never=tuple(text.text(gettext) for text in door.not_say),
        outcomes=tuple(word(outcome, "outcome") for outcome in Outcome),
        hotline=settings.ZOUFANG_HOTLINE,
        duty_phone=settings.ZOUFANG_DUTY_PHONE,
    )


def _stops(part: CrewPart, slack: Slack | None, in_clear: bool) -> Iterator[SheetStop]:
    late = slack.by_stop if slack else (None,) * len(part.stops)
    for stop, late_s in zip(part.stops, late, strict=True):
        if not withdrawn(stop):
            yield _stop(stop, late_s, in_clear)


def _officers(part: CrewPart) -> tuple[SheetOfficer, ...]:
    members = sorted(part.crew.members.all(), key=lambda member: member.employee_no)
    found = officers_on(members, part.day)
    return tuple(
        SheetOfficer(one.user.full_name, one.user.employee_no, one.user.work_id_until, one.valid_until)
        for one in found
    )


def _margins(slack: Slack, stops: list[PlannedStop]) -> Margins:
    """Whole minutes, never more than there is."""
    return Margins(
        left_min=slack.left_s // 60,
        late_min=slack.late_s // 60,
        late_at=stops[slack.late_at].number if slack.late_at < len(stops) else None,
        keep_min=None if slack.promise_s is None else slack.promise_s // 60,
        keep_at=None if slack.promise_at is None else stops[slack.promise_at].number,
    )


def _stop(stop: PlannedStop, late_s: int | None, in_clear: bool) -> SheetStop:
    name, place = str(stop.whom.identity["name"]), stop.address.place
    known = place.get("lat") is not None and place.get("lon") is not None
    rough = stop.address.precision in ROUGH
    return SheetStop(
        number=stop.number,
        arrive=hhmm(stop.arrive),
        hours=f"{hhmm(stop.window_start)}–{hhmm(stop.window_end)}",
        name=name if in_clear else mask_name(name),
        address=str(place["text"]) if in_clear else mask_address(str(place["text"])),
        purpose=word(stop.purpose, "purpose"),
        role=word(stop.target_role, "role") if stop.target_id else "",
        minutes=stop.service_min,
        keep=stop.required,
        radius_m=int(place.get("radius_m") or 0) if rough else None,
        late_min=None if late_s is None else late_s // 60,
        at=(place["lat"], place["lon"]) if known else None,
    )
