"""Silence climbs the ladder: crew mate, supervisor, manager; nothing is missed and nothing told twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.safety import (
    Rung,
    SafetyPolicy,
    VisitWatch,
    deadlines,
    ended,
    escalations_due,
    extended,
    heard,
    next_wake,
    sos,
    stood_down,
    told,
)
from zoufang.core.values import RiskLevel

START = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
POLICY = SafetyPolicy()
WATCHED = [step.rung for step in POLICY.ladder]


def after(minutes):
    return START + timedelta(minutes=minutes)


def a_watch(level=RiskLevel.LOW, expected=30):
    return VisitWatch("V-1", level, START, expected, START)


def rungs(watch, minutes):
    return [e.rung for e in escalations_due(watch, after(minutes), POLICY)]


@pytest.mark.parametrize(
    ("minutes", "told_by_then"),
    [(39, 0), (40, 1), (44, 1), (45, 2), (54, 2), (55, 3)],
)
def test_an_overdue_visit_climbs_the_ladder(minutes, told_by_then):
    assert rungs(a_watch(), minutes) == WATCHED[:told_by_then]


def test_a_high_risk_visit_is_missed_after_a_quarter_of_an_hour_and_grace():
    assert rungs(a_watch(RiskLevel.HIGH), 24) == []
    assert rungs(a_watch(RiskLevel.HIGH), 25) == [Rung.CREW_MATE]


def test_who_was_told_is_not_told_again_until_the_crew_was_heard_and_fell_silent_again():
    first = escalations_due(a_watch(), after(41), POLICY)
    silent = told(a_watch(), first)
    assert rungs(silent, 41) == []
    assert rungs(silent, 46) == [Rung.SUPERVISOR]
    back = extended(silent, 30, after(47))
    assert rungs(back, 60) == []
    assert rungs(back, 70) == [Rung.CREW_MATE]


def test_a_report_from_before_the_last_one_changes_nothing():
    watch = heard(a_watch(), after(20))
    assert heard(watch, after(10)) == watch


def test_an_ended_visit_rings_nobody():
    assert rungs(ended(a_watch()), 600) == []
    assert next_wake(ended(a_watch()), POLICY) is None


def test_an_sos_tells_everybody_at_once_even_if_they_knew_and_stays_after_check_out():
    silent = told(a_watch(), escalations_due(a_watch(), after(60), POLICY))
    alarmed = ended(sos(silent, after(61)))
    assert rungs(alarmed, 61) == WATCHED
    assert rungs(told(alarmed, escalations_due(alarmed, after(61), POLICY)), 99) == []
    assert rungs(stood_down(alarmed, after(70)), 99) == []


def test_the_crew_sees_its_report_times():
    assert deadlines(a_watch(RiskLevel.HIGH, 40), POLICY) == (after(15), after(30), after(40))


@given(ticks=st.lists(st.integers(0, 200), min_size=1, max_size=30).map(sorted))
def test_whatever_the_ticks_each_rung_is_told_once_and_by_the_first_tick_after_it_is_due(ticks):
    watch, sent = a_watch(), {}
    for minute in ticks:
        due = escalations_due(watch, after(minute), POLICY)
        for escalation in due:
            assert escalation.rung not in sent
            sent[escalation.rung] = minute
        watch = told(watch, due)
    for rung, minutes in zip(WATCHED, (40, 45, 55), strict=True):
        assert sent.get(rung) == next((tick for tick in ticks if tick >= minutes), None)


@given(minute=st.integers(0, 120))
def test_the_ticker_is_woken_exactly_when_the_next_rung_is_due(minute):
    watch = told(a_watch(), escalations_due(a_watch(), after(minute), POLICY))
    wake = next_wake(watch, POLICY)
    if wake is None:
        assert rungs(watch, 9999) == []
    else:
        assert escalations_due(watch, wake, POLICY)
        assert not escalations_due(watch, wake - timedelta(seconds=1), POLICY)
