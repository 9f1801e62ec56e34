"""What a person sees of the bank's contacts with them: when, how, who came and what for. No amount, no result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from zoufang.core.values import Channel, PartyRole
from zoufang.server.book.models import Party
from zoufang.server.outreach.models import Contact
from zoufang.server.visiting.models import Visit

MOST = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """`who`: badge numbers; `purpose`: a code of `Purpose`, "" for calls, messages and letters."""

    at: datetime
    channel: str
    who: tuple[str, ...]
    purpose: str = ""


def contacts_with(party: Party) -> list[Shown]:
    """With this person, about their own debt or another's in which they stand; the newest first."""
    found = [*_messages(party), *_visits(party)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST]


def _messages(party: Party) -> list[Shown]:
    own = Q(debtor=party, target=None, reached_role=PartyRole.DEBTOR) | Q(target=party)
    rows = Contact.objects.filter(own).select_related("by").order_by("-at", "-id")[:MOST]
    return [Shown(row.at, row.channel, (row.by.employee_no,) if row.by else ()) for row in rows]


def _visits(party: Party) -> list[Shown]:
    own = Q(party=party, target=None) | Q(target=party)
    rows = Visit.objects.filter(own, started_at__isnull=False).prefetch_related("events__by")
    found = []
    for row in rows.order_by("-started_at", "-id")[:MOST]:
        who = tuple(sorted({event.by.employee_no for event in row.events.all()}))
        assert row.started_at is not None  # noqa: S101 - the query asks for it
        found.append(Shown(row.started_at, Channel.VISIT, who, row.purpose))
    return found
