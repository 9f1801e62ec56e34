"""One vocabulary of verdicts, shared by every rule that may say no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.values.message import Message


class Decision(StrEnum):
    ALLOW = "allow"
    WARN = "warn"  # needs a named supervisor's stored override
    BLOCK = "block"

    @property
    def severity(self) -> int:
        return ("allow", "warn", "block").index(self.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said: its id, its word, why, and where the rule comes from."""

    rule_id: str
    decision: Decision
    message: Message
    source: str


def strictest(findings: tuple[Finding, ...]) -> Decision:
    """The strictest word wins; no findings is allow."""
    return max((f.decision for f in findings), key=lambda d: d.severity, default=Decision.ALLOW)
