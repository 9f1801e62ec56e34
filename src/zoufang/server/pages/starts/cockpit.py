"""What a start page is made of: tiles that count what waits, and panels that say which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from zoufang.server.pages.charts import Chart

TEMPLATE = "start/work.html"
LINES = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """One count. `tone` says how urgent: red, yellow, green, blue, secondary; the note says it in words."""

    label: str
    value: int | float | str | None
    unit: str = "count"
    note: str = ""
    link: str = ""
    tone: str = "secondary"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to do or know. `title` and `about` may be core Messages; `data`: the title is not translated."""

    title: Any
    about: Any = ""
    link: str = ""
    badge: str = ""
    tone: str = "secondary"
    fen: int | None = None
    data: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """A short list or a picture; `empty` says what it means that there is nothing."""

    title: str
    rows: tuple[Row, ...] = ()
    empty: str = ""
    link: str = ""
    link_label: str = ""
    said: Any = ""
    chart: Chart | None = None


StartPage = tuple[str, dict[str, Any]]


def cockpit(tiles: list[Tile], panels: list[Panel]) -> StartPage:
    drawn = any(panel.chart for panel in panels)
    return TEMPLATE, {"tiles": tiles, "panels": panels, "drawn": drawn}


def link(name: str, *args: Any) -> str:
    """The address of a page, "" where this installation has none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def alarm(count: int, tone: str = "red") -> str:
    """Coloured only where there is something."""
    return tone if count else "green"
