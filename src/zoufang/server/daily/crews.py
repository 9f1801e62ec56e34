"""Which crews may go on a day, and what keeps the others at home (CN-V1, CN-O3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from zoufang.core.compliance import UNKNOWN, CrewMember, crew_findings
from zoufang.core.planning import Crew as PlanningCrew
from zoufang.core.planning import Mode
from zoufang.core.training import qualified
from zoufang.core.values import Decision, Finding, Message, Point, Purpose, Qualification, TimeWindow, gettext_noop
from zoufang.server.daily.crew_by_risk import brings
from zoufang.server.daily.policies import compliance_policy, training_policy
from zoufang.server.safety.rest import resting
from zoufang.server.staff.models import Absence, Branch, User
from zoufang.server.training import services as training
from zoufang.server.visiting.models import Crew
from zoufang.server.visiting.plans import CrewAtHome

ROSTER = "roster"  # the branch's own word beside the rules of the packs
FREE_DAY = Finding(ROSTER, Decision.BLOCK, Message(gettext_noop("The crew does not work on this weekday")), ROSTER)


@dataclass(frozen=True, slots=True)
class CrewsOfDay:
    """Who goes, and who stays at home with the rules that say so."""

    going: tuple[PlanningCrew, ...]
    at_home: tuple[CrewAtHome, ...]


def crews_on(branch: Branch, day: date) -> CrewsOfDay:
    """The active crews of the branch and below, asked by the rules of `day`, in the order of their codes."""
    held: dict[str, list[Qualification]] = defaultdict(list)
    for one in training.qualifications():
        held[one.officer_id].append(one)
    away = {row.officer_id: _absent(row.until) for row in Absence.objects.filter(since__lte=day, until__gte=day)}
    away |= {row.officer_id: _resting(row.until) for row in resting(day)}
    rows = Crew.objects.filter(active=True, branch__path__startswith=branch.path).select_related("branch")
    going, at_home = [], []
    for crew in rows.prefetch_related("members").order_by("code"):
        members = sorted((m for m in crew.members.all() if m.is_active), key=lambda m: m.pk)
        officers = [officer for officer in members if officer.pk not in away]
        shift = shift_on(crew, day)
        said = _findings(officers, held, day)
        if said or shift is None:
            missing = [away[officer.pk](officer) for officer in members if officer.pk in away]
            at_home.append(CrewAtHome(crew.code, (*([] if shift else [FREE_DAY]), *missing, *said)))
        else:
            going.append(_for_planning(crew, officers, shift, held, day))
    return CrewsOfDay(tuple(going), tuple(at_home))


def shift_on(crew: Crew, day: date) -> TimeWindow | None:
    """The crew's hours on this day; None on a weekday that is free."""
    if not crew.weekday_shifts:
        return TimeWindow(crew.shift_start, crew.shift_end)
    hours = crew.weekday_shifts.get(str(day.isoweekday()))
    return TimeWindow(*hours) if hours else None


def rest_within(crew: Crew, shift: TimeWindow) -> TimeWindow | None:
    """On a day whose hours end before it, there is none."""
    if crew.rest_start is None or crew.rest_end is None:
        return None
    rest = TimeWindow(crew.rest_start, crew.rest_end)
    return rest if shift.covers(rest) else None


def _absent(until: date) -> Callable[[User], Finding]:
    return partial(_away, gettext_noop("%(officer)s is absent until %(day)s"), until)


def _resting(until: date) -> Callable[[User], Finding]:
    text = gettext_noop("%(officer)s rests after an incident until %(day)s, or until somebody has talked it over")
    return partial(_away, text, until)


def _away(text: str, until: date, officer: User) -> Finding:
    return Finding(ROSTER, Decision.BLOCK, Message(text, {"officer": str(officer), "day": until}), ROSTER)


def _findings(officers: list[User], held: dict[str, list[Qualification]], day: date) -> tuple[Finding, ...]:
    crew = tuple(_member(officer, held[str(officer.pk)], day) for officer in officers)
    return tuple(f for f in crew_findings(crew, compliance_policy(day), day) if f.decision is not Decision.ALLOW)


def _member(officer: User, held: list[Qualification], day: date) -> CrewMember:
    """With what training says of the courses that every visit needs. An employee number makes an employee.

    A work ID without a date is unknown, and keeps the crew at home until the administrator has entered it.
    """
    name = str(officer)
    certificates = [replace(one, officer_id=name) for one in held]
    check = qualified(name, certificates, Purpose.FIRST_TALK, day, training_policy(day))
    return CrewMember(name, officer.work_id_until or UNKNOWN, bool(officer.employee_no), check.findings)


def _for_planning(
    crew: Crew, officers: list[User], shift: TimeWindow, held: dict[str, list[Qualification]], day: date
) -> PlanningCrew:
    """A course counts when each officer's certificate is valid on `day`."""
    policy = training_policy(day)
    shared = {
        course.code
        for course in policy.courses.courses
        if all(_holds(held[str(officer.pk)], course.code, day, policy.max_age_days) for officer in officers)
    }
    return PlanningCrew(
        crew_id=crew.code,
        officer_ids=tuple(str(officer.pk) for officer in officers),
        branch=crew.branch.code,
        depot=Point(crew.depot_lat, crew.depot_lon),
        shift=shift,
        rest=rest_within(crew, shift),
        qualifications=frozenset(shared) | brings(len(officers)),
        languages=frozenset().union(*(officer.languages for officer in officers)),
        genders=frozenset(officer.gender for officer in officers if officer.gender),
        service_years=max((years_of_service(officer, day) for officer in officers), default=0),
        modes=tuple(Mode(mode) for mode in crew.modes) or (Mode.CAR,),
        own_car=bool(crew.car),
        overtime_minutes=min(crew.overtime_minutes, 24 * 60 - shift.end_min),
        overtime_fen_per_minute=crew.overtime_fen_per_minute,
    )


def years_of_service(officer: User, day: date) -> int:
    """Whole years; 0 where the first day is not known."""
    first = officer.in_service_since
    if first is None or first > day:
        return 0
    return day.year - first.year - ((day.month, day.day) < (first.month, first.day))


def _holds(held: list[Qualification], course: str, day: date, max_age_days: int) -> bool:
    return any(
        one.course == course and one.valid_on(day) and (day - one.issued).days <= max_age_days for one in held
    )
