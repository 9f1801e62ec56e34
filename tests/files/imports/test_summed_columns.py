"""An amount kept in several columns is their sum, to the fen; a blank part is 0 only where the mapping says so."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadField
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.mapping_toml import parse_mapping, write_mapping
from zoufang.files.problems import Problem
from zoufang.files.propose_mapping import propose
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check

TODAY = date(2026, 6, 1)
HEADERS = ("借据号", "客户号", "姓名", "余额", "日期")
FIELDS = ("loan_key", "customer_key", "name", "principal_balance", "as_of")


def mapping(blank: str = "reject", faults: str = "reject", unit: str = "yuan", *parts: str) -> Mapping:
    first, *rest = parts or ("表内欠息", "表外欠息")
    rules = [ColumnRule(field, header) for field, header in zip(FIELDS, HEADERS, strict=True)]
    rules.append(ColumnRule("interest_owed", first, unit=unit, plus=tuple(rest), blank=blank))  # type: ignore[arg-type]
    return Mapping("m", "core", "loan_book", tuple(rules), optional_faults=faults)  # type: ignore[arg-type]


def a_book(folder: Path, *rows: tuple[str, ...], headers: tuple[str, ...] = ("表内欠息", "表外欠息")) -> Path:
    lines = [f"DZ-{i},C-{i},张三,100.00,2026-05-01," + ",".join(row) for i, row in enumerate(rows, 1)]
    path = folder / "book.csv"
    path.write_text("\n".join([",".join((*HEADERS, *headers)), *lines]), encoding="utf-8")
    return path


def read(folder: Path, *rows: tuple[str, ...], **how: str) -> Checked:
    of = mapping(**how)  # type: ignore[arg-type]
    return check(read_table(a_book(folder, *rows), of), of, today=TODAY)


def test_the_parts_are_added_up_to_the_fen(tmp_path):
    checked = read(tmp_path, ("100.10", "0.05"), ("0", "0"), ("1万元", "3"))
    assert checked.good["interest_owed_fen"].to_list() == [10015, 0, 1_000_300]


def test_a_blank_part_keeps_its_row_out_under_its_own_columns_name(tmp_path):
    checked = read(tmp_path, ("100.10", ""), ("1", "2"))
    faults = [(r.row, r.column, r.problem) for r in checked.each_reject()]
    assert faults == [(2, "表外欠息", Problem.PART_MISSING)]
    assert checked.good["interest_owed_fen"].to_list() == [300]


def test_a_blank_part_is_zero_where_the_mapping_says_so_and_a_row_without_any_part_stays_unknown(tmp_path):
    checked = read(tmp_path, ("100.10", ""), ("", "5"), ("", ""), blank="zero")
    assert checked.good["interest_owed_fen"].to_list() == [10010, 500, None]
    assert checked.rejects.is_empty()


def test_a_row_without_any_part_is_unknown_and_no_fault(tmp_path):
    checked = read(tmp_path, ("", "-"))
    assert (checked.good["interest_owed_fen"].to_list(), checked.rejects.height) == ([None], 0)


def test_a_faulty_part_is_named_and_the_sum_is_not_half_told(tmp_path):
    checked = read(tmp_path, ("100.10", "?"), ("-1", "2"), faults="blank")
    faults = [(r.row, r.column, r.value, r.problem) for r in checked.each_reject()]
    assert sorted(faults) == [(2, "表外欠息", "?", Problem.NOT_AMOUNT), (3, "表内欠息", "-1", Problem.NEGATIVE)]
    assert checked.good["interest_owed_fen"].to_list() == [None, None]


@pytest.mark.parametrize(("total", "agrees"), [(("30", "3"), True), (("30", "4"), False)])
def test_the_sheets_total_row_is_added_up_the_same_way(tmp_path, total, agrees):
    path = a_book(tmp_path, ("10", "1"), ("20", "2"))
    path.write_text(path.read_text(encoding="utf-8") + f"\n合计,,,200.00,,{total[0]},{total[1]}", encoding="utf-8")
    checked = check(read_table(path, mapping()), mapping(), today=TODAY)
    interest = next(check for check in checked.totals if check.field == "interest_owed")
    assert (interest.agrees, interest.column) == (agrees, "表内欠息 + 表外欠息")


amounts = st.integers(min_value=0, max_value=10**12)


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=20))
def test_the_sum_is_the_sum_of_whole_fen(tmp_path_factory, rows):
    parts = ("表内欠息", "表外欠息", "复利")
    path = a_book(
        tmp_path_factory.mktemp("sum"),
        *(tuple(f"{fen // 100}.{fen % 100:02d}" for fen in row) for row in rows),
        headers=parts,
    )
    of = mapping("reject", "reject", "yuan", *parts)
    checked = check(read_table(path, of), of, today=TODAY)
    assert checked.good["interest_owed_fen"].to_list() == [sum(row) for row in rows]


def test_a_mapping_file_says_which_columns_are_added_up_and_reads_back_the_same():
    for of in (mapping(), mapping("zero")):
        text = write_mapping(of)
        assert 'columns = ["表内欠息", "表外欠息"], combine = "sum"' in text
        assert parse_mapping(text) == of


@pytest.mark.parametrize(
    "entry",
    [
        '{ columns = ["a", "b"] }',
        '{ columns = ["a"], combine = "sum" }',
        '{ columns = ["a", "a"], combine = "sum" }',
        '{ columns = ["a", "b"], combine = "max" }',
        '{ columns = ["a", "b"], combine = "sum", blank = "nothing" }',
        '{ column = "a", combine = "sum" }',
    ],
)
def test_a_sum_that_is_not_said_clearly_is_refused(entry):
    text = write_mapping(mapping()).replace("interest_owed = {", "interest_owed_ = {")
    text = "\n".join(line for line in text.splitlines() if "interest_owed_" not in line)
    with pytest.raises(BadField, match="interest_owed"):
        parse_mapping(f"{text}\ninterest_owed = {entry}")


def test_only_amounts_are_added_up():
    with pytest.raises(BadField, match="dpd"):
        Mapping("m", "core", "loan_book", (*mapping().columns, ColumnRule("dpd", "a", plus=("b",))))


@pytest.mark.parametrize(
    ("headers", "sums"),
    [
        (("表内欠息", "表外欠息"), {"interest_owed": ("表内欠息", "表外欠息")}),
        (("应收欠息", "催收欠息"), {"interest_owed": ("应收欠息", "催收欠息")}),
        (("罚息", "复利"), {"penalty_interest": ("罚息", "复利")}),
        (("表内欠息", "表外欠息", "欠息合计"), {}),
        (("表内欠息", "欠息"), {}),
        (("表内欠息（元）", "表外欠息（万元）"), {}),
    ],
)
def test_the_wizard_proposes_a_sum_where_headers_are_known_parts_and_no_column_holds_the_whole(
    tmp_path, headers, sums
):
    path = a_book(tmp_path, *[tuple("1" for _ in headers)] * 3, headers=headers)
    found = propose(read_table(path), system="core")
    assert found.mapping is not None
    assert {rule.field: rule.headers for rule in found.mapping.columns if rule.plus} == sums
    assert bool(sums) == any("parts of one amount" in note.template for note in found.notes)
