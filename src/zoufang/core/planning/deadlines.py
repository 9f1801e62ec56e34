"""Which rights a plan can't keep: legal deadlines near enough to matter whose visit is not in it, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from zoufang.core.planning.candidates import Candidate
from zoufang.core.planning.plans import Plan
from zoufang.core.planning.policy import PlanningPolicy
from zoufang.core.planning.purposes import DEADLINE_NAMES, DeadlineKind, PurposeRule
from zoufang.core.values import Message, gettext_noop

UNMET = gettext_noop(
    "The %(what)s of %(count)s customers ends by %(day)s, and the plan does not reach them. Most often: %(why)s"
)


def press(candidate: Candidate, policy: PlanningPolicy) -> Candidate:
    """Required where the deadline is so near on one of the option's days that waiting is no choice."""
    rule = policy.purposes.get(candidate.purpose, PurposeRule())
    hard = any(rule.is_hard(candidate.deadline, option.day) for option in candidate.options)
    return replace(candidate, required=True) if hard and not candidate.required else candidate


def unmet_deadlines(plan: Plan, candidates: Sequence[Candidate], policy: PlanningPolicy) -> Iterator[Message]:
    """One note a kind of deadline within its urgent days, with the commonest reason."""
    left_out = {one.customer_id: one for one in plan.unplanned}
    first = min(plan.days)
    for kind in DeadlineKind:
        found = []
        for candidate in candidates:
            due, rule = candidate.deadline, policy.purposes.get(candidate.purpose, PurposeRule())
            near = due is not None and due.kind is kind and 0 <= (due.on - first).days <= rule.urgent_days
            if near and rule.deadline is kind and candidate.customer_id in left_out:
                found.append(candidate)
        if found:
            yield _note(kind, found, [left_out[c.customer_id].reasons[0].message for c in found])


def _note(kind: DeadlineKind, found: Sequence[Candidate], reasons: Sequence[Message]) -> Message:
    templates = [reason.template for reason in reasons]
    commonest = max(reasons, key=lambda reason: templates.count(reason.template))
    last = max(c.deadline.on for c in found if c.deadline is not None)
    return Message(
        UNMET, {"what": Message(DEADLINE_NAMES[kind]), "count": len(found), "day": last, "why": commonest}
    )
