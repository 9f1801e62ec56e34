"""How risky each visit is, from what is on record: an unknown raises the risk, it never lowers it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models.functions import Coalesce

from zoufang.core.safety import RiskFacts, risk_of_visit
from zoufang.core.values import AddressKind, Message, Precision, RiskLevel
from zoufang.core.visits import Outcome
from zoufang.server.book.models import Address
from zoufang.server.daily.facts import Registers
from zoufang.server.oversight.models import Stop
from zoufang.server.safety.incidents import History
from zoufang.server.visiting.models import Visit

RESISTED = (Outcome.REFUSED, Outcome.UNSAFE, Outcome.LEFT_FOR_SAFETY)
Risk = tuple[RiskLevel, tuple[Message, ...]]


def resisted_before(party_ids: Iterable[UUID], day: date) -> set[UUID]:
    """People at whose door an earlier visit met refusal or danger, about whose debt ever."""
    rows = Visit.objects.annotate(whose=Coalesce("target_id", "party_id"))
    found = rows.filter(whose__in=list(party_ids), day__lt=day, outcome__in=RESISTED)
    return set(found.values_list("whose", flat=True))


def risk_at(
    address: Address, precision: Precision, registers: Registers, resisted: set[UUID], past: History, day: date
) -> Risk:
    """Which crew goes is open yet, so whether it knows the area is unknown; so is the phone signal."""
    stops = registers.stops.get(address.party_id, [])
    return risk_of_visit(
        RiskFacts(
            today=day,
            incidents=past.at(address, address.party_id),
            address_kind=AddressKind(address.kind),
            precision=precision,
            resisted_before=address.party_id in resisted,
            danger_before=address.party_id in past.fled,
            self_harm_risk=any(stop.kind == Stop.Kind.SELF_HARM for stop in stops),
        )
    )
