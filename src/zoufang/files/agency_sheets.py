"""Sheets that a collection agency sends, CSV or XLSX: contacts that it made, and its statement of commission.

The columns are few and named (in Chinese or English); a row that cannot be understood is told with its reason.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO, StringIO
from typing import Any, Generic, TypeVar

from openpyxl import load_workbook

from zoufang.core.errors import BadInput
from zoufang.core.values import BANK_ZONE, Message, gettext_noop, parse_fen

MOST_ROWS = 20_000
MOST_BYTES = 5 * 1024 * 1024
CONTACT_COLUMNS = {
    "case_no": ("案件编号", "case"),
    "at": ("联系时间", "time"),
    "channel": ("联系方式", "channel"),
    "result": ("联系结果", "result"),
    "staff_no": ("催收员工号", "staff number"),
    "note": ("备注", "note"),
}
STATEMENT_COLUMNS = {
    "case_no": ("案件编号", "case"),
    "on": ("还款日期", "paid on"),
    "amount": ("还款金额（元）", "amount (yuan)"),
    "commission": ("佣金（元）", "commission (yuan)"),
}
OPTIONAL = frozenset({"note"})
CHANNELS = {"电话": "call", "短信": "sms", "信函": "letter", "外访": "visit"}
RESULTS = {
    "接通": "reached",
    "已接通": "reached",
    "见面": "reached",
    "无人接听": "unanswered",
    "空号": "number_invalid",
    "未见到": "not_met",
    "已发送": "sent",
    "已送达": "delivered",
    "失败": "failed",
}
WORDS_OF_CHANNELS = frozenset(CHANNELS.values())
WORDS_OF_RESULTS = frozenset(RESULTS.values())


@dataclass(frozen=True, slots=True)
class ContactRow:
    row: int
    case_no: str
    at: datetime
    channel: str
    result: str
    staff_no: str
    note: str


@dataclass(frozen=True, slots=True)
class StatementRow:
    row: int
    case_no: str
    on: date
    amount_fen: int
    commission_fen: int


@dataclass(frozen=True, slots=True)
class SheetReject:
    """A row that did not fit; the value itself is not kept, for it may be personal."""

    row: int
    column: str
    reason: Message

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "reason": self.reason.as_json()}


Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Read(Generic[Row]):
    sha256: str
    rows: tuple[Row, ...]
    rejects: tuple[SheetReject, ...]


class Unfit(Exception):
    """One cell and why it cannot be used."""

    def __init__(self, column: str, reason: Message) -> None:
        super().__init__(column)
        self.column, self.reason = column, reason


def read_contacts(data: bytes, file_name: str) -> Read[ContactRow]:
    """BadInput: no table of contacts. Times without a zone are the bank's."""
    return _read(data, file_name, CONTACT_COLUMNS, _contact)


def read_statement(data: bytes, file_name: str) -> Read[StatementRow]:
    """BadInput: no statement. Amounts are yuan, exact to the fen."""
    return _read(data, file_name, STATEMENT_COLUMNS, _statement)


def _read(
    data: bytes,
    file_name: str,
    columns: dict[str, tuple[str, str]],
    build: Callable[[int, dict[str, Any]], Row],
) -> Read[Row]:
    if len(data) > MOST_BYTES:
        raise BadInput(Message(gettext_noop("The file is larger than 5 MB. Send it in parts.")))
    lines = list(_xlsx(data) if data.startswith(b"PK\x03\x04") else _csv(data))
    if len(lines) > MOST_ROWS:
        raise BadInput(Message(gettext_noop("The file has more than 20,000 rows. Send it in parts.")))
    places = _places(lines[0] if lines else [], columns)
    rows: list[Row] = []
    rejects: list[SheetReject] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = {name: line[place] if place < len(line) else None for name, place in places.items()}
        if all(cell in (None, "") for cell in cells.values()):
            continue
        try:
            rows.append(build(number, cells))
        except Unfit as unfit:
            rejects.append(SheetReject(number, unfit.column, unfit.reason))
    return Read(sha256(data).hexdigest(), tuple(rows), tuple(rejects))


def _xlsx(data: bytes) -> Iterator[list[Any]]:
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True)
    except Exception as error:
        raise BadInput(Message(gettext_noop("The file cannot be opened. Save it as XLSX or CSV."))) from error
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True)):
        if number > MOST_ROWS:
            break
        yield list(row)


def _csv(data: bytes) -> Iterator[list[Any]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(StringIO(text, newline=""))
        return
    raise BadInput(Message(gettext_noop("The file cannot be opened. Save it as XLSX or CSV.")))


def _places(head: list[Any], columns: dict[str, tuple[str, str]]) -> dict[str, int]:
    """Where each column stands; BadInput names those that lack."""
    written = [str(cell or "").strip().lower() for cell in head]
    found = {}
    for name, words in columns.items():
        place = next((written.index(word) for word in (*words, name) if word in written), None)
        if place is not None:
            found[name] = place
    lacking = [columns[name][0] for name in columns if name not in found and name not in OPTIONAL]
    if lacking:
        template = gettext_noop("The first row lacks the columns: %(columns)s. Use the template.")
        raise BadInput(Message(template, {"columns": "、".join(lacking)}))
    return found


def _contact(row: int, cells: dict[str, Any]) -> ContactRow:
    channel, result = _text(cells, "channel"), _text(cells, "result")
    channel, result = CHANNELS.get(channel, channel), RESULTS.get(result, result)
    if channel not in WORDS_OF_CHANNELS:
        raise Unfit("channel", Message(gettext_noop("Not a channel. Use one that the template names.")))
    if result not in WORDS_OF_RESULTS:
        raise Unfit("result", Message(gettext_noop("Not a result that the template names.")))
    note = str(cells.get("note") or "").strip()[:500]
    staff_no = _text(cells, "staff_no")
    return ContactRow(row, _text(cells, "case_no"), _moment(cells["at"]), channel, result, staff_no, note)


def _statement(row: int, cells: dict[str, Any]) -> StatementRow:
    return StatementRow(
        row,
        _text(cells, "case_no"),
        _moment(cells["on"], "on").date(),
        _fen(cells, "amount"),
        _fen(cells, "commission"),
    )


def _text(cells: dict[str, Any], name: str) -> str:
    text = str(cells.get(name) if cells.get(name) is not None else "").strip()
    if not text:
        raise Unfit(name, Message(gettext_noop("The cell is empty.")))
    return text


def _moment(value: Any, column: str = "at") -> datetime:
    if isinstance(value, datetime):
        found = value
    else:
        text = str(value or "").strip().replace("/", "-")
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise Unfit(column, Message(gettext_noop("Not a day or time, as 2026-05-11 09:30."))) from None
    return found if found.tzinfo else found.replace(tzinfo=BANK_ZONE)


def _fen(cells: dict[str, Any], name: str) -> int:
    """A cell of a workbook may be a float: its shortest decimal text is what the sheet shows."""
    text = repr(cells[name]) if isinstance(cells[name], float) else _text(cells, name)
    try:
        return parse_fen(text)
    except BadInput:
        raise Unfit(name, Message(gettext_noop("Not an amount in yuan with at most two decimals."))) from None
