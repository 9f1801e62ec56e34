"""Tiles of day packs on paper: what is lost and waits for compliance, what has not come back."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.evidence.day_packs import lost_packs, still_out
from zoufang.server.evidence.paper_visits import papers_keyed
from zoufang.server.pages.starts.cockpit import Tile, alarm, link
from zoufang.server.staff.models import User


def lost_tile(user: User) -> Tile:
    lost = lost_packs(user).count()
    waits = papers_keyed(user).filter(reviewed_at=None).count()
    note = _("%(n)s forms to check") % {"n": waits}
    tone = alarm(lost) if lost else alarm(waits, "yellow")
    return Tile(_("Day packs lost"), lost, note=note, link=link("day_pack_list"), tone=tone)


def out_tile(user: User, today: date) -> Tile:
    out = still_out(user, today).count()
    return Tile(
        _("Day packs still out"), out, note=_("of days that are over"), link=link("day_pack_list"), tone=alarm(out)
    )
