"""A strategy as TOML: text to value, errors by name."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.strategy import Strategy


def shipped_strategy() -> Strategy:
    """The champion that comes with Zoufang."""
    text = (files("zoufang.policies") / "strategy-default.toml").read_text(encoding="utf-8")
    return parse_strategy(text, name="strategy-default.toml")


def read_strategy(path: Path) -> Strategy:
    """The strategy in a TOML file; BadField names the place that does not fit."""
    try:
        return parse_strategy(path.read_text(encoding="utf-8-sig"), name=path.name)
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}. Give a readable TOML file.") from error


def parse_strategy(text: str, *, name: str = "strategy") -> Strategy:
    try:
        return _FORM.validate_python(_with_empty_conditions(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{name} is not TOML: {error}. Correct the line named.") from error
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


_FORM = TypeAdapter(Strategy)
