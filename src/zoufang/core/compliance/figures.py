"""The bank's own figures for a rule: dated, beside the packs. They may tighten what another instrument states."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from zoufang.core.compliance.packs import (
    Confidence,
    Force,
    NumberUnit,
    Pack,
    PolicyRule,
    RuleNumber,
)
from zoufang.core.compliance.policy import tighter
from zoufang.core.errors import BadInput, NotFound
from zoufang.core.values import Channel, Message, Period, gettext_noop, hhmm

OVERLAY = "bank-figures"
FALLING_STEPS = ("first", "second", "last")


@dataclass(frozen=True, slots=True)
class BankFigures:
    """What two people of the bank set for one rule from a day on; `source` is the reason they gave."""

    rule_id: str
    values: tuple[tuple[str, int], ...]
    valid_from: date
    source: str


def is_own(rule: PolicyRule) -> bool:
    """The bank's own proposal, resting on no other instrument: its figures are the bank's to move either way."""
    return rule.force is Force.BANK_POLICY and rule.confidence is Confidence.PROPOSAL


def statements(packs: Iterable[Pack], rule_id: str, day: date) -> list[PolicyRule]:
    """Every instrument in force that states the rule."""
    return [rule for pack in packs for rule in pack.in_force(day) if rule.id == rule_id]


def figures_stated(packs: Iterable[Pack], rule_id: str, day: date) -> dict[str, RuleNumber]:
    """Name → the strictest of what the packs state, as the policy of `day` counts."""
    found: dict[str, RuleNumber] = {}
    for number in (n for rule in statements(packs, rule_id, day) for n in rule.numbers):
        found[number.name] = tighter(found.get(number.name, number), number)
    return found


def bank_figures(
    packs: Sequence[Pack], rule_id: str, values: Mapping[str, int], *, valid_from: date, source: str
) -> BankFigures:
    """Only what differs from the packs. BadInput: a figure that would loosen an instrument not the bank's own."""
    stated = figures_stated(packs, rule_id, valid_from)
    if not stated:
        raise NotFound(Message(gettext_noop("Rule %(rule)s states no figure."), {"rule": rule_id}))
    for name in sorted(values.keys() - stated.keys()):
        text = gettext_noop("Rule %(rule)s has no figure %(name)s.")
        raise BadInput(Message(text, {"rule": rule_id, "name": name}))
    for name, value in values.items():
        _keep_the_law(packs, rule_id, replace(stated[name], value=value), valid_from)
    whole = {name: number.value for name, number in stated.items()} | dict(values)
    _make_sense(rule_id, whole)
    changed = tuple(sorted((n, v) for n, v in values.items() if v != stated[n].value))
    return BankFigures(rule_id, changed, valid_from, source)


def _keep_the_law(packs: Iterable[Pack], rule_id: str, wanted: RuleNumber, day: date) -> None:
    for rule in statements(packs, rule_id, day):
        if is_own(rule):
            continue
        for law in rule.numbers:
            if law.name == wanted.name and wanted.value != law.value and tighter(law, wanted) is law:
                text = gettext_noop(
                    "%(wanted)s would loosen rule %(rule)s: %(source)s says %(law)s. A bank may be stricter than"
                    " that, never looser."
                )
                told = {"rule": rule_id, "source": rule.source}
                raise BadInput(Message(text, told | {"wanted": shown(wanted), "law": shown(law)}))


def _make_sense(rule_id: str, values: Mapping[str, int]) -> None:
    hours = values.get("from"), values.get("until")
    steps = [values[name] for name in FALLING_STEPS if name in values]
    no_hours = hours[0] is not None and hours[1] is not None and hours[0] >= hours[1]
    if no_hours or steps != sorted(steps, reverse=True):
        text = gettext_noop("The figures of rule %(rule)s contradict each other. Give them in their order.")
        raise BadInput(Message(text, {"rule": rule_id}))


def shown(number: RuleNumber) -> str:
    return hhmm(number.value) if number.unit is NumberUnit.TIME else str(number.value)


def with_figures(
    packs: Sequence[Pack], figures: Sequence[BankFigures], *, version: str, jurisdiction: str, day: date
) -> tuple[Pack, ...]:
    """The packs of `day` with the bank's figures in the place of its own shipped ones, as a pack of their own."""
    new = {one.rule_id: dict(one.values) for one in figures if one.values and one.valid_from <= day}
    if not new:
        return tuple(packs)
    mine = [pack for pack in packs if pack.binds_in(jurisdiction)]
    rules = tuple(_overlay(mine, one, day) for one in figures if one.rule_id in new)
    kept = tuple(
        replace(p, rules=tuple(_without(r, new.get(r.id, {})) for r in p.rules)) if p in mine else p for p in packs
    )
    since = min(rule.valid.start for rule in rules)
    overlay = Pack(OVERLAY, version, jurisdiction, "本行数值", "The bank's own figures", Period(since), rules)
    return (*kept, overlay)


def _without(rule: PolicyRule, names: Collection[str]) -> PolicyRule:
    """The bank's earlier figure gives way to its newer one; another instrument's never does."""
    if not is_own(rule):
        return rule
    return replace(rule, numbers=tuple(n for n in rule.numbers if n.name not in names))


def _overlay(packs: Sequence[Pack], one: BankFigures, day: date) -> PolicyRule:
    said, stated = statements(packs, one.rule_id, day), figures_stated(packs, one.rule_id, day)
    channels = tuple(c for c in Channel if any(c in rule.applies_to and rule.numbers for rule in said))
    return PolicyRule(
        id=one.rule_id,
        zh=said[0].zh,
        en=said[0].en,
        force=Force.BANK_POLICY,
        source=one.source,
        confidence=Confidence.PROPOSAL,
        valid=Period(one.valid_from),
        applies_to=channels,
        verified=True,
        numbers=tuple(replace(stated[name], value=value) for name, value in one.values if name in stated),
    )


def with_confirmed(packs: Sequence[Pack], confirmed: Collection[tuple[str, str]]) -> tuple[Pack, ...]:
    """(pack@version, rule id) that counsel confirmed are verified; a newer version of the pack is not."""
    return tuple(
        replace(
            pack,
            rules=tuple(replace(r, verified=r.verified or (pack.name, r.id) in confirmed) for r in pack.rules),
        )
        for pack in packs
    )
