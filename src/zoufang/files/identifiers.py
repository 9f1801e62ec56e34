"""Resident IDs (GB 11643), unified social credit codes (GB 32100) and Chinese telephone numbers.

Each rule stands twice: readable for one value with its reason, and fast over a column, deciding only "fine".
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import polars as pl
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from zoufang.files.problems import Problem
from zoufang.files.spelling import SCIENTIFIC, plain

_RESIDENT = r"^[1-9]\d{16}[\dX]$"
_RIC_WEIGHTS = tuple(2 ** (17 - i) % 11 for i in range(17))
_RIC_CHECKS = "10X98765432"
_MOBILE = r"^1[3-9]\d{9}$"
# Area codes are 010, 02x or four digits from 03xx; local numbers have 7 or 8 digits and begin with 2 to 8.
_AREA, _LOCAL = r"0(?:10|2[0-57-9]|[3-9]\d\d)", r"[2-8]\d{6,7}"
_LANDLINE = re.compile(rf"^({_AREA})-?({_LOCAL})(?:(?:-|转|ext\.?)(\d{{1,6}}))?$")
_WRITTEN_RIGHT = rf"{_MOBILE}|^{_AREA}-{_LOCAL}$"


def id_problem(text: str, today: date) -> Problem | None:
    """Why `text` (already plain and upper case) is no identity number; None when it is one."""
    if "*" in text:
        return Problem.MASKED
    if SCIENTIFIC.match(text):
        return Problem.SCIENTIFIC
    if re.fullmatch(r"\d{15}", text):
        return Problem.ID_OLD
    if not re.fullmatch(r"[0-9A-Z]{18}", text):
        return Problem.ID_FORM
    reason = _resident_problem(text, today)
    if reason is None or _is_credit_code(text):
        return None
    return Problem.USCC_CHECKSUM if reason is Problem.ID_FORM or text[0] == "9" else reason


def read_id(text: str, today: date) -> str | Problem:
    bare = re.sub(r"[\s-]", "", plain(text)).upper()
    return id_problem(bare, today) or bare


def is_resident_id(text: pl.Series, today: date) -> pl.Series:
    """Over a column: form, check character and a real date of birth not after `today`."""
    formed = text.str.contains(_RESIDENT).fill_null(False)
    some = text.filter(formed)
    if not len(some):
        return formed
    digits = some.str.slice(0, 17).cast(pl.Int64).to_numpy()
    total = np.zeros(len(some), dtype=np.int64)
    for weight in reversed(_RIC_WEIGHTS):
        digits, digit = np.divmod(digits, 10)
        total += digit * weight
    expected = pl.Series(np.array(list(_RIC_CHECKS))[total % 11])
    born = some.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    real = (born <= today) & (born >= date(1900, 1, 1))
    fine = (some.str.slice(17) == expected) & real.fill_null(False)
    return _back(formed, fine)


def read_phone(text: str) -> str | Problem:
    """A mobile as 11 digits, a landline as 0534-2600101; +86 is taken off."""
    if "*" in text:
        return Problem.MASKED
    bare = re.sub(r"[\s()]|(?<=\d)\.0$", "", plain(text).lower())
    if SCIENTIFIC.match(bare):
        return Problem.SCIENTIFIC
    bare = re.sub(r"^(\+|00)?86-?(?=[01])", "", bare)
    mobile = bare.replace("-", "")
    if re.match(_MOBILE, mobile):
        return mobile
    if re.fullmatch(r"[48]00\d{7}", mobile):
        return mobile
    return _landline(bare)


def is_phone(text: pl.Series) -> pl.Series:
    """Over a column: mobiles and landlines that are written just as read_phone would write them."""
    return text.str.contains(_WRITTEN_RIGHT).fill_null(False)


def _landline(bare: str) -> str | Problem:
    found = _LANDLINE.match(bare)
    if not found:
        return Problem.PHONE_FORM
    area, number, extension = found.groups()
    return f"{area}-{number}" + (f"-{extension}" if extension else "")


def _resident_problem(text: str, today: date) -> Problem | None:
    if not re.match(_RESIDENT, text):
        return Problem.ID_FORM
    if ric.calc_check_digit(text) != text[-1]:
        return Problem.ID_CHECKSUM
    try:
        born = ric.get_birth_date(text)
    except ValidationError:
        return Problem.ID_BIRTH
    return None if date(1900, 1, 1) <= born <= today else Problem.ID_BIRTH


def _is_credit_code(text: str) -> bool:
    return bool(uscc.is_valid(text))


def _back(mask: pl.Series, fine: pl.Series) -> pl.Series:
    """`fine` speaks of the rows where `mask` is true; give it back at full length."""
    whole = np.zeros(len(mask), dtype=bool)
    whole[mask.to_numpy()] = fine.to_numpy()
    return pl.Series(whole)
