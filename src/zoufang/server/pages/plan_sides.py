"""Which plans can be laid side by side, and each of them as the core compares it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from zoufang.core.errors import BadInput
from zoufang.core.planning import ComparedPlan, CrewFigures, GroupShare
from zoufang.core.values import Message, gettext_noop
from zoufang.server.pages.plan_sheet import CrewPart, crew_parts
from zoufang.server.staff.models import User
from zoufang.server.visiting import plan_queries as queries
from zoufang.server.visiting.earlier_drafts import as_planned, drafts_before, earlier_draft
from zoufang.server.visiting.models import DayPlan, PlannedStop
from zoufang.server.visiting.revisions import compared_visit

AROUND = timedelta(days=14)  # other days that are offered
AS_MADE = ".made"


@dataclass(frozen=True, slots=True)
class PlanSide:
    """One of the two. `key` finds it again; `name` says which plan it is: state, and when it was made."""

    key: str
    plan: DayPlan
    name: str
    parts: list[CrewPart]
    compared: ComparedPlan

    @property
    def stops(self) -> dict[str, PlannedStop]:
        """By the debtor's id."""
        return {str(stop.party_id): stop for part in self.parts for stop in part.stops}


def side(key: str, user: User) -> PlanSide:
    """A plan, a draft of before, or a draft without its moves by hand. NotFound beyond the user's branches."""
    pk = UUID(key.removesuffix(AS_MADE))
    found, state = earlier_draft(pk, user), _("Earlier draft")
    if found is None:
        plan = queries.plan_of(pk, user)
        made = as_planned(plan) if key.endswith(AS_MADE) else None
        found = made or (plan, queries.stops_of_plan(plan))
        state = _("As the planner made it") if made else str(plan.get_status_display())
    plan, stops = found
    parts = crew_parts(plan, stops)
    return PlanSide(key, plan, _named(plan.day, state, plan.made_at), parts, compared(plan, parts))


def two_sides(a: str, b: str, user: User) -> tuple[PlanSide, PlanSide]:
    """BadInput for plans of two branches: they share neither customers nor crews."""
    before, after = side(a, user), side(b, user)
    if before.plan.branch_id != after.plan.branch_id:
        raise BadInput(Message(gettext_noop("Two plans of one branch can be compared. Choose another one.")))
    return before, after


def choices(plan: DayPlan, here: str, user: User) -> list[tuple[str, str]]:
    """What the side `here` can be compared with: the same day first, then days around it."""
    days = [plan.day + timedelta(days=n) for n in range(-AROUND.days, AROUND.days + 1)]
    rows = queries.plans(user).filter(branch=plan.branch, day__in=days)
    found = [(one.day, one.made_at, str(one.pk), str(one.get_status_display())) for one in rows]
    drafts = drafts_before(plan.branch, days)
    found += [(one.day, one.made_at, str(one.pk), _("Earlier draft")) for one in drafts]
    if plan.moves.filter(taken_back=False).exists():
        found.append((plan.day, plan.made_at, f"{plan.pk}{AS_MADE}", _("As the planner made it")))
    found.sort(key=lambda row: (abs((row[0] - plan.day).days), row[0], -row[1].timestamp()))
    return [(key, _named(day, state, made_at)) for day, made_at, key, state in found if key != here]


def _named(day: date, state: str, made_at: datetime) -> str:
    at = timezone.localtime(made_at)
    return f"{day:%Y-%m-%d} " + _("%(state)s, made %(at)s") % {"state": state, "at": f"{at:%m-%d %H:%M:%S}"}


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
