"""Rest after an incident: off new visits for some days, or until somebody has talked it over."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.safety import SafetyPolicy, rests_until
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.safety.models import Rest
from zoufang.server.safety.watches import POLICY
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.visiting.models import Visit


def rest_after(visit: Visit, day: date, policy: SafetyPolicy = POLICY) -> None:
    """Everybody of the crew rests; a second report on the same visit changes nothing."""
    for officer in visit.crew.members.filter(is_active=True):
        first = {"since": day, "until": rests_until(day, policy)}
        Rest.objects.get_or_create(officer=officer, visit=visit, defaults=first)


def resting(day: date) -> QuerySet[Rest]:
    """Who may not go on a new visit on `day`; the latest end last."""
    return Rest.objects.filter(since__lte=day, until__gte=day, ended_at=None).order_by("until", "pk")


@transaction.atomic
def talk_over(*, rest: Rest, more_until: date | None, by: User, on: date, at: datetime) -> Rest:
    """Another person has talked with the officer: fit again, or to rest until `more_until`."""
    require(by, "record_debrief", rest.visit)
    row = Rest.objects.select_for_update(of=("self",)).select_related("officer", "visit__branch").get(pk=rest.pk)
    if row.officer_id == by.pk:
        raise Conflict(Message(gettext_noop("Nobody talks over an incident with themselves. Ask a colleague.")))
    if row.ended_at is not None:
        raise Conflict(Message(gettext_noop("This rest has ended already.")))
    if more_until is not None and more_until < on:
        raise BadInput(Message(gettext_noop("The rest cannot end before today. Choose a later day, or none.")))
    row.talked_with, row.talked_at = by, at
    row.until = more_until or row.until
    row.ended_at = None if more_until else at
    row.save(update_fields=["talked_with", "talked_at", "until", "ended_at"])
    audit.record(
        at=at,
        actor=by.employee_no,
        action="record_debrief",
        subject_kind="user",
        subject_id=row.officer.employee_no,
        branch_code=row.visit.branch.code,
        details={"rests_until": more_until.isoformat() if more_until else ""},
    )
    return row
