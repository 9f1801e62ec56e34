"""The order of the door as data, for a client that has to judge without the server. The core stays the judge."""

from __future__ import annotations

from typing import Any

from zoufang.core.values import Hardship, PartyRole
from zoufang.core.visits.codes import MAY_PROMISE, may_hear
from zoufang.core.visits.steps import NEXT, OWED_EVEN_WHEN_UNSAFE, SPEAKS_OF_THE_DEBT


def rule_table() -> dict[str, Any]:
    """Which step may follow in which state, who may hear of the debt, who may promise; codes only, sorted."""
    return {
        "next": {state.value: sorted(kinds) for state, kinds in NEXT.items()},
        "speaks_of_the_debt": sorted(SPEAKS_OF_THE_DEBT),
        "hears": {role.value: sorted(who.value for who in may_hear(role)) for role in PartyRole},
        "may_promise": sorted(role.value for role in MAY_PROMISE),
        "hardships": sorted(kind.value for kind in Hardship),
        "owed_even_when_unsafe": sorted(code.value for code in OWED_EVEN_WHEN_UNSAFE),
    }
