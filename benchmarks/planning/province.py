"""A province of a million customers: regions side by side in one book, under one budget of kilometres.

It plans as a night's job does: less solver time for each crew than in the growth cells, and five passes at prices.
"""

from __future__ import annotations

import time
from dataclasses import fields, replace

import numpy as np

from benchmarks.planning.region import TILE_M, parse, region
from benchmarks.planning.scale_book import PlaneRoads, book_of
from zoufang.core.planning.budgets import Resource
from zoufang.core.planning.region import RegionBook, plan_region
from zoufang.core.planning.spending import SCALE, Allotment

SIZE = "1000000/20000/1"
CUSTOMERS_A_REGION = 100_000
SECONDS_A_VEHICLE = 0.1
KM_A_VEHICLE = 60  # fewer than crews would drive without the budget
WORKERS = 2

_COUNTED = {  # what each array of a book numbers; the rows of `allowed` mean the same in every region
    "customer": "customers",
    "place": "points",
    "start": "points",
    "end": "points",
    "crew": "crews",
    "branch": "branches",
    "vehicle_branch": "branches",
}


def plan(size: str, seed: int) -> dict[str, float | int]:
    """Worth, visits, kilometres used of those allowed, what one more would bring, and the seconds it took."""
    book = book_of_province(size, seed)
    allowed = KM_A_VEHICLE * book.vehicles
    everyone = np.ones(book.vehicles, dtype=np.bool_)
    budget = Allotment(Resource.KM, allowed * SCALE[Resource.KM], everyone)
    begun = time.monotonic()
    seconds = SECONDS_A_VEHICLE * book.vehicles
    found = plan_region(book, PlaneRoads(), [budget], seed=seed, seconds=seconds, workers=WORKERS)
    return {
        "units": found.worth,
        "visits": sum(map(len, found.routes)),
        "largest_matrix": max(point.most_places for point in found.trace),
        "km": found.used[0] // SCALE[Resource.KM],
        "km_allowed": allowed,
        "units_for_one_more_km": found.prices[0] * SCALE[Resource.KM],
        "seconds": round(time.monotonic() - begun, 2),
    }


def book_of_province(size: str, seed: int, each: int = CUSTOMERS_A_REGION) -> RegionBook:
    """Regions of `each` customers in a row, far enough apart not to share a town."""
    customers, crews, days = parse(size)
    regions = max(1, round(customers / each))
    part = f"{customers // regions}/{crews // regions}/{days}"
    books = [book_of(region(part, seed * 1000 + k)) for k in range(regions)]
    width = max(float(np.ptp(book.points[:, 0])) for book in books) + TILE_M
    return _joined([_moved_east(book, k * width) for k, book in enumerate(books)])


def _moved_east(book: RegionBook, metres: float) -> RegionBook:
    return replace(book, points=book.points + np.array([metres, 0.0]))


def _joined(books: list[RegionBook]) -> RegionBook:
    """One book of all, renumbered; a region's customers stay with its own crews by their branches."""
    sizes = [_sizes(book) for book in books]
    columns = {}
    for field in fields(RegionBook):
        before, parts = 0, []
        for book, size in zip(books, sizes, strict=True):
            column = getattr(book, field.name)
            kind = _COUNTED.get(field.name)
            parts.append(column if kind is None else column + before)
            before += 0 if kind is None else size[kind]
        columns[field.name] = np.concatenate(parts, axis=1 if field.name == "allowed" else 0)
    return RegionBook(**columns)


def _sizes(book: RegionBook) -> dict[str, int]:
    return {
        "customers": book.customers,
        "points": len(book.points),
        "crews": int(book.crew.max()) + 1,
        "branches": int(max(book.branch.max(), book.vehicle_branch.max())) + 1,
    }
