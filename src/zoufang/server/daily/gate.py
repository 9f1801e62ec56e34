"""Ask compliance about many doors at once, and keep every answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from zoufang.core.compliance import (
    ClearedVisit,
    ContactRequest,
    Override,
    Policy,
    Refusal,
    Verdict,
    review,
    review_contact,
)
from zoufang.core.values import BANK_ZONE, Channel, PartyRole, Purpose
from zoufang.server.book.models import Address, Party, Phone
from zoufang.server.daily.facts import Registers, facts_of
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Override as StoredOverride

CALL_LENGTH = timedelta(minutes=10)
OVERRIDE_LASTS = timedelta(days=7)  # the day on which it is given counts


@dataclass(frozen=True, slots=True)
class Door:
    """A debtor, an address, and what one would go there for."""

    party: Party
    address: Address
    purpose: Purpose


def review_call(party: Party, phone: Phone, registers: Registers, *, at: datetime) -> Verdict:
    """May this number be rung now? Read `cleared`; whoever rings keeps the verdict."""
    return review_now(party, Channel.CALL, registers, at=at, phone=phone)


def review_now(
    party: Party,
    channel: Channel,
    registers: Registers,
    *,
    at: datetime,
    phone: Phone | None = None,
    address: Address | None = None,
) -> Verdict:
    """May this number be rung or written to, or a letter go to this address, now? Nothing is kept."""
    day = at.astimezone(BANK_ZONE).date()
    request = ContactRequest(
        customer_id=str(party.id),
        channel=channel,
        purpose=Purpose.FIRST_TALK,
        target_id=str(party.id),
        target_role=PartyRole.DEBTOR,
        starts=at,
        ends=at + CALL_LENGTH if channel is Channel.CALL else at,
    )
    return review_contact(request, facts_of(party, address, registers, phone), compliance_policy(day), day)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said of one door, with the row that keeps it."""

    door: Door
    said: ClearedVisit | Refusal
    verdict_id: UUID


def review_doors(
    doors: Iterable[Door], registers: Registers, policy: Policy, *, day: date, at: datetime
) -> list[Answer]:
    """Review each door for `day`; verdicts are stored whether they clear or refuse."""
    doors = list(doors)
    overrides = overrides_of({door.party.id for door in doors}, day)
    said = [_review(door, registers, policy, day, overrides.get(door.party.id, ())) for door in doors]
    kept = oversight.keep_verdicts(
        [
            oversight.SaidOfParty(door.party.id, door.address.id, door.party.branch_id, answer.verdict)
            for door, answer in zip(doors, said, strict=True)
        ],
        day=day,
        at=at,
    )
    return [Answer(door, answer, row.id) for door, answer, row in zip(doors, said, kept, strict=True)]


def _review(
    door: Door, registers: Registers, policy: Policy, day: date, overrides: tuple[Override, ...]
) -> ClearedVisit | Refusal:
    request = ContactRequest(
        customer_id=str(door.party.id),
        channel=Channel.VISIT,
        purpose=door.purpose,
        target_id=str(door.party.id),
        target_role=PartyRole.DEBTOR,
        days=(day,),
    )
    return review(request, facts_of(door.party, door.address, registers), policy, registers.day, overrides)


def overrides_of(party_ids: set[UUID], day: date) -> dict[UUID, tuple[Override, ...]]:
    """What supervisors have taken upon themselves, by party; a week later nobody knows the case any more."""
    found: dict[UUID, tuple[Override, ...]] = {}
    oldest = datetime.combine(day - OVERRIDE_LASTS + timedelta(days=1), time.min, BANK_ZONE)
    rows = StoredOverride.objects.filter(verdict__party__in=party_ids, at__gte=oldest)
    for row in rows.select_related("verdict", "by").order_by("at", "pk"):
        one = Override(row.by.employee_no, row.reason, row.at, tuple(row.rule_ids))
        found[row.verdict.party_id] = (*found.get(row.verdict.party_id, ()), one)
    return found
