"""Schedules by the thousand are, to the fen, those that are built one by one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.repayment import (
    DayCount,
    ManyTerms,
    Method,
    Rounding,
    build_schedule,
    build_schedules,
    due_dates,
    many_schedules,
)
from zoufang.core.values import Rhythm

FIRST = date(2024, 1, 31)


def many(principals, rates, starts, count=12, rhythm=Rhythm.MONTHLY, **changes) -> ManyTerms:
    due = [due_dates(start + timedelta(days=20), count, rhythm, 31) for start in starts]
    return ManyTerms(
        np.array(principals, dtype=np.int64),
        np.array(rates, dtype=np.int64),
        np.array(starts, dtype="datetime64[D]"),
        np.array(due, dtype="datetime64[D]"),
        **changes,
    )


rows = st.lists(
    st.tuples(st.integers(100_000, 10**10), st.integers(0, 3_600), st.dates(FIRST, date(2026, 12, 31))),
    min_size=1,
    max_size=6,
)


@settings(max_examples=120, deadline=None)
@given(
    rows,
    st.integers(2, 60),
    st.sampled_from([method for method in Method if method is not Method.BULLET]),
    st.sampled_from(DayCount),
    st.sampled_from(Rhythm),
    st.integers(0, 1),
    st.sampled_from(Rounding),
    st.integers(0, 50),
)
def test_each_row_is_the_schedule_built_alone(
    found, count, method, day_count, rhythm, interest_only, rounding, balloon_percent
):
    balloons = [principal * balloon_percent // 100 for principal, *_ in found]
    asked = many(
        *zip(*found, strict=True),
        count,
        rhythm,
        method=method,
        day_count=day_count,
        interest_only=interest_only,
        step_percent=3,
        rounding=rounding,
        balloon_fen=np.array(balloons, dtype=np.int64) if method is Method.BALLOON else None,
    )
    try:
        built = build_schedules(asked)
    except BadInput as refused:  # a row that repays nothing is refused alone, too
        with pytest.raises(BadInput, match="repays nothing"):
            build_schedule(asked.terms(int(str(refused).split()[1])))
        return
    for row in range(len(found)):
        assert built.instalments(row) == build_schedule(asked.terms(row))
    assert (built.principal_fen.sum(axis=1) == asked.principal_fen).all()


def test_bullets_are_built_too():
    asked = many([1_000_001, 77_777], [1_234, 0], [FIRST, FIRST], 1, method=Method.BULLET)
    built = build_schedules(asked)
    assert [built.instalments(row) for row in (0, 1)] == [build_schedule(asked.terms(row)) for row in (0, 1)]


def test_a_half_fen_without_interest_is_rounded_up_as_alone():
    asked = many([25, 36 * 5 + 18], [0, 0], [FIRST, FIRST], 2)
    assert build_schedules(asked).principal_fen.tolist() == [[13, 12], [99, 99]]


def test_where_double_precision_could_decide_a_rounding_the_exact_way_does(monkeypatch):
    monkeypatch.setattr(many_schedules, "RELATIVE_ERROR", 1.0)  # trust it nowhere
    asked = many([1_234_567, 7_654_321], [1_200, 800], [FIRST, date(2025, 3, 15)])
    exact = build_schedules(asked)
    monkeypatch.undo()
    assert (exact.principal_fen == build_schedules(asked).principal_fen).all()


@pytest.mark.parametrize(
    ("rounding", "level"),
    [(Rounding.HALF_UP, 13), (Rounding.HALF_EVEN, 12), (Rounding.DOWN, 12), (Rounding.UP, 13)],
)
def test_the_contracts_rounding_decides_a_half_fen(rounding, level):
    asked = many([25], [0], [FIRST], 2, rounding=rounding)
    assert build_schedules(asked).principal_fen.tolist() == [[level, 25 - level]]
    assert build_schedule(asked.terms(0))[0].principal_fen == level


def test_a_balloon_above_the_principal_is_named_by_row():
    with pytest.raises(BadInput, match="Row 1 has a balloon"):
        many([100, 100], [0, 0], [FIRST] * 2, method=Method.BALLOON, balloon_fen=np.array([100, 101]))


def test_two_workers_and_many_chunks_give_what_one_gives(monkeypatch):
    rng = np.random.default_rng(5)
    asked = many(rng.integers(10**5, 10**8, 100), rng.integers(0, 2_400, 100), [FIRST] * 100)
    once = build_schedules(asked)
    monkeypatch.setattr(many_schedules, "CHUNK", 7)
    again = build_schedules(asked, workers=2)
    assert (again.principal_fen == once.principal_fen).all()
    assert (again.interest_fen == once.interest_fen).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"principals": [100_000, 0]}, "Row 1 owes no principal"),
        ({"rates": [1, -1]}, "Row 1 has a negative rate"),
        ({"principals": [10**5, 2**60], "rates": [1, 1]}, "fen"),
    ],
)
def test_a_row_that_makes_no_schedule_is_named(change, told):
    given = {"principals": [100_000, 100_000], "rates": [1_000, 1_000], "starts": [FIRST, FIRST]} | change
    with pytest.raises(BadInput, match=told):
        build_schedules(many(**given))


def test_due_days_that_do_not_rise_are_named_by_row():
    due = np.array([["2026-02-01", "2026-03-01"], ["2026-03-01", "2026-03-01"]], dtype="datetime64[D]")
    start = np.array(["2026-01-01"] * 2, dtype="datetime64[D]")
    with pytest.raises(BadInput, match="Row 1 has due days"):
        ManyTerms(np.array([1, 1]), np.array([0, 0]), start, due)


def test_an_instalment_that_repays_nothing_is_named_by_row():
    asked = many(
        [100_000, 100_000], [1_000, 0], [FIRST, FIRST], 60, method=Method.STEP_UP, step_percent=90, step_every=1
    )
    with pytest.raises(BadInput, match="Row 0 has an instalment that repays nothing"):
        build_schedules(asked)
    with pytest.raises(BadInput, match="repays nothing"):
        build_schedule(asked.terms(0))
