"""What every command prints: one envelope as JSON, or a short text for people; and the exit codes.

exit 0 done, 1 refused (a lawful or permitted "no"), 2 bad input (what, which, what to do).
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import UUID

import typer

from zoufang.core.errors import BadInput, NotFound, ZoufangError
from zoufang.core.values import Message

REFUSED, BAD_INPUT = 1, 2


def emit(
    data: Any,
    *,
    as_json: bool,
    out: Path | None = None,
    warnings: tuple[str, ...] = (),
    seed: int | None = None,
    ok: bool = True,
    text: Callable[[], str] | None = None,
    top: dict[str, Any] | None = None,
) -> None:
    """Print the envelope `{ok, data, warnings, versions, seed}`; with `out`, write it to that file instead.

    `top` adds keys beside `data`; `text` makes the form for people when JSON was not asked for.
    """
    envelope = {"ok": ok, "data": data, "warnings": list(warnings), "versions": versions(), "seed": seed}
    body = json.dumps(envelope | (top or {}), default=plain, ensure_ascii=False, indent=2)
    if out is not None:
        out.write_text(body + "\n", encoding="utf-8")
    if as_json or (out is None and text is None):
        typer.echo(body)
    elif text is not None:
        typer.echo(text())


def versions() -> dict[str, str]:
    return {"zoufang": version("zoufang"), "python": sys.version.split()[0]}


def plain(value: Any) -> Any:
    """Dataclasses, dates, enums and messages as JSON."""
    if isinstance(value, Message):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID | Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


@contextmanager
def exit_codes(as_json: bool) -> Iterator[None]:
    """Turn our errors into exit codes and one readable line (or an envelope with ok false)."""
    try:
        yield
    except ZoufangError as error:
        if as_json:
            emit({"error": error.code, "message": str(error)}, as_json=True, ok=False)
        else:
            typer.echo(f"{error.code}: {error}", err=True)
        raise typer.Exit(BAD_INPUT if isinstance(error, BadInput | NotFound) else REFUSED) from error
