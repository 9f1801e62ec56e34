"""Keys by which records are recognised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SourceKey:
    """A record's key in the system that it came from; unique together, and what every sort ties on."""

    system: str
    key: str

    def __str__(self) -> str:
        return f"{self.system}:{self.key}"
