"""The day's run on the morning after a played week, whose plan is published and not yet walked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import TestCase

from zoufang.core.errors import Conflict, NotPermitted
from zoufang.core.simulation import BankSize
from zoufang.core.values import BANK_ZONE
from zoufang.server.audit import services as audit
from zoufang.server.audit.models import AuditDay, AuditLine
from zoufang.server.book import snapshots
from zoufang.server.book.models import LoanState
from zoufang.server.daily.run import run_day
from zoufang.server.demo.play import play
from zoufang.server.oversight import services as oversight
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import BankState, Branch, Level, User
from zoufang.server.studies.models import Study
from zoufang.server.visiting.models import Visit

START = date(2026, 10, 26)
OPEN_DAY = START + timedelta(days=7)
MORNING = datetime(2026, 11, 2, 8, 30, tzinfo=BANK_ZONE)


class DayRuns(TestCase):
    @classmethod
    def setUpTestData(cls):
        size = BankSize(120, 2)
        play(start=START, seed=5, size=size, weeks=1, iterations=40, progress=lambda stage, done, total: None)
        cls.manager = User.objects.get(username="manager")
        cls.administrator = User.objects.get(username="admin")
        # Of a customer whose bank sends figures by day: the tests change them, and ageing leaves them as they are.
        visits = Visit.objects.filter(day=OPEN_DAY).exclude(party__loans__entries__kind="due")
        cls.visit = visits.select_related("party__branch").order_by("stop__arrive", "crew__code")[0]

    def run_again(self, to=OPEN_DAY, by=None, at=MORNING):
        by = by or self.administrator
        return run_day(branch=by.branch, to=to, by=by, at=at)

    def reason(self):
        self.visit.refresh_from_db()
        return self.visit.withdrawn_reason

    def test_the_same_day_again_changes_nothing_that_stands(self):
        before = list(Visit.objects.order_by("id").values_list("id", "withdrawn_reason"))
        done = self.run_again()
        assert (done.audit_days_closed, done.promises_judged, done.plans_ended) == (0, 0, 0)
        assert (done.visits_withdrawn, done.studies_closed) == (0, ())
        assert list(Visit.objects.order_by("id").values_list("id", "withdrawn_reason")) == before

    def test_the_visit_of_a_customer_who_complained_since_is_withdrawn_with_the_reason(self):
        oversight.open_complaint(
            id=uuid4(),
            party=self.visit.party,
            about="conduct",
            text="来访语气不好",
            opened_on=OPEN_DAY,
            by=self.manager,
            at=MORNING,
        )
        assert self.run_again().visits_withdrawn == 1
        assert "omplaint" in self.reason()["template"]

    def test_the_visit_of_a_customer_who_owes_nothing_any_more_is_withdrawn(self):
        LoanState.objects.filter(loan__debtor=self.visit.party).update(arrears_fen=0)
        assert self.run_again().visits_withdrawn == 1
        assert self.reason()["template"] == "Nothing is overdue any more"

    def test_a_visit_that_has_begun_is_not_withdrawn(self):
        LoanState.objects.filter(loan__debtor=self.visit.party).update(arrears_fen=0)
        Visit.objects.filter(pk=self.visit.pk).update(started_at=MORNING)
        self.run_again()
        assert self.reason() is None

    def test_the_run_leaves_a_line_in_the_audit_trail_and_closes_the_days_before(self):
        self.run_again(OPEN_DAY + timedelta(days=1), at=MORNING + timedelta(days=1))
        line = AuditLine.objects.filter(action="run_day").order_by("-at")[0]
        assert line.details["to"] == str(OPEN_DAY + timedelta(days=1))
        assert not AuditDay.objects.filter(day__lte=OPEN_DAY, root="").exists()
        assert audit.verify() == []

    def test_a_study_whose_window_is_over_is_evaluated_once(self):
        running = Study.objects.get(frozen_on__isnull=True)
        Study.objects.filter(pk=running.pk).update(window_end=OPEN_DAY)
        done = self.run_again(OPEN_DAY + timedelta(days=1), at=MORNING + timedelta(days=1))
        assert running.name in done.studies_closed + done.studies_refused
        again = self.run_again(OPEN_DAY + timedelta(days=1), at=MORNING + timedelta(days=1))
        assert again.studies_closed == ()

    def test_each_played_day_left_a_snapshot_of_the_book(self):
        assert snapshots.day_file(OPEN_DAY).exists()

    def test_a_simulated_bank_may_go_ahead_and_its_clock_goes_along(self):
        tomorrow, shift = OPEN_DAY + timedelta(days=1), bank_state().clock_shift_s
        self.run_again(tomorrow)
        assert bank_state().business_date == tomorrow
        assert bank_state().clock_shift_s == shift + 24 * 3600

    def test_a_real_bank_waits_for_the_day_to_come(self):
        BankState.objects.update(simulated=False)
        with pytest.raises(Conflict):
            self.run_again(OPEN_DAY + timedelta(days=1))
        assert bank_state().business_date == OPEN_DAY

    def test_the_bank_never_goes_back_to_a_day_that_is_over(self):
        with pytest.raises(Conflict):
            self.run_again(OPEN_DAY - timedelta(days=1))

    def test_a_manager_moves_the_date_of_all_branches_only_from_the_head_office(self):
        with pytest.raises(NotPermitted):
            self.run_again(by=self.manager)
        self.manager.branch = Branch.objects.get(level=Level.HEAD_OFFICE)
        self.manager.save(update_fields=["branch"])
        self.run_again(OPEN_DAY + timedelta(days=1), by=self.manager)
        line = AuditLine.objects.filter(action="move_date").order_by("-pk")[0]
        moved = {"from": str(OPEN_DAY), "to": str(OPEN_DAY + timedelta(days=1))}
        assert (line.actor, line.details) == (self.manager.employee_no, moved)
        assert line.day.branch_code == self.manager.branch.code

    def test_a_planner_does_not_run_the_day(self):
        with pytest.raises(NotPermitted):
            self.run_again(by=User.objects.get(username="planner"))
