"""Tell whoever must know of a duty: who was told stands in rows, so that nobody is told twice."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zoufang.core.safety import Call, DutyKind, Rung, SafetyPolicy, reminders_due
from zoufang.core.safety import Duty as DutyValue
from zoufang.server.safety.models import Duty, Escalation
from zoufang.server.safety.watches import POLICY


@transaction.atomic
def remind(pk: int, at: datetime, policy: SafetyPolicy = POLICY) -> int:
    """Raise what is due of one duty by `at`; how many were told."""
    duty = Duty.objects.select_for_update().get(pk=pk)
    raised = tuple((Call(kind), Rung(rung)) for kind, rung in duty.escalations.values_list("kind", "rung"))
    value = DutyValue(DutyKind(duty.kind), duty.since, duty.done_at is not None, raised)
    due = reminders_due(value, at, policy)
    for one in due:
        told = {"since": duty.since, "due_at": one.due_at, "raised_at": at, "last_heard": duty.since}
        Escalation.objects.get_or_create(duty=duty, kind=one.call, rung=one.rung, defaults=told)
    return len(due)
