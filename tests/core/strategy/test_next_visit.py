"""Whether a further visit is due."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zoufang.core.strategy.next_visit import NextVisitPolicy, VisitHistory, next_visit
from zoufang.core.values import Purpose

TODAY = date(2026, 11, 3)
POLICY = NextVisitPolicy(retry_after_days=3, return_after_days=10, max_unmet=3, max_met=2)


def purpose_of(**history: object) -> Purpose | None:
    return next_visit(VisitHistory(**history), TODAY, POLICY).purpose  # type: ignore[arg-type]


def test_a_customer_never_visited_is_due_for_a_first_talk():
    assert purpose_of() is Purpose.FIRST_TALK


@pytest.mark.parametrize(("days_ago", "due"), [(2, None), (3, Purpose.FIRST_TALK)])
def test_a_closed_door_is_tried_again_after_the_retry_interval(days_ago, due):
    assert purpose_of(attempts=1, last_attempt=TODAY - timedelta(days=days_ago)) is due


def test_three_closed_doors_hand_the_customer_to_other_channels():
    assert purpose_of(attempts=3, last_attempt=TODAY - timedelta(days=30)) is None


def test_nobody_calls_while_a_promise_runs():
    assert purpose_of(promise_open_until=TODAY) is None


def test_nobody_calls_while_a_plan_performs():
    assert purpose_of(plan_performing=True) is None


def test_a_broken_promise_is_followed_up_after_the_return_interval():
    told = {"attempts": 1, "met": 1, "last_attempt": TODAY - timedelta(days=10)}
    assert purpose_of(**told, promise_broken_on=TODAY - timedelta(days=2)) is Purpose.PROMISE_FOLLOW_UP


def test_reported_hardship_makes_the_next_visit_a_care_visit():
    told = {"attempts": 1, "met": 1, "last_attempt": TODAY - timedelta(days=10), "hardship": True}
    assert purpose_of(**told, promise_broken_on=TODAY - timedelta(days=2)) is Purpose.CARE_VISIT


def test_someone_met_is_not_visited_again_without_a_reason():
    assert purpose_of(attempts=1, met=1, last_attempt=TODAY - timedelta(days=20)) is None
