from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.files.imports.messy_books import TODAY, Book
from zoufang.core.errors import BadField, BadInput
from zoufang.core.values import Datum, Point, distance_m
from zoufang.files import validate
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.problems import _TEXTS, Problem, Reject
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check


@pytest.fixture
def book(tmp_path: Path) -> Book:
    book = Book(tmp_path / "台账20250817.xlsx")
    book.head()
    return book


def checked(book: Book, **changes: object) -> Checked:
    table = read_table(book.save())
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    return check(table, replace(mapping, **changes), today=TODAY)  # type: ignore[arg-type]


def rejects(result: Checked) -> list[tuple[int, str, str]]:
    return [(each.row, each.field, each.problem.value) for each in result.each_reject()]


def test_the_good_rows_land_and_each_bad_one_is_listed(book: Book):
    for number in range(1, 6):
        book.loan(number)
    bad = book.loan(6, 逾期天数="四十五")
    result = checked(book)
    assert (result.records, result.good.height, result.rejected_rows) == (6, 5, 1)
    assert rejects(result) == [(bad, "dpd", "not_whole")]
    assert result.problems == {"not_whole": 1}


@pytest.mark.parametrize(
    ("column", "value", "field", "problem"),
    [
        ("姓名", "", "name", "missing"),
        ("借据号", "", "loan_key", "missing"),
        ("借据号", "D" * 65, "loan_key", "too_long"),
        ("贷款余额（万元）", "-1", "principal_balance", "negative"),
        ("逾期天数", -3, "dpd", "negative"),
        ("放款日期", "2024-02-30", "opened_on", "no_such_date"),
        ("放款日期", "2099-01-01", "opened_on", "future_date"),
        ("证件号码", "371402198503150011", "id_number", "id_checksum"),
        ("联系电话", "1391234", "phone", "phone_form"),
        ("五级分类", "瑕疵", "five_class", "unknown_code"),
        ("欠息", "0.001", "interest_owed", "too_fine"),
    ],
)
def test_each_rule_keeps_its_row_out(book: Book, column: str, value: object, field: str, problem: str):
    book.loan(1, **{column: value})
    assert rejects(checked(book)) == [(2, field, problem)]


def test_a_row_may_have_several_faults_and_all_are_listed(book: Book):
    book.loan(1, 联系电话="1", 五级分类="瑕疵")
    result = checked(book)
    assert len(rejects(result)) == 2
    assert result.rejected_rows == 1


def test_a_customer_number_or_an_identity_number_is_needed(book: Book):
    book.loan(1, 客户号=None)
    book.loan(2, 证件号码=None)
    row = book.loan(3, 客户号=None, 证件号码=None)
    assert rejects(checked(book)) == [(row, "customer_key", "neither")]


def test_the_second_of_two_equal_rows_is_a_duplicate_that_names_the_first(book: Book):
    book.loan(1)
    row = book.loan(1)
    result = checked(book)
    assert rejects(result) == [(row, "loan_key", "duplicate")]
    assert "row 2" in str(next(result.each_reject()).reason)
    assert result.good.height == 1


def test_a_duplicate_with_other_figures_says_that_they_differ(book: Book):
    book.loan(1)
    row = book.loan(1, 欠息=99)
    assert rejects(checked(book)) == [(row, "loan_key", "duplicate_differs")]


def test_the_same_loan_on_two_days_is_no_duplicate(tmp_path: Path):
    path = tmp_path / "days.csv"
    path.write_text(
        "借据号,客户号,姓名,贷款余额,数据日期\nD1,C1,甲,1,20250816\nD1,C1,甲,1,20250817\n", encoding="utf-8"
    )
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    assert check(table, mapping, today=TODAY).good.height == 2


def test_overdue_principal_cannot_exceed_the_principal(book: Book):
    row = book.loan(1, **{"贷款余额（万元）": 0.1, "逾期本金（元）": 1000.01})
    assert rejects(checked(book)) == [(row, "overdue_principal", "overdue_exceeds")]


def test_a_fault_in_an_optional_field_may_leave_it_empty_instead(book: Book):
    book.loan(1, 联系电话="1391234", 欠息=-5)
    result = checked(book, optional_faults="blank")
    assert result.good.select("loan_key", "phone", "interest_owed_fen").rows() == [("DZ2024000001", None, None)]
    assert {each[2] for each in rejects(result)} == {"phone_form", "negative"}
    assert result.rejected_rows == 0


