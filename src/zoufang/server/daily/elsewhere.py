"""Nobody is planned twice: who stands in the plan of another day still to come is left out of this one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from zoufang.core.values import Message, gettext_noop
from zoufang.server.daily.wanted import Wanted
from zoufang.server.visiting.plans import NotGoing
from zoufang.server.visiting.standing import standing_elsewhere, told_by_a_planner

KIND = "elsewhere"
STANDS = gettext_noop("Stands in the plan of %(day)s")


def without_those_elsewhere(
    wanted: list[Wanted], day: date, days: Collection[date]
) -> tuple[list[Wanted], list[NotGoing]]:
    """Those free for `day`, and those who stand in a plan of none of `days`, which are planned now.

    A planner's own order or pin for the day stands above that.
    """
    standing = standing_elsewhere([one.party.id for one in wanted], days)
    told = told_by_a_planner(standing, day)
    left = {party_id: on for party_id, on in standing.items() if party_id not in told}
    return (
        [one for one in wanted if one.party.id not in left],
        [
            NotGoing(one.party.id, KIND, (Message(STANDS, {"day": left[one.party.id]}),))
            for one in wanted
            if one.party.id in left
        ],
    )
