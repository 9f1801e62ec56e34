"""Policy packs: the rules of one instrument as dated data, before they are resolved for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from zoufang.core.compliance.duties import RecordCode, StopCode
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Period, Purpose


class Force(StrEnum):
    """Legal force, the strongest first."""

    LAW = "law"
    ORDER = "order"
    STANDARD = "standard"
    SELF_REGULATION = "self-reg"
    BANK_POLICY = "bank policy"


class Confidence(StrEnum):
    """How sure we are of wording and number: H text read, M press or well known, L from memory, - our proposal."""

    HIGH = "H"
    MEDIUM = "M"
    LOW = "L"
    PROPOSAL = "-"


class NumberUnit(StrEnum):
    TIME = "time"  # minutes after local midnight
    MINUTES = "minutes"
    DAYS = "days"
    MONTHS = "months"
    COUNT = "count"
    PERCENT = "percent"
    BASIS_POINTS = "basis points"


class Stricter(StrEnum):
    """Which of two numbers binds more."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """A number that a rule counts with; `stricter` says which way the engine leans between packs."""

    name: str
    value: int
    unit: NumberUnit
    stricter: Stricter

    def __post_init__(self) -> None:
        if self.value < 0 or (self.unit is NumberUnit.TIME and self.value > 24 * 60):
            raise BadInput(f"Number {self.name} cannot be {self.value} {self.unit}. Correct the pack.")


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One rule of one instrument, in plain words in both languages.

    `effect` is what a breach does; `purposes` empty means all; `records` and `stops` are the duties that the rule
    lays on a contact that goes ahead.
    """

    id: str
    zh: str
    en: str
    force: Force
    source: str
    confidence: Confidence
    valid: Period
    applies_to: tuple[Channel, ...]
    effect: Decision = Decision.ALLOW
    verified: bool = False
    numbers: tuple[RuleNumber, ...] = ()
    records: tuple[RecordCode, ...] = ()
    stops: tuple[StopCode, ...] = ()
    purposes: tuple[Purpose, ...] = ()

    def __post_init__(self) -> None:
        if not (self.id and self.zh and self.en and self.source):
            raise BadInput(f"Rule {self.id or '(no id)'} lacks an id, a text or a source. Complete the pack.")
        names = [n.name for n in self.numbers]
        if len(names) != len(set(names)):
            raise BadInput(f"Rule {self.id} names a number twice: {', '.join(names)}. Keep one of each.")


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one instrument in one version; `id@version` is what verdicts keep."""

    id: str
    version: str
    jurisdiction: str
    title_zh: str
    title_en: str
    valid: Period
    rules: tuple[PolicyRule, ...]
    also_in: tuple[str, ...] = ()  # further jurisdictions that it binds in

    def __post_init__(self) -> None:
        ids = [rule.id for rule in self.rules]
        if not ids or len(ids) != len(set(ids)):
            raise BadInput(f"Pack {self.name} has no rule or one rule twice. Give each rule once.")

    @property
    def name(self) -> str:
        return f"{self.id}@{self.version}"

    def binds_in(self, jurisdiction: str) -> bool:
        return jurisdiction in (self.jurisdiction, *self.also_in)

    def in_force(self, day: date) -> tuple[PolicyRule, ...]:
        """The rules of this pack that bind on `day`."""
        return tuple(rule for rule in self.rules if day in self.valid and day in rule.valid)
