from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from zoufang.core.errors import BadInput
from zoufang.core.evaluation import Arm, Design, SetAside, StudyUnit, assign, draw_digest
from zoufang.core.values import SourceKey

DAY = date(2026, 3, 2)
DESIGN = Design("spring", DAY)
FAR = DAY + timedelta(days=900)


def a_unit(number, **changes):
    return replace(StudyUnit(SourceKey("core", f"C{number:05d}"), FAR), **changes)


units = st.lists(
    st.builds(
        a_unit,
        st.integers(0, 400),
        links=st.frozensets(st.sampled_from("abcdefgh"), max_size=2),
        stratum=st.sampled_from(["", "north", "south"]),
        limitation_ends=st.sampled_from([FAR, FAR, FAR, DAY + timedelta(days=100), None]),
    ),
    unique_by=lambda unit: unit.key,
    max_size=40,
).map(tuple)
designs = st.builds(
    Design,
    st.just("spring"),
    st.just(DAY),
    hold_out_share=st.floats(0.05, 0.5),
    must_visit_share=st.floats(0, 0.4),
    stratified=st.booleans(),
)


@given(units, designs, st.integers(0, 2**31), st.randoms())
def test_the_draw_does_not_depend_on_the_order_of_the_list(some, design, seed, random):
    shuffled = list(some)
    random.shuffle(shuffled)
    assert assign(some, design, seed) == assign(tuple(shuffled), design, seed)


@given(units, designs, st.integers(0, 2**31))
def test_everyone_is_drawn_once_and_customers_who_share_a_link_share_an_arm(some, design, seed):
    drawn = {a.key: a for a in assign(some, design, seed)}
    assert set(drawn) == {unit.key for unit in some}
    for one in some:
        for other in some:
            if one.links & other.links:
                assert drawn[one.key].arm is drawn[other.key].arm
                assert drawn[one.key].household == drawn[other.key].household


@given(units, designs, st.integers(0, 2**31))
def test_nobody_whose_limitation_ends_soon_or_is_unknown_is_held_out_by_lot(some, design, seed):
    drawn = {a.key: a for a in assign(some, design, seed)}
    for unit in some:
        if unit.limitation_ends is None or unit.limitation_ends <= design.rights_safe_until:
            assert drawn[unit.key].arm is Arm.SET_ASIDE
            assert drawn[unit.key].reason is SetAside.LIMITATION
            assert drawn[unit.key].p_hold_out == 0


@given(units, designs, st.integers(0, 2**31))
def test_the_logged_probability_is_that_of_the_arm_drawn(some, design, seed):
    for a in assign(some, design, seed):
        assert a.probability == pytest.approx(design.share(a.arm))
        assert 0 < a.probability <= 1


@given(units, st.integers(0, 2**31))
def test_in_the_plain_draw_one_customer_more_changes_nobody_else(some, seed):
    alone = [unit for unit in some if not unit.links]
    before = {a.key: a for a in assign(tuple(alone[1:]), DESIGN, seed)}
    after = {a.key: a for a in assign(tuple(alone), DESIGN, seed)}
    assert all(after[key] == before[key] for key in before)


@pytest.mark.parametrize("stratified", [False, True])
def test_each_customer_is_held_out_as_often_as_the_design_says(stratified):
    """Over many seeds, also for a stratum of two, where a fixed count of 20% would hold out nobody."""
    some = tuple(a_unit(i, stratum="small" if i < 2 else "large") for i in range(12))
    design = replace(DESIGN, stratified=stratified, must_visit_share=0.1)
    arms = [assign(some, design, seed)[0].arm for seed in range(2_000)]
    assert stats.binomtest(arms.count(Arm.HOLD_OUT), len(arms), 0.2).pvalue > 0.001
    assert stats.binomtest(arms.count(Arm.MUST_VISIT), len(arms), 0.1).pvalue > 0.001


@settings(max_examples=25)
@given(st.integers(1, 120), st.integers(0, 2**31))
def test_a_stratified_draw_keeps_the_share_within_one_household_in_each_stratum(size, seed):
    some = tuple(a_unit(i, stratum="AB"[i % 2]) for i in range(size))
    drawn = assign(some, replace(DESIGN, stratified=True), seed)
    for stratum in "AB":
        inside = [a.arm for a in drawn if a.stratum == stratum]
        assert abs(inside.count(Arm.HOLD_OUT) - 0.2 * len(inside)) < 1


