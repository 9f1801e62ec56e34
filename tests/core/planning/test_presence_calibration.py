"""The chance to meet, forecast before each knock on a simulated door, beside the door's truth."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.planning import (
    Forecast,
    PresenceModel,
    PresenceResult,
    Whereabouts,
    calibration,
    is_weekend,
    learn,
    out_of_sample,
)
from zoufang.core.simulation import BankSize, make_bank, visit_outcome
from zoufang.core.values import BANK_ZONE, AddressKind

HOURS = {"morning": time(10), "afternoon": time(15), "evening": time(19)}


@cache
def knocks(rounds=10):
    """Each customer of a small simulated bank is looked for ten times, at changing doors and hours."""
    bank = make_bank(date(2026, 9, 1), 7, BankSize(customers=80, crews=2))
    found = []
    for turn in range(rounds):
        for i, customer in enumerate(bank.customers):
            day = bank.start + timedelta(days=7 * turn + i % 7)
            door = customer.addresses[turn % len(customer.addresses)]
            slot = list(HOURS)[(turn + i) % 3]
            at = datetime.combine(day, HOURS[slot], BANK_ZONE)
            where = Whereabouts(door.township or door.county, door.address_id, door.kind, slot, is_weekend(day))
            met = visit_outcome(bank, customer.party_id, door.address_id, at).met
            found.append(PresenceResult(where, met, day))
    return tuple(found)


def test_forecasts_of_a_simulated_bank_beat_its_constant_rate():
    found = calibration(out_of_sample(knocks()))
    assert found.n > 700
    assert found.better_than_constant
    assert found.skill > 0.05


def test_forecasts_of_a_simulated_bank_come_true_as_often_as_they_say():
    rows = [row for row in calibration(out_of_sample(knocks())).rows if row.n >= 40]
    assert len(rows) >= 4
    assert max(abs(row.forecast - row.met) for row in rows) < 0.1


def test_the_hours_of_a_door_tell_more_than_the_door_alone():
    known, asked = knocks()[: 8 * 80], knocks()[8 * 80 :]
    by_hour = learn(PresenceModel(), known)
    blind = replace(by_hour, hours={})

    def score(model):
        return calibration([Forecast(model.p_met(r.where).mean, 0.5, r.met) for r in asked]).brier

    assert score(by_hour) < score(blind)


def test_no_forecast_knows_its_own_day_or_later_ones():
    known = [r for r in knocks() if r.day < knocks()[0].day + timedelta(days=30)]
    turned = [PresenceResult(r.where, not r.met, r.day) if r.day == known[-1].day else r for r in known]
    assert [f.chance for f in out_of_sample(known)] == [f.chance for f in out_of_sample(turned)]


def test_results_in_another_order_give_the_same_forecasts_per_day():
    told = out_of_sample(knocks())
    again = out_of_sample(reversed(knocks()))
    assert sum(f.chance for f in told) == pytest.approx(sum(f.chance for f in again))


def test_the_score_and_the_table_are_reckoned_by_hand():
    told = [Forecast(0.8, 0.5, True), Forecast(0.8, 0.5, False), Forecast(0.2, 0.5, False)]
    found = calibration(told)
    assert found.brier == pytest.approx((0.04 + 0.64 + 0.04) / 3)
    assert found.brier_constant == pytest.approx(0.25)
    assert [(row.n, row.met) for row in found.rows] == [(1, 0.0), (2, 0.5)]
    assert found.skill == pytest.approx(1 - 0.24 / 0.25)


def test_a_forecast_that_is_far_off_does_not_fit():
    wrong = calibration([Forecast(0.95, 0.5, met=False)] * 40)
    assert not wrong.rows[0].fits
    assert not wrong.better_than_constant


def test_without_forecasts_there_is_no_score():
    assert calibration([]) is None
    with pytest.raises(BadInput):
        calibration([Forecast(0.5, 0.5, met=True)], bins=0)


def test_a_result_counts_half_after_the_half_life():
    here = Whereabouts("371402", "a1", AddressKind.HOME, "evening", weekend=False)
    day = knocks()[0].day
    old = learn(PresenceModel(), [PresenceResult(here, True, day)], day + timedelta(days=365))
    assert old.bank[AddressKind.HOME, "evening", False].tried == pytest.approx(0.5)
    new = learn(PresenceModel(), [PresenceResult(here, True, day)], day)
    assert PresenceModel().p_met(here).mean < old.p_met(here).mean < new.p_met(here).mean


def test_past_attempts_at_the_same_hours_count_more_than_at_others():
    evening = Whereabouts("371402", "a1", AddressKind.HOME, "evening", weekend=False)
    morning = Whereabouts("371402", "a1", AddressKind.HOME, "morning", weekend=False)
    tried = learn(PresenceModel(), [PresenceResult(morning, False)] * 8 + [PresenceResult(evening, True)] * 8)
    assert tried.p_met(evening).mean > 0.6 > 0.4 > tried.p_met(morning).mean
