"""What some customers of the simulated bank asked of whoever calls on them."""

from __future__ import annotations

from datetime import datetime

from zoufang.core.simulation import SimulatedBank
from zoufang.core.values import Gender, Language
from zoufang.server.book.models import Party
from zoufang.server.book.visit_needs import AskedFor, note_visit_needs
from zoufang.server.demo.found import Staff

# One customer in so many, beginning with which; what was asked for.
ASKED = (
    (23, 4, AskedFor(language=Language.JILU, basis="家属来电：老人只听得懂当地话（模拟）")),
    (37, 9, AskedFor(gender=Gender.FEMALE, basis="客户来电：希望由女性工作人员上门（模拟）")),
    (53, 17, AskedFor(service_years=3, basis="支行建议：由经验较多的人员上门（模拟）")),
)


def note_needs(bank: SimulatedBank, team: Staff, at: datetime) -> None:
    """Noted by the planner on the first day, as after calls of the weeks before."""
    parties = {party.source_key: party for party in Party.objects.select_related("branch")}
    for number, customer in enumerate(bank.customers):
        asked = next((what for every, first, what in ASKED if number % every == first), None)
        if asked is not None and customer.party_id in parties:
            note_visit_needs(party=parties[customer.party_id], asked=asked, by=team.planner, on=bank.start, at=at)
