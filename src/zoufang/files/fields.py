"""The fields of every file that can be imported, their types and spellings: read from schema/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from dataclasses import fields as fields_of
from functools import cache
from importlib import resources
from typing import Any, Literal, get_args

import polars as pl

from zoufang.core.errors import BadInput, NotFound

FieldType = Literal[
    "text", "key", "id", "phone", "money", "date", "datetime", "int", "rate", "degrees", "code", "codes", "flag"
]
Kind = Literal["loan_book", "payments", "schedules", "contacts", "parties", "collateral"]
Negative = Literal["reject", "allow", "zero"]
Several = Literal["", "own", "related", "any"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KEY_LENGTH = 64
_CODED = ("code", "codes", "flag")
_SUFFIX = {"money": "_fen", "rate": "_ppm"}
_DTYPE: dict[str, pl.DataType] = {
    "money": pl.Int64(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us", "Asia/Shanghai"),
    "int": pl.Int32(),
    "rate": pl.Int64(),
    "degrees": pl.Float64(),
    "flag": pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field. `weak` spellings are taken only where nothing better is there."""

    name: str
    zh: str
    en: str
    type: FieldType
    help_zh: str
    help_en: str
    example: str
    synonyms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()  # names of columns that make up this amount together
    required: bool = False
    codes: str = ""
    future: bool = False  # may this date lie after today?
    negative: Negative = "reject"
    longest: int | None = None  # in characters, as the book can hold it
    several: Several = ""  # may a cell hold several numbers, and whose? see phone_cells

    def __post_init__(self) -> None:
        if self.type not in get_args(FieldType):
            raise BadInput(f"Field {self.name}: type {self.type!r} is unknown. Use one of {get_args(FieldType)}.")
        if (self.type in _CODED) != bool(self.codes):
            raise BadInput(f"Field {self.name}: exactly the coded types name a code list. Correct the schema.")

    @property
    def column(self) -> str:
        """Name in the checked frame: money ends in _fen, a rate in _ppm (millionths a year)."""
        return self.name + _SUFFIX.get(self.type, "")

    @property
    def dtype(self) -> pl.DataType:
        return _DTYPE.get(self.type, pl.String())


@dataclass(frozen=True, slots=True)
class Schema:
    """All fields of one kind of file. `key` is unique in a file; of each `one_of` a row needs at least one."""

    kind: Kind
    zh: str
    en: str
    key: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field:
        for each in self.fields:
            if each.name == name:
                return each
        known = ", ".join(each.name for each in self.fields)
        raise NotFound(f"{self.kind} has no field {name!r}. Choose one of: {known}.")

    @property
    def names(self) -> frozenset[str]:
        return frozenset(each.name for each in self.fields)


@cache
def schema(kind: str) -> Schema:
    """The schema of `kind`; NotFound lists the kinds there are."""
    if kind not in KINDS:
        raise NotFound(f"No file kind is called {kind!r}. Choose one of: {', '.join(KINDS)}.")
    stored = _load(f"{kind}.toml")
    fields = tuple(_field(name, entry) for name, entry in stored.items() if isinstance(entry, dict))
    return Schema(
        kind=stored["kind"],
        zh=stored["zh"],
        en=stored["en"],
        key=tuple(stored["key"]),
        one_of=tuple(tuple(group) for group in stored["one_of"]),
        fields=fields,
    )


@cache
def spellings(codes: str) -> dict[str, str]:
    """Spelling (lower case) → our word, of one code list; our own words spell themselves."""
    lists = _load("codes.toml")
    if codes not in lists:
        raise NotFound(f"No code list is called {codes!r}. Choose one of: {', '.join(sorted(lists))}.")
    own = {word: word for word in lists[codes]}
    return own | {text.lower(): word for word, texts in lists[codes].items() for text in texts}


@cache
def code_words(codes: str) -> tuple[str, ...]:
    return tuple(_load("codes.toml")[codes])


def code_examples(codes: str) -> dict[str, tuple[str, ...]]:
    """Our word → the spellings understood, for the template's sheet of codes."""
    return {word: tuple(texts) for word, texts in _load("codes.toml")[codes].items()}


def _field(name: str, entry: dict[str, Any]) -> Field:
    unknown = entry.keys() - {each.name for each in fields_of(Field)}
    if unknown:
        raise BadInput(f"Field {name} has unknown keys {sorted(unknown)}. Correct the schema.")
    lists: dict[str, Any] = {key: tuple(entry[key]) for key in ("synonyms", "weak", "parts") if key in entry}
    longest = entry.get("longest", KEY_LENGTH if entry["type"] == "key" else None)
    return Field(name=name, **(entry | lists | {"longest": longest}))


@cache
def _load(file: str) -> dict[str, Any]:
    text = resources.files("zoufang.files").joinpath("schema", file).read_text(encoding="utf-8")
    return tomllib.loads(text)
