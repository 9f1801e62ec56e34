"""An installation on this machine: its folder, its database, and Django set up for it."""

from __future__ import annotations

import os
from pathlib import Path

DEV = "zoufang.server.settings.dev"


def open_installation(home: Path | None = None) -> Path:
    """Set Django up for the installation in `home` (default: ZOUFANG_HOME, else .zoufang); migrate its database."""
    if home is not None:
        os.environ["ZOUFANG_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEV)
    import django
    from django.conf import settings
    from django.core.management import call_command

    folder = Path(settings.HOME)
    folder.mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", verbosity=0)
    return folder
