"""The policies of a day, as the installation holds them in files."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zoufang.core.compliance import Policy, policy_on
from zoufang.files.policy_packs import read_holidays, read_packs


@lru_cache(maxsize=64)
def _policy(folder: Path, day: date) -> Policy:
    return policy_on(read_packs(folder), day, holidays=read_holidays(folder))


def compliance_policy(day: date) -> Policy:
    """The strictest rules in force on `day`."""
    return _policy(Path(settings.ZOUFANG_POLICIES), day)
