"""The gate. Every contact, on every channel, goes through `review_contact`; a visit through `review`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from zoufang.core.compliance.case import Case, Rule
from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.policy import Policy
from zoufang.core.compliance.request import ContactRequest, Override
from zoufang.core.compliance.rules import rules_of
from zoufang.core.compliance.rules_time import offered_windows
from zoufang.core.compliance.verdict import (
    ClearedVisit,
    DayWindow,
    Refusal,
    Verdict,
    cleared_visit,
    unresolved,
)
from zoufang.core.errors import BadInput
from zoufang.core.values import Channel, Decision, Finding, TimeWindow, strictest


@cache
def rules_asked(jurisdiction: str, *, of_day: bool) -> tuple[Rule, ...]:
    """Those whose answer depends on day or hour, or the others."""
    return tuple(rule for rule in rules_of(jurisdiction) if rule.of_day is of_day)


Overrides = tuple[Override, ...]


def review(
    request: ContactRequest, facts: Facts, policy: Policy, today: date, overrides: Overrides = ()
) -> ClearedVisit | Refusal:
    """May this visit be planned, and when? A warning clears only with a stored override."""
    if request.channel is not Channel.VISIT:
        raise BadInput(f"review clears visits, not a {request.channel}. Use review_contact.")
    return cleared_visit(review_contact(request, facts, policy, today, overrides))


def review_contact(
    request: ContactRequest, facts: Facts, policy: Policy, today: date, overrides: Overrides = ()
) -> Verdict:
    """The word of every rule on one contact of any channel; all findings, not only the first."""
    static = _static_findings(request, facts, policy, today)
    zone = facts.zone_for(request.channel)
    days = [_judge_day(request, facts, policy, today, day, overrides) for day in request.days_in(zone)]
    return verdict_of(request, facts, policy, today, overrides, static, days)


def verdict_of(
    request: ContactRequest,
    facts: Facts,
    policy: Policy,
    today: date,
    overrides: Overrides,
    static: tuple[Finding, ...],
    days: Sequence[JudgedDay],
) -> Verdict:
    """From what the rules said, of the case and of each day: the days with the least against them are kept."""
    best = min(day.severity for day in days)
    offered = [day for day in days if day.severity == best]
    findings = unique((*static, *(f for day in offered for f in day.findings)))
    blocked = strictest(findings) is Decision.BLOCK
    return Verdict(
        request=request,
        facts=facts,
        today=today,
        pack_versions=policy.versions,
        decision=strictest(findings),
        findings=findings,
        set_aside=unique(f for day in days if day.severity > best for f in day.findings),
        windows=() if blocked else tuple(window for day in offered for window in day.windows),
        obligations=policy.obligations(request.channel, request.purpose),
        stops=policy.stops(request.channel, request.purpose),
        overrides=overrides,
    )


def eligible(
    request: ContactRequest, facts: Facts, policy: Policy, today: date, overrides: Overrides = ()
) -> Verdict:
    """The test that both study arms pass before assignment: no rule of a day, an hour or a crew is asked.

    Its `cleared` is the answer; it offers no windows, so nothing can be planned from it.
    """
    findings = _static_findings(request, facts, policy, today)
    return Verdict(request, facts, today, policy.versions, strictest(findings), findings, overrides=overrides)


@dataclass(frozen=True, slots=True)
class JudgedDay:
    findings: tuple[Finding, ...]
    windows: tuple[DayWindow, ...]
    severity: int  # 0 free, 1 waits for an override, 2 blocked


def judged(
    day: date, findings: tuple[Finding, ...], windows: tuple[TimeWindow, ...], overrides: Overrides
) -> JudgedDay:
    still_open = tuple(f for f in findings if unresolved(f, overrides))
    return JudgedDay(findings, tuple(DayWindow(day, window) for window in windows), strictest(still_open).severity)


def windows_on(
    request: ContactRequest,
    facts: Facts,
    policy: Policy,
    day: date,
    planned: TimeWindow | None,
    overrides: Overrides,
) -> tuple[TimeWindow, ...]:
    """The planned hours, or those that may be planned in."""
    if planned:
        return (planned,)
    return offered_windows(request, facts, policy, day, bank_hours=not leaves_bank_hours(overrides))


def leaves_bank_hours(overrides: Overrides) -> bool:
    return any("CN-T2" in override.rule_ids for override in overrides)


def _judge_day(
    request: ContactRequest, facts: Facts, policy: Policy, today: date, day: date, overrides: Overrides
) -> JudgedDay:
    planned = request.window_in(facts.zone_for(request.channel))
    findings = ask_rules(
        rules_asked(policy.jurisdiction, of_day=True), request, facts, policy, today, day, planned
    )
    return judged(day, findings, windows_on(request, facts, policy, day, planned, overrides), overrides)


def _static_findings(request: ContactRequest, facts: Facts, policy: Policy, today: date) -> tuple[Finding, ...]:
    if request.customer_id != facts.customer_id:
        raise BadInput(f"Facts of {facts.customer_id} cannot judge a request on {request.customer_id}.")
    rules = rules_asked(policy.jurisdiction, of_day=False)
    found = ask_rules(rules, request, facts, policy, today, today, None)
    return unique((*problems_found(policy), *found))


def problems_found(policy: Policy) -> tuple[Finding, ...]:
    return tuple(
        Finding("XX-1", Decision.BLOCK, why, "bank policy: without a valid rule pack nothing is planned")
        for why in policy.problems
    )


def ask_rules(
    rules: tuple[Rule, ...],
    request: ContactRequest,
    facts: Facts,
    policy: Policy,
    today: date,
    day: date,
    planned: TimeWindow | None,
) -> tuple[Finding, ...]:
    """Every rule that a pack in force applies to this channel. A law without its numbers is an XX-1 problem."""
    found: list[Finding] = []
    for rule in rules:
        law = policy.rule(rule.id, request.channel)
        if law is not None and law.numbers.keys() >= set(rule.numbers):
            found.extend(rule.findings(Case(request, facts, policy, today, law, day, planned)))
    return tuple(found)


def unique(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return tuple(kept)
