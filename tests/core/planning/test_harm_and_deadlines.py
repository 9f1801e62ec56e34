"""Harm has a learnt chance and a price; a deadline presses; a plan says whom it leaves in danger."""

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_builders import DAY, GREEDY_ONLY, a_candidate, a_crew

from zoufang.core.errors import BadInput, NotFound
from zoufang.core.planning import (
    Aftermath,
    Deadline,
    DeadlineKind,
    Harm,
    HarmModel,
    PersonBands,
    PurposeRule,
    age_band,
    harm_price,
    income_band,
    learn_harm,
    plan,
    press,
    unmet_deadlines,
    values_on,
    visit_value,
    who_pays,
)
from zoufang.core.values import Purpose
from zoufang.files.visit_values import read_visit_values, shipped_visit_values

DEMAND = PurposeRule(50_000, DeadlineKind.LIMITATION, urgent_fen=90_000, urgent_days=90, hard_days=14)
POLICY = replace(GREEDY_ONLY, purposes={Purpose.SERVE_DEMAND: DEMAND}, harm_price_fen={Harm.COMPLAINT: 60_000})
FIRST = HarmModel().chances("rural")


def ending(days, **changes):
    deadline = Deadline(DeadlineKind.LIMITATION, DAY + timedelta(days=days))
    return a_candidate(purpose=Purpose.SERVE_DEMAND, deadline=deadline, **changes)


def value(candidate, policy=POLICY):
    return visit_value(candidate, candidate.options[0], policy)


def made(*candidates, crews=None, policy=POLICY):
    return plan(candidates, crews or [a_crew()], policy, days=[DAY], seed=1)


def test_a_predicted_complaint_takes_its_price_from_the_visit():
    free, priced = value(a_candidate()), value(a_candidate(harms=FIRST))
    assert priced.harm_price_fen == 600  # 1% of 600 yuan
    assert priced.gross_fen == free.gross_fen - 600
    assert priced.before_harm_fen == free.gross_fen


def test_a_price_of_harm_can_keep_a_visit_out_of_the_plan():
    dear = replace(POLICY, harm_price_fen={Harm.COMPLAINT: 100_000_000})
    assert made(a_candidate(harms=FIRST)).visits
    assert not made(a_candidate(harms=FIRST), policy=dear).visits


def test_a_segment_with_complaints_is_dearer_and_a_first_complaint_moves_little():
    visits = [Aftermath("rural", frozenset({Harm.COMPLAINT} if i < 20 else ())) for i in range(100)]
    model = learn_harm([*visits, *[Aftermath("urban")] * 100])
    prices = {Harm.COMPLAINT: 100_000}
    rural, urban = (harm_price(model.chances(s), prices) for s in ("rural", "urban"))
    assert rural > 2 * urban
    one = learn_harm([Aftermath("rural", frozenset({Harm.COMPLAINT}))])
    assert harm_price(one.chances("rural"), prices) < 2 * harm_price(FIRST, prices)


def test_harm_rates_do_not_depend_on_the_order_of_the_visits():
    visits = [Aftermath("rural", frozenset({Harm.INCIDENT})), Aftermath("urban"), Aftermath("rural")]
    assert learn_harm(visits) == learn_harm(reversed(visits))


def test_a_right_near_its_end_is_worth_more_and_nothing_more_once_it_is_lost():
    far, near, last, lost = (value(ending(days)).purpose_fen for days in (120, 45, 0, -1))
    assert (far, near, last, lost) == (50_000, 95_000, 140_000, 50_000)


def test_the_deadline_of_another_right_does_not_press():
    other = a_candidate(purpose=Purpose.SERVE_DEMAND, deadline=Deadline(DeadlineKind.GUARANTEE, DAY))
    assert value(other).purpose_fen == 50_000
    assert not press(other, POLICY).required


@pytest.mark.parametrize(("days", "required"), [(15, False), (14, True), (0, True), (-1, False)])
def test_a_visit_is_required_once_its_deadline_is_hard(days, required):
    assert press(ending(days), POLICY).required is required


def test_a_plan_says_whose_limitation_it_does_not_reach_and_why():
    unreached = ending(30, point=None)
    (note,) = unmet_deadlines(made(unreached), [unreached], POLICY)
    assert "limitation of 1 customers" in str(note)
    assert "No cleared address has a point on the map" in str(note)
    reached = ending(30)
    assert not list(unmet_deadlines(made(reached), [reached], POLICY))
    far = ending(91, point=None)
    assert not list(unmet_deadlines(made(far), [far], POLICY))


def test_the_report_tells_who_is_visited_and_what_harm_takes_from_the_value():
    people = [a_candidate("c1", harms=FIRST), a_candidate("c2", point=None)]
    bands = {"c1": PersonBands(income_band(200_000), age_band(70), "rural")}
    shares = who_pays(made(*people), people, POLICY, bands)
    told = {(s.group, s.band): (s.candidates, s.visits) for s in shares}
    assert told["income", "income_low"] == told["age", "age_60_up"] == told["place", "rural"] == (1, 1)
    assert told["income", "unknown"] == (1, 0)
    rural = next(s for s in shares if s.band == "rural")
    assert rural.before_harm_fen - rural.value_fen == 600


@pytest.mark.parametrize(
    ("fen", "band"),
    [(None, "unknown"), (299_999, "income_low"), (300_000, "income_middle"), (600_000, "income_high")],
)
def test_income_bands_begin_where_they_say(fen, band):
    assert income_band(fen) == band


def test_urgency_without_a_deadline_is_refused():
    with pytest.raises(BadInput, match="deadline"):
        PurposeRule(urgent_fen=1)


class TestTheFile:
    def test_every_purpose_that_ships_names_its_evidence_and_what_closes_it(self):
        values = values_on(shipped_visit_values(), DAY)
        assert set(values.purposes) == set(Purpose)
        assert all(rule.evidence and rule.closes for rule in values.purposes.values())
        assert set(values.harm_price_fen) == set(Harm)
        assert values.source

    def test_the_newest_version_that_has_begun_counts(self):
        old = shipped_visit_values()[0]
        new = replace(old, version="later", valid_from=DAY + timedelta(days=1))
        assert values_on([new, old], DAY) == old
        assert values_on([new, old], DAY + timedelta(days=1)) == new
        with pytest.raises(NotFound):
            values_on([new], DAY)

    @pytest.mark.parametrize(
        "line", ["exploration_share = 0.21", "unknown = 1", "harm_price_fen = { complaint = -1 }"]
    )
    def test_a_wrong_figure_is_refused_by_name(self, line):
        text = f'[[version]]\nversion = "v"\nvalid_from = 2026-01-01\nsource = "s"\n{line}\n'
        with pytest.raises(BadInput, match=r"visit-values\.toml"):
            read_visit_values(text, "visit-values.toml")
