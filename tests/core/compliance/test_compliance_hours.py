"""Hours and days (CN-T1, CN-T2, CN-T3)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.core.builders_compliance import (
    TODAY,
    a_call,
    a_past_visit,
    a_request,
    address,
    at,
    facts,
    override,
    planned,
    policy,
    proves,
)
from zoufang.core.compliance import ClearedVisit, Consent, DayWindow, QuietDays, QuietKind, Refusal, review
from zoufang.core.compliance import review_contact as gate
from zoufang.core.values import Channel, Decision, TimeWindow

VISITED_BEFORE = facts(contacts=(a_past_visit(20),))


@proves("CN-T1")
@pytest.mark.parametrize(
    ("start", "end", "decision"),
    [
        ("07:59", "08:30", Decision.BLOCK),
        ("08:00", "08:30", Decision.ALLOW),
        ("21:30", "21:59", Decision.ALLOW),
        ("21:30", "22:00", Decision.ALLOW),
        pytest.param("21:30", "22:00:01", Decision.BLOCK, id="a second past the hour is past the hour"),
        ("21:59", "22:29", Decision.BLOCK),
        ("22:00", "22:30", Decision.BLOCK),
        pytest.param("09:00", "23:59:30", Decision.BLOCK, id="rounding up must not wrap to midnight"),
    ],
)
def test_a_visit_stays_within_contact_hours_until_its_planned_end(start, end, decision):
    assert gate(planned(start, end), VISITED_BEFORE, policy(), TODAY).decision is decision


@proves("CN-T1")
@pytest.mark.parametrize(
    ("start", "decision"),
    [("07:59", "block"), ("08:00", "allow"), ("21:59", "allow"), ("22:00", "block")],
)
def test_a_call_of_a_minute_keeps_the_contact_hours(start, decision):
    assert gate(a_call(start, start), facts(), policy(), TODAY).decision == decision


@proves("CN-T1")
def test_a_visit_past_midnight_is_refused():
    late = a_request(starts=at("21:00"), ends=at("08:30", TODAY + timedelta(days=1)))
    assert isinstance(review(late, VISITED_BEFORE, policy(), TODAY), Refusal)


@proves("CN-T1")
def test_hours_are_those_of_the_visited_address():
    """08:30 in Beijing is 06:30 in Urumqi."""
    there = replace(VISITED_BEFORE, address=address(zone="Asia/Urumqi"))
    assert gate(planned("08:30", "09:00"), there, policy(), TODAY).decision is Decision.BLOCK


def test_the_day_judged_is_the_local_day_of_the_address():
    start = datetime(2026, 5, 11, 20, 0, tzinfo=ZoneInfo("UTC"))
    request = a_request(starts=start, ends=start + timedelta(minutes=30))
    verdict = gate(request, VISITED_BEFORE, policy(), TODAY)
    assert "2026-05-12" in str(verdict.findings[0].message)


@proves("CN-T1")
def test_stored_consent_opens_its_own_hours_until_it_expires():
    agreed = Consent("wang", Channel.VISIT, TimeWindow(22 * 60, 23 * 60), TODAY, "signed at branch", TODAY)
    known = replace(VISITED_BEFORE, consents=(agreed,))
    assert gate(planned("22:00", "22:30"), known, policy(), TODAY).decision is Decision.ALLOW
    lapsed = replace(known, consents=(replace(agreed, given_on=date(2026, 1, 1), expires=date(2026, 5, 10)),))
    assert gate(planned("22:00", "22:30"), lapsed, policy(), TODAY).decision is Decision.BLOCK


@proves("CN-T1")
def test_consent_of_another_person_opens_nothing():
    agreed = Consent("li", Channel.VISIT, TimeWindow(22 * 60, 23 * 60), TODAY, "signed at branch", TODAY)
    known = replace(VISITED_BEFORE, consents=(agreed,))
    assert gate(planned("22:00", "22:30"), known, policy(), TODAY).decision is Decision.BLOCK


@proves("CN-T2")
@pytest.mark.parametrize(
    ("start", "end", "decision"),
    [
        ("08:29", "09:00", "warn"),
        ("08:30", "09:00", "allow"),
        ("20:00", "20:30", "allow"),
        ("20:00", "20:31", "warn"),
    ],
)
def test_a_first_visit_keeps_the_banks_narrower_hours(start, end, decision):
    assert gate(planned(start, end), facts(), policy(), TODAY).decision == decision


def test_planning_is_offered_bank_hours_for_a_first_visit_and_lawful_hours_later():
    first = review(a_request(days=(TODAY,)), facts(), policy(), TODAY)
    assert isinstance(first, ClearedVisit)
    assert first.windows == (DayWindow(TODAY, TimeWindow(510, 1230)),)
    later = review(a_request(days=(TODAY,)), VISITED_BEFORE, policy(), TODAY)
    assert isinstance(later, ClearedVisit)
    assert later.windows_on(TODAY) == (TimeWindow(480, 1320),)


@proves("CN-T2")
def test_spring_festival_days_need_a_supervisor():
    eve = date(2026, 2, 16)
    request = a_request(days=(eve,))
    known = facts(contact_log_from=date(2025, 1, 1), contacts=(a_past_visit(120),))
    refused = review(request, known, policy(eve), eve)
    assert isinstance(refused, Refusal)
    assert refused.awaits_override
    assert isinstance(review(request, known, policy(eve), eve, (override("CN-T2"),)), ClearedVisit)


@proves("CN-T2")
def test_a_free_day_is_taken_instead_of_an_exam_day():
    exam = QuietDays(TODAY, TODAY, QuietKind.EXAM)
    cleared = review(a_request(), facts(quiet_days=(exam,)), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    assert [window.day for window in cleared.windows] == [TODAY + timedelta(days=1)]
    assert cleared.verdict.set_aside[0].rule_id == "CN-T2"


@proves("CN-T3")
def test_a_year_without_its_holiday_table_warns():
    day = date(2027, 3, 1)
    verdict = gate(a_request(days=(day,)), facts(), policy(date(2026, 12, 20)), date(2026, 12, 20))
    assert [f.rule_id for f in verdict.open_reasons] == ["CN-T3"]


def test_a_make_up_saturday_is_a_working_day_and_an_unknown_year_is_not_guessed():
    table = policy().holidays
    assert table.is_working_day(date(2026, 2, 14)) is True
    assert table.is_working_day(date(2026, 10, 1)) is False
    assert table.is_working_day(date(2026, 5, 16)) is False
    assert table.is_working_day(date(2031, 1, 6)) is None
