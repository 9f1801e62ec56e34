from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.values import BANK_ZONE
from zoufang.files.columns import read_column
from zoufang.files.fields import schema
from zoufang.files.mapping import ColumnRule
from zoufang.files.problems import Problem
from zoufang.files.spelling import from_serial, read_date, read_moment

TODAY = date(2025, 8, 31)
OPENED, MATURITY = (schema("loan_book").field(name) for name in ("opened_on", "maturity"))
SPELLINGS = (
    "{d.year}-{d.month:02d}-{d.day:02d}",
    "{d.year}{d.month:02d}{d.day:02d}",
    "{d.year}.{d.month}.{d.day}",
    "{d.year}/{d.month}/{d.day}",
    "{d.year}年{d.month}月{d.day}日",
    "{d.year}-{d.month:02d}-{d.day:02d} 00:00:00",
    "{d.year}/{d.month}/{d.day} 9:30",
)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.sampled_from(SPELLINGS))
def test_every_unambiguous_spelling_gives_the_same_day(day: date, spelling: str):
    text = spelling.format(d=day)
    column = read_column(MATURITY, ColumnRule("maturity", "到期日"), pl.Series([text]), None, TODAY)
    assert read_date(text) == day
    assert column.values.to_list() == [day]


def test_full_width_digits_are_dates_too():
    assert read_date("２０２５年８月１７日") == date(2025, 8, 17)


@pytest.mark.parametrize("text", ["2025-02-30", "20250230", "2025年13月1日", "2025.4.31", "3025-01-01"])
def test_a_day_that_does_not_exist_is_refused(text: str):
    column = read_column(OPENED, ColumnRule("opened_on", "放款日"), pl.Series([text]), None, TODAY)
    assert column.problems.to_list() == [Problem.NO_SUCH_DATE]


@pytest.mark.parametrize("text", ["25-08-17", "17/08/2025", "2025年8月", "上月", "45886", "2025", "08-17"])
def test_what_could_mean_several_days_is_refused(text: str):
    assert read_date(text) is Problem.NOT_DATE


def test_day_first_is_read_only_if_the_mapping_says_so():
    assert read_date("17/08/2025", ("dmy",)) == date(2025, 8, 17)
    assert read_date("08/17/2025", ("mdy",)) == date(2025, 8, 17)
    assert read_date("05/06/2025", ("dmy",)) == date(2025, 6, 5)


def test_a_serial_is_a_day_where_the_sheet_holds_numbers():
    assert read_date("45886", serial=True) == date(2025, 8, 17)
    assert read_date("45886", ("serial",)) == date(2025, 8, 17)
    assert from_serial(45886 - 1462, since_1904=True).date() == date(2025, 8, 17)


@given(st.dates(date(1927, 5, 19), date(2173, 10, 13)))
def test_serials_count_days_from_the_spreadsheets_own_beginning(day: date):
    assert read_date(str((day - date(1899, 12, 30)) // timedelta(days=1)), serial=True) == day


def test_core_systems_words_for_no_date_are_empty():
    text = pl.Series(["00000000", "99991231", "0", "9999-12-31", None])
    column = read_column(MATURITY, ColumnRule("maturity", "到期日"), text, None, TODAY)
    assert column.values.to_list() == [None] * 5
    assert column.problems.null_count() == 5


def test_a_day_after_today_is_refused_where_it_cannot_be():
    tomorrow = pl.Series(["2025-09-01"])
    opened = read_column(OPENED, ColumnRule("opened_on", "放款日"), tomorrow, None, TODAY)
    matures = read_column(MATURITY, ColumnRule("maturity", "到期日"), tomorrow, None, TODAY)
    assert opened.problems.to_list() == [Problem.FUTURE_DATE]
    assert matures.values.to_list() == [date(2025, 9, 1)]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-08-15 10:30:05", datetime(2025, 8, 15, 10, 30, 5, tzinfo=BANK_ZONE)),
        ("2025/8/15 9:05", datetime(2025, 8, 15, 9, 5, tzinfo=BANK_ZONE)),
        ("2025年8月15日 10时30分", datetime(2025, 8, 15, 10, 30, tzinfo=BANK_ZONE)),
        ("20250815", datetime(2025, 8, 15, tzinfo=BANK_ZONE)),
    ],
)
def test_a_time_of_day_is_beijing_time(text: str, moment: datetime):
    assert read_moment(text) == moment
