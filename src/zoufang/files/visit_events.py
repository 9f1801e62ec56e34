"""Events as the phone sends them: JSON objects told apart by `kind`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from zoufang.core.compliance import to_plain
from zoufang.core.errors import BadField
from zoufang.core.visits import AnyVisitEvent


def event_from_json(body: dict[str, Any]) -> AnyVisitEvent:
    """One event; BadField names the field that does not fit, or the unknown kind."""
    try:
        return _adapter().validate_python(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"][1:]) or "kind"
        what = f"Visit event {body.get('id', '(no id)')}: {first['msg'].removeprefix('Value error, ')}"
        raise BadField(what, field=place, remedy="Update the field client and send again.") from error


def event_to_json(event: AnyVisitEvent) -> dict[str, Any]:
    """Plain values for storing and hashing; `event_from_json` gives the same event back."""
    plain = to_plain(event)
    return {name: plain[name] for name in sorted(plain)}


@cache
def _adapter() -> TypeAdapter[AnyVisitEvent]:
    kind: Any = Annotated[AnyVisitEvent, Field(discriminator="kind")]
    return TypeAdapter(kind)
