from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from study_builders import a_drawn_unit, a_random_study, a_study, judged

from zoufang.core.errors import BadInput
from zoufang.core.evaluation import (
    Arm,
    Design,
    Interval,
    Received,
    StudyUnit,
    Verdict,
    Visited,
    assign,
    freeze,
    measured_uplift,
    wording,
)
from zoufang.core.values import SourceKey

DAY = date(2026, 3, 2)


def said(found):
    return " ".join(str(warning) for warning in found.warnings)


def test_a_clear_effect_is_said_with_its_interval_and_cost():
    found = judged(a_random_study(2_000, effect_fen=150_000))
    assert found.verdict is Verdict.RECOVERS_MORE
    assert 0 < found.low_fen < found.effect_fen < found.high_fen
    paid = found.cost.cost_fen / (found.effect_fen * found.n_assigned)
    assert found.cost.per_recovered_yuan == pytest.approx(paid)
    assert found.cost.low < paid < found.cost.high


def test_harm_is_said_as_plainly_as_gain():
    found = judged(a_random_study(2_000, effect_fen=-150_000))
    assert found.verdict is Verdict.RECOVERS_LESS
    assert "less each than the held-out" in str(found.answer)
    assert found.cost.per_recovered_yuan is None


def test_an_a_a_study_cannot_tell_and_gives_no_cost_per_yuan():
    found = judged(a_random_study(2_000, visited_share=0.0, seed=4))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.effects.on_visited is None
    assert found.cost.per_recovered_yuan is None
    assert "A/A" in said(found)


def test_a_a_studies_raise_a_false_alarm_in_at_most_five_in_a_hundred():
    alarms = [judged(a_random_study(200, seed=seed), redraws=199).effects.itt.sign != 0 for seed in range(300)]
    assert np.mean(alarms) <= 0.05 + 2 * (0.05 * 0.95 / 300) ** 0.5


def test_the_effect_is_by_assignment_not_by_visit():
    """The planner visits good payers. Per protocol visits look golden; as drawn they do nothing."""
    rng = np.random.default_rng(6)
    good = rng.random(2_000) < 0.5
    held_out = rng.random(2_000) < 0.25
    paid = np.where(good, 200_000, 20_000) + rng.integers(0, 5_000, 2_000)
    units = [
        a_drawn_unit(
            i,
            Arm.HOLD_OUT if held_out[i] else Arm.FREE,
            int(paid[i]),
            visited=bool(good[i] and not held_out[i]),
            p_hold_out=0.25,
        )
        for i in range(2_000)
    ]
    found = judged(a_study(units))
    per_protocol = paid[good & ~held_out].mean() - paid[held_out].mean()
    assert per_protocol > 80_000
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.high_fen < 20_000
    assert found.effects.on_visited.low_fen < 0 < found.effects.on_visited.high_fen


def test_must_visit_and_free_are_both_assigned():
    study = a_random_study(400)
    explored = tuple(
        replace(u, arm=Arm.MUST_VISIT) if u.arm is Arm.FREE and i % 3 == 0 else u
        for i, u in enumerate(study.units)
    )
    assert judged(replace(study, units=explored)).effects == judged(study).effects


def test_the_set_aside_are_counted_and_never_compared():
    study = a_random_study(400)
    aside = a_drawn_unit(9_999, Arm.SET_ASIDE, 10**9, p_hold_out=0.0)
    with_aside = judged(replace(study, units=(*study.units, aside)))
    assert with_aside.effects == judged(study).effects
    assert with_aside.sizes.n_set_aside == 1


def test_customers_whose_window_is_open_are_left_out_and_counted():
    units = [replace(u, assigned_on=DAY) for u in a_random_study(300).units]
    late = replace(a_drawn_unit(9_999, Arm.FREE, 10**9), assigned_on=DAY + timedelta(days=20))
    found = judged(a_study([*units, late], window_days=28, as_of=DAY + timedelta(days=27)))
    assert found.sizes.n_open == 1
    assert found.effects == judged(a_study(units)).effects


