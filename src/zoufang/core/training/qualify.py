"""Who is qualified for what, on which day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from zoufang.core.errors import BadInput
from zoufang.core.training.courses import Course, CourseList
from zoufang.core.values import Decision, Finding, Message, Purpose, Qualification, gettext_noop, strictest

SOURCE = "GB/T 45251-2025: pre-job training, then at least yearly"


@dataclass(frozen=True, slots=True)
class TrainingPolicy:
    """The course list, and the age in days at which any certificate lapses (CN-O3, from the policy packs)."""

    courses: CourseList
    max_age_days: int = 365

    def __post_init__(self) -> None:
        if self.max_age_days <= 0:
            raise BadInput(f"Certificates cannot lapse after {self.max_age_days} days. Use a positive number.")


@dataclass(frozen=True, slots=True)
class QualificationCheck:
    """One officer, one purpose, one day: `findings` name each missing or lapsed certificate."""

    officer_id: str
    decision: Decision
    findings: tuple[Finding, ...]
    valid_until: date | None  # last day on which all certificates hold; None when not qualified

    @property
    def qualified(self) -> bool:
        return self.decision is Decision.ALLOW


def qualified(
    officer_id: str,
    qualifications: Iterable[Qualification],
    purpose: Purpose,
    day: date,
    policy: TrainingPolicy,
) -> QualificationCheck:
    """Whether the officer may visit for `purpose` on `day`. Certificates of others are ignored."""
    own = [q for q in qualifications if q.officer_id == officer_id]
    needed = policy.courses.needed_for(purpose)
    findings = tuple(f for course in needed for f in _lacking(officer_id, own, course, day, policy))
    ends = [_last_day(own, course, day, policy) for course in needed]
    until = min((end for end in ends if end), default=None) if not findings else None
    return QualificationCheck(officer_id, strictest(findings), findings, until)


def _lacking(
    officer_id: str, own: list[Qualification], course: Course, day: date, policy: TrainingPolicy
) -> Iterator[Finding]:
    if _last_day(own, course, day, policy) is not None:
        return
    past = [q.issued for q in own if q.course == course.code and q.issued <= day]
    params = {"officer": officer_id, "course": course.code, "day": day}
    if past:
        text = gettext_noop("%(officer)s: certificate %(course)s of %(issued)s is no longer valid on %(day)s")
        params |= {"issued": max(past)}
    else:
        text = gettext_noop("%(officer)s has no certificate %(course)s on %(day)s")
    yield Finding("CN-O3", Decision.BLOCK, Message(text, params), SOURCE)


def _last_day(own: list[Qualification], course: Course, day: date, policy: TrainingPolicy) -> date | None:
    """The last day of the longest certificate for `course` that is valid on `day`."""
    life = min(course.valid_days, policy.max_age_days)
    ends = [
        min(q.expires, date.fromordinal(q.issued.toordinal() + life))
        for q in own
        if q.course == course.code and q.issued <= day
    ]
    return max((end for end in ends if end >= day), default=None)
