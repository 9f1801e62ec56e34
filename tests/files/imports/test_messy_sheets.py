"""Every mess that branches make of a sheet, one test each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.files.imports.identity_numbers import a_resident_id
from tests.files.imports.messy_books import HEADER, TODAY, Book
from zoufang.files.mapping import Mapping
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check


def proposed(path: Path) -> Mapping:
    mapping = propose(read_table(path), system="core").mapping
    assert mapping is not None
    return mapping


def checked(path: Path, mapping: Mapping | None = None) -> Checked:
    mapping = mapping or proposed(path)
    return check(read_table(path, mapping), mapping, today=TODAY)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A dated title, then the header in row 3."""
    book = Book(tmp_path / "逾期台账.xlsx")
    book.title("德州银行逾期贷款台账")
    book.cells("填报机构：德城支行", *[None] * 8, "数据日期：2025年8月17日")
    book.head()
    return book


def one(book: Book, **changes: Any) -> dict[str, Any]:
    """The one good record of a book with one loan so changed."""
    book.loan(1, **changes)
    good = checked(book.save()).good
    assert good.height == 1
    return good.row(0, named=True)


def test_title_rows_are_skipped_and_give_the_day_of_the_data(book: Book):
    record = one(book)
    assert (record["row"], record["as_of"]) == (4, date(2025, 8, 17))


def test_the_day_of_the_data_may_stand_in_the_file_name(tmp_path: Path):
    book = Book(tmp_path / "逾期台账20250731.xlsx")
    book.head()
    assert one(book)["as_of"] == date(2025, 7, 31)


def test_the_last_day_of_a_month_is_known_by_its_name(tmp_path: Path):
    book = Book(tmp_path / "book.xlsx")
    book.title("2025年2月末逾期贷款明细")
    book.head()
    assert one(book)["as_of"] == date(2025, 2, 28)


def test_units_are_read_per_column_from_the_header(book: Book):
    record = one(book, **{"贷款余额（万元）": 10.5, "逾期本金（元）": 1200.5})
    assert (record["principal_balance_fen"], record["overdue_principal_fen"]) == (10_500_000, 120_050)


def test_a_unit_in_a_title_holds_for_columns_that_state_none(tmp_path: Path):
    book = Book(tmp_path / "book20250817.xlsx")
    book.cells("贷款台账", None, None, "单位：万元")
    book.head()
    record = one(book, 欠息=0.3)
    assert (record["interest_owed_fen"], record["overdue_principal_fen"]) == (300_000, 120_050)


def test_a_unit_in_a_cell_wins_over_its_column(book: Book):
    record = one(book, **{"贷款余额（万元）": "85000元", "逾期本金（元）": "0.5万元"})
    assert (record["principal_balance_fen"], record["overdue_principal_fen"]) == (8_500_000, 500_000)


def test_amounts_that_can_only_be_wan_are_taken_so_and_it_is_said(tmp_path: Path):
    header = tuple(name.partition("（")[0] for name in HEADER)
    book = Book(tmp_path / "book20250817.xlsx", header=header)
    book.head()
    for number in (1, 2, 3):
        book.cells(
            *(
                dict(
                    zip(
                        header,
                        [
                            number,
                            f"DZ2024{number:06d}",
                            f"C{number}",
                            "甲",
                            a_resident_id(number),
                            "13900000001",
                            12.345678,
                            1,
                            0,
                            3,
                            "20240301",
                            "关注",
                        ],
                        strict=True,
                    )
                )[name]
                for name in header
            )
        )
    proposal = propose(read_table(book.save()), system="core")
    balance = next(column for column in proposal.columns if column.field == "principal_balance")
    assert balance.rule is not None
    assert balance.rule.unit == "wan"
    assert "can only be in 10,000 yuan" in str(balance.notes[0])


