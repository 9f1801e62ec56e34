"""The branch's crews: who is in them, until when they may go, and what keeps one at home."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.planning import Mode
from zoufang.core.values import Finding, Message, gettext_noop, hhmm
from zoufang.server.daily.crews import crews_on
from zoufang.server.daily.policies import training_policy
from zoufang.server.pages.queries_staff import Cell, cell_of, courses, newest_certificates
from zoufang.server.staff.models import Absence, Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.visiting.models import Crew

LATE = ("expired", "none")


@dataclass(frozen=True, slots=True)
class Officer:
    """One member with what limits when they may go. `lapsed`: courses run out or never passed."""

    user: User
    cells: tuple[Cell, ...]
    absences: tuple[Absence, ...]

    @property
    def lapsed(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.state in LATE]

    @property
    def valid_until(self) -> date | None:
        """The first day on which one of the certificates held runs out."""
        return min((cell.until for cell in self.cells if cell.until and cell.state not in LATE), default=None)


@dataclass(frozen=True, slots=True)
class CrewCard:
    crew: Crew
    officers: tuple[Officer, ...]
    at_home: tuple[Finding, ...]

    @property
    def hours(self) -> list[tuple[int, int, str]]:
        """(first ISO weekday, last, hours) of each stretch of days with the same hours."""
        crew, stretches = self.crew, list[tuple[int, int, str]]()
        days = crew.weekday_shifts or {str(day): [crew.shift_start, crew.shift_end] for day in range(1, 8)}
        for day, (start, end) in sorted((int(key), hours) for key, hours in days.items()):
            text = f"{hhmm(start)}–{hhmm(end)}"
            if stretches and stretches[-1][1:] == (day - 1, text):
                stretches[-1] = (stretches[-1][0], day, text)
            else:
                stretches.append((day, day, text))
        return stretches

    @property
    def modes(self) -> list[str]:
        """How it can go, a car first."""
        return list(self.crew.modes) or [Mode.CAR.value]

    @property
    def overtime_hour_fen(self) -> int:
        return int(self.crew.overtime_fen_per_minute) * 60

    @property
    def rest(self) -> str:
        if self.crew.rest_start is None or self.crew.rest_end is None:
            return ""
        return f"{hhmm(self.crew.rest_start)}–{hhmm(self.crew.rest_end)}"


def crews(user: User) -> QuerySet[Crew]:
    require(user, "see_crews")
    return Crew.objects.filter(scope(user)).select_related("branch").prefetch_related("members").order_by("code")


def crew_of(code: str, user: User) -> Crew:
    found = crews(user).filter(code=code).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such crew in your branch.")))
    return found


def cards(user: User, day: date) -> list[CrewCard]:
    """Those that go out first, the retired last; asked by the rules of `day`."""
    found = list(crews(user))
    people = {member.pk: member for crew in found for member in crew.members.all()}
    officers = {one.user.pk: one for one in officers_on(list(people.values()), day)}
    home = {one.code: one.findings for one in crews_on(user.branch, day).at_home} if user.branch else {}
    made = [
        CrewCard(crew, tuple(officers[m.pk] for m in crew.members.all()), home.get(crew.code, ()))
        for crew in found
    ]
    return sorted(made, key=lambda card: not card.crew.active)


def officers_on(people: list[User], day: date) -> list[Officer]:
    """What limits them on `day`, in the order given."""
    known, held = list(courses()), newest_certificates(people, day)
    max_age = training_policy(day).max_age_days
    away: dict[Any, list[Absence]] = defaultdict(list)
    for absence in Absence.objects.filter(officer__in=people, until__gte=day):
        away[absence.officer_id].append(absence)
    return [
        Officer(
            one,
            tuple(cell_of(course, held.get((one.pk, course.pk)), day, max_age) for course in known),
            tuple(away[one.pk]),
        )
        for one in people
    ]


def free_visitors(user: User, besides: Crew | None = None) -> QuerySet[User]:
    """Visitors of the reader's branch and below who go with no other crew."""
    taken = Crew.objects.filter(active=True).exclude(pk__in=[besides.pk] if besides else [])
    rows = User.objects.filter(scope(user), role=Role.VISITOR, is_active=True).exclude(crews__in=taken)
    return rows.select_related("branch").order_by("branch__path", "employee_no").distinct()


def absence_of(pk: int, user: User) -> Absence:
    require(user, "manage_crews")
    found = Absence.objects.filter(scope(user, "officer__branch"), pk=pk).select_related("officer__branch").first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such absence in your branch.")))
    return found
