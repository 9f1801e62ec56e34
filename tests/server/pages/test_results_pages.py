"""Analysis, evaluation, reports, day's run and start pages over one played week of the simulated bank."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.db.models import Sum
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.server.language_check import assert_speaks_both
from zoufang.cli.report import _write
from zoufang.core.errors import BadInput, NotFound
from zoufang.core.simulation import BankSize
from zoufang.server.agreements.matching import match_loans
from zoufang.server.agreements.promises import give_promise
from zoufang.server.book.models import LoanEntry, LoanState
from zoufang.server.daily.study import evaluate_again
from zoufang.server.demo.play import at, play
from zoufang.server.oversight import services as oversight
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.services import add_user
from zoufang.server.studies.models import Study
from zoufang.server.visiting.models import Visit

START = date(2026, 10, 26)
OPEN_DAY = START + timedelta(days=7)


@override_settings(ZOUFANG_FILES=Path(tempfile.mkdtemp(prefix="zoufang-results-")))
class ResultPages(TestCase):
    """Read and changed inside transactions; the world is built once."""

    @classmethod
    def setUpTestData(cls):
        size = BankSize(120, 2)
        play(start=START, seed=5, size=size, weeks=1, iterations=40, progress=lambda stage, done, total: None)
        cls.finished, cls.running = Study.objects.order_by("opened_on")
        cls.sub = Branch.objects.filter(level="sub_branch").order_by("path")[0]
        cls.local = add_user(
            username="local",
            full_name="周主管",
            employee_no="L001",
            role=Role.MANAGER,
            branch=cls.sub,
            password="a-long-password",
            at=at(OPEN_DAY, 9),
        )

    def page(self, name, *args, user="manager", status=200, **query):
        person = user if isinstance(user, User) else User.objects.get(username=user)
        self.client.force_login(person)
        answer = self.client.get(reverse(name, args=args), query)
        assert answer.status_code == status, answer.status_code
        return answer

    # Arrears analysis

    def test_the_buckets_add_up_to_the_open_book(self):
        figures = self.page("portfolio").context["figures"]
        held = LoanState.objects.filter(open=True, loan__written_off_on__isnull=True)
        assert sum(row.count for row in figures.buckets) == held.count()
        assert sum(row.balance_fen for row in figures.buckets) == held.aggregate(n=Sum("balance_fen"))["n"]

    def test_every_break_down_adds_up_to_the_same_balance(self):
        context = self.page("portfolio").context
        whole = context["figures"].balance_fen
        assert sum(share.balance_fen for share in context["branches"]) == whole
        assert sum(line.share.balance_fen for line in context["products"]) == whole
        assert sum(context["delay_chart"].series[0].values) == context["figures"].loans

    def test_the_page_says_whose_figures_are_used(self):
        assert "本行认定数据" in self.page("portfolio").content.decode()

    def test_roll_rates_follow_each_loan_of_the_first_day_to_the_last(self):
        context = self.page("portfolio", earlier=str(START), later=str(OPEN_DAY)).context
        assert context["pair"] == (START, OPEN_DAY)
        first = next(day for day in context["days"] if day.day == START)
        assert [row.count for row in context["matrix"].rows] == list(first.loans)
        for row in context["roll_rows"]:
            assert sum(rate.count for rate in row.rates) == row.count

    def test_two_days_in_the_wrong_order_are_put_right(self):
        assert self.page("portfolio", earlier=str(OPEN_DAY), later=str(START)).context["pair"] == (START, OPEN_DAY)

    def test_a_day_without_a_snapshot_is_not_offered_and_not_taken(self):
        assert self.page("portfolio", earlier="2020-01-01").context["pair"][0] == START

    def test_each_played_day_stands_in_the_trend(self):
        days = [day.day for day in self.page("portfolio").context["days"]]
        assert days == [START + timedelta(days=n) for n in range(8)]

    def test_a_sub_branch_sees_its_own_loans_and_no_others(self):
        own = LoanState.objects.filter(open=True, branch=self.sub, loan__written_off_on__isnull=True)
        context = self.page("portfolio", user=self.local, branch="").context
        assert context["figures"].loans == own.count()
        assert sum(context["days"][-1].loans) == own.count()
        other = Branch.objects.exclude(pk=self.sub.pk).filter(level="sub_branch")[0]
        assert self.page("portfolio", user=self.local, branch=other.path).context["figures"].loans == own.count()

    def test_the_number_of_queries_does_not_grow_with_the_branches(self):
        counts = []
        for user in (self.local, User.objects.get(username="manager")):
            self.client.force_login(user)
            with CaptureQueriesContext(connection) as seen:
                self.client.get(reverse("portfolio"))
            counts.append(len(seen))
        assert counts[0] == counts[1]

    def test_who_has_no_business_with_figures_is_refused(self):
        for name in ("portfolio", "study_list", "report_list", "day_run"):
            for user in ("visitor1", "trainer"):
                assert self.page(name, user=user, status=403).status_code == 403

    # Evaluation

    def test_the_answer_is_said_in_words_with_its_interval(self):
        answer = self.page("study", self.finished.pk)
        report = answer.context["report"]
        assert report.effect_fen == self.finished.report["effects"]["itt"]["effect_fen"]
        assert report.snapshot_id in answer.content.decode()
        assert "模拟" in answer.content.decode()

    def test_a_running_study_shows_no_effect(self):
        answer = self.page("study", self.running.pk)
        assert "report" not in answer.context
        assert "chart" not in answer.context
        assert str(self.running.window_end) in answer.content.decode()
        self.page("study_file", self.running.pk, "json", status=404)

    def test_evaluating_again_proves_the_stored_number(self):
        self.page("study", self.finished.pk)
        answer = self.client.post(reverse("study_again", args=[self.finished.pk]), follow=True)
        assert "所有数字一致" in answer.content.decode()

    def test_a_report_that_was_changed_is_found_out(self):
        self.finished.report["effects"]["itt"]["effect_fen"] += 1
        assert not evaluate_again(self.finished).same

    def test_the_study_of_another_branch_is_not_to_be_found(self):
        assert self.page("study", self.finished.pk, user=self.local, status=404).status_code == 404

    def test_the_downloads_hold_the_frozen_snapshot(self):
        body = json.loads(self.page("study_file", self.finished.pk, "json").content)
        assert body["snapshot_id"] == self.finished.snapshot_hash
        book = openpyxl.load_workbook(BytesIO(self.page("study_file", self.finished.pk, "xlsx").content))
        assert len(book.worksheets) == 3
        units = list(book.worksheets[2].iter_rows(min_row=3, max_col=2, values_only=True))
        customers = sum(row[1] is not None for row in units)
        assert customers == len(self.finished.snapshot["units"])
        self.page("study_file", self.finished.pk, "pdf", status=404)

    def test_what_planning_learnt_is_shown(self):
        feedback = self.page("study", self.finished.pk).context["feedback"]
        assert feedback["uplift"] == self.finished.report["feedback"]["uplift"]

    # Reports

    def sheets(self, kind="weekly", day=OPEN_DAY, user="manager", **query):
        body = self.page("report_file", kind, day.isoformat(), user=user, **query).content
        return openpyxl.load_workbook(BytesIO(body)).worksheets

    def column(self, sheet, title):
        heads = [cell.value for cell in sheet[2]]
        place = heads.index(title)
        return [row[place] for row in sheet.iter_rows(min_row=3, values_only=True) if row[1]]

    def test_the_branch_stands_first_and_is_the_sum_of_its_sub_branches(self):
        visits = self.column(self.sheets(day=START)[2], "完成外访")
        assert visits[0] == sum(visits[1:])
        week = (START, START + timedelta(days=6))
        assert visits[0] == Visit.objects.filter(day__range=week, started_at__isnull=False).count()

    def test_money_received_counts_only_customers_visited_before_they_paid(self):
        received = self.column(self.sheets(day=START)[3], "已访客户还款")[0]
        expected = 0
        for entry in LoanEntry.objects.filter(kind="payment", on__lte=START + timedelta(days=6)):
            days = Visit.objects.filter(party=entry.loan.debtor, started_at__isnull=False, day__lte=entry.on)
            expected += entry.amount_fen if days.exists() else 0
        assert round(received * 100) == expected
        assert expected > 0

    def test_amounts_stand_in_yuan_or_in_10k_yuan(self):
        yuan = self.column(self.sheets(unit="yuan")[0], "贷款余额")
        wan = self.column(self.sheets(unit="wan")[0], "贷款余额")
        assert yuan[0] == pytest.approx(wan[0] * 10_000)

    def test_a_name_that_begins_like_a_formula_stays_text(self):
        Branch.objects.filter(pk=self.sub.pk).update(name="=HYPERLINK(1)")
        cell = self.sheets(user=self.local)[0]["A3"]
        assert cell.data_type == "s"
        assert cell.value.strip() == "=HYPERLINK(1)"

    def test_a_sub_branch_reports_on_itself_alone(self):
        assert len(self.column(self.sheets(user=self.local)[0], "贷款余额")) == 1

    def test_an_unknown_report_or_day_is_told(self):
        self.page("report_file", "yearly", str(OPEN_DAY), status=422)
        self.page("report_file", "daily", "yesterday", status=422)
        assert "tables" not in self.page("report_list", day="yesterday").context

    def test_the_command_writes_the_same_report_for_the_whole_bank(self):
        out = Path(tempfile.mkdtemp()) / "report.xlsx"
        told = _write(out, "daily", OPEN_DAY, "", "yuan", "en")
        assert told["branches"] == Branch.objects.count()
        assert openpyxl.load_workbook(out).worksheets[0].title == "Loan book"
        with pytest.raises(NotFound):
            _write(out, "daily", OPEN_DAY, "9999", "yuan", "en")
        with pytest.raises(BadInput):
            _write(out, "daily", OPEN_DAY, "", "dollar", "en")

    def test_a_later_payment_does_not_move_the_day_of_judgement(self):
        promise = give_promise(
            id=uuid4(),
            loan=Visit.objects.filter(day=OPEN_DAY).order_by("stop__arrive", "id")[0].party.loans.first(),
            amount_fen=999_999_900,
            due=START + timedelta(days=1),
            made_on=START,
            visit=None,
            by=User.objects.get(username="manager"),
            at=at(OPEN_DAY, 9),
        )
        for today in (OPEN_DAY, OPEN_DAY + timedelta(days=3)):
            match_loans(loan_ids=[promise.loan_id], today=today)
        promise.refresh_from_db()
        assert promise.judged_on == OPEN_DAY

    # The day's run

    def test_the_button_moves_the_bank_and_the_run_is_listed(self):
        self.page("day_run", user="admin")
        tomorrow = OPEN_DAY + timedelta(days=1)
        answer = self.client.post(reverse("day_run"), {"to": tomorrow.isoformat()}, follow=True)
        assert bank_state().business_date == tomorrow
        assert answer.context["runs"][0].details["to"] == tomorrow.isoformat()

    def test_a_day_that_is_no_day_changes_nothing(self):
        self.page("day_run", user="admin")
        answer = self.client.post(reverse("day_run"), {"to": "tomorrow"})
        assert answer.context["form"].errors
        assert bank_state().business_date == OPEN_DAY

    def test_a_day_that_is_over_is_a_conflict(self):
        self.page("day_run", user="admin")
        assert self.client.post(reverse("day_run"), {"to": START.isoformat()}).status_code == 409

    def test_a_manager_of_a_branch_sees_the_run_but_no_button_and_is_refused(self):
        text = self.page("day_run", user="manager").content.decode()
        assert 'name="to"' not in text
        tomorrow = OPEN_DAY + timedelta(days=1)
        assert self.client.post(reverse("day_run"), {"to": tomorrow.isoformat()}).status_code == 403
        assert bank_state().business_date == OPEN_DAY

    # Start pages

    def tile(self, user, label):
        tiles = self.page("start", user=user).context["tiles"]
        return next(tile.value for tile in tiles if tile.label == label)

    def test_the_manager_sees_todays_visits_and_open_complaints(self):
        before = self.tile("manager", "未结投诉")
        visit = Visit.objects.filter(day=OPEN_DAY)[0]
        oversight.open_complaint(
            id=uuid4(),
            party=visit.party,
            about="conduct",
            text="",
            opened_on=OPEN_DAY,
            by=None,
            at=at(OPEN_DAY, 9),
        )
        assert self.tile("manager", "未结投诉") == before + 1
        assert self.tile("manager", "今日外访") == Visit.objects.filter(day=OPEN_DAY).count()

    def test_a_visitor_sees_own_stops_in_their_order_without_full_names(self):
        officer = Visit.objects.filter(day=OPEN_DAY).order_by("id")[0].crew.members.order_by("pk")[0]
        answer = self.page("start", user=officer)
        own = Visit.objects.filter(day=OPEN_DAY, crew__members=officer)
        rows = answer.context["panels"][0].rows
        assert len(rows) == own.count()
        assert [row.title for row in rows] == sorted(row.title for row in rows)
        assert not any(visit.party.identity["name"] in answer.content.decode() for visit in own)

    def test_the_trainer_sees_who_lapses_within_a_month(self):
        from zoufang.server.training.models import Certificate

        assert self.tile("trainer", "今日无资质") == 0
        officer = User.objects.filter(role=Role.VISITOR)[0]
        Certificate.objects.filter(officer=officer).update(expires=OPEN_DAY - timedelta(days=1))
        assert self.tile("trainer", "今日无资质") == 1

    def test_each_start_page_answers_with_a_bounded_number_of_queries(self):
        for user in ("manager", "planner", "visitor1", "trainer", "approver", "compliance", "analyst", "admin"):
            with CaptureQueriesContext(connection) as seen:
                answer = self.page("start", user=user)
            assert answer.context["tiles"]
            assert len(seen) < 50, (user, len(seen))

    def test_every_page_speaks_both_languages(self):
        urls = [reverse(n) for n in ("portfolio", "study_list", "report_list", "day_run")]
        urls += [reverse("study", args=[one.pk]) for one in (self.finished, self.running)]
        self.client.force_login(User.objects.get(username="manager"))
        for url in urls:
            assert_speaks_both(self.client, url)

    def test_every_start_page_speaks_both_languages(self):
        for user in ("manager", "planner", "visitor1", "trainer", "approver", "compliance", "analyst", "admin"):
            self.client.force_login(User.objects.get(username=user))
            assert_speaks_both(self.client, reverse("start"))
