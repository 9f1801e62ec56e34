"""The reader's choice of unit, 元 or 万元: kept in the session, applied to every amount on a page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from zoufang.core.values import format_wan, format_yuan

YUAN, WAN = "yuan", "wan"
UNITS = (YUAN, WAN)
SESSION_KEY = "money_unit"


def unit_of(request: Any) -> str:
    """What this reader chose; yuan without a session (an error page, a printed document)."""
    chosen = request.session.get(SESSION_KEY, YUAN) if hasattr(request, "session") else YUAN
    return chosen if chosen in UNITS else YUAN


def label_of(unit: str) -> str:
    return _("10k yuan") if unit == WAN else _("yuan")


def amount_in(unit: str, fen: int) -> str:
    return format_wan(fen) if unit == WAN else format_yuan(fen)
