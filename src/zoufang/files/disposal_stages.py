"""The stages of disposal: YAML to values, schema-checked, errors by name."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoufang.core.compliance import Confidence, LegalStage
from zoufang.core.disposal import (
    Check,
    CheckRule,
    ContactEffect,
    DateKind,
    DateRule,
    DueClause,
    Evidence,
    FeeKind,
    FeeRule,
    FeeTier,
    Outcome,
    StageKind,
    StagePolicy,
    StageRule,
)
from zoufang.core.errors import BadField, BadInput
from zoufang.core.values import Period

Text = Annotated[str, Field(min_length=1)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CheckForm(_Form):
    check: Check
    override: bool = False
    numbers: dict[str, int] = {}


class TierForm(_Form):
    up_to_fen: int | None = None
    rate: Annotated[int, Field(ge=0)]


class FeeForm(_Form):
    kind: FeeKind
    tiers: tuple[TierForm, ...] = ()
    base_fen: int = 0
    divisor: int = 1
    most_fen: int | None = None
    advanced: bool = True
    comes_back: bool = True

    def value(self) -> FeeRule:
        tiers = tuple(FeeTier(tier.up_to_fen, tier.rate) for tier in self.tiers)
        return FeeRule(**self.model_dump(exclude={"tiers"}), tiers=tiers)


class DateForm(_Form):
    kind: DateKind
    after: Text
    days: int
    warn_days: int
    zh: Text
    en: Text


class DueForm(_Form):
    limitation_within_days: int | None = None
    guarantee_within_days: int | None = None
    least_fen: int | None = None
    most_fen: int | None = None
    least_dpd: int | None = None
    refusals: int | None = None
    failed_attempts: int | None = None
    secured: bool | None = None
    classes: tuple[Text, ...] = ()
    after: tuple[StageKind, ...] = ()
    ordered: bool | None = None
    days_on: int | None = None


class StageForm(_Form):
    """One stage as it stands in the file."""

    kind: StageKind
    zh: Text
    en: Text
    what_zh: Text
    what_en: Text
    effect: ContactEffect
    legal_stage: LegalStage | None = None
    body: Text
    checks: Annotated[tuple[CheckForm, ...], Field(min_length=1)]
    evidence: tuple[Evidence, ...]
    fees: tuple[FeeForm, ...]
    dates: tuple[DateForm, ...]
    due: Annotated[tuple[DueForm, ...], Field(min_length=1)]
    outcomes: tuple[Outcome, ...]
    interrupts_limitation: bool
    source: Text
    confidence: Confidence
    verified: bool = False
    valid_from: date
    valid_to: date | None = None

    def value(self) -> StageRule:
        nested = {"checks", "fees", "dates", "due", "valid_from", "valid_to"}
        return StageRule(
            **self.model_dump(exclude=nested),
            checks=tuple(CheckRule(**one.model_dump()) for one in self.checks),
            fees=tuple(one.value() for one in self.fees),
            dates=tuple(DateRule(**one.model_dump()) for one in self.dates),
            due=tuple(DueClause(**one.model_dump()) for one in self.due),
            valid=Period(self.valid_from, self.valid_to),
        )


class StagesForm(_Form):
    version: Text
    leave_most_days: int
    remind_days: int
    pursuit_gap_days: int
    stages: Annotated[tuple[StageForm, ...], Field(min_length=1)]

    def read(self) -> StagePolicy:
        stages = tuple(stage.value() for stage in self.stages)
        return StagePolicy(**self.model_dump(exclude={"stages"}), stages=stages)


@cache
def shipped_stages() -> StagePolicy:
    """The stages that come with Zoufang: defaults, to be confirmed by the bank's counsel."""
    return read_stages(files("zoufang.policies") / "disposal-stages.yaml")


def read_stages(path: Traversable) -> StagePolicy:
    """BadField names the stage, the field and the remedy; BadInput is no YAML."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"Cannot read {path.name}: {error.strerror}. Give a readable YAML file.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name} is not YAML in UTF-8: {error}. Correct the file.") from error
    try:
        return StagesForm.model_validate(raw).read()
    except ValidationError as error:
        raise _named(error, raw, path.name) from error


def _named(error: ValidationError, raw: object, name: str) -> BadField:
    first = error.errors(include_url=False)[0]
    place = list(first["loc"])
    owner = ""
    if len(place) > 1 and place[0] == "stages" and isinstance(place[1], int) and isinstance(raw, dict):
        owner, place = f", stage {raw['stages'][place[1]].get('kind', place[1] + 1)}", place[2:]
    return BadField(
        f"{name}{owner}: {first['msg']}",
        field=".".join(map(str, place)) or "(whole)",
        remedy="Correct it as in the shipped disposal-stages.yaml and load again.",
    )
