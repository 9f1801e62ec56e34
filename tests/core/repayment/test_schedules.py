from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import decimal_oracle
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import add_months
from zoufang.core.repayment import DayCount, Method, Terms, build_schedule, due_dates, interest_fen
from zoufang.core.repayment.day_count import days_counted
from zoufang.core.repayment.due_dates import first_pay_day, months_begun
from zoufang.core.values import Rhythm

START = date(2026, 1, 31)


def terms(months: int = 12, **changes: Any) -> Terms:
    due = due_dates(add_months(START, 1), months, Rhythm.MONTHLY, 31)
    return replace(Terms(1_200_000, 1_200, START, due), **changes)


amounts = st.integers(100_000, 500_000_000)
several = st.builds(
    terms,
    months=st.integers(2, 60),
    principal_fen=amounts,
    annual_rate_bp=st.integers(0, 3_600),
    method=st.sampled_from([Method.EQUAL_INSTALMENT, Method.EQUAL_PRINCIPAL, Method.STEP_UP]),
    step_percent=st.integers(0, 10),
    day_count=st.sampled_from(DayCount),
    carried_interest_fen=st.integers(0, 10_000_000),
    carried_fees_fen=st.integers(0, 1_000_000),
)


@given(several)
@settings(max_examples=60, deadline=None)
def test_instalments_repay_exactly_what_is_owed(t: Terms) -> None:
    parts = build_schedule(t)
    assert sum(p.principal_fen for p in parts) == t.principal_fen
    assert sum(p.fees_fen for p in parts) == t.carried_fees_fen
    assert sum(p.interest_fen for p in parts) >= t.carried_interest_fen
    assert all(p.principal_fen >= 0 for p in parts)
    assert [p.due for p in parts] == list(t.due)


@given(several)
@settings(max_examples=40, deadline=None)
def test_level_instalments_agree_with_a_second_version_in_exact_fractions(t: Terms) -> None:
    level = replace(t, method=Method.EQUAL_INSTALMENT, carried_interest_fen=0, carried_fees_fen=0)
    parts = build_schedule(level)
    assert [(p.principal_fen, p.interest_fen) for p in parts] == decimal_oracle.schedule(level)


@given(several)
@settings(max_examples=40, deadline=None)
def test_only_the_last_level_instalment_takes_the_rounding(t: Terms) -> None:
    level = replace(t, method=Method.EQUAL_INSTALMENT, carried_interest_fen=0, carried_fees_fen=0)
    *others, last = build_schedule(level)
    assert len({p.amount_fen for p in others}) == 1
    assert abs(last.amount_fen - others[0].amount_fen) <= 4 * len(level.due)


@given(several, st.integers(1, 500))
@settings(max_examples=40, deadline=None)
def test_a_higher_rate_never_costs_less(t: Terms, more_bp: int) -> None:
    assume(t.method is not Method.STEP_UP)
    dearer = replace(t, annual_rate_bp=t.annual_rate_bp + more_bp)
    assert _interest(dearer) >= _interest(t)


def _interest(t: Terms) -> int:
    return sum(p.interest_fen for p in build_schedule(t))


@pytest.mark.parametrize(
    ("principal_yuan", "rate_bp", "months", "level_yuan"),
    [
        pytest.param(200_000, 700, 156, "1956.15", id="mortgagecalculator.tech: 200,000 at 7% over 13 years"),
        pytest.param(
            200_000, 650, 360, "1264.14", id="Wikipedia, Mortgage calculator: 200,000 at 6.5% over 30 years"
        ),
    ],
)
def test_published_level_instalments_come_out(
    principal_yuan: int, rate_bp: int, months: int, level_yuan: str
) -> None:
    start = date(2026, 1, 15)
    due = due_dates(date(2026, 2, 15), months)
    parts = build_schedule(Terms(principal_yuan * 100, rate_bp, start, due, day_count=DayCount.THIRTY_360))
    assert Decimal(parts[0].amount_fen) / 100 == Decimal(level_yuan)


def test_equal_principal_repays_the_same_each_time_and_less_interest() -> None:
    parts = build_schedule(terms(method=Method.EQUAL_PRINCIPAL, day_count=DayCount.THIRTY_360))
    assert {p.principal_fen for p in parts} == {100_000}
    assert [p.interest_fen for p in parts] == [12_000 - 1_000 * i for i in range(12)]


def test_interest_first_pays_interest_alone_and_then_level_instalments() -> None:
    parts = build_schedule(terms(method=Method.INTEREST_FIRST, interest_only=3, day_count=DayCount.THIRTY_360))
    assert [(p.principal_fen, p.interest_fen) for p in parts[:3]] == [(0, 12_000)] * 3
    assert len({p.amount_fen for p in parts[3:-1]}) == 1
    assert sum(p.principal_fen for p in parts) == 1_200_000


