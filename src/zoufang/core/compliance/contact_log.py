"""Counts over the contact log, and the lost-contact state that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from zoufang.core.compliance.facts import ContactOutcome, Facts, PastContact
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


def visits_before(facts: Facts, day: date) -> list[PastContact]:
    """Visits made to anyone about this debtor, up to and including `day`, failed ones too."""
    zone = facts.zone_for(Channel.VISIT)
    return [c for c in facts.contacts if c.channel is Channel.VISIT and local_day(c, zone) <= day]


def visits_within(facts: Facts, day: date, days: int) -> int:
    """Visits in the `days` calendar days that end with `day`."""
    zone = facts.zone_for(Channel.VISIT)
    return sum(local_day(c, zone) > day - timedelta(days=days) for c in visits_before(facts, day))


def calls_on(facts: Facts, day: date) -> list[PastContact]:
    """The bank's and its agencies' calls of one day, to anyone about this debtor."""
    zone = facts.zone_for(Channel.CALL)
    return [c for c in facts.contacts if c.channel is Channel.CALL and c.by_bank and local_day(c, zone) == day]


def remote_contacts(facts: Facts, day: date) -> tuple[int, int]:
    """(successful, failed) remote contacts with the debtor before a visit on `day`."""
    remote = [
        c for c in facts.contacts if c.channel is not Channel.VISIT and c.role in OWN_ROLES and local_day(c) <= day
    ]
    good = sum(c.outcome in (ContactOutcome.REACHED, ContactOutcome.DELIVERED) for c in remote)
    bad = sum(c.outcome in FAILED for c in remote)
    return good, bad


OWN_ROLES = (PartyRole.DEBTOR, PartyRole.CO_DEBTOR)
FAILED = (ContactOutcome.UNANSWERED, ContactOutcome.NUMBER_INVALID, ContactOutcome.FAILED)


def lost_contact(facts: Facts, today: date) -> LostContact | None:
    """The CBA tests on the debtor's own dials; any later contact with the debtor ends the state at once."""
    own = sorted(
        (c for c in facts.contacts if c.role is PartyRole.DEBTOR and local_day(c) <= today), key=lambda c: c.at
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
