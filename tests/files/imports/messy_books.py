"""A loan book as a branch really sends it: built cell by cell, so that each mess has its own place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.files.imports.identity_numbers import a_resident_id

TODAY = date(2025, 8, 31)
HEADER = (
    "序号",
    "借据号",
    "客户号",
    "姓名",
    "证件号码",
    "联系电话",
    "贷款余额（万元）",
    "逾期本金（元）",
    "欠息",
    "逾期天数",
    "放款日期",
    "五级分类",
)


def loan(number: int, **changes: Any) -> dict[str, Any]:
    """One good record; state only what matters."""
    return {
        "序号": number,
        "借据号": f"DZ2024{number:06d}",
        "客户号": f"C{number:05d}",
        "姓名": f"客户{number}",
        "证件号码": a_resident_id(number),
        "联系电话": f"139{number:08d}",
        "贷款余额（万元）": 10.5,
        "逾期本金（元）": "1,200.50",
        "欠息": 30.25,
        "逾期天数": 45,
        "放款日期": date(2024, 3, 1),
        "五级分类": "关注",
    } | changes


class Book:
    """Writes rows downwards; each call returns the number of the row, as the sheet shows it."""

    def __init__(self, path: Path, sheet: str = "台账", header: tuple[str, ...] = HEADER) -> None:
        self.path, self.header = path, header
        self.book = xlsxwriter.Workbook(path)
        self.sheet = self.book.add_worksheet(sheet)
        self.next = 0

    def title(self, text: str) -> int:
        self.sheet.merge_range(self.next, 0, self.next, len(self.header) - 1, text)
        return self._down()

    def cells(self, *values: Any, hidden: bool = False) -> int:
        for column, value in enumerate(values):
            self._put(column, value)
        if hidden:
            self.sheet.set_row(self.next, None, None, {"hidden": True})
        return self._down()

    def head(self) -> int:
        return self.cells(*self.header)

    def loan(self, number: int, *, hidden: bool = False, **changes: Any) -> int:
        record = loan(number, **changes)
        return self.cells(*(record.get(name) for name in self.header), hidden=hidden)

    def blank(self) -> int:
        return self._down()

    def total(self, label: str, **amounts: Any) -> int:
        return self.cells(label, *(amounts.get(name) for name in self.header[1:]))

    def save(self) -> Path:
        self.book.close()
        return self.path

    def _put(self, column: int, value: Any) -> None:
        if isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 a sheet has no zone
            self.sheet.write_datetime(
                self.next, column, moment, self.book.add_format({"num_format": "yyyy-mm-dd"})
            )
        elif isinstance(value, str):
            self.sheet.write_string(self.next, column, value)
        elif value is not None:
            self.sheet.write(self.next, column, value)

    def _down(self) -> int:
        self.next += 1
        return self.next
