"""Charts as data: what a view hands to `{% chart %}`. How they are drawn is static/js/charts.js's business.

Values stay in whole fen, shares between 0 and 1, or counts; the page converts them for the reader. Each chart also
appears as a table, for screen readers and for whoever wants the numbers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from zoufang.core.errors import BadInput

Unit = Literal["money", "percent", "count", "days"]
Kind = Literal["bar", "line", "heatmap", "interval"]
Number = int | float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars; series with the same `stack` stand on each other. `tone`: a Tabler colour name."""

    name: str
    values: tuple[Number, ...]
    stack: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`id` is unique on its page. Heatmap: one series a row. Interval: the series low, estimate, high.

    `proper_names`: the categories are names that no catalogue translates.
    """

    id: str
    title: str
    kind: Kind
    unit: Unit
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    first_column: str = ""
    proper_names: bool = False
    reference: Number = None

    def __post_init__(self) -> None:
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise BadInput(
                    f"Chart {self.id}: series {series.name} has {len(series.values)} values for "
                    f"{len(self.categories)} categories. Give one value a category, None where there is none."
                )
        if self.kind == "interval" and len(self.series) != 3:
            raise BadInput(f"Chart {self.id}: an interval needs the series low, estimate and high.")

    @property
    def json_id(self) -> str:
        return f"chart-{self.id}"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def rows(self) -> list[tuple[str, list[Number]]]:
        """The same numbers as a table: a row a category (a row a series in a heatmap)."""
        if self.kind == "heatmap":
            return [(s.name, list(s.values)) for s in self.series]
        return [(name, [s.values[i] for s in self.series]) for i, name in enumerate(self.categories)]

    def columns(self) -> list[str]:
        return list(self.categories) if self.kind == "heatmap" else [s.name for s in self.series]


def bars(id: str, title: str, categories: Any, series: Any, *, unit: Unit, **more: Any) -> Chart:  # noqa: A002
    return Chart(id, title, "bar", unit, tuple(map(str, categories)), tuple(series), **more)


def lines(id: str, title: str, categories: Any, series: Any, *, unit: Unit, **more: Any) -> Chart:  # noqa: A002
    return Chart(id, title, "line", unit, tuple(map(str, categories)), tuple(series), **more)


def heatmap(id: str, title: str, categories: Any, rows: Any, *, unit: Unit = "percent", **more: Any) -> Chart:  # noqa: A002
    return Chart(id, title, "heatmap", unit, tuple(map(str, categories)), tuple(rows), **more)


def intervals(id: str, title: str, categories: Any, series: Any, *, unit: Unit, **more: Any) -> Chart:  # noqa: A002
    return Chart(id, title, "interval", unit, tuple(map(str, categories)), tuple(series), **more)