def test_a_header_in_two_rows_with_merged_groups_is_read_as_one(tmp_path: Path):
    header = ("借据号", "姓名", "证件号码", "联系电话", "姓名", "电话", "余额", "本金", "利息", "天数")
    book = Book(tmp_path / "book20250817.xlsx", header=header)
    book.title("逾期贷款台账")
    merge = book.sheet.merge_range
    merge(1, 0, 2, 0, "借据号")
    merge(1, 1, 1, 3, "借款人信息")
    merge(1, 4, 1, 5, "担保人")
    merge(1, 6, 2, 6, "贷款余额")
    merge(1, 7, 1, 9, "逾期情况")
    for column in (1, 2, 3, 4, 5, 7, 8, 9):
        book.sheet.write_string(2, column, header[column])
    book.next = 3
    book.cells(
        "DZ2024000001", "张建国", a_resident_id(1), "13900000001", "赵志强", "13900000011", 1000, 500.5, 20.25, 45
    )
    record = checked(book.save()).good.row(0, named=True)
    wanted = {
        "row": 4, "name": "张建国", "guarantor_name": "赵志强", "guarantor_phone": "13900000011",
        "principal_balance_fen": 100_000, "overdue_principal_fen": 50_050, "interest_owed_fen": 2_025, "dpd": 45,
    }  # fmt: skip
    assert {name: record[name] for name in wanted} == wanted


def test_a_row_of_units_under_the_header_belongs_to_it(tmp_path: Path):
    header = ("借据号", "客户号", "姓名", "贷款余额", "逾期天数")
    book = Book(tmp_path / "book20250817.xlsx", header=header)
    book.head()
    book.cells(None, None, None, "（万元）", "（天）")
    book.cells("DZ2024000001", "C1", "张建国", 8.5, 45)
    record = checked(book.save()).good.row(0, named=True)
    assert (record["row"], record["principal_balance_fen"]) == (3, 8_500_000)


def test_the_sheet_that_fits_is_chosen_and_the_others_are_named(book: Book):
    notes = book.book.add_worksheet("填表说明")
    notes.write(0, 0, "请按要求填写")
    other = book.book.add_worksheet("上月")
    for column, name in enumerate(HEADER):
        other.write(0, column, name)
    book.loan(1)
    book.loan(2)
    path = book.save()
    assert read_table(path).sheet == "台账"
    said = [str(warning) for warning in checked(path).warnings]
    assert any("上月" in text and "fits as well" in text for text in said)
    assert any("填表说明" in text and "not known" in text for text in said)


def test_a_sheet_may_be_asked_for_by_name(book: Book):
    other = book.book.add_worksheet("支行二")
    for column, name in enumerate(HEADER):
        other.write(0, column, name)
    book.loan(1)
    assert read_table(book.save(), sheet="支行二").sheet == "支行二"


def test_subtotals_and_totals_are_no_records_and_are_reconciled(book: Book):
    book.loan(1, **{"贷款余额（万元）": 10})
    book.loan(2, **{"贷款余额（万元）": 20})
    first = book.total("德城支行小计", **{"贷款余额（万元）": 30})
    book.loan(3, **{"贷款余额（万元）": 5})
    second = book.total("齐河支行小计", **{"贷款余额（万元）": 5})
    last = book.total("合　计", **{"贷款余额（万元）": 35})
    result = checked(book.save())
    assert result.good.height == 3
    assert [(each.row, each.agrees, each.rows) for each in result.totals] == [
        (first, True, 2),
        (second, True, 1),
        (last, True, 3),
    ]


def test_a_total_that_differs_is_told_with_the_difference(book: Book):
    book.loan(1, **{"贷款余额（万元）": 10})
    row = book.total("合计", **{"贷款余额（万元）": 12.5})
    result = checked(book.save())
    assert [(each.row, each.difference_fen) for each in result.totals] == [(row, -2_500_000)]
    assert "a difference of -25,000.00 yuan" in str(result.warnings[0])


