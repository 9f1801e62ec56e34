"""The zone of the people whom the bank serves: their days and hours are judged by it (ZOUFANG_ZONE)."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings


def local_zone() -> ZoneInfo:
    return ZoneInfo(settings.ZOUFANG_ZONE)


def local_day(at: datetime) -> date:
    """The day on which this happens where the people are."""
    return at.astimezone(local_zone()).date()
