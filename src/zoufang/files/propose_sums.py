"""Which columns are parts of one amount: 表内欠息 beside 表外欠息, where no column holds the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from zoufang.files.fields import Field, Schema
from zoufang.files.names import LEVEL, bare, unit_of


def parts_of_sums(headers: Sequence[str], chosen: Mapping[int, str], of: Schema) -> dict[str, list[int]]:
    """Field → its columns, two or more; none where a column with the whole amount is there too.

    `chosen`: what each column is read as; a part that is read as another field is left to it.
    """
    found = {}
    for field in of.fields:
        parts = [
            i
            for i, text in enumerate(headers)
            if _is_part(text, field) and chosen.get(i, field.name) == field.name
        ]
        wholes = [i for i, name in chosen.items() if name == field.name and i not in parts]
        wholes += [i for i, text in enumerate(headers) if _bare(text) in _whole_names(field)]
        units = {unit_of(headers[i]) for i in parts}
        if len(parts) > 1 and not wholes and len(units) == 1:
            found[field.name] = parts
    return found


def _is_part(header: str, field: Field) -> bool:
    return _bare(header) in {bare(name) for name in field.parts}


def _whole_names(field: Field) -> frozenset[str]:
    names = {bare(name) for name in (field.zh, field.en, field.name, *field.synonyms)}
    return frozenset(names - {bare(name) for name in field.parts})


def _bare(header: str) -> str:
    return bare("".join(header.split("#")[0].split(LEVEL)))
