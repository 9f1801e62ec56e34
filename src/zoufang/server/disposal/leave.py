"""The register of counsel's leave: entered by compliance, confirmed by another person, ended by either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import Channel, Message, gettext_noop
from zoufang.files.disposal_stages import shipped_stages
from zoufang.server.audit import services as audit
from zoufang.server.book.models import LoanParty, Party
from zoufang.server.disposal.leave_models import CounselLeave
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope


@dataclass(frozen=True, slots=True)
class Leave:
    """What counsel said. `id` is made with the form."""

    id: UUID
    debtor: Party
    whom: CounselLeave.Whom
    channels: tuple[Channel, ...]
    since: date
    until: date
    counsel: str
    reference: str
    limits: str = ""
    person: Party | None = None


@transaction.atomic
def enter_leave(*, leave: Leave, by: User, at: datetime) -> CounselLeave:
    """It counts once a second person has confirmed it."""
    require(by, "enter_leave", leave.debtor)
    if (kept := CounselLeave.objects.filter(pk=leave.id).first()) is not None:
        return kept
    _sensible(leave)
    row = CounselLeave.objects.create(
        id=leave.id,
        debtor=leave.debtor,
        branch=leave.debtor.branch,
        whom=leave.whom,
        person=leave.person,
        channels=[channel.value for channel in Channel if channel in leave.channels],
        since=leave.since,
        until=leave.until,
        counsel=leave.counsel.strip(),
        reference=leave.reference.strip(),
        limits=leave.limits.strip(),
        entered_by=by,
        entered_at=at,
    )
    _audit(row, "enter_leave", by, at)
    return row


def _sensible(leave: Leave) -> None:
    most = shipped_stages().leave_most_days
    if leave.until < leave.since:
        raise BadInput(Message(gettext_noop("The last day lies before the first. Correct the days.")))
    if (leave.until - leave.since).days >= most:
        text = gettext_noop("Leave lasts %(most)s days at most. Ask counsel again after that.")
        raise BadInput(Message(text, {"most": most}))
    if not (leave.counsel.strip() and leave.reference.strip() and leave.channels):
        raise BadInput(Message(gettext_noop("Leave names counsel, its paper, and at least one channel.")))
    if (leave.whom == CounselLeave.Whom.PERSON) != (leave.person is not None):
        raise BadInput(Message(gettext_noop("Name the person whom counsel lets us contact, and nobody else.")))
    if leave.person is not None and not _stands_in(leave.person, leave.debtor):
        raise BadInput(Message(gettext_noop("This person does not stand in the debtor's loans.")))


def _stands_in(person: Party, debtor: Party) -> bool:
    return LoanParty.objects.filter(loan__debtor=debtor, party=person).exists()


@transaction.atomic
def confirm_leave(*, leave: CounselLeave, by: User, at: datetime) -> CounselLeave:
    require(by, "confirm_leave", leave)
    row = _locked(leave)
    if row.confirmed_by_id is not None or row.ended_at is not None:
        raise Conflict(Message(gettext_noop("This leave is confirmed or ended already.")))
    if row.entered_by_id == by.pk:
        raise Conflict(Message(gettext_noop("A second person confirms the leave. Ask a colleague.")))
    row.confirmed_by, row.confirmed_at = by, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    _audit(row, "confirm_leave", by, at)
    return row


@transaction.atomic
def end_leave(*, leave: CounselLeave, why: str, by: User, at: datetime) -> CounselLeave:
    """At once, by one person: taking leave back only makes things stricter."""
    require(by, "confirm_leave", leave)
    row = _locked(leave)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why the leave ends.")))
    if row.ended_at is None:
        row.ended_by, row.ended_at, row.ended_why = by, at, why.strip()
        row.save(update_fields=["ended_by", "ended_at", "ended_why"])
        _audit(row, "end_leave", by, at)
    return row


def leaves_by_debtor(ids: Iterable[UUID], day: date) -> dict[UUID, list[CounselLeave]]:
    """Those in force on the day: confirmed, begun, not over, not ended. One query."""
    rows = CounselLeave.objects.filter(
        debtor__in=list(ids), confirmed_by__isnull=False, ended_at=None, since__lte=day, until__gte=day
    )
    found: dict[UUID, list[CounselLeave]] = defaultdict(list)
    for row in rows.order_by("since", "pk"):
        found[row.debtor_id].append(row)
    return found


def leaves(user: User) -> QuerySet[CounselLeave]:
    """Of the reader's branch and below; those that wait for the second person first."""
    require(user, "see_leave")
    rows = CounselLeave.objects.filter(scope(user), ended_at=None)
    rows = rows.select_related("debtor", "person", "branch", "entered_by", "confirmed_by")
    return rows.order_by("confirmed_at", "-until", "pk")


def leave_to_decide(leave_id: UUID, user: User) -> CounselLeave:
    if (found := leaves(user).filter(pk=leave_id).first()) is None:
        raise NotFound(Message(gettext_noop("No such entry in your branch.")))
    return found


def _locked(leave: CounselLeave) -> CounselLeave:
    rows = CounselLeave.objects.select_for_update(of=("self",))
    return rows.select_related("debtor", "branch").get(pk=leave.pk)


def _audit(row: CounselLeave, action: str, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=row.debtor_id,
        branch_code=row.branch.code,
        details={
            "leave": str(row.pk),
            "whom": row.whom,
            "channels": row.channels,
            "until": row.until.isoformat(),
            "reference": row.reference,
        },
    )
