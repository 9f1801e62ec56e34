"""Two roads to one number: Ibis on DuckDB against the hand-written count, to the fen."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoufang.core.portfolio import BUCKETS, Position, bucket_table, frames, pair_transitions, pool
from zoufang.files.engine import engine
from zoufang.files.panel import panel_frame

MONTH_ENDS = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
rows = st.dictionaries(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(MONTH_ENDS)),
    st.tuples(st.sampled_from(BUCKETS), st.integers(0, 10**12), st.booleans()),
    max_size=24,
)


@pytest.fixture(scope="module")
def run():
    with engine(threads=1) as opened:
        yield opened


def positions(cells) -> list[Position]:
    return [Position(name, on, *cell) for (name, on), cell in cells.items()]


@settings(max_examples=25, deadline=None)
@given(cells=rows)
def test_pooled_transitions_of_a_panel_with_gaps_are_the_same_on_both_roads(run, cells):
    # An anchor account makes every month exist, so that both roads know the same row of months.
    held = positions(cells) + [Position("anchor", on, BUCKETS[0], 1) for on in MONTH_ENDS]
    by_day = {on: [p for p in held if p.on == on] for on in MONTH_ENDS}
    counted = frames.as_transitions(run.rows(frames.panel_transitions(run.frame(panel_frame(held), "panel"))))
    assert counted == pool(by_day)


@settings(max_examples=25, deadline=None)
@given(cells=rows)
def test_transitions_between_two_tables_are_the_same_on_both_roads(run, cells):
    before, after = ([p for p in positions(cells) if p.on == on] for on in MONTH_ENDS[1:])
    tables = (
        run.frame(panel_frame([*held, Position("anchor", on, BUCKETS[0], 1)]), name)
        for held, on, name in ((before, MONTH_ENDS[1], "before"), (after, MONTH_ENDS[2], "after"))
    )
    anchor = [Position("anchor", on, BUCKETS[0], 1) for on in MONTH_ENDS[1:]]
    plain = pair_transitions([*before, anchor[0]], [*after, anchor[1]])
    assert frames.as_transitions(run.rows(frames.pair_transitions(*tables))) == plain


@settings(max_examples=15, deadline=None)
@given(cells=rows)
def test_buckets_are_the_same_on_both_roads(run, cells):
    held = [*positions(cells), Position("anchor", MONTH_ENDS[0], BUCKETS[0], 1)]
    counted = run.rows(frames.bucket_counts(run.frame(panel_frame(held), "held")))
    plain = [(r.bucket.months, r.count, r.balance_fen) for r in bucket_table(held) if r.count]
    assert [(r["bucket"], r["count"], r["balance_fen"]) for r in counted] == plain


def test_a_result_written_to_parquet_reads_back_and_leaves_no_half_file(run, tmp_path):
    table = run.frame(panel_frame([Position("a", MONTH_ENDS[0], BUCKETS[2], 5)]), "one")
    path = run.write_parquet(table, tmp_path / "month=2026-04" / "part.parquet")
    assert [p.name for p in path.parent.iterdir()] == ["part.parquet"]
    assert run.rows(frames.bucket_counts(run.parquet(tmp_path))) == [{"bucket": 2, "count": 1, "balance_fen": 5}]
