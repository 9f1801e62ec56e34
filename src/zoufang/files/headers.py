"""Finding the header of a sheet: under titles, in one row or several, with merged cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from zoufang.core.errors import BadInput
from zoufang.files.fields import KINDS, Schema, schema
from zoufang.files.names import LEVEL, bare, best

_LOOK_AT = 40
_META = re.compile(r"[:：]|\d{4}\s*[年\-./]|单位|^附")
_MOST_LEVELS = 3
Row = tuple[int, list[str]]  # number as the sheet shows it, cells


@dataclass(frozen=True, slots=True)
class Header:
    """`texts`: one name a column, levels joined by >, repeats numbered (#2). `above`: what titles say."""

    row: int
    rows: int
    texts: tuple[str, ...]
    above: tuple[str, ...]
    fits: int

    def index(self, name: str) -> int | None:
        """The column called `name`; a lone last level (姓名 for 借款人>姓名) will do where it is the only one."""
        if name in self.texts:
            return self.texts.index(name)
        wanted = bare(name)
        for texts in (self.texts, [text.rpartition(LEVEL)[2] for text in self.texts]):
            places = [i for i, text in enumerate(texts) if bare(text) == wanted and wanted]
            if len(places) == 1:
                return places[0]
        return None


def find_header(
    head: list[Row], kind: str | None = None, *, named: frozenset[str] = frozenset(), at: int = 0, rows: int = 1
) -> Header | None:
    """The header among the first rows, or at row `at` with `rows` levels if a mapping says so; None if none fits.

    `named`: the column names that a mapping expects, which count as known.
    """
    head = head[:_LOOK_AT] if not at else head
    fit = _fit(kind, frozenset(bare(each) for name in named for each in (name, *name.split(LEVEL))))
    if at:
        return _given(head, fit, at, rows)
    counted = [(_distinct_fits(cells, fit), -place) for place, (_, cells) in enumerate(head)]
    fits, place = max(counted, default=(0, 0))
    if fits < 2:
        return None
    first, last = _levels(head, -place, fit)
    return _header(head, first, last, fit)


def _given(head: list[Row], fit: Callable[[str], float], at: int, rows: int) -> Header:
    place = next((i for i, (number, _) in enumerate(head) if number == at), None)
    if place is None or place + 1 < rows:
        raise BadInput(f"The sheet has no header in row {at}. Correct header_row and header_rows in the mapping.")
    return _header(head, place - rows + 1, place, fit)


def _fit(kind: str | None, named: frozenset[str]) -> Callable[[str], float]:
    """How well a text names a column. A name that a mapping expects fits best, so that its header is found."""
    schemas: list[Schema] = [schema(each) for each in ((kind,) if kind else KINDS)]
    known: dict[str, float] = {}

    def fit(text: str) -> float:
        if text not in known:
            known[text] = (
                1.0
                if bare(text) in named
                else max(best(text, each) for each in schemas)
                if len(text) <= 60
                else 0.0
            )
        return known[text]

    return fit


def _distinct_fits(cells: list[str], fit: Callable[[str], float]) -> int:
    return sum(1 for text in {bare(cell) for cell in cells if cell} if fit(text) >= 0.9)


def _levels(head: list[Row], best_row: int, fit: Callable[[str], float]) -> tuple[int, int]:
    """The rows above that group the columns, and those below that divide them or give their units."""
    first = last = best_row
    while first > 0 and last - first + 1 < _MOST_LEVELS and _groups(head[first - 1][1]):
        first -= 1
    while (
        last + 1 < len(head)
        and last - first + 1 < _MOST_LEVELS
        and _divides(head[last][1], head[last + 1][1], fit)
    ):
        last += 1
    return first, last


def _groups(cells: list[str]) -> bool:
    texts = {cell.strip() for cell in cells if cell.strip()}
    return len(texts) >= 2 and not any(_META.search(text) or _number_like(text) for text in texts)


def _divides(upper: list[str], cells: list[str], fit: Callable[[str], float]) -> bool:
    """A row right under the header is part of it if it holds no data and names something anew."""
    texts = [(up.strip(), cell.strip()) for up, cell in zip(upper, cells, strict=False) if cell.strip()]
    new = [(up, cell) for up, cell in texts if up != cell]
    if not new or any(_number_like(cell) for _, cell in texts):
        return False
    named = sum(1 for up, cell in new if fit(bare(up + cell)) >= 0.9 or fit(bare(cell)) >= 0.9 or _is_unit(cell))
    return named * 2 > len(new)


def _is_unit(cell: str) -> bool:
    return bool(re.fullmatch(r"[(]?(单位[::]?)?(万元|元|分|天|%)[)]?", unicodedata.normalize("NFKC", cell)))


def _number_like(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) >= max(2, len(text) / 2) or text.strip().isdigit()


def _header(head: list[Row], first: int, last: int, fit: Callable[[str], float]) -> Header:
    width = max(len(cells) for _, cells in head)
    levels = [_padded(cells, width) for _, cells in head[first : last + 1]]
    for level in levels[:-1]:
        _spread(level, levels[-1])
    texts = _numbered([_joined([level[i] for level in levels]) for i in range(width)])
    above = tuple(cell.strip() for _, cells in head[:first] for cell in dict.fromkeys(cells) if cell.strip())
    fits = sum(1 for text in texts if text and fit(text) >= 0.75)
    return Header(head[last][0], last - first + 1, texts, above, fits)


def _spread(level: list[str], lowest: list[str]) -> None:
    """A group's name stands in its first cell only, merged or not; it holds until the next name."""
    current = ""
    for i, text in enumerate(level):
        current = text.strip() or current
        if not text.strip() and lowest[i].strip():
            level[i] = current if _under_group(level, lowest, i) else ""


def _under_group(level: list[str], lowest: list[str], i: int) -> bool:
    """Only columns whose group cell has a name below it too; a name that stands alone is a column of its own."""
    start = max((j for j in range(i + 1) if level[j].strip()), default=-1)
    return start >= 0 and bool(lowest[start].strip()) and lowest[start].strip() != level[start].strip()


def _joined(levels: list[str]) -> str:
    seen: list[str] = []
    for level in levels:
        text = re.sub(r"\s+", "", level) if not level.isascii() else " ".join(level.split())
        if text and text not in seen:
            seen.append(text)
    return LEVEL.join(seen)


def _numbered(texts: list[str]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    result = []
    for text in texts:
        counts[text] += 1
        result.append(f"{text}#{counts[text]}" if text and counts[text] > 1 else text)
    return tuple(result)


def _padded(cells: list[str], width: int) -> list[str]:
    return list(cells) + [""] * (width - len(cells))
