"""The branch tree with its people, and who is qualified for what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.training import QualificationCheck, qualified
from zoufang.core.values import Message, Purpose, gettext_noop
from zoufang.server.daily.policies import training_policy
from zoufang.server.pages.queries_customers import branches_below
from zoufang.server.staff.models import Branch, Role, User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.training.models import Certificate, Course
from zoufang.server.training.services import qualifications

LAPSING = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Office:
    """A branch at its depth in the tree, with its own people."""

    branch: Branch
    depth: int
    people: tuple[User, ...]


def offices(user: User) -> list[Office]:
    """The reader's branch and all below, in the order of the tree."""
    require(user, "manage_staff")
    branches = list(branches_below(user))
    people: dict[int | None, list[User]] = defaultdict(list)
    for person in User.objects.filter(branch__in=branches).order_by("-is_active", "role", "employee_no"):
        people[person.branch_id].append(person)
    top = branches[0].path.count("/") if branches else 0
    return [Office(b, min(b.path.count("/") - top, 3), tuple(people[b.pk])) for b in branches]


def person(pk: int, user: User) -> User:
    require(user, "manage_staff")
    found = User.objects.filter(scope(user), pk=pk).select_related("branch").first()
    if found is None:
        raise NotFound("No such member of staff in your branch.")
    return found


def colleagues_of(officer: User) -> QuerySet[User]:
    """Other visitors of the same office: who may stand in for the officer's own accounts."""
    rows = User.objects.filter(role=Role.VISITOR, is_active=True, branch=officer.branch).exclude(pk=officer.pk)
    return rows.order_by("employee_no")


def visitors(user: User) -> QuerySet[User]:
    """Those whose certificates the reader may see: a visitor only his own."""
    require(user, "see_training")
    rows = User.objects.filter(scope(user), role=Role.VISITOR, is_active=True).select_related("branch")
    if user.role == Role.VISITOR:
        rows = rows.filter(pk=user.pk)
    return rows.order_by("branch__path", "employee_no")


def officer(pk: int, user: User) -> User:
    """A visitor of the reader's branch and below, whoever describes them."""
    require(user, "describe_officer")
    found = User.objects.filter(scope(user), role=Role.VISITOR, is_active=True, pk=pk).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such officer in your branch.")))
    return found


def courses() -> QuerySet[Course]:
    return Course.objects.order_by("code")


@dataclass(frozen=True, slots=True)
class Cell:
    """One course of one visitor. `state`: valid, lapsing, expired or none; `until` the last good day."""

    course: Course
    certificate: Certificate | None
    until: date | None
    state: str


@dataclass(frozen=True, slots=True)
class Visitor:
    user: User
    cells: tuple[Cell, ...]
    checks: tuple[tuple[Purpose, QualificationCheck], ...]

    @property
    def may(self) -> list[Purpose]:
        return [purpose for purpose, check in self.checks if check.qualified]

    @property
    def may_not(self) -> list[tuple[Purpose, QualificationCheck]]:
        return [(purpose, check) for purpose, check in self.checks if not check.qualified]


def training(user: User, day: date) -> list[Visitor]:
    """What each visitor holds on `day`, and for which purposes that is enough by the core's own rule."""
    people, known = list(visitors(user)), list(courses())
    policy, held = training_policy(day), qualifications()
    newest = newest_certificates(people, day)
    found = []
    for one in people:
        cells = tuple(cell_of(c, newest.get((one.pk, c.pk)), day, policy.max_age_days) for c in known)
        checks = tuple((p, qualified(str(one.pk), held, p, day, policy)) for p in Purpose)
        found.append(Visitor(one, cells, checks))
    return found


def newest_certificates(people: list[User], day: date) -> dict[tuple[int, int], Certificate]:
    """By officer and course, of those issued up to `day`."""
    rows = Certificate.objects.filter(officer__in=people, issued__lte=day).order_by("issued")
    return {(row.officer_id, row.course_id): row for row in rows}


def cell_of(course: Course, certificate: Certificate | None, day: date, max_age_days: int) -> Cell:
    """How this certificate stands on `day`: a renewal counts before the expiry that the certificate names."""
    if certificate is None:
        return Cell(course, None, None, "none")
    until = min(certificate.expires, certificate.issued + timedelta(days=max_age_days))
    state = "expired" if until < day else "lapsing" if until <= day + LAPSING else "valid"
    return Cell(course, certificate, until, state)
