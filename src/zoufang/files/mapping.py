"""How one source writes its files: which column is which field, in which unit and form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from zoufang.core.errors import BadField
from zoufang.core.values import Datum, Unit
from zoufang.files.fields import Field, Kind, Negative, Schema, schema
from zoufang.files.spelling import DateForm

Mode = Literal["full", "delta"]  # delta: T+1, only what changed; full: what is missing has left the book
HiddenRows = Literal["import", "skip"]
Faults = Literal["reject", "blank"]
Blank = Literal["reject", "zero"]


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """One column. `header` as in the file (levels joined by >, a second column of one name is NAME#2).

    `plus`: further columns whose amounts are added to it; `blank`: what an empty one of them means.
    """

    field: str
    header: str
    unit: Unit | None = None
    dates: tuple[DateForm, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    negative: Negative | None = None
    plus: tuple[str, ...] = ()
    blank: Blank = "reject"

    def __post_init__(self) -> None:
        _one_of(self.unit, (*get_args(Unit), None), f"columns.{self.field}.unit")
        _one_of(self.negative, (*get_args(Negative), None), f"columns.{self.field}.negative")
        for form in self.dates:
            _one_of(form, get_args(DateForm), f"columns.{self.field}.dates")
        if not self.header.strip():
            raise BadField("The column has no name", field=f"columns.{self.field}", remedy="Name a column.")
        _one_of(self.blank, get_args(Blank), f"columns.{self.field}.blank")
        if len(set(self.headers)) < len(self.headers):
            raise BadField("A column is added twice", field=f"columns.{self.field}", remedy="Name each once.")

    @property
    def headers(self) -> tuple[str, ...]:
        return (self.header, *self.plus)

    @property
    def label(self) -> str:
        """What to call it to people."""
        return " + ".join(self.headers)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One day of a file that holds several days side by side; its columns add to or replace the mapping's."""

    as_of: str
    columns: tuple[ColumnRule, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """`system` + the record's key make the source key. `header_row` 0 = find it; `sheet` "" = the one that fits.

    `sheets`: several read as one file: their names, or "all" for every visible one of the same shape. The column
    @sheet then holds the sheet's name.

    `optional_faults`: does a fault in a field that is not required keep its row out ("reject"), or is the field
    left empty and the fault still listed ("blank")? `hidden_rows`: "import" because a filter left on must not
    lose loans (they are listed in the warnings), or "skip" (each becomes a reject).
    `analysis_only`: customers of this source have no names or addresses and are never planned.
    """

    name: str
    system: str
    kind: Kind
    columns: tuple[ColumnRule, ...]
    constants: tuple[tuple[str, str], ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    mode: Mode = "full"
    currency: str = "CNY"
    datum: Datum = Datum.WGS84
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header_row: int = 0
    header_rows: int = 1
    hidden_rows: HiddenRows = "import"
    optional_faults: Faults = "reject"
    analysis_only: bool = False

    def __post_init__(self) -> None:
        _one_of(self.mode, get_args(Mode), "mode")
        _one_of(self.hidden_rows, get_args(HiddenRows), "hidden_rows")
        _one_of(self.optional_faults, get_args(Faults), "optional_faults")
        for text, place, longest in ((self.name, "name", 60), (self.system, "system", 40)):
            if not text.strip():
                raise BadField(f"The mapping has no {place}", field=place, remedy="Give it one.")
            if len(text) > longest:
                raise BadField(f"The {place} is too long", field=place, remedy=f"At most {longest} characters.")
        if self.header_row < 0 or self.header_rows < 1:
            raise BadField("Header rows count from 1", field="header_row", remedy="Use 0 to let it be found.")
        if self.sheet and self.sheets:
            raise BadField("One sheet and several are named", field="sheets", remedy="Keep one of the two.")
        schema(self.kind)
        for snapshot in self.snapshots or (Snapshot("", ()),):
            self._check_columns(self.at(snapshot))

    @property
    def schema(self) -> Schema:
        return schema(self.kind)

    @property
    def all_rules(self) -> tuple[ColumnRule, ...]:
        return self.columns + tuple(rule for each in self.snapshots for rule in each.columns)

    def at(self, snapshot: Snapshot) -> tuple[ColumnRule, ...]:
        """The columns that speak of one snapshot."""
        own = {rule.field for rule in snapshot.columns}
        rules = tuple(rule for rule in self.columns if rule.field not in own) + snapshot.columns
        if not self.by_person:
            return rules
        return rules + tuple(replace(rule, field="loan_key") for rule in rules if rule.field == "id_number")

    @property
    def by_person(self) -> bool:
        """A loan book without loan numbers: each person is one loan, and a second row of theirs is a double."""
        told = {rule.field for rule in self.all_rules} | {name for name, _ in self.constants}
        return self.kind == "loan_book" and "loan_key" not in told and "id_number" in told

    def is_required(self, field: Field) -> bool:
        return field.required and not (self.analysis_only and field.name == "name")

    def missing(self, given: frozenset[str]) -> tuple[str, ...]:
        return missing_fields(self.schema, given, nameless=self.analysis_only)

    def with_columns(self, columns: tuple[ColumnRule, ...]) -> Mapping:
        return replace(self, columns=columns)

    def _check_columns(self, rules: tuple[ColumnRule, ...]) -> None:
        given = [rule.field for rule in rules] + [name for name, _ in self.constants]
        given += ["as_of"] if self.snapshots else []
        for name in given:
            if name not in self.schema.names:
                raise BadField(
                    f"{self.kind} has no field {name!r}",
                    field=f"columns.{name}",
                    remedy=f"Use one of: {', '.join(sorted(self.schema.names))}.",
                )
            if given.count(name) > 1:
                raise BadField("The field is given twice", field=f"columns.{name}", remedy="Keep one of the two.")
        for rule in rules:
            self._check_rule(rule)
        for name in self.missing(frozenset(given)):
            raise BadField(
                f"The required field {name} ({self.schema.field(name).zh}) has no column",
                field=f"columns.{name}",
                remedy="Name its column under [columns], or its value under [constants].",
            )

    def _check_rule(self, rule: ColumnRule) -> None:
        kind = self.schema.field(rule.field).type
        if rule.unit and kind != "money":
            raise BadField(
                f"{rule.field} is {kind}, not money",
                field=f"columns.{rule.field}.unit",
                remedy="Take the unit out.",
            )
        if rule.plus and kind != "money":
            raise BadField(
                f"{rule.field} is {kind}, not money, and cannot be added up",
                field=f"columns.{rule.field}.columns",
                remedy="Name one column.",
            )
        if rule.dates and kind not in ("date", "datetime"):
            raise BadField(
                f"{rule.field} is {kind}, not a date", field=f"columns.{rule.field}.dates", remedy="Take it out."
            )


def added_up(rules: tuple[ColumnRule, ...], sums: dict[str, Blank]) -> tuple[ColumnRule, ...]:
    """Rules of one column each, those of a field in `sums` made one: its first with the others added."""
    parts = {name: [rule for rule in rules if rule.field == name] for name in sums}
    joined = {
        name: replace(own[0], plus=tuple(rule.header for rule in own[1:]), blank=sums[name])
        for name, own in parts.items()
        if own
    }
    return tuple(dict.fromkeys(joined.get(rule.field, rule) for rule in rules))


def missing_fields(of: Schema, given: frozenset[str], *, nameless: bool = False) -> tuple[str, ...]:
    """Required fields that `given` lacks; of a one-of group its first. `nameless` files need no names.

    Where a loan book has no loan number, the identity number can stand for it (`Mapping.by_person`).
    """
    spared = {"name"} if nameless else set()
    if of.kind == "loan_book" and "id_number" in given:
        spared.add("loan_key")
    needed = [f.name for f in of.fields if f.required and f.name not in given and f.name not in spared]
    return (*needed, *(group[0] for group in of.one_of if not given & set(group)))


def _one_of(value: object, allowed: tuple[object, ...], place: str) -> None:
    if value not in allowed:
        choices = ", ".join(str(each) for each in allowed if each is not None)
        raise BadField(f"{value!r} is unknown", field=place, remedy=f"Use one of: {choices}.")
