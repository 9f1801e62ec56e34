from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from repayment_builders import TODAY, a_payment, a_promise

from zoufang.core.errors import BadInput
from zoufang.core.portfolio import Payment, Reversal
from zoufang.core.repayment import (
    Attribution,
    Ledger,
    PlannedInstalment,
    VisitMade,
    judge,
    judge_all,
    match_payments,
)
from zoufang.core.values import Instalment

DUE = date(2026, 12, 10)
LATER = date(2027, 2, 1)


@pytest.mark.parametrize(
    ("paid_on", "fen", "today", "status"),
    [
        pytest.param(DUE, 100_000, DUE, "kept", id="in full on the day"),
        pytest.param(date(2026, 12, 13), 100_000, LATER, "kept", id="on the last day of grace"),
        pytest.param(date(2026, 12, 14), 100_000, LATER, "broken", id="a day after grace"),
        pytest.param(DUE, 99_999, date(2026, 12, 13), "open", id="a fen short, grace still runs"),
        pytest.param(DUE, 99_999, date(2026, 12, 14), "partly_kept", id="a fen short, grace over"),
        pytest.param(TODAY - timedelta(days=1), 100_000, LATER, "broken", id="paid before it was promised"),
    ],
)
def test_a_promise_is_judged_by_what_came_in_time(paid_on: date, fen: int, today: date, status: str) -> None:
    assert judge(a_promise(), [a_payment(paid_on, fen)], today).status.value == status


def test_parts_add_up_to_a_kept_promise() -> None:
    parts = [a_payment(DUE, 60_000, "a"), a_payment(DUE, 40_000, "b")]
    verdict = judge(a_promise(), parts, LATER)
    assert (verdict.status.value, verdict.received_fen, verdict.missing_fen) == ("kept", 100_000, 0)


def test_a_reversed_payment_never_kept_the_promise() -> None:
    bounced = Reversal("r1", "p1", date(2026, 12, 20))
    payments = [a_payment(DUE, 100_000)]
    assert judge(a_promise(), payments, date(2026, 12, 19), [bounced]).status.value == "kept"
    assert judge(a_promise(), payments, date(2026, 12, 20), [bounced]).status.value == "broken"


def test_a_payment_not_yet_made_does_not_count() -> None:
    assert judge(a_promise(), [a_payment(DUE, 100_000)], TODAY).status.value == "open"


def test_an_impossible_promise_cannot_be_built() -> None:
    with pytest.raises(BadInput):
        a_promise(amount_fen=0)
    with pytest.raises(BadInput):
        a_promise(due=TODAY - timedelta(days=1))


def test_one_payment_cannot_keep_two_promises() -> None:
    promises = [a_promise(), a_promise(promise_id="pr2", due=DUE + timedelta(days=1))]
    matches = match_payments([a_payment(DUE, 100_000)], promises, [], [], today=LATER)
    statuses = [verdict.status.value for verdict in judge_all(promises, matches, LATER)]
    assert statuses == ["kept", "broken"]


def test_a_payment_serves_the_earliest_instalment_and_runs_over_into_the_next() -> None:
    plan = [PlannedInstalment(f"i{n}", TODAY, Instalment(date(2026, 12 - n, 28), 1_000, 0)) for n in (0, 1)]
    matches = match_payments([a_payment(DUE, 1_500)], [], plan, [], today=LATER)
    assert [(m.ledger, m.target_id, m.amount_fen) for m in matches] == [
        (Ledger.PLAN, "i1", 1_000),
        (Ledger.PLAN, "i0", 500),
    ]


def test_a_payment_before_the_plan_is_not_the_plans() -> None:
    plan = [PlannedInstalment("i", TODAY, Instalment(DUE, 1_000, 0))]
    assert match_payments([a_payment(TODAY - timedelta(days=1), 1_000)], [], plan, [], today=LATER) == ()


@pytest.mark.parametrize(
    ("days", "window"), [(-1, None), (0, 7), (7, 7), (8, 14), (14, 14), (15, 30), (30, 30), (31, None)]
)
def test_a_payment_is_set_beside_a_visit_only_within_the_window(days: int, window: int | None) -> None:
    visit = VisitMade("v", TODAY, met=True)
    matches = match_payments([a_payment(TODAY + timedelta(days=days), 500)], [], [], [visit], today=LATER)
    assert [m.window_days for m in matches] == ([] if window is None else [window])


@pytest.mark.parametrize(("rule", "visit_id"), [("last_visit", "second"), ("last_met", "first")])
def test_the_attribution_rule_says_which_visit(rule: str, visit_id: str) -> None:
    visits = [VisitMade("first", TODAY, met=True), VisitMade("second", TODAY + timedelta(days=3), met=False)]
    payments = [a_payment(TODAY + timedelta(days=5), 500)]
    (match,) = match_payments(payments, [], [], visits, today=LATER, attribution=Attribution(rule))
    assert match.target_id == visit_id


def test_windows_are_the_banks_to_set() -> None:
    payments, visit = [a_payment(TODAY + timedelta(days=40), 500)], VisitMade("v", TODAY, met=True)
    (match,) = match_payments(payments, [], [], [visit], today=LATER, windows=(60, 45))
    assert match.window_days == 45
    with pytest.raises(BadInput):
        match_payments(payments, [], [], [visit], today=LATER, windows=())


def test_the_order_of_arrival_does_not_matter() -> None:
    payments = [a_payment(DUE + timedelta(days=n), 40_000, f"p{n}") for n in range(3)]
    promises = [a_promise(), a_promise(promise_id="pr2", due=DUE + timedelta(days=5))]
    answers = {match_payments(order, promises, [], [], today=LATER) for order in permutations(payments)}
    assert len(answers) == 1


days = st.integers(0, 60).map(lambda n: TODAY + timedelta(days=n))
fens = st.integers(1, 200_000)


@given(
    st.lists(st.tuples(days, fens), max_size=8),
    st.lists(st.tuples(days, fens), max_size=5),
    st.lists(days, max_size=4),
)
@settings(max_examples=80)
def test_no_fen_is_matched_twice_in_one_ledger(
    paid: list[tuple[date, int]], owed: list[tuple[date, int]], visited: list[date]
) -> None:
    payments = [Payment(f"p{i}", day, fen) for i, (day, fen) in enumerate(paid)]
    promises = [a_promise(promise_id=f"pr{i}", due=day, amount_fen=fen) for i, (day, fen) in enumerate(owed)]
    plan = [PlannedInstalment(f"i{i}", TODAY, Instalment(day, fen, 0)) for i, (day, fen) in enumerate(owed)]
    visits = [VisitMade(f"v{i}", day, met=True) for i, day in enumerate(visited)]
    used: Counter[tuple[Ledger, str]] = Counter()
    served: Counter[tuple[Ledger, str]] = Counter()
    for match in match_payments(payments, promises, plan, visits, today=LATER):
        used[match.ledger, match.payment_id] += match.amount_fen
        served[match.ledger, match.target_id] += match.amount_fen
    amounts = {p.id: p.amount_fen for p in payments}
    assert all(fen <= amounts[payment_id] for (_, payment_id), fen in used.items())
    assert all(served[Ledger.PROMISE, p.promise_id] <= p.amount_fen for p in promises)
    assert all(served[Ledger.PLAN, p.instalment_id] <= p.instalment.amount_fen for p in plan)
