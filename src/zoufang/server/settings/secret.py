"""The secret that signs sessions: made on first use, kept beside the database."""

from __future__ import annotations

import secrets
from pathlib import Path


def installation_secret(home: Path) -> str:
    """Read the secret in `home`, or make one that only this user can read."""
    path = home / "secret.txt"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")
