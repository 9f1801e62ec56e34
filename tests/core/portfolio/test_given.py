from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.builders_portfolio import TODAY, a_loan
from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Bucket, Figure, FiveClass, GivenFigures, Origin, report, standing


def the_bank_says(**figures) -> GivenFigures:
    return GivenFigures("DZ-0001", TODAY, "core extract 2026-06-30", **figures)


def test_the_difference_report_names_figure_and_both_values():
    result = standing(TODAY, loan=a_loan(45), given=the_bank_says(dpd=40, overdue_principal_fen=100_000))
    assert [(d.figure, d.given, d.ours) for d in result.differences] == [(Figure.DPD, 40, 45)]


def test_figures_that_the_bank_did_not_give_are_no_difference():
    assert standing(TODAY, loan=a_loan(45), given=the_bank_says()).differences == ()


def test_the_banks_own_figure_is_used_and_ours_is_told():
    used = standing(TODAY, loan=a_loan(45), given=the_bank_says(dpd=95)).dpd
    assert (used.value, used.origin) == (95, Origin.GIVEN)
    assert str(used.why) == "The bank's own figure of 2026-06-30 (core extract 2026-06-30); the entries give 45"


def test_without_a_given_figure_the_entries_decide():
    used = standing(TODAY, loan=a_loan(45), given=the_bank_says(five_class=FiveClass.NORMAL)).dpd
    assert (used.value, used.origin) == (45, Origin.COMPUTED)


def test_an_older_given_figure_gives_way_to_the_entries_of_today():
    older = replace(the_bank_says(dpd=15), on=TODAY - timedelta(days=30))
    used = standing(TODAY, loan=a_loan(45), given=older).dpd
    assert (used.value, used.origin) == (45, Origin.COMPUTED)


def test_a_snapshot_only_book_works_without_entries():
    result = standing(TODAY, given=the_bank_says(dpd=95, balance_fen=500, five_class=FiveClass.SUBSTANDARD))
    assert (result.bucket, result.balance_fen, result.five_class.value) == (Bucket.M4, 500, FiveClass.SUBSTANDARD)
    assert result.snapshot is None


def test_a_class_better_than_the_banks_own_days_allow_is_reported_and_kept():
    result = standing(TODAY, given=the_bank_says(dpd=95, five_class=FiveClass.SPECIAL_MENTION))
    assert result.five_class.value is FiveClass.SPECIAL_MENTION
    assert [(d.given, d.ours) for d in result.differences] == [(FiveClass.SPECIAL_MENTION, FiveClass.SUBSTANDARD)]


def test_a_missing_class_is_the_floor_by_the_days_that_are_used():
    assert standing(TODAY, loan=a_loan(5), given=the_bank_says(dpd=95)).five_class.value is FiveClass.SUBSTANDARD


def test_card_months_place_an_account_whose_days_are_unknown_and_leave_its_class_unknown():
    result = standing(TODAY, given=the_bank_says(months_overdue=2, balance_fen=1))
    assert (result.bucket, result.dpd, result.five_class) == (Bucket.M2, None, None)


def test_unknown_is_counted_and_never_read_as_fine():
    book = report(TODAY, [standing(TODAY, given=the_bank_says(balance_fen=700))])
    assert (book.unplaced, book.unclassed, book.npl.total_fen) == (1, 1, 0)
    assert sum(row.count for row in book.buckets) == 0


def test_a_negative_figure_is_refused_with_its_source():
    with pytest.raises(BadInput, match="dpd -1 is negative"):
        the_bank_says(dpd=-1)


def test_a_standing_of_nothing_is_refused():
    with pytest.raises(BadInput, match="at least one"):
        standing(TODAY)
