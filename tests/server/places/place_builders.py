"""A gazetteer of one county, and addresses that are known as text only."""

from __future__ import annotations

from hashlib import sha256
from uuid import uuid4

from tests.server.staffing import NOW
from zoufang.core.places import GazetteerEntry, Level
from zoufang.core.values import AddressKind, Point, Precision
from zoufang.server.book import vault
from zoufang.server.book.models import Address, Party
from zoufang.server.places.services import import_gazetteer

VILLAGE, TOWN = Point(37.20, 116.40), Point(37.19, 116.42)
ENTRIES = (
    GazetteerEntry("3714", "德州市", Level.CITY),
    GazetteerEntry("371426", "平原县", Level.COUNTY, "3714", point=Point(37.165, 116.434)),
    GazetteerEntry("371402", "德城区", Level.COUNTY, "3714"),
    GazetteerEntry("t1", "王庙镇", Level.TOWN, "371426", point=TOWN, radius_m=3_000),
    GazetteerEntry("v1", "李家村", Level.VILLAGE, "t1", point=VILLAGE, radius_m=600),
)


def a_gazetteer(entries=ENTRIES, **changes):
    about = {
        "file_name": "places.csv",
        "source": "县民政局 2026",
        "sha256": sha256(repr(entries).encode()).hexdigest(),
        "by": None,
        "at": NOW,
    }
    return import_gazetteer(entries=list(entries), **(about | changes))


def a_text(party: Party, text: str, **changes) -> Address:
    values = {"kind": AddressKind.WORK, "precision": Precision.UNPLACED} | changes
    return Address.objects.create(
        id=uuid4(),
        party=party,
        sealed=vault.seal(party.key, {"text": text, "lat": None, "lon": None}, "address"),
        text_index=vault.blind_index(text, "address"),
        **values,
    )
