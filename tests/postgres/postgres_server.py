"""Debian's PostgreSQL in a folder of its own: reached by a socket only, gone when the tests end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
# The order of Chinese by ICU, as a bank's server may have it: nothing of ours may lean on the order of bytes.
CLUSTER = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
CHINESE = ("--locale-provider=icu", "--icu-locale=zh-Hans")
# Nothing here outlives the tests, so nothing need reach the disk.
FORGETFUL = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `owner` is the user whom it trusts."""

    folder: Path
    owner: str

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user={self.owner}"

    def create(self, database: str) -> str:
        """An empty database and its address."""
        _run("createdb", f"--host={self.folder}", f"--username={self.owner}", database)
        return self.url(database)


def why_not() -> str:
    """Why no server can be started here; nothing when it can."""
    if not INSTALLED:
        return "PostgreSQL is missing: run `python -m tools.system_packages` to install it"
    if os.geteuid() == 0 and not _known("postgres"):
        return "PostgreSQL does not run as root, and there is no user `postgres`"
    return ""


@contextmanager
def running() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="zoufang-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data, log = folder / "data", folder / "log"
        locale = CHINESE if int(INSTALLED[-1].parts[-3]) >= 15 else ()
        _run("initdb", f"--pgdata={data}", "--username=postgres", *CLUSTER, *locale)
        _run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={log}", "-o", f"-k {folder} {FORGETFUL}")
        try:
            yield Server(folder, "postgres")
        finally:
            _run("pg_ctl", "stop", "--wait", "--mode=immediate", f"--pgdata={data}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *arguments: str) -> None:
    """As the user `postgres` where we are root. The server keeps our streams, so it is given none."""
    own: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    )
    command = [str(INSTALLED[-1].parent / program), *arguments]
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(command, cwd="/", stdout=said, stderr=said, stdin=subprocess.DEVNULL, **own)
        said.seek(0)
        assert done.returncode == 0, said.read().decode()


def _known(user: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
