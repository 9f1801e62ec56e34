"""What is known of places: the gazetteer as the core reads it, and how finely addresses are placed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from zoufang.core.places import Gazetteer, GazetteerEntry, Level
from zoufang.core.values import Point, Precision
from zoufang.server.book.models import Address, LoanState
from zoufang.server.places.models import GazetteerImport, GazetteerPlace
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import scope

FINE = (Precision.CONFIRMED, Precision.BUILDING)


def version() -> int:
    """The number of the latest import; 0 while there is no gazetteer."""
    return int(GazetteerImport.objects.aggregate(latest=Max("pk"))["latest"] or 0)


def known_places() -> Gazetteer:
    """The whole gazetteer; built once for each import."""
    latest = GazetteerImport.objects.order_by("-pk").values_list("pk", "sha256", "at").first()
    return _built(latest) if latest else Gazetteer.of(())


@lru_cache(maxsize=2)
def _built(_latest: tuple[object, ...]) -> Gazetteer:
    return Gazetteer.of(entry_of(row) for row in GazetteerPlace.objects.order_by("code").iterator())


def entry_of(row: GazetteerPlace) -> GazetteerEntry:
    return GazetteerEntry(
        code=row.code,
        name=row.name,
        level=Level(row.level),
        parent=row.parent,
        aliases=tuple(row.aliases),
        point=None if row.lat is None or row.lon is None else Point(row.lat, row.lon),
        radius_m=row.radius_m,
        source=row.source,
    )


def home_place(gazetteer: Gazetteer) -> str:
    """What an unwritten province and city mean: ZOUFANG_HOME_PLACE, else the place around the whole gazetteer.

    A gazetteer of one prefecture therefore needs no setting.
    """
    if (named := str(settings.ZOUFANG_HOME_PLACE)) in gazetteer.entries:
        return named
    counties = [entry for entry in gazetteer.entries.values() if entry.level is Level.COUNTY]
    around = gazetteer.common(counties)
    return around.code if around else ""


@dataclass(frozen=True, slots=True)
class Shares:
    """How many addresses of one branch (or of all) are known how finely."""

    name: str
    counts: dict[Precision, int]

    @property
    def all(self) -> int:
        return sum(self.counts.values())

    def share(self, precision: Precision) -> float:
        return self.counts.get(precision, 0) / self.all if self.all else 0.0


def shares_by_branch(user: User) -> list[Shares]:
    """Over the addresses of open debtors in this user's scope, by branch in the order of the tree."""
    rows = in_use(user).values("party__branch__path", "party__branch__name", "precision").annotate(n=Count("id"))
    found: dict[str, Shares] = {}
    for row in rows.order_by("party__branch__path", "precision"):
        shares = found.setdefault(row["party__branch__path"], Shares(row["party__branch__name"], {}))
        shares.counts[Precision(row["precision"])] = row["n"]
    return list(found.values())


def in_use(user: User) -> QuerySet[Address]:
    """Addresses of parties who still owe, where somebody might go."""
    owed = LoanState.objects.filter(loan__debtor=OuterRef("party"), open=True, arrears_fen__gt=0)
    return Address.objects.filter(scope(user, "party__branch"), Exists(owed), not_here_since__isnull=True)


def to_mend(user: User) -> QuerySet[Address]:
    """Addresses that nobody can drive to yet, those of one place together."""
    rows = in_use(user).filter(precision__in=(Precision.UNPLACED, Precision.COUNTY))
    return rows.select_related("party__branch", "placing").order_by("county", "township", "village", "id")


def latest() -> GazetteerImport | None:
    """The newest import, with its source."""
    return GazetteerImport.objects.order_by("-pk").first()


def imports() -> QuerySet[GazetteerImport]:
    """Every file of places that was taken in, newest first."""
    return GazetteerImport.objects.select_related("by").order_by("-pk")


def levels() -> list[tuple[Level, int, int]]:
    """Each level from the province down: how many places, and how many of them have a point."""
    rows = GazetteerPlace.objects.values("level").annotate(n=Count("code"), placed=Count("lat"))
    found = {row["level"]: (row["n"], row["placed"]) for row in rows}
    return [(level, *found.get(level.value, (0, 0))) for level in Level]
