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
from zoufang.core.values import Channel, Purpose
from zoufang.server.book.models import Address, Party, Phone
from zoufang.server.daily.facts import Registers, facts_of
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import Target, debtor_as_target
from zoufang.server.oversight import services as oversight
from zoufang.server.oversight.models import Override as StoredOverride
from zoufang.server.staff.zone import local_day, local_zone

CALL_LENGTH = timedelta(minutes=10)
OVERRIDE_LASTS = timedelta(days=7)  # the day on which it is given counts


@dataclass(frozen=True, slots=True)
class Question:
    """As a door, but of people who may have none."""

    party: Party
    address: Address | None
    purpose: Purpose
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """A debtor, an address, what one would go there for, and to whom (None: to the debtor)."""

    party: Party
    address: Address
    purpose: Purpose
    target: Target | None = None

    @property
    def question(self) -> Question:
        return Question(self.party, self.address, self.purpose, self.target)

    @property
    def whom(self) -> Target:
        return self.target or debtor_as_target(self.party)


def review_call(
    party: Party, phone: Phone, registers: Registers, *, at: datetime, target: Target | None = None
) -> Verdict:
    """May this number be rung now? Read `cleared`; whoever rings keeps the verdict."""
    return review_now(party, Channel.CALL, registers, at=at, phone=phone, target=target)


def review_now(
    party: Party,
    channel: Channel,
    registers: Registers,
    *,
    at: datetime,
    phone: Phone | None = None,
    address: Address | None = None,
    target: Target | None = None,
) -> Verdict:
    """May this number be rung or written to, or a letter go to this address, now? Nothing is kept."""
    day = local_day(at)
    whom = target or debtor_as_target(party)
    request = ContactRequest(
        customer_id=str(party.id),
        channel=channel,
        purpose=whom.purpose,
        target_id=str(whom.party.id),
        target_role=whom.role,
        starts=at,
        ends=at + CALL_LENGTH if channel is Channel.CALL else at,
    )
    facts = facts_of(party, address, registers, phone, target, channel)
    return review_contact(request, facts, compliance_policy(day), day)


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
    said = [
        judge(door.question, registers, policy, day, overrides.get((door.party.id, door.whom.party.id), ()))
        for door in doors
    ]
    kept = oversight.keep_verdicts(
        [
            oversight.SaidOfParty(door.party.id, door.address.id, door.party.branch_id, answer.verdict)
            for door, answer in zip(doors, said, strict=True)
        ],
        day=day,
        at=at,
    )
    return [Answer(door, answer, row.id) for door, answer, row in zip(doors, said, kept, strict=True)]


def judge(
    asked: Question, registers: Registers, policy: Policy, day: date, overrides: tuple[Override, ...] = ()
) -> ClearedVisit | Refusal:
    """One question for one day; nothing is kept."""
    whom = asked.target or debtor_as_target(asked.party)
    request = ContactRequest(
        customer_id=str(asked.party.id),
        channel=Channel.VISIT,
        purpose=asked.purpose,
        target_id=str(whom.party.id),
        target_role=whom.role,
        days=(day,),
    )
    facts = facts_of(asked.party, asked.address, registers, target=asked.target, channel=Channel.VISIT)
    return review(request, facts, policy, registers.day, overrides)


def overrides_of(party_ids: set[UUID], day: date) -> dict[tuple[UUID, UUID], tuple[Override, ...]]:
    """What supervisors have taken upon themselves, by debtor and target; not longer than a week."""
    found: dict[tuple[UUID, UUID], tuple[Override, ...]] = {}
    oldest = datetime.combine(day - OVERRIDE_LASTS + timedelta(days=1), time.min, local_zone())
    rows = StoredOverride.objects.filter(verdict__party__in=party_ids, at__gte=oldest)
    for row in rows.select_related("verdict", "by").order_by("at", "pk"):
        one = Override(row.by.employee_no, row.reason, row.at, tuple(row.rule_ids))
        key = row.verdict.party_id, UUID(row.verdict.body["request"]["target_id"])
        found[key] = (*found.get(key, ()), one)
    return found
