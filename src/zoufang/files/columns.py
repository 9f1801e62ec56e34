"""Whole columns of text to typed values: fast where a cell is plainly right, else by spelling.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from zoufang.core.values import Unit
from zoufang.core.values.money import FEN_PER
from zoufang.files.cells import CellKind
from zoufang.files.fields import Field, spellings
from zoufang.files.identifiers import is_phone, is_resident_id, read_id, read_phone
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem
from zoufang.files.spelling import (
    EMPTY,
    EMPTY_DATES,
    INVISIBLE,
    SCIENTIFIC,
    plain,
    read_amount,
    read_date,
    read_degrees,
    read_moment,
    read_rate,
    read_whole,
)

_EMPTY_SPELLINGS = pl.Series(sorted(EMPTY | {e.upper() for e in EMPTY} | {e.title() for e in EMPTY}))
_DATES = ("date", "datetime")
_DIGITS_EXCEL_KEEPS = 15


@dataclass(frozen=True, slots=True)
class Column:
    """Typed values, and per row the problem's word (null where fine)."""

    values: pl.Series
    problems: pl.Series


def stripped(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(pl.all().str.strip_chars(INVISIBLE))


def read_column(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    """`text` (stripped) as `field`; cells that Excel marks as error or uncalculated are problems of any type."""
    text = _blanked(field, rule, text)
    column = _READERS[field.type](field, rule, text, kinds, today)
    return _with_cell_faults(column, text, kinds)


def _blanked(field: Field, rule: ColumnRule, text: pl.Series) -> pl.Series:
    if rule.codes:
        text = text.replace(dict(rule.codes)) if field.type not in ("code", "codes", "flag") else text
    if field.type in ("code", "codes", "flag"):
        return _null_where(text, text == "")
    empty = text.is_in(_EMPTY_SPELLINGS.implode())
    if field.type in _DATES:
        empty = empty | text.is_in(pl.Series(sorted(EMPTY_DATES)).implode())
    return _null_where(text, empty)


def _null_where(text: pl.Series, mask: pl.Series) -> pl.Series:
    return text.set(mask.fill_null(False), None) if mask.any() else text


def _text(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    damaged = text.str.contains("\ufffd", literal=True) | text.str.contains("锟斤拷", literal=True)
    return Column(_unmarked(text), _problem_where(damaged, Problem.DAMAGED))


def _key(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    odd = text.str.contains(r"[！-～]").fill_null(False)
    values = _each(text, odd, plain) if odd.any() else _unmarked(text)
    problems = _problem_where(values.str.contains(SCIENTIFIC.pattern.replace("e", "[eE]")), Problem.SCIENTIFIC)
    return Column(values, problems.zip_with(~_rounded(values, kinds), _constant(Problem.ROUNDED, len(values))))


def _id(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    upper = text.str.to_uppercase()
    fine = is_resident_id(upper, today)
    column = _finish(text, upper.zip_with(fine, _nulls(len(text))), lambda spelt: read_id(spelt, today))
    suspect = _rounded(text, kinds) | _ends_in_zeros_too_often(text)
    return Column(column.values, column.problems.zip_with(~suspect, _constant(Problem.ROUNDED, len(text))))


def _phone(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    return _finish(text, text.zip_with(is_phone(text), _nulls(len(text))), read_phone)


def _money(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    unit = rule.unit or "yuan"
    fast = _fast_fen(text, unit)
    if fast.null_count() > text.null_count():
        fast = fast.fill_null(_fast_fen(_undressed(text, unit), unit))
    column = _finish(text, fast, lambda spelt: read_amount(spelt, unit))
    negative = (column.values < 0).fill_null(False)
    policy = rule.negative or field.negative
    if policy == "allow" or not negative.any():
        return column
    if policy == "zero":
        return Column(column.values.set(negative, 0), column.problems)
    return Column(column.values, column.problems.zip_with(~negative, _constant(Problem.NEGATIVE, len(text))))


def _undressed(text: pl.Series, unit: Unit) -> pl.Series:
    """Without thousand marks and currency signs; 元 only in a column of yuan."""
    bare = text.str.replace_all(r"[,¥￥ ]", "")
    return bare.str.strip_suffix("元") if unit == "yuan" else bare


def _fast_fen(text: pl.Series, unit: Unit) -> pl.Series:
    """Exact: at most 14 digits, so the float nearest to the text, times a power of ten, rounds to the true fen."""
    places = {"fen": 0, "yuan": 2, "wan": 6}[unit]
    decimals = rf"(\.\d{{1,{places}}})?" if places else ""
    sure = text.str.contains(rf"^-?\d{{1,{14 - places}}}{decimals}$").fill_null(False)
    fen: pl.Series = (text.cast(pl.Float64, strict=False) * FEN_PER[unit]).round().cast(pl.Int64, strict=False)
    return fen.zip_with(sure, pl.Series([None], dtype=pl.Int64).new_from_index(0, len(text)))


def _date(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    serial = kinds is not None
    column = _finish(
        text, _fast_date(text, rule), lambda spelt: read_date(spelt, rule.dates, serial=serial), pl.Date()
    )
    return column if field.future else _not_after(column, today)


def _fast_date(text: pl.Series, rule: ColumnRule) -> pl.Series:
    fast = pl.Series([None], dtype=pl.Date).new_from_index(0, len(text))
    for form, pattern, spelt in (
        ("iso", r"^(19|20)\d\d-\d\d-\d\d$", "%Y-%m-%d"),
        ("compact", r"^(19|20)\d{6}$", "%Y%m%d"),
    ):
        sure = text.str.contains(pattern).fill_null(False)
        if sure.any() and (not rule.dates or form in rule.dates):
            nulls = _nulls(len(text))
            fast = fast.fill_null(text.zip_with(sure, nulls).str.to_date(spelt, strict=False))
    return fast


def _datetime(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    nothing = pl.Series([None], dtype=field.dtype).new_from_index(0, len(text))
    serial = kinds is not None
    column = _finish(text, nothing, lambda spelt: read_moment(spelt, rule.dates, serial=serial), field.dtype)
    return column if field.future else _not_after(column, today)


def _not_after(column: Column, today: date) -> Column:
    late = (column.values.dt.date() > today).fill_null(False)
    return Column(column.values, column.problems.zip_with(~late, _constant(Problem.FUTURE_DATE, len(late))))


def _whole(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    column = _finish(text, text.cast(pl.Int32, strict=False), read_whole)
    if (rule.negative or field.negative) == "allow":
        return column
    negative = (column.values < 0).fill_null(False)
    return Column(column.values, column.problems.zip_with(~negative, _constant(Problem.NEGATIVE, len(text))))


def _rate(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    return _finish(text, pl.Series([None], dtype=pl.Int64).new_from_index(0, len(text)), read_rate)


def _degrees(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    limit = 90.0 if field.name == "lat" else 180.0
    column = _finish(text, text.cast(pl.Float64, strict=False), read_degrees)
    out = ((column.values.abs() > limit) | ~column.values.is_finite()).fill_null(False)
    return Column(column.values, column.problems.zip_with(~out, _constant(Problem.NOT_DEGREES, len(text))))


def _code(field: Field, rule: ColumnRule, text: pl.Series, kinds: pl.Series | None, today: date) -> Column:
    known = spellings(field.codes) | {spelt.lower(): word for spelt, word in rule.codes}
    column = _finish(text, _nulls(len(text)), lambda spelt: _words(spelt, known, several=field.type == "codes"))
    empty = column.values == ""
    values = _null_where(column.values, empty)
    return Column(values == "yes" if field.type == "flag" else values, column.problems)


def _words(spelt: str, known: dict[str, str], *, several: bool) -> str | Problem:
    """Our word of a spelling; several are joined by + in alphabetic order; "" where the cell says nothing."""
    bare = plain(spelt).lower()
    if bare in known or spelt.lower() in known:
        return known.get(bare) or known[spelt.lower()]
    if bare in EMPTY:
        return ""
    if not several:
        return Problem.UNKNOWN_CODE
    words = {known.get(part.strip()) for part in _SEVERAL.split(bare)}
    return Problem.UNKNOWN_CODE if None in words else "+".join(sorted(word for word in words if word))


_SEVERAL = re.compile(r"[+、/,;&|]|及|和|与|加")


def _rounded(text: pl.Series, kinds: pl.Series | None) -> pl.Series:
    """Cells stored as numbers of more than 15 digits: Excel has already thrown the rest away."""
    if kinds is None:
        return pl.Series([False]).new_from_index(0, len(text))
    long = text.str.len_bytes() > _DIGITS_EXCEL_KEEPS
    return ((kinds == CellKind.NUMBER) & long).fill_null(False)


def _ends_in_zeros_too_often(text: pl.Series) -> pl.Series:
    """One true ID in a thousand ends in 000; where one in twenty does, Excel rounded them before the export."""
    zeros = text.str.contains(r"^\d{15}000$").fill_null(False)
    count = int(zeros.sum())
    often = count >= 2 and count * 20 >= text.count()
    return zeros if often else pl.Series([False]).new_from_index(0, len(text))


def _with_cell_faults(column: Column, text: pl.Series, kinds: pl.Series | None) -> Column:
    problems = column.problems
    errors = text.is_in(_ERRORS.implode()).fill_null(False)
    if errors.any():
        problems = problems.zip_with(~errors, _constant(Problem.CELL_ERROR, len(text)))
    if kinds is not None and (kinds == CellKind.NO_RESULT).any():
        problems = problems.zip_with(kinds != CellKind.NO_RESULT, _constant(Problem.NO_RESULT, len(text)))
    return Column(column.values, problems)


_ERRORS = pl.Series(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])


def _finish(
    text: pl.Series, fast: pl.Series, slow: Callable[[str], Any], dtype: pl.DataType | None = None
) -> Column:
    """Read each other spelling once by the readable rule, and give it to every row that has it."""
    dtype = dtype or fast.dtype
    rest = text.is_not_null() & fast.is_null()
    if not rest.any():
        return Column(fast, _nulls(len(text)))
    spelt = text.filter(rest).unique()
    read = [slow(each) for each in spelt]
    table = pl.DataFrame(
        {
            "spelt": spelt,
            "value": pl.Series([None if isinstance(r, Problem) else r for r in read], dtype=dtype),
            "problem": pl.Series([r.value if isinstance(r, Problem) else None for r in read], dtype=pl.String),
        }
    )
    found = pl.DataFrame({"spelt": text.zip_with(rest, _nulls(len(text)))}).join(
        table, on="spelt", how="left", maintain_order="left"
    )
    return Column(fast.fill_null(found["value"]), found["problem"])


def _unmarked(text: pl.Series) -> pl.Series:
    """Excel's marks of text (' and ="...") taken off."""
    formula = text.str.starts_with('="').fill_null(False)
    bare = text.str.strip_prefix("'")
    return bare.str.strip_prefix('="').str.strip_suffix('"').zip_with(formula, bare) if formula.any() else bare


def _each(text: pl.Series, mask: pl.Series, change: Callable[[str], str]) -> pl.Series:
    return text.zip_with(
        ~mask, text.zip_with(mask, _nulls(len(text))).map_elements(change, return_dtype=pl.String)
    )


def _problem_where(mask: pl.Series, problem: Problem) -> pl.Series:
    found = mask.fill_null(False)
    return _constant(problem, len(mask)).zip_with(found, _nulls(len(mask)))


def _constant(problem: Problem, length: int) -> pl.Series:
    return pl.Series([problem.value]).new_from_index(0, length)


def _nulls(length: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, length)


_Reader = Callable[[Field, ColumnRule, pl.Series, "pl.Series | None", date], Column]
_READERS: dict[str, _Reader] = {
    "text": _text,
    "key": _key,
    "id": _id,
    "phone": _phone,
    "money": _money,
    "date": _date,
    "datetime": _datetime,
    "int": _whole,
    "rate": _rate,
    "degrees": _degrees,
    "code": _code,
    "codes": _code,
    "flag": _code,
}
