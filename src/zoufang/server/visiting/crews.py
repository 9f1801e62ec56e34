"""Crews are formed, changed and retired; officers are absent. Each act is permitted, checked and audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.planning import Mode
from zoufang.core.values import Message, Point, TimeWindow, gettext_noop, hhmm, to_wgs84
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import Absence, Branch, Role, User
from zoufang.server.staff.permissions import in_scope, require
from zoufang.server.visiting.models import Crew, Visit

LEAST_OFFICERS = 2  # CN-V1
MOST_OVERTIME = 180  # Labour Law of the PRC, art. 41: three hours a day at most


@dataclass(frozen=True, slots=True)
class CrewTerms:
    """What a crew is: who goes, from where, when, how. `shifts` by ISO weekday; a day without one is free.

    `modes`: how it can go, what it prefers without a car after it; overtime may follow each shift and costs its
    price a minute on top of the usual rate.
    """

    name: str
    officers: tuple[User, ...]
    depot: Point
    shifts: Mapping[int, TimeWindow]
    rest: TimeWindow | None = None
    car: str = ""
    modes: tuple[Mode, ...] = (Mode.CAR,)
    overtime_minutes: int = 0
    overtime_fen_per_minute: int = 0

    def __post_init__(self) -> None:
        if len({officer.pk for officer in self.officers}) < LEAST_OFFICERS:
            raise BadInput(Message(gettext_noop("A crew has at least two officers. Choose another one.")))
        if not self.shifts:
            raise BadInput(Message(gettext_noop("A crew works on one weekday at least. Enter its hours.")))
        if self.rest is not None and not any(shift.covers(self.rest) for shift in self.shifts.values()):
            raise BadInput(Message(gettext_noop("The rest lies outside the hours of work. Correct one of them.")))
        if not self.modes:
            raise BadInput(Message(gettext_noop("Say how the crew goes.")))
        if not 0 <= self.overtime_minutes <= MOST_OVERTIME:
            text = gettext_noop("Overtime is at most %(most)s minutes a day (Labour Law art. 41). Enter less.")
            raise BadInput(Message(text, {"most": MOST_OVERTIME}))


@transaction.atomic
def form_crew(*, code: str, branch: Branch, terms: CrewTerms, by: User, at: datetime) -> Crew:
    """A new crew. Conflict: the code is in use, or an officer goes with another crew."""
    require(by, "manage_crews", branch)
    if Crew.objects.filter(code=code).exists():
        raise Conflict(
            Message(gettext_noop("A crew has the code %(code)s already. Choose another."), {"code": code})
        )
    _check_officers(terms.officers, by, besides=None)
    crew = Crew(code=code, branch=branch)
    _put(crew, terms)
    _audit(at, by, "form_crew", crew)
    return crew


@transaction.atomic
def change_crew(*, crew: Crew, terms: CrewTerms, by: User, at: datetime) -> Crew:
    """Plans made before keep what they were made with; the next run of the planner takes the new terms."""
    require(by, "manage_crews", crew)
    crew = Crew.objects.select_for_update().get(pk=crew.pk)
    _check_officers(terms.officers, by, besides=crew)
    _put(crew, terms)
    _audit(at, by, "change_crew", crew)
    return crew


@transaction.atomic
def retire_crew(*, crew: Crew, today: date, by: User, at: datetime) -> Crew:
    """It goes out no more; what it did stays. Conflict while published visits wait for it."""
    require(by, "manage_crews", crew)
    crew = Crew.objects.select_for_update().get(pk=crew.pk)
    waiting = Visit.objects.filter(
        crew=crew, day__gte=today, started_at__isnull=True, withdrawn_reason__isnull=True
    ).count()
    if waiting:
        text = gettext_noop(
            "%(n)s published visits wait for this crew. Retire it when they are done or withdrawn."
        )
        raise Conflict(Message(text, {"n": waiting}))
    return _set_active(crew, False, by, at)


@transaction.atomic
def reinstate_crew(*, crew: Crew, by: User, at: datetime) -> Crew:
    require(by, "manage_crews", crew)
    crew = Crew.objects.select_for_update().get(pk=crew.pk)
    _check_officers(tuple(crew.members.all()), by, besides=crew)
    return _set_active(crew, True, by, at)


@transaction.atomic
def note_absence(
    *, officer: User, since: date, until: date, reason: Absence.Reason, by: User, at: datetime
) -> Absence:
    """The officer does not go out on these days; the crew stays at home unless two others of it may go."""
    require(by, "manage_crews", officer)
    if until < since:
        raise BadInput(Message(gettext_noop("The absence ends before it begins. Correct the days.")))
    absence, made = Absence.objects.get_or_create(
        officer=officer, since=since, until=until, defaults={"reason": reason, "by": by, "at": at}
    )
    if made:
        _audit_absence(at, by, "note_absence", absence)
    return absence


@transaction.atomic
def withdraw_absence(*, absence: Absence, by: User, at: datetime) -> None:
    require(by, "manage_crews", absence.officer)
    _audit_absence(at, by, "withdraw_absence", absence)
    absence.delete()


def _check_officers(officers: Sequence[User], by: User, besides: Crew | None) -> None:
    for officer in officers:
        if officer.role != Role.VISITOR or not officer.is_active or not _near(officer, by):
            text = gettext_noop("%(officer)s is no visitor of your branch. Choose somebody else.")
            raise BadInput(Message(text, {"officer": str(officer)}))
        others = Crew.objects.filter(active=True, members=officer)
        other = others.exclude(pk__in=[besides.pk] if besides else []).first()
        if other is not None:
            text = gettext_noop("%(officer)s goes with crew %(crew)s. Take them out of it first.")
            raise Conflict(Message(text, {"officer": str(officer), "crew": other.name}))


def _near(officer: User, by: User) -> bool:
    return officer.branch is not None and in_scope(by, officer.branch)


def _put(crew: Crew, terms: CrewTerms) -> None:
    depot = to_wgs84(terms.depot)
    hours = list(terms.shifts.values())
    crew.name, crew.car = terms.name, terms.car
    crew.depot_lat, crew.depot_lon = depot.lat, depot.lon
    crew.shift_start = min(window.start_min for window in hours)
    crew.shift_end = max(window.end_min for window in hours)
    crew.weekday_shifts = {str(day): [w.start_min, w.end_min] for day, w in sorted(terms.shifts.items())}
    crew.rest_start = terms.rest.start_min if terms.rest else None
    crew.rest_end = terms.rest.end_min if terms.rest else None
    crew.modes = [mode.value for mode in terms.modes]
    crew.overtime_minutes = terms.overtime_minutes
    crew.overtime_fen_per_minute = terms.overtime_fen_per_minute
    crew.save()
    crew.members.set(terms.officers)


def _set_active(crew: Crew, active: bool, by: User, at: datetime) -> Crew:
    if crew.active != active:
        crew.active = active
        crew.save(update_fields=["active"])
        _audit(at, by, "reinstate_crew" if active else "retire_crew", crew)
    return crew


def _audit(at: datetime, by: User, action: str, crew: Crew) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="crew",
        subject_id=crew.code,
        branch_code=crew.branch.code,
        details={
            "officers": sorted(crew.members.values_list("employee_no", flat=True)),
            "shifts": {day: f"{hhmm(a)}-{hhmm(b)}" for day, (a, b) in crew.weekday_shifts.items()},
            "modes": crew.modes,
            "overtime": {"minutes": crew.overtime_minutes, "fen_per_minute": crew.overtime_fen_per_minute},
        },
    )


def _audit_absence(at: datetime, by: User, action: str, absence: Absence) -> None:
    branch = absence.officer.branch
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="user",
        subject_id=absence.officer_id,
        branch_code=branch.code if branch else "",
        details={"since": absence.since.isoformat(), "until": absence.until.isoformat()},
    )
