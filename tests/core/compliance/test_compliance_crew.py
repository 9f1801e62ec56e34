"""The rules of a crew (CN-V1, CN-O3)."""

from datetime import timedelta

import pytest

from tests.core.builders_compliance import TODAY, a_request, a_visitor, facts, policy, proves
from zoufang.core.compliance import UNKNOWN, ClearedVisit, review, review_assignment
from zoufang.core.training import TrainingPolicy, qualified
from zoufang.core.values import Purpose, Qualification
from zoufang.files.policy_packs import shipped_courses

PAIR = (a_visitor("officer-1"), a_visitor("officer-2"))


def word(crew, day=TODAY):
    cleared = review(a_request(), facts(), policy(), TODAY)
    assert isinstance(cleared, ClearedVisit)
    return review_assignment(cleared, crew, policy(), day)


def test_two_qualified_employees_may_go():
    assert word(PAIR).decision == "allow"


@proves("CN-V1")
@pytest.mark.parametrize(
    "crew",
    [
        (a_visitor(),),
        (a_visitor(), a_visitor()),
        (a_visitor("officer-1"), a_visitor("officer-2", work_id_until=TODAY - timedelta(days=1))),
        (a_visitor("officer-1"), a_visitor("officer-2", work_id_until=UNKNOWN)),
        (a_visitor("officer-1", is_employee=False), a_visitor("officer-2", is_employee=False)),
        (a_visitor("officer-1"), a_visitor("officer-2", conflict=True)),
    ],
    ids=["alone", "the same person twice", "lapsed work ID", "unknown work ID", "no employee", "own circle"],
)
def test_a_crew_that_may_not_go_is_blocked(crew):
    verdict = word(crew)
    assert verdict.decision == "block"
    assert {f.rule_id for f in verdict.findings} == {"CN-V1"}


@proves("CN-O3")
def test_an_untrained_visitor_is_not_assigned_and_unknown_training_blocks():
    courses = TrainingPolicy(shipped_courses())
    old = [Qualification("officer-2", c.code, TODAY, TODAY) for c in courses.courses.courses[1:]]
    check = qualified("officer-2", old, Purpose.FIRST_TALK, TODAY, courses)
    verdict = word((PAIR[0], a_visitor("officer-2", training=check.findings)))
    assert verdict.decision == "block"
    assert "communication" in str(verdict.findings[0].message)
    assert word((PAIR[0], a_visitor("officer-2", training=UNKNOWN))).findings[0].rule_id == "CN-O3"


@proves("CN-T1")
def test_a_day_that_was_not_cleared_cannot_be_assigned():
    assert word(PAIR, TODAY + timedelta(days=9)).decision == "block"
