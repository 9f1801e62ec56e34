"""Several numbers in a cell: each is taken for whom it belongs to, and a doubtful one is nobody's."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.phone_cells import read_phones
from zoufang.files.problems import Problem
from zoufang.files.tables import read_table
from zoufang.files.validate import Checked, check

A, B, LANDLINE = "13900000101", "13900000102", "0534-2600101"
WIFE = (B, "妻")


def told(cell: str, several: str = "related") -> list[tuple[str | Problem, str]]:
    return [(part.number, part.whose) for part in read_phones(cell, several)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mark", ["、", ",", "，", ";", "；", "/", "／", " ", "\u3000", "\n", "|", " 或 ", "和", " 、 "]
)
def test_two_numbers_without_words_are_both_the_persons_own(mark: str):
    assert told(f"{A}{mark}{B}") == [(A, ""), (B, "")]


@pytest.mark.parametrize(
    "cell",
    [
        f"{A}、{B}(妻)",
        f"{A}、{B}（妻）",
        f"{A}（本人） {B}（妻）",
        f"{A}(本人){B}(妻)",
        f"本人{A} 妻{B}",
        f"本人：{A}，妻：{B}",
        f"本人{A}妻{B}",
        f"{A}本人 {B}妻",
        f"{A} 妻:{B}",
        f"{A} 妻{B}",
        f"1.{A};2.{B}【妻】",
        f"手机{A}/妻 手机 {B}",
    ],
)
def test_words_beside_a_number_say_whose_it_is(cell: str):
    assert told(cell) == [(A, ""), WIFE]


@pytest.mark.parametrize(
    ("cell", "whose"),
    [
        (f"{B}(父亲)", "父亲"),
        (f"邻居{B}", "邻居"),
        (f"{B}（单位）", "单位"),
        (f"{B} 家", "家"),
        (f"{B}(妻子李某)", "妻子李某"),
        (f"{B}(村支书)", "村支书"),
        (f"{B} wife", "wife"),
    ],
)
def test_a_lone_number_of_somebody_else_is_not_the_debtors(cell: str, whose: str):
    assert told(cell) == [(B, whose)]


@pytest.mark.parametrize(
    "cell", [f"{A}(老王)", f"{A} 王某", f"{A}(?)", f"老张{A}"], ids=["nickname", "name", "doubt", "before"]
)
def test_a_number_with_words_that_are_not_understood_is_nobodys(cell: str):
    assert told(cell) == [(Problem.PHONE_WHOSE, "")]


def test_words_that_may_belong_to_either_neighbour_leave_both_in_doubt():
    assert told(f"{A} 妻 {B}") == [(Problem.PHONE_WHOSE, ""), (Problem.PHONE_WHOSE, "")]


def test_words_in_a_part_of_their_own_leave_unmarked_numbers_in_doubt():
    assert told(f"妻、{A}") == [(Problem.PHONE_WHOSE, "")]
    assert told(f"妻、{A}、{B}(本人)") == [(Problem.PHONE_WHOSE, ""), (B, "")]


def test_a_bad_number_beside_a_good_one_is_named_alone():
    assert told(f"{A}、1390000010") == [(A, ""), (Problem.PHONE_FORM, "")]
    assert told(f"139****0101、{B}(妻)") == [(Problem.MASKED, ""), WIFE]


def test_one_number_written_with_gaps_stays_one():
    assert told("+86 139-0000-0101") == [(A, "")]
    assert told(f"(0534)2600101、{A}") == [(LANDLINE, ""), (A, "")]
    assert told("0534-2600101转8001/0534 2600102") == [("0534-2600101-8001", ""), ("0534-2600102", "")]


def test_a_column_of_one_persons_numbers_refuses_those_noted_as_anothers():
    assert told(f"{A}、{B}(妻)", "own") == [(A, ""), (Problem.PHONE_OTHERS, "")]
    assert told(f"{A}、{B}(妻)", "any") == [(A, ""), (B, "")]


mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
notes = st.sampled_from(["", "本人", "妻", "父亲", "邻居", "单位", "老王", "丈夫"])
marks = st.sampled_from(["、", "；", "/", "\n", " ", "，"])


@given(st.lists(st.tuples(mobiles, notes), min_size=1, max_size=5), marks)
def test_no_number_is_lost_and_none_marked_as_anothers_becomes_the_persons_own(cells, mark):
    cell = mark.join(f"{number}({note})" if note else number for number, note in cells)
    parts = read_phones(cell)
    assert len(parts) == len(cells)
    for part, (number, note) in zip(parts, cells, strict=True):
        assert (part.number == number) == (note != "老王")
        assert (part.number == number and part.whose == "") == (note in ("", "本人"))


@given(st.text(alphabet="13900-() 、/妻本人父*x", max_size=40))
def test_any_text_is_read_without_a_guess(text):
    for part in read_phones(text):
        assert isinstance(part.number, Problem) or part.number.replace("-", "").isdigit()
        assert "妻" not in part.text or part.whose or isinstance(part.number, Problem)


def book(tmp_path, *cells: str, faults: str = "reject", column: str = "phone") -> Checked:
    rules = [("loan_key", "借据号"), ("customer_key", "客户号"), ("name", "姓名"), ("principal_balance", "余额")]
    rules += [("as_of", "日期"), (column, "电话")]
    mapping = Mapping("m", "core", "loan_book", tuple(ColumnRule(f, h) for f, h in rules), optional_faults=faults)
    lines = [f'DZ-{i},C-{i},张三,100,2026-05-01,"{cell}"' for i, cell in enumerate(cells, 1)]
    path = tmp_path / "book.csv"
    path.write_text("\n".join([",".join(h for _, h in rules), *lines]), encoding="utf-8")
    return check(read_table(path, mapping), mapping, today=date(2026, 6, 1))


def test_the_first_own_number_stands_in_its_field_and_the_others_beside_it(tmp_path):
    checked = book(tmp_path, A, f"{A}、{LANDLINE}、{B}(妻)", f"{B}(妻)")
    assert checked.good["phone"].to_list() == [A, A, None]
    assert checked.phones.rows() == [(3, "phone", LANDLINE, ""), (3, "phone", B, "妻"), (4, "phone", B, "妻")]
    assert (checked.rejected_rows, checked.rejects.height) == (0, 0)
    assert "1 more of the same people, 2 noted as other people's" in str(checked.warnings[-1])


def test_a_bad_number_of_two_is_rejected_by_name_and_its_row_lands(tmp_path):
    checked = book(tmp_path, f"{A}、139000", f"{A}(老王)、{B}")
    faults = [(r.row, r.column, r.value, r.problem) for r in checked.each_reject()]
    assert faults == [(2, "电话", "139000", Problem.PHONE_FORM), (3, "电话", f"{A} (老王)", Problem.PHONE_WHOSE)]
    assert (checked.good.height, checked.rejected_rows) == (2, 0)
    assert checked.good["phone"].to_list() == [A, B]


def test_a_cell_without_one_sound_number_keeps_its_row_out_unless_the_mapping_says_blank(tmp_path):
    kept_out = book(tmp_path, f"{A}(老王)")
    assert (kept_out.good.height, kept_out.problems) == (0, {"phone_whose": 1})
    blank = book(tmp_path, f"{A}(老王)", faults="blank")
    assert blank.good.select("phone").rows() == [(None,)]


def test_a_contact_log_takes_one_number_a_call(tmp_path):
    headers = {"customer_key": "客户号", "contacted_at": "时间", "channel": "方式", "phone": "号码"}
    mapping = Mapping("m", "core", "contacts", tuple(ColumnRule(f, h) for f, h in headers.items()))
    path = tmp_path / "calls.csv"
    path.write_text(f'客户号,时间,方式,号码\nC-1,2026-05-01 10:00,电话,"{A}、{B}"', encoding="utf-8")
    checked = check(read_table(path, mapping), mapping, today=date(2026, 6, 1))
    assert checked.problems == {"phone_form": 1}


def test_a_clean_column_is_not_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("zoufang.files.phone_cells.read_phones", None)
    assert isinstance(book(tmp_path, A, B).phones, pl.DataFrame)
