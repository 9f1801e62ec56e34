"""Take a gazetteer in, and place by it what is known as text only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from zoufang.core.places import Gazetteer, GazetteerEntry, Placed, place_text
from zoufang.core.values import Precision
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Address
from zoufang.server.places import queries
from zoufang.server.places.models import GazetteerImport, GazetteerPlace, Placing
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

CHUNK = 2_000
# Points of these kinds are the bank's or a crew's own word; the gazetteer never touches them.
PLACED_BY_US = (Precision.VILLAGE, Precision.TOWNSHIP)
WHERE = ("county", "township", "village")
FIELDS = ["name", "level", "parent", "aliases", "lat", "lon", "radius_m", "source", "simulated"]


@dataclass(frozen=True, slots=True)
class PlacedCounts:
    """How many addresses were looked at, and how finely each is known now."""

    looked_at: int
    by_precision: dict[str, int]


@transaction.atomic
def import_gazetteer(
    *,
    entries: Sequence[GazetteerEntry],
    file_name: str,
    source: str,
    sha256: str,
    by: User | None,
    at: datetime,
    simulated: bool = False,
) -> GazetteerImport:
    """Add these places, or replace those of the same code. BadInput: a tree that does not hold together."""
    if by is not None:
        require(by, "import_file")
    stay = {entry.code for entry in entries}
    before = [queries.entry_of(row) for row in GazetteerPlace.objects.exclude(code__in=_small(stay))]
    Gazetteer.of([*(entry for entry in before if entry.code not in stay), *entries])
    rows = [_row(entry, source, simulated) for entry in entries]
    GazetteerPlace.objects.bulk_create(
        rows, batch_size=CHUNK, update_conflicts=True, unique_fields=["code"], update_fields=FIELDS
    )
    made = GazetteerImport.objects.create(
        file_name=file_name[:200],
        source=source[:120],
        sha256=sha256,
        places=len(rows),
        simulated=simulated,
        by=by,
        at=at,
    )
    _record("import_gazetteer", "gazetteer", str(made.pk), by, at, {"source": source, "places": len(rows)})
    return made


def _small(codes: set[str]) -> set[str]:
    """A filter in the database only where its list is short; the caller looks again."""
    return codes if len(codes) <= CHUNK // 4 else set()


def _row(entry: GazetteerEntry, source: str, simulated: bool) -> GazetteerPlace:
    return GazetteerPlace(
        code=entry.code,
        name=entry.name,
        level=entry.level,
        parent=entry.parent,
        aliases=list(entry.aliases),
        lat=entry.point.lat if entry.point else None,
        lon=entry.point.lon if entry.point else None,
        radius_m=entry.radius_m,
        source=(entry.source or source)[:120],
        simulated=simulated,
    )


def place_addresses(
    *, by: User | None, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None
) -> PlacedCounts:
    """Place all text-only addresses that the present gazetteer was not asked about yet; safe to repeat.

    A confirmed or given point is never overwritten; a place that an older gazetteer gave is.
    `progress`: addresses looked at, and of how many.
    """
    if by is not None:
        require(by, "import_file")
    version, found = queries.version(), Counter[str]()
    if not version:
        return PlacedCounts(0, {})
    gazetteer = queries.known_places()
    home = queries.home_place(gazetteer)
    rows, after = _waiting(version).select_related("party").order_by("pk"), Q()
    total = rows.count()
    while chunk := list(rows.filter(after)[:CHUNK]):
        found.update(_place_chunk(chunk, gazetteer, home, version, at))
        after = Q(pk__gt=chunk[-1].pk)
        progress(found.total(), total)
    counts = PlacedCounts(found.total(), dict(sorted(found.items())))
    if counts.looked_at:
        _record("place_addresses", "gazetteer", str(version), by, at, dict(counts.by_precision))
    return counts


def _waiting(version: int) -> QuerySet[Address]:
    """An answer of the geocoder stays: the gazetteer was too coarse for it."""
    ours = Q(precision__in=PLACED_BY_US, placing__isnull=False) & ~Q(
        precision=Precision.VILLAGE, placing__asked_at__isnull=False
    )
    asked = Placing.objects.filter(version=version).values("address")
    return Address.objects.filter(Q(precision=Precision.UNPLACED) | ours).exclude(pk__in=asked)


@transaction.atomic
def _place_chunk(
    chunk: list[Address], gazetteer: Gazetteer, home: str, version: int, at: datetime
) -> Iterable[str]:
    placings, changed = [], []
    for address in chunk:
        if not address.party.wrapped_key:  # the person's data was erased
            continue
        placed = _placed(address, gazetteer, home)
        _take(address, placed, gazetteer)
        changed.append(address)
        placings.append(
            Placing(
                address=address,
                place=placed.entry.code if placed.entry else "",
                precision=placed.precision,
                radius_m=placed.radius_m,
                why=placed.why.as_json(),
                version=version,
                at=at,
            )
        )
    Address.objects.bulk_update(changed, ["sealed", "precision", *WHERE], batch_size=500)
    Placing.objects.bulk_create(
        placings,
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["place", "precision", "radius_m", "why", "version", "at", "asked_at"],
    )
    return [placing.precision for placing in placings]


def _placed(address: Address, gazetteer: Gazetteer, home: str) -> Placed:
    _, placed = place_text(
        str(address.place["text"]),
        gazetteer,
        home=home,
        county=address.county,
        town=address.township,
        village=address.village,
    )
    return placed


def _take(address: Address, placed: Placed, gazetteer: Gazetteer) -> None:
    """The point with its radius, and the names of county, town and village where the file gave none."""
    point = placed.point
    place = address.place | {
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "radius_m": placed.radius_m,
    }
    address.sealed = vault.seal(address.party.key, place, "address")
    address.precision = placed.precision
    address.__dict__.pop("place", None)
    if placed.entry is not None:
        names = {entry.level.value: entry.name for entry in gazetteer.chain(placed.entry)}
        for column, level in zip(WHERE, ("county", "town", "village"), strict=True):
            setattr(address, column, getattr(address, column) or names.get(level, ""))


def _record(
    action: str, kind: str, subject: str, by: User | None, at: datetime, details: dict[str, object]
) -> None:
    audit.record(
        at=at,
        actor=by.employee_no if by else "system",
        action=action,
        subject_kind=kind,
        subject_id=subject,
        branch_code=by.branch.code if by and by.branch else "",
        details=details,
    )
