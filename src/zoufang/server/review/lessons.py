"""What findings ask for: the very course again, once, of whoever was at the door."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from zoufang.core.errors import NotFound
from zoufang.core.review import Mark
from zoufang.core.values import Message, gettext_noop
from zoufang.files.review_form import shipped_review_form
from zoufang.server.oversight.models import Complaint
from zoufang.server.oversight.services import close_complaint
from zoufang.server.review.models import Finding, Review
from zoufang.server.staff.models import User
from zoufang.server.training.models import Course, Prescription
from zoufang.server.training.services import prescribe_after_finding
from zoufang.server.visiting.models import Visit

NAMESPACE = UUID("0f0c2b2e-7c43-4f0e-9c6f-2d6a3c1b8e55")
UPHELD = ("upheld", "partly_upheld")
WORDS = {
    "zh": ("走访复核未做到：", "投诉成立：外访行为"),
    "en": ("Review of a visit, not kept: ", "Complaint upheld: conduct on a visit"),
}


def learn_from_review(review: Review, *, by: User, on: date, at: datetime) -> list[Finding]:
    """Each no that stands is a finding of everybody who was at the door: crew mates answer for each other."""
    form = shipped_review_form().by_code
    failed = [form[code] for code, mark in review.marks.items() if mark == Mark.NO and code in form]
    return [
        _found(
            Finding(id=uuid5(NAMESPACE, f"{review.pk}|{item.code}|{officer.pk}"), review=review, item=item.code),
            officer,
            item.course,
            _words(0) + item.text.in_language(settings.LANGUAGE_CODE),
            review.visit.day,
            by=by,
            on=on,
            at=at,
        )
        for officer in review.officers.order_by("employee_no")
        for item in failed
    ]


@transaction.atomic
def close_and_learn(*, complaint: Complaint, finding: str, on: date, by: User, at: datetime) -> Complaint:
    """Close it; one upheld about a visit asks its crew for the course that teaches what went wrong."""
    closed = close_complaint(complaint=complaint, finding=finding, on=on, by=by, at=at)
    course = shipped_review_form().complaints.get(closed.about)
    visit = Visit.objects.filter(pk=closed.visit_id).first() if closed.visit_id else None
    if finding in UPHELD and course and visit is not None:
        for officer in at_the_door(visit):
            made = Finding(id=uuid5(NAMESPACE, f"{closed.pk}|{officer.pk}"), complaint=closed)
            _found(made, officer, course, _words(1), visit.day, by=by, on=on, at=at)
    return closed


def at_the_door(visit: Visit) -> list[User]:
    """Who checked in; of a visit without check-ins its crew."""
    came = User.objects.filter(pk__in=visit.events.filter(kind="checked_in").values("by"))
    rows = came if came.exists() else visit.crew.members.all()
    return list(rows.order_by("employee_no"))


def _found(
    finding: Finding, officer: User, code: str, why: str, day: date, *, by: User, on: date, at: datetime
) -> Finding:
    """Conduct from before a course was asked for again asks for it no second time."""
    course = Course.objects.filter(code=code).first()
    if course is None:
        text = gettext_noop("The course %(course)s is not known here. Add it, then settle this again.")
        raise NotFound(Message(text, {"course": code}))
    known = Prescription.objects.filter(officer=officer, course=course, since__gt=day).order_by("since").first()
    finding.asked = known is None
    finding.prescription = known or prescribe_after_finding(
        id=uuid5(NAMESPACE, f"course|{finding.pk}"), officer=officer, course=course, why=why, on=on, by=by, at=at
    )
    finding.officer, finding.course, finding.on = officer, course, on
    finding.save(force_insert=True)
    return finding


def _words(which: int) -> str:
    return WORDS["en" if settings.LANGUAGE_CODE.startswith("en") else "zh"][which]
