"""Commission and reconciliation, exact to the fen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.agencies import (
    Claimed,
    Differs,
    PlacedDebt,
    Received,
    Scheme,
    commission_fen,
    commission_lines,
    reconcile,
)
from zoufang.core.portfolio import Bucket

DAY = date(2026, 5, 11)
SCHEME = Scheme({Bucket.M3: 1_500, Bucket.M6: 2_500}, grace_days=3)
DEBT = PlacedDebt("p", "B1-001", "loan", Bucket.M3, DAY, DAY + timedelta(days=30))


def lines_of(*received, debts=(DEBT,)):
    return commission_lines({debt.placement_id: SCHEME for debt in debts}, debts, received)


def paid(entry, days, fen=10_000, loan="loan"):
    return Received(entry, loan, DAY + timedelta(days=days), fen)


def test_only_what_comes_within_the_placement_and_its_grace_counts():
    found = lines_of(*(paid(str(n), n) for n in (-1, 0, 1, 30, 33, 34)))
    assert [line.entry_id for line in found] == ["1", "30", "33"]
    assert {line.commission_fen for line in found} == {1_500}


def test_the_rate_is_that_of_the_bucket_at_placing_and_none_named_is_none():
    m6 = replace(DEBT, bucket=Bucket.M6)
    assert lines_of(paid("a", 1), debts=(m6,))[0].commission_fen == 2_500
    assert lines_of(paid("a", 1), debts=(replace(DEBT, bucket=Bucket.M1),))[0].commission_fen == 0


def test_half_a_fen_counts_up():
    assert [commission_fen(n, 5_000) for n in (1, 2, 3)] == [1, 1, 2]


def test_a_payment_in_the_grace_of_one_placement_and_within_the_next_counts_once_for_the_next():
    later = PlacedDebt("q", "B2-001", "loan", Bucket.M6, DAY + timedelta(days=31))
    found = lines_of(paid("a", 33), debts=(DEBT, later))
    assert [(line.placement_id, line.commission_fen) for line in found] == [("q", 2_500)]


def test_a_reversal_after_the_return_still_takes_the_commission_back():
    back = Received("r", "loan", DAY + timedelta(days=90), -10_000, "a")
    assert [line.commission_fen for line in lines_of(paid("a", 1), back)] == [1_500, -1_500]
    assert lines_of(back) == ()


@given(
    amount=st.integers(1, 10**11),
    rate=st.integers(0, 10_000),
    parts=st.lists(st.integers(1, 10**11), max_size=4),
)
def test_after_any_reversals_what_stays_is_the_commission_of_what_stayed(amount, rate, parts):
    scheme = {"p": Scheme({Bucket.M3: rate})}
    backs = [Received(f"r{i}", "loan", DAY + timedelta(days=2 + i), -part, "a") for i, part in enumerate(parts)]
    found = commission_lines(scheme, [DEBT], [paid("a", 1, amount), *backs])
    left = max(0, amount - sum(parts))
    assert sum(line.commission_fen for line in found) == commission_fen(left, rate)
    assert sum(line.amount_fen for line in found) == left


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 10**9)), max_size=8), st.randoms())
def test_the_order_of_the_entries_changes_nothing(pays, chance):
    received = [paid(f"e{i}", days, fen) for i, (days, fen) in enumerate(pays)]
    shuffled = list(received)
    chance.shuffle(shuffled)
    assert lines_of(*received) == lines_of(*shuffled)


def claim(row, days, fen=10_000, commission=1_500, case="B1-001"):
    return Claimed(row, case, DAY + timedelta(days=days), fen, commission)


def test_each_difference_has_its_reason():
    ours = lines_of(paid("a", 1), paid("b", 2), paid("c", 3), paid("d", 4, 50), paid("e", 5))
    said = reconcile(
        [
            claim(1, 1),
            claim(2, 1),
            claim(3, 2, commission=1_600),
            claim(4, 3, fen=11_000, commission=1_650),
            claim(5, 6),
            claim(6, 9, fen=777, commission=116),
        ],
        ours,
    )
    found = {(one.reason, one.claimed.row if one.claimed else None) for one in said.differences}
    assert said.agreed == 1
    assert found == {
        (Differs.TWICE, 2),
        (Differs.COMMISSION, 3),
        (Differs.AMOUNT, 4),
        (Differs.DAY, 5),
        (Differs.NOT_OURS, 6),
        (Differs.NOT_CLAIMED, None),
    }


def test_what_is_claimed_twice_is_said_to_be_so():
    said = reconcile([claim(1, 1), claim(2, 1)], lines_of(paid("a", 1)))
    assert [one.reason for one in said.differences] == [Differs.TWICE]
    assert said.difference_fen == 1_500


@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 3)), max_size=10),
    st.lists(st.tuples(st.integers(1, 6), st.integers(1, 5)), max_size=10),
)
def test_the_differences_sum_to_the_difference_of_the_sums(claims, pays):
    ours = lines_of(*(paid(f"e{i}", days, fen * 100) for i, (days, fen) in enumerate(pays)))
    said = reconcile([claim(i, d, f * 100, c) for i, (d, f, c) in enumerate(claims)], ours)
    assert sum(one.fen for one in said.differences) == said.difference_fen
    met = said.agreed + sum(one.ours is not None for one in said.differences)
    assert met == len(ours)
    assert said.agreed + sum(one.claimed is not None for one in said.differences) == len(claims)
