"""An incident is reported within the hour, a sign of self-harm followed up within a day; else it climbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.core.safety import Call, Duty, DutyKind, Rung, SafetyPolicy, Step, reminders_due, rests_until

START = datetime(2026, 5, 11, 2, 0, tzinfo=UTC)
POLICY = SafetyPolicy()


def told(duty, minutes):
    return [(r.call, r.rung) for r in reminders_due(duty, START + timedelta(minutes=minutes), POLICY)]


@pytest.mark.parametrize(("minutes", "rungs"), [(59, 0), (60, 1), (74, 1), (75, 2), (119, 2), (120, 3), (9999, 3)])
def test_a_report_that_is_not_made_within_the_hour_climbs(minutes, rungs):
    said = told(Duty(DutyKind.REPORT, START), minutes)
    ladder = [Rung.CREW_MATE, Rung.SUPERVISOR, Rung.MANAGER]
    assert said == [(Call.REPORT_LATE, rung) for rung in ladder[:rungs]]


def test_a_sign_of_self_harm_is_told_at_once_and_again_when_nobody_followed_up_in_a_day():
    at_once = [(Call.CRISIS, rung) for rung in (Rung.SUPERVISOR, Rung.MANAGER, Rung.COMPLIANCE)]
    late = [(Call.FOLLOW_UP_LATE, rung) for rung in (Rung.MANAGER, Rung.COMPLIANCE)]
    assert told(Duty(DutyKind.FOLLOW_UP, START), 0) == at_once
    assert told(Duty(DutyKind.FOLLOW_UP, START), 24 * 60 - 1) == at_once
    assert told(Duty(DutyKind.FOLLOW_UP, START), 24 * 60) == at_once + late


@given(kind=st.sampled_from(DutyKind), looks=st.lists(st.integers(0, 3000), max_size=12))
def test_however_often_and_late_one_looks_each_is_told_once(kind, looks):
    duty, said = Duty(kind, START), []
    for minutes in (*looks, 3000):
        new = told(duty, minutes)
        said += new
        duty = replace(duty, raised=(*duty.raised, *new))
    assert len(said) == len(set(said)) == len(told(Duty(kind, START), 3000))


def test_what_is_done_worries_nobody():
    assert told(Duty(DutyKind.REPORT, START, done=True), 9999) == []


def test_after_an_incident_comes_rest_by_the_policy():
    assert rests_until(date(2026, 5, 11), POLICY) == date(2026, 5, 13)


@pytest.mark.parametrize(
    "wrong", [{"report_within_minutes": 0}, {"rest_days": -1}, {"report_ladder": (Step(Rung.MANAGER, -1),)}]
)
def test_times_that_make_no_sense_are_refused(wrong):
    with pytest.raises(BadInput):
        SafetyPolicy(**wrong)
