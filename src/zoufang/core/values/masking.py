"""What of a person's data may stand on a page before it is revealed. Too little rather than too much."""

from __future__ import annotations

import re

STAR = "*"
HIDDEN = STAR * 4
# Province, prefecture, county, township: each optional, none longer than real ones are, none with a digit in it.
# "小区", "社区", "园区" are housing, not counties.
_PLACE = r"[^\d\s\W路号村弄巷]"
_AREA = re.compile(
    rf"(?:{_PLACE}{{1,8}}?(?:省|自治区|特别行政区))?"
    rf"(?:{_PLACE}{{1,10}}?(?:自治州|地区|盟|市))?"
    rf"(?:{_PLACE}{{1,10}}?(?:自治县|县|(?<![小社园校厂住])区|旗|市))?"
    rf"(?:{_PLACE}{{1,8}}?(?:街道办事处|街道|镇|乡|苏木))?"
)


def mask_name(name: str) -> str:
    """The first character stays: 张三 → 张*, 欧阳锋 → 欧**."""
    name = name.strip()
    return name[:1] + STAR * min(len(name) - 1, 2) if len(name) > 1 else STAR * len(name)


def mask_id(number: str) -> str:
    """Four first, four last of a resident ID or credit code: 3714**********1234. A short number: none."""
    number = number.strip()
    return _middle(number, 4, 4) if len(number) >= 15 else STAR * len(number)


def mask_phone(number: str) -> str:
    """Three first, four last of a mobile: 138****5678. Of any other number at most the last two."""
    digits = re.sub(r"[\s\-()（）]|^(?:\+|00)86", "", number.strip())
    if re.fullmatch(r"1\d{10}", digits):
        return _middle(digits, 3, 4)
    return _middle(digits, 0, 2) if len(digits) >= 7 else STAR * len(digits)


def mask_address(address: str) -> str:
    """Down to the township, the rest hidden: 德州市平原县王凤楼镇****. Without a township: down to the county."""
    address = address.strip()
    if not address:
        return ""
    area = _AREA.match(address)
    return (area.group() if area else "") + HIDDEN


def mask_account(number: str) -> str:
    """The last four of a loan or bank account, for places where the customer could be guessed from it."""
    number = number.strip()
    return HIDDEN + number[-4:] if len(number) > 8 else STAR * len(number)


def _middle(text: str, first: int, last: int) -> str:
    return text[:first] + STAR * (len(text) - first - last) + text[len(text) - last :]
