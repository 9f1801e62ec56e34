from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import fastexcel
import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.files.imports.messy_books import Book
from zoufang.core.errors import BadInput
from zoufang.files.cells import CellKind
from zoufang.files.tables import read_table
from zoufang.files.xlsx_cells import read_xlsx
from zoufang.files.xlsx_sheet import number_text

cells = st.one_of(
    st.none(),
    st.text(st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\x7f"), min_size=1, max_size=12),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9).map(lambda value: round(value, 2) + 0.0),
    st.booleans(),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=5))
def test_our_reading_agrees_with_openpyxl(tmp_path: Path, rows: list[list[object]]):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for y, row in enumerate(rows, start=1):
        for x, value in enumerate(row, start=1):
            sheet.cell(y, x).value = value  # type: ignore[assignment]
            if isinstance(value, str):
                sheet.cell(y, x).data_type = "s"
    book.save(tmp_path / "any.xlsx")
    grid = read_xlsx(tmp_path / "any.xlsx")[0].grid
    ours = {
        (r, c): text
        for r, line in zip(grid.rows, grid.cells.iter_rows(), strict=True)
        for c, text in enumerate(line)
        if text is not None
    }
    theirs = {
        (y, x): _text(value)
        for y, row in enumerate(rows, start=1)
        for x, value in enumerate(row)
        if value is not None
    }
    assert ours == theirs


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return number_text(float(value)) if isinstance(value, int | float) else str(value)


def test_our_reading_agrees_with_calamine_on_a_whole_book(tmp_path: Path):
    book = Book(tmp_path / "book.xlsx")
    book.head()
    for number in range(1, 50):
        book.loan(number)
    ours = read_xlsx(book.save())[0].grid.cells
    theirs = fastexcel.read_excel(book.path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    assert ours.rows() == [tuple(cell and cell.removesuffix(" 00:00:00") for cell in row) for row in theirs.rows()]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (12, "0000", "0012"),
        (12.5, '#,##0.00"万元"', "12.5万元"),
        (125000, '0!.0,"万元"', "125000"),
        (0.0435, "0.00%", "4.35%"),
        (45886, "yyyy年m月d日", "2025-08-17"),
        (45886, 'yyyy"年"m"月"d"日"', "2025-08-17"),
        (1234.5, "#,##0.00_);[Red](#,##0.00)", "1234.5"),
        (0.1 + 0.2, "General", "0.3"),
        (45886, '#,##0"元"', "45886"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(tmp_path: Path, value: float, number_format: str, shown: str):
    book = xlsxwriter.Workbook(tmp_path / "one.xlsx")
    book.add_worksheet().write_number(0, 0, value, book.add_format({"num_format": number_format}))
    book.close()
    assert read_xlsx(tmp_path / "one.xlsx")[0].grid.cells["c0"].to_list() == [shown]


def test_dates_count_from_1904_where_the_book_says_so(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "mac.xlsx", {"date_1904": True})
    book.add_worksheet().write_datetime(0, 0, date(2025, 8, 17), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert read_xlsx(tmp_path / "mac.xlsx")[0].grid.cells["c0"].to_list() == ["2025-08-17"]


def test_numbers_errors_and_uncalculated_formulas_are_told_apart(tmp_path: Path):
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["文本", 5, "#N/A", "=A1", date(2025, 8, 17)])
    book.save(tmp_path / "kinds.xlsx")
    kinds = read_xlsx(tmp_path / "kinds.xlsx")[0].grid.kinds
    assert kinds is not None
    assert kinds.row(0) == (CellKind.TEXT, CellKind.NUMBER, CellKind.ERROR, CellKind.NO_RESULT, CellKind.DATE)


def test_rich_text_is_joined_and_phonetic_hints_are_left_out(tmp_path: Path):
    book = xlsxwriter.Workbook(tmp_path / "rich.xlsx")
    bold = book.add_format({"bold": True})
    book.add_worksheet().write_rich_string(0, 0, "张", bold, "建国")
    book.close()
    assert read_xlsx(tmp_path / "rich.xlsx")[0].grid.cells["c0"].to_list() == ["张建国"]


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_truncated_part_gives_a_clear_error_or_is_not_needed(tmp_path: Path, name: str):
    whole, broken = _a_book(tmp_path), tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            target.writestr(part, data[: len(data) // 2] if part == name else data)
    if name == "[Content_Types].xml":
        assert read_table(broken).header.fits > 5
    else:
        with pytest.raises(BadInput, match=r"broken\.xlsx"):
            read_table(broken)


def test_a_file_cut_off_in_transfer_gives_a_clear_error(tmp_path: Path):
    path = tmp_path / "cut.xlsx"
    path.write_bytes(_a_book(tmp_path).read_bytes()[:3000])
    with pytest.raises(BadInput, match=r"cut\.xlsx is damaged"):
        read_table(path)


def test_a_zip_that_is_no_workbook_gives_a_clear_error(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "photos.xlsx", "w") as archive:
        archive.writestr("photo.txt", "x")
    with pytest.raises(BadInput, match=r"photos\.xlsx is damaged"):
        read_table(tmp_path / "photos.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 80 * 1024**2)
    with pytest.raises(BadInput, match="more than is safe"):
        read_table(tmp_path / "bomb.xlsx")


def test_entities_are_refused(tmp_path: Path):
    path = tmp_path / "entities.xlsx"
    with zipfile.ZipFile(_a_book(tmp_path)) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            data = source.read(part)
            bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
            target.writestr(part, bad + data.split(b"?>", 1)[1] if part == "xl/workbook.xml" else data)
    with pytest.raises(BadInput, match="DOCTYPE"):
        read_table(path)


def test_a_book_without_cells_gives_a_clear_error(tmp_path: Path):
    xlsxwriter.Workbook(tmp_path / "empty.xlsx").close()
    with pytest.raises(BadInput, match="no sheet with cells"):
        read_table(tmp_path / "empty.xlsx")


def _a_book(folder: Path) -> Path:
    book = Book(folder / "whole.xlsx")
    book.head()
    book.loan(1)
    book.loan(2)
    return book.save()
