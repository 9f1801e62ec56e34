"""Who knows the customer already: the account owner (管户), the stand-in (AB角), an officer who has called before.

A crew with such an officer is worth more to the visit, by a price that the policy sets; it binds nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from zoufang.core.values import Message, gettext_noop


class Tie(StrEnum):
    OWNER = "owner"  # 管户
    STAND_IN = "stand_in"  # AB角
    CALLED_BEFORE = "called_before"  # 曾走访


# Fen that a visit by such an officer is worth more. Assumptions: less than the way of a stop, more than a detour
# within the same town.
PRICES: Mapping[Tie, int] = {Tie.OWNER: 3_000, Tie.CALLED_BEFORE: 2_000, Tie.STAND_IN: 1_500}
TOLD = {
    Tie.OWNER: gettext_noop("%(said)s The account owner goes."),
    Tie.STAND_IN: gettext_noop("%(said)s The account owner's stand-in goes."),
    Tie.CALLED_BEFORE: gettext_noop("%(said)s An officer goes who has called there before."),
}


@dataclass(frozen=True, slots=True)
class KnownTo:
    """This officer knows the customer."""

    officer_id: str
    tie: Tie


def tie_of(known_to: Sequence[KnownTo], officers: Collection[str], prices: Mapping[Tie, int]) -> Tie | None:
    """The dearest tie of these officers to the customer; None where it is worth nothing."""
    ties = {one.tie for one in known_to if one.officer_id in officers and prices.get(one.tie, 0) > 0}
    return max(ties, key=lambda tie: (prices[tie], tie), default=None)


def continuity_fen(known_to: Sequence[KnownTo], officers: Collection[str], prices: Mapping[Tie, int]) -> int:
    tie = tie_of(known_to, officers, prices)
    return prices[tie] if tie else 0


def with_tie(why: Message, tie: Tie | None) -> Message:
    """The reason of a stop, and who of the crew is known there."""
    return Message(TOLD[tie], {"said": why}) if tie else why
