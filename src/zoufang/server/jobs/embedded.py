"""A worker beside the web server on one machine: started with it, started again when it dies, ended with it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RESTART_S = 2.0
GRACE_S = 15.0


@contextmanager
def embedded_worker() -> Iterator[None]:
    """One worker process while the block runs. Its work survives it: what it leaves, the next one takes up."""
    over = threading.Event()
    beside = _Beside()
    keeper = threading.Thread(target=beside.keep, args=(over,), name="worker-keeper", daemon=True)
    beside.start()
    keeper.start()
    try:
        yield
    finally:
        over.set()
        beside.end()
        keeper.join(GRACE_S)


class _Beside:
    def start(self) -> None:
        # Its own session: Ctrl-C reaches the server, which then ends the worker in order.
        command = [sys.executable, "-m", "zoufang.server.jobs", "--parent", str(os.getpid())]
        self.process = subprocess.Popen(command, start_new_session=True)  # noqa: S603

    def keep(self, over: threading.Event) -> None:
        while not over.is_set():
            self.process.wait()
            if not over.wait(RESTART_S):
                self.start()

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
