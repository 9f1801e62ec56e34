"""One question before one rule, and how a rule is written.

A rule is a function `(case) -> Iterator[Finding]` under `@rule("CN-XX", needs=(facts,), numbers=(names,))`.
The engine runs it only where a pack in force applies that id to the channel, and only after its needs are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zoufang.core.compliance.facts import Facts
from zoufang.core.compliance.policy import Policy, RuleInForce
from zoufang.core.compliance.request import ContactRequest
from zoufang.core.compliance.unknown import UNKNOWN
from zoufang.core.values import Decision, Finding, Message, TimeWindow, gettext_noop


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule sees. `day` and `window` (planned local time, or None) are set for the rules of a day."""

    request: ContactRequest
    facts: Facts
    policy: Policy
    today: date
    law: RuleInForce
    day: date
    window: TimeWindow | None = None

    def number(self, name: str) -> int:
        return self.law.numbers[name]

    def breach(self, template: str, **params: Any) -> Finding:
        """With the effect that the packs give to this rule."""
        return self._finding(self.law.effect, template, params)

    def block(self, template: str, **params: Any) -> Finding:
        return self._finding(Decision.BLOCK, template, params)

    def warn(self, template: str, **params: Any) -> Finding:
        return self._finding(Decision.WARN, template, params)

    def notice(self, template: str, **params: Any) -> Finding:
        """Said for the reader's sake; stops nothing."""
        return self._finding(Decision.ALLOW, template, params)

    def unknown(self, fact: str) -> Finding:
        """A fact that nobody knows blocks, unless two people have attested it."""
        signed = self.facts.attested(fact, self.today)
        if signed is None:
            return self.block(
                gettext_noop("Nobody knows: %(fact)s. Find it out or have it attested."), fact=FACT_NAMES[fact]
            )
        return self.notice(
            gettext_noop("%(fact)s: attested by %(one)s and %(two)s until %(until)s (%(basis)s)"),
            fact=FACT_NAMES[fact],
            one=signed.signed_by[0],
            two=signed.signed_by[1],
            until=signed.expires,
            basis=signed.basis,
        )

    def _finding(self, decision: Decision, template: str, params: dict[str, Any]) -> Finding:
        return Finding(self.law.id, decision, Message(template, params), self.law.source)


Check = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with the pack rule it enforces, the facts it needs and the numbers it counts with.

    `of_day` marks a rule whose answer depends on day or hour; the others decide eligibility for both study arms.
    """

    id: str
    check: Check
    needs: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    of_day: bool = False
    name: str = field(default="", compare=False)

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """All the rule has to say; its check is not asked while a fact that it needs is missing."""
        missing = [fact for fact in self.needs if getattr(case.facts, fact) is UNKNOWN]
        if missing:
            return tuple(case.unknown(fact) for fact in missing)
        return tuple(self.check(case))


def rule(
    rule_id: str, *, needs: tuple[str, ...] = (), numbers: tuple[str, ...] = (), of_day: bool = False
) -> Callable[[Check], Rule]:
    def made(check: Check) -> Rule:
        return Rule(rule_id, check, needs, numbers, of_day, getattr(check, "__name__", rule_id))

    return made


FACT_NAMES: dict[str, str] = {
    "deceased": gettext_noop("whether the debtor is reported dead"),
    "lacks_capacity": gettext_noop("whether the debtor has full legal capacity"),
    "debtor_is_company": gettext_noop("whether the debtor is a company"),
    "target_deceased": gettext_noop("whether the person to be contacted is reported dead"),
    "target_lacks_capacity": gettext_noop("whether the person to be contacted has full legal capacity"),
    "minor": gettext_noop("whether the person to be contacted is a minor"),
    "represented": gettext_noop("whether a lawyer represents the debtor"),
    "vulnerabilities": gettext_noop("signs of vulnerability"),
    "quiet_days": gettext_noop("bereavement, hospital and exam days"),
    "contact_refused": gettext_noop("whether the third party has refused contact"),
    "refused_channels": gettext_noop("the ways in which the person refuses to be contacted"),
    "complaint_open": gettext_noop("whether a conduct complaint is open"),
    "dispute_open": gettext_noop("whether the debt is disputed"),
    "plan_state": gettext_noop("whether a repayment plan is being performed"),
    "hardship_review": gettext_noop("whether a hardship review is open"),
    "legal_stage": gettext_noop("the legal stage of the debt"),
    "transferred": gettext_noop("whether the debt has been transferred"),
    "limitation_ends": gettext_noop("when the limitation period ends"),
    "guarantees": gettext_noop("the guarantees and their periods"),
    "contact_log_from": gettext_noop("the contact history over all channels and agencies"),
    "do_not_visit": gettext_noop("whether the place is marked do-not-visit"),
    "address_source": gettext_noop("the lawful source of the address, with date and basis"),
    "phone_source": gettext_noop("the lawful source of the phone number, with date and basis"),
}
