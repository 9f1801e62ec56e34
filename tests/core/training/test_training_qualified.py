"""Certificates: by purpose, by day, and never older than a year."""

from datetime import date, timedelta

import pytest

from zoufang.core.errors import BadInput
from zoufang.core.training import Course, CourseList, TrainingPolicy, qualified
from zoufang.core.values import Purpose, Qualification
from zoufang.files.policy_packs import shipped_courses

TODAY = date(2026, 5, 11)
POLICY = TrainingPolicy(shipped_courses())
COMMON = ("communication", "psychology", "law", "safety")


def certificates(codes=COMMON, issued=date(2026, 1, 1), expires=date(2026, 12, 31), officer="officer-1"):
    return [Qualification(officer, code, issued, expires) for code in codes]


def check(held, purpose=Purpose.FIRST_TALK, day=TODAY, policy=POLICY):
    return qualified("officer-1", held, purpose, day, policy)


def test_all_four_courses_qualify_for_a_first_talk():
    assert check(certificates()).qualified


@pytest.mark.parametrize("missing", COMMON)
def test_each_missing_course_is_named(missing):
    result = check(certificates([code for code in COMMON if code != missing]))
    assert not result.qualified
    assert [f.message.params["course"] for f in result.findings] == [missing]


def test_a_care_visit_asks_for_one_more_course():
    assert not check(certificates(), Purpose.CARE_VISIT).qualified
    assert check(certificates((*COMMON, "care")), Purpose.CARE_VISIT).qualified


@pytest.mark.parametrize(("days", "ok"), [(365, True), (366, False)])
def test_a_certificate_lapses_after_365_days_whatever_it_says(days, ok):
    issued = TODAY - timedelta(days=days)
    assert check(certificates(issued=issued, expires=date(2030, 1, 1))).qualified is ok


def test_a_stricter_policy_shortens_every_certificate():
    strict = TrainingPolicy(shipped_courses(), max_age_days=90)
    assert not check(certificates(), policy=strict).qualified


def test_expired_future_and_other_peoples_certificates_do_not_count():
    assert not check(certificates(expires=TODAY - timedelta(days=1))).qualified
    assert not check(certificates(issued=TODAY + timedelta(days=1))).qualified
    assert not check(certificates(officer="officer-2")).qualified


def test_the_last_good_day_is_told_for_planning_ahead():
    held = certificates(COMMON[1:]) + certificates(COMMON[:1], expires=date(2026, 6, 1))
    result = check(held)
    assert result.valid_until == date(2026, 6, 1)
    assert check(held, day=date(2026, 6, 1)).qualified
    assert not check(held, day=date(2026, 6, 2)).qualified


def test_a_lapsed_certificate_is_told_apart_from_none():
    text = str(check(certificates(issued=date(2025, 1, 1), expires=date(2025, 12, 31))).findings[0].message)
    assert "2025-01-01" in text


def test_a_course_list_names_each_course_once():
    course = Course("law", "法律", "Law", 365)
    with pytest.raises(BadInput, match="twice"):
        CourseList("1", (course, course))
