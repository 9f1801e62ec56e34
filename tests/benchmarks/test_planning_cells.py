import pytest

from benchmarks.planning.cells import Cell, chosen, full, is_done, quick, version_of
from benchmarks.planning.summary import summarise

CELL = Cell("300/10/1", "zoufang", 2, "plain", 60)


def test_a_cell_is_named_by_its_key():
    assert Cell.of(CELL.key) == CELL
    keys = [cell.key for cell in full(60)]
    assert len(keys) == len(set(keys))


def test_a_cell_is_done_only_at_the_version_that_stands_now():
    now, before = {"version": version_of("zoufang")}, {"version": "0.0.1 other"}
    assert is_done(CELL, {CELL.key: now})
    assert not is_done(CELL, {CELL.key: before})
    assert not is_done(CELL, {})


def test_only_picks_cells_by_a_piece_of_their_key():
    picked = chosen(full(60), "300/10/1:zoufang,8/2/1:exact")
    assert {(cell.size, cell.solver) for cell in picked} == {("300/10/1", "zoufang"), ("8/2/1", "exact")}


def test_the_full_run_has_five_seeds_a_size_and_three_from_3000_customers_on():
    seeds = {size: {cell.seed for cell in full(60) if cell.size == size} for size in ("1000/10/5", "3000/60/1")}
    assert seeds == {"1000/10/5": {1, 2, 3, 4, 5}, "3000/60/1": {1, 2, 3}}


def test_the_quick_run_ends_within_three_minutes():
    assert sum(cell.seconds for cell in quick(5)) < 150


@pytest.fixture
def lines():
    """Two seeds; PyVRP from our own greedy is better than all, but it is no peer."""
    values = {
        ("zoufang", 1): 100.0, ("zoufang", 2): 90.0,
        ("pyvrp_cold", 1): 80.0, ("pyvrp_cold", 2): 100.0,
        ("ortools", 1): 50.0, ("ortools", 2): 60.0,
        ("pyvrp_greedy", 1): 200.0, ("pyvrp_greedy", 2): 200.0,
        ("manual", 1): 40.0, ("manual", 2): 45.0,
    }  # fmt: skip
    found = {Cell("300/10/1", s, seed, "plain", 60).key: {"value": v} for (s, seed), v in values.items()}
    found[Cell("300/10/1", "bound", 1, "plain", 300).key] = {"value": 125.0}
    return {key: {"key": key} | line for key, line in found.items()}


def test_the_summary_takes_medians_over_seeds_and_the_worst_ratio_to_the_best_peer(lines):
    size = summarise(lines, 60)["instances"][0]
    assert size["value"]["zoufang"] == 95.0
    assert size["worst_ratio_to_best_peer"] == 0.9
    assert size["median_ratio_to"]["manual"] == 2.25


def test_the_gap_to_the_bound_counts_only_seeds_that_have_both(lines):
    assert summarise(lines, 60)["instances"][0]["bound_gap"] == 0.2


def test_what_was_not_run_is_null(lines):
    summary = summarise(lines, 60)
    assert summary["instances"][0]["value"]["vroom"] is None
    assert summary["instances"][1]["upper_bound"] is None
    assert all(each["zoufang"] is None for each in summary["pcvrptw"])
