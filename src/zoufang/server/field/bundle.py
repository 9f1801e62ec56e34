"""The day as one sealed parcel: the stops of one visitor, and the rules and words to make them without signal.

Least data: today's visits of the own crews that are still to be made; of the others only that they are over, or
withdrawn and why. Figures of a debt lie in it under a lock of their own (`debts`).
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import translation
from pydantic import TypeAdapter

from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.repayment import RepaymentPolicy, Standards
from zoufang.core.values import Message, Point, gettext_noop, to_gcj02
from zoufang.core.visits import rule_table
from zoufang.server.agreements.means import tables
from zoufang.server.audit import services as audit
from zoufang.server.book import services as book
from zoufang.server.book.models import RevealPurpose
from zoufang.server.daily.brief import Brief, brief_of
from zoufang.server.field.base import base_of
from zoufang.server.field.debts import locked_debts
from zoufang.server.field.devices import lease_until, may_hold_day
from zoufang.server.field.keys import current_key
from zoufang.server.field.models import DayTaken, Device
from zoufang.server.field.sealing import seal_to
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.visiting.events import obligations_of, record_of
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import stops_of

VERSION = 1
OVER = ("closed", "called_off")
LOOKED_AT: tuple[book.What, ...] = ("name", "address")
LANGUAGES = {"zh": "zh-hans", "en": "en"}
POLICY, STANDARDS = TypeAdapter(RepaymentPolicy), TypeAdapter(Standards)
Words = Mapping[str, Mapping[str, Any]]


@dataclass(slots=True)
class Texts:
    """Each text once, in both languages; the parcel says its number."""

    known: dict[str, int] = field(default_factory=dict)
    both: list[dict[str, str]] = field(default_factory=list)

    def number(self, message: Message) -> int:
        said = in_both(message)
        key = said["zh"] + "\n" + said["en"]
        if key not in self.known:
            self.known[key] = len(self.both)
            self.both.append(said)
        return self.known[key]

    def numbers(self, messages: Any) -> list[int]:
        return [self.number(message) for message in messages]


def in_both(message: Message | str) -> dict[str, str]:
    """A message, or a text that is translated lazily, in Chinese and in English."""
    said = {}
    for short, code in LANGUAGES.items():
        with translation.override(code):
            said[short] = message.text(translation.gettext) if isinstance(message, Message) else str(message)
    return said


@transaction.atomic
def take_day(*, device: Device, by: User, day: date, at: datetime, words: Words) -> dict[str, Any]:
    """The day's parcel, sealed to this device. `by`: who is signed in, and must be whose phone it is."""
    if device.user_id != by.pk:
        raise NotPermitted("This phone is registered to somebody else. Sign in as its owner, or register it anew.")
    if not may_hold_day(device):
        raise Conflict(Message(gettext_noop("This phone was ended. Register it again to take the day along.")))
    device = (
        Device.objects.select_for_update(of=("self",)).select_related("user__branch", "branch").get(pk=device.pk)
    )
    key, taken = current_key(at), new_id()
    device.lease_until = lease_until(at)
    visits = stops_of(by, day)
    text = json.dumps(parcel(device, visits, day, at, words), ensure_ascii=False, separators=(",", ":")).encode()
    sealed = seal_to(bytes(device.day_public), text, purpose="day", bound_to=f"{device.pk} {taken}".encode())
    device.save(update_fields=["lease_until"])
    _log_looks(by, visits, day, at)
    given = [str(visit.pk) for visit in visits if to_make(visit)]
    DayTaken.objects.create(id=taken, device=device, day=day, visits=given, size=len(sealed), at=at)
    _audit(device, taken, given, at)
    return {
        "id": str(taken),
        "day": day.isoformat(),
        "server_at": at.isoformat(),
        "lease_until": device.lease_until.isoformat(),
        "key": {"id": key.pk, "public": b64encode(bytes(key.public)).decode()},
        "sealed": b64encode(sealed).decode(),
    }


def _log_looks(by: User, visits: list[Visit], day: date, at: datetime) -> None:
    """Who looked at whom: each person once a day, however often the day is taken along."""
    earlier = DayTaken.objects.filter(device__user=by, day=day).values_list("visits", flat=True)
    before = {key for given in earlier for key in given}
    for visit in visits:
        if to_make(visit) and str(visit.pk) not in before:
            for what in LOOKED_AT:
                book.reveal(party=visit.whom, what=what, purpose=RevealPurpose.VISIT, by=by, at=at)


