"""Each rule of the checker is shown a sound plan with one thing broken."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from planning_builders import DAY, QUICK, a_candidate, a_cleared_visit, a_crew, a_town, near

from zoufang.core.planning import CircuityTravel, InvalidPlan, Needs, Pin, plan, violations
from zoufang.core.values import Decision, Finding, Message, TimeWindow

TOWN = a_town(12)
CREWS = [a_crew("k1"), a_crew("k2", depot=near(5))]
MADE = plan(TOWN, CREWS, QUICK, days=[DAY], seed=1)
FIRST = MADE.visits[0]


def wrong(made, town=TOWN, crews=CREWS, policy=QUICK, **words):
    return " | ".join(violations(made, town, crews, policy, CircuityTravel(policy.travel), **words))


def with_first(**changes):
    return replace(MADE, visits=(replace(FIRST, **changes), *MADE.visits[1:]))


def town_with(**changes):
    return [replace(c, **changes) if c.customer_id == FIRST.customer_id else c for c in TOWN]


def test_a_sound_plan_passes():
    assert wrong(MADE) == ""


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (with_first(customer_id="stranger"), "is no candidate"),
        (with_first(crew_id="k9"), "no crew k9"),
        (replace(MADE, visits=(FIRST, *MADE.visits)), "stands 2 times"),
        (replace(MADE, visits=MADE.visits[1:]), "neither planned nor explained"),
        (with_first(window=TimeWindow(0, 60)), "has not cleared"),
        (with_first(cleared=a_cleared_visit("other")), "has not cleared"),
        (with_first(day=DAY + timedelta(days=1)), "has not cleared"),
        (with_first(start_s=FIRST.window.start_min * 60 - 1), "is outside"),
        (with_first(end_s=FIRST.end_s - 60), "lasts 19 minutes"),
        (with_first(arrive_s=FIRST.arrive_s - 60), "cannot be reached"),
        (with_first(order=2), "out of order"),
        (with_first(gross_value_fen=FIRST.gross_value_fen + 1), "not as the policy says"),
        (replace(MADE, objective_fen=MADE.objective_fen + 1), "but the visits are worth"),
        (replace(MADE, crew_days=()), "no working day"),
        (replace(MADE, crew_days=tuple(replace(d, back_s=d.back_s - 60) for d in MADE.crew_days)), "be back in"),
    ],
)
def test_one_broken_thing_is_found(made, complaint):
    assert complaint in wrong(made)


def test_a_refused_customer_in_the_plan_is_found():
    block = (Finding("CN-D2", Decision.BLOCK, Message("no"), "law"),)
    assert "refused by compliance" in wrong(MADE, town_with(blocked_by=block, options=()))


def test_a_crew_without_the_skill_is_found():
    assert "lacks care" in wrong(MADE, town_with(needs=Needs(qualifications=frozenset({"care"}))))


def test_a_lone_officer_and_a_day_off_are_found():
    alone = [replace(c, officer_ids=("x",)) for c in CREWS]
    assert "fewer than 2 officers" in wrong(MADE, crews=alone)
    off = [replace(c, days=(DAY + timedelta(days=1),)) for c in CREWS]
    assert f"is off on {DAY}" in wrong(MADE, crews=off)


def test_a_shift_and_a_rest_that_do_not_hold_are_found():
    short = [replace(c, shift=TimeWindow(10 * 60, 11 * 60)) for c in CREWS]
    assert "leaves its shift" in wrong(MADE, crews=short)
    minute = FIRST.start_s // 60
    resting = [replace(c, rest=TimeWindow(minute, minute + 10)) for c in CREWS]
    assert "falls into the rest" in wrong(MADE, crews=resting)


@pytest.mark.parametrize(
    ("pin", "complaint"),
    [
        (Pin(FIRST.customer_id, "k9"), "not planned so"),
        (Pin(FIRST.customer_id, FIRST.crew_id, address_id="elsewhere"), "pinned to address elsewhere"),
        (Pin(FIRST.customer_id, FIRST.crew_id, window=TimeWindow(0, 1)), "pinned to 00:00-00:01"),
    ],
)
def test_a_pin_that_was_moved_is_found(pin, complaint):
    assert complaint in wrong(MADE, pins=[pin])


def test_a_dropped_customer_in_the_plan_is_found():
    assert "was dropped" in wrong(MADE, drops=[FIRST.customer_id])


def test_a_plan_that_fails_the_check_does_not_leave(monkeypatch):
    wiring = import_module("zoufang.core.planning.plan")  # the module, not the function of that name
    monkeypatch.setattr(wiring, "violations", lambda *a, **k: ("something is wrong",))
    with pytest.raises(InvalidPlan, match="something is wrong"):
        plan([a_candidate()], [a_crew()], QUICK, days=[DAY], seed=1)
