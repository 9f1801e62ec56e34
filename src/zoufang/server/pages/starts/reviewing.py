"""The tile of visits that wait for the reader's score, on the days of manager, trainer and compliance."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.pages.starts.cockpit import Tile, alarm, link
from zoufang.server.review.queries import count_waiting
from zoufang.server.staff.models import User


def review_tile(user: User, today: date) -> Tile:
    waiting, late = count_waiting(user, today)
    note, desk = _("%(n)s beyond their day") % {"n": late}, link("review_desk")
    return Tile(_("Visits to score"), waiting, note=note, link=desk, tone=alarm(late, "yellow"))
