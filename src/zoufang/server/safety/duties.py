"""Note what is due after danger, and tell whoever must know when it is late: a function of stored times alone.

As with the watches nothing lives in memory: a restart, a late look or a second ticker adds only what lacks.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.safety import DutyKind, SafetyPolicy, duty_due_at
from zoufang.core.visits import Outcome
from zoufang.server.oversight.models import Stop
from zoufang.server.safety.crisis import adopt
from zoufang.server.safety.models import Duty, Escalation, Incident
from zoufang.server.safety.reminders import remind
from zoufang.server.safety.watches import POLICY, SOS
from zoufang.server.visiting.models import Visit, VisitEvent

# What lies further back is no report "within the hour" any more: a first start on an old book raises no alarm.
LOOK_BACK = timedelta(days=3)


def raise_duties(at: datetime, policy: SafetyPolicy = POLICY) -> int:
    """Note every duty that has begun, and tell of the late ones; how many were told."""
    for visit, since in sorted(_dangers(at), key=lambda one: one[1]):
        owe_report(visit, since, policy)
    for stop in Stop.objects.filter(kind=Stop.Kind.SELF_HARM, lifted_at=None, crises=None).select_related("party"):
        adopt(stop, at, policy)
    return sum(
        remind(pk, at, policy) for pk in list(Duty.objects.filter(done_at=None).values_list("pk", flat=True))
    )


def _dangers(at: datetime) -> set[tuple[UUID, datetime]]:
    """Visits on which help was called, or that ended for safety, and when we heard of it."""
    lately = at - LOOK_BACK
    calls = Escalation.objects.filter(kind=SOS, since__gt=lately, since__lte=at)
    found = set(calls.values_list("watch__visit_id", "since"))
    events = VisitEvent.objects.filter(server_at__gt=lately, server_at__lte=at, simulated=False)
    events = events.filter(visit__day__gte=lately.date())
    fled = events.filter(kind="left_for_safety") | events.filter(
        kind="outcome_recorded", body__outcome__in=[Outcome.UNSAFE, Outcome.LEFT_FOR_SAFETY]
    )
    return found | set(fled.values_list("visit_id", "server_at"))


@transaction.atomic
def owe_report(visit_id: UUID, since: datetime, policy: SafetyPolicy = POLICY) -> None:
    """One report answers for all that happened before it: an open duty, or a later report, covers this moment."""
    visit = Visit.objects.select_for_update().get(pk=visit_id)
    owed = Duty.objects.filter(visit=visit, kind=DutyKind.REPORT)
    if owed.filter(since=since).exists() or owed.filter(since__lte=since, done_at=None).exists():
        return
    if Incident.objects.filter(visit=visit, reported_at__gte=since).exists():
        return
    due = duty_due_at(DutyKind.REPORT, since, policy)
    Duty.objects.create(visit=visit, kind=DutyKind.REPORT, branch_id=visit.branch_id, since=since, due_at=due)
