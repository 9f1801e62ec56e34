"""Install a hashed list of requirements and the project itself, by uv or else by pip."""

from __future__ import annotations

import importlib.util
import subprocess
import sys


def install(requirements: str) -> None:
    if importlib.util.find_spec("uv"):
        pip = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    else:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", requirements], check=True)
    subprocess.run([*pip, "--no-deps", "-e", "."], check=True)


if __name__ == "__main__":
    install(sys.argv[1])
