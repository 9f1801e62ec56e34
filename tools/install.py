"""Install a hashed list of requirements and the project itself, by uv where that works and else by pip."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

PIP = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
UV = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]


def install(requirements: str) -> None:
    """Both steps by one installer; pip also works behind certificates that uv does not know."""
    if importlib.util.find_spec("uv") and _run(UV, requirements):
        return
    if not _run(PIP, requirements):
        sys.exit(
            f"{requirements} could not be installed. Look at the message above; is a package index reachable?"
        )


def _run(installer: list[str], requirements: str) -> bool:
    steps = (["--require-hashes", "-r", requirements], ["--no-deps", "-e", "."])
    return all(subprocess.run([*installer, *step]).returncode == 0 for step in steps)


if __name__ == "__main__":
    install(sys.argv[1])
