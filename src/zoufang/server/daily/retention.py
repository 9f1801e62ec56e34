"""What is due by the retention periods, who stops it, and the deletion after two people have agreed.

A person's data becomes unreadable by destroying their key; money and audit stay as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from zoufang.core.errors import BadInput, Conflict, NotFound, NotPermitted
from zoufang.core.values import BANK_ZONE, Message, gettext_noop
from zoufang.files.retention import Period, Retention, shipped_retention
from zoufang.server.audit import services as audit
from zoufang.server.book.erasing import erase_person
from zoufang.server.book.models import Deletion, LegalHold, Loan, LoanState, Party
from zoufang.server.borrower.models import DoorWord, Outgoing
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.oversight.models import Complaint, Stop
from zoufang.server.safety.models import Watch
from zoufang.server.staff.clock import business_date, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.evidence import forget_files
from zoufang.server.visiting.models import Visit

State = Deletion.State
OPEN = (State.DUE, State.CHECKED)
AT_ONCE = 200  # rows of one proposal


@dataclass(frozen=True, slots=True)
class Due:
    """One proposal: a person, or rows of one kind in one branch. `ended_on`: when the purpose ended."""

    kind: str
    branch: Branch
    ended_on: date
    party: Party | None = None
    rows: tuple[str, ...] = ()


@transaction.atomic
def propose(*, today: date, at: datetime) -> int:
    """The daily list of what is due and not on hold; asked again it adds nothing twice. How many are new."""
    policy, made = shipped_retention(), 0
    for period in policy.kinds:
        for due in DUE[period.kind](today - timedelta(days=period.keep_days), today):
            made += _proposed(due, period, policy, at)
    return made


def _proposed(due: Due, period: Period, policy: Retention, at: datetime) -> bool:
    if due.party is not None and Deletion.objects.filter(party=due.party, kind=due.kind).exists():
        return False
    Deletion.objects.create(
        id=new_id(),
        kind=due.kind,
        party=due.party,
        branch=due.branch,
        rows=list(due.rows),
        ended_on=due.ended_on,
        due_on=due.ended_on + timedelta(days=period.keep_days),
        policy=policy.version,
        proposed_at=at,
    )
    return True


def _people(before: date, today: date) -> Iterator[Due]:
    """Whose loans are all closed, the last figures older than the period, nobody else's debt hanging on them."""
    open_loans = LoanState.objects.filter(open=True).values("loan")
    owing = Q(loans__in=open_loans) | Q(roles__loan__in=open_loans)
    ended = Party.objects.exclude(wrapped_key=b"").exclude(pk__in=Party.objects.filter(owing).values("pk"))
    aged = ended.annotate(own=Max("loans__state__as_of"), role=Max("roles__loan__state__as_of"))
    for party in aged.select_related("branch").order_by("pk"):
        last = max((day for day in (party.own, party.role) if day is not None), default=None)
        if last is not None and last <= before and not on_hold(party, today):
            yield Due("person", party.branch, last, party)


def _recordings(before: date, today: date) -> Iterator[Due]:
    seen = _already("recordings")
    visits = Visit.objects.filter(day__lte=before, events__kind="evidence_added").distinct()
    for party_visits in _by_party(visits.select_related("branch", "party").order_by("party_id", "day")):
        fresh = [visit for visit in party_visits if str(visit.pk) not in seen]
        if fresh and not on_hold(fresh[0].party, today):
            yield Due("recordings", fresh[0].branch, fresh[-1].day, None, tuple(str(v.pk) for v in fresh))


def _door_words(before: date, today: date) -> Iterator[Due]:
    rows = DoorWord.objects.filter(handled_at__date__lte=before).exclude(wrapped_key=b"")
    yield from _by_branch("door_words", rows.select_related("branch"), "handled_at")


def _messages(before: date, today: date) -> Iterator[Due]:
    rows = Outgoing.objects.filter(sent_at__date__lte=before).exclude(wrapped_key=b"")
    yield from _by_branch("messages", rows.select_related("branch"), "sent_at")


def _positions(before: date, today: date) -> Iterator[Due]:
    rows = Watch.objects.filter(over_at__date__lte=before, lat__isnull=False)
    yield from _by_branch("positions", rows.select_related("visit__branch"), "over_at")


DUE = {
    "person": _people,
    "recordings": _recordings,
    "door_words": _door_words,
    "messages": _messages,
    "positions": _positions,
}


