from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.evaluation import SetAside, StudyUnit
from zoufang.core.evaluation.designs import (
    Cell,
    Frame,
    Measure,
    Registration,
    draw_by_cluster,
    draw_encouragement,
    draw_factorial,
    draw_queue_cut,
    draw_roll_out,
    draw_switchback,
    refuse_altered,
    refuse_other_question,
)
from zoufang.core.values import SourceKey

DAY = date(2026, 3, 2)
FRAME = Frame("spring", DAY)
FAR = DAY + timedelta(days=900)
VILLAGES = tuple(f"village {i}" for i in range(12))
STARTS = (date(2026, 4, 6), date(2026, 5, 4))


def a_unit(number, **changes):
    return replace(StudyUnit(SourceKey("core", f"C{number:05d}"), FAR), **changes)


def some_units(n=120):
    return tuple(a_unit(i) for i in range(n))


def homes(units):
    return {unit.key: VILLAGES[i % len(VILLAGES)] for i, unit in enumerate(units)}


def by_cluster(units, seed=1):
    return draw_by_cluster(units, homes(units), FRAME, hold_out_share=0.25, seed=seed)


DRAWS = {
    "cluster": by_cluster,
    "switchback": lambda units, seed=1: draw_switchback(
        VILLAGES, units, FRAME, first_week=DAY, weeks=8, seed=seed
    ),
    "roll_out": lambda units, seed=1: draw_roll_out(
        VILLAGES, units, FRAME, starts=STARTS, with_never=True, seed=seed
    ),
    "encouragement": lambda units, seed=1: draw_encouragement(units, FRAME, share=0.4, seed=seed),
    "queue_cut": lambda units, seed=1: draw_queue_cut(units, FRAME, capacity=50, band=20, seed=seed),
    "factorial": lambda units, seed=1: draw_factorial(units, FRAME, visit_share=0.5, offer_share=0.3, seed=seed),
}


@pytest.mark.parametrize("name", DRAWS)
def test_the_same_seed_replays_the_draw_and_another_does_not(name):
    units = some_units()
    assert DRAWS[name](units).digest == DRAWS[name](units).digest
    assert DRAWS[name](units, seed=2).digest != DRAWS[name](units).digest


@pytest.mark.parametrize("name", DRAWS)
def test_a_changed_lot_seed_registration_or_drawn_out_customer_shows_in_the_digest(name):
    draw = DRAWS[name]((*some_units(), a_unit(500, limitation_ends=None)))
    other = replace(draw.lots[0], cell=Cell.FREE)
    for forged in (
        replace(draw, lots=(other, *draw.lots[1:])),
        replace(draw, seed=9),
        replace(draw, drawn_out=()),
        replace(draw, frame=replace(draw.frame, registration_id="other")),
    ):
        refuse_altered(draw, draw.digest)
        with pytest.raises(Conflict, match="not the one that was frozen"):
            refuse_altered(forged, draw.digest)


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"limitation_ends": None}, SetAside.LIMITATION),
        ({"limitation_ends": DAY + timedelta(days=180)}, SetAside.LIMITATION),
        ({"guarantee_ends": DAY + timedelta(days=180)}, SetAside.GUARANTEE),
        ({"reserved": SetAside.PROMISED_VISIT}, SetAside.PROMISED_VISIT),
        ({"reserved": SetAside.REQUESTED_VISIT}, SetAside.REQUESTED_VISIT),
        ({"reserved": SetAside.HARDSHIP}, SetAside.HARDSHIP),
        ({"reserved": SetAside.VULNERABLE}, SetAside.VULNERABLE),
        ({"reserved": SetAside.LEGAL_STAGE}, SetAside.LEGAL_STAGE),
    ],
)
def test_whoever_chance_must_not_touch_is_drawn_out_first_with_the_household_and_counted(name, changes, reason):
    units = some_units()
    touched = replace(units[7], links=frozenset({"door"}), **changes)
    neighbour = replace(units[8], links=frozenset({"door"}))
    draw = DRAWS[name]((*units[:7], touched, neighbour, *units[9:]))
    assert draw.count_drawn_out() == {reason: 1, SetAside.HOUSEHOLD: 1}
    assert {str(touched.key), str(neighbour.key)}.isdisjoint(lot.subject for lot in draw.lots)


def test_rights_that_end_a_day_after_window_and_margin_are_safe():
    units = (*some_units(), a_unit(500, limitation_ends=DAY + timedelta(days=181)))
    assert draw_encouragement(units, FRAME, share=0.5, seed=1).drawn_out == ()


def test_a_margin_below_ninety_days_cannot_be_set():
    with pytest.raises(BadInput, match="90 days"):
        Frame("spring", DAY, rights_margin_days=30)


