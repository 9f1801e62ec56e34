"""Schedules by what the contract says: rounding, compounding, stubs, balloons, days on which a bank is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import decimal_oracle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.repayment import (
    Calendar,
    Compounding,
    DayCount,
    HolidayShift,
    Method,
    Rounding,
    Terms,
    build_schedule,
    due_dates,
    interest_fen,
    pay_day,
    pay_days,
)
from zoufang.core.repayment.day_count import days_counted
from zoufang.core.values import Rhythm

START = date(2026, 1, 31)
NATIONAL_DAY = Calendar(
    closed=frozenset(date(2026, 10, d) for d in range(1, 8)), opened=frozenset({date(2026, 10, 10)})
)


def monthly(count: int = 12, start: date = START, **changes: Any) -> Terms:
    due = due_dates(add_months(start, 1), count, Rhythm.MONTHLY, start.day)
    return replace(Terms(1_200_000, 1_200, start, due, day_count=DayCount.THIRTY_360), **changes)


@st.composite
def contracts(draw: Any) -> Terms:
    start = draw(st.dates(date(2023, 12, 1), date(2028, 3, 31)))
    rhythm = draw(st.sampled_from(Rhythm))
    first = start + timedelta(days=draw(st.integers(5, 70)))
    due = due_dates(first, draw(st.integers(2, 26)), rhythm, draw(st.none() | st.integers(1, 31)))
    principal = draw(st.integers(100_000, 500_000_000))
    method = draw(st.sampled_from([m for m in Method if m is not Method.BULLET]))
    balloon = draw(st.integers(0, 50)) if method is Method.BALLOON else 0
    if due[0] <= start:
        due = due[1:]
    return Terms(
        principal,
        draw(st.integers(0, 2_400)),
        start,
        due,
        method=method,
        day_count=draw(st.sampled_from(DayCount)),
        rounding=draw(st.sampled_from(Rounding)),
        compounding=draw(st.sampled_from(Compounding)),
        interest_only=len(due) // 3,
        step_percent=3,
        balloon_fen=principal * balloon // 100,
        regular_from=draw(st.sampled_from([None, due[0] - timedelta(days=30), due[0] - timedelta(days=14)])),
    )


@given(contracts())
@settings(max_examples=150, deadline=None)
def test_every_contract_agrees_with_a_second_version_in_exact_fractions(terms: Terms) -> None:
    expected = [(a, b) for a, b in decimal_oracle.schedule(terms) if a + b]
    assert [(p.principal_fen, p.interest_fen) for p in build_schedule(terms)] == expected
    assert sum(p.principal_fen for p in build_schedule(terms)) == terms.principal_fen


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 900),
    st.sampled_from(DayCount),
    st.sampled_from(Compounding),
    st.sampled_from(Rounding),
)
@settings(max_examples=150, deadline=None)
def test_interest_agrees_with_exact_fractions(
    start: date, length: int, convention: DayCount, compounding: Compounding, rounding: Rounding
) -> None:
    end = start + timedelta(days=length)
    grown = decimal_oracle.growth(
        start, end, decimal_oracle.Fraction(1_825, 10_000), convention.value, compounding.value
    )
    expected = decimal_oracle.whole(max(grown - 1, decimal_oracle.Fraction(0)) * 7_654_321, rounding.value)
    assert interest_fen(7_654_321, start, end, 1_825, convention, rounding, compounding) == expected


@pytest.mark.parametrize(
    ("yuan", "rate_bp", "months", "level_yuan"),
    [
        pytest.param(1_000_000, 490, 360, "5307.27", id="ccv168.com/baike/99999: 100万, 30年, 4.9%"),
        pytest.param(1_000_000, 590, 360, "5931.37", id="ccv168.com/baike/99999: 100万, 30年, 5.9%"),
        pytest.param(1_000_000, 490, 240, "6544.44", id="372181.com/wenda/229816: 100万, 20年, 4.9%"),
        pytest.param(1_200_000, 490, 360, "6368.72", id="bz417.com/baike/60016: 120万, 30年, 4.9%"),
    ],
)
def test_published_equal_instalments_come_out(yuan: int, rate_bp: int, months: int, level_yuan: str) -> None:
    parts = build_schedule(monthly(months, date(2026, 1, 15), principal_fen=yuan * 100, annual_rate_bp=rate_bp))
    assert Decimal(parts[0].amount_fen) / 100 == Decimal(level_yuan)


def test_published_equal_principal_comes_out() -> None:
    """ccv168.com/baike/99999: 1,000,000 at 5.9% over 30 years: 7,694.44, falling by 13.66, 887,458.33 in all."""
    terms = monthly(
        360, date(2026, 1, 15), principal_fen=100_000_000, annual_rate_bp=590, method=Method.EQUAL_PRINCIPAL
    )
    parts = build_schedule(terms)
    assert abs(parts[0].amount_fen - 769_444) <= 1
    assert abs(parts[0].amount_fen - parts[1].amount_fen - 1_366) <= 1
    assert abs(sum(p.interest_fen for p in parts) - 88_745_833) <= 180  # each month is rounded to the fen


@pytest.mark.parametrize(
    ("owed", "rate_bp", "months", "balloon", "level"),
    [
        pytest.param(10_000_000, 729, 60, 5_898_600, 117_609, id="tvaluehelp.com, Loan with Balloon Payment"),
        pytest.param(
            50_000_000,
            600,
            60,
            38_426_440 - 421_928,
            421_928,
            id="formsbirds.com, balloon calculator",
        ),
    ],
)
def test_published_balloons_come_out(owed: int, rate_bp: int, months: int, balloon: int, level: int) -> None:
    """The second example pays its balloon of 384,264.40 in the 60th month instead of an instalment."""
    terms = monthly(
        months,
        date(2025, 11, 24),
        principal_fen=owed,
        annual_rate_bp=rate_bp,
        method=Method.BALLOON,
        balloon_fen=balloon,
    )
    *others, last = build_schedule(terms)
    assert abs(others[0].amount_fen - level) <= 1
    assert abs(last.amount_fen - others[0].amount_fen - balloon) <= 60


def test_compound_interest_comes_out_as_published() -> None:
    """Investor.gov's and most textbooks' 1,000 at 5% over ten years: 1,628.89 yearly, 1,647.01 monthly."""
    span = (date(2026, 1, 15), date(2036, 1, 15))
    grown = {
        kind: 100_000 + interest_fen(100_000, *span, 500, DayCount.THIRTY_360, compounding=kind)
        for kind in (Compounding.NONE, Compounding.YEARLY, Compounding.MONTHLY)
    }
    assert grown == {Compounding.NONE: 150_000, Compounding.YEARLY: 162_889, Compounding.MONTHLY: 164_701}


@pytest.mark.parametrize(
    ("start", "end", "by_convention"),
    [
        # ISDA's published 30/360 examples (30-360-2006ISDADefs): bond basis, Eurobond, 30E/360 (ISDA)
        (date(2007, 1, 15), date(2007, 1, 31), (16, 15, 15)),
        (date(2007, 1, 15), date(2007, 3, 31), (76, 75, 75)),
        (date(2007, 9, 30), date(2007, 10, 31), (30, 30, 30)),
        (date(2006, 8, 31), date(2007, 2, 28), (178, 178, 180)),
        (date(2007, 2, 28), date(2007, 3, 5), (7, 7, 5)),
        (date(2008, 2, 29), date(2008, 8, 31), (182, 181, 180)),
    ],
)
def test_the_three_kinds_of_30_360_differ_as_published(
    start: date, end: date, by_convention: tuple[int, int, int]
) -> None:
    kinds = (DayCount.BOND_30_360, DayCount.EURO_30_360, DayCount.THIRTY_360)
    assert tuple(days_counted(start, end, kind) for kind in kinds) == by_convention


@pytest.mark.parametrize(
    ("rounding", "fen"),
    [(Rounding.HALF_UP, 3), (Rounding.HALF_EVEN, 2), (Rounding.DOWN, 2), (Rounding.UP, 3)],
)
def test_the_contract_says_how_half_a_fen_is_rounded(rounding: Rounding, fen: int) -> None:
    ten_days = (date(2026, 1, 1), date(2026, 1, 11))
    assert interest_fen(9_125, *ten_days, 100, DayCount.ACTUAL_365, rounding) == fen  # 2.5 fen


def test_a_long_first_period_is_paid_with_the_first_instalment_alone() -> None:
    stub = monthly(start=date(2026, 1, 15), day_count=DayCount.ACTUAL_365)
    longer = replace(stub, start=date(2026, 1, 1), regular_from=date(2026, 1, 15))
    plain, first = build_schedule(stub), build_schedule(longer)
    extra = interest_fen(1_200_000, date(2026, 1, 1), date(2026, 1, 15), 1_200, DayCount.ACTUAL_365)
    assert abs(first[0].amount_fen - plain[0].amount_fen - extra) <= 1
    assert [p.amount_fen for p in first[1:]] == [p.amount_fen for p in plain[1:]]


def test_a_short_first_period_makes_the_first_instalment_smaller() -> None:
    stub = monthly(start=date(2026, 1, 15))
    shorter = build_schedule(replace(stub, start=date(2026, 2, 5), regular_from=date(2026, 1, 15)))
    assert shorter[0].amount_fen == build_schedule(stub)[0].amount_fen - 8_000
    assert [p.principal_fen for p in shorter] == [p.principal_fen for p in build_schedule(stub)]


@pytest.mark.parametrize(
    ("day", "shift", "paid"),
    [
        pytest.param("2026-10-01", "none", "2026-10-01", id="the contract moves nothing"),
        pytest.param("2026-10-01", "following", "2026-10-08", id="民法典 203: the day after the holiday"),
        pytest.param("2026-10-01", "preceding", "2026-09-30", id="the day before"),
        pytest.param("2026-10-31", "following", "2026-11-02", id="over a weekend into the next month"),
        pytest.param("2026-10-31", "modified_following", "2026-10-30", id="but not by the modified rule"),
        pytest.param("2026-10-10", "following", "2026-10-10", id="a Saturday that is worked (调休)"),
        pytest.param("2026-10-12", "following", "2026-10-12", id="an open day stays"),
    ],
)
def test_a_due_day_on_a_holiday_moves_as_the_contract_says(day: str, shift: str, paid: str) -> None:
    moved = pay_day(date.fromisoformat(day), HolidayShift(shift), NATIONAL_DAY)
    assert moved.isoformat() == paid


def test_interest_may_run_to_the_due_day_though_it_is_paid_later() -> None:
    due = due_dates(date(2026, 9, 1), 3)
    paid = pay_days(due, HolidayShift.FOLLOWING, NATIONAL_DAY)
    terms = Terms(1_200_000, 1_200, date(2026, 8, 1), due, day_count=DayCount.ACTUAL_365)
    held, adjusted = build_schedule(replace(terms, pay_on=paid)), build_schedule(replace(terms, due=paid))
    assert [p.due for p in held] == [p.due for p in adjusted] == list(paid)
    assert [p.interest_fen for p in held] == [p.interest_fen for p in build_schedule(terms)]
    assert adjusted[1].interest_fen > held[1].interest_fen


def test_two_weekly_instalments_may_be_paid_on_one_day_after_a_long_holiday() -> None:
    due = due_dates(date(2026, 10, 1), 2, Rhythm.WEEKLY)
    paid = pay_days(due, HolidayShift.FOLLOWING, NATIONAL_DAY)
    assert paid == (date(2026, 10, 8), date(2026, 10, 8))
    terms = Terms(100_000, 0, date(2026, 9, 24), due, pay_on=paid)
    assert [p.amount_fen for p in build_schedule(terms)] == [50_000, 50_000]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"balloon_fen": 1}, "balloon"),
        ({"method": Method.BALLOON, "balloon_fen": 1_200_001}, "balloon"),
        ({"regular_from": date(2026, 2, 28)}, "first regular period"),
        ({"pay_on": (date(2026, 3, 1),)}, "one pay day"),
    ],
)
def test_terms_that_cannot_be_are_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        monthly(**changes)


def test_a_calendar_cannot_hold_a_day_both_open_and_closed() -> None:
    day = frozenset({date(2026, 10, 1)})
    with pytest.raises(BadInput, match="both open and closed"):
        Calendar(day, day)


def test_a_bank_that_is_never_open_is_an_error() -> None:
    shut = Calendar(frozenset(date(2026, 1, 1) + timedelta(days=i) for i in range(60)))
    with pytest.raises(BadInput, match="never open"):
        pay_day(date(2026, 1, 5), HolidayShift.FOLLOWING, shut)
