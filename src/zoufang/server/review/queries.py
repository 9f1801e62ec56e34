"""What waits for whom, what was found, and whether conduct improved. All within the reader's branch and below."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from zoufang.core.errors import NotFound
from zoufang.core.review import Agreement, Change, Item, Mark, Rate, SampleRate, agreement, changed, sample_rate
from zoufang.core.values import Message, gettext_noop
from zoufang.files.review_form import shipped_review_form
from zoufang.server.review.models import Finding, Lot, Observation, Review, Score
from zoufang.server.staff.models import User
from zoufang.server.staff.permissions import require, scope
from zoufang.server.training.models import Certificate, Prescription
from zoufang.server.visiting.models import Crew, VisitEvent

ALL = 100
WITH = ("visit__party", "visit__target", "visit__crew", "branch", "visit__review_lot")
TO_READ = (
    "visit__address",
    "visit__branch",
    "visit__stop__verdict",
    "visit__party__branch",
    "visit__target__branch",
)
SHOWN = 200


def reviews(user: User) -> QuerySet[Review]:
    require(user, "review_visit")
    return Review.objects.filter(scope(user)).select_related(*WITH).prefetch_related("scores__by")


def open_reviews(user: User) -> list[Review]:
    """Not settled yet, the most pressing first."""
    rows = reviews(user).exclude(state=Review.State.DONE).order_by("due_on", "visit_id")
    return list(rows[:SHOWN])


def waiting_for(user: User) -> list[Review]:
    """Those that this user may score now, as `hindrance` says of each one; disputes first."""
    found = list(_may_score(user).order_by("due_on", "visit_id")[:SHOWN])
    return sorted(found, key=lambda one: one.state != Review.State.DISPUTED)


def count_waiting(user: User, today: date) -> tuple[int, int]:
    """How many this user may score now, and how many of them are beyond their day."""
    rows = Review.objects.filter(pk__in=_may_score(user).values("pk"))
    told = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    return told["all"], told["late"]


def _may_score(user: User) -> QuerySet[Review]:
    came = VisitEvent.objects.filter(visit=OuterRef("visit"), kind="checked_in", by=user)
    of_crew = Crew.objects.filter(pk=OuterRef("visit__crew"), members=user)
    along = Observation.objects.filter(visit=OuterRef("visit"), by=user)
    scored = Score.objects.filter(review=OuterRef("pk"), by=user)
    rows = reviews(user).exclude(state=Review.State.DONE)
    return rows.exclude(Exists(scored) | Exists(came) | Exists(of_crew) | Exists(along))


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item over all settled reviews: how far two agreed, and what stood in the end."""

    item: Item
    agreement: Agreement
    kept: int
    not_kept: int
    not_seen: int


@dataclass(frozen=True, slots=True)
class Results:
    overall: Agreement
    items: tuple[ItemResult, ...]
    settled: int
    disputes: int
    sample: SampleRate


def results(user: User, since: date, until: date) -> Results:
    """Of reviews whose two scores are in, opened in the period."""
    rows = reviews(user).filter(opened_on__gte=since, opened_on__lte=until).exclude(state=Review.State.OPEN)
    form, found = shipped_review_form(), list(rows.order_by("opened_on", "visit_id"))
    found = [one for one in found if one.form_version == form.version]
    pairs = [_pairs(one, form.items) for one in found]
    done = [one for one in found if one.state == Review.State.DONE]
    items = tuple(
        ItemResult(item, agreement([[row[place]] for row in pairs]), *_stood(done, item.code))
        for place, item in enumerate(form.items)
    )
    disputes = sum(any(a is not b for a, b in row) for row in pairs)
    return Results(agreement(pairs), items, len(done), disputes, _sample(done))


def _pairs(review: Review, items: Sequence[Item]) -> list[tuple[Mark, Mark]]:
    by_place = {score.place: score.marks for score in review.scores.all()}
    return [(Mark(by_place[1][item.code]), Mark(by_place[2][item.code])) for item in items]


def _stood(done: Sequence[Review], code: str) -> tuple[int, int, int]:
    counts = Counter(one.marks.get(code) for one in done)
    return counts[Mark.YES], counts[Mark.NO], counts[Mark.NOT_SEEN]


