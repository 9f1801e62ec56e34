"""Tiles of disposal: dates that call, stages that wait for a second person, leave that waits."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from zoufang.server.disposal import queries
from zoufang.server.disposal.leave import leaves
from zoufang.server.disposal.models import DisposalStage
from zoufang.server.pages.starts.cockpit import Tile, alarm, link
from zoufang.server.staff.models import User


def dates_tile(user: User, today: date) -> Tile:
    """Hearings and time limits whose warning has come; those that are over are an alarm."""
    called = queries.called_out(user, today)
    over = sum(row.on < today for row in called)
    note = _("%(n)s of them over") % {"n": over}
    return Tile(_("Case dates coming up"), len(called), note=note, link=link("disposal_dates"), tone=alarm(over))


def stages_tile(user: User) -> Tile:
    """Of others: nobody approves their own."""
    rows = queries.stages(user).filter(state=DisposalStage.State.PROPOSED).exclude(proposed_by=user)
    n = rows.count()
    return Tile(_("Stages to decide"), n, link=link("disposal_board"), tone=alarm(n, "yellow"))


def leave_tile(user: User) -> Tile:
    """Entered by somebody else, not confirmed yet."""
    n = leaves(user).filter(confirmed_by=None).exclude(entered_by=user).count()
    return Tile(_("Leave to confirm"), n, link=link("leave_list"), tone=alarm(n, "yellow"))
