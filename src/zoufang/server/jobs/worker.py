"""The worker's process: one piece of work at a time, and the ticker beside it."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from types import FrameType

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.utils import DatabaseError
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, DEFAULT_TASK_QUEUE_NAME
from django_tasks_db.management.commands.db_worker import Worker

from zoufang.server.jobs.running import WORKER, leaving
from zoufang.server.jobs.services import take_up_lost
from zoufang.server.jobs.ticks import run_due
from zoufang.server.staff.clock import machine_time

logger = logging.getLogger(__name__)


class JobWorker(Worker):
    """The library's worker, which also tells the running job to leave its work for the next one."""

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        leaving.set()
        super().shutdown(signum, frame)


def work(*, parent: int = 0) -> None:
    """Until SIGTERM or SIGINT; with `parent`, also until that process is gone."""
    logging.getLogger("django_tasks_db").setLevel(logging.ERROR)
    worker = JobWorker(
        queue_names=[DEFAULT_TASK_QUEUE_NAME],
        interval=settings.ZOUFANG_WORKER_INTERVAL_S,
        batch=False,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=WORKER,
        excluded_queue_names=[],
    )
    worker.configure_signals()
    threading.Thread(target=_tick, args=(parent,), name="ticker", daemon=True).start()
    worker.run()


def _tick(parent: int) -> None:
    _try(take_up_lost)  # what the worker before this one left, whatever its own ticker had claimed
    while not leaving.wait(settings.ZOUFANG_TICK_S):
        if parent and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            break
        close_old_connections()
        _try(run_due)
    connection.close()


def _try(act: Callable[[datetime], object]) -> None:
    try:
        act(machine_time())
    except DatabaseError:  # busy or away for a moment: the next turn tries again
        logger.warning("The ticker could not reach the database")
        connection.close()
