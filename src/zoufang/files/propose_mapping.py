"""From a table's header and first values to a proposed mapping: the engine of the import wizard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from zoufang.core.values import Message, Unit, gettext_noop
from zoufang.files.cells import Grid, column_letter
from zoufang.files.evidence import Evidence, evidence, find_day, is_id_like, is_phone_like
from zoufang.files.fields import KINDS, Field, Kind, Schema, schema
from zoufang.files.mapping import ColumnRule, Mapping, added_up, missing_fields
from zoufang.files.names import scores, title_unit, unit_of
from zoufang.files.places import SHEET_COLUMN
from zoufang.files.propose_sums import parts_of_sums
from zoufang.files.rows import sort_rows
from zoufang.files.spelling import DateForm, read_date
from zoufang.files.tables import Table

SURE = 0.9  # below it the wizard asks the user to look
_REQUIRED_FIRST = 0.3
_SAMPLE = 300
_SHOWN = 5
_KNOWN_BY_VALUES = 0.72
_TAKEN_FROM = 0.7  # a weaker guess is offered, not taken
_BACKED = 1.2
# A name may mean another sort of number or day (还款日: 20); wrong IDs, phones and codes are to be told instead.
_OTHER_THINGS = ("date", "datetime", "int", "rate", "degrees")
_BRANCH = re.compile(r"(支行|分行|总行|分理处|营业部|营业室|信用社|分社|储蓄所)$")
_FITTING = 2  # known columns that make a sheet a candidate
# Computed interest may have stray decimals; balances are booked to the fen, so finer ones are in another unit.
_BALANCES = ("loan_amount", "principal_balance", "overdue_principal", "collateral_value")


@dataclass(frozen=True, slots=True)
class ProposedColumn:
    """One column of the file. `field` None = not matched; `alternatives` are other readings, best first.

    `unknown_codes`: values that the field's code list does not hold; the wizard asks what they mean.
    """

    index: int
    letter: str
    header: str
    field: str | None
    confidence: float
    rule: ColumnRule | None
    alternatives: tuple[tuple[str, float], ...]
    samples: tuple[str, ...]
    unknown_codes: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """`mapping` is ready to be used unless `missing` names required fields that no column was found for.

    `sums`: fields whose columns are parts to be added up; a blank part is a fault until somebody says it is 0.
    """

    kind: Kind
    columns: tuple[ProposedColumn, ...]
    constants: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    mapping: Mapping | None
    notes: tuple[Message, ...]
    sums: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[ColumnRule, ...]:
        return tuple(column.rule for column in self.columns if column.rule)

    @property
    def unmatched(self) -> tuple[ProposedColumn, ...]:
        return tuple(column for column in self.columns if column.field is None)


BY_PERSON = gettext_noop(
    "No column gives a loan number: each person counts as one loan, under the sealed identity number. A second row"
    " of the same person is refused. If the file has loan numbers, choose their column."
)


def propose(table: Table, *, system: str, kind: Kind | None = None) -> Proposal:
    """The best reading of each column, as a mapping for `system`; `kind` is guessed if not given."""
    of = schema(kind or _likeliest_kind(table))
    grid = _records(table, of)
    seen = [_evidence(grid, index) for index in range(len(table.header.texts))]
    weights = [_weights(text, seen[i], of) for i, text in enumerate(table.header.texts)]
    if table.header.texts[-1:] == (SHEET_COLUMN,):
        weights[-1] = _sheet_names(table, of)
    chosen = _assign(weights, of)
    sums = parts_of_sums(table.header.texts, chosen, of)
    chosen |= {index: name for name, parts in sums.items() for index in parts}
    unit = title_unit(table.header.above)
    columns = tuple(
        _column(i, text, chosen.get(i), weights[i], seen[i], of, unit) for i, text in enumerate(table.header.texts)
    )
    return _proposal(table, of, columns, tuple(sums), system)


def _proposal(
    table: Table, of: Schema, columns: tuple[ProposedColumn, ...], sums: tuple[str, ...], system: str
) -> Proposal:
    rules = added_up(tuple(column.rule for column in columns if column.rule), dict.fromkeys(sums, "reject"))
    given = frozenset(rule.field for rule in rules)
    constants, notes = _constants(table, of, given)
    draft = missing_fields(of, given | {name for name, _ in constants})
    name = f"{system} {of.zh}"
    mapping = None if draft else Mapping(name, system, of.kind, rules, constants, **named_sheets(table))
    if mapping is not None and mapping.by_person:
        notes += (Message(BY_PERSON),)
    told = [rule.label for rule in rules if rule.plus]
    text = gettext_noop("These columns are parts of one amount and are added up: %(columns)s.")
    notes += tuple(Message(text, {"columns": label}) for label in told)
    return Proposal(of.kind, columns, constants, draft, mapping, notes, sums)


def named_sheets(table: Table) -> dict[str, Any]:
    """The sheet's name matters only where another fits too; next month it may be called otherwise."""
    if table.header.texts[-1:] == (SHEET_COLUMN,):
        return {"sheets": table.wanted}
    return {"sheet": table.sheet if sum(1 for sheet in table.sheets if sheet.fits >= _FITTING) > 1 else ""}


