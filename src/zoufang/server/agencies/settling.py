"""Commission as we reckon it, the agency's statement beside it, and the certificate that data are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from io import BytesIO
from uuid import UUID

from django.db import transaction

from zoufang.core.agencies import (
    Claimed,
    CommissionLine,
    PlacedDebt,
    Received,
    Reconciled,
    Scheme,
    commission_lines,
    reconcile,
)
from zoufang.core.errors import BadInput, NotFound
from zoufang.core.portfolio import Bucket
from zoufang.core.values import Message, gettext_noop
from zoufang.files.agency_sheets import SheetReject, read_statement
from zoufang.server.agencies.models import (
    Agency,
    AgencyComplaint,
    Batch,
    DeletionCertificate,
    PlacedLoan,
    Placement,
    Statement,
    StatementLine,
)
from zoufang.server.agencies.queries import deletions_owed, person_of
from zoufang.server.agencies.register import keep
from zoufang.server.book import vault
from zoufang.server.book.models import LoanEntry
from zoufang.server.book.sealed_files import seal_into, unseal_from
from zoufang.server.oversight.models import Complaint
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

MOST_BYTES = 5 * 1024 * 1024
MONEY = (LoanEntry.Kind.PAYMENT, LoanEntry.Kind.REVERSAL)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was handed in."""

    name: str
    data: bytes

    def __post_init__(self) -> None:
        if not self.data:
            raise BadInput(Message(gettext_noop("The file is empty.")))
        if len(self.data) > MOST_BYTES:
            raise BadInput(Message(gettext_noop("The file is larger than 5 MB. Send it in parts.")))


def commission_of(agency: Agency, since: date, until: date) -> tuple[CommissionLine, ...]:
    """What the payments of these days earned, and what reversals in them took back, by the book's entries."""
    placements = {one.pk: one for one in agency.placements.select_related("batch__contract")}
    rows = list(PlacedLoan.objects.filter(placement__agency=agency).order_by("pk"))
    debts = [_debt(row, placements[row.placement_id]) for row in rows]
    schemes = {str(pk): _scheme(one.batch) for pk, one in placements.items()}
    lines = commission_lines(schemes, debts, _received({row.loan_id for row in rows}, until))
    return tuple(line for line in lines if since <= line.on <= until)


def _debt(row: PlacedLoan, placement: Placement) -> PlacedDebt:
    return PlacedDebt(
        placement_id=str(placement.pk),
        case_no=placement.case_no,
        loan_id=str(row.loan_id),
        bucket=Bucket(row.bucket),
        placed_on=placement.placed_on,
        ended_on=placement.ended_on,
    )


def _scheme(batch: Batch) -> Scheme:
    rates = {Bucket(bucket): int(rate) for bucket, rate in batch.contract.rates_bp.items()}
    return Scheme(rates, batch.contract.grace_days)


def _received(loans: set[UUID], until: date) -> list[Received]:
    """A reversal names the reference of the payment that it takes back, within its own source system."""
    entries = list(LoanEntry.objects.filter(loan__in=loans, kind__in=MONEY, on__lte=until).order_by("on", "id"))
    by_reference = {(e.source_system, e.reference): str(e.id) for e in entries}
    found = []
    for e in entries:
        if e.kind == LoanEntry.Kind.PAYMENT and e.amount_fen > 0:
            found.append(Received(str(e.id), str(e.loan_id), e.on, e.amount_fen))
        elif e.kind == LoanEntry.Kind.REVERSAL and (e.source_system, e.reverses) in by_reference:
            named = by_reference[e.source_system, e.reverses]
            found.append(Received(str(e.id), str(e.loan_id), e.on, -abs(e.amount_fen), named))
    return [one for one in found if one.amount_fen]


