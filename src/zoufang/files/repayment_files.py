"""The bank's repayment policy and living standards as TOML."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from zoufang.core.errors import BadField, BadInput
from zoufang.core.repayment import RepaymentPolicy, Standards


@dataclass(frozen=True, slots=True)
class RepaymentTables:
    standards: Standards
    policy: RepaymentPolicy = field(default_factory=RepaymentPolicy)


_FORM = TypeAdapter(RepaymentTables)


def read_repayment_tables(path: Path) -> RepaymentTables:
    """BadField names the key that does not fit."""
    try:
        return _FORM.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"Cannot read {path.name}: {error}. Give a readable TOML file.") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadField(f"{path.name}: {first['msg']}", field=place, remedy="Correct it.") from error
