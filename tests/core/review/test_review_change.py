"""Whether conduct improved after a course, and when nobody can tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.review import Rate, Verdict, changed


@pytest.mark.parametrize(
    ("rate", "interval"),
    [(Rate(3, 17), (0.061911266376, 0.410294585688)), (Rate(0, 12), (0.0, 0.242494006655))],
    ids=["3 of 17", "none of 12"],
)
def test_intervals_are_those_of_statsmodels(rate, interval):
    """statsmodels 0.15.0: proportion_confint(method="wilson")."""
    assert rate.interval == pytest.approx(interval, abs=1e-9)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (Rate(8, 12), Rate(1, 12), Verdict.BETTER),
        (Rate(1, 12), Rate(8, 12), Verdict.WORSE),
        (Rate(8, 12), Rate(5, 12), Verdict.SAME),
        (Rate(1, 3), Rate(0, 4), Verdict.TOO_FEW),
        (Rate(0, 30), Rate(0, 30), Verdict.TOO_FEW),
        (Rate(5, 6), Rate(0, 0), Verdict.TOO_FEW),
        (Rate(0, 0), Rate(2, 6), Verdict.TOO_FEW),
    ],
)
def test_what_is_said_of_a_change(before, after, verdict):
    assert changed(before, after).verdict is verdict


@given(st.integers(0, 12), st.integers(0, 12))
def test_nothing_is_called_better_while_the_share_grew(found, later):
    made = changed(Rate(found, 12), Rate(later, 12))
    assert not (made.verdict is Verdict.BETTER and later >= found)
    assert not (made.verdict is Verdict.WORSE and later <= found)


def test_counts_add_up_over_visitors():
    assert Rate(1, 4) + Rate(2, 6) == Rate(3, 10)


def test_more_findings_than_visits_cannot_be():
    with pytest.raises(BadInput):
        Rate(3, 2)
