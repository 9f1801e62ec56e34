"""Certify visitors."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, Qualification, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.training.models import Certificate, Course, Prescription


@transaction.atomic
def certify(*, officer: User, course: Course, score: int, on: date, by: User, at: datetime) -> Certificate:
    """Record a passed examination; below the pass mark there is no certificate. Repeating it changes nothing."""
    require(by, "certify", officer)
    if score < course.pass_mark:
        template = gettext_noop("%(score)s is below the pass mark %(mark)s. Train and sit it again.")
        raise BadInput(Message(template, {"score": score, "mark": course.pass_mark}))
    certificate, made = Certificate.objects.get_or_create(
        officer=officer,
        course=course,
        issued=on,
        defaults={"expires": on + timedelta(days=course.valid_days), "score": score, "by": by},
    )
    if made:
        _record(at, by, "certify", officer, {"course": course.code, "score": score})
    return certificate


@transaction.atomic
def prescribe(
    *,
    id: UUID,  # noqa: A002
    officer: User,
    course: Course,
    why: str,
    on: date,
    by: User,
    at: datetime,
) -> Prescription:
    """From `on` only a certificate of that day or later counts. Repeating it changes nothing."""
    require(by, "prescribe_training", officer)
    if not why.strip():
        raise BadInput(Message(gettext_noop("Say what was found, so that the visitor knows what to learn.")))
    return prescribe_after_finding(id=id, officer=officer, course=course, why=why, on=on, by=by, at=at)


@transaction.atomic
def prescribe_after_finding(
    *,
    id: UUID,  # noqa: A002
    officer: User,
    course: Course,
    why: str,
    on: date,
    by: User,
    at: datetime,
) -> Prescription:
    """The asking itself; whoever calls it has checked who may."""
    made, new = Prescription.objects.get_or_create(
        id=id, defaults={"officer": officer, "course": course, "why": why.strip(), "since": on, "by": by}
    )
    if new:
        _record(at, by, "prescribe_training", officer, {"course": course.code, "since": on.isoformat()})
    return made


def qualifications() -> tuple[Qualification, ...]:
    """Every certificate that counts, as the core reads it, in a fixed order."""
    again = {(one.officer_id, one.course_id): one.since for one in Prescription.objects.order_by("since")}
    rows = Certificate.objects.select_related("course").order_by("officer_id", "course__code", "issued")
    return tuple(
        Qualification(str(row.officer_id), row.course.code, row.issued, row.expires)
        for row in rows
        if row.issued >= again.get((row.officer_id, row.course_id), date.min)
    )


def _record(at: datetime, by: User, action: str, officer: User, details: dict[str, object]) -> None:
    audit.record(
        at=at,
        actor=by.employee_no,
        action=action,
        subject_kind="user",
        subject_id=officer.pk,
        branch_code=officer.branch.code if officer.branch else "",
        details=details,
    )
