"""What the core banking system sends: files written as a bank writes them, imported as anyone imports them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from zoufang.core.errors import BadInput
from zoufang.core.simulation import SimulatedBank, SimulatedPayment, book_rows, call_rows, payment_rows
from zoufang.files.mapping import Mapping
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.server.book.models import ImportBatch
from zoufang.server.book.services import import_file
from zoufang.server.demo.related import collateral_rows, party_rows
from zoufang.server.staff.models import User

SYSTEM = "core"
Rows = Sequence[dict[str, str]]


def send_first_day(bank: SimulatedBank, by: User, at: datetime) -> list[ImportBatch]:
    """The full book with its parties, collateral and call log, as of the day before the start."""
    day = bank.start
    files: tuple[tuple[str, Rows, str], ...] = (
        ("loan_book", book_rows(bank, day), "gb18030"),
        ("parties", party_rows(bank), "gb18030"),
        ("collateral", collateral_rows(bank), "gb18030"),
        ("contacts", call_rows(bank), "utf-8-sig"),
    )
    return [send_file(kind, rows, encoding, day, by, at) for kind, rows, encoding in files if rows]


def send_day(
    bank: SimulatedBank,
    day: date,
    new: Sequence[SimulatedPayment],
    ever: Sequence[SimulatedPayment],
    by: User,
    at: datetime,
) -> list[ImportBatch]:
    """The T+1 files of a later day: yesterday's payments, and the full book as of the day."""
    sent = [send_file("payments", payment_rows(new), "utf-8-sig", day, by, at)] if new else []
    return [*sent, send_file("loan_book", book_rows(bank, day, ever), "gb18030", day, by, at)]


def send_file(kind: str, rows: Rows, encoding: str, day: date, by: User, at: datetime) -> ImportBatch:
    """One file of the core system, written to the inbox and imported."""
    path = Path(settings.ZOUFANG_FILES) / "inbox" / f"{kind}-{day:%Y%m%d}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return import_file(path=path, mapping=_mapping(path, kind), by=by, today=day, at=at, file_name=path.name)


_proposed: dict[str, Mapping] = {}


def _mapping(path: Path, kind: str) -> Mapping:
    """What the wizard proposes for the first file of a kind; later files have the same header."""
    if kind not in _proposed:
        _proposed[kind] = _propose(path, kind)
    return _proposed[kind]


def _propose(path: Path, kind: str) -> Mapping:
    found = propose(read_table(path), system=SYSTEM)
    if found.mapping is None or found.kind != kind:
        raise BadInput(f"{path.name}: the header was read as {found.kind}, missing {found.missing}.")
    return replace(found.mapping, header_row=1)
