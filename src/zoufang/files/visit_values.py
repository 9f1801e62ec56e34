"""What visits are worth and what harm costs: dated TOML to values, errors by name."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.planning import DeadlineKind, Harm, PurposeRule, VisitValues
from zoufang.core.values import Purpose

NAME = "visit-values.toml"
_STORED = TypeAdapter(VisitValues)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Purpose(_Form):
    value_fen: int = Field(default=0, ge=0)
    deadline: DeadlineKind | None = None
    urgent_fen: int = Field(default=0, ge=0)
    urgent_days: int = Field(default=0, ge=0, le=1100)
    hard_days: int = Field(default=-1, ge=-1, le=1100)
    evidence: str = Field(min_length=1)
    closes: str = Field(min_length=1)


class _Version(_Form):
    version: str = Field(min_length=1)
    valid_from: date
    source: str = Field(min_length=1)
    exploration_share: float = Field(default=0.0, ge=0, le=0.2)
    harm_price_fen: dict[Harm, Annotated[int, Field(ge=0)]] = {}
    purposes: dict[Purpose, _Purpose] = {}


class _Values(_Form):
    version: tuple[_Version, ...] = Field(min_length=1)


def shipped_visit_values() -> tuple[VisitValues, ...]:
    """The assumptions that come with Zoufang."""
    return read_visit_values((files("zoufang") / "policies" / NAME).read_text(encoding="utf-8"), NAME)


def read_visit_values(text: str, name: str) -> tuple[VisitValues, ...]:
    """All versions; BadField names the place in the file, BadInput is no TOML or a begin that stands twice."""
    try:
        form = _Values.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is no TOML: {error}. Correct it.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadField(f"{name}: {first['msg']}", field=where, remedy=f"See the shipped {NAME}.") from error
    begins = [one.valid_from for one in form.version]
    if len(set(begins)) != len(begins):
        raise BadInput(f"{name}: two versions begin on one day. Give each its own day.")
    return tuple(_value(one) for one in form.version)


def values_as_json(values: VisitValues) -> dict[str, Any]:
    """One version as plain JSON, to be stored; `values_from_json` gives the same value again."""
    stored: dict[str, Any] = _STORED.dump_python(values, mode="json")
    return stored


def values_from_json(stored: dict[str, Any]) -> VisitValues:
    return _STORED.validate_python(stored)


def _value(form: _Version) -> VisitValues:
    return VisitValues(
        version=form.version,
        valid_from=form.valid_from,
        source=form.source,
        purposes={purpose: PurposeRule(**rule.model_dump()) for purpose, rule in form.purposes.items()},
        harm_price_fen=dict(form.harm_price_fen),
        exploration_share=form.exploration_share,
    )