def test_a_small_study_says_that_it_is_too_small_and_what_it_could_have_found():
    found = judged(a_random_study(60, effect_fen=500_000))
    assert found.verdict is Verdict.TOO_SMALL
    assert found.effects.smallest_detectable_fen > 0


def test_a_study_that_could_miss_a_worthwhile_effect_is_too_small_rather_than_undecided():
    study = a_random_study(400, seed=2)
    detectable = judged(study).effects.smallest_detectable_fen
    assert judged(study).verdict is Verdict.CANNOT_TELL
    assert judged(study, worthwhile_fen=detectable - 1).verdict is Verdict.TOO_SMALL
    assert judged(study, worthwhile_fen=detectable).verdict is Verdict.CANNOT_TELL


def test_one_unrecorded_cost_makes_the_cost_unknown_not_zero():
    study = a_random_study(2_000, effect_fen=150_000)
    first = next(i for i, u in enumerate(study.units) if u.visited)
    units = tuple(replace(u, cost_fen=None) if i == first else u for i, u in enumerate(study.units))
    found = judged(replace(study, units=units))
    assert found.cost.cost_fen is None
    assert "unknown" in str(found.cost.answer)


def test_a_visited_hold_out_stays_in_its_arm_and_is_reported():
    study = a_random_study(1_000, effect_fen=100_000)
    first = next(i for i, u in enumerate(study.units) if u.arm is Arm.HOLD_OUT)
    leaked = replace(
        study, units=tuple(replace(u, visited=u.visited or i == first) for i, u in enumerate(study.units))
    )
    found = judged(leaked)
    assert found.sizes.n_leaked == 1
    assert found.n_held_out == judged(study).n_held_out
    assert "Contamination: 1 of" in said(found)


def test_a_draw_that_does_not_fit_its_logged_chances_is_warned_of():
    study = a_random_study(1_000)
    wrong = replace(study, units=tuple(replace(u, p_hold_out=0.3) for u in study.units))
    assert "does not fit the logged probabilities" in said(judged(wrong))
    assert "does not fit" not in said(judged(study))


def test_a_few_huge_payments_that_carry_the_answer_are_warned_of():
    study = a_random_study(1_500, seed=12)
    free = [i for i, u in enumerate(study.units) if u.arm is Arm.FREE][:8]
    units = tuple(replace(u, recovered_fen=6_000_000) if i in free else u for i, u in enumerate(study.units))
    found = judged(replace(study, units=units), redraws=9_999)
    assert found.verdict is Verdict.RECOVERS_MORE
    assert "few large payments" in said(found)


def test_the_snapshot_id_is_the_same_for_the_same_data_in_any_order_and_no_other():
    study = a_random_study(50)
    assert replace(study, units=study.units[::-1]).snapshot_id == study.snapshot_id
    one_more_fen = replace(study.units[0], recovered_fen=study.units[0].recovered_fen + 1)
    assert replace(study, units=(one_more_fen, *study.units[1:])).snapshot_id != study.snapshot_id


def test_strata_with_nobody_to_compare_are_pooled_not_dropped():
    study = a_random_study(200)
    units = tuple(replace(u, stratum="big" if i % 2 else f"tiny{i}") for i, u in enumerate(study.units))
    found = judged(replace(study, units=units))
    assert found.n_assigned + found.n_held_out == 200
    assert "2 strata" in found.method


