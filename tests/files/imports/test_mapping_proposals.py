from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.imports.identity_numbers import a_resident_id
from zoufang.files.fields import schema
from zoufang.files.names import scores, unit_of
from zoufang.files.propose_mapping import Proposal, propose
from zoufang.files.tables import read_table

LOANS = schema("loan_book")


def proposal_of(
    folder: Path, header: list[str], rows: list[list[str]], name: str = "book20250817.csv"
) -> Proposal:
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in [header, *rows]), encoding="utf-8")
    return propose(read_table(path), system="core")


def fields(proposal: Proposal) -> dict[str, str | None]:
    return {column.header: column.field for column in proposal.columns}


def best(header: str) -> str | None:
    found = scores(header, LOANS)
    return max(found, key=lambda name: found[name]) if found else None


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("借据编号", "loan_key"),
        ("客户名称", "name"),
        ("姓名/名称", "name"),
        ("客户名称（必填）", "name"),
        ("身份证号码", "id_number"),
        ("证件号码(18位)", "id_number"),
        ("统一社会信用代码", "id_number"),
        ("担保人身份证号", "guarantor_id"),
        ("担保人手机号码", "guarantor_phone"),
        ("担保方式", "security"),
        ("贷款余额（万元）", "principal_balance"),
        ("2025年8月末贷款余额", "principal_balance"),
        ("本金余额\n（元）", "principal_balance"),
        ("逾期情况>本金", "overdue_principal"),
        ("借款人信息>姓名", "name"),
        ("担保人>姓名", "guarantor_name"),
        ("紧急联系人电话", "contact_phone"),
        ("五级分类结果", "five_class"),
        ("管户客户经理", "account_owner"),
        ("LOAN_ID", "loan_key"),
        ("Days Past Due", "dpd"),
        ("Outstanding Principal", "principal_balance"),
        ("账销案存", "written_off"),
        ("序号", None),
        ("客户等级", None),
        ("联系人关系", "contact_relation"),
        ("贷款期限", None),
    ],
)
def test_a_header_is_matched_to_its_field_and_no_other(header: str, field: str | None):
    assert best(header) == field


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("余额（万元）", "wan"),
        ("余额(元)", "yuan"),
        ("余额/万元", "wan"),
        ("余额（单位：分）", "fen"),
        ("得分", None),
        ("余额", None),
        ("余额【万】", "wan"),
    ],
)
def test_the_unit_is_read_from_the_header(header: str, unit: str | None):
    assert unit_of(header) == unit


def test_each_field_is_given_to_one_column_so_that_the_whole_fits_best(tmp_path: Path):
    header = ["合同号", "借据号", "客户号", "户名", "贷款本金", "贷款余额"]
    rows = [["H1", "D1", "C1", "张三", "100", "50"]]
    assert fields(proposal_of(tmp_path, header, rows)) == {
        "合同号": "contract_key",
        "借据号": "loan_key",
        "客户号": "customer_key",
        "户名": "name",
        "贷款本金": "loan_amount",
        "贷款余额": "principal_balance",
    }


def test_a_contract_number_serves_as_loan_number_where_there_is_no_better(tmp_path: Path):
    proposal = proposal_of(tmp_path, ["合同号", "客户号", "姓名", "余额"], [["H1", "C1", "张三", "50"]])
    assert fields(proposal)["合同号"] == "loan_key"
    assert proposal.columns[0].confidence < 0.9


def test_missing_required_fields_are_listed_and_no_mapping_is_ready(tmp_path: Path):
    proposal = proposal_of(tmp_path, ["借据号", "姓名", "手机"], [["D1", "张三", "13900000001"]], name="book.csv")
    assert set(proposal.missing) == {"principal_balance", "customer_key", "as_of"}
    assert proposal.mapping is None


def test_unmatched_columns_are_listed_with_their_samples(tmp_path: Path):
    proposal = proposal_of(
        tmp_path, ["借据号", "姓名", "客户号", "余额", "星座"], [["D1", "张三", "C1", "5", "天秤"]]
    )
    assert [(column.header, column.samples) for column in proposal.unmatched] == [("星座", ("天秤",))]


def test_a_column_of_identity_numbers_is_known_by_its_values(tmp_path: Path):
    rows = [[f"D{n}", "张三", a_resident_id(n), f"139{n:08d}", "5"] for n in range(1, 6)]
    found = fields(proposal_of(tmp_path, ["借据号", "姓名", "列三", "列四", "余额"], rows))
    assert (found["列三"], found["列四"]) == ("id_number", "phone")


def test_a_name_whose_values_contradict_it_is_doubted(tmp_path: Path):
    rows = [[f"D{n}", "张三", "C1", "很多", "5"] for n in range(1, 6)]
    proposal = proposal_of(tmp_path, ["借据号", "姓名", "客户号", "逾期本金", "余额"], rows)
    assert next(c for c in proposal.columns if c.header == "逾期本金").confidence < 0.9


def test_serials_in_a_csv_and_days_before_months_are_named_in_the_mapping(tmp_path: Path):
    rows = [["D1", "张三", "C1", "5", "45886", "17/08/2024"], ["D2", "张三", "C1", "5", "45887", "18/08/2024"]]
    proposal = proposal_of(tmp_path, ["借据号", "姓名", "客户号", "余额", "放款日期", "到期日"], rows)
    forms = {rule.field: rule.dates[:1] for rule in proposal.rules}
    assert (forms["opened_on"], forms["maturity"]) == (("serial",), ("dmy",))


def test_days_and_months_that_cannot_be_told_apart_are_asked_for(tmp_path: Path):
    proposal = proposal_of(
        tmp_path, ["借据号", "姓名", "客户号", "余额", "放款日期"], [["D1", "张三", "C1", "5", "05/06/2024"]]
    )
    column = next(c for c in proposal.columns if c.field == "opened_on")
    assert "Day and month cannot be told apart" in str(column.notes[0])


def test_values_outside_the_code_list_are_shown(tmp_path: Path):
    rows = [["D1", "张三", "C1", "5", "关注"], ["D2", "张三", "C1", "5", "Q9"]]
    proposal = proposal_of(tmp_path, ["借据号", "姓名", "客户号", "余额", "五级分类"], rows)
    assert next(c for c in proposal.columns if c.field == "five_class").unknown_codes == ("q9",)


def test_the_kind_of_file_is_guessed_from_its_columns(tmp_path: Path):
    calls = proposal_of(
        tmp_path, ["客户号", "联系时间", "联系方式", "联系结果"], [["C1", "2025-08-15 10:30", "电话", "接通"]]
    )
    things = proposal_of(tmp_path, ["借据号", "抵押物名称", "评估价值"], [["D1", "住宅", "420000"]])
    people = proposal_of(tmp_path, ["借据号", "角色", "姓名", "手机号"], [["D1", "保证人", "李四", "13900000001"]])
    assert (calls.kind, things.kind, people.kind) == ("contacts", "collateral", "parties")


def test_a_day_of_the_month_is_not_taken_for_a_date(tmp_path: Path):
    """还款日 often holds 20: were it taken as a date, every row would be refused."""
    rows = [[f"D{n}", "张三", "C1", "5", "20"] for n in range(5)]
    proposal = proposal_of(tmp_path, ["借据号", "姓名", "客户号", "余额", "还款日"], rows)
    assert fields(proposal)["还款日"] is None
    assert "no value fits" in str(proposal.unmatched[0].notes[0])
