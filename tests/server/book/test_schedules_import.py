"""Schedules land whole, the later takes the earlier's place, and loans are aged by them beside the bank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from tests.server.book.book_files import LI, PAYMENTS, ZHANG, a_payment, take_in
from tests.server.staffing import TODAY, a_bank, a_member
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.server.book import queries
from zoufang.server.book.models import LoanEntry, LoanState
from zoufang.server.staff.models import Branch, Level
from zoufang.server.staff.services import add_branch

pytestmark = pytest.mark.django_db
HEADERS = {
    "loan_key": "借据号",
    "number": "期次",
    "due_on": "应还日",
    "principal": "应还本金",
    "interest": "应还利息",
    "total": "应还合计",
    "version": "版本",
    "effective_on": "生效日",
}
SCHEDULES = Mapping(
    "plans", "core", "schedules", tuple(ColumnRule(field, text) for field, text in HEADERS.items())
)


@pytest.fixture(autouse=True)
def book(db, settings, tmp_path):
    settings.ZOUFANG_FILES = tmp_path / "files"
    a_bank()
    take_in(tmp_path, [ZHANG, LI])


def day(days: int) -> date:
    return TODAY + timedelta(days)


def due(number: int, on: date, *, loan: str = "DZ-1", principal: str = "1000.00", **more: str) -> dict[str, str]:
    row = {"loan_key": loan, "number": str(number), "due_on": on.isoformat(), "principal": principal}
    return row | {"interest": "50.00"} | more


def take(tmp_path, *rows, name="plans.csv", **more):
    return take_in(tmp_path, rows, mapping=SCHEDULES, name=name, **more)


def state(loan: str = "DZ-1") -> LoanState:
    return LoanState.objects.get(loan__source_key=loan)


def ours(loan: str = "DZ-1") -> tuple[int | None, int | None]:
    return state(loan).computed_dpd, state(loan).computed_arrears_fen


def reasons(batch) -> dict[int, str]:
    return {line.row: str(line.reason) for line in queries.rejects(batch)}


def test_a_schedule_makes_our_own_figures_beside_the_banks(tmp_path):
    batch = take(tmp_path, due(1, day(-40)), due(2, day(-10)), due(3, day(20)))
    assert (batch.counts["landed"], batch.counts["loans"], batch.counts["reaged"]) == (3, 1, 1)
    assert ours() == (40, 210_000)
    assert (state().dpd, state().figure_source) == (45, "given")
    assert [row.loan.source_key for row in queries.difference_report(a_member("manager"))] == ["DZ-1"]
    assert "until their payments are imported" in str(batch.warnings)


def test_payments_and_schedule_together_give_the_days_past_due(tmp_path):
    take(tmp_path, due(1, day(-40)), due(2, day(-10)))
    take_in(tmp_path, [a_payment("P-1", "1050.00", on=day(-35))], mapping=PAYMENTS, name="p.csv")
    assert ours() == (10, 105_000)


def test_the_same_file_twice_and_the_same_schedule_in_another_file_change_nothing(tmp_path):
    rows = (due(1, day(-40)), due(2, day(-10)))
    take(tmp_path, *rows)
    assert take(tmp_path, *rows).status == "unchanged"
    again = take(tmp_path, *rows, due(1, day(-5), loan="DZ-2"), name="again.csv")
    assert (again.counts["known"], again.counts["landed"], LoanEntry.objects.count()) == (2, 1, 3)


def test_a_corrected_file_takes_the_place_of_the_first_and_the_loan_is_aged_anew(tmp_path):
    first = take(tmp_path, due(1, day(-40)), due(2, day(-10)))
    second = take(tmp_path, due(1, day(-60)), due(2, day(-30)), name="corrected.csv")
    first.refresh_from_db()
    assert (second.supersedes_id, first.status) == (first.pk, "superseded")
    assert ours() == (60, 210_000)
    assert LoanEntry.objects.count() == 4
    back = take(tmp_path, due(1, day(-40)), due(2, day(-10)))
    assert (back.status, ours()) == ("landed", (40, 210_000))


def test_a_file_that_another_corrects_in_part_still_counts_for_the_other_loans(tmp_path):
    first = take(tmp_path, due(1, day(-40)), due(1, day(-20), loan="DZ-2"))
    take(tmp_path, due(1, day(-41)), name="one.csv")
    first.refresh_from_db()
    assert first.status == "landed"
    assert (ours(), ours("DZ-2")) == ((41, 105_000), (20, 105_000))


def test_a_change_from_a_day_on_keeps_the_earlier_instalments(tmp_path):
    take(tmp_path, due(1, day(-40)), due(2, day(-10)), due(3, day(20)))
    changed = {"version": "2", "effective_on": day(-15).isoformat()}
    take(tmp_path, due(2, day(-5), principal="200.00", **changed), name="changed.csv")
    assert ours() == (40, 105_000 + 25_000)


@pytest.mark.parametrize("numbers", [(2, 3), (1, 2)], ids=["as numbered", "numbered anew"])
def test_the_rest_of_a_schedule_sent_as_the_whole_is_refused_by_name(tmp_path, numbers):
    take(tmp_path, due(1, day(-40)), due(2, day(20)), due(3, day(50)))
    rest = [due(number, on) for number, on in zip(numbers, (day(20), day(50)), strict=True)]
    batch = take(tmp_path, *rest, name="rest.csv")
    assert (batch.counts["landed"], batch.counts["rejected"]) == (0, 2)
    assert reasons(batch)[2].startswith("This schedule begins on")
    assert ours() == (40, 105_000)


def test_one_faulty_row_keeps_the_whole_schedule_of_its_loan_out(tmp_path):
    batch = take(tmp_path, due(1, day(-40)), due(2, day(-10), principal="?"), due(1, day(-9), loan="DZ-2"))
    assert (batch.counts["landed"], batch.counts["rejected"]) == (1, 2)
    assert reasons(batch)[3] == "? is not an amount"
    assert "whole or not at all" in reasons(batch)[2]
    assert ours() == (None, None)


@pytest.mark.parametrize(
    ("rows", "row", "reason"),
    [
        ((due(1, day(-40)), due(1, day(-10))), 3, "stands twice in this file"),
        ((due(1, day(-40), version="a"), due(1, day(-39), version="a")), 3, "stands already in row 2"),
        ((due(1, day(-10)), due(2, day(-11))), 3, "before the one that precedes it"),
        ((due(1, day(-10), total="1050.01"),), 2, "not the sum of its parts"),
        ((due(1, day(-10), principal="-1.00"),), 2, "negative"),
        ((due(1, day(-10), loan="NO-1"),), 2, "not in the book"),
        ((due(1, day(-10), effective_on=day(-9).isoformat()),), 2, "before its schedule takes effect"),
        ((due(1, day(-10)), due(1, day(-9), version="2")), 3, "does not say from which day"),
    ],
)
def test_what_cannot_be_a_schedule_is_refused_by_name(tmp_path, rows, row, reason):
    batch = take(tmp_path, *rows)
    assert reason in reasons(batch)[row]
    assert LoanEntry.objects.count() == 0


def test_a_total_that_is_the_sum_is_fine_and_rows_of_zero_are_told(tmp_path):
    grace = due(1, day(-70), principal="0") | {"interest": "0"}
    batch = take(tmp_path, grace, due(2, day(-40), total="1050.00"))
    assert (batch.counts["landed"], batch.counts["rejected"]) == (1, 0)
    assert "1 rows ask for nothing" in str([w["template"] % w["params"] for w in batch.warnings])


def test_a_branch_cannot_send_schedules_of_another(tmp_path):
    head = Branch.objects.get(level=Level.HEAD_OFFICE)
    other = add_branch(code="371421", name="陵城支行", level=Level.SUB_BRANCH, parent=head)
    batch = take(tmp_path, due(1, day(-40)), by=a_member("manager", branch=other))
    assert "not in the book of your branch" in reasons(batch)[2]


def test_a_failure_in_the_switch_leaves_nothing_and_the_file_can_come_again(tmp_path, monkeypatch):
    from zoufang.server.book.landing import schedules

    def broken(*_args):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(schedules, "record_landing", broken)
        with pytest.raises(RuntimeError):
            take(tmp_path, due(1, day(-40)))
    assert LoanEntry.objects.count() == 0
    assert take(tmp_path, due(1, day(-40))).counts["landed"] == 1


def test_the_wizard_knows_a_schedule_by_its_header(tmp_path):
    from tests.server.book.book_files import a_file
    from zoufang.files.propose_mapping import propose
    from zoufang.files.tables import read_table

    path = a_file(tmp_path / "计划.csv", [due(1, day(-40)), due(2, day(20))], replace(SCHEDULES))
    found = propose(read_table(path), system="core")
    assert (found.kind, found.missing) == ("schedules", ())


def test_the_difference_report_is_read_by_pages_and_taken_along_whole(tmp_path, client):
    take(tmp_path, due(1, day(-40)), due(1, day(-100), loan="DZ-2"))
    report = queries.difference_report(a_member("manager"))
    assert (len(report), [row.loan.source_key for row in report[1:2]]) == (2, ["DZ-2"])
    client.force_login(a_member("manager"))
    page = client.get(reverse("portfolio"))
    assert page.context["differences"]["page"].paginator.count == 2
    assert reverse("portfolio_differences") in page.content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get(reverse("portfolio_differences")).content)).active
    *rows, _gap, mark = [row[:7] for row in sheet.iter_rows(min_row=3, values_only=True)]
    assert [(row[0], *row[3:]) for row in rows] == [
        ("DZ-1", 45, 40, 13830.55, 1050),
        ("DZ-2", 100, 100, 13830.55, 1050),
    ]
    assert a_member("manager").employee_no in mark[0]


def test_a_reader_without_the_dashboard_cannot_take_the_differences(tmp_path, client):
    client.force_login(a_member("visitor"))
    assert client.get(reverse("portfolio_differences")).status_code == 403
