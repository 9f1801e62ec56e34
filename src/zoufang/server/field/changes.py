"""What has changed since the phone last heard: of the visits that it holds, by ids and reasons, without a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from zoufang.core.values import Message, gettext_noop
from zoufang.server.field.base import base_of
from zoufang.server.field.bundle import OVER, to_make
from zoufang.server.field.inbox import HELD
from zoufang.server.field.models import Device, Envelope
from zoufang.server.visiting.models import Visit
from zoufang.server.visiting.queries import stops_of

TOLD_FOR = timedelta(days=7)
RE_PLANNED = Message(gettext_noop("Re-planned: another crew goes, or another day."))
NEW_STOP = Message(gettext_noop("New stop: take the day along again to see it."))
MATE_RECORDED = Message(gettext_noop("Your mate or the desk has recorded something about this visit."))
MOVED_IN_DAY = Message(gettext_noop("The order of the day has changed: take the day along again to see it."))


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: withdrawn, gone, new, over or changed. `base`: the tag that entries may name from now on."""

    visit: UUID
    kind: str
    base: str
    reason: Message


def changes_for(device: Device, day: date, held: Mapping[UUID, str]) -> list[Change]:
    """`held`: the visits on the phone with the tag of each. A visit whose tag is the same is not mentioned."""
    now = {visit.pk: visit for visit in stops_of(device.user, day)}
    found = [Change(key, "gone", "", RE_PLANNED) for key in held if key not in now]
    for key, visit in now.items():
        base = base_of(visit, device.user)
        if key not in held:
            found += [Change(key, "new", base, NEW_STOP)] if to_make(visit) else []
        elif held[key] != base:
            found.append(_changed(visit, base))
    return found


def _changed(visit: Visit, base: str) -> Change:
    if visit.withdrawn_reason is not None:
        return Change(visit.pk, "withdrawn", base, Message.from_json(visit.withdrawn_reason))
    if visit.state in OVER:
        return Change(visit.pk, "over", base, MATE_RECORDED)
    others = visit.events.exists()
    return Change(visit.pk, "changed", base, MATE_RECORDED if others else MOVED_IN_DAY)


def held_back(device: Device, at: datetime) -> list[Envelope]:
    """Entries of this phone's owner that are not in the record, and those that were set aside in the last days."""
    lately = Q(state=Envelope.State.SET_ASIDE, decided_at__gte=at - TOLD_FOR)
    rows = Envelope.objects.filter(Q(state__in=HELD) | lately, device__user=device.user)
    return list(rows.order_by("received_at"))
