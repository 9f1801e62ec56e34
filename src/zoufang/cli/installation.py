"""An installation on this machine: its folder, its database, and Django set up for it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from zoufang.core.errors import BadInput

DEV = "zoufang.server.settings.dev"


def open_installation(home: Path | None = None) -> Path:
    """Set Django up for the installation in `home` (else ZOUFANG_HOME, else .zoufang); migrate its database."""
    if home is not None:
        os.environ["ZOUFANG_HOME"] = str(home.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", DEV)
    import django
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError

    folder = Path(settings.HOME)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    django.setup()
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        raise BadInput(f"The database cannot be opened: {error}. Check DATABASE_URL, and that it runs.") from error
    return folder


def clear_installation(home: Path) -> None:
    """Remove the installation in `home`. Where its rows are in PostgreSQL it stays: its keys open them."""
    os.environ["ZOUFANG_HOME"] = str(home.resolve())
    from zoufang.server.settings.base import DATABASE_URL

    if not DATABASE_URL:
        shutil.rmtree(home, ignore_errors=True)
