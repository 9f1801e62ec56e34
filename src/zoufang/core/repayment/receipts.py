"""The payments of one loan that stand on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from zoufang.core.portfolio import Payment, Reversal


def standing_payments(payments: Sequence[Payment], reversals: Sequence[Reversal], today: date) -> list[Payment]:
    """Received by `today` and not taken back by then, by value date and id."""
    undone = {reversal.entry_id for reversal in reversals if reversal.on <= today}
    standing = [p for p in payments if p.received <= today and p.id not in undone]
    return sorted(standing, key=lambda payment: (payment.received, payment.id))
