from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.core.builders_portfolio import INSTALMENT_FEN, TODAY, a_loan, instalment, paid
from zoufang.core.errors import BadInput
from zoufang.core.portfolio import (
    CARD,
    Allocation,
    Bucket,
    Part,
    Pause,
    Payment,
    Product,
    Reversal,
    Waiver,
    WriteOff,
    age,
    splits,
)
from zoufang.core.values import Period


def days(count: int) -> timedelta:
    return timedelta(days=count)


@pytest.mark.parametrize(
    ("dpd", "bucket"),
    [
        (0, "M0"),
        (1, "M1"),
        (30, "M1"),
        (31, "M2"),
        (60, "M2"),
        (61, "M3"),
        (90, "M3"),
        (91, "M4"),
        (120, "M4"),
        (121, "M5"),
        (150, "M5"),
        (151, "M6"),
        (180, "M6"),
        (181, "M7+"),
        (2000, "M7+"),
    ],
)
def test_the_day_after_the_due_date_is_day_one_and_buckets_are_thirty_days_wide(dpd, bucket):
    snapshot = age(a_loan(days_past_due=dpd), TODAY)
    assert (snapshot.dpd, snapshot.bucket) == (dpd, Bucket(bucket))


def test_an_instalment_due_today_is_owed_but_not_overdue():
    snapshot = age(a_loan(days_past_due=0), TODAY)
    assert (snapshot.owed_fen, snapshot.arrears_fen, snapshot.oldest_due) == (INSTALMENT_FEN, 0, None)


def test_principal_that_falls_due_later_is_owed_and_its_interest_is_not_yet():
    snapshot = age(a_loan(days_past_due=10, instalments=3), TODAY)
    assert (snapshot.principal_fen, snapshot.interest_fen, snapshot.overdue_principal_fen) == (
        300_000,
        10_000,
        100_000,
    )


def test_a_part_payment_reduces_arrears_and_leaves_the_age_of_the_oldest_instalment():
    loan = a_loan(days_past_due=70, instalments=3)
    loan = replace(loan, payments=(paid(loan, INSTALMENT_FEN - 1, TODAY),))
    snapshot = age(loan, TODAY)
    assert (snapshot.dpd, snapshot.arrears_fen) == (70, 2 * INSTALMENT_FEN + 1)


def test_paying_the_oldest_instalment_moves_the_age_to_the_next():
    loan = a_loan(days_past_due=70, instalments=3)
    loan = replace(loan, payments=(paid(loan, INSTALMENT_FEN, TODAY),))
    assert age(loan, TODAY).dpd == 40


def test_money_paid_ahead_waits_and_pays_the_next_instalment_on_its_due_date():
    loan = a_loan(days_past_due=20, instalments=2)
    loan = replace(loan, payments=(paid(loan, 2 * INSTALMENT_FEN, TODAY),))
    assert age(loan, TODAY).credit_fen == INSTALMENT_FEN
    assert (age(loan, TODAY + days(60)).dpd, age(loan, TODAY + days(60)).credit_fen) == (0, 0)


def test_fineract_2739_a_back_dated_payment_ages_as_if_it_had_been_there_from_the_start():
    loan = a_loan(days_past_due=100, instalments=3)
    received = loan.dues[0].due
    late = replace(loan, payments=(paid(loan, INSTALMENT_FEN, received, posted=TODAY),))
    in_time = replace(loan, payments=(paid(loan, INSTALMENT_FEN, received),))
    assert [age(late, TODAY - days(n)) for n in range(100)] == [age(in_time, TODAY - days(n)) for n in range(100)]


def test_frappe_251_yesterdays_view_can_be_replayed_after_a_back_dated_entry():
    loan = a_loan(days_past_due=50)
    loan = replace(loan, payments=(paid(loan, INSTALMENT_FEN, TODAY - days(20), posted=TODAY),))
    yesterday = TODAY - days(1)
    assert age(loan, yesterday, known_on=yesterday).dpd == 49
    assert age(loan, yesterday).dpd == 0


