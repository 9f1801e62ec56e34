"""Hours for a visit, offered by message; the one chosen is a promised visit that the planner keeps."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from zoufang.core.compliance import Verdict
from zoufang.core.errors import Conflict
from zoufang.core.evaluation import Arm
from zoufang.core.values import BANK_ZONE, Channel, Message, PartyRole, Purpose, gettext_noop, hhmm
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import Appointment, ChannelWish, Outgoing
from zoufang.server.borrower.phones import is_shared, registered_phone
from zoufang.server.borrower.wishes import keep_wish
from zoufang.server.daily.appointment_slots import Slot, is_free, slots_for
from zoufang.server.daily.contacting import Attempt, Result, contact
from zoufang.server.oversight.models import Verdict as KeptVerdict
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.studies import queries as studies
from zoufang.server.visiting.orders import order_visit

State = Appointment.State
ANSWER_BY = time(16)  # of the day before the first hour: the planner has the evening


@dataclass(frozen=True, slots=True)
class Offered:
    """The gate's answer to the message; `appointment` only where it was cleared."""

    said: Verdict
    appointment: Appointment | None = None


@transaction.atomic
def offer(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    party: Party,
    purpose: Purpose,
    link: Callable[[str], str],
    by: User,
    today: date,
    at: datetime,
) -> Offered:
    """Offer two or three hours by message to the registered phone; the gate judges the message as any other.

    `link`: the address of the page for a token. Conflict where the bank doesn't offer, nobody may be asked, an
    offer waits already, or no hour is free.
    """
    require(by, "offer_appointment", party)
    phone = _phone_for(party, today, at)
    slots = slots_for(party, purpose, today)
    if not slots:
        raise Conflict(Message(gettext_noop("No hour of the coming days is allowed for a visit there.")))
    said, made = contact(
        id=id,
        attempt=Attempt(party, Channel.SMS, phone=phone),
        result=Result(reached=False, result="sent"),
        by=by,
        at=at,
    )
    if made is None:
        return Offered(said)
    return Offered(said, _keep(id, party, phone, purpose, slots, link, by, at))


def _phone_for(party: Party, today: date, at: datetime) -> Phone:
    if not settings.ZOUFANG_APPOINTMENTS:
        raise Conflict(Message(gettext_noop("This bank offers no appointments by message.")))
    study = studies.study_on(today, party.branch)
    if study is not None and study.assignments.filter(party=party, arm=Arm.HOLD_OUT).exists():
        text = gettext_noop(
            "Held out by chance, so that the effect of visits can be measured: no visit is offered."
        )
        raise Conflict(Message(text))
    if Appointment.objects.filter(party=party, state=State.OFFERED, expires_at__gt=at).exists():
        raise Conflict(Message(gettext_noop("An offer waits for this customer's answer already.")))
    phone = registered_phone(party)
    if phone is None or is_shared(phone):
        text = gettext_noop("No phone is registered for this person alone, so others might read the message.")
        raise Conflict(Message(text))
    return phone


def _keep(
    appointment_id: UUID,
    party: Party,
    phone: Phone,
    purpose: Purpose,
    slots: list[Slot],
    link: Callable[[str], str],
    by: User,
    at: datetime,
) -> Appointment:
    token = secrets.token_urlsafe(12)
    expires_at = datetime.combine(slots[0].day - timedelta(days=1), ANSWER_BY, BANK_ZONE)
    text = _("%(bank)s would like to visit you. Choose an hour, or another way to be reached: %(link)s")
    message = outbox.queue(
        kind=Outgoing.Kind.APPOINTMENT,
        phone=phone,
        branch=party.branch,
        text=text % {"bank": settings.ZOUFANG_BANK, "link": link(token)},
        expires_at=expires_at,
        at=at,
    )
    made = Appointment.objects.create(
        id=appointment_id,
        party=party,
        branch=party.branch,
        purpose=purpose,
        token=_hashed(token),
        offered=[[slot.day.isoformat(), slot.minute] for slot in slots],
        expires_at=expires_at,
        message=message,
        verdict=KeptVerdict.objects.filter(party=party, channel=Channel.SMS).latest("at", "id"),
        by=by,
        at=at,
    )
    _audit(made, "offer_appointment", by.employee_no, at, {"hours": made.offered})
    return made


