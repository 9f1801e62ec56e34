"""An agency's day: its cases by the day due back, and what it still owes the bank."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zoufang.core.values import mask_name
from zoufang.server.agencies.queries import own_cases
from zoufang.server.pages.agency_lines import owed_by
from zoufang.server.pages.agency_side import own_person
from zoufang.server.pages.reader import reader
from zoufang.server.pages.starts.cockpit import Panel, Row, StartPage, Tile, alarm, cockpit, link
from zoufang.server.staff.clock import business_date

SOON = timedelta(days=7)
SHOWN = 8


def agency(request: HttpRequest) -> StartPage:
    person, today = own_person(request), business_date()
    if person is None:
        nothing = _("Your agency may not work on cases today. Ask your contact at the bank.")
        return cockpit([], [Panel(_("My cases"), empty=nothing)])
    cases, owed = own_cases(reader(request), today), owed_by(person.agency, today)
    soon = cases.filter(due_back__lte=today + SOON).count()
    late = sum(one.overdue for one in owed)
    waiting = sum(one.cases for one in owed)
    to_cases, to_deletions = link("my_cases"), link("my_deletions")
    placed = cases.aggregate(fen=Sum("arrears_fen"))["fen"] or 0
    tiles = [
        Tile(_("Cases with us"), cases.count(), link=to_cases, tone="blue"),
        Tile(_("Overdue when placed"), placed, "money", link=to_cases, tone="blue"),
        Tile(_("Due back within 7 days"), soon, link=to_cases, tone=alarm(soon, "yellow")),
        Tile(
            _("Cases to certify as deleted"),
            waiting,
            note=_("%(n)s batches overdue") % {"n": late},
            link=to_deletions,
            tone=alarm(late) if late else alarm(waiting, "yellow"),
        ),
    ]
    rows = tuple(
        Row(
            mask_name(str(one.party.identity.get("name") or "")),
            one.case_no,
            link("my_case", one.pk),
            _("until %(day)s") % {"day": one.due_back.isoformat()},
            "yellow" if one.due_back <= today + SOON else "secondary",
            one.arrears_fen,
        )
        for one in cases[:SHOWN]
    )
    panels = [
        Panel(_("Due back first"), rows, _("No case is with you."), to_cases, _("All cases")),
        Panel(
            _("Data to delete"),
            tuple(
                Row(
                    one.number,
                    _("%(n)s cases") % {"n": one.cases},
                    link("my_deletion_new", one.batch_id),
                    _("until %(day)s") % {"day": one.due.isoformat()},
                    "red" if one.overdue else "yellow",
                )
                for one in owed[:SHOWN]
            ),
            _("Every ended case has its certificate."),
            to_deletions,
            _("Deletion certificates"),
        ),
    ]
    return cockpit(tiles, panels)
