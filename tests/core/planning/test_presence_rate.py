from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.planning import Counts, PresenceModel, PresenceResult, Whereabouts, is_weekend, learn
from zoufang.core.values import AddressKind

HERE = Whereabouts("371402", "a1", AddressKind.HOME, "evening", weekend=False)
NEXT_DOOR = Whereabouts("371402", "a2", AddressKind.HOME, "evening", weekend=False)
FAR_AWAY = Whereabouts("371481", "a3", AddressKind.HOME, "evening", weekend=False)
counts = st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def after(met, tried, where=HERE):
    results = [PresenceResult(where, met=i < met) for i in range(tried)]
    return learn(PresenceModel(), results)


def test_without_results_the_documented_prior_holds_and_says_so():
    rate = PresenceModel().p_met(HERE)
    assert (rate.mean, rate.n, rate.method) == (0.60, 0, "documented prior")
    assert rate.low < 0.3 < 0.9 < rate.high


def test_a_result_moves_the_door_most_its_area_less_and_the_bank_least():
    model = after(10, 10)
    before = PresenceModel().p_met(HERE).mean
    door, area, bank = (model.p_met(w).mean for w in (HERE, NEXT_DOOR, FAR_AWAY))
    assert door > area > bank > before


def test_another_slot_of_the_same_door_learns_from_it():
    by_day = Whereabouts("371402", "a1", AddressKind.HOME, "morning", weekend=False)
    assert after(0, 6).p_met(by_day).mean < PresenceModel().p_met(by_day).mean


@given(counts)
def test_the_rate_is_the_beta_binomial_posterior_level_by_level(count):
    met, tried = count
    rate = after(met, tried).p_met(HERE)
    bank = (20 * 0.60 + met) / (20 + tried)
    area = (20 * bank + met) / (20 + tried)
    posterior = stats.beta(4 * area + met, 4 * (1 - area) + tried - met)
    assert rate.mean == pytest.approx(posterior.mean())
    assert rate.low == pytest.approx(min(posterior.ppf(0.05), rate.mean), abs=1e-6)
    assert rate.high == pytest.approx(max(posterior.ppf(0.95), rate.mean), abs=1e-6)


@given(counts)
def test_more_results_of_the_same_kind_narrow_the_interval(count):
    met, tried = count
    few, many = after(met, tried).p_met(HERE), after(met * 4, tried * 4).p_met(HERE)
    if tried > 20:
        assert many.high - many.low < few.high - few.low


def test_learning_in_one_go_or_piece_by_piece_is_the_same():
    results = [PresenceResult(w, met) for w in (HERE, NEXT_DOOR, FAR_AWAY) for met in (True, False, True)]
    step_by_step = PresenceModel()
    for result in results:
        step_by_step = learn(step_by_step, [result])
    assert step_by_step == learn(PresenceModel(), results)


def test_homes_fill_and_offices_empty_at_the_weekend():
    def rate(kind, weekend):
        return PresenceModel().p_met(Whereabouts("x", "a", kind, "morning", weekend)).mean

    assert rate(AddressKind.HOME, True) > rate(AddressKind.HOME, False)
    assert rate(AddressKind.WORK, True) < rate(AddressKind.WORK, False)


@pytest.mark.parametrize(("day", "weekend"), [(date(2026, 11, 27), False), (date(2026, 11, 28), True)])
def test_saturday_begins_the_weekend(day, weekend):
    assert is_weekend(day) is weekend


def test_impossible_counts_cannot_be_built():
    with pytest.raises(BadInput):
        Counts(met=3, tried=2)
    with pytest.raises(BadInput):
        PresenceModel(address_strength=0)
