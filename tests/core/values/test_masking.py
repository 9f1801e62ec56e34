import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoufang.core.values.masking import mask_account, mask_address, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("欧阳锋", "欧**"),
        ("阿不都热依木·买买提", "阿**"),
        ("王", "*"),
        ("", ""),
        (" 李四 ", "李*"),
    ],
)
def test_only_the_first_character_of_a_name_stays(name, shown):
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("371402199001011234", "3714**********1234"),
        ("37140219900101123X", "3714**********123X"),
        ("371402900101123", "3714*******1123"),
        ("12345678", "********"),
    ],
)
def test_the_middle_of_a_resident_id_is_hidden(number, shown):
    assert mask_id(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "138****5678"),
        ("0534-2612345", "*********45"),
        ("110", "***"),
    ],
)
def test_the_middle_of_a_phone_number_is_hidden(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("山东省德州市平原县王凤楼镇李庄村12号", "山东省德州市平原县王凤楼镇****"),
        ("山东省德州市德城区新湖街道东方红路123号", "山东省德州市德城区新湖街道****"),
        ("德州市陵城区陵州路5号院2单元", "德州市陵城区****"),
        ("禹城市市中街道阳光小区3号楼", "禹城市市中街道****"),
        (
            "内蒙古自治区锡林郭勒盟东乌珠穆沁旗乌里雅斯太镇7号",
            "内蒙古自治区锡林郭勒盟东乌珠穆沁旗乌里雅斯太镇****",
        ),
        (
            "新疆维吾尔自治区伊犁哈萨克自治州新源县那拉提镇3号",
            "新疆维吾尔自治区伊犁哈萨克自治州新源县那拉提镇****",
        ),
        ("阳光小区3号楼2单元501", "****"),
        ("12号", "****"),
        ("", ""),
    ],
)
def test_an_address_is_shown_down_to_its_township(address, shown):
    assert mask_address(address) == shown


@given(st.text("山东省德州市平原县区镇乡街道路村号小张王李0123456789-室 ", max_size=40))
def test_no_house_number_ever_shows(address):
    assert not any(c.isdigit() for c in mask_address(address))


@given(st.text("0123456789X", min_size=9, max_size=18))
def test_a_masked_number_never_shows_more_than_eight_characters(number):
    assert sum(c != "*" for c in mask_id(number)) <= 8
    assert sum(c != "*" for c in mask_phone(number)) <= 7


def test_an_account_shows_its_last_four():
    assert mask_account("6222021607001234567") == "****4567"
    assert mask_account("12345678") == "********"
