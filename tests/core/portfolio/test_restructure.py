"""A restructure must not hide arrears (frappe/lending #1102, #1450; CN-C4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.builders_portfolio import INSTALMENT_FEN, TODAY, a_loan, instalment, paid
from zoufang.core.errors import BadInput
from zoufang.core.portfolio import (
    ClassFacts,
    FiveClass,
    Loan,
    Payment,
    Restructure,
    Reversal,
    add_months,
    age,
    classify,
)

MONTHLY_FEN = 5_000


def new_schedule(on: date, months: int = 20, fen: int = MONTHLY_FEN) -> tuple:
    return tuple(instalment(add_months(on, i), fen, 0) for i in range(1, months + 1))


def restructured(days_past_due: int, **changes) -> Loan:
    """100,000 fen of principal, restructured on TODAY into twenty months."""
    return a_loan(days_past_due, restructures=(Restructure("s1", TODAY, new_schedule(TODAY)),), **changes)


def paying(loan: Loan, months: int, *, missed: int | None = None) -> Loan:
    """Every month's instalment on its due date; the `missed` one ten days late."""
    payments = tuple(
        Payment(f"m{i}", add_months(TODAY, i) + timedelta(days=10 if i == missed else 0), MONTHLY_FEN)
        for i in range(1, months + 1)
    )
    return replace(loan, payments=payments)


def floor(loan: Loan, on: date) -> FiveClass:
    return classify(ClassFacts.of(age(loan, on))).floor


def test_the_day_after_a_restructure_the_old_delay_still_counts():
    snapshot = age(restructured(45), TODAY + timedelta(days=1))
    assert (snapshot.dpd, snapshot.pre_restructure_dpd, snapshot.bucket) == (45, 45, "M2")
    assert snapshot.oldest_due == TODAY - timedelta(days=45)


def test_nothing_is_overdue_under_the_new_schedule_before_its_first_date():
    snapshot = age(restructured(45), TODAY + timedelta(days=1))
    assert (snapshot.arrears_fen, snapshot.principal_fen) == (0, 100_000)


def test_a_loan_under_ninety_days_performs_after_two_instalments_kept():
    loan = paying(restructured(45), 2)
    assert age(loan, add_months(TODAY, 2) - timedelta(days=1)).dpd == 45
    assert age(loan, add_months(TODAY, 2)).dpd == 0
    assert age(loan, add_months(TODAY, 2)).pre_restructure_dpd == 45


def test_frappe_1102_a_non_performing_loan_carries_its_delay_through_the_watch_period():
    loan = paying(restructured(120), 20)
    first = add_months(TODAY, 1)
    assert age(loan, add_months(first, 12) - timedelta(days=1)).dpd == 120
    assert age(loan, add_months(first, 12)).dpd == 0


def test_the_class_stays_special_mention_until_the_watch_period_is_passed():
    loan = paying(restructured(45), 20)
    first = add_months(TODAY, 1)
    assert floor(loan, add_months(first, 12) - timedelta(days=1)) is FiveClass.SPECIAL_MENTION
    assert floor(loan, add_months(first, 12)) is FiveClass.NORMAL


def test_a_missed_instalment_starts_the_watch_period_anew():
    loan = paying(restructured(45), 20, missed=6)
    watch = age(loan, add_months(TODAY, 14)).restructure.watch
    assert (watch.start, watch.passed_on) == (add_months(TODAY, 7), None)
    assert age(loan, add_months(TODAY, 19)).restructure.watch.passed_on == add_months(TODAY, 19)


def test_an_instalment_missed_under_the_new_schedule_ages_from_its_own_due_date():
    loan = restructured(45)
    assert age(loan, add_months(TODAY, 1) + timedelta(days=50)).dpd == 50


def test_restructuring_again_inside_the_watch_period_is_at_least_substandard():
    again = add_months(TODAY, 4)
    loan = paying(restructured(45), 3)
    rest = 100_000 - 3 * MONTHLY_FEN
    loan = replace(
        loan,
        restructures=(*loan.restructures, Restructure("s2", again, (instalment(add_months(again, 1), rest, 0),))),
    )
    assert floor(loan, again) is FiveClass.SUBSTANDARD


def test_restructuring_twice_keeps_the_delay_of_the_first_time():
    soon = TODAY + timedelta(days=5)
    loan = restructured(45)
    loan = replace(loan, restructures=(*loan.restructures, Restructure("s2", soon, new_schedule(soon))))
    assert age(loan, soon).dpd == 45


def test_principal_that_the_new_schedule_forgets_stays_overdue_at_its_old_age():
    short = Restructure("s1", TODAY, new_schedule(TODAY, months=10))
    snapshot = age(a_loan(45, restructures=(short,)), TODAY)
    assert (snapshot.overdue_principal_fen, snapshot.principal_fen) == (50_000, 100_000)
    assert age(a_loan(45, restructures=(short,)), TODAY + timedelta(days=10)).dpd == 55


def test_a_payment_booked_after_the_restructure_pays_the_new_schedule():
    loan = restructured(45)
    early = paid(loan, 2 * MONTHLY_FEN, TODAY - timedelta(days=3), posted=TODAY + timedelta(days=3))
    snapshot = age(replace(loan, payments=(early,)), add_months(TODAY, 2))
    assert (snapshot.principal_fen, snapshot.arrears_fen, snapshot.credit_fen) == (100_000 - 2 * MONTHLY_FEN, 0, 0)


def test_a_payment_known_at_the_restructure_is_not_counted_twice():
    loan = a_loan(45)
    loan = replace(
        loan,
        payments=(paid(loan, INSTALMENT_FEN // 2, TODAY - timedelta(days=3)),),
        restructures=(Restructure("s1", TODAY, (instalment(add_months(TODAY, 1), 55_000, 0),)),),
    )
    assert age(loan, TODAY).owed_fen == 55_000


def test_frappe_1450_a_restructure_can_be_taken_back():
    loan = restructured(45)
    undone = replace(loan, reversals=(Reversal("r1", "s1", TODAY + timedelta(days=5)),))
    after = TODAY + timedelta(days=5)
    assert age(undone, after) == age(a_loan(45), after)


def test_a_loan_paid_off_after_its_restructure_carries_nothing():
    loan = restructured(120)
    tomorrow = TODAY + timedelta(days=1)
    assert age(replace(loan, payments=(Payment("all", tomorrow, 100_000),)), tomorrow).dpd == 0
    assert age(replace(loan, payments=(Payment("all", tomorrow, 99_999),)), tomorrow).dpd == 120


def test_new_instalments_cannot_fall_due_on_or_before_the_restructure():
    with pytest.raises(BadInput, match="due after 2026-06-30"):
        Restructure("s1", TODAY, (instalment(TODAY),))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_end_on_the_last_day_there_is(day, months, expected):
    assert add_months(day, months) == expected
