"""The crew that a risk asks for."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from zoufang.core.safety.policy import CrewNeed, SafetyPolicy
from zoufang.core.values import Decision, Finding, Message, RiskLevel, gettext_noop

RULE, SOURCE = "SF-1", "bank policy: crew by risk"


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"
    UNSTATED = "unstated"


def crew_needed(level: RiskLevel, policy: SafetyPolicy) -> CrewNeed:
    """Two at least; at high risk three of both genders, and the supervisor is told before they leave."""
    high = level is RiskLevel.HIGH
    return CrewNeed(policy.crew_size(level), mixed_gender=high, tell_supervisor=level is not RiskLevel.LOW)


def crew_fits(need: CrewNeed, genders: Sequence[Gender]) -> tuple[Finding, ...]:
    """What the crew lacks; a gender that is not stated never counts as the missing one."""
    found = []
    if len(genders) < need.size:
        text = gettext_noop("The risk asks for a crew of %(size)s, this one has %(present)s")
        found.append(_blocked(Message(text, {"size": need.size, "present": len(genders)})))
    if need.mixed_gender and not {Gender.FEMALE, Gender.MALE} <= set(genders):
        found.append(_blocked(Message(gettext_noop("The risk asks for a crew of both genders"))))
    return tuple(found)


def _blocked(message: Message) -> Finding:
    return Finding(RULE, Decision.BLOCK, message, SOURCE)
