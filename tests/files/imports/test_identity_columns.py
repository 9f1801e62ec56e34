from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from tests.files.imports.identity_numbers import a_credit_code, a_resident_id
from zoufang.files.cells import CellKind
from zoufang.files.columns import read_column
from zoufang.files.fields import KINDS, schema
from zoufang.files.identifiers import is_phone, is_resident_id, read_id, read_phone
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem

TODAY = date(2025, 8, 31)
ID = schema("loan_book").field("id_number")


def problems_of(texts: list[str], kinds: list[CellKind] | None = None) -> list[str | None]:
    series = pl.Series(kinds, dtype=pl.UInt8) if kinds else None
    return read_column(ID, ColumnRule("id_number", "证件号码"), pl.Series(texts), series, TODAY).problems.to_list()


@given(st.integers(1, 999), st.dates(date(1930, 1, 1), date(2020, 12, 31)), st.sampled_from("0123456789X"))
def test_the_column_check_agrees_with_stdnum_on_every_check_character(serial: int, born: date, last: str):
    text = a_resident_id(serial, born=born.strftime("%Y%m%d"))[:17] + last
    assert is_resident_id(pl.Series([text]), TODAY).to_list() == [ric.calc_check_digit(text) == last]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (a_resident_id(1)[:17] + ("1" if a_resident_id(1)[17] != "1" else "2"), Problem.ID_CHECKSUM),
        (a_resident_id(1, born="19850230"), Problem.ID_BIRTH),
        (a_resident_id(1, born="20990101"), Problem.ID_BIRTH),
        ("371402850315001", Problem.ID_OLD),
        ("3.71402E+17", Problem.SCIENTIFIC),
        ("371402********0015", Problem.MASKED),
        ("37140219850315", Problem.ID_FORM),
        (a_credit_code(1)[:17] + ("A" if a_credit_code(1)[17] != "A" else "B"), Problem.USCC_CHECKSUM),
    ],
)
def test_each_fault_of_an_identity_number_is_named(text: str, problem: Problem):
    assert problems_of([text]) == [problem]


def test_a_credit_code_and_a_lower_case_x_are_right():
    with_x = next(n for n in (a_resident_id(i) for i in range(1, 200)) if n.endswith("X"))
    assert read_id(with_x.lower(), TODAY) == with_x
    assert read_id(a_credit_code(), TODAY) == a_credit_code()
    assert problems_of([with_x.lower(), a_credit_code(), " " + a_resident_id()]) == [None, None, None]


def test_an_id_stored_as_a_number_is_rejected_as_rounded_even_if_its_check_character_fits():
    right = a_resident_id(1)
    assert problems_of([right, right], [CellKind.NUMBER, CellKind.TEXT]) == [Problem.ROUNDED, None]


def test_ids_rounded_before_a_csv_export_are_known_by_their_many_zeros():
    rounded = [a_resident_id(i)[:15] + "000" for i in range(1, 6)]
    assert problems_of([*rounded, a_resident_id(7)]) == [*[Problem.ROUNDED] * 5, None]


def test_one_id_that_truly_ends_in_zeros_among_many_is_accepted():
    serials = range(100, 1000, 100)
    true = next(
        n
        for year in range(1950, 1999)
        for s in serials
        if (n := a_resident_id(s, born=f"{year}0315")).endswith("000")
    )
    others = [a_resident_id(i) for i in range(1, 60)]
    assert problems_of([true, *others]) == [None] * 60


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("13900000101", "13900000101"),
        ("+86 139-0000-0101", "13900000101"),
        ("１３９０００００１０１", "13900000101"),
        ("8613900000101", "13900000101"),
        ("13900000101.0", "13900000101"),
        ("0534-2600101", "0534-2600101"),
        ("05342600101", "0534-2600101"),
        ("(010)62345678", "010-62345678"),
        ("0534-2600101转12", "0534-2600101-12"),
        ("400-800-1234", "4008001234"),
    ],
)
def test_a_telephone_number_is_kept_in_one_form(text: str, kept: str):
    assert read_phone(text) == kept


@pytest.mark.parametrize(
    "text", ["1390000010", "12345678901", "2600101", "0534-1600101", "13900000101/13900000102", "abc"]
)
def test_what_is_no_telephone_number_is_refused(text: str):
    assert read_phone(text) is Problem.PHONE_FORM


@given(st.from_regex(r"(1[0-9]{10}|0[0-9]{2,3}-[0-9]{7,8})", fullmatch=True))
def test_the_fast_telephone_check_accepts_only_what_the_readable_rule_leaves_as_it_is(text: str):
    if is_phone(pl.Series([text]))[0]:
        assert read_phone(text) == text


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_of_the_schema_are_themselves_valid(kind: str):
    for field in schema(kind).fields:
        if field.example:
            column = read_column(field, ColumnRule(field.name, field.zh), pl.Series([field.example]), None, TODAY)
            assert (field.name, column.problems.to_list()) == (field.name, [None])
