"""Services of plans, visits and agreements on a small played bank: repeated, refused and conflicting calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import TestCase

from zoufang.core.errors import BadInput, Conflict, NotPermitted
from zoufang.core.simulation import BankSize
from zoufang.core.values import BANK_ZONE
from zoufang.core.visits import CheckedIn, NoteAdded, Outcome, OutcomeRecorded
from zoufang.server.agreements.models import RepaymentPlan
from zoufang.server.agreements.offers import decide
from zoufang.server.daily.field import accept
from zoufang.server.daily.offering import offer_gate
from zoufang.server.daily.planning import plan_day
from zoufang.server.daily.policies import planning_policy
from zoufang.server.demo.play import play
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import Crew, DayPlan, PlannerOrder, Visit, VisitEvent
from zoufang.server.visiting.plans import order, publish

START = date(2026, 10, 26)
OPEN_DAY = START + timedelta(days=7)
MORNING = datetime(2026, 11, 2, 9, 30, tzinfo=BANK_ZONE)


class OpenDay(TestCase):
    """The day after a played week: its plan is published and nobody has set out."""

    @classmethod
    def setUpTestData(cls):
        size = BankSize(120, 2)
        play(start=START, seed=8, size=size, weeks=1, iterations=40, progress=lambda stage, done, total: None)
        cls.plan = DayPlan.objects.get(day=OPEN_DAY)
        cls.visit = Visit.objects.filter(day=OPEN_DAY).select_related("crew", "party").order_by("stop__arrive")[0]
        cls.officer, cls.mate = cls.visit.crew.members.order_by("employee_no")
        cls.planner = User.objects.get(username="planner")

    def arrival(self, officer=None, **changes):
        made = CheckedIn(
            id=str(uuid4()), visit_id=str(self.visit.id), at=MORNING, by=str((officer or self.officer).pk)
        )
        return replace(made, **changes)

    def take(self, *events, officers=None):
        return accept(visit=self.visit, events=events, officers=officers or (self.officer,), at=MORNING)

    def test_an_event_that_arrives_twice_is_stored_once_and_answers_the_same(self):
        event = self.arrival()
        assert self.take(event) == self.take(event)
        assert VisitEvent.objects.filter(visit=self.visit).count() == 1

    def test_the_same_id_with_another_body_is_a_conflict(self):
        event = self.arrival()
        self.take(event)
        with pytest.raises(Conflict, match="another body"):
            self.take(replace(event, at=MORNING + timedelta(minutes=1)))

    def test_an_event_that_cannot_come_now_is_refused_and_nothing_of_its_batch_is_kept(self):
        result = OutcomeRecorded(
            id=str(uuid4()),
            visit_id=str(self.visit.id),
            at=MORNING,
            by=str(self.officer.pk),
            outcome=Outcome.NOT_HOME,
        )
        with pytest.raises(Conflict, match="cannot come now"):
            self.take(result, self.arrival())
        assert not VisitEvent.objects.filter(visit=self.visit).exists()

    def test_an_officer_of_another_crew_cannot_record_the_visit(self):
        stranger = User.objects.filter(role="visitor").exclude(crews=self.visit.crew).first()
        with pytest.raises(NotPermitted, match="not of the crew"):
            self.take(self.arrival(stranger), officers=(stranger,))

    def test_an_officer_cannot_send_events_in_the_mates_name(self):
        with pytest.raises(BadInput, match="another officer"):
            self.take(self.arrival(self.mate), officers=(self.officer,))

    def test_a_stop_set_after_the_plan_keeps_the_crew_from_beginning(self):
        oversight.set_stop(
            id=uuid4(), party=self.visit.party, kind=Stop.Kind.DISPUTE, since=OPEN_DAY, by=None, at=MORNING
        )
        with pytest.raises(Conflict, match="may not begin"):
            self.take(self.arrival())

    def test_free_text_of_a_visit_is_sealed_and_comes_back_whole(self):
        note = NoteAdded(
            id=str(uuid4()), visit_id=str(self.visit.id), at=MORNING, by=str(self.officer.pk), text="家中有老人"
        )
        record = self.take(note)
        stored = VisitEvent.objects.get(pk=note.id)
        assert record.notes == ("家中有老人",)
        assert "家中有老人" not in str(stored.body)
        assert "家中有老人".encode() not in bytes(stored.sealed_note)

    def test_publishing_twice_opens_each_visit_once(self):
        before = Visit.objects.filter(day=OPEN_DAY).count()
        publish(plan=self.plan, by=self.planner, at=MORNING)
        assert Visit.objects.filter(day=OPEN_DAY).count() == before

    def test_a_published_day_is_not_planned_again(self):
        with pytest.raises(Conflict, match="published and frozen"):
            plan_day(
                branch=self.plan.branch,
                day=OPEN_DAY,
                seed=1,
                by=self.planner,
                at=MORNING,
                policy=planning_policy(10),
            )

    def test_a_pin_is_kept_and_a_drop_stays_out_when_the_planner_runs_again(self):
        tomorrow = OPEN_DAY + timedelta(days=1)
        first = self.run_planner(tomorrow)
        moved, dropped = first.stops.all()[0], first.stops.all()[1]
        other = Crew.objects.exclude(pk=moved.crew_id).get()
        kinds = PlannerOrder.Kind
        order(day=tomorrow, party=moved.party, kind=kinds.PIN, crew=other, by=self.planner, at=MORNING)
        order(day=tomorrow, party=dropped.party, kind=kinds.DROP, by=self.planner, at=MORNING)
        again = self.run_planner(tomorrow)
        assert again.stops.get(party=moved.party).crew == other
        assert again.stops.get(party=moved.party).pinned
        assert not again.stops.filter(party=dropped.party).exists()
        assert DayPlan.objects.filter(day=tomorrow).count() == 1

    def gate(self, plan):
        return offer_gate(plan.loan, OPEN_DAY)

    def run_planner(self, day):
        return plan_day(
            branch=self.plan.branch, day=day, seed=3, by=self.planner, at=MORNING, policy=planning_policy(40)
        )

    def test_the_same_seed_gives_the_same_plan(self):
        tomorrow = OPEN_DAY + timedelta(days=1)
        first = list(self.run_planner(tomorrow).stops.values_list("crew", "number", "party", "arrive"))
        assert list(self.run_planner(tomorrow).stops.values_list("crew", "number", "party", "arrive")) == first

    def test_the_maker_cannot_approve_and_a_rejection_needs_a_reason(self):
        plan = RepaymentPlan.objects.first()
        manager = User.objects.get(username="manager")
        RepaymentPlan.objects.filter(pk=plan.pk).update(
            status="awaiting", approval_needed="manager", made_by=manager
        )
        plan.refresh_from_db()
        with pytest.raises(NotPermitted, match="cannot approve"):
            decide(plan=plan, approved=True, comment="", gate=self.gate(plan), by=manager, at=MORNING)
        RepaymentPlan.objects.filter(pk=plan.pk).update(made_by=self.officer)
        plan.refresh_from_db()
        with pytest.raises(BadInput, match="reason"):
            decide(plan=plan, approved=False, comment=" ", gate=self.gate(plan), by=manager, at=MORNING)

    def test_an_approver_of_too_little_authority_is_refused(self):
        plan = RepaymentPlan.objects.first()
        RepaymentPlan.objects.filter(pk=plan.pk).update(status="awaiting", approval_needed="manager")
        plan.refresh_from_db()
        approver = User.objects.get(username="approver")
        with pytest.raises(NotPermitted):
            decide(plan=plan, approved=True, comment="", gate=self.gate(plan), by=approver, at=MORNING)
