"""Ask for work, ask it to stop, and take it up again when its worker died."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from zoufang.core.errors import Conflict
from zoufang.core.values import Message, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.jobs import states
from zoufang.server.jobs.kinds import kind_of
from zoufang.server.jobs.models import UNFINISHED, Job
from zoufang.server.jobs.running import hand_over, has_ended, is_handed_over
from zoufang.server.staff.clock import machine_time, now
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import Branch, User
from zoufang.server.staff.permissions import require

State = Job.State
ATTEMPTS = 3
WORKER_DIED = gettext_noop(
    "The worker ended %(n)s times while it did this. Nothing half-done counts. Ask the administrator to look at"
    " the log, then start it again."
)


def start(*, kind: str, key: str, by: User, branch: Branch, arguments: dict[str, Any]) -> Job:
    """Ask for a piece of work. Asked twice while the first is unfinished, both get the same job.

    `arguments`: ids, days, seeds; nothing personal.
    """
    require(by, kind_of(kind).action, branch)
    job, made = _join_or_add(kind, f"{kind}:{key}", by, branch, arguments)
    if made:
        hand_over(job)
        job.refresh_from_db()
    return job


def _join_or_add(kind: str, key: str, by: User, branch: Branch, arguments: dict[str, Any]) -> tuple[Job, bool]:
    at = machine_time()
    fields = {"kind": kind, "by": by, "branch": branch, "arguments": arguments, "asked_at": at, "heard_at": at}
    for _turn in range(2):
        running = Job.objects.filter(key=key, state__in=UNFINISHED).first()
        if running is not None:
            return running, False
        try:
            with transaction.atomic():
                return Job.objects.create(id=new_id(), key=key, **fields), True
        except IntegrityError:  # somebody asked for the same in this very moment
            continue
    raise Conflict(Message(gettext_noop("The same work is asked for again and again. Wait until it is done.")))


def request_stop(*, job: Job, by: User) -> Job:
    """Ask the work to end early; what has not begun is stopped at once. Asking twice changes nothing."""
    kind = kind_of(job.kind)
    require(by, kind.action, job.branch)
    if not kind.stoppable:
        raise Conflict(Message(gettext_noop("This work cannot be stopped half-way. Wait until it is done.")))
    with transaction.atomic():
        asked = Job.objects.filter(pk=job.pk, state__in=UNFINISHED, stop_asked=False).update(stop_asked=True)
        waiting = Job.objects.filter(pk=job.pk, state=State.WAITING)
        waiting.update(state=State.STOPPED, ended_at=machine_time())
        if asked:
            audit.record(
                at=now(),
                actor=by.employee_no,
                action="stop_job",
                subject_kind="job",
                subject_id=job.pk,
                branch_code=job.branch.code,
                details={"kind": job.kind},
            )
    job.refresh_from_db()
    return job


def take_up_lost(at: datetime, *, besides: Collection[UUID] = ()) -> int:
    """Jobs whose worker is silent: begun anew, or given up after three turns. `besides`: those of this process."""
    silent = Q(heard_at__lt=at - timedelta(seconds=settings.ZOUFANG_JOB_LEASE_S))
    found = 0
    for job in Job.objects.filter(silent | Q(worker__in=_ended_here()), state=State.RUNNING).exclude(
        pk__in=besides
    ):
        if job.attempts >= ATTEMPTS:
            found += states.give_up(job, Message(WORKER_DIED, {"n": job.attempts}))
        elif states.begin_anew(job):
            found += 1
            hand_over(job)
    for job in Job.objects.filter(silent, state=State.WAITING):
        if not is_handed_over(job):
            Job.objects.filter(pk=job.pk).update(heard_at=at)
            hand_over(job)
            found += 1
    return found


def _ended_here() -> list[str]:
    """Workers whose process is gone. An embedded database has all its workers on this machine: no need to wait."""
    if connection.vendor != "sqlite":
        return []
    names = Job.objects.filter(state=State.RUNNING).values_list("worker", flat=True).distinct()
    return [name for name in names if has_ended(name)]