def _sample(done: Sequence[Review]) -> SampleRate:
    """By lot only: what a complaint brought in later says nothing of all visits."""
    drawn = [one for one in done if one.why == Review.Why.LOT]
    found = [Mark.NO in one.marks.values() for one in drawn]
    return sample_rate(found, [one.visit.review_lot.share / ALL for one in drawn])


@dataclass(frozen=True, slots=True)
class Stratum:
    """Visits with one share: how many there were, and how many were drawn."""

    share: int
    visits: int
    drawn: int


def strata(user: User, since: date, until: date) -> list[Stratum]:
    rows = (
        Lot.objects.filter(scope(user), cast_on__gte=since, cast_on__lte=until).order_by("share").values("share")
    )
    counted = rows.annotate(n=Count("pk"), taken=Count("pk", filter=Q(drawn=True)))
    return [Stratum(row["share"], row["n"], row["taken"]) for row in counted]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A course asked for after findings, when it was passed, and conduct in its subjects before and after."""

    prescription: Prescription
    passed_on: date | None
    change: Change


def lessons(officers: Sequence[User]) -> list[Lesson]:
    """One line for each course that a finding asked for, the newest first."""
    asked = Finding.objects.filter(officer__in=officers, asked=True).values("prescription")
    rows = Prescription.objects.filter(pk__in=asked).select_related("officer", "course").order_by("-since", "pk")
    return [_lesson(row) for row in rows]


def _lesson(prescription: Prescription) -> Lesson:
    """The visits whose findings asked for the course stay out: they were picked for being bad."""
    officer, course = prescription.officer, prescription.course
    passed = Certificate.objects.filter(officer=officer, course=course, issued__gte=prescription.since)
    passed_on = passed.aggregate(first=Min("issued"))["first"]
    codes = shipped_review_form().taught_by(course.code)
    origin = Finding.objects.filter(prescription=prescription, asked=True).values("review")
    drawn = Review.objects.filter(officers=officer, state=Review.State.DONE, why=Review.Why.LOT)
    rows = drawn.exclude(pk__in=[one["review"] for one in origin if one["review"]])
    seen = [
        (day, any(marks.get(c) == Mark.NO for c in codes))
        for day, marks in rows.values_list("visit__day", "marks")
    ]
    turn = passed_on or date.max
    before = [bad for day, bad in seen if day < turn]
    after = [bad for day, bad in seen if day >= turn]
    return Lesson(prescription, passed_on, changed(Rate(sum(before), len(before)), Rate(sum(after), len(after))))


@dataclass(frozen=True, slots=True)
class CourseLesson:
    """All visitors of whom one course was asked again, taken together."""

    course_id: int
    title_zh: str
    title_en: str
    visitors: int
    change: Change


def by_course(found: Sequence[Lesson]) -> list[CourseLesson]:
    grouped: dict[int, list[Lesson]] = defaultdict(list)
    for one in found:
        if one.passed_on is not None:
            grouped[one.prescription.course_id].append(one)
    return [_together(group) for _course, group in sorted(grouped.items())]


def _together(group: Sequence[Lesson]) -> CourseLesson:
    course = group[0].prescription.course
    before, after = Rate(0, 0), Rate(0, 0)
    for one in group:
        before, after = before + one.change.before, after + one.change.after
    people = len({one.prescription.officer_id for one in group})
    return CourseLesson(course.pk, course.title_zh, course.title_en, people, changed(before, after))


def findings_of(officer: User) -> QuerySet[Finding]:
    rows = Finding.objects.filter(officer=officer).select_related(
        "course", "prescription", "review__visit", "complaint"
    )
    return rows.order_by("-on", "item")


def one_review(visit_id: UUID, user: User) -> Review:
    """With its visit, whose address opens. NotFound outside the reader's branch."""
    rows = reviews(user).select_related(*WITH, *TO_READ).prefetch_related("visit__crew__members")
    found = rows.filter(pk=visit_id).first()
    if found is None:
        raise NotFound(Message(gettext_noop("No such review in your branch.")))
    found.visit.opened(found.visit.address)
    return found
