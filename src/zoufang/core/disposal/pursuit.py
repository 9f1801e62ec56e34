"""What was done to get the money, step by step, and what a write-off committee will miss in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from zoufang.core.values import Message, gettext_noop


class PursuitKind(StrEnum):
    CALL = "call"
    MESSAGE = "message"
    LETTER = "letter"
    VISIT = "visit"
    PAPER = "paper"
    PLAN = "plan"
    LEGAL = "legal"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class PursuitStep:
    """One step. `reached`: it came to the debtor's side; `proof`: grade of evidence, A to D, or none."""

    on: date
    kind: PursuitKind
    reached: bool
    what: Message
    proof: str = ""


@dataclass(frozen=True, slots=True)
class PursuitRule:
    """What the bank's write-off policy asks (defaults, to be confirmed): days without a step, steps in all."""

    gap_days: int
    steps: int
    days: int


def pursuit_gaps(
    steps: Sequence[PursuitStep], overdue_since: date | None, today: date, rule: PursuitRule
) -> tuple[Message, ...]:
    """What is missing, in plain words: kinds of steps, proof, and stretches of time in which nothing was done."""
    done = sorted((one for one in steps if one.on <= today), key=lambda one: one.on)
    return (*_kinds(done), *_amounts(done, today, rule), *_stretches(done, overdue_since, today, rule))


def _kinds(done: Sequence[PursuitStep]) -> list[Message]:
    kinds = {one.kind for one in done}
    proven = {one.proof for one in done if one.kind is PursuitKind.PAPER}
    found = []
    if PursuitKind.CALL not in kinds:
        found.append(Message(gettext_noop("No call is on record")))
    if PursuitKind.VISIT not in kinds:
        found.append(Message(gettext_noop("No visit is on record")))
    if not proven & {"A", "B"}:
        found.append(Message(gettext_noop("No demand notice reached the debtor with proof (grade A or B)")))
    if PursuitKind.LEGAL not in kinds:
        found.append(Message(gettext_noop("No legal step was taken; say why none was worth it")))
    if not any(one.reached for one in done):
        found.append(Message(gettext_noop("The debtor's side was never reached; evidence of a search is needed")))
    return found


def _amounts(done: Sequence[PursuitStep], today: date, rule: PursuitRule) -> list[Message]:
    own = [one for one in done if one.kind is not PursuitKind.PAYMENT]
    found = []
    if len(own) < rule.steps:
        text = gettext_noop("%(n)s steps of pursuit are on record; %(least)s are asked")
        found.append(Message(text, {"n": len(own), "least": rule.steps}))
    days = (today - own[0].on).days if own else 0
    if days < rule.days:
        text = gettext_noop("The steps cover %(n)s days; %(least)s are asked")
        found.append(Message(text, {"n": days, "least": rule.days}))
    return found


def _stretches(done: Sequence[PursuitStep], since: date | None, today: date, rule: PursuitRule) -> list[Message]:
    own = [one.on for one in done if one.kind is not PursuitKind.PAYMENT]
    marks = [*([since] if since else []), *own, today]
    text = gettext_noop("Nothing was done from %(first)s to %(last)s (%(days)s days)")
    return [
        Message(text, {"first": one.isoformat(), "last": other.isoformat(), "days": (other - one).days})
        for one, other in pairwise(sorted(marks))
        if (other - one).days > rule.gap_days
    ]
