"""How finely addresses are known, as a chart; and one address with what is around it, as a map."""

from __future__ import annotations

from django.utils.translation import gettext as _

from zoufang.core.places import ProposedPoint
from zoufang.core.values import Precision
from zoufang.server.book.models import Address
from zoufang.server.pages.charts import Chart, Series, bars
from zoufang.server.pages.maps import Label, Map, Stop
from zoufang.server.pages.words import word
from zoufang.server.places import queries
from zoufang.server.places.queries import Shares

TONES = {
    Precision.CONFIRMED: "green",
    Precision.BUILDING: "blue",
    Precision.VILLAGE: "sky",
    Precision.TOWNSHIP: "yellow",
    Precision.COUNTY: "secondary",
    Precision.UNPLACED: "red",
}


def shares_chart(shares: list[Shares]) -> Chart:
    """One bar a branch, from confirmed to unplaced; a kind that no branch has is left out."""
    there = [kind for kind in Precision if any(one.counts.get(kind) for one in shares)]
    return bars(
        "precision",
        _("How finely addresses are known, by branch"),
        [one.name for one in shares],
        [
            Series(word(kind, "precision"), tuple(one.share(kind) for one in shares), "all", TONES[kind])
            for kind in there
        ],
        unit="percent",
        first_column=_("Branch"),
        proper_names=True,
    )


def place_map(address: Address, proposal: ProposedPoint | None) -> Map:
    """The address as it is known, where crews checked in, and the places around by name.

    The name of a place stands for its middle: no marker hides it.
    """
    loose = []
    place, labels = address.place, _around(address)
    named = any((label.lat, label.lon) == (place.get("lat"), place.get("lon")) for label in labels)
    if place.get("lat") is not None and place.get("lon") is not None and not named:
        known = word(address.precision, "precision")
        loose.append(Stop(place["lat"], place["lon"], 0, _("As known now"), (known,)))
    for number, fix in enumerate(proposal.fixes if proposal else (), start=1):
        about = (fix.at.date().isoformat(), _("within %(m)s m") % {"m": round(fix.accuracy_m)})
        loose.append(Stop(fix.point.lat, fix.point.lon, number, _("Check-in"), about))
    return Map("place", _("Where this address lies"), labels=labels, loose=tuple(loose))


def _around(address: Address) -> tuple[Label, ...]:
    gazetteer = queries.known_places()
    placing = getattr(address, "placing", None)
    entry = gazetteer.entries.get(placing.place if placing else "") or gazetteer.entries.get(
        queries.home_place(gazetteer)
    )
    if entry is None:
        return ()
    below = [one for one in gazetteer.entries.values() if one.parent == entry.code]
    chosen = [*gazetteer.chain(entry), *below]
    return tuple(Label(one.point.lat, one.point.lon, one.name) for one in chosen if one.point is not None)
