"""The value of a fact that nobody has told us: never read as fine."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from zoufang.core.errors import BadInput

T = TypeVar("T")


class Unknown(StrEnum):
    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN


def known(value: T | Unknown) -> T:
    """The value of a fact that the engine has already checked."""
    if isinstance(value, Unknown):
        raise BadInput("A rule read a fact that it did not name in `needs`. Name it there.")
    return value
