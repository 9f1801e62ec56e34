"""A strategy or a planning policy as TOML: text to value, errors by name."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.planning import PlanningPolicy
from zoufang.core.strategy import Strategy

V = TypeVar("V")


def shipped_strategy() -> Strategy:
    """The champion that comes with Zoufang."""
    text = (files("zoufang.policies") / "strategy-default.toml").read_text(encoding="utf-8")
    return parse_strategy(text, name="strategy-default.toml")


def read_strategy(path: Path) -> Strategy:
    """The strategy in a TOML file; BadField names the place that does not fit."""
    return parse_strategy(_text(path), name=path.name)


def parse_strategy(text: str, *, name: str = "strategy") -> Strategy:
    return _value(_with_empty_conditions(_tables(text, name)), _STRATEGY, name)


def read_planning_policy(path: Path) -> PlanningPolicy:
    """The planning policy in a TOML file; what it leaves out keeps the shipped value."""
    return parse_planning_policy(_text(path), name=path.name)


def parse_planning_policy(text: str, *, name: str = "policy") -> PlanningPolicy:
    form = _tables(text, name)
    strangers = sorted(form.keys() - PlanningPolicy.__dataclass_fields__.keys())
    if strangers:
        raise BadField(f"{name}: no such setting", field=strangers[0], remedy="Correct its name.")
    return _value(form, _POLICY, name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}. Give a readable TOML file.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text. Save it as UTF-8.") from error


def _tables(text: str, name: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not TOML: {error}. Correct the line named.") from error


def _value(form: dict[str, object], kind: TypeAdapter[V], name: str) -> V:
    try:
        return kind.validate_python(form)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "(whole file)"
        what = str(first["msg"]).removeprefix("Value error, ")
        raise BadField(f"{name}: {what}", field=place, remedy="Correct it.") from error


def _with_empty_conditions(form: dict[str, object]) -> dict[str, object]:
    """A segment without `when` is the one for everybody else."""
    segments = form.get("segments")
    if isinstance(segments, list):
        form["segments"] = [{"when": [], **s} if isinstance(s, dict) else s for s in segments]
    return form


_STRATEGY = TypeAdapter(Strategy)
_POLICY = TypeAdapter(PlanningPolicy)
