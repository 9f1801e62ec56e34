"""The tile of rights that are about to lapse, on the days of manager and compliance."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.daily.time_limits import days_left_of_open_rights
from zoufang.server.pages.starts.cockpit import Tile, alarm, link
from zoufang.server.staff.models import User

SOON, AT_ONCE = 30, 7


def rights_tile(user: User, today: date) -> Tile:
    left = days_left_of_open_rights(user, today)
    soon, at_once = (sum(days <= most for days in left) for most in (SOON, AT_ONCE))
    note = _("%(n)s of them within 7 days") % {"n": at_once}
    return Tile(_("Rights ending in 30 days"), soon, note=note, link=link("time_limit_list"), tone=alarm(at_once))
