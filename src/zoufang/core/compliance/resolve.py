"""From packs to the policy of a day; anything missing becomes a problem that blocks (XX-1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType

from zoufang.core.compliance.holidays import HolidayTable
from zoufang.core.compliance.packs import Force, Pack, PolicyRule
from zoufang.core.compliance.policy import Policy, RuleInForce, merge
from zoufang.core.compliance.rules import numbers_needed
from zoufang.core.values import Channel, Message, gettext_noop

NO_HOLIDAYS = HolidayTable("none")


def policy_on(
    packs: Sequence[Pack], day: date, jurisdiction: str = "CN", holidays: HolidayTable = NO_HOLIDAYS
) -> Policy:
    """The strictest numbers and effects that bind on `day`; no valid pack, or a lapsed one, blocks."""
    mine = [pack for pack in packs if pack.binds_in(jurisdiction)]
    rules = _by_channel([rule for pack in mine for rule in pack.in_force(day)])
    return Policy(
        jurisdiction=jurisdiction,
        day=day,
        versions=(*sorted(p.name for p in mine if day in p.valid), f"holidays@{holidays.version}"),
        rules=MappingProxyType(rules),
        holidays=holidays,
        problems=tuple(_problems(mine, rules, day, numbers_needed(jurisdiction))),
    )


def _by_channel(rules: list[PolicyRule]) -> dict[tuple[str, Channel], RuleInForce]:
    stated: dict[tuple[str, Channel], list[PolicyRule]] = defaultdict(list)
    for rule in rules:
        for channel in rule.applies_to:
            stated[rule.id, channel].append(rule)
    return {key: merge(tuple(same)) for key, same in stated.items()}


def _problems(
    packs: list[Pack],
    rules: Mapping[tuple[str, Channel], RuleInForce],
    day: date,
    needed: Mapping[str, frozenset[str]],
) -> Iterator[Message]:
    if not rules:
        yield Message(gettext_noop("No policy pack is valid on %(day)s. Load one that is."), {"day": day})
        return
    in_force = {rule_id for rule_id, _ in rules}
    for rule_id in sorted(needed.keys() - in_force):
        if not _not_yet_law(packs, rule_id, day):
            yield Message(
                gettext_noop("Rule %(rule)s is in no pack that is valid on %(day)s. Renew the pack."),
                {"rule": rule_id, "day": day},
            )
    for (rule_id, channel), law in sorted(rules.items()):
        for name in sorted(needed.get(rule_id, frozenset()) - law.numbers.keys()):
            yield Message(
                gettext_noop("No pack states the number %(name)s of rule %(rule)s for %(channel)s. Add it."),
                {"rule": rule_id, "name": name, "channel": channel.value},
            )


def _not_yet_law(packs: list[Pack], rule_id: str, day: date) -> bool:
    """Whether the rule begins after `day`. The bank's own policy has no such excuse: without one, nobody goes."""
    stated = [(p, r) for p in packs for r in p.rules if r.id == rule_id]
    if all(rule.force is Force.BANK_POLICY for _, rule in stated):
        return False
    return min(max(pack.valid.start, rule.valid.start) for pack, rule in stated) > day
