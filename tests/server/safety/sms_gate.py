"""A bank's SMS gate that can fail and hang, and keeps what it has taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANGS_S = 30.0


class Gate(ThreadingHTTPServer):
    """`mode`: fails (500), hangs, or takes. `came` and `taken` hold the ids of messages in their order."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.mode = "fails"
        self.came: list[str] = []
        self.taken: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Answer(BaseHTTPRequestHandler):
    server: Gate

    def do_POST(self) -> None:
        key = self.headers["Idempotency-Key"]
        self.server.came.append(key)
        if self.server.mode == "hangs":
            time.sleep(HANGS_S)
            return
        taken = self.server.mode == "takes"
        if taken:
            self.server.taken.append(key)
        self.send_response(200 if taken else 500)
        self.end_headers()

    def log_message(self, *_said: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def open_gate() -> Iterator[Gate]:
    gate = Gate()
    threading.Thread(target=gate.serve_forever, daemon=True).start()
    yield gate
    gate.shutdown()
    gate.server_close()
