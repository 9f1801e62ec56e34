"""Own contact history: shown only after a code to the registered phone, and never an amount.

Whoever asks gets the same answer whether or not a reference exists, a phone is registered, or it is shared.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from zoufang.core.values import BANK_ZONE
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Party, Phone
from zoufang.server.borrower import outbox
from zoufang.server.borrower.models import CodeAsk, Outgoing
from zoufang.server.borrower.phones import is_shared, registered_phone
from zoufang.server.oversight.models import Stop
from zoufang.server.staff.ids import new_id

DIGITS, GOOD_FOR, WRONG_TRIES = 6, timedelta(minutes=5), 5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OF_A_REFERENCE, OF_AN_ASKER, OF_A_PERSON = 3, 20, 5  # an hour, an hour, a day
Result = CodeAsk.Result


def asker_of(address: str) -> bytes:
    """Whoever asks, by a keyed hash of the network they come from (/24, or /48 in IPv6)."""
    try:
        bits = 24 if ip_address(address).version == 4 else 48
        network = str(ip_network(f"{address}/{bits}", strict=False))
    except ValueError:
        network = "unknown"
    return vault.blind_index(network, "history_asker")


@transaction.atomic
def ask_code(*, reference: str, party: Party | None, asker: bytes, at: datetime) -> UUID | None:
    """Send a code if all is in order; the id of the question, which tells nothing. None: asked too often.

    `party`: whom the reference is about, as far as anybody knows.
    """
    hashed = vault.blind_index(reference, "history_reference")
    lately = CodeAsk.objects.filter(at__gt=at - HOUR, at__lte=at)
    too_many = lately.filter(reference=hashed).count() >= OF_A_REFERENCE
    if too_many or lately.filter(asker=asker).count() >= OF_AN_ASKER:
        return None
    ask_id, code = new_id(), str(secrets.randbelow(10**DIGITS)).zfill(DIGITS)
    result, phone = _result(party, at)
    CodeAsk.objects.create(
        id=ask_id,
        reference=hashed,
        asker=asker,
        party=party,
        code=_hashed(ask_id, code),
        result=result,
        at=at,
    )
    if party is not None and phone is not None and result == Result.SENT:
        text = _("Your code for your own contact history is %(code)s, good for five minutes. Tell it to nobody.")
        outbox.queue(
            kind=Outgoing.Kind.CODE,
            phone=phone,
            branch=party.branch,
            text=text % {"code": code},
            expires_at=at + GOOD_FOR,
            at=at,
        )
    return ask_id


def _result(party: Party | None, at: datetime) -> tuple[CodeAsk.Result, Phone | None]:
    if party is None:
        return Result.NOBODY, None
    today = at.astimezone(BANK_ZONE).date()
    dead = Stop.objects.filter(party=party, kind=Stop.Kind.DECEASED, lifted_at=None, since__lte=today)
    if dead.exists():
        return Result.STOPPED, None
    phone = registered_phone(party)
    if phone is None:
        return Result.NO_PHONE, None
    if is_shared(phone):
        return Result.SHARED, None
    sent = CodeAsk.objects.filter(party=party, result=Result.SENT, at__gt=at - DAY, at__lte=at)
    return (Result.ENOUGH, None) if sent.count() >= OF_A_PERSON else (Result.SENT, phone)


@transaction.atomic
def use_code(*, ask_id: UUID, code: str, at: datetime) -> Party | None:
    """Whose history may be shown; None for a wrong, late, used or locked code, and for one never sent."""
    rows = CodeAsk.objects.select_for_update(of=("self",)).select_related("party__branch")
    ask = rows.filter(pk=ask_id).first()
    if ask is None or ask.used_at or ask.tries >= WRONG_TRIES or not ask.at <= at < ask.at + GOOD_FOR:
        return None
    right = hmac.compare_digest(bytes(ask.code), _hashed(ask_id, code.strip()))
    if not right or ask.party is None or ask.result != Result.SENT:
        CodeAsk.objects.filter(pk=ask_id).update(tries=ask.tries + 1)
        return None
    CodeAsk.objects.filter(pk=ask_id).update(used_at=at)
    audit.record(
        at=at,
        actor="borrower",
        action="own_history_seen",
        subject_kind="party",
        subject_id=ask.party_id,
        branch_code=ask.party.branch.code,
        details={"ask": str(ask_id)},
    )
    return ask.party


def _hashed(ask_id: UUID, code: str) -> bytes:
    return vault.blind_index(f"{ask_id} {code}", "history_code")
