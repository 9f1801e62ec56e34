"""Certify visitors."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from zoufang.core.errors import BadInput
from zoufang.core.values import Message, Qualification, gettext_noop
from zoufang.server.audit import services as audit
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require
from zoufang.server.training.models import Certificate, Course


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
        audit.record(
            at=at,
            actor=by.employee_no,
            action="certify",
            subject_kind="user",
            subject_id=officer.pk,
            branch_code=officer.branch.code if officer.branch else "",
            details={"course": course.code, "score": score},
        )
    return certificate


def qualifications() -> tuple[Qualification, ...]:
    """Every certificate as the core reads it, in a fixed order."""
    rows = Certificate.objects.select_related("course").order_by("officer_id", "course__code", "issued")
    return tuple(Qualification(str(row.officer_id), row.course.code, row.issued, row.expires) for row in rows)
