"""Households: debtors who share an address or a guarantee are drawn together, for one visit reaches them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoufang.core.values import SourceKey


class Linked(Protocol):
    @property
    def key(self) -> SourceKey: ...

    @property
    def links(self) -> frozenset[str]: ...


L = TypeVar("L", bound=Linked)


def households(units: Sequence[L]) -> list[tuple[L, ...]]:
    """Units joined by any chain of shared links; members and households in the order of their keys."""
    ordered = sorted(units, key=lambda unit: unit.key)
    seen: dict[str, int] = {}
    pairs = [(i, seen.setdefault(link, i)) for i, unit in enumerate(ordered) for link in sorted(unit.links)]
    rows, columns = [i for i, _ in pairs], [j for _, j in pairs]
    graph = coo_array(([1] * len(pairs), (rows, columns)), shape=(len(ordered), len(ordered)))
    count, label = connected_components(graph, directed=False) if ordered else (0, [])
    groups: list[list[L]] = [[] for _ in range(count)]
    for unit, group in zip(ordered, label, strict=True):
        groups[group].append(unit)
    return sorted((tuple(group) for group in groups), key=lambda group: group[0].key)
