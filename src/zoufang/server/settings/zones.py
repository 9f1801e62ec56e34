"""The zone of each jurisdiction: where a country has several, that of its first city of finance."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zoufang.core.errors import BadInput

ZONES = {
    "CN": "Asia/Shanghai",
    "US": "America/New_York",
    "UK": "Europe/London",
    "IN": "Asia/Kolkata",
}


def zone_named(name: str) -> str:
    """The same name; BadInput where no zone has it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise BadInput(
            f"ZOUFANG_ZONE is {name!r}, which is no time zone. Use a name such as America/Chicago."
        ) from None
    return name
