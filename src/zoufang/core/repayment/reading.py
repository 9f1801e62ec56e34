"""Can and will, read together but never one for the other."""

from __future__ import annotations

from enum import StrEnum

from zoufang.core.repayment.affordability import Affordability, Capacity
from zoufang.core.values import Message, Willingness, gettext_noop


class Reading(StrEnum):
    CAN_AND_WILL = "can_and_will"
    CAN_BUT_WILL_NOT = "can_but_will_not"
    CANNOT_THOUGH_WILLING = "cannot_though_willing"
    CANNOT_NOR_WILLING = "cannot_nor_willing"
    NOT_KNOWN = "not_known"


def reading_of(means: Affordability) -> Reading:
    """Where either is not known, so is the reading: silence is no refusal, and refusal no proof of means."""
    if means.ability is Capacity.CANNOT_TELL or means.willingness is Willingness.NOT_ASSESSED:
        return Reading.NOT_KNOWN
    wills = means.willingness in (Willingness.OPEN, Willingness.COMMITTED)
    if means.ability is Capacity.CAN_PAY:
        return Reading.CAN_AND_WILL if wills else Reading.CAN_BUT_WILL_NOT
    return Reading.CANNOT_THOUGH_WILLING if wills else Reading.CANNOT_NOR_WILLING


def next_step(reading: Reading) -> Message:
    return Message(STEPS[reading])


STEPS: dict[Reading, str] = {
    Reading.CAN_AND_WILL: gettext_noop("Can pay and wants to: agree on a plan within the range."),
    Reading.CAN_BUT_WILL_NOT: gettext_noop(
        "Could pay but does not want to: hear the reason, check it for a dispute, "
        "and say calmly what the contract provides."
    ),
    Reading.CANNOT_THOUGH_WILLING: gettext_noop("Cannot pay, though willing: hardship treatment, not collection."),
    Reading.CANNOT_NOR_WILLING: gettext_noop(
        "Cannot pay, and does not want to talk of it: no pressure; the hardship team speaks next."
    ),
    Reading.NOT_KNOWN: gettext_noop("Ability or willingness is not known: ask before judging."),
}
