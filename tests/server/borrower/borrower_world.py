"""A letter, and the phone that its addressee gave the bank."""

from __future__ import annotations

from uuid import uuid4

from tests.server.staffing import TODAY
from tests.server.visit_world import TEN, officers
from zoufang.core.visits import PaperKind
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
from zoufang.server.papers.models import Paper
from zoufang.server.papers.services import make_paper
from zoufang.server.visiting.models import Visit


def a_phone(party: Party, number: str = "13853400001", *, source: str = "contract") -> Phone:
    return Phone.objects.create(
        party=party,
        sealed=vault.seal(party.key, number, "phone"),
        number_index=vault.blind_index(number, "phone"),
        last4_index=vault.blind_index(number[-4:], "phone_last4"),
        source_code=source,
        source_on=TODAY,
    )


def a_letter(visit: Visit) -> Paper:
    return make_paper(id=uuid4(), kind=PaperKind.AUTHORITY, visit=visit, by=officers(visit)[0], at=TEN)
