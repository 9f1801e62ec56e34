"""Two plans side by side as their page and their file show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zoufang.core.planning import CrewChange, Difference, PlanComparison, ShareChange, compare
from zoufang.core.values import hhmm, mask_address, mask_name
from zoufang.server.pages import maps
from zoufang.server.pages.plan_report import BANDS, GROUPS
from zoufang.server.pages.plan_sides import PlanSide
from zoufang.server.visiting.models import PlannedStop

DIFFERENCES = {
    Difference.DROPPED: gettext_lazy("only in A"),
    Difference.ADDED: gettext_lazy("only in B"),
    Difference.DAY: gettext_lazy("another day"),
    Difference.CREW: gettext_lazy("another crew"),
    Difference.DOOR: gettext_lazy("another door"),
    Difference.TIME: gettext_lazy("another hour"),
}
TONES = {Difference.DROPPED: "red", Difference.ADDED: "green"}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One customer; None on the side that doesn't visit them."""

    before: PlannedStop | None
    after: PlannedStop | None
    differences: tuple[Difference, ...]

    @property
    def stop(self) -> PlannedStop:
        """Of whom it is; B's word where both have one."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a change has a side
        return found

    @property
    def crews(self) -> set[str]:
        return {stop.crew.code for stop in (self.before, self.after) if stop is not None}

    @property
    def badges(self) -> list[tuple[str, str]]:
        return [(str(DIFFERENCES[one]), TONES.get(one, "yellow")) for one in self.differences]

    @property
    def value_fen(self) -> int:
        return (self.after.value_fen if self.after else 0) - (self.before.value_fen if self.before else 0)


@dataclass(frozen=True, slots=True)
class SideBySide:
    before: PlanSide
    after: PlanSide
    found: PlanComparison
    rows: tuple[ChangeRow, ...]

    @property
    def crews(self) -> list[tuple[str, CrewChange]]:
        """With the crew's name."""
        names = {p.crew.code: p.crew.name for side in (self.before, self.after) for p in side.parts}
        return [(names[change.crew_id], change) for change in self.found.crews]

    @property
    def shares(self) -> list[tuple[str, ShareChange]]:
        return [(f"{GROUPS[one.group]}: {BANDS[one.band]}", one) for one in self.found.shares]

    def chosen(self, crew: str, difference: str) -> list[ChangeRow]:
        """Of one crew on either side, with one kind of difference; empty is all."""
        return [
            row
            for row in self.rows
            if crew in ("", *row.crews) and (not difference or difference in row.differences)
        ]

    def counts(self) -> list[tuple[Difference, str, int]]:
        """How many of each kind there are; a visit may stand in several."""
        return [(one, str(text), len(self.found.having(one))) for one, text in DIFFERENCES.items()]


def side_by_side(before: PlanSide, after: PlanSide) -> SideBySide:
    """Rows by the crew and order of B, what is only in A last."""
    found = compare(before.compared, after.compared)
    old, new = before.stops, after.stops
    rows = [ChangeRow(old.get(c.customer_id), new.get(c.customer_id), c.differences) for c in found.changes]
    rows.sort(key=lambda row: (row.after is None, row.stop.crew.code, row.stop.number))
    return SideBySide(before, after, found, tuple(rows))


def difference_map(both: SideBySide, url_of_customer: bool) -> maps.Map:
    """What is only in A, only in B, or moved, each a layer of its own; what stays is grey. Points, no ways."""
    layers = (
        (_("Only in A"), [row for row in both.rows if row.after is None]),
        (_("Only in B"), [row for row in both.rows if row.before is None]),
        (_("Moved"), [row for row in both.rows if row.before and row.after]),
    )
    routes = [_layer(name, rows, url_of_customer) for name, rows in layers]
    changed = {row.stop.party_id for row in both.rows}
    stay = [stop for part in both.after.parts for stop in part.stops if stop.party_id not in changed]
    depots = {
        (part.crew.depot_lat, part.crew.depot_lon) for side in (both.before, both.after) for part in side.parts
    }
    return maps.Map(
        "differences",
        _("Where the two plans differ: %(n)s visits") % {"n": len(both.rows)},
        tuple(route for route in routes if route.stops),
        tuple(maps.Label(*depot, _("Depot")) for depot in sorted(depots)),
        loose=tuple(mark for stop in stay if (mark := _mark(stop, (), url_of_customer)) is not None),
    )


def _layer(name: str, rows: list[ChangeRow], opens: bool) -> maps.Route:
    marks = tuple(mark for row in rows if (mark := _mark(row.stop, tuple(told(row)), opens)) is not None)
    return maps.Route(name, marks, ((marks[0].lat, marks[0].lon),) if marks else ())


def _mark(stop: PlannedStop, lines: tuple[str, ...], opens: bool) -> maps.Stop | None:
    place = stop.address.place
    if place.get("lat") is None:
        return None
    return maps.Stop(
        place["lat"],
        place["lon"],
        stop.number,
        f"{mask_name(stop.whom.identity['name'])} {hhmm(stop.arrive)}",
        lines,
        reverse("customer", args=[stop.party_id]) if opens else "",
    )


def told(row: ChangeRow) -> Iterator[str]:
    """What is in A and in B, in a line each."""
    for name, stop in (("A", row.before), ("B", row.after)):
        yield f"{name}: {where_and_when(stop)}" if stop else f"{name}: –"


def where_and_when(stop: PlannedStop) -> str:
    return f"{stop.crew.name} {hhmm(stop.arrive)} {mask_address(str(stop.address.place['text']))}"


def totals(both: SideBySide) -> list[dict[str, Any]]:
    """The figures at the top: name, kind (how it is shown), A, B."""
    a, b = both.before.compared, both.after.compared
    return [
        {"name": _("Visits"), "kind": "int", "a": len(a.visits), "b": len(b.visits)},
        {"name": _("Crews"), "kind": "int", "a": len(a.crews), "b": len(b.crews)},
        {"name": _("Expected net value"), "kind": "fen", "a": a.value_fen, "b": b.value_fen},
        {"name": _("Crews' hours"), "kind": "hours", "a": a.away_s, "b": b.away_s},
        {"name": _("Way (km)"), "kind": "km", "a": a.metres, "b": b.metres},
    ]
