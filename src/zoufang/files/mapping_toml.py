"""Mapping files (TOML) to Mapping values and back; every error names the file, the key and the remedy."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields as fields_of
from importlib import resources
from pathlib import Path
from typing import Any

from zoufang.core.errors import BadField, BadInput, NotFound
from zoufang.core.values import Datum
from zoufang.files.mapping import ColumnRule, Mapping, Snapshot

_SIMPLE = tuple(
    f.name for f in fields_of(Mapping) if f.name not in ("columns", "constants", "snapshots", "sheets")
)
_NEEDED = ("name", "system", "kind")


def read_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file; BadInput or BadField where it cannot be understood."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read mapping {path}: {error}. Give a readable TOML file in UTF-8.") from error
    return parse_mapping(text, name=path.name)


def parse_mapping(text: str, *, name: str = "mapping") -> Mapping:
    try:
        return _mapping(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not TOML: {error}. Correct that line.") from error
    except BadField as error:
        raise BadField(f"{name}: {error.what}", field=error.field, remedy=error.remedy) from error


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with Zoufang."""
    folder = resources.files("zoufang").joinpath("mappings")
    return tuple(
        sorted(each.name.removesuffix(".toml") for each in folder.iterdir() if each.name.endswith(".toml"))
    )


def shipped_mapping(name: str) -> Mapping:
    if name not in shipped_mappings():
        raise NotFound(f"No mapping {name!r} is shipped. Choose one of: {', '.join(shipped_mappings())}.")
    file = resources.files("zoufang").joinpath("mappings", f"{name}.toml")
    return parse_mapping(file.read_text(encoding="utf-8"), name=f"{name}.toml")


def write_mapping(mapping: Mapping) -> str:
    """TOML that parse_mapping reads back to the same value; defaults are left out."""
    defaults = {f.name: f.default for f in fields_of(Mapping)}
    lines = [
        f"{name} = {_value(getattr(mapping, name))}"
        for name in _SIMPLE
        if name in _NEEDED or getattr(mapping, name) != defaults[name]
    ]
    if mapping.sheets:
        names = ", ".join(_value(name) for name in mapping.sheets)
        lines.append("sheets = " + ('"all"' if mapping.sheets == ("all",) else f"[{names}]"))
    lines += ["", "[columns]", *(_column_line(rule) for rule in mapping.columns)]
    if mapping.constants:
        lines += ["", "[constants]", *(f"{_key(name)} = {_value(text)}" for name, text in mapping.constants)]
    for snapshot in mapping.snapshots:
        lines += ["", "[[snapshots]]", f"as_of = {_value(snapshot.as_of)}", "[snapshots.columns]"]
        lines += [_column_line(rule) for rule in snapshot.columns]
    return "\n".join(lines) + "\n"


def _mapping(stored: dict[str, Any]) -> Mapping:
    known = {*_SIMPLE, "sheets", "columns", "constants", "snapshots", "codes"}
    for key in stored.keys() - known:
        raise BadField(f"{key} is unknown", field=key, remedy=f"Use only: {', '.join(sorted(known))}.")
    for key in _NEEDED:
        if key not in stored:
            raise BadField("The mapping lacks it", field=key, remedy=f'Add a line {key} = "...".')
    defaults = {f.name: f.default for f in fields_of(Mapping)}
    for key in _SIMPLE:
        wanted = str if key in _NEEDED else type(defaults[key])
        if key in stored and not isinstance(stored[key], str if wanted is Datum else wanted):
            raise BadField(f"{stored[key]!r} has the wrong type", field=key, remedy=f"Write a {wanted.__name__}.")
    codes = _table(stored, "codes")
    simple: dict[str, Any] = {key: stored[key] for key in _SIMPLE if key in stored}
    if "datum" in simple:
        simple["datum"] = _datum(simple["datum"])
    return Mapping(
        **simple,
        sheets=_sheets(stored.get("sheets", [])),
        columns=_columns(_table(stored, "columns"), codes, "columns"),
        constants=tuple((name, _plain_text(value)) for name, value in _table(stored, "constants").items()),
        snapshots=tuple(_snapshot(each, codes) for each in stored.get("snapshots", ())),
    )


