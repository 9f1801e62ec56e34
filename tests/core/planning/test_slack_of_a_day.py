"""How late a crew may run: the figure is what a walk through the delayed day finds, to the second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.planning import TimedStop, must_end_by, slack
from zoufang.core.values import TimeWindow

HOUR = 3600


def a_stop(begin: int = 9 * HOUR, *, wait: int = 0, margin: int = HOUR, promised: bool = False) -> TimedStop:
    return TimedStop(begin, begin + 1800, wait, begin + 1800 + margin, promised)


def test_a_day_without_waiting_is_as_late_as_its_tightest_visit_allows() -> None:
    found = slack([a_stop(), a_stop(margin=600), a_stop(margin=1200)], back_s=16 * HOUR, latest_back_s=18 * HOUR)
    assert (found.left_s, found.late_s, found.late_at) == (2 * HOUR, 600, 1)
    assert found.by_stop == (600, 600, 1200)


def test_waiting_before_a_door_swallows_the_delay_of_the_way_there() -> None:
    found = slack([a_stop(), a_stop(wait=1500, margin=600)], back_s=12 * HOUR, latest_back_s=18 * HOUR)
    assert (found.late_s, found.late_at) == (2100, 1)
    assert found.by_stop == (2100, 600)


def test_the_end_of_the_shift_limits_a_day_with_wide_hours() -> None:
    found = slack([a_stop(margin=5 * HOUR)], back_s=17 * HOUR, latest_back_s=18 * HOUR)
    assert (found.late_s, found.late_at) == (HOUR, 1)


def test_a_promise_is_told_apart_from_visits_that_nobody_waits_for() -> None:
    stops = [a_stop(margin=300), a_stop(margin=900, promised=True), a_stop(margin=60)]
    found = slack(stops, back_s=16 * HOUR, latest_back_s=18 * HOUR)
    assert (found.promise_s, found.promise_at) == (900, 1)
    assert found.late_s == 60


def test_without_a_promise_none_can_break() -> None:
    found = slack([a_stop()], back_s=16 * HOUR, latest_back_s=18 * HOUR)
    assert (found.promise_s, found.promise_at) == (None, None)


def test_a_crew_without_stops_has_its_shift() -> None:
    assert slack([], back_s=0, latest_back_s=HOUR).late_s == HOUR


def test_a_day_that_is_late_already_says_by_how_much() -> None:
    assert slack([a_stop(margin=-120)], back_s=12 * HOUR, latest_back_s=18 * HOUR).late_s == -120


@pytest.mark.parametrize(
    ("start", "rest", "end"),
    [
        (11 * HOUR, TimeWindow(720, 780), 12 * HOUR),
        (13 * HOUR, TimeWindow(720, 780), 14 * HOUR),
        (11 * HOUR, None, 14 * HOUR),
        (11 * HOUR, TimeWindow(900, 960), 14 * HOUR),
    ],
    ids=["before the rest", "after it", "no rest", "rest behind the hours"],
)
def test_a_visit_before_the_rest_may_not_run_into_it(start: int, rest: TimeWindow | None, end: int) -> None:
    assert must_end_by(start, TimeWindow(600, 840), rest) == end


@pytest.mark.parametrize(("begin", "end", "wait"), [(10, 9, 0), (10, 11, -1)])
def test_impossible_times_are_refused(begin: int, end: int, wait: int) -> None:
    with pytest.raises(BadInput):
        TimedStop(begin, end, wait, 20)


def broken(stops: list[TimedStop], spare_s: int, delay_s: int, *, promised_only: bool) -> bool:
    """A crew that leaves so late, walked through stop by stop."""
    for stop in stops:
        delay_s = max(0, delay_s - stop.wait_s)
        if stop.end_s + delay_s > stop.close_s and (stop.promised or not promised_only):
            return True
    return not promised_only and delay_s > spare_s


STOPS = st.lists(
    st.builds(
        a_stop,
        st.integers(0, 50_000),
        wait=st.integers(0, 5000),
        margin=st.integers(0, 9000),
        promised=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(STOPS, st.integers(0, 9000))
def test_one_second_more_breaks_what_the_slack_still_keeps(stops: list[TimedStop], spare_s: int) -> None:
    found = slack(stops, back_s=60_000, latest_back_s=60_000 + spare_s)
    assert not broken(stops, spare_s, found.late_s, promised_only=False)
    assert broken(stops, spare_s, found.late_s + 1, promised_only=False)
    if found.promise_s is not None:
        assert not broken(stops, spare_s, found.promise_s, promised_only=True)
        assert broken(stops, spare_s, found.promise_s + 1, promised_only=True)


@given(STOPS, st.integers(0, 9000))
def test_at_each_stop_a_second_more_breaks_it_or_what_follows(stops: list[TimedStop], spare_s: int) -> None:
    found = slack(stops, back_s=60_000, latest_back_s=60_000 + spare_s)
    for place, late_s in enumerate(found.by_stop):
        rest = [
            TimedStop(s.start_s, s.end_s, s.wait_s if i else 0, s.close_s) for i, s in enumerate(stops[place:])
        ]
        assert not broken(rest, spare_s, late_s, promised_only=False)
        assert broken(rest, spare_s, late_s + 1, promised_only=False)