def _likeliest_kind(table: Table) -> Kind:
    """The kind whose required fields are found best, then the one that knows most columns."""

    def fit(kind: Kind) -> tuple[float, float]:
        of = schema(kind)
        found = [scores(text, of) for text in table.header.texts if text]
        best = {f.name: max((each.get(f.name, 0.0) for each in found), default=0.0) for f in of.fields}
        needed = [best[f.name] for f in of.fields if f.required and f.name != "as_of"]
        return sum(needed) / len(needed), sum(score for score in best.values())

    return max(KINDS, key=fit)


def _records(table: Table, of: Schema) -> Grid:
    """Sample rows without totals and notes, judged by the column most like the key."""
    grid = table.sample(_SAMPLE)
    found = [(scores(text, of).get(of.key[0], 0.0), -i) for i, text in enumerate(table.header.texts)]
    place = -max(found, default=(0.0, 0))[1]
    return sort_rows(grid, f"c{place}", table.header.texts).records if f"c{place}" in grid.cells.columns else grid


def _evidence(grid: Grid, index: int) -> Evidence:
    name = f"c{index}"
    return evidence([text or "" for text in grid.cells[name]]) if name in grid.cells.columns else Evidence(())


def _weights(text: str, seen: Evidence, of: Schema) -> dict[str, float]:
    """Name and values together; values of another type cast doubt, but a sure name stays."""
    weights = {}
    for name, score in scores(text, of).items() if text else ():
        field, fits = of.field(name), seen.looks_like(of.field(name))
        backed = score < SURE and field.type in ("id", "phone", "code") and fits > 0.8 and len(seen.values) >= 3
        weight = min(score * _BACKED, SURE) if backed else score * (1.0 if fits >= 0.5 else 0.5 + fits / 2)
        some_fit = fits > 0 or field.required or len(seen.values) < 3 or field.type not in _OTHER_THINGS
        weights[name] = max(weight, _TAKEN_FROM) if score >= SURE and some_fit else weight
    if not weights and seen.values:
        weights = _by_values(seen, of)
    return {name: weight for name, weight in weights.items() if weight >= 0.5}


def _sheet_names(table: Table, of: Schema) -> dict[str, float]:
    """What the sheets are called by, where it can be only one thing: a branch or the day of the data."""
    names = table.places.sheets or (table.sheet,)
    if "as_of" in of.names and all(find_day(name) == read_date(name) for name in names):
        return {"as_of": _TAKEN_FROM}
    branches = "branch_name" in of.names and all(_BRANCH.search(name) for name in names)
    return {"branch_name": _TAKEN_FROM} if branches else {}


def _by_values(seen: Evidence, of: Schema) -> dict[str, float]:
    """A column with an unknown name is known by its values alone if these can be one thing only."""
    found = {}
    for name, looks in (("id_number", is_id_like), ("phone", is_phone_like)):
        if name in of.names and len(seen.values) >= 3 and seen.share(looks) > 0.8:
            found[name] = _KNOWN_BY_VALUES
    for each in of.fields:
        words = all(not value.isascii() for value in seen.values) and len(seen.values) >= 3
        if each.codes in ("five_class", "security") and words and not seen.unknown(each):
            found[each.name] = _KNOWN_BY_VALUES
    return found


