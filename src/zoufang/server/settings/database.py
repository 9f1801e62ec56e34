"""PostgreSQL by one address, as libpq writes it."""

from __future__ import annotations

from typing import Any

from zoufang.core.errors import BadInput

FORMS = "Write postgres://user:password@host:5432/name, or postgres:///name?host=/folder/of/the/socket."


def postgres(url: str) -> dict[str, Any]:
    """Django's settings for `url`; BadInput, which never repeats the address, for it may hold a password."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as missing:
        raise BadInput(
            "DATABASE_URL is set, but PostgreSQL's driver is missing. Run `pip install 'zoufang[postgres]'`."
        ) from missing
    try:
        told = conninfo_to_dict(url) if url.startswith(("postgres://", "postgresql://")) else {}
    except ProgrammingError:
        told = {}
    if not told.get("dbname"):
        raise BadInput(f"DATABASE_URL does not name a PostgreSQL database. {FORMS}")
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{name: str(told.pop(key, "")) for name, key in names.items()},
        "OPTIONS": told,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
