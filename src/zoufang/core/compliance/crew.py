"""Who may go: the rules of a crew, asked when a cleared visit is assigned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zoufang.core.compliance.policy import Policy, RuleInForce
from zoufang.core.compliance.unknown import UNKNOWN, Unknown
from zoufang.core.compliance.verdict import ClearedVisit
from zoufang.core.values import Channel, Decision, Finding, Message, gettext_noop, strictest


@dataclass(frozen=True, slots=True)
class CrewMember:
    """One visitor. `training` is what `training.qualified` said of this officer, purpose and day.

    `conflict` marks a relative, neighbour or debtor-side interest: nobody visits their own circle.
    """

    officer_id: str
    work_id_until: date | Unknown = UNKNOWN
    is_employee: bool = False
    training: tuple[Finding, ...] | Unknown = UNKNOWN
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class AssignmentVerdict:
    """May this crew make this visit on this day?"""

    decision: Decision
    findings: tuple[Finding, ...]
    crew: tuple[CrewMember, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class _CrewCase:
    crew: tuple[CrewMember, ...]
    day: date
    law: RuleInForce

    def breach(self, template: str, **params: Any) -> Finding:
        return Finding(self.law.id, self.law.effect, Message(template, params), self.law.source)


def two_visitors(case: _CrewCase) -> Iterator[Finding]:
    """At least two different visitors on every visit (customary; to be verified in GB/T 45251 5.3)."""
    present = len({member.officer_id for member in case.crew})
    if present < case.law.numbers["visitors"]:
        yield case.breach(
            gettext_noop("%(present)s visitors; at least %(least)s must go"),
            present=present,
            least=case.law.numbers["visitors"],
        )


def work_ids_are_valid(case: _CrewCase) -> Iterator[Finding]:
    """Each visitor carries a work ID that is valid on the day."""
    for member in case.crew:
        if member.work_id_until is UNKNOWN or member.work_id_until < case.day:
            yield case.breach(
                gettext_noop("%(officer)s has no work ID valid on %(day)s"),
                officer=member.officer_id,
                day=case.day,
            )


def a_bank_employee_goes(case: _CrewCase) -> Iterator[Finding]:
    """At least one visitor is the bank's own employee, also where an agency visits (bank policy)."""
    own = len({m.officer_id for m in case.crew if m.is_employee})
    if own < case.law.numbers["bank_employees"]:
        yield case.breach(gettext_noop("No employee of the bank is in the crew"))


def all_are_trained(case: _CrewCase) -> Iterator[Finding]:
    """Pre-job training and examination, renewed yearly (GB/T 45251-2025); courses by purpose in core/training."""
    for member in case.crew:
        if member.training is UNKNOWN:
            yield case.breach(
                gettext_noop("Nobody knows whether %(officer)s is trained"), officer=member.officer_id
            )
        else:
            yield from (f for f in member.training if f.decision is not Decision.ALLOW)


def nobody_visits_their_own_circle(case: _CrewCase) -> Iterator[Finding]:
    """A relative or neighbour of the debtor is not sent (bank policy)."""
    for member in case.crew:
        if member.conflict:
            yield case.breach(gettext_noop("%(officer)s stands too near to the debtor"), officer=member.officer_id)


CrewCheck = Callable[[_CrewCase], Iterator[Finding]]

CREW_RULES: tuple[tuple[str, CrewCheck], ...] = (
    ("CN-V1", two_visitors),
    ("CN-V1", work_ids_are_valid),
    ("CN-V1", a_bank_employee_goes),
    ("CN-V1", nobody_visits_their_own_circle),
    ("CN-O3", all_are_trained),
    ("IN-2", all_are_trained),
)


def review_assignment(
    cleared: ClearedVisit, crew: tuple[CrewMember, ...], policy: Policy, day: date
) -> AssignmentVerdict:
    """The crew's rules for one cleared visit on one of its days; all findings."""
    found = list(crew_findings(crew, policy, day))
    if not cleared.windows_on(day):
        found.append(
            Finding(
                "CN-T1",
                Decision.BLOCK,
                Message(gettext_noop("The visit is not cleared for %(day)s. Review it again."), {"day": day}),
                "bank policy: only a cleared visit may be assigned",
            )
        )
    return AssignmentVerdict(strictest(tuple(found)), tuple(found), crew)


def crew_findings(crew: tuple[CrewMember, ...], policy: Policy, day: date) -> Iterator[Finding]:
    """What the rules say of a crew whatever it visits; planning asks this once per crew and day."""
    for why in policy.problems:
        yield Finding("XX-1", Decision.BLOCK, why, "bank policy: without a valid rule pack nothing is planned")
    if policy.problems:
        return
    for rule_id, check in CREW_RULES:
        law = policy.rule(rule_id, Channel.VISIT)
        if law is not None:
            yield from check(_CrewCase(crew, day, law))
