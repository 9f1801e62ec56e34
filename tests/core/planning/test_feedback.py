"""Measured effects change what planning expects, as far as they are precise."""

from hypothesis import assume, given
from hypothesis import strategies as st

from zoufang.core.planning import calibrated, level_after
from zoufang.core.planning.feedback import FLOOR_SHARE
from zoufang.core.values import UpliftEstimate

PRIOR = UpliftEstimate(10_000, -2_000, 20_000, "documented prior")
AVERAGE = 30_000
EFFECTS = st.integers(-200_000, 200_000)
WIDTHS = st.integers(1, 300_000)


def a_study(effect: int, half: int) -> UpliftEstimate:
    return UpliftEstimate(effect, effect - half, effect + half, "study A")


def test_a_study_that_found_half_the_prior_halves_each_customers_uplift():
    """A precise one: of a vague one the prior keeps most."""
    answer = calibrated(PRIOR, AVERAGE, a_study(15_000, 300))
    assert abs(answer.effect_fen - 5_000) < 20
    assert answer.high_fen - answer.low_fen < 250
    assert "study A with weight 1.00" in answer.method


def test_a_vague_study_that_found_half_the_prior_moves_little():
    answer = calibrated(PRIOR, AVERAGE, a_study(15_000, 90_000))
    assert 9_500 < answer.effect_fen < 10_000
    assert "weight 0.10" in answer.method


def test_a_precise_study_that_found_harm_makes_visits_worth_less_than_nothing():
    answer = calibrated(PRIOR, AVERAGE, a_study(-3_000, 600))
    assert abs(answer.effect_fen - -1_000) < 30


def test_a_noisy_negative_study_does_not_empty_the_plan():
    """Four weeks of a small branch: an effect of -500 yuan, give or take 700."""
    assert calibrated(PRIOR, AVERAGE, a_study(-50_000, 70_000)).effect_fen > PRIOR.effect_fen // 10


def test_without_a_positive_average_prior_the_prior_stands():
    assert calibrated(PRIOR, 0, UpliftEstimate(1, 0, 2, "study C")) == PRIOR


@given(EFFECTS, WIDTHS)
def test_the_level_lies_between_prior_and_study_or_on_the_floor(effect, half):
    level = level_after(AVERAGE, a_study(effect, half))
    floor = round(FLOOR_SHARE * AVERAGE)
    low, high = sorted((AVERAGE, effect))
    assert low - 1 <= level.effect_fen <= high + 1 or level.effect_fen == floor
    assert level.low_fen <= level.effect_fen <= level.high_fen


@given(EFFECTS, WIDTHS, WIDTHS)
def test_the_narrower_of_two_intervals_weighs_more(effect, one, other):
    assume(one < other)
    sharp, vague = (level_after(AVERAGE, a_study(effect, half)) for half in (one, other))
    assert sharp.weight >= vague.weight
    assert sharp.high_fen - sharp.low_fen <= vague.high_fen - vague.low_fen + 1


@given(EFFECTS, WIDTHS)
def test_only_a_study_that_excludes_benefit_brings_the_level_below_the_floor(effect, half):
    study = a_study(effect, half)
    assume(study.high_fen >= 0)
    assert level_after(AVERAGE, study).effect_fen >= round(FLOOR_SHARE * AVERAGE)
