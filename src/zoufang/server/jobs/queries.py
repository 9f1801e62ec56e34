"""Which work a reader may see, and how far it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.values import Message, gettext_noop
from zoufang.server.jobs.kinds import kind_of
from zoufang.server.jobs.models import UNFINISHED, Job
from zoufang.server.staff.clock import machine_time
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import may

UNATTENDED = timedelta(seconds=30)


def my_jobs(user: User) -> QuerySet[Job]:
    """What this reader asked for, the newest first."""
    return Job.objects.filter(by=user).select_related("branch", "by").order_by("-asked_at", "-pk")


def my_running(user: User) -> list[Job]:
    return list(my_jobs(user).filter(state__in=UNFINISHED))


def job_of(job_id: UUID, user: User) -> Job:
    """One's own, or one that one might have asked for oneself: a second asker gets the first one's job."""
    job = Job.objects.filter(pk=job_id).select_related("branch", "by").first()
    if job is None or not (job.by_id == user.pk or may(user, kind_of(job.kind).action, job.branch)):
        raise NotFound(Message(gettext_noop("No such work in your branch. It may have been done long ago.")))
    return job


def made_by(job_id: str) -> str:
    """The id of what a job made; "" while it has made nothing."""
    return Job.objects.filter(pk=job_id).values_list("result_id", flat=True).first() or ""


def is_unattended(job: Job) -> bool:
    """Whether it waits though no worker is busy: probably none runs."""
    busy = Job.objects.filter(state=Job.State.RUNNING).exists()
    return job.state == Job.State.WAITING and not busy and job.asked_at < machine_time() - UNATTENDED


def waits_before(job: Job) -> int:
    """How many pieces of work the worker does before it comes to this one."""
    return Job.objects.filter(state__in=UNFINISHED, asked_at__lt=job.asked_at).count()