def test_a_step_up_plan_rises_by_its_step_each_year() -> None:
    parts = build_schedule(terms(months=24, method=Method.STEP_UP, step_percent=20))
    first, second = parts[0].amount_fen, parts[12].amount_fen
    assert abs(second - first * 1.2) <= 1
    assert first < build_schedule(terms(months=24))[0].amount_fen


def test_a_bullet_pays_all_at_once() -> None:
    (part,) = build_schedule(terms(method=Method.BULLET, due=(date(2026, 3, 2),), carried_fees_fen=500))
    assert (part.principal_fen, part.interest_fen, part.fees_fen) == (1_200_000, 11_836, 500)


def test_a_step_too_steep_to_pay_its_own_interest_is_refused() -> None:
    steep = terms(months=60, method=Method.STEP_UP, step_percent=200, step_every=12, annual_rate_bp=2_400)
    with pytest.raises(BadInput, match="fewer instalments"):
        build_schedule(steep)


def test_interest_free_months_without_a_payment_are_left_out() -> None:
    parts = build_schedule(terms(method=Method.INTEREST_FIRST, interest_only=3, annual_rate_bp=0))
    assert len(parts) == 9


def test_due_days_must_rise() -> None:
    with pytest.raises(BadInput, match="must rise"):
        terms(due=(START,))


@pytest.mark.parametrize(
    ("first", "rhythm", "day", "expected"),
    [
        pytest.param(
            date(2027, 1, 31), "monthly", None, ["2027-01-31", "2027-02-28", "2027-03-31"], id="month ends"
        ),
        pytest.param(
            date(2028, 1, 31), "monthly", None, ["2028-01-31", "2028-02-29", "2028-03-31"], id="leap year"
        ),
        pytest.param(
            date(2027, 2, 28), "monthly", 31, ["2027-02-28", "2027-03-31", "2027-04-30"], id="pay day 31"
        ),
        pytest.param(
            date(2026, 12, 30), "biweekly", None, ["2026-12-30", "2027-01-13", "2027-01-27"], id="biweekly"
        ),
        pytest.param(date(2028, 2, 25), "weekly", None, ["2028-02-25", "2028-03-03", "2028-03-10"], id="weekly"),
    ],
)
def test_due_days_follow_the_rhythm(first: date, rhythm: str, day: int | None, expected: list[str]) -> None:
    assert [d.isoformat() for d in due_dates(first, 3, Rhythm(rhythm), day)] == expected


@pytest.mark.parametrize(
    ("today", "pay_day", "expected"),
    [
        (date(2026, 11, 24), None, date(2026, 12, 24)),
        (date(2026, 11, 18), 28, date(2026, 11, 28)),
        (date(2026, 11, 19), 28, date(2026, 12, 28)),
        (date(2027, 2, 1), 31, date(2027, 2, 28)),
    ],
)
def test_the_first_pay_day_leaves_time(today: date, pay_day: int | None, expected: date) -> None:
    assert first_pay_day(today, pay_day, at_least_days=10) == expected


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        # ISDA's published 30E/360 examples (30-360-2006ISDADefs)
        (date(2007, 1, 15), date(2007, 1, 30), 15),
        (date(2007, 9, 30), date(2008, 3, 31), 180),
        (date(2007, 9, 30), date(2007, 10, 31), 30),
        (date(2007, 1, 15), date(2007, 7, 15), 180),
        (date(2008, 2, 29), date(2008, 8, 31), 180),
        (date(2006, 8, 31), date(2007, 2, 28), 180),
    ],
)
def test_thirty_360_counts_whole_months(start: date, end: date, days: int) -> None:
    assert days_counted(start, end, DayCount.THIRTY_360) == days


def test_each_day_count_gives_its_own_interest_over_a_leap_february() -> None:
    span = (date(2028, 1, 31), date(2028, 2, 29))
    given_by = {c.value: interest_fen(10_000_000, *span, 1_200, c) for c in DayCount}
    assert given_by == {
        "actual/365": 95_342,
        "actual/360": 96_667,
        "30/360": 100_000,
        "30e/360": 96_667,
        "30a/360": 96_667,
    }


def test_half_a_fen_of_interest_rounds_up() -> None:
    assert interest_fen(1_825, date(2026, 1, 1), date(2026, 1, 11), 100, DayCount.ACTUAL_365) == 1  # 0.5 fen


@pytest.mark.parametrize(
    ("end", "months"), [(date(2031, 11, 24), 60), (date(2031, 11, 25), 61), (date(2026, 11, 24), 0)]
)
def test_a_begun_month_counts(end: date, months: int) -> None:
    assert months_begun(date(2026, 11, 24), end) == months
