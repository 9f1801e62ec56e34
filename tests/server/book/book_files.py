"""Small files of the invented bank, written where a test wants them, and the mapping that reads them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from tests.server.staffing import NOW, TODAY
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.server.book import services
from zoufang.server.book.models import ImportBatch
from zoufang.server.staff.models import User

HEADERS = {
    "loan_key": "借据号",
    "customer_key": "客户号",
    "name": "姓名",
    "id_number": "证件号码",
    "phone": "手机号码",
    "home_address": "居住地址",
    "branch_code": "机构号",
    "product": "贷款品种",
    "principal_balance": "贷款余额",
    "overdue_principal": "逾期本金",
    "interest_owed": "欠息",
    "dpd": "逾期天数",
    "five_class": "五级分类",
    "guarantor_name": "保证人",
    "guarantor_id": "保证人证件号码",
    "as_of": "数据日期",
}
ZHANG = {
    "loan_key": "DZ-1",
    "customer_key": "C-1",
    "name": "张建国",
    "id_number": "371402198503152715",
    "phone": "13900000101",
    "home_address": "山东省德州市平原县王凤楼镇示例村1号",
    "branch_code": "371426",
    "product": "个人经营贷款",
    "principal_balance": "150000.00",
    "overdue_principal": "12000.00",
    "interest_owed": "1830.55",
    "dpd": "45",
    "five_class": "关注",
    "guarantor_name": "",
    "guarantor_id": "",
    "as_of": TODAY.isoformat(),
}
LI = ZHANG | {
    "loan_key": "DZ-2",
    "customer_key": "C-2",
    "name": "李秀兰",
    "id_number": "37142519791205442X",
    "phone": "13900000102",
    "dpd": "100",
    "five_class": "次级",
}
LOAN_BOOK = Mapping(
    name="core",
    system="core",
    kind="loan_book",
    columns=tuple(ColumnRule(field, header) for field, header in HEADERS.items()),
)
PAYMENTS = Mapping(
    name="core-payments",
    system="core",
    kind="payments",
    columns=tuple(
        ColumnRule(field, header)
        for field, header in (
            ("reference", "流水号"),
            ("loan_key", "借据号"),
            ("received_on", "还款日期"),
            ("amount", "还款金额"),
            ("reversal_of", "冲正原流水号"),
        )
    ),
)


def a_file(path: Path, rows: Iterable[dict[str, Any]], mapping: Mapping = LOAN_BOOK) -> Path:
    headers = {rule.field: rule.header for rule in mapping.columns}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=headers.values())
        writer.writeheader()
        for row in rows:
            writer.writerow({header: row.get(field, "") for field, header in headers.items()})
    return path


def take_in(
    folder: Path,
    rows: Iterable[dict[str, Any]],
    *,
    mapping: Mapping = LOAN_BOOK,
    mode: str = "full",
    name: str = "book.csv",
    by: User | None = None,
    today: date = TODAY,
    **more: Any,
) -> ImportBatch:
    """Write the rows as a file and import it."""
    path = a_file(folder / name, rows, mapping)
    mapping = replace(mapping, mode=mode)
    return services.import_file(path=path, mapping=mapping, by=by, today=today, at=NOW, **more)


def a_payment(
    reference: str, amount: str, *, loan: str = "DZ-1", on: date = TODAY, undoes: str = ""
) -> dict[str, Any]:
    return {
        "reference": reference,
        "loan_key": loan,
        "received_on": on.isoformat(),
        "amount": amount,
        "reversal_of": undoes,
    }
