"""Looks at personal data and a legal hold, so that compliance has something to read in the demo."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from zoufang.server.book.models import LegalHold, Party, RevealPurpose
from zoufang.server.book.services import reveal
from zoufang.server.daily.retention import propose, set_hold
from zoufang.server.demo.found import Staff

LOOKS = (RevealPurpose.CALL, RevealPurpose.COMPLAINT, RevealPurpose.LEGAL, RevealPurpose.OTHER)
HELD_FOR = timedelta(days=180)


def look_and_hold(team: Staff, day: date, at: datetime) -> None:
    """The manager looks at a few people; one of them is kept for a lawsuit. Nothing of the loop changes."""
    people = Party.objects.filter(loans__state__open=True, branch__path__startswith=team.city.path).distinct()
    chosen = list(people.select_related("branch").order_by("source_system", "source_key")[: len(LOOKS)])
    for party, purpose in zip(chosen, LOOKS, strict=False):
        reason = "配合街道办核对住址（模拟）" if purpose == RevealPurpose.OTHER else ""
        reveal(party=party, what="address", purpose=purpose, by=team.manager, at=at, reason=reason)
    for party in chosen[:1]:
        set_hold(
            party=party,
            ground=LegalHold.Ground.LITIGATION,
            reference="模拟民初 1 号",
            since=day,
            until=day + HELD_FOR,
            by=team.compliance,
            at=at,
        )
    propose(today=day, at=at)
