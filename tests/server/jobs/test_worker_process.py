"""A real worker on a real database: killed in the middle of an import, started again, nothing lost or doubled."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.server.book.book_files import ZHANG, a_file

ROOT = Path(__file__).resolve().parents[3]
ROWS = 1_500
PATIENCE_S = 180


@pytest.fixture
def surroundings(tmp_path) -> dict[str, str]:
    told = {"ZOUFANG_HOME": str(tmp_path / "home"), "PYTHONPATH": f"{ROOT}:{ROOT}/src"}
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | told | {"DJANGO_SETTINGS_MODULE": "zoufang.server.settings.dev"}


@pytest.fixture
def asked(tmp_path, surroundings) -> Callable[[], str]:
    """A book of some thousand loans, uploaded and asked for."""
    rows = [ZHANG | {"loan_key": f"DZ-{n}", "customer_key": f"C{n}"} for n in range(ROWS)]
    path = a_file(tmp_path / "book.csv", rows)
    return lambda: apart(surroundings, "ask", str(path))


@pytest.fixture
def worker(surroundings) -> Iterator[Callable[[], subprocess.Popen]]:
    started = []

    def start() -> subprocess.Popen:
        command = [sys.executable, "-m", "zoufang.server.jobs"]
        started.append(subprocess.Popen(command, env=surroundings, cwd=ROOT))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def apart(surroundings, *arguments: str) -> str:
    command = [sys.executable, "-m", "tests.server.jobs.asked_import", *arguments]
    done = subprocess.run(command, env=surroundings, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def state_of(surroundings) -> str:
    path = Path(surroundings["ZOUFANG_HOME"]) / "zoufang.sqlite3"
    with closing(sqlite3.connect(path, timeout=20)) as database:
        return database.execute("SELECT state FROM jobs_job").fetchone()[0]


def until(surroundings, process: subprocess.Popen, *states: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while (state := state_of(surroundings)) not in states:
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, f"still {state}"
        time.sleep(0.02)


@pytest.mark.slow
def test_a_worker_killed_in_an_import_loses_and_doubles_nothing(surroundings, asked, worker):
    asked()
    first = worker()
    until(surroundings, first, "running")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert state_of(surroundings) == "running"
    second = worker()
    until(surroundings, second, "done", "failed", "refused")
    seen = json.loads(apart(surroundings, "look"))
    assert (seen["state"], seen["attempts"]) == ("done", 2), seen
    assert (seen["loans"], seen["states"], seen["batches"]) == (ROWS, ROWS, ["landed"])
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    assert json.loads(apart(surroundings, "look"))["uploads"] == 0


@pytest.mark.slow
def test_a_worker_asked_to_end_in_an_import_leaves_it_to_the_next(surroundings, asked, worker):
    asked()
    first = worker()
    until(surroundings, first, "running")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    assert state_of(surroundings) in ("waiting", "done")
    until(surroundings, worker(), "done", "failed", "refused")
    seen = json.loads(apart(surroundings, "look"))
    assert (seen["state"], seen["attempts"]) == ("done", 1), seen
    assert (seen["loans"], seen["batches"]) == (ROWS, ["landed"])
