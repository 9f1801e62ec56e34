"""What people download: rejects, templates, reports."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files.imports.identity_numbers import a_resident_id
from zoufang.core.errors import BadInput
from zoufang.files import rejects as rejects_module
from zoufang.files.fields import KINDS, schema
from zoufang.files.problems import Problem, Reject
from zoufang.files.propose_mapping import propose
from zoufang.files.rejects import write_rejects
from zoufang.files.reports_xlsx import ReportColumn, ReportSheet, write_report
from zoufang.files.tables import read_table
from zoufang.files.templates import header_of, template_mapping, write_template
from zoufang.files.validate import check
from zoufang.files.workbooks import sheet_name

TODAY = date(2025, 8, 31)


def opened(buffer: io.BytesIO) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))


def test_rejects_say_row_column_value_reason_and_remedy():
    buffer = io.BytesIO()
    write_rejects(buffer, [Reject(7, "余额", "principal_balance", "很多", Problem.NOT_AMOUNT)], source="book.xlsx")
    rows = list(opened(buffer).worksheets[0].values)
    assert rows[0][0] == "Rows that were not taken over · book.xlsx"
    assert rows[2][:4] == (7, "余额", "很多", "很多 is not an amount")
    assert "decimal point" in str(rows[2][4])


def test_rejects_are_written_in_the_readers_language():
    buffer = io.BytesIO()
    chinese = {"Row": "行号", "%(value)s is not an amount": "%(value)s 不是金额"}
    write_rejects(
        buffer,
        [Reject(7, "余额", "x", "很多", Problem.NOT_AMOUNT)],
        translate=lambda text: chinese.get(text, text),
    )
    rows = list(opened(buffer).worksheets[0].values)
    assert (rows[1][0], rows[2][3]) == ("行号", "很多 不是金额")


@pytest.mark.parametrize(
    "text", ["=1+1", "+86139", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "http://evil.example"]
)
def test_what_looks_like_a_formula_or_link_stays_text(text: str):
    buffer = io.BytesIO()
    write_rejects(buffer, [Reject(1, text, "name", text, Problem.MISSING)])
    cell = opened(buffer).worksheets[0]["C3"]
    assert (cell.data_type, cell.value, cell.hyperlink) == ("s", text, None)
    assert cell.quotePrefix == (not text.startswith("http"))


def test_more_rejects_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rejects_module, "MAX_ROWS", 2)
    buffer = io.BytesIO()
    write_rejects(buffer, (Reject(n, "余额", "x", "y", Problem.MISSING) for n in range(5)))
    assert [sheet.max_row - 2 for sheet in opened(buffer).worksheets] == [2, 2, 1]


def test_no_rejects_make_an_empty_list():
    buffer = io.BytesIO()
    write_rejects(buffer, [])
    assert opened(buffer).worksheets[0].max_row == 2


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_template_imports_nothing_and_refuses_nothing(tmp_path: Path, kind: str):
    path = tmp_path / "template.xlsx"
    write_template(path, kind)
    mapping = template_mapping(kind)
    result = check(read_table(path, mapping), mapping, today=TODAY)
    assert (result.records, result.rejects.height, [odd.kind for odd in result.odd]) == (
        0,
        0,
        ["example", "example"],
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_filled_with_its_own_example_imports(tmp_path: Path, kind: str):
    path = tmp_path / "filled20250817.xlsx"
    write_template(path, kind)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append([field.example or None for field in schema(kind).fields])
    book.save(path)
    mapping = template_mapping(kind)
    result = check(read_table(path, mapping), mapping, today=TODAY)
    assert [str(each.reason) for each in result.each_reject()] == []
    assert result.good["row"].to_list() == [4]


@pytest.mark.parametrize("kind", KINDS)
def test_the_wizard_knows_every_column_of_a_template(tmp_path: Path, kind: str):
    path = tmp_path / "template.xlsx"
    write_template(path, kind)
    proposal = propose(read_table(path), system="template")
    assert (proposal.kind, proposal.unmatched, proposal.missing) == (kind, (), ())


def test_template_columns_for_identity_numbers_are_text(tmp_path: Path):
    path = tmp_path / "template.xlsx"
    write_template(path, "loan_book")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    place = [header_of(field) for field in schema("loan_book").fields].index("证件号码") + 1
    grouped = next(each for each in sheet.column_dimensions.values() if each.min <= place <= each.max)
    assert grouped.number_format == "@"
    assert a_resident_id(271) == sheet.cell(3, place).value


@given(st.integers(-(10**13), 10**13))
def test_money_in_a_report_is_a_number_exact_to_the_fen(fen: int):
    buffer = io.BytesIO()
    write_report(buffer, "日报", [ReportSheet("回款", (ReportColumn("金额（元）", "fen"),), [[fen]])])
    cell = opened(buffer).worksheets[0]["A3"]
    assert round(cell.value * 100) == fen
    assert cell.number_format == "#,##0.00"


def test_a_report_has_titles_typed_columns_and_notes():
    buffer = io.BytesIO()
    columns = (
        ReportColumn("支行"),
        ReportColumn("户数", "int"),
        ReportColumn("余额（万元）", "wan"),
        ReportColumn("日期", "date"),
        ReportColumn("占比", "percent"),
    )
    rows = [["德城支行", 12, 123_456_700, TODAY, 0.25], ["齐河支行", None, None, None, None]]
    write_report(
        buffer, "周报", [ReportSheet("汇总/本周", columns, rows, ("模拟数据",)), ReportSheet("空", columns, [])]
    )
    book = opened(buffer)
    values = list(book.worksheets[0].values)
    assert book.sheetnames == ["汇总_本周", "空"]
    assert values[0][0] == "周报"
    assert (values[2][:3], values[2][3].date(), values[2][4]) == (("德城支行", 12, 123.4567), TODAY, 0.25)  # type: ignore[union-attr]
    assert values[3] == ("齐河支行", None, None, None, None)
    assert values[5][0] == "模拟数据"


def test_money_that_is_not_whole_fen_is_refused():
    with pytest.raises(BadInput, match="whole fen"):
        write_report(io.BytesIO(), "日报", [ReportSheet("回款", (ReportColumn("金额", "fen"),), [[1.5]])])


def test_sheet_names_are_made_fit_for_excel():
    assert sheet_name("a/b:c" + "长" * 40) == "a_b_c" + "长" * 26
