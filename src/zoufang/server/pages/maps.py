"""A map as data: what a view hands to `{% map %}`. Positions are WGS-84; nothing is fetched from outside."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Label:
    """A name on the ground: a county seat, a depot."""

    lat: float
    lon: float
    text: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One numbered stop; `lines` are shown when it is opened, `url` leads on. `state`: planned, done or missed."""

    lat: float
    lon: float
    number: int
    title: str
    lines: tuple[str, ...] = ()
    url: str = ""
    state: str = "planned"


@dataclass(frozen=True, slots=True)
class Route:
    """A crew's way: depot, stops in order, and the drawn line (the stops themselves when no road is known)."""

    crew: str
    stops: tuple[Stop, ...]
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Map:
    """`id` is unique on its page; `title` says in words what the map shows."""

    id: str
    title: str
    routes: tuple[Route, ...] = ()
    depots: tuple[Label, ...] = ()
    labels: tuple[Label, ...] = ()
    loose: tuple[Stop, ...] = ()

    @property
    def json_id(self) -> str:
        return f"map-{self.id}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
