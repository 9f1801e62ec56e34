"""JSON files to frozen values and back; the JSON Schema of each is derived from the value itself."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput, NotFound

T = TypeVar("T")

# name of an input or output → where its type stands; `zoufang schema NAME` prints it.
SCHEMAS: dict[str, str] = {
    "age-input": "zoufang.files.age_book:AgeInput",
    "age-output": "zoufang.files.age_report:AgeOutput",
    "contact-facts": "zoufang.core.compliance:Facts",
    "contact-request": "zoufang.core.compliance:ContactRequest",
    "evaluate-input": "zoufang.core.evaluation:Study",
    "evaluate-output": "zoufang.files.study_files:EvaluationOutput",
    "propose-input": "zoufang.files.propose_files:ProposeInput",
    "propose-output": "zoufang.files.propose_files:ProposeOutput",
    "visit-event": "zoufang.core.visits:AnyVisitEvent",
    "plan-input": "zoufang.files.plan_input:PlanInput",
    "plan-output": "zoufang.files.plan_output:PlanOutput",
}


def read_json(path: Path, kind: type[T]) -> T:
    """The value of type `kind` in `path`; BadField names the place that does not fit."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(f"Cannot read {path}: {error.strerror}. Give a readable JSON file.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    return parse_json(text, kind, name=path.name)


def parse_json(text: str, kind: type[T], *, name: str = "input") -> T:
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as error:
        raise _named(error, name) from error


def schema_of(kind: type[Any]) -> dict[str, Any]:
    return _adapter(kind).json_schema()


def schema_named(name: str) -> dict[str, Any]:
    """The JSON Schema registered as `name`."""
    if name not in SCHEMAS:
        raise NotFound(f"No schema is called {name!r}. Choose one of: {', '.join(sorted(SCHEMAS))}.")
    module, _, attribute = SCHEMAS[name].partition(":")
    return schema_of(getattr(importlib.import_module(module), attribute))


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    form: Any = kind  # pydantic takes unions and aliases too, which `type` does not describe
    made: TypeAdapter[T] = _adapters(form)
    return made


@cache
def _adapters(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _named(error: ValidationError, name: str) -> BadField:
    first = error.errors(include_url=False)[0]
    place = ".".join(str(step) for step in first["loc"]) or "(whole file)"
    others = error.error_count() - 1
    more = f" {others} more places do not fit." if others else ""
    what = first["msg"].removeprefix("Value error, ")
    return BadField(f"{name}: {what}", field=place, remedy=f"Correct it (see `zoufang schema`).{more}")
