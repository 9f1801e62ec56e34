"""Each rule, whether anything enforces it, what proves that, and if nothing does, why.

What the gate asks comes from the core, the tests from `rule-proofs.json` (written by `tools.rule_table` from marks
in the tests, which do not ship), all else from `rule-coverage.yaml`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from zoufang.core.compliance import CREW_RULES, JURISDICTIONS, OFFER_RULES, numbers_needed, rules_of
from zoufang.files.policy_packs import shipped_packs

State = Literal["enforced", "recorded", "not enforced"]
Text = Annotated[str, Field(min_length=1)]


class CoverageForm(BaseModel):
    """One rule of `rule-coverage.yaml`; texts are needed where no pack states the rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text
    state: State | None = None  # None: the gate enforces it, and this only adds a remark
    zh: str = ""
    en: str = ""
    by: tuple[Text, ...] = ()
    why_zh: str = ""
    why_en: str = ""
    tests: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleState:
    """`by`: functions of the gate, or the part of Zoufang; `why`: what nothing enforces, and the reason."""

    id: str
    state: State
    by: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    why_zh: str = ""
    why_en: str = ""
    zh: str = ""
    en: str = ""


def enforcers() -> dict[str, list[str]]:
    """Rule id → names of the functions of the gate that enforce it."""
    names: dict[str, list[str]] = defaultdict(list)
    for rule in (rule for jurisdiction in JURISDICTIONS for rule in rules_of(jurisdiction)):
        names[rule.id].append(rule.name)
    for offer_rule in OFFER_RULES:
        names[offer_rule.id].append(offer_rule.name)
    for rule_id, check in CREW_RULES:
        names[rule_id].append(check.__name__)
    names["XX-1"].append("policy_on")
    return {rule_id: list(dict.fromkeys(by)) for rule_id, by in names.items()}


# Figures that another part of Zoufang counts with.
COUNTED_ELSEWHERE = {"CN-O5": ("days_to_decide", "days_if_complex")}


def figures_counted(jurisdiction: str, rule_id: str) -> frozenset[str]:
    """Names of a rule's figures that something counts with; the others are kept as data only."""
    by_offers = {name for rule in OFFER_RULES if rule.id == rule_id for name in rule.numbers}
    by_contact = numbers_needed(jurisdiction).get(rule_id, frozenset())
    return by_contact | by_offers | set(COUNTED_ELSEWHERE.get(rule_id, ()))


def coverage() -> tuple[CoverageForm, ...]:
    text = (files("zoufang.policies") / "rule-coverage.yaml").read_text(encoding="utf-8")
    return tuple(CoverageForm.model_validate(row) for row in yaml.safe_load(text))


def shipped_proofs() -> dict[str, list[str]]:
    """Rule id → names of the tests that prove it."""
    found: dict[str, list[str]] = json.loads(
        (files("zoufang.policies") / "rule-proofs.json").read_text(encoding="utf-8")
    )
    return found


@cache
def rule_states() -> dict[str, RuleState]:
    """Every rule of the packs and of the coverage file, in that order."""
    return states_from(shipped_proofs())


def states_from(proofs: dict[str, list[str]]) -> dict[str, RuleState]:
    by_gate, told = enforcers(), {row.id: row for row in coverage()}
    stated = {rule.id: rule for pack in shipped_packs() for rule in pack.rules}
    duties = {r.id for pack in shipped_packs() for r in pack.rules if r.records or r.stops}
    found: dict[str, RuleState] = {}
    for rule_id in dict.fromkeys((*stated, *told)):
        row = told.get(rule_id, CoverageForm(id=rule_id))
        gate = by_gate.get(rule_id, [])
        otherwise: State = "recorded" if rule_id in duties else "not enforced"
        found[rule_id] = RuleState(
            id=rule_id,
            state="enforced" if gate else row.state or otherwise,
            by=tuple(dict.fromkeys((*gate, *row.by))),
            tests=tuple(dict.fromkeys((*proofs.get(rule_id, ()), *row.tests))),
            why_zh=row.why_zh,
            why_en=row.why_en,
            zh=row.zh or stated[rule_id].zh,
            en=row.en or stated[rule_id].en,
        )
    return found