def test_a_guarantee_that_ends_inside_window_and_margin_sets_aside_its_customer():
    last = DESIGN.rights_safe_until
    soon, later = assign(
        (a_unit(1, guarantee_ends=last), a_unit(2, guarantee_ends=last + timedelta(1))), DESIGN, 7
    )
    assert (soon.arm, soon.reason) == (Arm.SET_ASIDE, SetAside.GUARANTEE)
    assert later.arm is not Arm.SET_ASIDE


def test_a_household_is_set_aside_whole_for_one_visit_reaches_them_all():
    one, other = assign(
        (a_unit(1, links=frozenset({"door"}), reserved=SetAside.HARDSHIP), a_unit(2, links=frozenset({"door"}))),
        DESIGN,
        7,
    )
    assert (one.reason, other.reason) == (SetAside.HARDSHIP, SetAside.HOUSEHOLD)
    assert other.arm is Arm.SET_ASIDE


def test_a_chain_of_links_is_one_household():
    chain = (
        a_unit(1, links=frozenset({"door"})),
        a_unit(2, links=frozenset({"door", "bond"})),
        a_unit(3, links=frozenset({"bond"})),
    )
    assert {a.household for a in assign(chain, DESIGN, 7)} == {chain[0].key}


def test_a_draw_whose_window_is_open_stands_and_a_newcomer_joins_the_household():
    home = frozenset({"door"})
    first = assign(tuple(a_unit(i, links=home if i == 5 else frozenset()) for i in range(5, 30)), DESIGN, 7)
    kept = next(a for a in first if a.key.key == "C00005")
    next_cycle = replace(DESIGN, drawn_on=DAY + timedelta(days=7))
    newcomer, old = assign((a_unit(1, links=home), a_unit(5, links=home)), next_cycle, 99, kept=first)
    assert old == kept
    assert (newcomer.arm, newcomer.household, newcomer.p_hold_out) == (kept.arm, kept.household, kept.p_hold_out)


def test_a_newcomer_between_two_arms_is_set_aside():
    first = assign(tuple(a_unit(i) for i in range(60)), DESIGN, 7)
    held = next(a for a in first if a.arm is Arm.HOLD_OUT)
    free = next(a for a in first if a.arm is Arm.FREE)
    bridge = a_unit(99, links=frozenset({"x", "y"}))
    ends = (StudyUnit(held.key, FAR, links=frozenset({"x"})), StudyUnit(free.key, FAR, links=frozenset({"y"})))
    drawn = {a.key: a for a in assign((*ends, bridge), DESIGN, 7, kept=first)}
    assert drawn[bridge.key].reason is SetAside.HOUSEHOLD
    assert (drawn[held.key], drawn[free.key]) == (held, free)


def test_another_seed_or_another_cycle_is_another_draw():
    some = tuple(a_unit(i) for i in range(200))
    arms = [a.arm for a in assign(some, DESIGN, 1)]
    assert arms != [a.arm for a in assign(some, DESIGN, 2)]
    assert arms != [a.arm for a in assign(some, replace(DESIGN, drawn_on=DAY + timedelta(1)), 1)]


def test_the_digest_of_a_draw_shows_that_an_arm_was_changed():
    drawn = assign(tuple(a_unit(i) for i in range(20)), DESIGN, 1)
    changed = (replace(drawn[0], arm=Arm.MUST_VISIT if drawn[0].arm is Arm.FREE else Arm.FREE), *drawn[1:])
    assert draw_digest(drawn) == draw_digest(tuple(reversed(drawn)))
    assert draw_digest(drawn) != draw_digest(changed)


def test_a_customer_listed_twice_is_refused():
    with pytest.raises(BadInput, match="C00001 are listed twice"):
        assign((a_unit(1), a_unit(1)), DESIGN, 7)


@pytest.mark.parametrize(
    "wrong", [{"hold_out_share": 0.0}, {"hold_out_share": 1.0}, {"must_visit_share": 0.8}, {"window_days": 0}]
)
def test_an_impossible_design_cannot_be_made(wrong):
    with pytest.raises(BadInput):
        replace(DESIGN, **wrong)
