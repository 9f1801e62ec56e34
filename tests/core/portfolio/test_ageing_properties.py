"""What must hold for every loan, whatever its entries."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.builders_portfolio import TODAY, a_loan, instalment
from zoufang.core.portfolio import Allocation, Loan, Pause, Payment, Reversal, age, splits
from zoufang.core.values import Period

START = TODAY - timedelta(days=300)
day = st.integers(0, 300).map(lambda n: START + timedelta(days=n))
dues = st.lists(
    st.builds(instalment, day, st.integers(1, 50_000), st.integers(0, 5_000), st.integers(0, 500)),
    min_size=1,
    max_size=6,
)
money = st.lists(st.tuples(day, st.integers(1, 80_000)), max_size=6)
pauses = st.lists(st.tuples(day, st.integers(0, 60)), max_size=3)


@st.composite
def loans(draw) -> Loan:
    return a_loan(
        dues=tuple(draw(dues)),
        payments=tuple(Payment(f"p{i}", on, fen) for i, (on, fen) in enumerate(draw(money))),
        pauses=tuple(
            Pause(f"d{i}", Period(on, on + timedelta(days=n)), "flood") for i, (on, n) in enumerate(draw(pauses))
        ),
        allocation=Allocation(by_instalment=draw(st.booleans())),
        grace_days=draw(st.integers(0, 5)),
        tolerance_fen=draw(st.sampled_from((0, 100))),
    )


few = settings(max_examples=60, deadline=None)


@few
@given(loans(), day, st.integers(1, 80_000))
def test_one_more_payment_never_makes_a_loan_older(loan, on, fen):
    """Holds for one order throughout; a card's change of order at day 91 can leave older interest unpaid."""
    more = replace(loan, payments=(*loan.payments, Payment("more", on, fen)))
    assert age(more, TODAY).dpd <= age(loan, TODAY).dpd
    assert age(more, TODAY).arrears_fen <= age(loan, TODAY).arrears_fen


@few
@given(loans(), st.randoms(use_true_random=False))
def test_the_order_in_which_entries_are_listed_does_not_matter(loan, chance):
    shuffled = {
        name: tuple(chance.sample(getattr(loan, name), len(getattr(loan, name))))
        for name in ("dues", "payments", "pauses")
    }
    assert age(replace(loan, **shuffled), TODAY) == age(loan, TODAY)


@few
@given(loans(), st.integers(0, 30))
def test_late_posting_changes_nothing_once_posted(loan, delay):
    late = tuple(replace(p, posted=p.received + timedelta(days=delay)) for p in loan.payments)
    assert age(replace(loan, payments=late), TODAY) == age(loan, TODAY)


@few
@given(loans(), day, st.integers(1, 80_000))
def test_a_reversal_undoes_exactly(loan, on, fen):
    undone = replace(
        loan,
        payments=(*loan.payments, Payment("gone", on, fen)),
        reversals=(Reversal("r", "gone", on),),
    )
    assert age(undone, TODAY) == age(loan, TODAY)
    assert splits(undone, TODAY) == splits(loan, TODAY)


@few
@given(loans(), st.integers(1, 40))
def test_a_pause_that_reaches_today_takes_off_just_its_days(loan, length):
    plain = replace(loan, pauses=(), grace_days=0, tolerance_fen=0)
    paused = replace(plain, pauses=(Pause("d", Period(TODAY - timedelta(days=length - 1)), "flood"),))
    assert age(paused, TODAY).dpd == max(0, age(plain, TODAY).dpd - length)


@few
@given(loans())
def test_every_fen_received_is_laid_somewhere_or_kept_as_credit(loan):
    snapshot = age(loan, TODAY)
    laid = sum(split.amount_fen for split in splits(loan, TODAY))
    assert laid + snapshot.credit_fen == sum(p.amount_fen for p in loan.payments)
    assert snapshot.owed_fen + laid == sum(due.amount_fen for due in loan.dues)
    assert 0 <= snapshot.arrears_fen <= snapshot.owed_fen


@few
@given(loans())
def test_without_a_payment_a_loan_ages_by_at_most_one_day_a_day(loan):
    quiet = replace(loan, payments=(), grace_days=0, tolerance_fen=0)
    assert 0 <= age(quiet, TODAY).dpd - age(quiet, TODAY - timedelta(days=1)).dpd <= 1
