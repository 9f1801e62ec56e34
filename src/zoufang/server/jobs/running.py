"""What the worker does with one job: claim it, run it, say how far it is, and end it one way or another."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from types import TracebackType
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django_tasks import TaskResultStatus, task
from django_tasks.exceptions import TaskResultDoesNotExist

from zoufang.core.errors import ZoufangError
from zoufang.core.values import Message
from zoufang.server.jobs import states
from zoufang.server.jobs.kinds import Ended, Interrupted, kind_of
from zoufang.server.jobs.models import Job

logger = logging.getLogger(__name__)
HOST = socket.gethostname()[:30].replace(":", "-")
WORKER = f"{HOST}:{os.getpid()}:{secrets.token_hex(4)}"
BEAT_S = 1.0
# Set when this process has been asked to end.
leaving = threading.Event()
# What this process works at: its ticker does not take that for lost.
at_work: set[UUID] = set()


@task()
def perform(job_id: str) -> None:
    """The one task there is: the row says what is to be done."""
    job = states.claim(UUID(job_id), WORKER)
    if job is None:
        return
    at_work.add(job.pk)
    try:
        _run(job)
    finally:
        at_work.discard(job.pk)


def hand_over(job: Job) -> None:
    """Give the job to the worker. Handed over twice it is done once, for it is claimed."""
    task_id = perform.enqueue(str(job.pk)).id
    Job.objects.filter(pk=job.pk).update(task_id=task_id)


def is_handed_over(job: Job) -> bool:
    """Whether the worker has still to come to it."""
    if not job.task_id:
        return False
    try:
        return perform.get_result(job.task_id).status == TaskResultStatus.READY
    except TaskResultDoesNotExist:
        return False


def has_ended(worker: str) -> bool:
    """Whether a worker of this machine is gone; one whose name tells no process counts as there."""
    host, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if host != HOST or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _run(job: Job) -> None:
    try:
        ended = _work(job)
    except Interrupted:
        if states.release(job):
            hand_over(job)
    except ZoufangError as error:
        states.refuse(job, error)
    except Exception as error:
        logger.exception("Job %s (%s) broke down", job.pk, job.kind)
        states.fail(job, error)
    else:
        if states.finish(job, ended):
            ended.tidy()


def _work(job: Job) -> Ended:
    kind = kind_of(job.kind)
    if not settings.ZOUFANG_JOBS_APART:
        return kind.run(job, Line(job).tell)
    with Line(job) as line:
        return kind.run(job, line.tell)


class Line:
    """Between the work and its row. Entered, a thread with a connection of its own reports each second.

    The work may stand in a long transaction: what it wrote itself would be seen by nobody before its end.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.latest: tuple[int, int, Message | None] = (0, 0, None)
        self.stop_asked = self.lost = self.threaded = False
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, name=f"line-{job.pk}", daemon=True)

    def tell(self, done: int, total: int, text: Message | None = None) -> bool:
        self.latest = (done, total, text)
        if not self.threaded:
            self._report()
        if self.lost or leaving.is_set():
            raise Interrupted
        return not self.stop_asked

    def _report(self) -> None:
        said = states.report(self.job, *self.latest)
        self.lost, self.stop_asked = said is None, bool(said)

    def __enter__(self) -> Line:
        self.threaded = True
        self.thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.over.set()
        self.thread.join()

    def _beat(self) -> None:
        try:
            while not self.over.wait(BEAT_S) and not self.lost:
                try:
                    self._report()
                except DatabaseError:  # the work itself holds the database: the next beat tells it
                    connection.close()
        finally:
            connection.close()