def _by_branch(kind: str, rows: QuerySet[Any], ended: str) -> Iterator[Due]:
    seen, found = _already(kind), dict[int, list[Any]]()
    branches: dict[int, Branch] = {}
    for row in rows.order_by("pk"):
        branch = row.visit.branch if kind == "positions" else row.branch
        if str(row.pk) not in seen and len(found.setdefault(branch.pk, [])) < AT_ONCE:
            branches[branch.pk] = branch
            found[branch.pk].append(row)
    for key, held in found.items():
        if held:
            last = max(getattr(row, ended) for row in held).astimezone(BANK_ZONE).date()
            yield Due(kind, branches[key], last, None, tuple(str(row.pk) for row in held))


def _by_party(visits: QuerySet[Visit]) -> Iterator[list[Visit]]:
    found: dict[UUID, list[Visit]] = {}
    for visit in visits:
        found.setdefault(visit.party_id, []).append(visit)
    yield from found.values()


def _already(kind: str) -> set[str]:
    rows = Deletion.objects.filter(kind=kind).exclude(rows=[]).values_list("rows", flat=True)
    return {row for proposal in rows for row in proposal}


def on_hold(party: Party, day: date) -> bool:
    """By a legal hold, an open complaint, a dispute or a case in court that has no end yet."""
    holds = LegalHold.objects.filter(party=party, ended_at=None).filter(Q(until=None) | Q(until__gte=day))
    stops = Stop.objects.filter(party=party, lifted_at=None, kind__in=(Stop.Kind.DISPUTE, Stop.Kind.LEGAL_STAGE))
    running = stops.filter(Q(until=None) | Q(until__gte=day))
    return holds.exists() or Complaint.objects.filter(party=party, closed_on=None).exists() or running.exists()


@transaction.atomic
def set_hold(
    *,
    party: Party,
    ground: LegalHold.Ground,
    reference: str,
    since: date,
    until: date | None,
    by: User,
    at: datetime,
) -> LegalHold:
    """`reference`: the number of the complaint, case or audit; no names."""
    require(by, "set_hold", party)
    if not reference.strip():
        raise BadInput(Message(gettext_noop("Give the number of the complaint, case or audit.")))
    if until is not None and until < since:
        raise BadInput(Message(gettext_noop("The hold ends before it begins. Correct the days.")))
    row = LegalHold.objects.create(
        id=new_id(),
        party=party,
        branch=party.branch,
        ground=ground,
        reference=reference.strip(),
        since=since,
        until=until,
        set_by=by,
        set_at=at,
    )
    _audit("set_hold", party.pk, party.branch, by, at, {"hold": str(row.pk), "ground": str(ground)})
    return row


@transaction.atomic
def end_hold(*, hold: LegalHold, by: User, at: datetime) -> LegalHold:
    require(by, "set_hold", hold)
    if hold.ended_at is None:
        hold.ended_by, hold.ended_at = by, at
        hold.save(update_fields=["ended_by", "ended_at"])
        _audit("end_hold", hold.party_id, hold.branch, by, at, {"hold": str(hold.pk)})
    return hold


@transaction.atomic
def check(*, deletion: Deletion, by: User, at: datetime) -> Deletion:
    """The first of two people: it is due, and nothing speaks against it."""
    require(by, "check_deletion", deletion)
    row = _locked(deletion, State.DUE)
    _not_on_hold(row, at)
    row.state, row.checked_by, row.checked_at = State.CHECKED, by, at
    row.save(update_fields=["state", "checked_by", "checked_at"])
    _audit(
        "check_deletion", row.party_id or row.pk, row.branch, by, at, {"deletion": str(row.pk), "kind": row.kind}
    )
    return row


@transaction.atomic
def keep(*, deletion: Deletion, why: str, by: User, at: datetime) -> Deletion:
    require(by, "check_deletion", deletion)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say why it is kept.")))
    row = _locked(deletion, *OPEN)
    row.state, row.kept_why = State.KEPT, why.strip()
    row.save(update_fields=["state", "kept_why"])
    _decided("keep_data", row, by, at)
    return row


