"""Which debtors a plan calls on in sight of each other, in words for the planner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from zoufang.core.planning import Candidate, InSight, Plan, in_sight
from zoufang.core.values import Message, gettext_noop

MOST = 8  # more would hide the plan; the rest is counted
NEAR = gettext_noop(
    "%(one)s at %(at)s and %(other)s at %(later)s live %(metres)s m apart: neighbours may see both. %(advice)s"
)
CAN_MOVE = Message(gettext_noop("One of them can be moved: pin it to another crew, or drop it today."))
CANNOT_MOVE = Message(gettext_noop("No other cleared door or hour is known: drop one of them, or go discreetly."))
MORE = gettext_noop("%(n)s more pairs of visits lie in sight of each other.")


def sight_notes(plan: Plan, candidates: Sequence[Candidate], names: Mapping[str, str]) -> Iterator[Message]:
    """`names` are masked, by customer id."""
    pairs = in_sight(plan, candidates)
    for pair in pairs[:MOST]:
        yield sight_note(pair, names)
    if len(pairs) > MOST:
        yield Message(MORE, {"n": len(pairs) - MOST})


def sight_note(pair: InSight, names: Mapping[str, str]) -> Message:
    first, second = sorted((pair.one, pair.other), key=lambda visit: (visit.start_s, visit.customer_id))
    return Message(
        NEAR,
        {
            "one": names.get(first.customer_id, ""),
            "at": first.start_hhmm,
            "other": names.get(second.customer_id, ""),
            "later": second.start_hhmm,
            "metres": pair.metres,
            "advice": CAN_MOVE if pair.avoidable else CANNOT_MOVE,
        },
    )
