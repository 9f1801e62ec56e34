"""The retention periods of policies/retention.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadInput

POLICIES = Path(__file__).resolve().parent.parent / "policies"


@dataclass(frozen=True, slots=True)
class Period:
    """How long a kind of record is kept after its purpose has ended, and how it is destroyed then."""

    kind: str
    zh: str
    en: str
    after_zh: str
    after_en: str
    keep_days: int
    how: Literal["shred", "delete_files", "clear"]
    source: str
    confidence: Literal["H", "M", "L"]

    def __post_init__(self) -> None:
        if self.keep_days < 1:
            raise BadInput(f"Retention of {self.kind}: keep_days is {self.keep_days}. Give at least one day.")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is never proposed for deletion, and why."""

    zh: str
    en: str
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Retention:
    version: str
    kinds: tuple[Period, ...]
    kept: tuple[Kept, ...]

    def period(self, kind: str) -> Period:
        return next(period for period in self.kinds if period.kind == kind)


@cache
def shipped_retention() -> Retention:
    return read_retention(POLICIES / "retention.yaml")


def read_retention(path: Path) -> Retention:
    """BadInput where a kind lacks its period, source or confidence."""
    try:
        return TypeAdapter(Retention).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise BadInput(f"{path.name} is no list of retention periods: {error}. Take the shipped one.") from error
