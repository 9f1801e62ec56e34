"""What hangs on which key: for `zoufang keys status`."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from zoufang.server.book import vault
from zoufang.server.book.envelopes import counted, installed
from zoufang.server.book.keyring import read_keyring


def key_status() -> dict[str, Any]:
    """Keys without their secrets; rows by table, cipher and key version."""
    ring = read_keyring(vault.key_file())
    rows = [
        {"table": one.label, "cipher": cipher, "version": version, "rows": count}
        for one in installed()
        for (cipher, version), count in sorted(counted(one).items())
    ]
    return {
        "cipher": settings.ZOUFANG_CIPHER,
        "rotating": ring.turning,
        "keys": [
            {
                "version": key.version,
                "current": key.version == ring.current,
                "made": key.made,
                "retired": key.retired,
                "rows": sum(row["rows"] for row in rows if row["version"] == key.version),
            }
            for key in ring.keys
        ],
        "rows": rows,
    }
