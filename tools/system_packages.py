"""See that what tests need of Debian is there (browser, font, gettext, PostgreSQL); install where we may."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = ("chromium", "fonts-noto-cjk", "gettext", "libatomic1", "postgresql")
POSTGRESQL = Path("/usr/lib/postgresql")


def missing() -> list[str]:
    have = {
        "chromium": bool(shutil.which("chromium")),
        "fonts-noto-cjk": _has_chinese_font(),
        "gettext": bool(shutil.which("xgettext")),
        "libatomic1": any(Path("/usr/lib").rglob("libatomic.so.1")),  # Playwright's driver links to it
        "postgresql": any(POSTGRESQL.glob("*/bin/initdb")),
    }
    return [name for name in PACKAGES if not have[name]]


def _has_chinese_font() -> bool:
    return any(Path("/usr/share/fonts").rglob("NotoSansCJK*"))


def main() -> None:
    wanted = missing()
    if not wanted:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        print(f"Some tests are skipped: install {' '.join(wanted)} to run them.")
        sys.exit(1 if os.environ.get("CI") == "true" else 0)
    print(f"Installing {' '.join(wanted)} for the tests ...")
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *wanted]):
        subprocess.run(["apt-get", "-qq", *step], check=True, stdout=subprocess.DEVNULL, env=env)


if __name__ == "__main__":
    main()