def test_rejected_rows_count_in_the_totals(book: Book):
    book.loan(1, **{"贷款余额（万元）": 10})
    book.loan(2, **{"贷款余额（万元）": 20, "五级分类": "瑕疵"})
    book.total("合计", **{"贷款余额（万元）": 30})
    result = checked(book.save())
    assert (result.good.height, result.totals[0].agrees) == (1, True)


@pytest.mark.parametrize("label", ["合计", "合 计", "总计：", "合计 2笔", "【合计】", "Total", "Grand Total"])
def test_a_total_is_known_by_its_label(book: Book, label: str):
    book.loan(1)
    book.loan(2)
    book.total(label, **{"贷款余额（万元）": 21})
    result = checked(book.save())
    assert (result.good.height, [odd.kind for odd in result.odd]) == (2, ["total"])


def test_a_customer_whose_name_sounds_like_a_total_stays_a_record(book: Book):
    book.loan(1, 姓名="合计贸易公司小计")
    assert checked(book.save()).good.height == 1


def test_hidden_rows_are_imported_and_listed(book: Book):
    book.loan(1)
    row = book.loan(2, hidden=True)
    result = checked(book.save())
    assert result.good.height == 2
    assert any(f"1 hidden rows were imported: {row}" in str(warning) for warning in result.warnings)


def test_hidden_rows_can_be_skipped_and_then_stand_among_the_rejects(book: Book):
    book.loan(1)
    row = book.loan(2, hidden=True)
    path = book.save()
    from dataclasses import replace

    result = checked(path, replace(proposed(path), hidden_rows="skip"))
    assert [(each.row, each.problem) for each in result.each_reject()] == [(row, "hidden")]
    assert result.good.height == 1


def test_a_total_that_leaves_hidden_rows_out_says_so(book: Book):
    book.loan(1, **{"贷款余额（万元）": 10})
    book.loan(2, hidden=True, **{"贷款余额（万元）": 20})
    book.total("合计", **{"贷款余额（万元）": 10})
    result = checked(book.save())
    assert result.totals[0].visible_only
    assert "only if the hidden rows are left out" in str(result.warnings[0])


def test_hidden_columns_are_read_and_named(book: Book):
    book.sheet.set_column(8, 8, None, None, {"hidden": True})
    book.loan(1)
    result = checked(book.save())
    assert result.good["interest_owed_fen"].to_list() == [3025]
    assert any("Hidden columns were read as well: I" in str(warning) for warning in result.warnings)


@pytest.mark.parametrize(
    "written",
    [
        20240301,
        "20240301",
        "2024.3.1",
        "2024年3月1日",
        "2024/3/1",
        45352,
        date(2024, 3, 1),
        "２０２４年３月１日",
        "2024-03-01 00:00:00",
    ],
)
def test_dates_are_read_in_every_form_of_a_sheet(book: Book, written: Any):
    assert one(book, 放款日期=written)["opened_on"] == date(2024, 3, 1)


def test_full_width_digits_and_thousand_commas_are_numbers(book: Book):
    record = one(book, **{"逾期本金（元）": "１，２００．５０", "逾期天数": "４５"})
    assert (record["overdue_principal_fen"], record["dpd"]) == (120_050, 45)


def test_an_id_that_excel_rounded_is_rejected_by_name_and_never_repaired(book: Book):
    row = book.loan(1, 证件号码=int(a_resident_id(7)))
    book.loan(2)
    result = checked(book.save())
    assert [(r.row, r.column, r.problem) for r in result.each_reject()] == [(row, "证件号码", "rounded")]
    assert "cannot be repaired" in str(next(result.each_reject()).remedy)
    assert result.rejected_keys.to_list() == ["DZ2024000001"]


def test_an_id_in_scientific_form_is_rejected_by_name(book: Book):
    book.loan(1, 证件号码="3.71E+17")
    assert [r.problem for r in checked(book.save()).each_reject()] == ["scientific"]


def test_a_long_loan_number_stored_as_a_number_is_rejected_by_name(book: Book):
    book.loan(1, 借据号=6217002340012345678)
    assert [(r.field, r.problem) for r in checked(book.save()).each_reject()] == [("loan_key", "rounded")]


