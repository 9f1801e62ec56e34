"""Whom to turn to besides the debtor."""

from datetime import date, timedelta

import pytest

from zoufang.core.compliance import Guarantee
from zoufang.core.strategy import Others, VisitHistory, next_target
from zoufang.core.values import GuaranteeKind, PartyRole, Purpose

TODAY = date(2026, 5, 11)
SHUT = VisitHistory(attempts=3, last_attempt=TODAY - timedelta(days=4))


def guaranteed(days: int, kind: GuaranteeKind = GuaranteeKind.JOINT, **changes) -> Guarantee:
    return Guarantee("li", kind, TODAY + timedelta(days=days), **changes)


def others(*guarantees: Guarantee, co_debtors=(), histories=None) -> Others:
    return Others(guarantees=guarantees, co_debtors=co_debtors, histories=histories or {})


@pytest.mark.parametrize(
    ("days", "due", "required"), [(91, False, False), (90, True, False), (7, True, True), (-1, False, False)]
)
def test_a_joint_guarantor_is_asked_before_the_period_ends(days, due, required):
    found = next_target(VisitHistory(), others(guaranteed(days)), TODAY)
    assert (found is not None) is due
    if found is not None:
        assert (found.party_id, found.role, found.purpose) == ("li", PartyRole.GUARANTOR, Purpose.GUARANTOR_DEMAND)
        assert found.required is required


def test_nobody_goes_for_a_right_that_is_kept_or_that_only_a_suit_keeps():
    kept = guaranteed(30, demanded_on=TODAY - timedelta(days=2))
    assert next_target(VisitHistory(), others(kept), TODAY) is None
    assert next_target(VisitHistory(), others(guaranteed(30, GuaranteeKind.ORDINARY)), TODAY) is None


def test_the_guarantor_has_a_patience_of_their_own():
    yesterday = {"li": VisitHistory(attempts=1, last_attempt=TODAY - timedelta(days=1))}
    assert next_target(VisitHistory(), others(guaranteed(30), histories=yesterday), TODAY) is None


def test_a_co_debtor_is_visited_once_the_debtors_doors_stay_shut():
    known = others(co_debtors=("sun",))
    assert next_target(VisitHistory(attempts=2, last_attempt=SHUT.last_attempt), known, TODAY) is None
    found = next_target(SHUT, known, TODAY)
    assert found is not None
    assert (found.party_id, found.role, found.purpose) == ("sun", PartyRole.CO_DEBTOR, Purpose.FIRST_TALK)


def test_nobody_else_is_visited_while_a_plan_is_performed_or_a_promise_runs():
    performing = VisitHistory(attempts=3, last_attempt=SHUT.last_attempt, plan_performing=True)
    assert next_target(performing, others(guaranteed(30), co_debtors=("sun",)), TODAY) is None
    promised = VisitHistory(attempts=3, last_attempt=SHUT.last_attempt, promise_open_until=TODAY)
    assert next_target(promised, others(co_debtors=("sun",)), TODAY) is None
