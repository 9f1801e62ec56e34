"""Which visits are looked at: by lot, with shares known beforehand."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.review import Limits, Risk, Shares, Signs, lot, risks_of

PLAIN = Signs(met=True, lasted_min=25, began_minute=600, ended_minute=625, away_m=40)


@pytest.mark.parametrize(
    ("signs", "risks"),
    [
        (PLAIN, set()),
        (replace(PLAIN, lasted_min=5), set()),
        (replace(PLAIN, lasted_min=4.9), {Risk.SHORT}),
        (replace(PLAIN, met=False, lasted_min=1), set()),
        (replace(PLAIN, away_m=300), set()),
        (replace(PLAIN, away_m=301), {Risk.OUT_OF_PLACE}),
        (replace(PLAIN, away_m=None), set()),
        (replace(PLAIN, ended_minute=19 * 60), set()),
        (replace(PLAIN, ended_minute=19 * 60 + 1), {Risk.LATE_HOURS}),
        (replace(PLAIN, began_minute=7 * 60 + 59), {Risk.LATE_HOURS}),
        (replace(PLAIN, mocked=True, complained=True), {Risk.MOCK_LOCATION, Risk.COMPLAINT}),
        (replace(PLAIN, by_agency=True), {Risk.AGENCY}),
    ],
)
def test_each_sign_beyond_its_limit_is_a_risk(signs, risks):
    assert risks_of(signs, Limits()) == risks


def test_of_several_risks_the_highest_share_counts():
    shares = Shares.usual()
    assert shares.of(frozenset()) == 5
    assert shares.of(frozenset({Risk.SHORT, Risk.OUT_OF_PLACE})) == 50
    assert shares.of(frozenset({Risk.COMPLAINT, Risk.SHORT})) == 100


def test_no_risk_is_drawn_less_often_than_any_visit():
    with pytest.raises(BadInput):
        Shares(40, Shares.usual().by_risk)


@pytest.mark.parametrize("base", [0, 101])
def test_some_of_all_visits_are_always_drawn(base):
    with pytest.raises(BadInput):
        Shares(base, dict.fromkeys(Risk, 100))


def test_a_share_for_each_risk_is_asked():
    with pytest.raises(BadInput):
        Shares(5, {Risk.SHORT: 30})


@given(st.uuids(version=4), st.text(max_size=20))
def test_a_lot_is_the_same_whenever_it_is_cast(visit: UUID, seed: str):
    assert lot(seed, str(visit)) == lot(seed, str(visit))
    assert 0 <= lot(seed, str(visit)) < 1


def test_lots_are_spread_evenly_and_differ_by_seed():
    lots = [lot("a", str(n)) for n in range(4000)]
    assert 0.17 < sum(one < 0.2 for one in lots) / 4000 < 0.23
    assert lot("a", "1") != lot("b", "1")
