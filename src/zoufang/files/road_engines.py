"""Travel times from a road engine of the bank's own: OSRM or Valhalla, both on OpenStreetMap and so in WGS-84.

Only points leave for it, never a name. Forms of the requests: OSRM's table service
(https://project-osrm.org/docs/v5.24.0/api/#table-service) and Valhalla's sources_to_targets
(https://valhalla.github.io/valhalla/api/matrix/api-reference/).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Protocol
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import CircuityTravel, TravelTimes, straight_line_m
from zoufang.core.values import Point
from zoufang.files.web import ask_json, http_address

SETTING = "ZOUFANG_ROADS_URL"
NO_ROAD_S = 24 * 3600  # where the engine knows no way: longer than any shift, so nobody is sent
Ints = NDArray[np.int64]
Block = tuple[list[list[float | None]], list[list[float | None]]]


class RoadEngine(Protocol):
    """Seconds and metres between two lists of points; None where no road leads."""

    @property
    def name(self) -> str: ...

    @property
    def largest_block(self) -> int:
        """Points on one side of a request, within what the service accepts as delivered."""
        ...

    def block(self, sources: Sequence[Point], targets: Sequence[Point]) -> Block: ...


@dataclass(frozen=True, slots=True)
class Osrm:
    """`url` up to the port or path prefix, as http://roads.bank:5000."""

    url: str
    profile: str = "driving"
    name: str = "osrm"
    largest_block: int = 50  # of 100 points that osrm-routed takes unless started with --max-table-size

    def __post_init__(self) -> None:
        http_address(self.url, SETTING)

    def block(self, sources: Sequence[Point], targets: Sequence[Point]) -> Block:
        points = ";".join(f"{p.lon:.6f},{p.lat:.6f}" for p in [*sources, *targets])
        middle, end = len(sources), len(sources) + len(targets)
        asked = {
            "annotations": "duration,distance",
            "sources": ";".join(map(str, range(middle))),
            "destinations": ";".join(map(str, range(middle, end))),
        }
        url = f"{self.url.rstrip('/')}/table/v1/{self.profile}/{points}?{urlencode(asked, safe=';,')}"
        said = ask_json(url, who="road engine", setting=SETTING)
        if not isinstance(said, dict) or said.get("code") != "Ok":
            raise Conflict(f"The road engine refused: {str(said)[:200]}. Check {SETTING}.")
        return said["durations"], said["distances"]


@dataclass(frozen=True, slots=True)
class Valhalla:
    """`url` as http://roads.bank:8002."""

    url: str
    costing: str = "auto"
    name: str = "valhalla"
    largest_block: int = 50  # 2,500 pairs, what Valhalla takes as delivered

    def __post_init__(self) -> None:
        http_address(self.url, SETTING)

    def block(self, sources: Sequence[Point], targets: Sequence[Point]) -> Block:
        asked = {
            "sources": [{"lat": p.lat, "lon": p.lon} for p in sources],
            "targets": [{"lat": p.lat, "lon": p.lon} for p in targets],
            "costing": self.costing,
            "units": "kilometers",
        }
        url = f"{self.url.rstrip('/')}/sources_to_targets"
        said = ask_json(url, who="road engine", setting=SETTING, body=asked)
        rows = said.get("sources_to_targets") if isinstance(said, dict) else None
        if not isinstance(rows, list):
            raise Conflict(f"The road engine refused: {str(said)[:200]}. Check {SETTING}.")
        seconds = [[cell["time"] for cell in row] for row in rows]
        return seconds, [[_metres(cell["distance"]) for cell in row] for row in rows]


def _metres(km: float | None) -> float | None:
    return None if km is None else km * 1000


ENGINES: dict[str, Callable[[str], RoadEngine]] = {"osrm": Osrm, "valhalla": Valhalla}


def road_engine(kind: str, url: str) -> RoadEngine:
    """By the words of the settings ZOUFANG_ROADS and ZOUFANG_ROADS_URL."""
    if kind not in ENGINES:
        raise BadInput(f"ZOUFANG_ROADS is {kind}. Use one of {', '.join(ENGINES)}, or unset it.")
    return ENGINES[kind](url)


class EngineTravel:
    """A road engine asked once for all points of a plan; parking as in the embedded estimate.

    When it fails, all answers come from the estimate and `failure` says why: no plan mixes the two.
    """

    def __init__(self, engine: RoadEngine, estimate: CircuityTravel) -> None:
        self.engine, self.estimate = engine, estimate
        self.failure = ""
        self._index: dict[Point, int] = {}
        self._known: tuple[Ints, Ints] | None = None

    def between(self, points: Sequence[Point]) -> tuple[Ints, Ints]:
        if self.failure:
            return self.estimate.between(points)
        if self._known is None or any(point not in self._index for point in points):
            asked = list(dict.fromkeys([*self._index, *points]))
            try:
                self._known = self._ask(asked)
            except Conflict as error:
                self.failure = str(error)
                return self.estimate.between(points)
            self._index = {point: i for i, point in enumerate(asked)}
        rows = np.array([self._index[point] for point in points], dtype=np.int64)
        seconds, metres = self._known
        return seconds[np.ix_(rows, rows)], metres[np.ix_(rows, rows)]

    def _ask(self, points: list[Point]) -> tuple[Ints, Ints]:
        line = straight_line_m(points)  # refuses points of another datum
        seconds, metres = np.full(line.shape, np.nan), np.full(line.shape, np.nan)
        size = self.engine.largest_block
        pieces = [slice(i, i + size) for i in range(0, len(points), size)]
        for rows, columns in product(pieces, pieces):
            times, lengths = self.engine.block(points[rows], points[columns])
            seconds[rows, columns] = _numbers(times)
            metres[rows, columns] = _numbers(lengths)
        no_road = ~(np.isfinite(seconds) & np.isfinite(metres))
        if (np.nan_to_num(seconds) < 0).any() or (np.nan_to_num(metres) < 0).any():
            raise Conflict(f"The road engine gave a negative time or length. Check {SETTING}.")
        policy = self.estimate.policy
        parking = np.where(line > policy.same_place_m, policy.parking_seconds, 0)
        seconds = np.where(no_road, NO_ROAD_S, np.ceil(np.nan_to_num(seconds)) + parking)
        metres = np.where(no_road, np.ceil(line), np.ceil(np.nan_to_num(metres)))
        for matrix in (seconds, metres):
            np.fill_diagonal(matrix, 0)
        return seconds.astype(np.int64), metres.astype(np.int64)


def _numbers(rows: list[list[float | None]]) -> NDArray[np.float64]:
    try:
        return np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Conflict(f"The road engine's answer is no table of numbers: {error}. Check {SETTING}.") from error


def failure_of(travel: TravelTimes) -> str:
    """Why the estimate took the road engine's place; empty where nothing failed."""
    return getattr(travel, "failure", "")
