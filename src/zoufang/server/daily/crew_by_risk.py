"""How many officers what is on record of a door or a person asks for: in the plan, and again at the door.

Unknowns raise the risk that a crew reads; they alone force no larger crew, else no country visit could be planned.
What forces one is danger on record: a threat, violence, a weapon, officers kept from leaving, a crew that left for
safety, or three incidents within a year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from zoufang.core.errors import Conflict
from zoufang.core.planning import of_size
from zoufang.core.safety import RiskFacts, crew_needed, risk_of_visit
from zoufang.core.values import AddressKind, Message, Precision, RiskLevel, gettext_noop
from zoufang.core.visits import AnyVisitEvent
from zoufang.server.book.models import Address
from zoufang.server.safety.incidents import History, history_of
from zoufang.server.safety.watches import POLICY
from zoufang.server.visiting.models import Visit

CUSTOMARY = 2
TOO_FEW = gettext_noop(
    "Danger is on record here: %(size)s officers go to the door together, %(present)s have checked in. Check the"
    " others in, or call the visit off for safety."
)


def officers_needed(address: Address, whom: UUID, past: History, day: date) -> int:
    """Two, or as many as the safety policy sends where danger is on record."""
    known = RiskFacts(
        today=day,
        incidents=past.at(address, whom),
        address_kind=AddressKind(address.kind),
        precision=Precision.CONFIRMED,
        crew_knows_area=True,
        phone_signal=True,
        resisted_before=False,
        danger_before=whom in past.fled,
    )
    level, _reasons = risk_of_visit(known)
    return crew_needed(level, POLICY).size if level is RiskLevel.HIGH else CUSTOMARY


def needs_of_doors(doors: Iterable[tuple[Address, UUID]], past: History, day: date) -> frozenset[str]:
    """Of several doors the largest crew: which one the planner takes is not known yet."""
    most = max((officers_needed(address, whom, past, day) for address, whom in doors), default=CUSTOMARY)
    return frozenset({of_size(most)}) if most > CUSTOMARY else frozenset()


def brings(officers: int) -> frozenset[str]:
    """What a crew of this many offers to the planner."""
    return frozenset(of_size(size) for size in range(CUSTOMARY + 1, officers + 1))


def needed_at(visit: Visit) -> int:
    """For this visit, by what is on record up to its day; what happens on it does not count."""
    past = history_of([visit.address], {visit.whom.pk}, visit.day)
    return officers_needed(visit.address, visit.whom.pk, past, visit.day)


def enough_are_there(visit: Visit, events: Iterable[AnyVisitEvent]) -> None:
    """Nobody is spoken to before as many have checked in as the danger asks for. Conflict otherwise."""
    events = tuple(events)
    if not any(event.kind == "person_met" for event in events):
        return
    here = {str(key) for key in visit.events.filter(kind="checked_in").values_list("by", flat=True)}
    here |= {event.by for event in events if event.kind == "checked_in"}
    if len(here) < (size := needed_at(visit)) and size > CUSTOMARY:
        raise Conflict(Message(TOO_FEW, {"size": size, "present": len(here)}))
