"""Which plans can be laid side by side, and each of them as the core compares it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from zoufang.core.errors import BadInput
from zoufang.core.planning import ComparedPlan, CrewFigures, GroupShare
from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages.plan_sheet import CrewPart, crew_parts
from zoufang.server.staff.models import User
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.earlier_drafts import drafts_before, earlier_draft
from zoufang.server.visiting.models import DayPlan, PlannedStop
from zoufang.server.visiting.revisions import compared_visit

AROUND = timedelta(days=14)  # other days that are offered


@dataclass(frozen=True, slots=True)
class PlanSide:
    """One of the two. `name` says which plan it is: state, and when it was made."""

    plan: DayPlan
    name: str
    parts: list[CrewPart]
    compared: ComparedPlan

    @property
    def stops(self) -> dict[str, PlannedStop]:
        """By the debtor's id."""
        return {str(stop.party_id): stop for part in self.parts for stop in part.stops}


def side(which: UUID, user: User) -> PlanSide:
    """A plan or a draft of before, by its id. NotFound beyond the user's branches."""
    found = earlier_draft(which, user)
    plan, stops = found or (queries.plan_of(which, user), None)
    parts = crew_parts(plan, queries.stops_of_plan(plan) if stops is None else stops)
    return PlanSide(plan, _name(plan, earlier=found is not None), parts, compared(plan, parts))


def two_sides(a: UUID, b: UUID, user: User) -> tuple[PlanSide, PlanSide]:
    """BadInput for plans of two branches: they share neither customers nor crews."""
    before, after = side(a, user), side(b, user)
    if before.plan.branch_id != after.plan.branch_id:
        raise BadInput(Message(gettext_noop("Two plans of one branch can be compared. Choose another one.")))
    return before, after


def choices(plan: DayPlan, user: User) -> list[tuple[str, str]]:
    """What this plan can be compared with: the same day first, then days around it."""
    days = [plan.day + timedelta(days=n) for n in range(-AROUND.days, AROUND.days + 1)]
    rows = queries.plans(user).filter(branch=plan.branch, day__in=days)
    found = [(one.day, one.made_at, str(one.pk), _name(one)) for one in rows]
    for one in drafts_before(plan.branch, days):
        name = _named(_("Earlier draft"), one.made_at)
        found.append((one.day, one.made_at, str(one.pk), f"{one.day:%Y-%m-%d} {name}"))
    found.sort(key=lambda row: (abs((row[0] - plan.day).days), row[0], -row[1].timestamp()))
    return [(pk, name) for _day, _made, pk, name in found if pk != str(plan.pk)]


def _name(plan: DayPlan, *, earlier: bool = False) -> str:
    state = _("Earlier draft") if earlier else plan.get_status_display()
    return f"{plan.day:%Y-%m-%d} {_named(str(state), plan.made_at)}"


def _named(state: str, made_at: datetime) -> str:
    at = timezone.localtime(made_at)
    return _("%(state)s, made %(at)s") % {"state": state, "at": f"{at:%m-%d %H:%M:%S}"}


def compared(plan: DayPlan, parts: list[CrewPart]) -> ComparedPlan:
    """A plan of the store as the core's comparison takes it."""
    shares = tuple(GroupShare(**share) for share in plan.report.get("who_pays", ()))
    visits = tuple(compared_visit(stop, plan.day) for part in parts for stop in part.stops)
    return ComparedPlan(visits, tuple(map(_figures, parts)), plan.value_fen, shares)


def _figures(part: CrewPart) -> CrewFigures:
    slack = part.slack
    return CrewFigures(
        crew_id=part.crew.code,
        visits=len(part.stops),
        away_s=part.trip["back_s"] - part.trip["leave_s"],
        metres=part.trip["metres"],
        value_fen=part.value_fen,
        left_s=slack.left_s if slack else None,
        late_s=slack.late_s if slack else None,
    )
