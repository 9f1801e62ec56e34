"""The one sentence that a finding allows. Never "visits do nothing": an interval that holds zero cannot tell."""

from __future__ import annotations

from zoufang.core.evaluation.estimates.finding import Finding, Grade
from zoufang.core.values import Message, gettext_noop

SAID = {
    1: gettext_noop("Higher by %(low)s to %(high)s (%(percent)s interval, grade %(grade)s)."),
    -1: gettext_noop("Lower by %(low)s to %(high)s (%(percent)s interval, grade %(grade)s)."),
    0: gettext_noop("Cannot tell: between %(low)s and %(high)s (%(percent)s interval, grade %(grade)s)."),
}
ONLY_SEEN = gettext_noop(
    "By records only, between %(low)s and %(high)s (%(percent)s interval, grade %(grade)s): what officers knew "
    "and nobody wrote down may explain it. Draw a study before acting on it."
)
NO_EFFECT_TOLD = gettext_noop("These data tell no effect (grade %(grade)s); see why under the warnings.")


def headline(finding: Finding, shown: tuple[str, str]) -> Message:
    """`shown`: the limits as written for people, in their unit; for a lower outcome without their signs, smaller
    first."""
    low, high = shown
    told = {"low": low, "high": high, "percent": f"{finding.confidence:.0%}", "grade": finding.grade.value}
    if finding.grade is Grade.D:
        return Message(NO_EFFECT_TOLD, {"grade": finding.grade.value})
    return Message(ONLY_SEEN if finding.grade is Grade.C else SAID[finding.sign], told)
