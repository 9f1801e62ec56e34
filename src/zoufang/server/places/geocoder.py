"""Ask a geocoder for what the gazetteer leaves open: off unless the bank names one, and never with a name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.places import clean
from zoufang.core.values import Datum, Message, Point, Precision, distance_m, gettext_noop, to_wgs84
from zoufang.files.web import ask_json
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Address
from zoufang.server.places import queries
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

SETTING = "ZOUFANG_GEOCODER_URL"
RADIUS_M = 300  # an answer is a proposal as good as a village's, until somebody stood there
STRAY_M = 5_000  # an answer this far outside the town that the text names is another place of that name
# What lies behind the house number is nobody's business outside the bank.
ROOM = re.compile(r"[0-9一二三四五六七八九十]+(?:号楼|栋|幢|单元|楼|层|室|户).*$")
WHY = gettext_noop("the bank's geocoder, within %(metres)s m; not confirmed yet")
OPEN = (Precision.UNPLACED, Precision.COUNTY, Precision.TOWNSHIP)


class Geocoder(Protocol):
    def locate(self, text: str) -> Point | None:
        """WGS-84, or None where it knows no such place. `text` holds the address and nothing else."""
        ...


@dataclass(frozen=True, slots=True)
class HttpGeocoder:
    """`url` has {address} in it; `lat` and `lon` are the dotted paths of the numbers in its JSON answer.

    The same path twice means a text "longitude,latitude". `datum` is that of the answer.
    """

    url: str
    datum: Datum
    lat: str
    lon: str

    def __post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")) or "{address}" not in self.url:
            raise BadInput(f"{SETTING} must be an http address with {{address}} in it. Correct the setting.")

    def locate(self, text: str) -> Point | None:
        url = self.url.replace("{address}", quote(text))
        said = ask_json(url, who="geocoder", setting=SETTING)
        return self._point(said)

    def _point(self, said: Any) -> Point | None:
        lat, lon = _at(said, self.lat), _at(said, self.lon)
        if self.lat == self.lon and isinstance(lat, str) and lat.count(",") == 1:
            lon, lat = lat.split(",")
        try:
            return to_wgs84(Point(float(lat), float(lon), self.datum))
        except (TypeError, ValueError, BadInput):
            return None


def _at(said: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(said, list):
            said = said[int(step)] if step.isdigit() and int(step) < len(said) else None
        else:
            said = said.get(step) if isinstance(said, dict) else None
    return said


def configured() -> Geocoder | None:
    """The bank's geocoder; None (as delivered) asks nobody."""
    if not settings.ZOUFANG_GEOCODER_URL:
        return None
    lat, _, lon = str(settings.ZOUFANG_GEOCODER_ANSWER).partition(" ")
    datum = Datum(settings.ZOUFANG_GEOCODER_DATUM)
    return HttpGeocoder(settings.ZOUFANG_GEOCODER_URL, datum, lat, lon or lat)


def asked_text(text: str) -> str:
    """What leaves the bank: the address to the house number; names, phones, remarks and rooms stay inside."""
    return ROOM.sub("", clean(text).text)


def geocode_addresses(*, geocoder: Geocoder, limit: int, by: User | None, at: datetime) -> dict[str, int]:
    """Ask for open addresses, each once a gazetteer version; answers how many were found, stray, unknown."""
    if by is not None:
        require(by, "import_file")
    version, done = queries.version(), Counter[str]()
    rows = Address.objects.filter(precision__in=OPEN, placing__version=version, placing__asked_at__isnull=True)
    for address in rows.select_related("party", "placing").order_by("-precision", "pk")[:limit]:
        done[_ask(address, geocoder, at)] += 1
    audit.record(
        at=at,
        actor=by.employee_no if by else "system",
        action="geocode_addresses",
        subject_kind="gazetteer",
        subject_id=str(version),
        branch_code=by.branch.code if by and by.branch else "",
        details=dict(done),
    )
    return dict(done)


@transaction.atomic
def _ask(address: Address, geocoder: Geocoder, at: datetime) -> str:
    point = geocoder.locate(asked_text(str(address.place["text"])))
    placing = address.placing
    placing.asked_at = at
    if point is None or _strays(point, address):
        placing.save(update_fields=["asked_at"])
        return "unknown" if point is None else "stray"
    place = address.place | {"lat": point.lat, "lon": point.lon, "radius_m": RADIUS_M}
    address.sealed = vault.seal(address.party.key, place, "address")
    address.precision = Precision.VILLAGE
    address.save(update_fields=["sealed", "precision"])
    placing.precision, placing.radius_m = Precision.VILLAGE, RADIUS_M
    placing.why = Message(WHY, {"metres": RADIUS_M}).as_json()
    placing.save()
    return "found"


def _strays(point: Point, address: Address) -> bool:
    """Far outside the town that the gazetteer is sure of."""
    place = address.place
    if address.precision != Precision.TOWNSHIP or place.get("lat") is None:
        return False
    reach = STRAY_M + int(place.get("radius_m") or 0)
    return distance_m(point, Point(place["lat"], place["lon"])) > reach