@transaction.atomic
def take_statement(
    *, agency: Agency, since: date, until: date, paper: Paper, by: User, at: datetime
) -> tuple[Statement, tuple[SheetReject, ...]]:
    """All rows or none: a statement with a row that cannot be read is not taken. The same file counts once."""
    require(by, "send_statement", agency)
    if until < since:
        raise BadInput(Message(gettext_noop("The last day lies before the first. Correct the days.")))
    read = read_statement(paper.data, paper.name)
    known = agency.statements.filter(sha256=read.sha256).first()
    if known is not None:
        return known, ()
    if read.rejects:
        first = read.rejects[0]
        template = gettext_noop("Row %(row)s: %(why)s Nothing was taken in; %(n)s rows are wrong.")
        raise BadInput(Message(template, {"row": first.row, "why": first.reason, "n": len(read.rejects)}))
    made = Statement.objects.create(
        id=new_id(),
        agency=agency,
        since=since,
        until=until,
        file_name=paper.name[:200],
        sha256=read.sha256,
        by=by,
        at=at,
    )
    StatementLine.objects.bulk_create(
        [
            StatementLine(
                statement=made,
                row=row.row,
                case_no=row.case_no[:36],
                on=row.on,
                amount_fen=row.amount_fen,
                commission_fen=row.commission_fen,
            )
            for row in read.rows
        ],
        batch_size=500,
    )
    keep(agency, "agency_statement", by, at, {"rows": len(read.rows), "sha256": read.sha256})
    return made, ()


def reconciled(statement: Statement) -> Reconciled:
    """The statement against our own reckoning of the same days, anew each time: a later reversal shows."""
    claimed = [
        Claimed(line.row, line.case_no, line.on, line.amount_fen, line.commission_fen)
        for line in statement.lines.order_by("row")
    ]
    return reconcile(claimed, commission_of(statement.agency, statement.since, statement.until))


@transaction.atomic
def certify_deletion(
    *,
    id: UUID,  # noqa: A002 - made where the form is shown
    batch: Batch,
    who: str,
    on: date,
    how: DeletionCertificate.How,
    paper: Paper,
    by: User,
    today: date,
    at: datetime,
) -> DeletionCertificate:
    """For every ended case of the batch that has no certificate yet; the paper is kept under its own key."""
    require(by, "certify_deletion", batch)
    known = DeletionCertificate.objects.filter(pk=id).first()
    if known is not None:
        return known
    person = person_of(by, today)
    if person is None or person.agency_id != batch.agency_id:
        raise NotFound(Message(gettext_noop("No such batch.")))
    owed = list(deletions_owed(batch.agency).filter(batch=batch).select_for_update())
    if not owed:
        raise BadInput(Message(gettext_noop("No case of this batch waits for a certificate.")))
    if on > today or on < min(one.ended_on for one in owed if one.ended_on):
        raise BadInput(Message(gettext_noop("The day of deletion lies between the end of the cases and today.")))
    made = _certificate(id, batch, who.strip(), on, how, paper, len(owed), by, at)
    Placement.objects.filter(pk__in=[one.pk for one in owed]).update(certificate=made)
    keep(
        batch.agency,
        "certify_deletion",
        by,
        at,
        {"batch": batch.number, "cases": len(owed), "sha256": made.sha256},
    )
    return made


def _certificate(
    ident: UUID,
    batch: Batch,
    who: str,
    on: date,
    how: DeletionCertificate.How,
    paper: Paper,
    cases: int,
    by: User,
    at: datetime,
) -> DeletionCertificate:
    key, sealed = vault.new_key(), BytesIO()
    seal_into(sealed, [paper.data], key)
    return DeletionCertificate.objects.create(
        id=ident,
        agency=batch.agency,
        batch=batch,
        who=who,
        on=on,
        how=how,
        cases=cases,
        file_name=paper.name[:200],
        sha256=sha256(paper.data).hexdigest(),
        wrapped_key=vault.wrap(key, f"deletion {ident}"),
        sealed=sealed.getvalue(),
        by=by,
        at=at,
    )


def paper_of(certificate: DeletionCertificate) -> bytes:
    """As it was handed in. BadInput: it was changed since."""
    key = vault.unwrap(certificate.wrapped_key, f"deletion {certificate.pk}")
    data = b"".join(unseal_from(BytesIO(bytes(certificate.sealed)), key))
    if sha256(data).hexdigest() != certificate.sha256:
        raise BadInput(Message(gettext_noop("The stored file is not the one that was handed in.")))
    return data


@transaction.atomic
def attribute_complaint(
    *, complaint: Complaint, placement: Placement, about_agency: bool, by: User, at: datetime
) -> AgencyComplaint:
    """Somebody who handles complaints says whether this one is about the agency: those count in its evaluation."""
    require(by, "handle_complaint", complaint)
    made, _new = AgencyComplaint.objects.update_or_create(
        complaint=complaint,
        defaults={"placement": placement, "about_agency": about_agency, "by": by, "at": at},
    )
    details = {"complaint": str(complaint.pk), "about_agency": about_agency}
    keep(placement.agency, "agency_complaint", by, at, details)
    return made
