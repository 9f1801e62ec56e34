"""Policy packs, the holiday table and the course list: YAML to values, schema-checked, errors by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from zoufang.core.compliance import (
    Confidence,
    Force,
    HolidayTable,
    HolidayYear,
    NumberUnit,
    Pack,
    PolicyRule,
    RecordCode,
    RuleNumber,
    StopCode,
    Stricter,
)
from zoufang.core.errors import BadField, BadInput
from zoufang.core.training import Course, CourseList
from zoufang.core.values import Channel, Decision, Period, Purpose

PACK_FILES = ("cn-statute", "cn-gbt45251", "cn-cba2026", "cn-card", "cn-loan", "bank-policy")
PACKS_ABROAD = ("us-regf", "uk-conc", "in-rbi", "bank-policy-abroad", "bank-policy-uk")
Text = Annotated[str, Field(min_length=1)]
V = TypeVar("V")


def _minutes(value: Any) -> Any:
    """`"08:30"` → 510; a plain whole number stays."""
    if isinstance(value, str) and value.count(":") == 1:
        hour, minute = value.split(":")
        if hour.isdigit() and minute.isdigit() and int(hour) <= 24 and int(minute) < 60:
            return int(hour) * 60 + int(minute)
    return value


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberForm(_Form):
    value: Annotated[int, BeforeValidator(_minutes)]
    unit: NumberUnit
    stricter: Stricter


class RuleForm(_Form):
    """One rule as it stands in a pack file."""

    id: Text
    zh: Text
    en: Text
    force: Force
    source: Text
    confidence: Confidence
    applies_to: Annotated[tuple[Channel, ...], Field(min_length=1)]
    effect: Decision = Decision.ALLOW
    verified: bool = False
    valid_from: date | None = None  # the pack's own dates when not stated
    valid_to: date | None = None
    numbers: dict[str, NumberForm] = {}
    records: tuple[RecordCode, ...] = ()
    stops: tuple[StopCode, ...] = ()
    purposes: tuple[Purpose, ...] = ()

    def value(self, pack: PackForm) -> PolicyRule:
        """The core's value; dates not stated are the pack's."""
        numbers = (RuleNumber(name, n.value, n.unit, n.stricter) for name, n in self.numbers.items())
        same = self.model_dump(exclude={"valid_from", "valid_to", "numbers"})
        valid = Period(self.valid_from or pack.valid_from, self.valid_to or pack.valid_to)
        return PolicyRule(**same, valid=valid, numbers=tuple(numbers))


class PackForm(_Form):
    """A pack file."""

    id: Text
    version: Text
    jurisdiction: Text
    title_zh: Text
    title_en: Text
    valid_from: date
    valid_to: date | None = None
    also_in: tuple[Text, ...] = ()
    rules: Annotated[tuple[RuleForm, ...], Field(min_length=1)]

    def read(self) -> Pack:
        same = self.model_dump(exclude={"valid_from", "valid_to", "rules"})
        return Pack(
            **same,
            valid=Period(self.valid_from, self.valid_to),
            rules=tuple(rule.value(self) for rule in self.rules),
        )


class YearForm(_Form):
    year: int
    source: Text
    holidays: tuple[date, ...]
    workdays: tuple[date, ...]
    spring_festival: Period


class HolidayForm(_Form):
    version: Text
    years: tuple[YearForm, ...]

    def read(self) -> HolidayTable:
        years = tuple(
            HolidayYear(**{name: getattr(y, name) for name in YearForm.model_fields}) for y in self.years
        )
        return HolidayTable(self.version, years)


class CourseForm(_Form):
    code: Text
    zh: Text
    en: Text
    valid_days: int
    purposes: tuple[Purpose, ...] = ()


class CourseListForm(_Form):
    version: Text
    courses: tuple[CourseForm, ...]

    def read(self) -> CourseList:
        return CourseList(self.version, tuple(Course(**course.model_dump()) for course in self.courses))


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """The packs that come with Zoufang, of every jurisdiction; `policy_on` takes those of one."""
    return tuple(read_pack(_shipped(name)) for name in (*PACK_FILES, *PACKS_ABROAD))


def shipped_holidays() -> HolidayTable:
    return _read(_shipped("holidays-cn"), HolidayForm).read()


def shipped_courses() -> CourseList:
    return _read(_shipped("courses"), CourseListForm).read()


def read_pack(path: Traversable) -> Pack:
    """One pack file; BadField names the file, the rule, the field and the remedy."""
    return _read(path, PackForm).read()


def read_packs(paths: Iterable[Traversable]) -> tuple[Pack, ...]:
    return tuple(read_pack(path) for path in paths)


F = TypeVar("F", bound=_Form)


def _read(path: Traversable, form: type[F]) -> F:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"Cannot read {path.name}: {error.strerror}. Give a readable YAML file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is not YAML in UTF-8: {error}. Correct the file.") from error
    try:
        return form.model_validate(raw)
    except ValidationError as error:
        raise _named(error, raw, path.name) from error


def _shipped(name: str) -> Traversable:
    return files("zoufang.policies") / f"{name}.yaml"


def _named(error: ValidationError, raw: Any, name: str) -> BadField:
    """The first misfit, by the id of its rule rather than by its number."""
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    owner = ""
    if len(place) > 1 and isinstance(place[1], int):
        item = raw[place[0]][place[1]]
        label = next((item[k] for k in ("id", "code", "year") if k in item), f"number {place[1] + 1}")
        owner, place = f", {place[0]} {label}", place[2:]
    return BadField(
        f"{name}{owner}: {first['msg']}",
        field=".".join(map(str, place)) or "(whole)",
        remedy="Correct it as in the shipped packs and load again.",
    )
