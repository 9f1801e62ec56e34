from datetime import date

import pytest

from zoufang.core.portfolio import (
    BUCKETS,
    Bucket,
    Movement,
    Position,
    RollTo,
    flow_to_loss,
    months_between,
    pair_transitions,
    roll_matrix,
)

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
M0, M1, M2, M3 = BUCKETS[:4]


def at(day: date, *accounts: tuple[str, Bucket, int], off: tuple[str, ...] = ()) -> list[Position]:
    return [Position(name, day, bucket, fen, name in off) for name, bucket, fen in accounts]


def rates(before, after, origin):
    row = roll_matrix(pair_transitions(before, after)).rows[origin.months]
    return {rate.movement: (rate.by_count, rate.by_balance) for rate in row.rates if rate.count}


def test_roll_cure_stay_and_flow_back_are_shares_of_the_bucket_before():
    before = at(MAY, ("a", M2, 100), ("b", M2, 100), ("c", M2, 100), ("d", M2, 100))
    after = at(JUNE, ("a", M3, 90), ("b", M0, 80), ("c", M2, 100), ("d", M1, 50))
    assert rates(before, after, M2) == {
        Movement.FORWARD: (0.25, 0.225),
        Movement.CURE: (0.25, 0.2),
        Movement.STAY: (0.25, 0.25),
        Movement.FLOW_BACK: (0.25, 0.125),
    }


def test_write_offs_and_vanished_accounts_stay_in_the_denominator():
    before = at(MAY, ("a", M3, 100), ("b", M3, 200), ("c", M3, 700))
    after = at(JUNE, ("a", M3, 100), ("b", M3, 0), off=("b",))
    assert rates(before, after, M3) == {
        Movement.STAY: (1 / 3, 0.1),
        Movement.WRITTEN_OFF: (1 / 3, 0.2),
        Movement.GONE: (1 / 3, 0.7),
    }


def test_accounts_already_written_off_or_new_are_not_followed():
    before = at(MAY, ("a", M3, 100), off=("a",))
    assert pair_transitions(before, at(JUNE, ("a", M3, 100), ("new", M1, 5))) == ()


def test_the_coding_trap_two_buckets_in_one_month_are_flagged_and_not_called_a_roll():
    matrix = roll_matrix(pair_transitions(at(MAY, ("a", M0, 1)), at(JUNE, ("a", M2, 1))))
    (found,) = matrix.suspicious
    assert (found.origin, found.to, found.count) == (M0, RollTo.M2, 1)
    assert "Accounts that went from M0 to M2 in 1 month(s): 1." in str(found.message)
    assert next(r for r in matrix.rows[0].rates if r.movement is Movement.JUMP).by_count == 1.0


@pytest.mark.parametrize(("months", "flagged"), [(1, True), (2, False)])
def test_two_buckets_in_two_months_are_possible(months, flagged):
    cells = pair_transitions(at(MAY, ("a", M0, 1)), at(JUNE, ("a", M2, 1)))
    assert bool(roll_matrix(cells, months).suspicious) is flagged


def test_an_empty_bucket_has_no_rate():
    assert roll_matrix(()).rows[3].rates[0].by_count is None


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [(MAY, JUNE, 1), (date(2026, 6, 1), JUNE, 1), (date(2025, 12, 31), JUNE, 6)],
)
def test_months_are_calendar_months_and_at_least_one(earlier, later, months):
    assert months_between(earlier, later) == months


def test_flow_to_loss_multiplies_the_rates_on_the_way():
    accounts = [(f"{b}{i}", b, 100) for b in BUCKETS for i in range(2)]
    moved = [(name, BUCKETS[min(b.months + int(name[-1]), 7)], fen) for name, b, fen in accounts]
    matrix = roll_matrix(pair_transitions(at(MAY, *accounts), at(JUNE, *moved)))
    flow = flow_to_loss(matrix, dict.fromkeys(BUCKETS, 12_800), at_least=1)
    assert [flow[b] for b in BUCKETS] == [100, 200, 400, 800, 1600, 3200, 6400, 12_800]


def test_flow_to_loss_is_unknown_where_a_rate_on_the_way_rests_on_too_few():
    accounts = [(f"{b}{i}", b, 100) for b in BUCKETS for i in range(2)]
    matrix = roll_matrix(pair_transitions(at(MAY, *accounts), at(JUNE, *accounts)))
    flow = flow_to_loss(matrix, dict.fromkeys(BUCKETS, 100))
    assert (flow[Bucket.M6], flow[Bucket.M7_UP]) == (None, 100)


def test_flow_to_loss_is_unknown_below_a_suspicious_jump():
    accounts = [(f"{b}/{i}", b, 1) for b in BUCKETS for i in range(60)]
    rolled = [(name, BUCKETS[min(b.months + 1, 7)], fen) for name, b, fen in accounts]
    one_jumps = [("M0/0", M2, 1), *rolled[1:]]
    flows = [
        flow_to_loss(roll_matrix(pair_transitions(at(MAY, *accounts), at(JUNE, *later))), {M0: 60})[M0]
        for later in (rolled, one_jumps)
    ]
    assert flows == [60, None]
