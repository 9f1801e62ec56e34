"""Whom the day's plan sends crews to besides the debtor: guarantors, co-debtors, whom the planner orders."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.server.parties import another_party, stand_in
from tests.server.staffing import NOW, TODAY, a_bank, a_member
from tests.server.world import a_crew, a_customer, a_study, vouched_facts
from zoufang.core.errors import Conflict
from zoufang.core.evaluation import Arm
from zoufang.core.values import PartyRole, Purpose
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.oversight.services import open_complaint
from zoufang.server.visiting.models import DayPlan, Visit, VisitEvent
from zoufang.server.visiting.orders import order_visit
from zoufang.server.visiting.plans import publish

pytestmark = pytest.mark.django_db
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def bank():
    vouched_facts()
    a_crew()
    return a_bank()


def plan(bank, day: date = TODAY) -> DayPlan:
    return plan_day(branch=bank, day=day, seed=3, by=a_member("planner"), at=NOW, policy=planning_policy(20))


def stops(made: DayPlan) -> dict:
    """By debtor: who is visited, as what and what for."""
    return {s.party: (s.whom, s.target_role, s.purpose) for s in made.stops.select_related("party", "target")}


def left(made: DayPlan, party) -> str:
    one = made.left_out.get(party=party)
    return one.reasons[0]["template"]


def ordered(debtor, target, role=PartyRole.GUARANTOR, purpose=Purpose.GUARANTOR_DEMAND, day=TODAY):
    return order_visit(
        day=day,
        party=debtor,
        target=target,
        role=role,
        purpose=purpose,
        reason="逾期大额",
        by=a_member("planner"),
        at=NOW,
    )


def test_a_guarantor_is_visited_at_their_own_door_before_the_period_ends(bank):
    debtor = a_customer("C1")
    guarantor = another_party(debtor, PartyRole.GUARANTOR, until=SOON)
    a_study({debtor: Arm.FREE})
    made = plan(bank)
    assert stops(made) == {debtor: (guarantor, PartyRole.GUARANTOR, Purpose.GUARANTOR_DEMAND)}
    stop = made.stops.get()
    assert stop.address.party == guarantor
    assert "demand from the guarantor" in str(stop.why)
    publish(plan=made, by=a_member("planner"), at=NOW)
    visit = Visit.objects.get()
    assert (visit.party, visit.target, visit.target_role) == (debtor, guarantor, PartyRole.GUARANTOR)


@pytest.mark.parametrize("until", [TODAY + timedelta(days=91), TODAY - timedelta(days=1)])
def test_while_no_period_ends_soon_it_is_the_debtors_turn(bank, until):
    debtor = a_customer("C1")
    another_party(debtor, PartyRole.GUARANTOR, until=until)
    a_study({debtor: Arm.FREE})
    assert stops(plan(bank)) == {debtor: (debtor, PartyRole.DEBTOR, Purpose.FIRST_TALK)}


def test_a_demand_that_was_signed_for_keeps_the_right_and_the_debtor_is_next(bank):
    debtor = a_customer("C1")
    guarantor = another_party(debtor, PartyRole.GUARANTOR, until=SOON)
    a_study({debtor: Arm.FREE})
    publish(plan=plan(bank), by=a_member("planner"), at=NOW)
    visit = Visit.objects.get()
    VisitEvent.objects.create(
        id=uuid4(), visit=visit, kind="demand_delivered", body={"delivery": "signed"}, body_hash="0" * 64,
        device_at=NOW, server_at=NOW, by=visit.crew.members.first(),
    )  # fmt: skip
    Visit.objects.update(started_at=NOW, ended_at=NOW)
    later = TODAY + timedelta(days=14)
    assert stops(plan(bank, later))[debtor][0] == debtor
    VisitEvent.objects.update(body={"delivery": "signature_refused"})
    assert stops(plan(bank, later))[debtor][0] == guarantor


def test_a_hold_out_keeps_its_guarantor_out_too(bank):
    debtor = a_customer("C1")
    guarantor = another_party(debtor, PartyRole.GUARANTOR, until=SOON)
    a_study({debtor: Arm.HOLD_OUT})
    ordered(debtor, guarantor)
    made = plan(bank)
    assert not stops(made)
    assert made.left_out.get().kind == "held_out"


def test_the_guarantors_own_complaint_keeps_the_crew_away(bank):
    debtor = a_customer("C1")
    guarantor = another_party(debtor, PartyRole.GUARANTOR, until=SOON)
    a_study({debtor: Arm.FREE})
    open_complaint(id=uuid4(), party=guarantor, about="other", text="态度", opened_on=TODAY, by=None, at=NOW)
    made = plan(bank)
    assert not stops(made)
    assert "complaint is open" in left(made, debtor)
    assert made.left_out.get().target == guarantor


def test_a_co_debtor_is_visited_when_the_debtor_was_never_met(bank):
    debtor = a_customer("C1")
    co_debtor = another_party(debtor, PartyRole.CO_DEBTOR)
    a_study({debtor: Arm.FREE}, day=TODAY - timedelta(days=20))
    crew, address = a_crew("K2"), debtor.addresses.get()
    for ago in (18, 13, 8):
        at = NOW - timedelta(days=ago)
        Visit.objects.create(
            id=uuid4(), party=debtor, address=address, crew=crew, branch=bank, day=TODAY - timedelta(days=ago),
            purpose="first_talk", outcome="not_home", met_role="nobody", started_at=at, ended_at=at,
        )  # fmt: skip
    assert stops(plan(bank)) == {debtor: (co_debtor, PartyRole.CO_DEBTOR, Purpose.FIRST_TALK)}


def test_the_planners_order_sends_a_crew_to_whom_no_study_knows(bank):
    debtor = a_customer("C1")
    guarantor = another_party(debtor, PartyRole.GUARANTOR)
    ordered(debtor, guarantor)
    made = plan(bank)
    assert stops(made)[debtor][0] == guarantor
    stop = made.stops.get()
    assert stop.required
    assert "Ordered by the planner" in str(stop.why)


def test_an_order_for_a_day_whose_plan_is_published_is_a_conflict(bank):
    debtor = a_customer("C1")
    a_study({debtor: Arm.FREE})
    guarantor = another_party(debtor, PartyRole.GUARANTOR)
    publish(plan=plan(bank), by=a_member("planner"), at=NOW)
    with pytest.raises(Conflict, match="published"):
        ordered(debtor, guarantor)


def test_nobody_is_visited_twice_a_day_about_two_debts(bank):
    large, small = a_customer("C1", arrears_fen=9_000_000), a_customer("C2", arrears_fen=2_000_000, north=0.03)
    guarantor = another_party(large, PartyRole.GUARANTOR, until=SOON)
    stand_in(small, guarantor, PartyRole.GUARANTOR, until=SOON)
    a_study({large: Arm.FREE, small: Arm.FREE})
    made = plan(bank)
    assert stops(made) == {large: (guarantor, PartyRole.GUARANTOR, Purpose.GUARANTOR_DEMAND)}
    assert "about another debt" in left(made, small)


def test_a_debtor_and_their_guarantor_are_not_both_visited_unless_it_is_ordered(bank):
    large, small = a_customer("C1", arrears_fen=9_000_000), a_customer("C2", arrears_fen=2_000_000, north=0.03)
    guarantor = another_party(large, PartyRole.GUARANTOR, until=SOON)
    stand_in(small, guarantor, PartyRole.GUARANTOR)
    a_study({large: Arm.FREE, small: Arm.FREE})
    made = plan(bank)
    assert set(stops(made)) == {large}
    assert "guarantor" in left(made, small)
    ordered(small, small, PartyRole.DEBTOR, Purpose.FIRST_TALK)
    assert set(stops(plan(bank))) == {large, small}
