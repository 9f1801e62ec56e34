"""Ask compliance before a call, a message or a letter; only what is allowed is recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from zoufang.core.compliance import Verdict
from zoufang.core.errors import BadInput, NotFound
from zoufang.core.values import Channel, Message, Purpose, gettext_noop
from zoufang.core.visits import DoorScript, say_and_not_say
from zoufang.server.book.models import Address, Party, Phone
from zoufang.server.daily.facts import Registers, facts_of, read_registers
from zoufang.server.daily.gate import Answer, Door, review_doors, review_now
from zoufang.server.daily.policies import compliance_policy
from zoufang.server.daily.targets import Target, debtor_as_target, targets_of
from zoufang.server.outreach.models import Contact
from zoufang.server.outreach.services import record_contact
from zoufang.server.oversight import services as oversight
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.staff.zone import local_day


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody wants to do, or has just done: `phone` for calls and messages, `address` for letters.

    `party` owes the debt; `target` is a guarantor or co-borrower of it who is called in their place.
    """

    party: Party
    channel: Channel
    phone: Phone | None = None
    address: Address | None = None
    target: Target | None = None

    def __post_init__(self) -> None:
        if self.channel is Channel.VISIT:
            raise BadInput(Message(gettext_noop("Visits are planned, and recorded by their own events.")))
        if self.phone is not None and self.phone.party_id != self.whom.party.id:
            raise BadInput(Message(gettext_noop("This number belongs to someone else.")))

    @property
    def whom(self) -> Target:
        return self.target or debtor_as_target(self.party)


@dataclass(frozen=True, slots=True)
class Result:
    """How it ended: `result` is a code of core's ContactOutcome."""

    reached: bool
    result: str
    note: str = ""


@transaction.atomic
def contact(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    attempt: Attempt,
    result: Result,
    by: User,
    at: datetime,
) -> tuple[Verdict, Contact | None]:
    """The verdict, always kept; the contact only where it is cleared. A second sending changes nothing."""
    require(by, "record_contact", attempt.party)
    said = ask(attempt, at=at)
    before = Contact.objects.filter(pk=id).first()
    if before is not None:
        return said, before
    one = oversight.SaidOfParty(attempt.party.id, _address_id(attempt), attempt.party.branch_id, said)
    oversight.keep_verdicts([one], day=local_day(at), at=at)
    if not said.cleared:
        return said, None
    made = record_contact(
        id=id,
        debtor=attempt.party,
        channel=attempt.channel,
        reached=result.reached,
        result=result.result,
        by=by,
        at=at,
        phone=attempt.phone,
        reached_role=attempt.whom.role,
        target=attempt.target.party if attempt.target else None,
        note=result.note,
    )
    return said, made


def ask(attempt: Attempt, *, at: datetime) -> Verdict:
    """May this be done now? Nothing is kept."""
    others = [attempt.target.party] if attempt.target else []
    return _said(attempt, read_registers([attempt.party], local_day(at), others), at)


def _said(attempt: Attempt, registers: Registers, at: datetime) -> Verdict:
    return review_now(
        attempt.party,
        attempt.channel,
        registers,
        at=at,
        phone=attempt.phone,
        address=attempt.address,
        target=attempt.target,
    )


def ask_for_visit(*, party: Party, address: Address, purpose: Purpose, by: User, at: datetime) -> Answer:
    """May we visit there today? The verdict is kept beside those of the day's plan."""
    require(by, "see_customer", party)
    day = local_day(at)
    registers = read_registers([party], day)
    return review_doors([Door(party, address, purpose)], registers, compliance_policy(day), day=day, at=at)[0]


def _address_id(attempt: Attempt) -> UUID | None:
    return attempt.address.id if attempt.address else None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach someone now, and what the gate says of it."""

    attempt: Attempt
    said: Verdict


def ways(
    party: Party,
    phones: Iterable[Phone],
    addresses: Iterable[Address],
    *,
    at: datetime,
    target: Target | None = None,
) -> list[Way]:
    """Every number by call and message, every address by letter; nothing is kept."""
    others = [target.party] if target else []
    registers = read_registers([party], local_day(at), others)
    by_phone = (Channel.CALL, Channel.SMS)
    attempts = [Attempt(party, channel, phone=p, target=target) for p in phones for channel in by_phone]
    attempts += [Attempt(party, Channel.LETTER, address=a, target=target) for a in addresses]
    return [Way(a, _said(a, registers, at)) for a in attempts]


def target_to_contact(party: Party, person: UUID, role: str) -> Target:
    """Who stands in this debtor's open loans in this role; NotFound for all others: no debt is told to them."""
    known = targets_of([party]).get(party.id, ())
    found = next((one for one in known if one.party.id == person and one.role == role), None)
    if found is None:
        raise NotFound(Message(gettext_noop("This person does not stand in the open loans of this customer.")))
    return found


def words_for(party: Party, target: Target, day: date) -> DoorScript:
    """What may and may not be said to this person about this debt, on the phone as at the door."""
    facts = facts_of(party, None, read_registers([party], day, [target.party]), target=target)
    return say_and_not_say(target.purpose, facts, day, target.role, str(target.party.id))
