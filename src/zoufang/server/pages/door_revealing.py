"""What a visitor must know in the clear: the name to ask for, the way, and the tails for the identity check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, Point, gettext_noop, to_gcj02
from zoufang.server.book import services as book
from zoufang.server.book.models import RevealPurpose
from zoufang.server.pages.reader import reader
from zoufang.server.staff.clock import now
from zoufang.server.visiting.models import Visit

SESSION_KEY = "revealed_for_visits"
MOST = 40  # visits that one session remembers
TAIL = 4
KNOWN: tuple[book.What, ...] = ("name", "address", "id_no", "phone")


@dataclass(frozen=True, slots=True)
class Way:
    """Hand-over to the phone's map: AMap wants GCJ-02, `geo:` is WGS-84 (RFC 5870). No name goes along."""

    amap: str
    geo: str
    exact: bool


@dataclass(frozen=True, slots=True)
class Personal:
    """None: not revealed in this session. Of ID and phones only the tails, which the check compares."""

    name: str | None
    address: str | None
    way: Way | None
    id_tail: str | None
    phone_tails: tuple[str, ...] | None


def remember(request: HttpRequest, visit: Visit, asked: str) -> None:
    """Reveal one thing for this visit, with an audit line the first time in a session."""
    what = next((known for known in KNOWN if known == asked), None)
    if what is None:
        raise NotFound(Message(gettext_noop("There is nothing of this name to show.")))
    known: dict[str, list[str]] = request.session.get(SESSION_KEY, {})
    mine = known.setdefault(str(visit.pk), [])
    if what not in mine:
        book.reveal(party=visit.whom, what=what, purpose=RevealPurpose.VISIT, by=reader(request), at=now())
        mine.append(what)
    request.session[SESSION_KEY] = dict(list(known.items())[-MOST:])


def revealed(request: HttpRequest, visit: Visit) -> Personal:
    """What this session has revealed for this visit, and nothing more."""
    mine = request.session.get(SESSION_KEY, {}).get(str(visit.pk), [])
    party, identity = visit.whom, visit.whom.identity
    place: dict[str, Any] = visit.address.place if "address" in mine else {}
    return Personal(
        name=str(identity.get("name", "")) if "name" in mine else None,
        address=str(place["text"]) if place else None,
        way=_way(visit, place) if place else None,
        id_tail=str(identity.get("id_no") or "")[-TAIL:] if "id_no" in mine else None,
        phone_tails=tuple(phone.number[-TAIL:] for phone in party.phones.all()) if "phone" in mine else None,
    )


def _way(visit: Visit, place: dict[str, Any]) -> Way | None:
    if place.get("lat") is None or place.get("lon") is None:
        return None
    here = Point(place["lat"], place["lon"])
    amap = to_gcj02(here)
    number = visit.stop.number if visit.stop else 1
    query = {
        "to": f"{amap.lon:.6f},{amap.lat:.6f},{number}",
        "mode": "car",
        "coordinate": "gaode",
        "callnative": 1,
    }
    return Way(
        amap=f"https://uri.amap.com/navigation?{urlencode(query)}",
        geo=f"geo:{here.lat:.6f},{here.lon:.6f}",
        exact=visit.address.precision in ("confirmed", "building"),
    )