@transaction.atomic
def approve(*, deletion: Deletion, by: User, at: datetime) -> Deletion:
    """The second person: it is destroyed at once, and the certificate says what, by which rule and by whom."""
    require(by, "approve_deletion", deletion)
    row = _locked(deletion, State.CHECKED)
    if row.checked_by_id == by.pk:
        raise NotPermitted(
            Message(gettext_noop("Whoever checked a deletion does not approve it. Ask a colleague."))
        )
    _not_on_hold(row, at)
    done = DESTROY[row.kind](row)
    row.state, row.approved_by, row.approved_at = State.DONE, by, at
    row.certificate = _certificate(row, done)
    row.save(update_fields=["state", "approved_by", "approved_at", "certificate"])
    _decided("delete_data", row, by, at, certificate=digest_of(row))
    return row


def digest_of(row: Deletion) -> str:
    """Of the certificate, as the audit chain keeps it."""
    return sha256(json.dumps(row.certificate, sort_keys=True).encode()).hexdigest()


def _certificate(row: Deletion, done: dict[str, int]) -> dict[str, Any]:
    period = shipped_retention().period(row.kind)
    return {
        "deletion": str(row.pk),
        "kind": row.kind,
        "person": str(row.party_id) if row.party_id else None,
        "destroyed": done,
        "how": period.how,
        "policy": row.policy,
        "source": period.source,
        "ended_on": row.ended_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "checked_by": row.checked_by.employee_no if row.checked_by else "",
        "approved_by": row.approved_by.employee_no if row.approved_by else "",
        "approved_at": row.approved_at.isoformat() if row.approved_at else "",
    }


def _person(row: Deletion) -> dict[str, int]:
    assert row.party is not None  # noqa: S101 - a proposal of this kind names one
    files = forget_files(Visit.objects.filter(Q(party=row.party) | Q(target=row.party)))
    return erase_person(row.party) | {"files": files}


def _files(row: Deletion) -> dict[str, int]:
    return {"files": forget_files(Visit.objects.filter(pk__in=row.rows))}


def _words(row: Deletion) -> dict[str, int]:
    held = DoorWord.objects.filter(pk__in=row.rows)
    return {"words": held.update(wrapped_key=b"", sealed=b"")}


def _sent(row: Deletion) -> dict[str, int]:
    return {"messages": Outgoing.objects.filter(pk__in=row.rows).update(wrapped_key=b"", sealed=None)}


def _places(row: Deletion) -> dict[str, int]:
    return {"positions": Watch.objects.filter(pk__in=row.rows).update(lat=None, lon=None)}


DESTROY = {
    "person": _person,
    "recordings": _files,
    "door_words": _words,
    "messages": _sent,
    "positions": _places,
}


def _not_on_hold(row: Deletion, at: datetime) -> None:
    """Asked again each time: a hold may have come in since it was proposed."""
    day = at.astimezone(BANK_ZONE).date()
    if row.kind == "recordings":
        people = list(Party.objects.filter(visits__in=row.rows).distinct())
    else:
        people = [row.party] if row.party else []
    if any(on_hold(party, day) for party in people):
        raise Conflict(Message(gettext_noop("A hold stops this deletion. End the hold first, or keep the data.")))
    if row.kind == "person" and Loan.objects.filter(debtor__in=people, state__open=True).exists():
        raise Conflict(Message(gettext_noop("This person owes again. Keep the data.")))


def _locked(deletion: Deletion, *states: State) -> Deletion:
    row = Deletion.objects.select_for_update(of=("self",)).select_related("party", "branch").get(pk=deletion.pk)
    if row.state not in states:
        raise Conflict(Message(gettext_noop("This deletion is decided already, or not checked yet.")))
    return row


def register() -> None:
    add_tick(Tick("retention", timedelta(hours=6), _daily))


def _daily(at: datetime) -> int:
    """The bank's own date and time; nothing where no bank is open yet."""
    try:
        return propose(today=business_date(), at=now())
    except NotFound:
        return 0


def deletions(user: User) -> QuerySet[Deletion]:
    require(user, "see_retention")
    return Deletion.objects.filter(scope(user)).select_related("party", "branch", "checked_by", "approved_by")


def holds(user: User) -> QuerySet[LegalHold]:
    require(user, "see_retention")
    return LegalHold.objects.filter(scope(user)).select_related("party", "set_by", "ended_by")


def _decided(action: str, row: Deletion, by: User, at: datetime, **more: str) -> None:
    details = {"deletion": str(row.pk), "kind": row.kind, **more}
    _audit(action, row.party_id or row.pk, row.branch, by, at, details)


def _audit(action: str, subject: object, branch: Branch, by: User, at: datetime, details: dict[str, str]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="party",
        subject_id=subject,
        branch_code=branch.code,
        details=details,
    )
