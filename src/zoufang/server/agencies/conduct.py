"""Which contacts of agencies are looked at: more of them than of our own visits, and every one against a rule."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.agencies import AgencyPolicy
from zoufang.core.errors import BadInput, Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.agencies.models import AgencyContact, ConductCheck
from zoufang.server.agencies.queries import agency_contacts_of
from zoufang.server.agencies.register import keep
from zoufang.server.book import vault
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope

BACK = timedelta(days=30)  # a contact that is told later than this is not drawn
DUE = timedelta(days=7)
SCALE = 2**64


@transaction.atomic
def draw_checks(*, today: date) -> int:
    """Of contacts before today that are not drawn yet; a contact's lot is always the same: safe to repeat."""
    rows = agency_contacts_of(None, today - BACK, today - timedelta(days=1)).filter(conduct_check__isnull=True)
    drawn = [one for one in rows if one.against or _lot(one) < AgencyPolicy().review_percent / 100]
    ConductCheck.objects.bulk_create(
        [
            ConductCheck(
                contact=one,
                agency=one.agency,
                branch=one.placement.branch,
                why=ConductCheck.Why.RULE if one.against else ConductCheck.Why.LOT,
                drawn_on=today,
                due_on=today + DUE,
            )
            for one in drawn
        ],
        batch_size=500,
    )
    return len(drawn)


def _lot(one: AgencyContact) -> float:
    """In a simulated bank by its seed; else by the installation's key, which no agency can know."""
    seed = bank_state().seed
    if seed is None:
        value = vault.blind_index(str(one.pk), "agency_conduct")
    else:
        named = f"{seed}|{one.placement.case_no}|{one.contact.at.isoformat()}"
        value = sha256(named.encode()).digest()
    return int.from_bytes(value[:8], "big") / SCALE


def checks(user: User) -> QuerySet[ConductCheck]:
    """Of the reader's branches: those that wait first, the nearest due first."""
    require(user, "check_agency_contact")
    related = ("agency", "contact__contact__debtor", "contact__placement", "contact__person", "by")
    return ConductCheck.objects.filter(scope(user)).select_related(*related).order_by("result", "due_on", "pk")


@transaction.atomic
def record_check(
    *, check: ConductCheck, result: ConductCheck.Result, note: str, by: User, at: datetime
) -> ConductCheck:
    """Once; a fault needs its words. Conflict: somebody has looked at it already."""
    require(by, "check_agency_contact", check)
    found = ConductCheck.objects.select_for_update().get(pk=check.pk)
    if found.result:
        raise Conflict(Message(gettext_noop("Somebody has looked at this contact already.")))
    if result == ConductCheck.Result.FAULT and not note.strip():
        raise BadInput(Message(gettext_noop("Say what the agency did wrong.")))
    debtor = check.contact.contact.debtor
    found.result, found.by, found.at = result, by, at
    found.sealed_note = vault.seal(debtor.key, note.strip(), "agency_conduct") if note.strip() else None
    found.save(update_fields=["result", "by", "at", "sealed_note"])
    keep(check.agency, "check_agency_contact", by, at, {"contact": str(check.pk), "result": str(result)})
    return found