def test_a_short_loan_number_stored_as_a_number_is_its_digits(book: Book):
    assert one(book, 借据号=2024000001)["loan_key"] == "2024000001"


def test_a_branch_merged_over_its_rows_holds_for_each(tmp_path: Path):
    book = Book(tmp_path / "book20250817.xlsx", header=("机构名称", *HEADER[1:]))
    book.head()
    book.loan(1)
    book.loan(2)
    book.sheet.merge_range(1, 0, 2, 0, "德城支行", book.book.add_format({"border": 1}))
    assert checked(book.save()).good["branch_name"].to_list() == ["德城支行", "德城支行"]


def test_an_amount_merged_over_rows_is_not_counted_twice(book: Book):
    book.loan(1)
    book.loan(2)
    book.sheet.merge_range(3, 6, 4, 6, 10.5, book.book.add_format({"border": 1}))
    assert [(r.row, r.problem) for r in checked(book.save()).each_reject()] == [(5, "missing")]


def test_blank_rows_numbered_columns_repeated_headers_and_signatures_are_no_records(book: Book):
    book.cells(*[str(number) for number in range(1, len(HEADER) + 1)])
    book.loan(1)
    book.blank()
    book.head()
    book.loan(2)
    book.cells("制表人：王芳", None, "复核：李四")
    book.cells("审核人：", "电话：0534-2600000", "制表人：李明")
    book.cells("备注：本表由系统导出")
    result = checked(book.save())
    assert result.good.height == 2
    assert [odd.kind for odd in result.odd] == ["header", "header", "note", "note", "note"]
    assert result.rejects.height == 0


def test_a_cell_that_shows_an_error_is_rejected(book: Book):
    book.loan(1, 欠息="#N/A")
    assert [(r.field, r.problem) for r in checked(book.save()).each_reject()] == [("interest_owed", "cell_error")]


def test_leading_zeros_that_a_format_shows_are_kept(tmp_path: Path):
    book = Book(tmp_path / "book20250817.xlsx", header=("机构号", *HEADER[1:]))
    book.head()
    book.loan(1)
    book.sheet.write_number(1, 0, 101, book.book.add_format({"num_format": "0000"}))
    assert checked(book.save()).good["branch_code"].to_list() == ["0101"]


def test_a_total_whose_formula_was_never_calculated_says_so(tmp_path: Path):
    """openpyxl and most exports write formulas without results."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["借据号", "客户号", "姓名", "贷款余额"])
    sheet.append(["DZ0001", "C1", "张建国", 100])
    sheet.append(["合计", None, None, "=SUM(D2:D2)"])
    book.save(tmp_path / "book20250817.xlsx")
    result = checked(tmp_path / "book20250817.xlsx")
    assert result.good.height == 1
    assert any("Row 3 (合计) could not be compared" in str(warning) for warning in result.warnings)


def test_a_formula_without_a_result_in_a_record_is_rejected(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["借据号", "客户号", "姓名", "贷款余额"])
    sheet.append(["DZ0001", "C1", "张建国", "=1+1"])
    book.save(tmp_path / "book20250817.xlsx")
    assert [(r.row, r.problem) for r in checked(tmp_path / "book20250817.xlsx").each_reject()] == [
        (2, "no_result")
    ]


def test_a_table_may_start_anywhere_in_the_sheet(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for column, (name, value) in enumerate(
        {"借据号": "DZ0001", "客户号": "C1", "姓名": "张建国", "贷款余额": 100}.items()
    ):
        sheet.cell(6, 4 + column, name)
        sheet.cell(8, 4 + column, value)
    book.save(tmp_path / "book20250817.xlsx")
    assert checked(tmp_path / "book20250817.xlsx").good["row"].to_list() == [8]


def test_a_sheet_is_named_in_the_mapping_only_where_another_fits_too(book: Book):
    book.loan(1)
    assert proposed(book.save()).sheet == ""