def parcel(device: Device, visits: list[Visit], day: date, at: datetime, words: Words) -> dict[str, Any]:
    """What the phone reads once it has opened the parcel."""
    texts = Texts()
    stops = [_stop(visit, device.user, day, texts) for visit in visits]
    mates = {mate.pk: mate for visit in visits for mate in visit.crew.members.all()}
    return {
        "v": VERSION,
        "day": day.isoformat(),
        "made_at": at.isoformat(),
        "officer": str(device.user_id),
        "crew": [{"id": str(pk), "name": one.full_name, "no": one.employee_no} for pk, one in mates.items()],
        "bank": settings.ZOUFANG_BANK,
        "hotline": settings.ZOUFANG_HOTLINE,
        "duty_phone": settings.ZOUFANG_DUTY_PHONE,
        "rules": rule_table(),
        "offers": {
            "policy": POLICY.dump_python(tables().policy, mode="json"),
            "standards": STANDARDS.dump_python(tables().standards, mode="json"),
        },
        "words": {kind: {code: in_both(text) for code, text in codes.items()} for kind, codes in words.items()},
        "visits": stops,
        "texts": texts.both,
    }


def to_make(visit: Visit) -> bool:
    return visit.withdrawn_reason is None and visit.state not in OVER


def _stop(visit: Visit, user: User, day: date, texts: Texts) -> dict[str, Any]:
    stop = visit.stop
    known: dict[str, Any] = {
        "id": str(visit.pk),
        "base": base_of(visit, user),
        "number": stop.number if stop else None,
        "arrive": stop.arrive if stop else None,
        "window": [stop.window_start, stop.window_end] if stop else None,
        "service_min": stop.service_min if stop else 20,
        "state": visit.state,
        "withdrawn": texts.number(Message.from_json(visit.withdrawn_reason)) if visit.withdrawn_reason else None,
    }
    return known | _to_know(visit, day, texts) if to_make(visit) else known


def _to_know(visit: Visit, day: date, texts: Texts) -> dict[str, Any]:
    brief = brief_of(visit, record_of(visit), day)
    return {
        "purpose": visit.purpose,
        "role": visit.target_role,
        "name": str(visit.whom.identity.get("name", "")),
        "address": _address(visit),
        "crew": [str(mate.pk) for mate in visit.crew.members.all()],
        "risk": brief.risk.value,
        "risk_reasons": texts.numbers(brief.risk_reasons),
        "steps": texts.numbers(brief.script.steps),
        "say": texts.numbers(brief.script.say),
        "not_say": texts.numbers(brief.script.not_say),
        "stops": texts.numbers(brief.stops),
        "before": _before(brief),
        "held": brief.held,
        "duties": [[duty.code.value, texts.number(duty.message)] for duty in obligations_of(visit)],
        "lock": None if brief.held else locked_debts(visit),
        "events": [_event(row.body) for row in visit.events.all()],
    }


def _before(brief: Brief) -> list[dict[str, Any]]:
    return [
        {"at": one.at.isoformat(), "channel": one.channel, "result": one.result, "reached": one.reached}
        for one in brief.before
    ]


def _address(visit: Visit) -> dict[str, Any]:
    """WGS-84, and GCJ-02 for the phone's map app."""
    place = visit.address.place
    found: dict[str, Any] = {"text": str(place["text"]), "kind": visit.address.kind}
    if place.get("lat") is not None and place.get("lon") is not None:
        gcj = to_gcj02(Point(place["lat"], place["lon"]))
        found |= {"wgs84": [place["lat"], place["lon"]], "gcj02": [round(gcj.lat, 6), round(gcj.lon, 6)]}
        found["exact"] = visit.address.precision in ("confirmed", "building")
    return found


def _event(body: dict[str, Any]) -> dict[str, Any]:
    """Free texts are sealed elsewhere; where the officers stood stays with the bank."""
    return {name: value for name, value in body.items() if name not in ("position", "accuracy_m")}


def _audit(device: Device, taken: UUID, visits: list[str], at: datetime) -> None:
    audit.record(
        at=at,
        actor=device.user.employee_no,
        action="take_day_along",
        subject_kind="field_device",
        subject_id=device.pk,
        branch_code=device.branch.code,
        details={"parcel": str(taken), "visits": visits},
    )
