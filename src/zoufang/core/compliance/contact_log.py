"""Counts over the contact log, and the lost-contact state that it shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from zoufang.core.compliance.facts import ContactOutcome, Facts, PastContact
from zoufang.core.compliance.request import ContactRequest
from zoufang.core.values import BANK_ZONE, Channel, PartyRole

SUCCESSIVE = 3  # dials or days, CBA guidance 2026


class LostTest(StrEnum):
    """Which of the three tests of the CBA guidance shows that the debtor cannot be reached."""

    NUMBER_INVALID = "number_invalid"
    THREE_DIALS = "three_dials"
    THREE_DAYS = "three_days"


@dataclass(frozen=True, slots=True)
class LostContact:
    test: LostTest
    since: date


def local_day(contact: PastContact, zone: ZoneInfo = BANK_ZONE) -> date:
    return contact.at.astimezone(zone).date()


def about_debtor(facts: Facts) -> list[PastContact]:
    """Without what was said to the target about other people's debts."""
    return [c for c in facts.contacts if c.about in ("", facts.customer_id)]


def visits_before(request: ContactRequest, facts: Facts, day: date) -> list[PastContact]:
    """Up to and including `day`, failed ones too: about this debtor, or to a target who stands apart."""
    return _visits(_own(request, facts), facts, day)


def visits_within(request: ContactRequest, facts: Facts, day: date, days: int) -> int:
    """In the `days` that end with `day`: about this debtor, or to this person about anyone, whichever is more."""
    since, zone = day - timedelta(days=days), facts.zone_for(Channel.VISIT)
    to_person = [c for c in facts.contacts if c.party_id == request.target_id]
    counted = (_visits(made, facts, day) for made in (about_debtor(facts), to_person))
    return max(sum(local_day(c, zone) > since for c in visits) for visits in counted)


def _own(request: ContactRequest, facts: Facts) -> list[PastContact]:
    if request.target_role in APART:
        return [c for c in facts.contacts if c.party_id == request.target_id]
    return about_debtor(facts)


def _visits(contacts: Iterable[PastContact], facts: Facts, day: date) -> list[PastContact]:
    zone = facts.zone_for(Channel.VISIT)
    return [c for c in contacts if c.channel is Channel.VISIT and local_day(c, zone) <= day]


def calls_on(facts: Facts, day: date) -> list[PastContact]:
    """The bank's and its agencies' calls of one day, to anyone about this debtor."""
    zone = facts.zone_for(Channel.CALL)
    return [c for c in facts.contacts if c.channel is Channel.CALL and c.by_bank and local_day(c, zone) == day]


def remote_contacts(request: ContactRequest, facts: Facts, day: date) -> tuple[int, int]:
    """(successful, failed) remote contacts by `day` with the debtor, or with a target who stands apart."""
    apart = request.target_role in APART
    remote = [
        c
        for c in _own(request, facts)
        if c.channel is not Channel.VISIT and (apart or c.role in OWN_ROLES) and local_day(c) <= day
    ]
    good = sum(c.outcome in SUCCEEDED for c in remote)
    bad = sum(c.outcome in FAILED for c in remote)
    return good, bad


OWN_ROLES = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
# Who has a contact history of their own. Representatives speak for the debtor and share the debtor's.
APART = (PartyRole.CO_DEBTOR, PartyRole.GUARANTOR, PartyRole.HEIR)
SUCCEEDED = (ContactOutcome.REACHED, ContactOutcome.DELIVERED)
FAILED = (ContactOutcome.UNANSWERED, ContactOutcome.NUMBER_INVALID, ContactOutcome.FAILED)


def lost_contact(facts: Facts, today: date) -> LostContact | None:
    """The CBA tests on the debtor's own dials; any later contact with the debtor ends the state at once."""
    own = sorted(
        (c for c in about_debtor(facts) if c.role is PartyRole.DEBTOR and local_day(c) <= today),
        key=lambda c: c.at,
    )
    reached = [c.at for c in own if c.outcome is ContactOutcome.REACHED]
    tried = [c for c in own if c.channel is Channel.CALL and c.by_bank and (not reached or c.at > max(reached))]
    return _numbers_invalid(facts, tried) or _three_days(tried) or _three_dials(tried, today)


def _numbers_invalid(facts: Facts, tried: list[PastContact]) -> LostContact | None:
    """Every own number of the debtor was found invalid at its last dial."""
    last = {c.phone_id: c for c in tried}
    if not facts.debtor_phones or any(
        number not in last or last[number].outcome is not ContactOutcome.NUMBER_INVALID
        for number in facts.debtor_phones
    ):
        return None
    return LostContact(LostTest.NUMBER_INVALID, max(local_day(last[n]) for n in facts.debtor_phones))


def _three_dials(tried: list[PastContact], today: date) -> LostContact | None:
    """Three successive dials without an answer, and no contact until the next day."""
    if len(tried) < SUCCESSIVE:
        return None
    since = local_day(tried[SUCCESSIVE - 1]) + timedelta(days=1)
    return LostContact(LostTest.THREE_DIALS, since) if since <= today else None


def _three_days(tried: list[PastContact]) -> LostContact | None:
    """Dials without an answer on three successive days."""
    days = sorted({local_day(c) for c in tried})
    run = 1
    for before, after in pairwise(days):
        run = run + 1 if after - before == timedelta(days=1) else 1
        if run == SUCCESSIVE:
            return LostContact(LostTest.THREE_DAYS, after)
    return None
