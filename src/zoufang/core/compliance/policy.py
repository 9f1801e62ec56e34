"""The policy of one day: of all rules in force, the strictest numbers and effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from zoufang.core.compliance.duties import Obligation, StopCondition
from zoufang.core.compliance.holidays import HolidayTable
from zoufang.core.compliance.packs import PolicyRule, RuleNumber, Stricter
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Message, Purpose


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """One rule id on one channel, merged over every instrument that states it."""

    id: str
    effect: Decision
    numbers: Mapping[str, int]
    origins: tuple[PolicyRule, ...]

    @property
    def source(self) -> str:
        return "; ".join(dict.fromkeys(rule.source for rule in self.origins))

    @property
    def verified(self) -> bool:
        return all(rule.verified for rule in self.origins)


@dataclass(frozen=True, slots=True)
class Policy:
    """What binds on `day`; `problems` says why nothing may be planned (XX-1), and is empty when all is well."""

    jurisdiction: str
    day: date
    versions: tuple[str, ...]
    rules: Mapping[tuple[str, Channel], RuleInForce]
    holidays: HolidayTable
    problems: tuple[Message, ...] = ()
    # Duties and ends by (channel, purpose): asked with each verdict, and the same in all of them.
    _duties: dict[tuple[Channel, Purpose], tuple[Obligation, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _ends: dict[tuple[Channel, Purpose], tuple[StopCondition, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def rule(self, rule_id: str, channel: Channel) -> RuleInForce | None:
        return self.rules.get((rule_id, channel))

    def number(self, rule_id: str, name: str, channel: Channel = Channel.VISIT) -> int:
        """The strictest number in force; BadInput when no pack states it."""
        rule = self.rule(rule_id, channel)
        if rule is None or name not in rule.numbers:
            raise BadInput(f"No pack in force on {self.day} states {rule_id} {name} for {channel}. Load one.")
        return rule.numbers[name]

    def obligations(self, channel: Channel, purpose: Purpose) -> tuple[Obligation, ...]:
        """RECORD duties of a contact, each once, by code."""
        asked = channel, purpose
        if asked not in self._duties:
            self._duties[asked] = self._obligations(channel, purpose)
        return self._duties[asked]

    def stops(self, channel: Channel, purpose: Purpose) -> tuple[StopCondition, ...]:
        """STOP conditions of a contact, each once, by code."""
        asked = channel, purpose
        if asked not in self._ends:
            self._ends[asked] = self._stops(channel, purpose)
        return self._ends[asked]

    def _obligations(self, channel: Channel, purpose: Purpose) -> tuple[Obligation, ...]:
        duties = {
            code: Obligation(code, rule.id)
            for rule in reversed(self._origins(channel, purpose))
            for code in rule.records
        }
        return tuple(sorted(duties.values(), key=lambda duty: duty.code))

    def _stops(self, channel: Channel, purpose: Purpose) -> tuple[StopCondition, ...]:
        ends = {
            code: StopCondition(code, rule.id)
            for rule in reversed(self._origins(channel, purpose))
            for code in rule.stops
        }
        return tuple(sorted(ends.values(), key=lambda end: end.code))

    def _origins(self, channel: Channel, purpose: Purpose) -> list[PolicyRule]:
        return [
            origin
            for (_, on), rule in sorted(self.rules.items())
            if on is channel
            for origin in rule.origins
            if not origin.purposes or purpose in origin.purposes
        ]


def merge(rules: tuple[PolicyRule, ...]) -> RuleInForce:
    """The strictest of several statements of one rule: severest effect, tightest numbers."""
    effect = max((rule.effect for rule in rules), key=lambda e: e.severity)
    numbers: dict[str, RuleNumber] = {}
    for number in (n for rule in rules for n in rule.numbers):
        numbers[number.name] = tighter(numbers.get(number.name, number), number)
    values = MappingProxyType({name: number.value for name, number in numbers.items()})
    return RuleInForce(rules[0].id, effect, values, rules)


def tighter(one: RuleNumber, other: RuleNumber) -> RuleNumber:
    if (one.unit, one.stricter) != (other.unit, other.stricter):
        raise BadInput(f"Packs disagree on the unit or direction of {one.name}. Make them equal.")
    pick = min if one.stricter is Stricter.LOWER else max
    return pick(one, other, key=lambda number: number.value)
