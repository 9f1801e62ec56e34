"""Record what a guarantor agreed to in writing; a second person who has seen the paper confirms it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import BANK_ZONE, Message, Offer, PartyRole, gettext_noop
from zoufang.server.agreements.models import GuarantorConsent
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.book.models import Loan, Party
from zoufang.server.papers.services import SCAN_STARTS
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.evidence import MOST_BYTES


@dataclass(frozen=True, slots=True)
class Agreed:
    """The terms that the guarantor signed for."""

    guarantor: Party
    most_fen: int
    until: date
    signed_on: date
    how: GuarantorConsent.How


@transaction.atomic
def record_consent(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    loan: Loan,
    agreed: Agreed,
    scan: bytes,
    by: User,
    at: datetime,
) -> GuarantorConsent:
    """It does not count before a second person confirms it. A second sending changes nothing."""
    require(by, "record_consent", loan)
    if not loan.parties.filter(party=agreed.guarantor, role=PartyRole.GUARANTOR).exists():
        raise BadInput(Message(gettext_noop("This person does not guarantee this loan.")))
    if agreed.most_fen <= 0 or agreed.until < agreed.signed_on:
        raise BadInput(Message(gettext_noop("Write the amount and the last day as they stand on the paper.")))
    if agreed.signed_on > at.astimezone(BANK_ZONE).date():
        raise BadInput(Message(gettext_noop("A paper is not signed in the future. Correct the day.")))
    if not scan.startswith(SCAN_STARTS) or len(scan) > MOST_BYTES:
        raise BadInput(Message(gettext_noop("A scan is a PDF, JPEG or PNG file. Choose another.")))
    first = {
        "loan": loan,
        "guarantor": agreed.guarantor,
        "branch": loan.branch,
        "most_fen": agreed.most_fen,
        "until": agreed.until,
        "signed_on": agreed.signed_on,
        "how": agreed.how,
        "scan_digest": sha256(scan).hexdigest(),
        "by": by,
        "at": at,
    }
    row, made = GuarantorConsent.objects.get_or_create(id=id, defaults=first)
    if made:
        _keep_scan(row, scan)
        _record(row, "record_consent", by, at)
    return row


@transaction.atomic
def confirm_consent(*, consent: GuarantorConsent, by: User, at: datetime) -> GuarantorConsent:
    """By another person, who has compared it with the signed paper."""
    require(by, "confirm_consent", consent)
    row = _open(consent)
    if row.confirmed_at is not None:
        raise Conflict(Message(gettext_noop("This consent is confirmed already.")))
    if row.by_id == by.pk:
        raise NotPermitted(
            Message(gettext_noop("Whoever recorded the consent cannot confirm it. Ask a colleague."))
        )
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _record(row, "confirm_consent", by, at)
    return row


@transaction.atomic
def void_consent(*, consent: GuarantorConsent, why: str, by: User, at: datetime) -> GuarantorConsent:
    """Wrongly recorded, or taken back before the agreement was signed: it counts no more."""
    require(by, "confirm_consent", consent)
    row = _open(consent)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why this consent no longer counts.")))
    row.void_why, row.void_by, row.void_at = why.strip(), by, at
    row.save(update_fields=["void_why", "void_by", "void_at"])
    _record(row, "void_consent", by, at)
    return row


@dataclass(frozen=True, slots=True)
class Consented:
    """Up to which amount in all, and until which day, a guarantor goes along."""

    guarantor_id: str
    most_fen: int
    until: date

    def covers(self, offer: Offer) -> bool:
        return offer.total_fen <= self.most_fen and offer.schedule[-1].due <= self.until


def consents_in_force(loan: Loan) -> tuple[Consented, ...]:
    """Those that a second person has confirmed (CN-L9)."""
    rows = GuarantorConsent.objects.filter(loan=loan, confirmed_at__isnull=False, void_at__isnull=True)
    found = rows.order_by("at", "pk").values_list("guarantor_id", "most_fen", "until")
    return tuple(Consented(str(key), most, until) for key, most, until in found)


def consents_of(party: Party, by: User) -> QuerySet[GuarantorConsent]:
    """To loans of this debtor, the newest first."""
    require(by, "see_customer", party)
    rows = GuarantorConsent.objects.filter(scope(by), loan__debtor=party)
    return rows.select_related("loan", "guarantor", "by", "confirmed_by", "void_by").order_by("-at")


def consent_seen(consent_id: UUID, by: User) -> GuarantorConsent:
    rows = GuarantorConsent.objects.filter(scope(by), pk=consent_id).select_related("loan__debtor", "branch")
    found = rows.first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such consent among yours.")))
    return found


def _open(consent: GuarantorConsent) -> GuarantorConsent:
    rows = GuarantorConsent.objects.select_for_update(of=("self",)).select_related("branch", "guarantor")
    row = rows.get(pk=consent.pk)
    if row.void_at is not None:
        raise Conflict(Message(gettext_noop("This consent no longer counts.")))
    return row


def _keep_scan(row: GuarantorConsent, scan: bytes) -> None:
    path = Path(settings.ZOUFANG_FILES) / "consents" / f"{row.pk}.sealed"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(vault.seal(row.guarantor.key, b64encode(scan).decode(), "consent_scan"))
    part.rename(path)


def _record(row: GuarantorConsent, action: str, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="loan",
        subject_id=row.loan_id,
        branch_code=row.branch.code,
        details={"consent": str(row.pk), "guarantor": str(row.guarantor_id), "scan": row.scan_digest},
    )
