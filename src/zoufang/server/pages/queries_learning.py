"""What a visitor has learnt, practised and been asked to learn again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language

from zoufang.core.training import Scenario
from zoufang.files.training_files import shipped_content, shipped_scenarios
from zoufang.server.daily.policies import training_policy
from zoufang.server.pages.queries_staff import Cell, cell_of, courses, newest_certificates
from zoufang.server.staff.models import User
from zoufang.server.training.models import Practice, Prescription, Sitting


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course as its learner sees it."""

    cell: Cell
    has_content: bool
    last: Sitting | None
    asked_again: Prescription | None


@dataclass(frozen=True, slots=True)
class TalkRow:
    scenario: Scenario
    title: str
    best: int | None
    passed: bool


def learning_of(user: User, day: date) -> dict[str, Any]:
    policy, known = training_policy(day), list(courses())
    newest = newest_certificates([user], day)
    here = {one.course for one in shipped_content()}
    last = {one.course_id: one for one in Sitting.objects.filter(officer=user).order_by("begun_at")}
    again = {one.course_id: one for one in Prescription.objects.filter(officer=user).order_by("since")}
    rows = []
    for course in known:
        certificate, asked = newest.get((user.pk, course.pk)), again.get(course.pk)
        stands = asked is None or (certificate is not None and certificate.issued >= asked.since)
        cell = cell_of(course, certificate if stands else None, day, policy.max_age_days)
        rows.append(CourseRow(cell, course.code in here, last.get(course.pk), None if stands else asked))
    return {"rows": rows, "talks": _talks(user)}


def _talks(user: User) -> list[TalkRow]:
    kept = Practice.objects.filter(officer=user).values("scenario").annotate(best=Max("score"))
    best = {row["scenario"]: row["best"] for row in kept}
    passed = set(Practice.objects.filter(officer=user, passed=True).values_list("scenario", flat=True))
    language = get_language() or "zh"
    return [
        TalkRow(one, one.title.in_language(language), best.get(one.code), one.code in passed)
        for one in shipped_scenarios()
    ]
