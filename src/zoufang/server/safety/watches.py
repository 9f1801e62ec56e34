"""Keep the watches as the stored visits tell, and raise what is due: a function of stored times and the moment.

Nothing lives in memory: a restart, a late tick or a second ticker finds the same rows and adds only what lacks.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max, Min

from zoufang.core.safety import Rung, SafetyPolicy, VisitWatch, escalations_due, overdue_from
from zoufang.core.values import RiskLevel
from zoufang.server.safety.models import Escalation, Watch
from zoufang.server.visiting.models import Visit

POLICY = SafetyPolicy()
# A visit called off has nobody at the door, though nobody checked out.
OVER = ("closed", "called_off")
SILENCE, SOS = Escalation.Kind.SILENCE, Escalation.Kind.SOS


def raise_due(at: datetime, policy: SafetyPolicy = POLICY) -> int:
    """Watch every running visit, and tell whoever must know by `at`; how many were told."""
    begun = Visit.objects.filter(started_at__isnull=False, ended_at__isnull=True, watch__isnull=True)
    for visit in begun.exclude(state__in=OVER):
        follow(visit, at)
    open_ones = Watch.objects.filter(over_at__isnull=True).values_list("pk", flat=True)
    return sum(_raise(pk, at, policy) for pk in list(open_ones))


def follow(visit: Visit, at: datetime, policy: SafetyPolicy = POLICY) -> Watch:
    """The watch of a visit, begun with its first check-in (or now, where help is called before)."""
    began = visit.events.filter(kind="checked_in").aggregate(first=Min("server_at"), last=Max("server_at"))
    started = began["first"] or at
    level = visit.stop.risk if visit.stop and visit.stop.risk else RiskLevel.LOW
    minutes = max(policy.expected_minutes, visit.stop.service_min if visit.stop else 0)
    first = {"level": level, "started": started, "expected_minutes": minutes, "last_heard": started}
    return Watch.objects.get_or_create(visit=visit, defaults=first)[0]


@transaction.atomic
def _raise(pk: int, at: datetime, policy: SafetyPolicy) -> int:
    watch = Watch.objects.select_for_update().select_related("visit").get(pk=pk)
    hear(watch, at)
    seen = value_of(watch, policy)
    due = escalations_due(seen, at, policy)
    kind = SILENCE if watch.sos_at is None else SOS
    since = watch.sos_at or overdue_from(seen, policy)
    _settle_all_but(watch, kind, since, at)
    for one in due:
        told = {"due_at": one.due_at, "raised_at": at, "last_heard": watch.last_heard}
        Escalation.objects.get_or_create(watch=watch, kind=kind, since=since, rung=one.rung, defaults=told)
    if seen.ended and watch.sos_at is None:
        watch.over_at = at
        watch.save(update_fields=["over_at"])
        settle(watch, at)
    return len(due)


def hear(watch: Watch, at: datetime) -> None:
    """Take up the newest event of the visit: a phone that reports is a sign of life, whatever its clock says."""
    last = watch.visit.events.aggregate(last=Max("server_at"))["last"]
    if last is not None and watch.last_heard < last <= at:
        watch.last_heard = last
    placed = watch.visit.events.filter(lat__isnull=False).order_by("-server_at").first()
    if placed is not None and (watch.position_at is None or placed.server_at > watch.position_at):
        watch.lat, watch.lon, watch.position_at = placed.lat, placed.lon, placed.server_at
    watch.save(update_fields=["last_heard", "lat", "lon", "position_at"])


def value_of(watch: Watch, policy: SafetyPolicy = POLICY) -> VisitWatch:
    """The core's value, with the rungs that know already of this very silence or SOS."""
    value = VisitWatch(
        visit_id=str(watch.visit_id),
        level=RiskLevel(watch.level),
        started=watch.started,
        expected_minutes=watch.expected_minutes,
        last_heard=watch.last_heard,
        sos_at=watch.sos_at,
        ended=is_over(watch.visit),
    )
    kind, since = (SOS, watch.sos_at) if watch.sos_at else (SILENCE, overdue_from(value, policy))
    rows = watch.escalations.filter(kind=kind, since=since).values_list("rung", flat=True)
    raised = tuple(Rung(rung) for rung in rows)
    return VisitWatch(**{name: getattr(value, name) for name in value.__slots__} | {"raised": raised})


def is_over(visit: Visit) -> bool:
    return visit.ended_at is not None or visit.state in OVER


def settle(watch: Watch, at: datetime) -> None:
    watch.escalations.filter(settled_at__isnull=True).update(settled_at=at)


def _settle_all_but(watch: Watch, kind: str, since: datetime, at: datetime) -> None:
    """What was said of an earlier silence is history once the crew was heard."""
    watch.escalations.filter(settled_at__isnull=True).exclude(kind=kind, since=since).update(settled_at=at)
