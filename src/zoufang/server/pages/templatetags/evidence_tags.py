"""Tables of evidence: each cell with the name of its column, which a phone shows beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from zoufang.server.pages.evidence_cells import Cell

register = template.Library()


@register.filter
def with_cells(columns: Sequence[str], row: Sequence[Cell]) -> list[tuple[str, Cell]]:
    return list(zip(columns, row, strict=True))
