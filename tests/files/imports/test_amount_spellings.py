from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.values import format_yuan
from zoufang.files.columns import read_column
from zoufang.files.fields import schema
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem
from zoufang.files.spelling import read_amount, read_rate, read_whole

BALANCE = schema("loan_book").field("principal_balance")
fens = st.integers(0, 10**14 - 1)


def column_of(texts: list[str | None], unit: str = "yuan", negative: str | None = "allow") -> pl.Series:
    rule = ColumnRule("principal_balance", "贷款余额", unit=unit, negative=negative)  # type: ignore[arg-type]
    return read_column(BALANCE, rule, pl.Series(texts, dtype=pl.String), None, date(2025, 8, 31)).values


@pytest.mark.parametrize(
    ("text", "unit", "fen"),
    [
        ("12345.67", "yuan", 1_234_567),
        ("1,234,567.80", "yuan", 123_456_780),
        ("１２，３４５．６７", "yuan", 1_234_567),
        ("￥12345.67元", "yuan", 1_234_567),
        ("RMB 100", "yuan", 10_000),
        ("12.5万元", "yuan", 12_500_000),
        ("12.5", "wan", 12_500_000),
        ("120元", "wan", 12_000),
        ("5万元整", "yuan", 5_000_000),
        ("−8.00", "yuan", -800),
        ("1.2亿", "yuan", 12_000_000_000),
        ("(1,234.50)", "yuan", -123_450),
        ("（1,234.50）", "yuan", -123_450),
        ("1234.50-", "yuan", -123_450),
        ("-3", "fen", -3),
        ("100.000", "yuan", 10_000),
        ("1.5e3", "yuan", 150_000),
        ("0", "wan", 0),
    ],
)
def test_an_amount_is_understood_as_people_write_it(text: str, unit: str, fen: int):
    assert read_amount(text, unit) == fen  # type: ignore[arg-type]
    assert column_of([text], unit).to_list() == [fen]


@pytest.mark.parametrize("text", ["1.2.3", "十二万", "12-3", "--5", "1e99", "99999999999999.99", "1/2"])
def test_what_is_no_amount_is_named_so(text: str):
    assert read_amount(text) is Problem.NOT_AMOUNT


def test_an_amount_finer_than_a_fen_is_refused_not_rounded():
    assert read_amount("0.001") is Problem.TOO_FINE
    assert read_amount("0.0000001", "wan") is Problem.TOO_FINE


@given(fens)
def test_yuan_written_with_commas_reads_back_to_the_same_fen(fen: int):
    assert column_of([format_yuan(fen), f"{fen // 100}.{fen % 100:02d}"]).to_list() == [fen, fen]


@given(fens)
def test_wan_reads_back_to_the_same_fen(fen: int):
    text = f"{Decimal(fen) / 1_000_000:f}"
    assert column_of([text], "wan").to_list() == [fen]


@given(
    st.lists(st.from_regex(r"-?[0-9]{1,14}(\.[0-9]{0,4})?", fullmatch=True), max_size=8),
    st.sampled_from(["fen", "yuan", "wan"]),
)
def test_the_fast_reading_of_a_column_agrees_with_the_readable_rule(texts: list[str], unit: str):
    plainly = [read_amount(text, unit) for text in texts]  # type: ignore[arg-type]
    assert column_of(texts, unit).to_list() == [None if isinstance(r, Problem) else r for r in plainly]


def test_negative_amounts_are_refused_unless_the_mapping_says_otherwise():
    text = pl.Series(["-5", "5"])
    by_policy = {
        policy: read_column(
            BALANCE,
            ColumnRule("principal_balance", "余额", negative=policy),
            text,
            None,
            date(2025, 8, 31),  # type: ignore[arg-type]
        )
        for policy in (None, "allow", "zero")
    }
    assert by_policy[None].problems.to_list() == ["negative", None]
    assert by_policy["allow"].values.to_list() == [-500, 500]
    assert by_policy["zero"].values.to_list() == [0, 500]


@pytest.mark.parametrize("text", ["-", "无", "/", "", "N/A", "null", "——"])
def test_words_for_nothing_are_empty(text: str):
    assert column_of([text]).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "ppm"), [("4.35%", 43_500), ("4.35", 43_500), ("0.0435", 43_500), ("３.６％", 36_000), ("5‰", 5_000)]
)
def test_a_yearly_rate_is_read_in_millionths(text: str, ppm: int):
    assert read_rate(text) == ppm


@pytest.mark.parametrize(("text", "days"), [("45", 45), ("45天", 45), ("45.0", 45), ("４５", 45), ("1,045", 1045)])
def test_days_are_whole_numbers(text: str, days: int):
    assert read_whole(text) == days
    assert read_whole("4.5") is Problem.NOT_WHOLE
