"""A week of the simulated bank, played once through the services, and what must hold in it afterwards."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.db.models import Sum
from django.test import TestCase

from zoufang.core.evaluation import evaluate
from zoufang.core.simulation import BankSize
from zoufang.core.values import BANK_ZONE, local_minute
from zoufang.core.visits import LIABLE, WhoMet
from zoufang.server.agreements.models import PaymentMatch, Promise, RepaymentPlan
from zoufang.server.audit import services as audit
from zoufang.server.book.models import Loan, LoanEntry, Party
from zoufang.server.daily.study import snapshot_of
from zoufang.server.demo.play import play
from zoufang.server.demo.results import counts
from zoufang.server.field.models import Device, Envelope
from zoufang.server.oversight.models import Stop
from zoufang.server.review.models import Finding, Lot, Observation, Review
from zoufang.server.safety.models import ClosedPlace, Incident
from zoufang.server.staff.clock import bank_state
from zoufang.server.studies.models import Assignment, Study
from zoufang.server.training.models import Certificate
from zoufang.server.visiting.models import DayPlan, LeftOut, PlannedStop, Visit, VisitEvent

START = date(2026, 10, 26)
DAY_AFTER = START + timedelta(days=7)


class PlayedBank(TestCase):
    """Read-only checks over one played week; the world is built once."""

    @classmethod
    def setUpTestData(cls):
        play(
            start=START,
            seed=11,
            size=BankSize(160, 2),
            weeks=1,
            iterations=60,
            progress=lambda stage, done, total: None,
        )
        cls.first, cls.second = Study.objects.order_by("opened_on")

    def test_every_stage_of_the_loop_left_something_behind(self):
        found = counts()
        for key in ("customers", "loans", "held_out", "planned_visits", "visits", "payments"):
            assert found[key] > 0, key
        assert found["customers"] == 160
        assert found["evaluation"]["n_held_out"] == found["held_out"]
        assert found["evaluation"]["simulated"] is True

    def test_one_phone_tells_another_outcome_than_its_mate_and_waits_for_a_decision(self):
        assert Device.objects.filter(ended_at=None).count() == 2
        assert Envelope.objects.get().state == "conflict"

    def test_nobody_held_out_is_planned_or_visited_within_the_window(self):
        held_out = set(self.first.assignments.filter(arm="hold_out").values_list("party_id", flat=True))
        window = (self.first.opened_on, self.first.window_end)
        assert held_out
        assert not PlannedStop.objects.filter(party__in=held_out, plan__day__range=window).exists()
        assert not Visit.objects.filter(party__in=held_out, day__range=window).exists()

    def test_each_crew_keeps_its_shift_and_visits_nobody_twice_a_day(self):
        for plan in DayPlan.objects.all():
            parties = list(plan.stops.values_list("party_id", flat=True))
            assert len(parties) == len(set(parties))
            for stop in plan.stops.select_related("crew"):
                assert stop.crew.shift_start <= stop.arrive
                assert stop.arrive + stop.service_min <= stop.crew.shift_end

    def test_no_visit_was_planned_or_begun_without_a_clearing_verdict(self):
        stops = PlannedStop.objects.select_related("verdict", "plan")
        assert all(stop.verdict.cleared for stop in stops)
        assert all(stop.verdict.day == stop.plan.day for stop in stops)

    def test_who_is_under_a_stop_of_death_or_dispute_is_never_planned(self):
        stopped = Stop.objects.filter(kind__in=("deceased", "dispute", "do_not_visit"), since__lt=START)
        ids = set(stopped.values_list("party_id", flat=True))
        assert ids
        assert not PlannedStop.objects.filter(party__in=ids).exists()

    def test_visits_begin_within_the_lawful_hours(self):
        for visit in Visit.objects.filter(started_at__isnull=False):
            assert 8 * 60 <= local_minute(visit.started_at) < 22 * 60

    def test_the_debt_was_spoken_of_only_after_a_liable_person_was_identified(self):
        for visit in Visit.objects.filter(started_at__isnull=False):
            kinds = [event.kind for event in visit.events.all()]
            if "disclosure_made" in kinds:
                assert WhoMet(visit.met_role) in LIABLE
                assert kinds.index("person_identified") < kinds.index("disclosure_made")

    def test_every_visit_of_the_week_was_closed_with_two_check_ins(self):
        week = Visit.objects.filter(day__lt=DAY_AFTER)
        for visit in week:
            if visit.started_at is None:
                continue
            kinds = Counter(event.kind for event in visit.events.all())
            assert visit.state == "closed"
            assert kinds["checked_in"] == kinds["checked_out"] == 2

    def test_a_payment_is_matched_at_most_once_in_each_ledger(self):
        matched = PaymentMatch.objects.values("entry", "ledger").annotate(total=Sum("amount_fen"))
        amounts = dict(LoanEntry.objects.values_list("id", "amount_fen"))
        assert matched
        assert all(row["total"] <= amounts[row["entry"]] for row in matched)

    def test_the_audit_chain_is_whole(self):
        assert audit.verify() == []

    def test_the_stored_report_is_what_the_frozen_snapshot_gives_again(self):
        again = evaluate(snapshot_of(self.first, self.first.window_end))
        stored = self.first.report
        assert self.first.snapshot_hash == again.snapshot_id
        assert stored["effects"]["itt"]["effect_fen"] == again.effect_fen

    def test_money_in_the_study_is_the_money_in_the_book(self):
        snapshot = snapshot_of(self.first, self.first.window_end)
        drawn = self.first.assignments.values("party_id")
        window = (self.first.opened_on, self.first.window_end)
        booked = LoanEntry.objects.filter(loan__debtor__in=drawn, kind="payment", on__range=window)
        assert sum(unit.recovered_fen for unit in snapshot.units) == booked.aggregate(s=Sum("amount_fen"))["s"]

    def test_the_day_after_is_open_with_a_published_plan_nobody_has_walked(self):
        plan = DayPlan.objects.get(day=DAY_AFTER)
        assert bank_state().business_date == DAY_AFTER
        assert plan.status == "published"
        assert plan.stops.count() > 0
        assert not VisitEvent.objects.filter(visit__day=DAY_AFTER).exists()

    def test_those_left_out_each_have_a_reason(self):
        assert LeftOut.objects.exists()
        assert all(left.reasons for left in LeftOut.objects.all())

    def test_each_probability_of_the_draw_is_the_designs(self):
        for row in Assignment.objects.exclude(arm="set_aside"):
            assert 0 < row.p_hold_out < 1
            assert len(row.digest) == 64

    def test_everyone_stands_in_the_book_with_masked_data_only(self):
        party = Party.objects.filter(kind="person").first()
        name = party.identity["name"]
        assert name.encode() not in bytes(party.sealed)
        assert Loan.objects.filter(debtor=party).exists()

    def test_promises_past_their_grace_are_no_longer_open(self):
        late = [p for p in Promise.objects.all() if p.due + timedelta(days=p.grace_days) < DAY_AFTER]
        assert all(promise.status != "open" for promise in late)

    def test_plans_above_the_visitors_authority_were_approved_by_a_second_person(self):
        asked = RepaymentPlan.objects.exclude(approval_needed="")
        # One whose customer still has time to reflect waits.
        decided = asked.exclude(status=RepaymentPlan.Status.AWAITING_APPROVAL)
        assert decided.exists()
        for plan in decided:
            approval = plan.approvals.get()
            assert approval.by_id != plan.made_by_id

    def test_every_visit_left_for_safety_is_reported_and_a_place_waits_for_the_second_person(self):
        fled = set(Visit.objects.filter(events__kind="left_for_safety").values_list("pk", flat=True))
        assert set(Incident.objects.values_list("visit", flat=True)) == fled
        assert ClosedPlace.objects.get().confirmed_by is None

    def test_visits_were_reviewed_and_whoever_was_asked_for_a_course_has_passed_it_again(self):
        assert Lot.objects.filter(drawn=False).exists()
        assert Review.objects.filter(state=Review.State.DONE).exists()
        assert Review.objects.filter(state=Review.State.OPEN).exists()
        assert Observation.objects.count() == 2
        for one in Finding.objects.filter(asked=True):
            kept = Certificate.objects.filter(officer=one.officer, course=one.course)
            assert kept.filter(issued__gte=one.prescription.since).exists()

    def test_times_are_stored_with_their_zone(self):
        visit = Visit.objects.filter(started_at__isnull=False).first()
        assert visit.started_at.astimezone(BANK_ZONE).date() == visit.day
