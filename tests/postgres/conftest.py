"""One server for all tests of this folder; each test that writes asks for databases of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres_server

ROOT = Path(__file__).resolve().parents[2]
ZOUFANG = ("-c", "from zoufang.cli.main import run; run()")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A folder and a database for programs that run apart; without a url the database is SQLite's file there."""

    home: Path
    url: str = ""

    def start(self, *command: str) -> subprocess.Popen[str]:
        own = {"ZOUFANG_HOME": str(self.home), "DATABASE_URL": self.url, "PYTHONPATH": str(ROOT)}
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([sys.executable, *command], env=kept | own, cwd=ROOT, text=True, **streams)

    def zoufang(self, *arguments: str, exit_code: int = 0) -> dict[str, Any]:
        """What a command of ours answers as JSON."""
        return answer_of(self.start(*ZOUFANG, *arguments, "--json"), exit_code)


def answer_of(program: subprocess.Popen[str], exit_code: int = 0) -> dict[str, Any]:
    said, complained = program.communicate(timeout=400)
    assert program.returncode == exit_code, complained[-3000:] + said[-3000:]
    return json.loads(said)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres_server.Server]:
    if reason := postgres_server.why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with postgres_server.running() as started:
        yield started