def refused_studies():
    held, free = a_drawn_unit(1, Arm.HOLD_OUT, 5), a_drawn_unit(2, Arm.FREE, 7)
    full = [a_drawn_unit(i, Arm.HOLD_OUT if i % 4 == 0 else Arm.FREE, i) for i in range(10, 50)]
    late = replace(full[1], assigned_on=DAY, visited_on=DAY + timedelta(days=40))
    early = replace(full[1], assigned_on=DAY, visited_on=DAY - timedelta(days=1))
    closed = {"window_days": 28, "as_of": DAY + timedelta(days=60)}
    return {
        "no held-out customers": a_study([u for u in full if u.assigned]),
        "nobody assigned": a_study([u for u in full if not u.assigned]),
        "fewer than two": a_study([held, free, *[u for u in full if u.assigned]]),
        "more than once": a_study([*full, full[0]]),
        "the hold-out leaked": a_study([replace(u, visited=True) for u in full]),
        "nobody paid anything": a_study([replace(u, recovered_fen=0) for u in full]),
        "paid the same": a_study([replace(u, recovered_fen=7) for u in full]),
        "after its outcome closed": a_study([full[0], late, *full[2:]], **closed),
        "before the draw": a_study([full[0], early, *full[2:]], **closed),
        "both sides of the draw": a_study([replace(u, cluster="one door") for u in (full[1], full[2])] + full[3:]),
        "p_hold_out is missing for 1": a_study([replace(full[0], p_hold_out=None), *full[1:]]),
    }


@pytest.mark.parametrize("reason", refused_studies())
def test_a_study_that_cannot_be_evaluated_is_refused_by_name(reason):
    with pytest.raises(BadInput, match=reason):
        judged(refused_studies()[reason])


@pytest.mark.parametrize("wrong", [{"p_hold_out": 1.0}, {"cost_fen": -1}, {"met": True, "visited": False}])
def test_an_impossible_unit_cannot_be_made(wrong):
    with pytest.raises(BadInput):
        a_drawn_unit(1, **wrong)


def test_freezing_counts_money_visits_and_cost_within_the_window_only():
    keys = [SourceKey("core", name) for name in "ab"]
    drawn = assign(tuple(StudyUnit(key, date(2030, 1, 1)) for key in keys), Design("spring", DAY), 1)
    received = [Received(keys[0], DAY + timedelta(days=d), 100) for d in (-1, 0, 27, 28)]
    visits = [Visited(keys[0], DAY + timedelta(days=d), d == 3, 500) for d in (3, 9, 28)]
    study = freeze("spring", drawn, received, visits, as_of=DAY + timedelta(40), window_days=28, simulated=True)
    first, second = study.units
    assert (first.recovered_fen, first.cost_fen, first.met) == (200, 1_000, True)
    assert first.visited_on == DAY + timedelta(days=3)
    assert (second.recovered_fen, second.visited, second.met) == (0, False, False)


def test_a_visit_of_unknown_cost_freezes_as_unknown():
    key = SourceKey("core", "a")
    drawn = assign((StudyUnit(key, date(2030, 1, 1)),), Design("spring", DAY), 1)
    visits = [Visited(key, DAY, True, 500), Visited(key, DAY, True, None)]
    study = freeze("spring", drawn, [], visits, as_of=DAY, window_days=1, simulated=True)
    assert study.units[0].cost_fen is None


def with_effect_on_met(found, low, middle, high):
    return replace(found, effects=replace(found.effects, on_met=Interval(middle, low, high)))


def test_what_a_study_measured_on_those_met_goes_to_planning_unshrunk():
    found = with_effect_on_met(judged(a_random_study(300)), 60_000, 100_000, 140_000)
    uplift = measured_uplift(found)
    assert (uplift.effect_fen, uplift.low_fen, uplift.high_fen) == (100_000, 60_000, 140_000)
    assert "study spring" in uplift.method


def test_a_narrower_interval_is_brought_to_95_percent():
    found = with_effect_on_met(judged(a_random_study(300)), 60_000, 100_000, 140_000)
    uplift = measured_uplift(replace(found, confidence=0.80))
    assert uplift.high_fen - uplift.low_fen == pytest.approx(122_350, rel=0.001)


def test_without_knowing_who_was_met_planning_is_told_nothing():
    found = judged(a_random_study(300, effect_fen=100_000))
    assert found.effects.on_met is None
    assert measured_uplift(found) is None


def test_every_part_of_the_method_has_words_of_its_own():
    name = wording.method(strata=3, households=True)
    parts = wording.method_said(name)
    assert ", ".join(part.text() for part in parts) == name
    words = {*wording.METHOD_PARTS, wording.STRATIFIED}
    assert all(part.template in words for part in parts)