def by_token(token: str) -> Appointment | None:
    rows = Appointment.objects.select_related("party__branch", "branch", "by")
    return rows.filter(token=_hashed(token)).first()


def slots_of(appointment: Appointment) -> list[Slot]:
    return [Slot(date.fromisoformat(day), minute) for day, minute in appointment.offered]


def is_open(appointment: Appointment, at: datetime) -> bool:
    return appointment.state == State.OFFERED and at < appointment.expires_at


@transaction.atomic
def choose(*, token: str, number: int, at: datetime) -> Appointment:
    """The hour of this number becomes a promised visit; chosen twice it is one. Asked of the gate again.

    Conflict: lapsed or answered otherwise, or the hour is gone since.
    """
    appointment, slot = _locked(token), None
    slots = slots_of(appointment)
    if 0 <= number < len(slots):
        slot = slots[number]
    if appointment.state == State.CHOSEN and slot == Slot.chosen(appointment):
        return appointment
    if slot is None or not is_open(appointment, at):
        raise Conflict(LAPSED)
    purpose = Purpose(appointment.purpose)
    if not is_free(appointment.party, purpose, slot, at.astimezone(BANK_ZONE).date()):
        raise Conflict(Message(gettext_noop("This hour is gone. Choose another one, or call the bank.")))
    order_visit(
        day=slot.day,
        party=appointment.party,
        target=appointment.party,
        role=PartyRole.DEBTOR,
        purpose=purpose,
        reason=_("The customer chose this hour: %(hour)s") % {"hour": hhmm(slot.minute)},
        by=appointment.by,
        at=at,
        arrive=slot.minute,
    )
    appointment.state, appointment.answered_at = State.CHOSEN, at
    appointment.chosen_day, appointment.chosen_min = slot.day, slot.minute
    appointment.save(update_fields=["state", "answered_at", "chosen_day", "chosen_min"])
    chosen = {"day": slot.day.isoformat(), "at": hhmm(slot.minute)}
    _audit(appointment, "appointment_chosen", "borrower", at, chosen)
    return appointment


LAPSED = Message(gettext_noop("This link has lapsed, or was answered already. Call the bank for another hour."))


@transaction.atomic
def ask_other_way(*, token: str, channel: Channel, today: date, at: datetime) -> Appointment:
    """Rather a call, a message or a letter: kept, and no visit is planned meanwhile."""
    appointment = _locked(token)
    if appointment.state == State.OTHER_WAY:
        return appointment
    if not is_open(appointment, at):
        raise Conflict(LAPSED)
    appointment.state, appointment.answered_at = State.OTHER_WAY, at
    appointment.save(update_fields=["state", "answered_at"])
    via = ChannelWish.Via.APPOINTMENT
    keep_wish(id=appointment.pk, party=appointment.party, channel=channel, via=via, on=today, at=at)
    return appointment


def _locked(token: str) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("party__branch", "branch", "by")
    found = rows.filter(token=_hashed(token)).first()
    if found is None:
        raise Conflict(LAPSED)
    return found


def _hashed(token: str) -> bytes:
    # Case tells tokens apart, which the blind index of names and numbers would not.
    return vault.blind_index(token.encode().hex(), "appointment")


def _audit(appointment: Appointment, action: str, actor: str, at: datetime, details: dict[str, Any]) -> None:
    audit.record(
        at=at,
        actor=actor,
        action=action,
        subject_kind="party",
        subject_id=appointment.party_id,
        branch_code=appointment.branch.code,
        details={"appointment": str(appointment.pk)} | details,
    )
