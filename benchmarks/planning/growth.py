"""From a thousand customers to a hundred thousand, by units of few vehicles: no matrix is larger than a unit's.

Every crew and day gets the same solver time, so total time grows with the crews; what may grow or fall is the
value for each crew-hour and the memory.
"""

from __future__ import annotations

import time

from benchmarks.planning.region import region
from benchmarks.planning.scale_book import PlaneRoads, book_of
from zoufang.core.planning.region import plan_region

SECONDS_A_VEHICLE = 0.5
WORKERS = 2


def plan(size: str, seed: int) -> dict[str, float | int]:
    """Worth, visits, points in the largest matrix, seconds from the customers' data to the routes."""
    land = region(size, seed)
    begun = time.monotonic()
    book = book_of(land)
    found = plan_region(book, PlaneRoads(), seed=seed, seconds=SECONDS_A_VEHICLE * book.vehicles, workers=WORKERS)
    return {
        "units": found.worth,
        "visits": sum(map(len, found.routes)),
        "largest_matrix": max(point.most_places for point in found.trace),
        "seconds": round(time.monotonic() - begun, 2),
    }