def test_fineract_3604_days_in_a_pause_do_not_count_and_earlier_days_stay():
    pause = Pause("d1", Period(TODAY - days(20), TODAY - days(11)), "flood")
    snapshot = age(a_loan(days_past_due=45, pauses=(pause,)), TODAY)
    assert (snapshot.dpd, snapshot.paused_days) == (35, 10)
    assert age(a_loan(days_past_due=45, pauses=(pause,)), TODAY - days(15)).dpd == 24


def test_fineract_5100_the_first_day_after_a_pause_counts_again():
    pause = Pause("d1", Period(TODAY - days(10), TODAY - days(1)), "flood")
    loan = a_loan(days_past_due=45, pauses=(pause,))
    assert [age(loan, TODAY + days(n)).dpd for n in (-11, -10, -1, 0, 1)] == [34, 34, 34, 35, 36]


def test_fineract_6157_a_pause_booked_afterwards_counts_from_its_own_first_day():
    period = Period(TODAY - days(20), TODAY - days(11))
    booked_late = a_loan(pauses=(Pause("d1", period, "flood", posted=TODAY),))
    assert age(booked_late, TODAY) == age(a_loan(pauses=(Pause("d1", period, "flood"),)), TODAY)


def test_pauses_that_overlap_take_a_day_off_once():
    one = Pause("d1", Period(TODAY - days(20), TODAY - days(11)), "flood")
    two = Pause("d2", Period(TODAY - days(15), TODAY - days(6)), "dispute")
    assert age(a_loan(days_past_due=45, pauses=(one, two)), TODAY).dpd == 30


def test_an_open_pause_holds_the_age_until_it_is_ended():
    pause = Pause("d1", Period(TODAY - days(5)), "complaint open")
    loan = a_loan(days_past_due=45, pauses=(pause,))
    assert age(loan, TODAY).dpd == age(loan, TODAY + days(300)).dpd == 39


def test_an_instalment_falling_due_in_a_pause_starts_to_age_after_it():
    pause = Pause("d1", Period(TODAY - days(50), TODAY - days(10)), "flood")
    assert age(a_loan(days_past_due=45, pauses=(pause,)), TODAY).dpd == 10


def test_a_reversed_payment_counts_until_the_day_it_bounced_and_then_never_was():
    loan = a_loan(days_past_due=45)
    payment = paid(loan, INSTALMENT_FEN, TODAY - days(10))
    bounced = replace(loan, payments=(payment,), reversals=(Reversal("r1", payment.id, TODAY - days(2)),))
    assert age(bounced, TODAY - days(3)).dpd == 0
    assert age(bounced, TODAY) == age(loan, TODAY)


@pytest.mark.parametrize(("grace", "days_late", "dpd"), [(0, 1, 1), (5, 5, 0), (5, 6, 6)])
def test_grace_days_spare_and_then_count_from_the_due_date(grace, days_late, dpd):
    assert age(a_loan(days_past_due=days_late, grace_days=grace), TODAY).dpd == dpd


@pytest.mark.parametrize(("tolerance", "dpd"), [(99, 45), (100, 0)])
def test_arrears_up_to_the_tolerance_are_shown_and_do_not_age(tolerance, dpd):
    loan = a_loan(days_past_due=45, tolerance_fen=tolerance)
    snapshot = age(replace(loan, payments=(paid(loan, INSTALMENT_FEN - 100, TODAY),)), TODAY)
    assert (snapshot.dpd, snapshot.arrears_fen) == (dpd, 100)


def test_civil_code_561_pays_costs_then_interest_then_principal():
    dues = (instalment(TODAY - days(40), 100_000, 10_000, 5_000),)
    loan = a_loan(dues=dues)
    loan = replace(loan, payments=(paid(loan, 20_000, TODAY),))
    assert [(s.part, s.amount_fen) for s in splits(loan, TODAY)] == [
        (Part.FEES, 5_000),
        (Part.INTEREST, 10_000),
        (Part.PRINCIPAL, 5_000),
    ]