def test_all_of_a_village_and_all_of_a_household_share_one_lot():
    units = list(some_units())
    units[0], units[1] = (replace(u, links=frozenset({"door"})) for u in units[:2])  # two villages, one door
    draw = by_cluster(tuple(units))
    cells = {}
    for lot in draw.lots:
        cells.setdefault(lot.cluster, set()).add(lot.cell)
    assert all(len(some) == 1 for some in cells.values())
    assert draw.lots[0].cluster == draw.lots[1].cluster
    assert sum(some == {Cell.HOLD_OUT} for some in cells.values()) == 3


def test_a_switchback_gives_each_branch_one_week_on_and_one_off_in_every_pair():
    draw = DRAWS["switchback"](some_units())
    pairs = Counter((lot.subject, lot.stratum, lot.cell) for lot in draw.lots)
    assert set(pairs.values()) == {1}
    assert len(pairs) == 12 * 4 * 2


def test_a_roll_out_starts_in_even_waves_and_one_of_them_never():
    starts = Counter(lot.period for lot in DRAWS["roll_out"](some_units()).lots)
    assert starts == {STARTS[0]: 4, STARTS[1]: 4, None: 4}


def test_the_queue_keeps_its_head_and_draws_only_around_the_cut():
    units = some_units()
    draw = DRAWS["queue_cut"](units)
    assert draw.count_cells() == {Cell.CERTAIN: 30, Cell.LATER: 50, Cell.USUAL: 20, Cell.VISIT: 20}
    assert [lot.subject for lot in draw.lots if lot.cell is Cell.CERTAIN] == [str(u.key) for u in units[:30]]
    assert all(lot.probability == 0.5 for lot in draw.compared)


@settings(max_examples=25, deadline=None)
@given(st.integers(40, 300), st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(0, 2**31))
def test_factorial_cells_are_even_and_log_their_chance(n, visit, offer, seed):
    draw = draw_factorial(some_units(n), FRAME, visit_share=visit, offer_share=offer, seed=seed)
    chances = {lot.cell: lot.probability for lot in draw.lots}
    for cell, count in draw.count_cells().items():
        assert abs(count - n * chances[cell]) < 2


def test_over_many_seeds_each_subject_meets_each_cell_as_often_as_logged():
    """Four standard errors of 600 draws; the logged probability is what every later weight rests on."""
    units = some_units(90)
    for name in ("cluster", "roll_out", "encouragement", "queue_cut", "factorial"):
        seen, logged = Counter(), {}
        for seed in range(600):
            lot = DRAWS[name](units, seed=seed).lots[45 if name == "queue_cut" else 3]
            seen[lot.cell, lot.period] += 1
            logged[lot.cell, lot.period] = lot.probability
        for cell, p in logged.items():
            assert abs(seen[cell] / 600 - p) < 4 * (p * (1 - p) / 600) ** 0.5 + 1e-9, (name, cell)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: draw_encouragement(some_units(), FRAME, share=1.0, seed=1),
        lambda: draw_queue_cut(some_units(), FRAME, capacity=110, band=20, seed=1),
        lambda: draw_by_cluster(some_units(), {}, FRAME, hold_out_share=0.2, seed=1),
        lambda: draw_by_cluster(some_units(2), homes(some_units(2)), FRAME, hold_out_share=0.5, seed=1),
        lambda: draw_switchback(VILLAGES, (), FRAME, first_week=DAY, weeks=3, seed=1),
        lambda: draw_roll_out(VILLAGES[:5], (), FRAME, starts=STARTS, with_never=True, seed=1),
        lambda: draw_roll_out(VILLAGES, (), FRAME, starts=STARTS[:1], with_never=False, seed=1),
        lambda: draw_encouragement((a_unit(1), a_unit(1)), FRAME, share=0.5, seed=1),
    ],
)
def test_a_draw_that_could_not_be_analysed_is_refused(wrong):
    with pytest.raises(BadInput):
        wrong()


PLAN = Registration("spring", DAY, Measure.RECOVERED, 90, 5_000, DAY + timedelta(days=200))


def test_a_registration_is_another_one_when_any_field_changes():
    assert PLAN.registration_id == replace(PLAN).registration_id
    for changes in (
        {"measure": Measure.CURED},
        {"window_days": 30},
        {"look_days": (30, 60)},
        {"worthwhile": 6_000},
    ):
        assert replace(PLAN, **changes).registration_id != PLAN.registration_id


def test_another_measure_or_window_than_registered_is_refused_as_the_main_answer():
    refuse_other_question(PLAN, drawn_on=DAY, measure=Measure.RECOVERED, window_days=90)
    for changes in ({"measure": Measure.CURED}, {"window_days": 30}, {"drawn_on": DAY - timedelta(days=1)}):
        told = {"drawn_on": DAY, "measure": Measure.RECOVERED, "window_days": 90} | changes
        with pytest.raises(Conflict, match="registered"):
            refuse_other_question(PLAN, **told)


@pytest.mark.parametrize("wrong", [{"worthwhile": 0}, {"ends_on": DAY}, {"look_days": (60, 30)}, {"power": 1.0}])
def test_a_registration_that_says_nothing_is_refused(wrong):
    with pytest.raises(BadInput):
        replace(PLAN, **wrong)
