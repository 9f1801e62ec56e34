"""Where a mapping is looked for by name: a file, the bank's own saved ones, those that come with Zoufang."""

from __future__ import annotations

from pathlib import Path

from zoufang.core.errors import NotFound
from zoufang.files.mapping import Mapping
from zoufang.files.mapping_toml import parse_mapping, read_mapping, shipped_mapping, shipped_mappings
from zoufang.server.book.models import SourceMapping


def mapping_named(name: str) -> Mapping:
    """NotFound lists what there is."""
    if name.endswith(".toml") or Path(name).is_file():
        return read_mapping(Path(name))
    if (saved := SourceMapping.objects.filter(name=name).first()) is not None:
        return parse_mapping(saved.toml, name=name)
    if name in shipped_mappings():
        return shipped_mapping(name)
    raise NotFound(f"No mapping is called {name!r}. Give a .toml file, or one of: {', '.join(mapping_names())}.")


def mapping_names() -> list[str]:
    saved = SourceMapping.objects.order_by("name").values_list("name", flat=True)
    return [*saved, *(name for name in shipped_mappings() if name not in set(saved))]
