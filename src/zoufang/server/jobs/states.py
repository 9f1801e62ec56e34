"""How a job's row changes while it runs. Each change asks whether the job is still this worker's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from zoufang.core.errors import BadField, ZoufangError
from zoufang.core.values import Message, gettext_noop
from zoufang.server.jobs.kinds import Ended
from zoufang.server.jobs.models import Job
from zoufang.server.staff.clock import machine_time

State = Job.State
BROKE_DOWN = gettext_noop(
    "The program made an error (%(error)s). Nothing half-done counts. Start it again; if it happens again, tell"
    " the administrator the number %(number)s."
)


def claim(job_id: UUID, worker: str) -> Job | None:
    """The job for this worker; None when another has it, or it is over."""
    at = machine_time()
    waiting = Job.objects.filter(pk=job_id, state=State.WAITING)
    claimed = waiting.update(
        state=State.RUNNING, worker=worker, started_at=at, heard_at=at, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    return Job.objects.select_related("by__branch", "branch").get(pk=job_id)


def report(job: Job, done: int, total: int, text: Message | None) -> bool | None:
    """Note how far the work is. True: someone asked to stop. None: the job is no longer this worker's."""
    told = {"done": done, "total": total, "text": text.as_json() if text else None}
    if not _mine(job).update(heard_at=machine_time(), **told):
        return None
    return Job.objects.values_list("stop_asked", flat=True).get(pk=job.pk)


def finish(job: Job, ended: Ended) -> bool:
    """Keep the result; False when the job is no longer this worker's."""
    return _end(
        job,
        State.STOPPED if ended.stopped else State.DONE,
        result_page=ended.page,
        result_id=ended.id,
        note=ended.note.as_json() if ended.note else None,
        note_level=ended.level,
    )


def refuse(job: Job, error: ZoufangError) -> bool:
    """A lawful or permitted no, or input that cannot be used: the reader is told in the error's own words."""
    return _end(job, State.REFUSED, error=_told(error), error_code=error.code)


def fail(job: Job, error: Exception) -> bool:
    """Something that nobody foresaw; its text may be personal and stays in the log."""
    told = Message(BROKE_DOWN, {"error": type(error).__name__, "number": str(job.pk)})
    return _end(job, State.FAILED, error=[told.as_json()], error_code="error")


def release(job: Job) -> bool:
    """The worker leaves before the end: the next one begins anew, and this turn does not count."""
    return bool(_mine(job).update(attempts=F("attempts") - 1, **_anew()))


def begin_anew(job: Job) -> bool:
    """Back to those that wait; False when its worker was heard of since the row was read."""
    return bool(_mine(job).filter(heard_at=job.heard_at).update(**_anew()))


def _anew() -> dict[str, Any]:
    return {"state": State.WAITING, "worker": "", "heard_at": machine_time()}


def give_up(job: Job, why: Message) -> bool:
    return _end(job, State.FAILED, error=[why.as_json()], error_code="error")


def _mine(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, worker=job.worker)


def _end(job: Job, state: Job.State, **fields: Any) -> bool:
    return bool(_mine(job).update(state=state, ended_at=machine_time(), **fields))


def _told(error: ZoufangError) -> list[dict[str, Any]]:
    """The error's messages, as a page of errors would show them."""
    parts: tuple[Any, ...] = (error.what, error.remedy) if isinstance(error, BadField) else error.args[:1]
    messages = [part if isinstance(part, Message) else Message("%(text)s", {"text": str(part)}) for part in parts]
    return [message.as_json() for message in messages]
