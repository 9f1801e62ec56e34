"""A loan once over 90 days late does not rise the day it pays (CN-C5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.builders_portfolio import INSTALMENT_FEN, a_loan, instalment
from zoufang.core.portfolio import AgeingPolicy, ClassFacts, FiveClass, Loan, Payment, add_months, age, classify

FIRST = date(2026, 1, 10)


def monthly(*paid_on: date) -> Loan:
    """Twenty-four monthly instalments; each date pays one, oldest first."""
    loan = a_loan(dues=tuple(instalment(add_months(FIRST, i)) for i in range(24)))
    return replace(loan, payments=tuple(Payment(f"p{i}", on, INSTALMENT_FEN) for i, on in enumerate(paid_on)))


def fallen_and_caught_up(days_late: int, kept_months: int, *, missed: int | None = None) -> Loan:
    """The first is paid `days_late` days late with all that is due by then, the rest on their dates."""
    clear = FIRST + timedelta(days=days_late)
    behind = [clear for i in range(24) if add_months(FIRST, i) <= clear]
    rest = [add_months(FIRST, len(behind) + i) for i in range(kept_months)]
    if missed is not None:
        rest[missed] += timedelta(days=3)
    return monthly(*behind, *rest)


def floor(loan: Loan, on: date) -> FiveClass:
    return classify(ClassFacts.of(age(loan, on))).floor


@pytest.mark.parametrize(("days_late", "expected"), [(90, FiveClass.NORMAL), (91, FiveClass.SUBSTANDARD)])
def test_only_a_loan_that_was_over_ninety_days_late_must_pass_the_test(days_late, expected):
    day = FIRST + timedelta(days=days_late + 1)
    snapshot = age(fallen_and_caught_up(days_late, 0), day)
    assert (snapshot.dpd, classify(ClassFacts.of(snapshot)).floor) == (0, expected)


def test_six_months_of_kept_instalments_lift_it():
    clear = FIRST + timedelta(days=95)
    loan = fallen_and_caught_up(95, 20)
    assert floor(loan, add_months(clear, 6) - timedelta(days=1)) is FiveClass.SUBSTANDARD
    assert floor(loan, add_months(clear, 6)) is FiveClass.NORMAL


def test_one_late_instalment_starts_the_test_anew():
    loan = fallen_and_caught_up(95, 20, missed=3)
    late = add_months(FIRST, 7) + timedelta(days=3)
    assert floor(loan, add_months(late, 6) - timedelta(days=1)) is FiveClass.SUBSTANDARD
    assert floor(loan, add_months(late, 6)) is FiveClass.NORMAL


def test_a_small_delay_after_the_test_is_passed_does_not_bring_the_class_back():
    loan = fallen_and_caught_up(95, 20, missed=12)
    assert floor(loan, add_months(FIRST, 16) + timedelta(days=5)) is FiveClass.NORMAL


def test_instalments_kept_before_a_late_one_do_not_count_again():
    five_in_a_row = AgeingPolicy(upgrade_periods=5, upgrade_months=1)
    loan = fallen_and_caught_up(95, 20, missed=3)
    late = add_months(FIRST, 7)
    assert age(loan, add_months(late, 4), five_in_a_row).upgrade_pending
    assert not age(loan, add_months(late, 5), five_in_a_row).upgrade_pending
