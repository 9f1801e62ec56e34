"""Sheets of one shape are one file; those of another are told, never mixed in; each row keeps its sheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from zoufang.core.errors import BadField, BadInput
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.mapping_toml import parse_mapping, write_mapping
from zoufang.files.places import SHEET_ROWS, Places
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check

TODAY = date(2026, 6, 1)
HEADER = ("借据号", "客户号", "姓名", "贷款余额", "逾期天数", "数据日期")
FIELDS = ("loan_key", "customer_key", "name", "principal_balance", "dpd", "as_of")
SHUFFLED = ("姓名", "数据日期", "借据号", "客户号", "逾期天数", "贷款余额")


def mapping(*sheets: str, **more) -> Mapping:
    rules = [ColumnRule(field, header) for field, header in zip(FIELDS, HEADER, strict=True)]
    extra = tuple(ColumnRule(field, header) for field, header in more.items())
    return Mapping("m", "core", "loan_book", (*rules, *extra), sheets=sheets)


def loan(key: str, balance: str = "100.00", dpd: str = "5") -> dict[str, str]:
    return dict(zip(HEADER, (key, f"C-{key}", "张三", balance, dpd, "2026-05-31"), strict=True))


def a_workbook(folder: Path, sheets: dict[str, list], headers: dict[str, tuple[str, ...]] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet, header = book.create_sheet(name), (headers or {}).get(name, HEADER)
        sheet.append(header)
        for row in rows:
            sheet.append([row.get(text) for text in header] if isinstance(row, dict) else row)
    path = folder / "book.xlsx"
    book.save(path)
    return path


def read(path: Path, of: Mapping) -> Checked:
    return check(read_table(path, of), of, today=TODAY)


BRANCHES = {
    "平原支行": [loan("A-1"), loan("A-2", dpd="?")],
    "禹城支行": [loan("B-1"), loan("B-2"), loan("A-1", "9")],
}


def test_all_sheets_of_one_shape_are_read_as_one_file(tmp_path):
    checked = read(a_workbook(tmp_path, BRANCHES), mapping("all"))
    assert (checked.good["loan_key"].to_list(), checked.records) == (["A-1", "B-1", "B-2"], 5)
    assert "2 sheets were read as one file: 平原支行, 禹城支行." in [str(w) for w in checked.warnings]


def test_rejects_keep_sheet_and_row_and_a_key_on_two_sheets_is_rejected_by_name(tmp_path):
    checked = read(a_workbook(tmp_path, BRANCHES), mapping("all"))
    told = {(r.sheet, r.row): str(r.reason) for r in checked.each_reject()}
    assert told[("平原支行", 3)] == "? is not a whole number"
    assert told[("禹城支行", 4)] == "A-1 stands already in row 平原支行!2 with other content"


def test_columns_in_another_order_are_found_by_their_names(tmp_path):
    path = a_workbook(tmp_path, {"甲": [loan("A-1")], "乙": [loan("B-1", "7.00")]}, {"乙": SHUFFLED})
    assert read(path, mapping("all")).good["principal_balance_fen"].to_list() == [10000, 700]


def test_totals_are_reconciled_sheet_by_sheet(tmp_path):
    total = ["合计", None, None, "100.00", None, None]
    wrong = ["合计", None, None, "200.00", None, None]
    path = a_workbook(tmp_path, {"甲": [loan("A-1"), total], "乙": [loan("B-1"), wrong]})
    checked = read(path, mapping("all"))
    assert [(t.sheet, t.row, t.agrees, t.rows) for t in checked.totals] == [
        ("甲", 3, True, 1),
        ("乙", 3, False, 1),
    ]
    assert "Row 乙!3" in str(checked.totals[1].message)
    assert "2 total rows are no records: rows 甲!3, 乙!3." in [str(w) for w in checked.warnings]


def test_the_sheets_name_can_be_the_branch_or_the_day(tmp_path):
    path = a_workbook(tmp_path, {"平原支行": [loan("A-1"), [None] * 6], "禹城支行": [loan("B-1")]})
    checked = read(path, mapping("all", branch_name="@sheet"))
    assert checked.good["branch_name"].to_list() == ["平原支行", "禹城支行"]
    assert checked.rejected_rows == 0


def test_sheets_of_another_shape_are_told_and_not_mixed_in(tmp_path):
    path = a_workbook(
        tmp_path,
        {"台账": [loan("A-1")], "流水": [["LS-1", "A-1", "5.00"]]},
        {"流水": ("流水号", "借据号", "还款金额")},
    )
    checked = read(path, mapping("all"))
    assert checked.good["loan_key"].to_list() == ["A-1"]
    assert any("Sheet 流水 (2 rows) was not read: it holds another kind" in str(w) for w in checked.warnings)


def test_a_named_sheet_of_another_shape_is_refused(tmp_path):
    path = a_workbook(tmp_path, {"甲": [loan("A-1")], "乙": [["x"]]}, {"乙": ("借据号", "客户号")})
    with pytest.raises(BadInput, match=r"sheet 乙 lacks .*姓名"):
        read(path, mapping("甲", "乙"))
    with pytest.raises(BadInput, match="no sheet '丙'"):
        read(path, mapping("甲", "丙"))


def test_only_named_sheets_are_read_and_hidden_ones_only_by_name(tmp_path):
    path = a_workbook(tmp_path, {"甲": [loan("A-1")], "乙": [loan("B-1")], "丙": [loan("C-1")]})
    book = openpyxl.load_workbook(path)
    book["丙"].sheet_state = "hidden"
    book.save(path)
    assert read(path, mapping("all")).good["loan_key"].to_list() == ["A-1", "B-1"]
    assert read(path, mapping("甲", "丙")).good["loan_key"].to_list() == ["A-1", "C-1"]
    assert read(path, mapping("乙")).good["loan_key"].to_list() == ["B-1"]


def test_one_sheet_keeps_its_plain_row_numbers(tmp_path):
    checked = read(a_workbook(tmp_path, {"甲": [loan("A-1", dpd="?")]}), mapping("all"))
    assert [(r.sheet, r.row) for r in checked.each_reject()] == [("", 2)]


def test_the_wizard_proposes_branches_and_days_from_the_names_of_sheets(tmp_path):
    path = a_workbook(tmp_path, BRANCHES)
    found = propose(read_table(path, sheets=("all",)), system="core")
    assert found.mapping is not None
    assert found.mapping.sheets == ("all",)
    assert {r.field: r.header for r in found.mapping.columns}["branch_name"] == "@sheet"
    assert parse_mapping(write_mapping(found.mapping)) == found.mapping


@pytest.mark.parametrize(
    ("text", "sheets"), [('"all"', ("all",)), ('"甲"', ("甲",)), ('["甲", "乙"]', ("甲", "乙"))]
)
def test_a_mapping_file_names_its_sheets(text, sheets):
    toml = write_mapping(mapping()).replace("\n[columns]", f"sheets = {text}\n[columns]", 1)
    assert parse_mapping(toml).sheets == sheets
    assert parse_mapping(write_mapping(parse_mapping(toml))).sheets == sheets
    with pytest.raises(BadField, match="sheets"):
        parse_mapping(toml.replace(f"sheets = {text}", "sheets = [1]"))


@pytest.mark.parametrize("row", [1, 2, SHEET_ROWS - 1, SHEET_ROWS + 1, 2 * SHEET_ROWS + 5])
def test_a_place_is_told_from_a_rows_number(row):
    sheet, own = Places(("甲", "乙", "丙")).of(row)
    assert ("甲", "乙", "丙").index(sheet) * SHEET_ROWS + own == row