def _sheets(stored: Any) -> tuple[str, ...]:
    names = [stored] if isinstance(stored, str) else stored
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise BadField(
            f"{stored!r} names no sheets", field="sheets", remedy='Write sheets = "all" or sheets = ["A", "B"].'
        )
    return tuple(names)


def _snapshot(stored: Any, codes: dict[str, Any]) -> Snapshot:
    if not isinstance(stored, dict) or "as_of" not in stored:
        raise BadField("A snapshot has no as_of", field="snapshots", remedy='Add as_of = "2025-08-31".')
    return Snapshot(_plain_text(stored["as_of"]), _columns(_table(stored, "columns"), codes, "snapshots.columns"))


def _columns(stored: dict[str, Any], codes: dict[str, Any], place: str) -> tuple[ColumnRule, ...]:
    return tuple(_column(field, entry, codes.get(field, {}), place) for field, entry in stored.items())


def _column(field: str, entry: Any, codes: Any, place: str) -> ColumnRule:
    entry = {"column": entry} if isinstance(entry, str) else entry
    allowed = {"column", "columns", "combine", "blank", "unit", "dates", "codes", "negative"}
    if not isinstance(entry, dict) or len(entry.keys() & {"column", "columns"}) != 1 or entry.keys() - allowed:
        raise BadField(
            f"{entry!r} does not describe a column",
            field=f"{place}.{field}",
            remedy='Write "HEADER" or { column = "HEADER", unit = "wan" }; keys: '
            + ", ".join(sorted(allowed))
            + ".",
        )
    own = _table(entry, "codes") or codes
    headers = _headers(entry, f"{place}.{field}")
    return ColumnRule(
        field=field,
        header=headers[0],
        plus=headers[1:],
        blank=entry.get("blank", "reject"),
        unit=entry.get("unit"),
        dates=tuple(entry.get("dates", ())),
        codes=tuple((spelt, _plain_text(word)) for spelt, word in own.items()),
        negative=entry.get("negative"),
    )


def _headers(entry: dict[str, Any], place: str) -> tuple[str, ...]:
    """One column, or several that are to be added up."""
    names = entry.get("columns")
    if names is None and not entry.keys() & {"combine", "blank"}:
        return (str(entry["column"]),)
    if not isinstance(names, list) or len(names) < 2 or entry.get("combine") != "sum":
        raise BadField(
            f"{entry!r} does not say which columns are added up",
            field=place,
            remedy='Write { columns = ["A", "B"], combine = "sum" }; add blank = "zero" where empty means 0.',
        )
    return tuple(str(name) for name in names)


def _table(stored: dict[str, Any], key: str) -> dict[str, Any]:
    table = stored.get(key, {})
    if not isinstance(table, dict):
        raise BadField(f"{key} is not a table", field=key, remedy=f"Write it as [{key}].")
    return table


def _datum(text: str) -> Datum:
    if text not in set(Datum):
        raise BadField(f"{text!r} is unknown", field="datum", remedy=f"Use one of: {', '.join(Datum)}.")
    return Datum(text)


def _plain_text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _column_line(rule: ColumnRule) -> str:
    parts = {"column": None if rule.plus else rule.header, "unit": rule.unit, "negative": rule.negative}
    shown = [f"{name} = {_value(value)}" for name, value in parts.items() if value is not None]
    if rule.plus:
        names = ", ".join(_value(name) for name in rule.headers)
        shown[:0] = [f"columns = [{names}]", 'combine = "sum"']
        shown += [f"blank = {_value(rule.blank)}"] if rule.blank != "reject" else []
    if rule.dates:
        shown.append("dates = [" + ", ".join(_value(form) for form in rule.dates) + "]")
    if rule.codes:
        shown.append("codes = { " + ", ".join(f"{_key(a)} = {_value(b)}" for a, b in rule.codes) + " }")
    return f"{_key(rule.field)} = " + (
        _value(rule.header) if len(shown) == 1 and not rule.plus else "{ " + ", ".join(shown) + " }"
    )


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _value(text)


def _value(value: Any) -> str:
    """A TOML value; JSON's string form is TOML's, but for DEL and the surrogates that cannot be in a file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
