"""The planner's and the visitor's day: who goes where, and who does not."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from zoufang.core.values import Message, mask_name
from zoufang.server.pages import queries_start as waiting
from zoufang.server.pages.place_pictures import shares_chart
from zoufang.server.pages.reader import reader
from zoufang.server.pages.starts.cockpit import LINES, Panel, Row, StartPage, Tile, alarm, cockpit, link
from zoufang.server.pages.starts.lists import clock, crew_rows, import_rows, plan_rows
from zoufang.server.pages.starts.paper_tiles import out_tile
from zoufang.server.pages.words import word
from zoufang.server.places.queries import shares_by_branch
from zoufang.server.staff.clock import business_date
from zoufang.server.staff.models import User
from zoufang.server.visiting.models import DayPlan, Visit


def planner(request: HttpRequest) -> StartPage:
    user = reader(request)
    today = business_date()
    visits, kinds = waiting.visits_on(user, today), waiting.left_out_kinds(user, today)
    plans, troubled = waiting.plans_from(user, today), waiting.troubled_imports(user, LINES)
    drafts = [plan for plan in plans if plan.status == DayPlan.Status.DRAFT]
    later = [plan for plan in plans if plan.day > today]
    to_plans = link("plan_list")
    tiles = [
        Tile(
            _("Visits today"),
            visits["planned"],
            note=_("%(done)s made, %(withdrawn)s withdrawn") % visits,
            link=to_plans,
            tone="blue",
        ),
        Tile(_("Drafts to publish"), len(drafts), link=to_plans, tone=alarm(len(drafts), "yellow")),
        Tile(_("Refused by a rule"), kinds.get("refused", 0), link=to_plans, note=_("in today's plans")),
        Tile(
            _("No room or not worth the way"), kinds.get("unplanned", 0), link=to_plans, note=_("in today's plans")
        ),
        Tile(
            _("Imports with rejects"), len(troubled), link=link("import_list"), tone=alarm(len(troubled), "yellow")
        ),
        out_tile(user, today),
    ]
    reasons = tuple(
        Row(Message.from_json(reason), badge=_("%(n)s customers") % {"n": n}, data=False)
        for reason, n in waiting.left_out_reasons(user, today, LINES)
    )
    panels = [
        Panel(
            _("Today's plan"),
            crew_rows(user, today),
            _("No visits are planned for today."),
            to_plans,
            _("All plans"),
        ),
        Panel(
            _("Next days"),
            plan_rows(later),
            _("No plan for a later day yet. Make the next working day's."),
            to_plans,
            _("Make a plan"),
        ),
        Panel(_("Why others stay out today"), reasons, _("Nobody was left out."), to_plans, _("All plans")),
        Panel(
            _("Imports with rejects"),
            import_rows(troubled),
            _("Every row landed."),
            link("import_list"),
            _("All imports"),
        ),
        _places(user),
    ]
    return cockpit(tiles, panels)


def _places(user: User) -> Panel:
    shares = shares_by_branch(user)
    return Panel(
        _("How finely addresses are known"),
        chart=shares_chart(shares) if shares else None,
        empty=_("Nobody is in arrears."),
        link=link("place_list"),
        link_label=_("Addresses on the map"),
    )


def visitor(request: HttpRequest) -> StartPage:
    """My stops; names stay masked here, the brief opens on the day's page."""
    user = reader(request)
    today = business_date()
    stops = waiting.stops_of(user, today)
    going = [stop for stop in stops if stop.withdrawn_reason is None]
    left = [stop for stop in going if stop.ended_at is None]
    mine = next((one for one in waiting.officers(user, today) if one.officer.pk == user.pk), None)
    to_day = link("my_day")
    following = left[0] if left else None
    tiles = [
        Tile(_("Stops today"), len(going), link=to_day, tone="blue"),
        Tile(_("Still to go"), len(left), link=to_day, tone="yellow" if left else "green"),
        Tile(_("Withdrawn"), len(stops) - len(going), link=to_day, note=_("do not go there")),
        Tile(_("Next stop at"), _time(following), link=to_day, note=_place(following), tone="blue"),
        Tile(
            _("Qualified until"),
            mine.valid_until.isoformat() if mine and mine.valid_until else None,
            note="" if mine and mine.valid_until else _("not qualified: no visits"),
            link=link("training_overview"),
            tone="green" if mine and mine.valid_until else "red",
        ),
    ]
    listed = Panel(_("My stops"), tuple(map(_stop_row, stops)), _("No stops today."), to_day, _("Start the day"))
    return cockpit(tiles, [listed])


def _time(stop: Visit | None) -> str | None:
    return clock(stop.stop.arrive) if stop and stop.stop else None


def _place(stop: Visit | None) -> str:
    return word(stop.purpose, "purpose") if stop else ""


def _stop_row(visit: Visit) -> Row:
    name = mask_name(str(visit.whom.identity.get("name") or ""))
    if visit.withdrawn_reason is not None:
        badge, tone = _("Withdrawn"), "red"
    elif visit.ended_at is not None:
        badge, tone = _("Done"), "green"
    else:
        badge, tone = word(visit.state, "visit_state"), "secondary"
    return Row(f"{_time(visit) or ''} {name}", _place(visit), link("my_day"), badge, tone)