@pytest.mark.parametrize(("dpd", "first"), [(90, Part.INTEREST), (91, Part.PRINCIPAL)])
def test_a_card_pays_principal_first_from_day_91(dpd, first):
    card = a_loan(days_past_due=dpd, product=Product.CARD)
    card = replace(card, payments=(paid(card, 1, TODAY),))
    assert splits(card, TODAY)[0].part is first


def test_the_contract_overrides_the_order_of_the_law():
    contract = Allocation(parts=(Part.PRINCIPAL, Part.INTEREST, Part.FEES))
    loan = a_loan(allocation=contract)
    assert splits(replace(loan, payments=(paid(loan, 1, TODAY),)), TODAY)[0].part is Part.PRINCIPAL


def test_over_the_whole_debt_interest_of_all_instalments_comes_before_principal():
    loan = a_loan(days_past_due=70, instalments=3, allocation=Allocation(by_instalment=False))
    snapshot = age(replace(loan, payments=(paid(loan, 30_000, TODAY),)), TODAY)
    assert (snapshot.overdue_interest_fen, snapshot.overdue_principal_fen, snapshot.dpd) == (0, 300_000, 70)


def test_a_waiver_takes_off_its_own_part_and_no_more_than_is_owed():
    loan = a_loan(days_past_due=40, waivers=(Waiver("w1", TODAY, interest_fen=99_000),))
    snapshot = age(loan, TODAY)
    assert (snapshot.overdue_interest_fen, snapshot.overdue_principal_fen, snapshot.dpd) == (0, 100_000, 40)


def test_a_written_off_loan_is_still_owed_and_goes_on_ageing():
    snapshot = age(a_loan(days_past_due=400, write_offs=(WriteOff("x1", TODAY - days(5)),)), TODAY)
    assert (snapshot.dpd, snapshot.owed_fen, snapshot.written_off_on) == (400, INSTALMENT_FEN, TODAY - days(5))
    assert snapshot.position.written_off


def test_revolving_principal_without_an_instalment_is_owed_and_not_overdue():
    snapshot = age(a_loan(days_past_due=10, product=Product.CARD, unscheduled_principal_fen=5_000), TODAY)
    assert (snapshot.principal_fen, snapshot.overdue_principal_fen) == (105_000, 100_000)


def test_two_entries_with_one_id_are_refused_by_name():
    with pytest.raises(BadInput, match="DZ-0001: entry p1 occurs twice"):
        a_loan(payments=(Payment("p1", TODAY, 1), Payment("p1", TODAY, 2)))


def test_a_reversal_of_nothing_is_refused_by_name():
    with pytest.raises(BadInput, match="names p9, which is no entry"):
        a_loan(reversals=(Reversal("r1", "p9", TODAY),))


def test_a_payment_cannot_be_posted_before_it_was_received():
    with pytest.raises(BadInput, match="posted on 2026-06-29"):
        Payment("p1", TODAY, 1, posted=date(2026, 6, 29))


def test_the_card_order_is_kept_in_one_place():
    assert a_loan(product=Product.CARD).order is CARD


def test_a_card_paid_a_fen_more_may_look_older_because_day_91_changes_the_order():
    """The legal order itself does this (CN-K5), so no property may claim that it cannot happen."""
    dues = tuple(instalment(TODAY - days(95 - 30 * i), 1, 100) for i in range(4))
    early = Payment("early", TODAY - days(90), 100)
    last = Payment("last", TODAY, 204)
    card = a_loan(dues=dues, product=Product.CARD, payments=(early, last))
    one_fen_more = replace(card, payments=(early, Payment("fen", TODAY - days(80), 1), last))
    assert (age(card, TODAY).dpd, age(one_fen_more, TODAY).dpd) == (5, 65)
