from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planning_builders import DAY, a_candidate, a_cleared_visit, an_uplift

from zoufang.core.errors import BadInput
from zoufang.core.planning import PlanningPolicy, Rate, VisitOption, documented_prior, visit_value
from zoufang.core.values import Purpose, RiskLevel, TimeWindow

HALF = VisitOption(a_cleared_visit(), DAY, TimeWindow(540, 720), Rate(0.5, 0.3, 0.9, 10, "test"))


def worth(policy=None, **changes):
    return visit_value(a_candidate(**changes), HALF, policy or PlanningPolicy())


def test_a_visit_is_worth_the_chance_of_meeting_times_the_uplift():
    assert worth(uplift_fen=200_000).gross_fen == 100_000


def test_recovery_counts_only_up_to_what_the_customer_can_afford():
    assert worth(uplift_fen=200_000, affordable_fen=30_000).recovery_fen == 15_000
    assert worth(uplift_fen=200_000, affordable_fen=0).recovery_fen == 0


def test_risk_has_its_price_and_a_purpose_its_value():
    policy = PlanningPolicy(
        risk_price_fen={RiskLevel.HIGH: 7_000}, purpose_value_fen={Purpose.SERVE_DEMAND: 5_000}
    )
    value = worth(policy, uplift_fen=100_000, risk=RiskLevel.HIGH, purpose=Purpose.SERVE_DEMAND)
    assert value.gross_fen == 50_000 - 7_000 + 5_000


def test_exploring_adds_a_bounded_share_of_the_upside():
    assert worth(PlanningPolicy(exploration_share=0.1), uplift_fen=100_000).exploration_fen == 4_000
    assert worth(uplift_fen=100_000).exploration_fen == 0


def test_a_visit_that_does_harm_has_a_negative_worth():
    assert worth(uplift_fen=-10_000).gross_fen == -5_000


@given(st.floats(0, 1), st.integers(0, 10**10))
def test_the_worth_is_whole_fen_and_never_more_than_the_uplift(chance, uplift):
    option = replace(HALF, p_met=Rate(chance, 0.0, 1.0, 0, "test"))
    value = visit_value(replace(a_candidate(), uplift=an_uplift(uplift)), option, PlanningPolicy())
    assert isinstance(value.gross_fen, int)
    assert 0 <= value.recovery_fen <= uplift


def test_the_prior_is_labelled_and_falls_with_the_age_of_the_debt():
    young, old = documented_prior(1_000_000, 30), documented_prior(1_000_000, 400)
    assert (young.effect_fen, young.method) == (80_000, "documented prior")
    assert young.low_fen < 0 < old.effect_fen < young.effect_fen


@pytest.mark.parametrize(("dpd", "effect"), [(90, 80), (91, 50), (180, 50), (181, 25)])
def test_the_prior_steps_down_after_90_and_180_days(dpd, effect):
    assert documented_prior(1_000, dpd).effect_fen == effect


def test_a_negative_debt_has_no_prior():
    with pytest.raises(BadInput):
        documented_prior(-1, 0)


@given(st.floats(0, 0.2), st.floats(0, 1), st.integers(-(10**9), 10**9))
def test_exploring_never_counts_more_than_a_fifth_of_the_upside(share, high, uplift):
    option = replace(HALF, p_met=Rate(0.0, 0.0, high, 0, "test"))
    candidate = replace(a_candidate(), uplift=an_uplift(uplift))
    value = visit_value(candidate, option, PlanningPolicy(exploration_share=share))
    assert 0 <= value.exploration_fen <= 0.2 * high * max(uplift, 0) + 1_000
