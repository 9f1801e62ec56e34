"""What is done with a complaint until it is closed: acknowledged, owned, extended, escalated, answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict, NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.book import vault
from zoufang.server.jobs.ticks import Tick, add_tick
from zoufang.server.oversight.models import Complaint, ComplaintNotice, ComplaintStep
from zoufang.server.oversight.rule_figures import complaint_days
from zoufang.server.oversight.superiors import leads_any, tell_superior
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require

Kind = ComplaintStep.Kind
MORE_DAYS = 30  # where it is especially complex (CN-O5)
FIELD = "complaint_step"
DATED = (Kind.ANSWERED, Kind.WITHDRAWN)
ANSWERS = ("answered", "upheld", "partly_upheld", "not_upheld")
WITHDRAWN = "withdrawn"
ESCALATE_EVERY = timedelta(minutes=10)


@transaction.atomic
def take_step(
    *,
    id: UUID,  # noqa: A002 - made where the fact is made
    complaint: Complaint,
    kind: ComplaintStep.Kind,
    note: str,
    by: User,
    on: date,
    at: datetime,
    via: str = "",
    sent_on: date | None = None,
    named: Iterable[User] = (),
) -> ComplaintStep:
    """Sent twice it counts once. An extension moves the day on which the answer is due.

    `via` and `sent_on`: how and when an answer went out, or the customer's withdrawal came. `named`: whom it is
    about; where the handler leads one of them, the handler's superior is told.
    """
    require(by, "handle_complaint", complaint)
    done = ComplaintStep.objects.filter(pk=id).first()
    if done is not None:
        return done
    locked = Complaint.objects.select_for_update().select_related("party", "branch").get(pk=complaint.pk)
    _check(locked, kind, note.strip())
    if kind in DATED:
        _check_sending(locked, via, sent_on, on)
    if kind == Kind.EXTENDED:
        locked.due_on = extended_due(locked)
    if kind == Kind.OWNED:
        locked.owner = by
    locked.save(update_fields=["due_on", "owner"])
    step = _keep(locked, id, kind, note.strip(), by, on, at)
    if kind in DATED:
        step.via, step.sent_on = via, sent_on
        step.save(update_fields=["via", "sent_on"])
    if kind == Kind.OWNED and leads_any(by, named):
        tell_superior(locked, ComplaintNotice.Why.SUBORDINATE, at=at)
    return step


def findings_open(complaint: Complaint) -> tuple[str, ...]:
    """With which findings it may be closed: after an answer any, after the customer's own word as withdrawn."""
    kinds = set(complaint.steps.filter(sent_on__isnull=False).exclude(via="").values_list("kind", flat=True))
    answered = ANSWERS if Kind.ANSWERED in kinds else ()
    return (*answered, WITHDRAWN) if Kind.WITHDRAWN in kinds else answered


def extended_due(complaint: Complaint) -> date:
    """The next day that the rules allow; Conflict where the last has been used."""
    limits = limits_of(complaint)
    days = (complaint.opened_on + timedelta(days=limit) for limit in limits)
    later = next((day for day in days if day > complaint.due_on), None)
    if later is None:
        template = gettext_noop("No further extension: %(days)s days after receipt are the most.")
        raise Conflict(Message(template, {"days": limits[-1]}))
    return later


def may_extend(complaint: Complaint) -> bool:
    return complaint.due_on < complaint.opened_on + timedelta(days=limits_of(complaint)[-1])


def limits_of(complaint: Complaint) -> tuple[int, int, int]:
    """Days after receipt, by the rules of that day: 15, then 30 where it is complex, then 30 more (CN-O5)."""
    decide, if_complex = complaint_days(complaint.opened_on)
    return decide, if_complex, if_complex + MORE_DAYS


def _check(complaint: Complaint, kind: ComplaintStep.Kind, note: str) -> None:
    if complaint.closed_on is not None:
        raise Conflict(Message(gettext_noop("This complaint has been closed already.")))
    if kind == Kind.ESCALATED:
        raise BadInput(Message(gettext_noop("A complaint escalates by itself when its answer is overdue.")))
    if kind != Kind.OWNED and not note:
        raise BadInput(Message(gettext_noop("Say what the customer was told, or why more time is needed.")))
    if kind == Kind.ACKNOWLEDGED and complaint.steps.filter(kind=Kind.ACKNOWLEDGED).exists():
        raise Conflict(Message(gettext_noop("The customer has been told already that the complaint arrived.")))


def _check_sending(complaint: Complaint, via: str, sent_on: date | None, today: date) -> None:
    if via not in ComplaintStep.Via.values or sent_on is None:
        raise BadInput(Message(gettext_noop("Say how and on which day it went to the customer, or came.")))
    if not complaint.opened_on <= sent_on <= today:
        raise BadInput(Message(gettext_noop("That day lies between the complaint and today. Correct it.")))


def _keep(
    complaint: Complaint,
    step_id: UUID,
    kind: ComplaintStep.Kind,
    note: str,
    by: User | None,
    on: date,
    at: datetime,
) -> ComplaintStep:
    step = ComplaintStep.objects.create(
        id=step_id,
        complaint=complaint,
        kind=kind,
        sealed_note=vault.seal(complaint.party.key, note, FIELD) if note else None,
        due_on=complaint.due_on,
        on=on,
        by=by,
        at=at,
    )
    audit.record(
        at=at,
        actor=by.employee_no if by else "",
        action="complaint_step",
        subject_kind="party",
        subject_id=complaint.party_id,
        branch_code=complaint.branch.code,
        details={"complaint": str(complaint.pk), "step": str(kind), "due_on": complaint.due_on.isoformat()},
    )
    return step


def steps_of(complaint: Complaint, *, opened: bool) -> list[tuple[ComplaintStep, str]]:
    """In the order in which they were taken; the notes only where the reader may open them."""
    rows = complaint.steps.select_related("by").order_by("at", "id")
    return [(row, _note(complaint, row) if opened else "") for row in rows]


def _note(complaint: Complaint, step: ComplaintStep) -> str:
    return vault.unseal(complaint.party.key, step.sealed_note, FIELD) if step.sealed_note else ""


@transaction.atomic
def escalate_overdue(*, today: date, at: datetime) -> int:
    """Each complaint whose answer is overdue goes up once a due date; an extension starts a new one."""
    overdue = Complaint.objects.filter(closed_on__isnull=True, due_on__lt=today)
    late = overdue.select_related("party", "branch", "owner__branch")
    raised = ComplaintStep.objects.filter(kind=Kind.ESCALATED, complaint__in=late)
    known = set(raised.values_list("complaint_id", "due_on"))
    new = [one for one in late.order_by("due_on", "id") if (one.pk, one.due_on) not in known]
    for one in new:
        _keep(one, new_id(), Kind.ESCALATED, "", None, today, at)
        tell_superior(one, ComplaintNotice.Why.OVERDUE, at=at)
    return len(new)


def register() -> None:
    add_tick(Tick("overdue_complaints", ESCALATE_EVERY, _tick))


def _tick(at: datetime) -> int:
    try:
        today = business_date()
    except NotFound:  # a bank not founded yet
        return 0
    return escalate_overdue(today=today, at=at)
