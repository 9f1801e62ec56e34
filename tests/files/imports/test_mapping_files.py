from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadField, BadInput, NotFound
from zoufang.files.mapping import ColumnRule, Mapping
from zoufang.files.mapping_toml import (
    parse_mapping,
    read_mapping,
    shipped_mapping,
    shipped_mappings,
    write_mapping,
)

GOOD = """
name = "德州银行"
system = "core"
kind = "loan_book"

[columns]
loan_key = "借据号"
customer_key = "客户号"
name = "姓名"
principal_balance = { column = "余额", unit = "wan" }

[constants]
as_of = "2025-08-17"

[codes.five_class]
"""
texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20).filter(
    lambda text: text.strip()
)


@given(texts, texts, texts, st.sampled_from(["fen", "yuan", "wan"]), st.dictionaries(texts, texts, max_size=3))
def test_a_mapping_written_and_read_again_is_the_same(
    name: str, header: str, remark: str, unit: str, codes: dict[str, str]
):
    rules = (
        ColumnRule("loan_key", header, codes=tuple(codes.items())),
        ColumnRule("customer_key", "客户号"),
        ColumnRule("name", "姓名"),
        ColumnRule("principal_balance", "余额", unit=unit, negative="zero"),  # type: ignore[arg-type]
        ColumnRule("opened_on", "放款日", dates=("dmy", "serial")),
    )
    mapping = Mapping(
        name, "core", "loan_book", rules, (("as_of", "2025-08-17"), ("remark", remark)), mode="delta"
    )
    assert parse_mapping(write_mapping(mapping)) == mapping


@pytest.mark.parametrize("name", ["example-bank", "example-bank-schedules", "taiwan-credit", "template"])
def test_the_shipped_mappings_are_valid_and_read_back(name: str):
    assert name in shipped_mappings()
    assert parse_mapping(write_mapping(shipped_mapping(name))) == shipped_mapping(name)


def test_a_mapping_that_is_not_shipped_is_named_with_those_that_are():
    with pytest.raises(NotFound, match="example-bank"):
        shipped_mapping("nowhere")


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (('kind = "loan_book"', 'kind = "loans"'), "", "loan_book, payments"),
        (('system = "core"\n', ""), "system", "Add a line system"),
        (('unit = "wan"', 'unit = "万"'), "columns.principal_balance.unit", "fen, yuan, wan"),
        (('name = "姓名"', 'nmae = "姓名"'), "columns.nmae", "Use one of"),
        (('name = "姓名"\n', ""), "columns.name", r"\[columns\]"),
        (('loan_key = "借据号"', "loan_key = 5"), "columns.loan_key", "column"),
        (
            ('loan_key = "借据号"', 'loan_key = { column = "借据号", unit = "fen" }'),
            "columns.loan_key.unit",
            "not money",
        ),
        (("[constants]", '[constants]\nname = "x"'), "columns.name", "twice"),
        (('system = "core"', 'system = "core"\nheader_row = "3"'), "header_row", "int"),
        (('system = "core"', 'system = "core"\nmode = "weekly"'), "mode", "full, delta"),
        (('system = "core"', 'system = "core"\ndatum = "WGS"'), "datum", "GCJ-02"),
        (('system = "core"', 'system = "core"\nspeed = 1'), "speed", "Use only"),
    ],
)
def test_an_error_in_a_mapping_names_file_key_and_remedy(
    tmp_path: Path, change: tuple[str, str], place: str, says: str
):
    path = tmp_path / "core.toml"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises((BadField, NotFound), match=says) as error:
        read_mapping(path)
    if isinstance(error.value, BadField):
        assert error.value.field == place
        assert "core.toml" in str(error.value)


def test_what_is_not_toml_says_in_which_line(tmp_path: Path):
    path = tmp_path / "core.toml"
    path.write_text(GOOD + "\n= 5", encoding="utf-8")
    with pytest.raises(BadInput, match=r"core\.toml is not TOML.*line"):
        read_mapping(path)
