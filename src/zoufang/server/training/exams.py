"""Examinations and practice that visitors take themselves: drawn, timed and graded by the core."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput, Conflict
from zoufang.core.training import ExamRules, Paper, Played, Question, Result, Scenario, draw, grade, play
from zoufang.core.values import Message, gettext_noop
from zoufang.files.training_files import CourseContent, shipped_content, shipped_scenarios
from zoufang.server.audit import services as audit
from zoufang.server.staff.ids import new_id
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.training.models import Certificate, Course, Practice, Sitting

AGAIN_AFTER = timedelta(hours=12)  # so that nobody guesses the way through


@dataclass(frozen=True, slots=True)
class Graded:
    """What came of a sitting."""

    sitting: Sitting
    result: Result


def content_of(course: Course) -> CourseContent:
    """What the course teaches and asks. BadInput where Zoufang has nothing for it."""
    found = next((one for one in shipped_content() if one.course == course.code), None)
    if found is None:
        text = gettext_noop("The course %(course)s has no questions here. Record its examinations by hand.")
        raise BadInput(Message(text, {"course": course.code}))
    return found


def scenario_of(code: str) -> Scenario:
    found = next((one for one in shipped_scenarios() if one.code == code), None)
    if found is None:
        raise BadInput(Message(gettext_noop("There is no practice talk %(code)s."), {"code": code}))
    return found


def rules_of(content: CourseContent, course: Course) -> ExamRules:
    """The pass mark is the bank's own where it has raised it."""
    given = content.exam
    return ExamRules(given.questions, given.minutes, max(given.pass_mark, course.pass_mark), given.red_lines)


@transaction.atomic
def begin(*, course: Course, by: User, on: date, at: datetime) -> Sitting:
    """Draw a paper; the same one while it is open. Conflict: too soon after a failed one."""
    require(by, "take_training")
    running = Sitting.objects.filter(officer=by, course=course, handed_in_at=None).first()
    if running is not None and running.content_version != content_of(course).version:
        Sitting.objects.filter(pk=running.pk).update(handed_in_at=at)  # nobody fails by a change of questions
    elif running is not None and at <= running.begun_at + timedelta(minutes=running.minutes):
        return running
    elif running is not None:
        hand_in(sitting=running, answers={}, by=by, on=on, at=at)
    last = Sitting.objects.filter(officer=by, course=course, passed=False).order_by("-begun_at").first()
    if last is not None and at < last.begun_at + AGAIN_AFTER:
        raise Conflict(
            Message(gettext_noop("This examination may be taken again after twelve hours. Learn first."))
        )
    content = content_of(course)
    return Sitting.objects.create(
        id=new_id(),
        officer=by,
        course=course,
        content_version=content.version,
        seed=secrets.randbelow(2**31),
        minutes=content.exam.minutes,
        begun_at=at,
    )


def paper_of(sitting: Sitting) -> Paper:
    """The questions as drawn. Conflict when the content has changed since: the paper cannot be shown again."""
    content = content_of(sitting.course)
    if content.version != sitting.content_version:
        text = gettext_noop("The questions have changed since this examination began. Begin a new one.")
        raise Conflict(Message(text))
    return draw(content.questions, content.course, rules_of(content, sitting.course), sitting.seed)


@transaction.atomic
def hand_in(*, sitting: Sitting, answers: Mapping[str, list[int]], by: User, on: date, at: datetime) -> Graded:
    """Grade it once; whoever hands it in again gets the same answer. A pass writes the certificate of day `on`."""
    if sitting.officer_id != by.pk:
        raise BadInput(Message(gettext_noop("This is somebody else's examination.")))
    locked = Sitting.objects.select_for_update().select_related("course").get(pk=sitting.pk)
    paper = paper_of(locked)
    handed_in = locked.handed_in_at or at
    given = locked.answers if locked.handed_in_at else {code: sorted(picks) for code, picks in answers.items()}
    places = {code: frozenset(picks) for code, picks in given.items()}
    result = grade(paper, places, begun=locked.begun_at, handed_in=handed_in)
    if locked.handed_in_at is None:
        locked.answers, locked.handed_in_at = given, at
        locked.score, locked.passed = result.score, result.passed
        locked.missed = [question.code for question in result.missed]
        locked.save()
        _record(locked, by, at)
        if result.passed:
            _certify(locked, on, result.score)
    return Graded(locked, result)


def _certify(sitting: Sitting, on: date, score: int) -> None:
    Certificate.objects.get_or_create(
        officer=sitting.officer,
        course=sitting.course,
        issued=on,
        defaults={"expires": on + timedelta(days=sitting.course.valid_days), "score": score, "by": None},
    )


@transaction.atomic
def keep_practice(
    *,
    id: UUID,  # noqa: A002
    scenario: Scenario,
    picks: list[int],
    by: User,
    at: datetime,
) -> tuple[Practice, Played]:
    """Keep a talk that was played to its end; repeating it changes nothing."""
    require(by, "take_training")
    played = play(scenario, picks)
    if not played.over:
        raise BadInput(Message(gettext_noop("The talk is not over yet. Go on to its end.")))
    kept, _made = Practice.objects.get_or_create(
        id=id,
        defaults={
            "officer": by,
            "scenario": scenario.code,
            "picks": picks,
            "score": played.score,
            "passed": played.passed,
            "broken": list(played.broken),
            "at": at,
        },
    )
    return kept, played


def missed_questions(sitting: Sitting) -> list[Question]:
    by_code = {question.code: question for question in content_of(sitting.course).questions}
    return [by_code[code] for code in sitting.missed if code in by_code]


def _record(sitting: Sitting, by: User, at: datetime) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action="sit_examination",
        subject_kind="user",
        subject_id=by.pk,
        branch_code=by.branch.code if by.branch else "",
        details={"course": sitting.course.code, "score": sitting.score, "passed": sitting.passed},
    )
