"""Open the demo bank to people: its clock shows the morning of its own day."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import override

from zoufang.core.values import BANK_ZONE
from zoufang.server.staff.clock import bank_state
from zoufang.server.staff.models import User

OPENING = time(9, 0)


def open_for_use() -> list[tuple[str, str, str]]:
    """Shift the bank's clock to nine in the morning of its business date; answers (user name, role, name)."""
    state = bank_state()
    morning = datetime.combine(state.business_date, OPENING, BANK_ZONE)
    state.clock_shift_s = int((morning - timezone.now()).total_seconds())
    state.save(update_fields=["clock_shift_s"])
    with override("en"):
        people = User.objects.order_by("pk")
        return [(user.username, str(user.get_role_display()), user.full_name) for user in people]
