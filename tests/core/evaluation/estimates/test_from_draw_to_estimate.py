"""The whole way: draw, live, count, estimate, for each design with two sides."""

from datetime import date, timedelta

import numpy as np
import pytest

from tests.core.evaluation.estimates.estimate_builders import BASIS
from zoufang.core.errors import BadInput
from zoufang.core.evaluation import StudyUnit
from zoufang.core.evaluation.designs import (
    Cell,
    Frame,
    draw_by_cluster,
    draw_encouragement,
    draw_factorial,
    draw_queue_cut,
    sample_of_draw,
)
from zoufang.core.evaluation.estimates import effect_as_drawn, effect_on_visited
from zoufang.core.values import SourceKey

DAY = date(2026, 3, 2)
FRAME = Frame("spring", DAY)
UNITS = tuple(
    StudyUnit(SourceKey("core", f"C{i:04d}"), DAY + timedelta(days=900), stratum=f"s{i % 3}") for i in range(240)
)
VILLAGE = {unit.key: f"v{i % 24}" for i, unit in enumerate(UNITS)}
RUNS = 150


def covered(draw_with, live, truth, estimate):
    rng, held = np.random.default_rng(1), 0
    own = rng.lognormal(0, 0.5, 240)
    for seed in range(RUNS):
        draw = draw_with(seed)
        outcome = {str(u.key): own[i] + rng.normal(0, 0.3) for i, u in enumerate(UNITS)}
        visited = {lot.subject: live(lot.cell, rng) for lot in draw.compared}
        outcome = {subject: y + 0.5 * visited.get(subject, 0) for subject, y in outcome.items()}
        found = estimate(sample_of_draw(draw, outcome), np.array([visited[x.subject] for x in draw.compared]))
        held += found.low <= truth <= found.high
    return held / RUNS


def as_drawn(sample, _):
    return effect_as_drawn(sample, BASIS)


def test_villages_as_drawn():
    share = covered(
        lambda seed: draw_by_cluster(UNITS, VILLAGE, FRAME, hold_out_share=0.3, seed=seed),
        lambda cell, rng: float(cell is Cell.VISIT),
        0.5,
        as_drawn,
    )
    assert share > 0.89


def test_the_cut_of_the_queue_as_drawn():
    share = covered(
        lambda seed: draw_queue_cut(UNITS, FRAME, capacity=120, band=60, seed=seed),
        lambda cell, rng: float(cell is Cell.VISIT),
        0.5,
        as_drawn,
    )
    assert share > 0.89


def test_a_recommendation_as_instrument_where_officers_may_visit_anyone():
    share = covered(
        lambda seed: draw_encouragement(UNITS, FRAME, share=0.5, seed=seed),
        lambda cell, rng: float(rng.random() < (0.8 if cell is Cell.ENCOURAGED else 0.3)),
        0.5,
        lambda sample, visited: effect_on_visited(sample, visited, BASIS).finding,
    )
    assert share > 0.89


def test_nobody_who_was_drawn_is_counted_out_and_four_cells_are_not_two_sides():
    draw = draw_encouragement(UNITS, FRAME, share=0.5, seed=1)
    with pytest.raises(BadInput, match="Count nobody out"):
        sample_of_draw(draw, {str(u.key): 1.0 for u in UNITS[1:]})
    four = draw_factorial(UNITS, FRAME, visit_share=0.5, offer_share=0.5, seed=1)
    with pytest.raises(BadInput, match="two sides"):
        sample_of_draw(four, {str(u.key): 1.0 for u in UNITS})