def test_a_fault_in_a_required_field_always_keeps_its_row_out(book: Book):
    book.loan(1, **{"贷款余额（万元）": "很多"})
    assert checked(book, optional_faults="blank").good.height == 0


def test_a_mapping_may_add_codes_of_its_own(book: Book):
    book.loan(1, 五级分类="Q2")
    table = read_table(book.save())
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    rules = tuple(
        replace(r, codes=(("Q2", "special_mention"),)) if r.field == "five_class" else r for r in mapping.columns
    )
    assert check(table, replace(mapping, columns=rules), today=TODAY).good["five_class"].to_list() == [
        "special_mention"
    ]


def test_a_column_that_the_header_lacks_is_named_with_those_it_has(book: Book):
    book.loan(1)
    table = read_table(book.save())
    rules = (
        ColumnRule("loan_key", "借据号"),
        ColumnRule("name", "姓名"),
        ColumnRule("id_number", "证件号码"),
        ColumnRule("principal_balance", "剩余本金"),
    )
    mapping = Mapping("m", "core", "loan_book", rules, (("as_of", "2025-08-17"),))
    with pytest.raises(BadInput, match=r"no column '剩余本金'.*贷款余额"):
        check(table, mapping, today=TODAY)


def test_a_constant_that_cannot_be_read_is_named(book: Book):
    book.loan(1)
    with pytest.raises(BadField, match=r"constants\.as_of"):
        checked(book, constants=(("as_of", "2025-02-30"),))


def test_the_keys_of_rejected_rows_are_known_so_that_a_full_file_does_not_close_them(book: Book):
    book.loan(1, 联系电话="1")
    book.loan(2)
    book.loan(2, 欠息=1)
    assert checked(book).rejected_keys.to_list() == ["DZ2024000001", "DZ2024000002"]


def test_rejects_are_bounded_while_all_are_counted(book: Book, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(validate, "MAX_REJECTS", 3)
    for number in range(1, 8):
        book.loan(number, 联系电话="1")
    result = checked(book)
    assert (result.rejects.height, result.problems, result.rejected_rows) == (3, {"phone_form": 7}, 7)


def test_a_file_without_one_good_row_is_checked_to_the_end(book: Book):
    book.loan(1, 姓名="")
    result = checked(book)
    assert result.good.height == 0
    assert result.good.schema["as_of"] == result.good.schema["opened_on"]


def test_payments_may_be_negative_and_name_what_they_reverse(tmp_path: Path):
    path = tmp_path / "还款.csv"
    path.write_text(
        "流水号,借据号,还款日期,还款金额,还款渠道,原流水号\nL1,D1,20250818,1500.00,手机银行,\nL2,D1,20250819,-1500.00,柜面,L1\n",
        encoding="utf-8",
    )
    table = read_table(path)
    proposal = propose(table, system="core")
    assert proposal.kind == "payments"
    assert proposal.mapping is not None
    good = check(table, proposal.mapping, today=TODAY).good
    assert good.select("reference", "amount_fen", "channel", "reversal_of", "received_on").rows() == [
        ("L1", 150000, "mobile_bank", None, date(2025, 8, 18)),
        ("L2", -150000, "counter", "L1", date(2025, 8, 19)),
    ]


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_says_what_and_what_to_do(problem: Problem):
    reject = Reject(3, "贷款余额", "principal_balance", "x", problem, "7")
    assert problem in _TEXTS
    assert str(reject.reason)
    assert str(reject.remedy).endswith(".")


def test_coordinates_are_moved_to_wgs84(tmp_path: Path):
    path = tmp_path / "places20250817.csv"
    path.write_text(
        "借据号,客户号,姓名,贷款余额,纬度,经度\nD1,C1,甲,1,37.436,116.359\nD2,C2,乙,1,,\n", encoding="utf-8"
    )
    table = read_table(path)
    mapping = propose(table, system="core").mapping
    assert mapping is not None
    as_given, moved = (
        check(table, replace(mapping, datum=datum), today=TODAY).good for datum in (Datum.WGS84, Datum.GCJ02)
    )
    assert as_given.select("lat", "lon").rows() == [(37.436, 116.359), (None, None)]
    apart = distance_m(Point(*as_given.select("lat", "lon").row(0)), Point(*moved.select("lat", "lon").row(0)))
    assert 300 < apart < 900
    assert moved.select("lat", "lon").row(1) == (None, None)
