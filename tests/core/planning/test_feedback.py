"""Measured effects change what planning expects."""

from zoufang.core.planning.feedback import calibrated
from zoufang.core.values import UpliftEstimate

PRIOR = UpliftEstimate(10_000, -2_000, 20_000, "documented prior")


def test_a_study_that_found_half_the_prior_halves_each_customers_uplift():
    measured = UpliftEstimate(15_000, 5_000, 25_000, "study A")
    answer = calibrated(PRIOR, 30_000, measured)
    assert (answer.effect_fen, answer.low_fen, answer.high_fen) == (5_000, 1_666, 8_333)
    assert "study A" in answer.method


def test_a_study_that_found_harm_makes_visits_worth_less_than_nothing():
    measured = UpliftEstimate(-3_000, -9_000, 3_000, "study B")
    assert calibrated(PRIOR, 30_000, measured).effect_fen == -1_000


def test_without_a_positive_average_prior_the_prior_stands():
    assert calibrated(PRIOR, 0, UpliftEstimate(1, 0, 2, "study C")) == PRIOR
