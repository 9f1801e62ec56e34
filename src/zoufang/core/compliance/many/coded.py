"""Columns of few different values, and how rows that agree are numbered."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from zoufang.core.errors import BadInput

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)
Ints = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]
WIDEST = 2**62


@dataclass(frozen=True, slots=True)
class Coded(Generic[T]):
    """Row i holds `values[codes[i]]`: a dictionary-encoded column."""

    codes: Ints
    values: tuple[T, ...]

    def __post_init__(self) -> None:
        if len(self.codes) and not (self.codes.min() >= 0 and self.codes.max() < len(self.values)):
            raise BadInput(f"A code lies outside the column's {len(self.values)} values. Encode the column again.")

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int | np.integer[Any]) -> T:
        held: T = self.values[self.codes[row]]
        return held

    def derived(self, of: Callable[[T], Any], dtype: Any = np.int64) -> NDArray[Any]:
        """What `of` says of each row's value, asked once a value."""
        said: NDArray[Any] = np.array([of(value) for value in self.values], dtype=dtype)[self.codes]
        return said

    def rows(self, chosen: Ints) -> Coded[T]:
        return Coded(self.codes[chosen], self.values)


def encoded(items: Iterable[H]) -> Coded[H]:
    """Any values as a column."""
    values: dict[H, int] = {}
    codes = [values.setdefault(item, len(values)) for item in items]
    return Coded(narrow(np.array(codes, dtype=np.int64), len(values)), tuple(values))


def narrow(codes: Ints, size: int) -> Ints:
    """In the smallest whole-number type that holds `size` codes."""
    return codes.astype(np.min_scalar_type(max(size - 1, 0)), copy=False)


def numbered(columns: Sequence[NDArray[Any]], rows: int) -> tuple[Ints, Ints]:
    """The same number for rows that agree in every column, from 0; and the first row of each number."""
    key: Ints = np.zeros(rows, dtype=np.int64)
    size = 1
    for column in columns if rows else ():
        low = int(column.min())
        span = int(column.max()) - low + 1
        if size * span > WIDEST:
            key, firsts = _numbered(key, size)
            size = len(firsts)
        if span > 1:
            key = key * span + (column.astype(np.int64) - low)
            size *= span
    return _numbered(key, size)


def _numbered(key: Ints, size: int) -> tuple[Ints, Ints]:
    rows = len(key)
    if size > 4 * rows + 1024:
        _, firsts, codes = np.unique(key, return_index=True, return_inverse=True)
        return codes, firsts
    first = np.full(size, -1, dtype=np.int64)
    first[key[::-1]] = np.arange(rows - 1, -1, -1)  # of equal keys the last one written stays: the first row
    used = np.flatnonzero(first >= 0)
    number = np.zeros(size, dtype=np.int64)
    number[used] = np.arange(len(used))
    return number[key], first[used]


def listed(owner: Ints, items: Ints, rows: int) -> Ints:
    """One number for each row's list of items (in order; `owner` rises); 0 is the empty list."""
    counts = np.bincount(owner, minlength=rows)
    begins = np.concatenate([[0], np.cumsum(counts)[:-1]])
    codes, given = np.zeros(rows, dtype=np.int64), 0
    for place in range(int(counts.max(initial=0))):
        longer = np.flatnonzero(counts > place)
        said, firsts = numbered([codes[longer], items[begins[longer] + place]], len(longer))
        codes[longer] = said + given + 1
        given += len(firsts)
    return codes