def _assign(weights: list[dict[str, float]], of: Schema) -> dict[int, str]:
    """Each column at most one field and each field at most one column, so that the whole fits best."""
    names = [each.name for each in of.fields]
    table = np.zeros((len(weights), len(names)))
    for i, each in enumerate(weights):
        for name, weight in each.items():
            if weight < _TAKEN_FROM:
                continue
            table[i, names.index(name)] = weight + (_REQUIRED_FIRST if of.field(name).required else 0.0) - i * 1e-6
    rows, fields = linear_sum_assignment(table, maximize=True)
    return {int(i): names[j] for i, j in zip(rows, fields, strict=True) if table[i, j] > 0}


def _column(
    index: int,
    text: str,
    name: str | None,
    weights: dict[str, float],
    seen: Evidence,
    of: Schema,
    title: Unit | None,
) -> ProposedColumn:
    others = sorted(((n, round(w, 2)) for n, w in weights.items() if n != name), key=lambda each: -each[1])
    found = of.field(name) if name and text else None
    rule, notes = _rule(text, found, seen, title) if found else (None, _contradicted(text, of))
    return ProposedColumn(
        index=index,
        letter=column_letter(index),
        header=text,
        field=found.name if found else None,
        confidence=round(weights.get(name or "", _KNOWN_BY_VALUES if name else 0.0), 2),
        rule=rule,
        alternatives=tuple(others),
        samples=tuple(dict.fromkeys(seen.values))[:_SHOWN],
        unknown_codes=seen.unknown(found) if found and found.codes else (),
        notes=notes,
    )


def _contradicted(text: str, of: Schema) -> tuple[Message, ...]:
    """A name that is sure, left out because no value fits it (还款日 that holds 20, not a date)."""
    sure = [name for name, score in scores(text, of).items() if score >= SURE] if text else []
    if not sure:
        return ()
    note = gettext_noop("The name says %(field)s, but it is taken already or no value fits it.")
    return (Message(note, {"field": of.field(sure[0]).zh}),)


def _rule(text: str, field: Field, seen: Evidence, title: Unit | None) -> tuple[ColumnRule, tuple[Message, ...]]:
    if field.type == "money":
        unit, notes = _unit(text, field, seen, title)
        return ColumnRule(field.name, text, unit=unit), notes
    forms: tuple[DateForm, ...] | None = seen.date_forms if field.type in ("date", "datetime") else ()
    if forms is None:
        note = Message(
            gettext_noop("Day and month cannot be told apart. Say whether the day (dmy) or month (mdy) is first.")
        )
        return ColumnRule(field.name, text), (note,)
    return ColumnRule(field.name, text, dates=forms), ()


def _unit(text: str, field: Field, seen: Evidence, title: Unit | None) -> tuple[Unit, tuple[Message, ...]]:
    stated = unit_of(text) or title
    if stated:
        return stated, ()
    unit, decided = seen.unit
    if decided and field.name in _BALANCES:
        return unit, (Message(gettext_noop("No unit is stated; the values can only be in 10,000 yuan (万元).")),)
    if decided:
        return "yuan", (
            Message(gettext_noop("No unit is stated and some values are finer than a fen. Choose the unit.")),
        )
    return "yuan", (Message(gettext_noop("No unit is stated; taken as yuan.")),)


def _constants(
    table: Table, of: Schema, given: frozenset[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[Message, ...]]:
    """The day of the data from the title or the file's name, where no column has it."""
    if "as_of" not in of.names or "as_of" in given:
        return (), ()
    for text in (*table.header.above, table.name):
        day = find_day(text)
        if day:
            note = gettext_noop("The day of the data, %(day)s, was read from %(text)s.")
            return (("as_of", day.isoformat()),), (Message(note, {"day": day.isoformat(), "text": text[:80]}),)
    return (), (Message(gettext_noop("Nothing says of which day the data are. Enter the day.")),)
