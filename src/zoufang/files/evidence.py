"""What the values of a column say about its meaning, beside its name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zoufang.core.values import Unit
from zoufang.files.fields import Field, spellings
from zoufang.files.problems import Problem
from zoufang.files.spelling import (
    EMPTY,
    EMPTY_DATES,
    SAFE_DATES,
    SCIENTIFIC,
    DateForm,
    plain,
    read_amount,
    read_date,
    read_degrees,
    read_rate,
    read_whole,
)

_ID_LIKE = re.compile(r"^(\d{17}[\dX]|\d{15}|[159NY][0-9A-Z]{17}|\d[\d*]{10,16}[\dX*])$")
_PHONE_LIKE = re.compile(r"^(\+?86-?)?(1[3-9][\d*]{9}|0\d{2,3}-?\d{7,8}|[48]00-?\d{7})([/、,;].*)?$")
_SERIAL = re.compile(r"^[2-7]\d{4}(\.\d+)?$")
_TRIPLE = re.compile(r"^(\d{1,2})[-./](\d{1,2})[-./]\d{4}$")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Distinct-by-row sample values of one column that are not empty."""

    values: tuple[str, ...]

    def share(self, holds: Callable[[str], bool]) -> float:
        """The share of values for which `holds`; 1 for an empty column, which speaks against nothing."""
        return sum(map(holds, self.values)) / len(self.values) if self.values else 1.0

    def looks_like(self, field: Field) -> float:
        """0 to 1: how many values could be of the field's type."""
        return self.share(_TESTS.get(field.type, _anything)) if not field.codes else self._coded(field)

    def unknown(self, field: Field) -> tuple[str, ...]:
        """Values of a coded column that its code list does not hold."""
        known = spellings(field.codes)
        several = re.compile(r"[+、/,;&|及和与]") if field.type == "codes" else None
        parts = {
            p for v in self.values for p in (several.split(plain(v).lower()) if several else [plain(v).lower()])
        }
        return tuple(sorted(part for part in parts if part not in known and part not in EMPTY))

    def _coded(self, field: Field) -> float:
        unknown = set(self.unknown(field))
        return self.share(lambda value: plain(value).lower() not in unknown)

    @property
    def unit(self) -> tuple[Unit, bool]:
        """yuan unless small amounts are finer than a fen, as in 万元 they often are; and whether so decided."""
        finer = self.share(lambda value: read_amount(value) is Problem.TOO_FINE) if len(self.values) >= 3 else 0.0
        small = self.share(lambda value: abs(_number(value)) < 100_000)
        return ("wan", True) if finer > 0.1 and small > 0.95 else ("yuan", False)

    @property
    def date_forms(self) -> tuple[DateForm, ...] | None:
        """Forms that must be named, being unsafe by themselves; None where day and month are undecidable."""
        if self.values and self.share(lambda value: bool(_SERIAL.match(plain(value)))) > 0.5:
            return ("serial", *SAFE_DATES)
        triples = [found for value in self.values if (found := _TRIPLE.match(plain(value)))]
        if len(triples) * 2 <= len(self.values) or not triples:
            return ()
        if any(int(found[1]) > 12 for found in triples):
            return ("dmy", *SAFE_DATES)
        return ("mdy", *SAFE_DATES) if any(int(found[2]) > 12 for found in triples) else None


def evidence(texts: list[str]) -> Evidence:
    return Evidence(
        tuple(text for text in texts if plain(text).lower() not in EMPTY and plain(text) not in EMPTY_DATES)
    )


def is_id_like(value: str) -> bool:
    return bool(_ID_LIKE.match(plain(value).upper()))


def is_phone_like(value: str) -> bool:
    return bool(_PHONE_LIKE.match(plain(value).replace(" ", "")))


def find_day(text: str) -> date | None:
    """A whole date somewhere in a title or a file's name; 2025年8月末 is the last day of that month."""
    folded = plain(text)
    if found := re.search(r"(\d{4})\s*年\s*(\d{1,2})\s*月末", folded):
        month = int(found[1]) * 12 + int(found[2])
        return date.fromordinal(date(month // 12, month % 12 + 1, 1).toordinal() - 1)
    pattern = r"\d{4}\s*[年\-/.]\s*\d{1,2}\s*[月\-/.]\s*\d{1,2}\s*日?|(?<!\d)20\d{6}(?!\d)"
    for found in re.finditer(pattern, folded):
        day = read_date(re.sub(r"\s", "", found[0]))
        if isinstance(day, date):
            return day
    return None


def _read(reader: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda value: not isinstance(reader(value), Problem)


def _is_amount(value: str) -> bool:
    return read_amount(value) is not Problem.NOT_AMOUNT


def _is_date(value: str) -> bool:
    bare = plain(value)
    return not isinstance(read_date(value), Problem) or bool(_SERIAL.match(bare) or _TRIPLE.match(bare))


def _number(value: str) -> float:
    fen = read_amount(value)
    try:
        return float(plain(value).replace(",", "")) if isinstance(fen, Problem) else fen / 100
    except ValueError:
        return 0.0


def _is_id(value: str) -> bool:
    return is_id_like(value) or bool(SCIENTIFIC.match(plain(value)))


def _anything(value: str) -> bool:
    return True


def _is_text(value: str) -> bool:
    """A name or address is not a mere amount or date."""
    return not re.fullmatch(r"[\d.,\-]+", plain(value))


_TESTS: dict[str, Callable[[str], bool]] = {
    "text": _is_text,
    "id": _is_id,
    "phone": is_phone_like,
    "money": _is_amount,
    "date": _is_date,
    "datetime": _is_date,
    "int": _read(read_whole),
    "rate": _read(read_rate),
    "degrees": _read(read_degrees),
}
