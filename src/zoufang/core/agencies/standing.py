"""May this agency be given cases today? Every reason why not, and what is about to end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from zoufang.core.agencies.policy import AgencyPolicy
from zoufang.core.values import Decision, Finding, Message, gettext_noop, strictest

EVALUATION = "GB/T 45251-2025: evaluated at least once a year and before the contract ends"
WHITE_LIST = "CBA guidance of 2026-01-30: published list of agencies"
TRAINING = "GB/T 45251-2025: training and examination before the work, renewed yearly"
ENTRUSTED = "PIPL 21: contract with purpose, term, kinds and protection; return or deletion at its end"
OWN = "bank policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """What the register holds of one agency on a day. None: there is none."""

    approved: bool
    listed_on: date | None = None
    suspended: bool = False
    contract_from: date | None = None
    contract_until: date | None = None
    evaluated_on: date | None = None
    evaluation_due: date | None = None
    passed: bool = False
    licence_until: date | None = None
    trained: int = 0
    deletions_overdue: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something that ends soon; `days` are left."""

    message: Message
    due: date
    days: int


def placing_findings(
    facts: AgencyFacts, day: date, due_back: date | None = None, policy: AgencyPolicy | None = None
) -> tuple[Finding, ...]:
    """All that forbids new cases from `day` to `due_back` (None: the day alone); empty: cases may be placed."""
    policy = policy or AgencyPolicy()
    return (
        *_of_the_list(facts, day),
        *_of_the_contract(facts, day, due_back or day),
        *_of_the_evaluation(facts, day, policy),
        *_of_people_and_papers(facts, day, policy),
    )


def may_take_cases(facts: AgencyFacts, day: date, due_back: date | None = None) -> bool:
    return strictest(placing_findings(facts, day, due_back)) is not Decision.BLOCK


def _no(rule: str, source: str, template: str, **params: object) -> Finding:
    return Finding(rule, Decision.BLOCK, Message(template, params), source)


def _of_the_list(facts: AgencyFacts, day: date) -> Iterator[Finding]:
    if not facts.approved:
        yield _no("CN-O2", WHITE_LIST, gettext_noop("A second person has not approved this agency yet"))
    if facts.listed_on is None or facts.listed_on > day:
        yield _no("CN-O2", WHITE_LIST, gettext_noop("The agency does not stand on the published white list"))
    if facts.suspended:
        yield _no("CN-O1", OWN, gettext_noop("The agency is suspended"))


def _of_the_contract(facts: AgencyFacts, day: date, due_back: date) -> Iterator[Finding]:
    since, until = facts.contract_from, facts.contract_until
    if since is None or until is None:
        yield _no("CN-D4", ENTRUSTED, gettext_noop("There is no contract with this agency"))
    elif not since <= day <= until:
        template = gettext_noop("The contract runs from %(since)s to %(until)s only")
        yield _no("CN-D4", ENTRUSTED, template, since=since, until=until)
    elif due_back > until:
        template = gettext_noop("Due back %(due)s, after the contract ends on %(until)s")
        yield _no("CN-D4", ENTRUSTED, template, due=due_back, until=until)


def _of_the_evaluation(facts: AgencyFacts, day: date, policy: AgencyPolicy) -> Iterator[Finding]:
    if facts.evaluated_on is None:
        yield _no("CN-O1", EVALUATION, gettext_noop("The agency has never been evaluated"))
        return
    due = facts.evaluation_due or facts.evaluated_on + timedelta(days=policy.evaluation_days)
    if due < day:
        yield _no("CN-O1", EVALUATION, gettext_noop("The evaluation was due on %(due)s"), due=due)
    if not facts.passed:
        yield _no("CN-O1", EVALUATION, gettext_noop("The agency did not pass its evaluation"))


def _of_people_and_papers(facts: AgencyFacts, day: date, policy: AgencyPolicy) -> Iterator[Finding]:
    if facts.licence_until is None or facts.licence_until < day:
        yield _no("CN-O1", OWN, gettext_noop("No licence of the agency is valid"))
    if facts.trained < policy.least_trained:
        yield _no("CN-O3", TRAINING, gettext_noop("Nobody of the agency holds a valid training certificate"))
    if facts.deletions_overdue:
        template = gettext_noop("%(n)s cases came back without a certificate of deletion in time")
        yield _no("CN-D4", ENTRUSTED, template, n=facts.deletions_overdue)


def reminders(facts: AgencyFacts, day: date, policy: AgencyPolicy | None = None) -> tuple[Reminder, ...]:
    """What ends within the warning time, the nearest first."""
    policy = policy or AgencyPolicy()
    dated = (
        (gettext_noop("The contract ends"), facts.contract_until),
        (gettext_noop("The next evaluation is due"), facts.evaluation_due),
        (gettext_noop("The licence ends"), facts.licence_until),
    )
    soon = [
        Reminder(Message(text), due, (due - day).days)
        for text, due in dated
        if due is not None and timedelta(0) <= due - day <= timedelta(days=policy.warn_days)
    ]
    return tuple(sorted(soon, key=lambda one: one.due))
