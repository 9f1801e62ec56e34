from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.errors import BadInput
from zoufang.files.capital_amount import DIGITS, capital_amount

UNITS = {"拾": 10, "佰": 100, "仟": 1_000}


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        # 支付结算办法, annex 1, its own examples (整 may follow jiao)
        pytest.param(140_950, "人民币壹仟肆佰零玖元伍角整", id="1,409.50"),
        pytest.param(600_714, "人民币陆仟零柒元壹角肆分", id="6,007.14"),
        pytest.param(168_032, "人民币壹仟陆佰捌拾元零叁角贰分", id="1,680.32"),
        pytest.param(10_700_053, "人民币壹拾万柒仟元零伍角叁分", id="107,000.53"),
        pytest.param(1_640_902, "人民币壹万陆仟肆佰零玖元零贰分", id="16,409.02"),
        pytest.param(32_504, "人民币叁佰贰拾伍元零肆分", id="325.04"),
        # ours
        pytest.param(0, "人民币零元整", id="0"),
        pytest.param(1, "人民币壹分", id="0.01"),
        pytest.param(10, "人民币壹角整", id="0.10"),
        pytest.param(1_000, "人民币壹拾元整", id="10"),
        pytest.param(100_000_000, "人民币壹佰万元整", id="a million"),
        pytest.param(10_000_100, "人民币壹拾万零壹元整", id="100,001"),
        pytest.param(1_000_000_001_00, "人民币壹拾亿零壹元整", id="1,000,000,001"),
        pytest.param(1_000_000_010_000_00, "人民币壹万亿零壹万元整", id="a trillion and ten thousand"),
    ],
)
def test_amounts_are_written_as_the_central_bank_asks(fen: int, written: str) -> None:
    assert capital_amount(fen) == written


@given(st.integers(0, 10**16))
def test_a_written_amount_reads_back_as_the_same_amount(fen: int) -> None:
    match = re.fullmatch(r"人民币(?:(.+?)元)?零?(?:(.)角)?(?:(.)分)?整?", capital_amount(fen))
    assert match is not None
    yuan, jiao, cents = match.groups()
    assert _read(yuan or "零") * 100 + DIGITS.index(jiao or "零") * 10 + DIGITS.index(cents or "零") == fen


@given(st.integers(0, 10**16))
def test_zeros_never_stand_beside_each_other_or_before_yuan(fen: int) -> None:
    written = capital_amount(fen)
    assert "零零" not in written
    assert fen == 0 or "零元" not in written


@pytest.mark.parametrize("fen", [-1, 10**18])
def test_an_amount_that_has_no_capitals_is_an_error(fen: int) -> None:
    with pytest.raises(BadInput):
        capital_amount(fen)


def _read(text: str) -> int:
    for name, unit in (("亿", 10**8), ("万", 10**4)):
        if name in text:
            head, _, tail = text.rpartition(name)
            return _read(head) * unit + _read(tail or "零")
    value = digit = 0
    for char in text:
        if char in UNITS:
            value, digit = value + digit * UNITS[char], 0
        else:
            digit = DIGITS.index(char)
    return value + digit
