"""What people and phones did in the field, in the trail's words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

DONE_IN_THE_FIELD: dict[str, Any] = {
    "register_device": _("Registered a phone"),
    "end_device": _("Ended a phone"),
    "take_day_along": _("Took the day along on a phone"),
    "ask_wipe": _("Asked to delete a phone's outbox"),
    "confirm_wipe": _("Confirmed that a phone's outbox is deleted"),
    "outbox_wiped": _("Deleted an outbox unsent, by order"),
    "take_field_entry": _("Took an entry from a phone into the record"),
    "set_aside_field_entry": _("Set an entry from a phone aside"),
}
