"""One cell's text to one value: the readable rules. columns.py runs fast versions of them over whole columns.

Each function gives the value, or the Problem that stands in its way; nothing is guessed and nothing repaired.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

from zoufang.core.values import BANK_ZONE, Unit
from zoufang.core.values.money import FEN_PER
from zoufang.files.problems import Problem

DateForm = Literal["iso", "compact", "chinese", "serial", "dmy", "mdy"]
SAFE_DATES: tuple[DateForm, ...] = ("iso", "compact", "chinese")

# What people write to say "nothing"; "0" and "无" of a yes/no column are read before this.
EMPTY = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "—",
        "——",
        "－",
        "–",
        "/",
        "//",
        "\\",
        "无",
        "空",
        "null",
        "none",
        "n/a",
        "na",
        "nan",
        "nil",
        "nat",
    }
)
# Core systems write these for "no date".
EMPTY_DATES = frozenset({"0", "00000000", "0000-00-00", "00010101", "0001-01-01", "99991231", "9999-12-31"})
INVISIBLE = " \t\r\n\u3000\u00a0\ufeff\u200b\u200e\u200f\u202a\u202c\u202d"
MAX_FEN = 10**15  # ten trillion yuan: beyond it a figure is a mistake, and below it floats of Excel are exact

_AMOUNT = re.compile(r"^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d{1,2}))?$")
_SUFFIXES: tuple[tuple[str, int], ...] = (
    ("万元整", 10**6),
    ("亿元", 10**10),
    ("亿", 10**10),
    ("万元", 10**6),
    ("万", 10**6),
    ("元整", 100),
    ("元", 100),
    ("圆", 100),
    ("分", 1),
)
_YMD = re.compile(r"^(\d{4})\s?[-./年]\s?(\d{1,2})\s?[-./月]\s?(\d{1,2})\s?[日号]?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_TRIPLE = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$")
_CLOCK = re.compile(r"[ t]?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?分?(?:z|[+-]\d\d:?\d\d)?$")
_SERIAL = re.compile(r"^(\d{5})(\.\d+)?$")
SCIENTIFIC = re.compile(r"^\d(?:\.\d+)?e\+?\d{1,2}$", re.IGNORECASE)


def plain(text: str) -> str:
    """Full-width characters made half-width, invisible ones and Excel's text marks (' and ="...") taken off."""
    folded = unicodedata.normalize("NFKC", text).strip(INVISIBLE)
    if folded.startswith('="') and folded.endswith('"'):
        folded = folded[2:-1]
    return folded.removeprefix("'").strip(INVISIBLE)


def read_amount(text: str, unit: Unit = "yuan") -> int | Problem:
    """Whole fen. A unit in the cell (万元, 元) wins over the column's; (1,234.50) and 1,234.50- are negative."""
    bare = re.sub(r"[,，\s]|¥|￥|人民币|rmb|cny", "", plain(text).lower()).replace("−", "-")
    factor = FEN_PER[unit]
    for suffix, fen in _SUFFIXES:
        if bare.endswith(suffix):
            bare, factor = bare.removesuffix(suffix), fen
            break
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1] if negative else bare
    if bare.endswith("-") and len(bare) > 1:
        negative, bare = True, bare[:-1]
    if not _AMOUNT.match(bare):
        return Problem.NOT_AMOUNT
    fen_exact = Decimal(bare) * factor
    if fen_exact != fen_exact.to_integral_value():
        return Problem.TOO_FINE
    if abs(fen_exact) >= MAX_FEN:
        return Problem.NOT_AMOUNT
    return -int(fen_exact) if negative else int(fen_exact)


def read_date(text: str, forms: tuple[DateForm, ...] = (), *, serial: bool = False) -> date | Problem:
    """A day in any unambiguous form; 17/08/2025 only if `forms` says dmy or mdy; serials if `serial` or named."""
    bare = _day_part(plain(text).lower())
    allowed = forms or SAFE_DATES
    if serial or "serial" in allowed:
        found = _SERIAL.match(bare)
        if found:
            return from_serial(float(bare)).date()
    parts = _year_month_day(bare.removesuffix(".0"), allowed)
    if parts is None:
        return Problem.NOT_DATE
    if not 1900 <= parts[0] <= 2199:
        return Problem.NO_SUCH_DATE
    try:
        return date(*parts)
    except ValueError:
        return Problem.NO_SUCH_DATE


def read_moment(text: str, forms: tuple[DateForm, ...] = (), *, serial: bool = False) -> datetime | Problem:
    """A day with its time of day, in Beijing time; midnight when no time is written."""
    bare = plain(text).lower()
    if (serial or "serial" in forms) and _SERIAL.match(bare):
        return from_serial(float(bare)).replace(tzinfo=BANK_ZONE)
    day = read_date(text, forms, serial=serial)
    if isinstance(day, Problem):
        return day
    clock = _CLOCK.search(bare)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        return Problem.NO_SUCH_DATE
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=BANK_ZONE)


def from_serial(serial: float, *, since_1904: bool = False) -> datetime:
    """Excel's day number; its 1900 system counts a 29 February 1900 that never was: start at 1899-12-30."""
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a sheet has no zone
    return start + timedelta(seconds=round(serial * 86_400))


def read_whole(text: str) -> int | Problem:
    """A whole number; `45天` and `45.0` are 45."""
    bare = re.sub(r"[,，\s]|天|日|期|个月", "", plain(text))
    try:
        exact = Decimal(bare)
    except InvalidOperation:
        return Problem.NOT_WHOLE
    if not exact.is_finite() or exact != exact.to_integral_value() or abs(exact) > 2**31 - 1:
        return Problem.NOT_WHOLE
    return int(exact)


def read_rate(text: str) -> int | Problem:
    """Millionths a year: `4.35%`, `4.35` and `43.5‰` are 43500; a bare number below 0.3 is taken as a fraction."""
    bare = plain(text).replace(" ", "")
    per_unit = 10_000 if bare.endswith("%") else 1_000 if bare.endswith("‰") else None
    try:
        exact = Decimal(bare.rstrip("%‰"))
    except InvalidOperation:
        return Problem.NOT_RATE
    if not exact.is_finite():
        return Problem.NOT_RATE
    if per_unit is None:
        per_unit = 1_000_000 if abs(exact) < Decimal("0.3") else 10_000
    ppm = exact * per_unit
    return int(ppm.to_integral_value()) if 0 <= ppm <= 1_000_000 else Problem.NOT_RATE


def read_degrees(text: str) -> float | Problem:
    try:
        degrees = float(plain(text).rstrip("°"))
    except ValueError:
        return Problem.NOT_DEGREES
    return degrees if -180 <= degrees <= 180 else Problem.NOT_DEGREES


def _day_part(bare: str) -> str:
    return _CLOCK.sub("", bare).strip() if ":" in bare or "时" in bare else bare


def _year_month_day(bare: str, allowed: tuple[DateForm, ...]) -> tuple[int, int, int] | None:
    if found := _YMD.match(bare):
        form: DateForm = "chinese" if "年" in bare else "iso"
        year, month, day = (int(part) for part in found.groups())
        return (year, month, day) if form in allowed or "iso" in allowed else None
    if "compact" in allowed and (found := _COMPACT.match(bare)):
        year, month, day = (int(part) for part in found.groups())
        return year, month, day
    if found := _TRIPLE.match(bare):
        first, second, year = (int(part) for part in found.groups())
        if "dmy" in allowed:
            return year, second, first
        return (year, first, second) if "mdy" in allowed else None
    return None
