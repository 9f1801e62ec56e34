"""Who may be given cases, for how long, and how an agency is evaluated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from zoufang.core.agencies import (
    AgencyFacts,
    Scores,
    check_extension,
    check_term,
    deletion_due,
    evaluate_agency,
    may_take_cases,
    placing_findings,
    reminders,
)
from zoufang.core.errors import BadInput

DAY = date(2026, 5, 11)
GOOD = AgencyFacts(
    approved=True,
    listed_on=DAY - timedelta(days=200),
    contract_from=DAY - timedelta(days=200),
    contract_until=DAY + timedelta(days=165),
    evaluated_on=DAY - timedelta(days=100),
    evaluation_due=DAY + timedelta(days=265),
    passed=True,
    licence_until=DAY + timedelta(days=400),
    trained=3,
)


def test_an_agency_in_good_standing_may_be_given_cases():
    assert placing_findings(GOOD, DAY, DAY + timedelta(days=90)) == ()
    assert may_take_cases(GOOD, DAY)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"approved": False}, "CN-O2"),
        ({"listed_on": None}, "CN-O2"),
        ({"listed_on": DAY + timedelta(days=1)}, "CN-O2"),
        ({"suspended": True}, "CN-O1"),
        ({"contract_from": None}, "CN-D4"),
        ({"contract_until": DAY - timedelta(days=1)}, "CN-D4"),
        ({"contract_from": DAY + timedelta(days=1)}, "CN-D4"),
        ({"evaluated_on": None}, "CN-O1"),
        ({"evaluation_due": DAY - timedelta(days=1)}, "CN-O1"),
        ({"passed": False}, "CN-O1"),
        ({"licence_until": DAY - timedelta(days=1)}, "CN-O1"),
        ({"trained": 0}, "CN-O3"),
        ({"deletions_overdue": 2}, "CN-D4"),
    ],
)
def test_each_lack_blocks_new_cases_by_its_rule(change, rule):
    found = placing_findings(replace(GOOD, **change), DAY)
    assert [one.rule_id for one in found] == [rule]
    assert not may_take_cases(replace(GOOD, **change), DAY)


def test_no_case_is_due_back_after_the_contract_ends():
    assert placing_findings(GOOD, DAY, GOOD.contract_until) == ()
    late = placing_findings(GOOD, DAY, GOOD.contract_until + timedelta(days=1))
    assert [one.rule_id for one in late] == ["CN-D4"]


def test_what_ends_soon_is_said_the_nearest_first():
    soon = replace(GOOD, contract_until=DAY + timedelta(days=50), licence_until=DAY + timedelta(days=9))
    assert [one.days for one in reminders(soon, DAY)] == [9, 50]
    assert reminders(GOOD, DAY) == ()


def test_conduct_weighs_more_than_results():
    careful = evaluate_agency(Scores(conduct=90, results=70, security=80), 0, DAY, None)
    greedy = evaluate_agency(Scores(conduct=70, results=90, security=80), 0, DAY, None)
    assert careful.score > greedy.score
    assert careful.due == DAY + timedelta(days=365)


def test_upheld_complaints_take_points_off_and_can_fail_an_agency():
    scores = Scores(conduct=80, results=80, security=80)
    assert evaluate_agency(scores, 2, DAY, None).passed
    assert not evaluate_agency(scores, 3, DAY, None).passed


def test_one_bad_part_fails_whatever_the_sum_is():
    assert not evaluate_agency(Scores(conduct=100, results=100, security=59), 0, DAY, None).passed


def test_the_next_evaluation_comes_before_the_contract_ends():
    ends = DAY + timedelta(days=120)
    assert evaluate_agency(Scores(80, 80, 80), 0, DAY, ends).due == ends


def test_a_case_stays_half_a_year_at_most_and_is_kept_twice_at_most():
    check_term(DAY, DAY + timedelta(days=180))
    due = DAY + timedelta(days=60)
    check_extension(DAY, due, due + timedelta(days=30), 1)
    for wrong in (
        lambda: check_term(DAY, DAY),
        lambda: check_term(DAY, DAY + timedelta(days=181)),
        lambda: check_extension(DAY, due, due, 0),
        lambda: check_extension(DAY, due, due + timedelta(days=30), 2),
        lambda: check_extension(DAY, due, DAY + timedelta(days=181), 0),
    ):
        with pytest.raises(BadInput):
            wrong()


def test_deletion_is_due_fifteen_days_after_the_end():
    assert deletion_due(DAY) == DAY + timedelta(days=15)
